"""Rows about networks: building one, betweenness, simple paths, and the validation of a case."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.benchmarks.kglab_env import Unavailable
from tests.benchmarks.measure import CHECKOUT, Outcome, alternate, closing
from tests.benchmarks.settings import Settings, claims_and_triples, short
from tests.benchmarks.table import Goal, Line, compare

#: Every claim that links two entities is an edge, whatever its status.
_INCLUDE = ["hedged", "predicted", "refuted"]
#: What kglab is asked for: only the ends of edges, or what the edges carry too.
_KGLAB = {"kglab, ends only": False, "kglab, all columns": True}
_VOCABULARY = str(CHECKOUT / "graph" / "vocabulary.ttl")


def network(settings: Settings) -> Iterator[Line]:
    """Time the way from triples to a MultiDiGraph against SELECTs with ``add_edges_from`` and kglab."""
    try:
        kglab, missing = settings.kglab(), ""
    except Unavailable as reason:
        kglab, missing = "", str(reason)
    for size in settings.sizes:
        case = settings.case(size)
        path = str(case.path)
        by_hand = {"path": path, "vocabulary": _VOCABULARY}
        sides = {
            "ours": settings.side("with_caseboard", "network", path=path, include=_INCLUDE),
            "SELECT + add_edges_from": settings.side("by_hand", "network", **by_hand, tuned=False),
            "the same, tuned": settings.side("by_hand", "network", **by_hand, tuned=True),
        }
        if kglab:
            for name, columns in _KGLAB.items():
                sides[name] = settings.side("with_kglab", "network", python=kglab, path=path, columns=columns)
        with closing(sides):
            found = settings.climb("network", sides, partial(alternate, **settings.how))
        ours = found["ours"]
        size_shown = f"{short(ours.answer['edges'])} edges" if ours.rounds else claims_and_triples(case)
        for name in ("SELECT + add_edges_from", "the same, tuned"):
            theirs = found[name]
            same = not ours.rounds or not theirs.rounds or ours.answer == theirs.answer
            goal = Goal(0.65) if name == "SELECT + add_edges_from" else None
            yield compare("network", size_shown, ours, name, theirs, goal, same=same)
        for name in _KGLAB:
            theirs = found.get(name) or Outcome(failure=missing)
            # kglab's graph has no attributes but the label, and one edge for all claims between two nodes.
            same = not ours.rounds or not theirs.rounds or ours.answer["nodes"] == theirs.answer["nodes"]
            goal = Goal(25, faster=True) if size == min(settings.sizes) else None
            yield compare("network", size_shown, ours, name, theirs, goal, same=same)


def betweenness(settings: Settings) -> Iterator[Line]:
    """Time the ranking by betweenness against networkx on the same simple graph, and compare every score."""
    sizes = [(800, 4_000)] if settings.quick else [(1_000, 5_000), (2_000, 10_000), (4_000, 20_000)]
    judged = sizes[-1] if settings.quick else (2_000, 10_000)
    for nodes, edges in sizes:
        sides = {
            "ours": settings.side("with_caseboard", "betweenness", nodes=nodes, edges=edges),
            "networkx": settings.side("with_networkx", "betweenness", nodes=nodes, edges=edges),
        }
        with closing(sides):
            found = settings.climb("betweenness", sides, partial(alternate, **settings.how))
        ours, theirs = found["ours"], found["networkx"]
        same = not ours.rounds or not theirs.rounds or _equal(ours.answer, theirs.answer, 1e-9)
        goal = Goal(20, faster=True) if (nodes, edges) == judged else None
        size = f"{short(nodes)} nodes, {short(edges)} edges"
        yield compare(
            "betweenness", size, ours, "networkx", theirs, goal, same=same, provisional=settings.quick
        )


def _equal(one: dict[str, float], other: dict[str, float], tolerance: float) -> bool:
    return one.keys() == other.keys() and all(abs(one[key] - other[key]) <= tolerance for key in one)


def paths(settings: Settings) -> Iterator[Line]:
    """Time all simple paths of up to four steps between five pairs of nodes against networkx."""
    sizes = [(2_000, 10_000)] if settings.quick else [(2_000, 10_000), (20_000, 100_000)]
    for skew, shape in ((2.0, "hubs"), (1.0, "no hubs")):
        for nodes, edges in sizes:
            given: dict[str, Any] = {"nodes": nodes, "edges": edges, "skew": skew, "pairs": 5, "cutoff": 4}
            sides = {
                "ours": settings.side("with_caseboard", "paths", **given),
                "networkx": settings.side("with_networkx", "paths", **given),
            }
            with closing(sides):
                found = settings.climb(f"paths {shape}", sides, partial(alternate, **settings.how))
            ours, theirs = found["ours"], found["networkx"]
            same = not ours.rounds or not theirs.rounds or ours.answer == theirs.answer
            goal = Goal(50, faster=True) if (nodes, edges) == sizes[-1] else None
            count = f", {short(ours.answer['rows'])} paths" if ours.rounds else ""
            yield compare(
                f"paths, {shape}",
                f"{short(edges)} edges{count}",
                ours,
                "networkx",
                theirs,
                goal,
                same=same,
                provisional=settings.quick,
            )


def validation(settings: Settings) -> Iterator[Line]:
    """Time the check of a case, file to report, against pySHACL on rdflib; see whether it grows linearly."""
    shapes = str(CHECKOUT / "graph" / "shapes.ttl")
    # About 10k, 30k and 100k triples.
    sizes = [250, 750] if settings.quick else [700, 2_100, 7_050]
    costs = []
    for size in sizes:
        case = settings.case(size)
        path = str(case.path)
        sides = {
            "ours": settings.side("with_caseboard", "check", path=path),
            "pyshacl": settings.side(
                "with_pyshacl", "check", path=path, vocabulary=_VOCABULARY, shapes=shapes
            ),
        }
        with closing(sides):
            found = settings.climb("validation", sides, partial(alternate, **settings.how))
        name = f"{short(case.triples)} triples"
        ours, theirs = found["ours"], found["pyshacl"]
        same = not ours.rounds or not theirs.rounds or ours.answer == theirs.answer
        yield compare("validation", name, ours, "pySHACL", theirs, Goal(1.1), same=same)
        if ours.rounds:
            costs.append((ours.cpu / case.triples, case.triples))
    if len(costs) > 1:
        growth = costs[-1][0] / costs[0][0]
        goal = Goal(1.1)
        yield Line(
            "validation: linear",
            f"{short(costs[0][1])} to {short(costs[-1][1])} triples",
            f"{costs[-1][0] * 1e6:.3g} us a triple",
            "itself, smaller",
            f"{costs[0][0] * 1e6:.3g} us a triple",
            f"{growth:.3g} x",
            str(goal),
            ("yes" if goal.met(growth) else "NO") + ("*" if settings.quick else ""),
        )
