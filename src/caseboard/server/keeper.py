"""The keeper: the process that holds the case and forks the workers, so that all share one memory."""

from __future__ import annotations

import gc
import json
import os
import pickle
import signal
import socket
import struct
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from caseboard.apart import run_apart
from caseboard.errors import BadArgument, CaseboardError, CaseError, unreadable
from caseboard.server import workbench
from caseboard.server.answers import answer_get, warm
from caseboard.server.described import read_query
from caseboard.server.house import address, answer
from caseboard.server.limits import Limits
from caseboard.server.worker import FRAME, NICE, pack, work
from caseboard.store import CLAIMS, VOCABULARY, Store

if TYPE_CHECKING:
    from caseboard.board import Board

#: What the first process says to the keeper: fork a worker for this lane, or end it; and the worker's number.
ORDER = struct.Struct("!cQ")
LANES: Mapping[bytes, str] = {lane[0].encode(): lane for lane in NICE}
KILL = b"K"


@dataclass(frozen=True, slots=True)
class Source:
    """What to serve: a case, the view to cut it to, and files of named graphs to lay beside it."""

    case: str | None = None
    view: Mapping[str, Any] = field(default_factory=dict)
    data: tuple[Path, ...] = ()


def open_source(source: Source) -> tuple[Board, Store]:
    """Return the board to serve and the store to ask.

    A view is cut in a process apart, and only its claims and words come over.

    Raises:
        CaseboardError: no such case, view or file.
    """
    import caseboard
    from caseboard.board import Board
    from caseboard.reasons import Reasoner
    from caseboard.world import derive

    if source.view:

        def cut() -> bytes:
            store = caseboard.open(source.case).view(**source.view).case.store
            return pickle.dumps((store.triples(CLAIMS), store.triples(VOCABULARY), store.prefixes))

        died = "the process that cut the view has died, perhaps for want of memory"
        claims, words, prefixes = pickle.loads(run_apart(cut, timeout=None, died=died))  # noqa: S301  our own
        base = Store.of({CLAIMS: claims, VOCABULARY: words}, prefixes=prefixes)
        derive(base)
        board = Board(base, is_view=True)
    else:
        board = caseboard.open(source.case)
    store = Reasoner(board.case, is_view=bool(source.view)).store(("inferred",))
    for path in source.data:
        try:
            store.add_graphs(path.read_bytes(), format=path.suffix.lower(), name=str(path))
        except OSError as error:
            raise unreadable(error, str(path)) from error
    # The default graph is made when first asked for; workers are to share it.
    assert store.engine is not None  # noqa: S101
    return board, store


def start_keeper(source: Source, limits: Limits, *, close: tuple[int, ...] = ()) -> tuple[int, socket.socket]:
    """Fork the keeper; return its process id and the socket on which it takes orders.

    ``close`` are descriptors that it is not to have. It says that it is ready, or why it cannot be, in its
    first frame: see `greeting`.
    """
    if not hasattr(os, "fork"):
        raise BadArgument("a case can only be served where the system can fork a process")
    ours, theirs = socket.socketpair()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        ours.close()
        for number in close:
            os.close(number)
        _keep(theirs, source, limits)
    theirs.close()
    return pid, ours


def greeting(control: socket.socket) -> dict[str, Any]:
    """Wait until the keeper has opened its case; return what it tells of it.

    Raises:
        CaseboardError: the case cannot be opened, or the keeper died over it.
    """
    data = _exactly(control, FRAME.size)
    head, body = FRAME.unpack(data) if data else (0, 0)
    said = _exactly(control, head + body) if data else b""
    if not said:
        raise CaseError("the process that opens the case has died, perhaps for want of memory")
    told: dict[str, Any] = json.loads(said[:head])
    if told.get("failed"):
        error: CaseboardError = pickle.loads(said[head:])  # noqa: S301  our own process wrote it
        raise error
    return told


def _exactly(control: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = control.recv(size - len(data))
        if not part:
            return b""
        data += part
    return data


def _keep(control: socket.socket, source: Source, limits: Limits) -> NoReturn:
    import faulthandler

    # Where an engine runs out of stack, its worker is replaced; a dump would only fill the log.
    faulthandler.disable()
    status = 1
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        try:
            # The engine's random numbers have a state for each thread, made when first used. That of this
            # thread is copied into every worker, which would all draw the same; so it must stay unused.
            with ThreadPoolExecutor(1) as aside:
                board, store, told = aside.submit(_prepare, source, limits).result()
        except CaseboardError as error:
            control.sendall(pack({"failed": True}, pickle.dumps(error)))
        else:
            control.sendall(pack(told))
            # What was made so far is never collected, so that its pages stay shared.
            gc.collect()
            gc.freeze()
            _fork_workers(control, board, store, limits)
            status = 0
    except BaseException:  # noqa: BLE001  a process of its own: nobody else would say it
        import traceback

        traceback.print_exc()
    finally:
        os._exit(status)


def _prepare(source: Source, limits: Limits) -> tuple[Board, Store, dict[str, Any]]:
    board, store = open_source(source)
    warm(store, limits)
    return board, store, _told(board, store)


def _told(board: Board, store: Store) -> dict[str, Any]:
    queries = [
        {
            "name": query.name,
            "title": query.title,
            "help": query.help,
            "text": query.text,
            "opened": workbench.opened(board, query),
            "example": query.example,
            "parameters": [{"name": p.name, "kind": p.kind, "help": p.help} for p in query.parameters],
        }
        for query in board.queries.values()
    ]
    return {
        "title": board.title,
        "prefixes": store.prefixes,
        "queries": queries,
        "things": {
            entity.iri: {"id": entity.id, "label": entity.label, "path": address(store, entity.iri)}
            for entity in board.entities.values()
        },
        "classes": [row[0] for row in store.select(read_query("classes"))],
        "properties": [row[0] for row in store.select(read_query("properties"))],
    }


def _fork_workers(control: socket.socket, board: Board, store: Store, limits: Limits) -> None:
    workers: dict[int, tuple[int, int]] = {}

    def reap(*_: object) -> None:
        for number, (pid, lifeline) in list(workers.items()):
            with suppress(ChildProcessError):
                if os.waitpid(pid, os.WNOHANG)[0] == pid:
                    os.close(lifeline)
                    del workers[number]

    signal.signal(signal.SIGCHLD, reap)
    me = os.getpid()
    while True:
        order, wires, _, _ = socket.recv_fds(control, ORDER.size, 1)
        if len(order) < ORDER.size:
            return
        kind, number = ORDER.unpack(order)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        if kind == KILL:
            if number in workers:
                os.kill(workers[number][0], signal.SIGKILL)
        else:
            theirs, held = os.pipe()
            # A fork that fails leaves a wire that closes, and whoever ordered it tries again.
            with suppress(BlockingIOError):
                pid = os.fork()
                if pid == 0:
                    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
                    control.close()
                    for _, other in workers.values():
                        os.close(other)
                    os.close(held)
                    work(
                        wires[0],
                        LANES[kind],
                        answer=lambda job, body: (
                            answer_get(store, job, body, limits)
                            if job["kind"] == "get"
                            else answer(board, store, job, limits)
                        ),
                        limits=limits,
                        keeper=me,
                        lifeline=theirs,
                    )
                workers[number] = pid, held
            os.close(theirs)
        for wire in wires:
            os.close(wire)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
