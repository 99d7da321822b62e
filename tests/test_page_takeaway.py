"""What a viewer takes away from a page, asks in it and prints: in a real browser, from a file, offline."""

from __future__ import annotations

import base64
import csv
import io
import re
import time
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from rdflib import RDF, BNode, Graph, Namespace, URIRef
from rdflib.compare import to_canonical_graph

import caseboard

from .browser import launched
from .small import claim, people

CB = Namespace("https://w3id.org/caseboard/ns#")
OA, PROV = Namespace("http://www.w3.org/ns/oa#"), Namespace("http://www.w3.org/ns/prov#")
EVERYTHING = ("inferred", "hedged", "predicted", "refuted")
Opener = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as started:
        yield started


@pytest.fixture(scope="module")
def harbour_html(harbour: caseboard.Board) -> str:
    return harbour.page(include=EVERYTHING)


@pytest.fixture(scope="module")
def case_html(hit_and_run: caseboard.Board) -> str:
    return hit_and_run.page(include=EVERYTHING)


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Opener]:
    """Open documents from files at an address, the network off, and fail on whatever a page must not do."""
    contexts, problems = [], []

    def opened(
        html: str,
        address: str = "",
        size: tuple[int, int] = (1440, 900),
        theme: str = "light",
        **options: Any,
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
        page.add_init_script(
            "addEventListener('securitypolicyviolation', e => console.error('policy', e.violatedDirective))"
        )
        path = tmp_path / f"page-{len(contexts)}.html"
        path.write_bytes(html.encode())
        page.goto(path.as_uri() + (f"#{address}" if address else ""))
        page.wait_for_selector("html[data-ready]")
        until(page, "caseboard.inspect().resting")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


def until(page: Page, what: str) -> None:
    """Wait until an expression is true; the page's policy lets no waiting script in."""
    for _ in range(200):
        if page.evaluate(what):
            return
        time.sleep(0.03)
    raise AssertionError(f"never: {what}")


def taken(page: Page, what: str) -> tuple[str, bytes]:
    """The name and the bytes of a file that the menu saves."""
    page.click("#open-take")
    with page.expect_download() as download:
        page.click(f"#take-{what}")
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def drawn(page: Page) -> set[str]:
    """The ids of the claims that the map shows, a folded alias among them."""
    return {row["claim"] for row in table(page) if row["target"]}


def table(page: Page) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(taken(page, "table")[1].decode("utf-8"), newline="")))


STATES = (
    "point=all",
    "point=0",
    "point=1&status=stated",
    "point=2&status=refuted&status=hedged",
    "point=all&status=refuted",
    "point=all&thread=The+ledger&thread=",
    "point=all&kind=person&family=kinship",
    "point=1&kind=object&apart=1",
    "point=all&status=inferred",
)


# ---- the query behind the view ----


@pytest.mark.parametrize("state", STATES)
def test_the_query_behind_the_view_gives_what_the_map_shows(
    state: str, harbour: caseboard.Board, harbour_html: str, show: Opener
) -> None:
    page = show(harbour_html, f"{state}&query=")
    sparql = page.locator("#queries pre").inner_text()
    shown = [edge["id"] for edge in page.evaluate("caseboard.inspect().edges")]
    page.keyboard.press("Escape")
    listed = [row for row in table(page) if row["target"]]
    assert {row["claim"] for row in listed} >= set(shown)
    answer = harbour.query(sparql, include=EVERYTHING).cells(iris=True)
    assert {row[0] for row in answer if row[0]} == {r["claim"] for r in listed if r["status"] != "inferred"}
    assert {tuple(row[1:]) for row in answer} == {(r["source"], r["relation"], r["target"]) for r in listed}


