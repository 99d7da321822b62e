"""Claims to a networkx graph: the only place where one is built."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from caseboard.claims import Case
from caseboard.errors import BadArgument, CaseError
from caseboard.model import STATUSES, Relation
from caseboard.pause import paused_collection
from caseboard.steps import step
from caseboard.terms import local_name

if TYPE_CHECKING:
    import networkx as nx

    from caseboard.inference import InferredClaim

#: What `include=` may name, beside the stated claims that are always there.
INCLUDES = (*STATUSES[1:], "refuted")
SCOPES = ("world", "work", "all")


class Which(TypedDict, total=False):
    """Which claims become edges, as `build` takes it."""

    scope: str
    include: Collection[str]
    merge_aliases: bool


def check_include(include: Collection[str]) -> tuple[str, ...]:
    """Return the statuses to include, or say which there are.

    >>> check_include(["hedged"])
    ('hedged',)
    """
    if isinstance(include, str):
        raise BadArgument(f"include takes several statuses, as in include=({include!r},)")
    for status in include:
        if status not in INCLUDES:
            raise BadArgument(f"cannot include {status!r}; there are {', '.join(INCLUDES)}")
    return tuple(include)


def build(
    case: Case,
    *,
    scope: str = "world",
    include: Collection[str] = (),
    merge_aliases: bool = False,
    inferred: Sequence[InferredClaim] = (),
) -> nx.MultiDiGraph[str]:
    """Build the network of a case: one edge per claim, keyed by the claim, in the claim's own direction.

    Args:
        case: the claims.
        scope: "world" for what happens in the story, "work" for the production, "all" for both.
        include: statuses beside the stated ones: "inferred", "hedged", "predicted", "refuted".
        merge_aliases: fold each persona into the person who is stated to be behind it, and move its edges
            over.

    Returns:
        A frozen MultiDiGraph. Node: CURIE, with label, kind, iri, reveal_order (the earliest point of any
        claim about it, whether that is an edge or not) and, where there are any, comment, aliases, threads,
        unknown, persona. Edge: claim CURIE, with claim, relation, label, inverse, family, status, strength,
        revealed, reveal_order and, where there are any, refuted, refute_order, refuted_by, threads, evidence,
        note, identity. Lists are joined by "; ". Claims with a literal object are no edges; every node is the
        end of an edge. Where the case's vocabulary draws kinds in its own way, the graph's signs is JSON:
        kind -> icon, text, light and dark, as in `Sign`.

    Raises:
        BadArgument: no such scope or status.
        CaseError: aliases that go round in a circle cannot be merged.

    >>> import caseboard
    >>> network = build(caseboard.open("harbour").case)
    >>> network.edges["ex:ledger", "ex:cargo", "ex:c-cargo"]["label"]
    'documents'
    """
    import networkx as nx

    if scope not in SCOPES:
        raise BadArgument(f"no scope {scope!r}; there are {', '.join(SCOPES)}")
    wanted = {"stated", *check_include(include)}
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(
        name=case.title,
        comment=case.comment,
        points="; ".join(point.label for point in case.points),
        threads="; ".join(thread.label for thread in case.threads.values()),
    )
    if case.signs:
        graph.graph["signs"] = json.dumps({kind: sign.packed() for kind, sign in case.signs.items()})
    with paused_collection():
        edges = list(_edges(case, scope, wanted))
        people = _behind(edges) if merge_aliases else None
        edges += _news(edges, _inferred_edges(scope, inferred), people or {})
        step("describing what the claims speak of")
        _fill(graph, case, edges, people, _first_known(case, edges, people or {}))
    frozen: nx.MultiDiGraph[str] = nx.freeze(graph)
    return frozen


def folded(case: Case, graph: nx.MultiDiGraph[str]) -> dict[str, str]:
    """Map the ids of personas that are no nodes of a merged network to the person behind them."""
    behind = {case.curie(persona): case.curie(person) for persona, person in case.personas}
    found = {}
    for persona in behind:
        # A circle of aliases that no edge of this network takes part in is nobody's error here.
        passed, person = {persona}, behind[persona]
        while person not in graph and person in behind and person not in passed:
            passed.add(person)
            person = behind[person]
        if persona not in graph:
            found[persona] = person
    return found


def _edges(case: Case, scope: str, wanted: set[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (subject IRI, object IRI, attributes) of each claim that is an edge here."""
    step("gathering the claims")
    relations = {
        iri: _edge_attributes(relation)
        for iri, relation in case.relations.items()
        if scope == "all" or relation.about_work == (scope == "work")
    }
    statuses = {iri: word for iri, (word, _) in case.statuses.items()}
    threads = {claim: "; ".join(name.label for name in names) for claim, names in case.threads_of.items()}
    sources = {iri: str(piece) for iri, piece in case.evidence.items()}
    evidence, notes = case.linked("evidence"), case.linked("note")
    strengths = dict(case.statuses.values())
    refuted, literals, points, curie = case.refuted, case.literals, case.point_of, case.names.curie
    core = case.core
    linking = f"linking what {len(core):,} claims speak of"
    for number, (claim, subject, relation, obj, status, point) in enumerate(core):
        if number % 1000 == 0:
            step(linking, number, len(core))
        common = relations.get(relation)  # type: ignore[arg-type]
        if common is None or claim in literals:
            continue
        word = statuses.get(status) or curie(status)  # type: ignore[arg-type]
        gone = refuted.get(claim) if refuted else None  # type: ignore[arg-type]
        if word not in wanted or (gone and "refuted" not in wanted):
            continue
        reveal = points.get(point) or case.point(str(point))  # type: ignore[arg-type]
        attributes = {
            "claim": curie(claim),  # type: ignore[arg-type]
            **common,
            "status": word,
            "strength": strengths.get(word, 0.0),
            "revealed": reveal.label,
            "reveal_order": reveal.order,
        }
        if gone:
            attributes["refuted"] = gone[0].label
            attributes["refute_order"] = gone[0].order
            if gone[1]:
                attributes["refuted_by"] = "; ".join(gone[1])
        if claim in threads:
            attributes["threads"] = threads[claim]
        if said := evidence.get(claim):  # type: ignore[arg-type]
            attributes["evidence"] = "; ".join(sources.get(iri) or curie(iri) for iri in said)
        if note := notes.get(claim):  # type: ignore[arg-type]
            attributes["note"] = " ".join(note)
        yield str(subject), str(obj), attributes


