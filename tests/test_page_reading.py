"""The page for whoever reads: how two are linked, what cards say, why a thing follows, the case in words."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any

import networkx as nx
import pytest
from playwright.sync_api import Page

from caseboard import Board
from caseboard.errors import BadArgument, NoPath, UnknownName
from caseboard.page import render
from caseboard.page.content import Content

from . import test_page
from .test_page import DESK, PHONE, Graph, look

# Fixtures are found by name in the module that uses them.
browser, show = test_page.browser, test_page.show

Opener = Callable[..., Page]
ALL = ("hedged", "predicted", "inferred", "refuted")
POINTS = ("the start", "the middle", "the end")
EVIL = "</script><img src=x onerror=alert(1)>"


def at(page: Page, words: str) -> None:
    """Give the page another address, and wait until it has taken it over."""
    page.evaluate(
        """words => new Promise(done => {
            if (location.hash === "#" + words) return done();
            addEventListener("hashchange", () => setTimeout(done), { once: true });
            location.hash = words;
        })""",
        words,
    )


def claim(graph: Graph, source: str, label: str, target: str, key: str, **more: Any) -> None:
    attributes = {
        "claim": key, "relation": "ex:r", "label": label, "inverse": f"{label} (turned)", "family": "work",
        "status": "stated", "strength": 1.0, "revealed": POINTS[more.get("reveal_order", 0)],
        "reveal_order": 0, "evidence": f"page 1 of {key}", "note": f"{key} in words.", **more,
    }  # fmt: skip
    graph.add_edge(source, target, key, **attributes)


def story() -> tuple[Graph, Content]:
    """Ada and Ben, linked three ways; Cy behind a hedge, Dan apart; something that follows, and is open."""
    graph: Graph = nx.MultiDiGraph(name="Story", points="; ".join(POINTS), threads="Money; Blood")
    for name in ("Ada", "Ben", "Cy", "Dan", "Eve", "Fay", "Mask"):
        graph.add_node(f"ex:{name.lower()}", label=name, kind="person", iri=f"https://example.org/{name}")
    graph.nodes["ex:ada"]["comment"] = "She counts."
    graph.nodes["ex:fay"]["unknown"] = True
    claim(graph, "ex:ada", "pays", "ex:ben", "ex:c-pays", threads="Money")
    claim(graph, "ex:ben", "fears", "ex:ada", "ex:c-fears", status="hedged", strength=0.5, threads="Blood")
    claim(graph, "ex:eve", "knows", "ex:ada", "ex:c-knows", threads="Money; Blood")
    claim(graph, "ex:eve", "hires", "ex:ben", "ex:c-hires", reveal_order=1)
    claim(graph, "ex:ben", "suspects", "ex:cy", "ex:c-suspects", status="hedged", strength=0.5)
    claim(graph, "ex:dan", "killed", "ex:fay", "ex:c-killed", threads="Blood")
    claim(
        graph, "ex:ada", "trusts", "ex:dan", "ex:c-trusts", refuted="the middle", refute_order=1,
        refuted_by="ex:c-hires",
    )  # fmt: skip
    claim(graph, "ex:mask", "is an alias of", "ex:dan", "ex:c-mask", identity=True, reveal_order=2)
    claim(graph, "ex:mask", "robs", "ex:fay", "ex:c-robs")
    for key, order in (("inferred:1", 0), ("inferred:2", 0), ("inferred:3", 0)):
        claim(graph, "ex:eve", f"follows {key[-1]}", "ex:ben", key, status="inferred", reveal_order=order)
    facts = [
        {
            "id": f"ex:f-{n}", "node": "ex:ada", "label": "works as", "value": job, "family": "work",
            "status": "stated", "strength": 1.0, "revealed": POINTS[n], "reveal_order": n, "threads": "Money",
            "evidence": "page 2", "note": f"Her job, {n}.",
        }
        for n, job in enumerate(("clerk", "spy"))
    ]  # fmt: skip
    content = Content(
        facts=facts,
        questions=[{"node": "ex:fay", "text": "Who is “Fay”?"}],
        theories=[
            {
                "question": "ex:fay", "label": "Fay is Eve", "comment": "They never meet.", "by": "Gil",
                "favour": ["ex:c-knows"], "against": ["ex:c-killed", "ex:c-hires"], "answer": "ex:eve",
            },
            {"question": "ex:fay", "label": "Fay is Ben", "by": "Hal", "favour": ["ex:c-hires"]},
        ],
        proofs={
            "inferred:1": [
                {"rule": "Whoever pays somebody follows them.", "premises": ["ex:c-pays", "inferred:2"]},
                {"rule": "Whoever hires somebody follows them.", "premises": ["ex:c-hires"]},
            ],
            "inferred:2": [
                {"rule": "Who is paid is known.", "premises": ["ex:f-0"]},
                {"rule": "Round and round.", "premises": ["inferred:1"]},
            ],
        },
        passages={"page 1 of ex:c-pays": "On Monday she paid him."},
    )  # fmt: skip
    return nx.freeze(graph), content


@pytest.fixture(scope="module")
def told() -> str:
    graph, content = story()
    return render(graph, content=content)


@pytest.fixture(scope="module")
def bundled(hit_and_run: Board) -> str:
    return hit_and_run.page(include=ALL)


def sentences(page: Page) -> list[str]:
    return [" ".join(text.split()) for text in page.locator("#linked .steps .sentence").all_text_contents()]


def pick(page: Page, end: str, typed: str) -> None:
    """Choose an end of the path by keyboard alone, once the focus is in its box."""
    assert page.evaluate("document.activeElement.id") == f"link-{end}"
    page.keyboard.type(typed)
    page.keyboard.press("Enter")


def inside(page: Page, selector: str, size: tuple[int, int]) -> bool:
    """Whether all of that can be seen without scrolling."""
    boxes = [element.bounding_box() for element in page.locator(selector).all()]
    return bool(boxes) and all(
        box is not None
        and box["x"] >= 0
        and box["y"] >= 0
        and box["x"] + box["width"] <= size[0]
        and box["y"] + box["height"] <= size[1]
        for box in boxes
    )


# ---- how two are linked ----

#: Names that lie near and far, and two that are personas.
ENDS = ("Danielle Wexler", "Tali Shapira", "Martin Wexler", "Tamir Edri", "Sophie Dreyer", "Ella")


@pytest.mark.parametrize("apart", [False, True], ids=["folded", "apart"])
def test_the_paths_are_those_of_the_library(
    apart: bool, hit_and_run: Board, bundled: str, show: Opener
) -> None:
    page = show(bundled, reduced_motion="reduce")
    compared = 0
    for one, other in itertools.combinations(ENDS, 2):
        ends = [hit_and_run.find(name) for name in (one, other)]
        for by, unsure in itertools.product(("fewest", "strongest"), (False, True)):
            include = ALL[:3] if unsure else ()
            try:
                paths = hit_and_run.paths(*ends, by=by, include=include, merge_aliases=not apart)
            except (
                NoPath,
                BadArgument,
                UnknownName,
            ):  # apart; one and the same; nothing stated of one of them
                paths = ()
            expected = [[step.sentence.rstrip(".") for step in path] for path in paths]
            words = f"point=all&from={ends[0]}&to={ends[1]}&by={by}"
            at(page, words + ("&unsure=1" if unsure else "") + ("&apart=1" if apart else ""))
            found = page.evaluate(
                """() => Array.from(document.querySelectorAll(".chooser button"), (_, i) => {
                    document.querySelectorAll(".chooser button")[i].click();
                    return [...document.querySelectorAll(".steps .sentence")].map((one) => one.textContent);
                })"""
            )
            assert found == expected, (one, other, by, unsure)
            compared += len(found)
    assert compared > 100


def test_two_are_linked_by_mouse(told: str, show: Opener) -> None:
    page = show(told)
    at(page, "point=all")
    page.click("#open-linked")
    for end, name in (("from", "Ada"), ("to", "Ben")):
        page.click(f"#link-{end}")
        page.locator(f"#link-{end}-list li", has_text=name).click()
    assert sentences(page) == ["Ada pays Ben"]
    card = page.locator("#linked .steps li").first.inner_text()
    assert "Stated" in card
    assert "Known from the start" in card
    assert "page 1 of ex:c-pays" in card
    assert "Every step is stated." in page.locator("#linked").inner_text()
    lit = {node["id"] for node in look(page)["nodes"] if node["lit"]}
    assert lit == {"ex:ada", "ex:ben"}
    assert [verb["id"] for verb in look(page)["verbs"]] == ["ex:c-pays"]
    page.click(".chooser button >> nth=1")
    assert sentences(page) == ["Eve knows Ada", "Eve hires Ben"]  # each in its own direction
    lit = {node["id"] for node in look(page)["nodes"] if node["lit"]}
    assert lit == {"ex:ada", "ex:ben", "ex:eve"}
    assert {verb["id"] for verb in look(page)["verbs"]} == {"ex:c-knows", "ex:c-hires"}
    page.get_by_label("Use what is less sure, too").check()
    assert sentences(page) == ["Ada pays Ben"]
    assert "and 1 more between the two" in page.locator("#linked .steps").inner_text()
    page.get_by_role("button", name="Swap the two").click()
    assert page.input_value("#link-from") == "Ben"
    page.get_by_role("button", name="Strongest").click()
    assert page.get_by_role("button", name="Strongest").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="Close the paths").click()
    page.wait_for_selector("#linked", state="hidden")
    assert all(node["lit"] for node in look(page)["nodes"] if node["id"] != "ex:mask")


def test_two_are_linked_by_keyboard_alone(told: str, show: Opener) -> None:
    page = show(told, reduced_motion="reduce")
    at(page, "point=all")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "open-linked":
            break
    page.keyboard.press("Enter")
    pick(page, "from", "ad")
    page.keyboard.press("Tab")
    pick(page, "to", "be")
    assert sentences(page) == ["Ada pays Ben"]
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.chooser') !== null"):
            break
    page.keyboard.press("ArrowRight")
    assert sentences(page) == ["Eve knows Ada", "Eve hires Ben"]
    page.keyboard.press("ArrowRight")
    assert sentences(page) == ["Ada pays Ben"]  # round again
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the first name in the sentences
    assert page.locator("#details h2").inner_text() == "Eve"
    assert page.evaluate("document.activeElement.id") == "details"
    page.keyboard.press("Escape")
    assert sentences(page) == ["Eve knows Ada", "Eve hires Ben"]
    page.keyboard.press("Escape")
    page.wait_for_selector("#linked", state="hidden")
    assert "from=" not in page.url


def test_a_box_tells_what_it_offers(told: str, show: Opener) -> None:
    page = show(told)
    at(page, "point=0")
    page.click("#open-linked")
    page.fill("#link-from", "a")
    options = page.locator("#link-from-list li").all_inner_texts()
    assert [option.split("\n")[0] for option in options] == ["Ada", "Dan", "Fay", "Mask"]
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#link-from-list li[aria-selected=true]")
    assert chosen.get_attribute("id") == page.get_attribute("#link-from", "aria-activedescendant")
    page.keyboard.press("Escape")
    assert page.locator("#link-from-list").is_hidden()
    assert page.locator("#linked").is_visible()  # the first Escape closes no more than the list
    page.fill("#link-from", "nobody")
    assert "Nothing on the board matches" in page.locator("#link-from-list").inner_text()
    page.keyboard.press("Tab")
    assert page.input_value("#link-from") == ""  # what is nobody's name is not kept
    at(page, "point=all&by=fewest")
    page.fill("#link-from", "mask")
    assert page.locator("#link-from-list li").first.inner_text().startswith("Dan")  # by now one person


def test_a_card_links_from_and_to(told: str, show: Opener) -> None:
    page = show(told)
    at(page, "point=all&node=ex:eve")
    page.get_by_role("button", name="Find a path from here").click()
    assert page.input_value("#link-from") == "Eve"
    assert page.evaluate("document.activeElement.id") == "link-to"
    spot = next(node for node in look(page)["nodes"] if node["id"] == "ex:ben")
    test_page.click_map(page, spot["x"], spot["y"])
    page.get_by_role("button", name="Find the path to Eve").click()
    assert sentences(page) == ["Eve hires Ben"]
    page.locator("#linked .steps .verb").click()
    assert "ex:c-hires in words." in page.locator("#details").inner_text()
    page.get_by_role("button", name="Back to the paths").click()
    assert sentences(page) == ["Eve hires Ben"]
    assert page.evaluate("document.activeElement.id") == "linked"


def test_where_nothing_links_two_it_is_said_and_what_would_help(told: str, show: Opener) -> None:
    page = show(told)
    at(page, "point=all&from=ex:ada&to=ex:cy&by=fewest")
    panel = page.locator("#linked")
    assert "Nothing shown links Ada and Cy." in panel.inner_text()
    page.get_by_role("button", name="Use what is less sure, too: that links").click()
    assert sentences(page) == ["Ada pays Ben", "Ben suspects Cy"]
    assert "Weakest step: 2." in panel.inner_text()
    # Only what is refuted links these two, which no switch brings back.
    at(page, "point=all&from=ex:ada&to=ex:dan&by=fewest")
    assert "Nothing shown links Ada and Dan." in panel.inner_text()
    assert page.get_by_role("button", name="Use what is less sure").count() == 0
    page.get_by_label("Use what is less sure, too").check()
    assert "Nothing shown links Ada and Dan." in panel.inner_text()
    # A filter hides the claims between them, and the way out is offered.
    at(page, "point=all&from=ex:eve&to=ex:ben&by=fewest&thread=Blood")
    page.get_by_role("button", name="Look without the filters").click()
    assert sentences(page) == ["Eve hires Ben"]


def test_paths_follow_the_point_and_hint_at_nothing_later(told: str, show: Opener) -> None:
    page = show(told)
    at(page, "point=0&from=ex:ada&to=ex:dan&by=fewest")
    assert sentences(page) == ["Ada trusts Dan"]  # believed until the middle
    at(page, "point=1&from=ex:ada&to=ex:dan&by=fewest")
    assert "Nothing shown links Ada and Dan." in page.locator("#linked").inner_text()
    at(page, "point=0&from=ex:eve&to=ex:ben&by=fewest")
    assert sentences(page) == ["Eve knows Ada", "Ada pays Ben"]
    assert "hires" not in page.locator("#linked").inner_text()
    assert page.locator(".chooser button").count() == 1
    at(page, "point=0&from=ex:mask&to=ex:dan&by=fewest")
    assert sentences(page) == ["Mask robs Fay", "Dan killed Fay"]
    at(page, "point=2&from=ex:mask&to=ex:dan&by=fewest")
    assert "Mask and Dan are one and the same." in page.locator("#linked").inner_text()
    at(page, "point=2&from=ex:mask&to=ex:dan&by=fewest&apart=1")
    assert sentences(page) == ["Mask is an alias of Dan"]


def test_an_address_from_anybody_does_no_harm(told: str, show: Opener) -> None:
    page = show(told)
    for words in ("from=ex:nobody&to=__proto__&by=fewest", "from=ex:ada&to=ex:ada&by=fewest",
                  "from=ex:ada&to=ex:nobody&by=fewest", "from=ex:ada&to=ex:ben&by=constructor"):  # fmt: skip
        at(page, "point=all&from=ex:ada&by=fewest")
        page.wait_for_selector("#linked", state="visible")
        assert (page.input_value("#link-from"), page.input_value("#link-to")) == ("Ada", "")
        assert "Pick two" in page.locator("#linked").inner_text()
        at(page, f"point=all&{words}")
        page.wait_for_selector("#linked", state="hidden")


def test_the_path_finder_needs_no_scrolling(hit_and_run: Board, bundled: str, show: Opener) -> None:
    page = show(bundled, DESK)
    at(page, "point=all")
    assert inside(page, "#open-linked", DESK)
    page.click("#open-linked")
    ends = [hit_and_run.find(name) for name in ("Reese Wakefield", "Tali Shapira")]
    at(page, f"point=all&from={ends[0]}&to={ends[1]}&by=fewest")
    look(page)
    page.wait_for_timeout(300)  # the panel slides
    parts = ("#link-from", "#link-to", "#linked .chip", "#linked .unsure", "#linked .steps .sentence")
    for part in parts:
        assert inside(page, part, DESK), part
    assert len(sentences(page)) == 3
    panel = page.locator("#linked").bounding_box()
    assert panel is not None
    corner = page.locator("#canvas").bounding_box()
    assert corner is not None
    for node in look(page)["nodes"]:
        if node["lit"]:
            assert corner["x"] + node["x"] + node["r"] < panel["x"]


def test_the_path_finder_fits_a_phone(told: str, show: Opener) -> None:
    page = show(told, PHONE, has_touch=True)
    at(page, "point=all")
    page.get_by_role("button", name="Paths", exact=True).tap()
    for end, name in (("from", "Ada"), ("to", "Ben")):
        page.tap(f"#link-{end}")
        page.locator(f"#link-{end}-list li", has_text=name).tap()
    assert sentences(page) == ["Ada pays Ben"]
    for part in ("#link-from", "#link-to", "#linked .chip", "#linked .unsure", "#linked .steps .sentence"):
        assert inside(page, part, PHONE), part
    sheet = page.locator("#linked").bounding_box()
    assert sheet is not None
    lit = [node for node in look(page)["nodes"] if node["lit"]]
    assert len(lit) == 2
    assert all(node["y"] < sheet["y"] for node in lit)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    page.get_by_role("button", name="Map", exact=True).tap()
    page.wait_for_selector("#linked", state="hidden")
    assert len([node for node in look(page)["nodes"] if node["lit"]]) == 2  # still lit on the map


# ---- cards and reasons ----


def card(page: Page) -> str:
    page.wait_for_selector("#details", state="visible")
    return page.locator("#details").inner_text()


def test_a_card_tells_what_is_known_by_then(told: str, show: Opener) -> None:
    page = show(told)
    at(page, "point=0&node=ex:ada")
    text = card(page)
    assert "She counts." in text
    assert "works as clerk" in text
    assert "Her job, 0." in text
    assert "spy" not in page.locator("body").inner_text()
    at(page, "point=all&node=ex:ada")
    assert "works as spy" in card(page)
    assert "WORK · 6" in card(page).upper()
    at(page, "point=1&node=ex:dan")
    assert "Also known as" not in card(page)
    at(page, "point=2&node=ex:dan")
    assert "Also known as Mask" in card(page)
    assert "Mask robs Fay" in card(page)  # what the persona did is the person's


def test_a_refuted_claim_says_why(told: str, show: Opener) -> None:
    page = show(told)
    at(page, "point=0&edge=ex:c-trusts")
    assert "Stated" in card(page)
    assert "against" not in card(page)
    at(page, "point=1&edge=ex:c-trusts")
    assert "Believed until the middle" in card(page)
    assert "What speaks against it: Eve hires Ben" in card(page)
    page.locator("#details .because .verb").click()
    assert "ex:c-hires in words." in card(page)


def test_a_passage_opens_under_its_place(told: str, show: Opener) -> None:
    page = show(told)
    at(page, "point=all&edge=ex:c-pays")
    quote = page.locator("#details blockquote")
    assert quote.is_hidden()
    page.locator("#details summary", has_text="page 1 of ex:c-pays").press("Enter")
    assert quote.inner_text() == "On Monday she paid him."


def test_an_inferred_claim_opens_its_proof(told: str, show: Opener) -> None:
    page = show(told)
    at(page, "point=all&edge=inferred:1")
    proof = page.locator("#details .proof").first
    text = proof.inner_text()
    assert text.index("Because: Whoever pays somebody follows them.") < text.index("Ada pays Ben")
    assert "page 1 of ex:c-pays" in text  # down to the evidence
    assert text.index("Eve follows 2 Ben") < text.index("Because: Who is paid is known.")
    assert "Ada works as clerk" in text
    assert "Also because: Whoever hires somebody follows them." in text
    assert "Round and round" not in text  # what rests on itself proves nothing
    proof.locator(".verb", has_text="pays").click()
    assert page.locator("#details h2").inner_text() == "Ada pays Ben"
    at(page, "point=0&edge=inferred:1")
    assert "hires" not in card(page)  # an alternative that rests on what comes later
    at(page, "point=all&node=ex:eve")
    fold = page.locator("#details .card", has_text="follows 1").locator("details.reasons")
    assert "Whoever pays" not in fold.inner_text()
    fold.locator("summary").first.press("Enter")
    fold.get_by_text("Because: Whoever pays somebody follows them.").wait_for()


def test_every_conclusion_of_the_bundled_case_has_its_proof(
    hit_and_run: Board, bundled: str, show: Opener
) -> None:
    page = show(bundled)
    edges = [data for *_, data in hit_and_run.network(include=ALL).edges(data=True)]
    inferred = [data["claim"] for data in edges if data["status"] == "inferred"]
    assert inferred
    for key in inferred:
        at(page, f"point=all&edge={key}")
        assert "Because: " in page.locator("#details .proof").first.inner_text()
        assert "sentence 1 of" in card(page) or "paragraph" in card(page)


# ---- reading ----


def read(page: Page) -> str:
    return page.locator("#table").inner_text()


def test_reading_by_thread_tells_everything(told: str, show: Opener) -> None:
    page = show(told)
    at(page, "point=all")
    page.click("#show-table")
    assert page.locator("#table h3").all_inner_texts() == ["Money", "Blood", "No thread"]
    text = page.locator("#table .sentences").inner_text()
    graph, content = story()
    for *_, data in graph.edges(data=True):
        if not data["claim"].startswith("inferred:"):
            assert data["note"] in text
            assert data["evidence"] in text
    for fact in content.facts:
        assert f"Ada works as {fact['value']}" in text
    blood = page.locator("#table section", has=page.locator("h3", has_text="Blood"))
    assert blood.locator("h4").all_text_contents() == ["Open questions", "Theories"]
    assert "Who is “Fay”?" in blood.inner_text()
    money = page.locator("#table section", has=page.locator("h3", has_text="Money"))
    assert "Fay" not in money.inner_text()
    assert page.locator("#table tbody tr").count() == graph.number_of_edges()
    levels = page.locator("#table").evaluate(
        "table => [...table.querySelectorAll('h2,h3,h4,h5,h6')].map(heading => +heading.tagName[1])"
    )
    assert levels[0] == 2
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_theories_say_whose_they_are_and_what_speaks_for_and_against(told: str, show: Opener) -> None:
    page = show(told)
    at(page, "point=all&table=1")
    theory = page.locator("#table .theory").first
    text = theory.inner_text()
    assert "Fay is Eve" in text
    assert "by Gil" in text
    assert "They never meet." in text
    assert text.index("Speaks for it") < text.index("Eve knows Ada") < text.index("Speaks against it")
    assert text.index("Speaks against it") < text.index("Dan killed Fay")
    # At the start nobody knows of the hiring: neither as an objection, nor a theory that rests on it.
    at(page, "point=0&table=1")
    assert page.locator("#table .theory").count() == 1
    assert "hires" not in page.locator("#table .sentences").inner_text()
    assert "hires" not in read(page)


def test_open_questions_stand_beside_the_map_too(told: str, show: Opener) -> None:
    page = show(told)
    at(page, "point=all")
    short = page.locator("#open-questions")
    assert "Open questions · 1, theories · 2".casefold() in short.inner_text().casefold()
    short.locator("summary").press("Enter")
    assert "Fay is Eve (by Gil)" in short.inner_text()
    short.get_by_role("button", name="Who is “Fay”?").click()
    assert page.locator("#details h2").inner_text() == "Fay"
    at(page, "point=all&thread=Money")
    assert short.is_hidden()  # nothing of that thread is open


def test_reading_by_name_tells_what_is_known_of_each(told: str, show: Opener) -> None:
    page = show(told, reduced_motion="reduce")
    at(page, "point=all&table=1")
    page.get_by_role("button", name="By name").press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "By name"
    names = page.locator("#table .sentences h3").all_inner_texts()
    assert names == ["Ada", "Ben", "Cy", "Dan", "Eve", "Fay", "Left open"]
    dan = page.locator("#table section", has=page.locator("h3", has_text="Dan")).inner_text()
    assert "Also known as Mask" in dan
    ben = page.locator("#table section", has=page.locator("h3", has_text="Ben")).inner_text()
    assert "pays (turned) Ada" in ben


def test_reading_and_the_map_lead_to_each_other(told: str, show: Opener) -> None:
    page = show(told, reduced_motion="reduce")
    at(page, "point=all&table=1")
    page.get_by_role("button", name="Show on the map: Ada pays Ben").press("Enter")
    assert page.locator("#table").is_hidden()
    assert page.locator("#details h2").inner_text() == "Ada pays Ben"
    assert [verb["id"] for verb in look(page)["verbs"]] == ["ex:c-pays"]
    page.click("#show-table")
    assert page.locator("#table tr.chosen").count() == 1
    assert "Ada pays Ben" in page.locator("#table li.chosen").inner_text()
    page.get_by_role("button", name="By name").click()
    page.get_by_role("button", name="Show on the map: Eve", exact=True).click()
    assert page.locator("#details h2").inner_text() == "Eve"
    page.go_back()
    page.wait_for_selector("#table", state="visible")


def test_the_table_is_one_step_away(told: str, show: Opener) -> None:
    page = show(told)
    at(page, "point=all&table=1")
    page.get_by_role("button", name="To the table").press("Enter")
    assert page.evaluate("document.activeElement.nextElementSibling.tagName") == "TABLE"
    assert page.locator("#table thead").is_visible()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_reading_stays_within_its_width(size: tuple[int, int], bundled: str, show: Opener) -> None:
    page = show(bundled, size)
    at(page, "point=all&table=1")
    wide = page.locator("#table").evaluate("table => table.scrollWidth - table.clientWidth")
    assert wide <= 0
    page.locator("#table").evaluate("table => { table.scrollTop = 900; }")
    covered = page.evaluate(
        """() => [...document.querySelectorAll("#tools button")].flatMap((button) => {
            const { left, right, top, bottom } = button.getBoundingClientRect();
            const corners = [[left, top], [right, top], [left, bottom], [right, bottom]];
            const under = ([x, y]) => document.elementsFromPoint(x, y).find((one) => !one.closest("#tools"));
            return corners.map(under).filter((one) => one.closest(".sentences"));
        }).length"""
    )
    assert covered == 0  # nothing is read behind the buttons


def test_very_many_claims_are_told_when_asked_for(show: Opener) -> None:
    graph: Graph = nx.MultiDiGraph(name="Many", points="start", threads="")
    graph.add_nodes_from((f"ex:{n}", {"label": f"N {n}", "kind": "person"}) for n in range(40))
    for n in range(640):
        claim(graph, f"ex:{n % 40}", "meets", f"ex:{(n * 7 + 1) % 40}", f"ex:c{n}", revealed="start")
    page = show(render(graph))
    page.click("#show-table")
    assert page.locator("#table .told li").count() == 0
    page.get_by_role("button", name="Tell all 640 claims as sentences").click()
    assert page.locator("#table .told li").count() == 640


# ---- safe with anything ----


def test_hostile_content_is_shown_as_text(show: Opener) -> None:
    graph: Graph = nx.MultiDiGraph(name="x", points="start; end", threads=EVIL)
    for key in (EVIL, "ex:b"):
        graph.add_node(key, label=f"{EVIL} {key}", kind="person", unknown=True, aliases=EVIL, comment=EVIL)
    claim(graph, EVIL, EVIL, "ex:b", EVIL, evidence=EVIL, note=EVIL, threads=EVIL, family=EVIL)
    claim(graph, EVIL, "follows", "ex:b", "__proto__", status="inferred", threads=EVIL)
    content = Content(
        facts=[{"id": "f", "node": EVIL, "label": EVIL, "value": EVIL, "status": EVIL, "evidence": EVIL}],
        questions=[{"node": "ex:b", "text": EVIL}],
        theories=[
            {
                "question": "ex:b",
                "label": EVIL,
                "comment": EVIL,
                "by": EVIL,
                "favour": [EVIL],
                "against": ["f"],
            }
        ],
        proofs={"__proto__": [{"rule": EVIL, "premises": [EVIL, "f"]}], "constructor": []},
        passages={EVIL: EVIL, "__proto__": EVIL},
        threads={EVIL: f"About {EVIL}", "__proto__": EVIL},
    )
    page = show(render(graph, content=content))
    assert page.locator("#filter-threads .chip").first.get_attribute("title") == f"About {EVIL}"
    at(page, "point=all&edge=__proto__")
    assert f"Because: {EVIL}" in card(page)
    assert page.locator("#details blockquote").first.text_content() == EVIL
    page.locator("#details h2 .link").first.click()
    assert f"{EVIL} {EVIL}" in card(page)
    page.get_by_role("button", name="Find a path from here").click()
    pick(page, "to", "ex:b")
    assert EVIL in sentences(page)[0]
    page.click("#show-table")
    page.get_by_role("button", name="By name").click()
    text = re.sub(r"\s+", " ", read(page))
    assert text.count(EVIL) > 20
    page.locator("#open-questions summary").click()
    assert EVIL in page.locator("#open-questions").inner_text()
    assert page.locator("img, iframe, object, [onload], [onerror]").count() == 0
    assert page.locator("script").count() == 6


def test_places_in_one_source_name_it_once(show: Opener) -> None:
    graph, content = story()
    graph = nx.MultiDiGraph(graph)
    places = (
        "page 1 of The book",
        "page 2 of The book",
        "verse of a song of hers",
        "page 3 of The book",
        "hearsay",
    )
    graph.edges["ex:ada", "ex:ben", "ex:c-pays"]["evidence"] = "; ".join(places)
    page = show(render(graph, content=content))
    at(page, "point=all&edge=ex:c-pays")
    said = page.locator("#details .card").first.locator(".said").all_inner_texts()
    assert said == ["page 1; page 2 of The book", "verse of a song of hers", "page 3 of The book", "hearsay"]


def test_a_thread_says_what_it_is_about_wherever_it_is_listed(bundled: str, show: Opener) -> None:
    page = show(bundled, state="point=all")
    words = "Those who are after Segev, and his way out."
    chip = page.locator("#filter-threads .chip", has_text="The manhunt")
    assert chip.get_attribute("title") == words
    told = page.locator("#filter-threads .about")
    assert told.count() == 0
    chip.focus()
    page.keyboard.press("Enter")
    assert told.inner_text() == words
    page.locator("#filter-threads .chip", has_text="The diary").press("Enter")
    assert told.locator("p").count() == 2
    page.keyboard.press("Enter")
    at(page, "point=all&table=1")
    heading = page.locator("#table h3", has_text="The manhunt")
    assert heading.locator("xpath=following-sibling::p[1]").inner_text() == words
    # Not before there is anything of the thread to be seen.
    at(page, "point=0&table=1")
    assert words not in page.locator("body").inner_text()
