"""The page for everybody: checked by axe, in forced colours, enlarged, by keyboard, in a frame."""

from __future__ import annotations

import importlib.resources
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page

import caseboard

from . import test_page
from .test_page import DESK, PHONE, Opener, assert_clear, look

# Fixtures are found by name in the module that uses them.
browser, show = test_page.browser, test_page.show

EVERYTHING = ("hedged", "predicted", "inferred", "refuted")


@pytest.fixture(scope="module")
def bundled(hit_and_run: caseboard.Board) -> str:
    return hit_and_run.page(include=EVERYTHING)


@pytest.fixture(scope="module")
def ids(hit_and_run: caseboard.Board) -> dict[str, str]:
    """What the addresses below name."""
    found = {name: str(hit_and_run.find(name)) for name in ("Danielle Wexler", "Segev Azulai", "CIA")}
    handles = next(claim for claim in hit_and_run.claims() if "handler" in claim.sentence)
    return {"danielle": found["Danielle Wexler"], "segev": found["Segev Azulai"], "cia": found["CIA"],
            "claim": handles.id}  # fmt: skip


def press(selector: str) -> Callable[[Page], None]:
    return lambda page: page.click(selector)


def type_a_name(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("wex")
    page.wait_for_selector("#matches li")


def unfold(page: Page) -> None:
    for fold in page.locator("#explore details summary").all():
        fold.click()


#: What somebody may be looking at: the size, the address, the theme, and what was done last.
Scene = tuple[tuple[int, int], str, str, Callable[[Page], None] | None]
SCENES: dict[str, Scene] = {
    "question": (DESK, "", "light", None),
    "map": (DESK, "point=all", "light", None),
    "start": (DESK, "point=0", "light", None),
    "person": (DESK, "point=all&node={danielle}", "light", None),
    "claim": (DESK, "point=all&edge={claim}", "light", None),
    "together": (DESK, "point=all&node={danielle}&node={segev}&node={cia}", "light", None),
    "thread": (DESK, "point=all&thread=The+manhunt", "dark", None),
    "finder": (DESK, "point=all&by=fewest", "light", None),
    "path": (DESK, "point=all&from={segev}&to={cia}&by=fewest", "light", None),
    "reading": (DESK, "point=all&table=1", "light", None),
    "folds": (DESK, "point=all&kind=person&status=stated", "light", unfold),
    "search": (DESK, "point=all", "light", type_a_name),
    "query": (DESK, "point=all&query=handlers", "light", None),
    "view": (DESK, "point=all&query=", "light", None),
    "menu": (DESK, "point=all", "light", press("#open-take")),
    "dark": (DESK, "point=all&node={danielle}", "dark", None),
    "dark-path": (DESK, "point=all&from={segev}&to={cia}&by=strongest", "dark", None),
    "dark-query": (DESK, "point=all&query=handlers", "dark", None),
    "phone": (PHONE, "point=all", "light", None),
    "phone-explore": (PHONE, "point=all&tab=explore", "light", None),
    "phone-person": (PHONE, "point=all&node={danielle}&tab=details", "light", None),
    "phone-path": (PHONE, "point=all&from={segev}&to={cia}&by=fewest&tab=linked", "dark", None),
    "phone-reading": (PHONE, "point=all&table=1", "dark", None),
    "phone-together": (PHONE, "point=all&node={danielle}&node={segev}&node={cia}&tab=details", "dark", None),
    "phone-query": (PHONE, "point=all&query=handlers", "light", None),
}


def settled(page: Page) -> None:
    """Wait until the map and what slides have come to rest; the page's policy lets no waiting script in."""
    look(page)
    for _ in range(100):
        if not page.evaluate("document.getAnimations().length"):
            return
        time.sleep(0.03)
    raise AssertionError("something goes on moving")


def stage(name: str, html: str, ids: dict[str, str], opener: Opener, **options: Any) -> Page:
    size, address, theme, act = SCENES[name]
    page = opener(html, size, theme, address.format(**ids), **options)
    if act:
        act(page)
    settled(page)
    return page


# ---- axe ----


@pytest.mark.parametrize("name", SCENES)
def test_axe_finds_nothing(
    name: str, bundled: str, ids: dict[str, str], browser: Browser, show: Opener
) -> None:
    # The page's own policy would keep axe out, so this test alone opens it without.
    page = stage(name, bundled, ids, show, bypass_csp=True)
    page.evaluate(
        importlib.resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    )
    # Everything that axe knows: the standards' rules and its own advice.
    found = page.evaluate("axe.run(document, { resultTypes: ['violations', 'passes'] })")
    assert len(found["passes"]) > 15
    assert [
        (rule["id"], node["target"], node["failureSummary"])
        for rule in found["violations"]
        for node in rule["nodes"]
    ] == []


# ---- what people set ----


def visible(page: Page, selector: str) -> list[Locator]:
    return [found for found in page.locator(selector).all() if found.is_visible()]


def test_forced_colours_keep_everything_visible(bundled: str, ids: dict[str, str], show: Opener) -> None:
    page = stage("map", bundled, ids, show, forced_colors="active")
    page.locator(".chip").first.click()
    chip = page.locator(".chip").first
    style = "(e) => { const s = getComputedStyle(e); return [s.borderTopColor, s.backgroundColor, s.color]; }"
    pressed, free = chip.evaluate(style), page.locator(".chip").nth(1).evaluate(style)
    assert pressed != free  # what is chosen can be told from what is not
    page.focus("#search")
    page.keyboard.press("Tab")
    outline = page.evaluate(
        "(s => [s.outlineStyle, parseFloat(s.outlineWidth)])(getComputedStyle(document.activeElement))"
    )
    assert outline[0] != "none"
    assert outline[1] >= 2
    seen = look(page)
    assert_clear(seen)
    # Names and signs stand out from the ground that the system gives.
    ground, ink = page.evaluate(
        "((s) => ['--paper', '--ink'].map((n) => s.getPropertyValue(n).trim()))"
        "(getComputedStyle(document.documentElement))"
    )
    assert ground != ink
    painted = page.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor")
    assert painted == page.evaluate(
        "(() => { const e = document.body.appendChild(document.createElement('i')); e.style.color = 'Canvas';"
        " const c = getComputedStyle(e).color; e.remove(); return c; })()"
    )
    assert (
        page.evaluate("getComputedStyle(document.querySelector('#steps i.passed')).backgroundColor")
        != painted
    )


@pytest.mark.parametrize("name", ["question", "map", "person", "path", "reading", "query", "folds", "menu"])
def test_twice_as_large_nothing_is_cut_off(
    name: str, bundled: str, ids: dict[str, str], show: Opener,
) -> None:  # fmt: skip
    size, address, theme, act = SCENES[name]
    page = show(bundled, (size[0] // 2, size[1] // 2), theme, address.format(**ids), device_scale_factor=2)
    if act:
        page.locator("#tabs").get_by_role("button", name="Explore").click() if name == "folds" else None
        act(page)
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 720
    for button in visible(page, "button, input, summary, h2"):
        box = button.bounding_box()
        assert box is not None
        assert box["x"] >= -0.5, button
        assert box["x"] + box["width"] <= 720.5, button
    wide = page.evaluate(
        "[...document.querySelectorAll('aside, #table, #queries article, #asked')]"
        ".filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1)"
        ".map((e) => e.id || e.tagName)"
    )
    assert wide == []
    if name in ("question", "map", "person", "path"):
        assert_clear(look(page))


def test_an_answer_on_a_phone_breaks_no_word(bundled: str, show: Opener) -> None:
    page = show(bundled, PHONE, "light", "point=all&query=agencies")
    cell = page.locator("#queries tbody td", has_text="is a member of").first
    lines = cell.evaluate(
        """(cell) => {
          const text = cell.firstChild;
          const range = document.createRange();
          return text.data.split(" ").map((word) => {
            const at = text.data.indexOf(word);
            range.setStart(text, at);
            range.setEnd(text, at + word.length);
            return range.getClientRects().length;
          });
        }"""
    )
    assert lines == [1, 1, 1, 1]
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]


def test_nothing_glides_where_motion_is_unwanted(bundled: str, ids: dict[str, str], show: Opener) -> None:
    page = stage("map", bundled, ids, show, reduced_motion="reduce")
    for address in ("point=all&node={danielle}", "point=all&from={segev}&to={cia}&by=fewest", "point=0"):
        page.evaluate("words => { location.hash = words; }", address.format(**ids))
        page.wait_for_timeout(50)
        assert page.evaluate("caseboard.inspect().resting && document.getAnimations().length === 0")


# ---- by keyboard alone ----


def tab_to(page: Page, selector: str, *, back: bool = False) -> None:
    """Go on with the Tab key until the focus is there; every stop on the way can be seen."""
    for _ in range(120):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert page.evaluate("document.activeElement.matches(':focus-visible')")
            return
        assert page.evaluate(
            "document.activeElement === document.body || document.activeElement.checkVisibility()"
        )
    raise AssertionError(f"the Tab key does not lead to {selector}")


def test_every_feature_is_in_reach_of_the_keyboard(bundled: str, ids: dict[str, str], show: Opener) -> None:
    page = stage("question", bundled, ids, show, reduced_motion="reduce")
    tab_to(page, "#asked .all")
    page.keyboard.press("Enter")
    assert page.locator("#asked").is_hidden()
    assert page.evaluate("document.activeElement.id") == "map"
    tab_to(page, "#point", back=True)
    page.keyboard.press("Home")
    assert page.locator("#reached").inner_text() == "the premise"
    page.keyboard.press("End")
    tab_to(page, "#apart")
    page.keyboard.press("Space")
    assert any("Sophie Dreyer" in label["lines"] for label in look(page)["labels"])
    page.keyboard.press("Space")
    for group in ("kinds", "families"):
        tab_to(page, f"#filter-{group} summary")
        page.keyboard.press("Enter")
        tab_to(page, f"#filter-{group} .chip")
        page.keyboard.press("Enter")
        assert " of " in page.locator("#counts").inner_text()
        page.keyboard.press("Enter")
    tab_to(page, "#open-questions summary")
    page.keyboard.press("Enter")
    tab_to(page, "#open-questions .link")
    page.keyboard.press("Enter")
    page.wait_for_selector("#details", state="visible")
    page.keyboard.press("Escape")
    tab_to(page, "#show-table")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "table"
    tab_to(page, "#table .to-map")
    page.keyboard.press("Enter")
    page.wait_for_selector("#table", state="hidden")
    page.wait_for_selector("#details", state="visible")
    page.keyboard.press("Escape")
    tab_to(page, "#open-take")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "take-picture"
    page.keyboard.press("Escape")
    tab_to(page, "#theme")
    page.keyboard.press("Enter")
    assert page.get_attribute("html", "data-theme") == "dark"
    tab_to(page, "#zoom-in")
    before = look(page)["nodes"][0]
    page.keyboard.press("Enter")
    assert look(page)["nodes"][0] != before
    tab_to(page, "#open-queries", back=True)
    page.keyboard.press("Enter")
    tab_to(page, "#queries li:nth-child(2) button")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    tab_to(page, "#reset", back=True)
    page.keyboard.press("Enter")
    assert page.locator("#counts").inner_text() == "28 people and things · 56 claims"


# ---- in a frame of somebody else's ----


def test_a_notebook_frame_holds_the_whole_page(bundled: str, browser: Browser) -> None:
    """What a notebook shows: a sandboxed frame without an origin, an address or a store."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, offline=True, accept_downloads=True
    )
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "request",
        lambda request: request.url.startswith(("data:", "blob:", "about:")) or problems.append(request.url),
    )
    page.set_content('<iframe sandbox="allow-scripts allow-downloads" width="1400" height="860"></iframe>')
    page.eval_on_selector("iframe", "(frame, html) => { frame.srcdoc = html; }", bundled)
    frame = page.frame_locator("iframe")
    frame.locator("html[data-ready]").wait_for(state="attached", timeout=10_000)
    frame.get_by_role("button", name="season 1", exact=True).click()
    frame.locator("#point").press("End")
    assert frame.locator("#reached").inner_text() == "Everything"
    frame.locator("#search").fill("danielle")
    frame.locator("#search").press("Enter")
    assert frame.locator("#details h2").inner_text() == "Danielle Wexler"
    frame.locator("#open-take").click()
    with page.expect_download() as download:
        frame.locator("#take-picture").click()
    assert download.value.suggested_filename == "hit-run.png"
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")
    frame.locator("#open-take").click()
    frame.locator("#take-link").click()
    frame.locator("#taken").wait_for(state="visible")
    assert problems == []
    context.close()


# ---- names on the map ----


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_no_name_is_covered_at_any_point_or_on_any_path(
    size: tuple[int, int], theme: str, bundled: str, ids: dict[str, str], show: Opener,
) -> None:  # fmt: skip
    page = show(bundled, size, theme, "", reduced_motion="reduce")
    assert_clear(look(page))
    steps = page.locator("#asked button").count() - 1
    for point in (*range(steps), "all"):
        for more in ("", "&apart=1", "&from={segev}&to={cia}&by=fewest", "&node={danielle}"):
            page.evaluate("words => { location.hash = words; }", f"point={point}{more}".format(**ids))
            page.wait_for_timeout(60)
            seen = look(page)
            assert_clear(seen)
            if not more:
                assert len(seen["labels"]) == len(seen["nodes"])
    page.evaluate(
        "words => { location.hash = words; }",
        "point=all&from={segev}&to={cia}&by=fewest&tab=linked".format(**ids),
    )
    page.wait_for_timeout(60)
    assert_clear(look(page))


# ---- pictures to look at ----


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the pictures: where CASEBOARD_SHOTS says, or pytest's own."""
    wanted = os.environ.get("CASEBOARD_SHOTS")
    folder = Path(wanted) if wanted else tmp_path_factory.mktemp("shots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


SHOTS = {
    "question": ("", None),
    "everything": ("point=all", None),
    "person": ("point=all&node={danielle}", "details"),
    "claim": ("point=all&edge={claim}", "details"),
    "path": ("point=all&from={segev}&to={cia}&by=fewest", "linked"),
    "reading": ("point=all&table=1", None),
    "query": ("point=all&query=handlers", None),
    "explore": ("point=all", "explore"),
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_pictures_of_the_page_are_kept(
    size: tuple[int, int], theme: str, album: Path, bundled: str, ids: dict[str, str], show: Opener,
) -> None:  # fmt: skip
    name = "desk" if size == DESK else "phone"
    pictures = set()
    for scene, (address, tab) in SHOTS.items():
        words = address.format(**ids) + (f"&tab={tab}" if tab and size == PHONE else "")
        if scene == "explore" and size == DESK:
            continue
        page = show(bundled, size, theme, words)
        settled(page)
        shot = page.screenshot(path=album / f"{scene}-{name}-{theme}.png")
        assert int.from_bytes(shot[16:20], "big") == size[0]
        pictures.add(shot)
        page.close()
    assert len(pictures) == len(SHOTS) - (size == DESK)  # no two scenes look alike
    if (size, theme) == (DESK, "light"):
        page = show(bundled, size, theme, "point=all")
        look(page)
        paper = page.pdf(path=album / "paper.pdf", landscape=True, print_background=True)
        assert paper.startswith(b"%PDF")
