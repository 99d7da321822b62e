"""What holds a story together: the ties between two threads, and the places where it would come apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from caseboard.centrality import rank
from caseboard.display import Shown
from caseboard.errors import BadArgument
from caseboard.model import Claim, Name, Thread

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True, slots=True)
class Links(Shown):
    """Who and what ties two threads together.

    ``shared`` are in both threads. Each of ``paths`` leads from an entity of the first thread to one of the
    second. No entity is on two paths, or on one and in ``shared``; more ties than these there cannot be.
    """

    first: Name
    second: Name
    shared: tuple[Name, ...]
    paths: tuple[tuple[Name, ...], ...]

    @property
    def number(self) -> int:
        """How many entities have to go before nothing ties the threads together."""
        return len(self.shared) + len(self.paths)

    def __str__(self) -> str:
        both = f"{_line(self.first)} and {_line(self.second)}"
        if not self.number:
            return f"Nothing ties {both} together."
        ties = "1 tie" if self.number == 1 else f"{self.number} ties that share nobody"
        lines = [f"{both} have {ties}."]
        lines += [f"In both: {_joined(self.shared)}."] if self.shared else []
        lines += [f"From one to the other: {' – '.join(map(_line, path))}." for path in self.paths]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return the ties as plain values, for JSON."""
        return {
            "threads": [_plain(self.first), _plain(self.second)],
            "number": self.number,
            "shared": [_plain(name) for name in self.shared],
            "paths": [[_plain(name) for name in path] for path in self.paths],
        }


@dataclass(frozen=True, slots=True)
class Articulation:
    """An entity without which its part of the network falls into ``parts``: their sizes, largest first."""

    name: Name
    parts: tuple[int, ...]

    def __str__(self) -> str:
        return f"Without {_line(self.name)}, parts of {_sizes(self.parts)} are left."


@dataclass(frozen=True, slots=True)
class Bridge:
    """Two entities whose claims with each other are all that holds two parts of the network together.

    ``claims`` are these claims' ids, and ``parts`` the sizes of the parts on the side of each end. Where
    there are several claims, it takes the loss of all of them: none is a bridge by itself.
    """

    ends: tuple[Name, Name]
    claims: tuple[str, ...]
    parts: tuple[int, int]

    @property
    def single(self) -> bool:
        """Whether one claim alone holds the parts together."""
        return len(self.claims) == 1

    def __str__(self) -> str:
        pairs = zip(self.ends, self.parts, strict=True)
        sides = " to ".join(f"{_line(end)} (with {_others(size)})" for end, size in pairs)
        claims = ", ".join(self.claims)
        if self.single:
            return f"Only {claims} ties {sides}."
        return f"Only {claims} tie {sides}; one of these {len(self.claims)} claims is enough."


@dataclass(frozen=True, slots=True)
class Broker:
    """Somebody in several threads who stands between many: ``score`` is betweenness."""

    name: Name
    score: float
    threads: tuple[str, ...]

    def __str__(self) -> str:
        threads = ", ".join(map(_line, self.threads))
        return f"{_line(self.name)} stands between {len(self.threads)} threads: {threads}."


@dataclass(frozen=True, slots=True)
class WeakPoints(Shown):
    """Where a network would come apart, and who holds its threads together."""

    articulations: tuple[Articulation, ...]
    bridges: tuple[Bridge, ...]
    brokers: tuple[Broker, ...]

    def __str__(self) -> str:
        single = [bridge for bridge in self.bridges if bridge.single]
        several = [bridge for bridge in self.bridges if not bridge.single]
        blocks: Sequence[tuple[str, Sequence[object], str]] = (
            ("Breaks the story apart", self.articulations, "No one entity breaks the story apart."),
            ("Hangs by one claim", single, "Nothing hangs by one claim."),
            ("Hangs by one pair, with several claims", several, ""),
            ("Stands between threads", self.brokers, "Nobody stands between threads."),
        )
        shown = [
            "\n".join([title, *(f"  {item}" for item in items)]) if items else none
            for title, items, none in blocks
            if items or none
        ]
        return "\n\n".join(shown)

    def to_dict(self) -> dict[str, Any]:
        """Return the weak points as plain values, for JSON."""
        return {
            "articulations": [
                {**_plain(item.name), "parts": list(item.parts)} for item in self.articulations
            ],
            "bridges": [
                {
                    "ends": [_plain(end) for end in item.ends],
                    "claims": list(item.claims),
                    "parts": list(item.parts),
                }
                for item in self.bridges
            ],
            "brokers": [
                {**_plain(item.name), "score": item.score, "threads": list(item.threads)}
                for item in self.brokers
            ],
        }


# --- two threads ----------------------------------------------------------------------------------


