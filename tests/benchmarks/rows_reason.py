"""Rows about what follows and what is known: rules to their fixpoint, and views."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.benchmarks.generate import reasoning_file
from tests.benchmarks.measure import CHECKOUT, Outcome, alternate, closing
from tests.benchmarks.settings import Settings, claims_and_triples, short
from tests.benchmarks.table import Goal, Line, compare

_VOCABULARY = str(CHECKOUT / "graph" / "vocabulary.ttl")
_RULES = sorted(path.stem for path in (CHECKOUT / "graph" / "rules").glob("*.rq"))
#: OWL 2 RL has no words for what is concluded of a relation that is not named, or from two chains at once.
_NOT_IN_OWL = ("allies", "persona-does", "persona-meets", "rivals")
_CUTS: dict[str, dict[str, str]] = {
    "as of": {"as_of": "p3"},
    "status": {"status": "stated"},
    "thread": {"thread": "t0"},
    "known to": {"known_to": "n0"},
}


def rules(settings: Settings) -> Iterator[Line]:
    """Time the rules of ``graph/rules`` to their fixpoint, and the reasons for each conclusion.

    Opening the case is counted on no side; what is, is all from the loaded claims to the set of conclusions.
    Ours finds every derivation with its strength and its point, which is asked of no peer. Against owlrl only
    the rules run that it has axioms for, and what some claim says already is left out of the comparison: it
    cannot tell that from a conclusion.
    """
    encoded = [name for name in _RULES if name not in _NOT_IN_OWL]
    sizes = [500] if settings.quick else [1_000, 3_000, 10_000]
    for size in sizes:
        path = str(reasoning_file(size, settings.cache / "cases"))
        given = {"path": path, "vocabulary": _VOCABULARY}
        sides = {
            "ours": settings.side("with_caseboard", "rules", path=path, names=_RULES),
            "ours, some": settings.side("with_caseboard", "rules", path=path, names=encoded),
            "rdflib updates": settings.side("with_rdflib", "rules", **given, tuned=False),
            "the same, tuned": settings.side("with_rdflib", "rules", **given, tuned=True),
            "owlrl": settings.side("with_owlrl", "rules", path=path, names=encoded),
        }
        with closing(sides):
            found = settings.climb("rules", sides, partial(alternate, **settings.how))
        here = size == sizes[-1]
        for peer, ours, part, goal in (
            ("rdflib updates", "ours", "all", 20),
            ("the same, tuned", "ours", "all", 20),
            ("owlrl", "ours, some", "unsaid", 60),
        ):
            mine, theirs = found[ours], found[peer]
            many = _RULES if ours == "ours" else encoded
            yield compare(
                f"rules: {len(many)}",
                f"{short(size)} edges",
                mine,
                peer,
                theirs,
                Goal(goal, faster=True) if here else None,
                same=not mine.rounds or not theirs.rounds or mine.answer[part] == theirs.answer,
                provisional=settings.quick,
            )


def view(settings: Settings) -> Iterator[Line]:
    """Time views of a case that is open against opening it, and against copying what passes with rdflib.

    The board is new each time, so that nothing has been read before; the copy has the claims and their plain
    triples by status, and leaves out what follows from the vocabulary, which ours has.
    """
    size = 3_000 if settings.quick else 100_000
    case = settings.case(size)
    given: dict[str, Any] = {"path": str(case.path), "cuts": list(_CUTS.values())}
    sides = {
        "ours": settings.side("with_caseboard", "view", **given),
        "rdflib": settings.side("with_rdflib", "view", **given, vocabulary=_VOCABULARY),
    }
    opening = {"open": settings.side("with_caseboard", "open_case", fresh=True, path=str(case.path))}
    with closing(sides | opening):
        opened = alternate(opening, **settings.how)["open"]
        for part, name in enumerate(_CUTS):
            found = settings.climb(f"view {name}", sides, partial(alternate, **settings.how, part=part))
            ours, rdflib = found["ours"], found["rdflib"]
            row, shown, mark = f"view: {name}", claims_and_triples(case), settings.quick
            yield compare(row, shown, ours, "opening it", opened, Goal(1), provisional=mark)
            same = _same(ours, rdflib)
            goal = Goal(10, faster=True)
            yield compare(row, shown, ours, "rdflib copy", rdflib, goal, same=same, provisional=mark)


def _same(one: Outcome, other: Outcome) -> bool:
    return not one.rounds or not other.rounds or bool(one.answer == other.answer)
