"""Whether a case is sound, open or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from caseboard.cases import case_files
from caseboard.claims import Case
from caseboard.errors import CaseError, QueryError
from caseboard.locate import graph_dir
from caseboard.signs import mistakes
from caseboard.store import CLAIMS, VOCABULARY, Store
from caseboard.world import load_files, refuse_empty, where

if TYPE_CHECKING:
    from caseboard.cases import Source
    from caseboard.contradictions import Contradiction
    from caseboard.validation import Finding, Place, Report

_ADVICE = (
    "These cannot all be true. Where the story overturns one, give it cb:refutedIn and cb:refutedBy; "
    "where one is a slip, mend it; where sources differ, leave them."
)


def check(source: Source = None) -> Report:
    """Check a case, even one that cannot be opened because a claim lacks a part.

    Raises:
        CaseNotFound: no such case, file or folder.
        CaseError: a file that cannot be read, no claim in any of them.

    >>> print(check("harbour"))
    No violations, no warnings.
    """
    files = case_files(source)
    store = load_files(files)
    refuse_empty(store, files)
    return validate(store, Case(store), lambda iri: where(store, iri, files))


def validate(store: Store, case: Case, place: Place | None = None) -> Report:
    """Return what the shapes in ``graph/shapes.ttl`` find wrong with a case, and its contradictions.

    A claim that lacks a part, which is among the violations, contradicts nothing.
    """
    from caseboard import validation

    data, vocabulary = (store.dump("ntriples", graph=graph) for graph in (CLAIMS, VOCABULARY))
    own = [folder / "shapes.ttl" for folder in store.folders if (folder / "shapes.ttl").exists()]
    findings = [
        finding
        for shapes in (None, *own)
        for finding in validation.check(
            data, vocabulary=vocabulary, names=case.names, shapes=shapes, place=place
        ).findings
    ]
    # A source may contradict itself: that is worth a look, and no fault of the case.
    clashes = (
        validation.Finding(
            severity="warning",
            shape=f"contradiction: {clash.principle}",
            focus=clash.about.id,
            message=_ADVICE,
            file=file,
            line=line,
            details=clash.lines,
        )
        for clash in contradictions(case)
        for file, line in [place(case.names.iri(clash.about.id) or clash.about.id) if place else (None, None)]
    )
    return validation.Report((*findings, *_signs(case, place), *clashes))


def _signs(case: Case, place: Place | None) -> Iterator[Finding]:
    """Yield what is wrong with the icons and colours that a vocabulary gives to kinds."""
    from caseboard.validation import Finding

    for kind, icon, colour in case.rows("kind-signs"):
        file, line = place(str(kind)) if place else (None, None)
        for told in mistakes(icon, colour):
            yield Finding(
                "warning", "kind that cannot be drawn so", case.curie(kind), told, file=file, line=line
            )


def contradictions(case: Case) -> tuple[Contradiction, ...]:
    """Return what cannot all be true in a case, by the principles in ``graph/contradictions`` and its own.

    Raises:
        CaseError: a principle of the case that is no query, or gives no claim; names its file.
    """
    from caseboard.contradictions import find
    from caseboard.rules import read_rules

    principles = [*read_rules(graph_dir() / "contradictions")]
    for folder in case.store.folders:
        for principle in read_rules(folder / "contradictions"):
            file = str(folder / "contradictions" / f"{principle.name}.rq")
            try:
                case.store.check(principle.text)
            except QueryError as error:
                line = getattr(error, "line", None)
                raise CaseError(f"the principle cannot be asked: {error}", file=file, line=line) from error
            principles.append(principle)
    return find(case, principles)
