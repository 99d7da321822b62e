"""From claims to the world: what is refused, what follows, and which graph it stands in."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest
import rdflib

import caseboard
from caseboard import Board, CaseError
from caseboard.terms import CB

from .small import claim, people

CaseFile = Callable[[str], Path]
GRAPHS = ("stated", "inferred", "hedged", "predicted", "refuted")
PEOPLE = people("ann", "bob", "cid")


def opened(small_file: CaseFile, *texts: str) -> Board:
    return caseboard.open(small_file("".join(texts)))


def holds(board: Board, pattern: str, *include: str) -> bool:
    answer = board.query(f"ASK {{ {pattern} }}", include=include)
    assert isinstance(answer, bool)
    return answer


# --- what follows -------------------------------------------------------------------------------------


def test_the_other_way_round_follows(small_file: CaseFile) -> None:
    board = opened(small_file, PEOPLE, claim("c", "t:ann", "cb:handlerOf", "t:bob"))
    assert holds(board, "t:ann cb:handlerOf t:bob . t:bob cb:handledBy t:ann")
    assert not holds(board, "t:bob cb:handlerOf t:ann")
    assert not holds(board, "t:ann cb:handledBy t:bob")


def test_a_symmetric_relation_holds_both_ways(small_file: CaseFile) -> None:
    board = opened(small_file, PEOPLE, claim("c", "t:ann", "cb:friendOf", "t:bob"))
    assert holds(board, "t:ann cb:friendOf t:bob . t:bob cb:friendOf t:ann")
    assert len(board.query("SELECT * { ?a cb:friendOf ?b }")) == 2


def test_a_narrower_relation_entails_the_wider_ones_and_their_inverses(small_file: CaseFile) -> None:
    own = """
    t:wide a cb:Relation, owl:ObjectProperty ; rdfs:label "wide" ; owl:inverseOf t:widened .
    t:widened a cb:InverseRelation ; owl:inverseOf t:wide ; rdfs:label "widened" .
    t:narrow a cb:Relation ; rdfs:label "narrow" ; rdfs:subPropertyOf t:wide, t:elsewhere .
    t:narrowest a cb:Relation ; rdfs:label "narrowest" ; rdfs:subPropertyOf t:narrow .
    """
    board = opened(small_file, PEOPLE, own, claim("c", "t:ann", "t:narrowest", "t:bob"))
    assert holds(board, "t:ann t:narrowest t:bob ; t:narrow t:bob ; t:wide t:bob . t:bob t:widened t:ann")
    # A relation that nobody declares as one, such as a term of another vocabulary, is not entailed.
    assert not holds(board, "t:ann t:elsewhere t:bob")


def test_a_persona_and_the_name_it_lends_follow_from_an_alias(small_file: CaseFile) -> None:
    board = opened(small_file, PEOPLE, claim("c", "t:ann", "cb:aliasOf", "t:bob"))
    assert holds(board, 't:ann a cb:Persona . t:bob cb:hasAlias t:ann ; skos:altLabel "Ann"')
    assert not holds(board, "t:bob a cb:Persona")
    assert holds(board, 't:ann a cb:Person ; rdfs:label "Ann" . t:bob rdfs:label "Bob"')
    assert board.entities["t:ann"].persona
    assert board.entities["t:bob"].aliases == ("Ann",)


def test_what_follows_is_as_sure_as_what_it_follows_from(small_file: CaseFile) -> None:
    board = opened(
        small_file,
        PEOPLE,
        claim("c", "t:ann", "cb:aliasOf", "t:bob", "Hedged"),
        claim("d", "t:bob", "cb:handlerOf", "t:cid", "Predicted"),
    )
    assert not holds(board, "?x a cb:Persona")
    assert holds(board, 't:ann a cb:Persona . t:bob skos:altLabel "Ann"', "hedged")
    assert not holds(board, "t:cid cb:handledBy t:bob", "hedged")
    assert holds(board, "t:cid cb:handledBy t:bob", "predicted")
    assert not board.entities["t:ann"].persona


def test_a_literal_has_no_other_way_round(small_file: CaseFile) -> None:
    board = opened(small_file, PEOPLE, claim("c", "t:ann", "cb:vitalStatus", '"dead"'))
    assert holds(board, 't:ann cb:vitalStatus "dead"')
    assert len(board.query("SELECT * { ?s ?p ?o FILTER(?s = 'dead') }")) == 0


def test_a_refuted_claim_holds_only_among_the_refuted(small_file: CaseFile) -> None:
    for status in ("Stated", "Hedged"):
        more = "; cb:refutedIn t:p2 ; cb:refutedBy t:d "
        board = opened(
            small_file,
            PEOPLE,
            claim("c", "t:ann", "cb:parentOf", "t:bob", status, more),
            claim("d", "t:cid", "cb:parentOf", "t:bob"),
        )
        assert not holds(board, "t:ann cb:parentOf t:bob", "hedged", "predicted", "inferred")
        assert holds(board, "t:ann cb:parentOf t:bob . t:bob cb:childOf t:ann", "refuted")
        assert board.claim("c").refuted_by == ("t:d",)


def test_a_statement_that_is_no_claim_is_no_fact(small_file: CaseFile) -> None:
    statement = (
        "t:s a rdf:Statement ; rdf:subject t:ann ; rdf:predicate owl:sameAs ; rdf:object t:bob ; "
        "cb:status cb:Stated .\n"
    )
    board = opened(small_file, PEOPLE, statement, claim("c", "t:ann", "cb:helps", "t:bob"))
    assert not holds(board, "?a owl:sameAs ?b")
    assert len(board.claims()) == 1
    assert b"sameAs" in board.serialize("rdf12")


# --- which graph --------------------------------------------------------------------------------------


def graph_of(board: Board, name: str) -> set[tuple[object, ...]]:
    return set(board.rdf.graph(rdflib.URIRef(CB + name)) if name in present(board) else ())


def present(board: Board) -> set[str]:
    return {str(graph.identifier).removeprefix(CB) for graph in board.rdf.graphs()}


def test_a_triple_stands_in_the_surest_graph_only(small_file: CaseFile) -> None:
    board = opened(
        small_file,
        PEOPLE,
        claim("c1", "t:ann", "cb:helps", "t:bob"),
        claim("c2", "t:ann", "cb:helps", "t:bob", "Hedged"),
        claim("c3", "t:ann", "cb:helps", "t:bob", "Predicted"),
        claim("c4", "t:bob", "cb:friendOf", "t:cid", "Hedged"),
        claim("c5", "t:cid", "cb:friendOf", "t:bob", "Predicted"),
        claim("c6", "t:bob", "cb:friendOf", "t:cid", "Stated", "; cb:refutedIn t:p2 "),
        claim("c7", "t:ann", "cb:friendOf", "t:cid", "Predicted"),
    )
    everywhere = "SELECT * { ?a cb:helps|cb:friendOf ?b }"
    assert len(board.query(everywhere)) == 1
    assert len(board.query(everywhere, include=["hedged"])) == 3
    assert len(board.query(everywhere, include=["hedged", "predicted", "inferred", "refuted"])) == 5
    for one, other in combinations(GRAPHS, 2):
        assert not graph_of(board, one) & graph_of(board, other)
    assert len(board.network(include=["hedged", "predicted", "refuted"]).edges) == 7


def test_the_graphs_of_both_bundled_cases_are_disjoint(harbour: Board, hit_and_run: Board) -> None:
    for board in (harbour, hit_and_run):
        graphs = {name: graph_of(board, name) for name in GRAPHS}
        for one, other in combinations(GRAPHS, 2):
            assert not graphs[one] & graphs[other], (one, other)
        assert {"stated", "hedged", "predicted", "refuted"} <= {name for name in GRAPHS if graphs[name]}


def test_records_stay_out_of_the_world(harbour: Board) -> None:
    assert not holds(
        harbour, "?x a ?kind . VALUES ?kind { cb:Claim cb:Thread cb:RevealPoint cb:Source cb:Case }"
    )
    assert not holds(harbour, "?claim cb:status ?status")
    assert holds(
        harbour, "GRAPH cb:claims { ex:c-help a cb:Claim } GRAPH cb:vocabulary { cb:helps a cb:Relation }"
    )


def test_an_entity_brings_its_kind_label_and_comment_into_the_world(harbour: Board) -> None:
    assert holds(
        harbour, 'ex:ada a cb:Person ; rdfs:label "Ada Lind"@en ; rdfs:comment "A harbour pilot."@en'
    )


# --- what is refused ----------------------------------------------------------------------------------


def test_a_claim_that_lacks_several_parts_is_told_all_of_them(small_file: CaseFile) -> None:
    with pytest.raises(CaseError) as caught:
        opened(
            small_file, claim("c", "t:ann", "cb:helps", "t:bob"), "t:bare a cb:Claim ; rdf:subject t:ann .\n"
        )
    assert (
        "the claim t:bare has no relation (rdf:predicate) and no object (rdf:object) and no status "
        "(cb:status) and no reveal point (cb:revealedIn). A claim needs all five" in str(caught.value)
    )


def test_a_relation_may_be_declared_in_another_file_of_the_case(small_file: CaseFile, tmp_path: Path) -> None:
    path = small_file(PEOPLE + claim("c", "t:ann", "t:envies", "t:bob"))
    with pytest.raises(
        CaseError, match="uses t:envies, which is no declared relation; declare it as a cb:Relation"
    ):
        caseboard.open(path)
    extra = tmp_path / "relations.ttl"
    extra.write_text(
        "@prefix cb: <https://w3id.org/caseboard/ns#> . @prefix t: <https://example.org/t/> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        't:envies a cb:Relation ; rdfs:label "envies"@en, "beneidet"@de ; cb:family cb:pursuit .\n'
    )
    for source in ([path, extra], [extra, path], tmp_path):
        assert caseboard.open(source).claims()[0].sentence == "Ann envies Bob."
    assert caseboard.open(tmp_path, language="de").claims()[0].sentence == "Ann beneidet Bob."


def test_a_term_of_the_record_is_no_relation(small_file: CaseFile) -> None:
    with pytest.raises(CaseError, match="uses cb:status, which is no declared relation"):
        opened(small_file, PEOPLE, claim("c", "t:ann", "cb:status", "t:bob"))


def test_a_claim_in_a_graph_of_another_name_is_not_read_and_that_is_said(small_file: CaseFile) -> None:
    turtle = small_file("").read_text()
    trig = small_file("").with_suffix(".trig")
    trig.write_text(turtle + "t:graph {\n" + PEOPLE + claim("c", "t:ann", "cb:helps", "t:bob") + "}\n")
    with pytest.raises(
        CaseError, match=r"no claim in .*case\.trig \(of named graphs only cb:claims is read\)"
    ):
        caseboard.open(trig)


def test_the_line_of_a_claim_is_found_however_it_is_written(small_file: CaseFile) -> None:
    for written in ("t:bare", "<https://example.org/t/bare>", "   t:bare"):
        path = small_file(PEOPLE + f"{written}\n  a cb:Claim .\n")
        with pytest.raises(CaseError) as caught:
            caseboard.open(path)
        line = path.read_text().splitlines()[caught.value.line - 1]
        assert line.strip() == written.strip()


def test_the_file_with_the_broken_claim_is_named(small_file: CaseFile, tmp_path: Path) -> None:
    good = small_file(PEOPLE + claim("c", "t:ann", "cb:helps", "t:bob"))
    bad = tmp_path / "bad.ttl"
    bad.write_text("@prefix cb: <https://w3id.org/caseboard/ns#> .\n<https://example.org/t/x> a cb:Claim .\n")
    with pytest.raises(CaseError) as caught:
        caseboard.open([good, bad])
    assert (caught.value.file, caught.value.line) == (str(bad), 2)


def test_a_graph_from_memory_has_no_lines_to_look_up(small_file: CaseFile) -> None:
    graph = rdflib.Graph().parse(small_file("t:bare a cb:Claim .\n"))
    with pytest.raises(CaseError, match=r"^the graph: the claim t:bare has no subject") as caught:
        caseboard.open(graph)
    assert caught.value.line is None
