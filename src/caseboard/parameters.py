"""What the parameters of a named query take: names of things, numbers, dates; all of them checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Protocol

from caseboard.claims import Case
from caseboard.errors import AmbiguousName, BadArgument, UnknownName, did_you_mean
from caseboard.lookup import Candidate, find, fold
from caseboard.model import Entity, Point
from caseboard.sparql import NamedQuery, Parameter
from caseboard.terms import XSD, join_known, local_name

_INTEGER, _NUMBER = re.compile(r"[+-]?\d+"), re.compile(r"[+-]?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?")
_TRUTH = {"true": "true", "yes": "true", "false": "false", "no": "false"}
#: So many near or possible names are told.
_TOLD = 8


class Names(Protocol):
    """What finds things by their names, as `caseboard.finder.Finder` does."""

    def entity(self, name: str) -> str:
        """Return the id of an entity."""

    def relation(self, name: str) -> str:
        """Return the id of a relation."""

    def point(self, name: str) -> Point:
        """Return a reveal point."""

    def thread(self, name: str) -> str:
        """Return the id of a thread."""


def as_term(case: Case, names: Names, parameter: Parameter, value: object) -> str:
    """Return what is given for a parameter as the term that `caseboard.store.Store.answer` binds.

    Args:
        case: what is asked.
        names: finds things by their names.
        parameter: what is given a value.
        value: a text; of a number, a date or a truth value also what Python has for it.

    Raises:
        UnknownName, AmbiguousName: a name that names nothing of that kind here, or too much.
        BadArgument: no value of that kind; says what is expected.
    """
    kind = parameter.kind
    if isinstance(value, int | float | date) and kind in _VALUES:
        value = str(value).lower() if isinstance(value, bool) else str(value)
    if not isinstance(value, str):
        raise BadArgument(f"the parameter {parameter.name} takes a text, not {type(value).__name__}")
    if kind == "text":
        return f'"{value}"'
    if kind in _VALUES:
        return _VALUES[kind](parameter, value.strip())
    try:
        return _named(case, names, parameter, value)
    except AmbiguousName:
        raise
    except UnknownName as error:
        raise UnknownName(f"{parameter.name}: {error}") from error


def _named(case: Case, names: Names, parameter: Parameter, value: str) -> str:
    if parameter.kind == "relation":
        id_ = names.relation(value)
    elif parameter.kind == "thread":
        id_ = names.thread(value)
    elif parameter.kind == "point":
        id_ = names.point(value).id
    elif parameter.kind == "status":
        id_ = _status(case, value)
    elif parameter.classes:
        id_ = _of_kind(case, names, parameter, value)
    else:
        id_ = names.entity(value)
    return id_ if id_.startswith("_:") else f"<{case.names.iri(id_) or id_}>"


def _status(case: Case, value: str) -> str:
    for iri, (label, _) in case.statuses.items():
        if fold(value) in (fold(label), fold(local_name(iri))) or value in (iri, case.curie(iri)):
            return iri
    known = [label for label, _ in case.statuses.values()]
    hint = did_you_mean(value, known) or f" There are {join_known(known)}."
    raise UnknownName(f"there is no status {value!r}.{hint}")


def _of_kind(case: Case, names: Names, parameter: Parameter, value: str) -> str:
    chosen = list(_entities(case, parameter))
    candidates = [Candidate(one.id, one.iri, one.label, one.aliases) for one in chosen]
    wanted = " or ".join(case.label(iri).lower() for iri in _classes(case, parameter))
    try:
        return find(value, candidates, what=wanted)
    except UnknownName as error:
        if isinstance(error, AmbiguousName) or " Did you mean" in str(error):
            raise
        listed = join_known((one.label for one in chosen), limit=_TOLD) if chosen else "none"
        try:
            other = case.entities.get(case.names.iri(names.entity(value)) or "")
        except UnknownName:
            other = None
        is_other = f"{other.label} is no {wanted} but of the kind {other.kind}. " if other else ""
        first = is_other or f"no {wanted} on this board is called {value[:80]!r}. "
        raise UnknownName(f"{first}There are {listed}") from error


def _entities(case: Case, parameter: Parameter) -> Iterator[Entity]:
    """Yield the entities that a parameter may be given."""
    if not parameter.classes:
        yield from case.entities.values()
        return
    wanted = set(_classes(case, parameter))
    narrower = {str(kind) for kind, wider in case.rows("kinds-within") if wider in wanted}
    fitting = {str(iri) for iri, kind, *_ in case.rows("entities") if kind in wanted | narrower}
    yield from (entity for iri, entity in case.entities.items() if iri in fitting)


def _classes(case: Case, parameter: Parameter) -> tuple[str, ...]:
    return tuple(case.names.iri(name) or name for name in parameter.classes)


def check_classes(case: Case, query: NamedQuery) -> None:
    """Raise UnknownName where a parameter is of a kind of things that the vocabulary does not have.

    >>> import caseboard
    >>> board = caseboard.open("harbour")
    >>> check_classes(board.case, board.desk.queries["about"])
    """
    known = {str(kind) for kind, _ in case.rows("kinds-within")}
    for parameter in query.parameters:
        for name in parameter.classes:
            if case.names.iri(name) not in known:
                listed = sorted(case.curie(kind) for kind in known)
                hint = did_you_mean(name, listed) or f" There are {join_known(listed)}."
                raise UnknownName(f"the parameter {parameter.name}: there is no kind of things {name}.{hint}")


def choices(case: Case, parameter: Parameter) -> Iterator[tuple[str, str]]:
    """Yield what may be given for a parameter, with what it is; nothing where anything may.

    >>> import caseboard
    >>> board = caseboard.open("harbour")
    >>> [text for text, _ in choices(board.case, Parameter("who", "entity", "", ("cb:Object",)))]
    ['The ledger']
    """
    kind = parameter.kind
    if kind == "entity":
        yield from ((one.label, one.kind) for one in _entities(case, parameter))
    elif kind == "relation":
        yield from ((local_name(one.id), one.label) for one in case.relations.values())
    elif kind == "thread":
        yield from ((one.label, "thread") for one in case.threads.values())
    elif kind == "point":
        yield from ((one.label, "reveal point") for one in case.points)
    elif kind == "status":
        yield from ((label, "status") for label, _ in case.statuses.values())
    elif kind == "boolean":
        yield from (("true", ""), ("false", ""))


# --- values ---------------------------------------------------------------------------------------


def _typed(expected: str, read: Callable[[str], str | None]) -> Callable[[Parameter, str], str]:
    def term(parameter: Parameter, value: str) -> str:
        literal = read(value)
        if literal is None:
            raise BadArgument(f"the parameter {parameter.name} takes {expected}, not {value[:80]!r}")
        return literal

    return term


def _integer(value: str) -> str | None:
    return f'"{value}"^^<{XSD}integer>' if _INTEGER.fullmatch(value) and value.isascii() else None


def _number(value: str) -> str | None:
    match = _NUMBER.fullmatch(value) if value.isascii() else None
    if not match:
        return None
    datatype = "double" if match[3] else "decimal" if "." in match[1] else "integer"
    return f'"{value}"^^<{XSD}{datatype}>'


def _date(value: str) -> str | None:
    # Python reads more forms than a date in the data has.
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        return None
    try:
        date.fromisoformat(value)
    except ValueError:
        return None
    return f'"{value}"^^<{XSD}date>'


def _boolean(value: str) -> str | None:
    word = _TRUTH.get(value.lower())
    return word and f'"{word}"^^<{XSD}boolean>'


_VALUES = {
    "integer": _typed("a whole number, such as 3", _integer),
    "number": _typed("a number, such as 3 or 2.5", _number),
    "date": _typed("a date as year-month-day, such as 2021-08-06", _date),
    "boolean": _typed("true or false", _boolean),
}
