"""Files to an Oxigraph store, and a store to answers; the only module that knows the engine."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeAlias, cast

import pyoxigraph as ox

from caseboard import sparql, syntax
from caseboard.apart import run_apart
from caseboard.engine import (
    DATASET_FORMATS,
    FILE_FORMATS,
    GRAPH_FORMATS,
    TABLE_FORMATS,
    as_term,
    graph_name,
    parse_table,
    weighed,
)
from caseboard.errors import BadArgument, CaseError, QueryError, UnknownFormat, unreadable
from caseboard.locate import graph_dir
from caseboard.sinks import Sink, as_xml
from caseboard.terms import BASE, CB, PREFIXES, RDF, Names, join_known, plain

#: A triple whose terms are in their N-Triples form.
Triple: TypeAlias = tuple[str, str, str]
CLAIMS, VOCABULARY, STATED = CB + "claims", CB + "vocabulary", CB + "stated"
_PREFIX = re.compile(rb"(?i)[\n.]\s*@?prefix\s+([a-z\x80-\xff][\w.\x80-\xff-]*):\s*<([^<>\s]*)>")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as the engine wrote it: ``kind`` is "select", "ask" or "construct"; ``data`` its bytes.

    A select is in the table format asked for, a construct in the graph format, an ask "true" or "false".
    """

    kind: str
    data: bytes


