"""The files that a case begins with, and those that it is written back to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from caseboard.errors import unreadable
from caseboard.locate import graph_dir
from caseboard.sheets.lexicon import read_lexicon
from caseboard.sheets.settings import HOME, NAME, Settings, own_namespace, write_settings
from caseboard.sheets.writing import Unfolding
from caseboard.store import CLAIMS, VOCABULARY, Store
from caseboard.terms import CB, PREFIXES, join_known
from caseboard.world import OWN, authored

_COMMENTS = {
    "claims": (
        "# One row is one claim: who stands in which relation to whom or what\n"
        "# relation: `caseboard run relations` lists them; either way round will do\n"
        "# status: stated or hedged or predicted. revealed: a point of points.csv\n"
        "# Semicolons part several names\n"
    ),
    "entities": "# Who and what the claims speak of. kind: person or organisation or place …\n",
    "sources": "# The documents that the claims are taken from and who wrote each\n",
    "points": "# The points of the telling at which a reader learns something: first things first\n",
    "threads": "# The lines of the conspiracy\n",
    "agents": "# Who asserts the claims\n",
    "evidence": "# The places in the sources that claims rest on\n",
}


def starter(name: str) -> dict[str, bytes]:
    """Return the files of a new case, by their names.

    >>> sorted(starter("My case"))
    ['README.md', 'case.toml', 'claims.csv', 'entities.csv', 'points.csv', 'sources.csv', 'vocabulary.ttl']
    """
    folder = graph_dir() / "starter"
    settings = Settings(namespace=own_namespace(name), title=name)
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
    return {**files, NAME: write_settings(settings).encode()}


def written(store: Store) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Return a case as the files of a folder, and what no column holds, in sentences.

    Opening the folder gives the same graph, and its shapes, rules, queries and principles go with it.

    Raises:
        CaseError: one of these cannot be read.
    """
    triples = authored(store, CLAIMS)
    claims = [subject[1:-1] for subject, _, obj in triples if obj == f"<{CB}Claim>" and subject[0] == "<"]
    spaces = Counter(iri[: max(iri.rfind("/"), iri.rfind("#"), iri.rfind(":")) + 1] for iri in claims)
    space = min(spaces, key=lambda one: (-spaces[one], one)) if spaces else f"{HOME}case/"
    typed = sum(1 for _, _, obj in triples if obj == f"<{PREFIXES['rdf']}Statement>")
    settings = Settings(
        namespace=space,
        guess=False,
        statements=2 * typed >= len(claims),
        prefixes={
            prefix: iri
            for prefix, iri in store.prefixes.items()
            if prefix not in PREFIXES and iri[-1:] in "/#:"
        },
    )
    unfolding = Unfolding(triples, read_lexicon(store), settings)
    settings = unfolding.unfold()
    files = {
        f"{name}.csv": sheet.write(_COMMENTS[name])
        for name, sheet in unfolding.sheets.items()
        if sheet.rows or name == "claims"
    }
    files[NAME] = write_settings(settings).encode()
    notes = []
    own = authored(store, VOCABULARY)
    if own:
        files["vocabulary.ttl"] = _turtle(own, store)
    if rest := unfolding.rest:
        files["rest.ttl"] = _turtle(rest, store)
        subjects = {subject for subject, _, _ in rest if subject[0] == "<"}
        shown = [store.names().curie(subject[1:-1]) for subject in sorted(subjects)]
        notes.append(
            f"rest.ttl holds what no column does, {len(rest)} statements: {join_known(shown, limit=6)}"
        )
    for folder in store.folders:
        for name, data in _brought(folder):
            if name == "shapes.ttl":
                files[name] = files.get(name, b"") + data
                continue
            stem, number = name.removesuffix(".rq"), 2
            while files.get(name, data) != data:
                name, number = f"{stem}-{number}.rq", number + 1
            files[name] = data
    return files, tuple(notes)


def _brought(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each shape, rule, query and principle that a folder brings."""
    for what in OWN:
        listed = [folder / what] if what.endswith(".ttl") else sorted((folder / what).glob("*.rq"))
        for path in listed:
            if path.is_file():
                try:
                    yield path.relative_to(folder).as_posix(), path.read_bytes()
                except OSError as error:
                    raise unreadable(error, str(path)) from error


def _turtle(triples: list[tuple[str, str, str]], store: Store) -> bytes:
    graph: Mapping[str, list[tuple[str, str, str]]] = {CLAIMS: triples}
    return Store.of(graph, prefixes=store.prefixes).dump("turtle", graph=CLAIMS)
