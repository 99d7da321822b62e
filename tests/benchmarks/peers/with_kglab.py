"""kglab, in an environment of its own: load a case, ask it, turn the answer into a graph."""

from __future__ import annotations

from typing import Any

from serve import Job, serve

_PAIRS = """
    PREFIX cb: <https://w3id.org/caseboard/ns#>
    PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
    SELECT ?subject ?object WHERE {
      ?claim a cb:Claim ; rdf:subject ?subject ; rdf:object ?object . FILTER(isIRI(?object))
    }"""
#: Asks for what an edge of ours carries, all of which its graph then leaves out.
_COLUMNS = """
    PREFIX cb: <https://w3id.org/caseboard/ns#>
    PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
    PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
    PREFIX prov: <http://www.w3.org/ns/prov#>
    PREFIX oa: <http://www.w3.org/ns/oa#>
    SELECT ?subject ?object ?relation ?status ?point ?section ?paragraph ?sentence ?source ?note WHERE {
      ?claim a cb:Claim ; rdf:subject ?subject ; rdf:predicate ?relation ; rdf:object ?object ;
        cb:status ?status ; cb:revealedIn ?point ; prov:wasDerivedFrom ?place ; rdfs:comment ?note .
      FILTER(isIRI(?object))
      ?place cb:section ?section ; cb:paragraph ?paragraph ; cb:sentence ?sentence ; oa:hasSource ?source
    }"""


def network(path: str, columns: bool) -> Job:
    """Build a networkx graph from a SELECT; labels are all the attributes that it has."""
    import kglab
    import networkx as nx

    knowledge: Any = kglab.KnowledgeGraph()
    knowledge.load_rdf(path, format="ttl")

    def work() -> Any:
        return kglab.SubgraphMatrix(knowledge, _COLUMNS if columns else _PAIRS).build_nx_graph(nx.DiGraph())

    return work, lambda graph: {"nodes": len(graph), "edges": graph.size()}


if __name__ == "__main__":
    serve({"network": network})
