"""What a reader of a foreign format gives back: plain values, before they become a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Thing:
    """What a file says of something: ``key`` is its name in the file, ``iri`` an IRI that it brings along."""

    key: str
    label: str = ""
    kind: str = ""
    comment: str = ""
    iri: str = ""
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """How a relation of a file reads: verb phrases, and the family it stands in."""

    label: str
    inverse: str = ""
    family: str = ""
    symmetric: bool = False


@dataclass(frozen=True, slots=True)
class Incoming:
    """A claim as a file makes it; what is empty, the file does not say.

    ``subject`` and ``object`` are keys of things, ``object`` a text where ``literal``; ``relation`` is the
    format's own term, ``point`` and ``refuted`` keys of points, ``status`` a word of the vocabulary; ``term``
    is a literal as N-Triples writes it, where it has a language or a datatype.
    """

    subject: str
    relation: str
    object: str
    literal: bool = False
    status: str = ""
    point: str = ""
    refuted: str = ""
    threads: tuple[str, ...] = ()
    source: str = ""
    locator: str = ""
    quote: str = ""
    agent: str = ""
    note: str = ""
    id: str = ""
    term: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader took from a file.

    Attributes:
        format: its name, as people say it.
        things: key -> what the file says of it; the ends of claims need not be in here.
        terms: relation -> how it reads, where the format says so.
        points: key -> label of the reveal points, in their order.
        sources: key -> label.
        triples: what is ours already, as N-Triples terms, and stays as it is.
        said: what the format says that a claim cannot hold, and what was assumed; a sentence each.
    """

    format: str
    claims: tuple[Incoming, ...]
    things: Mapping[str, Thing] = field(default_factory=dict)
    terms: Mapping[str, Term] = field(default_factory=dict)
    points: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    triples: tuple[tuple[str, str, str], ...] = ()
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Telling:
    """The reveal points of the case that a file comes to: label -> IRI, in their order, and the last rank."""

    points: Mapping[str, str] = field(default_factory=dict)
    last: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    """A file in a foreign format, and what the format cannot hold."""

    data: bytes
    left_out: tuple[str, ...] = ()


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun.

    >>> counted(1, "claim"), counted(2, "claim"), counted(3, "entity", "entities")
    ('1 claim', '2 claims', '3 entities')
    """
    return f"{number} {one if number == 1 else many or one + 's'}"
