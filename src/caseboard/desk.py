"""Where questions are asked: SPARQL and named queries, their parameters bound."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Collection, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from caseboard import sparql
from caseboard.claims import Case
from caseboard.errors import BadArgument, CaseError, QueryError, UnknownName, did_you_mean
from caseboard.given import as_terms, hide, projected
from caseboard.locate import graph_dir
from caseboard.network import check_include
from caseboard.parameters import Names, as_term, check_classes, choices
from caseboard.store import Answer, Store
from caseboard.strays import counts, strays
from caseboard.table import Table, is_zero
from caseboard.terms import CB, join_known
from caseboard.world import unknown

if TYPE_CHECKING:
    import rdflib

    from caseboard.explain import Explanation
    from caseboard.schema import Schema

#: A query that names the graph of what follows, or asks after any graph; a false alarm costs only time.
_SEES_INFERRED = re.compile(r"inferred|\bgraph\s*[?$]|\bfrom\b", re.IGNORECASE)


def _in_a_notebook() -> bool:
    """Whether a kernel runs this, and can have the query in a process that an interrupt of the cell ends."""
    shell = sys.modules.get("IPython") and sys.modules["IPython"].get_ipython()
    return hasattr(os, "fork") and bool(shell) and hasattr(shell, "kernel")


def _is_empty(answer: Answer, text: str) -> bool:
    """Say whether an answer in TSV or N-Triples has nothing in it, or only the number 0 of things."""
    if answer.kind == "ask":
        return answer.data != b"true"
    if answer.kind == "select":
        return answer.data.count(b"\n") < 2 or (is_zero(answer.data) and counts(text))
    return not answer.data.strip()


class Desk:
    """Answers queries on a store.

    Args:
        case: what is asked.
        names: finds entities, relations, points and threads by their names.
        reasoned: statuses -> the store with what follows from claims of these in ``cb:inferred``.

    >>> import caseboard
    >>> caseboard.open("harbour").desk.answer("ASK { ?who cb:helps ex:ada }").data
    b'true'
    """

    def __init__(self, case: Case, names: Names, reasoned: Callable[[Collection[str]], Store]) -> None:
        self._case, self._names, self._reasoned = case, names, reasoned
        self._added: Mapping[str, sparql.NamedQuery] = {}

    def ask(
        self,
        text: str,
        *,
        include: Collection[str] = (),
        timeout: float | None = None,
        given: Mapping[str, object] | None = None,
    ) -> Table | rdflib.Graph | bool:
        """Return the answer to a query as a Table for SELECT, an rdflib Graph, or a bool for ASK.

        ``given`` holds values for its variables; see `caseboard.given.as_terms`. In a notebook the query runs
        in a process of its own, so that interrupting the cell ends it.
        """
        if not given:
            return self._asked(text, {}, include, timeout)
        bindings = as_terms(given, find=self._names.entity, names=self._case.names)
        text, added = projected(text, given)
        return self._asked(text, bindings, include, timeout, added=len(added))

    def _asked(
        self,
        text: str,
        bindings: Mapping[str, str],
        include: Collection[str],
        timeout: float | None,
        *,
        added: int = 0,
        own: bool = True,
    ) -> Table | rdflib.Graph | bool:
        """Answer a query; ``own`` says whether the one who asks wrote it, for `advise`."""
        apart, start = _in_a_notebook(), time.perf_counter()
        answer = self.answer(text, include=include, timeout=timeout, bindings=bindings, apart=apart)
        took = time.perf_counter() - start
        if answer.kind == "select":
            empty = _is_empty(answer, text)

            def advise() -> tuple[str, ...]:
                return self.advise(text, include=include, bindings=bindings, own=own, seen=(empty, took))

            data = hide(answer.data, added) if added else answer.data
            return Table(data, self._case, cache(advise))
        if answer.kind == "ask":
            return answer.data == b"true"
        from caseboard import rdf

        return rdf.as_graph(answer.data, self._case.store.prefixes)

    def run(
        self,
        name: str,
        parameters: Mapping[str, object],
        *,
        include: Collection[str] = (),
        timeout: float | None = None,
    ) -> Table | rdflib.Graph | bool:
        """Return the answer to a named query.

        Raises:
            UnknownName: no such query, parameter or entity.
        """
        text, bindings = self.prepare(name, parameters)
        return self._asked(text, bindings, include, timeout, own=self.is_own(name))

    def answer(
        self,
        text: str,
        *,
        include: Collection[str] = (),
        table: str = "tsv",
        graph: str = "ntriples",
        timeout: float | None = None,
        apart: bool = False,
        bindings: Mapping[str, str] | None = None,
    ) -> Answer:
        """Answer a query in the engine's own bytes; see `caseboard.store.Store.answer`.

        ``include`` names statuses, whose graphs are added to the default graph. What follows by rules is
        worked out where the query could see it.
        """
        statuses = check_include(include)
        # What is no text is for the store to refuse.
        sees = "inferred" in statuses or (isinstance(text, str) and _SEES_INFERRED.search(text))
        store = self._reasoned((*statuses, "inferred")) if sees else self._case.store
        return store.answer(
            text,
            graphs=[CB + status for status in statuses],
            bindings=bindings,
            table=table,
            graph=graph,
            timeout=timeout,
            apart=apart,
        )

    def advise(
        self,
        text: str,
        *,
        include: Collection[str] = (),
        bindings: Mapping[str, str] | None = None,
        own: bool = True,
        seen: tuple[bool, float] | None = None,
    ) -> tuple[str, ...]:
        """Return why the answer to a query is empty, or which of its terms is unknown, in sentences.

        It takes at most ten times as long as the query, or half a second; see `caseboard.doctor`.

        Args:
            text, include, bindings: the query, as for `ask`.
            own: whether the one who asks wrote it; of another's, only what is less certain is told.
            seen: whether the answer was empty, and the seconds that it took; asked again without.

        >>> import caseboard
        >>> caseboard.open("harbour").desk.advise("SELECT ?who { ?who cb:pursues ?whom }")
        ('1 answer with --include hedged', '1 answer with --include predicted')
        """
        if seen is None:
            start = time.perf_counter()
            empty = _is_empty(self.answer(text, include=include, bindings=bindings), text)
            seen = empty, time.perf_counter() - start
        empty, took = seen
        lost = own and (strays(text, bound=bindings or {}) or unknown(self._case.store, text))
        if not empty and not lost:
            return ()
        from caseboard import doctor
        from caseboard.emptiness import Question

        question = Question(text, check_include(include), bindings or {}, empty, own, took)
        return doctor.advise(
            self._case,
            question,
            lambda text, statuses, terms: self.answer(text, include=statuses, bindings=terms),
        )

    def explain(self, text: str, *, include: Collection[str] = (), timeout: float = 5.0) -> Explanation:
        """Return a query in words, with what each of its parts finds; see `caseboard.explain.explain`."""
        from caseboard import explain

        def ask(text: str, seconds: float) -> Answer:
            return self.answer(text, include=include, timeout=seconds)

        return explain.explain(self._case, text, ask, timeout=timeout)

    def schema(self) -> Schema:
        """Return what there is to ask; see `caseboard.schema`."""
        from caseboard import schema

        return schema.read_schema(self._case)

    def prepare(self, name: str, parameters: Mapping[str, object]) -> tuple[str, dict[str, str]]:
        """Return the text of a named query and its parameters as terms.

        Raises:
            UnknownName, AmbiguousName: no such query or parameter, or a value that names nothing of its kind.
            BadArgument: a value of another kind; see `caseboard.parameters.as_term`.
        """
        query = self.named_query(name)
        sparql.check_parameters(query, parameters)
        terms = {
            parameter.name: as_term(self._case, self._names, parameter, parameters[parameter.name])
            for parameter in query.parameters
        }
        return query.text, terms

    @cached_property
    def queries(self) -> Mapping[str, sparql.NamedQuery]:
        """Name -> named query."""
        listed = sparql.read_queries(graph_dir() / "queries")
        for folder in self._case.store.folders:
            listed |= sparql.read_queries(folder / "queries")
        listed |= self._added
        return dict(sorted(listed.items()))

    def with_queries(self, folder: Path | str) -> Desk:
        """Return a desk that knows the named queries of a folder too: its ``.rq`` files.

        Raises:
            BadArgument: there is no such folder, or no query in it.
            CaseError: a file that is no named query or no SPARQL, or has the name of one that comes with
                Caseboard, which would then mean two things; names file and line.
        """
        path = Path(folder)
        if not path.is_dir():
            raise BadArgument(f"there is no folder {folder}; --queries takes one that has .rq files in it")
        added = sparql.read_queries(path)
        if not added:
            raise BadArgument(
                f"there is no .rq file in {folder}; `caseboard queries handlers` shows what one is like"
            )
        for name, query in added.items():
            file = str(path / f"{name}.rq")
            if name in self.queries:
                raise CaseError(f"a query called {name} comes with Caseboard; rename the file", file=file)
            try:
                self._case.store.check(query.text)
                check_classes(self._case, query)
            except UnknownName as error:
                raise CaseError(str(error), file=file) from error
            except QueryError as error:
                line = getattr(error, "line", None)
                said = re.sub(r"\Aline \d+, column", "column", str(error))
                raise CaseError(said, file=file, line=line) from error
        desk = Desk(self._case, self._names, self._reasoned)
        desk._added = {**self._added, **added}
        return desk

    def choices(self, parameter: sparql.Parameter) -> list[tuple[str, str]]:
        """Return what may be given for a parameter, with what it is; nothing where anything may."""
        return list(choices(self._case, parameter))

    def is_own(self, name: str) -> bool:
        """Say whether a named query is the user's own."""
        return name in self._added

    def named_query(self, name: str) -> sparql.NamedQuery:
        """Return a named query.

        Raises:
            UnknownName: there is none of this name.
        """
        if name not in self.queries:
            hint = did_you_mean(name, self.queries) or f" There are {join_known(self.queries, limit=40)}."
            raise UnknownName(f"there is no named query {name!r}.{hint}")
        return self.queries[name]
