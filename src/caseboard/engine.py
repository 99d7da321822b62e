"""The engine's formats and terms: what it reads and writes, and how a table's bytes become terms again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from caseboard.errors import BadArgument, UnknownFormat
from caseboard.sinks import Sink, as_xml
from caseboard.terms import join_known

#: Formats of files that can be opened, by the ending of their name.
FILE_FORMATS: Mapping[str, ox.RdfFormat] = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".trig": ox.RdfFormat.TRIG,
    ".nq": ox.RdfFormat.N_QUADS,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".n3": ox.RdfFormat.N3,
    ".jsonld": ox.RdfFormat.JSON_LD,
}
TABLE_FORMATS: Mapping[str, ox.QueryResultsFormat] = {
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
}
GRAPH_FORMATS: Mapping[str, ox.RdfFormat] = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
DATASET_FORMATS: Mapping[str, ox.RdfFormat] = {"trig": ox.RdfFormat.TRIG, "nquads": ox.RdfFormat.N_QUADS}


def convert_table(tsv: bytes, format: str) -> bytes:  # noqa: A002
    """Return a SELECT's answer in another of the `TABLE_FORMATS`.

    >>> convert_table(b"?a\\n<urn:x>\\n", "csv")
    b'a\\r\\nurn:x\\r\\n'
    """
    if format not in TABLE_FORMATS:
        raise UnknownFormat(
            f"no table format {format!r}; there are {join_known([*TABLE_FORMATS, 'markdown'])}"
        )
    solutions: Any = ox.parse_query_results(tsv, ox.QueryResultsFormat.TSV)
    data = solutions.serialize(format=TABLE_FORMATS[format]) or b""
    return as_xml(data) if format == "xml" else data


def write_turtle(lines: Iterable[str], *, prefixes: Mapping[str, str]) -> bytes:
    """Return triples as Turtle in their order as text, each once; ``lines`` are N-Triples.

    Only texts are held: the engine's own objects for them take several times the room.
    """
    ordered = sorted(set(lines))
    used = {p: n for p, n in prefixes.items() if any(f"<{n}" in line for line in ordered)}
    ordered.reverse()

    def pieces() -> Iterator[bytes]:
        while ordered:
            last = min(len(ordered), 10_000)
            yield "\n".join(ordered[: -last - 1 : -1]).encode() + b"\n"
            del ordered[-last:]

    quads = (quad for piece in pieces() for quad in ox.parse(piece, ox.RdfFormat.N_TRIPLES))
    return ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.TURTLE, prefixes=used) or b""


def parse_table(
    tsv: bytes,
) -> tuple[tuple[str, ...], list[tuple[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None, ...]]]:
    """Return the columns and the rows of a SELECT's answer as the engine's terms."""
    solutions: Any = ox.parse_query_results(tsv, ox.QueryResultsFormat.TSV)
    return tuple(variable.value for variable in solutions.variables), [tuple(row) for row in solutions]


def weighed(triples: Iterable[ox.Triple], out: Sink) -> Iterator[ox.Triple]:
    """Yield triples, telling a sink how much is to come of each."""
    for triple in triples:
        out.expect(len(str(triple)))
        yield triple


def graph_name(iri: str) -> Any:
    """Return an IRI as the engine's name of a graph."""
    return ox.NamedNode(iri)


def as_term(text: str) -> ox.NamedNode | ox.Literal | ox.BlankNode:
    """Read a term: ``<iri>``, ``_:label``, a Turtle literal, or a plain string in quotes as it stands."""
    if text.startswith("<"):
        return ox.NamedNode(text[1:-1])
    if text.startswith("_:"):
        return ox.BlankNode(text[2:])
    if not text.endswith('"'):
        # With a language or a datatype it is Turtle, escapes and all.
        (quad,) = ox.parse(f"<x:s> <x:p> {text} .".encode(), format=ox.RdfFormat.TURTLE)
        literal: ox.Literal = quad.object
        return literal
    try:
        return ox.Literal(text[1:-1])
    except ValueError as error:
        raise BadArgument(f"{text} is not text that can be asked for: {error}") from error
