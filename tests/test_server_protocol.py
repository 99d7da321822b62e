"""The SPARQL 1.1 Protocol: requests written from the specification, sent to a server that runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from rdflib import Graph

from caseboard.server.negotiation import choose
from caseboard.server.protocol import MAX_BODY, MAX_QUERY, Parts, Query, Refusal, read_request

from .serving import Served, served, wait_until

#: Graphs of one triple each, and one of a typed thing, as the protocol's own tests have them.
GRAPHS = "".join(
    f"<urn:data{n}> {{ <urn:s{n}> <urn:p> <urn:o{n}> . <urn:s{n}> a <urn:T{n}> }}\n" for n in range(4)
)
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
DEFAULTS, NAMED = "default-graph-uri", "named-graph-uri"
JSON = "application/sparql-results+json"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("data") / "more.trig"
    data.write_text(GRAPHS)
    with served("--data", str(data)) as running:
        yield running


def ask(server: Served, how: str, query: str, *graphs: tuple[str, str], accept: str = JSON):
    """Send a query in one of the protocol's three ways."""
    if how == "get":
        return server.query(query, accept, *graphs)
    if how == "form":
        body = urlencode([("query", query), *graphs]).encode()
        return server.ask(method="POST", body=body, headers={"Content-Type": FORM, "Accept": accept})
    headers = {"Content-Type": DIRECT, "Accept": accept}
    return server.ask(method="POST", params=list(graphs), body=query.encode(), headers=headers)


HOW = pytest.mark.parametrize("how", ["get", "form", "direct"])


# --- asking ---------------------------------------------------------------------------------------


@HOW
def test_each_way_of_asking_gets_the_answer(server: Served, how: str) -> None:
    reply = ask(server, how, 'ASK { ex:iris cb:helps ?anybody FILTER("ü" = "\\u00fc") }')
    assert (reply.status, reply.type) == (200, JSON)
    assert reply.json()["boolean"] is True


@HOW
def test_default_graphs_are_merged(server: Served, how: str) -> None:
    query = "ASK { <urn:s1> ?p ?o . <urn:s2> ?q ?r FILTER NOT EXISTS { GRAPH ?g { ?x ?y ?z } } }"
    assert ask(server, how, query, (DEFAULTS, "urn:data1"), (DEFAULTS, "urn:data2")).json()["boolean"]
    assert not ask(server, how, query, (DEFAULTS, "urn:data1")).json()["boolean"]


@HOW
def test_named_graphs_alone_leave_the_default_graph_empty(server: Served, how: str) -> None:
    query = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } FILTER NOT EXISTS { ?a ?b ?c } } ORDER BY ?g"
    reply = ask(
        server, how, query, (NAMED, "urn:data1"), (NAMED, "urn:data2"), accept="text/tab-separated-values"
    )
    assert reply.text == "?g\n<urn:data1>\n<urn:data2>\n"


@HOW
def test_a_full_dataset(server: Served, how: str) -> None:
    query = """ASK { <urn:s1> ?p ?o FILTER NOT EXISTS { <urn:s2> ?p2 ?o2 }
        GRAPH ?g1 { <urn:s2> ?p3 ?o3 } GRAPH ?g2 { <urn:s3> ?p4 ?o4 }
        FILTER NOT EXISTS { GRAPH ?any { <urn:s1> ?p5 ?o5 } } }"""
    graphs = [(DEFAULTS, "urn:data1"), (NAMED, "urn:data2"), (NAMED, "urn:data3")]
    assert ask(server, how, query, *graphs).json()["boolean"]


@HOW
def test_the_dataset_of_the_protocol_wins_over_that_of_the_query(server: Served, how: str) -> None:
    query = """ASK FROM <urn:data3> FROM NAMED <urn:data0>
        { <urn:s1> ?p ?o . GRAPH <urn:data2> { <urn:s2> ?q ?r } }"""
    assert not ask(server, how, query).json()["boolean"]
    assert ask(server, how, query, (DEFAULTS, "urn:data1"), (NAMED, "urn:data2")).json()["boolean"]


@HOW
def test_the_dataset_of_the_query_counts_where_the_protocol_names_none(server: Served, how: str) -> None:
    query = """SELECT * FROM <urn:data1> FROM NAMED <urn:data2>
        { { ?s <urn:p> ?o } UNION { GRAPH ?g { ?s <urn:p> ?o } } }"""
    rows = ask(server, how, query).json()["results"]["bindings"]
    assert sorted(row["s"]["value"] for row in rows) == ["urn:s1", "urn:s2"]


@HOW
def test_an_unknown_graph_is_empty(server: Served, how: str) -> None:
    for key in (DEFAULTS, NAMED):
        reply = ask(
            server,
            how,
            "ASK { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }",
            (key, "http://127.0.0.1:9/none"),
        )
        assert reply.json()["boolean"] is False


