"""A server in a process of its own, for the tests that talk to it over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import urlencode

COMMAND = (sys.executable, "-c", "from caseboard.cli import main; main()", "serve")
SRC = Path(__file__).resolve().parent.parent / "src"


@dataclass
class Reply:
    """What came back: header names in small letters."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    def json(self):
        return json.loads(self.body)


@dataclass
class Served:
    """A server that runs."""

    process: subprocess.Popen[bytes]
    port: int
    log: IO[bytes] = field(repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def sparql(self) -> str:
        return f"{self.url}/sparql"

    def ask(
        self,
        path: str = "/sparql",
        *,
        method: str = "GET",
        params: list[tuple[str, str]] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 60,
    ) -> Reply:
        """Send one request, as it is, over a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            target = f"{path}?{urlencode(params)}" if params else path
            connection.request(method, target, body=body, headers=dict(headers or {}))
            response = connection.getresponse()
            data = response.read()
            return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, data)
        finally:
            connection.close()

    def query(
        self, text: str, accept: str | None = None, *more: tuple[str, str], timeout: float = 60
    ) -> Reply:
        """Send a query with GET."""
        headers = {"Accept": accept} if accept else {}
        return self.ask(params=[("query", text), *more], headers=headers, timeout=timeout)

    def lines(self) -> list[dict[str, object]]:
        """Return what the server has logged."""
        self.log.seek(0)
        return [json.loads(line) for line in self.log.read().decode().splitlines() if line.startswith("{")]

    def processes(self) -> list[int]:
        """Return the ids of every process of the server but the first."""
        return descendants(self.process.pid)

    def workers(self) -> dict[str, int]:
        """Return how many workers each lane has."""
        return self.ask("/health").json()["workers"]


def descendants(pid: int) -> list[int]:
    """Return the ids of the processes that a process started, and of those that they started."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        if fields[0] != "Z":
            parents.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found, left = [], [pid]
    while left:
        children = parents.get(left.pop(), [])
        found += children
        left += children
    return found


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(SRC)}


@contextmanager
def served(*options: str, case: str = "harbour", script: str | None = None) -> Iterator[Served]:
    """Start `caseboard serve`, or a script that does, on a free port, and end it at the end."""
    asked = [*COMMAND, "--port", "0", "--case", case, *options]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            asked if script is None else [sys.executable, "-c", script],
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment(),
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline().decode()
            found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
            if not found:
                log.seek(0)
                raise AssertionError(f"it does not serve: {line}{log.read().decode()}")
            yield Served(process, int(found[1]), log)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            finally:
                process.kill()
                process.wait()
                assert process.stdout is not None
                process.stdout.close()


def wait_until(what, *, seconds: float = 30) -> bool:
    """Say whether something comes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.05)
    return False
