"""A query in words, with the number of solutions that each of its patterns has, and the join up to there."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from caseboard.claims import Case
from caseboard.dissect import Dissection, Part, dissect, group_parts
from caseboard.engine import parse_table
from caseboard.errors import QueryError
from caseboard.sparql import Token, mentioned, tokens
from caseboard.store import Answer
from caseboard.table import plain
from caseboard.terms import RDF, RDFS, XSD

#: (query, seconds) -> answer; raises QueryTimeout.
Ask = Callable[[str, float], Answer]

_VERBS = {
    RDF + "subject": "has as its subject",
    RDF + "predicate": "has as its relation",
    RDF + "object": "has as its object",
    RDFS + "label": "is called",
    RDFS + "comment": "is described as",
}
_PATHS = {"^": "(the other way round)", "/": "something that", "|": "or", "!": "anything but"}
_TIMES = {"*": "(any number of times)", "+": "(once or more)", "?": "(once or not at all)"}


@dataclass(frozen=True, slots=True)
class Line:
    """One part of a query.

    Attributes:
        words: what it asks.
        text: how it is written.
        alone: number of solutions of this part by itself; None where that has no meaning or was not counted.
        so_far: number of solutions of all parts up to this one; None likewise.
    """

    words: str
    text: str
    alone: int | None
    so_far: int | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A query in words.

    Attributes:
        asks: what it asks for.
        lines: its parts, in the order of the text.
        then: what is done with the solutions: sorted, grouped, cut.
        stopped: seconds after which counting was stopped; None where all was counted.
    """

    asks: str
    lines: tuple[Line, ...]
    then: str
    stopped: float | None

    def __str__(self) -> str:
        rows = [[_number(line.alone), _number(line.so_far), line.words] for line in self.lines]
        parts = [self.asks, plain(["alone", "so far", "in words"], rows)] if rows else [self.asks]
        parts += [f"then {self.then}"] if self.then else []
        parts += [f"counting was stopped after {self.stopped:g} s"] if self.stopped is not None else []
        return "\n".join(parts)


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def explain(case: Case, text: str, ask: Ask, *, timeout: float) -> Explanation:
    """Return a query in words, with the number of solutions of each part and of the join so far.

    Args:
        case: what is asked.
        text: the query.
        ask: answers a query within some seconds.
        timeout: seconds until counting is stopped; what was counted by then is told.

    Raises:
        QueryError: the text is no query, or one that is refused.

    >>> import caseboard
    >>> board = caseboard.open("harbour")
    >>> print(board.explain("SELECT ?who { ?who cb:parentOf ?whom . ?whom cb:possesses ex:ledger }"))
    Every ?who such that
    alone  so far  in words
    ─────  ──────  ─────────────────────────────────────────────────
    1      1       some person ?who is a parent of some person ?whom
    1      1       ?whom is in possession of The ledger
    """
    case.store.check(text)
    query = dissect(text, reads=case.store.reads)
    if query is None:
        return Explanation("This query has no group of patterns that could be put into words.", (), "", None)
    words = _Words(case, text, query)
    lines, deadline, stopped = [], time.monotonic() + timeout, False
    for part in query.parts:
        counts: list[int | None] = []
        for keep in ({part.place}, set(range(part.place + 1))):
            counts.append(None)
            # A filter has no solutions, nor has what is only there where something else is.
            if stopped or not query.stands(keep) or (len(keep) == 1 and part.kind in _BESIDE):
                continue
            try:
                answer = ask(query.counting(keep), max(0.001, deadline - time.monotonic()))
            except QueryError:
                stopped = True
            else:
                counts[-1] = int(str(getattr(parse_table(answer.data)[1][0][0], "value", 0)))
        lines.append(Line(words.part(part), part.text, *counts))
    then = " ".join(query.tail.split())
    return Explanation(words.asks(), tuple(lines), then, timeout if stopped else None)


#: Parts that say something about the solutions of others.
_BESIDE = frozenset(("filter", "bind", "optional", "minus", "lateral"))


