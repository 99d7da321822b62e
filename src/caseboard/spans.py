"""Where something ends in the tokens of a query: a bracket, a property path, a statement."""

from __future__ import annotations

from collections.abc import Sequence

from caseboard.sparql import Token

BLOCKS = frozenset(("OPTIONAL", "MINUS", "LATERAL"))
KEYWORDS = BLOCKS | {"FILTER", "GRAPH", "BIND", "VALUES", "SERVICE", "UNION"}
_CLOSING = {"{": "}", "(": ")", "[": "]"}


class Unreadable(Exception):
    """A text that is not taken apart."""


def split_statement(listed: list[Token]) -> list[tuple[list[Token], list[Token], list[Token]]]:
    """Return subject, verb and object of each pattern in ``s p o ; q r , t``; nothing if bracketed."""
    if is_mark(listed[0], "[") or is_mark(listed[0], "(") or is_mark(listed[0], "<"):
        return []
    found, at = [], 1
    while at < len(listed):
        end = verb_end(listed, at)
        if end is None:
            return []
        verb, at = listed[at:end], end
        while True:
            start = at
            while at < len(listed) and not (is_mark(listed[at], ",") or is_mark(listed[at], ";")):
                at = (closing(listed, at) if listed[at].text in _CLOSING else at) + 1
            found.append((listed[:1], verb, listed[start:at]))
            if at >= len(listed) or is_mark(listed[at], ";"):
                break
            at += 1
        while at < len(listed) and is_mark(listed[at], ";"):
            at += 1
    return found


def verb_end(listed: list[Token], at: int) -> int | None:
    """Return where a predicate or a property path ends."""
    if listed[at].kind == "var":
        return at + 1
    while at < len(listed):
        while at < len(listed) and (is_mark(listed[at], "^") or is_mark(listed[at], "!")):
            at += 1
        if at >= len(listed):
            return None
        if is_mark(listed[at], "("):
            at = closing(listed, at) + 1
        elif listed[at].kind in ("iri", "pname") or listed[at].text == "a":
            at += 1
        else:
            return None
        while (
            at < len(listed)
            and listed[at].text in ("*", "+", "?")
            and listed[at].start == end_of(listed[at - 1])
        ):
            at += 1
        if at >= len(listed) or not (is_mark(listed[at], "/") or is_mark(listed[at], "|")):
            return at
        at += 1
    return None


def statement_end(inner: list[Token], at: int) -> int:
    """Return where a statement ends: at its full stop, a keyword, a block, or the end of the group."""
    start = at
    while at < len(inner):
        token = inner[at]
        if at > start and (word(token) in KEYWORDS or is_mark(token, "{")):
            return at
        if is_mark(token, ".") and not _in_number(inner, at):
            return at
        at = (closing(inner, at) if token.kind == "mark" and token.text in "([" else at) + 1
    return at


def _in_number(inner: list[Token], at: int) -> bool:
    if at + 1 >= len(inner) or inner[at + 1].start != inner[at].start + 1:
        return False
    return inner[at + 1].text.isdigit() or inner[at + 1].text[:1] in "eE"


def next_bracket(inner: list[Token], at: int) -> int:
    """Return where the next bracket or brace opens."""
    while at < len(inner) and not (is_mark(inner[at], "(") or is_mark(inner[at], "{")):
        at += 1
    return at


def closing(listed: Sequence[Token], at: int) -> int:
    """Return where the bracket that opens at ``at`` closes."""
    if at >= len(listed) or listed[at].kind != "mark" or listed[at].text not in _CLOSING:
        raise Unreadable
    opening, closing, depth = listed[at].text, _CLOSING[listed[at].text], 0
    for place in range(at, len(listed)):
        if listed[place].kind == "mark":
            depth += (listed[place].text == opening) - (listed[place].text == closing)
        if depth == 0:
            return place
    raise Unreadable


def word(token: Token) -> str:
    """Return a keyword in capitals, or nothing."""
    return token.text.upper() if token.kind == "word" else ""


def is_mark(token: Token, mark: str) -> bool:
    """Say whether a token is this mark."""
    return token.kind == "mark" and token.text == mark


def end_of(token: Token) -> int:
    """Return the offset behind a token."""
    return token.start + len(token.text)
