"""Rows about spreadsheets: a table of claims, imported into a case, and opened as it is."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.benchmarks.measure import alternate, closing
from tests.benchmarks.settings import FULL, Settings, short
from tests.benchmarks.table import Goal, Line, compare

_RELATIONS = ("helps", "pursues", "spies on", "is a friend of")
#: Of the sizes by default; a million rows are imported where --sizes asks for them.
_LARGEST = 100_000
_SMALLEST = 10_000


def import_(settings: Settings) -> Iterator[Line]:
    """Time and weigh an import, and opening a table, beside pandas and rdflib reifying its rows."""
    sizes = list(settings.sizes)
    if sizes == sorted(FULL):
        sizes = [_SMALLEST, _LARGEST]
    for size in sizes:
        path, name = str(_rows(size, settings.scratch)), f"{short(size)} rows"
        peer = "pandas + rdflib"
        sides = {
            "import": settings.side("with_caseboard", "import_rows", fresh=True, path=path),
            "open": settings.side("with_caseboard", "open_case", fresh=True, path=path),
            peer: settings.side("with_rdflib", "import_rows", fresh=True, path=path),
        }
        with closing(sides):
            found = settings.climb("import", sides, partial(alternate, **settings.how))
        for what in ("import", "open"):
            ours, theirs = found[what], found[peer]
            both = bool(ours.rounds and theirs.rounds)
            same = ours.answer == theirs.answer if both else None
            label = "import" if what == "import" else "import: opening"
            yield compare(f"{label}: time", name, ours, peer, theirs, Goal(0.5), same=same)
            yield compare(f"{label}: memory", name, ours, peer, theirs, Goal(0.75), memory=True, same=same)


def _rows(size: int, folder: Path) -> Path:
    """Write rows about a fifth as many people, each row with a passage of a report."""
    path, rng = folder / f"rows-{size}.csv", random.Random(1)
    people = max(2, size // 5)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["subject", "relation", "object", "status", "revealed", "source", "quote"])
        for number in range(size):
            one, other = (f"Person {rng.randrange(people)}" for _ in range(2))
            writer.writerow([one, rng.choice(_RELATIONS), other, "stated", "", "report", f"row {number}"])
    return path
