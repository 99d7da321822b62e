# Declarations of relations, families, kinds and statuses belong to the vocabulary, wherever they are written.
DELETE { GRAPH cb:claims { ?term ?p ?o } } INSERT { GRAPH cb:vocabulary { ?term ?p ?o } }
WHERE {
  { GRAPH cb:vocabulary { ?type rdfs:subClassOf* cb:Relation } }
  UNION { VALUES ?type { cb:InverseRelation cb:Family cb:Status rdfs:Class } }
  # LATERAL (SEP-0006) looks each type up, where a join would run through all triples.
  LATERAL { GRAPH cb:claims { ?term a ?type } }
  LATERAL { GRAPH cb:claims { ?term ?p ?o } }
}
