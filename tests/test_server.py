"""The server as people and their tools meet it: the command, the page, things of the case, real clients."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import http.client
import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from rdflib import RDF, RDFS, Graph, Namespace, URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.stores.sparqlstore import SPARQLStore

import caseboard
from caseboard import library
from caseboard.errors import BadArgument
from caseboard.server import keeper, workbench
from caseboard.server.log import Log, place
from caseboard.server.run import listen

from .browser import launched
from .serving import COMMAND, SRC, Served, environment, served, wait_until
from .small import PREFIXES, claim, graph_of, people

HELPS = "https://w3id.org/caseboard/ns#helps"
HR = "https://w3id.org/caseboard/hit-and-run/"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with served() as running:
        yield running


# --- the command ----------------------------------------------------------------------------------


def run(*options: str) -> subprocess.CompletedProcess[str]:
    """Run `caseboard serve` where it is to fail."""
    return subprocess.run(
        [*COMMAND, *options], capture_output=True, text=True, env=environment(), timeout=60, check=False
    )


def test_whoever_goes_away_ends_a_connection_and_no_more(server: Served) -> None:
    # What the kernel sends to whoever writes to a connection that nobody reads any more.
    server.process.send_signal(signal.SIGPIPE)
    assert server.ask(params=[("query", "ASK {}")]).status == 200
    assert server.process.poll() is None


def test_a_port_in_use_is_said_in_one_message(server: Served) -> None:
    done = run("--port", str(server.port))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"caseboard: port {server.port} of 127.0.0.1: is in use")
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--case", "no-such-case"), "no-such-case"),
        (("--case", "harbour", "--as-of", "neverland"), "neverland"),
        (("--case", "harbour", "--data", "/no/such/file.trig"), "/no/such/file.trig"),
        (
            ("--host", "no host of ours"),
            "'no host of ours' is no address that this machine knows; --host takes",
        ),
        (("--host", ""), "'' is no address that this machine knows; --host takes"),
        (("--host", "192.0.2.1"), "'192.0.2.1' is no address of this machine; --host takes 127.0.0.1"),
        (("--timeout", "nan"), "timeout"),
        (("--workers", "0"), "workers"),
    ],
)
def test_what_cannot_be_served_is_said_in_one_message(options: tuple[str, ...], says: str) -> None:
    done = run("--port", "0", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_case_with_mistakes_is_not_served_and_says_where(tmp_path: Path) -> None:
    (tmp_path / "broken.ttl").write_text(PREFIXES + "t:ann a cb:Person ; .. \n")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "claims.csv").write_text("subject,relation,object\nAnn,is a membr of,The Club\n")
    for case, says in ((tmp_path / "broken.ttl", "broken.ttl, line"), (folder, "claims.csv, row 2, column")):
        done = run("--port", "0", "--case", str(case))
        assert (done.returncode, done.stdout) == (2, "")
        assert says in done.stderr
        assert "Traceback" not in done.stderr


def test_a_port_that_is_not_for_us_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def bind(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    none = SimpleNamespace(bind=bind, setsockopt=lambda *_: None, close=lambda: None)
    monkeypatch.setattr(socket, "socket", lambda *_: none)
    with pytest.raises(
        BadArgument, match=r"port 80 of 127\.0\.0\.1: is kept for the administrator; take another"
    ):
        listen("127.0.0.1", 80)


#: It would go on for days.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?p . ?q ?r ?s }"


@pytest.mark.parametrize("signals", [[signal.SIGINT], [signal.SIGTERM], [signal.SIGINT, signal.SIGINT]])
def test_a_query_that_runs_on_is_told_that_the_server_ends(signals: list[signal.Signals]) -> None:
    with served("--timeout", "60", "--workers", "1") as server, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(server.query, ENDLESS)
        assert wait_until(lambda: metric(server, 'caseboard_work_total{event="moved"}') == 1)
        processes, begin = server.processes(), time.monotonic()
        for number in signals:
            server.process.send_signal(number)
            # One after the other: two of a kind that wait are one.
            time.sleep(0.2)
        assert server.process.wait(10) == 0
        # A second one means now.
        assert time.monotonic() - begin < (5 if len(signals) == 1 else 2)
        reply = asked.result()
        assert (reply.status, reply.type) == (503, "text/plain")
        assert "the server is ending" in reply.text
        assert wait_until(lambda: not any(Path(f"/proc/{pid}/cmdline").exists() for pid in processes))


def test_a_server_ends_quietly_and_can_start_again_at_once() -> None:
    with served("--workers", "1") as first:
        port = first.port
        first.query("ASK {}")
        first.process.terminate()
        assert first.process.wait(10) == 0
        assert all(line.startswith(b"{") for line in log_of(first))
    with socket.create_server(("127.0.0.1", port)):
        pass


def log_of(server: Served) -> list[bytes]:
    server.log.seek(0)
    return server.log.read().splitlines()


def test_the_log_has_queries_only_where_that_is_asked_for() -> None:
    with served("--workers", "1", "--log-queries") as server:
        server.query("ASK { ?secret cb:helps ?o }")
        assert wait_until(lambda: server.lines())
        assert server.lines()[-1]["query"] == "ASK { ?secret cb:helps ?o }"


WITHOUT = """
import sys
for name in {names}: sys.modules[name] = None
sys.argv = ["caseboard", "serve", "--port", "0", "--case", "harbour", "--workers", "1"]
from caseboard.cli import main
main()
"""


def test_a_missing_extra_is_named() -> None:
    script = WITHOUT.format(names=["starlette"])
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment(), check=False
    )
    assert done.returncode == 2
    assert "caseboard[server]" in done.stderr
    assert "Traceback" not in done.stderr


def test_it_serves_without_the_faster_parts_too() -> None:
    with served(script=WITHOUT.format(names=["httptools", "uvloop"])) as server:
        assert server.query("ASK { ?who cb:helps ?whom }").json()["boolean"] is True
        assert server.query("ASK {").status == 400
        server.process.terminate()
        assert server.process.wait(10) == 0


# --- the page, and what there is to take away -----------------------------------------------------


def test_the_page_is_the_boards_own(server: Served) -> None:
    reply = server.ask("/")
    assert reply.status == 200
    assert reply.text == caseboard.open("harbour").page()
    assert "script-src 'sha256-" in reply.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
    again = server.ask("/", headers={"If-None-Match": reply.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


def without_labels(data: bytes) -> list[bytes]:
    """Return the lines of a file, in an order in which the labels of blank nodes do not count."""
    return sorted(re.sub(rb"_:\w+", b"_:", data).splitlines())


def test_exports_are_what_the_board_exports(server: Served) -> None:
    board = caseboard.open("harbour")
    for name, format_ in [
        ("board.ttl", "turtle"),
        ("board.graphml", "graphml"),
        ("board.rdf12.ttl", "rdf12"),
    ]:
        reply = server.ask(f"/export/{name}")
        assert without_labels(reply.body) == without_labels(board.serialize(format_))
        assert name in reply.headers["content-disposition"]
    assert server.ask("/export/edges.csv").body == board.tables()["edges.csv"]
    listed = server.ask("/export/").text
    for name in re.findall(r'href="(/export/[^"]+)"', listed):
        assert server.ask(name).status == 200, name


def test_named_queries_can_be_read_and_asked(server: Served) -> None:
    listed = server.ask("/queries", headers={"Accept": "application/json"}).json()
    assert {"handlers", "killings"} <= {query["name"] for query in listed}
    assert "Handlers and the people they run." in server.ask("/queries").text
    text = server.ask("/queries/aliases").text
    assert text == server.ask("/queries/aliases.rq").text
    assert server.query(text).json()["results"]["bindings"]
    assert server.ask("/queries", headers={"Accept": "image/png"}).status == 406


SH, SCHEMA = Namespace("http://www.w3.org/ns/shacl#"), Namespace("https://schema.org/")


@pytest.mark.parametrize(("media", "format_"), [("text/turtle", "turtle"), ("application/ld+json", "jsonld")])
def test_named_queries_are_told_as_the_examples_of_the_sib_are(
    server: Served, media: str, format_: str
) -> None:
    reply = server.ask("/queries", headers={"Accept": media})
    assert (reply.status, reply.type) == (200, media)
    told = graph_of(reply.body, media)
    listed = server.ask("/queries", headers={"Accept": "application/json"}).json()
    executables = list(told.subjects(RDF.type, SH.SPARQLExecutable))
    assert len(executables) == len(listed) > 20
    titles = {str(told.value(one, RDFS.label)): one for one in executables}
    for query in listed:
        one = titles[query["title"]]
        assert str(told.value(one, SH.select)) == query["text"]
        assert told.value(one, SCHEMA.target) == URIRef(server.sparql)
        assert list(told.objects(one, SCHEMA.keywords))
        assert query["help"] in str(told.value(one, RDFS.comment)) != ""
        # Whoever has only this can ask: no prefix is missing.
        declared = {
            str(told.value(node, SH.prefix)): str(told.value(node, SH.namespace))
            for node in told.objects(told.value(one, SH.prefixes), SH.declare)
        }
        prepareQuery(query["text"], initNs=declared)
    # It is what the desk writes, to the byte, and the same each time.
    board = caseboard.open("harbour")
    written = library.serialize(
        board.queries.values(),
        prefixes=board.case.store.prefixes,
        target=server.sparql,
        format=format_,
    )
    assert reply.body == written
    again = server.ask("/queries", headers={"Accept": media, "If-None-Match": reply.headers["etag"]})
    assert again.status == 304


def test_an_address_that_is_none_does_not_get_into_the_queries(server: Served) -> None:
    for host in ("e.org/> <urn:x>", "[::1", "", "a b", "<script>"):
        reply = server.ask("/queries", headers={"Accept": "text/turtle", "Host": host})
        assert reply.status in (200, 400), host
        if reply.status == 200:
            told = Graph().parse(data=reply.body, format="turtle")
            assert len(set(told.objects(None, SCHEMA.target))) == 1


def test_void_says_what_the_schema_of_the_board_says(server: Served) -> None:
    void = Namespace("http://rdfs.org/ns/void#")
    described = Graph().parse(data=server.ask("/void").body, format="turtle")
    me = URIRef(f"{server.url}/void")
    counted = int(described.value(me, void.triples))
    asked = server.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").json()["results"]["bindings"][0]["n"][
        "value"
    ]
    assert counted == int(asked)
    assert described.value(me, void.sparqlEndpoint) == URIRef(server.sparql)
    for partition, what, counts in (
        (void.classPartition, void["class"], (void.entities,)),
        (void.propertyPartition, void.property, (void.triples, void.distinctSubjects, void.distinctObjects)),
    ):
        written = Graph().parse(data=caseboard.open("harbour").schema().serialize("turtle"), format="turtle")
        parts = [
            {
                tuple(map(str, (graph.value(part, what), *(graph.value(part, count) for count in counts))))
                for part in graph.objects(None, partition)
            }
            for graph in (described, written)
        ]
        assert parts[0] == parts[1] != set()
    for count in (void.distinctSubjects, void.distinctObjects, void.classes, void.properties):
        dataset = written.value(None, RDF.type, void.Dataset)
        assert described.value(me, count) == written.value(dataset, count)
        assert int(described.value(me, count)) > 0
    as_json = server.ask("/.well-known/void", headers={"Accept": "application/ld+json"})
    assert len(graph_of(as_json.body, "application/ld+json")) == len(described)


# --- things of the case ---------------------------------------------------------------------------


class Links(HTMLParser):
    """The addresses that a page links to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for key, value in attrs if key == "href" and value]


