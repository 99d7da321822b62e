"""Work in a process of its own: the engine cannot be interrupted, and its stack is finite."""

from __future__ import annotations

import os
import select
import signal
import time
import warnings
from collections.abc import Callable
from typing import NoReturn

from caseboard.errors import BadArgument, CaseboardError, QueryError, QueryTimeout

DIED = "the engine gave up on this query: it is too long or too deeply nested. Split it into smaller ones"


def run_apart(work: Callable[[], bytes], *, timeout: float | None, died: str = DIED) -> bytes:
    """Return what ``work`` returns, computed in a forked process that shares this one's memory.

    The process ends with this call, however the call ends: on its answer, on time-out, on an interrupt, and
    when this process itself is killed.

    Args:
        work: returns bytes, or raises an error of ours, which is raised here.
        timeout: seconds until it is stopped; None for no limit.
        died: what to say where the process dies without an answer.

    Raises:
        BadArgument: no such timeout.
        QueryTimeout: the time was up.
        QueryError: the process died without an answer, or the system cannot fork.

    >>> run_apart(lambda: b"answer", timeout=10)
    b'answer'
    """
    if not hasattr(os, "fork"):
        raise QueryError(
            "a query can only be stopped where the system can fork a process; "
            "leave out the timeout, or shorten the query"
        )
    if timeout is not None and not (isinstance(timeout, int | float) and 0 < timeout < float("inf")):
        raise BadArgument(f"a timeout is a number of seconds above 0, or None for no limit, not {timeout!r}")
    reader, writer = os.pipe()
    lifeline, held = os.pipe()
    parent = os.getpid()
    with warnings.catch_warnings():
        # The child runs nothing but the engine, which holds no lock that another thread could have taken.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        os.close(reader)
        os.close(held)
        _be_child(work, writer, lifeline, parent)
    os.close(writer)
    os.close(lifeline)
    try:
        payload = _read_until(reader, None if timeout is None else time.monotonic() + timeout)
    except TimeoutError:
        raise QueryTimeout(
            f"the query was stopped after {timeout:g} s. Make it more selective, add LIMIT, or give it more"
        ) from None
    finally:
        os.close(reader)
        os.close(held)
        # Harmless where the child has already ended; else this is what stops the engine.
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if payload[:1] == b"+":
        return payload[1:]
    if payload[:1] == b"-":
        import pickle

        error: CaseboardError = pickle.loads(payload[1:])  # noqa: S301  our own child wrote it, over our own pipe
        raise error
    if payload[:1] == b"!":
        raise RuntimeError(f"the process apart failed:\n{payload[1:].decode()}")
    raise QueryError(died)


def _be_child(work: Callable[[], bytes], writer: int, lifeline: int, parent: int) -> NoReturn:
    import faulthandler

    status = 1
    # Where the engine runs out of stack, the parent says so; a dump of this process would say it twice.
    faulthandler.disable()
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            # What was to be ignored here, as under nohup, is to be ignored there.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, signal.SIG_DFL)
        die_with(parent, lifeline)
        try:
            payload = b"+" + work()
        except CaseboardError as error:
            import pickle

            payload = b"-" + pickle.dumps(error)
        except Exception:  # noqa: BLE001  a defect of ours: the parent raises with what is known of it
            import traceback

            payload = b"!" + traceback.format_exc().encode()
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(payload)
        status = 0
    finally:
        # Not sys.exit: the parent's buffers and exit handlers are the parent's.
        os._exit(status)


def die_with(parent: int, lifeline: int) -> None:
    """End this process when the parent's end of the lifeline closes, even while the engine computes.

    The kernel sends SIGIO on that event, whose default is to end the process; nothing of Python need run.
    """
    import fcntl

    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
    if os.getppid() != parent:
        os._exit(1)


def _read_until(reader: int, deadline: float | None) -> bytes:
    parts: list[bytes] = []
    while True:
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:
            raise TimeoutError
        # The system takes no more than some years at a time.
        if select.select([reader], [], [], None if left is None else min(left, 3600))[0]:
            part = os.read(reader, 1 << 20)
            if not part:
                return b"".join(parts)
            parts.append(part)
