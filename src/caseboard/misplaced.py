"""Patterns of an empty query that look in the wrong graph, or the wrong way within a block or a path."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from caseboard.dissect import Dissection, Part, group_parts
from caseboard.emptiness import Finding, Look, count, cut, denies, is_literal, result, shown
from caseboard.errors import QueryError
from caseboard.lookup import fold
from caseboard.spans import end_of, is_mark
from caseboard.sparql import Token, mentioned
from caseboard.terms import CB, local_name

#: Where a pattern may belong, "" being no GRAPH at all: the records and the vocabulary before the statuses.
_HOMES = ("claims", "", "vocabulary", "hedged", "predicted", "refuted")
#: So many patterns within blocks are turned.
_TURNED = 12


class Misplaced(Look):
    """Looks for patterns that have solutions elsewhere."""

    # --- graphs -----------------------------------------------------------------------------------

    def graphs(self, dead: Collection[int]) -> list[Finding]:
        """Return the patterns that give an answer in another graph; ``dead`` ones have no solution here."""
        lost = [part for part in self._query.parts if part.place in dead and len(part.graphs) < 2]
        for here in dict.fromkeys(self._home(part) for part in lost):
            if here is None:
                continue
            for places in self._groups(here, dead):
                for home in _HOMES:
                    if CB + home == here or (not home and here in ("", CB + "stated")):
                        continue
                    if not here and home in ("hedged", "predicted", "refuted"):
                        continue  # what is less certain is told by its status
                    if number := self._number(self._moved(places, home).whole({})):
                        return [(min(places), self._said(places, here, home, number))]
        return []

    def _home(self, part: Part) -> str | None:
        """Return the IRI of the graph that a part asks, "" for none; None where a variable stands for it."""
        if not part.graphs:
            return ""
        term = part.graphs[0][1]
        if term[0] in "?$":
            return None
        return term[1:-1] if term[0] == "<" else self._case.names.iri(term)

    def _groups(self, here: str, dead: Collection[int]) -> Iterator[list[int]]:
        """Yield the places of the parts in one graph that may belong elsewhere together."""
        inside = [part for part in self._query.parts if self._home(part) == here and len(part.graphs) < 2]
        lost = [part for part in inside if part.place in dead]
        subjects = {part.ends[0] for part in lost if part.ends}
        near = [part for part in inside if part in lost or (part.ends and part.ends[0] in subjects)]
        seen: set[tuple[int, ...]] = set()
        for chosen in (lost, near, inside):
            places = [part.place for part in chosen]
            if places and any(part.kind != "filter" for part in chosen) and tuple(places) not in seen:
                seen.add(tuple(places))
                yield places

    def _moved(self, places: Collection[int], home: str) -> Dissection:
        graphs = ((0, f"<{CB}{home}>"),) if home else ()
        parts = [replace(p, graphs=graphs) if p.place in places else p for p in self._query.parts]
        return replace(self._query, parts=tuple(parts))

    def _said(self, places: Sequence[int], here: str, home: str, number: int) -> str:
        listed = [shown(part) for part in self._query.parts if part.place in places and part.kind != "filter"]
        what = " and ".join(listed[:3]) + (f" and {len(listed) - 3} more" if len(listed) > 3 else "")
        has = self._result(number)
        if not home:
            return f"{what}: without GRAPH, the query has {has}"
        there = f"in GRAPH cb:{home} instead" if here else f"with GRAPH cb:{home} around"
        return f"{what}: {there}, the query has {has}"

    # --- spelling ---------------------------------------------------------------------------------

    def spelled(self) -> list[Finding]:
        """Return the names on the board that mean something else than the same in other letters would."""
        found: list[Finding] = []
        terms = [str(term) for term, _ in self._case.rows("terms")]
        for token, iri in mentioned(self._question.text, prefixes=self._case.store.prefixes):
            for other in terms:
                if other == iri or fold(local_name(other)) != fold(local_name(iri)):
                    continue
                name = self._case.curie(other)
                text = self._question.text
                if number := self._number(text[: token.start] + name + text[end_of(token) :]):
                    found.append((-2, f"did you mean {name} by {token.text}? It has {self._result(number)}"))
        return found[:1]

    # --- the wrong way ----------------------------------------------------------------------------

    def turned(self) -> list[Finding]:
        """Return the patterns in blocks, and the steps of paths, that give an answer the other way round."""
        found: list[Finding] = []
        if any(map(denies, self._query.parts)):
            return found
        for place, part, whole in self._patterns():
            subject, verb, obj = part.ends
            if whole is None and not is_literal(obj) and obj[0] not in "[(" and verb[0] not in "?$":
                swapped = f"{obj} {verb} {subject}"
                number = self._number(self._replaced(part, swapped))
                if number:
                    has = f"the other way round, `{swapped}`, has {self._result(number)}"
                    found.append((place, f"`{cut(part.text)}`: {has}"))
                    continue
            for path in _other_paths(part):
                turned = f"{subject} {path} {obj}"
                text = self._replaced(part, turned) if whole is None else self._query.whole({place: turned})
                if number := self._number(text):
                    found.append((place, f"`{cut(part.text)}`: with `{path}`, it has {self._result(number)}"))
                    break
        return found

    def _patterns(self) -> Iterator[tuple[int, Part, Part | None]]:
        """Yield each pattern with its place; the part again where it is one of the outermost group."""
        left = _TURNED
        for part in self._query.parts:
            if part.kind == "triple":
                yield part.place, part, part
            elif part.kind in ("union", "group", "select"):
                for inner in self._inside(part.tokens):
                    left -= 1
                    if left >= 0:
                        yield part.place, inner, None

    def _inside(self, listed: Sequence[Token]) -> Iterator[Part]:
        """Yield the patterns within the blocks of a part that stand in one piece."""
        depth, start = 0, 0
        for at, token in enumerate(listed):
            if is_mark(token, "{"):
                start = at + 1 if depth == 0 else start
                depth += 1
            elif is_mark(token, "}"):
                depth -= 1
                if depth == 0:
                    block = listed[start:at]
                    reads = self._case.store.reads
                    for part in group_parts(
                        self._question.text, block, prologue=self._query.prologue, reads=reads
                    ):
                        if part.kind == "triple" and self._in_one_piece(part):
                            yield part
                        elif part.kind in ("union", "group", "select"):
                            yield from self._inside(part.tokens)

    def _in_one_piece(self, part: Part) -> bool:
        between = self._question.text[part.tokens[0].start : end_of(part.tokens[-1])]
        return between.split() == part.text.split()

    def _replaced(self, part: Part, other: str) -> str:
        text = self._question.text
        return text[: part.tokens[0].start] + other + text[end_of(part.tokens[-1]) :]

    def _number(self, text: str) -> int:
        try:
            return count(self._ask(text, self._question.include, self._question.bindings))
        except QueryError:
            return 0  # elsewhere it may be no query, or ask too much

    def _result(self, number: int) -> str:
        return result(number, self._query.form)


def _other_paths(part: Part) -> Iterator[str]:
    """Yield the path of a pattern with one of its steps turned round."""
    subject, verb, _ = part.ends
    inner = [token for token in part.tokens[1:] if token.start < part.tokens[1].start + len(verb)]
    if len(inner) < 2 or subject[0] in "[(" or any(is_mark(token, "!") for token in inner):
        return
    base = inner[0].start
    for at, token in enumerate(inner):
        if token.kind not in ("iri", "pname"):
            continue
        start, end = token.start - base, end_of(token) - base
        if at and is_mark(inner[at - 1], "^"):
            yield verb[: inner[at - 1].start - base] + verb[start:]
        elif at + 1 < len(inner) and inner[at + 1].text in ("*", "+", "?"):
            yield f"{verb[:start]}(^{verb[start:end]}){verb[end:]}"
        else:
            yield f"{verb[:start]}^{verb[start:]}"
