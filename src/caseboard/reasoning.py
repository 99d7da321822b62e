"""The commands that reason: what follows and why, and what would change if something were false."""

from __future__ import annotations

from typing import Any

import click

from caseboard.options import on_board, reads_case, walks
from caseboard.terminal import apart, say


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
