"""A file read into a case that is there already: what is added, what changes, what goes."""

from __future__ import annotations

import csv
import io
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from caseboard.sheets.columns import CLAIM_ROLES, read_columns
from caseboard.sheets.problems import Problems
from caseboard.sheets.reading import Table
from caseboard.sheets.values import guarded


@dataclass(frozen=True, slots=True)
class Update:
    """What an import did to a case, as sentences of claims."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int

    def __str__(self) -> str:
        counts = f"{len(self.added):,} added, {len(self.changed):,} changed, {len(self.removed):,} removed"
        lines = [f"{counts}, {self.unchanged:,} as before"]
        for sign, listed in (("+", self.added), ("~", self.changed), ("-", self.removed)):
            lines += [f"  {sign} {one}" for one in listed[:_SHOWN]]
            if len(listed) > _SHOWN:
                lines.append(f"  {sign} and {len(listed) - _SHOWN:,} more")
        return "\n".join(lines)


#: How many claims of each sort are shown.
_SHOWN = 10


def compare(before: Mapping[str, tuple[str, Hashable]], after: Mapping[str, tuple[str, Hashable]]) -> Update:
    """Return how two states of a case differ: claim -> its sentence and what stands for all that it says.

    >>> one, other = {"c": ("A knows B.", "x")}, {"c": ("A knows B.", "y")}
    >>> print(compare(one, other))
    0 added, 1 changed, 0 removed, 0 as before
      ~ A knows B.
    """
    added = tuple(sorted(after[claim][0] for claim in after.keys() - before.keys()))
    removed = tuple(sorted(before[claim][0] for claim in before.keys() - after.keys()))
    both = before.keys() & after.keys()
    changed = tuple(sorted(after[claim][0] for claim in both if before[claim][1] != after[claim][1]))
    return Update(added, changed, removed, len(both) - len(changed))


def kept_table(table: Table, mapping: Mapping[str, str]) -> bytes:
    """Return a table of claims as UTF-8 CSV under our own headers, its other columns as they were."""
    columns = read_columns(table, "claims", mapping, Problems())
    headers = {place: role for role, place in columns.places.items()}
    headers |= {place: f"{role}@{language}" for role, language, place in columns.languages}
    headers |= {place: header for header, place in columns.extra}
    # What looks like one of our columns and is none would be read as one; so renamed, it is not.
    headers = {
        place: f"{header} (other)"
        if header in CLAIM_ROLES and columns.places.get(header) != place
        else header
        for place, header in headers.items()
    }
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    places = sorted(headers)
    writer.writerow([guarded(headers[place]) for place in places])
    writer.writerows([guarded(row[place]) for place in places] for _, row in table.rows)
    return buffer.getvalue().encode()


def kept_record(table: Table) -> bytes:
    """Return a table beside the claims as UTF-8 CSV, as it is."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(table.header)
    writer.writerows([guarded(cell) for cell in row] for _, row in table.rows)
    return buffer.getvalue().encode()