def test_a_thing_is_told_of_in_html_and_links_lead_on(server: Served) -> None:
    reply = server.ask("/entity/iris", headers={"Accept": "text/html"})
    assert reply.type == "text/html"
    for words in (
        "Iris Holm",
        "Ada Lind",
        "/#point=all&amp;node=ex:iris",
        "https://w3id.org/caseboard/harbour/iris",
    ):
        assert words in reply.text
    inside = [link for link in Links(reply.text).found if link.startswith("/entity/")]
    assert len(inside) > 5
    for link in set(inside):
        assert server.ask(link).status == 200, link


@pytest.mark.parametrize("media", ["text/turtle", "application/ld+json", "application/n-triples"])
def test_a_thing_is_told_of_as_data(server: Served, media: str) -> None:
    reply = server.ask("/entity/iris", headers={"Accept": media})
    assert (reply.status, reply.type) == (200, media)
    quads = list(ox.parse(reply.body, ox.RdfFormat.from_media_type(media)))
    assert any(quad.predicate.value == HELPS and quad.subject.value.endswith("/iris") for quad in quads)


def test_every_iri_of_the_case_has_an_address(server: Served) -> None:
    graph = Graph().parse(data=server.ask("/export/board.ttl").body, format="turtle")
    subjects = {str(subject) for subject in graph.subjects() if isinstance(subject, URIRef)}
    assert len(subjects) > 30
    for iri in subjects:
        by_iri = server.ask(f"/entity/{quote(iri, safe='')}", headers={"Accept": "text/turtle"})
        assert by_iri.status == 200, iri
        by_name = server.ask(f"/entity/ex:{iri.rpartition('/')[2]}", headers={"Accept": "text/turtle"})
        assert by_name.status == 200, iri
    assert server.ask("/entity/cb:helps").status == 200


