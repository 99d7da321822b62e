"""One line of JSON for each request, and the counts that Prometheus reads."""

from __future__ import annotations

import itertools
import json
import os
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from typing import TextIO

#: Upper bounds in seconds of the buckets in which answers are counted by how long they took.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_PATHS = ("/", "/sparql", "/queries", "/void", "/workbench", "/health", "/metrics")


class Log:
    """Writes requests and counts them.

    Args:
        stream: where to; None for stderr.
        queries: whether to write the text of queries.
        later: calls back at the end of a turn, for which lines are gathered; None to write each at once.
    """

    def __init__(
        self,
        *,
        stream: TextIO | None = None,
        queries: bool = False,
        later: Callable[[Callable[[], None]], object] | None = None,
    ) -> None:
        self._stream, self.queries, self._later = stream, queries, later
        self._lines: list[str] = []
        self.requests: Counter[tuple[str, str, int]] = Counter()
        self._seconds: Counter[int] = Counter()
        self._total = 0.0
        self._run, self._numbers = os.urandom(3).hex(), itertools.count(1)

    def number(self) -> str:
        """Return an id for a request."""
        return f"{self._run}-{next(self._numbers)}"

    def request(
        self,
        *,
        id: str,  # noqa: A002
        method: str,
        path: str,
        status: int,
        seconds: float,
        **more: object,
    ) -> None:
        """Write one request, and count it; what is None is left out."""
        self._count((method, place(path), status), seconds)
        line = {
            "id": id,
            "method": method,
            "path": path[:200],
            "status": status,
            "ms": round(seconds * 1000, 1),
        }
        line |= {key: value for key, value in more.items() if value is not None}
        # ASCII, so that nothing from outside can end the line or move a cursor.
        self.write(line)

    def found(self, id_: str, seconds: float, rows: int | None) -> None:
        """Write and count a GET of /sparql that was answered: what is written most, with the least effort."""
        self._count(("GET", "/sparql", 200), seconds)
        known = "" if rows is None else f', "rows": {rows}'
        self._out(
            f'{{"id": "{id_}", "method": "GET", "path": "/sparql", "status": 200, '
            f'"ms": {round(seconds * 1000, 1)}{known}}}\n'
        )

    def _count(self, what: tuple[str, str, int], seconds: float) -> None:
        self.requests[what] += 1
        self._total += seconds
        self._seconds[bisect_left(BUCKETS, seconds)] += 1

    def write(self, line: dict[str, object]) -> None:
        """Write one line."""
        self._out(json.dumps(line) + "\n")

    def _out(self, line: str) -> None:
        if not self._lines and self._later is not None:
            self._later(self.flush)
        self._lines.append(line)
        if self._later is None:
            self.flush()

    def flush(self) -> None:
        """Write the lines that were gathered."""
        text = "".join(self._lines)
        self._lines.clear()
        stream = self._stream or sys.stderr
        stream.write(text)
        stream.flush()

    def metrics(self, gauges: dict[str, float], counters: dict[str, float]) -> str:
        """Return the counts in the text format of Prometheus."""
        lines = ["# TYPE caseboard_requests_total counter"]
        for (method, path, status), count in sorted(self.requests.items()):
            labels = f'method="{method}",path="{path}",status="{status}"'
            lines.append(f"caseboard_requests_total{{{labels}}} {count}")
        lines.append("# TYPE caseboard_request_seconds histogram")
        below = 0
        for index, bound in enumerate(BUCKETS):
            below += self._seconds[index]
            lines.append(f'caseboard_request_seconds_bucket{{le="{bound:g}"}} {below}')
        everything = sum(self._seconds.values())
        lines += [
            f'caseboard_request_seconds_bucket{{le="+Inf"}} {everything}',
            f"caseboard_request_seconds_sum {self._total:.6f}",
            f"caseboard_request_seconds_count {everything}",
        ]
        for kind, values in (("counter", counters), ("gauge", gauges)):
            for name, value in values.items():
                family = name.partition("{")[0]
                if f"# TYPE {family} {kind}" not in lines:
                    lines.append(f"# TYPE {family} {kind}")
                lines.append(f"{name} {value:g}")
        return "\n".join(lines) + "\n"


def place(path: str) -> str:
    """Return the part of a path that there are only a few of: what is counted by it must not grow.

    >>> place("/entity/segev"), place("/x\\n")
    ('/entity', 'other')
    """
    if path == "/sparql/" or path in _PATHS:
        return path.rstrip("/") or "/"
    first = "/" + path.split("/")[1] if path.startswith("/") else path
    return first if first in ("/entity", "/export", "/queries", "/workbench") else "other"
