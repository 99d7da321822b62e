"""HTTP on the wire, with patience that ends: a request's head arrives in time, or the connection closes."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from caseboard.server.direct import Direct
    from caseboard.server.pool import Question


class Gathering:
    """A transport that sends what is written in one go: a response's head and body wake a client once."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport, self._parts = transport, list[bytes]()

    def write(self, data: bytes) -> None:
        """Take bytes, to be sent at the end of this turn of the loop."""
        if not self._parts:
            asyncio.get_running_loop().call_soon(self._send)
        self._parts.append(data)

    def write_now(self, data: bytes) -> None:
        """Send bytes, after what was written before."""
        self._send()
        self._transport.write(data)

    def close(self) -> None:
        """Send what there is, and close."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        if self._parts:
            data = b"".join(self._parts)
            self._parts.clear()
            self._transport.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


def patient(seconds: float, direct: Direct) -> type[asyncio.Protocol]:
    """Return uvicorn's HTTP protocol, whose connections close where no whole request has come in time.

    Args:
        seconds: that a request's head may take, from its first byte or from the opening of the connection.
        direct: the short way that plain requests take.
    """
    from uvicorn.protocols.http.auto import AutoHTTPProtocol

    base: Any = AutoHTTPProtocol
    # The other parser that uvicorn can have does not say where a request begins and ends.
    tells = hasattr(base, "on_message_complete")

    class Patient(base):  # type: ignore[misc]
        """A connection with a clock, and with a short way."""

        clock: asyncio.TimerHandle | None = None
        #: Whether the parser stands within a request.
        within = False
        #: Since when a request is on the short way, and what it asks; 0 while none is.
        since = 0.0
        question: Question | None = None
        #: What has come while one was, and whether the connection closes after it.
        behind, ending = b"", False
        timeout_keep_alive_task: asyncio.TimerHandle | None
        #: When the last answer went the short way.
        at = 0.0

        def connection_made(self, transport: asyncio.Transport) -> None:
            """Start the clock."""
            super().connection_made(Gathering(transport))
            self._start()

        def on_message_begin(self) -> None:
            """Note that a request has begun."""
            self.within = True
            super().on_message_begin()

        def on_message_complete(self) -> None:
            """Note that a request is whole."""
            self.within = False
            super().on_message_complete()

        def data_received(self, data: bytes) -> None:
            """Stop the clock once a request is whole, and start it where one has begun."""
            if self.since:
                self.behind += data
                self.flow.pause_reading()
                return
            if self._between() and (asked := direct.read(data)) is not None:
                self._stop()
                self._ask(asked, data)
                return
            self._take(data)

        def _between(self) -> bool:
            """Say whether the next byte begins a request, and nothing stands in its way."""
            return (
                tells
                and not self.within
                and (self.cycle is None or (self.cycle.response_complete and not self.pipeline))
                and not self.flow.write_paused
                and len(self.connections) < self.limit_concurrency
                and not self.transport.is_closing()
            )

        def _take(self, data: bytes) -> None:
            """Take data the ordinary way."""
            first, before = not self.within, self.cycle
            super().data_received(data)
            if self.cycle is not None and not self.cycle.response_complete:
                self._stop()
            elif self.clock is None:
                self._start()
            if tells and first and not self.within and self.cycle is not before and self.cycle.keep_alive:
                direct.learn(data, self.headers)

        def _ask(self, asked: Any, data: bytes) -> None:
            # Its date, which is told anew each second.
            first = b"".join([b"%b: %b\r\n" % header for header in self.server_state.default_headers])
            self.since = time.perf_counter()

            def answered(response: bytes | None) -> None:
                self.since, self.question = 0.0, None
                behind, self.behind = self.behind, b""
                if response is None:
                    self._take(data)
                else:
                    self.transport.write_now(response)
                    self.server_state.total_requests += 1
                    self.at = self.loop.time()
                    if self.ending:
                        self.transport.close()
                    elif self.timeout_keep_alive_task is None:
                        self.timeout_keep_alive_task = self.loop.call_later(
                            self.timeout_keep_alive, self.timeout_keep_alive_handler
                        )
                if behind:
                    self.flow.resume_reading()
                    self.data_received(behind)

            question = direct.answer(asked, first, answered)
            if self.since:
                self.question = question

        def timeout_keep_alive_handler(self) -> None:
            """Close the connection where nothing has come for long; else look again when that would be so."""
            self.timeout_keep_alive_task = None
            if self.since:
                return
            left = self.at + self.timeout_keep_alive - self.loop.time()
            if left <= 0.001:
                super().timeout_keep_alive_handler()
            else:
                self.timeout_keep_alive_task = self.loop.call_later(left, self.timeout_keep_alive_handler)

        def shutdown(self) -> None:
            """Close the connection, after the answer that is under way."""
            if self.since:
                self.ending = True
            else:
                super().shutdown()

        def connection_lost(self, exc: Exception | None) -> None:
            """Stop the clock, and what is computed for nobody."""
            self._stop()
            if self.question is not None:
                self.question.leave()
                self.question = None
                direct.left(time.perf_counter() - self.since)
            super().connection_lost(exc)

        def _start(self) -> None:
            self.clock = asyncio.get_running_loop().call_later(seconds, self._close)

        def _stop(self) -> None:
            if self.clock is not None:
                self.clock.cancel()
                self.clock = None

        def _close(self) -> None:
            self.clock = None
            if self.cycle is None or self.cycle.response_complete:
                self.transport.close()

    return Patient
