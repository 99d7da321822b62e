"""The page, as a viewer meets it: in a real browser, from a file, without a network."""

from __future__ import annotations

import copy
import hashlib
import itertools
import re
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from caseboard import page as page_module
from caseboard.page import render

from .browser import launched

Graph = nx.MultiDiGraph  # of str; only a name for the annotations below

DESK, PHONE = (1440, 900), (390, 844)
THREADS = ("The hit", "The double life", "The diary", "The leak", "The abduction", "The manhunt")
POINTS = ("the premise", "season 1", "the finale")
PEOPLE = (
    "Segev Azulai",
    "Danielle Wexler",
    "Sophie Dreyer",
    "Martin Wexler",
    "Reese Wakefield",
    "Tali Shapira",
    "Ron Harel",
    "Naomi Hicks",
    "Tamir Edri",
    "Detective Ellis",
    "Ella",
    "Segev's ex-wife",
    "The American President",
    "The President's son-in-law",
    "The men behind the wheel",
    "Whoever killed the ex-wife",
    "Whoever took Ella",
)
OTHERS = {
    "organisation": ("Mossad", "CIA", "The Israeli police", "The White House", "The American police"),
    "object": ("The diary",),
    "information": ("What stands in the diary", "Secrets said to be leaking"),
    "place": ("Israel", "America"),
    "event": ("The hit-and-run", "The overarching conspiracy"),
    "work": ("The first season",),
}


