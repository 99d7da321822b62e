"""What a notebook shows: every value, escaped, bounded, and alive where scripts run."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import networkx as nx
import numpy as np
import pytest
from playwright.sync_api import Browser, Page

import caseboard
from caseboard import BadArgument, Board, MissingExtra, Table, display, pictures
from caseboard.centrality import rank
from caseboard.display import Listing, Shown
from caseboard.given import as_terms, projected

from .browser import launched
from .small import claim

HOSTILE = "</script><img src=x onerror=alert(1)>\"'`\n  $\\frac"


@pytest.fixture(autouse=True)
def no_window() -> Iterator[None]:
    mpl.use("agg")
    yield
    from matplotlib import pyplot as plt

    plt.close("all")


@pytest.fixture
def hostile(small_file: Callable[[str], Path]) -> Board:
    name = HOSTILE.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    case = f't:case a cb:Case ; rdfs:label "{name}" .\nt:th a cb:Thread ; rdfs:label "{name}" .\n'
    case += "".join(f't:{n} a cb:Person ; rdfs:label "{n}{name}" ; rdfs:comment "{name}" .\n' for n in "abcd")
    case += f't:x a cb:Person, cb:Unknown ; rdfs:label "{name}" .\n'
    case += claim("c1", "t:a", "cb:handlerOf", "t:b", more=f'; cb:partOfThread t:th ; rdfs:comment "{name}" ')
    case += claim("c2", "t:a", "cb:memberOf", "t:c") + claim("c3", "t:d", "cb:killedBy", "t:x")
    case += claim("c4", "t:d", "cb:vitalStatus", '"alive"', "Hedged")
    case += claim("c5", "t:b", "cb:friendOf", "t:d")
    case += (
        f't:h a cb:Theory ; rdfs:label "{name}" ; cb:answers t:x ; cb:favouredBy t:c1 ; cb:opposedBy t:c5 .\n'
    )
    return caseboard.open(small_file(case))


def values(board: Board) -> dict[str, Any]:
    """One of everything that a board answers with, by what it is."""
    ids = [entity.id for entity in board.entities.values()]
    inferred = board.inference.claims[0]
    return {
        "board": board,
        "overview": board.overview(),
        "card": board.describe(ids[0]),
        "claims": board.claims(),
        "claim": board.claims()[0],
        "table": board.query("SELECT ?a ?p ?b { ?a ?p ?b }"),
        "empty table": board.query("SELECT ?a { ?a cb:leaks ?a }"),
        "paths": board.paths(*_linked(board)),
        "path": board.paths(*_linked(board))[0],
        "ranking": board.central(),
        "robust ranking": board.central(robust=True),
        "report": board.check(),
        "threads": board.threads(),
        "questions": board.questions(),
        "told": board.timeline(),
        "happened": board.timeline("story"),
        "comparison": board.compare(board.view(status=["stated"]), board),
        "inference": board.inference,
        "proof": board.inference.explain(inferred.id),
        "not so": board.why(ids[0], "spiesOn", ids[1]),
        "supposition": board.suppose([board.claims()[0]]),
        "contradictions": board.contradictions(),
        "theories": board.theories(board.questions()[0].unknown.id),
        "weak points": board.weak_points(),
        "page": board.page(),
    }


def _linked(board: Board) -> tuple[str, str]:
    claims = [one for one in board.claims() if not one.relation.attribute and one.status == "stated"]
    return claims[0].subject.id, claims[0].object.id  # type: ignore[union-attr]


def shown(value: Any) -> str:
    if hasattr(value, "_repr_mimebundle_"):
        return str(value._repr_mimebundle_()["text/html"])
    return str(value._repr_html_())


def test_everything_shows_itself_as_html_and_as_text(harbour: Board) -> None:
    for name, value in values(harbour).items():
        assert shown(value).startswith("<"), name
        assert isinstance(value, Board | display.Page | Shown), name


def test_a_console_shows_the_text(harbour: Board) -> None:
    from IPython.lib.pretty import pretty

    for name, value in values(harbour).items():
        if isinstance(value, Shown):
            assert pretty(value) == value._brief(), name


def test_nothing_from_data_becomes_markup(hostile: Board) -> None:
    for name, value in values(hostile).items():
        made = shown(value)
        assert "<img" not in made, name
        assert made.count("<script>") == made.count("<div data-caseboard="), name


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as started:
        yield started


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.set_default_timeout(15_000)
    yield page
    page.close()


def test_nothing_from_data_runs(hostile: Board, tab: Page) -> None:
    said: list[str] = []
    tab.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    tab.on("pageerror", lambda error: said.append(str(error)))
    body = "".join(shown(value) for name, value in values(hostile).items())
    tab.set_content(f"<!doctype html><body>{body}</body>")
    tab.wait_for_timeout(300)
    assert said == []
    assert tab.locator("img").count() == 0
    assert tab.frame_locator("iframe").locator("html[data-ready=true]").count() == 1


def long_table(rows: int) -> Table:
    lines = "".join(f'<urn:x:{n}>\t"{n % 97:05}"\n' for n in range(rows))
    return Table(f"?thing\t?n\n{lines}".encode(), caseboard.open("harbour").case)


def test_a_table_sorts_and_pages(tab: Page) -> None:
    tab.set_content(f"<!doctype html><body>{long_table(45)._repr_html_()}</body>")
    visible = tab.locator("tbody tr:visible")
    assert visible.count() == 20
    assert tab.locator("nav span").inner_text() == "1–20 of 45"
    tab.get_by_text("on ›").click()
    tab.get_by_text("on ›").click()
    assert (visible.count(), tab.locator("nav span").inner_text()) == (5, "41–45 of 45")
    assert tab.get_by_text("on ›").is_disabled()
    head = tab.locator("thead th").first
    head.click()
    head.focus()
    tab.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert visible.first.locator("td").first.inner_text() == "urn:x:44"
    assert tab.locator("nav span").inner_text() == "1–20 of 45"


def test_two_showings_of_one_table_are_two_tables(tab: Page) -> None:
    once = long_table(25)._repr_html_()
    tab.set_content(f"<!doctype html><body>{once}{once}</body>")
    tab.get_by_text("on ›").first.click()
    assert tab.locator("nav span").all_inner_texts() == ["21–25 of 25", "1–20 of 25"]


def test_labels_are_shown_and_ids_over_them(harbour: Board, tab: Page) -> None:
    table = harbour.query("SELECT ?who { ?who cb:helps ?whom }")
    tab.set_content(f"<!doctype html><body>{shown(table)}</body>")
    cell = tab.locator("td").first
    assert (cell.inner_text(), cell.get_attribute("title")) == ("Iris Holm", "ex:iris")


def test_where_no_script_runs_the_first_page_is_there(browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_content(f"<!doctype html><body>{long_table(45)._repr_html_()}</body>")
    assert page.locator("tbody tr:visible").count() == 20
    assert page.locator("nav").inner_text() == "1–20 of 45"
    context.close()


def test_a_hundred_thousand_rows_stay_small_and_say_so() -> None:
    table = long_table(100_000)
    made = table._repr_html_()
    assert len(made) < 200_000
    assert made.count("<tr") == 501
    assert "1–20 of 100,000 (500 are here; to_pandas() has them all)" in made
    assert table._brief().endswith("500 of 100,000; to_pandas() has them all")
    many = Listing(f"claim {n}" for n in range(100_000))
    assert len(many._repr_html_()) < 100_000
    assert "… and 99,600 more; print() shows them all" in many._brief()
    graph = nx.relabel_nodes(nx.MultiDiGraph(nx.path_graph(3000)), str)
    ranking = rank(graph, by="degree")
    assert len(ranking._repr_html_()) < 300_000
    assert "… and 2,600 more lines" in ranking._brief()


def test_an_outline_nests_as_the_text_does() -> None:
    made = display.outline("Why\n  one\n    deep\n  two\n\nBlock")
    plain = re.sub(r' style="[^"]*"', "", made)
    assert plain == (
        "<div><p><b>Why</b></p><ul><li>one</li><ul><li>deep</li></ul><li>two</li></ul><p>Block</p></div>"
    )


def test_a_page_shows_no_second_picture(harbour: Board) -> None:
    from matplotlib import pyplot as plt

    plt.close("all")
    harbour.page()._repr_mimebundle_()
    assert plt.get_fignums() == []


def test_the_page_stands_in_a_frame_that_reaches_nothing(harbour: Board) -> None:
    page = harbour.page()
    assert page.startswith("<!doctype html>")
    bundle = page._repr_mimebundle_()
    source = re.search(r'srcdoc="([^"]*)"', bundle["text/html"])
    assert source is not None
    assert html.unescape(source[1]) == page
    assert "allow-same-origin" not in bundle["text/html"]
    assert repr(page) == bundle["text/plain"]


# --- values for variables ----------------------------------------------------------------------------------


def test_values_are_bound_to_variables_of_every_form(harbour: Board) -> None:
    assert harbour.query("SELECT ?whom { ?who cb:helps ?whom }", given={"who": "Iris"}).cells() == [
        ["Ada Lind"]
    ]
    assert harbour.query("SELECT * { ?who cb:helps ?whom }", given={"who": "Iris"}).columns == ("who", "whom")
    assert harbour.query("ASK { ?who cb:helps ?whom }", given={"whom": "Grey"}) is False
    built = harbour.query("CONSTRUCT { ?who cb:knows ?x } { ?who cb:helps ?x }", given={"who": "Iris"})
    assert len(built) == 1
    text = "SELECT ?who (COUNT(*) AS ?n) { ?who cb:helps ?x } GROUP BY ?who"
    assert harbour.query(text, given={"who": "Iris"}).cells() == [["Iris Holm", "1"]]


def test_what_cannot_be_bound_is_told(harbour: Board) -> None:
    with pytest.raises(BadArgument, match=r"has to select \?who itself"):
        harbour.query("SELECT (COUNT(*) AS ?n) { ?who cb:helps ?x }", given={"who": "Iris"})
    with pytest.raises(LookupError, match=r"no variable \?whose; it has who, x"):
        harbour.query("ASK { ?who cb:helps ?x }", given={"whose": "Iris"})
    with pytest.raises(BadArgument, match="who is list"):
        harbour.query("ASK { ?who cb:helps ?x }", given={"who": ["Iris"]})


def test_literals_are_bound_with_their_type_language_and_every_character(harbour: Board) -> None:
    from rdflib import Literal

    for literal in (Literal('a "b"\n\\c'), Literal("x", lang="de"), Literal(3), Literal('"q"@en')):
        both = {"x": literal, "y": literal}
        found = harbour.query("SELECT ?x ?y { BIND(1 AS ?one) }", given=both)
        assert found.rows == ((literal, literal),)


def test_names_in_comments_and_literals_are_no_variables() -> None:
    with pytest.raises(LookupError):
        projected('ASK { ?a ?b "?who" } # ?who', {"who": 1})
    assert as_terms({}, find=str, names=caseboard.open("harbour").case.names) == {}


# --- pictures ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["map", "threads", "clocks", "ranks"])
def test_every_picture_gives_its_axes(hit_and_run: Board, what: str) -> None:
    assert hit_and_run.plot(what).get_title(loc="left")


def test_a_picture_is_drawn_where_one_says(hit_and_run: Board) -> None:
    from matplotlib.figure import Figure

    mine = Figure().subplots()
    assert hit_and_run.plot("ranks", ax=mine) is mine


def test_the_map_has_the_places_and_colours_of_the_page(hit_and_run: Board) -> None:
    network = hit_and_run.network(include=["hedged"])
    axes = hit_and_run.plot(include=["hedged"])
    from caseboard.layout import positions

    places = positions(network)
    labels = {text.get_position(): text.get_text() for text in axes.texts}
    for node, (x, _) in places.items():
        label = " ".join(network.nodes[node]["label"].split())
        assert any(px == x and shown.replace("\n", " ") == label for (px, _), shown in labels.items())
    assert len(axes.patches) == network.number_of_edges()
    used = {mpl.colors.to_hex(patch.get_edgecolor()) for patch in axes.patches}
    assert used - {pictures._GREY} <= set(pictures.thread_colours())
    assert len(used) > 4


def test_labels_in_pictures_overlap_no_other_label(hit_and_run: Board) -> None:
    axes = hit_and_run.plot()
    axes.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in axes.texts]
    overlaps = [(a, b) for i, a in enumerate(boxes) for b in boxes[:i] if a.overlaps(b)]
    assert overlaps == []


@pytest.mark.parametrize("what", ["map", "threads", "clocks", "ranks"])
def test_pictures_draw_hostile_labels_as_text(hostile: Board, what: str) -> None:
    axes = hostile.plot(what)
    axes.figure.canvas.draw()


@pytest.mark.parametrize("what", ["threads", "clocks", "ranks", "map"])
def test_nothing_to_draw_is_said(small_file: Callable[[str], Path], what: str) -> None:
    board = caseboard.open(small_file(claim("c1", "t:a", "cb:vitalStatus", '"dead"')))
    axes = board.plot(what)
    assert axes.texts or not axes.axison


#: How people without the cones for green, or for red, see linear RGB: Machado, Oliveira and Fernandes (2009).
EYES = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no green": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "no red": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
}


def seen(colour: str, eyes: str) -> Any:
    """A colour in CIE L*a*b*, as these eyes see it."""
    rgb = np.array(mpl.colors.to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    x, y, z = np.cbrt(np.array(xyz) @ np.clip(np.array(EYES[eyes]) @ linear, 0, 1) / (0.9505, 1, 1.089))
    return np.array((116 * y - 16, 500 * (x - y), 200 * (y - z)))


@pytest.mark.parametrize("eyes", EYES)
def test_colours_can_be_told_apart_by_everybody(eyes: str) -> None:
    css = (Path(pictures.__file__).parent / "page" / "css" / "page.css").read_text("utf-8")
    threads = re.findall(r"--t\d+: (#[0-9a-f]{6})", css)
    assert pictures.thread_colours() == tuple(threads[:8])
    for palette in (threads[:8], threads[8:16]):
        assert len(palette) == 8
        for one, other in itertools.combinations(palette, 2):
            # Two patches side by side differ plainly from about ten on.
            assert np.linalg.norm(seen(one, eyes) - seen(other, eyes)) > 12, (one, other)


def test_a_picture_that_is_none_is_told(harbour: Board) -> None:
    with pytest.raises(BadArgument, match=r"no picture 'mpa'; there are map, threads, clocks, ranks"):
        harbour.plot("mpa")


def test_without_matplotlib_the_extra_is_named(harbour: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    with pytest.raises(MissingExtra, match=r"caseboard\[notebook\]"):
        harbour.plot()


def test_a_page_is_shown_without_matplotlib_and_says_what_is_missing(
    harbour: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    bundle = harbour.page()._repr_mimebundle_()
    assert bundle["text/html"].startswith("<iframe")
    assert "image/png" not in bundle
    assert "pip install 'caseboard[notebook]'" in bundle["text/plain"]
