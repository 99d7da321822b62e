"""Names of things: prefixes, and the way between an IRI and its CURIE."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

#: What a relative IRI of a query is relative to, where neither the query nor its caller says.
BASE = "https://w3id.org/caseboard/"
CB = "https://w3id.org/caseboard/ns#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"

#: The graphs of a dataset, which a query may name also where they hold nothing.
GRAPHS = frozenset(CB + name for name in "claims vocabulary stated inferred hedged predicted refuted".split())

#: Prefixes that a query may use without declaring them; a case adds its own.
PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "cb": CB,
        "rdf": RDF,
        "rdfs": RDFS,
        "xsd": XSD,
        "owl": "http://www.w3.org/2002/07/owl#",
        "prov": "http://www.w3.org/ns/prov#",
        "oa": "http://www.w3.org/ns/oa#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "dcterms": "http://purl.org/dc/terms/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "schema": "https://schema.org/",
        "org": "http://www.w3.org/ns/org#",
        "rel": "http://purl.org/vocab/relationship/",
        "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
        "bio": "http://purl.org/vocab/bio/0.1/",
        "gndo": "https://d-nb.info/standards/elementset/gnd#",
        "wd": "http://www.wikidata.org/entity/",
        "wdt": "http://www.wikidata.org/prop/direct/",
        "sh": "http://www.w3.org/ns/shacl#",
    }
)

#: Local names that read and parse the same in Turtle, SPARQL, GraphML and a shell.
_ESCAPE, _ESCAPED = re.compile(r"\\(.)", re.DOTALL), {"n": "\n", "r": "\r", "t": "\t"}
_LOCAL = re.compile(r"[\w](?:[\w.-]*[\w-])?\Z")
_SPLIT = re.compile(r"(.*[/#:])([^/#:]+)\Z", re.DOTALL)


class Names:
    """The prefixes of one board: IRI to CURIE and back.

    Args:
        prefixes: prefix -> namespace IRI. Where two prefixes name one namespace, the last one is used
            to write.

    >>> names = Names({"cb": CB})
    >>> names.curie("https://w3id.org/caseboard/ns#handlerOf")
    'cb:handlerOf'
    >>> names.curie("https://example.org/elsewhere")
    'https://example.org/elsewhere'
    >>> names.iri("cb:handlerOf")
    'https://w3id.org/caseboard/ns#handlerOf'
    """

    __slots__ = ("_by_namespace", "_cache", "prefixes")

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self.prefixes = dict(prefixes)
        self._by_namespace = {namespace: prefix for prefix, namespace in self.prefixes.items()}
        self._cache: dict[str, str] = {}

    def curie(self, iri: str) -> str:
        """Return the CURIE of ``iri``, or ``iri`` itself where no prefix fits."""
        known = self._cache.get(iri)
        if known is None:
            known = self._cache[iri] = self._compact(iri)
        return known

    def _compact(self, iri: str) -> str:
        at = max(iri.rfind("/"), iri.rfind("#"), iri.rfind(":")) + 1
        prefix = self._by_namespace.get(iri[:at])
        return f"{prefix}:{iri[at:]}" if prefix is not None and _LOCAL.match(iri, at) else iri

    def iri(self, curie: str) -> str | None:
        """Return the IRI that a CURIE stands for, or None where its prefix is unknown."""
        prefix, colon, local = curie.partition(":")
        if not colon or prefix not in self.prefixes:
            return None
        return self.prefixes[prefix] + local


def plain(term: str) -> str:
    """Return the text of an N-Triples term: an IRI, a literal's text, or a blank node's label.

    >>> plain('"a \\\\"fixer\\\\""@en')
    'a "fixer"'
    """
    if term[:1] == "<" and term[:2] != "<<":
        return term[1:-1]
    if term[:1] != '"':
        return term
    text = term[1 : term.rindex('"')]
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text) if "\\" in text else text


def local_name(iri: str) -> str:
    """Return the last part of an IRI or CURIE.

    >>> local_name("https://w3id.org/caseboard/hit-and-run/season-1"), local_name("hr:season-1")
    ('season-1', 'season-1')
    """
    split = _SPLIT.match(iri)
    return split[2] if split else iri


def join_known(names: Iterable[str], *, limit: int = 12) -> str:
    """Return names as a list for a message, saying how many were left out.

    >>> join_known(["a", "b", "c"], limit=2)
    'a, b and 1 more'
    """
    listed = list(names)
    shown = ", ".join(listed[:limit])
    return shown if len(listed) <= limit else f"{shown} and {len(listed) - limit} more"
