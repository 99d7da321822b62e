"""RDF that nobody wrote as claims: plain triples, statements about statements, RDF 1.2's annotations."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePath

from caseboard.engine import FILE_FORMATS
from caseboard.errors import CaseError
from caseboard.formats.incoming import Incoming, Reading, Term, Thing, counted
from caseboard.quads import read_quads
from caseboard.terms import CB, PREFIXES, RDF, join_known, local_name, plain

Quad = tuple[str, str, str, str]
Triple = tuple[str, str, str]

_TYPE, _REIFIES = f"<{RDF}type>", f"<{RDF}reifies>"
_PARTS = tuple(f"<{RDF}{part}>" for part in ("subject", "predicate", "object"))
_STATUS, _POINT, _ORDER = f"<{CB}status>", f"<{CB}revealedIn>", f"<{CB}order>"
_LABELS = tuple(
    f"<{PREFIXES[prefix]}{name}>"
    for prefix, name in (
        ("rdfs", "label"),
        ("skos", "prefLabel"),
        ("foaf", "name"),
        ("schema", "name"),
        ("dcterms", "title"),
    )
)
_COMMENTS = tuple(
    f"<{PREFIXES[prefix]}{name}>"
    for prefix, name in (("rdfs", "comment"), ("dcterms", "description"), ("schema", "description"))
)
_SOURCES = tuple(
    f"<{PREFIXES[prefix]}{name}>"
    for prefix, name in (
        ("dcterms", "source"),
        ("prov", "wasDerivedFrom"),
        ("prov", "hadPrimarySource"),
        ("schema", "citation"),
    )
)
_SCHEMA = {
    f"<{PREFIXES[prefix]}{name}>"
    for prefix, names in (
        ("rdfs", ("Class", "Datatype")),
        ("rdf", ("Property",)),
        (
            "owl",
            (
                *("Class", "Ontology", "Restriction", "ObjectProperty", "DatatypeProperty"),
                *("AnnotationProperty", "SymmetricProperty", "TransitiveProperty", "FunctionalProperty"),
            ),
        ),
    )
    for name in names
}
#: What the signs of RDF 1.2 look like; a text may hold them too, and then nothing is found to reify.
_SIGNS = re.compile(rb"reifies|<<|\{\||~")
_OURS = CB.encode()


def needs_reading(data: bytes, *, name: str) -> bool:
    """Say whether a file is RDF that opens as a case only once it is read as claims.

    >>> needs_reading(b"<urn:a> <urn:knows> <urn:b> .", name="a.ttl")
    True
    """
    ending = PurePath(name).suffix.lower()
    if ending not in FILE_FORMATS:
        return False
    if _OURS not in data:
        return bool(data.strip())
    if ending not in (".ttl", ".nt", ".trig", ".nq", ".n3") or not _SIGNS.search(data):
        return False
    return any(p == _REIFIES for _, p, _, _ in read_quads(data, format=ending, name=name))


def read(data: bytes, *, name: str) -> Reading:
    """Return an RDF file as claims: each triple one, and what is said about a triple in its claim.

    What is written as claims already stays as it is.

    Raises:
        CaseError: not valid in the format of its ending.

    >>> read(b"<urn:a> <urn:knows> <urn:b> .", name="a.ttl").claims[0].relation
    'urn:knows'
    """
    quads = read_quads(data, format=PurePath(name).suffix.lower(), name=name)
    if _OURS in data:
        return _ours(quads, name)
    return _plain(quads)


# --- a case of our own, with claims as RDF 1.2 writes them ------------------------------------------


def _ours(quads: Iterable[Quad], name: str) -> Reading:
    """Return the triples of a case, each reifier in them completed to a claim."""
    quads = [quad for quad in quads if quad[3] in ("", f"{CB}claims", f"{CB}vocabulary")]
    reified = {s: inner(o) for s, p, o, _ in quads if p == _REIFIES}
    asserted = set(reified.values())
    kept = [(s, p, o) for s, p, o, _ in quads if p != _REIFIES and (s, p, o) not in asserted]
    has = {(s, p) for s, p, _ in kept}
    ranks = {s: _number(o) for s, p, o in kept if p == _ORDER}
    points = [s for s, p, o in kept if p == _TYPE and o == f"<{CB}RevealPoint>"]
    first = min(points, key=lambda point: (ranks.get(point, 0.0), point), default="")
    if not first and any((claim, _POINT) not in has for claim in reified):
        raise CaseError(
            "no reveal point is described, so nothing says from when on its annotated triples are known. "
            "Describe one: a cb:RevealPoint with rdfs:label and cb:order",
            file=name,
        )
    triples = list(kept)
    assumed: Counter[str] = Counter()
    for claim, parts in sorted(reified.items()):
        subject = _claim_iri(claim, parts)
        triples = (
            [(subject if s == claim else s, p, o) for s, p, o in triples] if subject != claim else triples
        )
        triples += [(subject, _TYPE, f"<{CB}Claim>"), (subject, _TYPE, f"<{RDF}Statement>")]
        triples += [(subject, part, value) for part, value in zip(_PARTS, parts, strict=True)]
        for part, value, words in (
            (_STATUS, f"<{CB}Stated>", "status: taken as stated"),
            (_POINT, first, "point"),
        ):
            if (claim, part) not in has:
                triples.append((subject, part, value))
                assumed[words] += 1
    said = [f"{counted(number, 'annotated triple')} without a {words}" for words, number in assumed.items()]
    return Reading(format="RDF", claims=(), triples=tuple(dict.fromkeys(triples)), said=tuple(said))


def inner(term: str) -> Triple:
    """Return the three terms of a triple as RDF 1.2 writes it in N-Triples.

    >>> inner('<<( <urn:a> <urn:b> "c d" )>>')
    ('<urn:a>', '<urn:b>', '"c d"')
    """
    subject, predicate, obj = term.removeprefix("<<(").removesuffix(")>>").strip().split(" ", 2)
    return subject, predicate, obj


def _claim_iri(claim: str, parts: Triple) -> str:
    if not claim.startswith("_:"):
        return claim
    return (
        f"<https://w3id.org/caseboard/file/claim-{hashlib.sha256(' '.join(parts).encode()).hexdigest()[:12]}>"
    )


def _number(literal: str) -> float:
    try:
        return float(plain(literal.split("^^")[0]))
    except ValueError:
        return 0.0  # `check` reports an order that is no number


# --- RDF that knows nothing of us ------------------------------------------------------------------


def _plain(quads: list[Quad]) -> Reading:
    about: dict[str, list[tuple[str, str]]] = {}
    for s, p, o, _ in quads:
        about.setdefault(s, []).append((p, o))
    keys = _keys(about)
    statements = _statements(about)
    schema = {s for s, said in about.items() if any(p == _TYPE and o in _SCHEMA for p, o in said)}
    # What stands only in the description of a class or property goes with it.
    inside = {o for s in schema for _, o in about[s] if o.startswith("_:")}
    skipped = schema | inside | set(statements)
    told = Counter(quad[:3] for quad in quads)
    claims = list(_claims(quads, keys, skipped, {triple: c for c, triple in statements.items()}, about))
    for claim, triple in sorted(statements.items()):
        if triple not in told and triple[1] != _TYPE:
            claims.append(_claim(triple, "", keys, _annotation(about[claim]), claim))
    things = {
        keys[s]: _thing(keys[s], s, said) for s, said in about.items() if s not in skipped and s in keys
    }
    # What is only an object is itself too, so that it is the same thing once somebody describes it.
    ends = {
        end
        for claim in claims
        for end in ((claim.subject,) if claim.literal else (claim.subject, claim.object))
    }
    iris = {plain(term) for term in keys if term.startswith("<")}
    things |= {end: Thing(end, label=_words(end), iri=end) for end in ends & iris - things.keys()}
    used = {claim.relation for claim in claims}
    terms = {plain(s): Term(_label(said) or _words(plain(s))) for s, said in about.items() if s in schema}
    terms |= {relation: Term(_words(relation)) for relation in used if relation not in terms}
    said = []
    if ontology := sum(len(about[s]) for s in schema | inside if s in about):
        said.append(
            f"{counted(ontology, 'triple')} about classes and properties: only their labels are taken"
        )
    if kinds := [s for s, all_ in about.items() if s not in skipped and sum(p == _TYPE for p, _ in all_) > 1]:
        listed = join_known([local_name(plain(one)) for one in sorted(kinds)])
        said.append(f"of several kinds the first by the alphabet is taken: {listed}")
    if any(key.startswith("nameless") for key in keys.values()):
        said.append("things without an IRI are named by what is said of them")
    return Reading(
        format="RDF",
        claims=tuple(claims),
        things=things,
        terms=terms,
        sources={quad[3]: local_name(quad[3]) for quad in quads if quad[3]},
        said=tuple(said),
    )


def _keys(about: Mapping[str, list[tuple[str, str]]]) -> dict[str, str]:
    """Return term -> key of whatever is no text; a blank node's is made of what is said of it."""
    found: dict[str, str] = {}
    taken: Counter[str] = Counter()
    terms = set(about) | {o for said in about.values() for _, o in said if o[0] in "<_"}
    texts = {
        term: "\n".join(sorted(f"{p} {'_:' if o.startswith('_:') else o}" for p, o in about.get(term, ())))
        for term in terms
        if term.startswith("_:")
    }
    for term in sorted(terms, key=lambda one: (texts.get(one, ""), one)):
        if term.startswith("<<"):
            continue
        if term.startswith("_:"):
            key = f"nameless-{hashlib.sha256(texts[term].encode()).hexdigest()[:8]}"
            taken[key] += 1
            found[term] = key if taken[key] == 1 else f"{key}-{taken[key]}"
        else:
            found[term] = plain(term)
    return found


