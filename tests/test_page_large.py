"""The page of a large network: communities that open, what is found under the pointer, names in order."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from playwright.sync_api import Browser, Page

from caseboard.page import render

from .browser import launched

DESK, PHONE = (1440, 900), (390, 844)
THREADS = ("The hit", "The diary", "The leak")


def network(edges: int, *, parts: int = 8, seed: int = 3) -> nx.MultiDiGraph[str]:
    """A network of as many parts, four claims to a node, nine in ten of them within a part."""
    rng = random.Random(seed)
    count = edges // 4
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(name="Large", points="start", threads="; ".join(THREADS))
    for i in range(count):
        kind = ("person", "person", "organisation", "object")[i % 4]
        graph.add_node(f"ex:n{i}", label=f"Somebody {i}", kind=kind, iri=f"https://example.org/n{i}")
    for n in range(edges):
        a = n if n < count else int(count * rng.random() ** 1.4)
        b = rng.randrange(count) if n % 10 == 0 else rng.randrange(count // parts) * parts + a % parts
        if a == b:
            b = (a + parts) % count
        graph.add_edge(
            f"ex:n{a}", f"ex:n{b % count}", f"ex:c{n}", claim=f"ex:c{n}",
            label="knows", inverse="is known to", relation="cb:knows", family="friendship",
            status=("stated", "stated", "hedged")[n % 3], strength=1.0,
            revealed="start", reveal_order=0, threads=THREADS[n % 3], note=f"Claim {n} in words.",
        )  # fmt: skip
    return nx.freeze(graph)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as started:
        yield started


@pytest.fixture(scope="module")
def many() -> str:
    """A page of 600 claims: crowded, but all nodes are there at once."""
    return render(network(600))


@pytest.fixture(scope="module")
def large() -> str:
    """A page of 3,400 claims: communities."""
    return render(network(3_400))


Opener = Callable[..., Page]


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Opener]:
    """Open documents from files without a network, and fail on errors."""
    contexts, problems = [], []

    def opened(html: str, *, size: tuple[int, int] = DESK, state: str = "", theme: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=theme,  # type: ignore[arg-type]
            offline=True,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        file = tmp_path / "page.html"
        file.write_text(html, "utf-8")
        page.goto(f"{file.as_uri()}#{state}")
        page.wait_for_function("document.documentElement.dataset.ready")
        settled(page)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


def settled(page: Page) -> dict[str, Any]:
    page.wait_for_function("caseboard.inspect().resting")
    seen: dict[str, Any] = page.evaluate("caseboard.inspect()")
    return seen


def click_at(page: Page, x: float, y: float) -> None:
    box = page.locator("#canvas").bounding_box()
    assert box
    # The map waits for a moment whether a second click follows.
    page.mouse.click(box["x"] + x, box["y"] + y)
    page.wait_for_timeout(350)


def overlapping(boxes: list[list[float]]) -> list[tuple[list[float], list[float]]]:
    return [
        (a, b)
        for a, b in itertools.combinations(boxes, 2)
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]


def open_groups(seen: dict[str, Any]) -> list[int]:
    return [group["number"] for group in seen["groups"] if group["open"]]


def closed_disc(seen: dict[str, Any]) -> dict[str, Any]:
    return max((group for group in seen["groups"] if not group["open"]), key=lambda group: group["members"])


# --- crowded, without communities -----------------------------------------------------------------


def test_a_click_on_a_node_of_a_crowded_map_selects_it(show: Opener, many: str) -> None:
    page = show(many)
    node = max(settled(page)["nodes"], key=lambda one: one["r"])
    click_at(page, node["x"], node["y"])
    assert f"node={node['id'].replace(':', '%3A')}" in page.url
    number = node["id"].removeprefix("ex:n")
    assert f"Somebody {number}" in page.locator("#details").inner_text()


def test_a_click_on_a_line_of_a_crowded_map_selects_it(show: Opener, many: str) -> None:
    page = show(many)
    seen = settled(page)
    near = seen["nodes"] + [
        {"x": (box[0] + box[2]) / 2, "y": (box[1] + box[3]) / 2, "r": (box[2] - box[0]) / 2}
        for box in (label["box"] for label in seen["labels"])
    ]

    def free(edge: dict[str, Any]) -> bool:
        def away(other: dict[str, Any]) -> float:
            return float(((other["x"] - edge["x"]) ** 2 + (other["y"] - edge["y"]) ** 2) ** 0.5)

        others = (other for other in seen["edges"] if other is not edge)
        return all(away(n) > n["r"] + 12 for n in near) and all(away(other) > 8 for other in others)

    edge = next(edge for edge in seen["edges"] if free(edge))
    click_at(page, edge["x"], edge["y"])
    # Lines cross: another one may be as near, but it has to be one that runs there.
    assert "edge=ex%3Ac" in page.url


def test_a_click_beside_everything_lets_go(show: Opener, many: str) -> None:
    page = show(many, state="node=ex%3An0")
    assert "node=" in page.url
    click_at(page, 12, 200)
    assert "node=" not in page.url


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_names_on_a_crowded_map_do_not_overlap(show: Opener, many: str, size: tuple[int, int]) -> None:
    seen = settled(show(many, size=size))
    boxes = [label["box"] for label in seen["labels"]]
    assert len(boxes) >= 8
    assert overlapping(boxes) == []
    assert all(b[0] >= 0 and b[1] >= 0 and b[2] <= seen["width"] and b[3] <= seen["height"] for b in boxes)


def test_a_crowded_map_is_drawn_again_with_its_lines_once_it_rests(show: Opener, many: str) -> None:
    page = show(many)
    ink = """() => {
      const canvas = document.querySelector("#canvas canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let n = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i] > 0) n++;
      return n;
    }"""
    before = page.evaluate(ink)
    page.mouse.move(800, 450)
    page.mouse.wheel(0, -10)
    page.evaluate("new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)))")
    moving = page.evaluate(ink)
    page.wait_for_timeout(600)
    settled(page)
    assert moving < 0.8 * before
    assert page.evaluate(ink) > 0.8 * before


# --- communities ----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [DESK, PHONE])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_large_network_opens_as_named_communities(
    show: Opener, large: str, size: tuple[int, int], theme: str
) -> None:
    page = show(large, size=size, theme=theme)
    seen = settled(page)
    assert 4 <= len(seen["groups"]) <= 120
    assert sum(group["members"] for group in seen["groups"]) == 850
    assert seen["nodes"] == []
    boxes = [group["box"] for group in seen["groups"] if group["box"]]
    assert len(boxes) >= len(seen["groups"]) / 2
    assert overlapping(boxes) == []
    assert all(b[0] >= 0 and b[1] >= 0 and b[2] <= seen["width"] and b[3] <= seen["height"] for b in boxes)
    for group in seen["groups"]:
        assert 0 < group["x"] < seen["width"]
        assert 0 < group["y"] < seen["height"]


def test_a_click_opens_a_community_and_the_button_leads_back(show: Opener, large: str) -> None:
    page = show(large)
    disc = closed_disc(settled(page))
    click_at(page, disc["x"], disc["y"])
    seen = settled(page)
    assert open_groups(seen) == [disc["number"]]
    assert f"open={disc['number']}" in page.url
    assert len(seen["nodes"]) == disc["members"]
    assert sum(0 < n["x"] < seen["width"] and 0 < n["y"] < seen["height"] for n in seen["nodes"]) == len(
        seen["nodes"]
    )
    assert overlapping([label["box"] for label in seen["labels"]]) == []
    page.get_by_role("button", name="Back to the communities").click()
    assert open_groups(settled(page)) == []
    assert "open=" not in page.url
    page.go_back()
    assert open_groups(settled(page)) == [disc["number"]]


def test_the_keyboard_alone_opens_a_community_and_closes_it(show: Opener, large: str) -> None:
    page = show(large)
    page.locator("#map").focus()
    page.keyboard.press("ArrowRight")
    assert "Enter opens it" in page.locator("#live").inner_text()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    seen = settled(page)
    assert len(open_groups(seen)) == 1
    page.keyboard.press("ArrowDown")
    page.wait_for_function("location.hash.includes('node=')")
    page.keyboard.press("Backspace")
    assert open_groups(settled(page)) == []


def test_an_address_opens_its_communities_and_nothing_unknown(show: Opener, large: str) -> None:
    seen = settled(show(large, state="open=2.0.2.999.-1.x"))
    assert sorted(open_groups(seen)) == [0, 2]


def test_search_shows_somebody_of_a_closed_community_in_place(show: Opener, large: str) -> None:
    page = show(large)
    page.locator("#search").fill("Somebody 707")
    page.keyboard.press("Enter")
    seen = settled(page)
    assert "ex:n707" in {node["id"] for node in seen["nodes"]}
    assert "Somebody 707" in page.locator("#details h2").inner_text()


def test_a_path_between_communities_is_drawn(show: Opener, large: str) -> None:
    page = show(large, state="from=ex%3An0&to=ex%3An9&by=fewest&tab=linked")
    drawn = {node["id"] for node in settled(page)["nodes"]}
    assert {"ex:n0", "ex:n9"} <= drawn
    assert page.locator("#linked .steps li").count() >= 1


def test_filters_leave_the_communities_and_count_claims(show: Opener, large: str) -> None:
    page = show(large)
    page.locator("#filter-threads .chip").first.click()
    assert " of " in page.locator("#counts").inner_text()
    assert len(settled(page)["groups"]) >= 4


def test_ten_thousand_claims_open_and_can_be_used(show: Opener) -> None:
    page = show(render(network(10_000, parts=20)))
    seen = settled(page)
    disc = closed_disc(seen)
    click_at(page, disc["x"], disc["y"])
    assert len(settled(page)["nodes"]) == disc["members"]
    page.mouse.wheel(0, -400)
    page.wait_for_timeout(400)
    assert settled(page)["nodes"]
