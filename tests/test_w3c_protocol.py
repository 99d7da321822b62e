"""The W3C's protocol tests: for each, under its name, a request of our own of the kind that it sends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from . import w3c_protocol
from .serving import Reply, Served, served
from .w3c_protocol import FORM, UPDATE, Case, Expected, Request, boolean, everything, run

QUERY = "application/sparql-query"
JSON = "application/sparql-results+json"
#: The suite's graphs: each says of itself that it is a document.
GRAPH = "http://kasei.us/2009/09/sparql/data/data{}.rdf"
ONE, TWO, THREE, NONE = (GRAPH.format(number) for number in (1, 2, 3, 0))
DEFAULT, NAMED = "default-graph-uri", "named-graph-uri"
USING, USING_NAMED = "using-graph-uri", "using-named-graph-uri"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("data") / "suite.trig"
    data.write_text(
        "PREFIX foaf: <http://xmlns.com/foaf/0.1/>\n"
        + "".join(f"<{graph}> {{ <{graph}> a foaf:Document }}\n" for graph in (ONE, TWO, THREE))
    )
    with served("--workers", "2", "--data", str(data)) as running:
        yield running


def to(*pairs: tuple[str, str], path: str = "/sparql/") -> str:
    """Return an address with parameters."""
    return f"{path}?{urlencode(pairs)}" if pairs else path


def post(media: str | None, body: str | bytes, *pairs: tuple[str, str]) -> Request:
    """Return a POST with a body of a type, and parameters in its URL."""
    return Request("POST", to(*pairs), media, body.encode() if isinstance(body, str) else body)


def form(*pairs: tuple[str, str]) -> str:
    """Return parameters as a form's body."""
    return urlencode(pairs)


# --- queries: the answer, its status and its type ---------------------------------------------------

BOTH = f"ASK {{ <{ONE}> ?p ?o . <{TWO}> ?q ?r . FILTER NOT EXISTS {{ <{THREE}> ?s ?t }} }}"
IN_GRAPHS = (
    f"ASK {{ GRAPH ?g {{ <{ONE}> ?p ?o }} GRAPH ?h {{ <{TWO}> ?q ?r }} FILTER (?g != ?h) "
    f"FILTER NOT EXISTS {{ GRAPH ?i {{ <{THREE}> ?s ?t }} }} }}"
)
AND_DEFAULT = f"ASK {{ <{THREE}> ?a ?b {IN_GRAPHS.removeprefix('ASK { ')}"
TWO_DEFAULT, TWO_NAMED = ((DEFAULT, ONE), (DEFAULT, TWO)), ((NAMED, ONE), (NAMED, TWO))
FULL = ((DEFAULT, THREE), *TWO_NAMED)

ASKS = {
    "query_get": Request("GET", to(("query", "ASK {}"), (DEFAULT, NONE))),
    "query_post_form": post(FORM, form(("query", "ASK {}")), (DEFAULT, NONE)),
    "query_post_direct": post(QUERY, "ASK {}"),
    "query_dataset_default_graphs_get": Request("GET", to(("query", BOTH), *TWO_DEFAULT)),
    "query_dataset_default_graphs_post": post(QUERY, BOTH, *TWO_DEFAULT),
    "query_dataset_named_graphs_get": Request("GET", to(("query", IN_GRAPHS), *TWO_NAMED)),
    "query_dataset_named_graphs_post": post(QUERY, IN_GRAPHS, *TWO_NAMED),
    "query_dataset_full": post(QUERY, AND_DEFAULT, *FULL),
    # The graph of its FROM is not asked: nothing is in the default graph.
    "query_multiple_dataset": post(
        QUERY,
        f"ASK FROM <{THREE}> {{ FILTER NOT EXISTS {{ ?a ?b ?c }} {IN_GRAPHS.removeprefix('ASK { ')}",
        *TWO_NAMED,
    ),
}
TYPES = {
    "query_content_type_select": ("SELECT (7 AS ?seven) {}", "tabular", JSON),
    "query_content_type_ask": ("ASK {}", "boolean", JSON),
    "query_content_type_describe": ("DESCRIBE <http://example.org/nobody>", "RDF", "text/turtle"),
    "query_content_type_construct": ("CONSTRUCT { <a> <b> 7 } WHERE {}", "RDF", "text/turtle"),
}


def send(server: Served, request: Request) -> Reply:
    headers = {"Content-Type": request.media} if request.media else {}
    return server.ask(request.target, method=request.method, body=request.body, headers=headers)


