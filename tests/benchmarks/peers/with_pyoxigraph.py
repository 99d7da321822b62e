"""The engine on its own: what a user of pyoxigraph writes by hand."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from serve import Job, digest, serve

CB = "https://w3id.org/caseboard/ns#"


def load(path: str) -> Job:
    """Load a Turtle file in the fastest way that the engine has."""

    def work() -> ox.Store:
        store = ox.Store()
        # Not bulk_load: in memory it takes longer, and twice the room.
        store.load(path=path, format=ox.RdfFormat.TURTLE)
        return store

    return work, lambda store: {"claims": _count(store)}


def _count(store: ox.Store) -> int:
    answer: Any = store.query(f"SELECT (COUNT(?c) AS ?n) {{ ?c a <{CB}Claim> }}")
    return int(next(answer)[0].value)


def query(folder: str, texts: list[str], prefixes: dict[str, str]) -> list[Job]:
    """Ask a store of all graphs of a board, what is stated in its default graph; serialise the answer."""
    store = ox.Store()
    for file in sorted(Path(folder).glob("*.nt")):
        graph = ox.DefaultGraph() if file.stem == "stated" else ox.NamedNode(CB + file.stem)
        store.bulk_load(path=str(file), format=ox.RdfFormat.N_TRIPLES, to_graph=graph)

    def work(text: str) -> bytes:
        answer: Any = store.query(text, prefixes=prefixes)
        data: bytes = answer.serialize(format=ox.QueryResultsFormat.TSV)
        return data

    return [(partial(work, text), lambda data: digest(_rows(data))) for text in texts]


def _rows(tsv: bytes) -> list[list[str | None]]:
    solutions: Any = ox.parse_query_results(tsv, ox.QueryResultsFormat.TSV)
    return [[None if term is None else term.value for term in row] for row in solutions]


if __name__ == "__main__":
    serve({"load": load, "query": query})
