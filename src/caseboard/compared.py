"""Where a query compares something with a literal: in a filter, a list, a function, a block of values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from caseboard.spans import closing, end_of, is_mark, word
from caseboard.sparql import Token

_TEXTS = frozenset(("CONTAINS", "STRSTARTS", "STRENDS", "REGEX"))
_BINARY = _TEXTS | {"SAMETERM", "LANGMATCHES"}


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison of an expression with a literal, or one literal that a variable is given.

    Attributes:
        kind: "is", "order" (< and the like), "text" (a function on a part of a text), "language", "values"
            or "bind".
        start, end: offsets of the whole comparison; of the literal alone in a list or a block of values.
        what: the expression that is compared, or the variable.
        literal, at: the literal as it is written, and its offset.
        function: the name of the function of a "text", with the flags of REGEX as ``flags``.
    """

    kind: str
    start: int
    end: int
    what: str
    literal: str
    at: int
    function: str = ""
    flags: str = ""

    @property
    def variable(self) -> str:
        """The variable that is compared as it is, as its text or in small letters; else nothing."""
        inner = self.what
        while inner[-1:] == ")" and inner.partition("(")[0].strip().upper() in ("STR", "LCASE", "UCASE"):
            inner = inner.partition("(")[2][:-1].strip()
        return inner if inner[:1] in ("?", "$") and inner[1:].isidentifier() else ""


def literal_end(listed: Sequence[Token], at: int) -> int | None:
    """Return where the literal that begins at a token ends, or None where none does."""
    token = listed[at]
    if token.kind == "text":
        after = [one.text for one in listed[at + 1 : at + 3]]
        if at + 1 < len(listed) and listed[at + 1].kind == "lang":
            return at + 2
        return at + 4 if after == ["^", "^"] else at + 1
    if token.text in ("true", "false"):
        return at + 1
    if not token.text.isdigit():
        return None
    end = at + 1
    while end < len(listed) and listed[end].start == end_of(listed[end - 1]):
        if not (listed[end].text.isdigit() or listed[end].text == "."):
            break
        end += 1
    return end


def comparisons(text: str, listed: Sequence[Token]) -> Iterator[Compared]:
    """Yield what is compared with a literal in some tokens of a text.

    >>> from caseboard.sparql import tokens
    >>> text = 'FILTER(STR(?n) = "Ada" && ?k IN ("x"))'
    >>> [(one.what, one.literal) for one in comparisons(text, list(tokens(text)))]
    [('STR(?n)', '"Ada"'), ('?k', '"x"')]
    """
    at = 0
    while at < len(listed):
        end = literal_end(listed, at)
        if end is not None:
            yield from _compared_with(text, listed, at, end)
        elif word(listed[at]) == "IN" and at and word(listed[at - 1]) != "NOT":
            yield from _listed(text, listed, at)
        elif word(listed[at]) in _BINARY and at + 1 < len(listed) and is_mark(listed[at + 1], "("):
            yield from _called(text, listed, at)
        at = end or at + 1


def given(text: str, listed: Sequence[Token]) -> Iterator[Compared]:
    """Yield the literals of a VALUES block, or of a BIND of nothing but a literal, each with its variable."""
    if word(listed[0]) == "BIND":
        end = literal_end(listed, 2)
        if end is not None and word(listed[end]) == "AS":
            yield _of("bind", text, listed, 2, end, listed[end + 1].text)
        return
    body = next((at for at, token in enumerate(listed) if is_mark(token, "{")), len(listed))
    names = [token.text for token in listed[1:body] if token.kind == "var"]
    at, column, nested = body + 1, 0, any(is_mark(token, "(") for token in listed[1:body])
    while at < len(listed) - 1:
        if is_mark(listed[at], "(") or is_mark(listed[at], ")"):
            at, column = at + 1, 0
            continue
        end = literal_end(listed, at)
        if end is not None and column < len(names):
            yield _of("values", text, listed, at, end, names[column])
        elif end is None and is_mark(listed[at], "-"):
            return  # the sign of a number belongs to it; such are left alone
        at, column = end or at + 1, column + 1 if nested else 0


