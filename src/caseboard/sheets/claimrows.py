"""Rows of a table of claims to triples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from caseboard.errors import did_you_mean
from caseboard.sheets.columns import Columns, read_columns
from caseboard.sheets.drafts import Draft, Identifying, Told
from caseboard.sheets.lexicon import Meaning
from caseboard.sheets.naming import digest, key, local, loose
from caseboard.sheets.reading import Table
from caseboard.sheets.records import (
    COMMENT,
    LABEL,
    OA,
    PROV,
    TYPE,
    Sink,
    cells,
    declare_columns,
    kept,
    named,
    parts,
    place_triples,
    quoted,
    several,
)
from caseboard.sheets.settings import Settings
from caseboard.sheets.values import literal, spoilt, typed
from caseboard.steps import step
from caseboard.terms import CB, RDF

_PART = {part: f"<{RDF}{part}>" for part in ("subject", "predicate", "object")}


#: Rows after which it is told how far they have come.
_TOLD = 1_000
#: Lines that are kept as texts before bytes are made of them.
_MANY = 50_000


@dataclass(slots=True)
class ClaimReader:
    """Reads tables of claims into a sink.

    ``assumed`` counts, by file and sentence, what rows leave open; ``places`` is claim -> file and row;
    ``allowed`` is entity -> the kinds that its relations leave it; ``unplaced`` are the claims without a
    reveal point, ``unsigned`` those without attribution, each with its sources; ``told`` is what each
    claim says, in short; ``loose`` is whether any lacks a status or a point.
    """

    sink: Sink
    settings: Settings
    assumed: Counter[tuple[str, str]] = field(default_factory=Counter)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    allowed: dict[str, frozenset[str] | None] = field(default_factory=dict)
    spelled: dict[str, Counter[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    unplaced: list[str] = field(default_factory=list)
    unsigned: list[tuple[str, list[str]]] = field(default_factory=list)
    told: dict[str, Told] = field(default_factory=dict)
    loose: bool = False
    _meanings: dict[str, Meaning | str] = field(default_factory=dict)
    _evidence: set[str] = field(default_factory=set)

    def read(self, tables: list[tuple[Table, Mapping[str, str]]]) -> None:
        """Add the claims of the tables, each with the mapping of its columns."""
        drafts: list[Draft] = []
        total = sum(len(table.rows) for table, _ in tables)
        done = 0
        for table, mapping in tables:
            columns = read_columns(table, "claims", mapping, self.sink.problems)
            self.notes += columns.notes
            declare_columns(self.sink, columns)
            if {"subject", "object"} <= set(columns.places):
                for number, row in table.rows:
                    if not done % _TOLD:
                        step(f"understanding {total:,} rows", done, total)
                    done += 1
                    if draft := self._draft(table, number, row, columns):
                        drafts.append(draft)
        drafts = Identifying(self.sink, self.assumed).identified(drafts)
        for made, draft in enumerate(drafts):
            if not made % _TOLD:
                step(f"making {len(drafts):,} claims", made, len(drafts))
            self._tell(draft, draft.found)
            if len(self.sink.lines) > _MANY:
                self.sink.pack()

    # --- understanding ----------------------------------------------------------------------------

    def _draft(self, table: Table, number: int, row: tuple[str, ...], columns: Columns) -> Draft | None:
        found, problems, file = cells(row, columns), self.sink.problems, table.file
        before = len(problems.found)
        for role in ("subject", "object"):
            if role not in found:
                problems.add(file, number, role, "it is empty. Write a name, or remove the row")
            elif wrong := spoilt(found[role]):
                problems.add(file, number, role, wrong)
        meaning = self._relation(file, number, found.get("relation", ""), "relation" in columns.places)
        if len(problems.found) > before or meaning is None:
            return None
        subject, obj = found["subject"], found["object"]
        if meaning.back:
            subject, obj = obj, subject
        first = named(self.sink, "entity", subject, file, number, "object" if meaning.back else "subject")
        attributes = self.sink.lexicon.attributes
        if meaning.iri in attributes:
            term, wrong = typed(obj, attributes[meaning.iri])
            if wrong:
                problems.add(file, number, "object", wrong)
        else:
            second = named(self.sink, "entity", obj, file, number, "subject" if meaning.back else "object")
            term = f"<{second}>" if second else ""
            if second:
                self._narrow(second, meaning.iri, "object")
        if first:
            self._narrow(first, meaning.iri, "subject")
        if len(problems.found) > before or not first:
            return None
        return Draft(table, number, row, columns, (first, meaning.iri, term))

    def _relation(self, file: str, number: int, word: str, has_column: bool) -> Meaning | None:
        if not word and self.sink.guess and not has_column:
            word = "is linked to"
            self.assumed[file, "no column is the relation, so the two are said to be linked"] += 1
            return self._own(word)
        if not word:
            self.sink.problems.add(file, number, "relation", "it is empty. Write how the two are related")
            return None
        known = self._meanings.get(word)
        if known is None:
            iri = self.sink.registry.iri(word) if ":" in word or word[:1] == "<" else None
            known = self.sink.lexicon.relation(iri or word)
            if (
                iri is None
                and isinstance(known, str)
                and "no relation" in known
                and self.settings.new_relations
            ):
                known = self._own(word)
            self._meanings[word] = known
        elif not isinstance(known, str) and known.iri in self.spelled:
            self.spelled[known.iri][" ".join(word.split()).lower()] += 1
        if isinstance(known, str):
            more = "" if "could be" in known else (
                " Correct it, declare it in vocabulary.ttl, or import with --new-relations to make it "
                "the case's own"
            )  # fmt: skip
            self.sink.problems.add(file, number, "relation", known + more)
            return None
        return known

    def _own(self, word: str) -> Meaning:
        iri = self.sink.registry.namespace + local(loose(word) or word, "relation-")
        self.spelled.setdefault(iri, Counter())[" ".join(word.split()).lower()] += 1
        return Meaning(iri)

    def _narrow(self, iri: str, relation: str, end: str) -> None:
        kinds = self.sink.lexicon.ends.get((relation, end))
        if kinds:
            sofar = self.allowed.get(iri)
            both = kinds if sofar is None else sofar & kinds
            self.allowed[iri] = both or sofar
        else:
            self.allowed.setdefault(iri, None)

    # --- telling ----------------------------------------------------------------------------------

    def _tell(self, draft: Draft, found: dict[str, str]) -> None:
        sink, claim, file = self.sink, draft.id, draft.table.file
        self.places[claim] = (file, draft.number)
        begun = len(sink.lines)
        self.loose |= not sink.guess and not {"status", "revealed"} <= found.keys()
        subject, relation, obj = draft.triple
        sink.add(claim, TYPE, f"<{CB}Claim>")
        if self.settings.statements:
            sink.add(claim, TYPE, f"<{RDF}Statement>")
        for part, term in zip(_PART.values(), (f"<{subject}>", f"<{relation}>", obj), strict=True):
            sink.add(claim, part, term)
        self._status(draft, found.get("status"))
        for role, sort, predicate in (
            ("thread", "thread", "partOfThread"),
            ("event", "entity", "inEvent"),
            ("refuted by", "claim", "refutedBy"),
            ("refuted", "point", "refutedIn"),
        ):
            if role not in found:
                continue
            listed = several(sink.registry, sort, found[role])
            for name in listed:
                iri = self._point(draft, role, name) if sort == "point" else named(
                    sink, sort, name, file, draft.number, role
                )  # fmt: skip
                if iri:
                    sink.add(claim, f"<{CB}{predicate}>", f"<{iri}>")
                    if role == "event":
                        self.allowed[iri] = frozenset([CB + "Event"])
        if "revealed" in found:
            if point := self._point(draft, "revealed", found["revealed"]):
                sink.add(claim, f"<{CB}revealedIn>", f"<{point}>")
        elif sink.guess:
            self.assumed[file, "rows without a point are revealed at the first"] += 1
            self.unplaced.append(claim)
        self._sourced(draft, found)
        if "note" in found:
            sink.add(claim, COMMENT, literal(found["note"]))
        kept(sink, claim, draft.row, draft.columns)
        head, sum_ = f"<{claim}> ", 0
        for line in {line for line in sink.lines[begun:] if line.startswith(head)}:
            sum_ ^= hash(line)
        self.told[claim] = (sum_, *draft.triple)

    def add_later(self, claim: str, predicate: str, obj: str) -> None:
        """Add a triple of a claim that has been told already."""
        self.sink.add(claim, predicate, obj)
        sum_, subject, relation, object_ = self.told[claim]
        self.told[claim] = (sum_ ^ hash((predicate, obj)), subject, relation, object_)

    def _status(self, draft: Draft, word: str | None) -> None:
        sink = self.sink
        if word is None and sink.guess:
            self.assumed[draft.table.file, "rows without a status are read as stated"] += 1
            sink.add(draft.id, f"<{CB}status>", f"<{CB}Stated>")
        elif word is not None:
            status = sink.lexicon.statuses.get(key(word.removeprefix("cb:")))
            if status is None or (status == CB + "Inferred" and sink.guess):
                known = [one for one in sink.lexicon.statuses if one != "inferred"]
                told = f"“{word}” is no status that a source can give; there are {', '.join(known)}"
                sink.problems.add(
                    draft.table.file, draft.number, "status", told + f".{did_you_mean(word, known)}"
                )
            else:
                sink.add(draft.id, f"<{CB}status>", f"<{status}>")

    def _point(self, draft: Draft, role: str, name: str) -> str | None:
        sink = self.sink
        iri = named(sink, "point", name, draft.table.file, draft.number, role)
        names = sink.registry.sorts["point"]
        if iri and names.given and iri not in names.given:
            listed = f" There are {', '.join(sorted(names.known))}." if len(names.known) <= 12 else ""
            hint = sink.registry.near("point", name) or listed
            told = f"“{name}” is no reveal point of the case.{hint} A new one needs a row in points.csv"
            sink.problems.add(draft.table.file, draft.number, role, told)
            return None
        return iri

    def _sourced(self, draft: Draft, found: dict[str, str]) -> None:
        sink, file = self.sink, draft.table.file
        for name in parts(found.get("evidence", "")):
            if iri := named(sink, "evidence", name, file, draft.number, "evidence"):
                sink.add(draft.id, f"<{PROV}wasDerivedFrom>", f"<{iri}>")
        sources: list[str] = []
        if "source" in found:
            listed = several(sink.registry, "source", found["source"])
            if len(listed) > 1 and ("locator" in found or "quote" in found):
                told = "one place cannot be in several sources. Give each source a row of its own"
                sink.problems.add(file, draft.number, "locator" if "locator" in found else "quote", told)
            sources = [
                iri for name in listed if (iri := named(sink, "source", name, file, draft.number, "source"))
            ]
        elif "evidence" not in found and (sink.guess or "locator" in found or "quote" in found):
            self.assumed[file, "rows without a source are sourced to the file"] += 1
            if iri := named(sink, "source", file.rpartition("/")[2], file, draft.number, "source"):
                sources = [iri]
        for source in sources:
            self._evidence_in(draft, source, found)
        for name in several(sink.registry, "agent", found.get("said by", "")) if "said by" in found else ():
            if iri := named(sink, "agent", name, file, draft.number, "said by"):
                sink.add(draft.id, f"<{PROV}wasAttributedTo>", f"<{iri}>")
        if sink.guess and "said by" not in found:
            self.unsigned.append((draft.id, sources))

    def _evidence_in(self, draft: Draft, source: str, found: dict[str, str]) -> None:
        sink, locator, quote = self.sink, found.get("locator", ""), found.get("quote", "")
        iri = evidence_iri(sink.registry.namespace, source, locator, quote)
        sink.add(draft.id, f"<{PROV}wasDerivedFrom>", f"<{iri}>")
        if iri in self._evidence:
            return
        self._evidence.add(iri)
        sink.add(iri, TYPE, f"<{OA}SpecificResource>")
        sink.add(iri, f"<{OA}hasSource>", f"<{source}>")
        for predicate, term in place_triples(locator) if locator else ():
            sink.add(iri, predicate, term)
        if quote:
            quoted(sink, iri, quote)

    # --- declaring --------------------------------------------------------------------------------

    def own_relations(self) -> dict[str, str]:
        """Return relation -> label, for the relations that this reading has made the case's own."""
        from caseboard.sheets.registry import chosen

        return {iri: chosen(words) for iri, words in sorted(self.spelled.items())}


def evidence_iri(namespace: str, source: str, locator: str, quote: str) -> str:
    """Return the identifier of a place in a source."""
    return f"{namespace}e-{digest(source, locator, quote)}"


def declared(namespace: str, relations: Mapping[str, str], sink: Sink) -> None:
    """Declare the case's own relations, in a family of their own."""
    family = namespace + "family-own"
    if relations:
        sink.add(family, TYPE, f"<{CB}Family>")
        sink.add(family, LABEL, literal("other", "en"))
        sink.add(family, f"<{CB}order>", literal("50", "", "http://www.w3.org/2001/XMLSchema#integer"))
        sink.add(family, f"<{CB}aboutWork>", literal("false", "", "http://www.w3.org/2001/XMLSchema#boolean"))
    for iri, label in relations.items():
        sink.add(iri, TYPE, f"<{CB}Relation>")
        sink.add(iri, LABEL, literal(label))
        sink.add(iri, f"<{CB}inverseLabel>", literal(f"(inverse) {label}"))
        sink.add(iri, f"<{CB}family>", f"<{family}>")
