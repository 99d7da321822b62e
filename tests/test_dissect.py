"""Taking a query apart: the parts are those one would name, and together they are the query."""

from __future__ import annotations

import re

import pytest

import caseboard
from caseboard import sparql
from caseboard.dissect import Dissection, dissect
from caseboard.locate import graph_dir

NAMED = sparql.read_queries(graph_dir() / "queries")


def cut(text: str, board: caseboard.Board) -> Dissection:
    found = dissect(text, reads=board.case.store.reads)
    assert found is not None
    return found


@pytest.mark.parametrize("name", sorted(NAMED))
@pytest.mark.parametrize("case", ["harbour", "hit_and_run"])
def test_the_parts_together_are_the_query(name: str, case: str, request: pytest.FixtureRequest) -> None:
    board: caseboard.Board = request.getfixturevalue(case)
    text = NAMED[name].text
    query = cut(text, board)
    both = [board.desk.answer(one).data.splitlines() for one in (query.whole({}), text)]
    assert sorted(both[0]) == sorted(both[1])


PARTS = [
    ("ASK { ?a cb:helps ?b ; a cb:Person , ex:b . }", ["?a cb:helps ?b", "?a a cb:Person", "?a a ex:b"]),
    ('ASK { ?a ex:n 1.5. ?b ex:m "x"@en,-2.5e3 }', ["?a ex:n 1.5", '?b ex:m "x"@en', "?b ex:m -2.5e3"]),
    ("ASK { ?a ex:n 1. ?b ex:m true }", ["?a ex:n 1", "?b ex:m true"]),
    (
        'ASK { ?a ^cb:helps/(ex:b|!ex:c)* "7"^^xsd:integer; ?p ?o }',
        ['?a ^cb:helps/(ex:b|!ex:c)* "7"^^xsd:integer', "?a ?p ?o"],
    ),
    ("ASK { ?a ex:b [ ex:c ?d ; ex:e ?f ] . [] ex:g ?h }", ["?a ex:b [ ex:c ?d ; ex:e ?f ]", "[] ex:g ?h"]),
    ("ASK { (1 2) ex:b ?c OPTIONAL { ?c ex:d ?e } }", ["(1 2) ex:b ?c", "OPTIONAL { ?c ex:d ?e }"]),
    (
        "ASK { ?a ex:b ?c FILTER NOT EXISTS { ?a ex:d ?e } FILTER regex(?c, '}') MINUS { ?a ex:f ?g } }",
        ["?a ex:b ?c", "FILTER NOT EXISTS { ?a ex:d ?e }", "FILTER regex(?c, '}')", "MINUS { ?a ex:f ?g }"],
    ),
    (
        "ASK { VALUES (?a ?b) { (1 2) } BIND(?a + 1 AS ?c) }",
        ["VALUES (?a ?b) { (1 2) }", "BIND(?a + 1 AS ?c)"],
    ),
    (
        "ASK { { ?a ex:b ?c } UNION { ?a ex:d ?c } { ?c ex:e 1 } }",
        ["{ ?a ex:b ?c } UNION { ?a ex:d ?c }", "{ ?c ex:e 1 }"],
    ),
    ("SELECT * { # } none\n ?a ex:b '#' . # .\n ?a <urn:#c> ?d }", ["?a ex:b '#'", "?a <urn:#c> ?d"]),
    ("CONSTRUCT { ?a ex:b ?c } FROM cb:stated { ?c ex:b ?a }", ["?c ex:b ?a"]),
    ("CONSTRUCT WHERE { ?c ex:b ?a }", ["?c ex:b ?a"]),
    ("SELECT (EXISTS { ?x ?y ?z } AS ?q) WHERE { ?a ex:b ?c } ORDER BY ?a", ["?a ex:b ?c"]),
]


@pytest.mark.parametrize(("text", "parts"), PARTS)
def test_a_query_falls_into_the_parts_one_would_name(
    text: str, parts: list[str], harbour: caseboard.Board
) -> None:
    assert [str(part) for part in cut(text, harbour).parts] == parts


def test_a_pattern_keeps_the_graph_around_it(harbour: caseboard.Board) -> None:
    query = cut("ASK { GRAPH cb:claims { ?a a cb:Claim . GRAPH ?g { ?a ?b ?c } } ?a ?d ?e }", harbour)
    assert [[term for _, term in part.graphs] for part in query.parts] == [
        ["cb:claims"],
        ["cb:claims", "?g"],
        [],
    ]
    assert re.sub(r"\s+", " ", query.group([1])) == "{ GRAPH cb:claims { GRAPH ?g { ?a ?b ?c . } } }"


def test_a_filter_does_not_stand_without_what_binds_its_variables(harbour: caseboard.Board) -> None:
    query = cut("ASK { ?a ex:b ?c . ?c ex:d ?e FILTER(?a != ?e) }", harbour)
    assert query.stands([0, 1, 2])
    assert not query.stands([2])
    assert not query.stands([0, 2])
    assert query.stands([0])


def test_a_filter_is_bound_only_within_its_own_graph_block(harbour: caseboard.Board) -> None:
    query = cut("ASK { ?a ex:b ?c GRAPH cb:claims { ?a ex:d ?e FILTER(?a != ?e) } }", harbour)
    assert not query.stands([0, 2])
    assert query.stands([1, 2])


@pytest.mark.parametrize(
    "text",
    [
        "DESCRIBE ex:ada",
        "nothing of the kind",
        "ASK { ?a ex:b",
        "ASK { ?a ex:b ?c } }",
        "ASK { GRAPH ?g { } ?a ex:b ?c }",
        "SELECT ?a { ?a ?b }",
        "ASK { FILTER }",
        "ASK { OPTIONAL }",
        "ASK { { }",
        "",
    ],
)
def test_what_cannot_be_taken_apart_is_left_whole(text: str, harbour: caseboard.Board) -> None:
    assert dissect(text, reads=harbour.case.store.reads) is None