@pytest.mark.parametrize("state", ["point=0", "point=all&thread=The+manhunt&status=stated&status=hedged"])
def test_the_query_behind_a_larger_view_is_exact_too(
    state: str, hit_and_run: caseboard.Board, case_html: str, show: Opener
) -> None:
    page = show(case_html, f"{state}&query=")
    sparql = page.locator("#queries pre").inner_text()
    page.keyboard.press("Escape")
    listed = {row["claim"] for row in table(page) if row["target"] and row["status"] != "inferred"}
    answer = hit_and_run.query(sparql, include=EVERYTHING).cells(iris=True)
    assert {row[0] for row in answer if row[0]} == listed
    assert len(listed) > 3


# ---- queries ----


def test_a_row_leads_to_the_map_and_back_again(case_html: str, show: Opener) -> None:
    page = show(case_html, "point=all")
    page.click("#open-queries")
    page.get_by_role("button", name="Handlers and the people they run").click()
    assert page.locator("#queries tbody tr").count() == 1
    assert page.locator("#queries tbody tr").inner_text().split("\t")[:2] == [
        "Reese Wakefield",
        "Danielle Wexler",
    ]
    page.get_by_role("button", name=re.compile("^Show on the map")).click()
    page.wait_for_selector("#queries", state="hidden")
    heading = page.locator("#details h2").inner_text()
    assert "Reese Wakefield" in heading
    assert "Danielle Wexler" in heading
    page.go_back()
    page.wait_for_selector("#queries", state="visible")
    page.locator("#queries tbody .link", has_text="Danielle Wexler").click()
    assert page.locator("#details h2").inner_text() == "Danielle Wexler"


def lit(page: Page) -> set[str]:
    return {node["id"] for node in page.evaluate("caseboard.inspect().nodes") if node["lit"]}


@pytest.mark.parametrize("filters", ["", "&status=hedged"])
def test_a_row_of_three_lights_all_of_them_and_what_is_claimed_among_them(
    filters: str, hit_and_run: caseboard.Board, case_html: str, show: Opener
) -> None:
    page = show(case_html, f"point=all&query=agencies{filters}")
    found = enumerate(page.locator("#queries tbody tr").all())
    place, names = next(
        (i, names)
        for i, row in found
        if all(names := [row.locator("td").nth(n).inner_text() for n in (0, 2, 3)])
    )
    assert len(set(names)) == 3
    ids = {str(hit_and_run.find(name)) for name in names}
    # By keyboard, as whoever has no mouse.
    page.locator("#queries tbody tr .go button").nth(place).focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#queries", state="hidden")
    until(page, "caseboard.inspect().resting")
    assert lit(page) == ids
    network = hit_and_run.network(include=EVERYTHING)
    among = [(a, b) for a, b in network.edges() if {a, b} <= ids]
    assert among
    assert page.locator("#details .card").count() == len(among)
    assert all(name in page.locator("#details h2").inner_text() for name in names)
    # All are in view, beside the panel, and an address brings them back.
    seen = page.evaluate("caseboard.inspect()")
    right = page.locator("#details").bounding_box()
    assert right
    for node in seen["nodes"]:
        if node["lit"]:
            assert node["r"] < node["x"] < seen["width"] - right["width"] - node["r"]
            assert node["r"] < node["y"] < seen["height"] - node["r"]
    again = show(case_html, page.url.partition("#")[2])
    assert lit(again) == ids
    # The arrow keys go on from there, and Escape lets go.
    page.focus("#map")
    page.keyboard.press("Escape")
    assert len(lit(page)) == len(page.evaluate("caseboard.inspect().nodes"))
    page.go_back()
    until(page, "caseboard.inspect().resting")
    assert lit(page) == ids
    page.focus("#map")
    page.keyboard.press("ArrowDown")
    assert page.locator("#details h2").inner_text().count(",") == 0


