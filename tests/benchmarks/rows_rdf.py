"""Rows about files and questions: a whole ``caseboard query``, loading, opening, eight queries."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.benchmarks.kglab_env import Unavailable
from tests.benchmarks.measure import CHECKOUT, HERE, Effort, Outcome, alternate, closing
from tests.benchmarks.queries import PREFIXES, QUERIES
from tests.benchmarks.settings import Settings, claims_and_triples
from tests.benchmarks.table import Goal, Line, compare, geometric_mean

_ASKED_OF_US = "SELECT ?handler ?handled WHERE { ?handler cb:handlerOf ?handled } ORDER BY ?handler ?handled"
#: The same of the files as they are, which hold claims and not yet the world that follows from them.
_ASKED_OF_FILES = """
PREFIX cb: <https://w3id.org/caseboard/ns#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT ?handler ?handled WHERE {
  ?claim a cb:Claim ; cb:status cb:Stated ;
    rdf:subject ?handler ; rdf:predicate cb:handlerOf ; rdf:object ?handled .
  FILTER NOT EXISTS { ?claim cb:refutedIn ?point }
} ORDER BY ?handler ?handled"""


def query(settings: Settings) -> Iterator[Line]:
    """Time ``caseboard query`` on the bundled case from start to end, against scripts that ask the same."""
    graph = CHECKOUT / "graph"
    files = [str(graph / "vocabulary.ttl"), str(graph / "cases" / "hit-and-run.ttl")]
    script = str(HERE / "peers" / "ask.py")
    # What the installed command does.
    ours = [sys.executable, "-c", "from caseboard.cli import main; main()", "query", _ASKED_OF_US]
    sides = {
        "csv": [*ours, "--format", "csv"],
        "table": ours,
        "rdflib": [sys.executable, script, "rdflib", _ASKED_OF_FILES, *files],
    }
    try:
        sides["kglab"] = [settings.kglab(), script, "kglab", _ASKED_OF_FILES, *files]
        missing = ""
    except Unavailable as reason:
        missing = str(reason)
    found = alternate(sides, settings.effort, settings.limits)
    found.setdefault("kglab", Outcome(failure=missing))
    goals = {"rdflib": Goal(0.3), "kglab": Goal(30, faster=True)}
    for peer, goal in goals.items():
        for form in ("table", "csv"):
            same = _rows(found["csv"]) == _rows(found[peer])
            yield compare(
                f"query --format {form}", "hit-and-run", found[form], peer, found[peer], goal, same=same
            )


def _rows(outcome: Outcome) -> list[list[str]]:
    return sorted(csv.reader(io.StringIO(outcome.answer))) if outcome.rounds else []


def load(settings: Settings) -> Iterator[Line]:
    """Time and weigh the opening of a board against rdflib's parse of the file and the engine's bare load."""
    for size in settings.sizes:
        case = settings.case(size)
        path, here = str(case.path), size == settings.goal_size
        sides = {
            "ours": settings.side("with_caseboard", "open_case", fresh=True, path=path),
            "pyoxigraph": settings.side("with_pyoxigraph", "load", fresh=True, path=path),
            "rdflib": settings.side("with_rdflib", "load", fresh=True, path=path),
        }
        with closing(sides):
            found = settings.climb("load", sides, partial(alternate, **settings.how))
        ours, rdflib, bare = found["ours"], found["rdflib"], found["pyoxigraph"]
        name, mark = claims_and_triples(case), settings.provisional
        same = _same(ours, rdflib)
        yield compare(
            "load: time",
            name,
            ours,
            "rdflib parse",
            rdflib,
            Goal(0.25) if here else None,
            same=same,
            provisional=mark,
        )
        yield compare(
            "load: memory",
            name,
            ours,
            "rdflib parse",
            rdflib,
            Goal(0.4) if here and not mark else None,
            memory=True,
            same=same,
            provisional=mark,
        )
        yield compare(
            "load: opening",
            name,
            ours,
            "pyoxigraph load",
            bare,
            Goal(2) if here else None,
            same=_same(ours, bare),
            provisional=mark,
        )


def _same(one: Outcome, other: Outcome) -> bool:
    return not one.rounds or not other.rounds or bool(one.answer == other.answer)


def queries(settings: Settings) -> Iterator[Line]:
    """Time each of eight queries against the bare engine and rdflib, and take the mean."""
    texts = list(QUERIES.values())
    for size in settings.sizes[-1:] if settings.quick else settings.sizes:
        case = settings.case(size)
        here, name = size == settings.goal_size, claims_and_triples(case)
        folder = settings.scratch / f"world-{size}"
        folder.mkdir()
        writer = {"ours": settings.side("with_caseboard", "export", path=str(case.path), folder=str(folder))}
        with closing(writer):
            once = Effort(rounds=0, seconds=0, budget=0)
            written = settings.climb(
                "export", writer, partial(alternate, effort=once, limits=settings.limits)
            )["ours"]
        if written.failure:
            yield Line("queries", name, written.failure, "all", "", goal="", met="NO" if here else "")
            continue
        given = {"folder": str(folder), "texts": texts, "prefixes": dict(PREFIXES)}
        sides = {
            "ours": settings.side("with_caseboard", "query", path=str(case.path), texts=texts),
            "pyoxigraph": settings.side("with_pyoxigraph", "query", **given),
            "rdflib": settings.side("with_rdflib", "query", **given),
        }
        faster: list[float] = []
        unfinished = 0
        with closing(sides):
            for part, label in enumerate(QUERIES):
                found = settings.climb(
                    f"query {label}",
                    sides,
                    partial(alternate, **settings.how, part=part),
                )
                ours, bare, rdflib = found["ours"], found["pyoxigraph"], found["rdflib"]
                yield compare(
                    f"query: {label}",
                    name,
                    ours,
                    "pyoxigraph",
                    bare,
                    Goal(1.3) if here else None,
                    same=_same(ours, bare),
                    provisional=settings.provisional,
                )
                yield compare(f"query: {label}", name, ours, "rdflib", rdflib, same=_same(ours, rdflib))
                if ours.rounds and rdflib.rounds and _same(ours, rdflib):
                    faster.append(rdflib.cpu / ours.cpu)
                else:
                    unfinished += 1
        yield _mean(name, faster, unfinished, Goal(15, faster=True) if here else None, settings.provisional)
        _clear(folder)


def _mean(name: str, faster: list[float], unfinished: int, goal: Goal | None, provisional: bool) -> Line:
    left_out = f" ({unfinished} left out)" if unfinished else ""
    if not faster:
        return Line("queries: geometric mean", name, "", "rdflib", "no query finished", goal=str(goal or ""))
    mean = geometric_mean(faster)
    met = "" if goal is None else "yes" if goal.met(1 / mean) else "NO"
    return Line(
        "queries: geometric mean",
        name,
        "",
        "rdflib",
        f"{len(faster)} queries{left_out}",
        f"{mean:.3g} x faster",
        str(goal or ""),
        met + ("*" if met and provisional else ""),
    )


def _clear(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
