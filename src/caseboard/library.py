"""The named queries in a form that other tools read: SHACL executables, as the SIB's SPARQL examples are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from caseboard.errors import BadArgument, UnknownFormat
from caseboard.sparql import NamedQuery, tokens
from caseboard.terms import join_known

_BASE = "https://w3id.org/caseboard/queries/"
#: Form of a query -> the class and the property of SHACL that stand for it.
_FORMS = {
    "SELECT": ("SPARQLSelectExecutable", "select"),
    "ASK": ("SPARQLAskExecutable", "ask"),
    "CONSTRUCT": ("SPARQLConstructExecutable", "construct"),
    "DESCRIBE": ("SPARQLExecutable", "describe"),
}


#: Formats in which the queries are written.
FORMATS = ("turtle", "jsonld")


def serialize(
    queries: Iterable[NamedQuery],
    *,
    prefixes: Mapping[str, str],
    target: str,
    format: str = "turtle",  # noqa: A002
) -> bytes:
    """Return named queries as RDF, with the prefixes that they use declared for those who read them.

    Args:
        queries: the queries.
        prefixes: prefix -> namespace, those that a query may use without declaring them.
        target: IRI of the endpoint that the queries are for.
        format: "turtle" or "jsonld".

    Raises:
        BadArgument: the target is no IRI of the web.
        UnknownFormat: none of these.

    >>> from caseboard.sparql import read_queries
    >>> from caseboard.locate import graph_dir
    >>> queries = read_queries(graph_dir() / "queries").values()
    >>> b"sh:SPARQLSelectExecutable" in serialize(queries, prefixes={}, target="https://example.org/sparql")
    True
    """
    import rdflib
    from rdflib import RDF, RDFS, XSD, Literal, URIRef

    _check(target)
    if format not in FORMATS:
        raise UnknownFormat(f"no format {format!r} of named queries; there are {join_known(FORMATS)}")
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
        # Who shows the examples of the SIB shows their comments, and nothing where there is none.
        comment = " ".join([query.help, *takes]).strip()
        add(node, RDFS.comment, comment or query.title, lang="en")
        for word in query.keywords or query.name.split("-"):
            add(node, schema.keywords, word)
        add(node, schema.target, URIRef(target))
        add(node, sh.prefixes, ontology)
        add(node, sh[text], query.text)
    for place, (prefix, namespace) in enumerate(sorted(prefixes.items())):
        if prefix in used:
            # Named, so that the file is the same every time.
            declared = rdflib.BNode(f"prefix{place:04}")
            graph.add((ontology, sh.declare, declared))
            add(declared, sh.prefix, prefix)
            add(declared, sh.namespace, namespace, datatype=XSD.anyURI)
    if format == "turtle":
        return graph.serialize(format="turtle", encoding="utf-8")
    bound = {prefix: str(space) for prefix, space in graph.namespaces()}
    # What stands in a list has no order in RDF; in order, the file is the same every time.
    told = _in_order(json.loads(graph.serialize(format="json-ld", context=bound)))
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()


def _in_order(told: Any) -> Any:
    if isinstance(told, dict):
        return {key: _in_order(value) for key, value in sorted(told.items())}
    if isinstance(told, list):
        return sorted(map(_in_order, told), key=json.dumps)
    return told


def _check(target: str) -> None:
    try:
        parts = urlsplit(target)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or set(target) & set('<>"{}|^`\\ \n\t\r'):
        raise BadArgument(
            f"{target!r} is no address of an endpoint; write it like http://127.0.0.1:8000/sparql"
        )
