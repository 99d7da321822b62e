"""A query taken apart: the patterns, filters and blocks of its outermost group, to be asked one by one.

The lexer says where a part may end, and the engine whether what is cut out reads as one: a text that it does
not read in pieces is not taken apart. (rdflib's parser keeps no positions, and takes longer to import than a
person should wait for a word on an empty answer.)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from caseboard.sparql import FORMS, Token, tokens

#: A text -> whether the engine reads it as a query.
Reads = Callable[[str], bool]

_BLOCKS = frozenset(("OPTIONAL", "MINUS", "LATERAL"))
_KEYWORDS = _BLOCKS | {"FILTER", "GRAPH", "BIND", "VALUES", "SERVICE", "UNION"}
_CLOSING = {"{": "}", "(": ")", "[": "]"}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a group that can be asked by itself or left out.

    Attributes:
        place: its number, in the order of the text.
        kind: "triple", "triples" (a statement with brackets), "filter", "optional", "minus", "lateral",
            "values", "bind", "union", "group" or "select".
        tokens: what it is written with.
        text: as it stands in the query; a pattern of a list has its subject and verb written out.
        ends: subject, verb and object of a triple pattern, else nothing.
        graphs: the GRAPH blocks around it, outermost first: the number and the term of each.
        sure, maybe: variables that it binds, or may bind.
        needs: variables that it uses and other parts bind.
    """

    place: int
    kind: str
    tokens: tuple[Token, ...]
    text: str
    ends: tuple[str, ...] = ()
    graphs: tuple[tuple[int, str], ...] = ()
    sure: frozenset[str] = frozenset()
    maybe: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()

    @property
    def variables(self) -> frozenset[str]:
        """All variables in it."""
        return self.sure | self.maybe | self.needs

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Dissection:
    """A query in pieces.

    Attributes:
        form: SELECT, ASK, CONSTRUCT or DESCRIBE.
        prologue: its prefixes.
        dataset: its FROM clauses.
        head, tail: what stands before and after the outermost group.
        parts: the parts of the group.
    """

    form: str
    prologue: str
    dataset: str
    head: str
    tail: str
    parts: tuple[Part, ...]

    def group(self, keep: Collection[int] | None = None, changed: Mapping[int, str] | None = None) -> str:
        """Return the text of the group, of the kept parts only, some of them in other words."""
        written: list[str] = []
        inside: tuple[tuple[int, str], ...] = ()
        for part in self.parts:
            if keep is not None and part.place not in keep:
                continue
            common = 0
            while common < min(len(inside), len(part.graphs)) and inside[common] == part.graphs[common]:
                common += 1
            written += ["}"] * (len(inside) - common)
            written += [f"GRAPH {term} {{" for _, term in part.graphs[common:]]
            inside = part.graphs
            text = (changed or {}).get(part.place, part.text)
            written.append(f"{text} ." if part.kind in ("triple", "triples") else text)
        return "\n".join(["{", *written, *["}"] * len(inside), "}"])

    def whole(self, changed: Mapping[int, str]) -> str:
        """Return the whole query with some parts in other words."""
        return f"{self.head}{self.group(changed=changed)}{self.tail}"

    def alone(
        self,
        keep: Collection[int] | None = None,
        changed: Mapping[int, str] | None = None,
        *,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
    ) -> str:
        """Return a query for the solutions of some parts by themselves; all of them, or distinct columns."""
        group = self.group(keep, changed)
        distinct = "" if columns is None else "DISTINCT "
        listed = " ".join(f"?{name}" for name in (self.variables(keep) if columns is None else columns))
        limited = f" LIMIT {limit}" if limit is not None else ""
        return f"{self.prologue}\nSELECT {distinct}{listed or '*'} {self.dataset}\nWHERE {group}{limited}"

    def variables(self, keep: Collection[int] | None = None) -> list[str]:
        """Return the names of the variables in some parts, sorted, without those of blank nodes."""
        found = {v for p in self.parts if keep is None or p.place in keep for v in p.variables}
        return sorted(v for v in found if not v.startswith("_:"))

    def stands(self, keep: Collection[int]) -> bool:
        """Say whether some parts mean by themselves what they mean in the query: what they use is bound."""
        for part in self.parts:
            if part.place not in keep:
                continue
            near = [p for p in self.parts if p is not part and p.graphs[: len(part.graphs)] == part.graphs]
            for variable in part.needs:
                sure = [p.place in keep for p in near if variable in p.sure]
                maybe = [p.place in keep for p in near if variable in p.maybe]
                if not (any(sure) if sure else all(maybe)):
                    return False
        return True


