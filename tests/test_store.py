"""The engine behind our own face: what it answers, in which formats, and what it cannot do to us."""

from __future__ import annotations

import csv
import http.server
import io
import json
import os
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest

import caseboard
from caseboard import (
    BadArgument,
    Board,
    QueryError,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    UnknownFormat,
)
from caseboard.store import CLAIMS, Store

#: One row of unbound, text with everything that needs care, language, and a blank node; two of other terms.
ROWS = r"""
SELECT ?iri ?text ?tagged ?node WHERE {
  VALUES (?n ?iri ?text ?tagged) {
    (1 UNDEF "a, \"b\"\tc\nd\\e <f> &amp; é" "Hafen"@de)
    (2 <urn:x:y> 42 true)
    (3 cb:helps 1.50 "2024-01-02"^^xsd:date)
  }
  BIND(IF(?n = 1, BNODE(), ?none) AS ?node)
}
ORDER BY ?n
"""
TEXT = 'a, "b"\tc\nd\\e <f> &amp; é'
CB = "https://w3id.org/caseboard/ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
#: Five unconnected patterns over a hundred triples: 10^10 rows to count.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?p }"


# --- formats ----------------------------------------------------------------------------------------


def answered(board: Board, text: str, **how: str) -> tuple[str, bytes]:
    """The kind of an answer and the engine's own bytes of it."""
    answer = board.desk.answer(text, **how)
    return answer.kind, answer.data


def test_csv_is_what_w3c_defines(harbour: Board) -> None:
    kind, data = answered(harbour, ROWS, table="csv")
    assert kind == "select"
    assert data.startswith(b"iri,text,tagged,node\r\n")
    assert data.endswith(b"\r\n")
    rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
    assert rows[1][:3] == ["", TEXT, "Hafen"]
    assert rows[1][3].startswith("_:")
    assert rows[2] == ["urn:x:y", "42", "true", ""]
    assert rows[3] == [CB + "helps", "1.5", "2024-01-02", ""]


def test_tsv_is_what_w3c_defines(harbour: Board) -> None:
    _, data = answered(harbour, ROWS, table="tsv")
    header, *rows = [line.split("\t") for line in data.decode().removesuffix("\n").split("\n")]
    assert header == ["?iri", "?text", "?tagged", "?node"]
    assert rows[0][:3] == ["", r'"a, \"b\"\tc\nd\\e <f> &amp; é"', '"Hafen"@de']
    assert rows[0][3].startswith("_:")
    assert rows[1] == ["<urn:x:y>", "42", "true", ""]
    assert rows[2] == [f"<{CB}helps>", "1.5", f'"2024-01-02"^^<{XSD}date>', ""]


def test_json_is_what_w3c_defines(harbour: Board) -> None:
    answer = json.loads(answered(harbour, ROWS, table="json")[1])
    assert answer["head"]["vars"] == ["iri", "text", "tagged", "node"]
    first, second, third = answer["results"]["bindings"]
    node = first.pop("node")
    assert node["type"] == "bnode"
    assert node["value"]
    assert first == {
        "text": {"type": "literal", "value": TEXT},
        "tagged": {"type": "literal", "value": "Hafen", "xml:lang": "de"},
    }
    assert second == {
        "iri": {"type": "uri", "value": "urn:x:y"},
        "text": {"type": "literal", "value": "42", "datatype": XSD + "integer"},
        "tagged": {"type": "literal", "value": "true", "datatype": XSD + "boolean"},
    }
    assert third["tagged"] == {"type": "literal", "value": "2024-01-02", "datatype": XSD + "date"}


def test_xml_is_what_w3c_defines(harbour: Board) -> None:
    root = ET.fromstring(answered(harbour, ROWS, table="xml")[1])
    space = "{http://www.w3.org/2005/sparql-results#}"
    assert root.tag == space + "sparql"
    assert [v.get("name") for v in root.iter(space + "variable")] == ["iri", "text", "tagged", "node"]
    first, second, _ = [
        {b.get("name"): b[0] for b in result.findall(space + "binding")}
        for result in root.iter(space + "result")
    ]
    assert sorted(first) == ["node", "tagged", "text"]
    assert first["text"].text == TEXT
    assert first["tagged"].get("{http://www.w3.org/XML/1998/namespace}lang") == "de"
    assert first["node"].tag == space + "bnode"
    assert second["iri"].tag == space + "uri"
    assert second["text"].get("datatype") == XSD + "integer"


