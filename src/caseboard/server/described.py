"""The service and its data in their own words: SPARQL service description and VoID."""

from __future__ import annotations

from caseboard.locate import graph_dir
from caseboard.store import Store, Triple
from caseboard.terms import RDF, XSD

SD, VOID = "http://www.w3.org/ns/sparql-service-description#", "http://rdfs.org/ns/void#"
_FORMATS = "http://www.w3.org/ns/formats/"
_RESULTS = (
    *("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
    *("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads"),
)
_TYPE = f"<{RDF}type>"


def read_query(name: str) -> str:
    """Return the text of one of the server's own queries, ``graph/server/NAME.rq``."""
    return (graph_dir() / "server" / f"{name}.rq").read_text("utf-8")


def service(store: Store, endpoint: str) -> list[Triple]:
    """Return the service description of an endpoint, given by its IRI."""
    me, dataset, default = f"<{endpoint}>", f"<{endpoint}#dataset>", f"<{endpoint}#default>"
    triples = [
        (me, _TYPE, f"<{SD}Service>"),
        (me, f"<{SD}endpoint>", me),
        (me, f"<{SD}supportedLanguage>", f"<{SD}SPARQL11Query>"),
        *((me, f"<{SD}resultFormat>", f"<{_FORMATS}{name}>") for name in _RESULTS),
        (me, f"<{SD}defaultDataset>", dataset),
        (dataset, _TYPE, f"<{SD}Dataset>"),
        (dataset, f"<{SD}defaultGraph>", default),
        (default, _TYPE, f"<{SD}Graph>"),
    ]
    for number, (graph, count) in enumerate(store.select(read_query("graphs"))):
        node, described = f"<{endpoint}#named-{number}>", f"<{endpoint}#graph-{number}>"
        triples += [
            (dataset, f"<{SD}namedGraph>", node),
            (node, _TYPE, f"<{SD}NamedGraph>"),
            (node, f"<{SD}name>", f"<{graph}>"),
            (node, f"<{SD}graph>", described),
            (described, f"<{VOID}triples>", _number(count)),
        ]
    return triples


def void(store: Store, dataset: str, *, endpoint: str) -> list[Triple]:
    """Return a description of the default graph in VoID: its size, its classes and its relations."""
    me = f"<{dataset}>"
    triples = [(me, _TYPE, f"<{VOID}Dataset>"), (me, f"<{VOID}sparqlEndpoint>", f"<{endpoint}>")]
    total = 0
    for number, (relation, count) in enumerate(store.select(read_query("properties"))):
        part = f"<{dataset}#property-{number}>"
        total += int(count or 0)
        triples += [
            (me, f"<{VOID}propertyPartition>", part),
            (part, f"<{VOID}property>", f"<{relation}>"),
            (part, f"<{VOID}triples>", _number(count)),
        ]
    for number, (kind, count) in enumerate(store.select(read_query("classes"))):
        part = f"<{dataset}#class-{number}>"
        triples += [
            (me, f"<{VOID}classPartition>", part),
            (part, f"<{VOID}class>", f"<{kind}>"),
            (part, f"<{VOID}entities>", _number(count)),
        ]
    return [*triples, (me, f"<{VOID}triples>", _number(str(total)))]


def _number(count: str | None) -> str:
    return f'"{count}"^^<{XSD}integer>'
