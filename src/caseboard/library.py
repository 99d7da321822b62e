"""The named queries in a form that other tools read: SHACL executables, as the SIB's SPARQL examples are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from caseboard.errors import BadArgument
from caseboard.sparql import NamedQuery, tokens

_BASE = "https://w3id.org/caseboard/queries/"
#: Form of a query -> the class and the property of SHACL that stand for it.
_FORMS = {
    "SELECT": ("SPARQLSelectExecutable", "select"),
    "ASK": ("SPARQLAskExecutable", "ask"),
    "CONSTRUCT": ("SPARQLConstructExecutable", "construct"),
    "DESCRIBE": ("SPARQLExecutable", "describe"),
}


def as_turtle(queries: Iterable[NamedQuery], *, prefixes: Mapping[str, str], target: str) -> bytes:
    """Return named queries as Turtle, with the prefixes that they use declared for those who read them.

    Args:
        queries: the queries.
        prefixes: prefix -> namespace, those that a query may use without declaring them.
        target: IRI of the endpoint that the queries are for.

    Raises:
        BadArgument: the target is no IRI of the web.

    >>> from caseboard.sparql import read_queries
    >>> from caseboard.locate import graph_dir
    >>> queries = read_queries(graph_dir() / "queries").values()
    >>> b"sh:SPARQLSelectExecutable" in as_turtle(queries, prefixes={}, target="https://example.org/sparql")
    True
    """
    import rdflib
    from rdflib import RDF, RDFS, XSD, Literal, URIRef

    _check(target)
    sh, schema = rdflib.Namespace("http://www.w3.org/ns/shacl#"), rdflib.Namespace("https://schema.org/")
    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, space in (("sh", sh), ("schema", schema), ("rdfs", RDFS), ("xsd", XSD)):
        graph.bind(prefix, space)
    ontology = URIRef(_BASE + "prefixes")
    used: set[str] = set()

    def add(subject: Any, verb: Any, text: Any, **kind: Any) -> None:
        graph.add((subject, verb, text if isinstance(text, URIRef) else Literal(text, **kind)))

    for query in queries:
        listed = list(tokens(query.text))
        words = (token.text.upper() for token in listed if token.kind == "word")
        kind, text = next((_FORMS[word] for word in words if word in _FORMS), _FORMS["DESCRIBE"])
        used |= {token.text.partition(":")[0] for token in listed if token.kind == "pname"}
        node = URIRef(_BASE + quote(query.name))
        add(node, RDF.type, sh.SPARQLExecutable)
        add(node, RDF.type, sh[kind])
        add(node, RDFS.label, query.title, lang="en")
        takes = (f"{p.name} ({p.kind}): {p.help}" for p in query.parameters)
        if comment := " ".join([query.help, *takes]).strip():
            add(node, RDFS.comment, comment, lang="en")
        for word in query.keywords or query.name.split("-"):
            add(node, schema.keywords, word)
        add(node, schema.target, URIRef(target))
        add(node, sh.prefixes, ontology)
        add(node, sh[text], query.text)
    for prefix, namespace in sorted(prefixes.items()):
        if prefix in used:
            declared = rdflib.BNode()
            graph.add((ontology, sh.declare, declared))
            add(declared, sh.prefix, prefix)
            add(declared, sh.namespace, namespace, datatype=XSD.anyURI)
    return graph.serialize(format="turtle", encoding="utf-8")


def _check(target: str) -> None:
    try:
        parts = urlsplit(target)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or set(target) & set('<>"{}|^`\\ \n\t\r'):
        raise BadArgument(
            f"{target!r} is no address of an endpoint; write it like http://127.0.0.1:8000/sparql"
        )
