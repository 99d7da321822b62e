"""Literals of an empty query that the data has otherwise: with another tag, datatype or case, or as a thing.

Each correction is put into the query and asked before it is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property

from caseboard.claims import Case
from caseboard.compared import Compared, comparisons, given, literal_end
from caseboard.dissect import Dissection, Part
from caseboard.emptiness import Ask, Finding, Question, count, cut, is_literal, result, shown
from caseboard.engine import parse_table
from caseboard.errors import QueryError
from caseboard.lookup import fold
from caseboard.sparql import Token, tokens
from caseboard.strays import redeclared
from caseboard.terms import local_name, plain

#: So many values are told of one literal, and so many are tried of what may be meant.
_TOLD, _TRIED = 3, 8
#: A part of a name is looked for from so many letters on; fewer are in everything.
_PART = 3
#: Texts are near whose letters agree to this degree; so many are compared.
_NEAR, _COMPARED = 0.8, 2_000
_BLOCKS = frozenset(("union", "group", "select", "optional", "minus", "lateral", "triples"))


@dataclass(frozen=True, slots=True)
class _Spot:
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


class Mending:
    """Looks for literals that nearly fit.

    Args:
        case: what was asked.
        question: the query, and how.
        query: the same in its parts.
        ask: answers a query in this process.
    """

    def __init__(self, case: Case, question: Question, query: Dissection, ask: Ask) -> None:
        self._case, self._question, self._query, self._ask = case, question, query, ask

    def literals(self, suspects: set[int] | None = None) -> list[Finding]:
        """Return the parts whose literal the data has with another tag, datatype or case.

        ``suspects`` are the places to look at; None for all.
        """
        spots = [spot for spot in self._spots() if suspects is None or spot.part.place in suspects]
        told: dict[tuple[int, str], list[str]] = {}
        otherwise: dict[int, list[str]] = {}
        for spot in spots:
            values = self._fitting(spot) or self._in_the_pattern(spot)
            if values:
                told.setdefault((spot.part.place, self._has(spot)), []).extend(values)
            elif said := self._otherwise(spot):
                otherwise.setdefault(spot.part.place, []).append(said)
        if not told and not otherwise:
            told = self._together(spots)
        places = {spot.part.place: spot.part for spot in spots}
        found = [
            (place, f"{shown(places[place])}: {'; '.join(dict.fromkeys(said))}")
            for place, said in otherwise.items()
            if not any(place == one for one, _ in told)
        ]
        found += [
            (place, f"{shown(places[place])}: {has} {_and(list(dict.fromkeys(values))[:_TOLD])}")
            for (place, has), values in told.items()
        ]
        return found

    def _has(self, spot: _Spot) -> str:
        return "the data has" if _bare(spot) else f"there, {cut(spot.compared.what)} is"

    # --- where literals stand ---------------------------------------------------------------------

    def _spots(self) -> Iterator[_Spot]:
        for part in self._query.parts:
            if part.kind == "triple" and is_literal(part.ends[2]):
                yield self._object(part)
            elif part.kind in ("filter", "bind", "values"):
                base = part.tokens[0].start
                moved = [replace(token, start=token.start - base) for token in part.tokens]
                found = comparisons(part.text, moved) if part.kind == "filter" else given(part.text, moved)
                for one in found:
                    yield self._spot(part, one)

    def _object(self, part: Part) -> _Spot:
        subject, verb, literal = part.ends
        name = self._free("similar")
        at = len(part.text) - len(literal)
        one = Compared("is", at, len(part.text), name, literal, at)
        return _Spot(
            one, part, name, lambda test: f"{subject} {verb} {name} . FILTER(isLiteral({name}) && {test})"
        )

    def _spot(self, part: Part, one: Compared) -> _Spot:
        text, what = part.text, one.what
        if one.kind == "values":
            opened = f"{text[: one.at]}UNDEF{text[one.end :]}"
            return _Spot(one, part, what, lambda test: f"{opened} FILTER(isLiteral({what}) && {test})")
        if one.kind == "bind":
            return _Spot(one, part, what, lambda test: f"FILTER(isLiteral({what}) && {test})")
        extract = one.variable if _as_text(one) else what
        return _Spot(
            one,
            part,
            extract,
            lambda test: f"{text[: one.start]}(isLiteral({extract}) && {test}){text[one.end :]}",
        )

    def _free(self, name: str) -> str:
        while name in self._query.variables():
            name += "_"
        return f"?{name}"

    # --- what nearly fits -------------------------------------------------------------------------

    def _fitting(self, spot: _Spot) -> list[str]:
        """Return the values that differ in tag, datatype and case only, and mend the query."""
        if spot.compared.kind not in ("is", "values", "bind"):
            return []
        values = self._values({spot.part.place: spot.relax(_same(spot))}, spot.extract)
        return [self._written(one) for one in values[:_TRIED] if self._mends(spot, _fit(spot, one))][:_TOLD]

    def _in_the_pattern(self, spot: _Spot) -> list[str]:
        """Return the same for a pattern that has no solution, and that is not all that empties the query."""
        if spot.part.kind != "triple" or self._rows({spot.part.place: spot.part.text}, [spot.part.place]):
            return []
        relaxed = {spot.part.place: spot.relax(_same(spot))}
        return [
            self._written(one) for one in self._values(relaxed, spot.extract, keep=[spot.part.place])[:_TOLD]
        ]

    def _together(self, spots: Sequence[_Spot]) -> dict[tuple[int, str], list[str]]:
        """Return what mends the query where several literals differ, and one alone does not help."""
        chosen = _disjoint([spot for spot in spots if spot.compared.kind in ("is", "values", "bind")])
        if len(chosen) < 2:
            return {}
        relaxed = _all(chosen, [None] * len(chosen))
        found = [self._values(relaxed, spot.extract) for spot in chosen]
        if not all(found):
            return {}
        first = [values[0] for values in found]
        mended = [_fit(spot, value) for spot, value in zip(chosen, first, strict=True)]
        if not self._number(self._query.whole(_all(chosen, mended))):
            return {}
        told: dict[tuple[int, str], list[str]] = {}
        for spot, value in zip(chosen, first, strict=True):
            if value != spot.compared.literal:
                told.setdefault((spot.part.place, self._has(spot)), []).append(self._written(value))
        return told

    def _otherwise(self, spot: _Spot) -> str:
        """Return what else a literal may be meant for: a part of a text, a number, a language, a thing."""
        kind = spot.compared.kind
        if kind == "text":
            return self._in_a_text(spot)
        if kind == "order":
            return self._ordered(spot)
        if kind == "language" or _call(spot.compared.what) == "LANG":
            return self._language(spot)
        return self._named(spot) or self._part_of(spot) or self._nearest(spot)

    def _in_a_text(self, spot: _Spot) -> str:
        one = spot.compared
        inner = one.variable or one.what
        if one.function == "REGEX":
            flags = one.flags[1:-1] if one.flags[:1] in "\"'" else ""
            test = f'REGEX(STR({inner}), {_untagged(one.literal)}, "{"".join(sorted({*flags, "i"}))}")'
        else:
            low = one.literal if "\\" in one.literal else _untagged(one.literal).lower()
            test = f"{one.function}(LCASE(STR({inner})), {low})"
        number = self._number(self._query.whole({spot.part.place: spot.without(test)}))
        if not number:
            return ""
        values = self._values({spot.part.place: spot.without(test)}, inner, literals=False)
        has = _and([self._written(value) for value in values[:_TOLD]])
        return f"the data has {has}; `{cut(test)}` has {self._result(number)}"

    def _ordered(self, spot: _Spot) -> str:
        one = spot.compared
        if one.literal[:1] not in "\"'":
            return ""
        seen = self._values({spot.part.place: spot.without("true")}, f"DATATYPE({one.what})", literals=False)
        text = _untagged(one.literal)
        for datatype in seen[:_TRIED]:
            # Of a day with a time, the day is what can be compared with a day.
            for lexical in dict.fromkeys((text, f"{text[:11]}{text[0]}" if "T" in text else text)):
                written = f"{lexical}^^{datatype}"
                if written != one.literal and (number := self._mends(spot, written)):
                    mended = f"{lexical}^^{self._case.curie(datatype[1:-1])}"
                    sign = self._sign(spot)
                    told = f"{one.what} is of {self._case.curie(datatype[1:-1])}"
                    return f"{told}; `{one.what} {sign} {mended}` has {self._result(number)}"
        return ""

    def _sign(self, spot: _Spot) -> str:
        one = spot.compared
        return spot.part.text[one.start + len(one.what) : one.at].strip()

    def _language(self, spot: _Spot) -> str:
        one = spot.compared
        what = one.what
        values = self._values({spot.part.place: spot.without("true")}, what)
        kept = [value for value in values[:_TRIED] if value != '""' and self._mends(spot, value)]
        if not kept and '""' in values:
            tagless = spot.without(f'{what} = ""')
            return (
                "no text there has a language"
                if self._number(self._query.whole({spot.part.place: tagless}))
                else ""
            )
        return f"{what} is {_or(kept[:_TOLD])} there" if kept else ""

    def _named(self, spot: _Spot) -> str:
        one = spot.compared
        lexical = _lexical(one.literal)
        if lexical is None or (one.kind == "is" and spot.part.kind == "filter" and not one.variable):
            return ""
        for iri in self._called(lexical)[:_TRIED]:
            term = self._term(iri)
            # The text of a name is its whole IRI.
            text = spot.without(f"{one.variable} = {term}") if _as_text(one) else spot.corrected(term)
            if number := self._number(self._query.whole({spot.part.place: text})):
                said = f"{one.literal} is a text, and {term} a name"
                return f"{said}; with that, the query has {self._result(number)}"
        return ""

    def _part_of(self, spot: _Spot) -> str:
        lexical = _lexical(spot.compared.literal)
        if lexical is None or len(lexical) < _PART or not _bare(spot):
            return ""
        test = f"CONTAINS(LCASE(STR({spot.extract})), LCASE(STR({spot.compared.literal})))"
        relaxed = {spot.part.place: spot.relax(test)}
        values = [
            value
            for value in self._values(relaxed, spot.extract)
            if re.search(rf"(?<!\w){re.escape(fold(lexical))}(?!\w)", fold(plain(value)))
        ]
        if not values or not self._number(self._query.whole(relaxed)):
            return ""
        has = _and([self._written(value) for value in values[:_TOLD]])
        more = f" and {len(values) - _TOLD} more" if len(values) > _TOLD else ""
        return f"no text there is just this; the data has {has}{more}"

    def _nearest(self, spot: _Spot) -> str:
        """Return the texts that are spelt nearly like a literal, where there are any."""
        lexical = fold(_lexical(spot.compared.literal) or "")
        letters = re.sub(r"[\W\d]", "", lexical)
        if len(letters) <= _PART or not _bare(spot):
            return ""
        values = self._values({spot.part.place: spot.relax("true")}, spot.extract)
        near: list[tuple[float, str]] = []
        for value in values[:_COMPARED]:
            text = fold(plain(value))
            # Season 1 is no misspelt season 2.
            if re.sub(r"[\W\d]", "", text) == letters:
                continue
            matcher = SequenceMatcher(None, lexical, text)
            if matcher.quick_ratio() >= _NEAR and (ratio := matcher.ratio()) >= _NEAR:
                near.append((-ratio, value))
        fitting = [one for _, one in sorted(near)[:_TRIED] if self._mends(spot, _fit(spot, one))]
        if not fitting:
            return ""
        return (
            f"no text there is just this; the nearest is {_or([self._written(o) for o in fitting[:_TOLD]])}"
        )

    # --- within blocks ----------------------------------------------------------------------------

    def within(self) -> list[Finding]:
        """Return the literals in blocks, and behind the pattern, that the data has otherwise."""
        found: dict[int, list[str]] = {}
        for place, listed in self._nested():
            for token, end in _literals_in(listed):
                literal = self._question.text[token.start : end]
                values = [
                    one
                    for one in self._like(literal)
                    if one != literal and self._number(self._replaced(token, end, one))
                ]
                if values:
                    data = _and([self._written(one) for one in values[:_TOLD]])
                    found.setdefault(place, []).append(f"`{cut(literal)}`: the data has {data}")
                    continue
                lexical = _lexical(literal)
                for iri in self._called(lexical)[:_TRIED] if lexical else ():
                    if number := self._number(self._replaced(token, end, self._term(iri))):
                        said = f"it is a text, and {self._term(iri)} a name"
                        has = f"with that, the query has {self._result(number)}"
                        found.setdefault(place, []).append(f"`{cut(literal)}`: {said}; {has}")
                        break
        return [(place, "; ".join(dict.fromkeys(said))) for place, said in found.items()]

    def _nested(self) -> Iterator[tuple[int, Sequence[Token]]]:
        for part in self._query.parts:
            exists = part.kind == "filter" and any(token.text == "{" for token in part.tokens)
            if part.kind in _BLOCKS or exists:
                yield part.place, part.tokens
            elif part.kind == "triple" and is_literal(part.ends[0]):
                yield part.place, part.tokens[:1]
        start = len(self._question.text) - len(self._query.tail)
        yield -1, [token for token in tokens(self._question.text) if token.start >= start]

    def _replaced(self, token: Token, end: int, other: str) -> str:
        text = self._question.text
        return text[: token.start] + other + text[end:]

    def _like(self, literal: str) -> list[str]:
        """Return the literals of the data that differ from one in tag, datatype and case only."""
        value = self._free("similar")
        texts = " UNION ".join(
            f"{{ {before} ?s ?p {value} {after} }}"
            for before, after in (("", ""), ("GRAPH cb:claims {", "}"))
        )
        test = f"FILTER(isLiteral({value}) && LCASE(STR({value})) = LCASE(STR({literal})))"
        asked = f"{self._query.prologue}\nSELECT DISTINCT {value} {{ {texts} {test} }}"
        return self._terms(asked, {})[:_TRIED]

    # --- asking -----------------------------------------------------------------------------------

    def _called(self, name: str) -> list[str]:
        """Return the IRIs of what is called so: things, points, threads, terms; or whose name this is."""
        wanted = fold(name)
        found = [
            iri
            for iri, label in self._names
            if wanted in (label, fold(local_name(iri)), fold(self._case.curie(iri)))
        ]
        return list(dict.fromkeys(found))

    @cached_property
    def _names(self) -> list[tuple[str, str]]:
        case = self._case
        found = [(str(iri), fold(label or "")) for iri, _, label, *_ in case.rows("entities")]
        named = [(one.id, one.label) for one in case.points]
        named += [(one.id, one.label) for one in case.threads.values()]
        found += [(case.names.iri(id_) or id_, fold(label)) for id_, label in named]
        return [*found, *((str(term), fold(case.label(str(term)))) for term, _ in case.rows("terms"))]

    def _term(self, iri: str) -> str:
        curie = self._case.curie(iri)
        other = redeclared(self._question.text, self._case.store.prefixes)
        return f"<{iri}>" if curie == iri or curie.partition(":")[0] in other else curie

    def _values(
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
            column = self._free("value")[1:]
            after = f"BIND({expression} AS ?{column})"
        columns = [column, *(name for name in self._question.bindings if name != column)]
        asked = self._query.alone(keep, changed, columns=columns, after=after)
        return self._terms(asked, self._question.bindings, literals=literals)

    def _terms(self, asked: str, bindings: Mapping[str, str], *, literals: bool = True) -> list[str]:
        try:
            answer = self._ask(asked, self._question.include, bindings)
        except QueryError:
            return []
        rows = parse_table(answer.data)[1]
        return sorted(
            {str(row[0]) for row in rows if row[0] is not None and (str(row[0])[0] == '"' or not literals)}
        )

    def _rows(self, changed: Mapping[int, str], keep: Sequence[int]) -> bool:
        known = {k: v for k, v in self._question.bindings.items() if k in self._query.variables(keep)}
        return count(self._ask(self._query.alone(keep, changed, limit=1), self._question.include, known)) > 0

    def _mends(self, spot: _Spot, literal: str) -> int:
        return self._number(self._query.whole({spot.part.place: spot.corrected(literal)}))

    def _number(self, text: str) -> int:
        try:
            return count(self._ask(text, self._question.include, self._question.bindings))
        except QueryError:
            return 0  # with another word in it, it may be no query, or ask too much

    def _result(self, number: int) -> str:
        return result(number, self._query.form)

    def _written(self, term: str) -> str:
        if term[:1] == "<":
            return self._case.curie(term[1:-1])
        text, mark, datatype = term.rpartition("^^<")
        return f"{text}^^{self._case.curie(datatype[:-1])}" if mark else term


def _disjoint(spots: Sequence[_Spot]) -> list[_Spot]:
    """Return spots of which none overlaps another: one of each pattern, list or block, any of a filter."""
    kept: list[_Spot] = []
    for spot in spots:
        one = spot.compared
        others = [other.compared for other in kept if other.part is spot.part]
        if not others or (spot.part.kind == "filter" and all(other.end <= one.start for other in others)):
            kept.append(spot)
    return kept


def _all(spots: Sequence[_Spot], literals: Sequence[str | None]) -> dict[int, str]:
    """Return the parts with other literals in several places, or with tests where there is None."""
    changed: dict[int, str] = {}
    for spot, literal in reversed(list(zip(spots, literals, strict=True))):
        one, place = spot.compared, spot.part.place
        if spot.part.kind != "filter":
            changed[place] = spot.relax(_same(spot)) if literal is None else spot.corrected(literal)
            continue
        text = changed.get(place, spot.part.text)
        test = f"(isLiteral({spot.extract}) && {_same(spot)})"
        if literal is None:
            changed[place] = text[: one.start] + test + text[one.end :]
        else:
            changed[place] = text[: one.at] + literal + text[one.at + len(one.literal) :]
    return changed


def _same(spot: _Spot) -> str:
    literal = spot.compared.literal
    alike = f"LCASE(STR({spot.extract})) = LCASE(STR({literal}))"
    return f"({alike} || {spot.extract} = {literal})" if spot.part.kind == "triple" else alike


def _fit(spot: _Spot, value: str) -> str:
    """Return what to write in place of a literal so that a value passes."""
    return value[: value.rindex('"') + 1] if _as_text(spot.compared) else value


def _bare(spot: _Spot) -> bool:
    """Say whether a literal stands for what the data has, not for what a function makes of it."""
    return spot.extract[:1] in "?$"


def _as_text(one: Compared) -> bool:
    return _call(one.what) == "STR" and one.variable != "" and one.what.count("(") == 1


def _call(expression: str) -> str:
    return expression.partition("(")[0].strip().upper()


def _untagged(literal: str) -> str:
    """Return a literal that is a text without its tag or datatype."""
    return literal[: max(literal.rfind('"'), literal.rfind("'")) + 1] or literal


def _lexical(literal: str) -> str | None:
    text = _untagged(literal)
    return text[1:-1].strip() or None if text[:1] in "\"'" and text[:3] not in ('"""', "'''") else None


def _literals_in(listed: Sequence[Token]) -> Iterator[tuple[Token, int]]:
    """Yield the texts among some tokens, each with the offset where it ends, tag and datatype included."""
    for at, token in enumerate(listed):
        if token.kind == "text":
            last = listed[(literal_end(listed, at) or at + 1) - 1]
            yield token, last.start + len(last.text)


def _and(values: Sequence[str]) -> str:
    return " and ".join([*([", ".join(values[:-1])] if len(values) > 1 else []), *values[-1:]])


def _or(values: Sequence[str]) -> str:
    return " or ".join(values)
