"""Files of other tools, written by those tools, read as claims; and what is refused."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

import caseboard
from caseboard import Board, CaseError
from caseboard.formats import as_case, read

from .small import PREFIXES, claim, people

GRAPHS = {
    "karate": nx.karate_club_graph,
    "les-miserables": nx.les_miserables_graph,
    "florentine": nx.florentine_families_graph,
    "davis": nx.davis_southern_women_graph,
}


def written(graph: Any, ending: str) -> bytes:
    """A graph as networkx writes it."""
    buffer = io.BytesIO()
    graph.graph = {key: value for key, value in graph.graph.items() if isinstance(value, str)}
    if ending == ".graphml":
        nx.write_graphml(graph, buffer)
    elif ending == ".gexf":
        nx.write_gexf(graph, buffer)
    elif ending == ".json":
        buffer.write(json.dumps(nx.node_link_data(graph, edges="links")).encode())
    else:
        nx.write_edgelist(graph, buffer, delimiter="\t")
    return buffer.getvalue()


def sentences(board: Board) -> list[str]:
    """What the claims of a board say, without where it is said."""
    return sorted(f"{claim.id} {claim.sentence} {claim.status} {claim.revealed}" for claim in board.claims())


@pytest.mark.parametrize("ending", [".graphml", ".gexf", ".json", ".edgelist"])
@pytest.mark.parametrize("name", GRAPHS)
def test_a_graph_that_networkx_wrote_opens_as_a_sound_case(name: str, ending: str, tmp_path: Path) -> None:
    graph = GRAPHS[name]()
    file = tmp_path / f"{name}{ending}"
    file.write_bytes(written(graph, ending))
    board = caseboard.open(str(file))
    links = {
        frozenset((str(claim.subject), str(claim.object)))
        for claim in board.claims()
        if not claim.relation.attribute
    }
    assert links == {frozenset(map(str, edge)) for edge in graph.edges}
    assert len(board.entities) == graph.number_of_nodes()
    assert board.check().ok
    assert {claim.status for claim in board.claims()} == {"stated"}
    assert "say no status: taken as stated" in board.case.comment
    assert f"said in {name}{ending}" in board.case.comment


def test_what_a_node_has_beside_its_name_is_kept_as_claims(tmp_path: Path) -> None:
    file = tmp_path / "karate.graphml"
    file.write_bytes(written(nx.karate_club_graph(), ".graphml"))
    clubs = [claim for claim in caseboard.open(str(file)).claims() if claim.relation.attribute]
    assert len(clubs) == 34
    assert {claim.sentence for claim in clubs if claim.subject.label == "0"} == {"0 club Mr. Hi."}


def test_a_weight_is_kept_in_the_note_and_said() -> None:
    converted = as_case(written(nx.les_miserables_graph(), ".gexf"), name="lesmis.gexf")
    assert any("no place for weight (254)" in sentence for sentence in converted.said)
    assert b'"weight: 10.0"' in converted.data or b'"weight: 10"' in converted.data


@pytest.mark.parametrize("ending", [".graphml", ".gexf", ".json"])
def test_our_own_network_comes_back_with_its_claims(ending: str, harbour: Board, tmp_path: Path) -> None:
    file = tmp_path / f"harbour{ending}"
    everything = {"scope": "all", "include": ("hedged", "predicted", "refuted")}
    file.write_bytes(harbour.serialize(ending.removeprefix("."), **everything))
    back = caseboard.open(str(file))
    assert [line.partition(" ")[2] for line in sentences(back)] == [
        line.partition(" ")[2]
        for line in sentences(harbour)
        if "dead" not in line  # a network has no claims about a text
    ]
    assert [point.label for point in back.case.points] == [point.label for point in harbour.case.points]
    assert {entity.iri for entity in back.entities.values()} == {e.iri for e in harbour.entities.values()}
    assert back.check().ok


def test_the_times_of_a_gexf_file_become_reveal_points_in_their_order(tmp_path: Path) -> None:
    graph = nx.Graph(mode="dynamic")
    for node in "abcd":
        graph.add_node(node)
    for end, start in (("b", 10.0), ("c", 9.0), ("d", 2.0)):
        graph.add_edge("a", end, start=start, end=20.0)
    file = tmp_path / "timed.gexf"
    file.write_bytes(written(graph, ".gexf"))
    board = caseboard.open(str(file))
    assert [point.label for point in board.case.points][1:] == ["from 2", "from 9", "from 10"]
    assert {c.object.label for c in board.view(as_of="from 9").claims()} == {"c", "d"}
    assert "no refutation" in board.case.comment


def test_relations_of_the_vocabulary_are_known_by_any_of_their_words(tmp_path: Path) -> None:
    file = tmp_path / "few.edgelist"
    file.write_text(
        "ada\tiris\t{'relation': 'is helped by'}\n"
        "grey\tmeridian\t{'relation': 'member_of'}\n"
        "ada\tgrey\t{'relation': 'mistrusts'}\n"
    )
    board = caseboard.open(str(file))
    assert {c.sentence for c in board.claims()} == {
        "iris helps ada.",
        "grey is a member of meridian.",
        "ada mistrusts grey.",
    }
    assert board.entities[board.find("meridian")].kind == "organisation"
    assert "become the case's own: mistrusts (1)" in board.case.comment
    assert board.check().ok


def test_the_same_lines_in_another_order_give_the_same_case() -> None:
    lines = [f"{a}\t{b}" for a, b in nx.karate_club_graph().edges]
    one, other = (
        as_case("\n".join(part).encode(), name="k.edgelist").data for part in (lines, reversed(lines))
    )
    assert one == other


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    graph = nx.DiGraph()
    names = ["<script>alert(1)</script>", 'a "quoted" \\ name', "../../etc/passwd", "  ", "a\nb", "ü" * 300]
    for name in names:
        graph.add_edge("x", name, relation="> . <urn:x> <urn:y> <urn:z")
    file = tmp_path / "hostile.json"
    file.write_bytes(written(graph, ".json"))
    board = caseboard.open(str(file))
    assert len(board.claims()) == len(names)
    assert {names[0], names[1], names[2], names[5], "a b"} <= {e.label for e in board.entities.values()}
    assert board.check().ok


BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>
<graphml><graph edgedefault="directed"><node id="&b;"/></graph></graphml>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE g [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<gexf><graph><nodes><node id="1" label="&x;"/></nodes></graph></gexf>"""


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("bomb.graphml", BOMB, "declares entities"),
        ("outside.gexf", OUTSIDE, "refers to another file"),
        ("deep.graphml", b"<a>" * 5000 + b"</a>" * 5000, "nested too deeply"),
        ("broken.gexf", b"<gexf><graph>", "not valid XML"),
        ("other.graphml", b"<html/>", "its root is 'html', and not graphml"),
        ("deep.json", b"[" * 200_000 + b"]" * 200_000, "nested too deeply"),
        ("broken.json", b'{"nodes": [}', "line 1: not valid JSON"),
        ("other.json", b'{"a": 1}', "no nodes and links"),
        ("list.json", b'{"nodes": 1, "links": 2}', "no lists of objects"),
        ("loose.json", b'{"nodes": [{"id": 1}], "links": [{"source": 1, "target": 2}]}', "no node's id"),
        ("empty.json", b'{"nodes": [], "links": []}', "no claim in it"),
        ("one.edgelist", b"a b\nc\n", "line 2: a line with one name"),
        ("latin.edgelist", b"a \xe9\n", "not text in UTF-8"),
        ("code.edgelist", b"a b {'x': __import__('os').getcwd()}", "cannot be read as an edge list"),
        ("board.xyz", b"x", "no foreign format"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_message(name: str, data: bytes, said: str) -> None:
    with pytest.raises(CaseError, match=said) as caught:
        read(data, name=name)
    assert name in str(caught.value)


def test_a_link_from_a_thing_to_itself_is_a_claim() -> None:
    graph = nx.DiGraph([("a", "a"), ("a", "b"), ("b", "a")])
    assert len(read(written(graph, ".json"), name="loop.json").claims) == 3


# --- RDF --------------------------------------------------------------------------------------------

PLAIN = """
@prefix ex: <https://example.org/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:ada a ex:Pilot ; foaf:name "Ada Lind" ; ex:worksFor ex:meridian ; ex:age 41 .
ex:meridian a ex:Firm ; rdfs:label "Meridian Line"@en , "Meridian-Linie"@de ; rdfs:comment "Ships things." .
"""


@pytest.mark.parametrize(
    ("ending", "form"),
    [(".ttl", "turtle"), (".nt", "nt"), (".rdf", "xml"), (".owl", "xml"), (".jsonld", "json-ld")]
    + [(".trig", "trig"), (".nq", "nquads"), (".n3", "n3")],
)
def test_plain_triples_become_claims_in_every_syntax(ending: str, form: str, tmp_path: Path) -> None:
    import rdflib

    graph = rdflib.Dataset() if ending in (".trig", ".nq") else rdflib.Graph()
    file = tmp_path / f"plain{ending}"
    file.write_bytes(graph.parse(data=PLAIN, format="turtle").serialize(format=form, encoding="utf-8"))
    board = caseboard.open(str(file))
    assert {claim.sentence for claim in board.claims()} == {
        "Ada Lind works for Meridian Line.",
        "Ada Lind age 41.",
        "Meridian Line label Meridian-Linie.",
    }
    assert board.entities[board.find("Ada")].kind == "pilot"
    assert board.query("ASK { <https://example.org/ada> <https://example.org/age> 41 }")
    assert "3 claims say no status" in board.case.comment
    assert board.check().ok


def test_what_is_said_about_a_triple_stays_with_its_claim(tmp_path: Path) -> None:
    file = tmp_path / "notes.ttl"
    file.write_text(
        "@prefix ex: <https://example.org/> . @prefix dcterms: <http://purl.org/dc/terms/> .\n"
        "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
        "ex:a ex:knows ex:b {| ex:since 1999 ; dcterms:source ex:letter |} .\n"
        "ex:s rdf:reifies <<( ex:b ex:knows ex:c )>> ; ex:certainty 0.5 .\n"
        "ex:t a rdf:Statement ; rdf:subject ex:c ; rdf:predicate ex:knows ; rdf:object ex:d .\n"
    )
    claims = {claim.sentence: claim for claim in caseboard.open(str(file)).claims()}
    assert set(claims) == {"a knows b.", "b knows c.", "c knows d."}
    assert claims["a knows b."].note == "since: 1999"
    assert claims["a knows b."].evidence[0].source.label == "https://example.org/letter"
    assert claims["b knows c."].note == "certainty: 0.5"


def test_our_own_claims_come_back_from_rdf_1_2_as_they_were(harbour: Board, tmp_path: Path) -> None:
    file = tmp_path / "harbour.ttl"
    file.write_bytes(harbour.serialize("rdf12"))
    back = caseboard.open(str(file))
    one, other = (
        sorted(re.sub(rb"_:\w+", b"_:", board.serialize("ntriples")).splitlines())
        for board in (back, harbour)
    )
    assert one == other


def test_an_annotation_in_a_case_of_our_own_is_a_claim(tmp_path: Path) -> None:
    file = tmp_path / "case.ttl"
    file.write_text(
        PREFIXES
        + people("ada", "iris")
        + claim("c1", "t:ada", "cb:helps", "t:iris")
        + "t:iris cb:helps t:ada ~ t:c2 {| cb:status cb:Hedged |} .\n"
    )
    board = caseboard.open(str(file))
    assert {(c.sentence, c.status) for c in board.claims()} == {
        ("Ada helps Iris.", "stated"),
        ("Iris helps Ada.", "hedged"),
    }


def test_named_graphs_are_the_sources_of_plain_triples(tmp_path: Path) -> None:
    file = tmp_path / "two.nq"
    file.write_text("<urn:x:a> <urn:x:knows> <urn:x:b> <urn:x:letters> .\n")
    (claim,) = caseboard.open(str(file)).claims()
    assert str(claim.evidence[0].source) == "letters"