def case() -> Graph:
    """Thirty nodes and sixty claims, much like the bundled case: one hub, parallel claims, a persona."""
    graph: Graph = nx.MultiDiGraph(
        name="Hit & Run", comment="A case to look at.", points="; ".join(POINTS), threads="; ".join(THREADS)
    )
    for kind, names in {"person": PEOPLE, **OTHERS}.items():
        for name in names:
            key = "ex:" + re.sub(r"\W+", "-", name.lower())
            graph.add_node(key, label=name, kind=kind, iri=f"https://example.org/{key}")
    graph.nodes["ex:danielle-wexler"].update(
        aliases="Sophie Dreyer", comment="A dancer who keeps a notebook."
    )
    graph.nodes["ex:sophie-dreyer"]["persona"] = True
    graph.nodes["ex:whoever-took-ella"]["unknown"] = True
    keys = list(graph)
    pairs = [(i, max(0, i // 2 - 1)) for i in range(1, 30)]  # a tree with a few hubs
    pairs += [(i, 0) for i in (5, 6, 7, 8, 9, 10, 17, 22)] + [(i, (i * 7 + 3) % 30) for i in range(23)]
    for n, (a, b) in enumerate(pairs):
        add(graph, keys[a], keys[b], f"ex:c{n}", threads=THREADS[n % 6] if n % 4 else None, number=n)
    graph.edges["ex:sophie-dreyer", "ex:segev-azulai", "ex:c1"].update(identity=True, label="is an alias of")
    graph.edges["ex:martin-wexler", "ex:segev-azulai", "ex:c2"].update(refuted="season 1")
    return nx.freeze(graph)


def add(graph: Graph, a: str, b: str, claim: str, *, threads: str | None = None, number: int = 0) -> None:
    status = ("stated", "stated", "stated", "hedged", "predicted", "inferred")[number % 6]
    label, inverse, family = (
        ("is a friend of", "is a friend of", "friendship"),
        ("was killed by", "killed", "violence"),
        ("is handler of", "is handled by", "intelligence"),
    )[number % 3]
    attributes = {
        "claim": claim, "relation": "cb:some", "label": label, "inverse": inverse, "family": family,
        "status": status, "strength": 1.0, "revealed": POINTS[number % 3], "reveal_order": number % 3,
        "evidence": f"Cast, paragraph {number}, sentence 1 of The article",
        "note": f"Claim {number} in words.",
    }  # fmt: skip
    if threads:
        attributes["threads"] = threads
    graph.add_edge(a, b, claim, **attributes)


def small(**changes: Any) -> Graph:
    """Two nodes and one claim, with the given attributes of the first node and of the claim."""
    graph: Graph = nx.MultiDiGraph(name="Small", points="start", threads="T")
    node = {"label": "Ada", "kind": "person", "iri": "https://example.org/a", **changes.get("node", {})}
    graph.add_node("ex:a", **node)
    graph.add_node("ex:b", label="Ledger", kind="object", iri="https://example.org/b")
    add(graph, "ex:a", "ex:b", "ex:c", threads="T")
    graph.edges["ex:a", "ex:b", "ex:c"].update(changes.get("edge", {}))
    return graph


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as started:
        yield started


@pytest.fixture(scope="module")
def case_html() -> str:
    return render(case())


Opener = Callable[..., Page]
#: The whole network as it was given: everything watched, personas apart from those behind them.
WHOLE = "point=all&apart=1"


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Opener]:
    """Open documents from files, the network off, and fail on whatever a page must not do."""
    contexts, problems = [], []

    def opened(
        html: str, size: tuple[int, int] = DESK, theme: str = "light", state: str = WHOLE, **options: Any
    ) -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=theme,  # type: ignore[arg-type]
            offline=True,
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: problems.append(f"console {message.type}: {message.text}"))
        page.on("pageerror", lambda error: problems.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (problems.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on(
            "request",
            lambda request: (
                request.url.startswith(("file:", "data:", "blob:"))
                or problems.append(f"request: {request.url}")
            ),
        )
        page.add_init_script(
            "addEventListener('securitypolicyviolation', e => console.error('policy', e.violatedDirective))"
        )
        path = tmp_path / f"page-{len(contexts)}.html"
        path.write_bytes(html.encode())
        page.goto(f"{path.as_uri()}#{state}")
        page.wait_for_selector("html[data-ready]")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


def look(page: Page) -> Any:
    """Where everything is drawn, once the map is at rest."""
    for _ in range(100):
        seen = page.evaluate("caseboard.inspect()")
        if seen["resting"]:
            return seen
        time.sleep(0.03)
    raise AssertionError("the map does not come to rest")


def click_map(page: Page, x: float, y: float) -> None:
    corner = page.locator("#canvas").bounding_box()
    assert corner is not None
    page.mouse.click(corner["x"] + x, corner["y"] + y)


def click_node(page: Page, node: str) -> None:
    spot = next(entry for entry in look(page)["nodes"] if entry["id"] == node)
    click_map(page, spot["x"], spot["y"])


def details(page: Page) -> str:
    page.wait_for_selector("#details", state="visible")
    return page.locator("#details").inner_text()


def overlap(a: list[float], b: list[float]) -> bool:
    return a[0] < b[2] - 0.5 and b[0] < a[2] - 0.5 and a[1] < b[3] - 0.5 and b[1] < a[3] - 0.5


def assert_clear(seen: Any) -> None:
    """Assert that no name or verb is cut off, or lies on another, on a node or under a panel."""
    boxes = [thing["box"] for thing in (*seen["labels"], *seen["verbs"])]
    assert boxes
    for box in boxes:
        assert box[0] >= 0
        assert box[1] >= 0
        assert box[2] <= seen["width"]
        assert box[3] <= seen["height"]
    assert [pair for pair in itertools.combinations(boxes, 2) if overlap(*pair)] == []
    assert [box for box in boxes for cover in seen["covers"] if overlap(box, cover)] == []
    for node in seen["nodes"]:
        if node["lit"]:
            r = node["r"] * 0.7  # the outlines are round, their boxes are not
            circle = [node["x"] - r, node["y"] - r, node["x"] + r, node["y"] + r]
            assert [box for box in boxes if overlap(box, circle)] == []


# ---- made in Python ----


def test_the_network_is_left_as_it_was() -> None:
    graph = small()
    before = copy.deepcopy(
        (dict(graph.nodes(data=True)), list(graph.edges(keys=True, data=True)), graph.graph)
    )
    render(graph)
    assert before == (dict(graph.nodes(data=True)), list(graph.edges(keys=True, data=True)), graph.graph)
    render(nx.freeze(graph))


def test_the_same_network_gives_the_same_page() -> None:
    assert render(small()) == render(small())


def test_fifty_edges_stay_small() -> None:
    graph: Graph = nx.MultiDiGraph(case())
    graph.remove_edges_from(list(graph.edges(keys=True))[50:])
    assert graph.number_of_edges() == 50
    assert len(render(graph).encode()) <= 550_000


def test_the_policy_lets_only_the_page_itself_run(case_html: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', case_html)
    assert policy is not None
    assert "default-src &#39;none&#39;" in policy[1]
    assert "unsafe" not in policy[1]
    assert not re.search(r"<[^>]+\son\w+=", case_html.split("<script")[0])
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", case_html)


def test_what_is_bundled_is_what_the_sources_say() -> None:
    folder = Path(page_module.__file__).parent
    digest = hashlib.sha256()
    for path in sorted((folder / "js").iterdir(), key=lambda path: path.name):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    script = (folder / "static" / "page.js").read_text("utf-8")
    assert f"sha256:{digest.hexdigest()}" in script, "run node src/caseboard/page/bundle/bundle.mjs"
    listed = (folder / "vendor" / "VENDORED.md").read_text("utf-8")
    vendored = [folder / "vendor" / "vis-network.js", *sorted((folder / "fonts").glob("*.woff2"))]
    assert len(vendored) == 5
    for path in vendored:
        assert hashlib.sha256(path.read_bytes()).hexdigest() in listed, path


@pytest.mark.parametrize("breaker", ["</script", "</SCRIPT >", "<!--"])
def test_a_script_that_could_break_out_stops_the_build(breaker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    page_module._parts.cache_clear()
    monkeypatch.setattr(page_module, "read_text", lambda _: f"'{breaker}'")
    with pytest.raises(ValueError, match="end or hide its element"):
        render(small())


# ---- safe with anything ----

HOSTILE = (
    "</script><img src=x onerror=alert(1)>",
    "<svg onload=alert(2)>",
    "see href=\"javascript:alert(3)\" ' onmouseover='alert(4)",
    "{{ 7 * 7 }}{% raw %}<!--<script>alert(5)</script>",
    "quote \" apostrophe ' newline\n tab\t nul\0 sep\u2028 rtl\u202e end",
)


@pytest.mark.parametrize("evil", HOSTILE)
def test_hostile_text_is_shown_and_never_runs(evil: str, show: Opener) -> None:
    graph: Graph = nx.MultiDiGraph(name=evil, comment=evil, points=evil, threads=evil)
    graph.add_node(
        evil, label=evil, kind=evil, iri="javascript:alert(6)", comment=evil, aliases=evil, threads=evil
    )
    graph.add_node("ex:b", label="Plain", kind="person", iri="data:text/html,<script>alert(7)</script>")
    words = (
        "relation",
        "label",
        "inverse",
        "family",
        "status",
        "revealed",
        "refuted",
        "threads",
        "evidence",
        "note",
    )
    graph.add_edge(evil, "ex:b", evil, claim=evil, strength=1.0, reveal_order=0, **dict.fromkeys(words, evil))
    page = show(render(graph, language=evil))

    def shown(text: str) -> str:
        return " ".join(text.replace("\0", "\ufffd").split())

    visible = shown(evil).split("; ")[0][:30]
    assert visible in shown(page.locator("h1").inner_text().replace("\0", "\ufffd"))
    assert visible in shown(page.locator("#filter-threads").inner_text())
    page.fill("#search", evil.split()[0])
    page.keyboard.press("Enter")
    assert visible in shown(details(page))
    page.hover("#details .card")
    page.click("#show-table")
    assert visible in shown(page.locator("#table tbody").inner_text())
    spot = look(page)["edges"][0]
    page.click("#show-table")
    click_map(page, spot["x"], spot["y"])
    assert page.locator("img, iframe, object, a[href^='javascript'], [onload], [onerror]").count() == 0
    assert page.locator("script").count() == 6


@pytest.mark.parametrize(
    "graph",
    [
        nx.MultiDiGraph(),
        small(edge={"strength": float("nan"), "reveal_order": float("inf")}),
        small(edge={"strength": np.float64(0.5), "reveal_order": np.int64(3)}),
        small(node={"label": "\ud800 half a letter", "kind": "constructor", "comment": 7}),
        small(node={"label": ""}, edge={"label": "__proto__", "status": "toString", "note": None}),
    ],
    ids=["empty", "nan", "numpy", "surrogate", "empty-label"],
)
def test_odd_values_make_a_page(graph: Graph, show: Opener) -> None:
    page = show(render(graph))
    assert len(look(page)["nodes"]) == len(graph)
    page.click("#show-table")
    assert page.locator("#table tbody tr").count() == graph.number_of_edges()


def test_parallel_edges_loops_and_repeated_claims_all_stay(show: Opener) -> None:
    graph = small()
    for n, (a, b) in enumerate((("ex:a", "ex:b"), ("ex:b", "ex:a"), ("ex:a", "ex:a"))):
        add(graph, a, b, "ex:c" if n == 0 else f"ex:d{n}", number=n) if n else graph.add_edge(
            "ex:a", "ex:b", 1, claim="ex:c", label="holds", status="stated"
        )
    page = show(render(graph))
    edges = look(page)["edges"]
    assert len({edge["id"] for edge in edges}) == 4
    spots = {(round(edge["x"]), round(edge["y"])) for edge in edges}
    assert len(spots) == 4  # none lies on another


def test_the_page_works_in_a_sandboxed_frame(show: Opener, browser: Browser) -> None:
    page = browser.new_page()
    page.set_content('<iframe sandbox="allow-scripts" width="1000" height="700"></iframe>')
    page.eval_on_selector("iframe", "(frame, html) => { frame.srcdoc = html; }", render(small()))
    page.frame_locator("iframe").locator("html[data-ready]").wait_for(state="attached", timeout=10_000)
    page.close()


# ---- looked at ----


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_no_name_is_covered_or_cut_off(
    size: tuple[int, int], theme: str, case_html: str, show: Opener, request: pytest.FixtureRequest
) -> None:
    page = show(case_html, size, theme)
    folder = request.config.rootpath / "test-artifacts"
    folder.mkdir(exist_ok=True)
    for state in ("nothing", "hub", "leaf", "line"):
        if state == "hub":
            click_node(page, "ex:segev-azulai")
        elif state == "leaf":
            page.keyboard.press("Escape")
            click_node(page, "ex:tamir-edri")
        elif state == "line":
            page.keyboard.press("Escape")
            spot = next(edge for edge in look(page)["edges"] if edge["id"] == "ex:c28")
            click_map(page, spot["x"], spot["y"])
        seen = look(page)
        page.screenshot(path=folder / f"page-{size[0]}-{theme}-{state}.png")
        lit = [node for node in seen["nodes"] if node["lit"]]
        names = {label["id"]: label["box"] for label in seen["labels"]}
        assert len(names) == len(lit) if state != "hub" else len(names) >= 0.9 * len(lit)
        if state == "nothing":
            assert len(names) == 30
        assert_clear(seen)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_map_fills_its_room(size: tuple[int, int], case_html: str, show: Opener) -> None:
    seen = look(show(case_html, size))
    spots = np.array([label["box"] for label in seen["labels"]])
    width, height = spots[:, 2].max() - spots[:, 0].min(), spots[:, 3].max() - spots[:, 1].min()
    assert width > 0.8 * seen["width"] or height > 0.8 * seen["height"]
    assert width * height > 0.55 * seen["width"] * seen["height"]


def test_names_are_kept_apart_in_a_big_network(show: Opener) -> None:
    graph: Graph = nx.MultiDiGraph(name="Big", points="start", threads="T")
    for n in range(250):
        graph.add_node(f"ex:{n}", label=f"Somebody number {n}", kind="person", iri=f"https://example.org/{n}")
    for n in range(1, 400):
        add(graph, f"ex:{n % 250}", f"ex:{(n * n) % 17}", f"ex:c{n}", threads="T", number=n)
    seen = look(show(render(graph)))
    boxes = [label["box"] for label in seen["labels"]]
    assert len(boxes) >= 20
    assert [pair for pair in itertools.combinations(boxes, 2) if overlap(*pair)] == []
    assert {label["id"] for label in seen["labels"]} >= {"ex:0", "ex:1", "ex:4"}  # the hubs


# ---- used ----


def test_a_node_shows_its_claims(case_html: str, show: Opener) -> None:
    page = show(case_html)
    click_node(page, "ex:danielle-wexler")
    text = details(page)
    assert "Danielle Wexler" in text
    assert "A dancer who keeps a notebook." in text
    assert "Also known as Sophie Dreyer" in text
    claims = [data for _, _, data in case().edges("ex:danielle-wexler", data=True)]
    claims += [data for _, _, data in case().in_edges("ex:danielle-wexler", data=True)]
    assert page.locator("#details .card").count() == len(claims)
    for claim in claims:
        assert claim["note"] in text
        assert claim["evidence"] in text
    assert "Known from" in text
    assert all(verb["text"] for verb in look(page)["verbs"])
    page.locator("#details .link").first.click()  # on to a neighbour
    assert details(page) != text


def test_a_line_its_verb_and_a_name_can_be_clicked(case_html: str, show: Opener) -> None:
    page = show(case_html)
    spot = next(edge for edge in look(page)["edges"] if edge["id"] == "ex:c28")
    click_map(page, spot["x"], spot["y"])
    text = details(page)
    assert "Claim 28 in words." in text
    assert "Cast, paragraph 28, sentence 1 of The article" in text
    assert [verb["id"] for verb in look(page)["verbs"]] == ["ex:c28"]
    page.click(".close")
    page.wait_for_selector("#details", state="hidden")
    name = next(label for label in look(page)["labels"] if label["id"] == "ex:ella")["box"]
    click_map(page, (name[0] + name[2]) / 2, (name[1] + name[3]) / 2)
    assert page.locator("#details h2").inner_text() == "Ella"
    verb = look(page)["verbs"][0]
    click_map(page, (verb["box"][0] + verb["box"][2]) / 2, (verb["box"][1] + verb["box"][3]) / 2)
    assert page.locator("#details h2").inner_text().count(verb["text"]) == 1


def test_a_refuted_claim_says_until_when_it_was_believed(case_html: str, show: Opener) -> None:
    page = show(case_html)
    page.get_by_role("button", name="Refuted 1").click()
    assert len(look(page)["edges"]) == 1
    click_node(page, "ex:martin-wexler")
    assert "Believed until season 1" in details(page)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("wakef", "Reese Wakefield"),
        ("DREYER", "Sophie Dreyer"),
        ("notebook", "Danielle Wexler"),
        ("what stánds", "What stands in the diary"),
        ("claim 28 in", "claim"),
        ("zzz", "Nothing on the board matches"),
    ],
)
def test_search_finds_names_aliases_descriptions_and_claims(
    query: str, expected: str, case_html: str, show: Opener
) -> None:
    page = show(case_html)
    page.keyboard.press("/")
    page.keyboard.type(query)
    assert expected in page.locator("#matches li").first.inner_text()
    if "Nothing" not in expected:
        page.keyboard.press("Enter")
        assert page.locator("#details .card").count() >= 1
        assert page.locator("#matches").is_hidden()


def test_search_lists_everything_and_moves_by_arrows(case_html: str, show: Opener) -> None:
    page = show(case_html)
    page.fill("#search", "is handler of")
    count = sum(data["label"] == "is handler of" for *_, data in case().edges(data=True))
    assert page.locator("#matches li").count() == count
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#matches li[aria-selected=true]")
    assert chosen.get_attribute("id") == page.get_attribute("#search", "aria-activedescendant") == "match-2"
    page.keyboard.press("Escape")
    assert page.locator("#matches").is_hidden()


def chip(page: Page, name: str) -> Any:
    """The chip of a filter; where its group is folded, the fold is opened as a viewer would."""
    found = page.locator(".chip", has=page.locator(f".name:text-is('{name}')"))
    fold = page.locator("details.fold:not([open])", has=found)
    if fold.count() and fold.is_visible():
        fold.locator("summary").click()
    return found


def test_filters_narrow_everything_and_count_live(case_html: str, show: Opener) -> None:
    page = show(case_html)
    edges = [data for *_, data in case().edges(data=True)]
    diary = [data for data in edges if data.get("threads") == "The diary"]
    assert chip(page, "The diary").locator(".n").inner_text() == str(len(diary))
    loose = [data for data in edges if "threads" not in data]
    assert chip(page, "No thread").locator(".n").inner_text() == str(len(loose))
    chip(page, "The diary").click()
    seen = look(page)
    assert {edge["id"] for edge in seen["edges"]} == {data["claim"] for data in diary}
    assert f"{len(diary)} of 60 claims" in page.locator("#counts").inner_text()
    hedged = [data for data in diary if data["status"] == "hedged"]
    assert chip(page, "Hedged").locator(".n").inner_text() == str(len(hedged))
    chip(page, "The leak").click()  # a second one widens again
    leak = [data for data in edges if data.get("threads") == "The leak"]
    assert len(look(page)["edges"]) == len(diary) + len(leak)
    chip(page, "Organisations").click()
    graph = case()
    expected = {
        data["claim"]
        for a, b, data in graph.edges(data=True)
        if data.get("threads") in ("The diary", "The leak")
        and "organisation" in (graph.nodes[a]["kind"], graph.nodes[b]["kind"])
    }
    assert {edge["id"] for edge in look(page)["edges"]} == expected
    page.click("#show-table")
    assert page.locator("#table tbody tr").count() == len(expected)
    page.click("#reset")
    assert page.locator("#counts").inner_text().endswith("60 claims")
    assert len(look(page)["edges"]) == 59  # the alias is one with its person again
    page.get_by_label("Show aliases apart").check()
    assert len(look(page)["edges"]) == 60
    assert page.locator("#table").is_hidden()
    assert page.locator(".chip[aria-pressed=true]").count() == 0


def test_what_stepped_back_cannot_be_chosen(case_html: str, show: Opener) -> None:
    page = show(case_html)
    chip(page, "The diary").click()
    faint = [node for node in look(page)["nodes"] if not node["lit"]]
    assert len(faint) > 5
    assert {label["id"] for label in look(page)["labels"]}.isdisjoint(node["id"] for node in faint)
    names = {f"ex:{re.sub('[^a-z]+', '-', name.lower())}": name for name in PEOPLE}
    hidden = next(names[node["id"]] for node in faint if node["id"] in names)
    page.fill("#search", hidden)
    assert hidden not in page.locator("#matches").inner_text()
    spot = faint[-1]
    click_map(page, spot["x"], spot["y"])
    page.wait_for_timeout(300)
    assert not page.locator("#details").is_visible()


def test_the_table_holds_everything_and_sorts(case_html: str, show: Opener) -> None:
    page = show(case_html)
    page.click("#show-table")
    rows = page.locator("#table tbody tr")
    assert rows.count() == 60
    text = page.locator("#table").inner_text()
    for *_, data in case().edges(data=True):
        assert data["note"] in text
        assert data["evidence"] in text
    first = [row.split("\t")[0] for row in page.locator("#table tbody th").all_inner_texts()]
    assert first == sorted(first, key=lambda name: (name.casefold(), name))
    page.get_by_role("button", name="Known from").click()
    points = page.locator("#table tbody tr td:last-child").all_inner_texts()
    assert points == sorted(points, key=POINTS.index)
    page.get_by_role("button", name="Known from").click()
    assert page.locator("#table tbody tr td:last-child").first.inner_text() == "the finale"
    assert page.locator("th[aria-sort=descending]").count() == 1
    rows.first.locator(".verb").click()
    assert page.locator("#table").is_hidden()
    assert page.locator("#details .card").first.is_visible()


def test_the_keyboard_is_enough(case_html: str, show: Opener) -> None:
    page = show(case_html, reduced_motion="reduce")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # skip to the map
    page.keyboard.press("ArrowRight")
    assert page.locator("#details h2").inner_text() == "Segev Azulai"  # the hub comes first
    page.keyboard.press("ArrowLeft")
    second = page.locator("#details h2").inner_text()
    assert second != "Segev Azulai"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('#details') !== null")
    page.keyboard.press("Escape")
    page.wait_for_selector("#details", state="hidden")
    before = look(page)["nodes"][0]["r"]
    page.keyboard.press("+")
    assert look(page)["nodes"][0]["r"] > before * 1.2
    page.keyboard.press("0")
    assert look(page)["nodes"][0]["r"] == pytest.approx(before)


def test_the_theme_can_be_changed(case_html: str, show: Opener) -> None:
    page = show(case_html)
    paper = page.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor")
    page.click("#theme")
    assert page.get_attribute("html", "data-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor") != paper


def test_the_picture_is_twice_the_size(case_html: str, show: Opener) -> None:
    page = show(case_html)
    before = look(page)
    with page.expect_download() as download:
        page.click("#open-take")
        page.click("#take-picture")
    assert download.value.suggested_filename == "hit-run.png"
    header = Path(download.value.path()).read_bytes()[:24]
    assert header.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", header[16:24])
    assert width == 2 * before["width"]
    assert height > 2 * before["height"]
    assert look(page)["nodes"] == before["nodes"]


def test_a_narrow_screen_has_panels(case_html: str, show: Opener) -> None:
    page = show(case_html, PHONE, has_touch=True)
    assert page.locator("#explore").is_hidden()
    page.get_by_role("button", name="Explore").tap()
    assert page.locator("#search").is_visible()
    page.get_by_role("button", name="Map", exact=True).tap()
    page.wait_for_selector("#explore", state="hidden")
    spot = next(node for node in look(page)["nodes"] if node["id"] == "ex:ella")
    page.touchscreen.tap(spot["x"], spot["y"])
    page.wait_for_selector("#details", state="visible")
    assert page.locator("#details h2").inner_text() == "Ella"
    sheet = page.locator("#details").bounding_box()
    assert sheet is not None
    chosen = next(node for node in look(page)["nodes"] if node["id"] == "ex:ella")
    assert chosen["y"] < sheet["y"]
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]


def test_turning_the_screen_lays_the_map_out_anew(case_html: str, show: Opener) -> None:
    page = show(case_html, PHONE)
    tall = {node["id"]: (node["x"], node["y"]) for node in look(page)["nodes"]}
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    page.wait_for_timeout(200)
    seen = look(page)
    assert seen["width"] > seen["height"]
    assert len(seen["labels"]) == 30
    assert {node["id"]: (node["x"], node["y"]) for node in seen["nodes"]} != tall
