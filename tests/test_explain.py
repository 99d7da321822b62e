"""A query in words: what a reader sees of each part, and the counts beside it."""

from __future__ import annotations

import pytest

from caseboard import Board, QueryRefused, QuerySyntaxError
from caseboard.locate import graph_dir
from caseboard.sparql import read_queries

NAMED = read_queries(graph_dir() / "queries")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ASK { ?a cb:parentOf ?b }", ["some person ?a is a parent of some person ?b"]),
        ("ASK { ?b cb:childOf ?a }", ["some person ?b is a child of some person ?a"]),
        (
            "ASK { ex:iris cb:helps ?b . ?b a cb:Person }",
            ["Iris Holm helps some person ?b", "?b is a person"],
        ),
        ('ASK { ?a cb:vitalStatus "dead"@en }', ['some person ?a is "dead"@en']),
        ("ASK { ?a ?p ex:ada }", ["something ?a stands in the relation ?p to Ada Lind"]),
        (
            "ASK { ex:ada ^cb:parentOf/cb:aliasOf* ?x }",
            [
                "Ada Lind (the other way round) is a parent of something that is an alias of "
                "(any number of times) something ?x"
            ],
        ),
        (
            "ASK { ?a cb:parentOf ?b OPTIONAL { ?b cb:helps ?c . ?c a cb:Place } FILTER(?a != ?b) }",
            [
                "some person ?a is a parent of some person ?b",
                "if it is known: ?b helps something ?c and ?c is a place",
                "only where ?a != ?b",
            ],
        ),
        (
            "ASK { { ?a cb:parentOf ?b } UNION { ?b cb:parentOf ?a } MINUS { ?a a cb:Unknown } }",
            [
                "either some person ?a is a parent of some person ?b, or ?b is a parent of ?a",
                "but not where ?a is an unknown",
            ],
        ),
        (
            "ASK { VALUES ?a { ex:ada ex:iris } FILTER NOT EXISTS { ?a cb:parentOf ?c } }",
            [
                "for ?a { Ada Lind Iris Holm }",
                "only where it is not so that some person ?a is a parent of some person ?c",
            ],
        ),
        (
            "ASK { GRAPH cb:hedged { ?a cb:parentOf ?b } }",
            ["in cb:hedged: some person ?a is a parent of some person ?b"],
        ),
    ],
)
def test_each_part_is_put_into_words(text: str, words: list[str], harbour: Board) -> None:
    assert [line.words for line in harbour.explain(text).lines] == words


def test_the_counts_are_of_each_part_and_of_the_join(hit_and_run: Board) -> None:
    text = "SELECT ?a { ?a cb:memberOf ?x . ?x cb:agencyOf hr:israel FILTER(?a != ?x) }"
    lines = hit_and_run.explain(text).lines
    for line, kept in zip(lines[:2], ("?a cb:memberOf ?x", "?x cb:agencyOf hr:israel"), strict=True):
        assert line.alone == len(hit_and_run.query(f"SELECT * {{ {kept} }}"))  # type: ignore[arg-type]
    whole = len(hit_and_run.query(text))  # type: ignore[arg-type]
    assert [line.so_far for line in lines] == [lines[0].alone, whole, whole]
    assert lines[2].alone is None


def test_what_is_included_is_counted(harbour: Board) -> None:
    text = "SELECT ?a { ?a cb:pursues ?b }"
    counts = [harbour.explain(text, include=which).lines[0].alone for which in ((), ("hedged",))]
    assert counts == [0, 1]


def test_counting_stops_when_the_time_is_up_and_says_so(hit_and_run: Board) -> None:
    endless = "SELECT * { " + " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(6)) + " }"
    told = hit_and_run.explain(endless, timeout=1)
    assert told.lines[0].alone is not None
    assert told.lines[-1].so_far is None
    assert str(told).endswith("counting was stopped after 1 s")


@pytest.mark.parametrize("name", sorted(NAMED))
def test_every_named_query_can_be_told(name: str, hit_and_run: Board) -> None:
    told = hit_and_run.explain(NAMED[name].text, timeout=60)
    assert told.lines
    assert told.stopped is None
    assert told.lines[-1].so_far or name in ("search", "shared")
    assert str(told).startswith("Every ?")
    assert told.then.startswith(("ORDER BY", "GROUP BY"))


def test_what_is_asked_for_is_told(harbour: Board) -> None:
    asks = {
        "SELECT DISTINCT ?a ?b { ?a ?p ?b }": "Every ?a, ?b, each once, such that",
        "SELECT * { ?a ?p ?b }": "Every variable such that",
        "SELECT (COUNT(*) AS ?n) WHERE { ?a ?p ?b }": "Every (COUNT(*) AS ?n) such that",
        "ASK { ?a ?p ?b }": "Whether there is a case in which",
        "CONSTRUCT WHERE { ?a ?p ?b }": "New triples, wherever",
        "DESCRIBE ?a { ?a ?p ?b }": "A description of every ?a such that",
        "DESCRIBE ex:ada": "This query has no group of patterns that could be put into words.",
    }
    assert {text: harbour.explain(text).asks for text in asks} == asks


def test_what_is_no_query_is_refused(harbour: Board) -> None:
    with pytest.raises(QuerySyntaxError, match="line 1, column 10"):
        harbour.explain("ASK { ?a b }")
    with pytest.raises(QueryRefused):
        harbour.explain("ASK { SERVICE <urn:x> { ?a ?b ?c } }")


def test_a_view_tells_no_more_than_it_has(hit_and_run: Board) -> None:
    told = str(hit_and_run.view(as_of="premise").explain("ASK { hr:sophie-dreyer ?p ?o }"))
    assert "Sophie" not in told
    assert "hr:sophie-dreyer" in told