def test_another_name_leads_to_the_one_address(server: Served) -> None:
    for name in ("Iris%20Holm", "holm", "IRIS"):
        reply = server.ask(f"/entity/{name}")
        assert (reply.status, reply.headers["location"]) == (303, "/entity/iris")
    unknown = server.ask("/entity/Irus")
    assert unknown.status == 404
    assert "Did you mean" in unknown.text
    assert server.ask("/entity/iris", headers={"Accept": "image/png"}).status == 406


# --- views ----------------------------------------------------------------------------------------


def memory_of(pid: int) -> bytes:
    """Return everything that a process holds and can write to."""
    held = bytearray()
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", 0) as mem:
        for line in maps:
            found = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if found and "[v" not in line:
                start, end = (int(part, 16) for part in found.groups())
                try:
                    mem.seek(start)
                    held += mem.read(end - start)
                except OSError:
                    continue  # set aside, and never used
    return bytes(held)


def test_what_a_view_hides_is_in_no_process_that_answers(tmp_path: Path) -> None:
    secret = "Zanzibar" + "Quux"
    case = tmp_path / "case.ttl"
    later = claim("c2", "t:ann", "cb:helps", "t:eve").replace("t:p1", "t:p2")
    hidden = f't:eve a cb:Person ; rdfs:label "{secret}" .\n'
    case.write_text(
        PREFIXES + people("ann", "bob") + claim("c1", "t:ann", "cb:helps", "t:bob") + hidden + later, "utf-8"
    )
    everything = "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    with served("--as-of", "first", "--workers", "1", case=str(case)) as server:
        for path in (
            "/",
            "/export/board.trig",
            "/export/board.json",
            "/workbench/config.json",
            "/entity/ann",
        ):
            assert secret.encode() not in server.ask(path).body, path
        assert secret not in server.query(everything).text
        assert "Bob" in server.query(everything).text
        assert server.ask(f"/entity/{secret}").status == 404
        processes = [server.process.pid, *server.processes()]
        assert len(processes) >= 6
        for pid in processes:
            held = memory_of(pid)
            # The request above brought the name along, so what is looked for is what only the case says.
            assert b"t/eve" not in held, pid
    with served("--workers", "1", case=str(case)) as server:
        assert any(b"t/eve" in memory_of(pid) for pid in server.processes())


