"""A network built by hand: SELECTs of the bare engine, then networkx's ``add_edges_from``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from serve import Job, serve

CB = "https://w3id.org/caseboard/ns#"
PREFIXES = {
    "cb": CB,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "prov": "http://www.w3.org/ns/prov#",
    "oa": "http://www.w3.org/ns/oa#",
    "ex": "https://example.org/generated/",
}
#: Everything that an edge carries, in one SELECT.
_EDGES = """
    SELECT * WHERE {
      ?claim a cb:Claim ; rdf:subject ?subject ; rdf:predicate ?relation ; rdf:object ?object ;
        cb:status ?st ; cb:revealedIn ?point ; prov:wasDerivedFrom ?place ; rdfs:comment ?note .
      FILTER(isIRI(?object))
      ?relation rdfs:label ?label ; cb:inverseLabel ?inverse ; cb:family/rdfs:label ?family .
      ?st rdfs:label ?status ; cb:strength ?strength .
      ?point rdfs:label ?revealed ; cb:order ?order .
      ?place cb:section ?section ; cb:paragraph ?paragraph ; cb:sentence ?sentence .
      ?place oa:hasSource/rdfs:label ?source .
      OPTIONAL { ?relation a ?identity . FILTER(?identity = cb:IdentityRelation) }
      OPTIONAL { ?claim cb:refutedIn/rdfs:label ?refuted }
      OPTIONAL {
        SELECT ?claim (GROUP_CONCAT(?thread; separator="; ") AS ?threads) WHERE {
          ?claim cb:partOfThread/rdfs:label ?thread
        } GROUP BY ?claim
      }
    }"""
#: The same by someone who knows the engine: what few things share is looked up in dictionaries afterwards.
_CLAIMS = """
    SELECT ?claim ?subject ?relation ?object ?st ?point ?place ?note WHERE {
      ?claim a cb:Claim ; rdf:subject ?subject ; rdf:predicate ?relation ; rdf:object ?object ;
        cb:status ?st ; cb:revealedIn ?point ; prov:wasDerivedFrom ?place ; rdfs:comment ?note .
      FILTER(isIRI(?object))
    }"""
_SHARED = {
    "relation": """SELECT ?relation ?label ?inverse ?family ?identity WHERE {
        ?relation rdfs:label ?label ; cb:inverseLabel ?inverse ; cb:family/rdfs:label ?family .
        OPTIONAL { ?relation a ?identity . FILTER(?identity = cb:IdentityRelation) } }""",
    "st": "SELECT ?st ?status ?strength WHERE { ?st rdfs:label ?status ; cb:strength ?strength }",
    "point": """SELECT ?point ?revealed ?order WHERE {
        ?point a cb:RevealPoint ; rdfs:label ?revealed ; cb:order ?order }""",
    "place": """SELECT ?place ?section ?paragraph ?sentence ?source WHERE {
        ?place cb:section ?section ; cb:paragraph ?paragraph ; cb:sentence ?sentence .
        ?place oa:hasSource/rdfs:label ?source }""",
    "claim": "SELECT ?claim ?refuted WHERE { ?claim cb:refutedIn/rdfs:label ?refuted }",
}
_THREADS = "SELECT ?claim ?thread WHERE { ?claim cb:partOfThread/rdfs:label ?thread }"
_ENTITIES = """
    SELECT ?entity ?label ?kind ?comment ?unknown WHERE {
      VALUES ?type { cb:Person cb:Organisation cb:Object cb:Information }
      ?entity a ?type ; rdfs:label ?label . ?type rdfs:label ?kind
      OPTIONAL { ?entity rdfs:comment ?comment }
      OPTIONAL { ?entity a ?unknown . FILTER(?unknown = cb:Unknown) }
    }"""
_ALIASES = """
    SELECT ?person ?persona ?label WHERE {
      ?claim rdf:predicate cb:aliasOf ; cb:status cb:Stated ; rdf:subject ?persona ; rdf:object ?person .
      FILTER NOT EXISTS { ?claim cb:refutedIn ?point }
      ?persona rdfs:label ?label
    } ORDER BY ?claim"""

Row = dict[str, str]


def network(path: str, vocabulary: str, tuned: bool) -> Job:
    """Build the same network as ours, attributes included, by one SELECT of them all or by tuned ones."""
    import pyoxigraph as ox
    from with_caseboard import describe_network

    store = ox.Store()
    store.load(path=path, format=ox.RdfFormat.TURTLE)
    store.load(path=vocabulary, format=ox.RdfFormat.TURTLE)
    edges = _tuned_edges if tuned else _plain_edges
    return lambda: _network(store, edges(store)), describe_network


def _rows(store: Any, text: str) -> Iterator[Row]:
    solutions = store.query(text, prefixes=PREFIXES)
    names = [variable.value for variable in solutions.variables]
    for row in solutions:
        yield {name: term.value for name, term in zip(names, row, strict=True) if term is not None}


def _plain_edges(store: Any) -> Iterator[Row]:
    return _rows(store, _EDGES)


def _tuned_edges(store: Any) -> Iterator[Row]:
    shared = {key: {row[key]: row for row in _rows(store, text)} for key, text in _SHARED.items()}
    threads: dict[str, str] = {}
    for row in _rows(store, _THREADS):
        before = threads.get(row["claim"])
        threads[row["claim"]] = f"{before}; {row['thread']}" if before else row["thread"]
    for row in _rows(store, _CLAIMS):
        for key, known in shared.items():
            row.update(known.get(row[key], {}))
        if row["claim"] in threads:
            row["threads"] = threads[row["claim"]]
        yield row


def _curie(iri: str) -> str:
    return iri.replace(PREFIXES["ex"], "ex:").replace(CB, "cb:")


def _network(store: Any, rows: Iterator[Row]) -> Any:
    import networkx as nx

    of_node: dict[str, set[str]] = {}
    edges = []
    for row in rows:
        place = f"{row['section']}, paragraph {row['paragraph']}, sentence {row['sentence']}"
        data: dict[str, Any] = {
            "claim": _curie(row["claim"]),
            "relation": _curie(row["relation"]),
            "label": row["label"],
            "inverse": row["inverse"],
            "family": row["family"],
            "status": row["status"],
            "strength": float(row["strength"]),
            "revealed": row["revealed"],
            "reveal_order": int(row["order"]) - 1,
            "evidence": f"{place} of {row['source']}",
            "note": row["note"],
        }
        if "identity" in row:
            data["identity"] = True
        if "refuted" in row:
            data["refuted"] = row["refuted"]
        if "threads" in row:
            labels = sorted(row["threads"].split("; "))
            data["threads"] = "; ".join(labels)
            for end in (row["subject"], row["object"]):
                of_node.setdefault(end, set()).update(labels)
        edges.append((_curie(row["subject"]), _curie(row["object"]), data["claim"], data))
    graph: Any = nx.MultiDiGraph()
    graph.add_edges_from(edges)
    _describe_nodes(graph, store, of_node)
    return graph


def _describe_nodes(graph: Any, store: Any, threads: dict[str, set[str]]) -> None:
    aliases: dict[str, list[str]] = {}
    personas = set()
    for row in _rows(store, _ALIASES):
        aliases.setdefault(row["person"], []).append(row["label"])
        personas.add(row["persona"])
    for row in _rows(store, _ENTITIES):
        iri = row["entity"]
        node = _curie(iri)
        if node in graph:
            extras = {
                "comment": row.get("comment"),
                "aliases": "; ".join(aliases.get(iri, ())),
                "threads": "; ".join(sorted(threads.get(iri, ()))),
                "unknown": "unknown" in row,
                "persona": iri in personas,
            }
            given = {key: value for key, value in extras.items() if value}
            graph.add_node(node, label=row["label"], kind=row["kind"].lower(), iri=iri, **given)


if __name__ == "__main__":
    serve({"network": network})
