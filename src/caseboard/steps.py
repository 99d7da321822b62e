"""What long work is at: told by whoever does it, shown by whoever asked for it, free where nobody did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[str, float | None], None]

_LISTENER: ContextVar[Listener | None] = ContextVar("caseboard.steps", default=None)


def step(what: str, done: int = 0, of: int = 0) -> None:
    """Tell what is being done now, and how much of it is done, where that is known.

    >>> told = []
    >>> with heard(lambda *what: told.append(what)):
    ...     step("reading case.ttl")
    ...     step("laying out 40 things", 10, 40)
    >>> step("nobody listens")
    >>> told
    [('reading case.ttl', None), ('laying out 40 things', 0.25)]
    """
    listener = _LISTENER.get()
    if listener is not None:
        listener(what, done / of if of else None)


@contextmanager
def heard(listener: Listener) -> Iterator[None]:
    """Hear what the work inside tells; processes that it forks tell it to themselves."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)