class _Unreadable(Exception):
    """A text that is not taken apart."""


def dissect(text: str, *, reads: Reads) -> Dissection | None:
    """Return a query in its parts, or None where it has no group, or cannot be taken apart safely.

    >>> query = dissect("ASK { ?a cb:helps ?b ; cb:pursues ?c FILTER(?b != ?c) }", reads=lambda text: True)
    >>> [str(part) for part in query.parts]
    ['?a cb:helps ?b', '?a cb:pursues ?c', 'FILTER(?b != ?c)']
    """
    listed = list(tokens(text))
    try:
        return _Knife(text, listed, reads).dissection()
    except _Unreadable:
        return None


def group_parts(text: str, listed: Sequence[Token], *, reads: Reads) -> tuple[Part, ...]:
    """Return the parts of a block in a query, given as the tokens between its braces; none if unreadable."""
    try:
        return tuple(_Knife(text, list(listed), reads).parts(list(listed)))
    except _Unreadable:
        return ()


class _Knife:
    """Cuts one text; holds what all cuts need."""

    def __init__(self, text: str, listed: list[Token], reads: Reads) -> None:
        self._text, self._tokens, self._reads = text, listed, reads
        self._prologue, self._places, self._blocks = "", 0, 0

    def dissection(self) -> Dissection:
        form = next((i for i, t in enumerate(self._tokens) if _word(t) in FORMS), None)
        if form is None:
            raise _Unreadable
        start = self._outermost(form)
        end = _close(self._tokens, start)
        self._prologue = self._text[: self._tokens[form].start]
        froms = next((i for i in range(form, start) if _word(self._tokens[i]) == "FROM"), start)
        where = next((i for i in range(froms, start) if _word(self._tokens[i]) == "WHERE"), start)
        parts = self.parts(self._tokens[start + 1 : end])
        tail = list(self._tokens[end + 1 :])
        found = Dissection(
            form=_word(self._tokens[form]),
            prologue=self._prologue,
            dataset=self._text[self._tokens[froms].start : self._tokens[where].start],
            head=self._text[: self._tokens[start].start],
            tail=self._text[_end(self._tokens[end]) :] if tail else "",
            parts=_linked(parts),
        )
        if not self._reads(found.whole({})) or not self._reads(found.alone()):
            raise _Unreadable
        return found

    def _outermost(self, form: int) -> int:
        """Return where the group begins: the first brace outside of brackets, after a template."""
        at, template = form + 1, _word(self._tokens[form]) == "CONSTRUCT"
        while at < len(self._tokens):
            token = self._tokens[at]
            if token.text == "(" and token.kind == "mark":
                at = _close(self._tokens, at)
            elif token.text == "{" and token.kind == "mark":
                # The template of a CONSTRUCT stands right behind the word.
                if not (template and at == form + 1):
                    return at
                at = _close(self._tokens, at)
            at += 1
        raise _Unreadable

    def parts(self, inner: list[Token], graphs: tuple[tuple[int, str], ...] = ()) -> list[Part]:
        """Cut a group, given as its tokens between the braces."""
        found: list[Part] = []
        if inner and _word(inner[0]) == "SELECT":
            return [self._part("select", [*inner], graphs, text="{ " + self._slice(inner) + " }")]
        at = 0
        while at < len(inner):
            word, start = _word(inner[at]), at
            if _is(inner[at], "."):
                at += 1
            elif word == "GRAPH":
                end = _close(inner, at + 2)
                self._blocks += 1
                block = (self._blocks, inner[at + 1].text)
                inside = self.parts(inner[at + 3 : end], (*graphs, block))
                if not inside:  # it would bind its variable to every graph, and be lost here
                    raise _Unreadable
                found += inside
                at = end + 1
            elif word in _BLOCKS:
                at = _close(inner, at + 1) + 1
                found.append(self._part(word.lower(), inner[start:at], graphs))
            elif word in ("FILTER", "BIND", "VALUES"):
                at = _close(inner, _next_bracket(inner, at + 1)) + 1
                if word == "VALUES" and _is(inner[at - 1], ")"):
                    at = _close(inner, at) + 1
                found.append(self._part(word.lower(), inner[start:at], graphs))
            elif _is(inner[at], "{"):
                at = _close(inner, at) + 1
                kind = "select" if _word(inner[start + 1]) == "SELECT" else "group"
                while at < len(inner) and _word(inner[at]) == "UNION":
                    at, kind = _close(inner, at + 1) + 1, "union"
                found.append(self._part(kind, inner[start:at], graphs))
            elif word in _KEYWORDS:
                raise _Unreadable
            else:
                at = _statement_end(inner, at)
                found += self._statement(inner[start:at], graphs)
        return found

    def _slice(self, listed: Sequence[Token]) -> str:
        return self._text[listed[0].start : _end(listed[-1])]

    def _part(
        self,
        kind: str,
        listed: list[Token],
        graphs: tuple[tuple[int, str], ...],
        *,
        text: str | None = None,
        ends: tuple[str, ...] = (),
    ) -> Part:
        used = frozenset(
            t.text[1:] if t.kind == "var" else t.text for t in listed if t.kind in ("var", "blank")
        )
        target = frozenset((listed[-2].text[1:],)) if kind == "bind" else frozenset[str]()
        sure = used if kind in ("triple", "triples") else target
        certain = kind == "values" and not any(_word(token) == "UNDEF" for token in listed)
        around = frozenset(term[1:] for _, term in graphs if term[0] in "?$")
        self._places += 1
        return Part(
            self._places - 1,
            kind,
            tuple(listed),
            self._slice(listed) if text is None else text,
            ends,
            graphs,
            sure=(used if certain else sure) | (around if kind in ("triple", "triples") else frozenset()),
            maybe=used
            if kind in ("union", "group", "select") or (kind == "values" and not certain)
            else frozenset(),
            needs=used - sure if kind in ("filter", "bind", "optional", "minus", "lateral") else frozenset(),
        )

    def _statement(self, listed: list[Token], graphs: tuple[tuple[int, str], ...]) -> list[Part]:
        """Cut ``s p o ; q r , t`` into its patterns; where that does not read, keep it in one piece."""
        cut = _split(listed)
        patterns = [(subject, verb, obj) for subject, verb, obj in cut if obj]
        if patterns and all(self._reads(self._asked(*map(self._slice, p))) for p in patterns):
            return [
                self._part(
                    "triple",
                    [*subject, *verb, *obj],
                    graphs,
                    text=" ".join(map(self._slice, (subject, verb, obj))),
                    ends=(self._slice(subject), self._slice(verb), self._slice(obj)),
                )
                for subject, verb, obj in patterns
            ]
        if not self._reads(self._asked(self._slice(listed))):
            raise _Unreadable
        return [self._part("triples", listed, graphs)]

    def _asked(self, *texts: str) -> str:
        return f"{self._prologue}\nSELECT * {{ {' '.join(texts)} }}"