def test_a_row_of_three_without_a_claim_among_them_says_so(show: Opener) -> None:
    import networkx as nx

    from caseboard.page import render
    from caseboard.page.content import Asked, Cell, Content

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(name="Bare")
    graph.add_nodes_from("abcde", kind="person")
    for n, (one, other) in enumerate(("ad", "bd", "cd", "de")):
        graph.add_edge(one, other, f"k{n}", claim=f"k{n}", label="knows", status="stated")
    row = tuple(Cell(name, name) for name in "abc")
    asked = Asked("q", "Three.", "SELECT", ("x", "y", "z"), (row,), 1)
    page = show(render(graph, content=Content(queries=[asked])), "query=q")
    page.locator("#queries .go button").click()
    until(page, "caseboard.inspect().resting")
    assert lit(page) == {"a", "b", "c"}
    assert "No claim shown links them directly" in page.locator("#details").inner_text()
    for hostile in ("node=a&node=nobody&node=b", "node=a&node=a", "node=nobody&node=else"):
        page.evaluate("words => { location.hash = words; }", hostile)
        time.sleep(0.2)
    assert lit(page) == set("abcde")


def test_a_row_lifts_the_filters_that_hide_it(case_html: str, show: Opener) -> None:
    page = show(case_html, "point=all&thread=The+manhunt&query=handlers")
    page.get_by_role("button", name=re.compile("^Show on the map")).click()
    assert "Wakefield" in page.locator("#details h2").inner_text()


def test_answers_wait_until_everything_has_been_watched(case_html: str, show: Opener) -> None:
    page = show(case_html, "point=0&query=handlers")
    assert "Reese Wakefield" not in page.locator("body").inner_text()
    assert "SELECT" in page.locator("#queries pre").inner_text()
    page.locator("#queries").get_by_role("button", name="Show everything").click()
    assert "Reese Wakefield" in page.locator("#queries tbody").inner_text()


def test_queries_by_keyboard_alone(case_html: str, show: Opener) -> None:
    page = show(case_html, "point=all")
    page.focus("#open-queries")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "The query behind this view"
    page.locator("#queries li button").nth(1).focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "H2"
    page.keyboard.press("Escape")
    assert page.locator("#queries").is_hidden()
    assert page.evaluate("document.activeElement.id") == "map"


def test_a_page_without_a_board_has_no_queries(show: Opener) -> None:
    import networkx as nx

    from caseboard.page import render

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(name="Bare")
    graph.add_nodes_from(("a b", "c"), kind="person")
    graph.add_edge("a b", "c", "k", claim="k", label="<x>", status="stated")
    page = show(render(graph))
    assert page.locator("#open-queries").is_hidden()
    assert Graph().parse(data=taken(page, "data")[1].decode(), format="turtle")
    assert [row["source"] for row in table(page)] == ["a b"]


# ---- files ----


def test_the_menu_by_keyboard_alone(harbour_html: str, show: Opener) -> None:
    page = show(harbour_html, "point=all")
    page.focus("#open-take")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.id") == "take-picture"
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.id") == "take-print"
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "harbour.svg"
    assert page.evaluate("document.activeElement.id") == "open-take"
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert page.locator("#take").is_hidden()
    assert page.evaluate("document.activeElement.id") == "open-take"


TYPED = """
t:case a cb:Case ; rdfs:label "A case"@en, "Ein Fall"@de ; rdfs:comment "In words."@en .
t:ada a cb:Person ; rdfs:label "Ada"@en, "Adele"@de ; skos:altLabel "The Pilot"@en ;
    rdfs:comment "A pilot."@en .
t:bo a cb:Person ; rdfs:label "Bo" .
t:mask a cb:Persona ; rdfs:label "Mask"@en .
t:line a cb:Thread ; rdfs:label "The line"@en ; rdfs:comment "What it is about."@en .
t:book a cb:Source ; rdfs:label "The book"@en .
t:e a oa:SpecificResource ; oa:hasSource t:book ; cb:section "One" ; cb:paragraph 3 ;
    oa:hasSelector [ a oa:TextPositionSelector ; oa:start 4 ; oa:end 9 ] ,
        [ a oa:TextQuoteSelector ; oa:exact "secret words" ] .
"""


