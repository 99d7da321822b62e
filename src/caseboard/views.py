"""A board cut to what is known at a point, to a person, for sure: claims, and what only they reach."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from caseboard.claims import LINKS, Case
from caseboard.display import Shown
from caseboard.errors import BadArgument
from caseboard.model import STATUSES, Claim, Point
from caseboard.pause import paused_collection
from caseboard.store import VOCABULARY, Store, Triple
from caseboard.world import derive, read_select

CB = "https://w3id.org/caseboard/ns#"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which claims pass; None lets all pass. Thread, person and source are IRIs, statuses words."""

    as_of: Point | None = None
    status: frozenset[str] | None = None
    thread: str | None = None
    known_to: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison(Shown):
    """What one board has that the other has not; ``refuted`` is believed on one of them only."""

    only_first: tuple[Claim, ...]
    only_second: tuple[Claim, ...]
    refuted: tuple[Claim, ...]

    def __str__(self) -> str:
        parts = (("only on the first", self.only_first), ("only on the second", self.only_second))
        lines = []
        for title, claims in (*parts, ("refuted on one of them", self.refuted)):
            if claims:
                lines += [f"{title} ({len(claims)})", *(f"  {claim}" for claim in claims)]
        return "\n".join(lines) or "The two boards hold the same claims."


def compare(first: Case, second: Case) -> Comparison:
    """Return the claims that one case has and the other has not.

    >>> import caseboard
    >>> board = caseboard.open("harbour")
    >>> start, midway = board.view(as_of="start"), board.view(as_of="midway")
    >>> [claim.id for claim in compare(start.case, midway.case).refuted]
    ['ex:c-drowned']
    """
    a, b = first.claims, second.claims
    changed = (claim for id_, claim in a.items() if id_ in b and bool(claim.refuted) != bool(b[id_].refuted))
    return Comparison(
        only_first=tuple(claim for id_, claim in a.items() if id_ not in b),
        only_second=tuple(claim for id_, claim in b.items() if id_ not in a),
        refuted=tuple(changed),
    )


def check_status(status: Collection[str] | None) -> frozenset[str] | None:
    """Return the statuses to let pass, or say which there are.

    >>> sorted(check_status(["stated", "hedged"]))
    ['hedged', 'stated']
    """
    if status is None:
        return None
    if isinstance(status, str):
        raise BadArgument(f"status takes several statuses, as in status=({status!r},)")
    for word in status:
        if word not in STATUSES:
            raise BadArgument(f"no status {word!r}; there are {', '.join(STATUSES)}")
    return frozenset(status)


def cut(case: Case, selection: Selection) -> Store:
    """Return a store that holds the claims that pass, and nothing that only the others bring in.

    Kept are: what the claims that pass name (entities, evidence with its sources, agents, threads, events),
    of the vocabulary all but what only the other claims use, the points up to ``as_of``, what somebody on
    the board learns of them by then, and the theories that all their claims in favour pass with. A refutation
    that comes later is taken away.
    """
    with paused_collection():
        passing = _passing(case, selection)
        last = selection.as_of.order if selection.as_of else None
        kept = _reached(case, passing, last)
        described = {_bracketed(str(thing)) for (thing,) in case.rows("described")}
        # A passage's offsets and quote stand in a node without a name, and go where the passage goes.
        nameless = [thing for thing in described if thing.startswith("_:") and thing not in case.point_of]
        kept |= {thing for thing in nameless if not kept.isdisjoint(case.store.pointing(thing))}
        later = [c for c, (point, _) in case.refuted.items() if last is not None and point.order > last]
        refutation = [(f"<{c}>", f"<{CB}{part}>") for c in later for part in ("refutedIn", "refutedBy")]
        store = case.store.part(kept & described, hidden=described - kept, without=refutation)
        vocabulary = case.store.triples(VOCABULARY)
        hidden = _hidden_terms(case, vocabulary, store)
        store.add(VOCABULARY, [(s, p, o) for s, p, o in vocabulary if s not in hidden and o not in hidden])
        derive(store)
        return store


def _passing(case: Case, selection: Selection) -> set[str]:
    """Return the IRIs of the claims that pass every part of the selection."""
    words = {iri: word for iri, (word, _) in case.statuses.items()}
    known = _known_to(case, selection) if selection.known_to else None
    order = cache(lambda point: case.point(point).order)
    kept = set()
    for claim, _, _, _, status, point in case.core:
        iri = str(claim)
        if selection.as_of and order(str(point)) > selection.as_of.order:
            continue
        if selection.status is not None and words.get(str(status)) not in selection.status:
            continue
        if selection.thread and selection.thread not in {name.id for name in case.threads_of.get(iri, ())}:
            continue
        if selection.source and selection.source not in {e.source.id for e in case.evidence_of(iri)}:
            continue
        if known is None or iri in known:
            kept.add(iri)
    return kept


