"""The lines of the table: what was measured beside its goal, and honestly whether it is met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

from tests.benchmarks.measure import Outcome

_HEAD = ("row", "size", "ours", "peer", "peer takes", "ratio", "goal", "met?", "n")
#: A cell longer than this becomes a footnote.
_LONGEST = 26


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound on ours / peer.

    ``times`` is the number as the design says it: "at most 0.3 times the peer", or, where ``faster`` is true,
    "at least 20 times as fast as the peer".
    """

    times: float
    faster: bool = False

    def met(self, ratio: float) -> bool:
        """Say whether a ratio ours / peer keeps the bound."""
        return (1 / ratio >= self.times) if self.faster else ratio <= self.times

    def __str__(self) -> str:
        return f">= {self.times:g} x faster" if self.faster else f"<= {self.times:.3g} x"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table.

    ``met`` is "yes", "NO", or "" where nothing was promised (``goal`` is "" too) or could be measured; the
    reason then stands in place of the figure.
    """

    row: str
    size: str
    ours: str
    peer: str
    theirs: str
    ratio: str = ""
    goal: str = ""
    met: str = ""
    rounds: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells in the order of the table's head."""
        return (
            self.row,
            self.size,
            self.ours,
            self.peer,
            self.theirs,
            self.ratio,
            self.goal,
            self.met,
            self.rounds,
        )

    def __str__(self) -> str:
        return "  ".join(cell for cell in self.cells if cell)


def compare(
    row: str,
    size: str,
    ours: Outcome,
    peer: str,
    theirs: Outcome,
    goal: Goal | None = None,
    *,
    memory: bool = False,
    same: bool = True,
    provisional: bool = False,
) -> Line:
    """Put two outcomes side by side.

    Args:
        row, size, peer: names to show.
        ours, theirs: what was measured.
        goal: what was promised of this row at this size.
        memory: compare the highest memory instead of CPU time.
        same: whether the two gave the same answer; if not, the goal is not met, whatever the times are.
        provisional: the goal is promised of a larger size; marked with a star.
    """
    text = str(goal) if goal else ""
    shown = [side.failure or _figure(side, memory) for side in (ours, theirs)]
    if ours.failure or theirs.failure:
        # Ours not getting there is a goal that is missed; a peer not getting there leaves nothing to compare.
        met = "NO" if ours.failure and goal else ""
        return Line(row, size, shown[0], peer, shown[1], "", text, met)
    ratio = (ours.megabytes / theirs.megabytes) if memory else ours.cpu / theirs.cpu
    met = "" if goal is None else "yes" if goal.met(ratio) and same else "NO"
    return Line(
        row,
        size,
        shown[0],
        peer,
        shown[1],
        _ratio(ratio, goal) + ("" if same else " OTHER ANSWER"),
        text,
        met + ("*" if met and provisional else ""),
        f"{len(ours.rounds)}/{len(theirs.rounds)}",
    )


def _figure(side: Outcome, memory: bool) -> str:
    return f"{side.megabytes:,.0f} MB" if memory else seconds(side.cpu)


def _ratio(ratio: float, goal: Goal | None) -> str:
    faster = goal.faster if goal else ratio < 0.1
    return f"{1 / ratio:.3g} x faster" if faster else f"{ratio:.3g} x"


def seconds(value: float) -> str:
    """Return a duration with three digits and its unit.

    >>> seconds(0.001234), seconds(12.3456)
    ('1.23 ms', '12.3 s')
    """
    return f"{value * 1e3:.3g} ms" if value < 1 else f"{value:.3g} s"


def geometric_mean(values: Sequence[float]) -> float:
    """Return the geometric mean.

    >>> round(geometric_mean([2, 8]), 6)
    4.0
    """
    return exp(sum(map(log, values)) / len(values))


def render(lines: Sequence[Line]) -> str:
    """Return the table as aligned text."""
    notes: list[str] = []
    cells = [_HEAD, *(tuple(_short(cell, notes) for cell in line.cells) for line in lines)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(_HEAD))]
    ruled = [cells[0], tuple("-" * width for width in widths), *cells[1:]]
    text = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in ruled]
    return "\n".join([*text, *(f"({number}) {note}" for number, note in enumerate(notes, 1))])


def _short(cell: str, notes: list[str]) -> str:
    """Return a cell, or the number of the footnote that it has become."""
    if len(cell) <= _LONGEST:
        return cell
    if cell not in notes:
        notes.append(cell)
    return f"({notes.index(cell) + 1})"


def verdict(lines: Sequence[Line]) -> str:
    """Return how many goals are met, and which are not."""
    judged = [line for line in lines if line.met]
    missed = [line for line in judged if line.met.startswith("NO")]
    unmeasured = [line for line in lines if line.goal and not line.met]
    parts = [f"{len(judged) - len(missed)} of {len(judged)} goals met."]
    parts += [
        f"Missed: {line.row}, {line.size}, against {line.peer}: {line.ratio or line.ours}." for line in missed
    ]
    parts += [
        f"Not measured: {line.row}, {line.size}, against {line.peer}: {line.theirs}." for line in unmeasured
    ]
    return "\n".join(parts)
