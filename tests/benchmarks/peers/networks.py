"""Invented networks as ``caseboard.network`` builds them, for the measures that need no triples."""

from __future__ import annotations

import random
from typing import Any


def invented(nodes: int, edges: int, *, skew: float = 1.0, seed: int = 1) -> Any:
    """Return a frozen MultiDiGraph with random ends, and the attributes of a network of claims.

    With a ``skew`` of 1 all nodes are alike; with a higher one the first ones have more links, as leads have.
    """
    import networkx as nx

    rng = random.Random(seed)
    graph: Any = nx.MultiDiGraph(name="Invented", comment="", points="", threads="")
    names = [f"ex:n{i}" for i in range(nodes)]
    graph.add_nodes_from(
        (name, {"label": f"Node {name}", "kind": "person", "iri": f"https://example.org/{name}"})
        for name in names
    )
    for i in range(edges):
        source = target = int(nodes * rng.random() ** skew)
        while target == source:
            target = int(nodes * rng.random() ** skew)
        graph.add_edge(
            names[source],
            names[target],
            f"ex:c{i}",
            claim=f"ex:c{i}",
            relation="cb:helps",
            label="helps",
            inverse="is helped by",
            family="friendship",
            status="stated",
            strength=1.0,
            revealed="the start",
            reveal_order=0,
            evidence=f"Ashore, paragraph {i} of Notebook",
            note=f"Entry {i}.",
        )
    return nx.freeze(graph)


def linked_pairs(graph: Any, number: int, cutoff: int, *, seed: int = 2) -> list[tuple[str, str]]:
    """Return pairs of nodes that are at most ``cutoff`` steps apart, both ways counted."""
    import networkx as nx

    rng, plain = random.Random(seed), nx.Graph(graph)
    names = sorted(plain)
    pairs: list[tuple[str, str]] = []
    while len(pairs) < number:
        source = rng.choice(names)
        near = sorted(nx.single_source_shortest_path_length(plain, source, cutoff=cutoff))
        target = rng.choice(near)
        if target != source:
            pairs.append((source, target))
    return pairs
