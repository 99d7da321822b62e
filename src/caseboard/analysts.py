"""The commands for several analysts: put boards together, compare them, settle who is who."""

from __future__ import annotations

from pathlib import Path

import click

import caseboard
from caseboard import combine as boards
from caseboard.board import Board
from caseboard.errors import UnknownFormat
from caseboard.terminal import note, progress, say, write_out


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
      caseboard combine ada.ttl iris.ttl -o both.ttl
    """
    if out is not None and out != "-" and Path(out).suffix.lower() != ".ttl":
        raise UnknownFormat(f"a combined board is written as Turtle; let OUT end in .ttl, unlike {out}")

    def combined() -> tuple[Board, tuple[str, ...]]:
        cases = {
            _name(case, place, (first, *others)): caseboard.open(case).case
            for place, case in enumerate((first, *others))
        }
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
      caseboard diff monday.ttl friday.ttl
    """

    def compared() -> boards.Difference:
        return boards.difference(caseboard.open(before).case, caseboard.open(after).case)

    say(str(progress("comparing", compared)))
