"""The short way of plain requests answers what the ordinary way answers, and takes nothing else along."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest

from caseboard.server.direct import Direct
from caseboard.server.kept import Kept
from caseboard.server.log import Log

from .serving import Served, served, wait_until

JSON, TURTLE = "application/sparql-results+json", "text/turtle"
HELPS = "SELECT ?a ?b { ?a cb:helps ?b } ORDER BY ?a ?b"


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with served("--timeout", "20") as running:
        yield running


class Wire:
    """A connection that stays open, and what comes over it."""

    def __init__(self, server: Served) -> None:
        self.socket = socket.create_connection(("127.0.0.1", server.port), 30)
        self.rest = b""

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def reply(self) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of the next answer."""
        while b"\r\n\r\n" not in self.rest:
            self.rest += self._more()
        head, _, rest = self.rest.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:])
        size = int(headers.get("content-length", 0))
        while len(rest) < size:
            rest += self._more()
        self.rest = rest[size:]
        return int(lines[0].split()[1]), headers, rest[:size]

    def is_silent(self) -> bool:
        self.socket.settimeout(0.3)
        try:
            return not self.socket.recv(1)
        except TimeoutError:
            return True

    def _more(self) -> bytes:
        part = self.socket.recv(65536)
        assert part, "the connection has closed"
        return part


def get(text: str, accept: str = JSON, *more: str) -> bytes:
    lines = [f"GET /sparql?query={quote(text)} HTTP/1.1", "Host: short", f"Accept: {accept}", *more]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@pytest.mark.parametrize(
    ("text", "accept", "status"),
    [
        (HELPS, JSON, 200),
        (HELPS, "text/csv", 200),
        ("ASK { ?a cb:helps ?b }", "*/*", 200),
        ("CONSTRUCT WHERE { ?a cb:helps ?b }", TURTLE, 200),
        ('SELECT ("\\u00e9 + & = % # ?" AS ?x) { }', JSON, 200),
        ("SELECT ?x { BIND(RAND() < 2 AS ?x) }", JSON, 200),
        ("SELECT * { ?a cb:helps", JSON, 400),
        ("DROP ALL", JSON, 400),
        (HELPS, "image/png", 406),
    ],
)
def test_both_ways_answer_the_same(server: Served, text: str, accept: str, status: int) -> None:
    known, unknown = get(text, accept), get(text, accept, f"X-New: {time.time_ns()}")
    with Wire(server) as wire:
        answers = []
        # The first makes the headers known; what follows is computed, or kept, on the short way.
        for request in (get("ASK { }", accept), known, known, unknown):
            wire.send(request)
            found, headers, body = wire.reply()
            headers.pop("x-request-id")
            headers.pop("date")
            answers.append((found, headers, body))
    assert answers[1][0] == status
    assert answers[1] == answers[2] == answers[3]


def test_what_is_no_query_of_the_protocol_is_refused_all_the_same(server: Served) -> None:
    with Wire(server) as wire:
        wire.send(get("ASK { }"))
        wire.reply()
        for more in ("&query=ASK%7B%7D", "&update=DROP", "&default-graph-uri=none", "%ff"):
            wire.send(get("ASK { }").replace(b" HTTP/1.1", more.encode() + b" HTTP/1.1"))
            status, headers, _ = wire.reply()
            assert status == 400
            assert headers["cache-control"] == "no-store"


def test_graphs_are_named_on_the_short_way_too(server: Served) -> None:
    with Wire(server) as wire:
        for graph, found in (("urn:none", b"false"), ("https://w3id.org/caseboard/ns%23stated", b"true")):
            for _ in range(2):
                wire.send(
                    get("ASK { ?a cb:helps ?b }").replace(
                        b" HTTP", f"&default-graph-uri={graph} HTTP".encode()
                    )
                )
                assert found in wire.reply()[2]


def test_requests_that_come_at_once_are_answered_in_their_order(server: Served) -> None:
    with Wire(server) as wire:
        wire.send(get("ASK { }"))
        wire.reply()
        texts = [f'SELECT ("{number}" AS ?x) {{ }}' for number in range(9)]
        wire.send(get(texts[0]))
        wire.send(get(texts[1]) + get(texts[2]))
        for text in texts[3:]:
            time.sleep(0.001)
            wire.send(get(text))
        for number in range(9):
            assert f'"{number}"'.encode() in wire.reply()[2]


def test_a_request_in_pieces_is_one_request(server: Served) -> None:
    with Wire(server) as wire:
        for _ in range(2):
            for part in (get(HELPS)[:20], get(HELPS)[20:-2], get(HELPS)[-2:]):
                wire.send(part)
                time.sleep(0.05)
            assert wire.reply()[0] == 200


def test_what_looks_like_a_request_within_a_body_is_none(server: Served) -> None:
    within = get("ASK { }")
    with Wire(server) as wire:
        wire.send(within)
        assert wire.reply()[0] == 200
        head = "POST /sparql HTTP/1.1\r\nHost: short\r\nContent-Type: text/plain\r\nContent-Length: "
        wire.send(f"{head}{len(within) * 2}\r\n\r\n".encode())
        assert wire.reply()[0] == 415
        wire.send(within)
        time.sleep(0.1)
        wire.send(within)
        assert wire.is_silent()


