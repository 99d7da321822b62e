"""What a worker answers: a job to a reply, which is a head (status, media type, rows) and the body."""

from __future__ import annotations

import hashlib
import io
import json
import re
from functools import lru_cache
from typing import Any

from caseboard import sparql
from caseboard.errors import QueryError, QueryRefused, QuerySyntaxError
from caseboard.server.limits import Limits
from caseboard.server.negotiation import GRAPHS, TABLES, choose, content_type
from caseboard.server.protocol import Parts, Refusal, read_request
from caseboard.server.worker import Job, Reply
from caseboard.sinks import as_xml
from caseboard.store import Store

_OPENING, _CLOSING = frozenset("{(["), frozenset("})]")
#: Functions whose values differ from one time to the next; a false alarm costs only time.
_FLEETING = ("now", "rand", "uuid", "bnode")


#: Escapes that most queries in a URL are full of, except those of what a query string is made of: & = + %.
_ESCAPES = tuple((b"%%%02X" % ord(char), char.encode()) for char in " <>{}\":/#?;,()|^@$'!*[]\n\r")
#: Between two rows of the JSON. Within a text a quotation mark stands behind a backslash; after one that ends
#: a text comes a brace or a comma.
_NEXT_ROW = re.compile(rb'\},\{"[^,}]')
_LONG_ACCEPT = 300
#: Query strings up to so many bytes are read at a glance.
_PLAIN_GET = 20_000


class TooLarge(Exception):
    """An answer has outgrown what may be sent."""


class Bounded(io.RawIOBase):
    """A buffer that takes so many bytes and no more."""

    def __init__(self, limit: int) -> None:
        self._limit, self._expected, self._data = limit, 0, bytearray()

    def writable(self) -> bool:
        """Say that it takes bytes."""
        return True

    def write(self, data: Any) -> int:
        """Take bytes, or raise TooLarge."""
        if len(self._data) + len(data) > self._limit:
            raise TooLarge
        self._data += data
        return len(data)

    def expect(self, size: int) -> None:
        """Raise TooLarge where what is announced would not fit, even with every prefix cut off."""
        self._expected += size
        # The shortest forms of a graph take about a quarter of what it takes written out.
        if self._expected > 4 * self._limit:
            raise TooLarge

    def value(self) -> bytes:
        """Return what it took."""
        return bytes(self._data)


def refused(status: int, message: str) -> Reply:
    """Return a reply that says why there is no answer."""
    return {"status": status, "type": "text/plain; charset=utf-8"}, f"{message}\n".encode()


def check_nesting(text: str, limit: int) -> None:
    """Raise QueryRefused where brackets stand too deep in each other: the engine's stack is finite.

    >>> check_nesting("ASK { FILTER('((((') }", 2)
    >>> check_nesting("ASK {{{}}}", 2)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    caseboard.errors.QueryRefused: line 1, column 7: brackets stand more than 2 deep in each other...
    """
    if sum(map(text.count, _OPENING)) <= limit:
        return
    depth = 0
    for token in sparql.tokens(text):
        if token.text in _OPENING:
            depth += 1
            if depth > limit:
                line, column = sparql.position(text, token.start)
                raise QueryRefused(
                    f"line {line}, column {column}: brackets stand more than {limit} deep in each other; "
                    "write the query flatter"
                )
        elif token.text in _CLOSING:
            depth -= 1


