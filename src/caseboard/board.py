"""The board: the one object that users hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from caseboard import network as networks
from caseboard import describe, sparql
from caseboard import threads as lines
from caseboard.claims import Case, Claim, Entity, Name
from caseboard.errors import BadArgument, CaseError, CaseNotFound, UnknownName, did_you_mean
from caseboard.locate import bundled_cases, graph_dir
from caseboard.lookup import Candidate, find
from caseboard.store import CLAIMS, FILE_FORMATS, GRAPH_FORMATS, VOCABULARY, Store
from caseboard.table import Table
from caseboard.terms import CB, join_known
from caseboard.world import Files, load_files, open_store

if TYPE_CHECKING:
    import networkx as nx
    import rdflib

    from caseboard.centrality import Ranking
    from caseboard.evidence import EvidenceReport
    from caseboard.paths import Path as NetworkPath
    from caseboard.validation import Report

    Source = str | Path | Sequence[str | Path] | rdflib.Graph | None

#: What `Board.serialize` can write: format -> what it holds.
EXPORTS: Mapping[str, str] = {
    "turtle": "the case: claims, evidence, entities",
    "ntriples": "the same as N-Triples",
    "rdfxml": "the same as RDF/XML",
    "jsonld": "the same as JSON-LD",
    "rdf12": "the case in RDF 1.2 Turtle, each claim the reifier of its triple",
    "trig": "the whole dataset: the case, the vocabulary and the graphs of the world",
    "nquads": "the same as N-Quads",
    "graphml": "the network, for yEd, Gephi, Cytoscape",
    "gexf": "the network, for Gephi",
    "json": "the network as node-link JSON, for D3 and networkx",
}


def open(source: Source = None, *, language: str = "en") -> Board:  # noqa: A001
    """Open a case.

    Args:
        source: None for the bundled case *Hit & Run*; the name of a bundled case; a file; a folder, whose
            files all belong to the case; a list of files; an rdflib Graph.
        language: language tag of the labels to show where there is a choice.

    Raises:
        CaseNotFound: no such case, file or folder.
        CaseError: a file that cannot be read, or a claim that cannot be placed.

    >>> import caseboard
    >>> caseboard.open("harbour")
    <Board 'Harbour': 13 claims, 11 entities, 2 threads>
    """
    return Board(open_store(case_files(source)), language=language)


def check(source: Source = None) -> Report:
    """Check a case, even one that cannot be opened because a claim lacks a part.

    Raises:
        CaseNotFound: no such case, file or folder.
        CaseError: a file that cannot be read.

    >>> print(check("harbour"))
    No violations, no warnings.
    """
    store = load_files(case_files(source))
    return _validate(store, Case(store))


def case_files(source: Source) -> Files:
    """Return the files that a source means: name to show -> path, or bytes with their ending."""
    if source is None:
        source = "hit-and-run"
    if isinstance(source, str):
        bundled = bundled_cases()
        if source in bundled:
            return {f"{source}.ttl": bundled[source]}
        source = Path(source)
        if not source.exists():
            raise CaseNotFound(
                f"there is no case, file or folder {str(source)!r}. Bundled cases: {', '.join(bundled)}."
                f"{did_you_mean(str(source), bundled)}"
            )
    if isinstance(source, Path):
        return _folder_files(source) if source.is_dir() else {str(source): _existing(source)}
    if isinstance(source, Sequence):
        if not source:
            raise CaseNotFound("an empty list of files is no case; name at least one")
        return {str(path): _existing(Path(path)) for path in source}
    if hasattr(source, "serialize") and hasattr(source, "triples"):
        from caseboard import rdf

        return {"the graph": (rdf.as_bytes(source), ".nq")}
    raise BadArgument(
        f"a case is a name, a path, a list of paths or an rdflib Graph, not {type(source).__name__}"
    )


def _existing(path: Path) -> Path:
    if not path.exists():
        raise CaseNotFound(f"there is no file {str(path)!r}; it was looked for in {str(Path.cwd())!r}")
    if path.is_dir():
        raise CaseError("is a folder; name its files, or open it on its own", file=str(path))
    return path


def _folder_files(folder: Path) -> Files:
    # shapes.ttl says what a sound case looks like; it is no part of what the case says.
    files = [
        p for p in sorted(folder.iterdir()) if p.suffix.lower() in FILE_FORMATS and p.name != "shapes.ttl"
    ]
    if not files:
        raise CaseNotFound(f"the folder {str(folder)!r} has no file ending in {' '.join(FILE_FORMATS)}")
    return {str(path): path for path in files}


def _validate(store: Store, case: Case) -> Report:
    from caseboard import validation

    return validation.check(
        store.dump("ntriples", graph=CLAIMS),
        vocabulary=store.dump("ntriples", graph=VOCABULARY),
        names=case.names,
    )


class Board:
    """A case that has been opened: its claims, and the world, the network and the page made of them.

    A board never changes. Everything on it is read when it is first asked for, and kept.

    >>> import caseboard
    >>> board = caseboard.open("harbour")
    >>> print(board.query("SELECT ?who ?whom WHERE { ?who cb:pursues ?whom }", include=["hedged"]))
    who            whom
    ─────────────  ────────
    Meridian Line  Ada Lind
    >>> print(board.paths("Mr Grey", "Customs")[0])
    """

    def __init__(self, store: Store, *, language: str = "en") -> None:
        self._store = store
        self.case = Case(store, language=language)

    # --- what is on it ----------------------------------------------------------------------------

    @property
    def title(self) -> str:
        """The label of the case."""
        return self.case.title

    @cached_property
    def entities(self) -> Mapping[str, Entity]:
        """Id -> entity, for everything that the case describes."""
        return {entity.id: entity for entity in self.case.entities.values()}

    def claims(
        self,
        subject: str | None = None,
        relation: str | None = None,
        object: str | None = None,  # noqa: A002
    ) -> tuple[Claim, ...]:
        """Return claims, in the order of their ids.

        Args:
            subject: a name; only claims with this subject.
            relation: a relation's id, label, inverse label or local name; only claims with this relation.
            object: a name; only claims with this object.

        Raises:
            UnknownName, AmbiguousName: a name that means nothing here, or too much.

        >>> import caseboard
        >>> print(caseboard.open("harbour").claims(subject="Iris", relation="helps")[0])
        Iris Holm helps Ada Lind. [stated, midway; At sea, paragraph 3, sentence 2 of The pilot's notebook]
        """
        subject_id = None if subject is None else self.find(subject)
        object_id = None if object is None else self.find(object)
        relation_id = None if relation is None else self._relation(relation)
        return tuple(
            claim
            for claim in self.case.claims.values()
            if subject_id in (None, claim.subject.id)
            and relation_id in (None, claim.relation.id)
            and (object_id is None or (isinstance(claim.object, Name) and claim.object.id == object_id))
        )

    def claim(self, id: str | Claim) -> Claim:  # noqa: A002
        """Return one claim by its CURIE, IRI or local name; a Claim is returned as it is.

        Raises:
            UnknownName: no claim has this id.
        """
        wanted = id.id if isinstance(id, Claim) else id
        claims = self.case.claims
        if wanted in claims:
            return claims[wanted]
        candidates = [Candidate(claim, self.case.names.iri(claim) or claim, claim) for claim in claims]
        exact = [c.id for c in candidates if wanted in (c.iri, f"<{c.iri}>") or c.id.endswith(f":{wanted}")]
        if len(exact) == 1:
            return claims[exact[0]]
        raise UnknownName(
            f"no claim on this board has the id {wanted!r}.{did_you_mean(wanted, claims)} "
            "`caseboard show NAME` lists the claims about somebody with their ids"
        )

    def find(self, name: str) -> str:
        """Return the id of the entity that a name, alias, CURIE, IRI or local name means.

        An exact label or alias beats a first or last name, which beats any other part; accents and case do
        not matter.

        Raises:
            UnknownName: nothing has this name; near ones are listed.
            AmbiguousName: several have it equally well; they are listed.

        >>> import caseboard
        >>> caseboard.open("harbour").find("grey")
        'ex:grey'
        """
        return find(name, self._candidates)

    @cached_property
    def _candidates(self) -> tuple[Candidate, ...]:
        known = [Candidate(e.id, e.iri, e.label, e.aliases) for e in self.entities.values()]
        listed = {candidate.id for candidate in known}
        # The ends of claims that the case does not describe can still be named by their id.
        for claim, subject, _, obj, _, _ in self.case.core:
            for iri in (subject, obj):
                curie = self.case.curie(iri)
                if curie not in listed and (iri is subject or claim not in self.case.literals):
                    listed.add(curie)
                    known.append(Candidate(curie, str(iri), self.case.label(str(iri))))
        return tuple(known)

    def _relation(self, name: str) -> str:
        relations = self.case.relations
        for iri, relation in relations.items():
            if name in (iri, relation.id, relation.id.partition(":")[2]):
                return relation.id
        folded = name.casefold()
        for relation in relations.values():
            if folded == relation.label.casefold():
                return relation.id
        known = [relation.id for relation in relations.values()]
        raise UnknownName(f"the vocabulary has no relation {name!r}.{did_you_mean(name, known)}")

    # --- asking -----------------------------------------------------------------------------------

    def query(
        self, text: str, *, include: Collection[str] = (), timeout: float | None = None
    ) -> Table | rdflib.Graph | bool:
        """Ask in SPARQL.

        Args:
            text: SELECT, ASK, CONSTRUCT or DESCRIBE; the case's prefixes need no declaration. The default
                graph holds what is stated and not refuted.
            include: graphs to add to it: "inferred", "hedged", "predicted", "refuted".
            timeout: seconds until the query is stopped, and nothing goes on computing.

        Returns:
            A Table for SELECT, an rdflib Graph for CONSTRUCT and DESCRIBE, a bool for ASK.

        Raises:
            QuerySyntaxError: with line and column.
            QueryRefused: an update, or a SERVICE call.
            QueryTimeout: the time was up.

        >>> import caseboard
        >>> caseboard.open("harbour").query("ASK { ex:iris cb:helps ?anybody }")
        True
        """
        return self._answer(text, {}, include, timeout)

    def run(
        self, name: str, *, include: Collection[str] = (), timeout: float | None = None, **parameters: str
    ) -> Table | rdflib.Graph | bool:
        """Run a named query, with its parameters as keywords; names of entities are looked up.

        Raises:
            UnknownName: no such query, parameter or entity.

        >>> import caseboard
        >>> print(caseboard.open("harbour").run("aliases"))
        """
        query = self.named_query(name)
        return self._answer(query.text, self._bindings(query, parameters), include, timeout)

    def answer(
        self,
        text: str,
        *,
        include: Collection[str] = (),
        parameters: Mapping[str, str] | None = None,
        table: str = "tsv",
        graph: str = "ntriples",
        timeout: float | None = None,
        apart: bool = False,
    ) -> tuple[str, bytes]:
        """Return the kind of an answer ("select", "ask", "construct") and the engine's own bytes of it.

        ``text`` is a query, or the name of a named query if ``parameters`` is given.
        """
        bindings: Mapping[str, str] = {}
        if parameters is not None:
            query = self.named_query(text)
            text, bindings = query.text, self._bindings(query, parameters)
        answer = self._store.answer(
            text,
            graphs=[CB + status for status in networks.check_include(include)],
            bindings=bindings,
            table=table,
            graph=graph,
            timeout=timeout,
            apart=apart,
        )
        return answer.kind, answer.data

    def _answer(
        self, text: str, bindings: Mapping[str, str], include: Collection[str], timeout: float | None
    ) -> Table | rdflib.Graph | bool:
        graphs = [CB + status for status in networks.check_include(include)]
        answer = self._store.answer(text, graphs=graphs, bindings=bindings, timeout=timeout)
        if answer.kind == "select":
            return Table(answer.data, self.case)
        if answer.kind == "ask":
            return answer.data == b"true"
        from caseboard import rdf

        return rdf.as_graph(answer.data, self._store.prefixes)

    @cached_property
    def queries(self) -> Mapping[str, sparql.NamedQuery]:
        """Name -> named query."""
        return sparql.read_queries(graph_dir() / "queries")

    def named_query(self, name: str) -> sparql.NamedQuery:
        """Return a named query.

        Raises:
            UnknownName: there is none of this name.
        """
        if name not in self.queries:
            hint = did_you_mean(name, self.queries) or f" There are {join_known(self.queries, limit=30)}."
            raise UnknownName(f"there is no named query {name!r}.{hint}")
        return self.queries[name]

    def _bindings(self, query: sparql.NamedQuery, parameters: Mapping[str, str]) -> dict[str, str]:
        sparql.check_parameters(query, parameters)
        kinds = {parameter.name: parameter.kind for parameter in query.parameters}
        return {
            name: self._as_term(value) if kinds[name] == "entity" else f'"{value}"'
            for name, value in parameters.items()
        }

    def _as_term(self, name: str) -> str:
        found = self.find(name)
        return found if found.startswith("_:") else f"<{self.case.names.iri(found) or found}>"

    @cached_property
    def rdf(self) -> rdflib.Dataset:
        """An ``rdflib.Dataset`` over the same store; writing to it raises ReadOnly."""
        from caseboard import rdf

        return rdf.as_dataset(self._store)

    # --- walking ----------------------------------------------------------------------------------

    def network(
        self, *, scope: str = "world", include: Collection[str] = (), merge_aliases: bool = False
    ) -> nx.MultiDiGraph[str]:
        """Return the claims as a frozen networkx MultiDiGraph; see `caseboard.network.build`.

        >>> import caseboard
        >>> print(caseboard.open("harbour").network())
        MultiDiGraph named 'Harbour' with 10 nodes and 9 edges
        """
        return networks.build(self.case, scope=scope, include=include, merge_aliases=merge_aliases)

    def paths(
        self,
        source: str,
        target: str,
        *,
        k: int | None = 3,
        by: str = "fewest",
        avoid: Collection[str] = (),
        via: Collection[str] = (),
        families: Collection[str] = (),
        cutoff: int | None = None,
        scope: str = "world",
        include: Collection[str] = (),
        merge_aliases: bool = False,
    ) -> tuple[NetworkPath, ...]:
        """Return how two entities are linked, best first; see `caseboard.paths.find_paths`.

        Args:
            source, target, avoid, via: names, as `find` takes them.
            k: how many paths; None for all of up to ``cutoff`` steps.
            by: "fewest" steps, or "strongest", whose product of strengths is highest.
            families: only relations of these families.
            cutoff: at most so many steps.
            scope, include, merge_aliases: which claims, as for `network`.

        Raises:
            NoPath: nothing links them; says which part each belongs to.
        """
        from caseboard import paths

        graph = self.network(scope=scope, include=include, merge_aliases=merge_aliases)
        folded = self._folded(graph) if merge_aliases else {}

        def node(name: str) -> str:
            found = self.find(name)
            return folded.get(found, found)

        return paths.find_paths(
            graph,
            node(source),
            node(target),
            k=k,
            by=by,
            avoid=[node(name) for name in avoid],
            via=[node(name) for name in via],
            families=families,
            cutoff=cutoff,
        )

    def _folded(self, graph: nx.MultiDiGraph[str]) -> Mapping[str, str]:
        """Map the ids of personas that are no nodes of a merged network to the person behind them."""
        behind = {self.case.curie(persona): self.case.curie(person) for persona, person in self.case.personas}
        folded = {}
        for persona in behind:
            person = behind[persona]
            while person not in graph and person in behind:
                person = behind[person]
            if persona not in graph:
                folded[persona] = person
        return folded

    def central(
        self,
        by: str = "betweenness",
        *,
        scope: str = "world",
        include: Collection[str] = (),
        merge_aliases: bool = False,
    ) -> Ranking:
        """Return everybody and everything ranked by how central they are; see `caseboard.centrality.rank`.

        >>> import caseboard
        >>> print(caseboard.open("harbour").central().top(1))
        """
        from caseboard import centrality

        return centrality.rank(self.network(scope=scope, include=include, merge_aliases=merge_aliases), by=by)

    # --- reading ----------------------------------------------------------------------------------

    def overview(self) -> describe.Overview:
        """Return what is on the board in a screenful."""
        return describe.overview(self.case)

    def describe(self, name: str, *, include: Collection[str] = ()) -> describe.Card:
        """Return everything about one entity: what it is, and the claims in which it stands."""
        found = self.find(name)
        known = self.entities.get(found)
        iri = self.case.names.iri(found) or found
        entity = known or Entity(found, iri, self.case.label(iri), "entity", "", unknown=False)
        return describe.card(self.case, entity, include=networks.check_include(include))

    def threads(self) -> tuple[lines.ThreadSummary, ...]:
        """Return the lines of the conspiracy, each with its claims and its people."""
        return lines.summarise(self.case.threads.values(), self.case.claims.values(), self.entities)

    def questions(self) -> tuple[lines.Question, ...]:
        """Return what the case leaves open: whoever and whatever its source does not identify."""
        return lines.open_questions(self.case.claims.values(), self.entities)

    def check(self) -> Report:
        """Return what the shapes in ``graph/shapes.ttl`` find wrong with the case."""
        return _validate(self._store, self.case)

    def hold_against(self, source: str, text: str) -> EvidenceReport:
        """Hold the case's evidence against a copy of a source.

        Args:
            source: id, local name or label of the source.
            text: the copy.

        Raises:
            UnknownName: the case has no such source.
        """
        from caseboard import evidence

        sources = {piece.source.id: piece.source for piece in self.case.evidence.values()}
        candidates = [Candidate(s.id, self.case.names.iri(s.id) or s.id, s.label) for s in sources.values()]
        if not any(source == c.id.partition(":")[2] for c in candidates):
            source = find(source, candidates, what="source", where="this board")
        wanted = next(c.id for c in candidates if source in (c.id, c.id.partition(":")[2]))
        return evidence.hold_against(wanted, text, self.case.evidence.values(), self.case.claims.values())

    # --- taking away ------------------------------------------------------------------------------

    def page(self, *, include: Collection[str] = networks.INCLUDES) -> str:
        """Return the board as one HTML page that needs nothing else."""
        from caseboard import page

        return page.render(self.network(include=include))

    def serialize(
        self,
        format: str = "turtle",
        *,
        scope: str = "world",
        include: Collection[str] = (),
        merge_aliases: bool = False,  # noqa: A002
    ) -> bytes:
        """Return the board in one of the formats that `EXPORTS` lists.

        Args:
            format: "turtle", "ntriples", "rdfxml", "jsonld", "rdf12", "trig", "nquads", "graphml", "gexf", "json".
            scope, include, merge_aliases: which claims become edges, for the formats that hold a network.

        Raises:
            UnknownFormat: none of these.
        """
        from caseboard.errors import UnknownFormat

        if format in GRAPH_FORMATS or format == "rdf12":
            return self._store.dump_case(format)
        if format in ("trig", "nquads"):
            return self._store.dump(format)
        if format not in EXPORTS:
            raise UnknownFormat(
                f"no format {format!r}; there are {join_known(EXPORTS)}.{did_you_mean(format, EXPORTS)}"
            )
        from caseboard import export

        writer = {"graphml": export.graphml, "gexf": export.gexf, "json": export.node_link}[format]
        return writer(self.network(scope=scope, include=include, merge_aliases=merge_aliases))

    def tables(
        self, *, scope: str = "world", include: Collection[str] = (), merge_aliases: bool = False
    ) -> dict[str, bytes]:
        """Return the network as two CSV files, ``nodes.csv`` and ``edges.csv``."""
        from caseboard import export

        return export.tables(self.network(scope=scope, include=include, merge_aliases=merge_aliases))

    def __repr__(self) -> str:
        return (
            f"<Board {self.title!r}: {len(self.case.core)} claims, {len(self.case.entities)} entities, "
            f"{len(self.case.threads)} threads>"
        )
