"""What empties an answer: the smallest part without a solution, literals that differ, directions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from caseboard.claims import Case
from caseboard.dissect import Dissection, Part
from caseboard.errors import QueryError
from caseboard.store import Answer

#: (query, statuses, variable -> term) -> answer, in the process that asks.
Ask = Callable[[str, Collection[str], Mapping[str, str]], Answer]
#: What is found about a part: its place, or -1 for several; and a sentence.
Finding = tuple[int, str]

#: So many combinations of parts are tried, of so many at most, before one part after the other is left out.
_TRIALS, _LARGEST = 200, 3
_SHOWN = 160
#: Parts that say something about the solutions of others.
_BESIDE = frozenset(("filter", "bind", "optional", "minus", "lateral"))


@dataclass(frozen=True, slots=True)
class Question:
    """A query as it was asked.

    Attributes:
        text: the query.
        include: statuses beside the stated ones.
        bindings: variable -> N-Triples term, the parameters of a named query.
        empty: whether nothing came back, or "no", or one row without anything but 0.
        own: whether the one who asks wrote the query; of another's, only what is less certain is told.
        took: seconds that the answer took.
    """

    text: str
    include: tuple[str, ...]
    bindings: Mapping[str, str]
    empty: bool
    own: bool
    took: float


def count(answer: Answer) -> int:
    """Return the number of rows or triples of an answer in TSV or N-Triples; 1 for yes, 0 for no.

    >>> count(Answer("select", b"?a\\n1\\n2\\n"))
    2
    """
    if answer.kind == "ask":
        return int(answer.data == b"true")
    lines = answer.data.count(b"\n")
    return max(0, lines - 1) if answer.kind == "select" else lines


def result(number: int, form: str) -> str:
    """Return a number of answers in words, by the form of the query.

    >>> result(1, "SELECT"), result(2, "CONSTRUCT"), result(1, "ASK")
    ('1 answer', '2 triples', 'the answer yes')
    """
    if form == "ASK":
        return "the answer yes"
    if form == "COUNT":
        return f"{number} match{'' if number == 1 else 'es'}"
    noun = "triple" if form in ("CONSTRUCT", "DESCRIBE") else "answer"
    return f"{number} {noun}{'' if number == 1 else 's'}"


class Look:
    """What looks into one query that has no answer.

    Args:
        case: what was asked.
        question: the query, and how.
        query: the same in its parts.
        ask: answers a query in this process.
    """

    def __init__(self, case: Case, question: Question, query: Dissection, ask: Ask) -> None:
        self._case, self._question, self._query, self._ask = case, question, query, ask


class Emptiness(Look):
    """Looks for what empties one query."""

    def directions(self, suspects: set[int] | None = None) -> list[Finding]:
        """Return the patterns that give the query an answer once subject and object are swapped.

        ``suspects`` are the places to look at; None for all. Of several that are empty, one cannot help.
        """
        found: list[Finding] = []
        if any(map(denies, self._query.parts)):
            return found  # what is not so, is not so for want of something to the one side or the other
        for part in self._query.parts:
            if (
                part.kind != "triple"
                or part.ends[1][0] in "?$"
                or (suspects and {part.place} != set(suspects))
            ):
                continue
            subject, verb, obj = part.ends
            if is_literal(obj) or obj[0] in "[(":
                continue
            swapped = f"{obj} {verb} {subject}"
            if not self._number(self._query.whole({part.place: f"{swapped}{self._apart(part)}"})):
                continue
            if number := self._number(self._query.whole({part.place: swapped})):
                has = f"the other way round, `{swapped}`, has {result(number, self._query.form)}"
                found.append((part.place, f"{shown(part)}: {has}"))
        return found

    def _apart(self, part: Part) -> str:
        """Return tests that a pattern, turned round, is not what another pattern says already."""
        subject, verb, obj = part.ends
        others = [p.ends for p in self._query.parts if p is not part and p.ends[1:2] == (verb,)]
        tests = [
            f"FILTER(!(sameTerm({obj}, {one}) && sameTerm({subject}, {other})))"
            for one, _, other in others
            if not any(end[0] in "_[(" for end in (subject, obj, one, other))
        ]
        return f" . {' '.join(tests)}" if tests else ""

    def dead(self) -> list[Finding]:
        """Return the parts that have no solution by themselves."""
        binding = [part for part in self._query.parts if part.kind not in _BESIDE]
        return [(part.place, _no_solution([part])) for part in binding if not self._rows({part.place})]

    def culprit(self) -> list[Finding]:
        """Return the smallest set of parts that has no solution, or what follows and leaves none."""
        if self._rows(None):
            after = " ".join(self._query.tail.split())
            return [(-1, f"the pattern has solutions, but what follows it leaves none: `{cut(after)}`")]
        core = [part for part in self._query.parts if part.kind not in ("optional", "bind")]
        keep = self._smallest(core)
        if keep is None or (len(keep) == 1 and len(core) == 1):
            return []
        listed = [part for part in self._query.parts if part.place in keep]
        place = listed[0].place if len(listed) == 1 else -1
        return [(place, _no_solution(listed))]

    def _smallest(self, core: Sequence[Part]) -> set[int] | None:
        """Return the smallest set of parts that has no solution by itself."""
        trials, sets = 0, [frozenset((part.place,)) for part in core]
        for _ in range(min(_LARGEST, len(core))):
            for chosen in sets:
                keep = self._supported(chosen)
                if keep is None:
                    continue
                trials += 1
                if trials > _TRIALS:
                    return self._thinned(core)
                if not self._rows(keep):
                    return keep
            sets = list(dict.fromkeys(self._grown(sets, core)))
        return self._thinned(core)

    def _grown(self, sets: Sequence[frozenset[int]], core: Sequence[Part]) -> Iterator[frozenset[int]]:
        # Parts that share no variable have a solution together where each has one.
        variables = {part.place: part.variables for part in core}
        for chosen in sets:
            used = frozenset[str]().union(*(variables[place] for place in chosen))
            for place, names in variables.items():
                if place not in chosen and names & used:
                    yield chosen | {place}

    def _thinned(self, core: Sequence[Part]) -> set[int] | None:
        """Return a set that has no solution and is such that none of it can be left out."""
        chosen = frozenset(part.place for part in core)
        for part in reversed(core):
            keep = self._supported(chosen - {part.place})
            if keep is not None and not self._rows(keep):
                chosen -= {part.place}
        return self._supported(chosen)

    def _supported(self, chosen: Collection[int]) -> set[int] | None:
        """Return parts with the blocks that bind what they use; None where something is still unbound."""
        keep = set(chosen)
        for _ in self._query.parts:
            needs = frozenset[str]().union(*(p.needs for p in self._query.parts if p.place in keep))
            more = {
                p.place for p in self._query.parts if p.kind in ("optional", "bind") and p.variables & needs
            }
            if more <= keep:
                break
            keep |= more
        return keep if self._query.stands(keep) else None

    def _rows(self, keep: Collection[int] | None) -> bool:
        """Say whether some parts have a solution by themselves."""
        known = {k: v for k, v in self._question.bindings.items() if k in self._query.variables(keep)}
        return count(self._ask(self._query.alone(keep, limit=1), self._question.include, known)) > 0

    def _number(self, text: str) -> int:
        try:
            return count(self._ask(text, self._question.include, self._question.bindings))
        except QueryError:
            return 0  # turned round it may be no query, or ask too much


def _no_solution(listed: Sequence[Part]) -> str:
    patterns = [part for part in listed if part.kind not in ("filter", "minus", "optional", "bind")]
    checks = [part for part in listed if part.kind in ("filter", "minus")]
    if not checks:
        if len(listed) == 1:
            return f"nothing matches {shown(listed[0])}"
        less = "each has one by itself" if len(listed) == 2 else "any fewer of them have one"
        return f"{' and '.join(map(shown, listed))} have no solution together, though {less}"
    left = " and ".join(map(shown, patterns)) or "the rest"
    return f"nothing that matches {left} passes {' and '.join(map(shown, checks))}"


def shown(part: Part) -> str:
    """Return a part as it is quoted in a sentence."""
    words, last = [], 0
    if part.ends:
        text = " ".join(part.ends)
    else:
        for token in part.tokens:
            words += [" "] * (token.start > last > 0) + [token.text]
            last = token.start + len(token.text)
        text = "".join(words)
    inside = "".join(f"GRAPH {term} {{ " for _, term in part.graphs)
    return f"`{inside}{cut(' '.join(text.split()))}{' }' * len(part.graphs)}`"


def denies(part: Part) -> bool:
    """Say whether a part asks that something is not so."""
    words = {token.text.upper() for token in part.tokens}
    return part.kind == "minus" or (part.kind == "filter" and bool(words & {"NOT", "BOUND", "COALESCE"}))


def cut(text: str) -> str:
    """Return a text, or as much of it as fits into a sentence.

    >>> len(cut("x" * 1000))
    160
    """
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def is_literal(text: str) -> bool:
    """Say whether a term is a literal, by how it begins."""
    return text[0] in "\"'+-.0123456789" or text in ("true", "false")
