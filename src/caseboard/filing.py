"""The commands whose business is files: page and export write them, check and evidence read them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import caseboard
from caseboard import formats
from caseboard.errors import UnknownFormat, did_you_mean
from caseboard.formats.incoming import counted
from caseboard.network import INCLUDES
from caseboard.options import includes, is_cut, on_board, opener, reads_case, reads_sources, walks
from caseboard.owncase import write_folder
from caseboard.terminal import apart, note, progress, read_in, say, write_files, write_out

if TYPE_CHECKING:
    from caseboard.board import Board

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
    ".ftm.json": "ftm",
    ".stix.json": "stix",
}


@click.command(short_help="Write the board as one HTML page.")
@click.argument("out", required=False, metavar="[OUT.html]")
@click.option("--open", "open_", is_flag=True, help="Open it in the browser.")
@click.option(
    "--watch", is_flag=True, help="Show it on this machine, anew whenever a file of the case changes."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Where --watch shows it. [default: any that is free]",
)
@click.option(
    "--language",
    metavar="TAG",
    help="Titles, names and comments in this language where the case has them. [default: en]",
)
@reads_sources
@includes(default=INCLUDES[1:])
def page(
    out: str | None,
    open_: bool,
    watch: bool,
    port: int,
    language: str | None,
    copies: list[tuple[str, str]],
    case: str | None,
    include: tuple[str, ...],
) -> None:
    """Write the board as one HTML page that needs nothing else; OUT may be - for stdout.

    With --watch the page is shown at an address of this machine, and an open one follows the files of the
    case as they change, until Ctrl-C. It is then written to OUT only where OUT is named. It needs
    caseboard[server].

    \b
    Examples:
      caseboard page board.html --include stated --open
      caseboard page --source hit-and-run-article=article.txt
      caseboard page --case my-case --watch --open
    """
    if language == "":
        raise click.UsageError("--language is empty; give a tag, such as en or pt-BR")
    if open_ and out == "-":
        raise click.UsageError("--open needs a file to open, not -")
    draw = functools.partial(_drawn, language=language, include=include)
    if watch:
        if out == "-" or any(file == "-" for _, file in copies):
            raise click.UsageError("--watch follows files, and - is none")
        _watch(draw, case, out, copies=copies, port=port, open_=open_, language=language)
        return
    out = out or f"{Path(case).resolve().stem or 'case' if case else 'hit-and-run'}.html"
    texts = [(name, read_in(file)) for name, file in copies]
    data, summary, problems = on_board(
        case, "drawing", lambda board: apart(lambda: draw(board, texts)), language=language
    )
    for problem in problems:
        note(problem)
    write_out(out, data.encode())
    if out == "-" or not Path(out).is_file():
        return
    say(f"{Path(out).resolve()}\n{summary}, opens in any browser")
    if open_:
        _open(Path(out).resolve().as_uri())


def _drawn(
    board: Board,
    texts: Sequence[tuple[str, str]],
    *,
    language: str | None,
    include: tuple[str, ...],
) -> tuple[str, str, list[str]]:
    """Return the page, what it shows in one line, and what had to be left out of it."""
    reports = [board.hold_against(name, text) for name, text in texts]
    page = board.page(include=include, passages=reports)
    loose = [replace(one, findings=tuple(f for f in one.findings if f.verdict != "holds")) for one in reports]
    problems = [f"{one}\nThese are left out of the page" for one in loose if one.findings]
    if language and board.case.title_language != language:
        problems.append(f"the case has no title in {language!r}; what it lacks is in another language")
    summary = (
        f"{board.title}: {page.drawn[0]} people, groups and things, "
        f"{counted(page.drawn[1], 'link')}, {counted(len(board.case.threads), 'thread')}; "
        f"{len(page.encode()) / 1000:.0f} kB"
    )
    return str(page), summary, problems


def _open(address: str) -> None:
    import webbrowser

    if not webbrowser.open(address):
        note("no browser could be started here; open the address above yourself")


def _watch(
    draw: Callable[..., tuple[str, str, list[str]]],
    case: str | None,
    out: str | None,
    *,
    copies: Sequence[tuple[str, str]],
    port: int,
    open_: bool,
    language: str | None,
) -> None:
    """Show the page and make it anew with each change of a file; all of it apart, so nothing piles up."""
    from caseboard import watching

    cut = opener(case, language=language)

    def made() -> watching.Made:
        board = cut()
        page, summary, problems = draw(board, [(name, read_in(file)) for name, file in copies])
        return watching.Made(page, summary, (*board.notes, *problems), watching.digests(board))

    def keep(page: watching.Made) -> None:
        if out is not None:
            write_out(out, page.page.encode())

    watching.follow(
        lambda: progress("drawing", lambda: apart(lambda: watching.settled(made))),
        watching.Watched(case, [file for _, file in copies]),
        name=case or "hit-and-run",
        port=port,
        keep=keep,
        ready=_open if open_ else lambda _: None,
    )


@click.command(short_help="Write the board to a file, in the format of its ending.")
@click.argument("out", required=False)
@click.option("--rdf12", is_flag=True, help="RDF 1.2 Turtle, each claim the reifier of its triple.")
@click.option("--case-folder", metavar="DIR", help="The case as a folder of spreadsheets, as `new` makes it.")
@walks
def export(
    out: str | None, rdf12: bool, case_folder: str | None, case: str | None, selection: dict[str, Any]
) -> None:
    """Write the board to OUT, in the format of its ending; - is Turtle on stdout.

    \b
    .ttl .nt .rdf .jsonld    the case: claims, evidence, entities
    .trig .nq                all graphs of the dataset
    .graphml .gexf .json     the network
    .ftm.json .stix.json     the claims, for FollowTheMoney and STIX 2.1
    a folder                 the network as nodes.csv and edges.csv

    --scope, --include and --merge-aliases choose the edges of a network; a case is always written whole.

    \b
    Examples:
      caseboard export board.graphml --include hedged,predicted
      caseboard export claims.ttl --rdf12
      caseboard export --case-folder sheets --case mine.ttl
    """
    if case_folder is not None:
        if out is not None or rdf12:
            raise click.UsageError("--case-folder names the folder to write; leave out OUT and --rdf12")
        write_folder(case, case_folder)
        return
    if out is None:
        raise click.UsageError("give OUT, or --case-folder DIR")
    ending = max(
        (one for one in ENDINGS if out.lower().endswith(one)), key=len, default=Path(out).suffix.lower()
    )
    folder = out != "-" and (out.endswith("/") or Path(out).is_dir() or not ending)
    if rdf12 and (folder or ending not in ("", ".ttl")):
        raise UnknownFormat(f"--rdf12 writes Turtle; let OUT end in .ttl, unlike {out}")
    if folder:
        tables = on_board(case, "exporting", lambda board: board.tables(**selection))
        write_files({Path(out) / name: data for name, data in tables.items()})
        note(f"wrote {' and '.join(tables)} to {Path(out).resolve()}")
        return
    if out != "-" and ending not in ENDINGS:
        raise UnknownFormat(
            f"no format ends in {ending!r}; there are {' '.join(ENDINGS)} and a folder."
            f"{did_you_mean(ending, ENDINGS)}"
        )
    format_ = "rdf12" if rdf12 else ENDINGS.get(ending, "turtle")
    if format_ in formats.WRITERS:
        written = on_board(case, "exporting", lambda board: formats.export(board.case, format_, **selection))
        write_out(out, written.data)
        for sentence in written.left_out:
            note(f"not in this format: {sentence}")
    else:
        write_out(out, on_board(case, "exporting", lambda board: board.serialize(format_, **selection)))
    if out != "-":
        note(f"wrote {Path(out).resolve()}")


@click.command(short_help="Check whether a case is sound.")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@reads_case
@click.pass_context
def check(context: click.Context, files: tuple[str, ...], case: str | None) -> None:
    """Check a case against the shapes in graph/shapes.ttl; exit 1 where it finds a violation.

    \b
    Example:
      caseboard check mine.ttl
    """
    if files and (case is not None or is_cut()):
        raise click.UsageError("give files, or --case and a view of it, not both")
    source = list(files) if len(files) > 1 else files[0] if files else case
    # A case as it stands can be checked where it cannot be opened; a view is of one that is open.
    if is_cut():
        report = on_board(case, "checking", lambda board: board.check())
    else:
        report = progress("checking", lambda: caseboard.check(source))
    say(str(report))
    context.exit(0 if report.ok else 1)


@click.command(short_help="Hold the evidence against a copy of its source.")
@click.option(
    "--source",
    "sources",
    multiple=True,
    required=True,
    metavar="NAME=FILE",
    help="A copy of a source; may be repeated.",
)
@functools.partial(reads_case, views=("as-of", "status", "thread", "known-to"))
@click.pass_context
def evidence(context: click.Context, sources: tuple[str, ...], case: str | None) -> None:
    """Hold every pointer into a source against a copy of it, and show the passages; exit 1 where one fails.

    \b
    Example:
      caseboard evidence --source hit-and-run-article=article.txt
    """
    copies = []
    for source in sources:
        name, equals, file = source.partition("=")
        if not equals:
            raise click.UsageError(f"--source takes NAME=FILE, not {source!r}")
        copies.append((name, read_in(file)))
    reports = on_board(
        case, "looking up passages", lambda board: [board.hold_against(name, text) for name, text in copies]
    )
    for report in reports:
        say(str(report))
    context.exit(0 if all(report.ok for report in reports) else 1)
