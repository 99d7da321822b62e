"""STIX 2.1 bundles, by the library of their committee."""

from __future__ import annotations

import json
import re
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from caseboard.errors import CaseError, MissingExtra
from caseboard.formats import careful
from caseboard.formats.incoming import Incoming, Reading, Term, Thing, Written, counted
from caseboard.model import Claim, Entity, Name
from caseboard.terms import join_known

_CLASSES = MappingProxyType({"individual": "person", "organization": "organisation", "group": "group"})
_KINDS = MappingProxyType({"location": "place", "incident": "event"})
#: What is not a claim: how an object is kept, and what is read elsewhere.
_KEPT = frozenset(
    "type spec_version id created modified created_by_ref name description aliases identity_class confidence "
    "external_references x_caseboard_kind lang".split()
)
_LEFT = ("object_marking_refs", "granular_markings", "extensions", "revoked", "lang")
#: What of a relationship or a sighting has a place of its own in a claim, or is no more than how it is kept.
_PLACED = frozenset(
    "type spec_version id created modified created_by_ref description relationship_type source_ref "
    "target_ref sighting_of_ref where_sighted_refs confidence external_references start_time first_seen "
    "x_caseboard_status".split()
)
#: What speaks of other objects, relationships among them -> the property that holds what it says.
_ABOUT = MappingProxyType({"note": "content", "opinion": "opinion", "report": "name", "grouping": "name"})
_LINKS = ("relationship", "sighting")
_ALIAS = "is also known as"
#: From here on the scale of the standard calls a confidence high.
_HIGH = 70
_SPACE = uuid.UUID("2c1bb3f4-3c1c-5d0f-9f6e-9f3c8b3f6f10")
#: STIX has no object without a time.
_UNDATED = "1970-01-01T00:00:00.000Z"


def _library() -> Any:
    try:
        import stix2
    except ImportError as error:
        raise MissingExtra("stix2", "formats", needed_for="a STIX bundle") from error
    return stix2


def is_one(data: Any) -> bool:
    """Say whether JSON looks like a STIX bundle.

    >>> is_one({"type": "bundle", "objects": []})
    True
    """
    return isinstance(data, dict) and data.get("type") == "bundle"


