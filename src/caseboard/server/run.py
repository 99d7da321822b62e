"""To listen, to serve until a signal comes, and to leave nothing behind."""

from __future__ import annotations

import asyncio
import errno
import gc
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from caseboard.errors import BadArgument, CaseError, MissingExtra
from caseboard.server.keeper import Source, greeting, start_keeper
from caseboard.server.limits import Limits

#: Seconds that a running answer has once the server is told to end.
GRACE = 4
_HOSTS = "--host takes 127.0.0.1 for this machine alone, 0.0.0.0 for all its networks, or one of its own"


def serve(
    source: Source,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    limits: Limits | None = None,
    log_queries: bool = False,
    ready: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve a case until SIGTERM or SIGINT.

    Args:
        source: the case, its view, and the data beside it.
        host, port: where to listen; port 0 takes any that is free.
        limits: what is allowed.
        log_queries: whether the log holds the text of queries.
        ready: is called with the address once it answers.

    Raises:
        BadArgument: nobody can listen there.
        MissingExtra: starlette or uvicorn is not installed.
        CaseboardError: the case cannot be opened; it died while it was served.
    """
    try:
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise MissingExtra(str(error.name), "server", needed_for="serve") from error
    limits = limits or Limits()
    listening = listen(host, port)
    keeper, control = start_keeper(source, limits, close=(listening.fileno(),))
    try:
        told = greeting(control)
        listening.listen(1024)
        with outliving_clients(), asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_serve(listening, control, told, limits, log_queries=log_queries, ready=ready))
    finally:
        # Its end of the wire closes, by which it and its workers end.
        control.close()
        listening.close()
        with suppress(ChildProcessError):
            os.waitpid(keeper, 0)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        # It is a faster loop of the same kind, and not to be had everywhere.
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


@contextmanager
def outliving_clients() -> Iterator[None]:
    """Let whoever goes away end a connection and nothing else: a command line ends where its reader does."""
    if not hasattr(signal, "SIGPIPE"):
        yield
        return
    before = signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGPIPE, before)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket bound to an address.

    Raises:
        BadArgument: the port is in use, or is not for us; the host is none of this machine's.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, OverflowError, UnicodeError) as error:
        raise BadArgument(f"{host!r} is no address that this machine knows; {_HOSTS}") from error
    family, kind, protocol, _, address = found[0]
    bound = socket.socket(family, kind, protocol)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
        # Two who are bound with SO_REUSEADDR only learn of each other here.
        bound.listen(1)
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRNOTAVAIL:
            raise BadArgument(f"{host!r} is no address of this machine; {_HOSTS}") from error
        reason = {errno.EADDRINUSE: "is in use", errno.EACCES: "is kept for the administrator"}.get(
            error.errno or 0, str(error.strerror or error)
        )
        raise BadArgument(
            f"port {port} of {host}: {reason}; take another with --port, or end what listens there"
        ) from error
    return bound


def address_of(listening: socket.socket) -> str:
    """Return the address of a socket as a URL."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


async def _serve(
    listening: socket.socket,
    control: socket.socket,
    told: dict[str, Any],
    limits: Limits,
    *,
    log_queries: bool,
    ready: Callable[[str], None],
) -> None:
    import uvicorn

    from caseboard.server.app import Routes, make_app
    from caseboard.server.direct import Direct
    from caseboard.server.kept import Kept
    from caseboard.server.log import Log
    from caseboard.server.pool import Pool
    from caseboard.server.wire import patient

    class Server(uvicorn.Server):
        """A server whose signals are ours: one ends it with grace, and it then returns."""

        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Leave the signals alone."""
            yield

    pool = Pool(control, limits)
    await pool.start()
    loop = asyncio.get_running_loop()
    log, answers = Log(queries=log_queries, later=loop.call_soon), Kept()
    # What is there by now stays: nothing of it need be looked through again and again.
    gc.collect()
    gc.freeze()
    board = Routes(pool, told, log, answers)
    config = uvicorn.Config(
        make_app(board),
        http=patient(limits.body_seconds, Direct(pool, log, answers)),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=GRACE,
        limit_concurrency=limits.connections,
    )
    server = Server(config)
    died = False

    def end() -> None:
        if server.should_exit:
            # Told twice: at once.
            pool.close()
        else:
            server.should_exit = True
            # Whatever runs on is stopped a little before its connection is closed, so that it is told why.
            loop.call_later(GRACE - 0.5, pool.close)

    def keeper_spoke() -> None:
        # It never says anything after its greeting; so this is its end.
        nonlocal died
        died = True
        loop.remove_reader(control)
        end()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)
    loop.add_reader(control, keeper_spoke)
    announced = loop.create_task(_announce(server, address_of(listening), ready, board.prepare))
    try:
        await server.serve(sockets=[listening])
    finally:
        announced.cancel()
        loop.remove_reader(control)
        pool.close()
        log.flush()
    if died:
        raise CaseError("the process that holds the case has died; start the server again")


async def _announce(
    server: Any, address: str, ready: Callable[[str], None], then: Callable[[], Awaitable[None]]
) -> None:
    while not server.started:
        await asyncio.sleep(0.01)
    ready(address)
    await then()
