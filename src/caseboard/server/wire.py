"""HTTP on the wire, with patience that ends: a request's head arrives in time, or the connection closes."""

from __future__ import annotations

import asyncio
from typing import Any


class Gathering:
    """A transport that sends what is written in one go: a response's head and body wake a client once."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport, self._parts = transport, list[bytes]()

    def write(self, data: bytes) -> None:
        """Take bytes, to be sent at the end of this turn of the loop."""
        if not self._parts:
            asyncio.get_running_loop().call_soon(self._send)
        self._parts.append(data)

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


def patient(seconds: float) -> type[asyncio.Protocol]:
    """Return uvicorn's HTTP protocol, whose connections close where no whole request has come in time.

    Args:
        seconds: that a request's head may take, from its first byte or from the opening of the connection.
    """
    from uvicorn.protocols.http.auto import AutoHTTPProtocol

    base: Any = AutoHTTPProtocol

    class Patient(base):  # type: ignore[misc]
        """A connection with a clock."""

        clock: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:
            """Start the clock."""
            super().connection_made(Gathering(transport))
            self._start()

        def data_received(self, data: bytes) -> None:
            """Stop the clock once a request is whole, and start it where one has begun."""
            super().data_received(data)
            if self.cycle is not None and not self.cycle.response_complete:
                self._stop()
            elif self.clock is None:
                self._start()

        def connection_lost(self, exc: Exception | None) -> None:
            """Stop the clock."""
            self._stop()
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