class _Words:
    """Puts one query into words; a variable is introduced where it comes first."""

    def __init__(self, case: Case, text: str, query: Dissection) -> None:
        self._case, self._text, self._query = case, text, query
        self._iris = {token.start: iri for token, iri in mentioned(text, prefixes=case.store.prefixes)}
        self._met: set[str] = set()

    def asks(self) -> str:
        """Return what the query asks for."""
        listed = list(tokens(self._query.head))
        start = next(i for i, token in enumerate(listed) if token.text.upper() == self._query.form)
        chosen: list[Token] = []
        for token in listed[start + 1 :]:
            if token.kind == "word" and token.text.upper() in ("FROM", "WHERE"):
                break
            chosen.append(token)
        if self._query.form == "ASK":
            return "Whether there is a case in which"
        if self._query.form == "CONSTRUCT":
            return "New triples, wherever"
        kept = [token for token in chosen if token.text.upper() not in ("DISTINCT", "REDUCED")]
        shown = (
            _joined(kept) if any(token.text in "()" for token in kept) else ", ".join(t.text for t in kept)
        )
        verb = "A description of every" if self._query.form == "DESCRIBE" else "Every"
        once = ", each once," if len(kept) < len(chosen) else ""
        return f"{verb} {'variable' if shown == '*' else shown}{once} such that"

    def part(self, part: Part, before: Part | None = None) -> str:
        """Return one part in words; the graph that it shares with the part before it is not told again."""
        told = before is not None and before.graphs == part.graphs
        return "".join(f"in {term}: " for _, term in part.graphs if not told) + self._bare(part)

    def _bare(self, part: Part) -> str:
        listed = part.tokens
        if part.kind == "triple":
            return self._triple(part)
        if part.kind == "optional":
            return f"if it is known: {self._block(listed[2:-1])}"
        if part.kind == "minus":
            return f"but not where {self._block(listed[2:-1])}"
        if part.kind == "filter":
            return self._filter(listed[1:])
        if part.kind == "union":
            return f"either {', or '.join(map(self._block, _branches(listed)))}"
        if part.kind == "group":
            return self._block(listed[1:-1])
        if part.kind == "values":
            return f"for {' '.join(self._word(token) for token in listed[1:])}"
        if part.kind == "bind":
            return f"where {listed[-2].text} is {_joined(listed[2:-3])}"
        return f"as another query has it: {_joined(listed)}" if part.kind == "select" else _joined(listed)

    def _filter(self, listed: Sequence[Token]) -> str:
        words = [token.text.upper() for token in listed[:2]]
        if words[:1] == ["EXISTS"] or words == ["NOT", "EXISTS"]:
            negated = words[0] == "NOT"
            block = listed[3 if negated else 2 : -1]
            return f"only where {'it is not so that ' if negated else ''}{self._block(block)}"
        inner = listed[1:-1] if listed[0].text == "(" else listed
        return f"only where {_joined(inner)}"

    def _block(self, listed: Sequence[Token]) -> str:
        parts = group_parts(self._text, listed, prologue=self._query.prologue, reads=self._case.store.reads)
        told = [self.part(part, before) for before, part in zip((None, *parts), parts, strict=False)]
        return " and ".join(told) or _joined(listed)

    def _triple(self, part: Part) -> str:
        subject, verb, obj = part.ends
        length = len(list(tokens(verb)))
        relation = part.tokens[1 : 1 + length]
        iri = self._iris.get(relation[0].start, "") if length == 1 else ""
        if verb == "a" or iri == RDF + "type":
            kind = self._noun(obj, part.tokens[-1])
            article = "" if obj[0] in "?$" else "an " if kind[0] in "aeiou" else "a "
            return f"{self._noun(subject, part.tokens[0])} is {article}{kind}"
        froms, tos = self._ends.get(iri, ("something", "something"))
        one = self._noun(subject, part.tokens[0], froms)
        if relation[0].kind == "var":
            said = f"stands in the relation {verb} to"
        else:
            said = " ".join(map(self._verb, relation))
        other = self._noun(obj, part.tokens[-1], tos) if len(part.tokens) == length + 2 else obj
        return f"{one} {said} {other}"

    def _verb(self, token: Token) -> str:
        iri = self._iris.get(token.start)
        if iri is None:
            return (
                _PATHS.get(token.text)
                or _TIMES.get(token.text)
                or ("is a" if token.text == "a" else token.text)
            )
        return _VERBS.get(iri) or self._case.labels.get(iri) or token.text

    def _noun(self, text: str, token: Token, kind: str = "something") -> str:
        if text[0] not in "?$":
            return self._word(token) if token.text == text else text
        if text in self._met:
            return text
        self._met.add(text)
        return f"{self._kinds.get(text, kind)} {text}"

    def _word(self, token: Token) -> str:
        iri = self._iris.get(token.start)
        return self._case.labels.get(iri, token.text) if iri else token.text

    @cached_property
    def _kinds(self) -> dict[str, str]:
        """Variable -> "some person", where the query says of what kind it is."""
        found: dict[str, str] = {}
        for part in self._query.parts:
            if part.kind == "triple" and part.ends[1] in ("a", "rdf:type") and part.ends[2][0] not in "?$":
                found.setdefault(part.ends[0], f"some {self._word(part.tokens[-1])}")
        return found

    @cached_property
    def _ends(self) -> dict[str, tuple[str, str]]:
        """IRI of a relation -> what stands before and after it, such as "some person"."""
        kinds: dict[str, tuple[set[str], set[str]]] = {}
        for relation, before, after in self._case.rows("ends"):
            froms, tos = kinds.setdefault(str(relation), (set(), set()))
            froms |= {before} if before else set()
            tos |= {after} if after else set()
        return {iri: (self._some(froms), self._some(tos)) for iri, (froms, tos) in kinds.items()}

    def _some(self, kinds: set[str]) -> str:
        if len(kinds) != 1:
            return "something"
        kind = next(iter(kinds))
        if kind.startswith(XSD) or kind == RDFS + "Literal":
            return "some value"
        return f"some {self._case.label(kind)}"


def _branches(listed: Sequence[Token]) -> list[Sequence[Token]]:
    """Return the tokens between the braces of each block of a UNION."""
    found, depth, start = [], 0, 0
    for at, token in enumerate(listed):
        if token.kind == "mark" and token.text in "{}":
            if token.text == "{" and depth == 0:
                start = at + 1
            depth += 1 if token.text == "{" else -1
            if depth == 0:
                found.append(listed[start:at])
    return found


def _joined(listed: Sequence[Token]) -> str:
    """Return tokens as they stand in the query, with one blank where there was any space or comment."""
    words: list[str] = []
    last = None
    for token in listed:
        words += [" "] * (last is not None and token.start > last) + [token.text]
        last = token.start + len(token.text)
    return " ".join("".join(words).split())
