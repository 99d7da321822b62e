"""FollowTheMoney entities, a line of JSON each, by the schema that the project publishes.

The library itself needs ICU with a C++ compiler, and a package under the LGPL, so its schema, abridged, is
in ``followthemoney.json`` beside this.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from caseboard.errors import CaseError, did_you_mean
from caseboard.formats import careful
from caseboard.formats.incoming import Incoming, Reading, Term, Thing, Written, counted
from caseboard.model import Claim, Entity, Name
from caseboard.terms import join_known

#: The schema that stands for a kind of ours; whatever extends it is of that kind too, the first that fits.
_KINDS = (
    ("Person", "person"),
    ("Organization", "organisation"),
    ("Address", "place"),
    ("Event", "event"),
    ("Document", "information"),
    ("Asset", "object"),
)
#: What a claim keeps elsewhere than in its note.
_PLACED = ("sourceUrl", "summary", "description", "name")
_LINK = "UnknownLink"


@cache
def schemata() -> Mapping[str, Mapping[str, Any]]:
    """Return the schemata by name, each with all that it inherits.

    >>> schemata()["Ownership"]["edge"]["label"], "Thing" in schemata()["Person"]["above"]
    ('owns', True)
    """
    own = json.loads(Path(__file__).with_name("followthemoney.json").read_text("utf-8"))["schemata"]

    def whole(name: str) -> dict[str, Any]:
        found: dict[str, Any] = {"above": {name}, "properties": {}}
        for parent in own[name].get("extends", ()):
            above = whole(parent)
            found["above"] |= above["above"]
            found["properties"] |= above["properties"]
            found |= {key: above[key] for key in ("edge", "caption") if key in above}
        found["properties"] |= own[name].get("properties", {})
        return found | {key: own[name][key] for key in ("edge", "caption", "label") if key in own[name]}

    return {name: whole(name) for name in own}


def read(data: bytes, *, name: str) -> Reading:
    """Return FollowTheMoney entities as claims: each edge of the schema one, and each property of a thing.

    Raises:
        CaseError: a line that is no JSON, no entity, or of an unknown schema.

    >>> lines = '''{"id": "a", "schema": "Person", "properties": {"name": ["Ada"]}}
    ... {"id": "b", "schema": "Company", "properties": {"name": ["Meridian"]}}
    ... {"id": "c", "schema": "Ownership", "properties": {"owner": ["a"], "asset": ["b"]}}'''
    >>> read(lines.encode(), name="few.ftm.json").claims[0].relation
    'Ownership'
    """
    things: dict[str, Thing] = {}
    claims: list[Incoming] = []
    terms: dict[str, Term] = {}
    left: Counter[str] = Counter()
    seen: set[str] = set()
    halves: list[str] = []
    for entity, line in _entities(data, name):
        key, schema, properties = _checked(entity, name, line)
        if key in seen:
            left["id that the file has twice: both are taken as one"] += 1
        seen.add(key)
        datasets = entity.get("datasets") or ([entity["dataset"]] if entity.get("dataset") else [])
        source = "; ".join(map(str, datasets)) if isinstance(datasets, list) else str(datasets)
        left.update(
            k for k in entity if k not in ("id", "schema", "properties", "datasets", "dataset", "caption")
        )
        if edge := schema.get("edge"):
            new = list(_edge(key, entity["schema"], edge, properties, source, terms))
            claims += new
            halves += [] if new else [key]
            continue
        names = [name for prop in (*schema.get("caption", ()), "name") for name in properties.get(prop, ())]
        label = str(entity.get("caption") or next(iter(names), ""))
        comment = " ".join(properties.get("description", ()))
        things[key] = Thing(key, label=label, kind=_kind(entity["schema"]), comment=comment)
        for prop, values in sorted(properties.items()):
            # An entity that stands inside this one and refers back to it says so itself.
            if prop not in schema["properties"] and _holds_entities(entity["properties"][prop]):
                continue
            words, kind, *_ = schema["properties"].get(prop, [prop, "string"])
            terms.setdefault(prop, Term(str(words), family="identity" if kind == "name" else ""))
            for value in values:
                if prop == "description" or (prop == "name" and value == label):
                    continue
                claims.append(Incoming(key, prop, value, literal=kind != "entity", source=source))
    loose = {end for claim in claims if not claim.literal for end in (claim.subject, claim.object)} - set(
        things
    )
    said = [
        f"{key} ({number})" if " " in key else f"a claim has no place for {key!r} ({number}): left out"
        for key, number in sorted(left.items())
    ]
    if halves:
        listed = join_known(sorted(halves))
        said.append(f"left out, since they name one end or none: {counted(len(halves), 'edge')}, {listed}")
    if loose:
        said.append(f"{counted(len(loose), 'entity', 'entities')} that the file only refers to, by id")
    if any(term.symmetric for term in terms.values()):
        said.append("edges that the schema calls undirected are taken to hold both ways")
    return Reading("FollowTheMoney", tuple(claims), things=things, terms=terms, said=tuple(said))


def _entities(data: bytes, name: str) -> Iterator[tuple[Any, int]]:
    """Yield each entity with its line; those that stand inside another come after it."""
    for line, text in enumerate(careful.text(data, name=name).split("\n"), 1):
        if not text.strip():
            continue
        waiting = [careful.parsed_json(text, name=name, line=line)]
        while waiting:
            entity = waiting.pop(0)
            properties = entity.get("properties") if isinstance(entity, dict) else None
            for values in properties.values() if isinstance(properties, dict) else ():
                waiting += (
                    [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []
                )
            yield entity, line


def _holds_entities(values: Any) -> bool:
    return isinstance(values, list) and bool(values) and all(isinstance(one, dict) for one in values)


def _value(value: Any) -> str:
    """Return a value as text, and an entity that stands in its place by its id."""
    return str(value.get("id") if isinstance(value, dict) else value)


def _checked(entity: Any, name: str, line: int) -> tuple[str, Mapping[str, Any], dict[str, list[str]]]:
    if not isinstance(entity, dict) or not isinstance(entity.get("properties"), dict) or not entity.get("id"):
        raise CaseError("no entity: it needs id, schema and properties", file=name, line=line)
    schema = schemata().get(str(entity.get("schema")))
    if schema is None:
        near = did_you_mean(str(entity.get("schema"))[:60], schemata())
        raise CaseError(
            f"the schema {str(entity.get('schema'))[:60]!r} is none of FollowTheMoney's.{near}",
            file=name,
            line=line,
        )
    given = entity["properties"].items()
    return (
        str(entity["id"]),
        schema,
        {k: [_value(v) for v in (vs if isinstance(vs, list) else [vs])] for k, vs in given},
    )


def _kind(schema: str) -> str:
    above = schemata()[schema]["above"]
    return next((kind for name, kind in _KINDS if name in above), str(schemata()[schema]["label"]))


def _edge(
    key: str,
    schema: str,
    edge: Mapping[str, Any],
    properties: Mapping[str, list[str]],
    source: str,
    terms: dict[str, Term],
) -> Iterator[Incoming]:
    ends = (edge["source"], edge["target"])
    roles = properties.get("role", [])
    # A link of no known sort says in its role what it is.
    relation = roles[0] if schema == _LINK and len(roles) == 1 else schema
    terms.setdefault(
        relation,
        Term(relation if relation != schema else edge["label"], symmetric=not edge.get("directed", True)),
    )
    if relation != schema:
        terms[relation] = Term(relation)
    notes = [*properties.get("summary", ()), *properties.get("description", ())]
    notes += [
        f"{prop}: {', '.join(values)}"
        for prop, values in sorted(properties.items())
        if prop not in (*ends, *_PLACED) and not (prop == "role" and relation != schema)
    ]
    pairs = [(one, other) for one in properties.get(ends[0], ()) for other in properties.get(ends[1], ())]
    for one, other in pairs:
        yield Incoming(
            subject=one,
            relation=relation,
            object=other,
            source=source,
            locator=", ".join(properties.get("sourceUrl", ())),
            note="; ".join(notes),
            id=key if len(pairs) == 1 else "",
        )


def write(claims: Iterable[Claim], entities: Mapping[str, Entity], *, title: str) -> Written:
    """Return claims and what they are about as FollowTheMoney entities: a line each, in the order of ids.

    A claim is an edge of the schema whose label its relation has, else an UnknownLink with the relation
    as its role. How sure it is goes into its summary where it is less than stated.
    """
    by_label = {
        schema["edge"]["label"]: name
        for name, schema in schemata().items()
        if "edge" in schema and name != _LINK
    }
    lines: dict[str, dict[str, Any]] = {}
    left: Counter[str] = Counter()
    for claim in claims:
        for end in (claim.subject, claim.object):
            if isinstance(end, Name):
                entity = entities.get(end.id)
                lines.setdefault(end.id, _thing(end, entity, title))
        doubt = [] if claim.status == "stated" else [claim.status]
        doubt += [f"refuted: {claim.refuted}"] if claim.refuted else []
        left["reveal point of a claim"] += 1
        left["less than stated: only in the summary"] += bool(doubt)
        left["thread of a claim"] += bool(claim.threads)
        if not isinstance(claim.object, Name):
            notes = lines[claim.subject.id]["properties"].setdefault("notes", [])
            notes.append(f"{claim.sentence}{f' ({doubt[0]})' if doubt else ''}")
            left["relation to a text: kept as a note"] += 1
            continue
        schema = by_label.get(claim.relation.label, _LINK)
        edge = schemata()[schema]["edge"]
        properties = {edge["source"]: [claim.subject.id], edge["target"]: [claim.object.id]}
        if schema == _LINK:
            properties["role"] = [claim.relation.label]
        if summary := "; ".join([*doubt, *([claim.note] if claim.note else [])]):
            properties["summary"] = [summary]
        if claim.evidence:
            properties["publisher"] = list(dict.fromkeys(str(one) for one in claim.evidence))
        lines[claim.id] = {"id": claim.id, "schema": schema, "properties": properties, "datasets": [title]}
    data = "".join(json.dumps(lines[id_], ensure_ascii=False, sort_keys=True) + "\n" for id_ in sorted(lines))
    return Written(
        data.encode("utf-8", "replace"),
        tuple(f"{what} ({number})" for what, number in sorted(left.items()) if number),
    )


def _thing(name: Name, entity: Entity | None, title: str) -> dict[str, Any]:
    schema = next((s for s, kind in _KINDS if entity and kind == entity.kind), "Thing")
    properties: dict[str, list[str]] = {"name": [name.label]}
    if entity and entity.aliases:
        properties["alias"] = list(entity.aliases)
    if entity and entity.comment:
        properties["description"] = [entity.comment]
    return {"id": name.id, "schema": schema, "properties": properties, "datasets": [title]}
