"""Claims taken away: the case as if they were false, and what that changes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from caseboard import centrality
from caseboard.claims import Case
from caseboard.display import Shown
from caseboard.inference import Inference, InferredClaim
from caseboard.model import Claim, Name
from caseboard.store import CLAIMS, VOCABULARY, Store
from caseboard.terms import CB, RDF
from caseboard.world import derive

if TYPE_CHECKING:
    import networkx as nx

#: The ways between all pairs of more nodes than this would fill the memory.
ALL_PAIRS = 2_000
#: As text, each part shows so many of what changes.
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Restood:
    """What holds as before, but in other ways: how many it had, lost and gained.

    One that had none was said by a claim that is supposed to be false, and follows all the same.
    """

    claim: InferredClaim
    before: int
    lost: int
    gained: int

    def __str__(self) -> str:
        if not self.before:
            return f"{self.claim} Nobody says so any more, but it follows."
        kept = f"{self.before - self.lost} of {self.before} way{'s' if self.before > 1 else ''} left"
        return f"{self.claim} {kept}{f', {self.gained} new' if self.gained else ''}."


@dataclass(frozen=True, slots=True)
class PathChange:
    """Two ends, and the steps of a shortest path between them before and after; None where there is none."""

    source: Name
    target: Name
    before: int | None
    after: int | None

    def __str__(self) -> str:
        return f"{self.source} to {self.target}: {_steps(self.before)}, then {_steps(self.after)}"


@dataclass(frozen=True, slots=True)
class RankChange:
    """An entity's rank before and after; None where it is not on the network."""

    name: Name
    before: int | None
    after: int | None

    def __str__(self) -> str:
        return f"{self.name}: {self.before or '–'}, then {self.after or '–'}"


@dataclass(frozen=True, slots=True)
class Supposition(Shown):
    """What changes if claims are false.

    ``again`` are claims that only the false ones refuted; ``fallen`` is what no longer follows, ``new`` what
    follows only now, ``restood`` what holds in other ways than before. ``paths`` are the pairs whose shortest
    path has another length, those no longer linked first; ``everywhere`` is False where the network is so
    large that only pairs with an end of a false claim were looked at. ``ranks`` are those that change by the
    measure ``by``.
    """

    false: tuple[Claim, ...]
    again: tuple[Claim, ...]
    fallen: tuple[InferredClaim, ...]
    new: tuple[InferredClaim, ...]
    restood: tuple[Restood, ...]
    paths: tuple[PathChange, ...]
    everywhere: bool
    by: str
    ranks: tuple[RankChange, ...]

    def __str__(self) -> str:
        return self.text(SHOWN)

    def text(self, top: int) -> str:
        """Return it as text, with at most ``top`` of what each part changes, and how many more there are."""
        within = "" if self.everywhere else ", of those with an end of these claims"
        parts: tuple[tuple[str, Sequence[object]], ...] = (
            ("holds again, since nothing else refutes it", self.again),
            ("no longer follows", self.fallen),
            ("follows only now", self.new),
            ("still holds, on other feet", self.restood),
            (f"shortest paths that change{within}", self.paths),
            (f"ranks by {self.by} that change", self.ranks),
        )
        lines = ["supposed to be false", *(f"  {claim}" for claim in self.false)]
        for title, changed in parts:
            if changed:
                lines += ["", f"{title} ({len(changed)})", *(f"  {one}" for one in changed[:top])]
                lines += [f"  and {len(changed) - top} more"] if len(changed) > top else []
        if not any(changed for _, changed in parts):
            lines += ["", "Nothing else changes."]
        return "\n".join(lines)


def without(case: Case, claims: Collection[str]) -> Store:
    """Return the store of a case as if claims, given by their IRIs, had never been made.

    What only they refute holds again; who learnt them, and the theories that cite them, do so no longer. The
    entities stay, since nobody is made up by a false claim about them.
    """
    gone = {f"<{iri}>" for iri in claims}
    refuters: dict[str, set[str]] = {}
    triples = case.store.triples(CLAIMS)
    for s, p, o in triples:
        if p == f"<{CB}refutedBy>":
            refuters.setdefault(s, set()).add(o)
    again = {claim for claim, by in refuters.items() if by <= gone}
    learnt = {s for s, p, o in triples if p == f"<{CB}learns>" and o not in gone}
    unlearnt = {s for s, p, o in triples if p == f"<{CB}learns>"} - learnt
    kept = [
        (s, p, o)
        for s, p, o in triples
        if s not in gone
        and s not in unlearnt
        and (o not in gone or p in (f"<{RDF}subject>", f"<{RDF}object>"))
        and not (p == f"<{CB}refutedIn>" and s in again)
    ]
    graphs = {CLAIMS: kept, VOCABULARY: case.store.triples(VOCABULARY)}
    store = Store.of(graphs, prefixes=case.store.prefixes)
    store.notes, store.folders = case.store.notes, case.store.folders
    derive(store)
    return store


