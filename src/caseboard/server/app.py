"""The routes of the server, as a starlette application over a pool of workers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import quote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from caseboard.server import pages, workbench
from caseboard.server.front import Front
from caseboard.server.house import EXPORTS, QUERIES
from caseboard.server.kept import Kept
from caseboard.server.lanes import Busy, Died, Stopped
from caseboard.server.log import Log
from caseboard.server.negotiation import choose
from caseboard.server.pool import Pool
from caseboard.server.protocol import MAX_BODY, Parts, Refusal, check_content_type, read_request, too_large
from caseboard.server.worker import Job, Reply, pack

_TEXT, _HTML, _JSON = "text/plain; charset=utf-8", "text/html; charset=utf-8", "application/json"
#: Results of the house that are larger are made anew each time.
_KEPT_BYTES, _KEPT = 8_000_000, 64


class Routes:
    """What the routes share.

    Args:
        pool: who answers.
        told: what the keeper told of the case: its title, prefixes and named queries.
        log: where requests are written.
        answers: that were given before.
    """

    def __init__(self, pool: Pool, told: Mapping[str, Any], log: Log, answers: Kept) -> None:
        self.pool, self.told, self.log, self.answers = pool, told, log, answers
        self._kept: dict[str, Reply] = {}
        self._making: dict[str, asyncio.Task[Reply]] = {}

    # --- SPARQL -----------------------------------------------------------------------------------

    async def sparql(self, request: Request) -> Response:
        """Answer a query, or describe the service where there is none."""
        body = b""
        if request.method == "POST":
            # The type first: nobody need send what will not be read.
            check_content_type(request.headers.get("content-type"))
            body = await self._body(request)
        query = read_request(
            Parts(
                "POST" if request.method == "POST" else "GET",
                request.scope["query_string"],
                request.headers.get("content-type"),
                body,
            )
        )
        accept = _accept(request)
        if query is None:
            job = {"kind": "service", "endpoint": _here(request, "/sparql"), "accept": accept}
            return await self._respond(request, self.pool.keep_house(job))
        if self.log.queries:
            request.state.query = query.text
        asked: Job = {"kind": "query", "text": query.text, "accept": accept}
        if query.default is not None:
            asked |= {"default": query.default, "named": query.named or ()}
        key = pack(asked)
        if (reply := self.answers.get(key)) is None:
            return await self._respond(request, self._asked(key))
        return self._response(request, *reply)

    async def _asked(self, key: bytes) -> Reply:
        """Return the reply to a query, and keep it: what is asked does not change while it is served."""
        head, data = await self.pool.query(key)
        if head["status"] == 200 and head.get("lasting"):
            self.answers.put(key, (head, data), len(data))
        return head, data

    async def _body(self, request: Request) -> bytes:
        length = request.headers.get("content-length", "")
        if length.isdigit() and int(length) > MAX_BODY:
            raise too_large()
        parts = bytearray()
        try:
            async with asyncio.timeout(self.pool.limits.body_seconds):
                async for part in request.stream():
                    parts += part
                    if len(parts) > MAX_BODY:
                        raise too_large()
        except TimeoutError:
            raise Refusal(
                408, "the request took too long to arrive", headers={"Connection": "close"}
            ) from None
        return bytes(parts)

    async def _respond(self, request: Request, work: Awaitable[Reply]) -> Response:
        """Return a reply as a response; where whoever asked goes away, what computes it is ended."""
        answer = asyncio.ensure_future(work)
        gone: asyncio.Future[None] | None = None
        try:
            # Most answers are there at once; only for the others it is worth to watch the connection.
            done, _ = await asyncio.wait({answer}, timeout=0.02)
            if not done:
                gone = asyncio.ensure_future(_disconnected(request))
                await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
                if not answer.done():
                    raise ClientDisconnect
            head, data = answer.result()
        finally:
            for task in (answer, gone):
                if task is not None and not task.done():
                    task.cancel()
        return self._response(request, head, data)

    def _response(self, request: Request, head: Job, data: bytes) -> Response:
        headers = {**head.get("headers", {}), "Vary": "Accept"}
        request.state.rows = head.get("rows")
        if "etag" in head:
            headers |= {"ETag": head["etag"], "Cache-Control": "no-cache"}
            if request.method in ("GET", "HEAD") and _matches(request, head["etag"]):
                return Response(status_code=304, headers=headers)
        return Response(data, status_code=head["status"], headers={**headers, "Content-Type": head["type"]})

    # --- the house --------------------------------------------------------------------------------

    async def page(self, request: Request) -> Response:
        """Return the board's page."""
        return await self._kept_reply(request, {"kind": "page"})

    async def export(self, request: Request) -> Response:
        """Return the board in a format, or the list of what there is."""
        name = request.path_params["name"]
        if not name:
            return self._html(pages.exports(list(EXPORTS), self.told["title"]), request)
        if name not in EXPORTS:
            raise Refusal(404, f"there is no such export; there are {', '.join(EXPORTS)}")
        return await self._kept_reply(request, {"kind": "export", "name": name})

    async def thing(self, request: Request) -> Response:
        """Return what is known of a thing of the case."""
        name = request.path_params["name"]
        if not name or len(name) > 2000:
            raise Refusal(404, "name a thing of the case, as in /entity/NAME")
        job = {"kind": "thing", "name": name, "accept": _accept(request)}
        return await self._respond(request, self.pool.keep_house(job))

    async def void(self, request: Request) -> Response:
        """Return what the data are, in VoID."""
        job = {"kind": "void", "void": _here(request, "/void"), "accept": _accept(request)}
        job["endpoint"] = _here(request, "/sparql")
        return await self._respond(request, self.pool.keep_house(job))

    async def _kept_reply(self, request: Request, job: Job) -> Response:
        key = json.dumps(job)
        if key not in self._kept:
            return self._response(request, *await self._made(key, job))
        return self._response(request, *self._kept[key])

    async def _made(self, key: str, job: Job) -> Reply:
        """Have the house do a job, once for all who ask meanwhile, and keep what comes of it."""
        if (making := self._making.get(key)) is None:
            making = self._making[key] = asyncio.ensure_future(self.pool.keep_house(job))
            making.add_done_callback(partial(self._finished, key))
        # Whoever goes away leaves it to the others, and to those who come.
        head, data = await asyncio.shield(making)
        if head["status"] == 200 and len(data) <= _KEPT_BYTES and len(self._kept) < _KEPT:
            self._kept[key] = head, data
        return head, data

    def _finished(self, key: str, making: asyncio.Task[Reply]) -> None:
        del self._making[key]
        if not making.cancelled():
            # Where nobody waits for it any more, nobody is to be told that it failed.
            making.exception()

    async def prepare(self) -> None:
        """Have the page made before anybody asks for it: laying it out takes seconds."""
        job: Job = {"kind": "page"}
        with suppress(Busy, Stopped, Died):
            # Whoever asks for it then is told what is wrong with it.
            await self._made(json.dumps(job), job)

    async def queries(self, request: Request) -> Response:
        """Return the named queries: to read, as JSON, or as RDF."""
        offers = ["text/html", "application/json", *QUERIES]
        media = choose(_accept(request), offers)
        if media is None:
            raise Refusal(406, f"the named queries are told as {', '.join(offers)}")
        if media in QUERIES:
            job = {"kind": "queries", "target": _here(request, "/sparql"), "media": media}
            return await self._respond(request, self.pool.keep_house(job))
        if media == "application/json":
            return self._content(json.dumps(self.told["queries"]).encode(), _JSON, request)
        return self._html(pages.queries(self.told["queries"], self.told["title"]), request)

    async def query_text(self, request: Request) -> Response:
        """Return the text of one named query."""
        name = request.path_params["name"].removesuffix(".rq")
        for query in self.told["queries"]:
            if query["name"] == name:
                return self._content(query["text"].encode(), "application/sparql-query", request)
        raise Refusal(404, "there is no such named query; /queries lists them")

    def _html(self, page: tuple[str, str], request: Request) -> Response:
        return self._content(page[0].encode(), _HTML, request, {"Content-Security-Policy": page[1]})

    def _content(
        self, data: bytes, media: str, request: Request, headers: Mapping[str, str] | None = None
    ) -> Response:
        from caseboard.server.answers import etag

        head = {"status": 200, "type": media, "etag": etag(data), "headers": dict(headers or {})}
        return self._response(request, head, data)

    # --- the workbench ----------------------------------------------------------------------------

    async def workbench(self, request: Request) -> Response:
        """Return the page on which queries are written, or one of the files that it loads."""
        name = request.path_params.get("name", "")
        made = workbench.page(self.told) if not name else workbench.file(name, self.told)
        if made is None:
            raise Refusal(404, "the workbench has no such file")
        data, media, headers = made
        return self._content(data, media, request, headers)

    # --- how it does ------------------------------------------------------------------------------

    async def health(self, request: Request) -> Response:  # noqa: ARG002
        """Say whether there is somebody to answer."""
        lanes = {lane.name: len(lane.workers) for lane in self.pool.lanes}
        well = all(lane.well for lane in self.pool.lanes)
        told = {"status": "ok" if well else "unwell", "workers": lanes}
        return Response(json.dumps(told), status_code=200 if well else 503, media_type=_JSON)

    async def metrics(self, request: Request) -> Response:  # noqa: ARG002
        """Return counts for Prometheus."""
        gauges: dict[str, float] = {}
        for lane in self.pool.lanes:
            gauges[f'caseboard_workers{{lane="{lane.name}"}}'] = len(lane.workers)
        for lane in self.pool.lanes:
            gauges[f'caseboard_waiting{{lane="{lane.name}"}}'] = len(lane.waiting)
        counts = {
            name: float(self.pool.counts[name])
            for name in ("started", "moved", "stopped", "died", "busy", "house")
        }
        counters = {f'caseboard_work_total{{event="{name}"}}': value for name, value in counts.items()}
        return Response(self.log.metrics(gauges, counters), media_type="text/plain; version=0.0.4")


