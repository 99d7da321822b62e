"""Tables beside the claims to triples: entities, sources, points, threads, agents, evidence."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from caseboard.errors import did_you_mean
from caseboard.sheets.columns import RECORD_ROLES, Columns, read_columns
from caseboard.sheets.lexicon import Lexicon
from caseboard.sheets.naming import digest, key, local
from caseboard.sheets.problems import Problems
from caseboard.sheets.reading import Table
from caseboard.sheets.registry import TYPES, Registry
from caseboard.sheets.values import literal, spoilt
from caseboard.terms import CB, PREFIXES, RDF, RDFS, XSD

TYPE, LABEL, COMMENT = f"<{RDF}type>", f"<{RDFS}label>", f"<{RDFS}comment>"
OA, PROV = PREFIXES["oa"], PREFIXES["prov"]
#: Table -> the sort of thing that it describes.
SORT_OF = {
    "entities": "entity",
    "sources": "source",
    "points": "point",
    "threads": "thread",
    "agents": "agent",
    "evidence": "evidence",
}
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?\Z")
_PLACE = re.compile(r"(?:(?P<section>.+), )?paragraph (?P<paragraph>\d+)(?:, sentence (?P<sentence>\d+))?\Z")


@dataclass(slots=True)
class Sink:
    """Where triples go, and what is wrong on the way to them.

    ``keep`` is whether the triples themselves are wanted; ``labels`` is IRI -> its labels as terms,
    ``authors`` source -> the agents who wrote it.
    """

    registry: Registry
    lexicon: Lexicon
    problems: Problems
    guess: bool
    keep: bool = True
    lines: list[str] = field(default_factory=list)
    labels: dict[str, list[str]] = field(default_factory=dict)
    authors: dict[str, list[str]] = field(default_factory=dict)
    _written: io.BytesIO = field(default_factory=io.BytesIO)

    def add(self, subject: str, predicate: str, obj: str) -> None:
        """Add a triple: an IRI without brackets, a term, a term."""
        self.lines.append(f"<{subject}> {predicate} {obj} .\n")
        if predicate == LABEL:
            self.labels.setdefault(subject, []).append(obj)

    def pack(self) -> None:
        """Make bytes of the lines so far: a million rows of them would not fit as texts."""
        if self.keep:
            self._written.write("".join(dict.fromkeys(self.lines)).encode("utf-8", "replace"))
        self.lines.clear()

    def data(self) -> bytes:
        """Return the triples as N-Triples, nothing where they are not kept."""
        self.pack()
        return self._written.getvalue()


def cells(row: Sequence[str], columns: Columns) -> dict[str, str]:
    """Return role -> text of the cells of a row that are not empty."""
    return {role: row[place] for role, place in columns.places.items() if row[place]}


def parts(text: str) -> list[str]:
    """Return the names in a cell that may hold several, which semicolons part."""
    return [part for part in (one.strip() for one in text.split(";")) if part]


def several(registry: Registry, sort: str, text: str) -> list[str]:
    """Return the names in a cell; a known name may itself hold a semicolon."""
    return [text] if key(text) in registry.sorts[sort].known else parts(text)


def kept(sink: Sink, subject: str, row: Sequence[str], columns: Columns) -> None:
    """Keep the cells of columns that mean nothing to us, and texts in languages, as what they are."""
    for header, place in columns.extra:
        if row[place]:
            sink.add(subject, f"<{sink.registry.namespace}{local(header, 'column-')}>", literal(row[place]))
    for role, language, place in columns.languages:
        if row[place]:
            sink.add(subject, LABEL if role == "name" else COMMENT, literal(row[place], language))


def declare_columns(sink: Sink, columns: Columns) -> None:
    """Describe the columns that are kept, so that their headers come back."""
    for header, _ in columns.extra:
        column = sink.registry.namespace + local(header, "column-")
        sink.add(column, TYPE, f"<{RDF}Property>")
        sink.add(column, LABEL, literal(header))


def place_triples(locator: str) -> list[tuple[str, str]]:
    """Return what a locator says of a piece of evidence: section, paragraph and sentence where it has these.

    >>> [predicate.rpartition("#")[2] for predicate, _ in place_triples("Ashore, paragraph 1, sentence 2")]
    ['section>', 'paragraph>', 'sentence>']
    """
    found = _PLACE.match(locator)
    if not found:
        return [(f"<{CB}section>", literal(locator))]
    pairs = []
    for name, text in found.groupdict().items():
        if text is not None:
            term = literal(text) if name == "section" else literal(text, "", XSD + "integer")
            pairs.append((f"<{CB}{name}>", term))
    return pairs


def read_records(sink: Sink, tables: Mapping[str, list[Table]]) -> None:
    """Add what the tables beside the claims say: first all names, so that any may speak of any."""
    work: list[tuple[str, Table, Columns, list[tuple[int, tuple[str, ...], str]]]] = []
    for what in RECORD_ROLES:
        for table in tables.get(what, ()):
            columns = read_columns(table, what, {}, sink.problems)
            declare_columns(sink, columns)
            work.append((what, table, columns, list(_named(sink, what, table, columns))))
    tell: dict[str, Callable[..., None]] = {"entities": _entity, "points": _point, "evidence": _evidence}
    for what, table, columns, rows in work:
        for place, (number, row, iri) in enumerate(rows, 1):
            found = cells(row, columns)
            if what != "entities":
                sink.add(iri, TYPE, f"<{TYPES[SORT_OF[what]]}>")
            if "name" in found:
                sink.add(iri, LABEL, literal(found["name"]))
            if "note" in found:
                sink.add(iri, COMMENT, literal(found["note"]))
            kept(sink, iri, row, columns)
            if what in tell:
                tell[what](sink, table, number, iri, found, place)
            if what == "sources" and "author" in found:
                for name in several(sink.registry, "agent", found["author"]):
                    if agent := named(sink, "agent", name, table.file, number, "author"):
                        sink.add(iri, f"<{PROV}wasAttributedTo>", f"<{agent}>")
                        sink.authors.setdefault(iri, []).append(agent)


def named(sink: Sink, sort: str, name: str, file: str, row: int, column: str) -> str | None:
    """Return the identifier that a name in a cell means; what keeps it from meaning one is a problem."""
    if sort in ("evidence", "claim"):
        iri = sink.registry.iri(name)
        if iri is None:
            sink.problems.add(file, row, column, f"“{name}” is no identifier: letters, digits, - and _")
        return iri
    if wrong := spoilt(name):
        sink.problems.add(file, row, column, wrong)
        return None
    found = sink.registry.find(sort, name)
    if isinstance(found, list):
        listed = " or ".join(f"<{iri}>" for iri in found[:4])
        sink.problems.add(file, row, column, f"“{name}” is the name of several. Write {listed} in its place")
        return None
    return found


def _named(
    sink: Sink, what: str, table: Table, columns: Columns
) -> Iterator[tuple[int, tuple[str, ...], str]]:
    names, seen = sink.registry.sorts[SORT_OF[what]], dict[str, int]()
    for number, row in table.rows:
        found = cells(row, columns)
        labels = [row[place] for role, _, place in columns.languages if role == "name" and row[place]]
        labels += [found["name"]] if "name" in found else []
        if "id" in found:
            iri = sink.registry.iri(found["id"])
            if iri is None:
                told = f"“{found['id']}” is no identifier: letters, digits, - and _, or prefix:name"
                sink.problems.add(table.file, number, "id", told)
                continue
        elif labels:
            iri = sink.registry.namespace + local(labels[-1], _prefix(what))
        else:
            sink.problems.add(table.file, number, "name", "it is empty. Write a name, or remove the row")
            continue
        if iri in seen:
            sink.problems.add(
                table.file, number, "id" if "id" in found else "name",
                f"row {seen[iri]} describes it already. Keep one row; two people of one name need an id each",
            )  # fmt: skip
            continue
        seen[iri] = number
        names.learn(iri, *labels)
        yield number, row, iri


def _prefix(what: str) -> str:
    sort = SORT_OF[what]
    return {"entity": "", "evidence": "e-"}.get(sort, f"{sort}-")


def _entity(sink: Sink, table: Table, number: int, iri: str, found: dict[str, str], _: int) -> None:
    kinds = sink.lexicon.kinds
    for word in parts(found.get("kind", "")):
        if (kind := kinds.get(key(word))) is None:
            listed = sorted({one for one in kinds if ":" not in one})
            told = f"“{word}” is no kind; there are {', '.join(listed)}.{did_you_mean(key(word), listed)}"
            sink.problems.add(table.file, number, "kind", told)
        else:
            sink.add(iri, TYPE, f"<{kind}>")
            sink.lexicon.described.setdefault(iri, set()).add(kind)
    for name in several(sink.registry, "entity", found.get("before", "")) if "before" in found else ():
        if event := named(sink, "entity", name, table.file, number, "before"):
            sink.add(iri, f"<{CB}before>", f"<{event}>")


def _point(sink: Sink, table: Table, number: int, iri: str, found: dict[str, str], place: int) -> None:
    order = found.get("order", str(place) if sink.guess else "")
    if order and not _NUMBER.match(order):
        sink.problems.add(table.file, number, "order", f"“{order}” is no number. Number the points from 1")
    elif order:
        sink.add(iri, f"<{CB}order>", literal(order, "", XSD + ("decimal" if "." in order else "integer")))
        sink.lexicon.points[iri] = float(order)


def _evidence(sink: Sink, table: Table, number: int, iri: str, found: dict[str, str], _: int) -> None:
    if "source" in found and (source := named(sink, "source", found["source"], table.file, number, "source")):
        sink.add(iri, f"<{OA}hasSource>", f"<{source}>")
    for role, kind in (("section", ""), ("paragraph", XSD + "integer"), ("sentence", XSD + "integer")):
        if role in found:
            sink.add(iri, f"<{CB}{role}>", literal(found[role], "", kind))
    if "digest" in found:
        sink.add(iri, f"<{CB}passageDigest>", literal(found["digest"]))
    if "quote" in found:
        quoted(sink, iri, found["quote"])
    if "start" in found and "end" in found:
        node = f"_:s{local(iri).rpartition('-')[2]}"
        sink.add(iri, f"<{OA}hasSelector>", node)
        sink.lines.append(f"{node} {TYPE} <{OA}TextPositionSelector> .\n")
        for role in ("start", "end"):
            sink.lines.append(f"{node} <{OA}{role}> {literal(found[role], '', XSD + 'integer')} .\n")


def quoted(sink: Sink, iri: str, quote: str) -> None:
    """Add the passage itself to a piece of evidence."""
    # What `local` gives a whole IRI ends in this.
    node = f"_:q{digest(key(iri))}"
    sink.add(iri, f"<{OA}hasSelector>", node)
    sink.lines.append(f"{node} {TYPE} <{OA}TextQuoteSelector> .\n")
    sink.lines.append(f"{node} <{OA}exact> {literal(quote)} .\n")