def answer_query(store: Store, job: Job, limits: Limits) -> Reply:
    """Answer a query: look it over, choose a representation, and only then let the engine read it."""
    text = job["text"]
    try:
        check_nesting(text, limits.nesting)
        form = sparql.plain_form(text) or sparql.survey(text, prefixes=store.prefixes).form
        offers = GRAPHS if form in ("CONSTRUCT", "DESCRIBE") else TABLES
        media = _chosen(job.get("accept"), graph=offers is GRAPHS)
        if media is None:
            return refused(406, f"a {form or 'query'} is answered as {', '.join(offers)}")
        out = Bounded(limits.answer)
        named = job.get("default") is not None
        dataset = (job["default"], job["named"]) if named else None
        try:
            store.stream(text, out, format=offers[media], dataset=dataset)
        except QuerySyntaxError:
            # Of a prefix that nobody declares it says more than the engine does.
            sparql.survey(text, prefixes=store.prefixes)
            raise
    except TooLarge:
        return refused(
            413, f"the answer has more than {limits.answer:,} bytes; add LIMIT, or ask for less of it"
        )
    except QueryError as error:
        return refused(400, str(error))
    data = out.value()
    if offers[media] in ("xml", "rdfxml"):
        try:
            as_xml(data)
        except QueryError as error:
            return refused(406, str(error))
    head = {"status": 200, "type": content_type(media), "etag": etag(data)}
    small = text.lower()
    head["lasting"] = not any(word in small for word in _FLEETING)
    head["rows"] = count_rows(data, offers[media]) if form == "SELECT" else None
    return head, data


def _chosen(accept: str | None, *, graph: bool) -> str | None:
    # What clients accept they say with every request; what nobody says twice is not to be kept.
    find = _choose if len(accept or "") < _LONG_ACCEPT else _choose.__wrapped__
    return find(accept, graph)


@lru_cache(maxsize=256)
def _choose(accept: str | None, graph: bool) -> str | None:
    return choose(accept, list(GRAPHS if graph else TABLES))


def answer_get(store: Store, job: Job, string: bytes, limits: Limits) -> Reply:
    """Answer a query as it came in the query string of a GET; status 0 where that is none of the protocol."""
    for escape, char in _ESCAPES:
        string = string.replace(escape, char)
    if (
        b"&" not in string
        and b"%" not in string
        and string.startswith(b"query=")
        and len(string) < _PLAIN_GET
    ):
        # One query and nothing else, as most are: there is no more to read.
        text = string[6:].replace(b"+", b" ").decode("ascii")
        return answer_query(store, {"text": text, "accept": job["accept"]}, limits)
    try:
        query = read_request(Parts("GET", string))
    except Refusal:
        query = None
    if query is None:
        return {"status": 0}, b""
    asked: Job = {"text": query.text, "accept": job["accept"]}
    if query.default is not None:
        asked |= {"default": query.default, "named": query.named or ()}
    return answer_query(store, asked, limits)


def warm(store: Store, limits: Limits) -> None:
    """Let everything that an answer may need be imported, before a worker can open no file any more."""
    import csv
    import difflib
    import traceback

    assert all((csv, difflib, traceback))  # noqa: S101
    texts = (
        *('SELECT ("a,b" AS ?x) {}', "ASK {}", "CONSTRUCT {<urn:a> <urn:b> 1} {}", "DESCRIBE <urn:a>"),
        *("ASK {", "ASK { a:b ?c }", "DROP ALL", "ASK { SERVICE <urn:a> {} }", "ASK {?s ?p 1e5SERVICE}"),
    )
    for text in texts:
        for accept in (*TABLES, *GRAPHS):
            answer_query(store, {"text": text, "accept": accept}, limits)


def etag(data: bytes) -> str:
    """Return a strong ETag of a representation.

    >>> etag(b"") == etag(b""), etag(b"") == etag(b"x")
    (True, False)
    """
    return f'"{hashlib.blake2b(data, digest_size=12).hexdigest()}"'


def count_rows(data: bytes, format: str) -> int | None:  # noqa: A002
    """Return the number of rows of a SELECT's answer, None for JSON so long that reading it would cost.

    >>> count_rows(b"a\\r\\n1\\r\\n", "csv"), count_rows(b"?a\\n1\\n", "tsv")
    (1, 1)
    """
    if format == "tsv":
        return data.count(b"\n") - 1
    if format == "xml":
        return data.count(b"<result>")
    if format == "csv":
        if b'"' not in data:
            return data.count(b"\n") - 1
        import csv

        return sum(1 for _ in csv.reader(io.StringIO(data.decode(), newline=""))) - 1
    if b"{}" in data:
        # A row without a value, or a text with braces: to be read in earnest.
        return len(json.loads(data)["results"]["bindings"]) if len(data) <= 200_000 else None
    return 0 if data.endswith(b'"bindings":[]}}') else len(_NEXT_ROW.findall(data)) + 1
