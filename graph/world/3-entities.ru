# The entities themselves: kind, label, comment.
INSERT { GRAPH cb:stated { ?e a ?kind ; rdfs:label ?label ; rdfs:comment ?comment } }
WHERE {
  GRAPH cb:vocabulary { ?kind rdfs:subClassOf+ cb:Entity }
  LATERAL {
    GRAPH cb:claims {
      ?e a ?kind
      OPTIONAL { ?e rdfs:label ?label }
      OPTIONAL { ?e rdfs:comment ?comment }
    }
  }
}