@pytest.mark.parametrize("name", ASKS)
def test_a_query_is_answered(server: Served, name: str) -> None:
    reply = send(server, ASKS[name])
    assert (reply.status, reply.type) == (200, JSON)
    assert boolean(reply) is True


@pytest.mark.parametrize("name", [name for name in ASKS if "dataset" in name])
def test_without_its_dataset_a_query_has_another_answer(server: Served, name: str) -> None:
    """So that the tests above can fail."""
    asked = ASKS[name]
    text = asked.body.decode() if asked.body else w3c_protocol.parse_qsl(asked.target.partition("?")[2])[0][1]
    assert boolean(send(server, post(QUERY, text))) is False


@pytest.mark.parametrize("name", TYPES)
def test_an_answer_has_a_type_of_its_kind(server: Served, name: str) -> None:
    text, kind, media = TYPES[name]
    reply = send(server, post(QUERY, text, (DEFAULT, NONE)))
    assert (reply.status, reply.type) == (200, media)
    assert w3c_protocol.judge(reply, Expected((2,), kind), updated=False) is None


def test_a_relative_iri_has_a_base(server: Served) -> None:
    text = "CONSTRUCT { <a> <b> 7 } WHERE {}"
    for query, base in ((text, "https://w3id.org/caseboard/"), (f"BASE <urn:x/> {text}", "urn:x/")):
        reply = server.query(query, "application/n-triples")
        assert reply.text.startswith(f"<{base}a> <{base}b> ")
    found = server.query("ASK { <harbour/iris> cb:helps ?anybody }")
    assert found.json()["boolean"] is True
    assert "column 8: cannot read" in server.query("ASK {} <a>").text


# --- what is no query: the refusal ------------------------------------------------------------------

INSERT = "INSERT DATA { GRAPH <urn:new> { <urn:s> <urn:p> <urn:o> } }"
MOVE = f"CLEAR ALL ; {INSERT} ; INSERT {{ GRAPH <urn:more> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}"
READ_ONLY = "this endpoint is read-only"