def own_triples(board: caseboard.Board, rows: list[dict[str, str]]) -> Graph:
    """What the board says of the claims in these rows, of whom they are about and what they rest on."""
    graph = Graph().parse(data=board.serialize("turtle"), format="turtle")
    # A page speaks one language, and has no passage of a source.
    for triple in list(graph):
        if triple[1] == OA.exact or getattr(triple[2], "language", None) == "de":
            graph.remove(triple)
    names = board.case.names
    stated = [row for row in rows if row["status"] != "inferred"]
    wanted = [URIRef(names.iri(row["claim"]) or "") for row in stated]
    wanted += [URIRef(names.iri(row[end]) or "") for row in rows for end in ("source", "target") if row[end]]
    wanted += [*graph.subjects(RDF.type, CB.RevealPoint), *graph.subjects(RDF.type, CB.Case)]
    claims = set(graph.subjects(RDF.type, CB.Claim))
    found: Graph = Graph()
    seen = set()
    while wanted:
        subject = wanted.pop()
        if subject in seen:
            continue
        seen.add(subject)
        for predicate, obj in graph.predicate_objects(subject):
            found.add((subject, predicate, obj))
            if obj not in claims:
                wanted.append(obj)
    return found


def without_conclusions(graph: Graph) -> Graph:
    """Without what follows by rules, which the board's own graph has not."""
    for one in list(graph.subjects(CB.status, CB.Inferred)):
        for place in list(graph.objects(one, PROV.wasDerivedFrom)):
            graph.remove((place, None, None))
        graph.remove((one, None, None))
    return graph


def test_turtle_is_what_the_board_says_to_the_letter(
    harbour: caseboard.Board,
    hit_and_run: caseboard.Board,
    small_file: Callable[[str], Path],
    show: Opener,
) -> None:
    body = TYPED + claim(
        "c1", "t:ada", "cb:friendOf", "t:bo", more='; cb:partOfThread t:line ; rdfs:comment "Friends."@en '
    )
    for n, value in enumerate(('"1999-01-02"^^xsd:date', "42", '"mort"@fr', '"plain"', "2.50", "true")):
        body += claim(f"v{n}", "t:bo", "cb:occupation", value, more="; prov:wasDerivedFrom t:e ")
    body = "@prefix oa: <http://www.w3.org/ns/oa#> . @prefix prov: <http://www.w3.org/ns/prov#> .\n" + body
    body = "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n" + body
    boards = {"typed": caseboard.open(small_file(body)), "harbour": harbour, "case": hit_and_run}
    for name, board in boards.items():
        html = board.page()
        packed = re.search(r'id="case-rdf">([^<]+)<', html)
        assert packed
        assert "secret words" not in html + zlib.decompress(base64.b64decode(packed[1])).decode()
        for state in ("point=all", "point=all&status=stated&kind=person"):
            page = show(html, state)
            saved = Graph().parse(data=taken(page, "data")[1].decode("utf-8"), format="turtle")
            rows = table(page)
            mine, theirs = (
                to_canonical_graph(g) for g in (without_conclusions(saved), own_triples(board, rows))
            )
            assert sorted(set(mine) - set(theirs)) == [], (name, state)
            assert sorted(set(theirs) - set(mine)) == [], (name, state)
            assert len(mine) > 40
            page.close()


def test_a_browser_that_cannot_write_turtle_says_so(harbour_html: str, show: Opener) -> None:
    page = show(harbour_html, "point=all")
    page.evaluate("delete globalThis.DecompressionStream")
    page.click("#open-take")
    page.click("#take-data")
    assert "too old" in page.locator("#taken").inner_text()


