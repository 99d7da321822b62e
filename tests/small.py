"""A smaller case still than the shared one: two reveal points, and nothing else that a test does not add."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

PREFIXES = """
@prefix cb:   <https://w3id.org/caseboard/ns#> .
@prefix t:    <https://example.org/t/> .
@prefix rdf:  <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl:  <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
t:p1 a cb:RevealPoint ; rdfs:label "first" ; cb:order 1 .
t:p2 a cb:RevealPoint ; rdfs:label "second" ; cb:order 2 .
"""


def claim(name: str, subject: str, relation: str, obj: str, status: str = "Stated", more: str = "") -> str:
    """One claim in Turtle, on one line, revealed at the first point."""
    return (
        f"t:{name} a cb:Claim ; rdf:subject {subject} ; rdf:predicate {relation} ; rdf:object {obj} ; "
        f"cb:status cb:{status} ; cb:revealedIn t:p1 {more}.\n"
    )


def people(*names: str) -> str:
    """Entities in Turtle, a line each, labelled by their names."""
    return "".join(f't:{name} a cb:Person ; rdfs:label "{name.title()}" .\n' for name in names)


@pytest.fixture
def small_file(tmp_path: Path) -> Callable[[str], Path]:
    """Write a small case, given as Turtle without its prefixes, and return the file."""

    def write(body: str) -> Path:
        path = tmp_path / "case.ttl"
        path.write_text(PREFIXES + body, "utf-8")
        return path

    return write


def graph_of(data: bytes | str, media: str) -> rdflib.Graph:
    """Return a graph in a syntax, by its media type: rdflib's reader of JSON-LD warns of itself."""
    triples = ox.serialize(
        (quad.triple for quad in ox.parse(data, ox.RdfFormat.from_media_type(media))),
        format=ox.RdfFormat.N_TRIPLES,
    )
    return rdflib.Graph().parse(data=triples, format="nt")
