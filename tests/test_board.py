"""The board as its users meet it: opening, asking, finding, reading, taking away."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib

import caseboard
from caseboard.export import EXPORTS

from .small import PREFIXES, claim, people

CB = "https://w3id.org/caseboard/ns#"


# --- opening --------------------------------------------------------------------------------------


def test_a_name_a_file_a_folder_a_list_and_a_graph_open_the_same_case(tmp_path: Path) -> None:
    harbour = caseboard.open("harbour")
    path = tmp_path / "harbour.ttl"
    path.write_bytes(harbour.serialize("turtle"))
    graph = rdflib.Graph().parse(path)
    dataset = rdflib.Dataset()
    dataset.parse(data=graph.serialize(format="nt"), format="nt")
    for source in (path, str(path), tmp_path, [path], graph, dataset):
        opened = caseboard.open(source)
        assert list(map(str, opened.claims())) == list(map(str, harbour.claims()))


@pytest.mark.parametrize(
    ("format_", "ending"),
    [
        ("turtle", "ttl"),
        ("ntriples", "nt"),
        ("rdfxml", "rdf"),
        ("jsonld", "jsonld"),
        ("trig", "trig"),
        ("nquads", "nq"),
    ],
)
def test_what_is_exported_as_rdf_opens_again(
    format_: str, ending: str, tmp_path: Path, harbour: caseboard.Board
) -> None:
    path = tmp_path / f"again.{ending}"
    path.write_bytes(harbour.serialize(format_))
    again = caseboard.open(path)
    assert {c.note: c.sentence for c in again.claims()} == {c.note: c.sentence for c in harbour.claims()}
    assert again.title == "Harbour"
    assert sorted(d["label"] for *_, d in again.network().edges(data=True)) == sorted(
        d["label"] for *_, d in harbour.network().edges(data=True)
    )


def test_a_case_brings_relations_of_its_own(small_file: Callable[[str], Path], tmp_path: Path) -> None:
    own = """
    t:rivalry a cb:Family ; rdfs:label "rivalry" ; cb:aboutWork false .
    t:rivalOf a cb:Relation, owl:SymmetricProperty ; rdfs:label "is a rival of" ; cb:family t:rivalry ;
        rdfs:subPropertyOf cb:knowsOf .
    cb:knowsOf a cb:Relation ; rdfs:label "knows of" ; cb:family t:rivalry .
    """
    path = small_file(own + people("ann", "bob") + claim("c1", "t:ann", "t:rivalOf", "t:bob"))
    board = caseboard.open(path)
    assert board.query("ASK { t:bob t:rivalOf t:ann }") is True
    assert board.query("ASK { t:ann cb:knowsOf t:bob }") is True
    assert board.network().edges["t:ann", "t:bob", "t:c1"]["family"] == "rivalry"
    assert "is a rival of" in board.page()
    again = tmp_path / "again.ttl"
    again.write_bytes(board.serialize("turtle"))
    assert str(caseboard.open(again).claims()[0]) == str(board.claims()[0])


# --- asking ---------------------------------------------------------------------------------------


def test_facts_only_unless_asked_for_more(hit_and_run: caseboard.Board) -> None:
    after = "SELECT ?whom { hr:mossad cb:pursues ?whom } ORDER BY ?whom"
    assert len(hit_and_run.query(after)) == 0
    assert ["Segev Azulai"] in hit_and_run.query(after, include=["hedged"]).cells()
    assert hit_and_run.query("ASK { hr:martin-wexler cb:parentOf ?child }") is False
    assert hit_and_run.query("ASK { hr:martin-wexler cb:parentOf ?child }", include=["refuted"]) is True


def test_the_default_graph_and_its_named_copy_are_the_same(hit_and_run: caseboard.Board) -> None:
    stated = hit_and_run.rdf.graph(rdflib.URIRef(CB + "stated"))
    assert set(hit_and_run.rdf.default_graph) == set(stated)
    assert len(stated) > 200
    by_default = hit_and_run.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    by_name = hit_and_run.query("SELECT (COUNT(*) AS ?n) { GRAPH cb:stated { ?s ?p ?o } }")
    assert by_default.cells() == by_name.cells() == [[str(len(stated))]]


def test_derived_graphs_are_disjoint(hit_and_run: caseboard.Board) -> None:
    names = ("stated", "inferred", "hedged", "predicted", "refuted")
    graphs = {
        name: set(hit_and_run.rdf.graph(rdflib.URIRef(CB + name))) for name in names if name != "inferred"
    }
    listed = list(graphs.items())
    for i, (_, one) in enumerate(listed):
        for _, other in listed[i + 1 :]:
            assert not one & other
    assert all(graphs.values())


def test_inverse_symmetric_and_alias_follow(hit_and_run: caseboard.Board) -> None:
    assert hit_and_run.query("ASK { hr:danielle-wexler cb:handledBy hr:reese-wakefield }") is True
    assert (
        hit_and_run.query(
            "ASK { hr:danielle-wexler cb:spouseOf hr:segev-azulai . hr:segev-azulai cb:spouseOf ?w }"
        )
        is True
    )
    assert hit_and_run.query(
        'ASK { hr:sophie-dreyer a cb:Persona . hr:danielle-wexler skos:altLabel "Sophie Dreyer"@en }'
    )


def test_select_construct_describe_and_ask_give_what_they_should(harbour: caseboard.Board) -> None:
    table = harbour.query("SELECT ?a ?b ?none { ?a cb:helps ?b }")
    assert table.columns == ("a", "b", "none")
    assert table.rows == (
        (rdflib.URIRef(harbour.entities["ex:iris"].iri), rdflib.URIRef(harbour.entities["ex:ada"].iri), None),
    )
    assert len(harbour.query("CONSTRUCT { ?b cb:helps ?a } WHERE { ?a cb:helps ?b }")) == 1
    assert (
        rdflib.URIRef(harbour.entities["ex:ada"].iri),
        rdflib.RDF.type,
        rdflib.URIRef(CB + "Person"),
    ) in harbour.query("DESCRIBE ex:ada")
    assert harbour.query("ASK { ex:ada cb:helps ex:iris }") is False


def test_tables_are_written_as_w3c_defines_them(harbour: caseboard.Board) -> None:
    table = harbour.query(
        'SELECT ?a ?b ?c { VALUES (?a ?b ?c) { (ex:ada "x,\\"y\\n"@en UNDEF) (1.5 true "t\\t") } }'
    )
    assert (
        table.serialize("csv")
        == b'a,b,c\r\nhttps://w3id.org/caseboard/harbour/ada,"x,""y\n",\r\n1.5,true,t\t\r\n'
    )
    assert (
        table.serialize("tsv").split(b"\n")[1]
        == b'<https://w3id.org/caseboard/harbour/ada>\t"x,\\"y\\n"@en\t'
    )
    bindings = json.loads(table.serialize("json"))["results"]["bindings"]
    assert bindings[0]["b"] == {"type": "literal", "value": 'x,"y\n', "xml:lang": "en"}
    assert "c" not in bindings[0]
    assert b"<sparql" in table.serialize("xml")
    assert table.serialize("markdown").decode().splitlines()[2].startswith("| Ada Lind | x,")
    with pytest.raises(caseboard.UnknownFormat, match="csv"):
        table.serialize("pdf")


def test_updates_and_service_are_refused_and_words_in_data_are_not(harbour: caseboard.Board) -> None:
    for update in (
        "INSERT DATA { <urn:a> <urn:b> 1 }",
        "# x\nPREFIX a: <urn:a> DELETE WHERE { ?s ?p ?o }",
        "DROP ALL",
    ):
        with pytest.raises(caseboard.QueryRefused, match="read-only"):
            harbour.query(update)
    for call in (
        "ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "ASK { { service\n silent ?x { ?s ?p ?o } } }",
    ):
        with pytest.raises(caseboard.QueryRefused, match="SERVICE"):
            harbour.query(call)
    innocent = 'ASK { BIND("SERVICE INSERT" AS ?service) # SERVICE <x>\n ?s <urn:SERVICE> ?INSERT }'
    assert harbour.query(innocent) is False


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("SELECT ?x {", 1, None),
        ("SELECT ?x\nWHERE { ?x ?y }", 2, None),
        ("ASK { ?s foo:bar ?o }", 1, 10),
        ("", None, None),
    ],
)
def test_a_syntax_error_names_its_place(
    text: str, line: int | None, column: int | None, harbour: caseboard.Board
) -> None:
    with pytest.raises(caseboard.QuerySyntaxError) as caught:
        harbour.query(text)
    assert caught.value.line == line
    if line:
        assert f"line {line}" in str(caught.value)
        assert text.split("\n")[line - 1] in str(caught.value)
    if column:
        assert caught.value.column == column


def test_a_timeout_stops_the_query_and_nothing_goes_on(harbour: caseboard.Board) -> None:
    with pytest.raises(caseboard.QueryTimeout, match=r"0\.3 s"):
        harbour.query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", timeout=0.3)
    children = Path(f"/proc/self/task/{__import__('threading').get_native_id()}/children")
    if children.exists():
        assert children.read_text() == ""
    assert harbour.query("ASK { ?a cb:helps ?b }", timeout=60) is True


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * WHERE " + "{" * 3_000 + "}" * 3_000,
        "SELECT * WHERE { ?s " + "<urn:p>/" * 2_000 + "<urn:p> ?o }",
        "SELECT * WHERE { FILTER(" + "(" * 30_000 + "1" + ")" * 30_000 + ") }",
        "SELECT * WHERE { " + "OPTIONAL { ?a ?b ?c } " * 30_000 + "}",
    ],
    ids=["braces", "path", "parentheses", "optionals"],
)
def test_a_query_that_is_too_much_for_the_engine_is_an_error_not_a_crash(text: str) -> None:
    script = (
        "import caseboard, sys\nb = caseboard.open('harbour')\n"
        "try: b.query(sys.stdin.read(), timeout=4)\n"
        "except caseboard.QueryError as e: print('told')\n"
        "else: print('answered')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], input=text, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() in ("told", "answered"), done.stderr[-500:]


def test_a_long_list_of_values_is_answered(harbour: caseboard.Board) -> None:
    values = " ".join(f"<urn:x{i}>" for i in range(5_000))
    assert len(harbour.query(f"SELECT ?x {{ VALUES ?x {{ {values} }} }}")) == 5_000


def test_the_rdflib_dataset_reads_and_never_writes(harbour: caseboard.Board) -> None:
    dataset = harbour.rdf
    assert len(list(dataset.query("SELECT ?who { ?who cb:helps ?whom }"))) == 1
    triple = (rdflib.URIRef("urn:a"), rdflib.URIRef("urn:b"), rdflib.Literal(1))
    for write in (
        lambda: dataset.add((*triple, dataset.default_graph)),
        lambda: dataset.default_graph.add(triple),
        lambda: dataset.remove((None, None, None, None)),
        lambda: dataset.update("INSERT DATA { <urn:a> <urn:b> 1 }"),
        lambda: dataset.graph(rdflib.URIRef("urn:new")).add(triple),
    ):
        with pytest.raises(caseboard.ReadOnly, match="copy"):
            write()
    from rdflib.plugins.sparql import prepareQuery

    with pytest.raises(caseboard.QueryRefused, match="text"):
        dataset.query(prepareQuery("SELECT ?s { ?s ?p ?o }"))
    copy = rdflib.Graph()
    copy += dataset.default_graph
    copy.add(triple)
    assert triple in copy


# --- finding --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Segev", "hr:segev-azulai"),
        ("SEGEV AZULAI", "hr:segev-azulai"),
        ("ségev", "hr:segev-azulai"),
        ("Sophie", "hr:sophie-dreyer"),
        ("Sophie Dreyer", "hr:sophie-dreyer"),
        ("Wakefield", "hr:reese-wakefield"),
        ("hr:cia", "hr:cia"),
        ("https://w3id.org/caseboard/hit-and-run/cia", "hr:cia"),
        ("tali-shapira", "hr:tali-shapira"),
        ("White House", "hr:white-house"),
    ],
)
def test_find(name: str, found: str, hit_and_run: caseboard.Board) -> None:
    assert hit_and_run.find(name) == found


def test_an_ambiguous_name_lists_who_it_could_be_and_an_unknown_one_who_is_near(
    hit_and_run: caseboard.Board,
) -> None:
    with pytest.raises(caseboard.AmbiguousName, match=r"Danielle Wexler.*Martin Wexler") as caught:
        hit_and_run.find("Wexler")
    assert set(caught.value.candidates) == {"hr:danielle-wexler", "hr:martin-wexler"}
    with pytest.raises(caseboard.UnknownName, match="Did you mean Danielle Wexler"):
        hit_and_run.find("Danyelle")
    for nobody in ("", " ", "'", "\x00", "zzzzzz", "?", "a" * 10_000):
        with pytest.raises(caseboard.UnknownName):
            hit_and_run.find(nobody)


# --- reading --------------------------------------------------------------------------------------


def test_claims_carry_what_they_rest_on(hit_and_run: caseboard.Board) -> None:
    (handler,) = hit_and_run.claims(subject="Wakefield", relation="is handler of")
    assert (
        handler
        == hit_and_run.claim("c-handler")
        == hit_and_run.claim(handler)
        == hit_and_run.claim(handler.id)
    )
    assert (handler.status, handler.revealed.label, str(handler.object)) == (
        "stated",
        "season 1",
        "Danielle Wexler",
    )
    piece = handler.evidence[0]
    assert (piece.section, piece.paragraph, piece.sentence, piece.start, piece.end) == (
        "Cast",
        10,
        1,
        2879,
        2986,
    )
    father = hit_and_run.claims(subject="Martin Wexler", relation="parentOf")[0]
    assert father.refuted is not None
    assert father.refuted_by == (handler.id,)
    for unknown in ("c-nothing", ""):
        with pytest.raises(caseboard.UnknownName):
            hit_and_run.claim(unknown)
    with pytest.raises(caseboard.UnknownName, match="cb:handlerOf"):
        hit_and_run.claims(relation="handlrOf")


def test_threads_questions_and_the_overview(hit_and_run: caseboard.Board) -> None:
    threads = {summary.thread.label: summary for summary in hit_and_run.threads()}
    assert "Reese Wakefield" in {person.label for person in threads["Danielle's double life"].people}
    assert all(summary.claims and summary.first is not None for summary in threads.values())
    asked = {question.text for question in hit_and_run.questions()}
    assert "Who is “Whoever kidnapped Ella”?" in asked
    assert not any("Danielle" in text for text in asked)
    assert "122 claims" in str(hit_and_run.overview())
    card = str(hit_and_run.describe("Martin Wexler"))
    assert "persona" in card
    assert "1 refuted" in card
    assert "is a parent of Danielle Wexler" in str(hit_and_run.describe("Martin Wexler", include=["refuted"]))


def test_work_and_world_are_kept_apart(hit_and_run: caseboard.Board) -> None:
    world = {data["label"] for _, data in hit_and_run.network().nodes(data=True)}
    assert "Lior Raz" not in world
    assert "Segev Azulai" in world
    assert "Lior Raz" in {data["label"] for _, data in hit_and_run.network(scope="work").nodes(data=True)}
    with pytest.raises(caseboard.CaseboardError):
        hit_and_run.paths("Gal Toren", "Segev")


# --- taking away ----------------------------------------------------------------------------------


def test_rdf12_makes_each_claim_the_reifier_of_its_triple(harbour: caseboard.Board) -> None:
    import pyoxigraph as ox

    triples = list(ox.parse(harbour.serialize("rdf12"), ox.RdfFormat.TURTLE))
    reifies = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies")
    said = {t.subject.value.rsplit("/", 1)[1]: t.object for t in triples if t.predicate == reifies}
    assert len(said) == 13
    asserted = {t.triple for t in triples}
    assert said["c-help"] in asserted
    assert said["c-hunt"] not in asserted
    assert said["c-drowned"] not in asserted


def test_every_export_has_content_and_an_unknown_one_lists_them(harbour: caseboard.Board) -> None:
    for name in EXPORTS:
        assert len(harbour.serialize(name)) > 500, name
    assert set(harbour.tables()) == {"nodes.csv", "edges.csv"}
    with pytest.raises(caseboard.UnknownFormat, match="graphml"):
        harbour.serialize("graphlm")


def test_hostile_text_stays_text(small_file: Callable[[str], Path]) -> None:
    evil = r"</script><img src=x onerror=alert(1)> \"quoted\" href"
    board = caseboard.open(
        small_file(
            f't:a a cb:Person ; rdfs:label "{evil}" .\n' + people("b") + claim("c1", "t:a", "cb:helps", "t:b")
        )
    )
    table = board.query("SELECT ?who { ?who cb:helps ?whom }")
    assert "<img" in str(table)
    assert "<img" not in table._repr_html_()
    assert "<img" not in board.describe("t:a")._repr_html_()
    assert "<img src=x" not in board.page()


def test_language_chooses_among_labels(small_file: Callable[[str], Path]) -> None:
    body = (
        't:a a cb:Person ; rdfs:label "Munich"@en, "München"@de .\n'
        + people("b")
        + claim("c", "t:a", "cb:helps", "t:b")
    )
    path = small_file(body)
    assert caseboard.open(path).entities["t:a"].label == "Munich"
    assert caseboard.open(path, language="de").entities["t:a"].label == "München"
    assert PREFIXES in path.read_text()