def _linked(parts: list[Part]) -> tuple[Part, ...]:
    """Leave in ``needs`` only what other parts bind, and in that of a block only what stands before it."""
    linked: list[Part] = []
    for part in parts:
        needs = part.needs
        if needs:
            ahead = part.kind in ("optional", "minus", "lateral", "bind")
            near = [
                p
                for p in parts
                if p is not part
                and p.graphs[: len(part.graphs)] == part.graphs
                and (p.place < part.place or not ahead)
            ]
            needs &= frozenset().union(
                *(
                    p.sure | p.maybe | (p.needs if p.kind in ("optional", "lateral") else frozenset())
                    for p in near
                )
            )
        mine = part.needs if part.kind in ("optional", "lateral") else frozenset()
        linked.append(replace(part, needs=needs, maybe=part.maybe | (mine - needs)))
    return tuple(linked)


def _split(listed: list[Token]) -> list[tuple[list[Token], list[Token], list[Token]]]:
    if _is(listed[0], "[") or _is(listed[0], "(") or _is(listed[0], "<"):
        return []
    found, at = [], 1
    while at < len(listed):
        end = _verb_end(listed, at)
        if end is None:
            return []
        verb, at = listed[at:end], end
        while True:
            start = at
            while at < len(listed) and not (_is(listed[at], ",") or _is(listed[at], ";")):
                at = (_close(listed, at) if listed[at].text in _CLOSING else at) + 1
            found.append((listed[:1], verb, listed[start:at]))
            if at >= len(listed) or _is(listed[at], ";"):
                break
            at += 1
        while at < len(listed) and _is(listed[at], ";"):
            at += 1
    return found


