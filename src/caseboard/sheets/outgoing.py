"""Tables that are to be written, and what their cells can hold."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field

from caseboard.sheets.values import guarded
from caseboard.terms import XSD, plain

#: A literal in its N-Triples form.
LITERAL = re.compile(r'"(?P<text>.*)"(?:@(?P<language>[\w-]+)|\^\^<(?P<datatype>[^<>]*)>)?\Z', re.DOTALL)


@dataclass(slots=True)
class Sheet:
    """A table to be written: role or header -> cell, row by row."""

    roles: tuple[str, ...]
    rows: list[dict[str, str]] = field(default_factory=list)

    def write(self, comment: str) -> bytes:
        """Return the table as CSV, with the columns that any row fills and those that it always has."""
        used = {role for row in self.rows for role in row}
        header = [*self.roles, *sorted(used - set(self.roles))]
        buffer = io.StringIO(newline="")
        buffer.write(comment)
        writer = csv.writer(buffer)
        writer.writerow(header)
        writer.writerows([guarded(row.get(role, "")) for role in header] for row in self.rows)
        return buffer.getvalue().encode()


#: Table -> column -> the datatypes of what stands in it.
PLAIN_ROLES: dict[str, dict[str, tuple[str, ...]]] = {
    "points": {"order": (XSD + "integer", XSD + "decimal")},
    "evidence": {
        "section": ("",),
        "paragraph": (XSD + "integer",),
        "sentence": (XSD + "integer",),
        "digest": ("",),
    },
}


def cell_text(term: str) -> str | None:
    """Return a literal's text where a cell can hold it: not blank at its ends, nothing that cells lose."""
    text = plain(term) if term[:1] == '"' else ""
    return text if text and text == text.strip() and "\x00" not in text else None
