"""networkx on its own: its measures and paths, and a network built by hand from SELECTs."""

from __future__ import annotations

from typing import Any

from serve import Job, digest, serve

CB = "https://w3id.org/caseboard/ns#"
PREFIXES = {
    "cb": CB,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "prov": "http://www.w3.org/ns/prov#",
    "oa": "http://www.w3.org/ns/oa#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "ex": "https://example.org/generated/",
}
_CLAIMS = """
    SELECT ?claim ?subject ?relation ?object ?status ?point ?place ?note WHERE {
      ?claim a cb:Claim ; rdf:subject ?subject ; rdf:predicate ?relation ; rdf:object ?object ;
        cb:status ?status ; cb:revealedIn ?point ; prov:wasDerivedFrom ?place ; rdfs:comment ?note .
      FILTER(isIRI(?object))
    }"""
_REFUTED = "SELECT ?claim ?label WHERE { ?claim cb:refutedIn/rdfs:label ?label }"
_THREADS = (
    "SELECT ?claim ?label WHERE { ?claim cb:partOfThread ?t . ?t rdfs:label ?label } ORDER BY ?claim ?t"
)
_PLACES = """
    SELECT ?place ?section ?paragraph ?sentence ?source WHERE {
      ?place cb:section ?section ; cb:paragraph ?paragraph ; cb:sentence ?sentence .
      ?place oa:hasSource/rdfs:label ?source
    }"""
_RELATIONS = """
    SELECT ?relation ?label ?inverse ?family ?identity WHERE {
      ?relation cb:family/rdfs:label ?family ; rdfs:label ?label ; cb:inverseLabel ?inverse .
      BIND(EXISTS { ?relation a cb:IdentityRelation } AS ?identity)
    }"""
_ENTITIES = """
    SELECT ?entity ?label ?kind ?comment ?unknown WHERE {
      VALUES ?type { cb:Person cb:Organisation cb:Object cb:Information }
      ?entity a ?type ; rdfs:label ?label . ?type rdfs:label ?kind
      OPTIONAL { ?entity rdfs:comment ?comment }
      BIND(EXISTS { ?entity a cb:Unknown } AS ?unknown)
    }"""
_ALIASES = """
    SELECT ?person ?persona ?label WHERE {
      ?claim rdf:predicate cb:aliasOf ; cb:status cb:Stated ; rdf:subject ?persona ; rdf:object ?person .
      FILTER NOT EXISTS { ?claim cb:refutedIn ?point }
      ?persona rdfs:label ?label
    } ORDER BY ?claim"""


def network(path: str, vocabulary: str) -> Job:
    """Build the same network as ours by SELECTs and ``add_edges_from``, with the same attributes."""
    import pyoxigraph as ox

    store = ox.Store()
    store.bulk_load(path=path, format=ox.RdfFormat.TURTLE)
    store.bulk_load(path=vocabulary, format=ox.RdfFormat.TURTLE)
    return lambda: _network(store), _describe


def _network(store: Any) -> Any:
    import networkx as nx

    def rows(text: str) -> Any:
        for row in store.query(text, prefixes=PREFIXES):
            yield [None if term is None else term.value for term in row]

    def curie(iri: str) -> str:
        return iri.replace(PREFIXES["ex"], "ex:").replace(CB, "cb:")

    relations = {row[0]: row[1:] for row in rows(_RELATIONS)}
    statuses = {s: (w, float(n)) for s, w, n in rows("SELECT ?s ?w ?n { ?s rdfs:label ?w ; cb:strength ?n }")}
    points = {
        p: (label, int(order))
        for p, label, order in rows("SELECT ?p ?l ?n { ?p a cb:RevealPoint ; rdfs:label ?l ; cb:order ?n }")
    }
    refuted = dict(rows(_REFUTED))
    places = {
        place: f"{section}, paragraph {paragraph}, sentence {sentence} of {source}"
        for place, section, paragraph, sentence, source in rows(_PLACES)
    }
    threads: dict[str, list[str]] = {}
    for claim, label in rows(_THREADS):
        threads.setdefault(claim, []).append(label)
    edges, of_node = [], dict[str, dict[str, None]]()
    for claim, subject, relation, obj, status, point, place, note in rows(_CLAIMS):
        label, inverse, family, identity = relations[relation]
        data: dict[str, Any] = {
            "claim": curie(claim),
            "relation": curie(relation),
            "label": label,
            "inverse": inverse,
            "family": family,
            "status": statuses[status][0],
            "strength": statuses[status][1],
            "revealed": points[point][0],
            "reveal_order": points[point][1] - 1,
            "evidence": places[place],
            "note": note,
        }
        if identity == "true":
            data["identity"] = True
        if claim in refuted:
            data["refuted"] = refuted[claim]
        if claim in threads:
            data["threads"] = "; ".join(threads[claim])
            for end in (subject, obj):
                of_node.setdefault(end, {}).update(dict.fromkeys(threads[claim]))
        edges.append((curie(subject), curie(obj), data["claim"], data))
    graph: Any = nx.MultiDiGraph()
    graph.add_edges_from(edges)
    aliases: dict[str, list[str]] = {}
    personas = set()
    for person, persona, label in rows(_ALIASES):
        aliases.setdefault(person, []).append(label)
        personas.add(persona)
    for iri, label, kind, comment, unknown in rows(_ENTITIES):
        node = curie(iri)
        if node in graph:
            extras = {
                "comment": comment,
                "aliases": "; ".join(aliases.get(iri, ())),
                "threads": "; ".join(sorted(of_node.get(iri, ()))),
                "unknown": unknown == "true",
                "persona": iri in personas,
            }
            graph.add_node(
                node, label=label, kind=kind.lower(), iri=iri, **{k: v for k, v in extras.items() if v}
            )
    return graph


def _describe(graph: Any) -> Any:
    from with_caseboard import describe_network

    return describe_network(graph)


def betweenness(nodes: int, edges: int) -> Job:
    """Rank the simple undirected graph of a network with networkx."""
    import networkx as nx
    from networks import invented

    graph = nx.Graph(invented(nodes, edges))
    return lambda: nx.betweenness_centrality(graph), dict


def paths(nodes: int, edges: int, pairs: int, cutoff: int) -> Job:
    """List all simple paths between a few pairs of nodes with networkx."""
    import networkx as nx
    from networks import invented, linked_pairs

    network = invented(nodes, edges)
    ends = linked_pairs(network, pairs, cutoff)
    graph = nx.Graph(network)

    def work() -> list[Any]:
        return [list(nx.all_simple_paths(graph, source, target, cutoff=cutoff)) for source, target in ends]

    return work, lambda found: digest(path for paths in found for path in paths)


if __name__ == "__main__":
    serve({"network": network, "betweenness": betweenness, "paths": paths})