def test_a_base_in_the_query_is_kept(server: Served) -> None:
    reply = server.query("BASE <urn:> SELECT ?o { GRAPH <urn:data1> { <urn:s1> <urn:p> ?o } }", "text/csv")
    assert reply.text == "o\r\nurn:o1\r\n"


# --- representations ------------------------------------------------------------------------------


def test_a_select_comes_as_each_table(server: Served) -> None:
    query = "SELECT ?who ?whom { ?who cb:helps ?whom }"
    assert server.query(query, JSON).json()["head"]["vars"] == ["who", "whom"]
    root = ElementTree.fromstring(server.query(query, "application/sparql-results+xml").body)
    assert [child.tag.rpartition("}")[2] for child in root] == ["head", "results"]
    assert server.query(query, "text/csv").text.startswith("who,whom\r\n")
    assert server.query(query, "text/tab-separated-values").text.startswith("?who\t?whom\n")


@pytest.mark.parametrize("query", ["CONSTRUCT WHERE { ?who cb:helps ?whom }", "DESCRIBE ex:iris"])
@pytest.mark.parametrize(
    "media",
    [
        *("text/turtle", "application/n-triples", "application/rdf+xml"),
        *("application/ld+json", "application/trig", "application/n-quads"),
    ],
)
def test_a_graph_comes_in_each_syntax(server: Served, query: str, media: str) -> None:
    reply = server.query(query, media)
    assert (reply.status, reply.type) == (200, media)
    helps = "https://w3id.org/caseboard/ns#helps"
    quads = list(ox.parse(reply.body, ox.RdfFormat.from_media_type(media)))
    assert helps in [quad.predicate.value for quad in quads]


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("text/csv;q=0.4, application/sparql-results+xml;q=0.9, */*;q=0.1", "application/sparql-results+xml"),
        ("application/json", "application/json"),
        ("text/*", "text/csv"),
        ("*/*", JSON),
        ("*/*, application/sparql-results+json;q=0", "application/sparql-results+xml"),
        ("image/png, text/csv;q=0.001", "text/csv"),
    ],
)
def test_the_best_representation_is_chosen(server: Served, accept: str, media: str) -> None:
    assert server.query("SELECT * { }", accept).type == media


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        ("SELECT * { }", "text/turtle"),
        ("ASK { }", "image/png"),
        ("CONSTRUCT WHERE { }", "text/csv"),
        ("SELECT * { }", "*/*;q=0"),
        ("SELECT * { }", "text/csv;q=nan"),
    ],
)
def test_what_cannot_be_represented_so_is_406_and_says_what_can(
    server: Served, query: str, accept: str
) -> None:
    reply = server.query(query, accept)
    assert reply.status == 406
    assert "answered as" in reply.text


def test_text_that_xml_has_no_place_for_is_no_xml(server: Served) -> None:
    query = 'SELECT ("\\u0001" AS ?x) { }'
    assert server.query(query, "application/sparql-results+xml").status == 406
    assert server.query(query, JSON).status == 200


def test_quality_and_specificity_without_a_server() -> None:
    offers = ["text/turtle", "application/n-triples"]
    assert choose("application/*;q=0.8, text/turtle;q=0.5", offers) == "application/n-triples"
    assert choose("text/turtle;q=0, */*", offers) == "application/n-triples"
    assert choose(" ,;;,", offers) is None
    assert choose("", offers) == "text/turtle"
    assert choose("TEXT/TURTLE ; Q=0.3", offers) == "text/turtle"
    assert choose(",".join(["a/b"] * 100_000), offers) is None


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "params", "media", "body", "status", "says"),
    [
        ("GET", [("query", "ASK {}"), ("query", "SELECT * {}")], None, None, 400, "2 queries"),
        ("POST", [], FORM, b"query=ASK%7B%7D&query=ASK%7B%7D", 400, "2 queries"),
        ("POST", [("query", "ASK {}")], FORM, b"query=ASK%7B%7D", 400, "URL"),
        ("POST", [("query", "ASK {}")], DIRECT, b"ASK {}", 400, "two queries"),
        ("POST", [], "text/plain", b"ASK {}", 415, DIRECT),
        ("POST", [], None, b"query=ASK%7B%7D", 415, "no Content-Type"),
        ("POST", [], None, b"ASK {}", 415, "no Content-Type"),
        ("POST", [], f"{DIRECT}; charset=UTF-16", "ASK {}".encode("utf-16"), 415, "UTF-8"),
        ("POST", [], DIRECT, b"ASK { ?s ?p '\xff' }", 400, "UTF-8"),
        ("POST", [], FORM, b"query=ASK%20%7B%7D%FF", 400, "UTF-8"),
        ("POST", [], FORM, b"", 400, "no query"),
        ("POST", [], DIRECT, b"", 400, "empty"),
        ("GET", [("default-graph-uri", "urn:a")], None, None, 400, "no query"),
        ("GET", [("query", "ASK"), ("format", "json")], None, None, 400, "line 1, column 4"),
        ("GET", [("query", "SELECT ?s WHERE { ?s ?p }")], None, None, 400, "line 1"),
        ("GET", [("query", "ASK { ?s nope:p ?o }")], None, None, 400, "nope"),
        ("GET", [("query", "ASK {}"), ("default-graph-uri", "data1.rdf")], None, None, 400, "absolute IRI"),
        ("GET", [("query", "ASK {}"), ("named-graph-uri", "urn:a> <urn:b")], None, None, 400, "absolute IRI"),
    ],
)
def test_a_bad_query_is_refused(server: Served, method, params, media, body, status, says) -> None:
    headers = {"Content-Type": media} if media else {}
    reply = server.ask(method=method, params=params, body=body, headers=headers)
    assert reply.status == status
    assert says in reply.text
    assert reply.type == "text/plain"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_a_wrong_method_is_405_and_says_which_are_right(server: Served, method: str) -> None:
    reply = server.ask(method=method, params=[("query", "ASK {}")])
    assert reply.status == 405
    assert reply.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    reply = server.ask("/void", method="POST", body=b"")
    assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


