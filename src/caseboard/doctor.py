"""What to say of an answer that is empty, or of a query with a term that nobody knows.

Nothing is guessed: each sentence rests on a query that was run. What is run, is run in processes of its own,
which are stopped when the time for advice is up; what was found by then is said.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import islice, product

from caseboard.apart import run_apart
from caseboard.claims import Case
from caseboard.dissect import Dissection, dissect
from caseboard.emptiness import Ask, Emptiness, Finding, Question, count, result
from caseboard.errors import QueryError
from caseboard.locate import graph_dir
from caseboard.lookup import fold
from caseboard.mending import Mending
from caseboard.misplaced import Misplaced
from caseboard.network import INCLUDES
from caseboard.sparql import LONG_QUERY, Token, mentioned, tokens
from caseboard.store import Answer
from caseboard.strays import counts, redeclared, strays, unbound_tests
from caseboard.terms import CB, GRAPHS, RDFS, local_name
from caseboard.world import unknown

#: Advice may take so many times as long as the query did, up to so many seconds; and in any case this long.
TIMES, LONGEST, SECONDS = 10, 5.0, 0.5
#: Names are near whose letters agree to this degree.
_NEAR = 0.75
#: So many combinations of near names are tried.
_COMBINATIONS = 27


def advise(case: Case, question: Question, ask: Ask) -> tuple[str, ...]:
    """Return what there is to say about an answer, as sentences.

    Args:
        case: what was asked.
        question: the query and how it was answered.
        ask: answers a query in this process.
    """
    return _Visit(case, question, ask).advice()


class _Visit:
    """One query being looked into."""

    def __init__(self, case: Case, question: Question, ask: Ask) -> None:
        self._case, self._question, self._ask = case, question, ask
        self._deadline = time.monotonic() + max(SECONDS, min(TIMES * question.took, LONGEST))
        short = sum(1 for _ in tokens(question.text)) <= LONG_QUERY
        self._query = dissect(question.text, reads=case.store.reads) if short else None

    def advice(self) -> tuple[str, ...]:
        told = strays(self._question.text, bound=self._question.bindings) if self._question.own else ()
        if self._question.empty and counts(self._question.text):
            none = self._counts_none()
            self._question = replace(self._question, empty=none)
        if self._question.own and (strange := self._unknown()):
            named, mended = self._named(strange)
            told += named
            # A pattern with an unknown term empties the answer; elsewhere the term may be no matter.
            if mended or self._query is None or any(self._in_pattern(token) for token, _ in strange):
                return told
        if not self._question.empty:
            return told
        turned: dict[int, str] = {}
        mends: dict[int, str] = {}
        cause: dict[int, str] = {}
        why = None
        if self._query is not None and self._question.own:
            if lost := self._tested_only(self._query):
                return (*told, *lost)
            asked = (self._case, self._question, self._query, self._ask)
            why, mending, misplaced = Emptiness(*asked), Mending(*asked), Misplaced(*asked)
            cause = self._staged(why.dead)
            # What is empty by itself must be mended first; nothing else can help.
            suspects = set(cause) or None
            turned = self._staged(lambda: why.directions(suspects))
            # Of what mends the query, one is enough.
            mends = {} if turned else self._staged(lambda: mending.literals(suspects))
        less = self._staged(self._less_certain)
        if why is not None:
            later = (
                mending.within,
                lambda: misplaced.graphs(set(cause)),
                misplaced.spelled,
                misplaced.turned,
            )
            for work in later:
                mends = mends or ({} if turned else self._staged(work))
        # What asks most, and what must first be worked out, come last: the time may be up before them.
        if why is not None and not cause and not mends:
            cause = self._staged(why.culprit)
        if self._query is not None and len(self._query.parts) == 1 and not self._query.tail.strip():
            cause = {}  # that it finds nothing is what the answer says
        cause = {} if mends else {place: text for place, text in cause.items() if place not in turned}
        less |= self._staged(self._inferred)
        return (*told, *cause.values(), *turned.values(), *mends.values(), *less.values())

    def _counts_none(self) -> bool:
        """Say whether a query has nothing to count; if so, what it counts is looked into, not the number."""
        asked, query = self._question.text, self._query
        if query is None or not self._question.own:
            return False
        text = query.alone()
        counted = dissect(text, reads=self._case.store.reads)
        if counted is None:
            return False
        if self._staged(lambda: [] if count(self._asked(text)) else [(0, "none")]):
            self._question, self._query = replace(self._question, text=text), replace(counted, form="COUNT")
            return True
        return bool(self._staged(lambda: [] if count(self._asked(asked)) else [(0, "none")]))

    def _asked(self, text: str) -> Answer:
        return self._ask(text, self._question.include, self._question.bindings)

    def _tested_only(self, query: Dissection) -> list[str]:
        """Return what to say of variables in filters that nothing binds."""
        filters = [part for part in query.parts if part.kind == "filter"]
        bound = {name for part in query.parts if part.kind != "filter" for name in part.variables}
        bound |= {token.text[1:] for token in tokens(query.tail) if token.kind == "var"}
        bound |= set(self._question.bindings)
        bound |= {term[1:] for part in query.parts for _, term in part.graphs if term[0] in "?$"}
        found: dict[str, None] = {}
        for part in filters:
            words = {token.text.upper() for token in part.tokens}
            if not words & {"EXISTS", "BOUND", "COALESCE", "||", "|", "IF"}:
                found |= dict.fromkeys(unbound_tests(part.tokens, bound))
        return list(found)

    def _staged(self, work: Callable[[], list[Finding]]) -> dict[int, str]:
        """Return what work finds in the time that is left; nothing where that is not enough."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            return {}
        try:
            found = json.loads(run_apart(lambda: json.dumps(work()).encode(), timeout=left))
        except QueryError:
            return {}
        return {int(place): str(text) for place, text in found}

    # --- unknown terms ----------------------------------------------------------------------------

    def _unknown(self) -> list[tuple[Token, str]]:
        """Return the terms of the query that the data does not have, each once."""
        matters = self._where_it_matters()
        found = unknown(self._case.store, self._question.text)
        return [(token, iri) for iri, token in found.items() if matters(token)]

    def _where_it_matters(self) -> Callable[[Token], bool]:
        """Return what tells of a token whether it stands where an unknown term matters.

        A template may name what is new; and what a filter or a value names may be missing without harm, as
        long as there is an answer.
        """
        query = self._query
        if query is None:
            form = next((t.text.upper() for t in tokens(self._question.text) if t.kind == "word"), "")
            return lambda _token: form == "DESCRIBE"
        harmless = () if self._question.empty else ("filter", "bind", "values")
        inside = {t.start for part in query.parts if part.kind not in harmless for t in part.tokens}
        # Nobody tests whether a pattern has a solution, knowing that it can have none.
        exists = [part for part in query.parts if any(t.text == "{" for t in part.tokens)]
        inside |= {t.start for part in exists if part.kind == "filter" for t in part.tokens}
        if self._question.empty:
            start = len(self._question.text) - len(query.tail)
            inside |= {t.start for t in tokens(self._question.text) if t.start >= start}
        graphs = {term for part in query.parts for _, term in part.graphs}
        return lambda token: token.start in inside or token.text in graphs or token.text in query.dataset

    def _in_pattern(self, token: Token) -> bool:
        parts = self._query.parts if self._query else ()
        patterns = [part for part in parts if part.kind in ("triple", "triples")]
        inside = any(token.start in {one.start for one in part.tokens} for part in patterns)
        return inside or self._role(token) == "graph"

    def _named(self, strange: Sequence[tuple[Token, str]]) -> tuple[tuple[str, ...], bool]:
        """Return a sentence on each unknown term, and whether a near name gives the query an answer."""
        near: list[list[str]] = [[] for _ in strange]
        for place, said in self._staged(
            lambda: [(at, json.dumps(self._near(*one))) for at, one in enumerate(strange)]
        ).items():
            near[place] = json.loads(said)
        fitting = self._staged(lambda: self._fitting(strange, near)) if self._question.empty else {}
        for place, said in fitting.items():
            near[place] = json.loads(said)
        return tuple(map(self._nearest, strange, near)), bool(fitting)

    def _nearest(self, one: tuple[Token, str], near: Sequence[str]) -> str:
        shown, iri = one[0].text, one[1]
        declared = (graph_dir() / "vocabulary.ttl").read_text("utf-8")
        if iri.startswith(CB) and re.search(rf"^cb:{re.escape(iri[len(CB) :])} a ", declared, re.MULTILINE):
            return f"{shown} is in the vocabulary, but nothing on this board uses it"
        if near:
            return f"{shown} is nowhere on this board: did you mean {' or '.join(near)}?"
        return f"{shown} is nowhere on this board; `caseboard schema` lists what there is to ask"

    def _fitting(self, strange: Sequence[tuple[Token, str]], near: Sequence[Sequence[str]]) -> list[Finding]:
        """Return which of the near names give the query an answer, by the place of the unknown term."""
        wider = [
            names or self._verbs(*one) or [one[0].text] for names, one in zip(near, strange, strict=True)
        ]
        fitting = []
        for names in islice(product(*wider), _COMBINATIONS):
            try:
                number = count(self._asked(self._renamed(strange, names)))
            except QueryError:
                continue
            if number:
                fitting.append(names)
                if len(strange) > 1:
                    break
        found = []
        for at, one in enumerate(strange):
            if any(fold(local_name(name)) == fold(local_name(one[1])) for name in near[at]):
                continue
            kept = list(dict.fromkeys(names[at] for names in fitting if names[at] != one[0].text))
            found += [(at, json.dumps(kept))] if kept else []
        return found

    def _renamed(self, strange: Sequence[tuple[Token, str]], names: Sequence[str]) -> str:
        known = {iri: name for (_, iri), name in zip(strange, names, strict=True)}
        text, parts, last = self._question.text, [], 0
        for token, iri in mentioned(text, prefixes=self._case.store.prefixes):
            if iri in known:
                name = known[iri]
                written = f"<{name}>" if "://" in name and name[0] != "<" else name
                parts += [text[last : token.start], written]
                last = token.start + len(token.text)
        return "".join([*parts, text[last:]])

    def _verbs(self, token: Token, iri: str) -> list[str]:
        """Return the verbs of the data that are like an unknown one; the vocabulary need not declare them."""
        if self._role(token) != "verb":
            return []
        wanted = local_name(iri)
        used = [str(verb) for (verb,) in self._case.rows("verbs")]
        # What others call the name of a thing, is a label here.
        alike = [verb for verb in used if likeness(wanted, local_name(verb), "")]
        alike += [RDFS + "label"] if fold(wanted) in ("name", "title", "preflabel") else []
        return [self._written(verb) for verb in dict.fromkeys(alike)][:3]

    def _near(self, token: Token, iri: str) -> list[str]:
        wanted = local_name(iri)
        space = iri.removesuffix(wanted)
        ranked = []
        for name, label in self._candidates(token):
            if score := likeness(wanted, local_name(name), label):
                ranked.append((-score, not name.startswith(space), name))
        ranked.sort()
        # What is the same but for case, is what is meant.
        far = ranked[0][0] + (0.1 if ranked[0][0] > -1 else 0) if ranked else 0
        names = dict.fromkeys(name for score, _, name in ranked if score <= far)
        return [self._written(name) for name in names][:3]

    def _written(self, iri: str) -> str:
        """Return an IRI as the query can write it."""
        name = self._case.curie(iri)
        other = redeclared(self._question.text, self._case.store.prefixes)
        return f"<{iri}>" if name.partition(":")[0] in other else name

    def _candidates(self, token: Token) -> Iterator[tuple[str, str]]:
        """Yield the IRIs and labels that may stand where a term stands: verbs where it is a verb."""
        case, role = self._case, self._role(token)
        if role == "graph":
            yield from ((graph, "") for graph in sorted(GRAPHS))
            return
        for term, kind in case.rows("terms"):
            if role == "" or (role == "kind") == str(kind).endswith("Class"):
                yield str(term), ""
        if role == "":
            yield from ((str(iri), label or "") for iri, _, label, *_ in case.rows("entities"))
            named = [(one.id, one.label) for one in case.points]
            named += [(one.id, one.label) for one in case.threads.values()]
            yield from ((case.names.iri(id_) or id_, label) for id_, label in named)

    def _role(self, token: Token) -> str:
        """Return whether a token stands as a "verb", a "kind" (what something is), a "graph", or else."""
        if self._query is None:
            return ""
        for part in self._query.parts:
            places = [one.start for one in part.tokens]
            if part.kind == "triple" and token.start in places:
                # The subject is one token; the object, where it is a name, is the last.
                if token.start == places[0]:
                    return ""
                if token.start != places[-1]:
                    return "verb"
                return "kind" if part.ends[1] in ("a", "rdf:type") else ""
        named = {term for part in self._query.parts for _, term in part.graphs}
        return "graph" if token.text in named or token.text in self._query.dataset else ""

    # --- what is less certain ---------------------------------------------------------------------

    def _less_certain(self) -> list[Finding]:
        left = [status for status in INCLUDES if status not in (*self._question.include, "inferred")]
        found = [said for status in left if (said := self._with((status,)))]
        return list(enumerate(found or ([said] if len(left) > 1 and (said := self._with(left)) else [])))

    def _inferred(self) -> list[Finding]:
        said = "" if "inferred" in self._question.include else self._with(("inferred",))
        return [(-1, said)] if said else []

    def _with(self, statuses: Sequence[str]) -> str:
        if self._query is not None and (
            self._query.dataset or all(part.graphs for part in self._query.parts)
        ):
            return ""  # it names its graphs itself
        include: Collection[str] = (*self._question.include, *statuses)
        number = count(self._ask(self._question.text, include, self._question.bindings))
        form = self._query.form if self._query else ""
        return f"{result(number, form)} with --include {','.join(statuses)}" if number else ""