def test_an_answer_without_rows_keeps_its_columns(harbour: Board) -> None:
    query = "SELECT ?a ?b { ?a cb:nobodyDoesThis ?b }"
    assert answered(harbour, query, table="csv")[1] == b"a,b\r\n"
    assert answered(harbour, query, table="tsv")[1] == b"?a\t?b\n"
    assert json.loads(answered(harbour, query, table="json")[1])["results"]["bindings"] == []


def test_ask_answers_true_or_false(harbour: Board) -> None:
    assert answered(harbour, "ASK { ?who cb:helps ?whom }") == ("ask", b"true")
    assert answered(harbour, "ASK { ex:iris cb:pursues ?whom }") == ("ask", b"false")


def test_construct_gives_each_triple_once_and_sorted(harbour: Board) -> None:
    query = "CONSTRUCT { ?s a cb:Thing } WHERE { ?s ?p ?o }"
    kind, data = answered(harbour, query)
    lines = data.decode().splitlines()
    assert kind == "construct"
    assert lines == sorted(set(lines))
    assert len(lines) == 11


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own JSON-LD parser uses it
@pytest.mark.parametrize("format_", ["turtle", "ntriples", "rdfxml", "jsonld"])
def test_every_graph_format_holds_the_same_triples(harbour: Board, format_: str) -> None:
    import rdflib

    query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    wanted = harbour.query(query)
    name = {"turtle": "turtle", "ntriples": "nt", "rdfxml": "xml", "jsonld": "json-ld"}[format_]
    graph = rdflib.Graph().parse(data=answered(harbour, query, graph=format_)[1], format=name)
    assert set(graph) == set(wanted)


def test_turtle_declares_the_prefixes_it_uses_and_no_others(harbour: Board) -> None:
    data = answered(harbour, "CONSTRUCT { ?s cb:helps ?o } WHERE { ?s cb:helps ?o }", graph="turtle")[
        1
    ].decode()
    assert "ex:iris cb:helps ex:ada" in data
    assert data.count("@prefix") == 2


def test_an_unknown_format_lists_the_known_ones(harbour: Board) -> None:
    with pytest.raises(UnknownFormat, match="'xlsx'; there are csv, tsv, json, xml"):
        answered(harbour, "ASK {}", table="xlsx")
    with pytest.raises(UnknownFormat, match="'n3'; there are turtle, ntriples, jsonld, rdfxml"):
        answered(harbour, "ASK {}", graph="n3")


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_xml_that_no_reader_could_read_is_not_written(harbour: Board, character: str) -> None:
    query = f"SELECT ('a{character}b' AS ?x) {{}}"
    told = f"XML has no place for the character U\\+{ord(character):04X}"
    for write in (
        lambda: answered(harbour, query, table="xml"),
        lambda: answered(harbour, query, table="xml", timeout=60),
        lambda: harbour.query(query).serialize("xml"),
        lambda: answered(harbour, f"CONSTRUCT {{ <urn:a> <urn:b> 'a{character}b' }} {{}}", graph="rdfxml"),
    ):
        with pytest.raises(QueryError, match=told):
            write()
    assert (
        json.loads(answered(harbour, query, table="json")[1])["results"]["bindings"][0]["x"]["value"][1]
        == character
    )


# --- which graphs are asked ---------------------------------------------------------------------------


def test_a_query_may_name_its_graphs_itself(harbour: Board) -> None:
    hedged = harbour.query("SELECT ?who ?whom FROM cb:hedged { ?who cb:pursues ?whom }")
    both = harbour.query("SELECT ?who FROM cb:hedged FROM cb:predicted { ?who cb:pursues ?whom }")
    named = harbour.query("SELECT ?g FROM NAMED cb:hedged { GRAPH ?g { ?who cb:pursues ?whom } }")
    assert (len(hedged), len(both), len(named)) == (1, 2, 1)


