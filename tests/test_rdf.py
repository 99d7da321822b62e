"""The board as rdflib objects, and rdflib graphs as cases."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from rdflib import Dataset, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.plugins.sparql import prepareQuery

import caseboard
from caseboard import Board, QueryError, QueryRefused, ReadOnly

EX = rdflib.Namespace("https://w3id.org/caseboard/harbour/")
CB = rdflib.Namespace("https://w3id.org/caseboard/ns#")


def test_construct_and_describe_give_rdflib_graphs(harbour: Board) -> None:
    graph = harbour.query("CONSTRUCT { ?b cb:wasHelpedBy ?a } WHERE { ?a cb:helps ?b }")
    assert isinstance(graph, Graph)
    assert list(graph) == [(EX.ada, CB.wasHelpedBy, EX.iris)]
    about = harbour.query("DESCRIBE ex:ada")
    assert isinstance(about, Graph)
    assert (EX.ada, CB.possesses, EX.ledger) in about


def test_a_constructed_graph_is_the_callers_own(harbour: Board) -> None:
    graph = harbour.query("CONSTRUCT WHERE { ?a cb:helps ?b }")
    graph.add((EX.ada, CB.helps, EX.iris))
    assert len(graph) == 2
    assert len(harbour.query("CONSTRUCT WHERE { ?a cb:helps ?b }")) == 1


def test_a_constructed_graph_knows_the_prefixes_of_the_case(harbour: Board) -> None:
    assert "ex:iris cb:helps ex:ada ." in harbour.query("CONSTRUCT WHERE { ?a cb:helps ?b }").serialize()


def test_terms_survive_the_way_into_rdflib(harbour: Board) -> None:
    graph = harbour.query(
        'CONSTRUCT { <urn:a> <urn:b> "x\\n\\"y\\"", "z"@de, 1, "2024-01-02"^^xsd:date, _:n } WHERE {}'
    )
    objects = set(graph.objects())
    assert {
        Literal('x\n"y"'),
        Literal("z", lang="de"),
        Literal(1),
        Literal("2024-01-02", datatype=rdflib.XSD.date),
    } < objects
    assert sum(isinstance(term, rdflib.BNode) for term in objects) == 1


def test_a_graph_with_triples_inside_triples_is_refused(harbour: Board) -> None:
    with pytest.raises(QueryRefused, match="rdflib has no place for a triple inside a triple"):
        harbour.query("CONSTRUCT { ?s cb:says <<( ?s ?p ?o )>> } WHERE { ?s ?p ?o }")
    assert len(harbour.query('CONSTRUCT { <urn:a> <urn:b> "<<( not one )>>" } WHERE {}')) == 1


# --- board.rdf ----------------------------------------------------------------------------------------


def test_the_default_graph_of_the_dataset_is_what_is_stated(harbour: Board) -> None:
    everything = harbour.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    assert isomorphic(everything, Graph() + harbour.rdf.default_graph)
    assert isomorphic(everything, Graph() + harbour.rdf.graph(CB.stated))


def test_board_rdf_answers_queries_like_the_board(harbour: Board) -> None:
    rows = list(harbour.rdf.query("SELECT ?who WHERE { ?who cb:helps ex:ada }"))
    assert rows == [(EX.iris,)]
    bound = harbour.rdf.query(
        "SELECT ?who ?whom WHERE { ?who cb:helps ?whom }", initBindings={"whom": EX.ada}
    )
    assert [row.who for row in bound] == [EX.iris]
    assert harbour.rdf.query("ASK { ?who cb:helps ?whom }").askAnswer is True
    assert len(harbour.rdf.query("CONSTRUCT WHERE { ?who cb:helps ?whom }").graph) == 1


def test_board_rdf_can_be_walked(harbour: Board) -> None:
    dataset = harbour.rdf
    assert isinstance(dataset, Dataset)
    assert dataset is harbour.rdf
    assert (EX.iris, CB.helps, EX.ada) in dataset.default_graph
    assert set(dataset.default_graph.subjects(CB.memberOf, EX.customs)) == {EX.iris}
    assert {graph.identifier for graph in dataset.graphs()} >= {
        CB.stated,
        CB.hedged,
        CB.claims,
        CB.vocabulary,
    }
    assert dataset.default_graph.qname(EX.ada) == "ex:ada"


TRIPLE = (EX.ada, CB.helps, EX.iris)
WRITES = {
    "add to the dataset": lambda d: d.add(TRIPLE),
    "add to a graph": lambda d: d.default_graph.add(TRIPLE),
    "add a quad": lambda d: d.add((*TRIPLE, CB.stated)),
    "addN": lambda d: d.addN([(*TRIPLE, d.default_graph)]),
    "+=": lambda d: d.default_graph.__iadd__([TRIPLE]),
    "-=": lambda d: d.default_graph.__isub__([(EX.iris, CB.helps, EX.ada)]),
    "remove": lambda d: d.remove((None, None, None)),
    "remove from a graph": lambda d: d.default_graph.remove((EX.iris, None, None)),
    "set": lambda d: d.default_graph.set(TRIPLE),
    "a new graph": lambda d: d.graph(URIRef("urn:new")),
    "a graph without a name": lambda d: d.graph(),
    "remove a graph": lambda d: d.remove_graph(d.graph(CB.stated)),
    "update": lambda d: d.update("DELETE WHERE { ?s ?p ?o }"),
    "update of a graph": lambda d: d.default_graph.update("CLEAR ALL"),
    "parse": lambda d: d.parse(data="<urn:a> <urn:b> <urn:c> .", format="turtle"),
    "parse into a graph": lambda d: d.default_graph.parse(data="<urn:a> <urn:b> <urn:c> .", format="turtle"),
    "the engine's own parser": lambda d: d.default_graph.parse(
        data="<urn:a> <urn:b> <urn:c> .", format="ox-ttl"
    ),
    "the engine's own dataset parser": lambda d: d.parse(
        data="<urn:a> <urn:b> <urn:c> .", format="ox-nquads"
    ),
    "destroy": lambda d: d.default_graph.destroy("x"),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_write_is_refused_with_the_way_to_a_copy(harbour: Board, write: object) -> None:
    before = harbour.desk.answer("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    quads = len(list(harbour.rdf.quads()))
    with pytest.raises(ReadOnly, match=r"a board is read-only\. Copy the graph first"):
        write(harbour.rdf)  # type: ignore[operator]
    assert harbour.desk.answer("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }") == before
    assert len(list(harbour.rdf.quads())) == quads


def test_the_copy_that_the_error_recommends_can_be_written_to(harbour: Board) -> None:
    copy = Graph()
    copy += harbour.rdf.default_graph
    copy.add(TRIPLE)
    assert TRIPLE in copy
    assert TRIPLE not in harbour.rdf.default_graph


def test_closing_the_dataset_does_not_close_the_board(harbour: Board) -> None:
    harbour.rdf.close()
    assert (EX.iris, CB.helps, EX.ada) in harbour.rdf.default_graph


def test_no_query_is_answered_by_a_slower_engine_in_silence(harbour: Board) -> None:
    with pytest.raises(QueryRefused, match="takes queries as text"):
        harbour.rdf.query(prepareQuery("ASK {}"))
    with pytest.raises(QueryRefused, match="take no DEBUG"):
        harbour.rdf.query("ASK {}", DEBUG=True)


def test_what_the_engine_cannot_do_is_an_error_of_ours(harbour: Board) -> None:
    with pytest.raises(QueryError, match=r"the engine cannot answer this query: .*whom"):
        harbour.rdf.query("SELECT ?who WHERE { ?who cb:helps ?whom }", initBindings={"whom": EX.ada})


@pytest.mark.parametrize("text", ["DROP ALL", "INSERT DATA { <urn:a> <urn:b> <urn:c> }"])
def test_an_update_is_no_query(harbour: Board, text: str) -> None:
    with pytest.raises(QueryRefused, match="would change the data"):
        harbour.rdf.query(text)


# --- rdflib graphs as cases ----------------------------------------------------------------------------


def _sentences(board: Board) -> list[str]:
    return sorted(map(str, board.claims()))


def test_an_rdflib_graph_can_be_opened(harbour: Board) -> None:
    graph = Graph().parse(caseboard.locate.graph_dir() / "cases" / "harbour.ttl")
    board = caseboard.open(graph)
    assert _sentences(board) == _sentences(harbour)
    assert board.title == "Harbour"


def test_the_prefixes_of_an_rdflib_graph_are_known(harbour: Board) -> None:
    graph = Graph().parse(caseboard.locate.graph_dir() / "cases" / "harbour.ttl")
    board = caseboard.open(graph)
    assert [claim.id for claim in board.claims()] == [claim.id for claim in harbour.claims()]
    assert board.query("ASK { ex:iris cb:helps ex:ada }") is True


def test_a_prefix_that_no_file_could_declare_is_left_behind(harbour: Board) -> None:
    graph = Graph().parse(caseboard.locate.graph_dir() / "cases" / "harbour.ttl")
    graph.bind("1st", "https://example.org/")
    graph.bind("broken", "https://example.org/a b>")
    assert _sentences(caseboard.open(graph)) == _sentences(harbour)


def test_a_dataset_can_be_opened(harbour: Board) -> None:
    dataset = Dataset()
    dataset.default_graph.parse(caseboard.locate.graph_dir() / "cases" / "harbour.ttl")
    assert _sentences(caseboard.open(dataset)) == _sentences(harbour)


def test_board_rdf_can_be_opened_again(harbour: Board) -> None:
    again = caseboard.open(harbour.rdf)
    assert _sentences(again) == _sentences(harbour)
    assert again.desk.answer("SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o") == harbour.desk.answer(
        "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o"
    )


def test_opening_a_graph_copies_it() -> None:
    graph = Graph().parse(caseboard.locate.graph_dir() / "cases" / "harbour.ttl")
    board = caseboard.open(graph)
    graph.remove((None, None, None))
    assert len(board.claims()) == 13


def test_a_graph_without_claims_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(caseboard.CaseError, match="there is no claim in the graph"):
        caseboard.open(Graph())
