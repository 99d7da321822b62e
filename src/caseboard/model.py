"""What a case is made of, as Python values: claims with their evidence, and what they are about."""

from __future__ import annotations

from dataclasses import dataclass

from caseboard.display import Shown

#: The order of a claim's statuses, surest first, as `include=` and the graphs of the dataset name them.
STATUSES = ("stated", "inferred", "hedged", "predicted")


@dataclass(frozen=True, slots=True)
class Name:
    """Something with an identifier and a label: ``id`` is its CURIE (or its IRI where no prefix fits)."""

    id: str
    label: str

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True)
class Value:
    """A literal: its text, which is also its label."""

    label: str

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where something is said: a place in a source.

    ``start`` and ``end`` are offsets in characters into the source, ``digest`` is ``sha256:…`` of the passage
    between them, ``quote`` the passage itself where the case may hold it.
    """

    id: str
    source: Name
    section: str | None = None
    paragraph: int | None = None
    sentence: int | None = None
    start: int | None = None
    end: int | None = None
    digest: str | None = None
    quote: str | None = None

    def __str__(self) -> str:
        place = [self.section] if self.section else []
        place += [f"paragraph {self.paragraph}"] if self.paragraph is not None else []
        place += [f"sentence {self.sentence}"] if self.sentence is not None else []
        return f"{', '.join(place)} of {self.source}" if place else str(self.source)


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation as the vocabulary declares it; ``label`` and ``inverse`` are verb phrases."""

    id: str
    label: str
    inverse: str
    family: str
    about_work: bool
    attribute: bool
    identity: bool
    symmetric: bool
    comment: str
    covert: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """A reveal point; ``order`` is its place among them, from 0."""

    id: str
    label: str
    order: int

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True)
class Thread:
    """A line of the conspiracy."""

    id: str
    label: str
    comment: str

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True)
class Entity:
    """Something that the case is about; ``kind`` is a lower-case word, ``aliases`` its personas' names."""

    id: str
    iri: str
    label: str
    kind: str
    comment: str
    unknown: bool
    aliases: tuple[str, ...] = ()
    persona: bool = False

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True)
class Claim(Shown):
    """That a source says, with some certainty, that one thing stands in a relation to another."""

    id: str
    subject: Name
    relation: Relation
    object: Name | Value
    status: str
    strength: float
    revealed: Point
    refuted: Point | None
    refuted_by: tuple[str, ...]
    threads: tuple[Name, ...]
    event: Name | None
    evidence: tuple[Evidence, ...]
    attributed_to: tuple[Name, ...]
    note: str

    @property
    def sentence(self) -> str:
        """Return the claim as subject, verb, object."""
        return f"{self.subject} {self.relation.label} {self.object}."

    def __str__(self) -> str:
        where = "; ".join(map(str, self.evidence)) or "no evidence"
        refuted = f", until {self.refuted}" if self.refuted else ""
        return f"{self.sentence} [{self.status}, {self.revealed}{refuted}; {where}]"
