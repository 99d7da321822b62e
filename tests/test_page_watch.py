"""The page that follows its case: files are edited as editors do, and what is open in a browser keeps up."""

from __future__ import annotations

import importlib.resources
import json
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import openpyxl
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from caseboard.page.follow import followed, version_of
from caseboard.watching import Watched

from .browser import launched
from .serving import Reply, Served, environment, wait_until
from .small import PREFIXES, claim, people

DESK, PHONE = (1440, 900), (390, 844)
CLAIMS = """subject,relation,object,status,revealed
Ada Lind,is a friend of,Bruno Lind,stated,the beginning
Bruno Lind,pursues,Iris Holm,stated,the end
"""
POINTS = "name,order\nthe beginning,1\nthe end,2\n"
NEW = "Iris Holm,helps,Otto Brandt,stated,the beginning\n"
BROKEN = "Iris Holm,is a membr of,Otto Brandt,stated,the beginning\n"
HOSTILE = '"<img src=x onerror=alert(1)>",helps,,stated,the beginning\n'


def save(path: Path, text: str) -> None:
    """Save as editors do: a file beside it, which then takes its place."""
    beside = path.with_name(f".{path.name}.swp")
    beside.write_text(text, "utf-8")
    beside.replace(path)


@dataclass
class Followed(Served):
    """`caseboard page --watch` as it runs; ``out`` and ``log`` are what it prints."""

    out: IO[bytes] = field(repr=False, default_factory=tempfile.TemporaryFile)

    def printed(self) -> str:
        self.out.seek(0)
        return self.out.read().decode()

    def noted(self) -> str:
        self.log.seek(0)
        return self.log.read().decode()

    def now(self) -> dict[str, str]:
        """Return what somebody who begins to listen is told first."""
        import http.client

        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", "/events")
        response = connection.getresponse()
        try:
            while not (line := response.readline()).startswith(b"data:"):
                assert line
            return json.loads(line[5:])
        finally:
            connection.close()

    def page(self) -> Reply:
        return self.ask("/")


