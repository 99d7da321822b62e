"""The command line: parse, make one call to the library, print."""

from __future__ import annotations

import csv
import io
import json
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

import caseboard
from caseboard import board as boards
from caseboard.errors import BadArgument, CaseboardError, UnknownFormat, did_you_mean
from caseboard.network import INCLUDES, SCOPES
from caseboard.store import GRAPH_FORMATS, TABLE_FORMATS
from caseboard.table import Table
from caseboard.terminal import note, progress, say, show_table, write_out

if TYPE_CHECKING:
    from caseboard.board import Board

F = TypeVar("F", bound=Callable[..., Any])

#: Ending of an exported file -> format.
ENDINGS: Mapping[str, str] = {
    ".ttl": "turtle",
    ".nt": "ntriples",
    ".trig": "trig",
    ".nq": "nquads",
    ".jsonld": "jsonld",
    ".rdf": "rdfxml",
    ".graphml": "graphml",
    ".gexf": "gexf",
    ".json": "json",
}
EXAMPLES = """\b
Examples:
  caseboard show                                  what is on the board
  caseboard show Segev                            everything about somebody
  caseboard query 'SELECT ?who ?whom { ?who cb:handlerOf ?whom }'
  caseboard run killings                          a named query; `queries` lists them
  caseboard path Segev CIA                        how two are linked, and who says so
  caseboard central --top 5                       who holds the board together
  caseboard page                                  the board as a page to look at
  caseboard export board.graphml                  take it elsewhere

Every command reads the bundled case unless told otherwise: --case NAME, FILE or FOLDER.
"""


