"""Communities and the atlas made of them: everybody in one, each in its disc, the same every time."""

from __future__ import annotations

import itertools
import math
import random

import networkx as nx
import pytest

from caseboard.atlas import chart
from caseboard.communities import LARGEST, MOST, find_communities
from caseboard.layout import SHEETS


def parted(parts: int, size: int, *, seed: int = 2) -> nx.MultiDiGraph[str]:
    """Parts that are dense in themselves and linked to the next by a single edge."""
    rng = random.Random(seed)
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for part in range(parts):
        names = [f"p{part}n{i}" for i in range(size)]
        for i in range(1, size):
            graph.add_edge(names[i], names[rng.randrange(i)])
        for _ in range(3 * size):
            graph.add_edge(*rng.sample(names, 2))
        graph.add_edge(names[0], f"p{(part + 1) % parts}n1")
    return graph


def test_dense_parts_are_found_as_communities() -> None:
    graph = parted(6, 30)
    found = {frozenset(one.members) for one in find_communities(graph)}
    assert found == {frozenset(f"p{part}n{i}" for i in range(30)) for part in range(6)}


def test_everybody_is_in_one_community_those_without_links_too() -> None:
    graph = parted(3, 12)
    graph.add_node("alone")
    graph.add_edge("self", "self")
    members = [node for one in find_communities(graph) for node in one.members]
    assert sorted(members) == sorted(graph)
    assert {"alone", "self"} <= set(find_communities(graph)[-1].members)


def test_the_most_linked_member_comes_first() -> None:
    graph = parted(2, 20)
    for i in range(1, 20):
        graph.add_edge("p0n7", f"p0n{i}")
    assert next(one for one in find_communities(graph) if "p0n7" in one.members).members[0] == "p0n7"


def test_the_order_of_nodes_and_edges_does_not_matter() -> None:
    graph = parted(5, 25)
    edges = list(graph.edges())
    random.Random(1).shuffle(edges)
    backwards = nx.MultiDiGraph([(v, u) for u, v in edges])
    assert find_communities(graph) == find_communities(backwards)
    assert chart(graph) == chart(backwards)


def test_many_small_parts_are_put_together() -> None:
    graph = nx.MultiDiGraph([(f"a{i}", f"b{i}") for i in range(2 * MOST)])
    found = find_communities(graph)
    assert len(found) == MOST + 1
    assert sum(map(len, found)) == 4 * MOST


def test_a_community_too_large_to_open_is_divided() -> None:
    rng = random.Random(5)
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for i in range(1, 3 * LARGEST):
        graph.add_edge(f"n{i}", f"n{max(0, i - rng.randrange(1, 40))}")
    assert max(map(len, find_communities(graph))) <= LARGEST


@pytest.mark.parametrize(
    "graph", [nx.MultiDiGraph(), nx.MultiDiGraph([("a", "a")]), nx.MultiDiGraph([("a", "b")])]
)
def test_very_small_networks_have_an_atlas_too(graph: nx.MultiDiGraph[str]) -> None:
    assert chart(graph).places["landscape"].keys() == set(graph)


def test_members_stand_in_their_disc_and_discs_do_not_overlap() -> None:
    atlas = chart(parted(9, 40))
    for aspect in ("landscape", "portrait"):
        scale = SHEETS[aspect].node
        for region in atlas.regions:
            for node in region.community.members:
                place = atlas.places[aspect][node]  # type: ignore[index]
                assert math.dist(place, region.middles[aspect]) <= region.radius * scale  # type: ignore[index]
        for one, other in itertools.combinations(atlas.regions, 2):
            apart = math.dist(one.middles[aspect], other.middles[aspect])  # type: ignore[index]
            assert apart >= 0.99 * scale * (one.radius + other.radius)
        assert len(set(atlas.places[aspect].values())) == 360  # type: ignore[index]
