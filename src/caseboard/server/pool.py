"""The pool: who waits, who runs, who is killed; and the keeper is told to fork whoever is to follow."""

from __future__ import annotations

import asyncio
import hashlib
import os
import socket
import time
from collections import Counter, OrderedDict
from functools import partial

from caseboard.server.keeper import KILL, ORDER
from caseboard.server.lanes import Busy, Died, Done, Lane, Moved, Run, Stopped, Worker
from caseboard.server.limits import Limits
from caseboard.server.worker import HOUSE_SECONDS, Job, Reply, pack

#: How long, and of how many queries, it is remembered that they are none for the quick lane.
_REMEMBERED_SECONDS, _REMEMBERED = 120.0, 2048
#: CPU seconds by which a query is more than a plain one.
_SOME = 0.02
#: So many queries at most are given to a worker at once.
_BEHIND = 4
#: A worker that has been ordered says hello within so many seconds, or another is ordered.
_HELLO_SECONDS = 20.0


class Pool:
    """All lanes, and the keeper that forks their workers."""

    def __init__(self, control: socket.socket, limits: Limits) -> None:
        self.limits, self._control = limits, control
        cores = max(2, os.cpu_count() or 2)
        self.quick = Lane("quick", limits.workers, limits.quick_queue, abreast=cores)
        self.slow = Lane("slow", limits.slow_workers, limits.slow_queue, abreast=limits.slow_workers)
        self.house = Lane("house", 2, limits.quick_queue, abreast=2)
        self.lanes = (self.quick, self.slow, self.house)
        self.counts: Counter[str] = Counter()
        self._number, self._closing = 0, False
        self._slow: OrderedDict[bytes, float] = OrderedDict()
        self._running: set[Run] = set()
        self._one_by_one = 0.0
        self._step, self._clock = limits.slice / 24, False
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Order the workers of every lane and wait until each has said hello."""
        await asyncio.gather(*(self._add(lane) for lane in self.lanes for _ in range(lane.size)))

    async def query(self, data: bytes) -> Reply:
        """Return the reply to a query, packed as a job: from the quick lane, or else from the slow one.

        Raises:
            Busy, Stopped, Died: there is none.
        """
        answer, done = _awaited()
        question = self.ask(data, done)
        try:
            return await answer
        finally:
            question.leave()

    def ask(self, data: bytes, done: Done) -> Question:
        """Have a query answered as `query` does; ``done`` is called with the reply, or with what it raises.

        Raises:
            Busy, Stopped: it cannot even begin.
        """
        question = Question(self, data, time.monotonic() + self.limits.timeout, done)
        # Without anything remembered there is nothing to look up.
        slowly = bool(self._slow) and self._slow.get(_key(data), 0.0) >= time.monotonic()
        question.begin(self.slow if slowly else self.quick)
        return question

    async def keep_house(self, job: Job) -> Reply:
        """Return the reply to a job of the house.

        Raises:
            Busy, Stopped, Died: there is none.
        """
        self.counts["house"] += 1
        answer, done = _awaited()
        run = self.begin(self.house, pack(job), time.monotonic() + HOUSE_SECONDS, done)
        try:
            return await answer
        finally:
            self.leave(run)

    def remember(self, data: bytes) -> None:
        """Remember that a query is none for the quick lane."""
        key = _key(data)
        self._slow[key] = time.monotonic() + _REMEMBERED_SECONDS
        self._slow.move_to_end(key)
        if len(self._slow) > _REMEMBERED:
            self._slow.popitem(last=False)

    # --- runs -------------------------------------------------------------------------------------

    def begin(self, lane: Lane, job: bytes, end: float, done: Done) -> Run:
        """Have a job computed as soon as a worker of a lane is free.

        Raises:
            Busy: as many wait as may wait.
            Stopped: the server is ending.
        """
        if lane.closed:
            raise Stopped
        run = Run(lane, job, end, done)
        if lane.free:
            self._hand(lane.idle.pop(), [run])
        elif len(lane.waiting) >= lane.room:
            self.counts["busy"] += 1
            raise Busy
        else:
            lane.waiting.append(run)
        if not self._clock:
            self._clock = True
            asyncio.get_running_loop().call_later(self._step, self._look)
        return run

    def leave(self, run: Run) -> None:
        """Say that nobody waits for a run any more: what nobody waits for is not computed."""
        run.left = True
        if run.worker is None and run in run.lane.waiting:
            run.lane.waiting.remove(run)

    def _hand(self, worker: Worker, runs: list[Run]) -> None:
        self._head(worker, runs[0])
        for run in runs[1:]:
            run.worker = worker
            worker.behind.append(run)
        worker.send(runs[0].job if len(runs) == 1 else b"".join([run.job for run in runs]))

    def _head(self, worker: Worker, run: Run) -> None:
        worker.run, run.worker = run, worker
        run.begin = run.seen = time.monotonic()
        run.fresh = True
        run.lane.fresh += 1
        self._running.add(run)

    def _over(self, run: Run) -> None:
        self._running.discard(run)
        self._aged(run)
        if run.worker is not None:
            run.worker.run = None

    def _aged(self, run: Run) -> None:
        if run.fresh:
            run.fresh = False
            run.lane.fresh -= 1

    def _serve(self, lane: Lane) -> None:
        while lane.waiting and lane.free:
            number = 1
            if lane is self.quick and time.monotonic() > self._one_by_one:
                free = min(len(lane.idle), lane.abreast - lane.fresh)
                number = min(_BEHIND, -(-len(lane.waiting) // free))
            self._hand(lane.idle.pop(), [lane.waiting.popleft() for _ in range(number)])

    def _take_back(self, worker: Worker) -> None:
        """Let what stands behind a worker's job wait for another worker, before all others."""
        while worker.behind:
            run = worker.behind.pop()
            run.worker = None
            if run.lane.closed:
                self._stop(run, Stopped())
            elif not run.left:
                run.lane.waiting.appendleft(run)

    def _heard(self, lane: Lane, worker: Worker, reply: Reply) -> None:
        run = worker.run
        if run is None:
            return
        self._over(run)
        if worker.stepped_back or worker.stale:
            self._kill(worker)
        elif worker.behind:
            self._head(worker, worker.behind.popleft())
        else:
            lane.idle.append(worker)
        if lane.waiting:
            self._serve(lane)
        if not run.left:
            run.done(reply, None)

    def _stop(self, run: Run, error: Exception) -> None:
        worker = run.worker
        self._over(run)
        if worker is not None:
            self._kill(worker)
        if not run.left:
            run.done(None, error)

    def _look(self) -> None:
        """Look at everything that runs or waits, every few milliseconds while there is something.

        One clock for all is what makes a quick answer cheap: it is over before anybody looks at it.
        """
        now = time.monotonic()
        for lane in self.lanes:
            for run in [run for run in lane.waiting if now >= run.end]:
                lane.waiting.remove(run)
                self.counts["stopped"] += 1
                self._stop(run, Stopped())
        for run in list(self._running):
            if now - run.begin < self._step:
                continue
            self._aged(run)
            if run.worker is not None and run.worker.behind and self._takes_long(run, now - run.begin):
                # Behind it nobody is to wait; and for a while nobody is put there.
                self._take_back(run.worker)
                run.worker.stale, self._one_by_one = True, now + 1
            if run.left:
                self._stop(run, Stopped())
            elif now >= run.end:
                self.counts["stopped"] += 1
                self._stop(run, Stopped())
            elif run.lane is self.quick and now - run.seen >= self.limits.slice / 12:
                run.seen = now
                self._weigh(run, now - run.begin)
        for lane in self.lanes:
            self._serve(lane)
        self._clock = bool(self._running) or any(lane.waiting for lane in self.lanes)
        if self._clock:
            asyncio.get_running_loop().call_later(self._step, self._look)

    def _takes_long(self, run: Run, elapsed: float) -> bool:
        if elapsed < 2 * self._step or run.worker is None:
            return False
        # A worker that has not had its turn on a busy machine would lose it, and its work, for nothing.
        computed = run.worker.computed()
        return elapsed > self.limits.slice / 2 or (elapsed if computed is None else computed) >= self._step

    def _weigh(self, run: Run, elapsed: float) -> None:
        """Move a query whose time in the quick lane is up.

        What counts is the time that the worker computes: on a busy machine a quick query waits for its turn
        too. While others wait for the lane, less of it is enough.
        """
        worker, limit = run.worker, self.limits.slice
        assert worker is not None  # noqa: S101  it runs
        pressed = bool(self.quick.waiting) and not self.quick.idle
        used = elapsed if (told := worker.computed()) is None else told
        if used >= _SOME:
            worker.step_back()
        patience = limit / 2 if pressed and used >= _SOME else 4 * limit
        if elapsed > patience or used >= (limit / 5 if pressed else limit):
            self.counts["moved"] += 1
            self._stop(run, Moved())

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
            made = partial(Worker, number, partial(self._heard, lane), partial(self._lost, lane))
            _, worker = await loop.create_unix_connection(made, sock=ours)
            try:
                async with asyncio.timeout(_HELLO_SECONDS):
                    worker.pid = await asyncio.shield(worker.hello)
            except (Died, TimeoutError):
                self._kill(worker)
                await asyncio.sleep(0.2)
                continue
            lane.workers.add(worker)
            self.counts["started"] += 1
            lane.idle.append(worker)
            self._serve(lane)
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
        self._take_back(worker)
        self._order(KILL, worker.number)
        worker.close()

    def _lost(self, lane: Lane, worker: Worker) -> None:
        """Replace a worker whose wire has closed, by our hand or not."""
        if (run := worker.run) is not None:
            self.counts["died"] += 1
            self._over(run)
            if not run.left:
                run.done(None, Died())
        self._take_back(worker)
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
                self._stop(lane.waiting.popleft(), Stopped())
            for worker in list(lane.workers):
                self._kill(worker)


