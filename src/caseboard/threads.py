"""The lines of the conspiracy, and what they leave open."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from caseboard.model import STATUSES, Claim, Entity, Name, Point, Thread

#: Kinds that one asks after with "who".
_SOMEBODY = frozenset({"person", "group", "organisation"})


@dataclass(frozen=True, slots=True)
class ThreadSummary:
    """A thread with its claims, the people in it, and from when to when it is told."""

    thread: Thread
    claims: tuple[Claim, ...]
    people: tuple[Name, ...]
    others: tuple[Name, ...]
    first: Point | None
    last: Point | None

    @property
    def statuses(self) -> Mapping[str, int]:
        """Status -> number of claims, surest first."""
        counts = {status: sum(claim.status == status for claim in self.claims) for status in STATUSES}
        return {status: count for status, count in counts.items() if count}

    def __str__(self) -> str:
        counts = ", ".join(f"{n} {status}" for status, n in self.statuses.items())
        people = ", ".join(map(str, self.people)) or "nobody"
        return f"{self.thread.label}: {counts or 'no claims'}\n  {people}"


@dataclass(frozen=True, slots=True)
class Question:
    """Something the case leaves open: an entity nobody identifies, and the claims that speak of it.

    ``theories`` is how many theories there are about it.
    """

    unknown: Name
    claims: tuple[Claim, ...]
    kind: str
    theories: int = 0

    @property
    def text(self) -> str:
        """Return the question."""
        word = "Who" if self.kind in _SOMEBODY else "What"
        return f"{word} is “{self.unknown}”?"

    def __str__(self) -> str:
        lines = [self.text, *(f"  {claim}" for claim in self.claims)]
        if self.theories:
            some = "1 theory" if self.theories == 1 else f"{self.theories} theories"
            # The id goes into a shell: it is an IRI, which may have quotes and semicolons in it.
            lines.append(f"  {some}: `caseboard theories {shlex.quote(self.unknown.id)}`")
        return "\n".join(lines)


def among(claims: Iterable[Claim], include: Collection[str]) -> list[Claim]:
    """Return the claims that are stated, and those of the statuses included; refuted ones only with them."""
    taken = {STATUSES[0], *include}
    return [claim for claim in claims if claim.status in taken and ("refuted" in taken or not claim.refuted)]


def summarise(
    threads: Iterable[Thread], claims: Iterable[Claim], entities: Mapping[str, Entity]
) -> tuple[ThreadSummary, ...]:
    """Return each thread with what is in it, in the order given.

    Args:
        threads: the threads.
        claims: every claim of the board.
        entities: entity id -> entity.

    >>> import caseboard
    >>> print(caseboard.open("harbour").threads()[0])
    The drowning: 3 stated
      Bruno Lind, Mr Grey, Tomas Berg, Whoever killed Tomas
    """
    of_thread: dict[str, list[Claim]] = {}
    for claim in claims:
        for name in claim.threads:
            of_thread.setdefault(name.id, []).append(claim)
    return tuple(_summary(thread, of_thread.get(thread.id, []), entities) for thread in threads)


def _summary(thread: Thread, claims: list[Claim], entities: Mapping[str, Entity]) -> ThreadSummary:
    ends = {end.id: end for claim in claims for end in (claim.subject, claim.object) if isinstance(end, Name)}
    ordered = sorted(ends.values(), key=lambda name: (name.label, name.id))
    points = sorted((claim.revealed for claim in claims), key=lambda point: point.order)
    people = tuple(name for name in ordered if name.id in entities and entities[name.id].kind == "person")
    return ThreadSummary(
        thread=thread,
        claims=tuple(claims),
        people=people,
        others=tuple(name for name in ordered if name not in people),
        first=points[0] if points else None,
        last=points[-1] if points else None,
    )


def open_questions(
    claims: Iterable[Claim],
    entities: Mapping[str, Entity],
    theories: Mapping[str, int] = MappingProxyType({}),
) -> tuple[Question, ...]:
    """Return a question for each unknown entity that a claim speaks of, sorted by label.

    Args:
        claims: the claims to go by.
        entities: entity id -> entity.
        theories: entity id -> how many theories there are about it.

    >>> import caseboard
    >>> print(caseboard.open("harbour").questions()[0].text)
    Who is “Whoever killed Tomas”?
    """
    about: dict[str, list[Claim]] = {}
    for claim in claims:
        for end in dict.fromkeys((claim.subject, claim.object)):
            if isinstance(end, Name) and end.id in entities and entities[end.id].unknown:
                about.setdefault(end.id, []).append(claim)
    questions = (
        Question(Name(id_, entities[id_].label), tuple(listed), entities[id_].kind, theories.get(id_, 0))
        for id_, listed in about.items()
    )
    return tuple(sorted(questions, key=lambda question: (question.unknown.label, question.unknown.id)))