# --- hostile data ---------------------------------------------------------------------------------


def test_nothing_from_the_data_runs(tmp_path: Path) -> None:
    case = tmp_path / "case.ttl"
    case.write_text(
        PREFIXES
        + f't:ann a cb:Person ; rdfs:label "{HOSTILE}" ; rdfs:comment "\\"><img src=x onerror=alert(2)>" .\n'
        + "<https://example.org/t/x'onclick='alert(3)> a cb:Person ; rdfs:label \"quote\" ; "
        + "rdfs:seeAlso <javascript:alert(4)> .\n"
        + people("bob")
        + claim("c1", "t:ann", "cb:helps", "<https://example.org/t/x'onclick='alert(3)>"),
        "utf-8",
    )
    with served("--workers", "1", case=str(case)) as server, launched() as browser:
        page = browser.new_page()
        ran: list[str] = []
        page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
        page.on("pageerror", lambda error: ran.append(str(error)))
        page.goto(f"{server.url}/entity/ann")
        assert HOSTILE in page.inner_text("h1")
        assert page.locator("img, script").count() == 0
        quoted = quote("https://example.org/t/x'onclick='alert(3)", safe="")
        page.goto(f"{server.url}/entity/{quoted}")
        assert not [link for link in Links(page.content()).found if link.startswith("javascript:")]
        page.goto(f"{server.url}/workbench")
        page.wait_for_selector("body[data-ready]")
        page.evaluate(
            "text => { const tab = Object.values(window.tabs())[0]; tab.setQuery(text); return tab.query() }",
            "SELECT * { GRAPH cb:claims { ?s ?p ?o } }",
        )
        page.wait_for_selector("a.iri")
        for link in page.locator("td a.iri").all()[:40]:
            link.dispatch_event("mouseover")
        for link in page.locator("a.iri", has_text="onclick").all()[:3]:
            link.click(no_wait_after=True)
        assert ran == []


