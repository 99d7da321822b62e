"""The commands that ask: in SPARQL, by the name of a query; and what there is to ask."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from caseboard import sparql
from caseboard.engine import GRAPH_FORMATS, TABLE_FORMATS
from caseboard.options import Command, answers, check_format, includes, on_board, reads_case, yes_or_no
from caseboard.strays import counts
from caseboard.table import Table, is_zero, markdown
from caseboard.terminal import note, progress, read_in, say, show_table, write_out

if TYPE_CHECKING:
    from caseboard.board import Board
    from caseboard.desk import Desk
    from caseboard.sparql import NamedQuery
    from caseboard.store import Answer

#: Where the endpoint of a case answers unless told otherwise.
TARGET = "http://127.0.0.1:8000/sparql"


@click.command(short_help="Ask in SPARQL.")
@click.argument("text", required=False)
@answers
def query(text: str | None, case: str | None, **asked: Any) -> None:
    """Ask in SPARQL: TEXT is a query, a file FILE.rq, or - for stdin.

    Known prefixes (cb:, rdfs:, … and those of the case) need no declaration. The default graph holds what is
    stated; --include adds what is less certain. Claims and their evidence are in GRAPH cb:claims.

    \b
    Examples:
      caseboard query 'SELECT ?who ?agency { ?who cb:memberOf ?agency }' --format csv
      caseboard query mine.rq --timeout 10
    """
    _answer(case, _read(text), None, **asked)


def _read(text: str | None) -> str:
    """Return the text of a query: itself, or what is in the file that it names."""
    if text is None:
        if sys.stdin is None or sys.stdin.isatty():
            raise click.UsageError("give a query, a file that ends in .rq, or - to read it from stdin")
        text = "-"
    return (
        read_in(text)
        if text == "-" or (text.lower().endswith((".rq", ".sparql")) and "{" not in text)
        else text
    )


def _library(command: Command) -> Command:
    return click.option("--queries", "folder", metavar="DIR", help="A folder of named queries of your own.")(
        command
    )


@click.command(short_help="Run a named query.")
@click.argument("name")
@click.argument("parameters", nargs=-1, metavar="[KEY=VALUE]...")
@_library
@answers
def run(name: str, parameters: tuple[str, ...], case: str | None, **asked: Any) -> None:
    """Run a named query, with its parameters; `caseboard queries` lists them all.

    \b
    Example:
      caseboard run shared a=Segev b="Tali Shapira"
    """
    given: dict[str, str] = {}
    for parameter in parameters:
        key, equals, value = parameter.partition("=")
        if not equals or key in given:
            raise click.UsageError(
                f"{parameter!r} is no KEY=VALUE" if not equals else f"{key} is given twice"
            )
        given[key] = value
    _answer(case, name, given, **asked)


@click.command(short_help="List the named queries, or show the text of one.")
@click.argument("name", required=False)
@_library
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "turtle", "jsonld"]),
    default="table",
    show_default=True,
    help="turtle, jsonld: as sh:SPARQLExecutable, for other tools.",
)
@click.option("--target", metavar="URL", default=TARGET, show_default=True, help="The endpoint they are for.")
@click.option("--case", hidden=True)
def queries(name: str | None, folder: str | None, format_: str, target: str, case: str | None) -> None:
    """List the named queries; with NAME, show the text of one, to learn from or to change.

    \b
    Examples:
      caseboard queries killings > mine.rq
      caseboard queries --format turtle
    """

    def chosen(board: Board) -> list[NamedQuery]:
        desk = _desk(board, folder)
        return list(desk.queries.values()) if name is None else [desk.named_query(name)]

    if format_ != "table":
        from caseboard import library

        def written(board: Board) -> bytes:
            prefixes = board.case.store.prefixes
            return library.serialize(chosen(board), prefixes=prefixes, target=target, format=format_)

        write_out("-", on_board(case, "writing", written))
        return
    listed = on_board(case, "reading", chosen)
    if name is not None:
        say(listed[0].text.rstrip("\n"))
        return
    rows = [[q.name, q.title, " ".join(map(str, q.parameters))] for q in listed]
    show_table(["name", "answers", "takes"], rows)


def _desk(board: Board, folder: str | None) -> Desk:
    return board.desk if folder is None else board.desk.with_queries(folder)


@click.command(short_help="Put a query into words, with what each part of it finds.")
@click.argument("text", required=False, metavar="[QUERY]")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.001, max=1e6),
    default=5.0,
    show_default=True,
    metavar="SECONDS",
    help="Stop counting after so long.",
)
@reads_case
@includes()
def explain(text: str | None, timeout: float, case: str | None, include: tuple[str, ...]) -> None:
    """Put a query into words, with the number of solutions of each part by itself, and of the join so far.

    QUERY is a query, a file FILE.rq, the name of a named query, or - for stdin.

    \b
    Example:
      caseboard explain 'SELECT ?who { ?who cb:memberOf ?what . ?what cb:agencyOf hr:israel }'
    """
    text = _read(text)

    def told(board: Board) -> str:
        asked = text if "{" in text or " " in text.strip() else board.desk.named_query(text).text
        return str(board.explain(asked, include=include, timeout=timeout))

    say(on_board(case, "counting", told))


@click.command(short_help="Show what there is to ask.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "mermaid", "turtle"]),
    default="text",
    show_default=True,
    help="mermaid draws it; turtle is VoID.",
)
@reads_case
def schema(format_: str, case: str | None) -> None:
    """Show what there is to ask: kinds of things, relations and records, with counts and an example each.

    \b
    Example:
      caseboard schema --format mermaid --as-of premise
    """
    data = on_board(case, "counting", lambda board: board.schema().serialize(format_))
    write_out("-", data)


@click.command(short_help="Ask at a prompt, with completion and history.")
@click.option("--queries", "folder", metavar="DIR", help="A folder of named queries of your own.")
@reads_case
@click.pass_context
def shell(context: click.Context, folder: str | None, case: str | None) -> None:
    """Ask at a prompt: queries over several lines, completion with Tab, history; .help says what else.

    What comes through a pipe is done entry by entry; exit 2 where one could not be. Needs caseboard[shell].

    \b
    Example:
      caseboard shell --case harbour
    """
    from caseboard import shell as shells

    def opened(board: Board) -> tuple[Board, Desk]:
        return board, _desk(board, folder)

    board, desk = on_board(case, "reading", opened)

    def ask(text: str, parameters: Mapping[str, str] | None, settings: shells.Settings) -> None:
        how = _How(settings.format, include=settings.include)
        answered = _work(board, desk, text, parameters, how)
        _print(answered, how)
        for sentence in answered.advise() if how.advised else ():
            note(f"hint: {sentence}")

    asked = shells.Shell(board, desk, ask)
    if sys.stdin is not None and sys.stdin.isatty():
        note(f"{board.title}: {len(board.case.core)} claims. .help says what can be typed; Tab completes")
        asked.loop(shells.read_prompt(asked, history=shells.history_file()))
    elif sys.stdin is not None:
        context.exit(0 if asked.loop(shells.read_lines(sys.stdin)) else 2)


# --- answering ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _How:
    """How to answer: the format, "" being the default of each form of query, and what the options say."""

    format: str
    include: tuple[str, ...] = ()
    iris: bool = False
    timeout: float | None = None
    advice: bool | None = None

    @property
    def advised(self) -> bool:
        # A script that reads a machine's format may read stderr too; it is told only what it asks for.
        return self.format in ("", "table", "markdown") if self.advice is None else self.advice


@dataclass(frozen=True, slots=True)
class _Answered:
    """An answer: as a table for people where it is one, and what there is to say of it."""

    answer: Answer
    table: Table | None
    cells: list[list[str]]
    advise: Callable[[], tuple[str, ...]]


def _answer(
    case: str | None,
    text: str,
    parameters: Mapping[str, str] | None,
    *,
    format_: str | None,
    folder: str | None = None,
    **asked: Any,
) -> None:
    """Answer a query, or a named one where parameters are given, and print the answer, and advice on it."""
    how = _How(format_ or "", **asked)
    answered = on_board(
        case, "answering", lambda board: _work(board, _desk(board, folder), text, parameters, how)
    )
    _print(answered, how)
    for sentence in progress("looking for the reason", answered.advise) if how.advised else ():
        note(f"hint: {sentence}")


def _work(board: Board, desk: Desk, text: str, parameters: Mapping[str, str] | None, how: _How) -> _Answered:
    asked, bindings = (text, {}) if parameters is None else desk.prepare(text, parameters)
    check_format(sparql.survey(asked, prefixes=board.case.names.prefixes).form, how.format)
    start = time.perf_counter()
    answer = desk.answer(
        asked,
        include=how.include,
        table=how.format if how.format in TABLE_FORMATS else "tsv",
        graph=how.format if how.format in GRAPH_FORMATS else "turtle",
        timeout=how.timeout,
        # Where no process can be forked, a query can be asked all the same.
        apart=hasattr(os, "fork"),
        bindings=bindings,
    )
    took = time.perf_counter() - start

    def advise() -> tuple[str, ...]:
        empty = _is_empty(answer, asked, how.format)
        seen = None if empty is None else (empty, took)
        own = parameters is None or desk.is_own(text)
        return desk.advise(asked, include=how.include, bindings=bindings, own=own, seen=seen)

    if answer.kind != "select" or how.format in TABLE_FORMATS:
        return _Answered(answer, None, [], advise)
    table = Table(answer.data, board.case)
    return _Answered(answer, table, table.cells(iris=how.iris), advise)


def _print(answered: _Answered, how: _How) -> None:
    table, cells = answered.table, answered.cells
    if table is None:
        data = answered.answer.data
        data = yes_or_no(data, how.format) if answered.answer.kind == "ask" else data
        write_out("-", data if data.endswith(b"\n") or not data else data + b"\n")
    elif how.format == "markdown":
        write_out("-", f"{markdown(table.columns, cells)}\n".encode())
    else:
        show_table(table.columns, cells)
        note(f"{len(cells) or 'no'} answer{'' if len(cells) == 1 else 's'}")


def _is_empty(answer: Answer, text: str, format_: str) -> bool | None:
    """Return whether an answer has nothing in it; None where its format does not show that at a glance."""
    if answer.kind == "ask":
        return answer.data != b"true"
    if answer.kind == "select":
        if format_ in ("json", "xml"):
            return None
        return answer.data.count(b"\n") < 2 or (is_zero(answer.data) and counts(text))
    return not answer.data.strip() if format_ not in ("jsonld", "rdfxml") else None
