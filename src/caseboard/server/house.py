"""What the house worker answers beside queries: the page, exports, every thing of the case, descriptions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from caseboard.errors import BadArgument, CaseboardError, UnknownName
from caseboard.server import described
from caseboard.server.answers import answer_query, etag, refused
from caseboard.server.limits import Limits
from caseboard.server.negotiation import GRAPHS, choose, content_type
from caseboard.server.worker import Job, Reply
from caseboard.store import Store
from caseboard.terms import local_name

if TYPE_CHECKING:
    from caseboard.board import Board
    from caseboard.schema import Schema

#: Name of an exported file -> the board's format and the media type.
EXPORTS: Mapping[str, tuple[str, str]] = {
    "board.ttl": ("turtle", "text/turtle"),
    "board.nt": ("ntriples", "application/n-triples"),
    "board.rdf": ("rdfxml", "application/rdf+xml"),
    "board.jsonld": ("jsonld", "application/ld+json"),
    "board.rdf12.ttl": ("rdf12", "text/turtle;version=1.2"),
    "board.trig": ("trig", "application/trig"),
    "board.nq": ("nquads", "application/n-quads"),
    "board.graphml": ("graphml", "application/graphml+xml"),
    "board.gexf": ("gexf", "application/gexf+xml"),
    "board.json": ("json", "application/json"),
    "nodes.csv": ("", "text/csv"),
    "edges.csv": ("", "text/csv"),
}
#: Media type of the named queries as RDF -> the library's format.
QUERIES: Mapping[str, str] = {"text/turtle": "turtle", "application/ld+json": "jsonld"}
_POLICY = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]*)"')
_HTML = "text/html; charset=utf-8"


def answer(board: Board, store: Store, job: Job, limits: Limits) -> Reply:
    """Answer any job; an error of ours becomes a reply that says it."""
    try:
        match job["kind"]:
            case "query":
                return answer_query(store, job, limits)
            case "page":
                return _page(board)
            case "export":
                return _export(board, job)
            case "thing":
                return _thing(board, store, job)
            case "service":
                triples = described.service(store, job["endpoint"])
            case "queries":
                return _queries(board, store, job)
            case _:
                triples = described.void(_schema(board), job["void"], endpoint=job["endpoint"])
        return _graph(triples, job, {**store.prefixes, "sd": described.SD, "void": described.VOID})
    except CaseboardError as error:
        return refused(500, str(error))


def _ok(data: bytes, media: str, **more: Any) -> Reply:
    return {"status": 200, "type": media, "etag": etag(data), **more}, data


def _page(board: Board) -> Reply:
    import html

    page = board.page()
    found = _POLICY.search(page)
    policy = html.unescape(found[1]) if found else "default-src 'none'"
    return _ok(page.encode(), _HTML, headers={"Content-Security-Policy": f"{policy}; frame-ancestors 'none'"})


def _export(board: Board, job: Job) -> Reply:
    name = job["name"]
    if name not in EXPORTS:
        return refused(404, f"there is no such export; there are {', '.join(EXPORTS)}")
    format_, media = EXPORTS[name]
    data = board.serialize(format_) if format_ else board.tables()[name]
    attached = {"Content-Disposition": f'attachment; filename="{name}"'}
    return _ok(data, content_type(media), headers=attached)


def _queries(board: Board, store: Store, job: Job) -> Reply:
    from caseboard import library

    named, media = board.queries.values(), job["media"]
    try:
        data = library.serialize(named, prefixes=store.prefixes, target=job["target"], format=QUERIES[media])
    except BadArgument as error:
        # It is the client who says what this address is.
        return refused(400, str(error))
    return _ok(data, content_type(media))


@lru_cache(maxsize=1)
def _schema(board: Board) -> Schema:
    return board.schema()


def _graph(triples: list[tuple[str, str, str]], job: Job, prefixes: Mapping[str, str]) -> Reply:
    media = choose(job.get("accept"), list(GRAPHS))
    if media is None:
        return refused(406, f"this is told as {', '.join(GRAPHS)}")
    graph = "urn:caseboard:described"
    data = Store.of({graph: triples}, prefixes=prefixes).dump(GRAPHS[media], graph=graph)
    return _ok(data, content_type(media))


@lru_cache(maxsize=1)
def _index(store: Store) -> tuple[frozenset[str], Mapping[str, str]]:
    """Every IRI that something is said about; and what may stand for it in an address, where it is alone."""
    names, short = store.names(), dict[str, str]()
    iris = [str(row[0]) for row in store.select(described.read_query("things"))]
    for iri in iris:
        for form in (local_name(iri), names.curie(iri)):
            short[form] = iri if short.get(form, iri) == iri else ""
    return frozenset(iris), {form: iri for form, iri in short.items() if iri}


def address(store: Store, iri: str) -> str:
    """Return the path at which a thing of the case stands: its local name where no other has it."""
    _, short = _index(store)
    for form in (local_name(iri), store.names().curie(iri)):
        if short.get(form) == iri:
            return "/entity/" + quote(form, safe=":")
    return "/entity/" + quote(iri, safe=":/")


def _thing(board: Board, store: Store, job: Job) -> Reply:
    name = job["name"]
    iris, short = _index(store)
    iri = name if name in iris else short.get(name)
    if iri is None:
        try:
            found = board.find(name)
        except UnknownName as error:
            return refused(404, str(error))
        # Found by one of its other names: the one address of a thing is where it is told of.
        full = board.case.names.iri(found) or found
        if full not in iris:
            return refused(404, f"nothing is said about {found}")
        return {
            "status": 303,
            "type": "text/plain; charset=utf-8",
            "headers": {"Location": address(store, full)},
        }, b""
    media = choose(job.get("accept"), ["text/html", "application/xhtml+xml", *GRAPHS])
    if media is None:
        return refused(406, f"a thing is told of as text/html, {', '.join(GRAPHS)}")
    if media in GRAPHS:
        answer = store.answer(
            described.read_query("thing"), bindings={"thing": f"<{iri}>"}, graph=GRAPHS[media]
        )
        return _ok(answer.data, content_type(media))
    from caseboard.server import pages

    page, policy = pages.thing(board, store, iri)
    return _ok(page.encode(), _HTML, headers={"Content-Security-Policy": policy})
