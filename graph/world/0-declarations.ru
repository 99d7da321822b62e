# Declarations of relations, families, kinds and statuses belong to the vocabulary, wherever they are written.
DELETE { GRAPH cb:claims { ?term ?p ?o } } INSERT { GRAPH cb:vocabulary { ?term ?p ?o } }
WHERE {
  { GRAPH cb:vocabulary { ?type rdfs:subClassOf* cb:Relation } }
  UNION { VALUES ?type { cb:InverseRelation cb:Family cb:Status rdfs:Class } }
  GRAPH cb:claims { ?term a ?type ; ?p ?o }
}
