"""What a page tells beside the network: attributes, questions, proofs, passages, answered queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

#: One row of what the page gets as JSON.
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a query's answer: its text, and the node or the edge of the page that it stands for."""

    text: str
    node: str | None = None
    edge: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A named query with its answer.

    ``rows`` is None, and ``sparql`` empty, where the answer is empty or too long for a page; ``count`` is
    then its length, or -1 where the case is too large to answer it while a page is made.
    """

    name: str
    title: str
    sparql: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...] | None
    count: int


@dataclass(frozen=True, slots=True)
class Content:
    """What `caseboard.page.render` shows beside the network; all of it is text to be escaped.

    Attributes:
        facts: claims with a literal object, as {id, node, label, value, family, …}.
        questions: what is left open, as {node, text}.
        theories: possible answers to the questions, as {question, label, comment, by, favour, against}.
        proofs: id of an inferred edge or fact -> its ways, as {rule, premises}.
        passages: evidence as an edge names it -> what the source says there.
        queries: named queries with their answers.
        threads: label of a thread -> its description, for those that have one.
        terms: what things are called in RDF, as {prefixes, threads, points, statuses, kinds}, for the queries
            and the Turtle that the page writes.
    """

    facts: Sequence[Row] = ()
    questions: Sequence[Row] = ()
    theories: Sequence[Row] = ()
    proofs: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    passages: Mapping[str, str] = field(default_factory=dict)
    queries: Sequence[Asked] = ()
    threads: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, Any] = field(default_factory=dict)

    def packed(self, nodes: Sequence[str], edges: Sequence[str]) -> dict[str, Any]:
        """Return everything but the facts as plain values, the cells of answers as short as they can be.

        A cell is a text; the place of its node among ``nodes`` where that says all; else [text, place of the
        node, place of the edge among ``edges``], without what there is not.

        >>> Content(queries=[Asked("q", "Who?", "", ("who",), ((Cell("Ada", "ex:a"),),), 1)]).packed(
        ...     ["ex:a"], []
        ... )["queries"][0]["rows"]
        [[0]]
        """
        node_at = {node: place for place, node in reversed(list(enumerate(nodes)))}
        edge_at = {edge: place for place, edge in reversed(list(enumerate(edges)))}

        def pack(cell: Cell) -> Any:
            if cell.edge is not None and cell.edge in edge_at:
                return [cell.text, None, edge_at[cell.edge]]
            return node_at.get("" if cell.node is None else cell.node, cell.text)

        return {
            "questions": [dict(row) for row in self.questions],
            "theories": [dict(row) for row in self.theories],
            "proofs": {key: [dict(way) for way in ways] for key, ways in self.proofs.items()},
            "passages": dict(self.passages),
            "queries": [
                {
                    "name": asked.name,
                    "count": asked.count,
                    **(
                        {}
                        if asked.rows is None
                        else {
                            "title": asked.title,
                            "sparql": asked.sparql,
                            "columns": list(asked.columns),
                            "rows": [list(map(pack, row)) for row in asked.rows],
                        }
                    ),
                }
                for asked in self.queries
            ],
            "about": dict(self.threads),
            "terms": dict(self.terms),
        }