# --- the workbench --------------------------------------------------------------------------------


def test_the_workbench_asks_and_shows_without_anybody_else() -> None:
    with served(case="hit-and-run") as server, launched() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        outside = lambda request: not request.url.startswith((server.url, "data:"))  # noqa: E731
        page.on("request", lambda request: said.append(request.url) if outside(request) else None)
        page.goto(f"{server.url}/workbench")
        page.wait_for_selector("body[data-ready]")
        page.select_option("#queries", "handlers")
        page.wait_for_selector(".tabPanel.active .CodeMirror >> text=Handlers and the people they run")
        page.click(".tabPanel.active .yasqe_queryButton")
        page.wait_for_selector("#shown a")
        assert "Reese Wakefield" in page.inner_text("#shown")
        assert page.get_attribute("#shown a", "href") == "/#point=all&node=hr%3Areese-wakefield"
        assert "hr:danielle-wexler" in page.inner_text(".tabPanel.active .yasr")
        page.click(".tabPanel.active >> text=Response")
        page.click(".tabPanel.active .yasqe_share")
        # What is completed comes from the case.
        page.select_option("#queries", "agencies")
        completed = page.evaluate("window.completions('case-thing')")
        assert "https://w3id.org/caseboard/hit-and-run/segev-azulai" in completed
        # Tabs are there when one comes back.
        page.reload()
        page.wait_for_selector("body[data-ready]")
        assert "handlers" in page.inner_text(".tabsList")
        assert said == []


SCREENS = [(1440, 900, "light"), (390, 844, "dark")]


@pytest.fixture(scope="module")
def case_served() -> Iterator[Served]:
    with served("--workers", "2", case="hit-and-run") as running:
        yield running


def workbench_of(page: Page, server: Served) -> None:
    page.goto(f"{server.url}/workbench")
    page.wait_for_selector("body[data-ready]")


def open_tab(page: Page, name: str) -> None:
    page.locator(".tabsList .tab a", has_text=re.compile(f"^{name}")).click()
    page.wait_for_selector(f".tabsList .tab.active >> text={name}")


def write(page: Page, text: str) -> None:
    """Put a query into the tab that is open."""
    page.evaluate(
        """text => {
            const open = document.querySelector(".tabPanel.active").id;
            Object.values(window.tabs()).find(tab => tab && tab.getId() === open).setQuery(text);
        }""",
        text,
    )


@pytest.mark.parametrize(("width", "height", "scheme"), SCREENS)
def test_every_named_query_is_a_tab_in_one_bar_that_scrolls(
    case_served: Served, width: int, height: int, scheme: str
) -> None:
    queries = case_served.ask("/queries", headers={"Accept": "application/json"}).json()
    with launched() as browser:
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        workbench_of(page, case_served)
        tabs = page.locator(".tabsList .tab")
        names = [text.split("\n")[0] for text in tabs.all_inner_texts()]
        assert names == ["Query", *(query["name"] for query in queries)]
        assert page.inner_text(".tabsList .tab.active").startswith("Query")
        assert tabs.nth(1).get_attribute("title") == queries[0]["title"]
        # One line, which scrolls by itself, while the page does not.
        assert page.locator(".tabsList").bounding_box()["height"] < 50
        assert page.evaluate("document.documentElement.scrollWidth") == width
        # Whichever is opened comes into sight, and another can be added from wherever one is.
        for name in ("violence", "cast"):
            page.select_option("#queries", name)
            page.wait_for_selector(f".tabsList .tab.active >> text={name}")
            page.wait_for_timeout(100)
            box = page.locator(".tabsList .tab.active").bounding_box()
            plus = page.locator(".addTab").bounding_box()
            assert 0 <= box["x"] < box["x"] + box["width"] <= plus["x"] + 1
            assert plus["x"] + plus["width"] <= width
        # The menu of a tab is not cut off by the bar.
        page.locator(".tabsList .tab.active").click(button="right")
        page.locator(".context-menu >> text=Close other tabs").click(trial=True)
        page.keyboard.press("Escape")
        dark = page.evaluate("getComputedStyle(document.documentElement).filter") != "none"
        assert dark == (scheme == "dark")
        assert said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_workbench_can_be_used_without_seeing_it(case_served: Served, scheme: str) -> None:
    with launched() as browser:
        page = browser.new_context(color_scheme=scheme, bypass_csp=True).new_page()
        workbench_of(page, case_served)
        open_tab(page, "handlers")
        found = Axe().run(page).response["violations"]
        # The editor's own list of tabs holds the button for another one.
        assert [violation["id"] for violation in found] in ([], ["aria-required-children"])


