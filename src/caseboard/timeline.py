"""The two clocks of a case: the order in which it is told, and the order in which it happens."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from caseboard.claims import Case
from caseboard.display import Shown
from caseboard.errors import BadArgument, CaseError, did_you_mean
from caseboard.model import Claim, Name, Point

CLOCKS = ("reveal", "story")


@dataclass(frozen=True, slots=True)
class Entry:
    """A stop on a timeline: a reveal point, or an event.

    ``claims`` are what is told at the point, or what happens in the event. ``told`` is the point itself, or
    the one at which the reader first hears of the event: None where no claim speaks of it. ``refuted`` are
    the claims that no longer hold from a point on, always empty for an event.
    """

    name: Name
    told: Point | None
    claims: tuple[Claim, ...]
    refuted: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Departure:
    """That the telling departs from the story: what happens earlier is told later."""

    earlier: Entry
    later: Entry

    def __str__(self) -> str:
        return (
            f"{_line(self.earlier.name)} happens before {_line(self.later.name)}, but is told only in "
            f"{_line(self.earlier.told)}, after {_line(self.later.told)}."
        )


@dataclass(frozen=True, slots=True)
class Timeline(Shown):
    """A case along one of its clocks: ``by`` is "reveal" or "story".

    ``entries`` are in order. By story, ``unplaced`` are the events that the case orders with no other, and
    ``departures`` the pairs of events that are told in another order than they happen in.
    """

    by: str
    entries: tuple[Entry, ...]
    unplaced: tuple[Entry, ...] = ()
    departures: tuple[Departure, ...] = ()

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __str__(self) -> str:
        show = _event_lines if self.by == "story" else _point_lines
        blocks = [show(entry) for entry in self.entries]
        if not blocks:
            what = "event has its place in time" if self.by == "story" else "claim is told"
            blocks = [[f"No {what} on this board."]]
        if self.unplaced:
            lines = [line for entry in self.unplaced for line in _event_lines(entry)]
            blocks.append(["No order is given for", *(f"  {line}" for line in lines)])
        if self.departures:
            blocks.append(["Told out of order", *(f"  {departure}" for departure in self.departures)])
        return "\n\n".join("\n".join(lines) for lines in blocks)

    def to_dict(self) -> dict[str, Any]:
        """Return the timeline as plain values, for JSON; claims and events by their ids."""
        return {
            "by": self.by,
            "entries": [_plain(entry) for entry in self.entries],
            "unplaced": [_plain(entry) for entry in self.unplaced],
            "departures": [
                {"earlier": pair.earlier.name.id, "later": pair.later.name.id} for pair in self.departures
            ],
        }


def timeline(case: Case, by: str = "reveal") -> Timeline:
    """Put a case in order.

    By reveal, the stops are the reveal points, each with the claims first told there and those refuted there;
    a point at which nothing is told is a stop too. By story, they are the events, sorted by what happens
    before what; where that leaves the order open, by label. An event is first told of where the earliest
    claim is revealed that is part of it or speaks of it.

    Args:
        case: the claims.
        by: "reveal" or "story".

    Raises:
        BadArgument: no such clock.
        CaseError: events that happen before themselves, by name.

    Source: Kahn (1962), Topological sorting of large networks.

    >>> import caseboard
    >>> case = caseboard.open("harbour").case
    >>> [(entry.name.label, len(entry.claims)) for entry in timeline(case)]
    [('the start', 7), ('midway', 5), ('the sequel', 1)]
    >>> print(timeline(case, by="story"))
    No event has its place in time on this board.
    """
    if by not in CLOCKS:
        raise BadArgument(f"no timeline by {by!r}; there are {', '.join(CLOCKS)}.{did_you_mean(by, CLOCKS)}")
    return _by_story(case) if by == "story" else _by_reveal(case)


def _by_reveal(case: Case) -> Timeline:
    points = {point.id: point for point in case.points}
    told: dict[str, list[Claim]] = {}
    refuted: dict[str, list[Claim]] = {}
    for claim in case.claims.values():
        points.setdefault(claim.revealed.id, claim.revealed)
        told.setdefault(claim.revealed.id, []).append(claim)
        if claim.refuted:
            points.setdefault(claim.refuted.id, claim.refuted)
            refuted.setdefault(claim.refuted.id, []).append(claim)
    ordered = sorted(points.values(), key=lambda point: (point.order, point.label, point.id))
    return Timeline(
        "reveal",
        tuple(
            Entry(
                Name(point.id, point.label),
                point,
                tuple(told.get(point.id, ())),
                tuple(refuted.get(point.id, ())),
            )
            for point in ordered
        ),
    )


def _by_story(case: Case) -> Timeline:
    names: dict[str, Name] = {}
    before: dict[str, set[str]] = {}  # event -> what it directly happens before
    for event, later in case.rows("events"):
        names.setdefault(str(event), case.name(str(event)))
        if later:
            before.setdefault(str(event), set()).add(later)
    order = _sorted(names, before)
    placed = {*before, *(later for targets in before.values() for later in targets)}
    entries = _entries(case, names)
    return Timeline(
        "story",
        tuple(entries[event] for event in order if event in placed),
        tuple(entries[event] for event in order if event not in placed),
        _departures(order, before, entries),
    )


def _sorted(names: Mapping[str, Name], before: Mapping[str, Iterable[str]]) -> list[str]:
    """Sort events so that each comes after all that happen before it, else by label."""

    def key(event: str) -> tuple[str, str]:
        return names[event].label, event

    sorter: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(sorted(names, key=key), ()))
    for event in sorted(before, key=key):
        for later in sorted(before[event], key=key):
            sorter.add(later, event)
    try:
        sorter.prepare()
    except CycleError as error:
        raise CaseError(_circle([names[event] for event in error.args[1][:-1]])) from error
    order: list[str] = []
    ready: list[tuple[tuple[str, str], str]] = []
    while sorter.is_active():
        for event in sorter.get_ready():
            heapq.heappush(ready, (key(event), event))
        _, event = heapq.heappop(ready)
        order.append(event)
        sorter.done(event)
    return order


def _circle(events: Sequence[Name]) -> str:
    # Always told from the same event on, so that the message does not change from run to run.
    first = min(range(len(events)), key=lambda place: (events[place].label, events[place].id))
    around = [*events[first:], *events[:first], events[first]]
    return (
        f"events happen in a circle: {' before '.join(_line(event) for event in around)} "
        f"({', '.join(event.id for event in around[:-1])}). Take out or turn round one cb:before among them"
    )


def _entries(case: Case, names: Mapping[str, Name]) -> Mapping[str, Entry]:
    """Return each event with the claims that happen in it and the point at which it is first told of."""
    iris = {name.id: iri for iri, name in names.items()}
    within: dict[str, list[Claim]] = {}
    told: dict[str, Point] = {}
    events_of = {case.curie(claim): events for claim, events in case.linked("event").items()}
    for claim in case.claims.values():
        events = events_of.get(claim.id, ())
        for event in events:
            within.setdefault(event, []).append(claim)
        ends = [end.id for end in (claim.subject, claim.object) if isinstance(end, Name)]
        for event in (*events, *(iris[end] for end in ends if end in iris)):
            if event not in told or claim.revealed.order < told[event].order:
                told[event] = claim.revealed
    return {
        event: Entry(name, told.get(event), tuple(within.get(event, ()))) for event, name in names.items()
    }


def _departures(
    order: Sequence[str], before: Mapping[str, Iterable[str]], entries: Mapping[str, Entry]
) -> tuple[Departure, ...]:
    """Return the pairs of which the earlier is told later; directly or by way of other events."""
    after: dict[str, set[str]] = {}
    for event in reversed(order):
        after[event] = {one for later in before.get(event, ()) for one in (later, *after[later])}
    place = {event: i for i, event in enumerate(order)}
    return tuple(
        Departure(entries[event], entries[later])
        for event in order
        for later in sorted(after[event], key=place.__getitem__)
        if _is_told_after(entries[event], entries[later])
    )


def _is_told_after(one: Entry, other: Entry) -> bool:
    return one.told is not None and other.told is not None and one.told.order > other.told.order


def _point_lines(entry: Entry) -> list[str]:
    lines = [_line(entry.name), *(f"  {_line(claim.sentence)} [{claim.status}]" for claim in entry.claims)]
    lines += [f"  No longer: {_line(claim.sentence)} [{claim.status}]" for claim in entry.refuted]
    return lines if len(lines) > 1 else [*lines, "  Nothing new is told."]


def _event_lines(entry: Entry) -> list[str]:
    told = f"told in {_line(entry.told)}" if entry.told else "no claim tells of it"
    return [
        f"{_line(entry.name)} ({told})",
        *(f"  {_line(claim.sentence)} [{claim.status}, {_line(claim.revealed)}]" for claim in entry.claims),
    ]


def _line(thing: object) -> str:
    """Return something on one line, so that a label cannot pass for an entry of its own."""
    return " ".join(str(thing).split())


def _plain(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.name.id,
        "label": entry.name.label,
        "told": entry.told.label if entry.told else None,
        "claims": [claim.id for claim in entry.claims],
        "refuted": [claim.id for claim in entry.refuted],
    }