def compare(
    inferences: tuple[Inference, Inference],
    networks: tuple[nx.MultiDiGraph[str], nx.MultiDiGraph[str]],
    *,
    false: Sequence[Claim],
    by: str = "betweenness",
) -> Supposition:
    """Return what differs between a case as it is and as if some of its claims were false.

    Args:
        inferences: what follows before and after.
        networks: the network before and after.
        false: the claims.
        by: a measure of `caseboard.centrality`.

    Raises:
        BadArgument, NotComputable: no such measure, or it has no value here.

    >>> import caseboard
    >>> board = caseboard.open("harbour")
    >>> found = board.suppose(["c-killed"])
    >>> print(found.fallen[0])
    Tomas Berg is dead. [inferred, the start]
    >>> print(found.paths[0])
    Tomas Berg to Whoever killed Tomas: 1 step, then no link
    """
    before, after = ({claim.id: claim for claim in one.claims} for one in inferences)
    held, holding = (set(one.facts.values()) for one in inferences)
    restood = []
    for claim in after.values():
        ways = set(before[claim.id].derivations) if claim.id in before else set()
        then = set(claim.derivations)
        if then != ways and claim.triple in held:
            restood.append(Restood(claim, len(ways), len(ways - then), len(then - ways)))
    earlier, later = (one.case.claims for one in inferences)
    paths, everywhere = _paths(*networks, false)
    return Supposition(
        false=tuple(false),
        again=tuple(c for id_, c in later.items() if earlier[id_].refuted and not c.refuted),
        fallen=tuple(claim for claim in before.values() if claim.triple not in holding),
        new=tuple(claim for claim in after.values() if claim.triple not in held),
        restood=tuple(restood),
        paths=paths,
        everywhere=everywhere,
        by=by,
        ranks=tuple(_ranks(*networks, by)),
    )


def _paths(
    before: nx.MultiDiGraph[str], after: nx.MultiDiGraph[str], false: Sequence[Claim]
) -> tuple[tuple[PathChange, ...], bool]:
    import numpy as np
    import rustworkx as rx

    nodes = sorted({*before, *after})
    everywhere = len(nodes) <= ALL_PAIRS
    ends = {end.id for claim in false for end in (claim.subject, claim.object) if isinstance(end, Name)}
    changes = []
    graphs = [centrality.simple(network, nodes, directed=False) for network in (before, after)]
    if everywhere:
        tables = [rx.distance_matrix(graph) for graph in graphs]
        pairs = [(i, j) for i, j in np.argwhere(tables[0] != tables[1]).tolist() if i < j]
        changes = [(i, j, tables[0][i, j], tables[1][i, j]) for i, j in pairs]
    else:
        for i, node in enumerate(nodes):
            if node in ends:
                first, then = (dict(rx.dijkstra_shortest_path_lengths(g, i, lambda _: 1.0)) for g in graphs)
                # A pair of two ends is met from both.
                reached = [j for j in sorted({*first, *then}) if j > i or nodes[j] not in ends]
                changes += [(i, j, first.get(j, 0), then.get(j, 0)) for j in reached]
        changes = [change for change in changes if change[2] != change[3]]
    labels = {node: str(data["label"]) for one in (after, before) for node, data in one.nodes(data=True)}
    found = []
    for i, j, first, then in changes:
        pair = sorted((Name(nodes[k], labels[nodes[k]]) for k in (i, j)), key=lambda name: name.label)
        found.append(PathChange(pair[0], pair[1], int(first) or None, int(then) or None))
    return tuple(sorted(found, key=_weight)), everywhere


def _weight(change: PathChange) -> tuple[float, float, str, str]:
    """Order changes: links that are gone, then those that are longer by more, the nearest ends first."""
    before, after = (steps or inf for steps in (change.before, change.after))
    return -(after - before), min(before, after), change.source.label, change.target.label


def _ranks(before: nx.MultiDiGraph[str], after: nx.MultiDiGraph[str], by: str) -> Iterator[RankChange]:
    first, then = ({row.node: row for row in centrality.rank(network, by=by)} for network in (before, after))
    for node, row in (first | {node: row for node, row in then.items() if node not in first}).items():
        one, other = (ranks[node].rank if node in ranks else None for ranks in (first, then))
        if one != other:
            yield RankChange(Name(node, row.label), one, other)


def _steps(steps: int | None) -> str:
    return "no link" if steps is None else f"{steps} step{'' if steps == 1 else 's'}"
