"""Headers to what their columns mean: by name, by a mapping, or by a good guess."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from caseboard.errors import did_you_mean
from caseboard.sheets.naming import loose
from caseboard.sheets.problems import Problems
from caseboard.sheets.reading import Table

#: What the columns of a table of claims may be, in the order in which they are written.
CLAIM_ROLES = (
    *("id", "subject", "relation", "object", "status", "revealed", "refuted", "refuted by", "thread"),
    *("event", "source", "locator", "quote", "evidence", "said by", "note"),
)
#: The columns of the other tables: table -> columns.
RECORD_ROLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "entities": ("id", "name", "kind", "note", "before"),
        "sources": ("id", "name", "author", "note"),
        "points": ("id", "name", "order", "note"),
        "threads": ("id", "name", "note"),
        "agents": ("id", "name", "note"),
        "evidence": (
            *("id", "source", "section", "paragraph", "sentence", "start", "end", "digest", "quote"),
        ),
    }
)
#: Other names of the tables.
TABLE_NAMES: Mapping[str, str] = MappingProxyType(
    {"nodes": "entities", "edges": "claims", "links": "claims", "claims": "claims"}
    | {name: name for name in RECORD_ROLES}
)
#: Headers that other tools and people write for these, the likeliest first.
_GUESSES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "id": ("id", "claim id", "claim"),
        "subject": ("subject", "from", "source", "source name", "start", "head", "who", "actor", "entity 1",
                    "entity1", "person 1", "person a", "node1", "node 1", "sender"),
        "relation": ("relation", "relationship", "predicate", "type", "edge type", "relation type", "link",
                     "relationship type", "rel", "verb", "property", "interaction", "label", "kind"),
        "object": ("object", "to", "target", "target name", "end", "tail", "whom", "entity 2", "entity2",
                   "person 2", "person b", "node2", "node 2", "receiver", "recipient", "value"),
        "status": ("status", "certainty", "how sure"),
        "revealed": ("revealed", "revealed in", "point", "reveal point", "as of", "episode", "season"),
        "refuted": ("refuted", "refuted in", "until"),
        "refuted by": ("refuted by",),
        "thread": ("thread", "threads", "storyline", "plot line"),
        "event": ("event", "in event"),
        "source": ("source", "sources", "citation", "reference", "cited", "document", "ref"),
        "locator": ("locator", "place in source", "page", "pages", "passage at", "location"),
        "quote": ("quote", "quotation", "passage", "excerpt", "text"),
        "evidence": ("evidence",),
        "said by": ("said by", "attributed to", "according to", "author", "speaker"),
        "note": ("note", "notes", "comment", "comments", "remark", "remarks", "description"),
    }
)  # fmt: skip
_RECORD_GUESSES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "name": ("name", "label", "title", "entity"),
        "kind": ("kind", "type", "category", "class"),
        "note": ("note", "notes", "comment", "description", "about"),
        "order": ("order", "rank", "number", "nr", "no"),
        "author": ("author", "by", "said by"),
    }
)
_LANGUAGE = re.compile(r"(.+)@([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\Z")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which cell of a row is what.

    Attributes:
        places: role -> place in the row.
        languages: (role, language tag, place) of columns such as ``note@he``.
        extra: (header, place) of the columns that mean nothing to us; they are kept.
        notes: what was guessed, in sentences.
    """

    places: Mapping[str, int]
    languages: tuple[tuple[str, str, int], ...] = ()
    extra: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()


