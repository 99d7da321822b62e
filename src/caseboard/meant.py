"""What else a literal may be meant for: a part of a text, a number, a language, the name of a thing."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import cached_property

from caseboard.emptiness import cut
from caseboard.lookup import fold
from caseboard.spots import (
    TOLD,
    TRIED,
    Probe,
    Spot,
    as_text,
    both,
    call,
    either,
    fit,
    is_bare,
    lexical_form,
    untagged,
)
from caseboard.terms import local_name, plain

#: A part of a name is looked for from so many letters on; fewer are in everything.
_PART = 3
#: Texts are near whose letters agree to this degree; so many are compared.
_NEAR, _COMPARED = 0.8, 2_000


class Meant:
    """Looks for what a literal without an equal in the data may be meant for."""

    def __init__(self, probe: Probe) -> None:
        self._probe, self._case, self._query = probe, probe.case, probe.query

    def otherwise(self, spot: Spot) -> str:
        """Return what else a literal may be meant for: a part of a text, a number, a language, a thing."""
        kind = spot.compared.kind
        if kind == "text":
            return self._in_a_text(spot)
        if kind == "order":
            return self._ordered(spot)
        if kind == "language" or call(spot.compared.what) == "LANG":
            return self._language(spot)
        return self._named(spot) or self._part_of(spot) or self._nearest(spot)

    def _in_a_text(self, spot: Spot) -> str:
        one = spot.compared
        inner = one.variable or one.what
        if one.function == "REGEX":
            flags = one.flags[1:-1] if one.flags[:1] in "\"'" else ""
            test = f'REGEX(STR({inner}), {untagged(one.literal)}, "{"".join(sorted({*flags, "i"}))}")'
        else:
            low = one.literal if "\\" in one.literal else untagged(one.literal).lower()
            test = f"{one.function}(LCASE(STR({inner})), {low})"
        number = self._probe.number(self._query.whole({spot.part.place: spot.without(test)}))
        if not number:
            return ""
        values = self._probe.values({spot.part.place: spot.without(test)}, inner, literals=False)
        has = both([self._probe.written(value) for value in values[:TOLD]])
        return f"the data has {has}; `{cut(test)}` has {self._probe.result(number)}"

    def _ordered(self, spot: Spot) -> str:
        one = spot.compared
        if one.literal[:1] not in "\"'":
            return ""
        seen = self._probe.values(
            {spot.part.place: spot.without("true")}, f"DATATYPE({one.what})", literals=False
        )
        text = untagged(one.literal)
        for datatype in seen[:TRIED]:
            # Of a day with a time, the day is what can be compared with a day.
            for lexical in dict.fromkeys((text, f"{text[:11]}{text[0]}" if "T" in text else text)):
                written = f"{lexical}^^{datatype}"
                if written != one.literal and (number := self._probe.mends(spot, written)):
                    mended = f"{lexical}^^{self._case.curie(datatype[1:-1])}"
                    sign = self._sign(spot)
                    told = f"{one.what} is of {self._case.curie(datatype[1:-1])}"
                    return f"{told}; `{one.what} {sign} {mended}` has {self._probe.result(number)}"
        return ""

    def _sign(self, spot: Spot) -> str:
        one = spot.compared
        return spot.part.text[one.start + len(one.what) : one.at].strip()

    def _language(self, spot: Spot) -> str:
        one = spot.compared
        what = one.what
        values = self._probe.values({spot.part.place: spot.without("true")}, what)
        kept = [value for value in values[:TRIED] if value != '""' and self._probe.mends(spot, value)]
        if not kept and '""' in values:
            tagless = spot.without(f'{what} = ""')
            return (
                "no text there has a language"
                if self._probe.number(self._query.whole({spot.part.place: tagless}))
                else ""
            )
        return f"{what} is {either(kept[:TOLD])} there" if kept else ""

    def _named(self, spot: Spot) -> str:
        one = spot.compared
        lexical = lexical_form(one.literal)
        if lexical is None or (one.kind == "is" and spot.part.kind == "filter" and not one.variable):
            return ""
        for iri in self.called(lexical)[:TRIED]:
            term = self._probe.term(iri)
            # The text of a name is its whole IRI.
            text = spot.without(f"{one.variable} = {term}") if as_text(one) else spot.corrected(term)
            if number := self._probe.number(self._query.whole({spot.part.place: text})):
                said = f"{one.literal} is a text, and {term} a name"
                return f"{said}; with that, the query has {self._probe.result(number)}"
        return ""

    def _part_of(self, spot: Spot) -> str:
        lexical = lexical_form(spot.compared.literal)
        if lexical is None or len(lexical) < _PART or not is_bare(spot):
            return ""
        test = f"CONTAINS(LCASE(STR({spot.extract})), LCASE(STR({spot.compared.literal})))"
        relaxed = {spot.part.place: spot.relax(test)}
        values = [
            value
            for value in self._probe.values(relaxed, spot.extract)
            if re.search(rf"(?<!\w){re.escape(fold(lexical))}(?!\w)", fold(plain(value)))
        ]
        if not values or not self._probe.number(self._query.whole(relaxed)):
            return ""
        has = both([self._probe.written(value) for value in values[:TOLD]])
        more = f" and {len(values) - TOLD} more" if len(values) > TOLD else ""
        return f"no text there is just this; the data has {has}{more}"

    def _nearest(self, spot: Spot) -> str:
        """Return the texts that are spelt nearly like a literal, where there are any."""
        lexical = fold(lexical_form(spot.compared.literal) or "")
        letters = re.sub(r"[\W\d]", "", lexical)
        if len(letters) <= _PART or not is_bare(spot):
            return ""
        values = self._probe.values({spot.part.place: spot.relax("true")}, spot.extract)
        near: list[tuple[float, str]] = []
        for value in values[:_COMPARED]:
            text = fold(plain(value))
            # Season 1 is no misspelt season 2.
            if re.sub(r"[\W\d]", "", text) == letters:
                continue
            matcher = SequenceMatcher(None, lexical, text)
            if matcher.quick_ratio() >= _NEAR and (ratio := matcher.ratio()) >= _NEAR:
                near.append((-ratio, value))
        fitting = [one for _, one in sorted(near)[:TRIED] if self._probe.mends(spot, fit(spot, one))]
        if not fitting:
            return ""
        nearest = either([self._probe.written(one) for one in fitting[:TOLD]])
        return f"no text there is just this; the nearest is {nearest}"

    def called(self, name: str) -> list[str]:
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