CLEAR, INSERT = "CLEAR ALL", "INSERT DATA { <urn:s> <urn:p> <urn:o> }"
UPDATE = "application/sparql-update"


@pytest.mark.parametrize(
    ("method", "params", "media", "body", "status"),
    [
        ("POST", [], UPDATE, INSERT.encode(), 415),
        ("POST", [("using-graph-uri", "urn:data1")], UPDATE, CLEAR.encode(), 415),
        (
            "POST",
            [("using-graph-uri", "urn:data1"), ("using-graph-uri", "urn:data2")],
            UPDATE,
            INSERT.encode(),
            415,
        ),
        ("POST", [("using-named-graph-uri", "urn:data1")], UPDATE, INSERT.encode(), 415),
        (
            "POST",
            [("using-graph-uri", "urn:1"), ("using-named-graph-uri", "urn:2")],
            UPDATE,
            CLEAR.encode(),
            415,
        ),
        ("POST", [], UPDATE, b"BASE <urn:x> " + INSERT.encode(), 415),
        ("POST", [], f"{UPDATE}; charset=UTF-16", INSERT.encode("utf-16"), 415),
        ("POST", [], UPDATE, b"INSERT NONSENSE", 415),
        ("POST", [], "text/plain", INSERT.encode(), 415),
        ("POST", [], None, urlencode({"update": CLEAR}).encode(), 415),
        ("POST", [], FORM, urlencode({"update": INSERT}).encode(), 400),
        ("POST", [], FORM, urlencode([("update", CLEAR), ("update", CLEAR)]).encode(), 400),
        ("POST", [], FORM, urlencode({"update": INSERT, "using-graph-uri": "urn:data1"}).encode(), 400),
        ("POST", [], FORM, urlencode({"query": "ASK {}", "update": CLEAR}).encode(), 400),
        ("POST", [], FORM, b"update=%FF", 400),
        ("GET", [("update", CLEAR)], None, None, 400),
        ("GET", [("query", CLEAR)], None, None, 400),
        ("GET", [("query", "LOAD <file:///etc/passwd>")], None, None, 400),
        ("POST", [], DIRECT, b"PREFIX a: <urn:> DELETE WHERE { ?s ?p ?o }", 400),
    ],
)
def test_an_update_is_refused_and_changes_nothing(
    server: Served, method, params, media, body, status
) -> None:
    reply = server.ask(
        method=method, params=params, body=body, headers={"Content-Type": media} if media else {}
    )
    assert reply.status == status
    assert server.query("ASK { GRAPH <urn:data1> { <urn:s1> ?p ?o } }").json()["boolean"] is True
    assert server.query("ASK { GRAPH ?g { <urn:s> ?p ?o } }").json()["boolean"] is False


def test_what_is_too_large_is_413(server: Served) -> None:
    long = "ASK {} #" + "x" * MAX_QUERY
    assert server.ask(method="POST", body=long.encode(), headers={"Content-Type": DIRECT}).status == 413
    body = b"x" * (MAX_BODY + 1)
    assert server.ask(method="POST", body=body, headers={"Content-Type": DIRECT}).status == 413
    # Nor does it help not to say how long it is.
    chunked = server.ask(method="POST", body=iter([body[:200_000]] * 2), headers={"Content-Type": DIRECT})
    assert chunked.status == 413


