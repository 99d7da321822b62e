"""The service and its data in their own words: SPARQL service description and VoID."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caseboard.locate import graph_dir
from caseboard.store import Store, Triple
from caseboard.terms import RDF, XSD

if TYPE_CHECKING:
    from caseboard.schema import Schema

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


def void(schema: Schema, dataset: str, *, endpoint: str) -> list[Triple]:
    """Return a description of the default graph in VoID: what `caseboard schema --format turtle` says."""
    from caseboard.schema import as_void

    return [
        (subject.n3(), verb.n3(), value.n3())
        for subject, verb, value in as_void(schema, dataset=dataset, endpoint=endpoint)
    ]


def _number(count: str | None) -> str:
    return f'"{count}"^^<{XSD}integer>'
