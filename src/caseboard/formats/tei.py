"""TEI as DraCor writes it: the persons of a play, their names, and how they are related."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from caseboard.errors import CaseError
from caseboard.formats import careful
from caseboard.formats.incoming import Incoming, Reading, Term, Thing, counted
from caseboard.terms import join_known

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_KINDS = MappingProxyType({"person": "person", "personGrp": "group"})
#: What DraCor calls a relation -> how it reads; the others read as they are called.
_WORDS = MappingProxyType(
    {
        "spouses": "is married to",
        "friends": "is a friend of",
        "cousins": "is a cousin of",
        "siblings": "is a sibling of",
        "lover_of": "is a lover of",
        "related_with": "is related to",
        "associated_with": "is associated with",
    }
)
#: What of a person becomes a claim: the attribute -> how it reads.
_ATTRIBUTES = MappingProxyType({"sex": "has the sex", "gender": "has the gender", "age": "has the age"})
_VARIANT = "is also called"


def read(data: bytes, *, name: str) -> Reading:
    """Return the persons and relations of a TEI file as claims.

    Raises:
        CaseError: not XML, XML with entities, no TEI.

    >>> file = b'''<TEI><listPerson><person xml:id="a"><persName>Ada</persName></person>
    ... <person xml:id="b"><persName>Bruno</persName></person></listPerson>
    ... <listRelation><relation name="parent_of" active="#b" passive="#a"/></listRelation></TEI>'''
    >>> [(claim.subject, claim.relation, claim.object) for claim in read(file, name="play.xml").claims]
    [('b', 'parent_of', 'a')]
    """
    root = careful.tree(data, name=name, roots=("TEI", "teiCorpus", "standOff"))
    things: dict[str, Thing] = {}
    claims: list[Incoming] = []
    left: Counter[str] = Counter()
    # Some corpora name a person by the xml:id of one of the names, too.
    known: dict[str, str] = {}
    title = _said(root.find(".//titleStmt/title")) or _said(root.find(".//title"))
    for person in (element for element in root.iter() if element.tag in _KINDS):
        key = person.get("id", "")
        if not key:
            left["person without an xml:id"] += 1
            continue
        if key in things:
            raise CaseError(f"two persons have the xml:id {key[:60]!r}. Give each one of its own", file=name)
        known |= {one.get("id", key): key for one in person}
        names = [_said(one) for one in person if one.tag in ("persName", "name") and _said(one)]
        names = list(dict.fromkeys(names))
        comment = next((_said(one) for one in person if one.tag in ("note", "roleDesc") and _said(one)), "")
        things[key] = Thing(key, label=names[0] if names else "", kind=_KINDS[person.tag], comment=comment)
        claims += [Incoming(key, _VARIANT, variant, literal=True, source=title) for variant in names[1:]]
        claims += [
            Incoming(key, words, person.get(attribute, ""), literal=True, source=title)
            for attribute, words in _ATTRIBUTES.items()
            if person.get(attribute)
        ]
        left.update(
            f"<{one.tag}> of a person"
            for one in person
            if one.tag not in ("persName", "name", "note", "roleDesc")
        )
    terms: dict[str, Term] = {_VARIANT: Term(_VARIANT, family="identity")}
    types = {id(one): group.get("type", "") for group in root.iter("listRelation") for one in group}
    loose: set[str] = set()
    for relation in root.iter("relation"):
        word = relation.get("name") or relation.get("ref") or "related_with"
        ends = " ".join(relation.get(part, "") for part in ("active", "passive", "mutual")).split()
        if any(not end.startswith("#") for end in ends):
            left[f"<relation> {word!r} to what is no person of the play"] += 1
            continue
        pairs = [(known.get(one, one), known.get(other, other)) for one, other in _pairs(relation, name)]
        if not pairs:
            left["<relation> that names fewer than two"] += 1
            continue
        loose |= {end for pair in pairs for end in pair if end not in things}
        mutual = bool(relation.get("mutual"))
        terms[word] = Term(
            _WORDS.get(word) or word.replace("_", " "),
            family=relation.get("type") or types.get(id(relation), ""),
            symmetric=mutual,
        )
        note = _said(relation.find("desc"))
        claims += [Incoming(one, word, other, source=title, note=note) for one, other in pairs]
    said = ["the text itself is not read: no claim is made of who speaks, and where"]
    said += [f"left out: {what} ({number})" for what, number in sorted(left.items())]
    if loose:
        said.append(f"relations name whom nothing describes: {join_known(sorted(loose))}")
    alone = set(things) - {end for claim in claims for end in (claim.subject, claim.object)}
    if alone:
        listed = join_known(sorted(things[key].label or key for key in alone))
        said.append(f"{counted(len(alone), 'person', 'persons')} without a relation: {listed}")
    return Reading(
        format="TEI",
        claims=tuple(claims),
        things=things,
        terms=terms,
        sources={title: title} if title else {},
        title=title,
        said=tuple(said),
    )


def _pairs(relation: Element, name: str) -> Iterator[tuple[str, str]]:
    ends: Mapping[str, list[str]] = {
        part: [one.removeprefix("#") for one in relation.get(part, "").split()]
        for part in ("active", "passive", "mutual")
    }
    if len(ends["mutual"]) > 200 or len(ends["active"]) * len(ends["passive"]) > 40_000:
        raise CaseError("a relation between more persons than a play has; it is not read", file=name)
    for active in ends["active"]:
        yield from ((active, passive) for passive in ends["passive"])
    mutual = ends["mutual"]
    yield from ((one, other) for place, one in enumerate(mutual) for other in mutual[place + 1 :])


def _said(element: Element | None) -> str:
    return " ".join("".join(element.itertext()).split()) if element is not None else ""
