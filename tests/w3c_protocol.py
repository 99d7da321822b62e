"""Runs a protocol test suite of the W3C against a fresh server: ``python -m tests.w3c_protocol FOLDER``.

FOLDER is ``sparql/sparql11/protocol`` of a copy of https://github.com/w3c/rdf-tests, with its
``manifest.ttl``. The endpoint answers queries and takes no update. So where a test of the suite sends an
update, it passes if that update gets a refusal that says so, and if nothing has changed thereafter.
"""

from __future__ import annotations

import csv
import io
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

import pyoxigraph as ox
from rdflib import RDF, RDFS, Graph, Namespace, URIRef
from rdflib.collection import Collection

from .serving import Reply, Served, served

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
#: In a copy of the suite, the URL of query_multiple_dataset escapes what parts its two parameters: it names
#: one graph, with an & in its name, and the answer is to be that of two. It is sent as it is meant, and said.
SLIP, MEANT = "%26named-graph-uri%3D", "&named-graph-uri="

FORM, UPDATE = "application/x-www-form-urlencoded", "application/sparql-update"
TABLES = {
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
}
#: What refuses a request for what it is; a 404 would only say that it went to the wrong address.
REFUSALS = {400, 405, 406, 413, 415}


class BadManifest(Exception):
    """A folder without a manifest that can be run."""


@dataclass(frozen=True)
class Request:
    """A request, as it goes over the wire."""

    method: str
    target: str
    media: str | None = None
    body: bytes | None = None

    @property
    def is_update(self) -> bool:
        """Whether it is one by its type, or by a parameter that only an update has."""
        if (self.media or "").startswith(UPDATE):
            return True
        pairs = parse_qsl(urlsplit(self.target).query)
        if self.media == FORM:
            pairs += parse_qsl((self.body or b"").decode("utf-8", "replace"))
        return any(key == "update" or key.startswith("using-") for key, _ in pairs)


@dataclass(frozen=True)
class Expected:
    """What a test expects: first digits of the status, "boolean", "tabular" or "RDF", and the boolean."""

    statuses: tuple[int, ...]
    format: str | None = None
    boolean: bool | None = None
    rows: bool = False


@dataclass(frozen=True)
class Case:
    """A test: requests, one after the other, each with what is expected of it."""

    name: str
    exchanges: tuple[tuple[Request, Expected], ...]


def run(server: Served, case: Case) -> str | None:
    """Send a test's requests; return what is wrong, None where nothing is."""
    before, updated = everything(server), False
    for request, expected in case.exchanges:
        headers = {"Content-Type": request.media} if request.media else {}
        reply = server.ask(request.target, method=request.method, body=request.body, headers=headers)
        if request.is_update or expected.statuses == (4,):
            if reply.status not in REFUSALS:
                return f"{request.method} {request.target}: {reply.status}, where a refusal is right"
            if request.is_update and 2 in expected.statuses and "read-only" not in reply.text:
                return f"an update is refused without saying why: {reply.text[:200]}"
            updated = updated or (request.is_update and 2 in expected.statuses)
        elif wrong := judge(reply, expected, updated=updated):
            return f"{request.method} {request.target}: {wrong}"
    return None if everything(server) == before else "something has changed"


def judge(reply: Reply, expected: Expected, *, updated: bool) -> str | None:
    """Say what is wrong with an answer; ``updated`` where it would show an update that was refused."""
    if reply.status // 100 not in expected.statuses:
        return f"status {reply.status}: {reply.text[:200]}"
    if expected.format == "boolean":
        answer = boolean(reply)
        if answer is None:
            return f"{reply.type} is no boolean result"
        wanted = not expected.boolean if updated else expected.boolean
        if expected.boolean is not None and answer != wanted:
            return f"it answers {answer}"
    elif expected.format == "tabular":
        if reply.type not in TABLES:
            return f"{reply.type} is no table"
        if (updated and rows(reply)) or (expected.rows and not updated and not rows(reply)):
            return f"it has {rows(reply)} rows"
    elif expected.format == "RDF":
        form = ox.RdfFormat.from_media_type(reply.type)
        if form is None:
            return f"{reply.type} is no RDF"
        list(ox.parse(reply.body, form))
    return None


def boolean(reply: Reply) -> bool | None:
    """Return a boolean result, None where it is none."""
    if reply.type == "application/sparql-results+json":
        answer = reply.json().get("boolean")
        return answer if isinstance(answer, bool) else None
    if reply.type == "application/sparql-results+xml":
        for element in ElementTree.fromstring(reply.body).iter("{*}boolean"):
            return {"true": True, "false": False}[element.text or ""]
    return None


def rows(reply: Reply) -> int:
    """Return the number of rows of a table."""
    if reply.type.endswith("json"):
        return len(reply.json()["results"]["bindings"])
    if reply.type.endswith("xml"):
        return len(list(ElementTree.fromstring(reply.body).iter("{*}result")))
    return len(list(csv.reader(io.StringIO(reply.text, newline="")))) - 1


