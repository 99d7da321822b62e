"""What stands before every route: it numbers and logs requests, and turns refusals into responses."""

from __future__ import annotations

import time
import traceback
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from caseboard.server.lanes import Busy, Died, Stopped
from caseboard.server.log import Log, place
from caseboard.server.protocol import Refusal
from caseboard.server.worker import TEXT

#: What every response says; what a route says itself comes first.
HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Retry-After, X-Request-Id",
}


class Front:
    """Stands before every route: numbers and logs requests, turns refusals into responses, adds headers."""

    def __init__(self, app: ASGIApp, log: Log) -> None:
        self._app, self._log = app, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begin, id_ = time.perf_counter(), self._log.number()
        state: dict[str, Any] = {}
        scope["state"] = state
        status = 499

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _complete(message, id_, scope["path"])
            await send(message)

        response: Response | None = None
        try:
            if scope["method"] == "OPTIONS":
                await _options(scope["path"])(scope, receive, sent)
            else:
                await self._app(scope, receive, sent)
        except (Refusal, Busy, Stopped, Died) as error:
            response = refusal(error)
        except ClientDisconnect:
            status = 499
        except Exception:
            self._log.write({"id": id_, "error": traceback.format_exc()})
            response = _said(500, "something is wrong with this server; its log says what")
            if status != 499:
                # Half an answer has gone out: the connection closes on it.
                raise
        if response is not None:
            await response(scope, receive, sent)
        more = {"rows": state.get("rows"), "query": state.get("query")}
        seconds = time.perf_counter() - begin
        self._log.request(
            id=id_, method=scope["method"], path=scope["path"], status=status, seconds=seconds, **more
        )


def refusal(error: Exception | None) -> Response | None:
    """Return the response to what cannot be answered, None where it is none of the ways to refuse."""
    match error:
        case Refusal():
            return _said(error.status, error.message, error.headers)
        case Busy():
            return _said(429, "too many are asking; try again in a moment", {"Retry-After": "1"})
        case Stopped():
            return _said(503, "the query was stopped: its time was up. Make it more selective, or add LIMIT")
        case Died():
            return _said(
                503,
                "the engine gave up (too deep, or too much memory), or the server is ending",
            )
        case _:
            return None


def on_the_wire(response: Response, id_: str, path: str, first: bytes) -> bytes:
    """Return a response as it is sent, complete as all are; ``first`` are headers before its own."""
    message: Message = {"status": response.status_code, "headers": response.raw_headers}
    _complete(message, id_, path)
    lines = b"".join(b"%b: %b\r\n" % header for header in message["headers"])
    phrase = HTTPStatus(response.status_code).phrase
    start = f"HTTP/1.1 {response.status_code} {phrase}\r\n".encode()
    return b"".join((start, first, lines, b"\r\n", bytes(response.body)))


def _complete(message: Message, id_: str, path: str) -> None:
    headers: list[tuple[bytes, bytes]] = list(message["headers"])
    there = {key.lower() for key, _ in headers}
    wanted = {**HEADERS, "X-Request-Id": id_}
    if message["status"] == 405:
        wanted["Allow"] = _allowed(path)
        headers = [(key, value) for key, value in headers if key.lower() != b"allow"]
    headers += [
        (key.lower().encode(), value.encode())
        for key, value in wanted.items()
        if key == "Allow" or key.lower().encode() not in there
    ]
    message["headers"] = headers


def _allowed(path: str) -> str:
    return "GET, HEAD, POST, OPTIONS" if place(path) == "/sparql" else "GET, HEAD, OPTIONS"


def _options(path: str) -> Response:
    headers = {
        "Allow": _allowed(path),
        "Access-Control-Allow-Methods": _allowed(path),
        "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
        "Access-Control-Max-Age": "86400",
    }
    if place(path) == "/sparql":
        headers["Accept-Post"] = "application/sparql-query, application/x-www-form-urlencoded"
    return Response(status_code=204, headers=headers)


def _said(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    more = {"Cache-Control": "no-store", "Content-Type": TEXT}
    return Response(f"{message}\n".encode(), status_code=status, headers={**more, **(headers or {})})