def test_turtle_of_an_early_point_tells_nothing_later(
    hit_and_run: caseboard.Board, case_html: str, show: Opener
) -> None:
    own = Graph().parse(data=hit_and_run.serialize("turtle"), format="turtle")
    order = {point: int(str(n)) for point, n in own.subject_objects(CB.order)}
    for at in (0, 1):
        page = show(case_html, f"point={at}&apart=1")
        saved = Graph().parse(data=taken(page, "data")[1].decode("utf-8"), format="turtle")
        assert {order[p] for p in saved.subjects(RDF.type, CB.RevealPoint)} == set(range(1, at + 2))
        assert {order[p] for p in saved.objects(None, CB.revealedIn)} <= set(range(1, at + 2))
        assert {order[p] for p in saved.objects(None, CB.refutedIn)} <= set(range(1, at + 2))
        met = {
            URIRef(hit_and_run.case.names.iri(n["id"]) or "")
            for n in page.evaluate("caseboard.inspect().nodes")
        }
        strangers = {
            URIRef(hit_and_run.case.names.iri(e) or "") for e in hit_and_run.network(include=EVERYTHING)
        } - met
        assert strangers
        assert not strangers & set(saved.all_nodes())
        told = [t for t in without_conclusions(saved) if not any(isinstance(part, BNode) for part in t)]
        assert len(told) > 40
        assert [t for t in told if t not in own] == []


@pytest.mark.parametrize("state", ["point=all", "point=0", "point=all&status=stated&thread=The+drowning"])
def test_turtle_holds_the_visible_claims_and_opens_as_a_case(
    state: str, harbour_html: str, show: Opener, tmp_path: Path
) -> None:
    page = show(harbour_html, state)
    name, data = taken(page, "data")
    assert name == "harbour.ttl"
    graph = Graph().parse(data=data.decode("utf-8"), format="turtle")
    listed = {row["claim"]: row for row in table(page)}
    curies = {str(c).split("/")[-1].split(":")[-1] for c in graph.subjects(RDF.type, CB.Claim)}
    assert curies == {name.split(":")[-1] for name in listed}
    assert len(curies) >= 2
    (tmp_path / "taken.ttl").write_bytes(data)
    board = caseboard.open(tmp_path / "taken.ttl")
    assert {one.sentence.rstrip(".") for one in board.claims()} == {
        f"{row['source_label']} {row['label']} {row['target_label']}" for row in listed.values()
    }
    for one in board.claims():
        row = listed.get(one.id) or next(r for key, r in listed.items() if key.split(":")[-1] in one.id)
        assert "; ".join(map(str, one.evidence)) == row["evidence"]
        assert one.note == row["note"]
        assert ("refuted" if one.refuted else one.status) == row["status"]


def test_the_drawing_shows_the_map_as_it_is(harbour_html: str, show: Opener) -> None:
    page = show(harbour_html, "point=all")
    name, data = taken(page, "drawing")
    assert name == "harbour.svg"
    root = ET.fromstring(data)
    texts = ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]
    lines = [line for label in page.evaluate("caseboard.inspect().labels") for line in label["lines"]]
    assert lines
    assert set(lines) <= set(texts)
    assert {"Harbour", "The ledger", "Hedged", "People"} <= set(texts)
    assert b"javascript" not in data
    assert b"http" not in data.replace(b"http://www.w3.org/2000/svg", b"")


SVG = "{http://www.w3.org/2000/svg}"


def legend(root: ET.Element) -> tuple[dict[str, ET.Element], float]:
    """The entries of a drawing's legend by their words, and how far down they begin."""
    group = next(
        g for g in reversed(list(root.iter(f"{SVG}g"))) if g.get("transform", "").startswith("translate(0 ")
    )
    entries = {
        " ".join(
            "".join(text.itertext()) for text in entry.findall(f"{SVG}text[@text-anchor='start']")
        ): entry
        for entry in group
    }
    return entries, float(group.get("transform", "").split()[1].rstrip(")"))


