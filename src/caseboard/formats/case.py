"""What a reader took from a file, as a case: the one function that writes foreign claims as ours."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from caseboard.formats.incoming import Incoming, Reading, Telling, Term, counted
from caseboard.formats.words import Ids, Words, folded
from caseboard.model import STATUSES
from caseboard.terms import CB, PREFIXES, RDF, RDFS, join_known, local_name

#: Where the names of things that have no IRI of their own live, by the file that they come from.
BASE = "https://w3id.org/caseboard/file/"
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]+\Z")
_CONTROL = re.compile(r"[\x00-\x20\x7f]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


@dataclass(frozen=True, slots=True)
class Converted:
    """A case as Turtle, and a sentence for each thing that was assumed or that a claim cannot hold."""

    data: bytes
    said: tuple[str, ...]

    @property
    def triples(self) -> bytes:
        """The case as N-Triples, which have no prefixes."""
        return self.data.partition(b"\n")[2]

    @property
    def prefixes(self) -> Mapping[str, str]:
        """The prefix of its names."""
        _, prefix, base, _ = self.data.partition(b"\n")[0].decode().split(" ")
        return {prefix.removesuffix(":"): base.strip("<>")}


def convert(reading: Reading, *, name: str, title: bool = True, telling: Telling | None = None) -> Converted:
    """Return what a reader took from a file as a case in Turtle, one triple a line.

    What says no status is stated; what says no point is known from the first; what names no source is said in
    the file. Relations and kinds that the vocabulary does not know become the case's own.

    Args:
        reading: the claims.
        name: the file, as people know it.
        title: whether to describe the case itself, its title and what was assumed.
        telling: the reveal points of the case that the claims come to; their own ones follow these.

    >>> from caseboard.formats.incoming import Incoming, Reading
    >>> converted = convert(Reading("a list", (Incoming("ada", "helps", "iris"),)), name="two.txt")
    >>> converted.said[0]
    '1 claim says no status: taken as stated'
    """
    writer = _Writer(reading, PurePath(name).name or name, telling or Telling())
    lines = writer.lines(title=title)
    return Converted("".join(lines).encode(), tuple(writer.said))


def things(reading: Reading, *, name: str) -> frozenset[str]:
    """Return the IRIs that `convert` gives to whatever the claims of a file are about."""
    return frozenset(_Writer(reading, PurePath(name).name or name, Telling()).iris.values())


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")


class _Writer:
    """Writes one reading; what it assumes on the way is in ``said``."""

    def __init__(self, reading: Reading, name: str, telling: Telling) -> None:
        self.reading, self.name, self.telling = reading, name, telling
        stem, whole = _slug(name.rsplit(".", 1)[0]) or "file", _slug(name)
        # Two files of one case may differ in no more than their ending, or in letters that no IRI shows.
        if not re.fullmatch(r"[a-z0-9 ._-]+", name.casefold()):
            whole += f"-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}"
        self.ids = Ids(f"{BASE}{whole.strip('-')}/")
        self.prefix = stem if stem[0].isalpha() and stem not in PREFIXES else f"file-{stem}"
        self.keys = {end for claim in reading.claims for end in _ends(claim)} | set(reading.things)
        own_iris = [thing.iri for thing in reading.things.values() if _IRI.match(thing.iri)]
        shared = {iri for iri, number in Counter(own_iris).items() if number > 1}
        # Sorted, so that the same content in another order gets the same names.
        self.iris = {key: self._thing_iri(key, shared) for key in sorted(self.keys)}
        self.vocabulary = Words()
        self.said: list[str] = []
        self.assumed: Counter[str] = Counter()
        self.unknown: dict[str, Counter[str]] = {
            "relation": Counter(),
            "kind": Counter(),
            "status": Counter(),
        }
        self.out: dict[tuple[str, str, str], None] = {}

    def lines(self, *, title: bool) -> list[str]:
        """Return the case a triple a line, after the prefix of its names."""
        reading = self.reading
        prefix = f"@prefix {self.prefix}: <{self.ids.base}> .\n"
        ours = [f"{s} {p} {o} .\n" for s, p, o in reading.triples]
        if not reading.claims:
            self.said += reading.said
            return [prefix, *ours]
        texts = {claim.relation for claim in reading.claims if claim.literal}
        self.both = texts & {claim.relation for claim in reading.claims if not claim.literal}
        self.points = dict(reading.points) or {"": "the start"}
        self.first = next(iter(self.points))
        guessed: dict[str, set[tuple[str, bool]]] = {}
        repeated: Counter[str] = Counter()
        for claim in reading.claims:
            self._claim(claim, guessed, repeated)
        for key in sorted(self.keys):
            self._describe(key, guessed.get(key, set()))
        self._row()
        self._tell()
        told = " ".join(f"{sentence[0].upper()}{sentence[1:]}." for sentence in self.said)
        self._add(self.source(""), f"{RDFS}comment", _text(told or "Nothing was left out or assumed."))
        if title:
            case = (
                self.ids.iri("", "case") if "case" not in self.keys else self.ids.iri("case", "of-the-file")
            )
            self._add(case, f"{RDF}type", f"<{CB}Case>")
            self._add(case, f"{RDFS}label", _text(_line(reading.title or self.name)))
            comment = f"Read from {self.name}, {reading.format}. {told}"
            self._add(case, f"{RDFS}comment", _text(comment.strip()))
        return [prefix, *ours, *(f"<{s}> <{p}> {o} .\n" for s, p, o in sorted(self.out))]

    def _thing_iri(self, key: str, shared: Collection[str]) -> str:
        thing = self.reading.things.get(key)
        if thing and _IRI.match(thing.iri) and thing.iri not in shared:
            return thing.iri
        return self.ids.iri("", key)

    def _add(self, subject: str, predicate: str, obj: str) -> None:
        self.out[subject, predicate, obj] = None

    def source(self, key: str) -> str:
        """Return the IRI of a source, which is described once; "" is the file itself."""
        iri = self.ids.iri("source", key or "this-file")
        self._add(iri, f"{RDF}type", f"<{CB}Source>")
        self._add(iri, f"{RDFS}label", _text(_line(self.reading.sources.get(key) or key or self.name)))
        return iri

    def _agent(self, key: str, source: str) -> str:
        iri = self.ids.iri("agent", key or source or "this-file")
        label = key or f"whoever wrote {self.reading.sources.get(source) or source or self.name}"
        self._add(iri, f"{RDF}type", f"<{CB}Agent>")
        self._add(iri, f"{RDFS}label", _text(_line(label)))
        return iri

    def _claim(
        self, claim: Incoming, guessed: dict[str, set[tuple[str, bool]]], repeated: Counter[str]
    ) -> None:
        relation, swapped = self._relation(claim)
        subject, obj = (
            (self.iris[end] for end in _ends(claim)) if not claim.literal else (self.iris[claim.subject], "")
        )
        if not claim.literal:
            for end, is_object in ((claim.subject, swapped), (claim.object, not swapped)):
                guessed.setdefault(end, set()).add((relation, is_object))
            subject, obj = (obj, subject) if swapped else (subject, obj)
        object_ = claim.term or _text(claim.object) if claim.literal else f"<{obj}>"
        status, point = self._status(claim), self._point(claim.point, "point")
        key = claim.id
        if not key or self._taken(key):
            digest = hashlib.sha256(
                "\n".join((subject, relation, object_, claim.source, claim.point, status)).encode(
                    "utf-8", "replace"
                )
            )
            key = digest.hexdigest()[:12]
        repeated[key] += 1
        if repeated[key] > 1:
            key = f"{key}-{repeated[key]}"
        iri = key if "://" in key and _IRI.match(key) else self.ids.iri("c", key.removeprefix("c-"))
        for predicate, value in (
            (f"{RDF}type", f"<{CB}Claim>"),
            (f"{RDF}type", f"<{RDF}Statement>"),
            (f"{RDF}subject", f"<{subject}>"),
            (f"{RDF}predicate", f"<{relation}>"),
            (f"{RDF}object", object_),
            (f"{CB}status", f"<{status}>"),
            (f"{CB}revealedIn", f"<{point}>"),
            (f"{PREFIXES['prov']}wasDerivedFrom", f"<{self._evidence(claim)}>"),
            (f"{PREFIXES['prov']}wasAttributedTo", f"<{self._agent(claim.agent, claim.source)}>"),
        ):
            self._add(iri, predicate, value)
        if claim.note:
            self._add(iri, f"{RDFS}comment", _text(claim.note))
        if claim.refuted:
            self._add(iri, f"{CB}refutedIn", f"<{self._point(claim.refuted, 'refutation')}>")
        for thread in claim.threads:
            named = self.ids.iri("thread", thread)
            self._add(iri, f"{CB}partOfThread", f"<{named}>")
            self._add(named, f"{RDF}type", f"<{CB}Thread>")
            self._add(named, f"{RDFS}label", _text(_line(thread)))

    def _taken(self, key: str) -> bool:
        return not key.isascii() or len(key) > 200

    def _relation(self, claim: Incoming) -> tuple[str, bool]:
        """Return the IRI of a relation, and whether the claim says it the other way round."""
        term = self.reading.terms.get(claim.relation, Term(claim.relation))
        own = bool(_IRI.match(claim.relation))
        # What has an IRI means what its makers say, whatever words they have for it.
        for word in (claim.relation,) if own else (claim.relation, term.label):
            if known := self.vocabulary.relations.get((folded(word), claim.literal)):
                return known
        self.unknown["relation"][claim.relation] += 1
        iri = claim.relation
        if not own or (claim.literal and claim.relation in self.both):
            iri = self.ids.iri("attribute" if claim.literal else "relation", claim.relation)
        label = _line(term.label or claim.relation)
        self._add(iri, f"{RDF}type", f"<{CB}Relation>")
        self._add(iri, f"{RDFS}label", _text(label))
        if claim.literal:
            self._add(iri, f"{RDF}type", f"<{CB}Attribute>")
            self._add(iri, f"{CB}family", f"<{self._family(term.family or 'description')}>")
            return iri, False
        if term.symmetric:
            self._add(iri, f"{RDF}type", f"<{PREFIXES['owl']}SymmetricProperty>")
        back = term.inverse or (label if term.symmetric else f"{label} (the other way round)")
        self._add(iri, f"{CB}inverseLabel", _text(_line(back)))
        self._add(iri, f"{CB}family", f"<{self._family(term.family)}>")
        return iri, False

    def _family(self, word: str) -> str:
        known = self.vocabulary.families.get(folded(word))
        if known:
            return known
        iri = self.ids.iri("family", word or "link")
        self._add(iri, f"{RDF}type", f"<{CB}Family>")
        self._add(iri, f"{RDFS}label", _text(_line(word or "link")))
        self._add(iri, f"{CB}aboutWork", '"false"^^<http://www.w3.org/2001/XMLSchema#boolean>')
        return iri

    def _status(self, claim: Incoming) -> str:
        word = folded(claim.status)
        if not word:
            self.assumed["says no status: taken as stated"] += 1
        elif word not in STATUSES or word == "inferred":
            self.unknown["status"][claim.status] += 1
        return CB + (word if word in STATUSES and word != "inferred" else STATUSES[0]).title()

    def _point(self, key: str, what: str) -> str:
        if not key and what == "point" and key not in self.reading.points:
            self.assumed["says no point of the telling: taken as known from the first"] += 1
        there = list(self.telling.points.values())
        if not key and there:
            return there[0]
        if key not in self.points:
            if key:
                self.points[key] = key
            else:
                key = self.first
        return self.telling.points.get(_line(self.points[key])) or self.ids.iri("point", key or "start")

    def _row(self) -> None:
        """Describe the points that the case does not have, after those that it has."""
        there = self.telling.points
        own = [
            (key, _line(label))
            for key, label in self.points.items()
            if not there or (key and _line(label) not in there)
        ]
        for order, (key, label) in enumerate(own, self.telling.last + 1):
            iri = self.ids.iri("point", key or "start")
            self._add(iri, f"{RDF}type", f"<{CB}RevealPoint>")
            self._add(iri, f"{RDFS}label", _text(label))
            self._add(iri, f"{CB}order", f'"{order}"^^<http://www.w3.org/2001/XMLSchema#integer>')
        if there and own:
            listed = join_known([label for _, label in own])
            self.said.append(f"its reveal points are put after those that the case has: {listed}")

    def _evidence(self, claim: Incoming) -> str:
        if not claim.source:
            self.assumed[f"names no source: said in {self.name}"] += 1
        source = self.source(claim.source)
        key = "\n".join((claim.source, claim.locator, claim.quote)).strip()
        iri = self.ids.iri("e", key or "this-file")
        oa = PREFIXES["oa"]
        self._add(iri, f"{RDF}type", f"<{oa}SpecificResource>")
        self._add(iri, f"{oa}hasSource", f"<{source}>")
        if claim.locator:
            self._add(iri, f"{CB}section", _text(_line(claim.locator)))
        if claim.quote:
            selector = f"{iri}-quote"
            self._add(iri, f"{oa}hasSelector", f"<{selector}>")
            self._add(selector, f"{RDF}type", f"<{oa}TextQuoteSelector>")
            self._add(selector, f"{oa}exact", _text(claim.quote))
        return iri

    def _describe(self, key: str, places: set[tuple[str, bool]]) -> None:
        thing = self.reading.things.get(key)
        iri, word = self.iris[key], thing.kind if thing else ""
        kind = self.vocabulary.kinds.get(folded(word))
        if not word and (kind := self.vocabulary.fitting(sorted(places))):
            self.assumed["thing without a kind: guessed from the relations"] += 1
        if kind is None:
            self.unknown["kind"][word] += 1
            kind = word if _IRI.match(word) else self.ids.iri("kind", word or "thing")
            label = (
                self.reading.terms[word].label if word in self.reading.terms else local_name(word) or "thing"
            )
            self._add(kind, f"{RDF}type", f"<{RDFS}Class>")
            self._add(kind, f"{RDFS}subClassOf", f"<{CB}Entity>")
            self._add(kind, f"{RDFS}label", _text(_line(label)))
        self._add(iri, f"{RDF}type", f"<{kind}>")
        if thing and thing.unknown:
            self._add(iri, f"{RDF}type", f"<{CB}Unknown>")
        label = (thing.label if thing else "") or (local_name(key) if _IRI.match(key) else key)
        self._add(iri, f"{RDFS}label", _text(_line(label)))
        if thing and thing.comment:
            self._add(iri, f"{RDFS}comment", _text(thing.comment))

    def _tell(self) -> None:
        for what, number in self.assumed.items():
            if what.startswith("thing"):
                self.said.append(what.replace("thing", counted(number, "thing"), 1))
            else:
                verb, _, rest = what.partition(" ")
                self.said.append(
                    f"{counted(number, 'claim')} {verb if number == 1 else _plural(verb)} {rest}"
                )
        for what, found in self.unknown.items():
            if found and what == "status":
                self.said.append(f"taken as stated, since these are no statuses: {join_known(sorted(found))}")
            elif found:
                listed = join_known(
                    [f"{word or 'thing'} ({number})" for word, number in sorted(found.items())]
                )
                self.said.append(f"{what}s that the vocabulary does not have become the case's own: {listed}")
        self.said += self.reading.said


def _plural(verb: str) -> str:
    return {"says": "say", "names": "name"}[verb]


def _ends(claim: Incoming) -> tuple[str, ...]:
    return (claim.subject,) if claim.literal else (claim.subject, claim.object)


def _line(text: str) -> str:
    """Return a label on one line: `check` refuses others."""
    return _CONTROL.sub(" ", text).strip() or "(no name)"


def _text(text: str) -> str:
    # Half a character is in no encoding of Unicode.
    whole = _SURROGATE.sub("\ufffd", text)
    return f'"{whole.translate(_ESCAPES)}"'