def test_tabs_that_somebody_made_changed_or_closed_stay_so(case_served: Served) -> None:
    with launched() as browser:
        page = browser.new_page()
        workbench_of(page, case_served)
        count = page.locator(".tabsList .tab").count()
        page.click(".addTab")
        write(page, "ASK { ?mine ?own ?query }")
        page.evaluate("() => { Object.values(window.tabs()).at(-1).setName('mine') }")
        open_tab(page, "cast")
        write(page, "ASK {} # changed")
        # What was given and left alone follows the server, whatever it said before.
        open_tab(page, "allies")
        write(page, "ASK { ?older ?than ?this }")
        page.evaluate("""() => {
            const key = "caseboard-given-Hit & Run", given = JSON.parse(localStorage.getItem(key));
            given["allies"] = "ASK { ?older ?than ?this }";
            localStorage.setItem(key, JSON.stringify(given));
        }""")
        page.locator(".tabsList .tab", has_text="hedges").locator(".closeTab").click()
        open_tab(page, "mine")
        page.wait_for_timeout(500)
        page.reload()
        page.wait_for_selector("body[data-ready]")
        texts = page.evaluate(
            "Object.fromEntries(Object.values(window.tabs()).filter(Boolean)"
            ".map(tab => [tab.getName(), tab.getPersistedJson().yasqe.value]))"
        )
        assert len(texts) == page.locator(".tabsList .tab").count() == count
        assert "hedges" not in texts
        assert texts["mine"] == "ASK { ?mine ?own ?query }"
        assert texts["cast"] == "ASK {} # changed"
        assert "SELECT" in texts["allies"]
        assert "mine" in page.inner_text(".tabsList .tab.active")
        # It is only put aside: the chooser brings it back.
        page.select_option("#queries", "hedges")
        page.wait_for_selector(".tabsList .tab.active >> text=hedges")


def test_a_query_that_takes_something_has_it_in_its_tab(case_served: Served, server: Served) -> None:
    told = case_served.ask("/workbench/config.json").json()["queries"]
    taking = {query["name"]: query["opened"] for query in told if query["parameters"]}
    assert {"about", "search", "shared"} <= set(taking)
    assert f"VALUES ?entity {{ <{HR}segev-azulai> }}" in taking["about"]
    assert f"VALUES ?a {{ <{HR}segev-azulai> }}\n  VALUES ?b {{ <{HR}mossad> }}" in taking["shared"]
    board = caseboard.open("hit-and-run")
    for name, asked in (
        ("about", {"entity": "Segev Azulai"}),
        ("search", {"words": "state secrets"}),
        ("shared", {"a": "Segev Azulai", "b": "Mossad"}),
    ):
        reply = case_served.query(taking[name], "application/sparql-results+json")
        assert len(reply.json()["results"]["bindings"]) == len(board.run(name, **asked)) > 0, name
    assert all(query["opened"] == query["text"] for query in told if not query["parameters"])
    # What a case does not have is not bound.
    others = server.ask("/workbench/config.json").json()["queries"]
    assert next(query for query in others if query["name"] == "about")["opened"].count("VALUES") == 0