def _first_known(
    case: Case, edges: Sequence[tuple[str, str, dict[str, Any]]], people: Mapping[str, str]
) -> Mapping[str, int]:
    """Map the IRI of whatever a claim is about to the place of the first reveal point that tells of it."""
    literals, points = case.literals, case.point_of
    first: dict[str, int] = {}
    for claim, subject, _, obj, _, point in case.core:
        reveal = points.get(point) or case.point(str(point))  # type: ignore[arg-type]
        order = reveal.order
        if order < first.get(subject, order + 1):  # type: ignore[arg-type]
            first[subject] = order  # type: ignore[index]
        # The text of a literal may look like the IRI of somebody.
        if order < first.get(obj, order + 1) and claim not in literals:  # type: ignore[arg-type]
            first[obj] = order  # type: ignore[index]
    for subject, obj, attributes in edges:
        for end in (subject, obj):
            first[end] = min(first.get(end, attributes["reveal_order"]), attributes["reveal_order"])
    for persona, person in people.items():
        first[person] = min(first[person], first[persona])
    return first


def _inferred_edges(
    scope: str, inferred: Sequence[InferredClaim]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (subject IRI, object IRI, attributes) of each conclusion that is an edge here."""
    for claim in inferred:
        subject, _, obj = claim.triple
        about_work = claim.relation.about_work
        if obj.startswith('"') or (scope != "all" and about_work != (scope == "work")):
            continue
        rules = dict.fromkeys(f"the rule {derivation.rule}" for derivation in claim.derivations)
        yield (
            subject.strip("<>"),
            obj.strip("<>"),
            {
                "claim": claim.id,
                **_edge_attributes(claim.relation),
                "status": "inferred",
                "strength": claim.strength,
                "revealed": claim.revealed.label,
                "reveal_order": claim.revealed.order,
                "evidence": "; ".join(rules),
                "note": claim.sentence,
            },
        )


def _news(
    edges: Sequence[tuple[str, str, dict[str, Any]]],
    inferred: Iterator[tuple[str, str, dict[str, Any]]],
    people: Mapping[str, str],
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the conclusions that are news once personas are folded: the person's own deed follows no more."""
    if not people:
        yield from inferred
        return
    told = {(people.get(s, s), attributes["relation"], people.get(o, o)) for s, o, attributes in edges}
    for subject, obj, attributes in inferred:
        key = people.get(subject, subject), attributes["relation"], people.get(obj, obj)
        if key not in told:
            told.add(key)
            yield subject, obj, attributes


def _edge_attributes(relation: Relation) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "relation": relation.id,
        "label": relation.label,
        "inverse": relation.inverse,
        "family": relation.family,
    }
    return {**attributes, "identity": True} if relation.identity else attributes


