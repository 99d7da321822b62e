"""Who belongs together: the communities of a network, by the Leiden method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx

LARGEST = 400  # a community with more members is divided again
MOST = 120  # beyond so many, the smallest communities join others
_SEED = 7


@dataclass(frozen=True, slots=True)
class Community:
    """Nodes that are linked among themselves more than with others, the most linked first."""

    members: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.members)


def find_communities(network: nx.MultiDiGraph[str]) -> tuple[Community, ...]:
    """Return the communities of a network, the largest first; every node is in exactly one.

    Direction does not matter and parallel edges add up. What has more than 400 members is divided again; of
    more than 120 communities the smallest join those they are linked to, and what is linked to none of them
    becomes the last one. The order of nodes and edges does not matter,
    and the same network gives the same communities.

    Source: Traag, Waltman and van Eck, "From Louvain to Leiden" (2019); graspologic-native, with modularity.

    >>> import networkx as nx
    >>> two = nx.MultiDiGraph([(a, b) for part in ("abcd", "wxyz") for a in part for b in part if a < b])
    >>> _ = two.add_edge("d", "w")
    >>> [sorted(community.members) for community in find_communities(two)]
    [['a', 'b', 'c', 'd'], ['w', 'x', 'y', 'z']]
    """
    from graspologic_native import hierarchical_leiden

    nodes = sorted(network)
    place = {node: i for i, node in enumerate(nodes)}
    weights: dict[tuple[int, int], float] = {}
    for u, v in network.edges():
        if u != v:
            pair = (min(place[u], place[v]), max(place[u], place[v]))
            weights[pair] = weights.get(pair, 0.0) + 1.0
    found: dict[int, list[int]] = {}
    if weights:
        links = [(str(u), str(v), weight) for (u, v), weight in sorted(weights.items())]
        for entry in hierarchical_leiden(links, max_cluster_size=LARGEST, seed=_SEED):
            if entry.is_final_cluster:
                found.setdefault(entry.cluster, []).append(int(entry.node))
    linked = {node for members in found.values() for node in members}
    parts = sorted((sorted(members) for members in found.values()), key=lambda part: (-len(part), part))
    # What is linked to nothing is no community of its own, each time.
    loose = [i for i in range(len(nodes)) if i not in linked]
    parts, without = _joined(parts, weights)
    rest = sorted(without + loose)
    parts = sorted(parts, key=lambda part: (-len(part), part)) + ([rest] if rest else [])
    inside = _degrees(weights, parts)
    return tuple(
        Community(tuple(nodes[i] for i in sorted(part, key=lambda i: (-inside[i], nodes[i]))))
        for part in parts
    )


def _joined(
    parts: list[list[int]], weights: dict[tuple[int, int], float]
) -> tuple[list[list[int]], list[int]]:
    """Return at most ``MOST`` parts, smaller ones put to the one they are linked to most, and the rest."""
    kept = [list(part) for part in parts[:MOST]]
    home = {node: number for number, part in enumerate(kept) for node in part}
    small = {node: number for number, part in enumerate(parts[MOST:]) for node in part}
    links: list[dict[int, float]] = [{} for _ in parts[MOST:]]
    for (u, v), weight in weights.items():
        for node, other in ((u, v), (v, u)):
            if node in small and other in home:
                row = links[small[node]]
                row[home[other]] = row.get(home[other], 0.0) + weight
    rest: list[int] = []
    for part, row in zip(parts[MOST:], links, strict=True):
        fits = [
            (-weight, number) for number, weight in row.items() if len(kept[number]) + len(part) <= LARGEST
        ]
        (kept[min(fits)[1]] if fits else rest).extend(part)
    return [sorted(part) for part in kept], rest


def _degrees(weights: dict[tuple[int, int], float], parts: list[list[int]]) -> dict[int, float]:
    """Return how many edges each node has within its own part."""
    part_of = {node: number for number, part in enumerate(parts) for node in part}
    inside = dict.fromkeys(part_of, 0.0)
    for (u, v), weight in weights.items():
        if part_of[u] == part_of[v]:
            inside[u] += weight
            inside[v] += weight
    return inside
