"""A page that is made anew while it is looked at: handed out on this machine, with a word for each change."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

from caseboard.errors import MissingExtra
from caseboard.server.run import outliving_clients

#: Seconds after which a page that has nothing to hear is told so: by this a connection that is gone is found.
_BEAT = 15.0
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Now:
    """The last good page, what tells it from any other, and what has been wrong with its files since."""

    page: bytes
    version: str
    problem: str = ""


class Stage:
    """What is shown at the moment, and everybody who looks at it."""

    def __init__(self, now: Now) -> None:
        self.now, self.over = now, False
        self._changed = asyncio.Event()

    def show(self, now: Now) -> None:
        """Show something else."""
        self.now = now
        self._tell()

    def end(self) -> None:
        """Tell everybody that no more will come."""
        self.over = True
        self._tell()

    def _tell(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def words(self) -> AsyncIterator[bytes]:
        """Yield server-sent events: what is now, and again with each change, until the end."""
        yield b"retry: 1000\n\n"
        while not self.over:
            changed = self._changed
            said = json.dumps({"version": self.now.version, "problem": self.now.problem})
            yield f"event: now\ndata: {said}\n\n".encode()
            while not changed.is_set():
                try:
                    await asyncio.wait_for(changed.wait(), _BEAT)
                except TimeoutError:
                    yield b": still here\n\n"
        yield b"event: end\ndata:\n\n"


def check_installed() -> None:
    """Raise MissingExtra where what serves a page is not installed."""
    try:
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise MissingExtra(str(error.name), "server", needed_for="page --watch") from error


def hand_out(listening: socket.socket, now: Now, follow: Callable[[Stage], Awaitable[None]]) -> None:
    """Hand a page out until SIGTERM or SIGINT, which are ignored from then on: it is time to end.

    Args:
        listening: where; see `caseboard.server.run.listen`.
        now: what to show first.
        follow: shows what is new on the stage it is given, for as long as it runs.

    Raises:
        Whatever ``follow`` raises.
    """
    listening.listen(64)
    with outliving_clients():
        asyncio.run(_hand_out(listening, now, follow))


async def _hand_out(listening: socket.socket, now: Now, follow: Callable[[Stage], Awaitable[None]]) -> None:
    import uvicorn

    class Server(uvicorn.Server):
        """A server whose signals are ours."""

        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Leave the signals alone."""
            yield

    stage = Stage(now)
    host, port = listening.getsockname()[:2]
    config = uvicorn.Config(
        _app(stage, {f"{host}:{port}", f"localhost:{port}"}),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=64,
        timeout_graceful_shutdown=1,
    )
    server = Server(config)
    loop = asyncio.get_running_loop()

    def end() -> None:
        stage.end()
        server.should_exit = True

    def stopped(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(end)

    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        signal.signal(number, stopped)
    following = asyncio.ensure_future(follow(stage))
    following.add_done_callback(lambda _: end())
    try:
        await server.serve(sockets=[listening])
        if following.done():
            following.result()
    finally:
        following.cancel()
        # Whoever stops it twice means the same.
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)


def _app(stage: Stage, hosts: set[str]) -> Any:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse, Response, StreamingResponse
    from starlette.routing import Route

    def refused(request: Request) -> Response | None:
        # A page of the web may give its own name this machine's address; then it asks for its own name.
        if request.headers.get("host", "") in hosts:
            return None
        return PlainTextResponse("this address is only for those who use it by its number\n", 403)

    async def page(request: Request) -> Response:
        return refused(request) or Response(stage.now.page, media_type="text/html", headers=_HEADERS)

    async def events(request: Request) -> Response:
        return refused(request) or StreamingResponse(
            stage.words(), media_type="text/event-stream", headers=_HEADERS
        )

    return Starlette(routes=[Route("/", page), Route("/events", events)])