def test_the_legend_explains_whatever_the_map_draws(case_html: str, show: Opener) -> None:
    page = show(case_html, "point=all&apart=1")
    entries, _ = legend(ET.fromstring(taken(page, "drawing")[1]))
    everything = {"Stated", "Inferred", "Hedged", "Predicted", "Refuted", "The manhunt", "No thread"}
    everything |= {"People", "Organisations", "Groups", "Objects", "Information", "Places", "Events"}
    everything |= {
        "Not identified",
        "A persona and the one behind it",
        "A persona: somebody else is behind it",
    }
    assert everything <= set(entries)
    page = show(case_html, "point=all&thread=The+manhunt&status=stated")
    entries, _ = legend(ET.fromstring(taken(page, "drawing")[1]))
    assert {"Stated", "The manhunt", "People"} <= set(entries)
    assert not {"Refuted", "Hedged", "A persona and the one behind it", "Events"} & set(entries)


def test_the_legend_crosses_what_is_refuted_in_drawing_and_picture(case_html: str, show: Opener) -> None:
    page = show(case_html, "point=all")
    entries, down = legend(ET.fromstring(taken(page, "drawing")[1]))
    crosses = [path for path in entries["Refuted"].iter(f"{SVG}path") if "m0 -10" in path.get("d", "")]
    assert len(crosses) == 1
    assert not any("m0 -10" in path.get("d", "") for path in entries["Stated"].iter(f"{SVG}path"))
    found = re.match(r"M([\d.]+) ([\d.]+)l", crosses[0].get("d", ""))
    assert found
    x, y = float(found[1]), down + float(found[2])
    picture = base64.b64encode(taken(page, "picture")[1]).decode()
    # The same places hold in the picture, at twice the size: all four arms of the cross have its colour.
    pixels = page.evaluate(
        """async ([data, places]) => {
          const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
          const bitmap = await createImageBitmap(new Blob([bytes]));
          const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
          const ctx = canvas.getContext("2d", { willReadFrequently: true });
          ctx.drawImage(bitmap, 0, 0);
          return places.map(([x, y]) => [...ctx.getImageData(2 * x, 2 * y, 1, 1).data]);
        }""",
        [picture, [[x + 2, y + 2], [x + 8, y + 2], [x + 2, y + 8], [x + 8, y + 8], [x + 5, y + 1]]],
    )
    *arms, beside = pixels
    assert all(max(abs(a - b) for a, b in zip(arm[:3], (0x8D, 0x86, 0x7A), strict=True)) < 40 for arm in arms)
    assert min(beside[:3]) > 0xE0


def test_the_picture_has_room_for_title_and_legend(case_html: str, show: Opener) -> None:
    page = show(case_html, "point=all", size=(390, 844))
    name, data = taken(page, "picture")
    width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
    seen = page.evaluate("caseboard.inspect()")
    assert name == "hit-run.png"
    assert width == 2 * seen["width"]
    # Seven threads with long names do not stand in one row here.
    assert height > 2 * seen["height"] + 128 + 2 * 7 * 24


def test_the_link_holds_the_state(harbour_html: str, show: Opener) -> None:
    page = show(harbour_html, "point=all")
    page.evaluate(
        "Object.defineProperty(navigator, 'clipboard', "
        "{ value: { writeText: (text) => { globalThis.copied = text; return Promise.resolve(); } } })"
    )
    page.get_by_role("button", name="The ledger").first.click()
    page.click("#open-take")
    page.click("#take-link")
    until(page, "globalThis.copied")
    assert "thread=The+ledger" in page.evaluate("copied")
    assert page.evaluate("copied") == page.url


def test_where_the_clipboard_is_barred_the_link_can_be_copied_by_hand(
    harbour_html: str, show: Opener
) -> None:
    page = show(harbour_html, "point=all")
    page.evaluate(
        "Object.defineProperty(navigator, 'clipboard', "
        "{ value: { writeText: () => Promise.reject(new Error()) } })"
    )
    page.click("#open-take")
    page.click("#take-link")
    page.wait_for_selector("#taken textarea")
    field = "document.activeElement"
    assert page.evaluate(f"{field}.value.slice({field}.selectionStart, {field}.selectionEnd)") == page.url
    page.keyboard.press("Escape")
    assert page.locator("#taken").is_hidden()
    assert page.evaluate("document.activeElement.id") == "open-take"


