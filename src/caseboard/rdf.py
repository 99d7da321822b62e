"""The way to and from rdflib: a board's triples as rdflib objects, rdflib graphs as data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

import rdflib
from oxrdflib import OxigraphStore
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.plugins.sparql.sparql import Query, Update
from rdflib.term import Identifier

from caseboard import sparql, syntax
from caseboard.errors import QueryError, QueryRefused, ReadOnly

if TYPE_CHECKING:
    from rdflib.query import Result

    from caseboard.store import Store


_PREFIX_LINE = re.compile(r"@prefix [A-Za-z][\w-]*: <[^<>\"{}|^`\\\x00-\x20]*> \.\n\Z")
_NO_TRIPLE_TERMS = (
    "rdflib has no place for a triple inside a triple; ask for its subject, relation and object instead"
)


def _refuse(*_args: object, **_kwargs: object) -> NoReturn:
    raise ReadOnly(
        "a board is read-only. Copy the graph first, and write to the copy: "
        "copy = rdflib.Graph(); copy += board.rdf.default_graph"
    )


class _Reader:
    """The part of the engine that only reads; oxrdflib's parsers write to the engine past their store."""

    def __init__(self, engine: Any) -> None:
        self.query = engine.query
        self.quads_for_pattern = engine.quads_for_pattern
        self.named_graphs = engine.named_graphs

    def __getattr__(self, name: str) -> NoReturn:
        _refuse()


class _ReadOnlyStore(OxigraphStore):
    """An Oxigraph store that refuses to be written to, and never answers by way of a slower engine."""

    add = addN = remove = remove_graph = update = destroy = _refuse  # noqa: N815

    def close(self, commit_pending_transaction: bool = False) -> None:
        """Stay open: the board owns what this only reads."""

    def add_graph(self, graph: rdflib.Graph) -> None:
        # Dataset.graph(iri) announces the graph even where it only wants to read it.
        existing = {context.identifier for context in self.contexts()}
        if graph.identifier != DATASET_DEFAULT_GRAPH_ID and graph.identifier not in existing:
            _refuse()

    def query(
        self,
        query: Query | str,
        initNs: Mapping[str, Any],  # noqa: N803
        initBindings: Mapping[str, Identifier],  # noqa: N803
        queryGraph: str,  # noqa: N803
        **kwargs: object,
    ) -> Result:
        if isinstance(query, Query | Update):
            # rdflib would answer with its own evaluator, in silence and many times more slowly.
            raise QueryRefused("board.rdf takes queries as text: pass the text of the prepared query")
        if kwargs:
            raise QueryRefused(f"board.rdf's queries take no {' and no '.join(kwargs)}; leave it out")
        prefixes = {**self._namespace_for_prefix, **initNs}
        if sparql.survey(query, prefixes=prefixes).size > sparql.LONG_QUERY:
            # Nothing of an answer's laziness would be left if it came from a process of its own.
            raise QueryRefused("this query is too long to be safe in this process; board.query answers it")
        complain = syntax.complaints(self._inner.query, prefixes)
        syntax.refuse_service(query, prefixes=prefixes, complain=complain)
        try:
            return super().query(query, initNs, initBindings, queryGraph)
        except SyntaxError:
            raise syntax.syntax_error(query, complain) from None
        except (RuntimeError, OSError, ValueError) as error:
            raise QueryError(f"the engine cannot answer this query: {error}") from error


def as_dataset(store: Store) -> rdflib.Dataset:
    """Return an ``rdflib.Dataset`` over the store itself, without a copy; a write raises ReadOnly."""
    reader: Any = _Reader(store.engine)
    dataset = rdflib.Dataset(store=_ReadOnlyStore(store=reader))
    for prefix, namespace in store.prefixes.items():
        dataset.store.bind(prefix, rdflib.URIRef(namespace))
    return dataset


def as_graph(ntriples: bytes, prefixes: Mapping[str, str]) -> rdflib.Graph:
    """Return triples as an rdflib Graph in memory, with the prefixes bound."""
    graph = rdflib.Graph(bind_namespaces="none")
    graph.addN(
        (subject, predicate, _plain(obj), graph)
        for subject, predicate, obj in rdflib.Graph().parse(data=ntriples, format="ox-nt")
    )
    for prefix, namespace in prefixes.items():
        graph.bind(prefix, namespace)
    return graph


def _plain(term: Any) -> Any:
    # The engine knows triples inside triples; rdflib has no term for them and would break on them later.
    if isinstance(term, tuple):
        raise QueryRefused(_NO_TRIPLE_TERMS)
    # For rdflib "x" and "x"^^xsd:string are two terms, and people write the first.
    if isinstance(term, rdflib.Literal) and term.datatype == rdflib.XSD.string:
        return rdflib.Literal(str(term))
    return term


def as_file(graph: rdflib.Graph) -> tuple[bytes, str]:
    """Return an rdflib graph or dataset as the bytes of a file, with its prefixes, and the file's ending."""
    # rdflib lets a prefix be anything; only those that a file can declare are taken along.
    declared = (f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in graph.namespaces())
    prefixes = "".join(line for line in declared if _PREFIX_LINE.match(line)).encode()
    if not isinstance(graph, rdflib.Dataset):
        return prefixes + graph.serialize(format="nt", encoding="utf-8"), ".ttl"
    parts = [prefixes]
    for part in graph.graphs():
        triples = part.serialize(format="nt", encoding="utf-8")
        default = part.identifier == DATASET_DEFAULT_GRAPH_ID
        parts += [triples] if default else [part.identifier.n3().encode(), b" {\n", triples, b"}\n"]
    return b"".join(parts), ".trig"


def as_rows(rows: Iterable[tuple[Any, ...]]) -> tuple[tuple[Identifier | None, ...], ...]:
    """Return rows of the engine's terms as rdflib terms."""
    return tuple(tuple(_term(term) for term in row) for row in rows)


def _term(term: Any) -> Identifier | None:
    if term is None:
        return None
    kind = type(term).__name__
    if kind == "NamedNode":
        return rdflib.URIRef(term.value)
    if kind == "BlankNode":
        return rdflib.BNode(term.value)
    if kind == "Literal":
        if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        literal: Identifier = _plain(rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value)))
        return literal
    raise QueryRefused(_NO_TRIPLE_TERMS)
