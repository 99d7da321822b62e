"""Rankings that can be trusted: how a place in one depends on what is believed, and on how much is known."""

from __future__ import annotations

import html
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from caseboard import centrality
from caseboard.errors import BadArgument

if TYPE_CHECKING:
    import networkx as nx

#: The network of what is stated and no more, and those that weaker claims are added to.
SURE = "stated"
WEAK = ("with hedged", "everything")
#: Name of a network -> the statuses that it has beside the stated claims.
BELIEFS: Mapping[str, tuple[str, ...]] = {
    SURE: (),
    WEAK[0]: ("hedged",),
    WEAK[1]: ("inferred", "hedged", "predicted"),
}
#: So many lead.
LEADING = 3

_MARK = "leads only through weak claims"


@dataclass(frozen=True, slots=True)
class RobustStanding:
    """An entity's ranks, one for each network in order; None where it is not on that network."""

    node: str
    label: str
    kind: str
    ranks: tuple[int | None, ...]
    leads_through_weak: bool


@dataclass(frozen=True, slots=True)
class RobustRanking:
    """Entities by one measure on several networks, whose names are ``columns``."""

    by: str
    columns: tuple[str, ...]
    rows: tuple[RobustStanding, ...]

    def top(self, n: int) -> RobustRanking:
        """Return the first ``n`` rows, and those after them that lead only through weak claims."""
        return replace(self, rows=(*self.rows[:n], *(row for row in self.rows[n:] if row.leads_through_weak)))

    def __iter__(self) -> Iterator[RobustStanding]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __str__(self) -> str:
        if not self.rows:
            return f"Nobody to rank by {self.by}."
        lines = self.cells()
        first, *widths = (max(map(len, column)) for column in zip(*lines, strict=True))
        return "\n".join(
            "  ".join(
                [
                    label.ljust(first),
                    *(rank.rjust(w) for rank, w in zip(ranks, widths[:-1], strict=True)),
                    mark,
                ]
            ).rstrip()
            for label, *ranks, mark in lines
        )

    def cells(self) -> list[list[str]]:
        """Return the ranking as texts: the head, then a line for each entity; the last column is the mark."""
        return [
            [f"by {self.by}", *map(_line, self.columns), ""],
            *(
                [_line(row.label), *map(_rank, row.ranks), _MARK if row.leads_through_weak else ""]
                for row in self.rows
            ),
        ]

    def flat(self) -> list[dict[str, Any]]:
        """Return a plain dictionary for each entity, in which each network is a key of its own."""
        ranks = ({f"rank {name}": n for name, n in row["ranks"].items()} for row in self.to_dict()["rows"])
        return [
            {
                "node": row.node,
                "label": row.label,
                "kind": row.kind,
                **rank,
                "leads_through_weak": row.leads_through_weak,
            }
            for row, rank in zip(self.rows, ranks, strict=True)
        ]

    def _repr_html_(self) -> str:
        names = ("who or what", "kind", *self.columns, "")
        head = "".join(f"<th>{html.escape(name)}</th>" for name in names)
        body = "".join(
            f"<tr><td title='{html.escape(row.node)}'>{html.escape(row.label)}</td>"
            f"<td>{html.escape(row.kind)}</td>"
            + "".join(f"<td>{_rank(rank)}</td>" for rank in row.ranks)
            + f"<td>{_MARK if row.leads_through_weak else ''}</td></tr>"
            for row in self.rows
        )
        caption = f"<caption>ranks by {html.escape(self.by)}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def to_dict(self) -> dict[str, Any]:
        """Return the ranking as plain values, for JSON; ranks by the name of the network."""
        return {
            "by": self.by,
            "networks": list(self.columns),
            "rows": [
                {
                    "node": row.node,
                    "label": row.label,
                    "kind": row.kind,
                    "ranks": dict(zip(self.columns, row.ranks, strict=True)),
                    "leads_through_weak": row.leads_through_weak,
                }
                for row in self.rows
            ],
        }


def robust_ranking(
    case_networks: Mapping[str, nx.MultiDiGraph[str]],
    by: str,
    *,
    rank: Callable[..., centrality.Ranking] = centrality.rank,
) -> RobustRanking:
    """Rank the entities of a case on several networks of it, side by side.

    Whoever is among the first three with hedged claims or with everything, but does not have one of the first
    three ranks with the stated claims alone, leads through weak claims and is marked. A score of nothing is
    no lead, whatever its rank; nor is a rank that more share than there are places.

    Args:
        case_networks: name -> network, in the order to show: "stated", and then, where wanted, "with hedged",
            "everything", and others such as one for each reveal point.
        by: the measure.
        rank: what ranks one network, called as ``rank(network, by=by)``.

    Returns:
        Every entity of any network, by its rank on the first, then on the next; whoever is not on a network
        comes after those who are, equals by label.

    Raises:
        BadArgument: no network of the name "stated"; no such measure.
        NotComputable: the measure has no value on one of the networks.

    >>> import networkx as nx
    >>> stated = nx.MultiDiGraph([("a", "hub"), ("b", "hub")])
    >>> rumours = nx.MultiDiGraph([*stated.edges(), ("x", "hub"), ("y", "x"), ("z", "x")])
    >>> print(robust_ranking({"stated": stated, "everything": rumours}, "betweenness"))
    by betweenness  stated  everything
    hub                  1           1
    a                    2           3
    b                    2           3
    x                    –           1  leads only through weak claims
    y                    –           3
    z                    –           3
    """
    if SURE not in case_networks:
        given = ", ".join(map(repr, case_networks)) or "none"
        raise BadArgument(f"a robust ranking starts from a network named {SURE!r}; given: {given}")
    rankings = {name: rank(network, by=by) for name, network in case_networks.items()}
    ranks = {name: {row.node: row.rank for row in ranking} for name, ranking in rankings.items()}
    sure = {row.node for row in rankings[SURE] if row.rank <= LEADING and row.score > 0}
    through_weak = {node for name in WEAK if name in rankings for node in _leaders(rankings[name])} - sure
    described = {row.node: row for ranking in reversed(rankings.values()) for row in ranking}
    rows = [
        RobustStanding(
            node,
            row.label,
            row.kind,
            tuple(of_network.get(node) for of_network in ranks.values()),
            node in through_weak,
        )
        for node, row in described.items()
    ]
    rows.sort(key=_place)
    return RobustRanking(by, tuple(case_networks), tuple(rows))


def _leaders(ranking: centrality.Ranking) -> Iterator[str]:
    """Yield who is among the first, where that is no crowd that shares a rank."""
    sharing = Counter(row.rank for row in ranking)
    for row in ranking:
        if row.score > 0 and row.rank + sharing[row.rank] - 1 <= LEADING:
            yield row.node


def _place(row: RobustStanding) -> tuple[list[float], str, str]:
    return [math.inf if rank is None else rank for rank in row.ranks], row.label, row.node


def _rank(rank: int | None) -> str:
    return "–" if rank is None else str(rank)


def _line(text: str) -> str:
    """Return a text on one line, so that a label cannot pass for a row of its own."""
    return " ".join(text.split())
