"""An RDF file as its plain triples, before anything is placed: for reading what others wrote."""

from __future__ import annotations

from codecs import BOM_UTF8

import pyoxigraph as ox

from caseboard import syntax
from caseboard.engine import FILE_FORMATS


def read_quads(data: bytes, *, format: str, name: str) -> list[tuple[str, str, str, str]]:  # noqa: A002
    """Return every triple of an RDF file and the IRI of its graph, "" for the default one.

    Terms are in their N-Triples form; that of a triple as RDF 1.2 has it is ``<<( s p o )>>``.

    Raises:
        CaseError: not valid in the format of its ending; names file and line.

    >>> read_quads(b"<urn:a> <urn:b> 1 .", format=".ttl", name="one.ttl")[0][:2]
    ('<urn:a>', '<urn:b>')
    """
    rdf = FILE_FORMATS[format]
    try:
        quads = list(ox.parse(data.removeprefix(BOM_UTF8), rdf, rename_blank_nodes=True))
    except SyntaxError as error:
        raise syntax.not_valid(error, rdf.name, name) from error
    return [
        (str(q.subject), str(q.predicate), str(q.object), getattr(q.graph_name, "value", "")) for q in quads
    ]
