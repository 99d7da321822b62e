"""What cannot all be true: claims that clash, side by side, by the principles in ``graph/contradictions``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from caseboard.claims import Case
from caseboard.display import Shown
from caseboard.engine import parse_table
from caseboard.model import STATUSES, Claim, Name
from caseboard.rules import Rule, refuse
from caseboard.store import CLAIMS, VOCABULARY, Store, Triple
from caseboard.terms import CB

#: The graph in which the principles look up who is who; it exists only while they are asked.
_IDENTITIES = f"{CB}identities"
#: Columns with a meaning of their own, beside those that begin with "claim"; all others tell rows apart.
_COLUMNS = ("one", "earlier", "later", "from", "to")


@dataclass(frozen=True, slots=True)
class Contradiction(Shown):
    """Claims that cannot all be true, about one person or thing, and the principle that says so.

    ``certain`` is whether the stated claims among them clash already. ``circle`` are the events or people
    that lead round to where they began, empty for what is no circle; one of events may have no claim at all.
    """

    principle: str
    about: Name
    claims: tuple[Claim, ...]
    certain: bool
    circle: tuple[Name, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """Return what clashes, a line each: the circle if there is one, then the claims and sources."""
        around = " – ".join(map(str, (*self.circle, *self.circle[:1])))
        return tuple(" ".join(text.split()) for text in (around, *map(str, self.claims)) if text)

    def __str__(self) -> str:
        doubt = "" if self.certain else " (not by stated claims alone)"
        title = " ".join(f"{self.principle} {self.about}{doubt}:".split())
        return "\n".join([title, *(f"  {line}" for line in self.lines)])


@dataclass(slots=True)
class _Clash:
    """What one principle finds about one thing, as IRIs; ``marks`` tell it from all others."""

    about: str
    claims: list[str]
    marks: frozenset[tuple[str, ...]]
    circle: tuple[str, ...] = ()


@dataclass(slots=True)
class _Group:
    """The rows that one principle gives about one thing."""

    claims: dict[str, None] = field(default_factory=dict)
    ones: set[str] = field(default_factory=set)
    deeds: list[tuple[str, str | None, str | None]] = field(default_factory=list)


def find(case: Case, principles: Iterable[Rule]) -> tuple[Contradiction, ...]:
    """Return the claims of a case that cannot all be true, those that are certain first.

    A principle is a SELECT over ``cb:claims``, in which the refuted claims are left out. Rows that agree in
    ``?about`` are one contradiction; its claims are in the columns that begin with ``?claim``. With ``?one``,
    only where that has more than one value. With ``?earlier`` and ``?later``, only those claims whose events
    follow one another in the story. With ``?from`` and ``?to`` in place of ``?about``, those on a circle.
    In ``cb:identities``, ``cb:standsFor`` leads from each name to the person behind it in the end (to itself
    where that is nobody else, or no single one), ``cb:itself`` to itself.

    Args:
        case: the claims.
        principles: SELECTs, each with what it says in a sentence.

    Raises:
        CaseError: a principle that gives no claim.

    >>> import caseboard
    >>> from caseboard.locate import graph_dir
    >>> from caseboard.rules import read_rules
    >>> principles = read_rules(graph_dir() / "contradictions")
    >>> print(principles[0])
    One identity does not hide two people at the same time.
    >>> find(caseboard.open("harbour").case, principles)
    ()
    """
    rows = {str(row[0]): row for row in reversed(case.core)}
    doubtful = {iri for iri, row in rows.items() if str(row[4]) != f"{CB}Stated"}
    standing = [(s, p, o) for s, p, o in case.store.triples(CLAIMS) if _iri(s) not in case.refuted]
    stated = [triple for triple in standing if _iri(triple[0]) not in doubtful]
    identities = list(_identities(case, rows))
    words = case.store.triples(VOCABULARY)
    before = [(_iri(s), _iri(o)) for s, p, o in standing if p == f"<{CB}before>"]
    found = []
    stores = [_store(case, claims, words, identities) for claims in (standing, stated)]
    for principle in principles:
        clashes, sure = (_clashes(store, principle, before) for store in stores)
        certain = {mark for clash in sure for mark in clash.marks}
        strange = next((one for clash in clashes for one in clash.claims if one not in rows), None)
        if strange is not None:
            raise refuse(principle, f"its ?claim gives {case.curie(strange)}, which is no claim of the case")
        found += [
            Contradiction(
                principle=principle.sentence,
                about=case.name(clash.about),
                claims=tuple(sorted(map(case.claim_of, map(rows.__getitem__, clash.claims)), key=_order)),
                certain=not clash.marks.isdisjoint(certain),
                circle=tuple(map(case.name, clash.circle)),
            )
            for clash in clashes
        ]
    return tuple(sorted(found, key=lambda one: not one.certain))


def _order(claim: Claim) -> tuple[int, int, str]:
    place = STATUSES.index(claim.status) if claim.status in STATUSES else len(STATUSES)
    return place, claim.revealed.order, claim.id


def _store(
    case: Case, claims: Sequence[Triple], words: Sequence[Triple], identities: Sequence[Triple]
) -> Store:
    # A store gives blank nodes other labels than it is given; as IRIs they can be told in its answers.
    named = [(_named(s), p, _named(o)) for s, p, o in claims]
    return Store.of({CLAIMS: named, VOCABULARY: words, _IDENTITIES: identities}, prefixes=case.store.prefixes)


def _named(term: str) -> str:
    return f"<urn:blank:{term[2:]}>" if term.startswith("_:") else term


def _iri(term: str) -> str:
    """Return what a term names as the case knows it."""
    if term.startswith("<urn:blank:"):
        return "_:" + term[len("<urn:blank:") : -1]
    return term.removeprefix("<").removesuffix(">")


def _identities(case: Case, rows: Mapping[str, Sequence[str | None]]) -> Iterator[Triple]:
    """Yield who stands for whom, by the aliases that nothing refutes, however sure they are."""
    identity = {iri for iri, relation in case.relations.items() if relation.identity}
    people: dict[str, None] = {}
    pairs = []
    for iri, row in rows.items():
        if iri in case.refuted:
            continue
        subject, relation, obj = map(str, row[1:4])
        literal = iri in case.literals
        people.update(dict.fromkeys([subject] if literal else [subject, obj]))
        if relation in identity and not literal:
            pairs.append((subject, obj))
    ends = _ends(pairs)
    for person in people:
        term = _bracketed(person)
        yield term, f"<{CB}itself>", term
        yield term, f"<{CB}standsFor>", _bracketed(ends.get(person, person))


def _bracketed(iri: str) -> str:
    return _named(iri) if iri.startswith("_:") else f"<{iri}>"


def _ends(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Map everybody in some alias to who is behind it in the end; a persona of two belongs to neither."""
    ends: dict[str, str] = {}
    after: dict[str, set[str]] = {}
    for persona, person in pairs:
        after.setdefault(persona, set()).add(person)
    # Each part comes after all that it leads to.
    for part in _parts(pairs):
        onward = {ends[person] for name in part for person in after.get(name, ()) if person not in part}
        ends |= dict.fromkeys(part, next(iter(onward)) if len(onward) == 1 else min(part))
    return ends