class Question:
    """A query on its way through the lanes; see `Pool.ask`."""

    __slots__ = ("_begin", "_data", "_done", "_end", "_pool", "_run")

    def __init__(self, pool: Pool, data: bytes, end: float, done: Done) -> None:
        self._pool, self._data, self._end, self._done = pool, data, end, done
        self._run: Run | None = None
        self._begin = 0.0

    def begin(self, lane: Lane) -> None:
        """Begin in a lane, or raise Busy or Stopped."""
        if lane is self._pool.slow:
            self._begin = time.monotonic()
        self._run = self._pool.begin(lane, self._data, self._end, self._heard)

    def leave(self) -> None:
        """Say that nobody waits any more."""
        if self._run is not None:
            self._pool.leave(self._run)
            self._remember()

    def _heard(self, reply: Reply | None, error: Exception | None) -> None:
        if isinstance(error, Moved):
            try:
                self.begin(self._pool.slow)
            except (Busy, Stopped) as refused:
                self._done(None, refused)
        else:
            self._remember()
            self._done(reply, error)

    def _remember(self) -> None:
        if self._begin and time.monotonic() - self._begin > 4 * self._pool.limits.slice:
            self._pool.remember(self._data)


def _key(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()


def _awaited() -> tuple[asyncio.Future[Reply], Done]:
    """Return a future, and what is to be called with its outcome."""
    answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

    def done(reply: Reply | None, error: Exception | None) -> None:
        if answer.done():
            return
        if reply is not None:
            answer.set_result(reply)
        else:
            answer.set_exception(error or Died())

    return answer, done