def test_what_an_example_says_stays_a_value(tmp_path: Path) -> None:
    text = "# Finds words.\n# Parameter w (text): the words.\n# Example: caseboard run say w='\" } # {'\n"
    (tmp_path / "say.rq").write_text(text + "SELECT * WHERE { BIND(?w AS ?x) }")
    board = caseboard.open("harbour")
    desk = board.desk.with_queries(tmp_path)
    opened = workbench.opened(SimpleNamespace(desk=desk), desk.queries["say"])
    assert 'VALUES ?w { "\\" } # {" }' in opened
    assert [str(value) for row in board.query(opened) for value in row] == ['" } # {'] * 2
    for example in ("caseboard run say w='", "caseboard run say", "caseboard run say v=1", ""):
        query = dataclasses.replace(desk.queries["say"], example=example)
        assert workbench.opened(SimpleNamespace(desk=desk), query) == query.text


def test_the_editor_completes_what_the_case_has(case_served: Served) -> None:
    with launched() as browser:
        page = browser.new_page()
        workbench_of(page, case_served)
        for typed, offered in [
            ("SELECT * { ?s cb:handl", ["cb:handledBy", "cb:handlerOf"]),
            ("SELECT * { ?s a cb:Person", ["cb:Person", "cb:Persona"]),
            ("SELECT * { ?s rdf:type cb:Ev", ["cb:Event"]),
            ("SELECT * { ?s cb:helps hr:segev-", ["hr:segev-azulai"]),
            ("SELECT * { <https://w3id.org/caseboard/hit-and-run/segev-", [f"<{HR}segev-azulai>"]),
            ("PREFIX c", ["cb: <https://w3id.org/caseboard/ns#>"]),
        ]:
            write(page, "")
            page.click(".tabPanel.active .CodeMirror")
            page.keyboard.type(typed)
            page.keyboard.press("Control+Space")
            page.wait_for_selector(".CodeMirror-hint")
            assert page.locator(".CodeMirror-hint").all_inner_texts() == offered, typed
            page.keyboard.press("Escape")
            page.wait_for_selector(".CodeMirror-hint", state="detached")


def test_what_is_shown_on_the_map_is_selected_there(case_served: Served) -> None:
    with launched() as browser:
        page = browser.new_page()
        workbench_of(page, case_served)
        write(page, "SELECT * { VALUES ?who { hr:segev-azulai <urn:nobody> } BIND('hr:cia' AS ?text) }")
        page.click(".tabPanel.active .yasqe_queryButton")
        page.wait_for_selector("#shown a")
        assert page.inner_text("#shown").strip() == "Show on the map: Segev Azulai"
        # Each tab has its own, and one without an answer has none.
        open_tab(page, "agencies")
        page.wait_for_selector("#shown", state="hidden")
        open_tab(page, "Query")
        page.click("#shown a")
        page.wait_for_selector("aside h2 >> text=Segev Azulai")


def test_the_vendored_files_are_those_that_are_listed() -> None:
    vendor = SRC / "caseboard" / "server" / "vendor"
    rows = re.findall(
        r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", (vendor / "VENDORED.md").read_text(), re.MULTILINE
    )
    assert {name for name, _ in rows} == {"yasgui.min.js", "yasgui.min.css"}
    for name, digest in rows:
        assert hashlib.sha256((vendor / name).read_bytes()).hexdigest() == digest
    for name in ("LICENSE-yasgui.txt", "yasgui.min.js.LICENSE.txt"):
        assert (vendor / name).stat().st_size > 500
    assert "unsafe" not in workbench.POLICY


# --- real clients ---------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_asks(server: Served, method: str) -> None:
    graph = Graph(store=SPARQLStore(server.sparql, method=method))
    rows = list(graph.query(f"SELECT ?who ?whom WHERE {{ ?who <{HELPS}> ?whom }}"))
    assert [str(row.who).rpartition("/")[2] for row in rows] == ["iris"]
    assert graph.query(f"ASK {{ ?who <{HELPS}> ?whom }}").askAnswer is True
    made = graph.query(f"CONSTRUCT WHERE {{ ?who <{HELPS}> ?whom }}").graph
    assert len(made) == 1
    assert len(list(graph.triples((None, URIRef(HELPS), None)))) == 1


