"""Eight questions of an analyst, over the world and over the claims of a generated case."""

from __future__ import annotations

from collections.abc import Mapping

PREFIXES: Mapping[str, str] = {
    "cb": "https://w3id.org/caseboard/ns#",
    "ex": "https://example.org/generated/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "prov": "http://www.w3.org/ns/prov#",
    "oa": "http://www.w3.org/ns/oa#",
}

#: Name -> SPARQL. The default graph is the world that the stated claims describe.
QUERIES: Mapping[str, str] = {
    "handlers": """
        SELECT ?handler ?name ?handled WHERE { ?handler cb:handlerOf ?handled ; rdfs:label ?name }
        ORDER BY ?handler ?handled""",
    "evidence": """
        SELECT ?claim ?name ?whom ?source ?section ?paragraph ?sentence WHERE {
          GRAPH cb:claims {
            ?claim rdf:predicate cb:spiesOn ; rdf:subject ?who ; rdf:object ?whom ; cb:status cb:Stated ;
              prov:wasDerivedFrom ?place .
            ?place oa:hasSource ?source ; cb:section ?section ;
              cb:paragraph ?paragraph ; cb:sentence ?sentence
          }
          ?who rdfs:label ?name
        }""",
    "two hops": """
        SELECT ?handler ?agent ?target WHERE {
          ?handler cb:handlerOf ?agent . ?agent cb:spiesOn ?target . FILTER(?handler != ?target)
        }""",
    "threads": """
        SELECT ?label (COUNT(DISTINCT ?claim) AS ?claims) (COUNT(DISTINCT ?who) AS ?people) WHERE {
          GRAPH cb:claims { ?claim cb:partOfThread ?thread ; rdf:subject ?who . ?thread rdfs:label ?label }
        }
        GROUP BY ?label ORDER BY DESC(?claims) ?label""",
    "optional": """
        SELECT ?person ?organisation ?handler WHERE {
          ?person cb:memberOf ?organisation OPTIONAL { ?person cb:handledBy ?handler }
        }""",
    "path": """
        SELECT DISTINCT ?who WHERE { ex:n0 (cb:handlerOf|cb:accompliceOf)+ ?who }""",
    "filter": """
        SELECT ?person ?label ?whom WHERE {
          ?person a cb:Person ; rdfs:label ?label ; cb:helps ?whom .
          FILTER(REGEX(STR(?label), "^(ada|nora) .*(berg|vale)", "i"))
        }""",
    "aggregate": """
        SELECT ?who (COUNT(DISTINCT ?organisation) AS ?hunters) (COUNT(DISTINCT ?friend) AS ?friends) WHERE {
          ?organisation cb:pursues ?who . ?who cb:friendOf ?friend
        }
        GROUP BY ?who HAVING (COUNT(DISTINCT ?organisation) > 1)
        ORDER BY DESC(?hunters) DESC(?friends) ?who LIMIT 50""",
}
