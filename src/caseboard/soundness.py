"""Whether a case is sound, open or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caseboard.cases import case_files
from caseboard.claims import Case
from caseboard.store import CLAIMS, VOCABULARY, Store
from caseboard.world import load_files, refuse_empty, where

if TYPE_CHECKING:
    from caseboard.cases import Source
    from caseboard.validation import Place, Report


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
    """Return what the shapes in ``graph/shapes.ttl`` find wrong with a case that is loaded."""
    from caseboard import validation

    return validation.check(
        store.dump("ntriples", graph=CLAIMS),
        vocabulary=store.dump("ntriples", graph=VOCABULARY),
        names=case.names,
        place=place,
    )