def links(
    network: nx.MultiDiGraph[str],
    claims: Iterable[Claim],
    thread_a: Thread | Name,
    thread_b: Thread | Name,
) -> Links:
    """Return who and what ties two threads together.

    A thread's entities are the ends of those of its claims that are edges of the network, and the subjects of
    those that have a literal object. Whoever is in both threads is a tie; the others are paths through the
    network, without direction, as many as share no entity.

    Args:
        network: the graph; what it leaves out ties nothing.
        claims: the claims to read, each with its threads.
        thread_a: a thread.
        thread_b: another one.

    Raises:
        BadArgument: twice the same thread.

    Source: Menger (1927); the paths are a maximum flow through nodes of capacity one (Edmonds and Karp 1972).

    >>> import caseboard
    >>> board = caseboard.open("harbour")
    >>> drowning, ledger = board.case.threads.values()
    >>> print(links(board.network(), board.claims(), drowning, ledger))
    The drowning and The ledger have 3 ties that share nobody.
    In both: Bruno Lind, Mr Grey.
    From one to the other: Tomas Berg – Ada Lind.
    """
    if thread_a.id == thread_b.id:
        raise BadArgument(f"{_line(thread_a.label)} is tied to itself; name two different threads")
    of_thread = _entities(network, claims, (thread_a.id, thread_b.id))
    first, second = of_thread[thread_a.id], of_thread[thread_b.id]
    shared = first & second
    order = _order(network)
    paths = _disjoint(network, first - shared, second - shared, shared)
    return Links(
        Name(thread_a.id, thread_a.label),
        Name(thread_b.id, thread_b.label),
        tuple(_name(network, node) for node in sorted(shared, key=order)),
        tuple(
            tuple(_name(network, node) for node in path)
            for path in sorted(paths, key=lambda path: (len(path), [order(node) for node in path]))
        ),
    )


def _entities(
    network: nx.MultiDiGraph[str], claims: Iterable[Claim], threads: Collection[str]
) -> Mapping[str, set[str]]:
    # The ends are the network's own, which may have folded a persona into the person behind it.
    ends = {claim: (u, v) for u, v, claim in network.edges(keys=True)}
    found: dict[str, set[str]] = {thread: set() for thread in threads}
    for claim in claims:
        of_claim: tuple[str, ...] = ends.get(claim.id, ())
        if not isinstance(claim.object, Name) and claim.subject.id in network:
            of_claim = (claim.subject.id,)
        for thread in claim.threads:
            if thread.id in found:
                found[thread.id].update(of_claim)
    return found


def _disjoint(
    network: nx.MultiDiGraph[str], sources: set[str], sinks: set[str], without: set[str]
) -> list[list[str]]:
    """Return as many paths as share no node, each with one source and one sink on it."""
    if not sources or not sinks:
        return []
    import networkx as nx
    from networkx.algorithms.flow import edmonds_karp

    # A node's two halves are pairs, which no id can be; flow runs (node, 0) -> (node, 1) at most once.
    split: nx.DiGraph[Any] = nx.DiGraph()
    start, end = (None, 1), (None, 0)
    for node in network:
        if node not in without:
            split.add_edge((node, 0), (node, 1), capacity=1)
            if node in sources:
                split.add_edge(start, (node, 0), capacity=1)
            if node in sinks:
                split.add_edge((node, 1), end, capacity=1)
    for u, v in network.edges():
        if u != v and u not in without and v not in without:
            split.add_edge((u, 1), (v, 0), capacity=1)
            split.add_edge((v, 1), (u, 0), capacity=1)
    _, flow = nx.maximum_flow(split, start, end, flow_func=edmonds_karp)
    following = {half: [to for to, amount in flow[half].items() if amount] for half in flow}
    paths = []
    for half in following[start]:
        path = [half[0]]
        while (to := following[path[-1], 1][0]) != end:
            path.append(to[0])
        last = next(i for i, node in enumerate(path) if node in sinks)
        first = max(i for i, node in enumerate(path[: last + 1]) if node in sources)
        paths.append(path[first : last + 1])
    return paths


# --- the whole network ----------------------------------------------------------------------------


def weak_points(network: nx.MultiDiGraph[str], *, brokers: int = 5) -> WeakPoints:
    """Return where a network would come apart, and who stands between its threads.

    Taken without direction: claims between the same two entities, either way, are one link, and those of an
    entity with itself are none. A bridge is a link whose loss parts the network; a link of several claims is
    one too, but none of its claims is, and it says so.

    Args:
        network: the graph; ``label`` and ``threads`` of its nodes are read.
        brokers: how many brokers to name at most: those with the highest betweenness among the entities of
            two threads or more.

    Returns:
        Articulation points, the most even split first; bridges, those of one claim first, then the most even
        split; brokers, the highest score first.

    Raises:
        BadArgument: less than one broker.

    Source: Hopcroft and Tarjan (1973), by the tree of blocks and cut nodes.

    >>> import networkx as nx
    >>> network = nx.MultiDiGraph()
    >>> for u, v, claim in [("a", "b", "c1"), ("b", "c", "c2"), ("c", "b", "c3"), ("c", "d", "c4")]:
    ...     _ = network.add_edge(u, v, key=claim)
    >>> print(weak_points(network).articulations[0])
    Without b, parts of 2 and 1 are left.
    >>> for bridge in weak_points(network).bridges:
    ...     print(bridge)
    Only c1 ties a (with nobody else) to b (with 2 others).
    Only c4 ties c (with 2 others) to d (with nobody else).
    Only c2, c3 tie b (with 1 other) to c (with 1 other); one of these 2 claims is enough.
    """
    if brokers < 1:
        raise BadArgument(f"cannot name {brokers} brokers; ask for at least one")
    order = _order(network)
    articulations, bridges = [], []
    for kind, nodes, parts in _cuts(network):
        if kind == "node":
            articulations.append(Articulation(_name(network, nodes[0]), tuple(sorted(parts, reverse=True))))
            continue
        (u, v), (left, right) = (
            (nodes, parts) if order(nodes[0]) <= order(nodes[1]) else (nodes[::-1], parts[::-1])
        )
        both: tuple[Any, Any] = (
            network.get_edge_data(u, v, default={}),
            network.get_edge_data(v, u, default={}),
        )
        claims = tuple(sorted(str(claim) for side in both for claim in side))
        bridges.append(Bridge((_name(network, u), _name(network, v)), claims, (left, right)))
    articulations.sort(key=lambda item: (-sum(item.parts) + item.parts[0], order(item.name.id)))
    bridges.sort(
        key=lambda item: (not item.single, -min(item.parts), order(item.ends[0].id), order(item.ends[1].id))
    )
    return WeakPoints(tuple(articulations), tuple(bridges), tuple(_brokers(network))[:brokers])