def _statements(about: Mapping[str, list[tuple[str, str]]]) -> dict[str, Triple]:
    """Return what speaks of a triple -> the triple, as RDF 1.1 and RDF 1.2 write it."""
    found: dict[str, Triple] = {}
    for s, said in about.items():
        values = dict(said)
        if _REIFIES in values:
            found[s] = inner(values[_REIFIES])
        elif all(part in values for part in _PARTS):
            found[s] = (values[_PARTS[0]], values[_PARTS[1]], values[_PARTS[2]])
    return found


def _claims(
    quads: Iterable[Quad],
    keys: Mapping[str, str],
    skipped: set[str],
    spoken_of: Mapping[Triple, str],
    about: Mapping[str, list[tuple[str, str]]],
) -> Iterator[Incoming]:
    for s, p, o, graph in quads:
        if s in skipped or p == _TYPE or o.startswith("<<"):
            continue
        if p in (*_LABELS, *_COMMENTS) and o == _chosen(about[s], _LABELS if p in _LABELS else _COMMENTS):
            continue
        by = spoken_of.get((s, p, o))
        yield _claim((s, p, o), graph, keys, _annotation(about[by]) if by else {}, by or "")


def _claim(
    triple: Triple, graph: str, keys: Mapping[str, str], annotation: Mapping[str, str], by: str
) -> Incoming:
    s, p, o = triple
    literal = o.startswith('"')
    return Incoming(
        subject=keys.get(s) or plain(s),
        relation=plain(p),
        object=plain(o.rpartition('"')[0] + '"') if literal else keys.get(o) or plain(o),
        literal=literal,
        term=o if literal and not o.endswith('"') else "",
        source=annotation.get("source") or graph,
        note=annotation.get("note", ""),
        id=plain(by) if by.startswith("<http") else "",
    )


