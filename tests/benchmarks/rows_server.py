"""Rows about serving: answers a second and their 95th percentile, beside servers that offer no limits."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import quote

import caseboard
from tests.benchmarks.asking import Asked, ask, cpu_seconds, get
from tests.benchmarks.kglab_env import Unavailable, programs
from tests.benchmarks.settings import Settings
from tests.benchmarks.table import Line
from tests.serving import descendants

_CLIENTS = 8
_PREFIXES = (
    "PREFIX cb: <https://w3id.org/caseboard/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
)
_QUERIES = (
    "SELECT ?a ?b { ?a cb:handlerOf ?b }",
    "ASK { ?a cb:killedBy ?b }",
    "SELECT ?a ?l { ?a a cb:Person ; rdfs:label ?l } ORDER BY ?l",
    "SELECT ?a ?b ?c { ?a cb:memberOf ?b . ?c cb:memberOf ?b FILTER(?a != ?c) }",
)
#: The queries that say in which order, by their place, with the variable that orders.
_ORDERED = {2: "l"}
#: At least so many times as many answers a second as the peer.
_GOALS = {"oxigraph": 0.5, "rdflib-endpoint": 5.0}


@dataclass(frozen=True, slots=True)
class Load:
    """What a server did under load.

    Attributes:
        rate: answers a second.
        late: seconds at the 95th percentile.
        failed: answers that did not come, or are not the right ones.
        cpu: seconds of CPU that all its processes took for an answer.
    """

    rate: float
    late: float
    failed: int
    cpu: float

    def __str__(self) -> str:
        return f"{self.rate:,.0f}/s, {self.late * 1e3:.3g} ms, {self.cpu * 1e3:.2g} ms CPU"


@dataclass(frozen=True, slots=True)
class _Side:
    """A server that runs: its process, and where it answers."""

    pid: int
    port: int
    path: str


def serve(settings: Settings) -> Iterator[Line]:
    """Ask three servers the same of the same data, eight clients at once, in turns."""
    data = settings.scratch / "stated.nt"
    right = _write(data)
    with ExitStack() as running:
        sides, missing = {"ours": running.enter_context(_ours())}, {}
        for name in _GOALS:
            try:
                sides[name] = running.enter_context(_peer(name, data, settings))
            except Unavailable as reason:
                missing[name] = str(reason)
        for kind in ("repeated", "new"):
            found: dict[str, list[Load]] = {name: [] for name in sides}
            for number in range(3 if settings.quick else 7):
                for name, side in sides.items():
                    load = _load(side, right, 3.0, f"{kind}-{number}", vary=kind == "new")
                    found[name].append(load)
            for name, times in _GOALS.items():
                ours, theirs = _middle(found["ours"]), found.get(name)
                yield _line(f"serve: {kind} queries", ours, name, theirs, times, missing)


def _line(
    row: str,
    ours: Load,
    peer: str,
    theirs: Sequence[Load] | None,
    times: float,
    missing: Mapping[str, str],
) -> Line:
    goal = f">= {times:g} x"
    if theirs is None:
        return Line(row, "hit-and-run", str(ours), peer, missing[peer], "", goal)
    other = _middle(theirs)
    ratio = ours.rate / other.rate
    # Whoever answers wrongly is not fast: neither we nor, so that nothing is compared with it, a peer.
    wrong = "".join(
        f" {load.failed} WRONG ANSWERS OF {name}"
        for name, load in (("OURS", ours), (peer, other))
        if load.failed
    )
    met = "yes" if ratio >= times and not ours.failed else "NO"
    return Line(
        row, "hit-and-run", str(ours), peer, str(other), f"{ratio:.3g} x{wrong}", goal, met, str(len(theirs))
    )


def _middle(loads: Sequence[Load]) -> Load:
    return Load(
        median(load.rate for load in loads),
        median(load.late for load in loads),
        sum(load.failed for load in loads),
        median(load.cpu for load in loads),
    )


def _write(data: Path) -> list[Asked]:
    """Write what is stated, the default graph of the bundled case, as plain triples; return what is right."""
    board = caseboard.open()
    everything = board.query("CONSTRUCT WHERE { ?s ?p ?o }")
    everything.serialize(destination=data, format="nt", encoding="utf-8")
    right = []
    for number, text in enumerate(_QUERIES):
        answer = io.BytesIO()
        board.case.store.stream(_PREFIXES + text, answer, format="json")
        right.append(Asked.of(_PREFIXES + text, answer.getvalue(), by=_ORDERED.get(number)))
    return right


@contextmanager
def _ours() -> Iterator[_Side]:
    port = _free()
    command = (sys.executable, "-c", "from caseboard.cli import main; main()", "serve", "--port", str(port))
    with _running(command, port) as pid:
        # The page is laid out at the start; nothing is measured while it is.
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60).close()
        yield _Side(pid, port, "/sparql")


@contextmanager
def _peer(name: str, data: Path, settings: Settings) -> Iterator[_Side]:
    packages = ["oxigraph"] if name == "oxigraph" else ["rdflib-endpoint[cli]", "uvicorn"]
    folder = programs(settings.cache, name, packages, install=not settings.quick)
    port, store = _free(), settings.scratch / "oxigraph"
    address = f"127.0.0.1:{port}"
    if name == "oxigraph":
        load = [folder / name, "load", "--location", store, "--file", data]
        subprocess.run(load, check=True, capture_output=True)
        command = (str(folder / name), "serve-read-only", "--location", str(store), "--bind", address)
        path = "/query"
    else:
        command = (str(folder / name), "serve", "--host", "127.0.0.1", "--port", str(port), str(data))
        path = "/"
    with _running(command, port) as pid:
        yield _Side(pid, port, path)


@contextmanager
def _running(command: Sequence[str], port: int) -> Iterator[int]:
    silent = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=silent, stderr=silent, env=dict(os.environ))
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), 0.5).close()
                break
            except OSError:
                time.sleep(0.1)
        # Both sides have a moment for what they do when first asked.
        time.sleep(1)
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        return int(bound.getsockname()[1])


def _load(side: _Side, right: Sequence[Asked], seconds: float, run: str, *, vary: bool) -> Load:
    accept = {"Accept": "application/sparql-results+json"}
    # Made before anybody asks; "~" stands where a comment makes it a query that nobody has asked before.
    made = [
        get(side.port, f"{side.path}?query={quote(one.text + (f' # {run} ~' if vary else ''))}", accept)
        for one in right
    ]
    halves = [one.partition(b"~") for one in made]

    def request(number: int, asked: int) -> tuple[int, bytes]:
        which = asked % len(made)
        if not vary:
            return which, made[which]
        before, _, after = halves[which]
        return which, b"%b%d-%d%b" % (before, number, asked, after)

    def is_right(which: int, body: bytes) -> bool:
        return right[which].is_answered(body, by=_ORDERED.get(which))

    pids = [side.pid, *descendants(side.pid)]
    before = cpu_seconds(pids)
    found = ask(side.port, request, is_right, clients=_CLIENTS, seconds=seconds)
    answers = max(1, len(found.took))
    late = sorted(found.took)[int(len(found.took) * 0.95)] if found.took else found.seconds
    return Load(len(found.took) / found.seconds, late, found.failed, (cpu_seconds(pids) - before) / answers)