def _parts(pairs: Collection[tuple[str, str]]) -> list[set[str]]:
    """Return the strongly connected parts of a graph, each after all that can be reached from it."""
    if not pairs:
        return []
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from(pairs)
    return list(nx.strongly_connected_components(graph))


def _clashes(store: Store, principle: Rule, before: Sequence[tuple[str, str]]) -> list[_Clash]:
    answer = store.answer(principle.text)
    columns, listed = parse_table(answer.data) if answer.kind == "select" else ((), [])
    claims = [column for column in columns if column.startswith("claim")]
    rows = [
        {c: _iri(str(term)) for c, term in zip(columns, row, strict=True) if term is not None}
        for row in listed
    ]
    if not claims or not {"about", "from"} & set(columns):
        raise refuse(principle, "write it as SELECT ?about ?claim ..., or as SELECT ?from ?to ?claim")
    if "from" in columns:
        return list(_circles(rows, claims))
    groups: dict[tuple[str, ...], _Group] = {}
    keys = ["about", *(c for c in columns if c not in (*claims, *_COLUMNS, "about"))]
    for row in rows:
        group = groups.setdefault(tuple(row.get(key, "") for key in keys), _Group())
        for claim in (row[c] for c in claims if c in row):
            group.claims[claim] = None
            group.deeds.append((claim, row.get("earlier"), row.get("later")))
        if "one" in row:
            group.ones.add(row["one"])
    if "earlier" in columns:
        _keep_ordered(groups.values(), before)
    return [
        _Clash(key[0], list(group.claims), frozenset([key]))
        for key, group in groups.items()
        if group.claims and ("one" not in columns or len(group.ones) > 1)
    ]


