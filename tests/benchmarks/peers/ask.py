"""A script as one writes it with rdflib or kglab: read the files, ask, print CSV. Run as a whole process.

Usage: python ask.py rdflib|kglab QUERY FILE...
"""

from __future__ import annotations

import sys


def ask_rdflib(query: str, files: list[str]) -> None:
    """Read and ask with rdflib."""
    import rdflib

    graph = rdflib.Graph()
    for file in files:
        graph.parse(file, format="turtle")
    data = graph.query(query).serialize(format="csv")
    sys.stdout.write((data or b"").decode())


def ask_kglab(query: str, files: list[str]) -> None:
    """Read and ask with kglab."""
    import kglab

    knowledge = kglab.KnowledgeGraph()
    for file in files:
        knowledge.load_rdf(file, format="ttl")
    rows = list(knowledge.query(query))
    print(",".join(str(name) for name in rows[0].labels))
    for row in rows:
        print(",".join(str(cell) for cell in row))


if __name__ == "__main__":
    {"rdflib": ask_rdflib, "kglab": ask_kglab}[sys.argv[1]](sys.argv[2], sys.argv[3:])
