"""The far end of a measurement: a process that prepares a piece of work and then does it on request, timed.

The scripts beside this one are run by their path, each in an environment that has its library, so they import
this module by its bare name.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

#: What a job returns once it is prepared: the work to time, and what to say of its answer (not timed).
Job = tuple[Callable[[], Any], Callable[[Any], Any]]


def serve(jobs: Mapping[str, Callable[..., Job | list[Job]]]) -> None:
    """Prepare the job named on the command line, then do it again for each line of stdin.

    A line says which part of the job, how many CPU seconds one time may take (the system ends a process that
    takes more), and for how many CPU seconds to do it over and over; once is the least. The answer is a line
    of JSON: CPU seconds of this process (all its threads) and wall seconds, each for one time, the highest
    memory use so far in MB, and what the job says of its answer.
    """
    # What a library prints must not come between the answers.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    job = jobs[sys.argv[1]](**json.loads(sys.argv[2]))
    parts = job if isinstance(job, list) else [job]
    print(json.dumps({"ready": True}), file=out, flush=True)
    for line in sys.stdin:
        part, limit, least = line.split()
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (round(time.process_time()) + int(limit), hard))
        (work, describe), answer, times = parts[int(part)], None, 0
        gc.collect()
        wall, cpu = time.perf_counter(), time.process_time()
        while not times or time.process_time() - cpu < float(least):
            times += 1
            answer = None  # frees what the time before made, as the next call by a user would
            answer = work()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        reply = {"cpu": cpu / times, "wall": wall / times, "megabytes": peak(), "answer": describe(answer)}
        print(json.dumps(reply), file=out, flush=True)


def peak() -> float:
    """Return the highest resident memory of this process in MB."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not ru_maxrss, which on Linux begins with the memory of the process that started this one.
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    scale = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale / 1024**2


def digest(rows: Iterable[Iterable[object]]) -> dict[str, Any]:
    """Return how many rows there are and a digest of them that does not depend on their order."""
    lines = sorted("\t".join("" if cell is None else str(cell) for cell in row) for row in rows)
    return {"rows": len(lines), "digest": hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]}
