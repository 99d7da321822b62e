"""Command line of the benchmarks."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tests.benchmarks import rows_graph, rows_page, rows_rdf, rows_reason, rows_server, rows_sheets
from tests.benchmarks.settings import FULL, QUICK, Settings
from tests.benchmarks.table import Line, render, verdict

ROWS: Mapping[str, Callable[[Settings], Iterator[Line]]] = {
    "query": rows_rdf.query,
    "load": rows_rdf.load,
    "import": rows_sheets.import_,
    "queries": rows_rdf.queries,
    "network": rows_graph.network,
    "betweenness": rows_graph.betweenness,
    "paths": rows_graph.paths,
    "validation": rows_graph.validation,
    "rules": rows_reason.rules,
    "view": rows_reason.view,
    "serve": rows_server.serve,
    "page": rows_page.page,
}
_LEGEND = """\
Times are CPU seconds of all threads and child processes, medians of as many rounds as column n says
(ours/peer). Both sides run in turns on one core, each in a process of its own, with {seconds:g} s for
one piece of work and {memory:g} GB. A star: the goal is promised of a larger size than this run measures."""


def main() -> None:
    """Measure the rows that were asked for and print the table."""
    arguments = _parser().parse_args()
    begin = time.perf_counter()
    sizes = arguments.sizes or (QUICK if arguments.quick else FULL)
    lines: list[Line] = []
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as scratch:
        settings = Settings(arguments.quick, sorted(sizes), arguments.cache, Path(scratch))
        for name in arguments.rows or ROWS:
            for line in ROWS[name](settings):
                print(line, file=sys.stderr, flush=True)
                lines.append(line)
    limits = settings.limits
    print(_machine())
    print(_LEGEND.format(seconds=limits.seconds, memory=limits.memory / 1024**3))
    print()
    print(render(lines))
    print()
    print(verdict(lines))
    print(f"Took {time.perf_counter() - begin:.0f} s.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description="Side-by-side timings against peers."
    )
    parser.add_argument("--quick", action="store_true", help="smaller sizes, fewer rounds: under two minutes")
    parser.add_argument("--rows", type=_names, metavar="NAME,...", help=f"only these of {', '.join(ROWS)}")
    parser.add_argument("--sizes", type=_sizes, metavar="N,...", help="numbers of claims, such as 1k,100k,1M")
    parser.add_argument(
        "--cache",
        type=Path,
        metavar="FOLDER",
        default=Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "caseboard-benchmarks",
        help="where generated cases and the peers' environments are kept (default: %(default)s)",
    )
    return parser


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [name for name in names if name not in ROWS]:
        raise argparse.ArgumentTypeError(f"no row {', '.join(unknown)}; there are {', '.join(ROWS)}")
    return names


def _sizes(text: str) -> list[int]:
    units = {"k": 1_000, "M": 1_000_000}
    try:
        sizes = [round(float(part.rstrip("kM")) * units.get(part[-1:], 1)) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of numbers such as 1k,100k,1M") from None
    if min(sizes) < 50:
        raise argparse.ArgumentTypeError("a case has at least 50 claims")
    return sizes


def _machine() -> str:
    names = ("pyoxigraph", "rdflib", "networkx", "rustworkx", "pyshacl", "owlrl")
    installed = ", ".join(f"{name} {_version(name)}" for name in names)
    return f"Python {platform.python_version()} on {os.cpu_count()} cores; {installed}."


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


if __name__ == "__main__":
    main()
