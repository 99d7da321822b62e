"""The commands that reason: what follows and why, what theories are worth, what if something were false."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from caseboard.options import on_board, reads_case, walks
from caseboard.terminal import apart, say

if TYPE_CHECKING:
    from caseboard.board import Board


@click.command(short_help="Say why something holds, or what is missing for it.")
@click.argument("subject")
@click.argument("relation")
@click.argument("object_", metavar="OBJECT")
@reads_case
def why(subject: str, relation: str, object_: str, case: str | None) -> None:
    """Say why something holds: who says it, or by which rule it follows from what; else what is missing.

    \b
    Example:
      caseboard why Danielle assetOf CIA
    """
    say(on_board(case, "reasoning", lambda board: str(board.why(subject, relation, object_))))


@click.command(short_help="Weigh the theories about what the case leaves open.")
@click.argument("question", required=False)
@reads_case
def theories(question: str | None, case: str | None) -> None:
    """Weigh the theories about QUESTION, or about all that the case leaves open: least spoken against first.

    What speaks for a theory does not lift it; `caseboard questions` lists what there are theories about.

    \b
    Example:
      caseboard theories "The men behind the hit-and-run" --as-of season-1
    """

    def told(board: Board) -> str:
        from caseboard.theories import matrices

        found = matrices(board.case) if question is None else [board.theories(question)]
        return "\n\n".join(map(str, found))

    say(on_board(case, "weighing theories", told) or "There are no theories about what the case leaves open.")


@click.command(short_help="Show what changes if a claim is false.")
@click.option(
    "--not", "false", multiple=True, required=True, metavar="CLAIM", help="Its id; may be repeated."
)
@click.option("--by", default="betweenness", show_default=True, help="degree, in-degree, closeness, …")
@click.option(
    "--top", type=click.IntRange(min=1), default=10, show_default=True, help="Of each part, show so many."
)
@walks
def suppose(false: tuple[str, ...], by: str, top: int, case: str | None, selection: dict[str, Any]) -> None:
    """Show what changes if claims are false: what falls, what stands on other feet, which paths and ranks.

    `caseboard show NAME` lists the claims about somebody with their ids.

    \b
    Example:
      caseboard suppose --not c-handler --top 3
    """
    say(
        on_board(
            case,
            "supposing",
            lambda board: apart(lambda: board.suppose(false, by=by, **selection).text(top)),
        )
    )