def _cuts(network: nx.MultiDiGraph[str]) -> Iterator[tuple[str, tuple[str, ...], tuple[int, ...]]]:
    """Yield ("node", (cut node,), sizes of the parts) and ("link", both ends, size of each end's part).

    Blocks and cut nodes form a tree, and the sizes of its subtrees give those of all parts in one pass, where
    taking nodes away one by one would walk the network as often as it has nodes.
    """
    import networkx as nx

    plain: nx.Graph[str] = nx.Graph()
    plain.add_nodes_from(network)
    plain.add_edges_from((u, v) for u, v in network.edges() if u != v)
    found: Any = nx.biconnected_components(plain)
    blocks: list[tuple[str, ...]] = [tuple(block) for block in found]
    counted: dict[str, int] = {}
    for block in blocks:
        for node in block:
            counted[node] = counted.get(node, 0) + 1
    tree: nx.Graph[tuple[str, Any]] = nx.Graph()
    sizes: dict[tuple[str, Any], int] = {}
    for i, block in enumerate(blocks):
        tree.add_node(("block", i))
        sizes["block", i] = sum(counted[node] == 1 for node in block)
        for node in block:
            if counted[node] > 1:
                tree.add_edge(("block", i), ("node", node))
                sizes["node", node] = 1
    parent: dict[tuple[str, Any], tuple[str, Any]] = {}
    whole: dict[tuple[str, Any], int] = {}  # what is in the same part of the network
    for i in range(len(blocks)):
        if ("block", i) in whole:
            continue
        walked = [("block", i), *(child for _, child in nx.bfs_edges(tree, ("block", i)))]
        parent.update((child, up) for up, child in nx.bfs_edges(tree, ("block", i)))
        for here in reversed(walked):
            if here in parent:
                sizes[parent[here]] += sizes[here]
        whole.update(dict.fromkeys(walked, sizes["block", i]))

    def beyond(here: tuple[str, Any], there: tuple[str, Any]) -> int:
        """Return how many entities are on the side of ``there`` of the edge between the two."""
        return sizes[there] if parent.get(there) == here else whole[here] - sizes[here]

    for here in tree:
        if here[0] == "node":
            yield "node", (here[1],), tuple(beyond(here, there) for there in tree[here])
        elif len(ends := blocks[here[1]]) == 2:
            yield (
                "link",
                ends,
                tuple(1 if counted[end] == 1 else beyond(here, ("node", end)) for end in ends),
            )


def _brokers(network: nx.MultiDiGraph[str]) -> Iterator[Broker]:
    for row in rank(network, by="betweenness"):
        joined = str(network.nodes[row.node].get("threads", ""))
        threads = tuple(dict.fromkeys(joined.split("; "))) if joined else ()
        if len(threads) > 1 and row.score > 0:
            yield Broker(_name(network, row.node), row.score, threads)


# --- words ----------------------------------------------------------------------------------------


def _order(network: nx.MultiDiGraph[str]) -> Any:
    labels = network.nodes(data="label")
    return lambda node: (str(labels[node] or node), node)


def _name(network: nx.MultiDiGraph[str], node: str) -> Name:
    return Name(node, str(network.nodes[node].get("label", node)))


def _plain(name: Name) -> dict[str, Any]:
    return {"id": name.id, "label": name.label}


def _line(thing: object) -> str:
    """Return something on one line, so that a label cannot pass for a sentence of its own."""
    return " ".join(str(thing).split())


def _joined(names: Iterable[Name]) -> str:
    return ", ".join(map(_line, names))


def _sizes(parts: Sequence[int]) -> str:
    return " and ".join([", ".join(map(str, parts[:-1])), str(parts[-1])])


def _others(size: int) -> str:
    return {1: "nobody else", 2: "1 other"}.get(size, f"{size - 1} others")