def read_columns(table: Table, what: str, mapping: Mapping[str, str], problems: Problems) -> Columns:
    """Return what the columns of a table mean.

    Args:
        table: the table.
        what: "claims", or one of `RECORD_ROLES`.
        mapping: role -> header, as somebody gave it; a role that is mapped to "" has no column.
        problems: gains a header that is there twice or not at all, a column that is needed.

    >>> table = Table("x.csv", ("Target", "weight", "source"), 1, ())
    >>> columns = read_columns(table, "claims", {}, Problems())
    >>> dict(columns.places), columns.extra
    ({'subject': 2, 'object': 0}, (('weight', 1),))
    """
    roles = CLAIM_ROLES if what == "claims" else RECORD_ROLES[what]
    headers = {place: loose(header) for place, header in enumerate(table.header)}
    places: dict[str, int] = {}
    for role, header in mapping.items() if what == "claims" else ():
        if role not in roles:
            known = f"{', '.join(roles)}.{did_you_mean(role, roles)}"
            problems.add(table.file, None, role, f"the mapping names {role!r}, which is none of {known}")
        elif header and loose(header) not in headers.values():
            known = f"there are {', '.join(filter(None, table.header))}.{did_you_mean(header, table.header)}"
            problems.add(table.file, table.at, header, f"{role} is mapped to it, and there is none; {known}")
        elif header:
            places[role] = next(place for place, one in headers.items() if one == loose(header))
    languages, notes = _languages(table, roles), []
    taken = {*places.values(), *(place for _, _, place in languages)}
    for role in (role for role in roles if role not in mapping or what != "claims"):
        _by_name(table, role, headers, places, taken, problems)
    guesses = _GUESSES if what == "claims" else _RECORD_GUESSES
    guessed = []
    for role in (role for role in roles if role not in places and role not in mapping):
        if what == "claims" and role == "subject" and "subject" not in places and "source" in places:
            # In a list of edges the source is an end; where there is a subject, it is a document.
            ends = {loose(word) for word in guesses["object"]}
            if "object" not in places and ends & set(headers.values()) and "source" not in mapping:
                places["subject"] = places.pop("source")
                guessed.append((table.header[places["subject"]], "subject"))
                continue
        for word in guesses.get(role, ()):
            hit = next((p for p, one in headers.items() if one == loose(word) and p not in taken), None)
            if hit is not None:
                places[role] = hit
                taken.add(hit)
                if loose(word) != loose(role):
                    guessed.append((table.header[hit], role))
                break
    if guessed and what == "claims":
        told = ", ".join(f"“{header}” as {role}" for header, role in guessed)
        notes.append(f"{table.file}: the column {told} (guessed; --map says otherwise)")
    needed = ("subject", "object") if what == "claims" else ("id",) if what == "evidence" else ("name",)
    named = {role for role, _, _ in languages} | set(places)
    for role in needed:
        if role not in named and not (what != "claims" and "id" in named):
            problems.add(
                table.file, table.at, None,
                f"no column is the {role}; there are {', '.join(filter(None, table.header)) or 'none'}. Name "
                f"one “{role}”" + (f", or map one: --map {role}=HEADER" if what == "claims" else ""),
            )  # fmt: skip
    extra = _extra(table, {*places.values(), *(place for _, _, place in languages)}, problems)
    return Columns(places, languages, extra, tuple(notes))


def _languages(table: Table, roles: tuple[str, ...]) -> tuple[tuple[str, str, int], ...]:
    found = []
    for place, header in enumerate(table.header):
        match = _LANGUAGE.match(header)
        if match and match[1] in ("name", "note") and match[1] in roles:
            found.append((match[1], match[2], place))
    return tuple(found)


def _by_name(
    table: Table,
    role: str,
    headers: Mapping[int, str],
    places: dict[str, int],
    taken: set[int],
    problems: Problems,
) -> None:
    same = [place for place, header in headers.items() if header == role and place not in taken]
    if len(same) > 1:
        problems.add(table.file, table.at, role, "two columns have this name. Rename one")
    if same and role not in places:
        places[role] = same[0]
        taken.add(same[0])


def _extra(table: Table, taken: set[int], problems: Problems) -> tuple[tuple[str, int], ...]:
    extra: dict[str, int] = {}
    for place, header in enumerate(table.header):
        if place in taken:
            continue
        if not header:
            if lost := next((row for row, cells in table.rows if cells[place]), None):
                problems.add(
                    table.file, lost, None, f"a cell stands under no header (column {place + 1}). Name it"
                )
        elif header in extra:
            problems.add(table.file, table.at, header, "two columns have this name. Rename one")
        else:
            extra[header] = place
    return tuple(extra.items())


def reads_as_role(header: str) -> bool:
    """Return whether a header could be read as one of our own columns."""
    words = {loose(role) for roles in (CLAIM_ROLES, *RECORD_ROLES.values()) for role in roles}
    return loose(header) in words or not loose(header)
