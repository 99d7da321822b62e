"""What the page shows when: how far one has watched, who is behind whom, the address that keeps it all."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import networkx as nx
import pytest
from playwright.sync_api import Browser, Page

import caseboard
from caseboard.page import render

from .test_page import (  # fixtures among them
    DESK,
    PHONE,
    Graph,
    Opener,
    assert_clear,
    browser,  # noqa: F401
    chip,
    click_map,
    click_node,
    details,
    look,
    show,  # noqa: F401
)

POINTS = ("the start", "midway", "the sequel")
NODES = {
    "ex:ada": ("Ada Lind", "person", 0),
    "ex:bruno": ("Bruno Lind", "person", 0),
    "ex:grey": ("Mr Grey", "person", 0),
    "ex:pier": ("The pier", "place", 0),  # known from a fact that is no line
    "ex:ledger": ("The ledger", "object", 1),
    "ex:diver": ("The diver's killer", "person", 2),
    "ex:raid": ("A raid at dawn", "event", 2),
}
#: from, to, verb, inverse, family, status, point, thread
EDGES = {
    "ex:c-father": ("bruno", "ada", "is a parent of", "is a child of", "kinship", "stated", 0, None),
    "ex:c-watched": ("grey", "ada", "spies on", "is spied on by", "intrigue", "stated", 0, "The office"),
    "ex:c-drowned": ("bruno", "ada", "was mourned by", "mourned", "friendship", "stated", 0, None),
    "ex:c-alias": ("grey", "bruno", "is an alias of", "has the alias", "identity", "stated", 1, "The mask"),
    "ex:c-holds": ("ada", "ledger", "keeps", "is kept by", "possession", "stated", 1, "The book"),
    "ex:c-signed": ("grey", "ledger", "signed", "was signed by", "possession", "hedged", 1, "The book"),
    "ex:c-hurt": ("ada", "diver", "was stabbed by", "stabbed", "violence", "inferred", 2, "The knife"),
    "ex:c-raid": ("raid", "pier", "happens at", "saw", "place", "predicted", 2, "The knife"),
}
#: What is said for the first time at each point; of words that come earlier too, nothing.
FIRST_SAID = {
    1: (
        *("The ledger", "Objects", "The mask", "The book", "is an alias", "alias Mr Grey", "keeps", "signed"),
        *("Possession", "Identity", "Hedged", "Refuted", "Believed until", "ex:c-holds in words"),
        *("known as", "a persona"),
    ),
    2: ("The diver's killer", "A raid at dawn", "Events", "The knife", "stabbed", "Violence", "Inferred",
        "Predicted", "ex:c-hurt in words", "happens at"),
}  # fmt: skip


def tale(**changes: Any) -> Graph:
    """Seven things, eight claims, three points: a mask that falls midway, and a belief that falls with it."""
    graph: Graph = nx.MultiDiGraph(name="Harbour", points="; ".join(POINTS), threads="The office")
    for node, (label, kind, order) in NODES.items():
        graph.add_node(
            node, label=label, kind=kind, iri=f"https://example.org/{node[3:]}", reveal_order=order
        )
    graph.nodes["ex:bruno"]["aliases"] = "Mr Grey"
    graph.nodes["ex:grey"]["persona"] = True
    for claim, (a, b, label, inverse, family, status, order, thread) in EDGES.items():
        data = {
            "claim": claim, "relation": "cb:some", "label": label, "inverse": inverse, "family": family,
            "status": status, "strength": 1.0, "revealed": POINTS[order], "reveal_order": order,
            "note": f"{claim} in words.", "evidence": f"page {order + 1} of The notebook",
        }  # fmt: skip
        if thread:
            data["threads"] = thread
        graph.add_edge(f"ex:{a}", f"ex:{b}", claim, **data)
    graph.edges["ex:grey", "ex:bruno", "ex:c-alias"]["identity"] = True
    graph.edges["ex:bruno", "ex:ada", "ex:c-drowned"].update(
        refuted="midway", refute_order=1, refuted_by="ex:c-alias"
    )
    for claim, data in changes.items():
        a, b, key = next(edge for edge in graph.edges if edge[2] == f"ex:{claim}")
        graph.edges[a, b, key].update(data)
    return graph


@pytest.fixture(scope="module")
def tale_html() -> str:
    return render(tale())


def lines(page: Page) -> set[str]:
    return {edge["id"] for edge in look(page)["edges"]}


def drawn(page: Page) -> set[str]:
    return {node["id"] for node in look(page)["nodes"]}


def lit(page: Page) -> set[str]:
    return {node["id"] for node in look(page)["nodes"] if node["lit"]}


def address(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).fragment, keep_blank_values=True)


def everything_said(page: Page) -> str:
    """Whatever somebody could see, hear or hover over in the page, map labels and all."""
    seen = look(page)
    said = [page.locator("body").inner_text(), page.locator("body").aria_snapshot()]
    said += page.evaluate(
        """() => [...document.body.querySelectorAll("*")]
            .filter((element) => element.tagName !== "SCRIPT")
            .flatMap((element) => [
                ...[...element.attributes].map((attribute) => attribute.value),
                ...[...element.childNodes].filter((child) => child.nodeType === 3).map((child) => child.data),
            ])"""
    )
    said += [line for label in seen["labels"] for line in label["lines"]]
    said += [verb["text"] for verb in seen["verbs"]]
    return "\n".join([*said, page.title()])


def known_at(point: int) -> tuple[set[str], set[str]]:
    """The nodes and the claims known at a point."""
    nodes = {node for node, (*_, order) in NODES.items() if order <= point}
    return nodes, {claim for claim, (*_, order, _) in EDGES.items() if order <= point}


# ---- how far have you watched? ----


def test_the_page_opens_at_the_first_point_and_asks(tale_html: str, show: Opener) -> None:  # noqa: F811
    page = show(tale_html, state="")
    question = page.get_by_role("region", name="How far have you watched?")
    assert question.get_by_role("button").all_inner_texts() == [*POINTS, "Everything"]
    assert lines(page) == known_at(0)[1]
    assert "point" not in address(page)
    question.get_by_role("button", name="midway").click()
    assert question.is_hidden()
    assert address(page)["point"] == ["1"]
    assert drawn(page) == known_at(1)[0] - {"ex:grey"}
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert question.is_hidden()
    assert drawn(page) == known_at(1)[0] - {"ex:grey"}


def test_everything_is_one_click(tale_html: str, show: Opener) -> None:  # noqa: F811
    page = show(tale_html, state="")
    page.get_by_role("button", name="Everything", exact=True).click()
    assert page.locator("#counts").inner_text() == "6 people and things · 8 claims"
    assert address(page)["point"] == ["all"]


def test_the_question_is_answered_by_keyboard(tale_html: str, show: Opener) -> None:  # noqa: F811
    page = show(tale_html, state="")
    for _ in range(3):  # the link to the map, the first answer, the second
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "midway"
    page.keyboard.press("Enter")
    assert page.locator("#asked").is_hidden()
    assert page.evaluate("document.activeElement.id") == "map"
    page.keyboard.press("ArrowRight")
    assert page.locator("#details h2").is_visible()


def test_the_board_can_be_looked_at_before_the_question_is_answered(
    tale_html: str,
    show: Opener,  # noqa: F811
) -> None:
    page = show(tale_html, state="")
    click_node(page, "ex:ada")
    assert "Ada Lind" in details(page)
    assert page.locator("#asked").is_visible()
    assert "point" not in address(page)  # whoever gets the link is asked too


def test_a_case_with_one_point_asks_nothing(show: Opener) -> None:  # noqa: F811
    graph = tale()
    graph.graph["points"] = "the start"
    page = show(render(graph), state="")
    assert page.locator("#asked").is_hidden()
    assert page.locator("#watched").is_hidden()
    assert len(lines(page)) == 7


def test_the_slider_takes_everything_along(tale_html: str, show: Opener) -> None:  # noqa: F811
    page = show(tale_html, state="point=0")
    page.click("#filter-families summary")
    slider = page.get_by_role("slider", name="How far have you watched?")
    slider.focus()
    page.click("#show-table")
    places = {}
    for point in range(3):
        if point:
            slider.press("ArrowRight")
        assert slider.get_attribute("aria-valuetext") == POINTS[point]
        nodes, claims = known_at(point)
        if point:
            nodes -= {"ex:grey"}
        assert drawn(page) == nodes
        assert lines(page) == claims - ({"ex:c-alias"} if point else set())
        count = f"{len(nodes)} people and things · {len(claims)} claims"
        assert page.locator("#counts").inner_text() == count
        if point:
            assert count in page.locator("#live").inner_text()
        assert page.locator("#table tbody tr").count() == len(claims)
        families = {EDGES[claim][4].capitalize() for claim in claims}
        assert set(page.locator("#filter-families .name").all_inner_texts()) == families
        threads = {EDGES[claim][7] or "No thread" for claim in claims}
        assert set(page.locator("#filter-threads .name").all_inner_texts()) == threads
        page.fill("#search", "the")
        assert ("The ledger" in page.locator("#matches").inner_text()) is (point >= 1)
        page.keyboard.press("Escape")
        page.evaluate("document.activeElement.blur()")
        places[point] = {node["id"]: node for node in look(page)["nodes"]}
    slider.press("End")
    assert slider.get_attribute("aria-valuetext") == "Everything"
    slider.press("Home")
    assert slider.get_attribute("aria-valuetext") == "the start"
    assert drawn(page) == known_at(0)[0]

    def shape(seen: dict[str, Any]) -> float:
        a, b, pier = (seen[f"ex:{name}"] for name in ("ada", "bruno", "pier"))
        return float((a["x"] - b["x"]) * (a["y"] - pier["y"]) / ((a["y"] - b["y"]) * (a["x"] - pier["x"])))

    # The camera moves, the layout does not.
    assert shape(places[1]) == pytest.approx(shape(places[0]))
    assert shape(places[2]) == pytest.approx(shape(places[0]))


def test_the_slider_is_moved_by_mouse(tale_html: str, show: Opener) -> None:  # noqa: F811
    page = show(tale_html, state="point=0")
    box = page.locator("#point").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 10, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2, steps=6)
    page.mouse.up()
    assert address(page)["point"] == ["all"]
    assert drawn(page) == set(NODES) - {"ex:grey"}


@pytest.mark.parametrize("apart", ["", "&apart=1"])
@pytest.mark.parametrize("point", [0, 1])
def test_nothing_from_later_is_said_anywhere(
    point: int,
    apart: str,
    tale_html: str,
    show: Opener,  # noqa: F811
) -> None:
    page = show(tale_html, state=f"point={point}{apart}")
    later = [word for place in range(point + 1, 3) for word in FIRST_SAID[place]]
    said = [everything_said(page)]
    page.click("#show-table")
    said.append(everything_said(page))
    page.click("#show-table")
    for node in sorted(drawn(page)):
        page.keyboard.press("Escape")
        click_node(page, node)
        said.append(everything_said(page))
    page.keyboard.press("Escape")
    for edge in look(page)["edges"]:
        spot = next(there for there in look(page)["edges"] if there["id"] == edge["id"])
        click_map(page, spot["x"], spot["y"])
        said.append(everything_said(page))
        page.keyboard.press("Escape")
    page.click("#search")
    said.append(everything_said(page))
    text = "\n".join(said).casefold()
    assert "ada lind" in text
    assert [word for word in later if word.casefold() in text] == []
    for word in ("diver", "dawn", "knife", "stabbed", "Mr Grey" if point else "ledger"):
        page.fill("#search", word)
        matches = page.locator("#matches").inner_text()
        if word == "Mr Grey":
            assert "Mr Grey" in matches
        else:
            assert matches == "Nothing on the board matches"


def test_the_bundled_case_keeps_its_secrets(
    hit_and_run: caseboard.Board,
    show: Opener,  # noqa: F811
) -> None:
    page = show(hit_and_run.page(), state="")
    page.click("#show-table")
    text = everything_said(page)
    early, late = set(), set()
    for *_, data in hit_and_run.network(include=["hedged", "predicted", "refuted"]).edges(data=True):
        (late if data["reveal_order"] else early).add(data["note"])
    assert early
    assert late
    assert [note for note in early if note not in text] == []
    assert [note for note in late if note in text] == []
    hidden = {
        data["label"]
        for _, data in hit_and_run.network(include=["hedged", "predicted"]).nodes(data=True)
        if data["reveal_order"] > 0
    }
    assert hidden
    assert [label for label in hidden if label in text] == []


def test_a_name_that_no_claim_on_the_page_gives_waits_for_the_end(show: Opener) -> None:  # noqa: F811
    graph = tale()
    graph.nodes["ex:ada"].update(aliases="The pilot", persona=True)
    page = show(render(graph), state="point=1")
    assert "pilot" not in everything_said(page)
    click_node(page, "ex:ada")
    assert "pilot" not in details(page)
    assert "somebody else is behind it" not in details(page)
    page.locator("#point").press("End")
    assert "Also known as The pilot" in details(page)


# ---- who is behind whom ----


def test_a_persona_becomes_one_with_its_person_when_that_is_revealed(
    tale_html: str,
    show: Opener,  # noqa: F811
) -> None:
    page = show(tale_html, state="point=0&node=ex:grey")
    assert page.locator("#details h2").inner_text() == "Mr Grey"
    page.locator("#point").press("ArrowRight")
    # Whoever looked at the mask now looks at the person.
    assert page.locator("#details h2").inner_text() == "Bruno Lind"
    text = details(page)
    assert "Also known as Mr Grey" in text
    for claim in ("ex:c-father", "ex:c-watched", "ex:c-drowned", "ex:c-alias", "ex:c-signed"):
        assert f"{claim} in words." in text
    seen = look(page)
    assert next(label["lines"] for label in seen["labels"] if label["id"] == "ex:bruno") == [
        "Bruno Lind",
        "alias Mr Grey",
    ]
    places = {node["id"]: node for node in seen["nodes"]}
    assert "ex:grey" not in places
    signed = next(edge for edge in seen["edges"] if edge["id"] == "ex:c-signed")
    assert signed["x"] == pytest.approx((places["ex:bruno"]["x"] + places["ex:ledger"]["x"]) / 2, abs=3)
    assert signed["y"] == pytest.approx((places["ex:bruno"]["y"] + places["ex:ledger"]["y"]) / 2, abs=3)
    # Three claims between the same two lie side by side.
    spots = {(round(e["x"]), round(e["y"])) for e in seen["edges"]}
    assert len(spots) == len(seen["edges"])
    page.locator("#point").press("ArrowLeft")
    page.keyboard.press("Escape")
    assert drawn(page) == known_at(0)[0]
    assert {"ex:bruno", "ex:grey"} <= {label["id"] for label in look(page)["labels"]}


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_aliases_can_be_shown_apart(by: str, tale_html: str, show: Opener) -> None:  # noqa: F811
    page = show(tale_html, state="point=0")
    switch = page.get_by_role("checkbox", name="Show aliases apart")
    assert switch.count() == 0  # a switch would tell that there is a mask
    page.locator("#point").press("ArrowRight")
    switch.click() if by == "mouse" else switch.press("Space")
    assert {"ex:grey", "ex:bruno"} <= drawn(page)
    assert "ex:c-alias" in lines(page)
    assert [label["lines"] for label in look(page)["labels"] if label["id"] == "ex:bruno"] == [["Bruno Lind"]]
    assert address(page)["apart"] == ["1"]
    click_node(page, "ex:grey")
    assert "A persona: somebody else is behind it" in details(page).replace("\n", " ") or page.locator(
        "#details .kicker"
    ).inner_text().casefold().startswith("a persona")
    switch.click() if by == "mouse" else switch.press("Space")
    assert "ex:grey" not in drawn(page)


def test_a_hedged_or_refuted_alias_folds_nobody(show: Opener) -> None:  # noqa: F811
    for change in ({"status": "hedged"}, {"refuted": "midway", "refute_order": 1}):
        page = show(render(tale(**{"c-alias": change})), state="point=1")
        assert {"ex:grey", "ex:bruno"} <= drawn(page)
        assert "ex:c-alias" in lines(page)


def test_an_alias_that_turns_out_false_gives_the_persona_back(show: Opener) -> None:  # noqa: F811
    page = show(render(tale(**{"c-alias": {"refuted": "the sequel", "refute_order": 2}})), state="point=1")
    assert "ex:grey" not in drawn(page)
    page.locator("#point").press("ArrowRight")
    assert {"ex:grey", "ex:bruno"} <= drawn(page)


def masks(*pairs: tuple[str, str]) -> str:
    graph: Graph = nx.MultiDiGraph(name="Masks", points="one; two")
    names = sorted({name for pair in pairs for name in pair} | {"friend"})
    for name in names:
        graph.add_node(f"ex:{name}", label=name.title(), kind="person", iri=f"https://example.org/{name}")
    for n, (mask, person) in enumerate(pairs):
        graph.add_edge(
            f"ex:{mask}", f"ex:{person}", f"ex:c{n}", label="is an alias of", status="stated", identity=True,
            reveal_order=0,
        )  # fmt: skip
    graph.add_edge(f"ex:{pairs[0][0]}", "ex:friend", "ex:f", label="knows", status="stated", reveal_order=0)
    return render(graph)


def test_a_chain_of_masks_ends_at_the_last_person(show: Opener) -> None:  # noqa: F811
    page = show(masks(("mask", "cover"), ("cover", "real"), ("other", "real")), state="point=all")
    assert drawn(page) == {"ex:real", "ex:friend"}
    label = next(label["lines"] for label in look(page)["labels"] if label["id"] == "ex:real")
    assert label[0] == "Real"
    assert sorted(" ".join(label[1:]).removeprefix("alias ").split(", ")) == ["Cover", "Mask", "Other"]
    click_node(page, "ex:real")
    assert page.locator("#details .card").count() == 4
    assert lines(page) == {"ex:f"}


def test_masks_in_a_circle_or_of_two_people_stay_what_they_are(show: Opener) -> None:  # noqa: F811
    page = show(masks(("a", "b"), ("b", "c"), ("c", "a")), state="point=all")
    assert drawn(page) == {"ex:a", "ex:b", "ex:c", "ex:friend"}
    page = show(masks(("d", "a"), ("a", "b"), ("b", "a"), ("self", "self")), state="point=all")
    assert drawn(page) == {"ex:a", "ex:b", "ex:d", "ex:self", "ex:friend"}
    page = show(masks(("mask", "one"), ("mask", "two")), state="point=all")
    assert drawn(page) == {"ex:mask", "ex:one", "ex:two", "ex:friend"}


# ---- what turned out false ----


def test_a_claim_is_refuted_from_its_point_on(tale_html: str, show: Opener) -> None:  # noqa: F811
    page = show(tale_html, state="point=0&edge=ex:c-drowned")

    def line() -> Any:
        return next(edge for edge in look(page)["edges"] if edge["id"] == "ex:c-drowned")

    believed = line()
    assert believed["status"] == "stated"
    assert "Refuted" not in details(page)
    page.locator("#point").press("ArrowRight")
    assert line()["status"] == "refuted"
    grey = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--refuted').trim()")
    assert line()["color"] == grey != believed["color"]
    assert "Believed until midway" in details(page)
    chip(page, "Refuted").click()
    assert lines(page) == {"ex:c-drowned"}
    page.locator("#point").press("ArrowLeft")
    # A filter that is no longer offered does not go on hiding things.
    assert lines(page) == known_at(0)[1]
    assert page.locator(".chip[aria-pressed=true]").count() == 0


# ---- filters ----


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_families_narrow_the_board(by: str, tale_html: str, show: Opener) -> None:  # noqa: F811
    page = show(tale_html, state="point=all")

    def press(name: str) -> None:
        if by == "mouse":
            chip(page, name).click()
        else:
            chip(page, name).press("Enter")
            assert page.evaluate("document.activeElement.querySelector('.name').textContent") == name

    press("Possession")
    assert lines(page) == {"ex:c-holds", "ex:c-signed"}
    assert page.locator("#counts").inner_text() == "3 of 6 people and things · 2 of 8 claims"
    assert chip(page, "Hedged").locator(".n").inner_text() == "1"
    # The others step back, and stay where they are.
    assert drawn(page) == set(NODES) - {"ex:grey"}
    assert lit(page) == {"ex:ada", "ex:bruno", "ex:ledger"}
    assert address(page)["family"] == ["possession"]
    press("Kinship")
    assert lines(page) == {"ex:c-holds", "ex:c-signed", "ex:c-father"}
    press("Possession")
    assert lines(page) == {"ex:c-father"}


def test_a_thing_that_only_a_fact_is_known_of_is_there(tale_html: str, show: Opener) -> None:  # noqa: F811
    page = show(tale_html, state="point=0")
    assert "ex:pier" in lit(page)
    chip(page, "Kinship").click()
    assert "ex:pier" in drawn(page) - lit(page)


# ---- the address ----

FULL = (
    "point=all&node=ex:ada&thread=The+office&thread=The+book&kind=person&status=stated&status=hedged"
    "&family=possession&family=intrigue&apart=1&table=1&theme=dark"
)


def summary(page: Page) -> Any:
    """What can be told apart on the page: the map, what is pressed, the text of all panels."""
    pressed = page.locator("[aria-pressed=true]").all_inner_texts()
    texts = [page.locator(part).inner_text() for part in ("#counts", "#details", "#table", "#reached")]
    checked = page.locator("#apart").is_checked()
    return look(page), pressed, texts, checked, page.get_attribute("html", "data-theme")


def same(a: Any, b: Any) -> bool:
    """Compare, but for what a glide of the map leaves over of a pixel."""
    if isinstance(a, float | int) and isinstance(b, float | int):
        return a == pytest.approx(b, abs=0.6)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    return bool(a == b)


def wait_for_zoom(page: Page) -> None:
    for _ in range(100):
        if "zoom" in address(page):
            return
        page.wait_for_timeout(30)
    raise AssertionError("the address does not say where the map was moved to")


def test_the_address_holds_the_whole_state(tale_html: str, show: Opener) -> None:  # noqa: F811
    page = show(tale_html, state="")
    page.get_by_role("button", name="Everything", exact=True).click()
    page.get_by_label("Show aliases apart").check()
    for name in ("The office", "The book", "People", "Stated", "Hedged", "Possession", "Intrigue"):
        chip(page, name).click()
    click_node(page, "ex:ada")
    page.wait_for_timeout(400)
    page.click("#theme")
    page.click("#zoom-in")
    wait_for_zoom(page)
    page.click("#show-table")
    page.wait_for_timeout(100)
    words = address(page)
    for name, values in parse_qs(FULL).items():
        assert sorted(words[name]) == sorted(values), name


@pytest.mark.parametrize("state", ["point=1", FULL, "point=all&edge=ex:c-hurt&x=10.5&y=-20.0&zoom=1.750"])
def test_a_copied_address_gives_the_same_page(state: str, tale_html: str, show: Opener) -> None:  # noqa: F811
    first = show(tale_html, state=state)
    copied = show(tale_html, state=urlsplit(first.url).fragment)
    assert same(summary(copied), summary(first))
    assert address(copied) == address(first)
    assert address(first).keys() == parse_qs(state).keys()


def test_what_the_viewer_moved_stays_where_it_was(tale_html: str, show: Opener) -> None:  # noqa: F811
    page = show(tale_html, state="point=all")
    before = look(page)["nodes"]
    page.mouse.move(900, 450)
    page.mouse.wheel(0, -400)
    wait_for_zoom(page)
    page.mouse.move(400, 870)
    page.mouse.down()
    page.mouse.move(460, 800, steps=4)
    page.mouse.up()
    moved = look(page)["nodes"]
    assert moved != before
    copied = show(tale_html, state=urlsplit(page.url).fragment)
    for old, new in zip(moved, look(copied)["nodes"], strict=True):
        assert (new["x"], new["y"]) == pytest.approx((old["x"], old["y"]), abs=1.5)
    page.click("#zoom-fit")
    assert "zoom" not in address(page)
    for old, new in zip(before, look(page)["nodes"], strict=True):
        assert (new["x"], new["y"]) == pytest.approx((old["x"], old["y"]), abs=0.5)


def test_back_and_forward_go_through_what_was_looked_at(tale_html: str, show: Opener) -> None:  # noqa: F811
    page = show(tale_html, state="")
    states = [summary(page)]
    page.get_by_role("button", name="midway").click()
    states.append(summary(page))
    click_node(page, "ex:ada")
    states.append(summary(page))
    page.click("#show-table")
    states.append(summary(page))
    page.locator("#table table .verb", has_text="keeps").click()
    states.append(summary(page))
    for before in reversed(states[:-1]):
        page.go_back()
        page.wait_for_timeout(400)
        assert same(summary(page), before)
    assert page.locator("#asked").is_visible()
    for after in states[1:]:
        page.go_forward()
        page.wait_for_timeout(400)
        assert same(summary(page), after)


def test_filters_and_light_are_no_steps_to_go_back_through(tale_html: str, show: Opener) -> None:  # noqa: F811
    page = show(tale_html, state="point=all")
    length = page.evaluate("history.length")
    chip(page, "Kinship").click()
    page.click("#theme")
    page.get_by_label("Show aliases apart").check()
    assert page.evaluate("history.length") == length
    click_node(page, "ex:ada")
    assert page.evaluate("history.length") == length + 1
    page.click("#theme")
    page.go_back()
    page.wait_for_selector("#details", state="hidden")
    assert page.get_attribute("html", "data-theme") == "light"
    assert address(page)["family"] == ["kinship"]


def test_the_address_can_be_written_by_hand(tale_html: str, show: Opener) -> None:  # noqa: F811
    page = show(tale_html, state="point=0")
    page.evaluate("location.hash = 'point=1&node=ex:ledger'")
    page.wait_for_selector("#details", state="visible")
    assert page.locator("#details h2").inner_text() == "The ledger"
    assert drawn(page) == known_at(1)[0] - {"ex:grey"}


@pytest.mark.parametrize(
    "state",
    [
        "point=99&node=constructor&thread=__proto__&kind=constructor&status=%3Cscript%3E&family=valueOf",
        "point=-1&edge=toString&x=Infinity&y=1&zoom=1&from=ex:ada&to=ex:ada&by=fewest&query=__proto__",
        "point=1e9&node=__proto__&edge=ex:nothing&x=1e3&y=NaN&zoom=2&from=ex:ada&to=ex:bruno&by=evil",
        "point=NaN&node=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&x=1&y=1&from=__proto__&to=ex:ada&by=fewest",
        "point=&tab=__proto__&theme=javascript:alert(3)&table=yes&apart=no&zoom=javascript:alert(2)",
        "point=%00&node=ex:diver&thread=The+knife&kind=event&from=ex:ada&to=ex:diver&by=fewest",
        "point=1.5&edge=ex:c-hurt&status=inferred&family=violence&query=%3Cb%3E&theme=%22",
        *("%", "%E0%A4%A", "&&&===&=", "map", "__proto__=1", "a" * 50_000, "node=" + "%F0%9F%92%A9" * 9_000),
    ],
)
def test_an_address_from_anybody_does_no_harm(state: str, tale_html: str, show: Opener) -> None:  # noqa: F811
    page = show(tale_html, state=state)
    assert page.locator("#asked").is_visible()
    assert lines(page) == known_at(0)[1]
    assert lit(page) == known_at(0)[0]
    assert page.locator("#details").is_hidden()
    assert page.locator("#table").is_hidden()
    assert page.locator(".chip[aria-pressed=true]").count() == 0
    assert page.get_attribute("html", "data-theme") == "light"
    assert urlsplit(page.url).fragment == ""
    click_node(page, "ex:ada")  # and all still works
    assert "Ada Lind" in details(page)


def test_names_that_mean_something_in_an_address_are_kept(show: Opener) -> None:  # noqa: F811
    evil = "a&b=c#d%20e+f g?h ü \u202e"
    graph = tale()
    nx.relabel_nodes(graph, {"ex:ada": evil}, copy=False)
    graph.edges[evil, "ex:ledger", "ex:c-holds"]["threads"] = evil
    html = render(graph)
    page = show(html, state="point=1")
    click_node(page, evil)
    page.locator("#filter-threads .chip", has_text="a&b=c").click()
    assert address(page)["thread"] == [evil]
    assert address(page)["node"] == [evil]
    copied = show(html, state=urlsplit(page.url).fragment)
    assert same(summary(copied), summary(page))


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_reset_clears_whatever_was_chosen(by: str, tale_html: str, show: Opener) -> None:  # noqa: F811
    page = show(tale_html, state=FULL + "&from=ex:ada&to=ex:bruno&by=fewest&x=1.0&y=1.0&zoom=2.000")
    page.fill("#search", "ledger")
    button = page.get_by_role("button", name="Reset")
    button.click() if by == "mouse" else button.press("Enter")
    # How far somebody has watched is no choice among things on the board, nor is the light.
    assert address(page) == {"point": ["all"], "theme": ["dark"]}
    assert page.locator(".chip[aria-pressed=true]").count() == 0
    page.wait_for_selector("#details", state="hidden")
    assert page.locator("#table").is_hidden()
    assert page.input_value("#search") == ""
    assert page.locator("#counts").inner_text() == "6 people and things · 8 claims"


def test_the_link_to_the_map_leaves_the_address_alone(tale_html: str, show: Opener) -> None:  # noqa: F811
    page = show(tale_html, state="point=1&node=ex:ada")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "map"
    assert address(page) == {"point": ["1"], "node": ["ex:ada"]}


def test_a_frame_without_an_address_works_too(tale_html: str, browser: Browser) -> None:  # noqa: F811
    page = browser.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.set_content('<iframe sandbox="allow-scripts" width="1300" height="700"></iframe>')
    page.eval_on_selector("iframe", "(frame, html) => { frame.srcdoc = html; }", tale_html)
    frame = page.frame_locator("iframe")
    frame.locator("html[data-ready]").wait_for(state="attached", timeout=10_000)
    frame.get_by_role("button", name="midway").click()
    frame.get_by_text("What links them").click()
    frame.get_by_role("button", name="Possession").click()
    frame.locator("#show-table").click()
    assert frame.locator("#table tbody tr").count() == 2
    assert problems == []
    page.close()


# ---- looked at ----


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_names_stay_clear_at_every_point(
    size: tuple[int, int],
    hit_and_run: caseboard.Board,
    show: Opener,  # noqa: F811
) -> None:
    html = hit_and_run.page()
    page = show(html, size, state="")
    seen = look(page)
    assert_clear(seen)
    assert len(seen["labels"]) == len(seen["nodes"])
    asked = page.locator("#asked").bounding_box()
    canvas = page.locator("#canvas").bounding_box()
    assert asked is not None
    assert canvas is not None
    top = asked["y"] - canvas["y"]
    assert all(node["y"] < top for node in seen["nodes"])  # the question hides nobody
    answers = page.locator("#asked button")
    count = answers.count()
    for n in range(count):
        page.evaluate("location.hash = ''")
        answers.nth(n).click()
        seen = look(page)
        assert_clear(seen)
        assert len(seen["labels"]) == len(seen["nodes"])


def test_a_phone_reaches_the_slider(tale_html: str, show: Opener) -> None:  # noqa: F811
    page = show(tale_html, PHONE, state="", has_touch=True)
    page.get_by_role("button", name="the start").tap()
    assert page.locator("#asked").is_hidden()
    page.get_by_role("button", name="Explore").tap()
    box = page.locator("#point").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < PHONE[1] - 54  # above the tabs, without scrolling
    page.touchscreen.tap(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2)
    assert page.locator("#reached").inner_text() == "midway"
    assert address(page)["point"] == ["1"]
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
