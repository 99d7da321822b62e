"""The options that commands share: which case, which claims of it, and how to answer."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

import caseboard
from caseboard.engine import GRAPH_FORMATS, TABLE_FORMATS
from caseboard.errors import UnknownFormat, did_you_mean
from caseboard.network import INCLUDES, SCOPES
from caseboard.terminal import note, progress

if TYPE_CHECKING:
    from caseboard.board import Board

T = TypeVar("T")
Command = Callable[..., Any]

#: What --format takes: "table" and "markdown" are for people, the others are the engine's own.
FORMATS = ("table", *TABLE_FORMATS, "markdown", *GRAPH_FORMATS)


#: Where a command's context keeps what the view options say, for `on_board` to cut the board by.
_CUT = "caseboard.cut"
_VIEWS = {
    "as-of": ("POINT", "Only what is revealed by then, as in --as-of season-1."),
    "status": ("STATUS,…", "Only claims of these statuses."),
    "thread": ("THREAD", "Only claims of this thread."),
    "known-to": ("NAME", "Only what this person knows."),
    "source": ("SOURCE", "Only claims that rest on this source."),
}


def reads_case(command: Command, *, views: Sequence[str] = tuple(_VIEWS)) -> Command:
    """Give a command --case, and the options that cut the board to a view."""

    def named(_context: click.Context, _option: click.Parameter, given: str | None) -> str | None:
        # As a path, the empty string would be the current folder: a variable that was not set opens nothing.
        if given == "":
            raise click.BadParameter("it is empty; name a bundled case, a file or a folder")
        return given

    def cut(context: click.Context, option: click.Parameter, given: str | None) -> None:
        if given is not None:
            several = option.name == "view_status"
            words = [word.strip() for word in given.split(",")] if several else given
            context.meta.setdefault(_CUT, {})[str(option.name).removeprefix("view_")] = words

    for name in reversed(views):
        metavar, text = _VIEWS[name]
        # A name of its own inside, since commands have arguments called source and thread.
        inside = f"view_{name.replace('-', '_')}"
        command = click.option(
            f"--{name}", inside, callback=cut, expose_value=False, metavar=metavar, help=text
        )(command)
    return click.option("--case", callback=named, metavar="CASE", help="A bundled case, a file or a folder.")(
        command
    )


def reads_sources(command: Command) -> Command:
    """Give a command what `reads_case` gives, where --source NAME=FILE is a copy to show: ``copies``."""

    def parse(
        context: click.Context, _option: click.Parameter, given: Sequence[str]
    ) -> list[tuple[str, str]]:
        copies = []
        for source in given:
            name, equals, file = source.partition("=")
            if equals:
                copies.append((name, file))
            elif "source" in context.meta.setdefault(_CUT, {}):
                raise click.BadParameter(f"a board is cut to one source, and {source!r} is a second one")
            else:
                context.meta[_CUT]["source"] = name
        return copies

    views = [name for name in _VIEWS if name != "source"]
    return click.option(
        "--source",
        "copies",
        multiple=True,
        callback=parse,
        metavar="SOURCE[=FILE]",
        help="Only claims that rest on this source. With =FILE, a copy of it (- is stdin), nothing is left "
        "out, and the passages that claims rest on are shown, each whole, whatever else it says; may be "
        "repeated.",
    )(reads_case(command, views=views))


def is_cut() -> bool:
    """Whether an option of this command cuts the board to a view."""
    return bool(click.get_current_context().meta.get(_CUT))


def view_of() -> dict[str, Any]:
    """Return what the options of this command cut the board to, as `Board.view` takes it."""
    return dict(click.get_current_context().meta.get(_CUT, {}))


def includes(default: Sequence[str] = ()) -> Callable[[Command], Command]:
    """Give a command --include, which is ``default`` where it is not given."""

    def parse(_context: click.Context, _option: click.Parameter, given: Sequence[str]) -> tuple[str, ...]:
        words = [word.strip() for part in given for word in part.split(",") if word.strip()]
        for word in words:
            if word not in (*INCLUDES, "stated", "all"):
                raise click.BadParameter(
                    f"{word!r} is none of {', '.join(INCLUDES)}, all.{did_you_mean(word, INCLUDES)}"
                )
        chosen = default if not given else INCLUDES if "all" in words else words
        return tuple(status for status in INCLUDES if status in chosen)

    return click.option(
        "--include",
        multiple=True,
        callback=parse,
        metavar="STATUS,…",
        help=f"Less certain claims beside the stated ones: {', '.join(INCLUDES)}, or all. "
        f"[default: {'all' if default == INCLUDES else ', '.join(default) or 'none'}]",
    )


def walks(command: Command) -> Command:
    """Give a command --case and what `Board.network` takes, the latter as one argument ``selection``."""

    @functools.wraps(command)
    def packed(*, scope: str, include: tuple[str, ...], merge_aliases: bool, **rest: Any) -> Any:
        selection = {"scope": scope, "include": include, "merge_aliases": merge_aliases}
        return command(selection=selection, **rest)

    scope = click.option(
        "--scope",
        type=click.Choice(SCOPES),
        default="world",
        show_default=True,
        help="The story, the production, or both.",
    )
    merge = click.option(
        "--merge-aliases", is_flag=True, help="Fold every persona into the person behind it."
    )
    return scope(merge(reads_case(includes()(packed))))


def answers(command: Command) -> Command:
    """Give a command --format, --iris, --timeout, --advice, --case and --include."""

    def seconds(_context: click.Context, _option: click.Parameter, given: float | None) -> float | None:
        # No number is smaller or greater than nan, so that no range keeps it out.
        if given is not None and not (math.isfinite(given) and 0 < given <= 1e6):
            raise click.BadParameter("it takes a number of seconds above 0, at most a million")
        return given

    timeout = click.option(
        "--timeout", type=float, callback=seconds, metavar="SECONDS", help="Stop after so long."
    )
    iris = click.option("--iris", is_flag=True, help="Show identifiers in place of labels.")
    format_ = click.option(
        "--format",
        "format_",
        type=click.Choice(FORMATS),
        help="Default: table for SELECT and ASK, turtle for CONSTRUCT and DESCRIBE.",
    )
    advice = click.option(
        "--advice/--no-advice",
        default=None,
        help="Say on stderr why an answer is empty.  [default: with --format table or markdown]",
    )
    return format_(iris(timeout(advice(reads_case(includes()(command))))))


def check_format(form: str | None, format_: str) -> None:
    """Raise UnknownFormat where a query of this form cannot be answered in this format, "" being the default.

    >>> check_format("SELECT", "csv")
    >>> check_format("SELECT", "turtle")
    Traceback (most recent call last):
    caseboard.errors.UnknownFormat: a SELECT answers with a table, not as turtle; --format table, csv, tsv,
    json, xml or markdown
    """
    graph = form in ("CONSTRUCT", "DESCRIBE")
    if form and format_ and graph != (format_ in GRAPH_FORMATS):
        fitting = [one for one in FORMATS if (one in GRAPH_FORMATS) == graph]
        raise UnknownFormat(
            f"a{'n' if form == 'ASK' else ''} {form} answers with a {'graph' if graph else 'table'}, "
            f"not as {format_}; --format {', '.join(fitting[:-1])} or {fitting[-1]}"
        )


def yes_or_no(answer: bytes, format_: str) -> bytes:
    """Return the answer to an ASK in a format: as W3C defines it for JSON and XML, elsewhere the bare word.

    >>> yes_or_no(b"true", "json")
    b'{"head": {}, "boolean": true}'
    """
    if format_ == "json":
        return b'{"head": {}, "boolean": %s}' % answer
    if format_ == "xml":
        space = b"http://www.w3.org/2005/sparql-results#"
        head = b'<?xml version="1.0"?>\n<sparql xmlns="%s"><head/>' % space
        return head + b"<boolean>%s</boolean></sparql>" % answer
    return answer


def on_board(case: str | None, what: str, work: Callable[[Board], T], *, language: str | None = None) -> T:
    """Return what ``work`` makes of the board that the options name; ``what`` is for progress."""
    board = progress(f"opening {case or 'hit-and-run'}", opener(case, language=language))
    for told in board.notes:
        note(told)
    return progress(what, lambda: work(board))


def opener(case: str | None, *, language: str | None = None) -> Callable[[], Board]:
    """Return what opens the board that the options name, as often as it is called."""
    view = view_of()

    def opened() -> Board:
        board = caseboard.open(case, language=language) if language else caseboard.open(case)
        return board.view(**view) if view else board

    return opened
