"""What empties an answer: the smallest part without a solution, literals that differ, directions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from caseboard.claims import Case
from caseboard.dissect import Dissection, Part
from caseboard.engine import parse_table
from caseboard.errors import QueryError
from caseboard.sparql import Token
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
        empty: whether nothing came back, or "no".
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
    noun = "triple" if form in ("CONSTRUCT", "DESCRIBE") else "answer"
    return f"{number} {noun}{'' if number == 1 else 's'}"


class Emptiness:
    """Looks for what empties one query.

    Args:
        case: what was asked.
        question: the query, and how.
        query: the same in its parts.
        ask: answers a query in this process.
    """

    def __init__(self, case: Case, question: Question, query: Dissection, ask: Ask) -> None:
        self._case, self._question, self._query, self._ask = case, question, query, ask

    def literals(self, suspects: set[int] | None = None) -> list[Finding]:
        """Return the patterns and filters whose literal the data has with another tag, type or case.

        ``suspects`` are the places to look at; None for all.
        """
        found = []
        for part in self._query.parts:
            if suspects is not None and part.place not in suspects:
                continue
            for variable, changed in self._alike(part):
                values = self._values(None, {part.place: changed}, variable)
                if not values and part.kind == "triple" and not self._rows([part.place]):
                    values = self._values([part.place], {part.place: changed}, variable)
                if values:
                    found.append((part.place, f"{_shown(part)}: the data has {' and '.join(values[:3])}"))
                    break
        return found

    def _alike(self, part: Part) -> Iterator[tuple[str, str]]:
        """Yield the variable that tells, and a part whose literal may differ in tag, type and case."""
        if part.kind == "triple" and _is_literal(part.ends[2]):
            subject, verb, literal = part.ends
            name = "similar"
            while name in self._query.variables():
                name += "_"
            test = f"(LCASE(STR(?{name})) = LCASE(STR({literal})) || ?{name} = {literal})"
            yield name, f"{subject} {verb} ?{name} . FILTER(isLiteral(?{name}) && {test})"
        elif part.kind == "filter":
            base, text = part.tokens[0].start, part.text
            for start, end, variable, literal in _equalities(part.tokens):
                test = f"(isLiteral(?{variable}) && LCASE(STR(?{variable})) = LCASE(STR({literal})))"
                yield variable, text[: start - base] + test + text[end - base :]

    def _values(self, keep: Collection[int] | None, changed: Mapping[int, str], variable: str) -> list[str]:
        """Return the literals that a variable has in the solutions of some parts, as one would write them."""
        columns = [variable, *(name for name in self._question.bindings if name != variable)]
        try:
            answer = self._ask(
                self._query.alone(keep, changed, columns=columns),
                self._question.include,
                self._question.bindings,
            )
        except QueryError:
            return []
        terms = {row[0] for row in parse_table(answer.data)[1] if type(row[0]).__name__ == "Literal"}
        return sorted(self._written(str(term)) for term in terms)

    def _written(self, literal: str) -> str:
        text, mark, datatype = literal.rpartition("^^<")
        return f"{text}^^{self._case.curie(datatype[:-1])}" if mark else literal

    def directions(self, suspects: set[int] | None = None) -> list[Finding]:
        """Return the patterns that give the query an answer once subject and object are swapped.

        ``suspects`` are the places to look at; None for all. Of several that are empty, one cannot help.
        """
        found: list[Finding] = []
        if any(map(_denies, self._query.parts)):
            return found  # what is not so, is not so for want of something to the one side or the other
        for part in self._query.parts:
            if (
                part.kind != "triple"
                or part.ends[1][0] in "?$"
                or (suspects and {part.place} != set(suspects))
            ):
                continue
            subject, verb, obj = part.ends
            if _is_literal(obj) or obj[0] in "[(":
                continue
            swapped = f"{obj} {verb} {subject}"
            text = self._query.whole({part.place: swapped})
            if number := self._number(text):
                has = f"the other way round, `{swapped}`, has {result(number, self._query.form)}"
                found.append((part.place, f"{_shown(part)}: {has}"))
        return found

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
            return f"nothing matches {_shown(listed[0])}"
        less = "each has one by itself" if len(listed) == 2 else "any fewer of them have one"
        return f"{' and '.join(map(_shown, listed))} have no solution together, though {less}"
    left = " and ".join(map(_shown, patterns)) or "the rest"
    return f"nothing that matches {left} passes {' and '.join(map(_shown, checks))}"


def _shown(part: Part) -> str:
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


def _denies(part: Part) -> bool:
    words = {token.text.upper() for token in part.tokens}
    return part.kind == "minus" or (part.kind == "filter" and bool(words & {"NOT", "BOUND", "COALESCE"}))


def cut(text: str) -> str:
    """Return a text, or as much of it as fits into a sentence.

    >>> len(cut("x" * 1000))
    160
    """
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _is_literal(text: str) -> bool:
    return text[0] in "\"'+-.0123456789" or text in ("true", "false")


def _equalities(listed: Sequence[Token]) -> Iterator[tuple[int, int, str, str]]:
    """Yield each ``?variable = "text"`` or ``STR(?variable) = "text"``: start, end, variable and literal."""
    for at in range(1, len(listed) - 1):
        before, token, after = listed[at - 1 : at + 2]
        if token.text != "=" or token.kind != "mark" or after.kind != "text":
            continue
        end = at + 1
        if listed[end + 1].kind == "lang":
            end += 1
        elif [one.text for one in listed[end + 1 : end + 3]] == ["^", "^"]:
            end += 3
        literal = "".join(one.text for one in listed[at + 1 : end + 1])
        stop = listed[end].start + len(listed[end].text)
        words = [one.text.upper() for one in listed[max(0, at - 4) : at]]
        if before.kind == "var":
            yield before.start, stop, before.text[1:], literal
        elif (
            len(words) == 4 and words[:2] == ["STR", "("] and listed[at - 2].kind == "var" and words[3] == ")"
        ):
            yield listed[at - 4].start, stop, listed[at - 2].text[1:], literal