def everything(server: Served) -> list[str]:
    """Return every statement of every graph."""
    text = "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    return sorted(server.query(text, "text/tab-separated-values").text.splitlines())


# --- a manifest -----------------------------------------------------------------------------------


def read(folder: Path) -> tuple[list[Case], dict[str, Path], list[str]]:
    """Return the tests of a folder's manifest, the graphs that they ask (name and file), and notes on both.

    Raises:
        BadManifest: there is none, or its requests are only told in prose.
    """
    path = folder / "manifest.ttl"
    if not path.is_file():
        raise BadManifest(f"{path}: there is no such file; name the folder sparql/sparql11/protocol")
    manifest = Graph().parse(path, publicID=path.resolve().as_uri())
    cases, told = [], []
    for entries in manifest.objects(None, MF.entries):
        for test in Collection(manifest, entries):
            told.append(test)
            requests = manifest.value(manifest.value(test, MF.action), HT.requests)
            if requests is not None:
                exchanges = tuple(_exchange(manifest, node) for node in Collection(manifest, requests))
                cases.append(Case(str(test).rpartition("#")[2], exchanges))
    if len(cases) < len(told) or not told:
        raise BadManifest(
            f"{path}: {len(told) - len(cases)} of {len(told)} tests have no requests that a program can "
            "read (mf:action with ht:requests); take a newer copy of w3c/rdf-tests"
        )
    notes = [
        f"{str(test).rpartition('#')[2]}: {SLIP} in its URL is read as {MEANT}"
        for test in told
        for request in Collection(manifest, manifest.value(manifest.value(test, MF.action), HT.requests))
        if SLIP in str(manifest.value(request, HT.absolutePath))
    ]
    graphs = {
        str(manifest.value(data, RDFS.label)): folder / str(manifest.value(data, UT.graph)).rpartition("/")[2]
        for data in manifest.objects(None, UT.graphData)
    }
    return cases, graphs, notes


def _exchange(manifest: Graph, node: object) -> tuple[Request, Expected]:
    media = None
    for headers in manifest.objects(node, HT.headers):
        for header in Collection(manifest, headers):
            if str(manifest.value(header, HT.fieldName)).lower() == "content-type":
                media = str(manifest.value(header, HT.fieldValue))
    body = None
    if (content := manifest.value(node, HT.body)) is not None:
        encoding = str(manifest.value(content, CNT.characterEncoding) or "UTF-8")
        body = str(manifest.value(content, CNT.chars)).encode(encoding)
    response = manifest.value(node, HT.resp)
    # The one form of the suite has classes of statuses as resources, the other patterns such as 2XX.
    said = [
        str(value)
        for key in (MF.expectedStatus, HT.statusCodeValue)
        for value in manifest.objects(response, key)
    ]
    statuses = tuple(sorted({int(value.rpartition("StatusCode")[2][0]) for value in said}))
    wanted, form = manifest.value(response, MF.expectedBoolean), manifest.value(response, MF.expectedFormat)
    target = str(manifest.value(node, HT.absolutePath)).replace(SLIP, MEANT)
    request = Request(str(manifest.value(node, HT.methodName)), target, media, body)
    expected = Expected(
        statuses,
        None if form is None else str(form),
        None if wanted is None else bool(wanted.toPython()),
        rows=manifest.value(response, MF.expectation) is not None,
    )
    return request, expected


def dataset(graphs: dict[str, Path]) -> tuple[str, list[str]]:
    """Return the graphs as N-Quads, and what is to be said of files that are not there."""
    lines, notes = [], []
    for name, path in sorted(graphs.items()):
        if path.is_file():
            triples = [quad.triple for quad in ox.parse(path=str(path))]
        else:
            notes.append(f"{path.name} is not there: <{name}> holds that it is a foaf:Document")
            kind = ox.NamedNode("http://xmlns.com/foaf/0.1/Document")
            triples = [ox.Triple(ox.NamedNode(name), ox.NamedNode(str(RDF.type)), kind)]
        lines += [f"{triple} <{URIRef(name)}> .\n" for triple in triples]
    return "".join(lines), notes


def main(arguments: list[str]) -> int:
    """Run the suite; return 0 where every test passes."""
    if len(arguments) != 1:
        print(__doc__)
        return 2
    try:
        cases, graphs, notes = read(Path(arguments[0]))
    except BadManifest as error:
        print(error, file=sys.stderr)
        return 2
    data, missing = dataset(graphs)
    for note in [*notes, *missing]:
        print(f"note: {note}")
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "suite.nq"
        path.write_text(data, "utf-8")
        with served("--workers", "2", "--data", str(path)) as server:
            for case in cases:
                wrong = run(server, case)
                failed += wrong is not None
                print(f"{'PASS' if wrong is None else 'FAIL'}  {case.name}{f': {wrong}' if wrong else ''}")
    print(f"{len(cases) - failed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