def likeness(wanted: str, name: str, label: str) -> float:
    """Return how near a name is to what was written, from 0 for not near to 1 for the same but for case.

    >>> likeness("handlrOf", "handlerOf", "") > 0.9, likeness("lind", "ada-l", "Ada Lind") > 0
    (True, True)
    >>> likeness("handlrOf", "spouseOf", "")
    0.0
    """
    one, other = fold(wanted), fold(name)
    if one == other or not one:
        return float(bool(one))
    if _transposed(one, other):
        return 0.95
    matcher = SequenceMatcher(None, one, other)
    # The quick bounds spare most names the slow comparison.
    if matcher.real_quick_ratio() >= _NEAR and matcher.quick_ratio() >= _NEAR:
        ratio = matcher.ratio()
        if ratio >= _NEAR:
            return ratio
    words = set(re.findall(r"\w+", one.replace("-", " ").replace("_", " ")))
    known = set(re.findall(r"\w+", f"{other.replace('-', ' ')} {fold(label)}"))
    return 0.6 + 0.1 * len(words) / len(known) if words and words <= known else 0.0


def _transposed(one: str, other: str) -> bool:
    """Say whether two words differ by two letters next to each other that changed places."""
    apart = [at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b]
    return (
        len(one) == len(other)
        and len(apart) == 2
        and apart[0] + 1 == apart[1]
        and sorted(one) == sorted(other)
    )