def _annotation(said: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return what is said about a triple: its source where it has one, all else as a note."""
    source = next((_value(o) for p, o in sorted(said) if p in _SOURCES), "")
    notes = [_value(o) for p, o in sorted(said) if p in _COMMENTS]
    rest = [
        f"{_words(plain(p))}: {_value(o)}"
        for p, o in sorted(said)
        if p not in (*_PARTS, *_SOURCES, *_COMMENTS, _TYPE, _REIFIES)
    ]
    return {"source": source, "note": "; ".join([*notes, *rest])}


def _thing(key: str, term: str, said: Iterable[tuple[str, str]]) -> Thing:
    kind = min((plain(o) for p, o in said if p == _TYPE and o.startswith("<")), default="")
    label = _label(said) or (_words(plain(term)) if term.startswith("<") else key)
    comment = _chosen(said, _COMMENTS)
    return Thing(
        key=key,
        label=label,
        kind=kind,
        comment=_value(comment) if comment else "",
        iri=plain(term) if term.startswith("<") else "",
    )


def _label(said: Iterable[tuple[str, str]]) -> str:
    chosen = _chosen(said, _LABELS)
    return _value(chosen) if chosen else ""


def _chosen(said: Iterable[tuple[str, str]], predicates: tuple[str, ...]) -> str:
    """Return the literal to show of several: by predicate, English before no language before another."""
    ranked = [
        (predicates.index(p), 0 if o.endswith("@en") else 1 if o.endswith('"') else 2, o)
        for p, o in said
        if p in predicates and o.startswith('"')
    ]
    return min(ranked)[2] if ranked else ""


def _value(term: str) -> str:
    return plain(term.rpartition('"')[0] + '"') if term.startswith('"') else plain(term)


def _words(iri: str) -> str:
    """Return the last part of an IRI as words: ``worksFor`` reads ``works for``."""
    name = local_name(iri)
    parted = re.sub(r"(?<=[a-z0-9])[A-Z](?=[a-z])", lambda found: f" {found[0].lower()}", name)
    return parted.replace("_", " ").strip() or iri