def test_a_request_that_is_none_without_a_server() -> None:
    with pytest.raises(Refusal, match="200 parameters"):
        read_request(Parts("GET", b"&".join([b"a=b"] * 300)))
    assert read_request(Parts("GET")) is None
    assert read_request(
        Parts("GET", b"query=ASK+%7B%7D&named-graph-uri=urn:a&named-graph-uri=urn:a")
    ) == Query("ASK {}", (), ("urn:a",))


# --- HTTP -----------------------------------------------------------------------------------------


def test_head_says_what_get_would_without_a_body(server: Served) -> None:
    get, head = (
        server.ask(method=m, params=[("query", "SELECT * { ?s cb:helps ?o }")]) for m in ("GET", "HEAD")
    )
    assert (head.status, head.body) == (200, b"")
    assert all(head.headers[key] == get.headers[key] for key in ("content-type", "content-length", "etag"))


def test_what_has_not_changed_is_not_sent_again(server: Served) -> None:
    first = server.query("SELECT * { ?s cb:helps ?o } ORDER BY ?s")
    again = server.ask(
        params=[("query", "SELECT * { ?s cb:helps ?o } ORDER BY ?s")],
        headers={"If-None-Match": f'"other", {first.headers["etag"]}'},
    )
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = server.ask(params=[("query", "ASK { }")], headers={"If-None-Match": first.headers["etag"]})
    assert other.status == 200
    assert "Accept" in first.headers["vary"]


def test_what_differs_from_one_time_to_the_next_is_not_kept(server: Served) -> None:
    for query in ("SELECT (RAND() AS ?x) {}", "SELECT (struuid() AS ?x) {}", "SELECT (NOW() AS ?x) {}"):
        assert len({server.query(query, "text/csv").text for _ in range(4)}) == 4, query
    same = "SELECT * { ?s cb:helps ?o } ORDER BY ?s ?o"
    assert server.query(same, "text/csv").text == server.query(same, "text/csv").text
    assert server.query(same, JSON).type == JSON


def test_any_page_may_ask_and_none_with_credentials(server: Served) -> None:
    reply = server.ask(
        params=[("query", "ASK {}")], headers={"Origin": "https://evil.example", "Cookie": "a=b"}
    )
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in reply.headers
    before = server.ask(
        method="OPTIONS",
        headers={"Origin": "https://a.example", "Access-Control-Request-Method": "POST"},
    )
    assert before.status == 204
    assert "POST" in before.headers["access-control-allow-methods"]
    assert "Content-Type" in before.headers["access-control-allow-headers"]


def test_without_a_query_the_service_describes_itself(server: Served) -> None:
    reply = server.ask(headers={"Accept": "text/turtle"})
    described = Graph().parse(data=reply.body, format="turtle")
    sd = "http://www.w3.org/ns/sparql-service-description#"
    found = described.query(
        f"SELECT ?e ?name {{ ?s a <{sd}Service> ; <{sd}endpoint> ?e ;"
        f" <{sd}supportedLanguage> <{sd}SPARQL11Query> ;"
        f" <{sd}defaultDataset>/<{sd}namedGraph>/<{sd}name> ?name }}"
    )
    names = {str(row.name) for row in found}
    assert {"urn:data1", "https://w3id.org/caseboard/ns#claims"} <= names
    assert {str(row.e) for row in found} == {server.sparql}


def test_an_error_is_said_in_plain_text_that_no_browser_takes_for_more(server: Served) -> None:
    reply = server.query("ASK { <script>alert(1)</script> }")
    assert reply.status == 400
    assert reply.type == "text/plain"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in reply.headers["content-security-policy"]


def test_data_that_would_be_taken_for_the_case_is_refused(tmp_path: Path) -> None:
    import subprocess

    from .serving import COMMAND, environment

    for name, text, says in [
        ("a.trig", "<urn:s> <urn:p> <urn:o> .", "a graph of your own"),
        (
            "b.trig",
            "<https://w3id.org/caseboard/ns#claims> { <urn:s> <urn:p> <urn:o> }",
            "a graph of your own",
        ),
        ("c.ttl", "<urn:s> <urn:p> <urn:o> .", ".trig"),
        ("d.trig", "<urn:g> { <urn:s> ", "d.trig, line 1"),
    ]:
        path = tmp_path / name
        path.write_text(text)
        done = subprocess.run(
            [*COMMAND, "--port", "0", "--case", "harbour", "--data", path],
            capture_output=True, text=True, env=environment(), timeout=60, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (2, "")
        assert says in done.stderr
        assert "Traceback" not in done.stderr


def test_the_log_has_a_line_for_each_request_and_no_query(server: Served) -> None:
    server.query("SELECT * { ?secret cb:helps ?o }", "text/csv")
    # The answer may be here before its line is.
    assert wait_until(lambda: server.lines()[-1].get("rows") == 1)
    line = server.lines()[-1]
    assert line["status"] == 200
    assert line["ms"] >= 0
    assert "secret" not in json.dumps(server.lines())
