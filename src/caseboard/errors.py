"""Every error that Caseboard raises on purpose, as one tree.

::

    CaseboardError
    ├── CaseError (ValueError)              the case cannot be opened; has file and line where known
    │   ├── CaseNotFound (FileNotFoundError)
    │   └── SheetError                      cells of a spreadsheet; has every problem with file, row, column
    ├── QueryError (ValueError)             the query cannot be run
    │   ├── QuerySyntaxError                has line and column
    │   ├── QueryRefused                    an update, a SERVICE call
    │   └── QueryTimeout (TimeoutError)
    ├── UnknownName (LookupError)           no entity, query, point, claim … of that name
    │   └── AmbiguousName                   more than one
    ├── NoPath (LookupError)                nothing links the two
    ├── NotComputable (ArithmeticError)     the measure has no value on this graph
    ├── BadArgument (ValueError)            a value that the call cannot take
    │   └── UnknownFormat                   no such output format
    ├── ReadOnly (TypeError)                a write to a board
    └── MissingExtra (ImportError)          an optional dependency is not installed

Each leaf also inherits the built-in error a caller would expect, so ``except LookupError`` works as well as
``except caseboard.NoPath``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial


class CaseboardError(Exception):
    """Base of everything Caseboard raises; its text says what is wrong, where, and what to do next."""

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows: the message, and not the way to it through our own code."""
        return [f"caseboard: {self}"]


class CaseError(CaseboardError, ValueError):
    """A case that cannot be opened: broken syntax, or a claim that cannot be placed."""

    def __init__(self, message: str, *, file: str | None = None, line: int | None = None) -> None:
        self.file, self.line = file, line
        place = "" if file is None else file if line is None else f"{file}, line {line}"
        super().__init__(f"{place}: {message}" if place else message)


class CaseNotFound(CaseError, FileNotFoundError):
    """There is no case of that name and no file or folder at that path."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a spreadsheet; ``row`` counts from 1 as the spreadsheet does."""

    file: str
    row: int | None
    column: str | None
    message: str

    def __str__(self) -> str:
        row = f", row {self.row}" if self.row is not None else ""
        return f"{self.file}{row}{f', column {self.column}' if self.column else ''}: {self.message}"


class SheetError(CaseError):
    """A spreadsheet with cells that cannot be read as claims; ``problems`` holds all of them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        rows: dict[tuple[str, str | None, str], list[int]] = {}
        for one in self.problems:
            rows.setdefault((one.file, one.column, one.message), []).append(one.row or 0)
        lines = []
        for (file, column, message), numbers in list(rows.items())[:_SHOWN]:
            more = f" (and in {len(numbers) - 1} more rows)" if len(numbers) > 1 else ""
            lines.append(f"{Problem(file, numbers[0] or None, column, message)}{more}")
        if len(rows) > _SHOWN:
            lines.append(f"and {len(rows) - _SHOWN} more kinds of problem; mend these first")
        super().__init__("\n".join(lines))
        self.file, self.line = self.problems[0].file, self.problems[0].row

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.problems,)


#: How many kinds of problem one message lists.
_SHOWN = 20


class QueryError(CaseboardError, ValueError):
    """A query that cannot be run."""


class QuerySyntaxError(QueryError):
    """A query that is not SPARQL; ``line`` and ``column`` count from 1."""

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        self.line, self.column = line, column
        super().__init__(message)


class QueryRefused(QueryError):
    """A query that would write, or reach out over the network."""


class QueryTimeout(QueryError, TimeoutError):
    """A query that was stopped because its time was up."""


class UnknownName(CaseboardError, LookupError):
    """Nothing on the board has this name."""


class AmbiguousName(UnknownName):
    """More than one thing on the board has this name; ``candidates`` holds their ids."""

    def __init__(self, message: str, candidates: tuple[str, ...] = ()) -> None:
        self.candidates = candidates
        super().__init__(message)


class NoPath(CaseboardError, LookupError):
    """Nothing on this network links the two ends."""


class NotComputable(CaseboardError, ArithmeticError):
    """The measure has no value on this graph, or did not converge."""


class BadArgument(CaseboardError, ValueError):
    """A value that this call cannot take; the text lists what it can."""


class UnknownFormat(BadArgument):
    """There is no writer for this format."""


class ReadOnly(CaseboardError, TypeError):
    """A board is a view of its claims and cannot be written to."""


class MissingExtra(CaseboardError, ImportError):
    """An optional dependency is needed; the text names the extra to install."""

    def __init__(self, package: str, extra: str, *, needed_for: str) -> None:
        self.package, self.extra, self.needed_for = package, extra, needed_for
        super().__init__(
            f"{needed_for} needs {package}, which is not installed. "
            f"Install it with: pip install 'caseboard[{extra}]'"
        )

    def __reduce__(self) -> tuple[object, ...]:
        # An error is copied, as from a worker process, by calling its class with its text.
        return partial(type(self), self.package, self.extra, needed_for=self.needed_for), ()


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `` Did you mean …?`` with up to three names near ``name``, or an empty string.

    >>> did_you_mean("handlrs", ["handlers", "the-dead"])
    ' Did you mean handlers?'
    >>> did_you_mean("xyz", ["handlers"])
    ''
    """
    import difflib

    folded = {k.casefold(): k for k in known}
    near = [folded[m] for m in difflib.get_close_matches(name.casefold(), folded, n=3, cutoff=0.6)]
    return f" Did you mean {' or '.join(near)}?" if near else ""


def unreadable(error: OSError, file: str | None) -> CaseError:
    """Return what to raise where a file of a case cannot be read.

    >>> str(unreadable(OSError(2, "No such file or directory"), "claims.csv"))
    'claims.csv: cannot be read: No such file or directory'
    """
    return CaseError(f"cannot be read: {error.strerror or error}", file=file)
