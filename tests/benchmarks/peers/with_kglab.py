"""kglab, in an environment of its own: load a case, ask it, turn the answer into a graph."""

from __future__ import annotations

from typing import Any

from serve import Job, serve

CB = "https://w3id.org/caseboard/ns#"
_EDGES = """
    PREFIX cb: <https://w3id.org/caseboard/ns#>
    PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
    SELECT ?subject ?object WHERE {
      ?claim a cb:Claim ; rdf:subject ?subject ; rdf:object ?object . FILTER(isIRI(?object))
    }"""


def network(path: str) -> Job:
    """Build a networkx graph from a SELECT; labels are all the attributes that it has."""
    import kglab
    import networkx as nx

    knowledge: Any = kglab.KnowledgeGraph()
    knowledge.load_rdf(path, format="ttl")

    def work() -> Any:
        return kglab.SubgraphMatrix(knowledge, _EDGES).build_nx_graph(nx.DiGraph())

    return work, lambda graph: {"nodes": len(graph), "edges": graph.size()}


if __name__ == "__main__":
    serve({"network": network})