def test_sparqlwrapper_asks(server: Served) -> None:
    from SPARQLWrapper import CSV, GET, JSON, POST, POSTDIRECTLY, TURTLE, XML, SPARQLWrapper
    from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

    wrapper = SPARQLWrapper(server.sparql)
    wrapper.setQuery(f"SELECT ?who {{ ?who <{HELPS}> ?whom }}")
    for method in (GET, POST):
        wrapper.setMethod(method)
        wrapper.setReturnFormat(JSON)
        assert len(wrapper.queryAndConvert()["results"]["bindings"]) == 1
        wrapper.setReturnFormat(XML)
        assert b"iris" in wrapper.queryAndConvert().toxml().encode()
        wrapper.setReturnFormat(CSV)
        assert wrapper.queryAndConvert().startswith(b"who\r\n")
    wrapper.setRequestMethod(POSTDIRECTLY)
    assert wrapper.queryAndConvert().startswith(b"who\r\n")
    wrapper.setQuery(f"CONSTRUCT WHERE {{ ?who <{HELPS}> ?whom }}")
    wrapper.setReturnFormat(TURTLE)
    assert b"iris" in wrapper.queryAndConvert()
    wrapper.setQuery("SELECT nonsense")
    wrapper.setReturnFormat(JSON)
    with pytest.raises(QueryBadFormed):
        wrapper.query()


def test_curl_asks(server: Served, tmp_path: Path) -> None:
    curl = shutil.which("curl")
    assert curl, "curl is needed for this test"
    (tmp_path / "q.rq").write_text("SELECT ?who { ?who cb:helps ?whom }")
    for options in (
        ["--data-urlencode", f"query@{tmp_path / 'q.rq'}"],
        ["-G", "--data-urlencode", f"query@{tmp_path / 'q.rq'}"],
        ["--data-binary", f"@{tmp_path / 'q.rq'}", "-H", "Content-Type: application/sparql-query"],
    ):
        done = subprocess.run(
            [curl, "-sS", "--fail", "--noproxy", "*", "-H", "Accept: text/csv", *options, server.sparql],
            capture_output=True, timeout=30, check=True,
        )  # fmt: skip
        assert done.stdout == b"who\r\nhttps://w3id.org/caseboard/harbour/iris\r\n"


def test_one_connection_carries_many_questions(server: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    for number in range(50):
        connection.request(
            "GET", f"/sparql?query={quote(f'SELECT ({number} AS ?n) {{}}')}", headers={"Accept": "text/csv"}
        )
        assert connection.getresponse().read() == f"n\r\n{number}\r\n".encode()
    connection.close()


# --- how it does ----------------------------------------------------------------------------------


def test_health_and_metrics(server: Served) -> None:
    assert server.ask("/health").json() == {"status": "ok", "workers": {"quick": 8, "slow": 2, "house": 2}}
    before = metric(server, 'caseboard_requests_total{method="GET",path="/sparql",status="400"}')
    server.query("nonsense")
    assert wait_until(
        lambda: (
            metric(server, 'caseboard_requests_total{method="GET",path="/sparql",status="400"}') == before + 1
        )
    )
    assert metric(server, 'caseboard_workers{lane="quick"}') == 8


def metric(server: Served, name: str) -> float:
    lines = server.ask("/metrics").text.splitlines()
    return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{name} ")), 0.0)


def test_metrics_do_not_grow_with_what_is_asked_for() -> None:
    assert {place(f"/{n}") for n in range(100)} == {"other"}
    assert {place(f"/entity/{n}") for n in range(100)} == {"/entity"}


def test_a_line_of_the_log_is_one_line() -> None:
    import io

    stream = io.StringIO()
    log = Log(stream=stream)
    log.request(id="a-1", method="GET", path="/\n\x1b[31m\u2028", status=200, seconds=0.5, rows=None)
    assert stream.getvalue().count("\n") == 1
    assert json.loads(stream.getvalue())["ms"] == 500
    assert stream.getvalue().isascii()


def test_the_store_that_is_asked_holds_what_the_boards_dataset_holds() -> None:
    board, store = keeper.open_source(keeper.Source("harbour"))
    assert without_labels(store.dump("nquads")) == without_labels(board.serialize("nquads"))
    view, cut = keeper.open_source(keeper.Source("harbour", {"as_of": "start"}))
    same = caseboard.open("harbour").view(as_of="start").serialize("nquads")
    assert without_labels(cut.dump("nquads")) == without_labels(same)
    assert view.title == "Harbour"