def read(data: bytes, *, name: str) -> Reading:
    """Return a STIX 2.1 bundle as claims: relationships, sightings, references, and what objects say.

    The day on which an object was created, or its relationship began, is the reveal point of its claims. A
    confidence of 70 and more is stated, a lower one hedged. References are the evidence.

    Raises:
        CaseError: not JSON, not valid STIX.
        MissingExtra: stix2 is not installed.
    """
    found = careful.parsed_json(data, name=name)
    if not is_one(found):
        raise CaseError("JSON that is no STIX bundle: it has no type 'bundle'", file=name)
    for place, one in enumerate(found.get("objects") or (), 1):
        if not isinstance(one, dict) or not isinstance(one.get("id"), str) or not one.get("type"):
            raise CaseError(f"object {place} has no id and type. Give it both", file=name)
    if not found.get("objects"):
        raise CaseError("there is no claim in it: the bundle has no objects. Add some", file=name)
    stix2 = _library()
    try:
        stix2.parse(found, allow_custom=True)
    except (stix2.exceptions.STIXError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise CaseError(f"not valid STIX: {str(error)[:300]}", file=name) from error
    latest: dict[str, dict[str, Any]] = {}
    for one in found.get("objects", []):
        if str(one.get("modified", "")) >= str(latest.get(one["id"], {}).get("modified", "")):
            latest[one["id"]] = one
    objects = [one for one in latest.values() if one["type"] != "marking-definition"]
    names = {one["id"]: str(one.get("name") or one.get("value") or one["id"]) for one in objects}
    left = Counter(key for one in objects for key in _LEFT if key in one)
    left["marking-definition"] += len(latest) - len(objects)
    left["older version of an object"] += len(found.get("objects", [])) - len(latest)
    left["modified"] += sum(one.get("modified", one.get("created")) != one.get("created") for one in objects)
    left["hashes of external_references"] += sum(
        "hashes" in reference for one in objects for reference in one.get("external_references", ())
    )
    links = {one["id"] for one in objects if one["type"] in _LINKS and not one.get("revoked")}
    spoken = _spoken_of(objects, links)
    claims: list[Incoming] = []
    things: dict[str, Thing] = {}
    terms: dict[str, Term] = {}
    for one in (one for one in objects if not one.get("revoked")):
        if one["type"] in _LINKS:
            new = list(_link(one, names, spoken.get(one["id"], [])))
            left["sighting that does not say where"] += not new
        else:
            kind = _CLASSES.get(one.get("identity_class", ""), _KINDS.get(one["type"], one["type"]))
            things[one["id"]] = Thing(
                one["id"],
                label=names[one["id"]],
                kind=str(one.get("x_caseboard_kind") or kind),
                comment=str(one.get("description", "")),
            )
            new = [claim for claim in _said(one, names) if claim.literal or claim.object not in links]
        claims += new
        terms |= {claim.relation: Term(claim.relation.replace("-", " ").replace("_", " ")) for claim in new}
    terms[_ALIAS] = Term(_ALIAS, family="identity")
    loose = {end for c in claims if not c.literal for end in (c.subject, c.object)} - things.keys()
    days = sorted({claim.point for claim in claims if claim.point})
    doubted = sum(claim.status == "hedged" for claim in claims)
    said = [
        f"a claim has no place for {key} ({number}): left out"
        for key, number in sorted(left.items())
        if number
    ]
    if loose:
        listed = join_known([names.get(one, one) for one in sorted(loose)])
        said.append(f"the bundle only refers to {listed}, or says that it is revoked: known by name or id")
    said += [f"{counted(doubted, 'claim')} of a confidence below {_HIGH}: taken as hedged"] if doubted else []
    return Reading(
        "STIX 2.1",
        tuple(claims),
        things=things,
        terms=terms,
        points={day: day for day in days},
        said=tuple(said),
    )


def _common(one: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    references = one.get("external_references", [])
    first = references[0] if references else {}
    places = [
        " ".join(str(r[k]) for k in ("source_name", "external_id", "description", "url") if k in r)
        for r in references
    ]
    confidence = one.get("confidence")
    status = one.get("x_caseboard_status") or (
        "" if confidence is None else "stated" if confidence >= _HIGH else "hedged"
    )
    began = str(one.get("start_time") or one.get("first_seen") or one.get("created") or "")
    return {
        "status": str(status),
        "point": "" if began.startswith(_UNDATED[:10]) else began[:10],
        "source": str(first.get("source_name", "")),
        "locator": "; ".join(places).removeprefix(str(first.get("source_name", ""))).strip(),
        "agent": names.get(one.get("created_by_ref", ""), ""),
    }


def _spoken_of(objects: Iterable[Mapping[str, Any]], links: set[str]) -> dict[str, list[tuple[str, str]]]:
    """Return relationship or sighting -> what speaks of it: the type and the text."""
    spoken: dict[str, list[tuple[str, str]]] = {}
    for one in objects:
        if one["type"] in _ABOUT and not one.get("revoked"):
            text = str(one.get(_ABOUT[one["type"]], ""))
            more = f" ({one['explanation']})" if "explanation" in one else ""
            by = f", {', '.join(map(str, one['authors']))}" if one.get("authors") else ""
            for about in one.get("object_refs", ()):
                if about in links:
                    spoken.setdefault(about, []).append((one["type"], text + more + by))
    return spoken


def _link(
    one: Mapping[str, Any], names: Mapping[str, str], spoken: Iterable[tuple[str, str]]
) -> Iterator[Incoming]:
    common = _common(one, names)
    notes = [str(one["description"])] if "description" in one else []
    notes += [
        f"{key}: {_text(value, names)}"
        for key, value in sorted(one.items())
        if key not in _PLACED and key not in _LEFT
    ]
    for kind, text in spoken:
        # A report on a relationship is where it is said, unless the relationship names another source.
        if kind == "report" and not common["source"]:
            common["source"] = text
        else:
            notes.append(f"{kind}: {text}")
    if one["type"] == "relationship":
        relation, ends = one["relationship_type"], [(one["source_ref"], one["target_ref"])]
    else:
        relation = "was sighted by"
        ends = [(one["sighting_of_ref"], where) for where in one.get("where_sighted_refs", ())]
    for subject, object_ in ends:
        id_ = one["id"].partition("--")[2] if len(ends) == 1 else ""
        yield Incoming(subject, relation, object_, note="; ".join(notes), id=id_, **common)


def _text(value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, list):
        return ", ".join(_text(part, names) for part in value)
    if isinstance(value, str):
        return names.get(value, value)
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _said(one: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[Incoming]:
    common = _common(one, names)
    for alias in one.get("aliases", ()):
        yield Incoming(one["id"], _ALIAS, str(alias), literal=True, **common)
    for key, value in sorted(one.items()):
        if key in _KEPT or key in _LEFT:
            continue
        for part in value if isinstance(value, list) else [value]:
            refers = key.endswith(("_ref", "_refs")) and isinstance(part, str)
            relation = key.removesuffix("s").removesuffix("_ref") if refers else key
            text = part if isinstance(part, str) else json.dumps(part, sort_keys=True, ensure_ascii=False)
            yield Incoming(one["id"], relation, text, literal=not refers, **common)


def write(claims: Iterable[Claim], entities: Mapping[str, Entity], *, title: str) -> Written:
    """Return claims and what they are about as a STIX 2.1 bundle; the same claims give the same bytes.

    Raises:
        MissingExtra: stix2 is not installed.
    """
    stix2 = _library()
    objects: dict[str, Any] = {}
    left: Counter[str] = Counter()
    times = {"created": _UNDATED, "modified": _UNDATED}
    classes = {kind: name for name, kind in _CLASSES.items()}

    def thing(name: Name) -> str:
        id_ = f"identity--{uuid.uuid5(_SPACE, name.id)}"
        entity = entities.get(name.id)
        kind = entity.kind if entity else "thing"
        left["kind that STIX has no class for: x_caseboard_kind"] += (
            id_ not in objects and kind not in classes
        )
        objects[id_] = stix2.v21.Identity(
            id=id_,
            name=name.label,
            identity_class=classes.get(kind, "unknown"),
            allow_custom=True,
            x_caseboard_kind=kind,
            **({"description": entity.comment} if entity and entity.comment else {}),
            **times,
        )
        return id_

    for claim in claims:
        subject = thing(claim.subject)
        left["reveal point of a claim"] += 1
        left["thread of a claim"] += bool(claim.threads)
        left["refutation of a claim"] += bool(claim.refuted)
        common: dict[str, Any] = {"allow_custom": True, "x_caseboard_status": claim.status, **times}
        if claim.status != "stated":
            common["confidence"] = round(claim.strength * 100)
        if claim.evidence:
            common["external_references"] = [
                {"source_name": one.source.label, "description": str(one)} for one in claim.evidence
            ]
        if isinstance(claim.object, Name):
            id_ = f"relationship--{uuid.uuid5(_SPACE, claim.id)}"
            verb = re.sub(r"[^a-z0-9]+", "-", claim.relation.label.lower()).strip("-") or "related-to"
            said = {"description": claim.note} if claim.note else {}
            objects[id_] = stix2.v21.Relationship(
                subject, verb, thing(claim.object), id=id_, **said, **common
            )
        else:
            left["relation to a text: kept as a note"] += 1
            id_ = f"note--{uuid.uuid5(_SPACE, claim.id)}"
            objects[id_] = stix2.v21.Note(id=id_, content=claim.sentence, object_refs=[subject], **common)
    bundle = stix2.v21.Bundle(
        [objects[id_] for id_ in sorted(objects)],
        id=f"bundle--{uuid.uuid5(_SPACE, title)}",
        allow_custom=True,
    )
    data = bundle.serialize(pretty=True, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    # A time is required of every object, and no claim has one.
    told = [f"{what} ({number})" for what, number in sorted(left.items()) if number]
    return Written(data, (*told, f"when it was written: {_UNDATED[:10]} stands for no time"))
