"""Claims to the world they describe: what can be placed, and the triples that follow from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from caseboard.errors import CaseError, did_you_mean
from caseboard.locate import graph_dir
from caseboard.sparql import Token, mentioned
from caseboard.steps import step
from caseboard.store import CLAIMS, VOCABULARY, Store, Triple
from caseboard.terms import GRAPHS, join_known, local_name


@dataclass(frozen=True, slots=True)
class Made:
    """Triples that were made of something else, such as a spreadsheet.

    Attributes:
        data: the triples as N-Triples.
        places: claim -> the file and row in which it stands.
        notes: what was guessed or filled in on the way, in sentences.
        prefixes: prefix -> namespace.
        folder: the folder of the case, where it brings rules, queries or shapes of its own.
    """

    data: bytes
    places: Mapping[str, tuple[str, int]]
    notes: tuple[str, ...] = ()
    prefixes: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None


#: What a folder may bring beside its claims: a file of shapes, folders of queries.
OWN = ("shapes.ttl", "rules", "queries", "contradictions")
#: Name to show -> a path, bytes with the file ending that tells their format, or triples that were made.
Files = Mapping[str, Path | tuple[bytes, str] | Made]

_PARTS = (
    ("subject", "rdf:subject"),
    ("relation", "rdf:predicate"),
    ("object", "rdf:object"),
    ("status", "cb:status"),
    ("reveal point", "cb:revealedIn"),
)


def read_select(name: str) -> str:
    """Return the text of one of our own SELECTs, ``graph/select/NAME.rq``."""
    return (graph_dir() / "select" / f"{name}.rq").read_text("utf-8")


def load_files(files: Files) -> Store:
    """Load the vocabulary and the files of a case, as they are.

    Args:
        files: name to show -> a path, or bytes with the file ending that tells their format.

    Raises:
        CaseError: a file that cannot be read.
    """
    store = Store()
    store.load(graph_dir() / "vocabulary.ttl", format=".ttl", graph=VOCABULARY, name="vocabulary.ttl")
    for name, source in files.items():
        step(f"reading {Path(name).name or name}")
        if isinstance(source, Made):
            store.load(source.data, format=".nt", graph=CLAIMS, name=name)
            store.prefixes = {**source.prefixes, **store.prefixes}
            store.notes += source.notes
            store.folders += (source.folder,) if source.folder else ()
            continue
        data, ending = (source, source.suffix.lower()) if isinstance(source, Path) else source
        store.load(data, format=ending, graph=CLAIMS, name=name)
    store.update((graph_dir() / "world" / "0-declarations.ru").read_text("utf-8"))
    return store


def open_store(files: Files) -> Store:
    """Load a case and derive the world that its claims describe.

    Raises:
        CaseError: a file that cannot be read, no claim in any of them, a claim that cannot be placed.
    """
    store = load_files(files)
    refuse_empty(store, files)
    _refuse_unplaced(store, files)
    derive(store)
    return store


def refuse_empty(store: Store, files: Files) -> None:
    """Raise CaseError where no file of a case has a claim in it."""
    if next(store.select(read_select("any-claim")), None) is None:
        endings = {
            source.suffix if isinstance(source, Path) else source[1]
            for source in files.values()
            if not isinstance(source, Made)
        }
        graphs = " (of named graphs only cb:claims is read)" if endings & {".trig", ".nq", ".jsonld"} else ""
        raise CaseError(
            f"there is no claim in {join_known(files)}{graphs}. A claim is a cb:Claim with rdf:subject, "
            "rdf:predicate, rdf:object, cb:status and cb:revealedIn; "
            "`caseboard export harbour.ttl --case harbour` writes an example"
        )


def derive(store: Store) -> None:
    """Derive the world's graphs from ``cb:claims``: the updates in ``graph/world``, in their order."""
    step("placing what is claimed")
    for path in sorted((graph_dir() / "world").glob("[1-9]*.ru")):
        store.update(path.read_text("utf-8"))


def _refuse_unplaced(store: Store, files: Files) -> None:
    """Raise CaseError where a claim lacks a part, or uses a relation that nothing declares."""
    # To count takes half as long as to look for a claim that is not there.
    claims, placed = next(store.select(read_select("placed")))
    unplaced = None if claims == placed else next(store.select(read_select("unplaced")), None)
    if unplaced is not None:
        claim, *parts = unplaced
        missing = [
            f"{words} ({term})" for (words, term), part in zip(_PARTS, parts, strict=True) if part is None
        ]
        file, line = where(store, str(claim), files)
        raise CaseError(
            f"the claim {store.names().curie(str(claim))} has no {' and no '.join(missing)}. "
            "A claim needs all five: subject, relation, object, status and reveal point",
            file=file,
            line=line,
        )
    undeclared = list(store.select(read_select("undeclared")))
    if not undeclared:
        return
    declared = {row[0]: row for row in store.select(read_select("relations"))}
    names = store.names()
    inverses = {row[2]: row[0] for row in declared.values() if row[2]}
    for relation, example in undeclared:
        if relation in declared:
            continue
        file, line = where(store, str(example), files)
        if relation in inverses:
            advice = (
                f"it is the other way round of {names.curie(str(inverses[relation]))}: "
                "use that one, with subject and object swapped"
            )
        else:
            known = [names.curie(str(iri)) for iri in declared]
            advice = (
                "declare it as a cb:Relation with a label and a family, "
                "in this file or in another of the case." + did_you_mean(names.curie(str(relation)), known)
            )
        raise CaseError(
            f"the claim {names.curie(str(example))} uses {names.curie(str(relation))}, "
            f"which is no declared relation; {advice}",
            file=file,
            line=line,
        )


def where(store: Store, iri: str, files: Files) -> tuple[str | None, int | None]:
    """Find the file and line in which a claim begins; the parser does not keep them."""
    forms = [f"<{iri}>", store.names().curie(iri), f":{local_name(iri)}"]
    pattern = re.compile(rf"^\s*(?:{'|'.join(re.escape(form) for form in forms)})(?=[\s;])", re.MULTILINE)
    for name, source in files.items():
        if isinstance(source, Made):
            if iri in source.places:
                return source.places[iri]
            continue
        data = source.read_bytes() if isinstance(source, Path) else source[0]
        text = data.decode("utf-8", "replace")
        if match := pattern.search(text):
            # Where there is no file, there are no lines that anybody could look up.
            return name, text.count("\n", 0, match.end()) + 1 if isinstance(source, Path) else None
    return (next(iter(files)) if len(files) == 1 else None), None


def unknown(store: Store, text: str) -> dict[str, Token]:
    """Return the IRIs in a query that stand nowhere in the data, each with the token that names it first.

    The graphs that every board may have are known, also where they are empty.
    """
    found: dict[str, Token] = {}
    known = read_select("known")
    for token, iri in mentioned(text, prefixes=store.prefixes):
        if iri in found or iri in GRAPHS:
            continue
        try:
            if next(store.select(known, term=f"<{iri}>"), None) is None:
                found[iri] = token
        except ValueError:  # what is no IRI stands nowhere
            found[iri] = token
    return found


def authored(store: Store, graph: str) -> list[Triple]:
    """Return what was authored, in N-Triples terms: of ``cb:claims``, or the case's own vocabulary."""
    own = store.triples(VOCABULARY) if graph == VOCABULARY else []
    if not own:
        return store.triples(graph)
    known = set(load_files({}).triples(VOCABULARY))
    return [triple for triple in own if triple not in known]
