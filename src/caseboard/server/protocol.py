"""The SPARQL 1.1 Protocol as a function: a request's parts to a query over a dataset, or to a refusal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

#: Bytes of a request's body, of its query string, and of a query; more is refused.
MAX_BODY, MAX_QUERY = 256_000, 100_000
_FIELDS = 200
FORM, DIRECT, UPDATE = (
    "application/x-www-form-urlencoded",
    "application/sparql-query",
    "application/sparql-update",
)
READ_ONLY = "this endpoint is read-only: it answers queries and takes no update"
#: An absolute IRI: a scheme, and none of the characters that no IRI has.
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*\Z")
_UPDATES = ("update", "using-graph-uri", "using-named-graph-uri")


@dataclass(frozen=True, slots=True)
class Query:
    """A query to answer; the graphs are None where the request names none, and the query's own count."""

    text: str
    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None


class Refusal(Exception):
    """A request that is not answered: an HTTP status, what is wrong, and what to do."""

    def __init__(self, status: int, message: str, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers or {}


@dataclass(frozen=True, slots=True)
class Parts:
    """What a request says, as it came over the wire."""

    method: str
    query_string: bytes = b""
    content_type: str | None = None
    body: bytes = field(default=b"", repr=False)


def read_request(parts: Parts) -> Query | None:
    """Return the query of a request, None where it has none and asks what the service is.

    Raises:
        Refusal: no request of the protocol, or an update.

    >>> read_request(Parts("GET", b"query=ASK%20%7B%7D&default-graph-uri=urn:a"))
    Query(text='ASK {}', default=('urn:a',), named=())
    """
    if len(parts.query_string) > MAX_QUERY * 3 or len(parts.body) > MAX_BODY:
        raise too_large()
    given = _pairs(parts.query_string, "the URL")
    text: str | None = None
    if parts.method == "POST":
        media = check_content_type(parts.content_type)
        if media == FORM:
            if any(key == "query" for key, _ in given):
                raise Refusal(400, "a form carries the query in its body; the URL has one too")
            given += _pairs(parts.body, "the form")
        else:
            if any(key == "query" for key, _ in given):
                raise Refusal(400, "there are two queries, one in the URL and one in the body; send one")
            text = _utf8(parts.body, "the query")
    for key, _ in given:
        if key in _UPDATES:
            raise Refusal(400, f"{READ_ONLY}; {key} belongs to an update")
    asked = [value for key, value in given if key == "query"]
    if len(asked) > 1:
        raise Refusal(400, f"there are {len(asked)} queries; send one at a time")
    if text is None:
        if not asked:
            if parts.method == "POST" or given:
                raise Refusal(400, "there is no query; send it as query=…, or as the body of a POST")
            return None
        text = asked[0]
    if len(text) > MAX_QUERY:
        raise too_large()
    default, named = _graphs(given, "default-graph-uri"), _graphs(given, "named-graph-uri")
    if not default and not named:
        return Query(text)
    # What the protocol names replaces what the query names, and what it does not name is empty.
    return Query(text, default, named)


def check_content_type(given: str | None) -> str:
    """Return the media type of a POST.

    Raises:
        Refusal: none, or one that is not for queries; with 415.
    """
    media, _, parameters = (given or "").partition(";")
    media = media.strip().lower()
    accepted = {"Accept-Post": f"{FORM}, {DIRECT}"}
    if media == UPDATE:
        raise Refusal(415, f"{READ_ONLY}; POST a query as {DIRECT} or {FORM}", headers=accepted)
    if media not in (FORM, DIRECT):
        what = "no Content-Type" if not media else "a Content-Type that carries no query"
        raise Refusal(415, f"the request has {what}; POST it as {DIRECT} or {FORM}", headers=accepted)
    for parameter in parameters.split(";"):
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "charset" and value.strip(" \"'").lower() not in (
            *("utf-8", "utf8", "us-ascii"),
        ):
            raise Refusal(415, "SPARQL is sent in UTF-8, and the charset says otherwise", headers=accepted)
    return media


def too_large() -> Refusal:
    """Return the refusal of a request that is too large."""
    return Refusal(413, f"the request is too large; a query has at most {MAX_QUERY:,} characters")


def _pairs(data: bytes, what: str) -> list[tuple[str, str]]:
    text = _utf8(data, what)
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except UnicodeDecodeError:
        raise Refusal(400, f"{what} is not UTF-8; encode the query as UTF-8 before escaping it") from None
    except ValueError:
        raise Refusal(400, f"{what} has more than {_FIELDS} parameters") from None


def _utf8(data: bytes, what: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refusal(400, f"{what} is not UTF-8: {error.reason} at byte {error.start}") from None


def _graphs(given: Sequence[tuple[str, str]], key: str) -> tuple[str, ...]:
    graphs = tuple(dict.fromkeys(value for name, value in given if name == key))
    for graph in graphs:
        if not _IRI.match(graph):
            raise Refusal(400, f"{key} takes an absolute IRI, such as urn:example:graph")
    return graphs
