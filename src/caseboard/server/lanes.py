"""Workers seen from the process that listens, what each of them runs, and the lanes in which they stand."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import cast

from caseboard.server.worker import FRAME, NICE, Job, Reply

_TICKS = os.sysconf("SC_CLK_TCK")
#: Seconds in which a lane that has lost its last worker is to have another.
_MOMENT = 5.0


class Busy(Exception):
    """As many wait as may wait."""


class Stopped(Exception):
    """The time was up, and the worker was killed."""


class Died(Exception):
    """The worker died over the work: too deep for its stack, too much for its memory."""


class Moved(Exception):
    """A query is none for the quick lane."""


#: What is called once a run is over: with the reply, or with what became of it instead.
Done = Callable[[Reply | None, Exception | None], None]


class Run:
    """A job on its way: it waits for a worker, then one computes it, until it is over.

    Attributes:
        end: the time (monotonic) at which it is stopped.
        begin, seen: when a worker began with it, and when it was last looked at.
        fresh: whether it began so lately that it counts as one of those that compute side by side.
        left: whether nobody waits for it any more.
    """

    __slots__ = ("begin", "done", "end", "fresh", "job", "lane", "left", "seen", "worker")

    def __init__(self, lane: Lane, job: bytes, end: float, done: Done) -> None:
        self.lane, self.job, self.end, self.done = lane, job, end, done
        self.worker: Worker | None = None
        self.begin = self.seen = 0.0
        self.fresh = self.left = False


class Worker(asyncio.Protocol):
    """The near end of a worker's wire: one job at a time, and perhaps a few behind it.

    A worker that finds its next job waiting goes on without falling asleep; where a job turns out to take
    long, those behind it are given to others.

    Args:
        number: by which the keeper knows it.
        heard: is called with each reply.
        lost: is called once the wire has closed.
    """

    def __init__(
        self, number: int, heard: Callable[[Worker, Reply], None], lost: Callable[[Worker], None]
    ) -> None:
        self.number, self.pid, self._used, self.stepped_back = number, 0, 0.0, False
        self.hello: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.run: Run | None = None
        self.behind: deque[Run] = deque()
        #: Whether it has jobs in its wire that were given to others, so that this one is its last.
        self.stale = False
        self._heard, self._lost = heard, lost
        self._buffer: bytes | bytearray = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the wire."""
        # Not every loop's transports are of asyncio's class.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes | bytearray) -> None:
        """Collect replies, and hand each over once it is whole."""
        if self._buffer:
            self._buffer += data
            data, self._buffer = self._buffer, b""
        at = 0
        while len(data) - at >= FRAME.size:
            head, body = FRAME.unpack_from(data, at)
            begin = at + FRAME.size + head
            if len(data) < begin + body:
                break
            told: Job = json.loads(data[at + FRAME.size : begin])
            at = begin + body
            self._used = told.get("cpu", 0.0)
            if "hello" not in told:
                self._heard(self, (told, bytes(data[begin:at])))
            elif not self.hello.done():
                self.hello.set_result(told["hello"])
        if at < len(data):
            # Collected in place: a large answer comes in many parts.
            rest = data[at:] if at else data
            self._buffer = rest if isinstance(rest, bytearray) else bytearray(rest)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Say that nothing more comes."""
        if not self.hello.done():
            self.hello.set_exception(Died())
            # Somebody may have stopped waiting; then nobody is to be told that nobody was told.
            self.hello.exception()
        self._lost(self)

    def send(self, jobs: bytes) -> None:
        """Send jobs; where the wire is closing, its end tells whoever waits."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(jobs)

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
    """Workers of one kind, and what waits for one of them, in the order in which it came.

    Args:
        name: of the lane.
        size: how many workers it has.
        room: how many may wait.
        abreast: how many may begin at once; what has turned out to take longer does not count. More than
            there are cores would only disturb each other.
    """

    def __init__(self, name: str, size: int, room: int, *, abreast: int) -> None:
        self.name, self.size, self.room, self.abreast = name, size, room, abreast
        #: The one that was last busy comes first: what it needs is still in the processor's caches.
        self.idle: list[Worker] = []
        self.waiting: deque[Run] = deque()
        self.workers: set[Worker] = set()
        self.fresh, self.closed, self._empty_since = 0, False, time.monotonic()

    @property
    def well(self) -> bool:
        """Whether it has workers, or lost its last one a moment ago, so that the next one is on its way."""
        return not self.closed and (bool(self.workers) or time.monotonic() < self._empty_since + _MOMENT)

    @property
    def free(self) -> bool:
        """Whether a job can begin now."""
        return bool(self.idle) and self.fresh < self.abreast

    def lose(self, worker: Worker) -> None:
        """Count a worker no longer."""
        self.workers.remove(worker)
        self._empty_since = time.monotonic()
        if worker in self.idle:
            self.idle.remove(worker)
