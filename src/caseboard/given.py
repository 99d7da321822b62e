"""Values given to a query by the names of its variables: bound to them, never written into its text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import takewhile

from caseboard.errors import BadArgument, UnknownName, did_you_mean
from caseboard.sparql import FORMS, Token, tokens
from caseboard.terms import Names, join_known


def as_terms(given: Mapping[str, object], *, find: Callable[[str], str], names: Names) -> dict[str, str]:
    """Return values as the terms that `caseboard.store.Store.answer` binds.

    A text is the name of something on the board. A claim, a name or an entity of this package stands for
    itself, and so does an rdflib term; numbers, truth values and dates become literals.

    Args:
        given: variable, without its mark -> value.
        find: name -> id.
        names: the prefixes of the board.

    Raises:
        UnknownName, AmbiguousName: a text that names nothing here, or too much.
        BadArgument: a value that no term can stand for.

    >>> as_terms({"who": "Ada", "n": 3}, find=lambda name: "ex:ada", names=Names({"ex": "urn:x:"}))
    {'who': '<urn:x:ada>', 'n': '"3"^^<http://www.w3.org/2001/XMLSchema#integer>'}
    """
    return {name: _term(name, value, find, names) for name, value in given.items()}


def _term(name: str, value: object, find: Callable[[str], str], names: Names) -> str:
    if not isinstance(value, str) and isinstance(held := getattr(value, "id", None), str):
        return _named(held, names)
    from rdflib import BNode, Literal, URIRef

    if isinstance(value, URIRef | BNode):
        return value.n3()
    if isinstance(value, Literal):
        return value.n3() if value.datatype or value.language else f'"{value}"'
    if isinstance(value, str):
        return _named(find(value), names)
    literal = Literal(value)
    if literal.datatype is None:
        raise BadArgument(
            f"{name} is {type(value).__name__}, which no variable can be bound to; give it the name of "
            "something on the board, a number, a date, or an rdflib term"
        )
    return literal.n3()


def _named(id_: str, names: Names) -> str:
    return id_ if id_.startswith("_:") else f"<{names.iri(id_) or id_}>"


def projected(text: str, given: Mapping[str, object]) -> tuple[str, tuple[str, ...]]:
    """Return a query whose SELECT has the variables that values are given to, and those it had not before.

    The engine binds only what a query selects. A variable that always has one value changes no row, except
    where rows are counted or grouped: there the query has to select it itself.

    Raises:
        UnknownName: a variable that the query has not; names those it has.
        BadArgument: it counts or groups without the variable.

    >>> projected("SELECT DISTINCT ?whom { ?who cb:helps ?whom }", {"who": "Iris"})
    ('SELECT DISTINCT ?who ?whom { ?who cb:helps ?whom }', ('who',))
    """
    listed = list(tokens(text))
    used = dict.fromkeys(token.text[1:] for token in listed if token.kind == "var")
    for name in given:
        if name not in used:
            known = f"it has {join_known(used)}" if used else "it has none"
            raise UnknownName(f"the query has no variable ?{name}; {known}.{did_you_mean(name, used)}")
    start = next((i for i, token in enumerate(listed) if _is(token, *FORMS)), None)
    if start is None or not _is(listed[start], "SELECT"):
        return text, ()
    head = list(takewhile(lambda t: t.text != "{" and not _is(t, "WHERE", "FROM"), listed[start + 1 :]))
    outer = {token.text[1:] for token in head if token.kind == "var"}
    counts = any(token.text == "(" for token in head)
    everything = not counts and any(token.text == "*" for token in head)
    missing = tuple(name for name in given if name not in outer and not everything)
    if not missing:
        return text, ()
    if counts or any(_is(token, "GROUP", "HAVING") for token in listed):
        lacking = " ".join(f"?{name}" for name in missing)
        raise BadArgument(f"a query that counts or groups has to select {lacking} itself, and to group by it")
    place = 1 if head and _is(head[0], "DISTINCT", "REDUCED") else 0
    at = head[place].start
    return f"{text[:at]}{' '.join(f'?{name}' for name in missing)} {text[at:]}", missing


def _is(token: Token, *words: str) -> bool:
    return token.kind == "word" and token.text.upper() in words


def hide(tsv: bytes, columns: int) -> bytes:
    r"""Return a table in TSV without its first columns.

    >>> hide(b"?who\t?whom\n<a>\t<b>\n", 1)
    b'?whom\n<b>\n'
    """
    lines = tsv.split(b"\n")
    return b"\n".join(line.split(b"\t", columns)[columns] if line else line for line in lines)
