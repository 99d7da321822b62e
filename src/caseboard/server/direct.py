"""The short way: a plain GET of a query, from the wire to a worker and back, with nothing in between.

What comes along here is what most clients send most of the time: ``GET /sparql?query=…`` under headers that
have been read before. Every other request takes the ordinary way through the routes; both answer the same.
"""

from __future__ import annotations

import json
import re
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.responses import Response

from caseboard.server.front import HEADERS, on_the_wire, refusal
from caseboard.server.kept import Kept
from caseboard.server.lanes import Busy, Stopped
from caseboard.server.log import Log
from caseboard.server.pool import Pool, Question
from caseboard.server.worker import FRAME, Reply

#: A request line whose query string needs nobody's reading but the worker's.
_LINE = re.compile(rb"GET /sparql\?(query=[!\"$-~]+) HTTP/1\.1")
_LONGEST = 60_000
#: Blocks of headers that are known: at most so many, and each so long.
_BLOCKS, _BLOCK = 512, 4_000
#: Headers that change what is answered, or how: a block that has one of them is not for here.
_OTHER = frozenset(
    (
        *(b"content-length", b"transfer-encoding", b"expect", b"upgrade", b"range"),
        *(b"if-none-match", b"if-match", b"if-modified-since", b"if-unmodified-since", b"if-range"),
    )
)
_ALWAYS = "".join(
    f"{name.lower()}: {value}\r\n"
    for name, value in {**HEADERS, "Vary": "Accept", "Cache-Control": "no-cache"}.items()
).encode()

#: A query string, and the head of the job that answers it.
Asked = tuple[bytes, bytes]
#: What is called with the response, or with None where the request has to take the ordinary way.
Answered = Callable[[bytes | None], None]
#: An answer of status 200: its headers, its body, and how many rows it has.
_Content = tuple[bytes, bytes, int | None]


class Direct:
    """The short way, for all connections.

    Args:
        pool: who answers.
        log: where requests are written.
        kept: answers that were given before.
    """

    def __init__(self, pool: Pool, log: Log, kept: Kept) -> None:
        self._pool, self._log, self._kept = pool, log, kept
        self._blocks: OrderedDict[bytes, bytes] = OrderedDict()

    def read(self, data: bytes) -> Asked | None:
        """Return what is asked where data are one whole request of the plain kind; else None."""
        line, _, block = data.partition(b"\r\n")
        head = self._blocks.get(block)
        if head is None or len(data) > _LONGEST or self._log.queries:
            return None
        found = _LINE.fullmatch(line)
        return None if found is None else (found[1], head)

    def learn(self, data: bytes, headers: list[tuple[bytes, bytes]]) -> None:
        """Remember a block of headers, which have been read from data that were one whole request."""
        line, _, block = data.partition(b"\r\n")
        if len(block) > _BLOCK or block.find(b"\r\n\r\n") != len(block) - 4 or not _LINE.fullmatch(line):
            return
        if any(name in _OTHER for name, _ in headers):
            return
        if any(value.lower() != b"keep-alive" for name, value in headers if name == b"connection"):
            return
        accept = ", ".join(value.decode("latin-1") for name, value in headers if name == b"accept")
        if len(self._blocks) >= _BLOCKS:
            self._blocks.popitem(last=False)
        self._blocks[block] = json.dumps({"kind": "get", "accept": accept or None}).encode()

    def answer(self, asked: Asked, first: bytes, answered: Answered) -> Question | None:
        """Answer what is asked; return the question that a worker has to answer, None where none has to.

        Args:
            asked: what `read` returned.
            first: headers that come before ours.
            answered: is called with the response, which may be before this returns.
        """
        begin = time.perf_counter()
        string, head = asked
        key = head + string
        kept: _Content | None = self._kept.get(key)
        if kept is not None:
            answered(self._found(kept, first, begin))
            return None

        def done(reply: Reply | None, error: Exception | None) -> None:
            if reply is None:
                answered(self._refused(refusal(error), first, begin))
                return
            told, data = reply
            if told["status"] == 200:
                lines = f"content-type: {told['type']}\r\netag: {told['etag']}\r\n"
                content = f"{lines}content-length: {len(data)}\r\n".encode(), data, told.get("rows")
                if told.get("lasting"):
                    self._kept.put(key, content, len(data))
                answered(self._found(content, first, begin))
            elif told["status"] == 0:
                # No request of the protocol: the ordinary way says what is wrong.
                answered(None)
            else:
                headers = {"Vary": "Accept", "Content-Type": told["type"]}
                answered(self._refused(Response(data, told["status"], headers), first, begin))

        try:
            return self._pool.ask(FRAME.pack(len(head), len(string)) + head + string, done)
        except (Busy, Stopped) as error:
            done(None, error)
            return None

    def left(self, seconds: float) -> None:
        """Write down a request whose sender has gone."""
        self._log.request(id=self._log.number(), method="GET", path="/sparql", status=499, seconds=seconds)

    def _found(self, content: _Content, first: bytes, begin: float) -> bytes:
        lines, data, rows = content
        id_ = self._log.number()
        self._log.found(id_, time.perf_counter() - begin, rows)
        number = f"x-request-id: {id_}\r\n\r\n".encode()
        return b"".join((b"HTTP/1.1 200 OK\r\n", first, lines, _ALWAYS, number, data))

    def _refused(self, response: Response | None, first: bytes, begin: float) -> bytes | None:
        if response is None:
            return None
        id_, seconds = self._log.number(), time.perf_counter() - begin
        self._log.request(id=id_, method="GET", path="/sparql", status=response.status_code, seconds=seconds)
        return on_the_wire(response, id_, "/sparql", first)
