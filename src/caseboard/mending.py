"""Literals of an empty query that the data has otherwise: with another tag, datatype or case, or as a thing.

Each correction is put into the query and asked before it is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from caseboard.claims import Case
from caseboard.compared import Compared, comparisons, given, literal_end
from caseboard.dissect import Dissection, Part
from caseboard.emptiness import Ask, Finding, Look, Question, cut, is_literal, shown
from caseboard.meant import Meant
from caseboard.sparql import Token, tokens
from caseboard.spots import TOLD, TRIED, Probe, Spot, as_text, both, fit, is_bare, lexical_form, same

_BLOCKS = frozenset(("union", "group", "select", "optional", "minus", "lateral", "triples"))


class Mending(Look):
    """Looks for literals that nearly fit."""

    def __init__(self, case: Case, question: Question, query: Dissection, ask: Ask) -> None:
        super().__init__(case, question, query, ask)
        self._probe = Probe(case, question, query, ask)
        self._meant = Meant(self._probe)

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
            elif said := self._meant.otherwise(spot):
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
            (place, f"{shown(places[place])}: {has} {both(list(dict.fromkeys(values))[:TOLD])}")
            for (place, has), values in told.items()
        ]
        return found

    def _has(self, spot: Spot) -> str:
        return "the data has" if is_bare(spot) else f"there, {cut(spot.compared.what)} is"

    # --- where literals stand ---------------------------------------------------------------------

    def _spots(self) -> Iterator[Spot]:
        for part in self._query.parts:
            if part.kind == "triple" and is_literal(part.ends[2]):
                yield self._object(part)
            elif part.kind in ("filter", "bind", "values"):
                base = part.tokens[0].start
                moved = [replace(token, start=token.start - base) for token in part.tokens]
                found = comparisons(part.text, moved) if part.kind == "filter" else given(part.text, moved)
                for one in found:
                    yield self._spot(part, one)

    def _object(self, part: Part) -> Spot:
        subject, verb, literal = part.ends
        name = self._probe.free("similar")
        at = len(part.text) - len(literal)
        one = Compared("is", at, len(part.text), name, literal, at)
        return Spot(
            one, part, name, lambda test: f"{subject} {verb} {name} . FILTER(isLiteral({name}) && {test})"
        )

    def _spot(self, part: Part, one: Compared) -> Spot:
        text, what = part.text, one.what
        if one.kind == "values":
            opened = f"{text[: one.at]}UNDEF{text[one.end :]}"
            return Spot(one, part, what, lambda test: f"{opened} FILTER(isLiteral({what}) && {test})")
        if one.kind == "bind":
            return Spot(one, part, what, lambda test: f"FILTER(isLiteral({what}) && {test})")
        extract = one.variable if as_text(one) else what
        return Spot(
            one,
            part,
            extract,
            lambda test: f"{text[: one.start]}(isLiteral({extract}) && {test}){text[one.end :]}",
        )

    # --- what nearly fits -------------------------------------------------------------------------

    def _fitting(self, spot: Spot) -> list[str]:
        """Return the values that differ in tag, datatype and case only, and mend the query."""
        if spot.compared.kind not in ("is", "values", "bind"):
            return []
        values = self._probe.values({spot.part.place: spot.relax(same(spot))}, spot.extract)
        return [
            self._probe.written(one) for one in values[:TRIED] if self._probe.mends(spot, fit(spot, one))
        ][:TOLD]

    def _in_the_pattern(self, spot: Spot) -> list[str]:
        """Return the same for a pattern that has no solution, and that is not all that empties the query."""
        if spot.part.kind != "triple" or self._probe.rows(
            {spot.part.place: spot.part.text}, [spot.part.place]
        ):
            return []
        relaxed = {spot.part.place: spot.relax(same(spot))}
        return [
            self._probe.written(one)
            for one in self._probe.values(relaxed, spot.extract, keep=[spot.part.place])[:TOLD]
        ]

    def _together(self, spots: Sequence[Spot]) -> dict[tuple[int, str], list[str]]:
        """Return what mends the query where several literals differ, and one alone does not help."""
        chosen = _disjoint([spot for spot in spots if spot.compared.kind in ("is", "values", "bind")])
        if len(chosen) < 2:
            return {}
        relaxed = _all(chosen, [None] * len(chosen))
        found = [self._probe.values(relaxed, spot.extract) for spot in chosen]
        if not all(found):
            return {}
        first = [values[0] for values in found]
        mended = [fit(spot, value) for spot, value in zip(chosen, first, strict=True)]
        if not self._probe.number(self._query.whole(_all(chosen, mended))):
            return {}
        told: dict[tuple[int, str], list[str]] = {}
        for spot, value in zip(chosen, first, strict=True):
            if value != spot.compared.literal:
                told.setdefault((spot.part.place, self._has(spot)), []).append(self._probe.written(value))
        return told

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
                    if one != literal and self._probe.number(self._replaced(token, end, one))
                ]
                if values:
                    data = both([self._probe.written(one) for one in values[:TOLD]])
                    found.setdefault(place, []).append(f"`{cut(literal)}`: the data has {data}")
                    continue
                lexical = lexical_form(literal)
                for iri in self._meant.called(lexical)[:TRIED] if lexical else ():
                    if number := self._probe.number(self._replaced(token, end, self._probe.term(iri))):
                        said = f"it is a text, and {self._probe.term(iri)} a name"
                        has = f"with that, the query has {self._probe.result(number)}"
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
        value = self._probe.free("similar")
        texts = " UNION ".join(
            f"{{ {before} ?s ?p {value} {after} }}"
            for before, after in (("", ""), ("GRAPH cb:claims {", "}"))
        )
        test = f"FILTER(isLiteral({value}) && LCASE(STR({value})) = LCASE(STR({literal})))"
        asked = f"{self._query.prologue}\nSELECT DISTINCT {value} {{ {texts} {test} }}"
        return self._probe.terms(asked, {})[:TRIED]


def _disjoint(spots: Sequence[Spot]) -> list[Spot]:
    """Return spots of which none overlaps another: one of each pattern, list or block, any of a filter."""
    kept: list[Spot] = []
    for spot in spots:
        one = spot.compared
        others = [other.compared for other in kept if other.part is spot.part]
        if not others or (spot.part.kind == "filter" and all(other.end <= one.start for other in others)):
            kept.append(spot)
    return kept


def _all(spots: Sequence[Spot], literals: Sequence[str | None]) -> dict[int, str]:
    """Return the parts with other literals in several places, or with tests where there is None."""
    changed: dict[int, str] = {}
    for spot, literal in reversed(list(zip(spots, literals, strict=True))):
        one, place = spot.compared, spot.part.place
        if spot.part.kind != "filter":
            changed[place] = spot.relax(same(spot)) if literal is None else spot.corrected(literal)
            continue
        text = changed.get(place, spot.part.text)
        test = f"(isLiteral({spot.extract}) && {same(spot)})"
        if literal is None:
            changed[place] = text[: one.start] + test + text[one.end :]
        else:
            changed[place] = text[: one.at] + literal + text[one.at + len(one.literal) :]
    return changed


def _literals_in(listed: Sequence[Token]) -> Iterator[tuple[Token, int]]:
    """Yield the texts among some tokens, each with the offset where it ends, tag and datatype included."""
    for at, token in enumerate(listed):
        if token.kind == "text":
            last = listed[(literal_end(listed, at) or at + 1) - 1]
            yield token, last.start + len(last.text)
