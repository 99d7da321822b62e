"""What a case says of the things on a page, triple by triple, packed for the page to write as Turtle."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from caseboard.store import CLAIMS
from caseboard.terms import CB, PREFIXES, RDF, plain

if TYPE_CHECKING:
    from caseboard.claims import Case
    from caseboard.store import Triple

# Words of a source are in a page only where somebody holds a copy of it against the case.
_PASSAGES = {f"<{PREFIXES['oa']}{name}>" for name in ("exact", "prefix", "suffix")}
_END = re.compile(r'"@[A-Za-z0-9-]+\Z')
_IS_CASE = (f"<{RDF}type>", f"<{CB}Case>")


def described(
    case: Case,
    *,
    entities: Collection[str],
    claims: Collection[str],
    told: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    """Return the triples about these entities and claims, about what they rest on, the points and the case.

    Of what is said in several languages it is the case's own; passages of sources are left out.

    Args:
        case: the claims.
        entities: ids of the entities that a page shows.
        claims: ids of the claims that it shows; of others nothing is said.
        told: id -> IRI of a predicate -> the text that the page has for it anyway, which is not said twice.

    Returns:
        ``case``, the id of the case; ``terms``, the distinct terms; ``about``, id -> the places of predicate
        and object among the terms, one after the other. A term is an id, or a literal as N-Triples has it;
        one that begins with ``@``, ``^`` or with nothing is the end of a literal whose text is told.

    >>> import caseboard
    >>> from caseboard.terms import RDFS
    >>> case, told = caseboard.open("harbour").case, {"ex:ada": {f"{RDFS}label": "Ada Lind"}}
    >>> found = described(case, entities=["ex:ada"], claims=[], told=told)
    >>> [found["terms"][place] for place in found["about"]["ex:ada"]]
    ['rdf:type', 'cb:Person', 'rdfs:comment', '"A harbour pilot."@en', 'rdfs:label', '@en']
    """
    said: dict[str, list[tuple[str, str]]] = {}
    for subject, predicate, obj in _shown(case, set(claims)):
        said.setdefault(subject, []).append((predicate, obj))
    for subject, pairs in said.items():
        spoken = _spoken(pairs, f"@{case.language}")
        said[subject] = sorted(spoken, key=lambda pair: (pair[0], _signature(pair[1], said)))
    heads = sorted(subject for subject, pairs in said.items() if _IS_CASE in pairs)
    shown = {*entities, *claims, *(point.id for point in case.points)}
    roots = [subject for subject in said if case.curie(plain(subject)) in shown]
    wanted = [*heads, *sorted(roots, key=lambda root: _signature(root, said))]
    ids: dict[str, str] = {}
    places: dict[str, int] = {}
    about: dict[str, list[int]] = {}

    def id_of(term: str) -> str:
        if term not in ids:
            ids[term] = case.curie(plain(term))
            # A blank node's label differs each time it is read; what is shown goes by its own.
            if term.startswith("_:") and ids[term] not in shown:
                ids[term] = f"_:d{len(ids)}"
        return ids[term]

    for subject in wanted:
        if (name := id_of(subject)) in about:
            continue
        about[name] = []
        for predicate, obj in said[subject]:
            verb, text = id_of(predicate), told.get(name, {}).get(plain(predicate))
            for term in (verb, _packed(obj, text) if obj.startswith('"') else id_of(obj)):
                about[name].append(places.setdefault(term, len(places)))
            if obj in said:
                wanted.append(obj)
    return {"case": id_of(heads[0]) if heads else "", "terms": list(places), "about": about}


def _shown(case: Case, claims: set[str]) -> Iterator[Triple]:
    """Yield what is said, without what speaks of claims that are not shown."""
    others = {str(row[0]) for row in case.core if case.curie(row[0]) not in claims}
    for subject, predicate, obj in case.store.triples(CLAIMS):
        named = {plain(term) for term in (subject, obj) if not term.startswith('"')}
        if predicate not in _PASSAGES and named.isdisjoint(others):
            yield subject, predicate, obj


def _spoken(pairs: list[tuple[str, str]], tag: str) -> list[tuple[str, str]]:
    """Leave out what is also said in the case's language, which the page speaks."""
    ours = {predicate for predicate, obj in pairs if obj.endswith(f'"{tag}')}
    return [(p, o) for p, o in pairs if p not in ours or o.endswith(f'"{tag}') or _END.search(o) is None]


def _packed(literal: str, text: str | None) -> str:
    """Return a literal, or its end where the page has its text."""
    return literal[literal.rindex('"') + 1 :] if plain(literal) == text else literal


def _signature(term: str, said: Mapping[str, list[tuple[str, str]]], depth: int = 3) -> str:
    """Return what orders a term: of a blank node what is said of it, because its label may be any."""
    if not term.startswith("_:") or not depth:
        return term[:2] if term.startswith("_:") else term
    return "_:" + " ".join(sorted(f"{p} {_signature(o, said, depth - 1)}" for p, o in said.get(term, ())))