def main() -> None:
    """Run the command line, and turn our own errors into one message and exit code 2."""
    if hasattr(signal, "SIGPIPE"):
        # `caseboard ... | head` ends quietly, as other tools do.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A label that the terminal's encoding lacks is shown escaped instead of ending the command.
            stream.reconfigure(errors="backslashreplace")
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        note(error.format_message())
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        note("stopped")
        sys.exit(130)
    except CaseboardError as error:
        note(f"caseboard: {error}")
        sys.exit(2)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True, epilog=EXAMPLES
)
@click.version_option(caseboard.__version__, prog_name="caseboard")
@click.pass_context
def cli(context: click.Context) -> None:
    """A story or an investigation as a knowledge graph: who says what, how sure, and since when we know."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


# --- options that commands share ------------------------------------------------------------------


def _include(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, ...]:
    words = tuple(word.strip() for word in value.split(",") if word.strip())
    if words == ("all",):
        return INCLUDES
    for word in words:
        if word not in INCLUDES:
            raise click.BadParameter(
                f"{word!r} is none of {', '.join(INCLUDES)}, all.{did_you_mean(word, INCLUDES)}"
            )
    return words


def reads_case(command: F) -> F:
    """Give a command --case and --include."""
    command = click.option(
        "--include",
        default="",
        callback=_include,
        metavar="STATUS,…",
        help=f"Less certain claims to add: {', '.join(INCLUDES)}, or all. Stated ones are always there.",
    )(command)
    return click.option("--case", metavar="CASE", help="A bundled case, a file or a folder.")(command)


def walks(command: F) -> F:
    """Give a command --scope and --merge-aliases."""
    command = click.option(
        "--merge-aliases", is_flag=True, help="Fold every persona into the person behind it."
    )(command)
    return click.option(
        "--scope",
        type=click.Choice(SCOPES),
        default="world",
        show_default=True,
        help="The story, the production, or both.",
    )(command)


def answers(command: F) -> F:
    """Give a command --format, --iris and --timeout."""
    formats = ["table", *TABLE_FORMATS, "markdown", *GRAPH_FORMATS]
    command = click.option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True),
        metavar="SECONDS",
        help="Stop after so long.",
    )(command)
    command = click.option("--iris", is_flag=True, help="Show identifiers in place of labels.")(command)
    return click.option(
        "--format",
        "format_",
        type=click.Choice(formats),
        help="Default: table for SELECT, turtle for CONSTRUCT and DESCRIBE.",
    )(command)


def _open(case: str | None) -> Board:
    with progress(f"opening {case or 'hit-and-run'}"):
        return caseboard.open(case)


# --- looking --------------------------------------------------------------------------------------


@cli.command()
@click.argument("name", required=False)
@reads_case
def show(name: str | None, case: str | None, include: tuple[str, ...]) -> None:
    """Show what is on the board, or everything about NAME."""
    board = _open(case)
    say(str(board.describe(name, include=include) if name else board.overview()))


@cli.command()
@reads_case
def threads(case: str | None, include: tuple[str, ...]) -> None:
    """List the lines of the conspiracy, and who is in each."""
    _ = include
    say("\n\n".join(map(str, _open(case).threads())) or "The case has no threads.")


@cli.command()
@reads_case
def questions(case: str | None, include: tuple[str, ...]) -> None:
    """List what the case leaves open."""
    _ = include
    say("\n\n".join(map(str, _open(case).questions())) or "The case leaves nothing open.")


# --- asking ---------------------------------------------------------------------------------------


@cli.command(short_help="Ask in SPARQL.")
@click.argument("text", required=False)
@answers
@reads_case
def query(
    text: str | None,
    format_: str | None,
    iris: bool,
    timeout: float | None,
    case: str | None,
    include: tuple[str, ...],
) -> None:
    """Ask in SPARQL: TEXT is a query, a file FILE.rq, or - for stdin.

    Known prefixes (cb:, rdfs:, … and those of the case) need no declaration. The default graph holds what is
    stated; --include adds what is less certain. Claims and their evidence are in GRAPH cb:claims.

    \b
    Example:
      caseboard query 'SELECT ?who ?agency { ?who cb:memberOf ?agency }' --format csv
    """
    _print_answer(_open(case), _query_text(text), None, format_, iris, timeout, include)


@cli.command()
@click.argument("name")
@click.argument("parameters", nargs=-1, metavar="[KEY=VALUE]...")
@answers
@reads_case
def run(
    name: str,
    parameters: tuple[str, ...],
    format_: str | None,
    iris: bool,
    timeout: float | None,
    case: str | None,
    include: tuple[str, ...],
) -> None:
    """Run a named query, with its parameters.

    \b
    Example:
      caseboard run shared a=Segev b="Tali Shapira"
    """
    given: dict[str, str] = {}
    for parameter in parameters:
        key, equals, value = parameter.partition("=")
        if not equals:
            raise click.UsageError(f"{parameter!r} is no KEY=VALUE")
        given[key] = value
    _print_answer(_open(case), name, given, format_, iris, timeout, include)


@cli.command()
@click.option("--case", hidden=True)
def queries(case: str | None) -> None:
    """List the named queries."""
    listed = _open(case).queries.values()
    rows = [[q.name, q.title, " ".join(f"{p.name}=…" for p in q.parameters)] for q in listed]
    show_table(["name", "answers", "takes"], rows)


def _query_text(text: str | None) -> str:
    if text == "-" or (text is None and not sys.stdin.isatty()):
        return sys.stdin.read()
    if text is None:
        raise click.UsageError("give a query, a file that ends in .rq, or - to read it from stdin")
    if text.endswith((".rq", ".sparql")) and "{" not in text:
        try:
            return Path(text).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadArgument(
                f"{text} cannot be read: {getattr(error, 'strerror', None) or error}"
            ) from error
    return text


def _print_answer(
    board: Board,
    text: str,
    parameters: Mapping[str, str] | None,
    format_: str | None,
    iris: bool,
    timeout: float | None,
    include: tuple[str, ...],
) -> None:
    with progress("answering"):
        kind, data = board.answer(
            text,
            parameters=parameters,
            include=include,
            table=format_ if format_ in TABLE_FORMATS else "tsv",
            graph=format_ if format_ in GRAPH_FORMATS else "turtle",
            timeout=timeout,
            apart=True,
        )
    wrong = {
        "select": GRAPH_FORMATS,
        "ask": GRAPH_FORMATS,
        "construct": [*TABLE_FORMATS, "table", "markdown"],
    }[kind]
    if format_ in wrong:
        fitting = (
            "turtle, ntriples, jsonld or rdfxml"
            if kind == "construct"
            else "table, csv, tsv, json, xml or markdown"
        )
        raise UnknownFormat(
            f"this query answers with a {'graph' if kind == 'construct' else 'table'}; --format {fitting}"
        )
    if kind == "select" and format_ in (None, "table", "markdown"):
        table = Table(data, board.case)
        if format_ == "markdown":
            write_out("-", table.serialize("markdown", iris=iris))
        else:
            show_table(table.columns, table.cells(iris=iris))
            note(
                "no answers" if not len(table) else "1 answer" if len(table) == 1 else f"{len(table)} answers"
            )
    else:
        write_out("-", data if data.endswith(b"\n") or not data else data + b"\n")


# --- walking --------------------------------------------------------------------------------------


@cli.command(short_help="Show how two are linked, and who says so.")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("-k", type=click.IntRange(min=1), default=3, show_default=True, help="How many paths.")
@click.option(
    "--by",
    type=click.Choice(["fewest", "strongest"]),
    default="fewest",
    show_default=True,
    help="What is best.",
)
@click.option("--avoid", multiple=True, metavar="NAME", help="Not through NAME; may be repeated.")
@click.option("--via", multiple=True, metavar="NAME", help="Only through NAME; may be repeated.")
@click.option(
    "--family", multiple=True, metavar="FAMILY", help="Only relations of this family; may be repeated."
)
@click.option("--cutoff", type=click.IntRange(min=1), metavar="STEPS", help="At most so many steps.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@walks
@reads_case
def path(
    source: str,
    target: str,
    k: int,
    by: str,
    avoid: tuple[str, ...],
    via: tuple[str, ...],
    family: tuple[str, ...],
    cutoff: int | None,
    format_: str,
    scope: str,
    merge_aliases: bool,
    case: str | None,
    include: tuple[str, ...],
) -> None:
    """Show how FROM and TO are linked, step by step, with who says so."""
    board = _open(case)
    with progress("looking for paths"):
        found = board.paths(
            source,
            target,
            k=k,
            by=by,
            avoid=avoid,
            via=via,
            families=family,
            cutoff=cutoff,
            scope=scope,
            include=include,
            merge_aliases=merge_aliases,
        )
    if format_ == "json":
        click.echo(json.dumps([one.to_dict() for one in found], ensure_ascii=False, indent=2))
    else:
        say("\n\n".join(map(str, found)))


@cli.command()
@click.option(
    "--by", default="betweenness", show_default=True, help="degree, in-degree, out-degree, closeness, …"
)
@click.option("--top", type=click.IntRange(min=1), default=10, show_default=True, help="How many to show.")
@click.option(
    "--format", "format_", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True
)
@walks
@reads_case
def central(
    by: str,
    top: int,
    format_: str,
    scope: str,
    merge_aliases: bool,
    case: str | None,
    include: tuple[str, ...],
) -> None:
    """Rank everybody and everything by how central they are."""
    board = _open(case)
    with progress("ranking"):
        ranking = board.central(by, scope=scope, include=include, merge_aliases=merge_aliases)
    rows = [[str(s.rank), s.label, s.kind, f"{s.score:.4f}"] for s in ranking.top(top)]
    columns = ["rank", "who or what", "kind", by]
    if format_ == "json":
        click.echo(json.dumps(ranking.top(top).to_dict(), ensure_ascii=False, indent=2))
    elif format_ == "csv":
        buffer = io.StringIO()
        csv.writer(buffer).writerows([["rank", "id", "label", "kind", by]])
        csv.writer(buffer).writerows(
            [[s.rank, s.node, s.label, s.kind, repr(s.score)] for s in ranking.top(top)]
        )
        write_out("-", buffer.getvalue().encode())
    else:
        show_table(columns, rows, right=("rank", by))
        if len(ranking) > top:
            note(f"{top} of {len(ranking)}; --top {len(ranking)} shows all")


# --- taking away ----------------------------------------------------------------------------------


@cli.command(short_help="Write the board as one HTML page.")
@click.argument("out", required=False, metavar="[OUT.html]")
@click.option("--open", "open_", is_flag=True, help="Open it in the browser.")
@click.option("--case", metavar="CASE", help="A bundled case, a file or a folder.")
@click.option(
    "--include",
    default="all",
    callback=_include,
    metavar="STATUS,…",
    show_default=True,
    help="Less certain claims to draw.",
)
def page(out: str | None, open_: bool, case: str | None, include: tuple[str, ...]) -> None:
    """Write the board as one HTML page that needs nothing else."""
    board = _open(case)
    name = Path(case).stem if case else "hit-and-run"
    out = out or f"{name}.html"
    with progress("drawing"):
        text = board.page(include=include)
    write_out(out, text.encode())
    if out == "-":
        return
    network = board.network(include=include)
    say(
        f"{Path(out).resolve()}\n{board.title}: {network.number_of_nodes()} people, groups and things, "
        f"{network.number_of_edges()} links, {len(board.case.threads)} threads; {len(text.encode()) / 1000:.0f} kB, "
        "opens in any browser"
    )
    if open_:
        click.launch(Path(out).resolve().as_uri())


@cli.command()
@click.argument("out")
@click.option(
    "--rdf12", is_flag=True, help="RDF 1.2 Turtle, each claim the reifier of its triple (OUT ends in .ttl)."
)
@walks
@reads_case
def export(
    out: str, rdf12: bool, scope: str, merge_aliases: bool, case: str | None, include: tuple[str, ...]
) -> None:
    """Write the board to OUT, in the format of its ending.

    \b
    .ttl .nt .rdf .jsonld    the case: claims, evidence, entities
    .trig .nq                all graphs of the dataset
    .graphml .gexf .json     the network
    a folder                 the network as nodes.csv and edges.csv
    """
    ending = Path(out).suffix.lower()
    selection: dict[str, Any] = {"scope": scope, "include": include, "merge_aliases": merge_aliases}
    if out != "-" and (out.endswith("/") or Path(out).is_dir() or not ending):
        if rdf12:
            raise UnknownFormat("--rdf12 writes one .ttl file, not a folder of tables")
        for name, data in _open(case).tables(**selection).items():
            write_out(str(Path(out) / name), data)
        note(f"wrote nodes.csv and edges.csv to {Path(out).resolve()}")
        return
    if rdf12 and ending not in ("", ".ttl"):
        raise UnknownFormat(f"--rdf12 writes Turtle; let OUT end in .ttl, not {ending}")
    if not rdf12 and out != "-" and ending not in ENDINGS:
        raise UnknownFormat(
            f"no format ends in {ending!r}; there are {' '.join(ENDINGS)} and a folder.{did_you_mean(ending, ENDINGS)}"
        )
    data = _open(case).serialize("rdf12" if rdf12 else ENDINGS.get(ending, "turtle"), **selection)
    write_out(out, data)
    if out != "-":
        note(f"wrote {Path(out).resolve()}")


# --- checking -------------------------------------------------------------------------------------


@cli.command(short_help="Check a case; exit 1 on a violation.")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--case", metavar="CASE", help="A bundled case, a file or a folder.")
def check(files: tuple[str, ...], case: str | None) -> None:
    """Check a case against the shapes in graph/shapes.ttl; exit 1 where it finds a violation."""
    if files and case:
        raise click.UsageError("give files, or --case, not both")
    with progress("checking"):
        report = boards.check(list(files) if len(files) > 1 else files[0] if files else case)
    say(str(report))
    sys.exit(0 if report.ok else 1)


@cli.command()
@click.option(
    "--source", "sources", multiple=True, required=True, metavar="NAME=FILE", help="A copy of a source."
)
@click.option("--case", metavar="CASE", help="A bundled case, a file or a folder.")
def evidence(sources: tuple[str, ...], case: str | None) -> None:
    """Hold every pointer into a source against a copy of it, and show the passages; exit 1 where one fails.

    \b
    Example:
      caseboard evidence --source hit-and-run-article=article.txt
    """
    board, ok = _open(case), True
    for source in sources:
        name, equals, file = source.partition("=")
        if not equals:
            raise click.UsageError(f"--source takes NAME=FILE, not {source!r}")
        try:
            text = Path(file).read_bytes().decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise BadArgument(
                f"{file} cannot be read as UTF-8 text: {getattr(error, 'strerror', None) or error}"
            ) from error
        report = board.hold_against(name, text)
        say(str(report))
        ok = ok and report.ok
    sys.exit(0 if ok else 1)
