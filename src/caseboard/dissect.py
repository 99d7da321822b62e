"""A query taken apart: the patterns, filters and blocks of its outermost group, to be asked one by one.

The lexer says where a part may end, and the engine whether what is cut out reads as one: a text that it does
not read in pieces is not taken apart. (rdflib's parser keeps no positions, and takes longer to import than a
person should wait for a word on an empty answer.)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from caseboard.spans import (
    BLOCKS,
    KEYWORDS,
    Unreadable,
    closing,
    end_of,
    is_mark,
    next_bracket,
    split_statement,
    statement_end,
    word,
)
from caseboard.sparql import FORMS, Token, tokens

#: A text -> whether the engine reads it as a query.
Reads = Callable[[str], bool]


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
        after: str = "",
    ) -> str:
        """Return a query for the solutions of some parts by themselves; all of them, or distinct columns.

        ``after`` is added at the end of the group.
        """
        group = f"{self.group(keep, changed)[:-1]}{after}}}"
        distinct = "" if columns is None else "DISTINCT "
        listed = " ".join(f"?{name}" for name in (self.variables(keep) if columns is None else columns))
        limited = f" LIMIT {limit}" if limit is not None else ""
        return f"{self.prologue}\nSELECT {distinct}{listed or '*'} {self.dataset}\nWHERE {group}{limited}"

    def counting(self, keep: Collection[int]) -> str:
        """Return a query for the number of solutions that some parts have by themselves."""
        return f"{self.prologue}\nSELECT (COUNT(*) AS ?n) {self.dataset}\nWHERE {self.group(keep)}"

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


def dissect(text: str, *, reads: Reads) -> Dissection | None:
    """Return a query in its parts, or None where it has no group, or cannot be taken apart safely.

    >>> query = dissect("ASK { ?a cb:helps ?b ; cb:pursues ?c FILTER(?b != ?c) }", reads=lambda text: True)
    >>> [str(part) for part in query.parts]
    ['?a cb:helps ?b', '?a cb:pursues ?c', 'FILTER(?b != ?c)']
    """
    listed = list(tokens(text))
    try:
        return _Knife(text, listed, reads).dissection()
    except Unreadable:
        return None


def group_parts(text: str, block: Sequence[Token], *, prologue: str, reads: Reads) -> tuple[Part, ...]:
    """Return the parts of a block in a query, given as the tokens between its braces; none if unreadable."""
    knife = _Knife(text, list(block), reads)
    try:
        return knife.block(prologue)
    except Unreadable:
        return ()


class _Knife:
    """Cuts one text; holds what all cuts need."""

    def __init__(self, text: str, listed: list[Token], reads: Reads) -> None:
        self._text, self._tokens, self._reads = text, listed, reads
        self._prologue, self._places, self._blocks = "", 0, 0

    def dissection(self) -> Dissection:
        form = next((i for i, t in enumerate(self._tokens) if word(t) in FORMS), None)
        if form is None:
            raise Unreadable
        start = self._outermost(form)
        end = closing(self._tokens, start)
        self._prologue = self._text[: self._tokens[form].start]
        froms = next((i for i in range(form, start) if word(self._tokens[i]) == "FROM"), start)
        where = next((i for i in range(froms, start) if word(self._tokens[i]) == "WHERE"), start)
        parts = self.parts(self._tokens[start + 1 : end])
        tail = list(self._tokens[end + 1 :])
        found = Dissection(
            form=word(self._tokens[form]),
            prologue=self._prologue,
            dataset=self._text[self._tokens[froms].start : self._tokens[where].start],
            head=self._text[: self._tokens[start].start],
            tail=self._text[end_of(self._tokens[end]) :] if tail else "",
            parts=_linked(parts),
        )
        if not self._reads(found.whole({})) or not self._reads(found.alone()):
            raise Unreadable
        return found

    def block(self, prologue: str) -> tuple[Part, ...]:
        self._prologue = prologue
        return _linked(self.parts(self._tokens))

    def _outermost(self, form: int) -> int:
        """Return where the group begins: the first brace outside of brackets, after a template."""
        at, template = form + 1, word(self._tokens[form]) == "CONSTRUCT"
        while at < len(self._tokens):
            token = self._tokens[at]
            if token.text == "(" and token.kind == "mark":
                at = closing(self._tokens, at)
            elif token.text == "{" and token.kind == "mark":
                # The template of a CONSTRUCT stands right behind the word.
                if not (template and at == form + 1):
                    return at
                at = closing(self._tokens, at)
            at += 1
        raise Unreadable

    def parts(self, inner: list[Token], graphs: tuple[tuple[int, str], ...] = ()) -> list[Part]:
        """Cut a group, given as its tokens between the braces."""
        found: list[Part] = []
        if inner and word(inner[0]) == "SELECT":
            return [self._part("select", [*inner], graphs, text="{ " + self._slice(inner) + " }")]
        at = 0
        while at < len(inner):
            named, start = word(inner[at]), at
            if is_mark(inner[at], "."):
                at += 1
            elif named == "GRAPH":
                end = closing(inner, at + 2)
                self._blocks += 1
                block = (self._blocks, inner[at + 1].text)
                inside = self.parts(inner[at + 3 : end], (*graphs, block))
                if not inside:  # it would bind its variable to every graph, and be lost here
                    raise Unreadable
                found += inside
                at = end + 1
            elif named in BLOCKS:
                at = closing(inner, at + 1) + 1
                found.append(self._part(named.lower(), inner[start:at], graphs))
            elif named in ("FILTER", "BIND", "VALUES"):
                at = closing(inner, next_bracket(inner, at + 1)) + 1
                if named == "VALUES" and is_mark(inner[at - 1], ")"):
                    at = closing(inner, at) + 1
                found.append(self._part(named.lower(), inner[start:at], graphs))
            elif is_mark(inner[at], "{"):
                at = closing(inner, at) + 1
                kind = "select" if word(inner[start + 1]) == "SELECT" else "group"
                while at < len(inner) and word(inner[at]) == "UNION":
                    at, kind = closing(inner, at + 1) + 1, "union"
                found.append(self._part(kind, inner[start:at], graphs))
            elif named in KEYWORDS:
                raise Unreadable
            else:
                at = statement_end(inner, at)
                found += self._statement(inner[start:at], graphs)
        return found

    def _slice(self, listed: Sequence[Token]) -> str:
        return self._text[listed[0].start : end_of(listed[-1])]

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
        certain = kind == "values" and not any(word(token) == "UNDEF" for token in listed)
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
        cut = split_statement(listed)
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
            raise Unreadable
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
