"""rdflib and its own evaluator, on the same data."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import rdflib
from serve import Job, digest, serve

CB = "https://w3id.org/caseboard/ns#"


def load(path: str) -> Job:
    """Parse a Turtle file into a graph in memory."""
    claim = rdflib.URIRef(CB + "Claim")
    return (
        lambda: rdflib.Graph().parse(path, format="turtle"),
        lambda graph: {"claims": sum(1 for _ in graph.subjects(rdflib.RDF.type, claim))},
    )


def query(folder: str, texts: list[str], prefixes: dict[str, str]) -> list[Job]:
    """Ask a dataset with the world in its default graph, and run through the rows."""
    # Loaded with the engine's parser, which is faster and not what is measured here.
    dataset = rdflib.Dataset()
    dataset.default_graph.parse(str(Path(folder, "world.nt")), format="ox-nt")
    dataset.graph(rdflib.URIRef(CB + "claims")).parse(str(Path(folder, "claims.nt")), format="ox-nt")

    def work(text: str) -> list[Any]:
        return list(dataset.query(text, initNs=prefixes))

    return [(partial(work, text), digest) for text in texts]


if __name__ == "__main__":
    serve({"load": load, "query": query})