REFUSED: dict[str, tuple[Request, int, str]] = {
    "update_dataset_default_graph": (post(UPDATE, MOVE, (USING, ONE)), 415, READ_ONLY),
    "update_dataset_default_graphs": (post(UPDATE, MOVE, (USING, ONE), (USING, TWO)), 415, READ_ONLY),
    "update_dataset_named_graphs": (
        post(UPDATE, MOVE, (USING_NAMED, ONE), (USING_NAMED, TWO)),
        415,
        READ_ONLY,
    ),
    "update_dataset_full": (post(UPDATE, MOVE, (USING, ONE), (USING_NAMED, TWO)), 415, READ_ONLY),
    "update_post_form": (post(FORM, form(("update", "CLEAR ALL"))), 400, READ_ONLY),
    "update_post_direct": (post(UPDATE, "CLEAR ALL"), 415, READ_ONLY),
    "update_base_uri": (post(UPDATE, "INSERT DATA { GRAPH <urn:new> { <a> <b> <c> } }"), 415, READ_ONLY),
    "bad_query_method": (Request("PUT", to(("query", "ASK {}")), FORM), 405, "Method Not Allowed"),
    "bad_multiple_queries": (
        Request("GET", to(("query", "ASK {}"), ("query", "SELECT * {}"))),
        400,
        "2 queries",
    ),
    "bad_query_wrong_media_type": (post("text/plain", "ASK {}"), 415, QUERY),
    "bad_query_missing_form_type": (post(None, form(("query", "ASK {}"))), 415, "no Content-Type"),
    "bad_query_missing_direct_type": (post(None, "ASK {}"), 415, "no Content-Type"),
    "bad_query_non_utf8": (post(f"{QUERY}; charset=UTF-16", "ASK {}".encode("utf-16")), 415, "UTF-8"),
    "bad_query_syntax": (Request("GET", to(("query", "ASK { ?s"))), 400, "line 1"),
    "bad_update_get": (Request("GET", to(("update", "CLEAR ALL"))), 400, READ_ONLY),
    "bad_multiple_updates": (
        post(FORM, form(("update", "CLEAR NAMED"), ("update", INSERT))),
        400,
        READ_ONLY,
    ),
    "bad_update_wrong_media_type": (post("text/plain", "CLEAR NAMED"), 415, QUERY),
    "bad_update_missing_form_type": (post(None, form(("update", "CLEAR NAMED"))), 415, "no Content-Type"),
    "bad_update_non_utf8": (
        post(f"{UPDATE}; charset=UTF-16", "CLEAR NAMED".encode("utf-16")),
        415,
        READ_ONLY,
    ),
    "bad_update_syntax": (post(FORM, form(("update", "CLEAR NOTHING"))), 400, READ_ONLY),
    "bad_update_dataset_conflict": (
        post(UPDATE, "WITH <urn:new> DELETE { ?s ?p 1 } WHERE { ?s ?p 1 }", (USING_NAMED, ONE)),
        415,
        READ_ONLY,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_query_is_refused_and_changes_nothing(server: Served, name: str) -> None:
    request, status, says = REFUSED[name]
    before = everything(server)
    reply = send(server, request)
    assert (reply.status, reply.type) == (status, "text/plain")
    assert says in reply.text
    assert any(TWO in line for line in before)
    assert everything(server) == before


def test_the_suite_has_34_tests_and_each_has_its_request() -> None:
    assert len({*ASKS, *TYPES, *REFUSED}) == 34


# --- the runner of a user's own copy ----------------------------------------------------------------

MANIFEST = """
PREFIX : <http://example.org/suite#>
PREFIX mf: <http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#>
PREFIX ht: <http://www.w3.org/2011/http#>
PREFIX cnt: <http://www.w3.org/2011/content#>
PREFIX ut: <http://www.w3.org/2009/sparql/tests/test-update#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
<> a mf:Manifest ; mf:entries (:one :two :three) .
:one ut:graphData [ ut:graph <one.nt> ; rdfs:label "urn:one" ], [ ut:graph <two.nt> ; rdfs:label "urn:two" ] ;
  mf:action [ ht:requests ([ ht:methodName "POST" ; ht:absolutePath "/sparql/?default-graph-uri=urn:one" ;
    ht:headers ([ ht:fieldName "Content-Type" ; ht:fieldValue "application/sparql-query" ]) ;
    ht:body [ cnt:characterEncoding "UTF-8" ; cnt:chars "ASK { <urn:a> <urn:b> 'c' }" ] ;
    ht:resp [ mf:expectedStatus ht:StatusCode2xx ; mf:expectedFormat "boolean" ; mf:expectedBoolean true ]
  ]) ] .
:two mf:action [ ht:requests (
  [ ht:methodName "GET" ; ht:absolutePath "/sparql?update=CLEAR%20ALL" ;
    ht:resp [ ht:statusCodeValue "2XX", "3XX" ] ]
  [ ht:methodName "GET" ; ht:absolutePath "/sparql?query=ASK%7BGRAPH%3Curn:one%3E%7B%7D%7D" ;
    ht:resp [ ht:statusCodeValue "2XX" ; mf:expectedFormat "boolean" ; mf:expectedBoolean false ] ]) ] .
:three mf:action [ ht:requests ([ ht:methodName "GET" ; ht:absolutePath "/sparql?query=ASK%7B%7D" ;
    ht:resp [ ht:statusCodeValue "4XX" ] ]) ] .
"""


def test_the_runner_tells_what_passes_and_what_does_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "manifest.ttl").write_text(MANIFEST)
    (tmp_path / "one.nt").write_text('<urn:a> <urn:b> "c" .\n')
    assert w3c_protocol.main([str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("note: two.nt is not there")
    assert lines[1:3] == ["PASS  one", "PASS  two"]
    assert lines[3].startswith("FAIL  three: GET /sparql?query=ASK%7B%7D: 200")
    assert lines[4] == "2 passed, 1 failed"


def test_the_runner_takes_no_prose_for_a_test(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert w3c_protocol.main([str(tmp_path)]) == 2
    assert "manifest.ttl: there is no such file" in capsys.readouterr().err
    prose = 'PREFIX mf: <http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#> <> mf:entries ("told") .'
    (tmp_path / "manifest.ttl").write_text(prose)
    assert w3c_protocol.main([str(tmp_path)]) == 2
    assert "1 of 1 tests have no requests" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("request_", "expected", "says"),
    [
        (post(QUERY, "ASK {}"), Expected((2,), "boolean", boolean=False), "answers True"),
        (post(QUERY, "SELECT * {}"), Expected((2,), "boolean"), "no boolean"),
        (post(QUERY, "ASK {}"), Expected((2,), "RDF"), "no RDF"),
        (post(QUERY, "CONSTRUCT WHERE {}"), Expected((2,), "tabular"), "no table"),
        (Request("PUT", "/nowhere"), Expected((4,)), "404"),
        (post(QUERY, "ASK"), Expected((2,), "boolean"), "status 400"),
    ],
)
def test_the_runner_fails_what_is_wrong(
    server: Served, request_: Request, expected: Expected, says: str
) -> None:
    assert says in (run(server, Case("made", ((request_, expected),))) or "")
