"""The layout: the same place every time, nothing on top of anything, quick enough for big networks."""

from __future__ import annotations

import itertools
import os
import random
import subprocess
import sys
import time

import networkx as nx
import numpy as np
import pytest

from caseboard.layout import SHEETS, label_lines, node_size, positions, text_width
from caseboard.refinement import crosses

ASPECTS = ("landscape", "portrait")


def network_of(edges: list[tuple[str, str]], nodes: tuple[str, ...] = ()) -> nx.MultiDiGraph[str]:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(edges)
    for node in graph:
        graph.nodes[node]["label"] = f"Somebody {node}"
    return graph


def scattered(nodes: int, edges: int, seed: int = 4) -> nx.MultiDiGraph[str]:
    """A connected network like a case: a few people know many, most know two or three."""
    rng = random.Random(seed)
    pairs = [(f"n{i}", f"n{min(rng.randrange(i), rng.randrange(i))}") for i in range(1, nodes)]
    while len(pairs) < edges:
        a, b = rng.sample(range(nodes), 2)
        pairs.append((f"n{a}", f"n{b}"))
    return network_of(pairs)


def boxes_of(graph: nx.MultiDiGraph[str], aspect: str) -> dict[str, tuple[float, float, float, float]]:
    sheet = SHEETS[aspect]
    boxes = {}
    for node, (x, y) in positions(graph, aspect=aspect).items():  # type: ignore[arg-type]
        radius = node_size(graph.degree(node)) * sheet.node
        lines = label_lines(graph.nodes[node]["label"], font=sheet.font, wrap=sheet.wrap)
        half = max([radius, *(text_width(line, sheet.font) / 2 for line in lines)])
        boxes[node] = (x - half, y - radius, x + half, y + radius + len(lines) * sheet.font * 1.2)
    return boxes


def overlaps(boxes: dict[str, tuple[float, float, float, float]]) -> int:
    return sum(
        a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
        for a, b in itertools.combinations(boxes.values(), 2)
    )


def crossings(places: dict[str, tuple[float, float]], edges: set[tuple[str, str]]) -> int:
    return sum(
        bool(crosses(*(np.array(places[node]) for node in (*one, *other))))
        for one, other in itertools.combinations(edges, 2)
        if len({*one, *other}) == 4
    )


@pytest.mark.parametrize("aspect", ASPECTS)
def test_every_node_has_one_finite_place_around_the_middle(aspect: str) -> None:
    graph = scattered(30, 58)
    places = positions(graph, aspect=aspect)
    assert places.keys() == set(graph)
    assert len(set(places.values())) == 30
    boxes = np.array(list(boxes_of(graph, aspect).values()))
    assert np.isfinite(boxes).all()
    assert abs(boxes[:, :2].min(0) + boxes[:, 2:].max(0)).max() < 20


@pytest.mark.parametrize("aspect", ASPECTS)
def test_names_and_nodes_do_not_overlap(aspect: str) -> None:
    assert overlaps(boxes_of(scattered(30, 58), aspect)) == 0


def test_the_sheet_has_the_asked_shape() -> None:
    graph = scattered(30, 58)
    for aspect, wide in (("landscape", True), ("portrait", False)):
        boxes = np.array(list(boxes_of(graph, aspect).values()))
        width, height = boxes[:, 2:].max(0) - boxes[:, :2].min(0)
        assert bool(width > height) is wide


def test_a_planar_network_is_drawn_without_crossings() -> None:
    ring = [(f"n{i}", f"n{(i + 1) % 8}") for i in range(8)]
    spokes = [(f"n{i}", f"leaf{i}") for i in range(8)]
    graph = network_of([*ring, *spokes])
    assert crossings(positions(graph), set(graph.edges())) == 0


def test_few_lines_cross() -> None:
    graph = scattered(30, 45)
    edges = {(min(u, v), max(u, v)) for u, v in graph.edges()}
    circle = {
        node: (float(np.cos(i / 30 * 2 * np.pi)), float(np.sin(i / 30 * 2 * np.pi)))
        for i, node in enumerate(graph)
    }
    assert crossings(positions(graph), edges) < crossings(circle, edges) / 5