@contextmanager
def watching(*options: str) -> Iterator[Followed]:
    command = [sys.executable, "-c", "from caseboard.cli import main; main()", "page", "--watch", *options]
    with tempfile.TemporaryFile() as log, tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out, stderr=log, env=environment())
        running = Followed(process, 0, log, out)
        try:
            assert wait_until(lambda: "http://" in running.printed() or process.poll() is not None)
            found = re.search(r"http://127\.0\.0\.1:(\d+)/", running.printed())
            assert found, running.noted()
            running.port = int(found[1])
            yield running
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0, running.noted()
            assert "Traceback" not in running.noted()
        finally:
            process.kill()
            process.wait()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    case = tmp_path / "my-case"
    case.mkdir()
    (case / "claims.csv").write_text(CLAIMS)
    (case / "points.csv").write_text(POINTS)
    return case


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as found:
        yield found


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Open pages at an address, and fail on whatever they must not do."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def opened(server: Followed, state: str = "", size: tuple[int, int] = DESK, **options: bool) -> Page:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: problems.append(f"console {message.type}: {message.text}"))
        page.on("pageerror", lambda error: problems.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (problems.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on(
            "request",
            lambda request: (
                request.url.startswith((server.url, "data:", "blob:"))
                or problems.append(f"request: {request.url}")
            ),
        )
        page.add_init_script(
            "addEventListener('securitypolicyviolation', e => console.error('policy', e.violatedDirective))"
        )
        page.goto(f"{server.url}/#{state}")
        page.wait_for_selector("html[data-ready]")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


def names(page: Page) -> set[str]:
    return set(page.evaluate("caseboard.inspect().nodes.map((node) => node.id)"))


# ---- looked at ----


def test_an_open_page_follows_and_keeps_what_was_chosen(folder: Path, visit: Visit) -> None:
    file = folder / "claims.csv"
    with watching("--case", str(folder)) as server:
        page = visit(server, "point=all")
        page.fill("#search", "Bruno")
        page.keyboard.press("Enter")
        page.locator("#point").fill("0")
        page.locator("#filter-kinds summary").click()
        page.locator("#search").fill("Ottla")
        before = names(page)
        address = page.url
        assert "point=0" in address
        assert "node=" in address
        chosen = page.locator("#details h2").inner_text()

        save(file, CLAIMS + NEW)
        page.wait_for_function("() => caseboard.inspect().nodes.length === 4")
        page.wait_for_function("() => document.activeElement.id === 'search'")
        assert len(names(page) - before) == 2  # Iris helps somebody from the beginning now
        assert page.url == address
        assert page.locator("#point").input_value() == "0"
        assert page.locator("#details h2").inner_text() == chosen
        assert page.locator("#filter-kinds").get_attribute("open") == ""
        assert page.locator("#search").input_value() == "Ottla"

        banner = page.locator("#follow")
        expect(banner).to_be_hidden()
        save(file, CLAIMS + BROKEN)
        expect(banner).to_be_visible()
        expect(banner).to_contain_text("claims.csv, row 4, column relation: “is a membr of” is no relation")
        expect(banner).to_contain_text("Did you mean is a member of")
        expect(page.locator("[role=status]", has_text="claims.csv, row 4")).to_have_count(1)
        assert len(names(page)) == 4  # the last good page stays
        assert page.url == address
        assert "column relation" in server.noted()

        save(file, CLAIMS + NEW)
        expect(banner).to_be_hidden()
        assert page.url == address
        assert len(names(page)) == 4

        said = server.printed().splitlines()
        assert f"showing {server.url}/ and following {folder}; Ctrl-C ends it" in said
        assert re.fullmatch(r"claims\.csv: 1 added, 0 changed, 0 removed; \d+\.\d s", said[-2]), said
        assert re.fullmatch(r"claims\.csv: nothing changed; \d+\.\d s", said[-1]), said
        assert not list(folder.glob("*.html"))

        server.process.send_signal(signal.SIGINT)
        expect(banner).to_contain_text("no longer follows")
        assert len(names(page)) == 4


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_banner_is_for_everybody_and_can_be_put_away(
    size: tuple[int, int], folder: Path, visit: Visit, request: pytest.FixtureRequest
) -> None:
    axe = importlib.resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    with watching("--case", str(folder)) as server:
        page = visit(server, "point=all", size, bypass_csp=True)
        page.focus("#map")
        save(folder / "claims.csv", CLAIMS + HOSTILE)
        banner = page.locator("#follow")
        expect(banner).to_be_visible()
        assert page.evaluate("document.activeElement.id") == "map"  # it takes no focus
        box = banner.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0]
        artefacts = request.config.rootpath / "test-artifacts"
        artefacts.mkdir(exist_ok=True)
        page.screenshot(path=artefacts / f"watch-{size[0]}.png")
        page.evaluate(axe)
        found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        assert [one["id"] for one in found["violations"]] == []
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate(
                "document.activeElement.closest('#follow') && document.activeElement.tagName"
            ) == ("BUTTON"):
                break
        page.keyboard.press("Enter")
        expect(banner).to_be_hidden()
        assert page.evaluate("document.activeElement.id") == "map"
        save(folder / "claims.csv", CLAIMS + BROKEN)
        expect(banner).to_be_visible()  # another problem is worth another word


def test_what_a_file_says_is_shown_as_text(folder: Path, visit: Visit) -> None:
    with watching("--case", str(folder)) as server:
        page = visit(server)
        save(folder / "claims.csv", CLAIMS + 'Ada Lind,"<img src=x onerror=alert(1)>",Bruno Lind,stated,\n')
        expect(page.locator("#follow")).to_contain_text("<img src=x onerror=alert(1)>")
        assert page.locator("#follow img").count() == 0


# ---- what is followed ----


def _folder(path: Path) -> tuple[Path, str]:
    path.mkdir()
    (path / "claims.csv").write_text(CLAIMS)
    return path, str(path)


def _turtle(path: Path) -> tuple[Path, str]:
    file = path.with_suffix(".ttl")
    file.write_text(
        PREFIXES + people("ada", "bruno") + claim("c1", "t:ada", "cb:pursues", "t:bruno"), "utf-8"
    )
    return file, str(file)


def test_one_rdf_file_is_followed_also_when_it_goes_and_comes_back(tmp_path: Path) -> None:
    file, case = _turtle(tmp_path / "case")
    text = file.read_text("utf-8")
    with watching("--case", case) as server:
        first = server.now()
        file.unlink()
        assert wait_until(lambda: server.now()["problem"])
        assert server.now()["version"] == first["version"]
        file.write_text(text + people("iris") + claim("c2", "t:iris", "cb:helps", "t:ada"), "utf-8")
        assert wait_until(lambda: server.now()["version"] != first["version"])
        assert server.now()["problem"] == ""
        assert "case.ttl: 1 added, 0 changed, 0 removed" in server.printed()
        file.write_text(text.replace("cb:Stated", "cb:Hedged"), "utf-8")
        assert wait_until(lambda: "case.ttl: 0 added, 1 changed, 1 removed" in server.printed())


def test_a_file_of_another_tool_is_followed(tmp_path: Path) -> None:
    file = tmp_path / "net.edgelist"
    file.write_text("ada bruno\n")
    with watching("--case", str(file)) as server:
        file.write_text("ada bruno\nbruno iris\n")
        assert wait_until(lambda: "net.edgelist: 1 added" in server.printed()), server.noted()


def test_everything_that_a_folder_may_hold_is_followed(tmp_path: Path) -> None:
    folder, case = _folder(tmp_path / "case")
    own = (
        "@prefix cb: <https://w3id.org/caseboard/ns#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        '<https://example.org/v/Ship> a rdfs:Class ; rdfs:subClassOf cb:Object ; rdfs:label "Ship"@en .\n'
    )
    query = "# title: Who pursues whom?\nSELECT ?who ?whom { ?who cb:pursues ?whom }\n"
    with watching("--case", case) as server:
        for name, text in (
            ("imported/more.csv", "subject,relation,object\nIris Holm,helps,Otto Brandt\n"),
            ("vocabulary.ttl", own),
            ("queries/pursuers.rq", query),
            ("case.toml", 'title = "The other harbour"\n'),
            ("entities.csv", "name,kind\nAda Lind,person\nThe pier,place\n"),
        ):
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            save(path, text)
            assert wait_until(lambda name=path.name: f"{name}: " in server.printed()), (name, server.noted())
        book = openpyxl.Workbook()
        book.active.append(["Subject", "Relation", "Object"])
        book.active.append(["Bruno Lind", "helps", "Vera Stahl"])
        book.save(folder / "calls.xlsx")
        assert wait_until(lambda: "calls.xlsx: 1 added" in server.printed()), server.noted()
        assert "Vera Stahl" in server.page().text
        assert "The other harbour" in server.page().text
        assert "Who pursues whom?" in server.page().text
        seen = server.printed()
        (folder / "board.html").write_text("no part of a case")
        (folder / "~$claims.xlsx").write_text("a spreadsheet program is open")
        save(folder / "claims.csv", CLAIMS + NEW)
        assert wait_until(lambda: server.printed() != seen)
        assert server.printed().removeprefix(seen).startswith("claims.csv: ")


def test_the_bundled_case_and_copies_of_sources_are_watched(tmp_path: Path) -> None:
    copy = tmp_path / "article.txt"
    copy.write_text("x")
    files = {Path(file).name for file in Watched(None, [str(copy)]).stamp()}
    assert {"hit-and-run.ttl", "vocabulary.ttl", "article.txt", "shapes.ttl"} <= files
    before = Watched("harbour", [str(copy)]).stamp()
    copy.write_text("longer")
    assert Watched("harbour", [str(copy)]).stamp() != before
    link = tmp_path / "inside" / "link.txt"
    link.parent.mkdir()
    link.symlink_to(copy)
    assert {tmp_path, link.parent} <= Watched("harbour", [str(link)]).folders()


def test_the_readme_is_right_about_it(folder: Path) -> None:
    readme = (Path(__file__).resolve().parent.parent / "README.md").read_text("utf-8")
    command = re.search(r"`caseboard page (--case my-case --watch) --open`", readme)
    line = re.search(r"`(claims\.csv: 1 added, [^`]*) \d\.\d s`", readme)
    assert command
    assert line
    with watching(*command[1].replace("my-case", str(folder)).split()) as server:
        save(folder / "claims.csv", CLAIMS + NEW)
        assert wait_until(lambda: line[1] in server.printed())


# ---- what it hands out, and to whom ----


def test_a_page_for_the_web_is_not_to_be_had(folder: Path) -> None:
    with watching("--case", str(folder)) as server:
        for path in ("/", "/events"):
            assert server.ask(path, headers={"Host": "evil.example"}).status == 403
        assert server.ask("/", headers={"Host": f"localhost:{server.port}"}).status == 200
        assert server.ask("/claims.csv").status == 404
        assert server.ask("/../claims.csv").status == 404
        assert server.ask("/", method="POST").status == 405
        page = server.page()
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        assert "access-control-allow-origin" not in page.headers


def test_a_written_page_is_the_same_as_ever(folder: Path, tmp_path: Path) -> None:
    out, plain = tmp_path / "followed.html", tmp_path / "plain.html"
    with watching("--case", str(folder), str(out)) as server:
        first = out.read_text("utf-8")
        assert server.page().text == followed(first)
        save(folder / "claims.csv", CLAIMS + NEW)
        assert wait_until(lambda: out.read_text("utf-8") != first)
        assert server.now()["version"] == version_of(out.read_text("utf-8"))
    command = [sys.executable, "-c", "from caseboard.cli import main; main()", "page", str(plain)]
    subprocess.run([*command, "--case", str(folder)], env=environment(), check=True, capture_output=True)
    assert out.read_bytes() == plain.read_bytes()
    assert b"EventSource" not in plain.read_bytes()
    assert b"connect-src" not in plain.read_bytes()


# ---- what cannot be ----


def run(*options: str, script: str = "") -> subprocess.CompletedProcess[str]:
    code = f"{script}\nfrom caseboard.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, "page", "--watch", *options],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("package", ["watchfiles", "uvicorn", "starlette"])
def test_what_is_not_installed_is_named_with_the_command_that_installs_it(package: str) -> None:
    done = run("--case", "harbour", script=f"import sys; sys.modules[{package!r}] = None")
    assert done.returncode == 2
    assert f"page --watch needs {package}" in done.stderr
    assert "pip install 'caseboard[server]'" in done.stderr


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("-",), "--watch follows files"),
        (("--source", "text=-"), "--watch follows files"),
        (("--case", "nowhere"), "there is no case, file or folder 'nowhere'"),
    ],
)
def test_what_cannot_be_followed_is_said_at_once(options: tuple[str, ...], says: str) -> None:
    done = run(*options)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_whoever_goes_away_ends_a_connection_and_no_more(folder: Path) -> None:
    with watching("--case", str(folder)) as server:
        # What the kernel sends to whoever writes to a connection that nobody reads any more.
        server.process.send_signal(signal.SIGPIPE)
        save(folder / "claims.csv", CLAIMS + NEW)
        assert wait_until(lambda: "1 added" in server.printed() or server.process.poll() is not None)
        assert server.page().status == 200
