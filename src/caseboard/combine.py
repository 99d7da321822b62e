"""Boards of several analysts as one: who claimed what stays, and what the names clash over is said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from caseboard.claims import Case
from caseboard.display import Shown
from caseboard.errors import BadArgument
from caseboard.model import Claim, Name
from caseboard.store import CLAIMS, VOCABULARY, Store, Triple
from caseboard.terms import CB, PREFIXES, RDF, RDFS, local_name, plain
from caseboard.world import derive, load_files

_TYPE, _LABEL, _ORDER = f"<{RDF}type>", f"<{RDFS}label>", f"<{CB}order>"
_BY = f"<{PREFIXES['prov']}wasAttributedTo>"
_CLAIM, _POINT, _CASE, _AGENT = (f"<{CB}{kind}>" for kind in ("Claim", "RevealPoint", "Case", "Agent"))
#: What makes two claims of one name the same claim.
_CORE = tuple(
    f"<{namespace}{part}>"
    for namespace, parts in (
        (RDF, ("subject", "predicate", "object")),
        (CB, ("status", "revealedIn", "refutedIn")),
    )
    for part in parts
)


@dataclass(frozen=True, slots=True)
class Difference(Shown):
    """What changed from one board to another; ``changed`` holds both claims and what changed."""

    added: tuple[Claim, ...]
    removed: tuple[Claim, ...]
    changed: tuple[tuple[Claim, Claim, tuple[str, ...]], ...]

    def __str__(self) -> str:
        lines = [f"Added: {claim}" for claim in self.added]
        lines += [f"Removed: {claim}" for claim in self.removed]
        lines += [f"Changed: {claim.sentence} {' '.join(told)}" for _, claim, told in self.changed]
        return "\n".join(lines) or "The two boards say the same."


def difference(first: Case, second: Case) -> Difference:
    """Return what changed from one case to another: claims by their id, else by what they say.

    >>> import caseboard
    >>> board = caseboard.open("harbour")
    >>> found = difference(board.view(as_of="start").case, board.view(as_of="midway").case)
    >>> [told for _, _, told in found.changed]
    [('It is refuted in midway now.',)]
    """
    before, after = dict(first.claims), dict(second.claims)
    pairs = [(before.pop(id_), after.pop(id_)) for id_ in [id_ for id_ in before if id_ in after]]
    # A claim whose name says something else now is another claim.
    for one, other in [pair for pair in pairs if _says(pair[0]) != _says(pair[1])]:
        pairs.remove((one, other))
        before[one.id], after[other.id] = one, other
    by_words = {_says(claim): claim for claim in reversed(list(after.values()))}
    for claim in list(before.values()):
        if (same := by_words.pop(_says(claim), None)) is not None:
            pairs.append((before.pop(claim.id), after.pop(same.id)))
    told = ((one, other, tuple(_changes(one, other))) for one, other in pairs)
    return Difference(
        added=tuple(after.values()),
        removed=tuple(before.values()),
        changed=tuple(sorted((change for change in told if change[2]), key=lambda change: change[1].id)),
    )


def _says(claim: Claim) -> tuple[str, str, str]:
    obj = claim.object.id if isinstance(claim.object, Name) else f'"{claim.object.label}"'
    return claim.subject.id, claim.relation.id, obj


def _changes(one: Claim, other: Claim) -> Iterable[str]:
    if one.status != other.status:
        yield f"It was {one.status} and is {other.status} now."
    if one.revealed.label != other.revealed.label:
        yield f"It was known from {one.revealed} and is known from {other.revealed} now."
    was, now = (claim.refuted.label if claim.refuted else "" for claim in (one, other))
    if was != now:
        yield f"It is refuted in {now} now." if now else f"It was refuted in {was} and is so no longer."
    said, says = (sorted(map(str, claim.evidence)) for claim in (one, other))
    if said != says:
        yield f"It rested on {'; '.join(said) or 'nothing'} and rests on {'; '.join(says) or 'nothing'} now."
    if one.note != other.note:
        yield f"Its note is “{other.note}” now." if other.note else "It has no note now."


def combine(cases: Mapping[str, Case]) -> tuple[Store, tuple[str, ...]]:
    """Return a store that holds what several cases claim, and a sentence for whatever had to be settled.

    The names of the boards are their analysts', where a claim does not say whose it is. A name that means
    another thing on a later board is given a number there. The points of the telling are put in one row.

    Args:
        cases: name -> case; the first gives the title.

    Raises:
        BadArgument: fewer than two.

    >>> import caseboard
    >>> case = caseboard.open("harbour").case
    >>> store, said = combine({"ada": case, "iris": case})
    >>> len(Case(store).claims), said
    (13, ())
    """
    if len(cases) < 2:
        raise BadArgument("one board cannot be combined; name at least two")
    known = set(load_files({}).triples(VOCABULARY))
    said: list[str] = []
    triples: list[Triple] = []
    prefixes: dict[str, str] = {}
    for name, case in cases.items():
        mine = _attributed(case.store.triples(CLAIMS), name, said)
        mine += [triple for triple in case.store.triples(VOCABULARY) if triple not in known]
        if triples:
            mine = _renamed(triples, mine, name, said)
            mine = _one_title(triples, mine, name, said)
            triples, mine = _one_row(triples, mine, name, said)
        triples += mine
        prefixes = {**case.names.prefixes, **prefixes}
    data = "".join(f"{s} {p} {o} .\n" for s, p, o in dict.fromkeys(triples)).encode()
    store = load_files({"the boards": (data, ".nt")})
    store.prefixes.update(prefixes)
    derive(store)
    return store, tuple(said)


def _attributed(triples: Sequence[Triple], name: str, said: list[str]) -> list[Triple]:
    """Return triples in which every claim says whose it is."""
    by = {s for s, p, _ in triples if p == _BY}
    nobodys = sorted(s for s, p, o in triples if p == _TYPE and o == _CLAIM and s not in by)
    if not nobodys:
        return list(triples)
    slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "board"
    agent = f"<https://w3id.org/caseboard/analyst/{slug}>"
    label = " ".join(name.split()).replace("\\", "\\\\").replace('"', '\\"')
    said.append(f"{len(nobodys)} of {name} did not say whose claim they are: attributed to {name}")
    described = [(agent, _TYPE, _AGENT), (agent, _LABEL, f'"{label}"')]
    return [*triples, *described, *((claim, _BY, agent) for claim in nobodys)]


def _described(triples: Iterable[Triple]) -> dict[str, dict[str, set[str]]]:
    found: dict[str, dict[str, set[str]]] = {}
    for s, p, o in triples:
        found.setdefault(s, {}).setdefault(p, set()).add(o)
    return found


def _renamed(there: Sequence[Triple], mine: list[Triple], name: str, said: list[str]) -> list[Triple]:
    """Return triples in which what is called as something else on the boards before has a number after it."""
    before, after = _described(there), _described(mine)
    taken = {term for triple in (*there, *mine) for term in triple}
    new: dict[str, str] = {}
    for term in sorted(before.keys() & after.keys()):
        if term.startswith("_:"):
            continue
        was, now = before[term], after[term]
        if _CLAIM in was.get(_TYPE, ()) or _CLAIM in now.get(_TYPE, ()):
            other = any(was.get(part) != now.get(part) for part in _CORE)
        else:
            labels = [{plain(label).casefold() for label in about.get(_LABEL, ())} for about in (was, now)]
            other = all(labels) and labels[0].isdisjoint(labels[1]) and _CASE not in was.get(_TYPE, ())
        if other:
            number = 2
            while (fresh := f"{term[:-1]}-{number}>") in taken:
                number += 1
            taken.add(fresh)
            new[term] = fresh
            said.append(
                f"{local_name(plain(term))} of {name} is not the one of the boards before: "
                f"renamed {local_name(plain(fresh))}"
            )
    return [(new.get(s, s), new.get(p, p), new.get(o, o)) for s, p, o in mine]


def _one_title(there: list[Triple], mine: list[Triple], name: str, said: list[str]) -> list[Triple]:
    if not any(p == _TYPE and o == _CASE for _, p, o in there):
        return mine
    titles = {s for s, p, o in mine if p == _TYPE and o == _CASE}
    dropped = {plain(o.rpartition('"')[0] + '"') for s, p, o in mine if s in titles and p == _LABEL}
    if not dropped <= {plain(o.rpartition('"')[0] + '"') for _, p, o in there if p == _LABEL}:
        said.append(f"the first board gives the title; {name} was called {', '.join(sorted(dropped))}")
    return [triple for triple in mine if triple[0] not in titles]


def _one_row(
    there: list[Triple], mine: list[Triple], name: str, said: list[str]
) -> tuple[list[Triple], list[Triple]]:
    """Return both with the points of the telling in one row: shared ones hold the others in their place."""
    first, second = _points(there), _points(mine)
    ranks = dict(first)
    fits = all(ranks.get(point, rank) == rank for point, rank in second)
    new = [(point, rank) for point, rank in second if point not in ranks]
    if fits and not {rank for _, rank in new} & set(ranks.values()):
        return there, mine
    row = [point for point, _ in first]
    at = 0
    shared = any(point in ranks for point, _ in second)
    for place, (point, _) in enumerate(second):
        if point in row:
            at = row.index(point) + 1
        else:
            at = at if shared else min(2 * place + 1, len(row))
            row.insert(at, point)
            at += 1
    labels = {s: plain(o.rpartition('"')[0] + '"') for s, p, o in (*mine, *there) if p == _LABEL}
    told = ", ".join(labels.get(point, local_name(plain(point))) for point in row)
    said.append(
        f"the points of {name} and of the boards before are put in one row; see that it is right: {told}"
    )
    order = [
        (point, _ORDER, f'"{rank}"^^<http://www.w3.org/2001/XMLSchema#integer>')
        for rank, point in enumerate(row, 1)
    ]
    there, mine = ([t for t in part if not (t[1] == _ORDER and t[0] in row)] for part in (there, mine))
    return [*there, *order], mine


def _points(triples: Sequence[Triple]) -> list[tuple[str, float]]:
    points = {s for s, p, o in triples if p == _TYPE and o == _POINT}
    ranks: dict[str, float] = {}
    for s, p, o in triples:
        if s in points and p == _ORDER:
            try:
                ranks[s] = float(plain(o.split("^^")[0]))
            except ValueError as error:
                raise BadArgument(
                    f"the order of the point {local_name(plain(s))} is {plain(o)}: no number; mend it"
                ) from error
    return sorted(ranks.items(), key=lambda pair: (pair[1], pair[0]))
