"""Two sides of a comparison, each in a process of its own, timed in turns, with limits of time and memory."""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import IO, Any

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
GIGABYTE = 1024**3
#: On a machine that others use too, a CPU second can take many seconds.
_PATIENCE = 10


class Unfinished(Exception):
    """One side did not get to the end; the message says why."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What either side is given: CPU seconds for one piece of work and to prepare for it, and bytes."""

    seconds: float = 60
    setup_seconds: float = 300
    memory: int = 4 * GIGABYTE


@dataclass(frozen=True, slots=True)
class Round:
    """One measurement: CPU and wall seconds, highest memory in MB, and what the side says of its answer."""

    cpu: float
    wall: float
    megabytes: float
    answer: Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rounds of one side came to: medians, or why there are none."""

    rounds: tuple[Round, ...] = ()
    failure: str = ""

    @property
    def cpu(self) -> float:
        """Median CPU seconds."""
        return median(r.cpu for r in self.rounds)

    @property
    def wall(self) -> float:
        """Median wall seconds."""
        return median(r.wall for r in self.rounds)

    @property
    def megabytes(self) -> float:
        """Median of the highest memory use in MB."""
        return median(r.megabytes for r in self.rounds)

    @property
    def answer(self) -> Any:
        """What the side said of its last answer."""
        return self.rounds[-1].answer


@dataclass(slots=True)
class Side:
    """A job of one of the scripts in ``peers``, in a process that is started when it is first needed.

    Attributes:
        script: name of the script without ending.
        job: name of the job in it.
        arguments: keyword arguments of the job.
        fresh: a new process for every round, for work that leaves traces in memory.
        python: the interpreter of the environment that has the library.
    """

    script: str
    job: str
    arguments: Mapping[str, Any]
    limits: Limits
    fresh: bool = False
    python: str = sys.executable
    _process: subprocess.Popen[str] | None = field(default=None, init=False)
    _errors: IO[str] | None = field(default=None, init=False)

    def measure(self, part: int = 0, *, least: float = 0.0) -> Round:
        """Do a part of the work, again and again for ``least`` CPU seconds, and return what one time took.

        Raises:
            Unfinished: time or memory ran out, or the work failed.
        """
        if self._process is None:
            self._start()
        assert self._process is not None
        assert self._process.stdin is not None
        seconds = self.limits.seconds
        self._process.stdin.write(f"{part} {seconds + least:.0f} {least}\n")
        self._process.stdin.flush()
        reply = self._reply(seconds, f"not within {self.limits.seconds:g} s")
        if self.fresh:
            self.close()
        return Round(**reply)

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
        if self._errors is not None:
            self._errors.close()
            self._errors = None

    def _start(self) -> None:
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115  closed in close()
        script = str(HERE / "peers" / f"{self.script}.py")
        self._process = subprocess.Popen(
            [self.python, script, self.job, json.dumps(self.arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env=environment(),
            preexec_fn=_limiter(self.limits.memory, self.limits.setup_seconds),
        )
        self._reply(self.limits.setup_seconds, f"not ready within {self.limits.setup_seconds:g} s")

    def _reply(self, seconds: float, late: str) -> Any:
        assert self._process is not None
        assert self._process.stdout is not None
        assert self._errors is not None
        # The system ends the process when its CPU seconds are used up; this is for one that waits for ever.
        if not select.select([self._process.stdout], [], [], _PATIENCE * seconds)[0]:
            self.close()
            raise Unfinished(late)
        line = self._process.stdout.readline()
        if line:
            return json.loads(line)
        status = self._process.wait()
        self._errors.seek(0)
        reason = explain(self._errors.read(), status, late, self.limits)
        self.close()
        raise Unfinished(reason)


def explain(errors: str, status: int, late: str, limits: Limits) -> str:
    """Return in a few words why a process ended before its time."""
    if status == -signal.SIGXCPU:
        return late
    signs = ("MemoryError", "memory allocation", "bad_alloc", "Cannot allocate memory", "out of memory")
    if any(sign in errors for sign in signs):
        return f"not within {limits.memory / GIGABYTE:g} GB"
    lines = [line for line in errors.splitlines() if line.strip()]
    return f"failed: {lines[-1].strip()[:160]}" if lines else f"ended with status {status}"


def environment() -> dict[str, str]:
    """Return the environment of either side: this one, with the checkout's own package first."""
    paths = [str(CHECKOUT / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "NO_COLOR": "1"}


def _limiter(memory: int, seconds: float) -> Callable[[], None]:
    def limit() -> None:
        if hasattr(os, "sched_setaffinity"):
            # Both sides on the same core: a core that others use too is slower.
            os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (round(seconds), resource.RLIM_INFINITY))

    return limit


