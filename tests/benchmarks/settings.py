"""What one run of the benchmarks measures, and how thoroughly."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.benchmarks import kglab_env
from tests.benchmarks.generate import CLAIMS_OF_640K_TRIPLES, Generated, case_file
from tests.benchmarks.measure import Effort, Limits, Outcome, Side

#: Sizes by default, in claims.
FULL = (1_000, 10_000, CLAIMS_OF_640K_TRIPLES, 100_000, 1_000_000)
QUICK = (1_000, 3_000)


@dataclass(slots=True)
class Settings:
    """One run.

    Attributes:
        quick: smaller sizes and fewer rounds; peers only where they are installed already.
        sizes: numbers of claims.
        cache: folder for generated cases and for peers.
        scratch: folder for what only this run needs.
    """

    quick: bool
    sizes: Sequence[int]
    cache: Path
    scratch: Path
    limits: Limits = field(default_factory=Limits)
    _stuck: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def effort(self) -> Effort:
        """How often to measure."""
        return Effort(3, 0.1, 4) if self.quick else Effort(7, 0.2, 80)

    @property
    def how(self) -> Mapping[str, Any]:
        """The arguments of `alternate` that are the same for every row."""
        return {"effort": self.effort, "limits": self.limits}

    @property
    def goal_size(self) -> int:
        """The size at which goals for 640k triples are judged: that, or the largest one measured."""
        return CLAIMS_OF_640K_TRIPLES if CLAIMS_OF_640K_TRIPLES in self.sizes else max(self.sizes)

    @property
    def provisional(self) -> bool:
        """Whether the goals for 640k triples are judged at another size."""
        return self.goal_size != CLAIMS_OF_640K_TRIPLES

    def case(self, claims: int) -> Generated:
        """Return a generated case of this many claims."""
        return case_file(claims, self.cache / "cases")

    def kglab(self) -> str:
        """Return the interpreter that has kglab.

        Raises:
            Unavailable: there is none, and why.
        """
        return kglab_env.python(self.cache, install=not self.quick)

    def ttl3d(self) -> str:
        """Return the interpreter that has ttl3d.

        Raises:
            Unavailable: there is none, and why.
        """
        return kglab_env.python(self.cache, install=not self.quick, package="ttl3d")

    def ipysigma(self) -> tuple[str, str]:
        """Return the interpreter that has ipysigma, and the folder of the scripts that its page loads.

        Raises:
            Unavailable: there is no such thing, and why.
        """
        needed = ["@jupyter-widgets/html-manager@1.0.15", "requirejs@2.3.8"]
        programs = kglab_env.programs(
            self.cache, "ipysigma", ["ipysigma", "networkx"], install=not self.quick
        )
        return str(programs / "python"), str(
            kglab_env.scripts(self.cache, "ipysigma", needed, install=not self.quick)
        )

    def side(
        self, script: str, job: str, *, fresh: bool = False, python: str = sys.executable, **arguments: Any
    ) -> Side:
        """Return one side of a comparison."""
        return Side(script, job, arguments, self.limits, fresh=fresh, python=python)

    def climb(
        self, row: str, sides: Mapping[str, Any], run: Callable[[Mapping[str, Any]], dict[str, Outcome]]
    ) -> dict[str, Outcome]:
        """Measure the sides that got to the end at every smaller size; the others are not tried again."""
        stuck = {name: self._stuck[row, name] for name in sides if (row, name) in self._stuck}
        found = run({name: side for name, side in sides.items() if name not in stuck})
        for name, outcome in found.items():
            if outcome.failure:
                self._stuck[row, name] = outcome.failure
        return found | {name: Outcome(failure=f"not tried: {why} before") for name, why in stuck.items()}


def claims_and_triples(case: Generated) -> str:
    """Return the size of a case for the table."""
    return f"{short(case.claims)} claims, {short(case.triples)} triples"


def short(number: int) -> str:
    """Return a number in few characters.

    >>> short(1000), short(45150), short(14_170_000)
    ('1k', '45k', '14.2M')
    """
    if number >= 1_000_000:
        return f"{number / 1e6:.3g}M"
    return f"{number / 1e3:.0f}k" if number >= 1_000 else str(number)
