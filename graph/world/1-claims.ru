# The triples of claims, each in the graph of its status; a refuted claim only in cb:refuted.
INSERT { GRAPH ?g { ?s ?p ?o } }
WHERE {
  VALUES (?status ?g) {
    (cb:Stated cb:stated) (cb:Inferred cb:inferred) (cb:Hedged cb:hedged) (cb:Predicted cb:predicted)
  }
  GRAPH cb:claims {
    ?c a cb:Claim ; cb:status ?status ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o .
    MINUS { ?c cb:refutedIn ?point }
  }
} ;
INSERT { GRAPH cb:refuted { ?s ?p ?o } }
WHERE {
  GRAPH cb:claims { ?c a cb:Claim ; cb:refutedIn ?point ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o }
}
