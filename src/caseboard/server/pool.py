"""The pool: lanes of workers, seen from the process that listens; who waits, who runs, who is killed."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import socket
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import cast

from caseboard.server.keeper import KILL, ORDER
from caseboard.server.limits import Limits
from caseboard.server.worker import FRAME, HOUSE_SECONDS, NICE, Job, Reply, pack

#: How long, and of how many queries, it is remembered that they are none for the quick lane.
_REMEMBERED_SECONDS, _REMEMBERED = 120.0, 2048
#: CPU seconds by which a query is more than a plain one.
_SOME = 0.02
_TICKS = os.sysconf("SC_CLK_TCK")
#: Seconds in which a lane that has lost its last worker is to have another.
_MOMENT = 5.0
#: A worker that has been ordered says hello within so many seconds, or another is ordered.
_HELLO_SECONDS = 20.0


class Busy(Exception):
    """As many wait as may wait."""


class Stopped(Exception):
    """The time was up, and the worker was killed."""


class Died(Exception):
    """The worker died over the work: too deep for its stack, too much for its memory."""


class _Moved(Exception):
    """A query is none for the quick lane."""


class Worker(asyncio.Protocol):
    """The near end of a worker's wire: one job at a time."""

    def __init__(self, number: int, lost: Callable[[Worker], None]) -> None:
        self.number, self.pid, self._used, self.stepped_back = number, 0, 0.0, False
        self.hello: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._pending, self._lost, self._buffer = self.hello, lost, bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the wire."""
        # Not every loop's transports are of asyncio's class.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Collect a reply, and hand it over once it is whole."""
        self._buffer += data
        if len(self._buffer) < FRAME.size:
            return
        head, body = FRAME.unpack_from(self._buffer)
        if len(self._buffer) < FRAME.size + head + body:
            return
        told: Job = json.loads(self._buffer[FRAME.size : FRAME.size + head])
        content = bytes(self._buffer[FRAME.size + head :])
        self._buffer = bytearray()
        self._used = float(told.get("cpu", 0.0))
        if not self._pending.done():
            self._pending.set_result((told, content))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Say to whoever waits that no answer comes."""
        if not self._pending.done():
            self._pending.set_exception(Died())
            # Somebody may have stopped waiting; then nobody is to be told that nobody was told.
            self._pending.exception()
        self._lost(self)

    def ask(self, job: bytes) -> asyncio.Future[Reply]:
        """Return the reply to a job, as a future; it raises Died where the worker dies over it."""
        self._pending = asyncio.get_running_loop().create_future()
        if self._transport is None or self._transport.is_closing():
            self._pending.set_exception(Died())
        else:
            self._transport.write(job)
        return self._pending

    def computed(self) -> float | None:
        """Return the CPU seconds that the job has taken so far, None where the system does not say."""
        try:
            with open(f"/proc/{self.pid}/stat", "rb") as file:  # noqa: PTH123  often, so without a detour
                fields = file.read().rpartition(b")")[2].split()
        except OSError:
            return None
        return (int(fields[11]) + int(fields[12])) / _TICKS - self._used

    def step_back(self) -> None:
        """Let others compute first; nobody without rights can take that back, so this is its last job."""
        if not self.stepped_back:
            self.stepped_back = True
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self.pid, NICE["slow"])

    def close(self) -> None:
        """Close the wire; a worker that waits for work ends by it."""
        if self._transport is not None:
            self._transport.abort()


class Lane:
    """Workers of one kind, and whoever waits for one of them, in the order in which they came."""

    def __init__(self, name: str, size: int, room: int) -> None:
        self.name, self.size, self.room = name, size, room
        self.idle: deque[Worker] = deque()
        self.waiting: deque[asyncio.Future[Worker]] = deque()
        self.workers: set[Worker] = set()
        self.closed, self._empty_since = False, time.monotonic()

    @property
    def well(self) -> bool:
        """Whether it has workers, or lost its last one a moment ago, so that the next one is on its way."""
        return not self.closed and (bool(self.workers) or time.monotonic() < self._empty_since + _MOMENT)

    def lose(self, worker: Worker) -> None:
        """Count a worker no longer."""
        self.workers.remove(worker)
        self._empty_since = time.monotonic()
        if worker in self.idle:
            self.idle.remove(worker)

    async def take(self) -> Worker:
        """Return a worker that is free, waiting for one where there is none.

        Raises:
            Busy: as many wait as may wait.
            Stopped: the server is ending.
        """
        if self.closed:
            raise Stopped
        if self.idle:
            return self.idle.popleft()
        if len(self.waiting) >= self.room:
            raise Busy
        turn: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self.waiting.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give(turn.result())
            elif turn in self.waiting:
                self.waiting.remove(turn)
            raise

    def give(self, worker: Worker) -> None:
        """Let a free worker do the next thing."""
        while self.waiting:
            turn = self.waiting.popleft()
            if not turn.done():
                turn.set_result(worker)
                return
        self.idle.append(worker)


class Pool:
    """All lanes, and the keeper that forks their workers."""

    def __init__(self, control: socket.socket, limits: Limits) -> None:
        self.limits, self._control = limits, control
        self.quick = Lane("quick", limits.workers, limits.quick_queue)
        self.slow = Lane("slow", limits.slow_workers, limits.slow_queue)
        self.house = Lane("house", 2, limits.quick_queue)
        self.lanes = (self.quick, self.slow, self.house)
        self.counts: Counter[str] = Counter()
        self._number, self._closing = 0, False
        self._slow: OrderedDict[bytes, float] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Order the workers of every lane and wait until each has said hello."""
        await asyncio.gather(*(self._add(lane) for lane in self.lanes for _ in range(lane.size)))

    async def query(self, data: bytes) -> Reply:
        """Return the reply to a query, packed as a job: from the quick lane, or else from the slow one.

        Raises:
            Busy, Stopped, Died: there is none.
        """
        end = time.monotonic() + self.limits.timeout
        key = hashlib.blake2b(data, digest_size=16).digest()
        if self._slow.get(key, 0.0) < time.monotonic():
            try:
                return await self._run(self.quick, data, end)
            except _Moved:
                self.counts["moved"] += 1
        begin = time.monotonic()
        try:
            return await self._run(self.slow, data, end)
        finally:
            if time.monotonic() - begin > 4 * self.limits.slice:
                self._remember(key)

    async def keep_house(self, job: Job) -> Reply:
        """Return the reply to a job of the house.

        Raises:
            Busy, Stopped, Died: there is none.
        """
        return await self._run(self.house, pack(job), time.monotonic() + HOUSE_SECONDS)

    def _remember(self, key: bytes) -> None:
        self._slow[key] = time.monotonic() + _REMEMBERED_SECONDS
        self._slow.move_to_end(key)
        if len(self._slow) > _REMEMBERED:
            self._slow.popitem(last=False)

    async def _run(self, lane: Lane, job: bytes, end: float) -> Reply:
        try:
            if lane.idle and not lane.closed:
                worker = lane.idle.popleft()
            else:
                async with asyncio.timeout(end - time.monotonic()):
                    worker = await lane.take()
        except TimeoutError:
            self.counts["stopped"] += 1
            raise Stopped from None
        except Busy:
            self.counts["busy"] += 1
            raise
        kept = False
        try:
            answer = worker.ask(job)
            if lane is self.quick:
                await self._watch(worker, answer)
                reply = answer.result()
            else:
                async with asyncio.timeout(end - time.monotonic()):
                    reply = await answer
            kept = True
            return reply
        except TimeoutError:
            self.counts["stopped"] += 1
            raise Stopped from None
        except Died:
            self.counts["died"] += 1
            raise
        finally:
            if kept and not worker.stepped_back:
                lane.give(worker)
            else:
                # Also where whoever asked has gone: what nobody waits for is not computed.
                self._kill(worker)

    async def _watch(self, worker: Worker, answer: asyncio.Future[Reply]) -> None:
        """Wait for an answer as long as it may take in the quick lane.

        What counts is the time that the worker computes: on a busy machine a quick query waits for its turn
        too. While others wait for the lane, less of it is enough.

        Raises:
            _Moved: that time is up.
        """
        limit, begin = self.limits.slice, time.monotonic()
        while True:
            done, _ = await asyncio.wait({answer}, timeout=limit / 12)
            if done:
                return
            elapsed, pressed = time.monotonic() - begin, bool(self.quick.waiting)
            used = elapsed if (told := worker.computed()) is None else told
            if used >= _SOME:
                worker.step_back()
            patience = limit / 2 if pressed and used >= _SOME else 4 * limit
            if elapsed > patience or used >= (limit / 5 if pressed else limit):
                raise _Moved

    # --- workers ----------------------------------------------------------------------------------

    async def _add(self, lane: Lane) -> None:
        while not self._closing:
            ours, theirs = socket.socketpair()
            self._number += 1
            number = self._number
            self._order(lane.name[0].encode(), number, theirs)
            theirs.close()
            ours.setblocking(False)
            loop = asyncio.get_running_loop()
            made = partial(Worker, number, partial(self._lost, lane))
            _, worker = await loop.create_unix_connection(made, sock=ours)
            try:
                async with asyncio.timeout(_HELLO_SECONDS):
                    told, _ = await asyncio.shield(worker.hello)
            except (Died, TimeoutError):
                self._kill(worker)
                await asyncio.sleep(0.2)
                continue
            worker.pid = int(told["hello"])
            lane.workers.add(worker)
            self.counts["started"] += 1
            lane.give(worker)
            return

    def _order(self, kind: bytes, number: int, wire: socket.socket | None = None) -> None:
        # A handful of bytes to a process that does nothing else: it never has to wait.
        try:
            if wire is None:
                self._control.sendall(ORDER.pack(kind, number))
            else:
                socket.send_fds(self._control, [ORDER.pack(kind, number)], [wire.fileno()])
        except OSError:
            # The keeper has died; whoever watches it ends the server.
            self._closing = True

    def _kill(self, worker: Worker) -> None:
        self._order(KILL, worker.number)
        worker.close()

    def _lost(self, lane: Lane, worker: Worker) -> None:
        """Replace a worker whose wire has closed, by our hand or not."""
        if worker not in lane.workers:
            return
        lane.lose(worker)
        if not self._closing:
            task = asyncio.get_running_loop().create_task(self._add(lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        """End every worker; whoever waits for one is told that the time is up."""
        self._closing = True
        for lane in self.lanes:
            lane.closed = True
            while lane.waiting:
                if not (turn := lane.waiting.popleft()).done():
                    turn.set_exception(Stopped())
            for worker in list(lane.workers):
                self._kill(worker)
