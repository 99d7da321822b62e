"""A large network on paper: its communities side by side, and in each its members."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from caseboard.communities import Community, find_communities
from caseboard.layout import SHEETS, Aspect, node_size, turned
from caseboard.steps import step
from caseboard.stress import pivot_start, pivots, push_apart, stress

if TYPE_CHECKING:
    import networkx as nx
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_ROOM = 2.6  # how many times their own area nodes are given


@dataclass(frozen=True, slots=True)
class Region:
    """The disc that a community is given: its middle on each sheet, and its radius on the wide one."""

    community: Community
    radius: float
    middles: dict[Aspect, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Atlas:
    """Regions, the largest community first, and the place of every node on each sheet, in its region."""

    regions: tuple[Region, ...]
    places: dict[Aspect, dict[str, tuple[float, float]]]


def chart(network: nx.MultiDiGraph[str]) -> Atlas:
    """Lay a large network out, the communities first, then the members of each in its disc.

    Communities that have many links in common lie near each other, and so do members. No two discs overlap.
    The order of nodes and edges does not matter, and the same network gives the same atlas.

    >>> import networkx as nx
    >>> two = nx.MultiDiGraph([(a, b) for part in ("abcd", "wxyz") for a in part for b in part if a < b])
    >>> atlas = chart(two)
    >>> [len(region.community) for region in atlas.regions], len(atlas.places["portrait"])
    ([4, 4], 8)
    """
    things = f"{network.number_of_nodes():,} things"
    step(f"finding the communities of {things}")
    communities = find_communities(network)
    degree = network.degree()
    number = {node: i for i, one in enumerate(communities) for node in one.members}
    slot = {node: i for one in communities for i, node in enumerate(one.members)}
    within: list[set[tuple[int, int]]] = [set() for _ in communities]
    between: dict[tuple[int, int], int] = {}
    for u, v in network.edges():
        a, b = number[u], number[v]
        if a != b:
            pair = (min(a, b), max(a, b))
            between[pair] = between.get(pair, 0) + 1
        elif u != v:
            within[a].add((min(slot[u], slot[v]), max(slot[u], slot[v])))
    discs, done = [], 0
    for one, links in zip(communities, within, strict=True):
        step(f"laying out {things}", done, len(network))
        discs.append(_disc([node_size(degree[node]) for node in one.members], sorted(links)))
        done += len(one)
    step(f"laying out {len(communities)} communities")
    middles = _middles([radius for _, radius in discs], between)
    places: dict[Aspect, dict[str, tuple[float, float]]] = {}
    for aspect, centres in middles.items():
        scale = SHEETS[aspect].node
        places[aspect] = {
            node: (round(float(cx + x * scale), 1), round(float(cy + y * scale), 1))
            for one, (spots, _), (cx, cy) in zip(communities, discs, centres, strict=True)
            for node, (x, y) in zip(one.members, spots, strict=True)
        }
    regions = tuple(
        Region(
            one,
            round(radius, 1),
            {
                aspect: (round(float(at[i][0]), 1), round(float(at[i][1]), 1))
                for aspect, at in middles.items()
            },
        )
        for i, (one, (_, radius)) in enumerate(zip(communities, discs, strict=True))
    )
    return Atlas(regions, places)


def _distances(n: int, links: list[tuple[int, int, float]]) -> NDArray[np.float32]:
    """Return the lengths of the shortest paths; what is not joined is a little farther than all that is."""
    import numpy as np
    import rustworkx as rx

    graph = rx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(n))
    graph.add_edges_from(links)
    found = np.full((n, n), np.inf)
    for node, row in rx.all_pairs_dijkstra_path_lengths(graph, float).items():
        found[node, list(row.keys())] = list(row.values())
    np.fill_diagonal(found, 0)
    joined = found[np.isfinite(found)]
    found[~np.isfinite(found)] = 1.2 * max(1.0, float(joined.max()))
    return found.astype(np.float32)


def _disc(sizes: list[float], links: list[tuple[int, int]]) -> tuple[Array, float]:
    """Lay members of these radii out around (0, 0); return their places and the radius that they take."""
    import numpy as np

    n = len(sizes)
    boxes = np.outer(sizes, [-1.35, -1.35, 1.35, 1.35])
    if n == 1:
        return np.zeros((1, 2)), 2.4 * sizes[0]
    hops = _distances(n, [(u, v, 1.0) for u, v in links])
    spots = stress(pivot_start(hops[pivots(hops)]), hops, rounds=30)
    spots -= spots.mean(0)
    # The farther out, the more room there is: members fill the disc evenly, each in its own direction.
    far = np.hypot(*spots.T)
    area = float((np.pi * np.square(sizes)).sum()) * _ROOM
    radius = float(np.sqrt(area / np.pi))
    rank = np.empty(n)
    rank[np.lexsort((np.arange(n), far))] = np.arange(n)
    spots = spots / np.maximum(far, 1e-6)[:, None] * (radius * np.sqrt((rank + 0.5) / n))[:, None]
    spots = push_apart(spots, boxes, rounds=60)
    return spots, float((np.hypot(*spots.T) + np.array(sizes)).max()) * 1.04 + 6


def _middles(radii: list[float], between: dict[tuple[int, int], int]) -> dict[Aspect, Array]:
    """Place discs: the more two have in common for their size, the nearer."""
    import numpy as np

    n = len(radii)
    total = np.ones(n)
    for (a, b), count in between.items():
        total[a] += count
        total[b] += count
    links = [
        (a, b, 1.0 + float(-np.log(count / np.sqrt(total[a] * total[b]))))
        for (a, b), count in sorted(between.items())
    ]
    if n > 1:
        apart = _distances(n, links)
        start = stress(pivot_start(apart[pivots(apart)]), apart, rounds=150)
    else:
        start = np.zeros((n, 2))
    middles: dict[Aspect, Array] = {}
    aspects: tuple[Aspect, ...] = ("landscape", "portrait")
    for aspect in aspects:
        sheet = SHEETS[aspect]
        half = np.array(radii) * sheet.node * 1.06
        spots = turned(start, sheet) if n > 1 else start
        if n > 1:
            spots *= np.sqrt(float(np.square(half).sum()) * 4) / float(np.hypot(*np.ptp(spots, axis=0)) or 1)
            spots = push_apart(spots, np.outer(half, [-1.0, -1.0, 1.0, 1.0]), rounds=600)
            spots -= (spots.min(0) + spots.max(0)) / 2
        middles[aspect] = spots
    return middles
