"""A client that takes little: one thread, raw sockets, requests made beforehand, every answer looked at."""

from __future__ import annotations

import json
import select
import socket
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

#: Seconds without any answer after which whoever still waits has lost theirs.
_PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A query with the answer that is right: its rows, and the values of the variable that orders them."""

    text: str
    rows: Counter[str]
    order: tuple[str | None, ...] | None = None

    @classmethod
    def of(cls, text: str, answer: bytes, *, by: str | None = None) -> Asked:
        """Take a right answer, in the SPARQL results JSON, as the measure of others."""
        return cls(text, _rows(answer), _column(answer, by))

    def is_answered(self, answer: bytes, *, by: str | None = None) -> bool:
        """Say whether an answer has the same rows, in the same order where the query gives one."""
        try:
            return _rows(answer) == self.rows and (self.order is None or _column(answer, by) == self.order)
        except (ValueError, KeyError, TypeError, AttributeError):
            return False


def _rows(answer: bytes) -> Counter[str]:
    told = json.loads(answer)
    if "boolean" in told:
        return Counter([json.dumps(told["boolean"])])
    return Counter(
        json.dumps(sorted((name, sorted(value.items())) for name, value in row.items()))
        for row in told["results"]["bindings"]
    )


def _column(answer: bytes, by: str | None) -> tuple[str | None, ...] | None:
    if by is None:
        return None
    return tuple(row.get(by, {}).get("value") for row in json.loads(answer)["results"]["bindings"])


@dataclass(slots=True)
class Found:
    """What a server did: answers, their seconds, and how many were none or not the right one."""

    seconds: float
    took: list[float] = field(default_factory=list)
    failed: int = 0


@dataclass(slots=True)
class _Client:
    wire: socket.socket
    asked: int
    begin: float = 0.0
    which: int = 0
    data: bytes = b""


def ask(
    port: int,
    request: Callable[[int, int], tuple[int, bytes]],
    right: Callable[[int, bytes], bool],
    *,
    clients: int,
    seconds: float,
) -> Found:
    """Ask a server over connections that stay open, each of which asks again once it is answered.

    Args:
        port: of 127.0.0.1.
        request: from a client's number and a running number to which query it asks, and the bytes to send.
        right: says whether the body of an answer answers that query; asked once for each different body.
        clients: how many ask at once.
        seconds: how long.
    """
    poll, open_ = select.epoll(), dict[int, _Client]()
    seen: set[tuple[int, bytes]] = set()
    begin = time.perf_counter()
    end, found = begin + seconds, Found(seconds)

    def send(number: int, client: _Client) -> None:
        client.which, data = request(number, client.asked)
        client.asked += 1
        client.data, client.begin = b"", time.perf_counter()
        client.wire.sendall(data)

    for number in range(clients):
        wire = socket.create_connection(("127.0.0.1", port), 30)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client = open_[wire.fileno()] = _Client(wire, number)
        poll.register(wire.fileno(), select.EPOLLIN)
        send(number, client)
    numbers = {file: number for number, file in enumerate(open_)}
    while open_:
        events = poll.poll(_PATIENCE)
        if not events:
            found.failed += len(open_)
            break
        for file, _ in events:
            client = open_[file]
            part = client.wire.recv(262_144)
            client.data = client.data + part if client.data else part
            body = whole(client.data)
            if body is None and part:
                continue
            now = time.perf_counter()
            found.took.append(now - client.begin)
            known = body is not None and client.data.startswith(b"HTTP/1.1 200 ")
            if known and (client.which, body) not in seen:
                assert body is not None
                if known := right(client.which, body):
                    seen.add((client.which, body))
            found.failed += not known
            if now < end and part:
                send(numbers[file], client)
            else:
                poll.unregister(file)
                open_.pop(file).wire.close()
    poll.close()
    for client in open_.values():
        client.wire.close()
    found.seconds = time.perf_counter() - begin
    return found


def whole(data: bytes) -> bytes | None:
    """Return the body of an HTTP response once all of it is there, None before."""
    head, blank, body = data.partition(b"\r\n\r\n")
    if not blank:
        return None
    head = head.lower()
    at = head.find(b"\r\ncontent-length:")
    if at >= 0:
        size = int(head[at + 17 :].partition(b"\r\n")[0])
        return body if len(body) == size else None
    if b"\r\ntransfer-encoding: chunked" not in head:
        raise ValueError("a response that says neither how long it is nor that it comes in chunks")
    return _joined(body) if body.endswith(b"0\r\n\r\n") else None


def _joined(chunks: bytes) -> bytes | None:
    parts, at = list[bytes](), 0
    while (line := chunks.find(b"\r\n", at)) >= 0:
        size = int(chunks[at:line], 16)
        if not size:
            return b"".join(parts)
        parts.append(chunks[line + 2 : line + 2 + size])
        at = line + 2 + size + 2
    return None


def get(port: int, target: str, headers: Mapping[str, str]) -> bytes:
    """Return the bytes of a GET that keeps its connection."""
    lines: Sequence[str] = [
        f"GET {target} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def cpu_seconds(pids: Sequence[int]) -> float:
    """Return the CPU seconds that processes, and the children they have waited for, have taken so far."""
    import os
    from pathlib import Path

    ticks: Any = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return float(ticks / os.sysconf("SC_CLK_TCK"))
