"""How far work has come, for whoever waits for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Pace:
    """How many of how many things are done; work sets it, and another thread may read it.

    >>> pace = Pace()
    >>> pace.begin("rows read", 4)
    >>> pace.done = 3
    >>> str(pace)
    '3 of 4 rows read, 75 %'
    """

    what: str = ""
    done: int = 0
    total: int = 0

    def begin(self, what: str, total: int) -> None:
        """Begin a part of the work."""
        self.what, self.done, self.total = what, 0, total

    def __str__(self) -> str:
        if not self.total:
            return self.what
        return f"{self.done:,} of {self.total:,} {self.what}, {100 * self.done // self.total} %"