class Store:
    """An Oxigraph store in memory, with the prefixes that its files declare.

    ``notes`` says what was guessed when they were read; ``folders`` bring rules, queries and shapes.

    >>> store = Store()
    >>> store.load(b"<urn:a> <urn:b> 1 .", format=".ttl", graph=CLAIMS)
    >>> store.answer("SELECT ?o { GRAPH cb:claims { ?s ?p ?o } }").data
    b'?o\\n1\\n'
    """

    def __init__(self) -> None:
        self._ox = ox.Store()
        self._has_default = False
        self.prefixes: dict[str, str] = dict(PREFIXES)
        self.notes, self.folders = tuple[str, ...](), tuple[Path, ...]()

    # --- loading ----------------------------------------------------------------------------------

    def load(self, data: bytes | Path, *, format: str, graph: str, name: str = "the data") -> None:  # noqa: A002
        """Load a file or its bytes, all of it into one named graph.

        Named graphs in the file are dropped, but for ``cb:claims`` and ``cb:vocabulary``, so that a dataset
        that was exported opens as the case it came from and not as its own consequences.

        Raises:
            CaseError: not readable, not of that format; names file and line.
        """
        if format not in FILE_FORMATS:
            raise CaseError(
                f"cannot tell its format from the ending {format!r}; "
                f"a case is one of {' '.join(FILE_FORMATS)}",
                file=name,
            )
        rdf = FILE_FORMATS[format]
        try:
            content = (data.read_bytes() if isinstance(data, Path) else data).removeprefix(BOM_UTF8)
            if rdf.supports_datasets:
                self._load_dataset(content, rdf, graph)
            else:
                # Not bulk_load: in memory it takes a fifth longer and twice the room.
                self._ox.load(content, rdf, to_graph=ox.NamedNode(graph))
        except SyntaxError as error:
            raise syntax.not_valid(error, rdf.name, name) from error
        except OSError as error:
            raise unreadable(error, name) from error
        if rdf in (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG):
            self._learn_prefixes(content)

    def _load_dataset(self, content: bytes, rdf: ox.RdfFormat, graph: str) -> None:
        keep: dict[object, ox.NamedNode] = {node: node for node in map(ox.NamedNode, (CLAIMS, VOCABULARY))}
        quads = list(ox.parse(content, rdf, rename_blank_nodes=True))
        if not any(quad.graph_name == ox.NamedNode(CLAIMS) for quad in quads):
            keep[ox.DefaultGraph()] = ox.NamedNode(graph)
        self._ox.bulk_extend(
            ox.Quad(q.subject, q.predicate, q.object, keep[q.graph_name])
            for q in quads
            if q.graph_name in keep
        )

    def _learn_prefixes(self, content: bytes) -> None:
        for prefix, namespace in _PREFIX.findall(b"\n" + content):
            # The standard prefixes keep their meaning: our own queries are written with them.
            if prefix.decode() not in PREFIXES:
                # A line within a long literal may look like a declaration of anything.
                with suppress(ValueError):
                    self.prefixes.setdefault(prefix.decode(), ox.NamedNode(namespace.decode()).value)

    def triples(self, graph: str) -> list[Triple]:
        """Return the triples of a named graph, each term in its N-Triples form."""
        # The same terms come again and again, each time as a new text.
        one = dict[str, str]().setdefault
        return [(one(s, s), one(p, p), one(o, o)) for s, p, o in self.each(graph)]

    def each(self, graph: str) -> Iterator[Triple]:
        """Yield the triples of a named graph, each term in its N-Triples form."""
        for quad in self._ox.quads_for_pattern(None, None, None, ox.NamedNode(graph)):
            yield str(quad.subject), str(quad.predicate), str(quad.object)

    @classmethod
    def of(cls, graphs: Mapping[str, Iterable[Triple]], *, prefixes: Mapping[str, str]) -> Store:
        """Return a store that holds these triples, by named graph, and knows these prefixes."""
        store = cls()
        for graph, triples in graphs.items():
            store.add(graph, triples)
        store.prefixes.update(prefixes)
        return store

    def names(self) -> Names:
        """Return the prefixes as a way between IRIs and CURIEs."""
        return Names(self.prefixes)

    @property
    def engine(self) -> ox.Store:
        """The engine's store, whose default graph is a copy of ``cb:stated`` (made when first asked for)."""
        if not self._has_default:
            self._ox.update(f"COPY <{STATED}> TO DEFAULT")
            self._has_default = True
        return self._ox

    def update(self, text: str) -> None:
        """Run one of our own SPARQL updates, while a board is being opened."""
        self._ox.update(text, prefixes=self.prefixes)

    def add_graphs(self, data: bytes, *, format: str, name: str) -> None:  # noqa: A002
        """Add the named graphs of a dataset beside those of the case.

        Raises:
            CaseError: not of that format; triples outside a named graph, or in one that is the case's own.
        """
        rdf = FILE_FORMATS.get(format)
        if rdf is None or not rdf.supports_datasets:
            endings = " ".join(ending for ending, known in FILE_FORMATS.items() if known.supports_datasets)
            raise CaseError(f"a file of named graphs ends in one of {endings}, not in {format!r}", file=name)
        try:
            quads = list(ox.parse(data.removeprefix(BOM_UTF8), rdf, rename_blank_nodes=True))
        except SyntaxError as error:
            raise syntax.not_valid(error, rdf.name, name) from error
        for quad in quads:
            if isinstance(quad.graph_name, ox.DefaultGraph) or quad.graph_name.value.startswith(CB):
                raise CaseError(f"has a triple in {quad.graph_name}; name a graph of your own", file=name)
        self._ox.bulk_extend(quads)

    # --- answering --------------------------------------------------------------------------------

    def answer(
        self,
        text: str,
        *,
        graphs: Sequence[str] = (),
        bindings: Mapping[str, str] | None = None,
        table: str = "tsv",
        graph: str = "ntriples",
        timeout: float | None = None,
        apart: bool = False,
    ) -> Answer:
        """Answer a query.

        Args:
            text: SPARQL 1.1, prefixes of the case need no declaration.
            graphs: IRIs of graphs to add to the default graph, which is ``cb:stated``; not for a query that
                names its own graphs with FROM.
            bindings: variable -> N-Triples term to put in its place.
            table: format of a SELECT's answer, see `TABLE_FORMATS`.
            graph: format of a CONSTRUCT's or DESCRIBE's answer, see `GRAPH_FORMATS`.
            timeout: seconds until the query is stopped.
            apart: run it in a process of its own, so that an interrupt ends it at once.

        Raises:
            BadArgument: a text, time or graph that cannot be.
            QuerySyntaxError, QueryRefused: the query cannot be run.
            QueryTimeout: the time was up; nothing goes on computing.
            QueryError: the engine gave up on it.
        """
        survey = sparql.survey(text, prefixes=self.prefixes)
        text = text.removeprefix(BOM_UTF8.decode())
        if survey.own_graphs and graphs:
            raise BadArgument(
                "the query names its graphs with FROM: name these there too, or leave out include"
            )
        # None is the dataset that the query itself names.
        default = None if survey.own_graphs else [*map(ox.NamedNode, (STATED, *graphs))]
        if table not in TABLE_FORMATS:
            raise UnknownFormat(f"no table format {table!r}; there are {join_known(TABLE_FORMATS)}")
        if graph not in GRAPH_FORMATS:
            raise UnknownFormat(f"no graph format {graph!r}; there are {join_known(GRAPH_FORMATS)}")
        values = {ox.Variable(k): as_term(v) for k, v in (bindings or {}).items()}

        def run() -> Answer:
            answer = self._answer(text, default, values, TABLE_FORMATS[table], GRAPH_FORMATS[graph])
            if (answer.kind, table) == ("select", "xml") or (answer.kind, graph) == ("construct", "rdfxml"):
                return Answer(answer.kind, as_xml(answer.data))
            return answer

        def packed() -> bytes:
            answer = run()
            return answer.kind.encode() + b"\n" + answer.data

        if timeout is None and not apart and survey.size <= sparql.LONG_QUERY:
            return run()
        kind, _, data = run_apart(packed, timeout=timeout).partition(b"\n")
        return Answer(kind.decode(), data)

    def stream(
        self,
        text: str,
        out: Sink,
        *,
        format: str,  # noqa: A002
        dataset: tuple[Sequence[str], Sequence[str]] | None = None,
    ) -> None:
        """Write the answer to a query, in one of the formats for its form, as it is found.

        ``dataset`` holds IRIs of graphs: those that make up the default graph, and the named ones; without it
        the query names its own, or gets the default graph and every named one. A relative IRI is resolved
        against the query's own BASE, else against ``https://w3id.org/caseboard/``.

        Raises:
            QuerySyntaxError, QueryRefused, QueryError: as for `answer`.
        """
        complain = syntax.complaints(self._ox.query, self.prefixes, BASE)
        syntax.refuse_service(text, prefixes=self.prefixes, complain=complain)
        try:
            default, named = ([*map(graph_name, graphs)] for graphs in dataset) if dataset else (None, None)
            result = syntax.ask(
                self.engine.query,
                text,
                self.prefixes,
                base_iri=BASE,
                default_graph=default,
                named_graphs=named,
            )
            if isinstance(result, ox.QueryBoolean | ox.QuerySolutions):
                result.serialize(cast(IO[bytes], out), format=TABLE_FORMATS[format])
            else:
                out.write(self._write_graph(weighed(result, out), GRAPH_FORMATS[format]))
        except SyntaxError:
            raise syntax.syntax_error(text, complain) from None
        except (RuntimeError, OSError, ValueError) as error:
            raise QueryError(f"the engine cannot answer this query: {error}") from error

    def _answer(
        self,
        text: str,
        default: list[Any] | None,
        values: Mapping[ox.Variable, Any],
        table: ox.QueryResultsFormat,
        graph: ox.RdfFormat,
    ) -> Answer:
        complain = syntax.complaints(self._ox.query, self.prefixes, BASE)
        syntax.refuse_service(text, prefixes=self.prefixes, complain=complain)
        try:
            result = self._ox.query(
                text,
                base_iri=BASE,
                prefixes=self.prefixes,
                default_graph=default,
                substitutions=dict(values) or None,
            )
            if isinstance(result, ox.QueryBoolean):
                return Answer("ask", b"true" if result else b"false")
            if isinstance(result, ox.QuerySolutions):
                return Answer("select", result.serialize(format=table) or b"")
            return Answer("construct", self._write_graph(result, graph))
        except SyntaxError:
            raise syntax.syntax_error(text, complain) from None
        except (RuntimeError, OSError, ValueError) as error:
            raise QueryError(f"the engine cannot answer this query: {error}") from error

    def _write_graph(self, triples: Iterable[ox.Triple], rdf: ox.RdfFormat) -> bytes:
        # A CONSTRUCT may give one triple many times; a graph has it once. Sorting makes output diffable.
        unique = sorted(set(triples), key=str)
        prefixes = None
        if rdf in (ox.RdfFormat.TURTLE, ox.RdfFormat.RDF_XML):
            written = "\n".join(map(str, unique))
            prefixes = {p: n for p, n in self.prefixes.items() if f"<{n}" in written}
        return ox.serialize(unique, format=rdf, prefixes=prefixes) or b""

    def select(self, text: str, **bindings: str) -> Iterator[tuple[str | None, ...]]:
        """Yield the rows of one of our own SELECTs as plain strings: IRIs, texts, None for unbound.

        Blank nodes come as ``_:label``. For reading a case, where the query says which columns are literals.
        """
        values: dict[ox.Variable, Any] = {ox.Variable(k): as_term(v) for k, v in bindings.items()}
        solutions: Any = self._ox.query(text, prefixes=self.prefixes, substitutions=values or None)
        # To take terms out of text is faster than to have the engine make an object of each.
        data = solutions.serialize(format=ox.QueryResultsFormat.TSV)
        if b"<<" in data:
            for row in parse_table(data)[1]:
                yield tuple([None if term is None else plain(str(term)) for term in row])
            return
        for line in data.decode().split("\n")[1:-1]:
            yield tuple([c[1:-1] if c[:1] == "<" else plain(c) if c else None for c in line.split("\t")])

    def pointing(self, term: str) -> set[str]:
        """Return what leads to a term in ``cb:claims``; both as N-Triples terms."""
        quads = self._ox.quads_for_pattern(None, None, as_term(term), ox.NamedNode(CLAIMS))
        return {str(quad.subject) for quad in quads}

    def part(
        self, subjects: Iterable[str], *, hidden: Iterable[str], without: Iterable[tuple[str, str]]
    ) -> Store:
        """Return a store that holds what is said of some subjects in ``cb:claims``.

        Args:
            subjects: as N-Triples terms.
            hidden: terms; no triple that leads to one is kept.
            without: subjects and predicates of triples that are not kept either.
        """
        store, graph = Store(), ox.NamedNode(CLAIMS)
        store.prefixes.update(self.prefixes)
        store.notes, store.folders = self.notes, self.folders
        find = self._ox.quads_for_pattern
        nodes: list[Any] = [as_term(term) for term in subjects]
        store._ox.extend(quad for node in nodes for quad in find(node, None, None, graph))
        patterns: list[tuple[Any, Any, Any]] = [(None, None, as_term(term)) for term in hidden]
        patterns += [(as_term(subject), as_term(predicate), None) for subject, predicate in without]
        for pattern in patterns:
            for quad in list(store._ox.quads_for_pattern(*pattern, graph)):
                store._ox.remove(quad)
        return store

    def add(self, graph: str, triples: Iterable[Triple]) -> None:
        """Add triples, each term in its N-Triples form, to a named graph."""
        data = "".join([f"{s} {p} {o} .\n" for s, p, o in triples]).encode()
        self._ox.load(data, ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(graph))

    def check(self, text: str) -> None:
        """Raise the error that `answer` would raise for the text of a query, without answering it."""
        sparql.survey(text, prefixes=self.prefixes)
        if not self.reads(text):
            raise syntax.syntax_error(text, syntax.complaints(self._ox.query, self.prefixes, BASE))

    def reads(self, text: str) -> bool:
        """Say whether the engine can read a text as a query, without answering it."""
        return syntax.reads(text, syntax.complaints(self._ox.query, self.prefixes, BASE))

    # --- writing ----------------------------------------------------------------------------------

    def dump(self, format: str, *, graph: str | None = None) -> bytes:  # noqa: A002
        """Return one graph in a `GRAPH_FORMATS` format, or the whole dataset in a `DATASET_FORMATS` one.

        Raises:
            UnknownFormat: neither.
        """
        if format in DATASET_FORMATS:
            everything = sorted(self.engine.quads_for_pattern(None, None, None, None), key=str)
            prefixes = self.prefixes if format == "trig" else None
            return ox.serialize(everything, format=DATASET_FORMATS[format], prefixes=prefixes) or b""
        if format not in GRAPH_FORMATS or graph is None:
            raise UnknownFormat(
                f"no format {format!r}; there are {join_known([*GRAPH_FORMATS, *DATASET_FORMATS])}"
            )
        quads = self._ox.quads_for_pattern(None, None, None, ox.NamedNode(graph))
        return self._write_graph((quad.triple for quad in quads), GRAPH_FORMATS[format])

    def dump_case(self, format: str) -> bytes:  # noqa: A002
        """Return what was authored, with the declarations that the bundled vocabulary does not have.

        ``format`` is one of `GRAPH_FORMATS`, or "rdf12": RDF 1.2 Turtle in which each claim reifies its
        triple. There the triple is asserted as well where ``cb:stated`` holds it; of hedged, predicted and
        refuted claims the reifier alone speaks.
        """
        if format == "rdf12":
            return self._write_graph(self._reified(), ox.RdfFormat.TURTLE)
        try:
            data = self._write_graph(self._authored(), GRAPH_FORMATS[format])
        except OSError as error:
            raise BadArgument(f"this case cannot be written as {format}: {error}") from error
        return as_xml(data) if format == "rdfxml" else data

    def _reified(self) -> list[ox.Triple]:
        authored = self._authored()
        parts = {ox.NamedNode(RDF + name): name for name in ("subject", "predicate", "object")}
        kind = ox.NamedNode(CB + "Claim")
        claims: dict[Any, dict[str, Any]] = {t.subject: {} for t in authored if t.object == kind}
        triples: list[ox.Triple] = []
        for triple in authored:
            if triple.subject in claims and triple.predicate in parts:
                claims[triple.subject][parts[triple.predicate]] = triple.object
            elif triple.subject not in claims or triple.object != ox.NamedNode(RDF + "Statement"):
                triples.append(triple)
        stated = ox.NamedNode(STATED)
        for claim, part in claims.items():
            said = ox.Triple(part["subject"], part["predicate"], part["object"])
            triples.append(ox.Triple(claim, ox.NamedNode(RDF + "reifies"), said))
            if ox.Quad(said.subject, said.predicate, said.object, stated) in self._ox:
                triples.append(said)
        return triples

    def _authored(self) -> list[ox.Triple]:
        # A store writes some literals in another form than they were read, so like is compared with like.
        bundled = ox.Store()
        bundled.load(path=str(graph_dir() / "vocabulary.ttl"), format=ox.RdfFormat.TURTLE)
        known = {quad.triple for quad in bundled}
        declared = self._ox.quads_for_pattern(None, None, None, ox.NamedNode(VOCABULARY))
        own = [quad.triple for quad in declared if quad.triple not in known]
        return own + [q.triple for q in self._ox.quads_for_pattern(None, None, None, ox.NamedNode(CLAIMS))]