def _verb_end(listed: list[Token], at: int) -> int | None:
    """Return where a predicate or a property path ends."""
    if listed[at].kind == "var":
        return at + 1
    while at < len(listed):
        while at < len(listed) and (_is(listed[at], "^") or _is(listed[at], "!")):
            at += 1
        if at >= len(listed):
            return None
        if _is(listed[at], "("):
            at = _close(listed, at) + 1
        elif listed[at].kind in ("iri", "pname") or listed[at].text == "a":
            at += 1
        else:
            return None
        while (
            at < len(listed)
            and listed[at].text in ("*", "+", "?")
            and listed[at].start == _end(listed[at - 1])
        ):
            at += 1
        if at >= len(listed) or not (_is(listed[at], "/") or _is(listed[at], "|")):
            return at
        at += 1
    return None


def _statement_end(inner: list[Token], at: int) -> int:
    """Return where a statement ends: at its full stop, a keyword, a block, or the end of the group."""
    start = at
    while at < len(inner):
        token = inner[at]
        if at > start and (_word(token) in _KEYWORDS or _is(token, "{")):
            return at
        if _is(token, ".") and not _in_number(inner, at):
            return at
        at = (_close(inner, at) if token.kind == "mark" and token.text in "([" else at) + 1
    return at


def _in_number(inner: list[Token], at: int) -> bool:
    if at + 1 >= len(inner) or inner[at + 1].start != inner[at].start + 1:
        return False
    return inner[at + 1].text.isdigit() or inner[at + 1].text[:1] in "eE"


def _next_bracket(inner: list[Token], at: int) -> int:
    while at < len(inner) and not (_is(inner[at], "(") or _is(inner[at], "{")):
        at += 1
    return at


def _close(listed: Sequence[Token], at: int) -> int:
    """Return where the bracket that opens at ``at`` closes."""
    if at >= len(listed) or listed[at].kind != "mark" or listed[at].text not in _CLOSING:
        raise _Unreadable
    opening, closing, depth = listed[at].text, _CLOSING[listed[at].text], 0
    for place in range(at, len(listed)):
        if listed[place].kind == "mark":
            depth += (listed[place].text == opening) - (listed[place].text == closing)
        if depth == 0:
            return place
    raise _Unreadable


def _word(token: Token) -> str:
    return token.text.upper() if token.kind == "word" else ""


def _is(token: Token, mark: str) -> bool:
    return token.kind == "mark" and token.text == mark


def _end(token: Token) -> int:
    return token.start + len(token.text)
