"""The store that rules run on, and what each of them finds there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from caseboard.claims import Case
from caseboard.engine import parse_table
from caseboard.errors import QueryError
from caseboard.model import STATUSES, Point
from caseboard.rules import Rule, Triple, refuse
from caseboard.store import STATED, VOCABULARY, Store
from caseboard.terms import CB, RDF, plain
from caseboard.world import read_select

# What holds for want of a claim, or for a number of them, would fall when a round adds claims.
_NEGATION = re.compile(r"\b(?:NOT\s+EXISTS|MINUS|GROUP\s+BY|LIMIT|OFFSET)\b", re.IGNORECASE)
_ORDER = re.compile(r"\}\s*ORDER\s+BY\b[^{}#]*\Z", re.IGNORECASE)
_FRESH = f"{CB}fresh"
_FORM = "write it as SELECT ?subject ?relation ?object ?premise1 ..."


class Work:
    """The store that rules run on: claims as subject, relation and object, and nothing else."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.store = Store.of({VOCABULARY: case.store.triples(VOCABULARY)}, prefixes=case.store.prefixes)
        self.facts: dict[str, Triple] = {}
        self.points: dict[str, Point] = {}
        self.words: dict[str, str] = {}
        self.ids: dict[str, str] = {}
        self.inferred: set[str] = set()
        self.stated: set[Triple] = set()
        self.later = False
        self.seen: dict[str, set[str]] = {}
        self.relations = {f"<{iri}>" for iri in case.relations}
        point_of = cache(case.point)
        terms: dict[str, str] = {}
        for row in sorted(term_rows(case.store.answer(read_select("claims")).data)[1]):
            claim, subject, relation, obj, status, point = row
            iri = plain(claim)
            known = case.curie(iri)
            if known in self.facts or iri in case.refuted:
                continue
            triple = (subject, relation, obj)
            self.facts[known], terms[known], self.ids[claim] = triple, claim, known
            self.points[known] = point_of(plain(point))
            word = case.statuses.get(plain(status), (case.curie(plain(status)),))[0]
            self.words[known] = word
            if word == STATUSES[0]:
                self.stated.update(entailed(case, triple))
        self._load((terms[known], triple) for known, triple in self.facts.items())
        self.mentioned = {term for subject, _, obj in self.facts.values() for term in (subject, obj)}

    def add(self, conclusions: Mapping[str, Triple]) -> None:
        """Add conclusions, by their ids, as claims that rules may rest on."""
        self.store.update(f"DROP SILENT GRAPH <{_FRESH}>")
        self.later = True
        for graph in (STATED, _FRESH):
            self._load(((f"<{known}>", triple) for known, triple in conclusions.items()), graph)
        self.ids.update((f"<{known}>", known) for known in conclusions)
        self.facts.update(conclusions)
        self.inferred.update(conclusions)

    def _load(self, claims: Iterable[tuple[str, Triple]], graph: str = STATED) -> None:
        first, second, third = (f"<{RDF}{part}>" for part in ("subject", "predicate", "object"))
        # A claim of a father is one of a parent too, for the rules that speak of parents.
        lines = [
            f"{c} {first} {s} .\n{c} {second} {p} .\n{c} {third} {o} .\n"
            for c, fact in claims
            for s, p, o in entailed(self.case, fact)
        ]
        self.store.load("".join(lines).encode(), format=".nt", graph=graph)

    def apply(self, rule: Rule) -> Iterator[tuple[Triple, tuple[str, ...]]]:
        """Yield each conclusion of a rule that it has not drawn before, and the ids of its premises.

        What the case states itself is no conclusion.
        """
        if word := _NEGATION.search(rule.body):
            raise refuse(rule, f"{word[0]!r} makes it depend on claims that are not there; leave that out")
        # After the first round, what is new rests on a claim of the round before.
        for text in rule.resting_on(_FRESH) if self.later else (rule.text,):
            yield from self._drawn(rule, text)

    def _drawn(self, rule: Rule, text: str) -> Iterator[tuple[Triple, tuple[str, ...]]]:
        try:
            # The order of the rows does not matter here, and takes the engine longer than to find them.
            answer = self.store.answer(_ORDER.sub("}", text))
        except QueryError as error:
            raise refuse(rule, str(error)) from error
        if answer.kind != "select":
            raise refuse(rule, _FORM)
        seen = self.seen.setdefault(rule.name, set())
        columns, rows = term_rows(answer.data, but=seen)
        if columns[:3] != ("subject", "relation", "object") or len(columns) < 4:
            raise refuse(rule, _FORM)
        ids, facts, mentioned, relations, stated = (
            self.ids,
            self.facts,
            self.mentioned,
            self.relations,
            self.stated,
        )
        found: list[tuple[Triple, tuple[str, ...]]] = []
        for subject, relation, obj, *terms in rows:
            if not (relation in relations and subject in mentioned and obj in mentioned):
                self._refuse_conclusion(rule, subject, relation, obj)
            try:
                premises = tuple([ids[term] for term in terms])
            except KeyError as missing:
                term = missing.args[0] or "an unbound premise"
                raise refuse(rule, f"it rests on {term}, which is no claim that holds") from None
            found.append(((subject, relation, obj), premises))
        # That somebody is a parent is no news beside that they are the father.
        narrow = [(one, premises) for one, premises in found if one[1][1:-1] in self.case.wider]
        entails = {(wide, way) for one, way in narrow for wide in entailed(self.case, one) if wide != one}
        for triple, premises in found:
            # Nor is what follows from itself alone.
            known = any(triple in entailed(self.case, facts[premise]) for premise in premises)
            if triple not in stated and not known and (triple, premises) not in entails:
                yield triple, premises

    def _refuse_conclusion(self, rule: Rule, subject: str, relation: str, obj: str) -> None:
        if relation not in self.relations:
            raise refuse(rule, f"it concludes {relation or 'nothing'}, which is no declared relation")
        for term in (subject, obj):
            # A literal may stand in the rule itself; whatever else is new might go on for ever.
            if term not in self.mentioned and not (term.startswith('"') and term in rule.body):
                term = term or "nothing"
                raise refuse(rule, f"it concludes something about {term}, which no claim mentions")


def entailed(case: Case, triple: Triple) -> Iterator[Triple]:
    """Yield a triple, then those of the wider relations that the vocabulary says it entails."""
    subject, relation, obj = triple
    yield triple
    for wider in case.wider.get(relation[1:-1], ()):
        yield subject, f"<{wider}>", obj


def term_rows(tsv: bytes, *, but: set[str] | None = None) -> tuple[tuple[str, ...], list[list[str]]]:
    """Return the columns and the rows of a SELECT's answer, each term in its N-Triples form, "" for unbound.

    Args:
        tsv: the answer.
        but: the rows of earlier answers, which are left out; those of this answer are added to them.

    >>> term_rows(b"?a\\t?b\\n<urn:x>\\t1\\n")
    (('a', 'b'), [['<urn:x>', '"1"^^<http://www.w3.org/2001/XMLSchema#integer>']])
    """
    head, *lines = tsv.decode().split("\n")
    lines.pop()
    if but is not None:
        lines = [line for line in lines if line not in but]
        but.update(lines)
    columns = tuple(name.removeprefix("?") for name in head.split("\t"))
    rows = [line.split("\t") for line in lines]
    for row in rows:
        for place, cell in enumerate(row):
            if cell and cell[0] not in '<"_':
                # The format has a short form for numbers and truth values.
                row[place] = str(parse_table(f"?a\n{cell}\n".encode())[1][0][0])
    return columns, rows
