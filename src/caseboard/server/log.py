"""One line of JSON for each request, and the counts that Prometheus reads."""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import TextIO

#: Upper bounds in seconds of the buckets in which answers are counted by how long they took.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_PATHS = ("/", "/sparql", "/queries", "/void", "/workbench", "/health", "/metrics")


class Log:
    """Writes requests and counts them.

    Args:
        stream: where to; None for stderr.
        queries: whether to write the text of queries.
    """

    def __init__(self, *, stream: TextIO | None = None, queries: bool = False) -> None:
        self._stream, self.queries = stream, queries
        self.requests: Counter[tuple[str, str, int]] = Counter()
        self._seconds: Counter[int] = Counter()
        self._total = 0.0

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
        self.requests[(method, place(path), status)] += 1
        self._total += seconds
        self._seconds[sum(seconds > bound for bound in BUCKETS)] += 1
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

    def write(self, line: dict[str, object]) -> None:
        """Write one line."""
        stream = self._stream or sys.stderr
        stream.write(json.dumps(line) + "\n")
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
