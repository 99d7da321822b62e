"""networkx on its own: its measures and its paths."""

from __future__ import annotations

from typing import Any

from serve import Job, digest, serve


def betweenness(nodes: int, edges: int) -> Job:
    """Rank the simple undirected graph of a network with networkx."""
    import networkx as nx
    from networks import invented

    graph = nx.Graph(invented(nodes, edges))
    return lambda: nx.betweenness_centrality(graph), dict


def paths(nodes: int, edges: int, skew: float, pairs: int, cutoff: int) -> Job:
    """List all simple paths between a few pairs of nodes with networkx."""
    import networkx as nx
    from networks import invented, linked_pairs

    network = invented(nodes, edges, skew=skew)
    ends = linked_pairs(network, pairs, cutoff)
    graph = nx.Graph(network)

    def work() -> list[Any]:
        return [list(nx.all_simple_paths(graph, source, target, cutoff=cutoff)) for source, target in ends]

    return work, lambda found: digest(path for paths in found for path in paths)


if __name__ == "__main__":
    serve({"betweenness": betweenness, "paths": paths})