def test_a_query_that_names_its_graphs_takes_no_include(harbour: Board) -> None:
    with pytest.raises(BadArgument, match=r"names its graphs with FROM: .* leave out include"):
        harbour.query("ASK FROM cb:hedged { ?s ?p ?o }", include=["predicted"])


def test_the_standard_prefixes_need_no_declaration_and_can_be_declared(harbour: Board) -> None:
    assert harbour.query(
        "ASK { ?s rdfs:label ?o . ?s rdf:type cb:Person . FILTER(DATATYPE(1) = xsd:integer) }"
    )
    assert harbour.query("PREFIX cb: <urn:x> ASK { FILTER(cb:a = <urn:xa>) }")


# --- what is refused ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
        "DELETE WHERE { ?s ?p ?o }",
        "PREFIX a: <urn:a> DROP ALL",
        "# ASK\nCLEAR DEFAULT",
        "WITH cb:stated DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "LOAD <http://localhost/x>",
    ],
)
def test_updates_are_refused_and_change_nothing(harbour: Board, text: str) -> None:
    before = answered(harbour, "CONSTRUCT WHERE { ?s ?p ?o }")
    with pytest.raises(QueryRefused, match="would change the data, and a board is read-only"):
        harbour.query(text)
    assert answered(harbour, "CONSTRUCT WHERE { ?s ?p ?o }") == before


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """Start a server that notes who calls, and return its address and its notes."""
    calls: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            calls.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", calls
        server.shutdown()
        thread.join()


