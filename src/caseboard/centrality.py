"""Who holds a network together: centralities, computed on rustworkx and named as networkx names nodes."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from caseboard.errors import BadArgument, MissingExtra, NotComputable, did_you_mean

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

#: Iterative measures stop when a round changes the scores by less than this on average.
TOLERANCE = 1e-12
ROUNDS = 10_000
#: A notebook shows so many rows.
SHOWN = 50

#: Measure -> whether it is taken on the directed graph.
MEASURES: Mapping[str, bool] = {
    "betweenness": False,
    "degree": False,
    "in-degree": True,
    "out-degree": True,
    "closeness": False,
    "pagerank": True,
    "eigenvector": False,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """One row of a ranking; equal scores share a rank."""

    rank: int
    node: str
    label: str
    kind: str
    score: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """Nodes by one measure, the most central first."""

    by: str
    rows: tuple[Standing, ...]

    def top(self, n: int) -> Ranking:
        """Return the first ``n`` rows as a ranking.

        Raises:
            BadArgument: ``n`` is no whole number from 0 on.
        """
        if not isinstance(n, int) or isinstance(n, bool) or n < 0:
            raise BadArgument(f"top takes a whole number from 0 on, not {n!r}")
        return Ranking(self.by, self.rows[:n])

    def __iter__(self) -> Iterator[Standing]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __str__(self) -> str:
        labels = [_line(row.label) for row in self.rows]
        width, digits = max(map(len, labels), default=0), max(3, len(str(len(labels))))
        return "\n".join(
            f"{row.rank:>{digits}}  {label:<{width}}  {row.score:.4f}"
            for row, label in zip(self.rows, labels, strict=True)
        )

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(name)}</th>" for name in ("rank", "who or what", "kind", self.by))
        body = "".join(
            f"<tr><td>{row.rank}</td><td title='{html.escape(row.node)}'>{html.escape(row.label)}</td>"
            f"<td>{html.escape(row.kind)}</td><td>{row.score:.4f}</td></tr>"
            for row in self.rows[:SHOWN]
        )
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        rest = len(self.rows) - SHOWN
        return table if rest <= 0 else f"{table}<p>and {rest:,} more; to_pandas() has them all</p>"

    def to_dict(self) -> dict[str, Any]:
        """Return the ranking as plain values, for JSON."""
        names = ("rank", "node", "label", "kind", "score")
        return {"by": self.by, "rows": [{name: getattr(row, name) for name in names} for row in self.rows]}

    def to_pandas(self) -> pd.DataFrame:
        """Return the ranking as a DataFrame; needs ``caseboard[notebook]``."""
        try:
            import pandas as pd
        except ImportError as error:
            raise MissingExtra("pandas", "notebook", needed_for="to_pandas") from error
        return pd.DataFrame(self.to_dict()["rows"], columns=["rank", "node", "label", "kind", "score"])


def _line(text: str) -> str:
    """Return text as one line: control characters, which could steer a terminal, become spaces."""
    return " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in text).split())


def rank(network: nx.MultiDiGraph[str], *, by: str = "betweenness") -> Ranking:
    """Rank the nodes of a network by how central they are.

    Every measure is taken on a simple graph without weights: parallel claims between two nodes count as one
    edge, self-loops not at all. Betweenness, degree, closeness and eigenvector drop the direction as well;
    in-degree, out-degree and pagerank keep it. Degrees are divided by the number of other nodes; betweenness
    is normalised; closeness is scaled to the size of a node's part (Wasserman and Faust); pagerank damps by
    0.85. Pagerank and eigenvector are iterated until a round changes the scores by less than 1e-12 on
    average.

    Args:
        network: the graph; any attributes but ``label`` and ``kind`` are ignored.
        by: betweenness, degree, in-degree, out-degree, closeness, pagerank or eigenvector.

    Returns:
        Every node, highest score first, then by label. Scores agree with networkx on the same simple graph.

    Raises:
        BadArgument: no such measure.
        NotComputable: the iteration does not settle.

    Source: rustworkx; the definitions are those of `networkx.algorithms.centrality`.

    >>> import networkx as nx
    >>> star = nx.MultiDiGraph([("a", "hub"), ("b", "hub"), ("c", "hub"), ("c", "hub")])
    >>> rank(star).top(1).rows[0]
    Standing(rank=1, node='hub', label='hub', kind='', score=1.0)
    """
    if by not in MEASURES:
        raise BadArgument(f"no measure {by!r}; there are {', '.join(MEASURES)}.{did_you_mean(by, MEASURES)}")
    nodes = list(network)
    scores = _scores(network, nodes, by) if nodes else {}
    described = network.nodes
    # Sums of floats differ in their last bits with the order of threads; rounding makes the order exact.
    ordered = sorted(
        (
            (round(scores[i], 12), str(described[node].get("label", node)), node)
            for i, node in enumerate(nodes)
        ),
        key=lambda row: (-row[0], row[1], row[2]),
    )
    rows: list[Standing] = []
    for place, (score, label, node) in enumerate(ordered, 1):
        tied = rows and rows[-1].score == score
        kind = str(described[node].get("kind", ""))
        rows.append(Standing(rows[-1].rank if tied else place, node, label, kind, score))
    return Ranking(by, tuple(rows))


def _scores(network: nx.MultiDiGraph[str], nodes: list[str], by: str) -> Mapping[int, float]:
    import rustworkx as rx

    directed = MEASURES[by]
    graph = simple(network, nodes, directed=directed)
    others = max(1, len(nodes) - 1)
    if by == "degree":
        return {i: graph.degree(i) / others for i in range(len(nodes))} if len(nodes) > 1 else {0: 1.0}
    if by in ("in-degree", "out-degree"):
        if len(nodes) == 1:
            return {0: 1.0}
        degree: Callable[[int], int] = graph.in_degree if by == "in-degree" else graph.out_degree
        return {i: degree(i) / others for i in range(len(nodes))}
    try:
        if by == "betweenness":
            return dict(rx.betweenness_centrality(graph, normalized=True))
        if by == "closeness":
            return dict(rx.closeness_centrality(graph, wf_improved=True))
        if by == "pagerank":
            return dict(rx.pagerank(graph, alpha=0.85, tol=TOLERANCE, max_iter=ROUNDS))
        return dict(rx.eigenvector_centrality(graph, tol=TOLERANCE, max_iter=ROUNDS))
    except rx.FailedToConverge as error:
        raise NotComputable(
            f"{by} does not settle on this graph within {ROUNDS} rounds; "
            "try betweenness or degree, or take it on one connected part"
        ) from error


def simple(network: nx.MultiDiGraph[str], nodes: list[str], *, directed: bool) -> Any:
    """Return the simple rustworkx graph of a network; node i of it is ``nodes[i]``, on the network or not."""
    import rustworkx as rx

    place = {node: i for i, node in enumerate(nodes)}
    pairs = {(place[u], place[v]) for u, targets in network.adjacency() for v in targets if u != v}
    if not directed:
        pairs = {(u, v) if u < v else (v, u) for u, v in pairs}
    graph = rx.PyDiGraph(multigraph=False) if directed else rx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(len(nodes)))
    graph.add_edges_from_no_data(sorted(pairs))
    return graph
