"""Icons and colours that a case gives to kinds of its own: on the page, in pictures, in checks."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

import caseboard
from caseboard.locate import graph_dir
from caseboard.network import build
from caseboard.sheets.template import starter
from caseboard.shell import Shell
from caseboard.signs import GROUNDS, ICONS, LEAST_CONTRAST, contrast, is_one_sign, readable

from .browser import launched

ROOT = Path(__file__).resolve().parent.parent
VOCABULARY = """
@prefix cb: <https://w3id.org/caseboard/ns#> . @prefix v: <https://example.org/v#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
v:Ship a rdfs:Class ; rdfs:subClassOf cb:Entity ; rdfs:label "ship" ; cb:icon "%s" ; cb:colour "%s" .
v:Port a rdfs:Class ; rdfs:subClassOf cb:Entity ; rdfs:label "port" ; cb:icon "place" ; cb:colour "#ffee00" .
v:sea a cb:Family ; rdfs:label "the sea" ; cb:order 20 ; cb:aboutWork false .
v:sailsOn a cb:Relation ; rdfs:label "sails on" ; cb:inverseLabel "is sailed by" ; cb:family v:sea ;
    rdfs:domain cb:Person ; rdfs:range v:Ship .
v:callsAt a cb:Relation ; rdfs:label "calls at" ; cb:inverseLabel "is called at by" ; cb:family v:sea ;
    rdfs:domain v:Ship ; rdfs:range v:Port .