SERVICE_CALLS = {
    "plain": "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "silent": "SELECT * { service silent <URL> { ?s ?p ?o } }",
    "through a variable": "SELECT * { VALUES ?u { <URL> } SERVICE ?u { ?s ?p ?o } }",
    "in a subquery": "SELECT * { { SELECT * { SERVICE <URL> { ?s ?p ?o } } } }",
    "in EXISTS": "ASK { FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "after what looks like an IRI": "SELECT * { FILTER(1<2)SERVICE#>\n<URL> { ?s ?p ?o } }",
    "glued to a prefix": "PREFIX SERVICEx: <urn:x> PREFIX x: <URL> SELECT * { SERVICEx:a { ?s ?p ?o } }",
    "as a prefix": "PREFIX SERVICE: <urn:x> PREFIX : <URL> SELECT * { SERVICE:a { ?s ?p ?o } }",
    "silent, as a prefix": "PREFIX SERVICESILENT: <urn:x> PREFIX : <URL> ASK { SERVICESILENT:a { ?s a ?o } }",
    "glued to a number": "SELECT * { OPTIONAL { ?s ?p 1e5SERVICE <URL> { ?s ?p ?o } } }",
    "glued to a truth": "SELECT * { OPTIONAL { ?s ?p trueSERVICE <URL> { ?s ?p ?o } } }",
    "after a return": "SELECT * { # comment\rSERVICE <URL> { ?s ?p ?o } }",
    "with a comment that is none": "SELECT * { ?s ?p '#' . SERVICE <URL> { ?s ?p ?o } }",
}


@pytest.mark.parametrize("text", SERVICE_CALLS.values(), ids=SERVICE_CALLS)
def test_no_query_reaches_another_server(harbour: Board, elsewhere: tuple[str, list[str]], text: str) -> None:
    address, calls = elsewhere
    for ask in (harbour.query, lambda query: list(harbour.rdf.query(query))):
        with pytest.raises(QueryRefused, match="SERVICE would send the query to another server"):
            ask(text.replace("URL", address))
    assert calls == []


@pytest.mark.parametrize(
    "text",
    [
        'ASK { FILTER("SERVICE" != "service") }',
        "ASK { FILTER(<urn:SERVICE> != <http://service.example/SERVICE>) }",
        "# SERVICE <urn:x> { }\nASK {}",
        "SELECT ?service { VALUES ?service { 1 } }",
        "PREFIX service: <urn:x> ASK { FILTER(service:SERVICE != service:x) }",
        "PREFIX a: <urn:x> ASK { FILTER NOT EXISTS { ?s a:service ?o } }",
        "ASK { FILTER('''it's a SERVICE''' != \"\") } # SERVICE",
    ],
)
def test_service_is_welcome_where_it_is_only_a_word(harbour: Board, text: str) -> None:
    assert harbour.query(text)


def test_a_prefix_of_the_case_may_be_named_service(tmp_path: Path) -> None:
    store = Store()
    store.load(b"@prefix service: <urn:s:> . service:a service:b 1 .", format=".ttl", graph=CLAIMS)
    assert store.answer("ASK { GRAPH ?g { service:a service:b 1 } FILTER('service' != '') }").data == b"true"


def test_a_broken_query_that_names_service_is_told_what_is_broken(harbour: Board) -> None:
    with pytest.raises(QuerySyntaxError, match="line 1, column 25"):
        harbour.query("ASK { ?s ?p 'SERVICE' . . }")


@pytest.mark.parametrize("text", [3, None, b"ASK {}", Path("query.rq")])
def test_a_query_is_a_text(harbour: Board, text: object) -> None:
    with pytest.raises(BadArgument, match="a query is a text, not "):
        harbour.query(text)  # type: ignore[arg-type]


# --- where a query breaks ---------------------------------------------------------------------------------


def test_a_relative_iri_is_relative_to_the_home_of_the_cases_unless_the_query_has_a_base() -> None:
    board = caseboard.open("harbour")
    plain = board.query("SELECT ?org { ex:iris cb:memberOf ?org }")
    assert plain.cells() == [["Customs"]]
    for text in (
        "SELECT ?org { <harbour/iris> <ns#memberOf> ?org }",
        "BASE <https://w3id.org/caseboard/harbour/> SELECT ?org { <iris> cb:memberOf ?org }",
    ):
        answer = board.query(text)
        assert (answer.cells(), answer.advice) == ([["Customs"]], ())


@pytest.mark.parametrize(
    ("text", "line", "column", "problem"),
    [
        ("SELEC ?x {}", 1, 1, "cannot read on from 'SELEC'; a query is a SELECT, ASK, CONSTRUCT or DESCRIBE"),
        ("hello world", 1, 1, "cannot read on from 'hello'; a query is a SELECT, ASK, CONSTRUCT or DESCRIBE"),
        ("ASK {} ; DROP ALL", 1, 8, "cannot read on from ';'"),
        ("SELECT ?x WHERE {\n  ?x a ?y .\n  FILTER(\n}", 4, 1, "cannot read on from '}'"),
        ("SELECT ?x {\r\n  ?x a ?y ,, }", 2, 12, "cannot read on from ','"),
        ('SELECT ?x { ?x ?y "é" . FILTER(1 == 2) }', 1, 35, "cannot read on from '='"),
        ("SELECT ?x { ?x a ?y FILTER(REGX(?x)) }", 1, 28, "cannot read on from 'REGX(?x))'"),
        ("SELECT ?x { ?x a ?y FILTER regex(?x) }", 1, 36, "cannot read on from ')'"),
        ("SELECT ?x, ?y { ?x a ?y }", 1, 10, "cannot read on from ','"),
        ("SELECT COUNT(?x) { ?x a ?y }", 1, 8, "cannot read on from 'COUNT(?x)'"),
        ("SELECT ?x { ?x a ?y } ORDER ?x", 1, 29, "cannot read on from '?x'"),
        ("SELECT ?x { ?x a ?y } LIMIT ten", 1, 29, "cannot read on from 'ten'"),
        ("ASK { ?s ?p 5 5 }", 1, 15, "cannot read on from '5'"),
        ("ASK\xa0{}", 1, 4, r"cannot read on from '\xa0{}'"),
        ('ASK { "\\x" ?a ?b }', 1, 7, "cannot read on from '\"\\\\x\"'"),
        ('SELECT ?x { ?x a "abc }', 1, 18, "this quote is never closed"),
        ("ASK {", 1, 6, "the query ends too early; 1 } missing"),
        ("SELECT ?x { ?x a ?y \n\n", 1, 20, "the query ends too early; 1 } missing"),
        ("SELECT ?x { FILTER(?x", 1, 22, "the query ends too early; 1 } missing"),
        ("SELECT ?x", 1, 10, "cannot read the query to its end; something is missing before here"),
        ("SELECT ?x ?y { ?x ?y ?z } GROUP BY ?x", 1, 38, "The SELECT contains a variable that is unbound"),
        ("SELECT (1 AS ?x) (2 AS ?x) {}", 1, 30, "Duplicated variable name in SELECT"),
        ("SELECT * {} GROUP BY ?x", 1, 24, "SELECT * is not authorized with GROUP BY"),
    ],
)
def test_a_syntax_error_names_line_and_column_and_shows_the_line(
    harbour: Board, text: str, line: int, column: int, problem: str
) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        harbour.query(text)
    message, shown, mark = str(caught.value).splitlines()
    assert message == f"line {line}, column {column}: {problem}"
    assert (caught.value.line, caught.value.column) == (line, column)
    assert shown.strip() == text.split("\n")[line - 1].strip()
    assert mark.index("^") == 2 + column - 1


def test_board_rdf_tells_syntax_errors_the_same_way(harbour: Board) -> None:
    with pytest.raises(QuerySyntaxError, match="line 1, column 8: cannot read on from ';'"):
        harbour.rdf.query("ASK {} ; DROP ALL")


def test_a_byte_order_mark_before_a_query_is_no_part_of_it(harbour: Board) -> None:
    assert harbour.query("\ufeffASK { ?who cb:helps ?whom }") is True


def test_what_the_engine_cannot_compute_is_an_error_of_ours(harbour: Board) -> None:
    with pytest.raises(QueryError, match="the engine cannot answer this query"):
        harbour.query('ASK { ?s ?p "\udcff" }')
    with pytest.raises(QueryError, match="the engine cannot answer this query"):
        answered(harbour, "CONSTRUCT { ?s ?p <<( ?s ?p ?o )>> } { ?s ?p ?o }", graph="jsonld")


# --- a process of its own ---------------------------------------------------------------------------------


def _children() -> list[int]:
    task = Path(f"/proc/{os.getpid()}/task")
    if not task.exists():
        pytest.skip("child processes are listed under /proc only on Linux")
    return [int(pid) for thread in task.iterdir() for pid in (thread / "children").read_text().split()]


def test_a_timeout_ends_the_query_for_real(harbour: Board) -> None:
    children = _children()
    start = time.monotonic()
    with pytest.raises(QueryTimeout, match=r"the query was stopped after 0\.5 s"):
        harbour.query(ENDLESS, timeout=0.5)
    assert time.monotonic() - start < 5
    assert _children() == children
    busy = time.process_time()
    time.sleep(0.3)
    assert time.process_time() - busy < 0.1


def test_a_query_that_ends_in_time_is_answered(harbour: Board) -> None:
    query = "SELECT ?who { ?who cb:helps ?whom }"
    assert str(harbour.query(query, timeout=60)) == str(harbour.query(query))
    assert harbour.query("ASK {}", timeout=60) is True
    assert len(harbour.query("CONSTRUCT WHERE { ?s cb:helps ?o }", timeout=60)) == 1


def test_a_large_answer_comes_whole_through_the_pipe(harbour: Board) -> None:
    table = harbour.query("SELECT * { ?a ?b ?c . ?d ?e ?f }", timeout=60)
    assert len(table) == len(harbour.query("SELECT * { ?a ?b ?c }")) ** 2
    assert len(table.tsv) > 500_000  # several times what a pipe holds


def test_errors_come_back_from_the_other_process_whole(harbour: Board) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        harbour.query("ASK {} ; DROP ALL", timeout=60)
    assert (caught.value.line, caught.value.column) == (1, 8)


def test_timeouts_work_beside_other_threads(harbour: Board) -> None:
    outcomes: list[object] = []

    def ask() -> None:
        try:
            outcomes.append(harbour.query(ENDLESS, timeout=0.3))
        except QueryTimeout:
            outcomes.append("stopped")
        outcomes.append(harbour.query("ASK { ?who cb:helps ?whom }", timeout=60))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str) == [True, True, True, "stopped", "stopped", "stopped"]


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), "5"])
def test_a_timeout_is_a_time(harbour: Board, timeout: object) -> None:
    with pytest.raises(BadArgument, match="a timeout is a number of seconds above 0"):
        harbour.query("ASK {}", timeout=timeout)  # type: ignore[arg-type]


