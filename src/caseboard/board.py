"""The board: the one object that users hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Unpack, overload

from caseboard import network as networks
from caseboard import soundness
from caseboard.cases import case_files
from caseboard.claims import Case
from caseboard.desk import Desk
from caseboard.display import Listing, Page, outline
from caseboard.engine import DATASET_FORMATS, GRAPH_FORMATS
from caseboard.errors import BadArgument
from caseboard.finder import Finder
from caseboard.model import Claim, Entity
from caseboard.reasons import Reasoner
from caseboard.store import Store
from caseboard.world import open_store

if TYPE_CHECKING:
    import networkx as nx
    import rdflib
    from matplotlib.axes import Axes

    from caseboard import results
    from caseboard.cases import Source


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


class Board:
    """A case that has been opened: its claims, and the world, the network and the page made of them.

    A board never changes. Everything on it is read when it is first asked for, and kept.

    >>> import caseboard
    >>> board = caseboard.open("harbour")
    >>> print(board.query("SELECT ?who ?whom WHERE { ?who cb:pursues ?whom }", include=["hedged"]))
    who            whom
    ─────────────  ────────
    Meridian Line  Ada Lind
    >>> [step.label for step in board.paths("Mr Grey", "Customs")[0]]
    ['is an alias of', 'is a parent of', 'helps', 'is a member of']
    """

    def __init__(self, store: Store, *, language: str = "en", is_view: bool = False) -> None:
        self._store, self._is_view = store, is_view
        self.case = Case(store, language=language)
        self._finder = Finder(self.case)
        self._reasoner = Reasoner(self.case, is_view=is_view)
        self.desk = Desk(self.case, self._finder, self._reasoner.store)

    @property
    def title(self) -> str:
        """The label of the case."""
        return self.case.title

    @property
    def notes(self) -> tuple[str, ...]:
        """What was guessed or filled in where the case is made of spreadsheets, in sentences."""
        return self._store.notes

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
        return Listing(self._finder.claims(subject, relation, object))

    def claim(self, id: str | Claim) -> Claim:  # noqa: A002
        """Return one claim by its CURIE, IRI or local name; a Claim is returned as it is.

        Raises:
            UnknownName: no claim has this id.
        """
        return self._finder.claim(id)

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
        return self._finder.entity(name)

    def query(
        self,
        text: str,
        *,
        given: Mapping[str, object] | None = None,
        include: Collection[str] = (),
        timeout: float | None = None,
    ) -> results.Table | rdflib.Graph | bool:
        """Ask in SPARQL.

        Args:
            text: SELECT, ASK, CONSTRUCT or DESCRIBE; the case's prefixes need no declaration. The default
                graph holds what is stated and not refuted.
            given: values for variables of the query, by their names: a text names something on the board;
                numbers, dates and rdflib terms are taken as they are. They are bound, never written in.
            include: graphs to add to it: "inferred", "hedged", "predicted", "refuted".
            timeout: seconds until the query is stopped, and nothing goes on computing.

        Returns:
            A Table for SELECT, an rdflib Graph for CONSTRUCT and DESCRIBE, a bool for ASK.

        Raises:
            QuerySyntaxError: with line and column.
            QueryRefused: an update, or a SERVICE call.
            QueryTimeout: the time was up.

        >>> import caseboard
        >>> caseboard.open("harbour").query("ASK { ?who cb:helps ?anybody }", given={"who": "Iris"})
        True
        """
        return self.desk.ask(text, given=given, include=include, timeout=timeout)

    def run(
        self, name: str, *, include: Collection[str] = (), timeout: float | None = None, **parameters: object
    ) -> results.Table | rdflib.Graph | bool:
        """Run a named query, with its parameters as keywords; names of entities are looked up.

        Queries of one's own run on ``board.desk.with_queries(folder)``.

        Raises:
            UnknownName: no such query, parameter or entity.

        >>> import caseboard
        >>> print(caseboard.open("harbour").run("aliases"))
        alias    person      revealed
        ───────  ──────────  ────────
        Mr Grey  Bruno Lind  midway
        """
        return self.desk.run(name, parameters, include=include, timeout=timeout)

    def explain(
        self, text: str, *, include: Collection[str] = (), timeout: float = 5.0
    ) -> results.Explanation:
        """Return a query in words, with the number of solutions of each part and of the join so far.

        Args:
            text, include: the query, as for `query`.
            timeout: seconds until counting is stopped; what was counted by then is told.

        Raises:
            QueryError: the text is no query, or one that is refused.

        >>> import caseboard
        >>> print(caseboard.open("harbour").explain("ASK { ?who cb:pursues ex:ada }", include=["hedged"]))
        Whether there is a case in which
        alone  so far  in words
        ─────  ──────  ───────────────────────────────
        1      1       something ?who pursues Ada Lind
        """
        return self.desk.explain(text, include=include, timeout=timeout)

    def schema(self) -> results.Schema:
        """Return what there is to ask: kinds, relations and records, with counts and an example each.

        >>> import caseboard
        >>> [use.example for use in caseboard.open("harbour").schema().uses][:2]
        ['Mr Grey is a member of Meridian Line', 'Bruno Lind is dead']
        """
        return self.desk.schema()

    @property
    def queries(self) -> Mapping[str, results.NamedQuery]:
        """Name -> named query."""
        return self.desk.queries

    @cached_property
    def rdf(self) -> rdflib.Dataset:
        """An ``rdflib.Dataset`` over the same store; writing to it raises ReadOnly."""
        from caseboard import rdf

        return rdf.as_dataset(self._reasoner.store(("inferred",)))

    def network(
        self, *, scope: str = "world", include: Collection[str] = (), merge_aliases: bool = False
    ) -> nx.MultiDiGraph[str]:
        """Return the claims as a frozen networkx MultiDiGraph; see `caseboard.network.build`.

        >>> import caseboard
        >>> print(caseboard.open("harbour").network())
        MultiDiGraph named 'Harbour' with 10 nodes and 9 edges
        """
        statuses = networks.check_include(include)
        inferred = self.inference.visible(statuses) if "inferred" in statuses else ()
        return networks.build(
            self.case, scope=scope, include=statuses, merge_aliases=merge_aliases, inferred=inferred
        )

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
    ) -> tuple[results.Path, ...]:
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
        folded = networks.folded(self.case, graph) if merge_aliases else {}

        def node(name: str) -> str:
            found = self.find(name)
            return folded.get(found, found)

        found = paths.find_paths(
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
        return Listing(found)

    @overload
    def central(
        self, by: str = ..., *, robust: Literal[False] = ..., **which: Unpack[networks.Which]
    ) -> results.Ranking: ...
    @overload
    def central(
        self, by: str = ..., *, robust: Literal[True], **which: Unpack[networks.Which]
    ) -> results.RobustRanking: ...
    def central(
        self,
        by: str = "betweenness",
        *,
        robust: bool = False,
        scope: str = "world",
        include: Collection[str] = (),
        merge_aliases: bool = False,
    ) -> results.Ranking | results.RobustRanking:
        """Return everybody and everything ranked by how central they are; see `caseboard.centrality.rank`.

        Args:
            by: the measure.
            robust: give each one's rank with stated claims only, with hedged ones, with all, and by reveal
                point, and mark whoever leads only through claims that are less than stated.
            scope, include, merge_aliases: which claims, as for `network`; ``robust`` goes through all of
                ``include`` itself.

        Raises:
            BadArgument: no such measure; ``include`` beside ``robust``.

        >>> import caseboard
        >>> print(caseboard.open("harbour").central().top(1))
          1  Ada Lind  0.8333
        """
        from caseboard import centrality

        def network(board: Board, statuses: Collection[str] = ()) -> nx.MultiDiGraph[str]:
            return board.network(scope=scope, include=statuses, merge_aliases=merge_aliases)

        if not robust:
            return centrality.rank(network(self, include), by=by)
        from caseboard.robust import BELIEFS, robust_ranking

        if include:
            raise BadArgument("a robust ranking goes through what include= takes itself; leave that out")
        taken = {name: network(self, statuses) for name, statuses in BELIEFS.items()}
        taken |= {f"as of {point}": network(self.view(as_of=point.id)) for point in self.case.points}
        return robust_ranking(taken, by)

    def view(
        self,
        *,
        as_of: str | None = None,
        status: Collection[str] | None = None,
        thread: str | None = None,
        known_to: str | None = None,
        source: str | None = None,
    ) -> Board:
        """Return a board that holds only the claims that pass, and nothing that the others alone bring in.

        Args:
            as_of: a reveal point; only what is revealed by then. A refutation that comes later is gone too.
            status: only claims of these statuses.
            thread: only claims of this thread.
            known_to: only what this person learns, and the stated claims about the person that nobody keeps
                secret; by ``as_of`` where that is given.
            source: only claims that rest on this source.

        Raises:
            UnknownName: no such point, thread, person or source; the points are listed in order.
            BadArgument: no such status.

        >>> import caseboard
        >>> board = caseboard.open("harbour")
        >>> board.view(as_of="start")
        <Board 'Harbour': 7 claims, 9 entities, 1 thread>
        """
        from caseboard import views

        selection = self._finder.selection(
            as_of=as_of, status=status, thread=thread, known_to=known_to, source=source
        )
        return Board(views.cut(self.case, selection), language=self.case.language, is_view=True)

    def compare(self, first: Board, second: Board) -> results.Comparison:
        """Return what one board has that the other has not, as claims: a season's news, what only one knows.

        >>> import caseboard
        >>> board = caseboard.open("harbour")
        >>> news = board.compare(board.view(as_of="start"), board.view(as_of="midway"))
        >>> len(news.only_second)
        5
        """
        from caseboard import views

        return views.compare(first.case, second.case)

    def without(self, *claims: str | Claim) -> Board:
        """Return the board as if claims were false: what only they refute holds again, all is inferred anew.

        Raises:
            UnknownName: no claim has this id.

        >>> import caseboard
        >>> board = caseboard.open("harbour").without("c-alias")
        >>> print(board.claims(relation="vitalStatus")[0])
        Bruno Lind is dead. [stated, the start; Ashore, paragraph 1, sentence 1 of The pilot's notebook]
        """
        from caseboard import suppose

        gone = [self.case.names.iri(id_) or id_ for id_ in (self.claim(claim).id for claim in claims)]
        store = suppose.without(self.case, gone)
        return Board(store, language=self.case.language, is_view=self._is_view)

    def suppose(
        self, false: Collection[str | Claim], *, by: str = "betweenness", **which: Unpack[networks.Which]
    ) -> results.Supposition:
        """Return what changes if claims are false: what falls, what stands on other feet, paths and ranks.

        Args:
            false: the claims, or their ids.
            by: the measure of the ranks.
            which: the claims that paths and ranks are taken on, as for `network`.

        Raises:
            UnknownName: no claim has this id.

        >>> import caseboard
        >>> found = caseboard.open("harbour").suppose(["c-alias"])
        >>> [claim.sentence for claim in found.again], [claim.sentence for claim in found.fallen]
        (['Bruno Lind is dead.'], ['Bruno Lind is a member of Meridian Line.'])
        """
        from caseboard import suppose

        then = self.without(*false)
        before, after = (board.network(**which) for board in (self, then))
        claims = [self.claim(claim) for claim in false]
        return suppose.compare((self.inference, then.inference), (before, after), false=claims, by=by)

    def overview(self) -> results.Overview:
        """Return what is on the board in a screenful."""
        from caseboard.describe import overview

        return overview(self.case)

    def describe(self, name: str, *, include: Collection[str] = ()) -> results.Card:
        """Return everything about one entity: what it is, and the claims in which it stands."""
        from caseboard.describe import card

        entity = self._finder.described(self.find(name))
        return card(self.case, entity, include=networks.check_include(include))

    def threads(self, *, include: Collection[str] = networks.INCLUDES) -> tuple[results.ThreadSummary, ...]:
        """Return the lines of the conspiracy, each with its claims and its people.

        >>> import caseboard
        >>> thread = caseboard.open("harbour").threads()[1]
        >>> thread.thread.label, dict(thread.statuses), thread.first.label, thread.last.label
        ('The ledger', {'stated': 3, 'hedged': 1, 'predicted': 1}, 'midway', 'the sequel')
        """
        from caseboard.threads import among, summarise

        claims = among(self.case.claims.values(), networks.check_include(include))
        return Listing(summarise(self.case.threads.values(), claims, self.entities))

    def questions(self, *, include: Collection[str] = networks.INCLUDES) -> tuple[results.Question, ...]:
        """Return what the case leaves open: whoever and whatever its source does not identify."""
        from caseboard import theories, threads

        claims = threads.among(self.case.claims.values(), networks.check_include(include))
        return Listing(threads.open_questions(claims, self.entities, theories.counts(self.case)))

    def theories(self, question: str) -> results.Matrix:
        """Return the theories about an open question, least spoken against first; see `caseboard.theories`.

        Args:
            question: a name of whoever or whatever the case does not identify.

        Raises:
            UnknownName, AmbiguousName: a name that means nothing here, or too much.
            BadArgument: no open question, or one without theories; lists the questions that have some.

        >>> import caseboard
        >>> [theory.proposes.label for theory in caseboard.open("harbour").theories("stranger")]
        ['Meridian Line', 'Bruno Lind']
        """
        from caseboard import theories

        return theories.matrix(self.case, self.find(question))

    def timeline(self, by: str = "reveal") -> results.Timeline:
        """Return the case in the order of the telling ("reveal"), or in which it happens ("story").

        Raises:
            CaseError: the story's order goes round in a circle; names the events.

        >>> import caseboard
        >>> [entry.name.label for entry in caseboard.open("harbour").timeline()]
        ['the start', 'midway', 'the sequel']
        """
        from caseboard import timeline

        return timeline.timeline(self.case, by)

    def links(self, first: str, second: str, **which: Unpack[networks.Which]) -> results.Links:
        """Return who and what ties two threads together; see `caseboard.ties.links`.

        >>> import caseboard
        >>> print(caseboard.open("harbour").links("ledger", "drowning"))
        The ledger and The drowning have 3 ties that share nobody.
        In both: Bruno Lind, Mr Grey.
        From one to the other: Ada Lind – Tomas Berg.
        """
        from caseboard import ties

        network = self.network(**which)
        threads = {thread.id: thread for thread in self.case.threads.values()}
        one, other = (threads[self._finder.thread(name)] for name in (first, second))
        return ties.links(network, self.case.claims.values(), one, other)

    def weak_points(self, **which: Unpack[networks.Which]) -> results.WeakPoints:
        """Return where the board would come apart: brokers, articulation points and bridges.

        >>> import caseboard
        >>> print(caseboard.open("harbour").weak_points().articulations[0])
        Without Ada Lind, parts of 3, 2, 2 and 2 are left.
        """
        from caseboard import ties

        return ties.weak_points(self.network(**which))

    @property
    def inference(self) -> results.Inference:
        """What follows from the claims by the rules in ``graph/rules``, with every derivation."""
        return self._reasoner.inference

    def why(self, subject: str, relation: str, object: str) -> results.Proof | results.NotSo:  # noqa: A002
        """Return why something holds, down to the evidence, or what each rule that could give it lacks.

        Args:
            subject: a name.
            relation: a relation's id, local name or label.
            object: a name, or the text of an attribute.

        >>> import caseboard
        >>> print(caseboard.open("harbour").why("Grey", "memberOf", "Meridian"))
        Mr Grey is a member of Meridian Line. [stated, the start; Ashore, paragraph 1, sentence 2 of The
        pilot's notebook]
        """
        from caseboard import reasons

        return reasons.why(
            self.inference, self.find(subject), self._finder.relation(relation), object, find=self.find
        )

    def contradictions(self) -> tuple[results.Contradiction, ...]:
        """Return what cannot all be true, side by side, by the principles in ``graph/contradictions``.

        Those that stated claims alone make come first. What is refuted contradicts nothing; on a view from
        before its refutation it does.

        >>> import caseboard
        >>> caseboard.open("harbour").contradictions()
        ()
        """
        return Listing(soundness.contradictions(self.case))

    def suggestions(self) -> tuple[results.Suggestion, ...]:
        """Return who may be one and the same under two names; see `caseboard.identities.suggestions`.

        >>> import caseboard
        >>> caseboard.open("harbour").suggestions()
        ()
        """
        from caseboard import identities

        return Listing(identities.suggestions(self.case))

    def check(self) -> results.Report:
        """Return what the shapes in ``graph/shapes.ttl`` find wrong, and what contradicts itself."""
        return soundness.validate(self._store, self.case)

    def hold_against(self, source: str, text: str) -> results.EvidenceReport:
        """Hold the case's evidence against a copy of a source.

        Args:
            source: id, local name or label of the source.
            text: the copy.

        Raises:
            UnknownName: the case has no such source.
        """
        from caseboard import evidence

        found = self._finder.source(source)
        return evidence.hold_against(found, text, self.case.evidence.values(), self.case.claims.values())

    def page(
        self,
        *,
        include: Collection[str] = networks.INCLUDES[1:],
        passages: Collection[results.EvidenceReport] = (),
    ) -> Page:
        """Return the board as one HTML page that needs nothing else; a notebook shows it in a frame.

        Args:
            include: statuses beside the stated ones, as for `network`.
            passages: what `hold_against` returns; the passages that hold are shown beside the claims that
                rest on them, each whole, whatever else it says.

        >>> import caseboard
        >>> "Ada Lind" in caseboard.open("harbour").page()
        True
        """
        from caseboard import content

        network, weak = self.network(include=include), {"hedged", "predicted"}
        inference = self.inference if "inferred" in include else None
        # What the page leaves out is in no answer to a query either.
        asked = self if weak <= set(include) else self.view(status=["stated", *weak.intersection(include)])
        return content.page(self.case, network, asked.desk, inference, include=include, reports=passages)

    def plot(self, what: str = "map", *, ax: Axes | None = None, **which: Unpack[networks.Which]) -> Axes:
        """Return the Axes of a picture; needs ``caseboard[notebook]``.

        Args:
            what: "map", the board as on its page; "threads", who shares them with whom; "clocks", the order
                of the story against that of the telling; "ranks", by reveal point.
            ax: where to draw; None for a figure of its own.
            which: the claims on the map, as for `network`.

        Raises:
            BadArgument: no such picture.
        """
        from caseboard import pictures

        return pictures.plot(
            what,
            ax,
            map=lambda: self.network(**which),
            threads=self.threads,
            clocks=lambda: self.timeline("story"),
            ranks=lambda: self.central(robust=True),
        )

    def serialize(self, format: str = "turtle", **which: Unpack[networks.Which]) -> bytes:  # noqa: A002
        """Return the board in one of the formats that `caseboard.export.EXPORTS` lists.

        Args:
            format: one of `caseboard.export.EXPORTS`.
            which: the claims that become edges in a format that holds a network, as for `network`.

        Raises:
            UnknownFormat: none of these.
        """
        from caseboard import export, formats

        if format in GRAPH_FORMATS or format == "rdf12":
            return self._store.dump_case(format)
        if format in DATASET_FORMATS:
            return self._reasoner.store(("inferred",)).dump(format)
        if format in formats.WRITERS:
            return formats.export(self.case, format, **which).data
        return export.writer(format)(self.network(**which))

    def case_folder(self) -> tuple[dict[str, bytes], tuple[str, ...]]:
        """Return the case as the files of a folder of spreadsheets, and what no column holds, in sentences.

        Opening the folder gives the same graph.

        >>> import caseboard
        >>> sorted(caseboard.open("harbour").case_folder()[0])[:4]
        ['agents.csv', 'case.toml', 'claims.csv', 'entities.csv']
        """
        from caseboard.sheets.template import written

        return written(self._store)

    def tables(self, **which: Unpack[networks.Which]) -> dict[str, bytes]:
        """Return the network as two CSV files, ``nodes.csv`` and ``edges.csv``."""
        from caseboard import export

        return export.tables(self.network(**which))

    def __repr__(self) -> str:
        return (
            f"<Board {self.title!r}: {len(self.case.core)} claims, {len(self.case.entities)} entities, "
            f"{(threads := len(self.case.threads))} thread{'s' * (threads != 1)}>"
        )

    def _repr_html_(self) -> str:
        return outline(str(self.overview()))
