"""The command line: parse, make one call to the library, print."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import caseboard
from caseboard import analysts, asking, filing, owncase, reasoning, serving
from caseboard.errors import BadArgument, CaseboardError
from caseboard.network import INCLUDES
from caseboard.options import includes, on_board, reads_case, walks
from caseboard.terminal import apart, note, say, show_table, write_out

if TYPE_CHECKING:
    from caseboard.board import Board

EXAMPLES = """\b
Examples:
  caseboard show                                  what is on the board
  caseboard show Segev                            everything about somebody
  caseboard query 'SELECT ?who ?whom { ?who cb:handlerOf ?whom }'
  caseboard run killings                          a named query; `queries` lists them
  caseboard schema                                what there is to ask
  caseboard path Segev CIA                        how two are linked, and who says so
  caseboard central --top 5                       who holds the board together
  caseboard why Danielle assetOf CIA              what follows, and from what
  caseboard show --as-of season-1                 only what is known by then
  caseboard page                                  the board as a page to look at
  caseboard export board.graphml                  take it elsewhere
  caseboard new my-case                           begin a case of your own

Every command reads the bundled case unless told otherwise: --case NAME, FILE or FOLDER. A name that begins
with a dash goes after --. Exit codes: 0; 1 when check or evidence finds something; 2 for bad use or bad
input; 130 when stopped.
"""


def main() -> None:
    """Run the command line, and turn our own errors into one message and exit code 2."""
    if hasattr(signal, "SIGPIPE"):
        # `caseboard ... | head` ends quietly, as other tools do.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115  for as long as the process lives
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A label that the terminal's encoding lacks is shown escaped instead of ending the command.
            stream.reconfigure(errors="backslashreplace")
    try:
        if sys.stdout is None:
            raise BadArgument("stdout is closed, so there is nowhere to answer to")
        code = cli.main(prog_name="caseboard", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        note(_explained(error))
        code = 2
    except (click.Abort, KeyboardInterrupt):
        note("stopped")
        # Not sys.exit: it would wait for what an engine is still doing.
        os._exit(130)
    except CaseboardError as error:
        note(f"caseboard: {error}")
        code = 2
    except OSError as error:
        note(f"caseboard: {error.filename or 'the answer'}: {error.strerror or error}")
        # What could not be written is not tried again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = 2
    sys.exit(code if isinstance(code, int) else 0)


def _explained(error: click.ClickException) -> str:
    parts = [f"caseboard: {error.format_message()}"]
    if (context := getattr(error, "ctx", None)) is not None:
        if isinstance(error, click.NoSuchOption) and context.parent:
            parts.append("A name that begins with a dash goes after --")
        parts += [context.get_usage(), f"`{context.command_path} --help` has an example"]
    return "\n".join(parts)


class _InOrder(click.Group):
    """A group that lists its commands in the order in which one meets them, not by the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.commands)


