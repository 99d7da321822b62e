"""Work in a process of its own."""

from __future__ import annotations

import os
import signal
import time

import pytest

from caseboard import BadArgument, CaseError, QueryError, QuerySyntaxError, QueryTimeout
from caseboard.apart import run_apart


def failing(error: BaseException) -> bytes:
    raise error


def test_what_the_work_returns_is_returned() -> None:
    data = os.urandom(1 << 20)
    assert run_apart(lambda: data, timeout=None) == data
    assert run_apart(lambda: b"", timeout=60) == b""


def test_it_is_another_process_and_what_it_changes_stays_there() -> None:
    seen: list[int] = []
    pid = run_apart(lambda: seen.append(1) or str(os.getpid()).encode(), timeout=60)
    assert int(pid) != os.getpid()
    assert seen == []


def test_an_error_of_ours_comes_back_as_itself() -> None:
    with pytest.raises(QuerySyntaxError, match="here") as caught:
        run_apart(lambda: failing(QuerySyntaxError("broken here", line=2, column=3)), timeout=60)
    assert (caught.value.line, caught.value.column) == (2, 3)
    with pytest.raises(BadArgument, match="odd"):
        run_apart(lambda: failing(BadArgument("odd")), timeout=60)
    with pytest.raises(CaseError, match=r"case\.ttl, line 3: broken"):
        run_apart(lambda: failing(CaseError("broken", file="case.ttl", line=3)), timeout=60)


def test_a_defect_is_not_taken_for_a_query_that_is_too_large() -> None:
    with pytest.raises(RuntimeError, match=r"the process apart failed:\n(.|\n)*ZeroDivisionError"):
        run_apart(lambda: bytes(1 // 0), timeout=60)


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL])
def test_a_process_that_dies_is_an_error(number: signal.Signals, capfd: pytest.CaptureFixture[str]) -> None:
    def die() -> bytes:
        os.kill(os.getpid(), number)
        time.sleep(10)
        return b""

    with pytest.raises(QueryError, match="the engine gave up on this query"):
        run_apart(die, timeout=60)
    with pytest.raises(QueryError, match="it went wrong"):
        run_apart(die, timeout=60, died="it went wrong")
    assert capfd.readouterr().err == ""


def test_work_that_takes_too_long_is_stopped() -> None:
    start = time.monotonic()
    with pytest.raises(QueryTimeout, match=r"the query was stopped after 0\.2 s"):
        run_apart(lambda: time.sleep(30) or b"", timeout=0.2)
    assert time.monotonic() - start < 5


def test_an_interrupt_stops_the_work_and_leaves_no_process_behind() -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(KeyboardInterrupt):
            run_apart(lambda: time.sleep(30) or b"", timeout=None)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_without_fork_it_is_said_that_nothing_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    with pytest.raises(QueryError, match="only be stopped where the system can fork a process"):
        run_apart(lambda: b"", timeout=1)
