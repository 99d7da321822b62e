"""The commands for several analysts: put boards together, compare them, settle who is who."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

import caseboard
from caseboard.board import Board
from caseboard.errors import UnknownFormat
from caseboard.options import on_board, reads_case
from caseboard.terminal import note, progress, read_in, say, write_out

if TYPE_CHECKING:
    from caseboard import combine as boards


@click.command(short_help="Put boards together, and keep who claimed what.")
@click.argument("first")
@click.argument("others", nargs=-1, required=True, metavar="OTHER...")
@click.option(
    "-o", "--out", metavar="OUT.ttl", help="Where to write the board; without it, what clashes is told."
)
def combine(first: str, others: tuple[str, ...], out: str | None) -> None:
    """Put the boards FIRST and OTHER together: each claim stays its analyst's, and conflicts are shown.

    \b
    Example:
      caseboard combine harbour mine.ttl -o both.ttl
    """
    if out is not None and out != "-" and Path(out).suffix.lower() != ".ttl":
        raise UnknownFormat(f"a combined board is written as Turtle; let OUT end in .ttl, unlike {out}")

    def combined() -> tuple[Board, tuple[str, ...]]:
        cases = {
            _name(case, place, (first, *others)): caseboard.open(case).case
            for place, case in enumerate((first, *others))
        }
        from caseboard import combine as boards

        store, said = boards.combine(cases)
        return Board(store), said

    board, said = progress("combining", combined)
    for sentence in said:
        note(sentence)
    clashes = board.contradictions()
    if out == "-":
        write_out(out, board.serialize("turtle"))
        return
    if out is not None:
        write_out(out, board.serialize("turtle"))
        note(f"wrote {Path(out).resolve()}")
    overview = f"{len(board.case.claims)} claims, {len(board.entities)} entities of {len(others) + 1} boards"
    say("\n\n".join([overview, *map(str, clashes)]) if clashes else f"{overview}; nothing contradicts itself")


def _name(case: str, place: int, all_: tuple[str, ...]) -> str:
    stem = Path(case).stem or case
    return stem if [Path(one).stem for one in all_].count(stem) == 1 else f"{stem} ({place + 1})"


@click.command(short_help="Tell in sentences what changed from one board to another.")
@click.argument("before")
@click.argument("after")
def diff(before: str, after: str) -> None:
    """Tell in sentences what changed from the board BEFORE to the board AFTER.

    \b
    Example:
      caseboard diff harbour mine.ttl
    """

    def compared() -> boards.Difference:
        from caseboard import combine as boards

        return boards.difference(caseboard.open(before).case, caseboard.open(after).case)

    say(str(progress("comparing", compared)))


@click.command(short_help="Propose who may be one person under two names, and keep what you decide.")
@click.option("--suggest", is_flag=True, help="Propose who may be one and the same, with reasons.")
@click.option("--same", nargs=2, metavar="A B", help="A and B are one, who goes by the name of B.")
@click.option("--different", nargs=2, metavar="A B", help="A and B are two.")
@click.option("--undo", nargs=2, metavar="A B", help="Take back what was decided of A and B.")
@click.option("--to", metavar="FILE.ttl", help="Where decisions are kept, as claims; a file of the case.")
@click.option("--by", default="an analyst", show_default=True, metavar="WHO", help="Who decides.")
@reads_case
def merge(
    suggest: bool,
    same: tuple[str, str] | None,
    different: tuple[str, str] | None,
    undo: tuple[str, str] | None,
    to: str | None,
    by: str,
    case: str | None,
) -> None:
    """Propose who may be one person under two names; what a human decides is a claim, and can be undone.

    \b
    Examples:
      caseboard merge --suggest --case mine.ttl
      caseboard merge --different Ada "Iris Holm" --case harbour --to decisions.ttl
    """
    chosen = [pair for pair in (same, different, undo) if pair]
    if suggest + len(chosen) != 1:
        raise click.UsageError("give one of --suggest, --same A B, --different A B, --undo A B")
    if suggest:
        found = on_board(case, "comparing names", lambda board: board.suggestions())
        say("\n\n".join(map(str, found)) or "No two names on the board are alike.")
        return
    if to is None or Path(to).suffix.lower() not in (".ttl", ".nt"):
        raise click.UsageError("--to names the file that keeps decisions; it ends in .ttl")
    text = read_in(to) if Path(to).exists() else ""

    def decided(board: Board) -> str:
        iris = [board.case.names.iri(id_) or id_ for id_ in map(board.find, chosen[0])]
        if undo:
            from caseboard import identities

            return identities.undo(board.case, *iris, text=text)
        from caseboard import identities

        return identities.decide(board.case, *iris, same=bool(same), by=by, text=text)

    write_out(to, on_board(case, "deciding", decided).encode())
    note(f"wrote {Path(to).resolve()}")
