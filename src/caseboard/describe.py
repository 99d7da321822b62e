"""What is on a board, and everything about one thing on it, as people read it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from caseboard.claims import Case
from caseboard.display import Shown
from caseboard.model import STATUSES, Claim, Entity, Name


@dataclass(frozen=True, slots=True)
class Overview(Shown):
    """A board in a screenful: its title, its counts, and what is on it by kind."""

    title: str
    comment: str
    claims: int
    statuses: tuple[tuple[str, int], ...]
    points: tuple[tuple[str, int], ...]
    threads: tuple[str, ...]
    kinds: tuple[tuple[str, tuple[str, ...]], ...]

    def __str__(self) -> str:
        lines = [self.title, *([self.comment] if self.comment else []), ""]
        lines += [f"{self.claims} claims: {_counts(self.statuses)}"]
        lines += [f"revealed: {_counts(self.points)}"] if self.points else []
        lines += [f"threads: {', '.join(self.threads)}"] if self.threads else []
        for kind, labels in self.kinds:
            lines += ["", f"{kind} ({len(labels)})", f"  {', '.join(labels)}"]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Card(Shown):
    """Everything about one entity: what it is, and the claims in which it stands, by family."""

    entity: Entity
    families: tuple[tuple[str, tuple[Claim, ...]], ...]
    hidden: tuple[tuple[str, int], ...]

    def __str__(self) -> str:
        kinds = [
            self.entity.kind,
            *(["unknown"] if self.entity.unknown and self.entity.kind != "unknown" else []),
        ]
        kinds += ["persona"] if self.entity.persona else []
        lines = [f"{self.entity.label} ({', '.join(kinds)}; {self.entity.id})"]
        lines += [f"also known as {', '.join(self.entity.aliases)}"] if self.entity.aliases else []
        lines += [self.entity.comment] if self.entity.comment else []
        for family, claims in self.families:
            lines += ["", family]
            for claim in claims:
                lines += [f"  {claim}", f"    {claim.id}: {claim.note}" if claim.note else f"    {claim.id}"]
        if self.hidden:
            names = ",".join(status for status, _ in self.hidden)
            lines += ["", f"not shown: {_counts(self.hidden)} (add them with --include {names})"]
        return "\n".join(lines)


def overview(case: Case) -> Overview:
    """Return a case in a screenful.

    >>> import caseboard
    >>> print(caseboard.open("harbour").overview())  # doctest: +ELLIPSIS
    Harbour
    A pilot, a ledger and a man who did not drown.
    <BLANKLINE>
    13 claims: 11 stated, 1 hedged, 1 predicted
    revealed: 7 the start, 5 midway, 1 the sequel
    threads: The drowning, The ledger
    ...
    """
    claims = list(case.claims.values())
    kinds: dict[str, list[str]] = {}
    for entity in case.entities.values():
        kinds.setdefault(entity.kind, []).append(entity.label)
    ordered = sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0]))
    return Overview(
        title=case.title,
        comment=case.comment,
        claims=len(claims),
        statuses=_tally((claim.status for claim in claims), STATUSES),
        points=_tally((claim.revealed.label for claim in claims), [point.label for point in case.points]),
        threads=tuple(thread.label for thread in case.threads.values()),
        kinds=tuple((kind, tuple(sorted(labels))) for kind, labels in ordered),
    )


def card(case: Case, entity: Entity, *, include: Collection[str]) -> Card:
    """Return everything about one entity.

    Args:
        case: the claims.
        entity: what to tell about.
        include: statuses beside the stated ones, and "refuted".

    >>> import caseboard
    >>> print(str(caseboard.open("harbour").describe("Nora")).split("[")[0])
    Nora Vale (person; ex:nora)
    <BLANKLINE>
    work
      Ada Lind is portrayed by Nora Vale.
    """
    families: dict[str, list[Claim]] = {}
    hidden: list[str] = []
    wanted = {"stated", *include}
    for claim in case.claims.values():
        ends = {claim.subject.id, claim.object.id if isinstance(claim.object, Name) else ""}
        if entity.id not in ends:
            continue
        word = "refuted" if claim.refuted else claim.status
        if word in wanted and claim.status in wanted:
            families.setdefault(claim.relation.family, []).append(claim)
        else:
            hidden.append(word)
    return Card(
        entity=entity,
        families=tuple((family, tuple(claims)) for family, claims in sorted(families.items())),
        hidden=_tally(hidden, (*STATUSES, "refuted")),
    )


def _tally(words: Iterable[str], order: Iterable[str]) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = dict.fromkeys(order, 0)
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return tuple((word, count) for word, count in counts.items() if count)


def _counts(tally: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{count} {word}" for word, count in tally)
