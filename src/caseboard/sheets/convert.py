"""Tables to the triples of a case, with all that they leave open filled in and said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from caseboard.pause import paused_collection
from caseboard.sheets.claimrows import ClaimReader, declared
from caseboard.sheets.drafts import Told
from caseboard.sheets.lexicon import Lexicon
from caseboard.sheets.naming import local
from caseboard.sheets.problems import Problems
from caseboard.sheets.reading import Table
from caseboard.sheets.records import LABEL, PROV, TYPE, Sink, read_records
from caseboard.sheets.registry import TYPES, Registry, chosen
from caseboard.sheets.settings import OWN, Settings
from caseboard.sheets.values import literal
from caseboard.terms import CB, XSD, local_name

#: Where a name may be several kinds, the first of these is taken.
_LIKELY = tuple(
    CB + kind
    for kind in ("Person", "Organisation", "Group", "Place", "Event", "Object", "Information", "Work")
)
_FIRST = "the start"


@dataclass(frozen=True, slots=True)
class Conversion:
    """What tables say, as N-Triples.

    Attributes:
        data: the triples.
        places: claim -> the file and row in which it stands.
        notes: what was guessed or filled in, in sentences.
        relations: relation that became the case's own -> its label.
        prefixes: prefix -> namespace, for whoever reads the case.
        declarations: those of the triples that declare the case's own relations.
        told: claim -> what it says, in short.
        labels: IRI -> its labels, as terms.
        loose: whether any row leaves out a status or a point, and nothing is to be filled in.
    """

    data: bytes
    places: Mapping[str, tuple[str, int]]
    notes: tuple[str, ...]
    relations: Mapping[str, str]
    prefixes: Mapping[str, str]
    declarations: bytes = b""
    told: Mapping[str, Told] = field(default_factory=dict)
    labels: Mapping[str, Sequence[str]] = field(default_factory=dict)
    loose: bool = False


def convert(
    claims: Sequence[tuple[Table, Mapping[str, str]]],
    records: Mapping[str, list[Table]],
    *,
    settings: Settings,
    lexicon: Lexicon,
    problems: Problems | None = None,
    keep: bool = True,
) -> Conversion:
    """Return what tables say.

    Args:
        claims: tables of claims, each with the mapping of its columns.
        records: the other tables, by what they hold.
        settings: of the case.
        lexicon: the words of the vocabulary, and what the case's RDF files describe.
        problems: what is known to be wrong already.
        keep: whether the triples are wanted; without them the rest is the same.

    Raises:
        SheetError: with every problem of every table.
    """
    problems = problems or Problems()
    lexicon = replace(
        lexicon,
        described={iri: set(types) for iri, types in lexicon.described.items()},
        points=dict(lexicon.points),
    )
    prefixes = {OWN: settings.namespace, **settings.prefixes}
    registry = Registry(settings.namespace, lexicon, {**lexicon.prefixes, **prefixes})
    sink = Sink(registry, lexicon, problems, settings.guess, keep)
    if settings.title and settings.case:
        case = registry.iri(settings.case) or settings.namespace + "case"
        sink.add(case, TYPE, f"<{CB}Case>")
        sink.add(case, LABEL, literal(settings.title, settings.language))
        if settings.about:
            sink.add(
                case,
                "<http://www.w3.org/2000/01/rdf-schema#comment>",
                literal(settings.about, settings.language),
            )
    read_records(sink, records)
    reader = ClaimReader(sink, settings)
    # All that is made here stays.
    with paused_collection():
        reader.read(list(claims))
    problems.refuse()
    notes = [*dict.fromkeys(note for table, _ in claims for note in table.notes), *reader.notes]
    notes += [note for tables in records.values() for table in tables for note in table.notes]
    notes += [
        f"{file}: {told}" + (f" ({count:,})" if told.startswith("rows") else "")
        for (file, told), count in reader.assumed.items()
    ]
    relations = reader.own_relations()
    sink.pack()
    declared(settings.namespace, relations, sink)
    own = "".join(sink.lines).encode("utf-8", "replace")
    if relations:
        notes.append(f"relations of the case's own: {_listed(list(relations.values()))}")
    if settings.guess:
        notes += _points(sink, reader)
        notes += _signed(sink, reader)
        notes += _kinds(sink, reader)
        _labels(sink)
    notes += _variants(registry)
    return Conversion(
        sink.data(),
        reader.places,
        tuple(notes),
        relations,
        prefixes,
        own,
        reader.told,
        sink.labels,
        reader.loose,
    )


def _points(sink: Sink, reader: ClaimReader) -> list[str]:
    """Give every point a place and every claim a point."""
    names, notes = sink.registry.sorts["point"], []
    if names.new and not names.given:
        found = {iri: chosen(words) for iri, words in names.new.items()}
        numbered = {iri: _numbers(label) for iri, label in found.items()}
        if all(numbered.values()) and len(set(numbered.values())) == len(found):
            ordered = sorted(found, key=lambda iri: numbered[iri])
            how = "by the numbers in their names"
        else:
            ordered, how = list(found), "as the rows first name them"
        for place, iri in enumerate(ordered, 1):
            sink.lexicon.points[iri] = place
            sink.add(iri, f"<{CB}order>", literal(str(place), "", XSD + "integer"))
        if len(ordered) > 1:
            listed = _listed([found[iri] for iri in ordered])
            notes.append(f"reveal points are put in order {how}: {listed} (points.csv says otherwise)")
    known = dict(sink.lexicon.points)
    if not known and reader.unplaced:
        first = sink.registry.namespace + local(_FIRST, "point-")
        known[first] = 1.0
        names.new[first] = Counter([_FIRST])
        sink.add(first, f"<{CB}order>", literal("1", "", XSD + "integer"))
    if reader.unplaced:
        first = min(known, key=lambda iri: (known[iri], iri))
        for claim in reader.unplaced:
            reader.add_later(claim, f"<{CB}revealedIn>", f"<{first}>")
    return notes


def _numbers(label: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", label)))


def _signed(sink: Sink, reader: ClaimReader) -> list[str]:
    """Attribute every claim that nobody signs to the author of its source."""
    authors = dict(sink.authors)
    labels = {iri: chosen(words) for iri, words in sink.registry.sorts["source"].new.items()}
    for claim, sources in reader.unsigned:
        for source in sources[:1]:
            if source not in authors:
                label = labels.get(source) or _label_of(sink, source)
                name = f"the author of {label}"
                signed = sink.registry.find("agent", name)
                authors[source] = signed if isinstance(signed, list) else [signed]
            for agent in dict.fromkeys(authors[source]):
                reader.add_later(claim, f"<{PROV}wasAttributedTo>", f"<{agent}>")
    return []


def _label_of(sink: Sink, iri: str) -> str:
    known = sink.registry.sorts["source"].known
    return next((name for name, iris in known.items() if iri in iris), local_name(iri))


def _kinds(sink: Sink, reader: ClaimReader) -> list[str]:
    """Give a kind to everybody and everything that nothing gives one to."""
    kinds = set(sink.lexicon.kinds.values())
    guessed: Counter[str] = Counter()
    loose_ = 0
    words = {iri: word for word, iri in sorted(sink.lexicon.kinds.items(), reverse=True) if ":" not in word}
    names = sink.registry.sorts["entity"]
    for iri in {
        **dict.fromkeys(reader.allowed),
        **dict.fromkeys(names.new),
        **dict.fromkeys(sorted(names.given)),
    }:
        if sink.lexicon.described.get(iri, set()) & kinds or iri in sink.lexicon.outer:
            continue
        allowed = reader.allowed.get(iri)
        if not allowed:
            loose_ += 1
            kind = _LIKELY[0]
        else:
            kind = next((one for one in _LIKELY if one in allowed), min(allowed))
            guessed[kind] += 1
        sink.add(iri, TYPE, f"<{kind}>")
    notes = []
    if guessed:
        told = ", ".join(f"{count:,} as {words[kind]}" for kind, count in sorted(guessed.items()))
        notes.append(f"kinds guessed from the relations: {told} (entities.csv says otherwise)")
    if loose_:
        told = f"{loose_:,} of which nothing says the kind are taken as {words[_LIKELY[0]]}"
        notes.append(f"{told} (entities.csv says otherwise)")
    return notes


def _labels(sink: Sink) -> None:
    """Describe whatever only cells name, by the spelling that is used most."""
    for sort in ("entity", *TYPES):
        for iri, spellings in sink.registry.sorts[sort].new.items():
            if sort in TYPES:
                sink.add(iri, TYPE, f"<{TYPES[sort]}>")
            if spellings:
                sink.add(iri, LABEL, literal(chosen(spellings)))


def _variants(registry: Registry) -> list[str]:
    notes = []
    for names in registry.sorts.values():
        for spellings in names.new.values():
            if len(spellings) > 1:
                best = chosen(spellings)
                others = _listed([f"“{one}”" for one in sorted(spellings) if one != best])
                notes.append(f"{others} read as “{best}”")
    return notes if len(notes) <= 5 else [*notes[:5], f"and {len(notes) - 5} more names in several spellings"]


def _listed(names: Sequence[str], limit: int = 8) -> str:
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more
