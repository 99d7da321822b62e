"""What follows from a case, worked out once; why something holds, or what is missing for it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from caseboard.claims import Case
from caseboard.display import Shown
from caseboard.locate import graph_dir
from caseboard.model import Claim, Name
from caseboard.store import Store

if TYPE_CHECKING:
    from caseboard.inference import Inference, InferredClaim, Proof
    from caseboard.rules import Missing


class Reasoner:
    """Works out what follows from a case when it is first asked for, and keeps it.

    Args:
        case: the claims.
        is_view: whether the case has been cut; a relation that a view hides is then not concluded either.

    >>> import caseboard
    >>> [str(claim) for claim in Reasoner(caseboard.open("harbour").case).inference.claims][-1]
    'Tomas Berg is dead. [inferred, the start]'
    """

    def __init__(self, case: Case, *, is_view: bool = False) -> None:
        self._case, self._is_view = case, is_view
        self._drawn: dict[frozenset[str], Store] = {}

    @cached_property
    def inference(self) -> Inference:
        """What follows by the rules in ``graph/rules``, with every derivation."""
        from caseboard import inference, rules

        listed = rules.read_rules(graph_dir() / "rules")
        known = [r for r in listed if not self._is_view or r.knows(self._case.relations, self._case.names)]
        return inference.infer(self._case, known)

    def store(self, include: Collection[str]) -> Store:
        """Return the store with what follows from stated claims, and those of these statuses, in it."""
        from caseboard import inference

        wanted = frozenset(include) - {"refuted"}
        if wanted not in self._drawn:
            self._drawn[wanted] = inference.drawn(self._case, self.inference.visible(wanted))
        return self._drawn[wanted]


@dataclass(frozen=True, slots=True)
class NotSo(Shown):
    """That something does not hold, and what each rule that could have given it lacks."""

    sentence: str
    missing: tuple[Missing, ...]

    def __str__(self) -> str:
        if not self.missing:
            return f"Not so: {self.sentence}\nNo claim says it, and no rule could give it."
        lacks = "\n".join(map(str, self.missing))
        return f"Not so: {self.sentence}\nNo claim says it. What could have given it:\n{lacks}"


def why(
    inference: Inference,
    subject: str,
    relation: str,
    object: str,  # noqa: A002
    *,
    find: Callable[[str], str],
) -> Proof | NotSo:
    """Return the proof of a triple, or what is missing for it.

    Args:
        inference: what holds.
        subject, relation: ids.
        object: a name that ``find`` turns into an id, or the text of an attribute.
        find: name -> id; raises UnknownName.
    """
    case = inference.case
    declared = next(one for one in case.relations.values() if one.id == relation)
    other = object if declared.attribute else find(object)
    inferred = {known.id for known in inference.claims}
    # A claim that somebody is the father says that they are a parent.
    relations = {
        case.curie(iri): {case.curie(iri), *map(case.curie, case.wider.get(iri, ()))}
        for iri in case.relations
    }
    listed: list[InferredClaim | Claim] = [*inference.claims, *case.claims.values()]
    # What is concluded has a proof of its own beside what a source says, so it is looked at first.
    for one in listed:
        end = one.object.id if isinstance(one.object, Name) else one.object.label
        said = (one.subject.id, end) == (subject, other) and relation in relations[one.relation.id]
        if said and (one.id in inferred or one.id in inference.facts):
            return inference.explain(one.id)
    iri = case.names.iri
    told = other if declared.attribute else case.label(iri(other) or other)
    return NotSo(
        f"{case.label(iri(subject) or subject)} {declared.label} {told}.",
        inference.missing(subject, relation, other),
    )