def whole_process(argv: Sequence[str], limits: Limits) -> Round:
    """Run a command from its start to its end; CPU time includes the processes that it starts and waits for.

    Raises:
        Unfinished: time or memory ran out, or it failed.
    """
    late = f"not within {limits.seconds:g} s"
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        begin = time.perf_counter()
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=errors,
            env=environment(),
            preexec_fn=_limiter(limits.memory, limits.seconds),
        )
        usage = None
        while usage is None:
            pid, status, rusage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                usage, process.returncode = rusage, os.waitstatus_to_exitcode(status)
            elif time.perf_counter() - begin > _PATIENCE * limits.seconds:
                process.kill()
                process.wait()
                raise Unfinished(late)
            else:
                time.sleep(0.002)
        wall = time.perf_counter() - begin
        out.seek(0)
        errors.seek(0)
        if process.returncode:
            raise Unfinished(explain(errors.read(), process.returncode, late, limits))
        return Round(usage.ru_utime + usage.ru_stime, wall, 0.0, out.read())


@dataclass(frozen=True, slots=True)
class Effort:
    """How often to measure: up to ``rounds`` rounds of ``seconds`` of work that fit ``budget`` CPU seconds.

    Three rounds are done even beyond the budget, unless a single one is longer than the budget.
    """

    rounds: int
    seconds: float
    budget: float


@contextmanager
def closing(sides: Mapping[str, Side]) -> Iterator[None]:
    """End the processes of the sides, whatever happens."""
    try:
        yield
    finally:
        for side in sides.values():
            side.close()


def alternate(
    sides: Mapping[str, Side] | Mapping[str, Sequence[str]], effort: Effort, limits: Limits, *, part: int = 0
) -> dict[str, Outcome]:
    """Measure the sides in turns, one round each, again and again.

    Args:
        sides: name -> a side, or the command line of a whole process.
        effort: how often.
        limits: for whole processes; a `Side` has its own.
        part: which part of the sides' jobs.

    Returns:
        Name -> what came of it. A side that fails once is left out of further rounds.
    """
    done: dict[str, list[Round]] = {name: [] for name in sides}
    warm: dict[str, Round] = {}
    failures: dict[str, str] = {}
    used, passes = 0.0, 0
    # The first pass does not count, unless it is the only one: it brings files into the cache.
    while passes <= effort.rounds and not _enough(passes, used, effort):
        order = list(sides) if passes % 2 else list(reversed(sides))
        for name in order:
            if name in failures:
                continue
            try:
                found = _once(sides[name], warm.get(name), effort, limits, part)
            except Unfinished as reason:
                failures[name] = str(reason)
                continue
            used += found.cpu
            if name in warm:
                done[name].append(found)
            else:
                warm[name] = found
        passes += 1
    return {
        name: Outcome(failure=failures[name])
        if name in failures
        else Outcome(tuple(done[name] or [warm[name]]))
        for name in sides
    }


def _once(side: Side | Sequence[str], warm: Round | None, effort: Effort, limits: Limits, part: int) -> Round:
    if not isinstance(side, Side):
        return whole_process(side, limits)
    return side.measure(part, least=0.0 if warm is None or side.fresh else effort.seconds)


def _enough(passes: int, used: float, effort: Effort) -> bool:
    return passes > 0 and used > effort.budget and (passes > 3 or used / passes > effort.budget / 3)
