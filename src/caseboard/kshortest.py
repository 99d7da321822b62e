"""The best simple paths between two nodes of a graph, in one exact order.

A graph is a sequence of mappings, ``graph[node] = {neighbour: cost}``, the same cost both ways; nodes are
0, 1, 2 … and costs are positive integers. Paths come by cost, then by their nodes from left to right, so
that equally good paths have an order too. ``networkx.shortest_simple_paths`` leaves that order to chance: to
settle it, all paths as good as the last one wanted would have to be found, and they can be exponentially
many. Costs are integers because their sums are exact: paths of the same cost are seen to be of the same cost.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from heapq import heappop, heappush
from itertools import pairwise

from caseboard.errors import NotComputable

Graph = Sequence[Mapping[int, int]]
Nodes = tuple[int, ...]
_Measure = Callable[[Graph, int, frozenset[int]], dict[int, int]]

#: How many paths may be listed at once, and how many looks at nodes it may take to find a path through given
#: ones, before a search gives up: either is a few seconds and a few hundred megabytes.
LISTED = 1_000_000
LOOKS = 3_000_000


def distances(graph: Graph, goal: int, closed: Collection[int] = ()) -> dict[int, int]:
    """Return the cost of the best way to ``goal`` from each node that reaches it outside ``closed``.

    Source: E. W. Dijkstra, A note on two problems in connexion with graphs, 1959.

    >>> distances([{1: 5}, {0: 5, 2: 5}, {1: 5}, {}], 0)
    {0: 0, 1: 5, 2: 10}
    """
    known: dict[int, int] = {}
    heap = [(0, goal)]
    while heap:
        cost, node = heappop(heap)
        if node in known:
            continue
        known[node] = cost
        for neighbour, step in graph[node].items():
            if neighbour not in known and neighbour not in closed:
                heappush(heap, (cost + step, neighbour))
    return known


def step_counts(graph: Graph, goal: int, closed: Collection[int] = ()) -> dict[int, int]:
    """Return the fewest steps to ``goal`` from each node that reaches it outside ``closed``.

    >>> step_counts([{1: 5}, {0: 5, 2: 5}, {1: 5}, {}], 0)
    {0: 0, 1: 1, 2: 2}
    """
    known, edge, steps = {goal: 0}, [goal], 0
    while edge:
        steps += 1
        near = dict.fromkeys(n for node in edge for n in graph[node] if n not in known and n not in closed)
        edge = list(near)
        known.update(dict.fromkeys(edge, steps))
    return known


def best_paths(graph: Graph, source: int, target: int, *, max_steps: int | None = None) -> Iterator[Nodes]:
    """Yield every simple path, best first: by cost, then by the nodes from left to right.

    Each further path costs at most as many searches as the one before it has nodes, however many are equal.

    Source: J. Y. Yen, Finding the K shortest loopless paths in a network, 1971, with the partition of
    E. L. Lawler, 1972; each search is A* (P. E. Hart and others, 1968) with the distances of the whole graph
    as its estimate.

    >>> square = [{1: 1, 3: 1}, {0: 1, 2: 1}, {1: 1, 3: 1}, {0: 1, 2: 1}]
    >>> list(best_paths(square, 0, 2))
    [(0, 1, 2), (0, 3, 2)]
    """
    left = distances(graph, target)
    if source not in left:
        return
    steps_left = {} if max_steps is None else step_counts(graph, target)
    limit = max_steps or 0

    def completion(root: Nodes, banned: frozenset[int]) -> tuple[int, Nodes] | None:
        """Return the best path that starts with ``root`` and goes on to none of ``banned``, with its cost."""
        spent = sum(graph[a][b] for a, b in pairwise(root))
        passed, start = set(root), root[-1]
        heap: list[tuple[int, Nodes]] = [(spent + left[start], (start,))]
        # What is met later is dearer. Under a limit it may still be of use where it took fewer steps.
        closed: dict[int, int] = {}
        while heap:
            estimate, nodes = heappop(heap)
            node, steps = nodes[-1], len(root) + len(nodes) - 2
            if node == target:
                return estimate, root[:-1] + nodes
            if node in closed and (not steps_left or closed[node] <= steps):
                continue
            closed[node] = steps
            for neighbour, cost in graph[node].items():
                if neighbour in passed or (node == start and neighbour in banned):
                    continue
                if steps_left and steps + 1 + steps_left[neighbour] > limit:
                    continue
                heappush(heap, (estimate - left[node] + cost + left[neighbour], (*nodes, neighbour)))
        return None

    first = completion((source,), frozenset())
    # A candidate is the best of its class: the paths with its nodes up to `fixed` and without a banned turn.
    candidates = [] if first is None else [(*first, 0, frozenset[int]())]
    while candidates:
        _, nodes, fixed, banned = heappop(candidates)
        yield nodes
        for at in range(fixed, len(nodes) - 1):
            taken = frozenset((nodes[at + 1],)) | (banned if at == fixed else frozenset())
            rival = completion(nodes[: at + 1], taken)
            if rival is not None:
                heappush(candidates, (*rival, at, taken))


def best_paths_through(
    graph: Graph, source: int, target: int, via: Collection[int], *, max_steps: int | None = None
) -> Iterator[Nodes]:
    """Yield every simple path that passes all of ``via``, best first.

    A* over partial paths. The estimate is the best walk that visits what is left of ``via``, in the best
    order (`_Tour`). Such a walk may use a node twice where a path may not; where that leads the search
    astray, it goes by what each single node of ``via`` costs a path at least (`_detour`). With one node that
    is exact.

    Raises:
        NotComputable: more than :data:`LOOKS` nodes looked at. From two nodes on it is a hard question
            whether there is such a path at all.
    """
    useful = on_some_path(graph, source, target)
    if not useful.issuperset(via):
        return
    useless = frozenset(range(len(graph))) - useful
    left = _Tour(graph, target, via, distances, useless | {source})
    steps_left = None if max_steps is None else _Tour(graph, target, via, step_counts, useless | {source})
    # Estimate, partial path, whether the estimate has been looked into, cost so far, what is left to visit.
    heap: list[tuple[int, Nodes, bool, int, frozenset[int]]] = [(0, (source,), True, 0, frozenset(via))]
    looks = 0
    while heap:
        estimate, nodes, sure, spent, rest = heappop(heap)
        node = nodes[-1]
        if node == target:
            yield nodes
            continue
        if not sure and looks > len(useful):
            detour, seen = _detour(graph, node, target, rest, useless.union(nodes[:-1]))
            looks += seen
            if detour is None:
                continue
            if spent + detour > estimate:
                heappush(heap, (spent + detour, nodes, True, spent, rest))
                continue
        for neighbour, cost in graph[node].items():
            still = rest - {neighbour}
            to_go = left(neighbour, still)
            if to_go is None or neighbour in nodes:
                continue
            if steps_left is not None and len(nodes) + (steps_left(neighbour, still) or 0) > (max_steps or 0):
                continue
            so_far = spent + cost
            heappush(heap, (max(estimate, so_far + to_go), (*nodes, neighbour), False, so_far, still))
            looks += 1
        if looks > LOOKS:
            raise NotComputable(
                f"gave up looking for paths that pass all of the {len(via)} nodes asked for, "
                f"after {looks:,} looks. Ask for fewer of them, or set a cutoff"
            )


class _Tour:
    """The cost of the best walk from a node through what is left of ``via`` to the target.

    Such a walk is a row of best ways from stop to stop, and passes neither the target before its end nor any
    node that is closed.
    """

    def __init__(
        self, graph: Graph, target: int, via: Collection[int], measure: _Measure, closed: frozenset[int]
    ) -> None:
        self._target = target
        self._to = {stop: measure(graph, stop, closed | {target}) for stop in via}
        self._to[target] = measure(graph, target, closed)
        self._tails: dict[tuple[int, frozenset[int]], int | None] = {}

    def __call__(self, node: int, rest: frozenset[int]) -> int | None:
        """Return the cost from ``node`` through ``rest`` to the target; None where there is no such walk."""
        if not rest:
            return self._to[self._target].get(node)
        ways = [(self._to[stop].get(node), self._tail(stop, rest - {stop})) for stop in rest]
        return min((way + tail for way, tail in ways if way is not None and tail is not None), default=None)

    def _tail(self, stop: int, rest: frozenset[int]) -> int | None:
        if (stop, rest) not in self._tails:
            self._tails[stop, rest] = self(stop, rest)
        return self._tails[stop, rest]


def _detour(
    graph: Graph, node: int, target: int, rest: frozenset[int], closed: frozenset[int]
) -> tuple[int | None, int]:
    """Return what a path from ``node`` to ``target`` costs at least that passes any one of ``rest``.

    Also how many nodes were looked at. The cost is None where one of ``rest`` cannot be passed.
    """
    if not rest:
        known = distances(graph, target, closed)
        return known.get(node), len(known)
    least, looks = 0, 0
    for stop in sorted(rest):
        cost, seen = two_ways(graph, stop, (node, target), closed)
        looks += seen
        if cost is None:
            return None, looks
        least = max(least, cost)
    return least, looks


def two_ways(
    graph: Graph, start: int, ends: tuple[int, int], closed: frozenset[int] = frozenset()
) -> tuple[int | None, int]:
    """Return the least cost of two ways from ``start``, one to each end, that share no other node.

    Also how many nodes were looked at. The cost is None where there are no such ways.

    Source: J. W. Suurballe, Disjoint paths in a network, 1974: the best way to the nearer end, then the best
    way to the other that may take back pieces of the first, over costs less the distances already covered.

    >>> two_ways([{1: 1, 3: 1}, {0: 1, 2: 1}, {1: 1, 3: 5}, {0: 1, 2: 5}], 2, (0, 1))[0]
    7
    """
    away = distances(graph, start, closed)
    if not away.keys() >= set(ends):
        return None, len(away)
    near, far = sorted(ends, key=away.__getitem__)
    before: dict[int, int] = {}
    node = near
    while node != start:
        last = next(n for n, cost in graph[node].items() if n in away and away[n] + cost == away[node])
        before[node] = last
        node = last
    # A node on the first way has two sides: whoever comes to it has to go back along that way before leaving.
    heap, settled = [(0, start, True)], set[tuple[int, bool]]()
    while heap:
        cost, node, leaving = heappop(heap)
        if node == far:
            return away[near] + cost + away[far], len(away) + len(settled)
        if (node, leaving) in settled:
            continue
        settled.add((node, leaving))
        if not leaving:
            heappush(heap, (cost, before[node], True))
            continue
        if node in before:
            heappush(heap, (cost, node, False))
        for other, step in graph[node].items():
            if other in away and other not in closed and other != start:
                heappush(heap, (cost + step + away[node] - away[other], other, other not in before))
    return None, len(away) + len(settled)


def on_some_path(graph: Graph, source: int, target: int) -> frozenset[int]:
    """Return the nodes that lie on some simple path from ``source`` to ``target``.

    They are the block (biconnected component) of the link between the two, were there one.

    Source: J. Hopcroft and R. Tarjan, Efficient algorithms for graph manipulation, 1973.

    >>> sorted(on_some_path([{1: 1}, {0: 1, 2: 1, 3: 1}, {1: 1}, {1: 1}], 0, 2))
    [0, 1, 2]
    """
    import rustworkx

    links = {(i, j) for i, near in enumerate(graph) for j in near if i < j}
    ends = (min(source, target), max(source, target))
    blocks = rustworkx.PyGraph()
    blocks.add_nodes_from(range(len(graph)))
    blocks.add_edges_from_no_data(sorted(links | {ends}))
    number = {
        (min(pair), max(pair)): block for pair, block in rustworkx.biconnected_components(blocks).items()
    }
    return frozenset(node for pair, block in number.items() if block == number[ends] for node in pair)


def all_paths(graph: Graph, source: int, target: int, *, max_steps: int) -> Iterator[Nodes]:
    """Yield every simple path of at most ``max_steps`` steps, by its nodes from left to right.

    Depth first, only to nodes from which the target is near enough: the work follows the number of paths, not
    the number of walks, so that this outruns compiled searches that do not look ahead.

    Raises:
        NotComputable: more than :data:`LISTED` paths.

    >>> list(all_paths([{1: 1, 2: 1}, {0: 1, 2: 1}, {0: 1, 1: 1}], 0, 2, max_steps=2))
    [(0, 1, 2), (0, 2)]
    """
    steps_left = step_counts(graph, target)
    onward: dict[tuple[int, int], list[int]] = {}

    def ahead(node: int, steps: int) -> Iterator[int]:
        """Iterate over the neighbours of ``node`` from which the target is at most ``steps`` away."""
        near = onward.get((node, steps))
        if near is None:
            near = onward[node, steps] = sorted(
                n for n in graph[node] if steps_left.get(n, steps + 1) <= steps
            )
        return iter(near)

    nodes, passed, found, held = [source], {source}, 0, 0
    branches = [ahead(source, max_steps - 1)]
    while branches:
        for node in branches[-1]:
            if node == target:
                found += 1
                yield (*nodes, target)
            elif node not in passed:
                held += 1
                nodes.append(node)
                passed.add(node)
                branches.append(ahead(node, max_steps - len(nodes)))
                break
        else:
            branches.pop()
            passed.discard(nodes.pop())
        if found > LISTED or held > 10 * LISTED:
            raise NotComputable(
                f"there are too many paths of up to {max_steps} steps to list them all ({found:,} so far). "
                "Lower the cutoff, ask for the k best, or narrow the network with avoid and families"
            )
