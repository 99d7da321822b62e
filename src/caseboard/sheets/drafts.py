"""Rows that have been understood, and the identifiers that their claims get."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TypeAlias

from caseboard.sheets.columns import Columns
from caseboard.sheets.naming import digest, key, slug
from caseboard.sheets.reading import Table
from caseboard.sheets.records import Sink, cells, named
from caseboard.terms import local_name

#: What is said of a claim, as a number that another set of triples has not, and its three parts.
Told: TypeAlias = tuple[int, str, str, str]


@dataclass(slots=True)
class Draft:
    """A row whose words have been understood, but not yet given an identifier."""

    table: Table
    number: int
    row: tuple[str, ...]
    columns: Columns
    triple: tuple[str, str, str]
    id: str = ""

    @property
    def found(self) -> dict[str, str]:
        """Role -> text; made when it is asked for, as a million of them take much room."""
        return cells(self.row, self.columns)


@dataclass(slots=True)
class Identifying:
    """Gives drafts their identifiers; ``assumed`` counts the rows that repeat another."""

    sink: Sink
    assumed: Counter[tuple[str, str]]
    _shorts: dict[str, str] = field(default_factory=dict)

    def identified(self, drafts: list[Draft]) -> list[Draft]:
        """Return the drafts with identifiers that depend on what they say, not on where they stand."""
        given: dict[str, Draft] = {}
        groups: dict[tuple[str, ...], list[Draft]] = {}
        kept_: list[Draft] = []
        for draft in drafts:
            found = draft.found
            if "id" not in found:
                groups.setdefault((*draft.triple, key(found.get("source", ""))), []).append(draft)
                kept_.append(draft)
                continue
            iri = named(self.sink, "claim", found["id"], draft.table.file, draft.number, "id")
            if iri is None:
                continue
            if iri in given:
                first = given[iri]
                where = f"{first.table.file}, row {first.number}"
                told = f"{where} has this id too. Give each claim its own, or leave the column empty"
                self.sink.problems.add(draft.table.file, draft.number, "id", told)
                continue
            given[iri], draft.id = draft, iri
            kept_.append(draft)
        dropped: set[int] = set()
        for said, group in groups.items():
            self._tell_apart(said, group, dropped)
        return [draft for draft in kept_ if id(draft) not in dropped]

    def _tell_apart(self, said: tuple[str, ...], group: list[Draft], dropped: set[int]) -> None:
        subject, relation, obj = group[0].triple
        words = "-".join(filter(None, map(self._short, (subject, relation, obj.strip("<>")))))
        stem = f"{self.sink.registry.namespace}c-{words[:60].strip('-')}"
        base = digest(*said)
        if len(group) == 1:
            group[0].id = f"{stem}-{base}"
            return
        seen: dict[tuple[str, ...], Draft] = {}
        for draft in group:
            whole = tuple(sorted(f"{role}\x1e{text}" for role, text in draft.found.items()))
            whole += tuple(draft.row[place] for _, place in draft.columns.extra)
            if whole in seen:
                self.assumed[
                    draft.table.file, "rows that say what another row says are one claim with it"
                ] += 1
                dropped.add(id(draft))
                continue
            seen[whole] = draft
        for whole, draft in seen.items():
            draft.id = f"{stem}-{base if len(seen) == 1 else digest(base, *whole)}"

    def _short(self, iri: str) -> str:
        short = self._shorts.get(iri)
        if short is None:
            text = local_name(iri) if "://" in iri else iri.strip('"')
            short = self._shorts[iri] = slug(text)[:24].strip("-")
        return short