def test_a_query_that_takes_longer_is_answered_and_one_that_is_left_is_stopped(server: Served) -> None:
    some = "SELECT (COUNT(*) AS ?n) { SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } LIMIT 700000 }"
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
    with Wire(server) as wire:
        wire.send(get("ASK { }"))
        wire.reply()
        wire.send(get(some))
        status, _, body = wire.reply()
        assert status == 200
        assert b'"700000"' in body
        wire.send(get(endless))
        time.sleep(0.6)
    assert wait_until(lambda: 499 in [line["status"] for line in server.lines()[-1:]], seconds=5)
    assert wait_until(lambda: server.workers() == {"quick": 8, "slow": 2, "house": 2})


def test_slow_ones_among_many_lose_nobody_an_answer(server: Served) -> None:
    product = "{ SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } LIMIT 60000 }"

    def client(number: int) -> None:
        with Wire(server) as wire:
            wire.send(get("ASK { }"))
            wire.reply()
            for asked in range(15):
                slow = asked % 5 == number % 5
                value = f"{number}-{asked}"
                of = f"(COUNT(*) AS ?n) {product}" if slow else f'("{value}" AS ?n) {{ }}'
                wire.send(get(f"SELECT {of} # {value}"))
                status, _, body = wire.reply()
                assert status == 200
                assert (b'"60000"' if slow else f'"{value}"'.encode()) in body

    with ThreadPoolExecutor(12) as pool:
        assert list(pool.map(client, range(12))) == [None] * 12


def test_a_connection_that_is_not_used_is_closed() -> None:
    with served("--workers", "1") as server, Wire(server) as wire:
        for _ in range(3):
            wire.send(get(HELPS))
            wire.reply()
        wire.socket.settimeout(25)
        assert wire.socket.recv(1) == b""


# --- what is taken along --------------------------------------------------------------------------


def knowing(block: bytes = b"Host: a\r\n\r\n", headers: tuple[tuple[bytes, bytes], ...] = ()) -> Direct:
    direct = Direct(None, Log(), Kept())  # type: ignore[arg-type]
    direct.learn(b"GET /sparql?query=ASK HTTP/1.1\r\n" + block, [(b"host", b"a"), *headers])
    return direct


def test_a_plain_request_is_taken_along() -> None:
    found = knowing().read(b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: a\r\n\r\n")
    assert found == (b"query=ASK%7B%7D", b'{"kind": "get", "accept": null}')


@pytest.mark.parametrize(
    "data",
    [
        b"GET /sparql?query=ASK HTTP/1.1\r\nHost: b\r\n\r\n",
        b"GET /sparql?query=ASK HTTP/1.1\r\nHost: a\r\n",
        b"GET /sparql?query=ASK HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        b"GET /sparql?query=ASK HTTP/1.0\r\nHost: a\r\n\r\n",
        b"GET /sparql?query=A#K HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /sparql?query=A K HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /sparql?query=A\nK HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /sparql?query=\xff HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /sparql?query= HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /sparql HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /entity?query=ASK HTTP/1.1\r\nHost: a\r\n\r\n",
        b"HEAD /sparql?query=ASK HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST /sparql?query=ASK HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /sparql?query=" + b"A" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"",
    ],
)
def test_nothing_else_is_taken_along(data: bytes) -> None:
    assert knowing().read(data) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (b"connection", b"close"),
        (b"connection", b"Upgrade"),
        (b"content-length", b"5"),
        (b"transfer-encoding", b"chunked"),
        (b"expect", b"100-continue"),
        (b"if-none-match", b"*"),
    ],
)
def test_headers_that_change_the_answer_are_not_taken_along(name: bytes, value: bytes) -> None:
    block = b"Host: a\r\n" + name + b": " + value + b"\r\n\r\n"
    direct = knowing(block, ((name, value),))
    assert direct.read(b"GET /sparql?query=ASK HTTP/1.1\r\n" + block) is None
    assert knowing(b"Connection: keep-alive\r\n\r\n", ((b"connection", b"keep-alive"),)).read(
        b"GET /sparql?query=ASK HTTP/1.1\r\nConnection: keep-alive\r\n\r\n"
    )


def test_where_queries_are_logged_all_take_the_way_that_reads_them() -> None:
    direct = Direct(None, Log(queries=True), Kept())  # type: ignore[arg-type]
    data = b"GET /sparql?query=ASK HTTP/1.1\r\nHost: a\r\n\r\n"
    direct.learn(data, [(b"host", b"a")])
    assert direct.read(data) is None


def test_kept_values_go_when_there_are_too_many() -> None:
    kept = Kept(largest=10, total=30)
    for number in range(5):
        kept.put(b"%d" % number, number, 9)
        kept.get(b"0")
    kept.put(b"large", 1, 11)
    # The one that is asked for again and again stays.
    assert kept.get(b"0") == 0
    assert kept.get(b"1") is None
    assert kept.get(b"large") is None