def test_the_order_of_nodes_and_edges_does_not_matter() -> None:
    graph = scattered(20, 35)
    edges = list(graph.edges())
    random.Random(1).shuffle(edges)
    backwards = network_of([(v, u) for u, v in edges])
    assert positions(graph) == positions(backwards)


def test_another_process_gives_the_same_places() -> None:
    script = (
        "import networkx as nx; from caseboard.layout import positions;"
        "g = nx.MultiDiGraph([('a', 'b'), ('b', 'c'), ('c', 'd'), ('d', 'b'), ('x', 'y')]);"
        "print(positions(g), positions(g, aspect='portrait'))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_the_random_state_of_the_caller_is_left_alone() -> None:
    random.seed(3)
    np.random.seed(3)
    before = (random.getstate(), np.random.get_state()[1].tolist())  # type: ignore[index,union-attr]
    positions(scattered(12, 20))
    assert before == (random.getstate(), np.random.get_state()[1].tolist())  # type: ignore[index,union-attr]


@pytest.mark.parametrize(
    "graph",
    [
        network_of([]),
        network_of([], ("alone",)),
        network_of([], ("a", "b", "c")),
        network_of([("a", "a")]),
        network_of([("a", "b"), ("a", "b"), ("b", "a"), ("b", "b")]),
        network_of([("a", "b"), ("c", "d"), ("e", "f"), ("f", "g")], ("alone",)),
        network_of([("hub", f"leaf{i}") for i in range(40)]),
        network_of([(f"n{i}", f"n{i + 1}") for i in range(50)]),
    ],
    ids=["empty", "one", "loose", "loop", "parallel", "parts", "star", "chain"],
)
def test_odd_shapes(graph: nx.MultiDiGraph[str]) -> None:
    for aspect in ASPECTS:
        places = positions(graph, aspect=aspect)
        assert places.keys() == set(graph)
        assert np.isfinite(list(places.values()) or [(0.0, 0.0)]).all()
        assert overlaps(boxes_of(graph, aspect)) == 0


def test_parts_stand_side_by_side() -> None:
    # Above the size where nodes are moved one at a time, so that it is the packing that is seen.
    parts = [[(f"p{p}n{i}", f"p{p}n{(i + 1) % 15}") for i in range(15)] for p in range(6)]
    places = positions(network_of([edge for part in parts for edge in part]))
    frames = {}
    for p in range(6):
        spots = np.array([places[f"p{p}n{i}"] for i in range(15)])
        frames[str(p)] = (*spots.min(0), *spots.max(0))
    assert overlaps(frames) == 0


def test_an_unknown_aspect_is_refused() -> None:
    with pytest.raises(ValueError, match="landscape, portrait"):
        positions(network_of([("a", "b")]), aspect="square")  # type: ignore[arg-type]


@pytest.mark.parametrize(("nodes", "edges", "seconds"), [(60, 100, 1.5), (500, 1000, 3), (1500, 3000, 8)])
def test_time_stays_small(nodes: int, edges: int, seconds: float) -> None:
    graph = scattered(nodes, edges)
    start = time.process_time()
    positions(graph)
    assert time.process_time() - start < seconds


def test_a_very_long_chain_of_names_is_laid_out_in_linear_memory() -> None:
    graph = network_of([(f"n{i}", f"n{i + 1}") for i in range(6000)])
    assert len(positions(graph)) == 6001


def test_labels_are_broken_at_blanks() -> None:
    assert label_lines("", font=13, wrap=100) == []
    assert label_lines("Ada", font=13, wrap=100) == ["Ada"]
    assert label_lines("one two three four five six seven", font=13, wrap=60) == [
        "one two",
        "three four",
        "five six",
    ]
    assert text_width("漢字", 10) == 20
