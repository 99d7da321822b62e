"""What is wrong with the cells of a spreadsheet: collected, grouped and raised together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from caseboard.errors import Problem, SheetError


@dataclass(slots=True)
class Problems:
    """A list of what is wrong, in the order in which it was found."""

    found: list[Problem] = field(default_factory=list)

    def add(self, file: str, row: int | None, column: str | None, message: str) -> None:
        """Note one problem; the message says what is wrong and what to do about it."""
        self.found.append(Problem(file, row, column, message))

    def refuse(self) -> None:
        """Raise SheetError where there is any."""
        if self.found:
            raise SheetError(self.found)


def listed_rows(rows: Sequence[int], limit: int = 5) -> str:
    """Return row numbers as words.

    >>> listed_rows([2]), listed_rows([2, 3, 4, 5, 6, 7, 8])
    ('row 2', 'rows 2, 3, 4, 5, 6 and 2 more')
    """
    shown = ", ".join(map(str, rows[:limit]))
    more = f" and {len(rows) - limit} more" if len(rows) > limit else ""
    return f"row{'s' if len(rows) > 1 else ''} {shown}{more}"
