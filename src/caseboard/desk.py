"""Where questions are asked: SPARQL and named queries, their parameters bound."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from caseboard import sparql
from caseboard.claims import Case
from caseboard.errors import BadArgument, UnknownName, did_you_mean
from caseboard.given import as_terms, hide, projected
from caseboard.locate import graph_dir
from caseboard.network import check_include
from caseboard.store import Answer, Store
from caseboard.table import Table
from caseboard.terms import CB, join_known

if TYPE_CHECKING:
    import rdflib

#: A query that names the graph of what follows, or asks after any graph; a false alarm costs only time.
_SEES_INFERRED = re.compile(r"inferred|\bgraph\s*[?$]|\bfrom\b", re.IGNORECASE)


def _in_a_notebook() -> bool:
    """Whether a kernel runs this, and can have the query in a process that an interrupt of the cell ends."""
    shell = sys.modules.get("IPython") and sys.modules["IPython"].get_ipython()
    return hasattr(os, "fork") and bool(shell) and hasattr(shell, "kernel")


class Desk:
    """Answers queries on a store.

    Args:
        case: what is asked.
        find: the name of an entity -> its id.
        reasoned: statuses -> the store with what follows from claims of these in ``cb:inferred``.

    >>> import caseboard
    >>> caseboard.open("harbour").desk.answer("ASK { ?who cb:helps ex:ada }").data
    b'true'
    """

    def __init__(
        self, case: Case, find: Callable[[str], str], reasoned: Callable[[Collection[str]], Store]
    ) -> None:
        self._case, self._find, self._reasoned = case, find, reasoned

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
        bindings = as_terms(given, find=self._find, names=self._case.names)
        text, added = projected(text, given)
        return self._asked(text, bindings, include, timeout, added=len(added))

    def run(
        self,
        name: str,
        parameters: Mapping[str, str],
        *,
        include: Collection[str] = (),
        timeout: float | None = None,
    ) -> Table | rdflib.Graph | bool:
        """Return the answer to a named query, as `ask` does."""
        text, bindings = self.prepare(name, parameters)
        return self._asked(text, bindings, include, timeout)

    def _asked(
        self,
        text: str,
        bindings: Mapping[str, str],
        include: Collection[str],
        timeout: float | None,
        *,
        added: int = 0,
    ) -> Table | rdflib.Graph | bool:
        apart = _in_a_notebook()
        answer = self.answer(text, include=include, timeout=timeout, bindings=bindings, apart=apart)
        if answer.kind == "select":
            return Table(hide(answer.data, added) if added else answer.data, self._case)
        if answer.kind == "ask":
            return answer.data == b"true"
        from caseboard import rdf

        return rdf.as_graph(answer.data, self._case.store.prefixes)

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

    def prepare(self, name: str, parameters: Mapping[str, str]) -> tuple[str, dict[str, str]]:
        """Return the text of a named query and its parameters as terms.

        Raises:
            UnknownName: no such query, parameter or entity.
        """
        query = self.named_query(name)
        sparql.check_parameters(query, parameters)
        kinds = {parameter.name: parameter.kind for parameter in query.parameters}
        return query.text, {key: self._term(key, kinds[key], value) for key, value in parameters.items()}

    def _term(self, key: str, kind: str, value: str) -> str:
        if not isinstance(value, str):
            raise BadArgument(f"the parameter {key} takes a text, not {type(value).__name__}")
        if kind == "text":
            return f'"{value}"'
        found = self._find(value)
        return found if found.startswith("_:") else f"<{self._case.names.iri(found) or found}>"

    @cached_property
    def queries(self) -> Mapping[str, sparql.NamedQuery]:
        """Name -> named query."""
        found = sparql.read_queries(graph_dir() / "queries")
        for folder in self._case.store.folders:
            found |= sparql.read_queries(folder / "queries")
        return found

    def named_query(self, name: str) -> sparql.NamedQuery:
        """Return a named query.

        Raises:
            UnknownName: there is none of this name.
        """
        if name not in self.queries:
            hint = did_you_mean(name, self.queries) or f" There are {join_known(self.queries, limit=40)}."
            raise UnknownName(f"there is no named query {name!r}.{hint}")
        return self.queries[name]
