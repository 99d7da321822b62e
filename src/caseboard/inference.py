"""Rules over claims: what follows from a case, why, and what would be missing or fall."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import TypeVar, cast

from caseboard.claims import Case
from caseboard.display import Shown
from caseboard.errors import BadArgument, UnknownName, did_you_mean
from caseboard.model import STATUSES, Claim, Name, Point, Relation, Value
from caseboard.pause import paused_collection
from caseboard.rules import Missing, Rule, Triple, absolute
from caseboard.steps import step
from caseboard.store import CLAIMS, VOCABULARY, Store
from caseboard.terms import CB, plain
from caseboard.work import Work, entailed
from caseboard.world import derive

_Cost = TypeVar("_Cost", bound=tuple[float, str])


@dataclass(frozen=True, slots=True, order=True)
class Derivation:
    """One way to a conclusion: the name of the rule and the ids of the claims it rests on."""

    rule: str
    premises: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InferredClaim(Shown):
    """What follows by rules: every distinct way to it, and the best of them in what follows.

    ``triple`` holds its terms as N-Triples; ``strength`` is that of the weakest premise of the strongest way,
    ``weakest`` that premise's status, ``revealed`` the point from which on the earliest way is open.
    """

    id: str
    subject: Name
    relation: Relation
    object: Name | Value
    derivations: tuple[Derivation, ...]
    revealed: Point
    strength: float
    weakest: str
    triple: Triple

    @property
    def sentence(self) -> str:
        """Return the claim as subject, verb, object."""
        return f"{self.subject} {self.relation.label} {self.object}."

    def __str__(self) -> str:
        doubt = "" if self.weakest == STATUSES[0] else f" from what is only {self.weakest}"
        return f"{self.sentence} [inferred{doubt}, {self.revealed}]"


@dataclass(frozen=True, slots=True)
class Proof(Shown):
    """A claim and all ways to it: each a rule with the proofs of its premises.

    An authored claim has no ways. One whose ways stand elsewhere in the same tree is ``repeated`` without.
    """

    claim: Claim | InferredClaim
    ways: tuple[tuple[Rule, tuple[Proof, ...]], ...] = ()
    repeated: bool = False

    def __str__(self) -> str:
        lines = []
        todo: list[tuple[str, Proof | str]] = [("", self)]
        while todo:  # a proof may be deeper than functions may call themselves
            indent, item = todo.pop()
            if isinstance(item, str):
                lines.append(indent + item)
                continue
            lines.append(f"{indent}{item.claim}{' (as shown above)' if item.repeated else ''}")
            below: list[tuple[str, Proof | str]] = []
            for number, (rule, premises) in enumerate(item.ways):
                below.append((f"{indent}  ", f"{'also ' if number else ''}because: {rule.sentence}"))
                below += [(f"{indent}    ", premise) for premise in premises]
            todo += reversed(below)
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Inference(Shown):
    """What follows from a case by rules; ``facts`` has every claim that a rule may rest on, by its id."""

    claims: tuple[InferredClaim, ...]
    rules: tuple[Rule, ...]
    case: Case = field(repr=False)
    facts: Mapping[str, Triple] = field(repr=False)

    def __str__(self) -> str:
        return "\n".join(map(str, self.claims)) or "Nothing follows."

    def visible(self, include: Collection[str]) -> tuple[InferredClaim, ...]:
        """Return what follows from stated claims and those of the statuses included, if "inferred" is one."""
        if "inferred" not in include:
            return ()
        allowed = {STATUSES[0], *include}
        leaves = {id_: (0, "") for id_, word in _leaf_words(self.case, self.facts).items() if word in allowed}
        held = _settle({claim.id: claim.derivations for claim in self.claims}, leaves)
        return tuple(claim for claim in self.claims if claim.id in held)

    def explain(self, claim: str) -> Proof:
        """Return the proof of a claim by its id, down to authored claims, with all ways to it.

        Raises:
            UnknownName: no claim that holds has this id.
        """
        inferred = {known.id: known for known in self.claims}
        if claim not in self.facts:
            raise UnknownName(
                f"no claim {claim!r} holds here.{did_you_mean(claim, self.facts)} `missing` says why not"
            )
        rules = {rule.name: rule for rule in self.rules}
        shown: set[str] = set()

        above: set[str] = set()

        def prove(known: str) -> Generator[str, Proof | None, Proof | None]:
            if known not in inferred:
                return Proof(self.case.claims[known])
            if known in above:
                return None  # a way that leads back to what is to be proved proves nothing
            if known in shown:
                return Proof(inferred[known], repeated=True)
            above.add(known)
            ways = []
            for derivation in inferred[known].derivations:
                premises = []
                for premise in derivation.premises:
                    premises.append((yield premise))
                sound = tuple(premise for premise in premises if premise is not None)
                if len(sound) == len(premises):
                    ways.append((rules[derivation.rule], sound))
            above.remove(known)
            if ways:
                shown.add(known)
            return Proof(inferred[known], tuple(ways)) if ways else None

        # A proof may be deeper than functions may call themselves, so each asks here for those it rests on.
        open_, proof = [prove(claim)], None
        while open_:
            try:
                asked = open_[-1].send(proof)
            except StopIteration as done:
                open_.pop()
                proof = cast("Proof | None", done.value)
            else:
                open_.append(prove(asked))
                proof = None
        assert proof is not None, "what was inferred has a way that does not lead back to it"  # noqa: S101
        return proof

    def missing(self, subject: str, relation: str, object: str) -> tuple[Missing, ...]:  # noqa: A002
        """Return, for each rule that could give a relation, which of its premises are met.

        Args:
            subject: id or IRI.
            relation: id or IRI.
            object: id or IRI, or the text of an attribute.

        Raises:
            UnknownName: no such relation.
            BadArgument: it does hold.
        """
        names = self.case.names
        declared = self.case.relations.get(names.iri(relation) or relation)
        if declared is None:
            known = [each.id for each in self.case.relations.values()]
            raise UnknownName(f"no relation {relation!r}.{did_you_mean(relation, known)}")
        text = object.replace("\\", "\\\\").replace('"', '\\"')
        target = f'"{text}"' if declared.attribute else absolute(object, names)
        wanted = (absolute(subject, names), absolute(relation, names), target)
        same = {wanted, wanted[::-1]} if declared.symmetric else {wanted}
        if holding := [
            claim for claim, triple in self.facts.items() if same & {*entailed(self.case, triple)}
        ]:
            raise BadArgument(f"nothing is missing, it holds: explain {holding[0]!r} gives the reasons")
        rules = [r for r in self.rules if (all_ := r.concludes(names)) is None or wanted[1] in all_]
        return tuple(self._missing(rule, wanted) for rule in rules)

    def _missing(self, rule: Rule, wanted: Triple) -> Missing:
        bound = dict(zip(("?subject", "?relation", "?object"), wanted, strict=True))
        found: list[str] = []
        lacking: list[str] = []
        for written in rule.patterns:
            pattern = [bound.get(t) or (t if t[0] in '?"' else absolute(t, self.case.names)) for t in written]
            words = " ".join(self._words(term, verb=place == 1) for place, term in enumerate(pattern))
            met = any(
                all(term[0] == "?" or term == part for term, part in zip(pattern, triple, strict=True))
                for fact in self.facts.values()
                for triple in entailed(self.case, fact)
            )
            (found if met else lacking).append(words)
        return Missing(rule, tuple(found), tuple(lacking))

    def _words(self, term: str, *, verb: bool) -> str:
        if term.startswith("?"):
            return "stands in some relation to" if verb else f"some {term[1:].replace('_', ' ')}"
        relation = self.case.relations.get(plain(term)) if verb else None
        return relation.label if relation else self.case.label(plain(term))


def drawn(case: Case, conclusions: Iterable[InferredClaim]) -> Store:
    """Return the store of a case with what follows in ``cb:inferred``, and its world derived anew."""
    graphs = {graph: case.store.triples(graph) for graph in (CLAIMS, VOCABULARY)}
    graphs[f"{CB}inferred"] = [claim.triple for claim in conclusions]
    store = Store.of(graphs, prefixes=case.store.prefixes)
    derive(store)
    return store


def infer(case: Case, rules: Sequence[Rule]) -> Inference:
    """Return all that follows from the unrefuted claims of a case, by rules run until nothing is new.

    Raises:
        CaseError: a rule that is no SELECT of a conclusion and its premises, rests on what is no claim or on
            the absence of one, or concludes about things that no claim mentions.

    >>> import caseboard
    >>> from caseboard.locate import graph_dir
    >>> from caseboard.rules import read_rules
    >>> inference = infer(caseboard.open("harbour").case, read_rules(graph_dir() / "rules"))
    >>> print(next(claim for claim in inference.claims if claim.relation.attribute))
    Tomas Berg is dead. [inferred, the start]
    """
    with paused_collection():
        return _infer(case, tuple(rules))


def _infer(case: Case, rules: tuple[Rule, ...]) -> Inference:
    work = Work(case)
    ways: dict[Triple, set[tuple[str, tuple[str, ...]]]] = {}
    reads = {rule.name: rule.reads(case.names) for rule in rules}
    fresh: set[str] | None = None
    while fresh is None or fresh:
        step("drawing conclusions")
        new: dict[str, Triple] = {}
        for rule in rules:
            read = reads[rule.name]
            if fresh is not None and read is not None and not (read & fresh):
                continue
            for triple, premises in work.apply(rule):
                if triple not in ways:
                    new[_id(triple)] = triple
                    ways[triple] = set()
                ways[triple].add((rule.name, premises))
        work.add(new)
        fresh = {relation for fact in new.values() for _, relation, _ in entailed(case, fact)}
    concluded = {triple: known for known, triple in work.facts.items() if known in work.inferred}
    derivations = {
        concluded[triple]: tuple(Derivation(*way) for way in sorted(ways[triple])) for triple in sorted(ways)
    }
    strength = dict(case.statuses.values())
    sure = {claim: (-strength.get(word, 0.0), word) for claim, word in work.words.items()}
    points = {point.id: point for point in work.points.values()}
    when = {claim: (point.order, point.id) for claim, point in work.points.items()}
    sure, when = _settle(derivations, sure), _settle(derivations, when)
    name = cache(case.name)
    relations = {f"<{iri}>": relation for iri, relation in case.relations.items()}
    claims = []
    for known, found in derivations.items():
        triple = work.facts[known]
        subject, relation, obj = triple
        claims.append(
            InferredClaim(
                id=known,
                subject=name(plain(subject)),
                relation=relations[relation],
                object=Value(plain(obj)) if obj.startswith('"') else name(plain(obj)),
                derivations=found,
                revealed=points[when[known][1]],
                strength=-sure[known][0],
                weakest=sure[known][1],
                triple=triple,
            )
        )
    return Inference(tuple(claims), rules, case, work.facts)


def _settle(derivations: Mapping[str, Sequence[Derivation]], leaves: Mapping[str, _Cost]) -> dict[str, _Cost]:
    """Return the cost of each claim that follows from the leaves: of its cheapest way, the dearest premise.

    From the cheapest leaf on, a way is open when the last of its premises is, at the cost of that one.
    """
    users: dict[str, list[int]] = {}
    ends: list[str] = []
    lacking: list[int] = []
    for claim, ways in derivations.items():
        for way in ways:
            premises = set(way.premises)
            for premise in premises:
                users.setdefault(premise, []).append(len(ends))
            ends.append(claim)
            lacking.append(len(premises))
    best: dict[str, _Cost] = {}
    for leaf, cost in sorted(leaves.items(), key=lambda item: item[1]):
        if leaf in best:
            continue
        best[leaf] = cost
        open_ = [leaf]
        while open_:
            for way_ in users.get(open_.pop(), ()):
                lacking[way_] -= 1
                if not lacking[way_] and ends[way_] not in best:
                    best[ends[way_]] = cost
                    open_.append(ends[way_])
    return best


def _leaf_words(case: Case, facts: Mapping[str, Triple]) -> dict[str, str]:
    """Return the status of each authored claim among the facts."""
    return {known: case.claims[known].status for known in facts if known in case.claims}


def _id(triple: Triple) -> str:
    return "inferred:" + sha256(" ".join(triple).encode()).hexdigest()[:12]
