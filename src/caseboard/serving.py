"""The command that serves a board over HTTP."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from caseboard.options import reads_case, view_of
from caseboard.terminal import say


def _seconds(_context: click.Context, _option: click.Parameter, given: float) -> float:
    # No number is smaller or greater than nan, so that no range keeps it out.
    if not 0.1 <= given <= 3600:
        raise click.BadParameter("it takes a number of seconds from 0.1 to 3600")
    return given


@click.command(short_help="Serve the board over HTTP: SPARQL, the page, every thing of the case.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one."
)
@click.option(
    "--data",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Named graphs to lay beside the case, .trig or .nq; may be repeated.",
)
@click.option(
    "--timeout",
    type=float,
    callback=_seconds,
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="A query is answered or stopped within so long.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=8,
    show_default=True,
    help="Processes that answer quick queries.",
)
@click.option("--log-queries", is_flag=True, help="Write the text of queries to the log too.")
@reads_case
def serve(
    host: str,
    port: int,
    data: tuple[Path, ...],
    timeout: float,
    workers: int,
    log_queries: bool,
    case: str | None,
) -> None:
    """Serve the board: /sparql for SPARQL 1.1 clients, / for the page, /workbench to write queries.

    With --as-of, --known-to and the like, only the view is served: what it hides is in no process that
    answers. SIGTERM or Ctrl-C ends it: what runs has four seconds more, and none at a second signal. Requests
    are logged on stderr, a line of JSON each.

    \b
    Examples:
      caseboard serve --as-of season-1
      curl http://127.0.0.1:8000/sparql --data-urlencode 'query=ASK { ?who cb:handlerOf ?whom }'
    """
    from caseboard.server import run
    from caseboard.server.keeper import Source
    from caseboard.server.limits import Limits

    def ready(address: str) -> None:
        say(f"serving {address} (SPARQL: {address}sparql); Ctrl-C ends it")
        sys.stdout.flush()

    limits = Limits(workers=workers, timeout=timeout)
    run.serve(
        Source(case, view_of(), data),
        host=host,
        port=port,
        limits=limits,
        log_queries=log_queries,
        ready=ready,
    )
