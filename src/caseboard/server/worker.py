"""A worker: a process that answers one request at a time, and can reach nothing but what it was given."""

from __future__ import annotations

import json
import os
import resource
import signal
import struct
import sys
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NoReturn

from caseboard.apart import die_with
from caseboard.server.limits import Limits

#: A frame is the lengths of its two parts, a head in JSON and a body, then the parts.
FRAME = struct.Struct("!II")
#: Lanes by their first letter, with how far each steps back behind others: what takes long waits more.
NICE: Mapping[str, int] = {"quick": 0, "slow": 15, "house": 5}
#: Work of the house (page, exports) may take so many seconds.
HOUSE_SECONDS = 60.0
#: Heads of jobs up to so many bytes are those of plain questions.
_SHORT = 300

TEXT = "text/plain; charset=utf-8"

Job = dict[str, Any]
Reply = tuple[Job, bytes]


def pack(head: Job, body: bytes = b"") -> bytes:
    """Return a frame.

    >>> pack({}, b"x")
    b'\\x00\\x00\\x00\\x02\\x00\\x00\\x00\\x01{}x'
    """
    written = json.dumps(head).encode()
    return FRAME.pack(len(written), len(body)) + written + body


def work(
    wire: int, lane: str, *, answer: Callable[[Job, bytes], Reply], limits: Limits, keeper: int, lifeline: int
) -> NoReturn:
    """Answer what comes over the wire until it closes; never returns.

    What may run a query of somebody else can open no file and no connection: the limit stands at zero, and
    everything that it needs is open and imported. Reading therefore blocks: polling needs the limit too.
    """
    status = 1
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            # Both reach every process of a group; when to end is for the first one to say.
            signal.signal(number, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        die_with(keeper, lifeline)
        os.nice(NICE[lane])
        seconds = HOUSE_SECONDS if lane == "house" else limits.timeout
        confine(limits, files=lane == "house")
        _write(wire, pack({"hello": os.getpid()}))
        used, allowed = 0.0, -1.0
        jobs = bytearray()
        while (job := _read(wire, jobs)) is not None:
            if used > allowed:
                _allow(seconds + 1)
                allowed = used + 1
            head, body = _guarded(answer, *job)
            used = time.process_time()
            _write(wire, pack({**head, "cpu": used}, body))
        status = 0
    finally:
        # Not sys.exit: buffers and exit handlers are the keeper's.
        os._exit(status)


def _guarded(answer: Callable[[Job, bytes], Reply], job: Job, body: bytes) -> Reply:
    try:
        return answer(job, body)
    except MemoryError:
        return {"status": 503, "type": TEXT}, b"the query needs more memory than it may have; add LIMIT\n"
    except Exception:  # noqa: BLE001  a defect of ours: it is logged, and costs one answer
        import traceback

        sys.stderr.write(json.dumps({"worker": os.getpid(), "error": traceback.format_exc()}) + "\n")
        return {"status": 500, "type": TEXT}, b"something is wrong with this server; its log says what\n"


def confine(limits: Limits, *, files: bool) -> None:
    """Set the limits of this process: its memory, no dump of it, and no file unless ``files``."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if (size := _virtual_size()) is not None:
        memory = size + limits.memory
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    if not files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _virtual_size() -> int | None:
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123  one read, before every first answer
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        # Where there is no /proc, the kernel does not hold processes to this limit either.
        return None


def _allow(seconds: float) -> None:
    """Let the kernel end this process should it compute on long after whoever asked would have killed it."""
    used = time.process_time()
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + seconds) + 2, hard))


def _read(wire: int, data: bytearray) -> tuple[Job, bytes] | None:
    """Return the next job; ``data`` holds what was read beyond it."""
    while len(data) < FRAME.size or len(data) < FRAME.size + sum(FRAME.unpack_from(data)):
        part = os.read(wire, 65_536)
        if not part:
            return None
        data += part
    head, body = FRAME.unpack_from(data)
    begin, end = FRAME.size + head, FRAME.size + head + body
    job = _head(bytes(data[FRAME.size : begin])), bytes(data[begin:end])
    del data[:end]
    return job


def _head(written: bytes) -> Job:
    # Those of plain questions are few and come again and again.
    return dict(_plain_head(written)) if len(written) < _SHORT else json.loads(written)


@lru_cache(maxsize=64)
def _plain_head(written: bytes) -> Job:
    found: Job = json.loads(written)
    return found


def _write(wire: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(wire, view) :]
