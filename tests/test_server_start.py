"""What a server does when it starts: the page is there before anybody asks for it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import caseboard

from .serving import Served, served, wait_until


def housework(server: Served) -> int:
    """Return how much the house has been asked for so far."""
    return int(re.search(r'^caseboard_work_total\{event="house"\} (\d+)', metrics(server), re.MULTILINE)[1])


def metrics(server: Served) -> str:
    return server.ask("/metrics").text


def computing(server: Served) -> Callable[[], bool]:
    """Return what says whether a process of the server computes at this moment."""

    def ticks() -> int:
        total = 0
        for pid in server.processes():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total

    def one() -> bool:
        before = ticks()
        time.sleep(0.2)
        return ticks() - before > 2

    return one


def test_the_page_is_made_before_anybody_asks_and_only_once() -> None:
    with served("--workers", "1") as server:
        assert housework(server) == 1
        is_computing = computing(server)
        assert wait_until(lambda: not is_computing())
        with ThreadPoolExecutor(4) as pool:
            pages = list(pool.map(lambda _: server.ask("/"), range(4)))
        assert {page.status for page in pages} == {200}
        assert {page.text for page in pages} == {caseboard.open("harbour").page()}
        assert housework(server) == 1


def test_whoever_asks_while_it_is_made_gets_the_one_that_is_made() -> None:
    with served("--workers", "1") as server, ThreadPoolExecutor(4) as pool:
        pages = list(pool.map(lambda _: server.ask("/"), range(4)))
        assert {page.status for page in pages} == {200}
        assert len({page.body for page in pages}) == 1
        assert housework(server) == 1


def test_whoever_goes_away_does_not_take_it_along() -> None:
    import socket

    with served("--workers", "1") as server:
        with socket.create_connection(("127.0.0.1", server.port)) as wire:
            wire.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            time.sleep(0.1)
        assert server.ask("/").status == 200
        assert housework(server) == 1


def test_questions_are_answered_while_it_is_made() -> None:
    with served("--workers", "1", case="hit-and-run") as server:
        # Nobody waits for the page here: the answer is there while it is still laid out.
        assert server.query("ASK { ?a ?b ?c }").json()["boolean"] is True
        assert housework(server) == 1


def test_a_server_that_is_stopped_meanwhile_ends_without_a_word() -> None:
    with served("--workers", "1", case="hit-and-run") as server:
        processes = server.processes()
        server.process.terminate()
        assert server.process.wait(10) == 0
        server.log.seek(0)
        assert server.log.read() == b""
        assert wait_until(lambda: not any(Path(f"/proc/{pid}/cmdline").exists() for pid in processes))
