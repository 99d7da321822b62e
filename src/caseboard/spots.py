"""One literal of a query under test: where it stands, what is asked of it, and what is asked instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from caseboard.claims import Case
from caseboard.compared import Compared
from caseboard.dissect import Dissection, Part
from caseboard.emptiness import Ask, Question, count, result
from caseboard.engine import parse_table
from caseboard.errors import QueryError
from caseboard.strays import redeclared

#: So many values are told of one literal, and so many are tried of what may be meant.
TOLD, TRIED = 3, 8


@dataclass(frozen=True, slots=True)
class Spot:
    """A literal in one part.

    Attributes:
        compared: the literal and what it stands for, with offsets into the text of the part.
        part: the part.
        extract: an expression for the value that stands where the literal should fit.
        relax: a test on that expression -> the part, with the test in place of the literal.
    """

    compared: Compared
    part: Part
    extract: str
    relax: Callable[[str], str]

    def corrected(self, literal: str) -> str:
        """Return the part with another literal in place of its own."""
        one, text = self.compared, self.part.text
        return text[: one.at] + literal + text[one.at + len(one.literal) :]

    def without(self, test: str) -> str:
        """Return the part with a test in place of the comparison."""
        one, text = self.compared, self.part.text
        return text[: one.start] + test + text[one.end :]


class Probe:
    """Asks a query in other words.

    Args:
        case: what was asked.
        question: the query, and how.
        query: the same in its parts.
        ask: answers a query in this process.
    """

    def __init__(self, case: Case, question: Question, query: Dissection, ask: Ask) -> None:
        self.case, self.question, self.query, self._ask = case, question, query, ask

    def free(self, name: str) -> str:
        """Return a variable of about this name that the query has not."""
        while name in self.query.variables():
            name += "_"
        return f"?{name}"

    def term(self, iri: str) -> str:
        """Return an IRI as the query can write it."""
        curie = self.case.curie(iri)
        other = redeclared(self.question.text, self.case.store.prefixes)
        return f"<{iri}>" if curie == iri or curie.partition(":")[0] in other else curie

    def values(
        self,
        changed: Mapping[int, str],
        expression: str,
        *,
        keep: Sequence[int] | None = None,
        literals: bool = True,
    ) -> list[str]:
        """Return the values that an expression has in the solutions of some parts, as N-Triples terms."""
        if expression[:1] in "?$" and expression[1:].isidentifier():
            column, after = expression[1:], ""
        else:
            column = self.free("value")[1:]
            after = f"BIND({expression} AS ?{column})"
        columns = [column, *(name for name in self.question.bindings if name != column)]
        asked = self.query.alone(keep, changed, columns=columns, after=after)
        return self.terms(asked, self.question.bindings, literals=literals)

    def terms(self, asked: str, bindings: Mapping[str, str], *, literals: bool = True) -> list[str]:
        """Return the first column of an answer, each term once; only its literals unless told otherwise."""
        try:
            answer = self._ask(asked, self.question.include, bindings)
        except QueryError:
            return []
        rows = parse_table(answer.data)[1]
        return sorted(
            {str(row[0]) for row in rows if row[0] is not None and (str(row[0])[0] == '"' or not literals)}
        )

    def rows(self, changed: Mapping[int, str], keep: Sequence[int]) -> bool:
        """Say whether some parts, changed, have a solution by themselves."""
        known = {k: v for k, v in self.question.bindings.items() if k in self.query.variables(keep)}
        return count(self._ask(self.query.alone(keep, changed, limit=1), self.question.include, known)) > 0

    def mends(self, spot: Spot, literal: str) -> int:
        """Return how many answers the query has with another literal in one place."""
        return self.number(self.query.whole({spot.part.place: spot.corrected(literal)}))

    def number(self, text: str) -> int:
        """Return how many answers a query has."""
        try:
            return count(self._ask(text, self.question.include, self.question.bindings))
        except QueryError:
            return 0  # with another word in it, it may be no query, or ask too much

    def result(self, number: int) -> str:
        """Return a number of answers in words."""
        return result(number, self.query.form)

    def written(self, term: str) -> str:
        """Return an N-Triples term as a sentence shows it."""
        if term[:1] == "<":
            return self.case.curie(term[1:-1])
        text, mark, datatype = term.rpartition("^^<")
        return f"{text}^^{self.case.curie(datatype[:-1])}" if mark else term


def same(spot: Spot) -> str:
    """Return a test that a value differs from the literal in tag, datatype and case at most."""
    literal = spot.compared.literal
    alike = f"LCASE(STR({spot.extract})) = LCASE(STR({literal}))"
    return f"({alike} || {spot.extract} = {literal})" if spot.part.kind == "triple" else alike


def fit(spot: Spot, value: str) -> str:
    """Return what to write in place of a literal so that a value passes."""
    return value[: value.rindex('"') + 1] if as_text(spot.compared) else value


def is_bare(spot: Spot) -> bool:
    """Say whether a literal stands for what the data has, not for what a function makes of it."""
    return spot.extract[:1] in "?$"


def as_text(one: Compared) -> bool:
    """Say whether the text of a variable is compared, without its tag or datatype."""
    return call(one.what) == "STR" and one.variable != "" and one.what.count("(") == 1


def call(expression: str) -> str:
    """Return the name of the function that an expression calls, in capitals."""
    return expression.partition("(")[0].strip().upper()


def untagged(literal: str) -> str:
    """Return a literal that is a text without its tag or datatype."""
    return literal[: max(literal.rfind('"'), literal.rfind("'")) + 1] or literal


def lexical_form(literal: str) -> str | None:
    """Return what stands between the quotes of a short literal, None where there is nothing."""
    text = untagged(literal)
    return text[1:-1].strip() or None if text[:1] in "\"'" and text[:3] not in ('"""', "'''") else None


def both(values: Sequence[str]) -> str:
    """Return values as a list of all of them, in words."""
    return " and ".join([*([", ".join(values[:-1])] if len(values) > 1 else []), *values[-1:]])


def either(values: Sequence[str]) -> str:
    """Return values as a list to choose from, in words."""
    return " or ".join(values)
