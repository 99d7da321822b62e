"""What there is to ask: everything that can be, nothing that a view hides, in three formats."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib

import caseboard
from caseboard import Board, UnknownFormat
from caseboard.table import Table

from .small import claim, people, small_file  # noqa: F401

VOID = rdflib.Namespace("http://rdfs.org/ns/void#")


def asked(board: Board, text: str) -> int:
    table = board.query(text)
    assert isinstance(table, Table)
    return len(table)


@pytest.mark.parametrize("case", ["harbour", "hit_and_run"])
def test_every_kind_and_relation_in_use_is_there_with_its_number(
    case: str, request: pytest.FixtureRequest
) -> None:
    board: Board = request.getfixturevalue(case)
    schema = board.schema()
    for kind in schema.kinds:
        assert kind.count == asked(board, f"SELECT DISTINCT ?x {{ ?x a {kind.name.id} }}")
        assert kind.example in {entity.label for entity in board.entities.values()}
    used = {c.relation.id for c in board.claims()}
    assert {use.relation.id for use in schema.uses} == used
    for use in schema.uses:
        claims = board.claims(relation=use.relation.id)
        assert use.count == len(claims)
        assert use.counts.get("refuted", 0) == sum(c.refuted is not None for c in claims)
        assert use.counts.get("hedged", 0) == sum(c.status == "hedged" and not c.refuted for c in claims)
        assert f"{use.example}." in {c.sentence for c in claims}


def test_the_text_names_what_a_query_needs(harbour: Board) -> None:
    text = str(harbour.schema())
    assert re.search(r"^cb:Person +person +7 +Ada Lind$", text, re.MULTILINE)
    assert re.search(
        r"^cb:pursues +cb:pursuedBy +organisation → organisation or person +1 hedged, 1 predicted +Meridian",
        text,
        re.MULTILINE,
    )
    assert re.search(r"^cb:friendOf +cb:friendOf +person → person +1 stated", text, re.MULTILINE)
    assert re.search(r"^cb:vitalStatus +person → value +1 refuted +Bruno Lind is dead$", text, re.MULTILINE)
    assert re.search(r"^cb:Claim +13 .*cb:status", text, re.MULTILINE)


def test_a_view_lists_nothing_that_it_hides(hit_and_run: Board) -> None:
    premise = hit_and_run.view(as_of="premise").schema()
    for format_ in ("text", "mermaid", "turtle"):
        whole, part = (board.serialize(format_).decode() for board in (hit_and_run.schema(), premise))
        assert "hasAlias" in whole or "is an alias of" in whole
        for word in ("aliasOf", "hasAlias", "is an alias of", "handlerOf", "handledBy", "Sophie", "Persona"):
            assert word not in part


def test_void_counts_what_the_default_graph_has(harbour: Board) -> None:
    graph = rdflib.Graph().parse(data=harbour.schema().serialize("turtle"), format="turtle")
    dataset = graph.value(None, rdflib.RDF.type, VOID.Dataset)
    assert int(graph.value(dataset, VOID.triples)) == asked(harbour, "SELECT * { ?s ?p ?o }")  # type: ignore[arg-type]
    listed = list(graph.objects(dataset, VOID.propertyPartition))
    assert len(listed) == asked(harbour, "SELECT DISTINCT ?p { ?s ?p ?o }")
    total = 0
    for part in listed:
        prop, triples = graph.value(part, VOID.property), int(graph.value(part, VOID.triples))  # type: ignore[arg-type]
        assert triples == asked(harbour, f"SELECT * {{ ?s <{prop}> ?o }}")
        total += triples
    assert total == int(graph.value(dataset, VOID.triples))  # type: ignore[arg-type]
    kinds = {graph.value(part, VOID["class"]) for part in graph.objects(dataset, VOID.classPartition)}
    assert rdflib.URIRef("https://w3id.org/caseboard/ns#Person") in kinds


@pytest.mark.parametrize("format_", ["text", "mermaid", "turtle"])
def test_the_same_board_gives_the_same_bytes(format_: str, harbour: Board) -> None:
    again = caseboard.open("harbour").schema().serialize(format_)
    assert again == harbour.schema().serialize(format_)


def test_a_hostile_label_draws_nothing(small_file: Callable[[str], Path]) -> None:  # noqa: F811
    evil = 'x\\"]; click k0 href \\"javascript:alert(1)\\" <img src=x onerror=alert(1)> |y| #quot; `z`'
    body = people("ann", "bob") + claim("c1", "t:ann", "t:verb", "t:bob")
    body += f't:verb a cb:Relation ; cb:family cb:kinship ; rdfs:label "{evil}" .\n'
    drawn = caseboard.open(small_file(body)).schema().serialize("mermaid").decode()
    assert len(drawn.splitlines()) == 3
    label = drawn.split('|"')[1].split('"|')[0]
    assert not set(label) & set('<>"|[]{};`&=:\\/') - {";"}
    assert "javascript#58;alert" in label


def test_there_are_three_formats(harbour: Board) -> None:
    with pytest.raises(UnknownFormat, match="text, mermaid, turtle"):
        harbour.schema().serialize("svg")


def test_a_board_with_one_claim_has_a_schema(small_file: Callable[[str], Path]) -> None:  # noqa: F811
    board = caseboard.open(small_file(claim("c1", "t:a", "cb:helps", "t:b")))
    schema = board.schema()
    assert schema.kinds == ()
    assert [use.ends for use in schema.uses] == [(("", "", 1),)]
    assert "thing → thing" in str(schema)
    assert 'any -->|"helps (1)"| any' in schema.serialize("mermaid").decode()
