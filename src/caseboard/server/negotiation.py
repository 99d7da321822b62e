"""Which representation to answer with: the Accept header against what there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

#: Media types of a table's and a graph's representations, the preferred first -> our name of the format.
TABLES: Mapping[str, str] = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
}
GRAPHS: Mapping[str, str] = {
    "text/turtle": "turtle",
    "application/n-triples": "ntriples",
    "application/rdf+xml": "rdfxml",
    "application/ld+json": "jsonld",
    # What is Turtle is TriG too, and N-Triples are N-Quads: a graph is a dataset's default graph.
    "application/trig": "turtle",
    "application/n-quads": "ntriples",
    "application/json": "jsonld",
    "application/xml": "rdfxml",
    "text/xml": "rdfxml",
    "text/plain": "ntriples",
}
_TEXTS = ("text/", "application/xml")


def choose(accept: str | None, offers: Sequence[str]) -> str | None:
    """Return the offered media type that an Accept header likes best, None where it takes none of them.

    The most specific range decides on the quality of an offer; among equals the first offer wins.

    >>> choose("text/csv;q=0.5, application/json", ["text/csv", "application/json"])
    'application/json'
    >>> choose("image/png", ["text/csv"]) is None
    True
    >>> choose(None, ["text/csv"])
    'text/csv'
    """
    if accept is None or not accept.strip():
        return offers[0]
    ranges = [_range(part) for part in accept.split(",")[:100] if part.strip()]
    best, chosen = 0.0, None
    for offer in offers:
        quality = _quality(offer, ranges)
        if quality > best:
            best, chosen = quality, offer
    return chosen


def _range(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    quality = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                quality = min(1.0, max(0.0, float(value)))
            except ValueError:
                quality = 0.0
            # No number is smaller or greater than nan.
            quality = quality if quality == quality else 0.0
    return name, quality


def _quality(offer: str, ranges: Sequence[tuple[str, float]]) -> float:
    family = offer.partition("/")[0] + "/*"
    for wanted in (offer, family, "*/*"):
        given = [quality for name, quality in ranges if name == wanted]
        if given:
            return max(given)
    return 0.0


def content_type(media: str) -> str:
    """Return a media type as a Content-Type, with the charset where the type does not imply it.

    >>> content_type("text/csv"), content_type("application/n-triples")
    ('text/csv; charset=utf-8', 'application/n-triples')
    """
    return f"{media}; charset=utf-8" if media.startswith(_TEXTS) else media
