"""The named queries in a form that other tools read: SHACL executables, as the SIB's SPARQL examples are.

A query with parameters lists them as ``sh:parameter``, as SHACL does for its functions: ``sh:path`` ends in
the name of the variable that is to be bound, ``sh:class``, ``sh:nodeKind`` or ``sh:datatype`` says to what.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from caseboard.errors import BadArgument, UnknownFormat
from caseboard.sparql import NamedQuery, Parameter, tokens
from caseboard.terms import PREFIXES, Names, join_known

if TYPE_CHECKING:
    from rdflib import Graph, URIRef

_BASE = "https://w3id.org/caseboard/queries/"
#: Form of a query -> the class and the property of SHACL that stand for it.
_FORMS = {
    "SELECT": ("SPARQLSelectExecutable", "select"),
    "ASK": ("SPARQLAskExecutable", "ask"),
    "CONSTRUCT": ("SPARQLConstructExecutable", "construct"),
    "DESCRIBE": ("SPARQLExecutable", "describe"),
}
#: Kind of a parameter -> the class of what it takes, or the datatypes.
_CLASSES = {
    "relation": "cb:Relation",
    "thread": "cb:Thread",
    "point": "cb:RevealPoint",
    "status": "cb:Status",
}
_DATATYPES = {
    "text": ("string",),
    "integer": ("integer",),
    "number": ("integer", "decimal", "double"),
    "date": ("date",),
    "boolean": ("boolean",),
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
    known = Names({**PREFIXES, **prefixes})

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
        takes = (f"{p.name} ({' or '.join(p.classes) or p.kind}): {p.help}" for p in query.parameters)
        # Who shows the examples of the SIB shows their comments, and nothing where there is none.
        comment = " ".join([query.help, *takes]).strip()
        add(node, RDFS.comment, comment or query.title, lang="en")
        for word in query.keywords or query.name.split("-"):
            add(node, schema.keywords, word)
        for place, parameter in enumerate(query.parameters):
            _describe(graph, node, place, parameter, known)
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


def _describe(graph: Graph, node: URIRef, place: int, parameter: Parameter, known: Names) -> None:
    """Add one parameter of a query."""
    from rdflib import RDF, SH, XSD, BNode, Literal, URIRef

    # Named by a number that is the same every time, and so is the file.
    name = f"parameter{len(graph):06}"
    it = BNode(name)
    graph.add((node, SH.parameter, it))
    graph.add((it, RDF.type, SH.Parameter))
    graph.add((it, SH.path, URIRef(f"{node}#{parameter.name}")))
    graph.add((it, SH.name, Literal(parameter.name, lang="en")))
    graph.add((it, SH.description, Literal(parameter.help, lang="en")))
    graph.add((it, SH.order, Literal(place)))
    classes = parameter.classes or tuple(filter(None, [_CLASSES.get(parameter.kind)]))
    takes = [(SH["class"], URIRef(known.iri(name) or name)) for name in classes]
    takes += [(SH.datatype, XSD[name]) for name in _DATATYPES.get(parameter.kind, ())]
    if not takes:
        graph.add((it, SH.nodeKind, SH.BlankNodeOrIRI))
    elif len(takes) == 1:
        graph.add((it, *takes[0]))
    else:
        cells = [BNode(f"{name}l{number}") for number in range(len(takes))]
        graph.add((it, SH["or"], cells[0]))
        for cell, rest, choice in zip(cells, [*cells[1:], RDF.nil], takes, strict=True):
            one = BNode(f"{cell}c")
            graph.add((cell, RDF.first, one))
            graph.add((cell, RDF.rest, rest))
            graph.add((one, *choice))


def _check(target: str) -> None:
    try:
        parts = urlsplit(target)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or set(target) & set('<>"{}|^`\\ \n\t\r'):
        raise BadArgument(
            f"{target!r} is no address of an endpoint; write it like http://127.0.0.1:8000/sparql"
        )