def _known_to(case: Case, selection: Selection) -> set[str]:
    """Return the IRIs of the claims that somebody knows of, by the point of the selection.

    These are the claims that a learning dates by then, and the stated ones about the person that no learning
    dates later; what is done covertly to somebody does not count as noticed.
    """
    last = selection.as_of.order if selection.as_of else None
    learned = {
        claim: point.order for _, learner, claim, point in case.learnings if learner == selection.known_to
    }
    known = {claim for claim, order in learned.items() if last is None or order <= last}
    stated = {iri for iri, (word, _) in case.statuses.items() if word == STATUSES[0]}
    for claim, subject, relation, obj, status, _ in case.core:
        if status not in stated or claim in learned:
            continue
        noticed = obj == selection.known_to and claim not in case.literals
        if subject == selection.known_to or (noticed and not case.relations[str(relation)].covert):
            known.add(str(claim))
    return known


def _reached(case: Case, passing: set[str], last: int | None) -> set[str]:
    """Return the terms that the passing claims reach, and that stand for the case itself."""
    reached = {str(row[0]) for row in case.rows("about")} | set(passing)
    # The points are the scale that a view can be cut by again; no claim brings them in.
    reached |= {iri for iri, point in case.point_of.items() if last is None or point.order <= last}
    for claim, subject, _, obj, _, _ in case.core:
        if claim in passing:
            reached.add(str(subject))
            if claim not in case.literals:
                reached.add(str(obj))
    for link in ("threads", *(f"claim-{link}" for link in LINKS if link != "note")):
        reached |= {str(value) for claim, value in case.rows(link) if claim in passing}
    # Where a piece of evidence points into several sources, it is taken to stand in the first.
    first = {str(piece): str(source) for piece, source in sorted(case.rows("sources"), reverse=True)}
    reached |= {source for piece, source in first.items() if piece in reached}
    for learning, learner, claim, point in case.learnings:
        if claim in passing and learner in reached and (last is None or point.order <= last):
            reached.add(learning)
    reached |= _theories(case, passing, reached)
    return {_bracketed(iri) for iri in reached}


def _theories(case: Case, passing: set[str], reached: set[str]) -> set[str]:
    """Return the theories that give nothing away, and whose they are.

    What a theory says is what all the claims that favour it reveal, so it is kept where all of them pass, and
    the question and what it proposes are on the view. Of the claims against it those that pass stay with it.
    """
    parts: dict[str, dict[str, set[str]]] = {}
    for theory, part, value in case.rows("theories"):
        parts.setdefault(str(theory), {}).setdefault(str(part), set()).add(str(value))
    kept: set[str] = set()
    for theory, has in parts.items():
        needed = (has.get("question") or {""}) | has.get("proposes", set())
        favour = has.get("for", set())
        # One that no claim favours still has to be weighed by one.
        bears = (favour | has.get("against", set())) & passing
        if needed <= reached and favour <= passing and bears:
            kept |= {theory, *has.get("by", ())}
    return kept


def _hidden_terms(case: Case, vocabulary: Sequence[Triple], after: Store) -> set[str]:
    """Return the relations, families and kinds that claims used before the cut, and none uses after it.

    What no claim of the case uses is no secret of the claims that are hidden: rules may still conclude it.
    """
    up: dict[str, set[str]] = {}
    for s, p, o in vocabulary:
        if p.endswith(("#subPropertyOf>", "#subClassOf>", "ns#family>", "#inverseOf>")):
            up.setdefault(s, set()).add(o)
    identity = {_bracketed(iri) for iri, relation in case.relations.items() if relation.identity}

    def used(store: Store, beside: Collection[str] = ()) -> set[str]:
        found: set[str] = set()
        todo = {_bracketed(str(term)) for (term,) in store.select(read_select("used"))}
        if todo & identity:
            todo.add(f"<{CB}Persona>")
        todo |= set(beside)
        while todo:
            found |= todo
            todo = {above for term in todo for above in up.get(term, ())} - found
        return found

    kinds = {_bracketed(str(kind)) for (kind,) in case.rows("kinds")}
    records = {f"<{CB}Family>", f"<{CB}InverseRelation>"}
    words = {s for s, p, o in vocabulary if p.endswith("#type>") and o in records}
    relations = {_bracketed(iri) for iri in case.relations}
    once = used(case.store)
    # What a relation that no claim uses needs, such as its family, is no secret of theirs either.
    return (once - used(after, relations - once)) & (kinds | words | relations)


def _bracketed(iri: str) -> str:
    return iri if iri.startswith("_:") else f"<{iri}>"