def test_a_timeout_of_years_is_one(harbour: Board) -> None:
    assert harbour.query("ASK {}", timeout=1e12) is True


def test_a_query_ends_with_the_process_that_asked(tmp_path: Path) -> None:
    script = tmp_path / "ask.py"
    script.write_text(
        "import caseboard, os, threading, time\n"
        "def tell():\n"
        "    while not (seen := open(f'/proc/self/task/{os.getpid()}/children').read().split()):\n"
        "        time.sleep(0.01)\n"
        "    print(seen[0], flush=True)\n"
        "threading.Thread(target=tell, daemon=True).start()\n"
        f"caseboard.open('harbour').query({ENDLESS!r}, timeout=60)\n"
    )
    if not Path("/proc/self/task").exists():
        pytest.skip("child processes are listed under /proc only on Linux")
    environment = {**os.environ, "PYTHONPATH": str(Path(caseboard.__file__).parent.parent)}
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        process.kill()
    deadline = time.monotonic() + 5
    while _alive(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _alive(child)


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


# --- queries that are too large --------------------------------------------------------------------------

TOO_DEEP = {
    "braces": lambda n: "SELECT * " + "{" * n + "}" * n,
    "open braces": lambda n: "SELECT * " + "{" * n,
    "brackets in a filter": lambda n: "SELECT * { FILTER" + "(" * n + "1" + ")" * n + " }",
    "a sequence of steps": lambda n: "SELECT * { ?a " + "/".join(["cb:helps"] * n) + " ?b }",
    "alternative steps": lambda n: "SELECT * { ?a " + "|".join(["cb:helps"] * n) + " ?b }",
    "repeated steps": lambda n: "SELECT * { ?a " + "(" * n + "cb:helps" + ")*" * n + " ?b }",
    "unions": lambda n: "SELECT * { " + " UNION ".join(["{ ?a ?b ?c }"] * n) + " }",
    "optionals": lambda n: "SELECT * { " + "OPTIONAL { ?a ?b ?c " * n + "}" * n + " }",
    "subqueries": lambda n: "SELECT * { " + "{ SELECT * { " * n + "}}" * n + " }",
    "exists": lambda n: "SELECT * { " + "FILTER EXISTS { " * n + "}" * n + " }",
    "calls": lambda n: "SELECT (" + 'CONCAT("a",' * n + '"b"' + ")" * n + " AS ?x) {}",
    "denials": lambda n: "SELECT * { FILTER(" + "!" * n + "true) }",
    "sums": lambda n: "SELECT (1" + " - 1" * n + " AS ?x) {}",
    "lists": lambda n: "SELECT * { ?a ?b " + "(" * n + ")" * n + " }",
    "patterns": lambda n: "SELECT * { " + "?a cb:helps ?b . " * n + " }",
}


@pytest.mark.parametrize("text", [make(30_000) for make in TOO_DEEP.values()], ids=TOO_DEEP)
def test_a_query_that_would_end_the_process_is_an_error(harbour: Board, text: str) -> None:
    with pytest.raises(QueryError, match=r"too long or too deeply nested\. Split it into smaller ones"):
        harbour.query(text)
    assert harbour.query("ASK { ?who cb:helps ?whom }") is True


@pytest.mark.parametrize(
    "text", [TOO_DEEP["braces"](3_000), TOO_DEEP["exists"](900), TOO_DEEP["a sequence of steps"](2_000)]
)
def test_a_query_that_is_somewhat_too_large_is_an_error_too(harbour: Board, text: str) -> None:
    with pytest.raises(QueryError):
        harbour.query(text, timeout=1)


def test_a_query_too_large_for_this_process_is_refused_by_board_rdf(harbour: Board) -> None:
    with pytest.raises(QueryRefused, match=r"too long to be safe in this process; board\.query answers it"):
        harbour.rdf.query(TOO_DEEP["braces"](30_000))


def test_nesting_that_the_engine_can_take_is_answered(harbour: Board) -> None:
    for make in ("braces", "brackets in a filter", "alternative steps", "denials"):
        assert len(harbour.query(TOO_DEEP[make](400))) == 1


def test_long_lists_of_values_are_answered(harbour: Board) -> None:
    iris = " ".join(f"<https://example.org/{n}>" for n in range(4_999))
    query = f"SELECT ?who {{ VALUES ?who {{ {iris} ex:iris }} ?who cb:helps ?whom }}"
    assert str(harbour.query(query).cells()) == "[['Iris Holm']]"
    listed = iris.replace(" ", ", ")
    assert len(harbour.query(f"SELECT * {{ ?who cb:helps ?whom FILTER(?who NOT IN ({listed})) }}")) == 1


# --- files ----------------------------------------------------------------------------------------------


def test_blank_nodes_of_two_files_stay_apart() -> None:
    for format_ in (".nt", ".nq", ".ttl", ".trig"):
        store = Store()
        store.load(b"_:x <urn:p> <urn:a> .", format=format_, graph=CLAIMS)
        store.load(b"_:x <urn:q> <urn:b> .", format=format_, graph=CLAIMS)
        assert store.answer("ASK { GRAPH ?g { ?x <urn:p> <urn:a> . ?y <urn:q> <urn:b> } }").data == b"true"
        asked = "ASK { GRAPH ?g { ?x <urn:p> <urn:a> ; <urn:q> <urn:b> } }"
        assert store.answer(asked).data == b"false", format_


def test_prefixes_are_learnt_from_a_file_but_the_standard_ones_keep_their_meaning() -> None:
    store = Store()
    text = (
        b"@prefix cb: <urn:not:ours:> .\nPREFIX a.b: <urn:ab:>\n @PREFIX   c: <urn:c:> .\n"
        b'# @prefix commented: <urn:no:> .\na.b:x c:p cb:o, """\n@prefix broken: <not an iri> .\n""" .'
    )
    store.load(text.replace(b"@PREFIX", b"@prefix"), format=".ttl", graph=CLAIMS)
    assert store.prefixes["a.b"] == "urn:ab:"
    assert store.prefixes["c"] == "urn:c:"
    assert store.prefixes["cb"] == CB
    assert "commented" not in store.prefixes
    assert store.answer("ASK { GRAPH ?g { a.b:x c:p <urn:not:ours:o> } }").data == b"true"


def test_a_line_of_a_literal_that_looks_like_a_prefix_does_no_harm() -> None:
    store = Store()
    store.load(b'<urn:a> <urn:b> """\n@prefix broken: <no-iri> .\n""" .', format=".ttl", graph=CLAIMS)
    assert store.answer("ASK { GRAPH ?g { ?s ?p ?o } }").data == b"true"


def test_a_file_saved_by_an_editor_that_marks_utf8_is_read() -> None:
    store = Store()
    store.load(b"\xef\xbb\xbf<urn:a> <urn:b> 1 .", format=".ttl", graph=CLAIMS)
    assert store.answer("ASK { GRAPH ?g { <urn:a> <urn:b> 1 } }").data == b"true"


def test_a_graph_without_a_format_is_not_dumped(harbour: Board) -> None:
    with pytest.raises(
        UnknownFormat, match="no format 'docx'; there are turtle, ntriples, jsonld, rdfxml, trig"
    ):
        Store().dump("docx", graph=CLAIMS)
