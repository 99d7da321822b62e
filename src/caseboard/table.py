"""The answer to a SELECT: a table that shows labels and holds terms."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from caseboard import display
from caseboard.engine import convert_table, parse_table
from caseboard.errors import BadArgument, MissingExtra

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    from rdflib.term import Identifier

    from caseboard.claims import Case


@dataclass(frozen=True, slots=True, eq=False)
class Table(display.Shown):
    """Columns and rows; rows are read from the engine's own bytes when they are asked for.

    Attributes:
        columns: names of the variables, without question marks.
        rows: tuple of tuples of rdflib terms, None where a variable is unbound.
        advice: where the answer is empty or a term unknown: sentences that say why.

    >>> import caseboard
    >>> table = caseboard.open("harbour").query("SELECT ?who WHERE { ?who cb:helps ?whom }")
    >>> print(table)
    who
    ─────────
    Iris Holm
    >>> table.rows
    ((rdflib.term.URIRef('https://w3id.org/caseboard/harbour/iris'),),)
    """

    tsv: bytes = field(repr=False)
    case: Case = field(repr=False)
    #: What to say of the answer, worked out when it is asked for.
    advise: Callable[[], tuple[str, ...]] = field(default=tuple, repr=False)

    @property
    def advice(self) -> tuple[str, ...]:
        """Why the answer is empty, or which term of the query is unknown, in sentences; () where all is well.

        >>> import caseboard
        >>> caseboard.open("harbour").query("SELECT ?who { ?who cb:memberOff ?what }").advice
        ('cb:memberOff is nowhere on this board: did you mean cb:memberOf?',)
        """
        return self.advise()

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the variables, in the query's order."""
        head = self.tsv.split(b"\n", 1)[0].decode()
        return tuple(name.lstrip("?") for name in head.split("\t")) if head else ()

    @property
    def rows(self) -> tuple[tuple[Identifier | None, ...], ...]:
        """The rows as rdflib terms."""
        from caseboard import rdf

        return rdf.as_rows(parse_table(self.tsv)[1])

    def __len__(self) -> int:
        return self.tsv.count(b"\n") - 1

    def __iter__(self) -> Iterator[tuple[Identifier | None, ...]]:
        return iter(self.rows)

    def cells(self, *, iris: bool = False) -> list[list[str]]:
        """Return the rows as people read them: labels for what has one, else CURIEs; or only CURIEs."""
        show = self._show_iri if iris else self._show
        return [[show(term) for term in row] for row in parse_table(self.tsv)[1]]

    def _show(self, term: object) -> str:
        value = getattr(term, "value", None)
        if type(term).__name__ == "NamedNode":
            return self.case.labels.get(str(value)) or self.case.curie(str(value))
        if type(term).__name__ == "BlankNode":
            return self.case.labels.get(str(term)) or str(term)
        return "" if term is None else str(value if value is not None else term)

    def _show_iri(self, term: object) -> str:
        if type(term).__name__ == "NamedNode":
            return self.case.curie(str(getattr(term, "value", "")))
        return self._show(term)

    def serialize(self, format: str = "csv", *, iris: bool = False) -> bytes:  # noqa: A002
        """Return the table as "csv", "tsv", "json" or "xml", as W3C defines them, or "markdown" with labels.

        Raises:
            UnknownFormat: none of these.
        """
        if format == "markdown":
            return (markdown(self.columns, self.cells(iris=iris)) + "\n").encode()
        return self.tsv if format == "tsv" else convert_table(self.tsv, format)

    def network(self, *, include: Collection[str] = ()) -> nx.MultiDiGraph[str]:
        """Return the network of what the table names, with the claims between them; see `Board.network`.

        Raises:
            BadArgument: "inferred" is to be included, which only the board can.
        """
        from caseboard import network

        if "inferred" in network.check_include(include):
            raise BadArgument(
                "a table knows what the case says, not what follows: ask board.network for that"
            )
        terms = {str(getattr(term, "value", term)) for row in parse_table(self.tsv)[1] for term in row}
        whole = network.build(self.case, scope="all", include=include)
        return whole.subgraph(node for node, data in whole.nodes(data=True) if data["iri"] in terms)

    def page(self, *, include: Collection[str] = ()) -> display.Page:
        """Return the network of what the table names as a page; see `Board.page`."""
        from caseboard import page, pictures

        network = self.network(include=include)
        return display.Page(
            page.render(network),
            name=self.case.title,
            picture=lambda: pictures.png(network),
            drawn=(network.number_of_nodes(), network.number_of_edges()),
        )

    def to_pandas(self) -> pd.DataFrame:
        """Return a DataFrame of labels and Python values; needs ``caseboard[notebook]``."""
        try:
            import pandas as pd
        except ImportError as error:
            raise MissingExtra("pandas", "notebook", needed_for="to_pandas") from error
        from rdflib import Literal

        cells, rows = self.cells(), self.rows
        data = [
            [
                term.toPython() if isinstance(term, Literal) else None if term is None else cell
                for term, cell in zip(row, shown, strict=True)
            ]
            for row, shown in zip(rows, cells, strict=True)
        ]
        return pd.DataFrame(data, columns=list(self.columns))

    def __str__(self) -> str:
        return plain(self.columns, self.cells())

    def head(self, n: int) -> Table:
        """Return the first ``n`` rows as a table."""
        if len(self) <= n:
            return self
        # A row is a line: TSV writes a line break in a literal as two characters.
        return Table(b"\n".join(self.tsv.split(b"\n", n + 1)[: n + 1]) + b"\n", self.case, self.advise)

    def _brief(self) -> str:
        rest = f"\n{display.ROWS:,} of {len(self):,}; to_pandas() has them all"
        return f"{self.head(display.ROWS)}{rest if len(self) > display.ROWS else ''}"

    def _repr_html_(self) -> str:
        first = self.head(display.ROWS)
        shown = display.table(self.columns, first.cells(), total=len(self), hints=first.cells(iris=True))
        return shown if len(self) else shown + display.outline("\n".join(self.advice))


def plain(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table as aligned plain text, one line a row.

    >>> print(plain(["who", "n"], [["Ada", "2"]]))
    who  n
    ───  ─
    Ada  2
    """
    clean = [[re.sub(r"\s+", " ", cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *clean, strict=True)]
    lines = [columns, ["─" * width for width in widths], *clean]
    return "\n".join(
        "  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table.

    >>> print(markdown(["a"], [["x|y"]]))
    | a |
    | --- |
    | x\\|y |
    """

    def escape(cell: str) -> str:
        return re.sub(r"\s+", " ", html.escape(cell, quote=False)).replace("|", "\\|")

    lines = [list(map(escape, columns)), ["---"] * len(columns), *(list(map(escape, row)) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def is_zero(table: bytes) -> bool:
    r"""Say whether a table in TSV or CSV is one row with nothing in it but 0.

    >>> is_zero(b"?n\n0\n"), is_zero(b"?n\n1\n"), is_zero(b"?a\n")
    (True, False, False)
    """
    lines = table.replace(b"\r", b"").split(b"\n")
    return len(lines) == 3 and set(re.split(rb"[\t,]", lines[1])) <= {b"", b"0"}