def make_app(board: Routes) -> ASGIApp:
    """Return the application."""
    routes = [
        Route("/sparql", board.sparql, methods=["GET", "POST"]),
        Route("/sparql/", board.sparql, methods=["GET", "POST"]),
        Route("/", board.page),
        Route("/entity/{name:path}", board.thing),
        Route("/queries", board.queries),
        Route("/queries/{name}", board.query_text),
        Route("/void", board.void),
        Route("/.well-known/void", board.void),
        Route("/export/{name:path}", board.export),
        Route("/workbench", board.workbench),
        Route("/workbench/{name}", board.workbench),
        Route("/health", board.health),
        Route("/metrics", board.metrics),
    ]
    # Not Starlette itself: it would answer our refusals with 500 before they reach us.
    return Front(Router(routes=routes, redirect_slashes=False), board.log)


def _accept(request: Request) -> str | None:
    return ", ".join(request.headers.getlist("accept")) or None


def _here(request: Request, path: str) -> str:
    """Return our own address, of which the client names scheme and host; nothing of it can end an IRI."""
    base = request.base_url
    host = quote(base.netloc, safe=":[]@")
    return f"{base.scheme}://{host}{path}"


def _matches(request: Request, etag: str) -> bool:
    given = request.headers.get("if-none-match", "")
    return given.strip() == "*" or etag in [tag.strip().removeprefix("W/") for tag in given.split(",")]


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