# ---- hostile ----

EVIL = "</text><script>alert(1)</script> \"q\" 'a' , ; \\ \n new \u2028 \u0001 ]]> & =1+1"


def test_hostile_names_stay_text_in_every_file(
    small_file: Callable[[str], Path], show: Opener, tmp_path: Path
) -> None:
    quoted = EVIL.translate({ord("\\"): "\\\\", ord('"'): '\\"', ord("\n"): "\\n", 1: "\\u0001"})
    body = people("bo") + f't:ada a cb:Person ; rdfs:label "{quoted}" ; rdfs:comment "{quoted}" .\n'
    body += f't:line a cb:Thread ; rdfs:label "{quoted.replace("; ", ": ")}" .\n'
    more = f'; cb:partOfThread t:line ; rdfs:comment "{quoted}" '
    body += claim("c1", "t:ada", "cb:friendOf", "t:bo", more=more)
    body += claim("c2", "<https://example.org/t/x(y)~z>", "cb:friendOf", "t:bo")
    body += claim("c3", "t:bo", "cb:occupation", f'"{quoted}"')
    board = caseboard.open(small_file(body))
    page = show(board.page(), "point=all")
    rows = {row["claim"]: row for row in table(page)}
    assert rows["t:c1"]["source_label"] == EVIL
    assert rows["t:c3"]["target_label"] == EVIL
    (tmp_path / "taken.ttl").write_bytes(taken(page, "data")[1])
    copy = caseboard.open(tmp_path / "taken.ttl")
    assert {c.id: (c.subject.label, c.object.label, c.note) for c in copy.claims()} == {
        c.id: (c.subject.label, c.object.label, c.note) for c in board.claims()
    }
    drawing = taken(page, "drawing")[1]
    root = ET.fromstring(drawing)
    assert not [node for node in root.iter() if "script" in str(node.tag)]
    assert "<script>" in "".join(root.itertext())
    assert b"\x01" not in drawing
    page.locator("#filter-threads .chip").first.click()
    page.click("#open-queries")
    sparql = page.locator("#queries pre").inner_text()
    assert [row[0] for row in board.query(sparql).cells(iris=True)] == ["t:c1"]


# ---- paper ----


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_print_gives_the_map_and_the_claims_and_no_controls(
    theme: str, harbour_html: str, show: Opener
) -> None:
    page = show(harbour_html, "point=all", theme=theme)
    assert page.locator("#print").is_hidden()
    page.emulate_media(media="print")
    page.wait_for_selector("#print svg", state="visible")
    sheet = page.locator("#print svg").bounding_box()
    assert sheet is not None
    assert min(sheet["width"], sheet["height"]) > 500
    assert "0 0 0" not in str(page.locator("#print svg").get_attribute("viewBox"))
    assert {"Ada Lind", "Harbour"} <= set(page.locator("#print svg text").all_text_contents())
    rows = page.locator("#print tbody tr")
    assert rows.count() == len(table_after(page))
    assert page.locator("button:visible, input:visible, canvas:visible, nav:visible").count() == 0
    assert page.locator("#print svg > rect").first.get_attribute("fill") == "#fbf9f3"
    assert "Ada finds the ledger and keeps it." in page.locator("#print").inner_text()
    page.emulate_media(media="screen")
    until(page, "!document.querySelector('#print').children.length")
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    page.emulate_media(media="null")
    paper = page.pdf()
    assert paper.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) >= 2


def table_after(page: Page) -> list[dict[str, str]]:
    """The claims that the page on the screen shows, looked up without leaving the paper."""
    return page.evaluate(
        "[...document.querySelectorAll('#print tbody tr th')].map((cell) => cell.textContent)"
    )
