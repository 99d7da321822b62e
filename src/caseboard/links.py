"""The network as paths walk it: undirected, one link per pair of nodes, read where it is looked at."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

from caseboard import kshortest
from caseboard.errors import BadArgument

if TYPE_CHECKING:
    import networkx as nx


_Side = Mapping[str, Mapping[str, Mapping[str, Mapping[str, Any]]]]


class Links:
    """The links of a network without the nodes to avoid, and of certain families where those are given.

    >>> import networkx as nx
    >>> claims = [("a", "b", {"strength": 0.5}), ("b", "a", {"strength": 1.0}), ("a", "a", {"strength": 1.0})]
    >>> network = nx.MultiDiGraph(claims)
    >>> list(Links(network).of("a"))
    ['b']
    >>> Links(network).strength("a", "b")
    1.0
    """

    def __init__(
        self, network: nx.MultiDiGraph[str], *, avoid: Collection[str] = (), families: Collection[str] = ()
    ) -> None:
        # The dictionaries that `G.adj` and `G.pred` wrap: those views cost three times as much to read, and
        # on a large network a copy costs more than most searches.
        graph: Any = network
        self._sides: tuple[_Side, _Side] = (graph._adj, graph._pred)
        self._labels = network.nodes(data="label")
        self._avoid, self._families = frozenset(avoid), frozenset(families)
        self._known: dict[str, Collection[str]] = {}

    def order(self, node: str) -> tuple[str, str, str]:
        """Return the place of a node among others: by label, then by id."""
        label = str(self._labels[node])
        return label.casefold(), label, node

    def of(self, node: str) -> Collection[str]:
        """Return the neighbours of ``node``."""
        known = self._known.get(node)
        if known is not None:
            return known
        if self._families:
            near = {
                other: claims
                for side in self._sides
                for other, claims in side[node].items()
                if any(claim["family"] in self._families for claim in claims.values())
            }
        else:
            near = {**self._sides[0][node], **self._sides[1][node]}
        for other in self._avoid.intersection(near) | {node}:
            near.pop(other, None)
        self._known[node] = near
        return near

    def claims(self, one: str, other: str) -> list[tuple[bool, Mapping[str, Any]]]:
        """Return the claims between two nodes, best first, and whether each goes from ``one`` to ``other``.

        The best is the strongest, of those the one revealed first, of those the one whose id comes first.
        """
        between = [
            (forward, claim)
            for forward, side in zip((True, False), self._sides, strict=True)
            for claim in side[one].get(other, {}).values()
            if not self._families or claim["family"] in self._families
        ]
        return sorted(between, key=lambda c: (-c[1]["strength"], c[1]["reveal_order"], c[1]["claim"]))

    def strength(self, one: str, other: str) -> float:
        """Return the strength of the best claim between two neighbours.

        Raises:
            BadArgument: a strength that no product can rank.
        """
        best = 0.0
        for side in self._sides:
            for claim in side[one].get(other, {}).values():
                strength = claim["strength"]
                if not 0 < strength <= 1:
                    raise BadArgument(
                        f"the strength of claim {claim['claim']} is {strength}; "
                        "it has to be above 0 and at most 1"
                    )
                if strength > best and (not self._families or claim["family"] in self._families):
                    best = strength
        return best

    def around(self, start: str, radius: float = math.inf) -> dict[str, int]:
        """Return the nodes up to ``radius`` steps from ``start``, nearest first, each with its steps."""
        steps, edge = {start: 0}, [start]
        while edge and steps[edge[0]] < radius:
            further = []
            for node in edge:
                for other in self.of(node):
                    if other not in steps:
                        steps[other] = steps[node] + 1
                        further.append(other)
            edge = further
        return steps


def find(
    links: Links,
    source: str,
    target: str,
    *,
    k: int | None,
    by: str,
    via: Collection[str],
    cutoff: int | None,
) -> list[list[str]]:
    """Return the best simple paths as lists of nodes; for the arguments see `caseboard.paths.find_paths`.

    Paths of fewest steps are looked for near the two ends first, and further away only until there are k.
    """
    if by == "fewest" and not via and k is not None:
        steps = 4
        while True:
            limit = steps if cutoff is None else min(steps, cutoff)
            area = _Area(links, by, source, target, limit)
            found = list(islice(area.best(via, limit), k))
            if len(found) == k or area.whole or limit == cutoff:
                return [area.names(path) for path in found]
            steps += steps // 2
    if k is None:
        area = _Area(links, by, source, target, cutoff)
        return [area.names(path) for path in area.every(via, cutoff or 0)]
    area = _Area(links, by, source, target, None)
    return [area.names(path) for path in islice(area.best(via, cutoff), k)]


class _Area:
    """The part of the links that holds every path of up to ``steps`` steps, its nodes numbered by label.

    The first half of such a path lies near its source, the other half near its target, and the node between
    them near both; ``whole`` says that there is nothing beyond. Without ``steps`` it is the whole part that
    the source belongs to.
    """

    def __init__(self, links: Links, by: str, source: str, target: str, steps: int | None) -> None:
        radii = (math.inf, 0) if steps is None else ((steps + 1) // 2, steps // 2)
        near = [links.around(end, radius) for end, radius in zip((source, target), radii, strict=True)]
        self.whole = steps is None or any(
            max(steps_to.values()) < radius for steps_to, radius in zip(near, radii, strict=True)
        )
        inner = [
            [node for node, away in steps_to.items() if away < radius]
            for steps_to, radius in zip(near, radii, strict=True)
        ]
        kept = {source, target, *inner[0], *inner[1]} | (near[0].keys() & near[1].keys())
        self._nodes = sorted(kept, key=links.order)
        self._number = {node: number for number, node in enumerate(self._nodes)}
        self._ends = (self._number[source], self._number[target])
        self._graph: list[dict[int, int]] = [{} for _ in self._nodes]
        for node in (*inner[0], *inner[1]):
            i = self._number[node]
            for other in links.of(node):
                j = self._number.get(other)
                if j is not None and j not in self._graph[i]:
                    self._graph[i][j] = self._graph[j][i] = _cost(by, links.strength(node, other))

    def names(self, path: kshortest.Nodes) -> list[str]:
        """Return the ids of the nodes of a path."""
        return [self._nodes[number] for number in path]

    def best(self, via: Collection[str], cutoff: int | None) -> Iterator[kshortest.Nodes]:
        """Yield the paths through ``via`` of up to ``cutoff`` steps, best first."""
        if not via:
            return kshortest.best_paths(self._graph, *self._ends, max_steps=cutoff)
        if any(node not in self._number for node in via):
            return iter(())
        stops = [self._number[node] for node in via]
        return kshortest.best_paths_through(self._graph, *self._ends, stops, max_steps=cutoff)

    def every(self, via: Collection[str], cutoff: int) -> list[kshortest.Nodes]:
        """Return all paths through ``via`` of up to ``cutoff`` steps, best first."""
        if any(node not in self._number for node in via):
            return []
        stops = {self._number[node] for node in via}
        paths = kshortest.all_paths(self._graph, *self._ends, max_steps=cutoff)
        # They come by label already, and sorting keeps that order among equals.
        return sorted((path for path in paths if stops.issubset(path)), key=self._total)

    def _total(self, path: kshortest.Nodes) -> int:
        return sum(self._graph[i][j] for i, j in pairwise(path))


@lru_cache(maxsize=1024)
def _cost(by: str, strength: float) -> int:
    """Return the cost of a link, an integer: the major part in the high bits, the minor one in the low bits.

    A loss is at most 1075 * 2**32 < 2**43, so the losses of less than 2**53 steps cannot reach the next step,
    and less than 2**40 steps cannot reach the next loss.
    """
    loss = round(-math.log2(strength) * 2**32)
    return (1 << 96) + loss if by == "fewest" else (loss << 40) + 1
