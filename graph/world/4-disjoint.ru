# One triple, one graph: it stays in the first of stated, inferred, hedged, predicted, refuted,
# or a query over several of them would count it more than once.
DELETE { GRAPH cb:inferred { ?s ?p ?o } }
WHERE { GRAPH cb:inferred { ?s ?p ?o } GRAPH cb:stated { ?s ?p ?o } } ;
DELETE { GRAPH cb:hedged { ?s ?p ?o } }
WHERE { GRAPH cb:hedged { ?s ?p ?o } { GRAPH cb:stated { ?s ?p ?o } } UNION { GRAPH cb:inferred { ?s ?p ?o } } } ;
DELETE { GRAPH cb:predicted { ?s ?p ?o } }
WHERE {
  GRAPH cb:predicted { ?s ?p ?o }
  { GRAPH cb:stated { ?s ?p ?o } } UNION { GRAPH cb:inferred { ?s ?p ?o } } UNION { GRAPH cb:hedged { ?s ?p ?o } }
} ;
DELETE { GRAPH cb:refuted { ?s ?p ?o } }
WHERE {
  GRAPH cb:refuted { ?s ?p ?o }
  { GRAPH cb:stated { ?s ?p ?o } } UNION { GRAPH cb:inferred { ?s ?p ?o } }
  UNION { GRAPH cb:hedged { ?s ?p ?o } } UNION { GRAPH cb:predicted { ?s ?p ?o } }
}