def _of(
    kind: str,
    text: str,
    listed: Sequence[Token],
    at: int,
    end: int,
    what: str,
    *,
    span: tuple[int | None, int | None] = (None, None),
    function: str = "",
    flags: str = "",
) -> Compared:
    start, stop = listed[at].start, end_of(listed[end - 1])
    first = start if span[0] is None else span[0]
    last = stop if span[1] is None else span[1]
    return Compared(kind, first, last, what, text[start:stop], start, function, flags)


def _compared_with(text: str, listed: Sequence[Token], at: int, end: int) -> Iterator[Compared]:
    before = "".join(token.text for token in listed[max(0, at - 2) : at] if token.kind == "mark")
    sign = next((one for one in ("!=", "<=", ">=", "=", "<", ">") if before.endswith(one)), "")
    if sign and sign != "!=":
        first = _operand_before(listed, at - len(sign))
        if first is not None:
            what = text[listed[first].start : listed[at - len(sign)].start].strip()
            kind = "is" if sign == "=" else "order"
            yield _of(kind, text, listed, at, end, what, span=(listed[first].start, None))
        return
    if end < len(listed) and is_mark(listed[end], "="):
        last = _operand_after(listed, end + 1)
        if last is not None:
            what = text[listed[end + 1].start : end_of(listed[last])]
            yield _of("is", text, listed, at, end, what, span=(None, end_of(listed[last])))


def _listed(text: str, listed: Sequence[Token], at: int) -> Iterator[Compared]:
    first = _operand_before(listed, at)
    if first is None or at + 1 >= len(listed) or not is_mark(listed[at + 1], "("):
        return
    what, close, place = text[listed[first].start : listed[at].start].strip(), closing(listed, at + 1), at + 2
    start, stop = listed[first].start, end_of(listed[close])
    while place < close:
        end = literal_end(listed, place)
        if end is not None:
            yield _of("is", text, listed, place, end, what, span=(start, stop))
        place = end or place + 1


def _called(text: str, listed: Sequence[Token], at: int) -> Iterator[Compared]:
    close = closing(listed, at + 1)
    commas, place = [], at + 2
    while place < close:
        if is_mark(listed[place], "("):
            place = closing(listed, place)
        elif is_mark(listed[place], ","):
            commas.append(place)
        place += 1
    if not commas:
        return
    name, ends = word(listed[at]), [*commas, close]
    first = text[listed[at + 2].start : end_of(listed[commas[0] - 1])]
    second = text[listed[commas[0] + 1].start : end_of(listed[ends[1] - 1])] if len(ends) > 1 else ""
    span = (listed[at].start, end_of(listed[close]))
    flags = text[listed[ends[1] + 1].start : end_of(listed[close - 1])] if len(ends) > 2 else ""
    if literal_end(listed, commas[0] + 1) == ends[1]:
        kind = "is" if name == "SAMETERM" else "language" if name == "LANGMATCHES" else "text"
        function = name if name in _TEXTS else ""
        yield _of(
            kind, text, listed, commas[0] + 1, ends[1], first, span=span, function=function, flags=flags
        )
    elif name == "SAMETERM" and literal_end(listed, at + 2) == commas[0]:
        yield _of("is", text, listed, at + 2, commas[0], second, span=span)


def _operand_before(listed: Sequence[Token], at: int) -> int | None:
    """Return where the operand that ends before a token begins: a variable, or a call."""
    if at < 1:
        return None
    if listed[at - 1].kind == "var":
        return at - 1
    if not is_mark(listed[at - 1], ")"):
        return None
    depth = 0
    for place in range(at - 1, 0, -1):
        depth += is_mark(listed[place], ")") - is_mark(listed[place], "(")
        if not depth:
            return place - 1 if listed[place - 1].kind in ("word", "pname", "iri") else None
    return None


def _operand_after(listed: Sequence[Token], at: int) -> int | None:
    if at >= len(listed):
        return None
    if listed[at].kind == "var":
        return at
    called = listed[at].kind in ("word", "pname", "iri") and at + 1 < len(listed)
    return closing(listed, at + 1) if called and is_mark(listed[at + 1], "(") else None