def _circles(rows: Sequence[Mapping[str, str]], columns: Sequence[str]) -> Iterator[_Clash]:
    pairs = dict.fromkeys((row["from"], row["to"]) for row in rows)
    own = {one for one, other in pairs if one == other}
    part_of = {
        name: number
        for number, part in enumerate(_parts(pairs))
        if len(part) > 1 or part & own
        for name in part
    }
    members: dict[int, set[str]] = {}
    claims: dict[int, dict[str, None]] = {}
    for row in rows:
        part = part_of.get(row["from"])
        if part is not None and part == part_of.get(row["to"]):
            members.setdefault(part, set()).update((row["from"], row["to"]))
            claims.setdefault(part, {}).update(dict.fromkeys(row[c] for c in columns if c in row))
    for part in sorted(members, key=lambda number: min(members[number])):
        around = _around(members[part], pairs)
        yield _Clash(
            about=around[0],
            claims=list(claims[part]),
            marks=frozenset((name,) for name in members[part]),
            circle=around,
        )


def _around(members: set[str], pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return a shortest way round from the first of those that all lead to one another."""
    onward: dict[str, list[str]] = {}
    for one, other in sorted(pairs):
        if one in members and other in members:
            onward.setdefault(one, []).append(other)
    first = min(members)
    came: dict[str, str] = {}
    todo = [first]
    while first not in came:
        reached = []
        for name in todo:
            for other in onward[name]:
                if other not in came:
                    came[other] = name
                    reached.append(other)
        todo = reached
    way = [came[first]]
    while way[-1] != first:
        way.append(came[way[-1]])
    return tuple(reversed(way))


def _keep_ordered(groups: Collection[_Group], before: Sequence[tuple[str, str]]) -> None:
    """Leave each group the claims whose event follows an earlier one of it, and those that they follow.

    What is asked of all groups at once is a bit for each in one number at each event, so that a long story
    is walked twice and not once for each group.
    """
    asked = [
        group for group in groups if any(e for _, e, _ in group.deeds) and any(x for *_, x in group.deeds)
    ]
    parts = _parts(before) if asked else []
    part_of = {event: number for number, part in enumerate(parts) for event in part}
    onward: dict[int, set[int]] = {}
    back: dict[int, set[int]] = {}
    for one, other in before if asked else ():
        # Within a circle nothing is earlier than anything else.
        if part_of[one] != part_of[other]:
            onward.setdefault(part_of[one], set()).add(part_of[other])
            back.setdefault(part_of[other], set()).add(part_of[one])

    def spread(
        column: int, links: Mapping[int, set[int]], order: Iterable[int]
    ) -> Callable[[str, int], bool]:
        at: dict[int, int] = {}
        for bit, group in enumerate(asked):
            for deed in group.deeds:
                if (event := deed[column]) in part_of:
                    at[part_of[event]] = at.get(part_of[event], 0) | 1 << bit
        passed: dict[int, int] = {}
        for part in order:
            here = passed.get(part, 0) | at.get(part, 0)
            for other in links.get(part, ()) if here else ():
                passed[other] = passed.get(other, 0) | here
        return lambda event, bit: bool(passed.get(part_of.get(event, -1), 0) >> bit & 1)

    count = len(parts)
    follows = spread(1, onward, range(count - 1, -1, -1))
    precedes = spread(2, back, range(count))
    kept = {
        id(group): [
            claim
            for claim, earlier, later in group.deeds
            if (later and follows(later, bit)) or (earlier and precedes(earlier, bit))
        ]
        for bit, group in enumerate(asked)
    }
    for group in groups:
        group.claims = dict.fromkeys(kept.get(id(group), ()))
