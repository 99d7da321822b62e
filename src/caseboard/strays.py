"""Variables that a query gives back, or tests, but binds nowhere: most often they are misspelt."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from caseboard.errors import did_you_mean
from caseboard.spans import Unreadable, closing, is_mark, word
from caseboard.sparql import FORMS, Token, tokens

_AGGREGATES = frozenset(("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"))


def strays(text: str, *, bound: Collection[str] = ()) -> tuple[str, ...]:
    """Return a sentence on each variable in the head of a query that stands nowhere else in it.

    Args:
        text: the query.
        bound: variables, without their mark, that are given from outside.

    >>> strays("SELECT ?lable { ?who rdfs:label ?label }")
    ('?lable is bound nowhere in the query, so its column is empty; did you mean ?label?',)
    >>> strays("SELECT (COUNT(?who) AS ?n) { ?who cb:helps ?whom }")
    ()
    """
    listed = list(tokens(text))
    try:
        form, head, rest = _cut(listed)
    except Unreadable:
        return ()
    made = {head[at + 1].text[1:] for at, token in enumerate(head[:-1]) if word(token) == "AS"}
    known = {token.text[1:] for token in rest if token.kind == "var"}
    asked = dict.fromkeys(token.text for token in head if token.kind == "var")
    lost = [name for name in asked if name[1:] not in known | made | set(bound)]
    columns = {token.text for token in _outside(head)} if form == "SELECT" else set()
    found = []
    for name in lost:
        effect = "its column is empty" if name in columns else "nothing comes of it"
        found.append(f"{name} is bound nowhere in the query, so {effect}{_near(name, known)}")
    return tuple(found)


def unbound_tests(listed: Collection[Token], binding: Collection[str]) -> Iterator[str]:
    """Yield a sentence on each variable in the tokens of a filter that is not among those bound."""
    for name in dict.fromkeys(token.text for token in listed if token.kind == "var"):
        if name[1:] not in binding:
            yield f"{name} is bound nowhere in the query, so no test on it is passed{_near(name, binding)}"


def counts(text: str) -> bool:
    """Say whether a query has one row at any rate, with what it counts or sums up.

    >>> counts("SELECT (COUNT(?a) AS ?n) { ?a cb:helps ?b }")
    True
    >>> counts("SELECT ?a (COUNT(?b) AS ?n) { ?a cb:helps ?b } GROUP BY ?a")
    False
    """
    try:
        form, head, rest = _cut(list(tokens(text)))
        after = rest[closing(rest, 0) + 1 :]
    except Unreadable:
        return False
    words = {word(token) for token in head}
    return form == "SELECT" and bool(words & _AGGREGATES) and not any(word(one) == "GROUP" for one in after)


def redeclared(text: str, prefixes: Mapping[str, str]) -> frozenset[str]:
    """Return the prefixes that a query declares for something else than they stand for otherwise.

    >>> sorted(redeclared("PREFIX cb: <urn:x:> PREFIX t: <urn:y:> ASK {}", {"cb": "urn:cb:"}))
    ['cb']
    """
    listed = list(tokens(text))
    found = set()
    for at in range(1, len(listed) - 1):
        if word(listed[at - 1]) == "PREFIX" and listed[at].kind == "pname":
            name = listed[at].text.partition(":")[0]
            if prefixes.get(name, listed[at + 1].text[1:-1]) != listed[at + 1].text[1:-1]:
                found.add(name)
    return frozenset(found)


def _near(name: str, known: Collection[str]) -> str:
    near = did_you_mean(name, sorted(f"?{one}" for one in known))
    return f"; {near.strip()[0].lower()}{near.strip()[1:]}" if near else ""


def _outside(head: list[Token]) -> Iterator[Token]:
    at = 0
    while at < len(head):
        if is_mark(head[at], "("):
            at = closing(head, at)
        else:
            yield head[at]
        at += 1


def _cut(listed: list[Token]) -> tuple[str, list[Token], list[Token]]:
    """Return the form of a query, what stands between it and its group, and the group with what follows."""
    form = next((at for at, token in enumerate(listed) if word(token) in FORMS), None)
    if form is None or word(listed[form]) not in ("SELECT", "CONSTRUCT"):
        raise Unreadable
    at = form + 1
    if word(listed[form]) == "CONSTRUCT":
        if at >= len(listed) or not is_mark(listed[at], "{"):
            raise Unreadable  # CONSTRUCT WHERE: the template is the pattern
        end = closing(listed, at)
        return "CONSTRUCT", listed[at:end], listed[end:]
    while at < len(listed) and not is_mark(listed[at], "{"):
        at = (closing(listed, at) if is_mark(listed[at], "(") else at) + 1
    return "SELECT", listed[form + 1 : at], listed[at:]