@click.group(
    cls=_InOrder,
    context_settings={"help_option_names": ["-h", "--help"]},
    invoke_without_command=True,
    epilog=EXAMPLES,
)
@click.version_option(caseboard.__version__, prog_name="caseboard")
@click.pass_context
def cli(context: click.Context) -> None:
    """A story or an investigation as a knowledge graph: who says what, how sure, and since when we know."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


# --- looking --------------------------------------------------------------------------------------


@cli.command(short_help="Show what is on the board, or everything about NAME.")
@click.argument("name", required=False)
@reads_case
@includes()
def show(name: str | None, case: str | None, include: tuple[str, ...]) -> None:
    """Show what is on the board, or everything about NAME: a name, an alias, or an id.

    \b
    Example:
      caseboard show Sophie --include hedged
    """

    def shown(board: Board) -> str:
        return str(board.overview() if name is None else board.describe(name, include=include))

    say(on_board(case, "reading", shown))


@cli.command(short_help="List the lines of the conspiracy, and who is in each.")
@reads_case
@includes(default=INCLUDES)
def threads(case: str | None, include: tuple[str, ...]) -> None:
    """List the lines of the conspiracy, and who is in each.

    \b
    Example:
      caseboard threads --include hedged
    """

    def told(board: Board) -> str:
        return "\n\n".join(map(str, board.threads(include=include)))

    say(on_board(case, "reading", told) or "The case has no threads.")


@cli.command(short_help="List what the case leaves open.")
@reads_case
@includes(default=INCLUDES)
def questions(case: str | None, include: tuple[str, ...]) -> None:
    """List whoever and whatever the case does not identify, with the claims that speak of them.

    \b
    Example:
      caseboard questions --include stated
    """

    def told(board: Board) -> str:
        return "\n\n".join(map(str, board.questions(include=include)))

    say(on_board(case, "reading", told) or "The case leaves nothing open.")


@cli.command(short_help="Tell the case in the order of the telling, or of the story.")
@click.option("--by", type=click.Choice(["reveal", "story"]), default="reveal", show_default=True)
@reads_case
def timeline(by: str, case: str | None) -> None:
    """Tell the case in the order in which a reader learns it, or in which it happens.

    \b
    Example:
      caseboard timeline --by story --as-of season-1
    """
    say(str(on_board(case, "reading", lambda board: board.timeline(by))))


@cli.command(short_help="Show what ties two threads together, or where the board would come apart.")
@click.argument("threads", nargs=-1, metavar="[THREAD THREAD]")
@walks
def ties(threads: tuple[str, ...], case: str | None, selection: dict[str, Any]) -> None:
    """Show who and what ties two threads together; without threads, whose removal breaks the board apart.

    \b
    Example:
      caseboard ties thread-diary thread-manhunt --include hedged
    """
    if len(threads) not in (0, 2):
        raise click.UsageError("give two threads, or none")

    def told(board: Board) -> str:
        return str(board.links(*threads, **selection) if threads else board.weak_points(**selection))

    say(on_board(case, "reading", told))


for _command in (asking.query, asking.run, asking.queries, asking.explain, asking.schema, asking.shell):
    cli.add_command(_command)


# --- walking --------------------------------------------------------------------------------------


@cli.command(short_help="Show how two are linked, and who says so.")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("-k", type=click.IntRange(min=1), default=3, show_default=True, help="How many paths.")
@click.option("--by", type=click.Choice(["fewest", "strongest"]), default="fewest", show_default=True)
@click.option("--avoid", multiple=True, metavar="NAME", help="Not through NAME; may be repeated.")
@click.option("--via", multiple=True, metavar="NAME", help="Only through NAME; may be repeated.")
@click.option("--family", "families", multiple=True, help="Only such relations; may be repeated.")
@click.option("--cutoff", type=click.IntRange(min=1), metavar="STEPS", help="At most so many steps.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@walks
def path(
    source: str, target: str, format_: str, case: str | None, selection: dict[str, Any], **how: Any
) -> None:
    """Show how FROM and TO are linked, step by step, with who says so.

    \b
    Example:
      caseboard path Segev CIA -k 1 --by strongest --avoid "Martin Wexler"
    """

    def told(board: Board) -> str:
        found = board.paths(source, target, **how, **selection)
        if format_ == "text":
            return "\n\n".join(map(str, found))
        return json.dumps([one.to_dict() for one in found], ensure_ascii=False, indent=2)

    text = on_board(case, "looking for paths", told)
    if format_ == "json":
        write_out("-", f"{text}\n".encode())
    else:
        say(text)


@cli.command(short_help="Rank everybody and everything by how central they are.")
@click.option("--by", default="betweenness", show_default=True, help="degree, in-degree, closeness, …")
@click.option("--top", type=click.IntRange(min=1), default=10, show_default=True, help="How many to show.")
@click.option(
    "--format", "format_", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True
)
@click.option("--robust", is_flag=True, help="Ranks by what is believed, and by what is known when.")
@walks
def central(
    by: str, top: int, format_: str, robust: bool, case: str | None, selection: dict[str, Any]
) -> None:
    """Rank everybody and everything by how central they are.

    With --robust, each one's rank with stated claims only, with hedged ones, with all, and at each reveal
    point; whoever leads only through claims that are less than stated is marked.

    \b
    Examples:
      caseboard central --by pagerank --top 3 --include all
      caseboard central --robust --top 5
    """

    def ranked(board: Board) -> tuple[list[dict[str, Any]], int, list[list[str]]]:
        if robust:
            marked = board.central(by, robust=True, **selection)
            shown = marked.top(top)
            return shown.flat(), len(marked), shown.cells()
        ranking = board.central(by, **selection)
        rows = ranking.top(top).to_dict()["rows"]
        head = ["rank", "who or what", "kind", by]
        cells = [[str(row["rank"]), row["label"], row["kind"], f"{row['score']:.4f}"] for row in rows]
        return rows, len(ranking), [head, *cells]

    rows, size, (head, *cells) = on_board(case, "ranking", lambda board: apart(lambda: ranked(board)))
    if format_ == "json":
        write_out("-", json.dumps(rows, ensure_ascii=False, indent=2).encode() + b"\n")
    elif format_ == "csv":
        buffer = io.StringIO()
        csv.writer(buffer).writerows([rows[0].keys(), *(row.values() for row in rows)] if rows else [])
        write_out("-", buffer.getvalue().encode())
    else:
        show_table(head, cells, right=head[1:-1] if robust else ("rank", by))
        if size > len(rows):
            note(f"{len(rows)} of {size}; --top {size} shows all")


for _command in (
    *(reasoning.why, reasoning.theories, reasoning.suppose),
    *(filing.page, filing.export, filing.check, filing.evidence),
    *(analysts.combine, analysts.diff, analysts.merge),
    *(owncase.new, owncase.import_),
    serving.serve,
):
    cli.add_command(_command)
