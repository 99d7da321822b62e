"""Rows about serving: answers a second and their 95th percentile, beside servers that offer no limits."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import quote

import caseboard
from tests.benchmarks.kglab_env import Unavailable, programs
from tests.benchmarks.settings import Settings
from tests.benchmarks.table import Line

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
#: At least so many times as many answers a second as the peer.
_GOALS = {"oxigraph": 0.5, "rdflib-endpoint": 5.0}


@dataclass(frozen=True, slots=True)
class Load:
    """What a server did under load: answers a second, seconds at the 95th percentile, answers that failed."""

    rate: float
    late: float
    failed: int

    def __str__(self) -> str:
        return f"{self.rate:,.0f}/s, {self.late * 1e3:.3g} ms"


def serve(settings: Settings) -> Iterator[Line]:
    """Ask three servers the same of the same data, eight clients at once, in turns."""
    data = settings.scratch / "stated.nt"
    _write(data)
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
                for name, (port, path) in sides.items():
                    found[name].append(_load(port, path, 3.0, f"{kind}-{number}", vary=kind == "new"))
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
    wrong = " FAILED ANSWERS" if ours.failed else ""
    met = "yes" if ratio >= times and not ours.failed else "NO"
    return Line(
        row, "hit-and-run", str(ours), peer, str(other), f"{ratio:.3g} x{wrong}", goal, met, str(len(theirs))
    )


def _middle(loads: Sequence[Load]) -> Load:
    return Load(
        median(load.rate for load in loads),
        median(load.late for load in loads),
        sum(load.failed for load in loads),
    )


def _write(data: Path) -> None:
    """Write what is stated, which is the default graph of the bundled case, as plain triples."""
    everything = caseboard.open().query("CONSTRUCT WHERE { ?s ?p ?o }")
    everything.serialize(destination=data, format="nt", encoding="utf-8")


@contextmanager
def _ours() -> Iterator[tuple[int, str]]:
    port = _free()
    command = (sys.executable, "-c", "from caseboard.cli import main; main()", "serve", "--port", str(port))
    with _running(command, port):
        yield port, "/sparql"


@contextmanager
def _peer(name: str, data: Path, settings: Settings) -> Iterator[tuple[int, str]]:
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
    with _running(command, port):
        yield port, path


@contextmanager
def _running(command: Sequence[str], port: int) -> Iterator[None]:
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
        yield
    finally:
        process.terminate()
        process.wait(30)


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        return int(bound.getsockname()[1])


def _load(port: int, path: str, seconds: float, run: str, *, vary: bool) -> Load:
    begin, took, failed = time.monotonic(), list[float](), list[int]()

    def client(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        asked = number
        while time.monotonic() < begin + seconds:
            # A comment makes it a query that nobody has asked before.
            mark = f" # {run} {number} {asked}" if vary else ""
            text = _PREFIXES + _QUERIES[asked % len(_QUERIES)] + mark
            asked += 1
            start = time.monotonic()
            accept = {"Accept": "application/sparql-results+json"}
            connection.request("GET", f"{path}?query={quote(text)}", headers=accept)
            response = connection.getresponse()
            response.read()
            took.append(time.monotonic() - start)
            if response.status != 200:
                failed.append(response.status)
        connection.close()

    clients = [threading.Thread(target=client, args=(number,)) for number in range(_CLIENTS)]
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    elapsed = time.monotonic() - begin
    return Load(len(took) / elapsed, sorted(took)[int(len(took) * 0.95)], len(failed))
