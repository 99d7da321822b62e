# What the vocabulary entails, within each graph: super-relations, then the other way round of each relation.
INSERT { GRAPH ?g { ?s ?q ?o } }
WHERE {
  GRAPH cb:vocabulary { ?p rdfs:subPropertyOf+ ?q . ?q a/rdfs:subClassOf* cb:Relation . ?p a/rdfs:subClassOf* cb:Relation }
  VALUES ?g { cb:stated cb:inferred cb:hedged cb:predicted cb:refuted }
  LATERAL { GRAPH ?g { ?s ?p ?o } }
} ;
INSERT { GRAPH ?g { ?o ?q ?s } }
WHERE {
  GRAPH cb:vocabulary {
    ?p a/rdfs:subClassOf* cb:Relation .
    { ?p owl:inverseOf ?q } UNION { ?p a owl:SymmetricProperty . BIND(?p AS ?q) }
  }
  VALUES ?g { cb:stated cb:inferred cb:hedged cb:predicted cb:refuted }
  LATERAL { GRAPH ?g { ?s ?p ?o } }
  FILTER(!isLiteral(?o))
} ;
# A persona, and the name it lends to the person behind it, are nowhere authored: they follow from the alias.
INSERT { GRAPH ?g { ?persona a cb:Persona . ?person skos:altLabel ?name } }
WHERE {
  GRAPH cb:vocabulary { ?p a/rdfs:subClassOf* cb:IdentityRelation }
  VALUES ?g { cb:stated cb:inferred cb:hedged cb:predicted cb:refuted }
  LATERAL { GRAPH ?g { ?persona ?p ?person } OPTIONAL { GRAPH cb:claims { ?persona rdfs:label ?name } } }
}