"""
CLAIMS = "subject,relation,object\nAda,sails on,The Gull\nThe Gull,calls at,Lerwick\n"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def sea(tmp_path: Path) -> Callable[..., Path]:
    def make(icon: str = "⚓", colour: str = "#0a6ebd") -> Path:
        folder = tmp_path / "sea"
        folder.mkdir(exist_ok=True)
        (folder / "claims.csv").write_text(CLAIMS, "utf-8")
        (folder / "vocabulary.ttl").write_text(VOCABULARY % (icon, colour), "utf-8")
        return folder

    return make


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as started:
        yield started


def shown(browser: Browser, html: str, path: Path, theme: str) -> Page:
    page = browser.new_context(color_scheme=theme, offline=True, accept_downloads=True).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(10_000)
    path.write_text(html, "utf-8")
    page.goto(path.as_uri() + "#point=all")
    page.wait_for_selector("html[data-ready]")
    return page


def offered(board: caseboard.Board, text: str) -> list[tuple[str, int, str]]:
    """Return what the prompt offers after a text: the word, how much it replaces, its label."""
    return list(Shell(board, board.desk, lambda *_: None).complete(text))


def hexadecimal(colour: str) -> str:
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)[:3])


# --- the page -------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_kind_of_ones_own_has_its_sign_in_filters_and_drawings(
    browser: Browser, sea: Callable[..., Path], tmp_path: Path, theme: str
) -> None:
    page = shown(browser, caseboard.open(sea()).page(), tmp_path / "sea.html", theme)
    page.evaluate("document.getElementById('filter-kinds').open = true")
    chip = page.locator("#filter-kinds [data-value=ship]")
    assert chip.locator("svg text").text_content() == "⚓"
    ink = hexadecimal(str(chip.locator("svg").evaluate("icon => getComputedStyle(icon).color")))
    assert ink == readable("#0a6ebd", GROUNDS[theme])
    assert contrast(ink, GROUNDS[theme]) >= LEAST_CONTRAST
    # What is usual stays: a person has no letter, and the colour of all signs.
    person = page.locator("#filter-kinds [data-value=person] svg")
    assert person.locator("text").count() == 0
    assert hexadecimal(str(person.evaluate("icon => getComputedStyle(icon).color"))) != ink
    page.click("#open-take")
    with page.expect_download() as download:
        page.click("#take-drawing")
    root = ET.fromstring(Path(download.value.path()).read_bytes())
    letters = [one for one in root.iter(f"{SVG}text") if one.text == "⚓"]
    # Once on the map and once in the legend.
    assert [one.get("fill") for one in letters] == [ink, ink]
    assert "Ship" in {one.text for one in root.iter(f"{SVG}text")}
    port = readable("#ffee00", GROUNDS[theme])
    assert len([one for one in root.iter(f"{SVG}path") if one.get("fill") == port]) == 2


def test_the_map_paints_the_sign_in_its_colour(
    browser: Browser, sea: Callable[..., Path], tmp_path: Path
) -> None:
    count = """([red, green, blue]) => {
      const canvas = document.querySelector("#canvas canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let n = 0;
      for (let i = 0; i < data.length; i += 4) {
        if (data[i] === red && data[i + 1] === green && data[i + 2] === blue) n += 1;
      }
      return n;
    }"""
    ink = [int(readable("#b000d0", GROUNDS["light"])[place : place + 2], 16) for place in (1, 3, 5)]
    coloured = shown(browser, caseboard.open(sea("work", "#b000d0")).page(), tmp_path / "a.html", "light")
    plain = shown(browser, caseboard.open(sea("work", "#00d0b0")).page(), tmp_path / "b.html", "light")
    for page in (coloured, plain):
        for _ in range(100):
            if page.evaluate("caseboard.inspect().resting"):
                break
            page.evaluate("new Promise(requestAnimationFrame)")
    assert coloured.evaluate(count, ink) > 20
    assert plain.evaluate(count, ink) == 0


@pytest.mark.parametrize("hostile", ["</script>", "<b>", "\u202ea", "AB"])
def test_a_hostile_icon_is_not_drawn(sea: Callable[..., Path], hostile: str) -> None:
    board = caseboard.open(sea(hostile, "url(x)"))
    assert "ship" not in json.loads(board.network().graph["signs"])
    assert board.page().count("</script>") == caseboard.open(sea()).page().count("</script>")


def test_a_case_without_signs_of_its_own_says_nothing_of_them(harbour: caseboard.Board) -> None:
    assert "signs" not in build(harbour.case).graph


# --- elsewhere ------------------------------------------------------------------------------------


def test_pictures_draw_the_sign_and_name_the_kind(sea: Callable[..., Path]) -> None:
    from matplotlib.figure import Figure

    axes = caseboard.open(sea("§", "#0a6ebd")).plot(ax=Figure().subplots())
    legend = axes.get_legend()
    assert legend is not None
    assert {"ship", "port"} <= {one.get_text() for one in legend.get_texts()}
    colours = {str(line.get_markeredgecolor()) for line in axes.get_lines()}
    assert readable("#0a6ebd", GROUNDS["light"]) in colours
    assert {line.get_marker() for line in axes.get_lines()} >= {"o", "p"}


def test_words_of_ones_own_are_known_to_every_command(sea: Callable[..., Path]) -> None:
    board = caseboard.open(sea())
    assert "ship" in str(board.schema())
    assert {"the sea"} == {claim.relation.family for claim in board.claims()}
    assert "The Gull" in str(board.why("Ada", "sails on", "The Gull"))
    assert {"sails on", "ship"} <= {one for row in offered(board, "ASK { ?a v:") for one in row[2:]}
    assert board.query("SELECT ?s { ?s a v:Ship }").rows
    assert board.entities[board.find("Lerwick")].kind == "port"


@pytest.mark.parametrize(
    ("icon", "colour", "told"),
    [
        ("plce", "#0a6ebd", "“plce” is no icon.*Did you mean place"),
        ("⚓⚓", "#0a6ebd", "is no icon. Write one letter, one emoji, or one of person"),
        ("⚓", "blue", "“blue” is no colour. Write it as #rrggbb"),
    ],
)
def test_check_says_what_cannot_be_drawn(sea: Callable[..., Path], icon: str, colour: str, told: str) -> None:
    folder = sea(icon, colour)
    for report in (caseboard.check(folder), caseboard.open(folder).check()):
        (finding,) = [one for one in report.findings if one.shape == "kind that cannot be drawn so"]
        assert re.search(told, finding.message)
        assert finding.severity == "warning"
    assert [f for f in caseboard.check(sea()).findings if f.shape == "kind that cannot be drawn so"] == []


# --- colours --------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("colour", ["#000", "#ffffff", "#ffee00", "#0a6ebd", "#777777", "#1d2430", "#efe9dc"])
def test_every_colour_can_be_seen_in_both_themes(colour: str, theme: str) -> None:
    assert contrast(readable(colour, GROUNDS[theme]), GROUNDS[theme]) >= LEAST_CONTRAST


def test_the_grounds_are_those_of_the_style_sheet() -> None:
    css = (ROOT / "src" / "caseboard" / "page" / "css" / "page.css").read_text("utf-8")
    for theme, ground in zip(
        ("light", "dark"), re.findall(r"--node: (#\w+); --veil: (#\w+)", css), strict=False
    ):
        assert GROUNDS[theme] in ground
        # On the other one, a colour is seen better still.
        ink = readable("#808080", GROUNDS[theme])
        assert min(contrast(ink, one) for one in ground) == contrast(ink, GROUNDS[theme])


def test_icons_are_kinds_that_the_page_draws() -> None:
    icons = (ROOT / "src" / "caseboard" / "page" / "js" / "icons.js").read_text("utf-8")
    assert all(re.search(rf"^  {name}: ", icons, re.MULTILINE) for name in ICONS)
    assert not is_one_sign("\u200d")
    assert (graph_dir() / "select" / "kind-signs.rq").exists()


def test_the_example_in_a_new_case_can_be_taken_as_it_is(tmp_path: Path) -> None:
    for name, data in starter("mine").items():
        (tmp_path / name).write_bytes(data)
    text = (tmp_path / "vocabulary.ttl").read_text("utf-8")
    bare = re.sub(r"^# (?=@prefix|v:|    )", "", text, flags=re.MULTILINE)
    assert bare != text
    (tmp_path / "vocabulary.ttl").write_text(bare, "utf-8")
    rows = "subject,relation,object\nMara Quist,sails on,The Gull\n"
    (tmp_path / "claims.csv").write_text(rows, "utf-8")
    board = caseboard.open(tmp_path)
    assert board.case.signs["ship"].text == "⚓"
    assert board.entities[board.find("The Gull")].kind == "ship"
    assert board.check().ok