def _behind(edges: Sequence[tuple[str, str, dict[str, Any]]]) -> Mapping[str, str]:
    """Map each persona to the person at the end of its chain of stated aliases.

    A persona of two different people belongs to neither, and stays a node of its own.
    """
    behind: dict[str, set[str]] = {}
    for persona, person, attributes in edges:
        sure = attributes["status"] == STATUSES[0] and "refuted" not in attributes
        if sure and attributes.get("identity") and persona != person:
            behind.setdefault(persona, set()).add(person)
    next_of = {persona: next(iter(people)) for persona, people in behind.items() if len(people) == 1}
    last: dict[str, str] = {}
    for persona in next_of:
        # A dict, for its order: who has been passed on the way.
        seen, here = {persona: None}, next_of[persona]
        while here in next_of and here not in last:
            if here in seen:
                passed = list(seen)
                circle = " -> ".join(local_name(iri) for iri in (*passed[passed.index(here) :], here))
                raise CaseError(
                    f"aliases go round in a circle and cannot be merged: {circle}. Run check, and mend one"
                )
            seen[here] = None
            here = next_of[here]
        last |= dict.fromkeys(seen, last.get(here, here))
    return last


def _fill(
    graph: nx.MultiDiGraph[str],
    case: Case,
    edges: Sequence[tuple[str, str, dict[str, Any]]],
    people: Mapping[str, str] | None,
    first: Mapping[str, int],
) -> None:
    # networkx's own add_edge does five look-ups and two try blocks an edge; its dictionaries are its
    # documented structure (`G.adj`, `G.pred`), and filling them in one pass takes a third of the time.
    inner: Any = graph
    node, succ, pred, curie = inner._node, inner._adj, inner._pred, case.names.curie
    threads: dict[str, dict[str, None]] = {}
    iris: dict[str, str] = {}
    for subject, obj, attributes in edges:
        if people is not None:
            subject, obj = people.get(subject, subject), people.get(obj, obj)
            if subject == obj and attributes.get("identity"):
                continue
        u, v, claim = curie(subject), curie(obj), attributes["claim"]
        for end, iri in ((u, subject), (v, obj)):
            if end not in node:
                node[end], succ[end], pred[end] = {}, {}, {}
                iris[end] = iri
        both = succ[u].get(v)
        if both is None:
            both = succ[u][v] = pred[v][u] = {}
        both[claim] = attributes
        if "threads" in attributes:
            for end in (u, v):
                threads.setdefault(end, {})[attributes["threads"]] = None
    for end, iri in iris.items():
        node[end].update(
            _node_attributes(case, iri, threads.get(end, {}), people or {}), reveal_order=first[iri]
        )


def _node_attributes(
    case: Case, iri: str, threads: Mapping[str, None], people: Mapping[str, str]
) -> dict[str, Any]:
    entity = case.entities.get(iri)
    attributes: dict[str, Any] = {
        "label": case.label(iri),
        "kind": entity.kind if entity else "entity",
        "iri": iri,
    }
    if threads:
        labels = dict.fromkeys(label for joined in threads for label in joined.split("; "))
        attributes["threads"] = "; ".join(sorted(labels))
    if entity:
        aliases = entity.aliases
        if people:
            aliases = tuple(
                dict.fromkeys((*aliases, *(case.label(p) for p, person in people.items() if person == iri)))
            )
        extras = {
            "comment": entity.comment,
            "aliases": "; ".join(aliases),
            "unknown": entity.unknown,
            "persona": entity.persona,
        }
        attributes.update((key, value) for key, value in extras.items() if value)
    return attributes
