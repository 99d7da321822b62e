"""Advice on empty answers: each kind where it must be given, and where the answer is rightly empty."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import caseboard
from caseboard import Board, doctor
from caseboard.table import Table

from .small import claim, people, small_file  # noqa: F401


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the doctor time: how fast the machine is, is no part of what these test."""
    monkeypatch.setattr(doctor, "SECONDS", 60)


def advice(board: Board, text: str, **options: list[str]) -> list[str]:
    table = board.query(text, **options)
    return list(table.advice if isinstance(table, Table) else board.desk.advise(text, **options))


def one(board: Board, text: str) -> str:
    said = advice(board, text)
    assert len(said) == 1, said
    return said[0]


# --- unknown terms --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{ ?a cb:memberOff ?b }", "cb:memberOff is nowhere on this board: did you mean cb:memberOf?"),
        ("{ ?a cb:MEMBEROF ?b }", "cb:MEMBEROF is nowhere on this board: did you mean cb:memberOf?"),
        ("{ ?a cb:childof ?b }", "cb:childof is nowhere on this board: did you mean cb:childOf?"),
        ("{ ?a cb:helps ex:adda }", "ex:adda is nowhere on this board: did you mean ex:ada?"),
        ("{ ex:lind cb:helps ?a }", "ex:lind is nowhere on this board: did you mean ex:ada or ex:bruno?"),
        (
            "{ ?a a cb:Organization }",
            "cb:Organization is nowhere on this board: did you mean cb:Organisation?",
        ),
        ("{ GRAPH cb:hegded { ?a ?b ?c } }", "cb:hegded is nowhere on this board: did you mean cb:hedged?"),
        (
            "{ ?a <https://w3id.org/caseboard/ns#helped> ?b }",
            "<https://w3id.org/caseboard/ns#helped> is nowhere on this board: did you mean cb:helpedBy?",
        ),
        (
            "{ ?a a cb:Xyzzy }",
            "cb:Xyzzy is nowhere on this board; `caseboard schema` lists what there is to ask",
        ),
        (
            "{ ?a cb:memberOff* ?b . ?b a cb:Person, cb:Place }",
            "cb:memberOff is nowhere on this board: did you mean cb:memberOf?",
        ),
    ],
)
def test_an_unknown_term_is_named_with_near_ones(text: str, said: str, harbour: Board) -> None:
    assert one(harbour, f"SELECT ?a {text}") == said


def test_a_misspelt_prefix_of_ones_own_is_expanded_before_it_is_looked_up(harbour: Board) -> None:
    assert one(harbour, "PREFIX x: <https://w3id.org/caseboard/ns#> ASK { ?a x:helpss ?b }") == (
        "x:helpss is nowhere on this board: did you mean cb:helps?"
    )


def test_an_unknown_term_is_told_beside_an_answer(harbour: Board) -> None:
    text = "SELECT ?who ?n { ?who cb:helps ?whom OPTIONAL { ?who foaf:nmae ?n } }"
    assert len(harbour.query(text)) == 1  # type: ignore[arg-type]
    assert one(harbour, text).startswith("foaf:nmae is nowhere on this board")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?a { ?a cb:helps ?b }",
        "CONSTRUCT { ?a foaf:knows ?b } WHERE { ?a cb:helps ?b }",
        "SELECT ?a { ?a cb:helps ?b FILTER(?a != ex:nobody) }",
        "SELECT ?a { VALUES ?a { ex:iris ex:nobody } ?a cb:helps ?b }",
        "SELECT (xsd:string(?a) AS ?s) { ?a cb:helps ?b BIND(ex:nobody AS ?c) }",
        'SELECT ?a { ?a cb:helps ?b FILTER("1"^^xsd:byte = 1) }',
        "PREFIX none: <urn:none:> SELECT ?a { ?a cb:helps ?b }",
        "BASE <urn:none:> SELECT ?a { ?a cb:helps ?b OPTIONAL { ?a <rel> ?c } }",
        "SELECT (COUNT(*) AS ?n) { GRAPH cb:predicted { ?a ?b ?c } }",
        "ASK { ?a cb:helps ?b }",
        "DESCRIBE ex:ada",
    ],
)
def test_there_is_nothing_to_say_where_all_is_well(text: str, harbour: Board) -> None:
    assert advice(harbour, text) == []


def test_what_a_view_hides_is_not_suggested(hit_and_run: Board) -> None:
    premise = hit_and_run.view(as_of="premise")
    text = "ASK { hr:sophie-dreyr ?b ?c }"
    assert (
        one(hit_and_run, text) == "hr:sophie-dreyr is nowhere on this board: did you mean hr:sophie-dreyer?"
    )
    assert "hr:sophie-dreyer" not in one(premise, text)
    assert one(premise, "ASK { ?a cb:handlerOf ?b }") == (
        "cb:handlerOf is in the vocabulary, but nothing on this board uses it"
    )


def test_every_unknown_term_is_named_once(harbour: Board) -> None:
    said = advice(harbour, "ASK { ?a cb:helpss ex:adda . ?a cb:helpss ?b }")
    assert [one.split(" ")[0] for one in said] == ["cb:helpss", "ex:adda"]


def test_an_unknown_term_that_is_no_matter_does_not_hide_the_reason(harbour: Board) -> None:
    said = advice(harbour, "SELECT ?a { ?a cb:helps ex:iris FILTER(?a != ex:nobody) }")
    assert [one.split(":")[0] for one in said] == ["ex", "`?a cb"]
    assert said[1].startswith("`?a cb:helps ex:iris`: the other way round")


# --- the wrong way round --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "SELECT ?a { ?a cb:helps ex:iris }",
            "`?a cb:helps ex:iris`: the other way round, `ex:iris cb:helps ?a`, has 1 answer",
        ),
        (
            "ASK { ex:ada cb:helps ex:iris }",
            "`ex:ada cb:helps ex:iris`: the other way round, `ex:iris cb:helps ex:ada`, has the answer yes",
        ),
        (
            "CONSTRUCT { ?a cb:childOf ?b } { ?b cb:childOf ex:ada BIND(ex:ada AS ?a) }",
            "`?b cb:childOf ex:ada`: the other way round, `ex:ada cb:childOf ?b`, has 1 triple",
        ),
    ],
)
def test_the_wrong_direction_is_turned_round(text: str, said: str, harbour: Board) -> None:
    assert said in advice(harbour, text)


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ex:ada cb:friendOf ex:iris }",  # friends go both ways, and these two are none
        "SELECT ?a { ?a cb:helps ex:customs }",
        "SELECT ?a { ?a cb:helps ex:ada ; cb:possesses ?b }",
        'SELECT ?a { ?a rdfs:label "Nobody" }',
        "SELECT ?a { ?a cb:helps ?b FILTER NOT EXISTS { ?a a cb:Person } }",
    ],
)
def test_no_direction_is_turned_where_that_helps_nothing(text: str, harbour: Board) -> None:
    assert not [said for said in advice(harbour, text) if "other way" in said]


# --- the part that empties it ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "SELECT ?a { ?a cb:helps ?b . ?b cb:possesses ?c . ?c a cb:Person }",
            "`?b cb:possesses ?c` and `?c a cb:Person` have no solution together, "
            "though each has one by itself",
        ),
        (
            "SELECT ?a { ?a cb:helps ?b . ?a cb:handlerOf ?c }",
            "nothing matches `?a cb:handlerOf ?c`",
        ),
        (
            "SELECT ?a { ?a cb:helps ?b . ?b cb:possesses ?c FILTER(?b = ex:iris) }",
            "nothing that matches `?a cb:helps ?b` passes `FILTER(?b = ex:iris)`",
        ),
        (
            "SELECT ?a { GRAPH ?g { ?c rdf:subject ?a ; cb:status cb:Hedged ; rdf:predicate cb:helps } }",
            "`GRAPH ?g { ?c cb:status cb:Hedged }` and `GRAPH ?g { ?c rdf:predicate cb:helps }` "
            "have no solution together, though each has one by itself",
        ),
        (
            "SELECT ?a { ?a cb:helps ?b OPTIONAL { ?a cb:memberOf ?c } FILTER(!BOUND(?c)) }",
            "nothing that matches `?a cb:helps ?b` passes `FILTER(!BOUND(?c))`",
        ),
        (
            "SELECT ?a { ?a cb:helps ?b MINUS { ?a a cb:Person } ?b cb:possesses ?c }",
            "nothing that matches `?a cb:helps ?b` passes `MINUS { ?a a cb:Person }`",
        ),
        (
            "SELECT ?a { VALUES ?a { ex:ada ex:tomas } ?a cb:helps ?b }",
            "`VALUES ?a { ex:ada ex:tomas }` and `?a cb:helps ?b` have no solution together, "
            "though each has one by itself",
        ),
        (
            "SELECT ?a (COUNT(?b) AS ?n) { ?a cb:helps ?b } GROUP BY ?a HAVING(COUNT(?b) > 3)",
            "the pattern has solutions, but what follows it leaves none: `GROUP BY ?a HAVING(COUNT(?b) > 3)`",
        ),
        (
            "SELECT ?a { ?a cb:helps ?b } OFFSET 9",
            "the pattern has solutions, but what follows it leaves none: `OFFSET 9`",
        ),
    ],
)
def test_the_smallest_part_without_a_solution_is_named(text: str, said: str, harbour: Board) -> None:
    assert said in advice(harbour, text)


def test_many_patterns_are_thinned_to_those_that_clash(harbour: Board) -> None:
    ring = " . ".join(f"?x{i} a ?k{i}" for i in range(4))
    clash = "?x0 cb:helps ?x1 . ?x1 cb:friendOf ?x2 . ?x2 cb:killedBy ?x3 . ?x3 a cb:Organisation"
    said = advice(harbour, f"SELECT ?x0 {{ {ring} . {clash} }}")
    assert said[0].startswith("`?x2 cb:killedBy ?x3` and `?x3 a cb:Organisation` have no solution")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?a { ?a cb:handlerOf ?b }",
        "ASK { ex:ada cb:helps ex:tomas }",
        "ASK { FILTER(false) }",
        "SELECT ?a { ?a cb:helps ?b } LIMIT 10",
    ],
)
def test_what_is_rightly_empty_in_one_piece_has_no_culprit(text: str, harbour: Board) -> None:
    assert advice(harbour, text) == []


# --- literals -------------------------------------------------------------------------------------


@pytest.fixture
def literals(small_file: Callable[[str], Path]) -> Board:  # noqa: F811
    body = people("ann", "bob")
    body += claim("c1", "t:ann", "cb:occupation", '"Spy"@en')
    body += claim("c2", "t:bob", "cb:occupation", '"clerk"')
    body += claim("c3", "t:ann", "cb:episodeCount", "9")
    body += claim("c4", "t:bob", "cb:occupation", '"Spy \\"x\\" } # "')
    return caseboard.open(small_file(body))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('?a cb:occupation "Spy"', '"Spy"@en'),
        ('?a cb:occupation "Spy"@fr', '"Spy"@en'),
        ('?a cb:occupation "spy"@en', '"Spy"@en'),
        ('?a cb:occupation "Clerk"', '"clerk"'),
        ('?a cb:occupation "clerk"@en', '"clerk"'),
        ('?a cb:episodeCount "9"', '"9"^^xsd:integer'),
        ("?a cb:episodeCount 9.0", '"9"^^xsd:integer'),
        ('?a cb:occupation "SPY \\"X\\" } # "', '"Spy \\"x\\" } # "'),
        ('?a cb:occupation ?o FILTER(?o = "Spy")', '"Spy"@en'),
        ('?a cb:occupation ?o FILTER(?o = "Spy" && ?a != t:bob)', '"Spy"@en'),
        ('?a cb:occupation ?o FILTER(STR(?o) = "spy")', '"Spy"@en'),
        ('?a cb:occupation ?o FILTER(?o = "clerk"^^xsd:token)', '"clerk"'),
    ],
)
def test_a_literal_that_nearly_fits_is_shown_as_the_data_has_it(
    text: str, found: str, literals: Board
) -> None:
    said = advice(literals, f"SELECT ?a {{ {text} }}")
    assert any(sentence.endswith(f": the data has {found}") for sentence in said), said


@pytest.mark.parametrize(
    "text",
    [
        '?a cb:occupation "Baker"',
        '?a cb:episodeCount "Spy"',
        "?a cb:episodeCount 8",
        '?a cb:occupation ?o FILTER(?o = "Baker")',
        '?a cb:occupation "clerk" ; cb:episodeCount 9',
        '?a cb:occupation ?o FILTER(?o != "Spy" && ?o = "Bob")',
    ],
)
def test_no_literal_is_offered_where_none_is_like_it(text: str, literals: Board) -> None:
    assert not [said for said in advice(literals, f"SELECT ?a {{ {text} }}") if "the data has" in said]


# --- what is less certain -------------------------------------------------------------------------


def test_what_is_only_hedged_or_predicted_is_counted(hit_and_run: Board) -> None:
    said = advice(hit_and_run, "SELECT ?w { hr:mossad cb:pursues ?w }")
    assert "2 answers with --include hedged" in said
    table = hit_and_run.query("SELECT ?w { hr:mossad cb:pursues ?w }", include=["hedged"])
    assert len(table) == 2  # type: ignore[arg-type]


def test_what_is_refuted_is_counted(harbour: Board) -> None:
    assert "1 answer with --include refuted" in advice(harbour, 'SELECT ?a { ?a cb:vitalStatus "dead" }')


def test_what_follows_is_counted(hit_and_run: Board) -> None:
    assert advice(hit_and_run, "ASK { ?a cb:assetOf hr:cia }") == ["the answer yes with --include inferred"]


def test_what_needs_several_statuses_is_said_to(small_file: Callable[[str], Path]) -> None:  # noqa: F811
    body = people("ann", "bob", "cid")
    body += claim("c1", "t:ann", "cb:helps", "t:bob", "Hedged")
    body += claim("c2", "t:bob", "cb:pursues", "t:cid", "Predicted")
    body += claim("c3", "t:ann", "cb:friendOf", "t:cid")
    board = caseboard.open(small_file(body))
    said = advice(board, "SELECT ?a { ?a cb:helps ?b . ?b cb:pursues ?c }")
    assert "1 answer with --include hedged,predicted,refuted" in said


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?a { ?a cb:handlerOf ?b }",
        "SELECT ?a FROM cb:stated { ?a cb:pursues ?b }",
        "SELECT ?a { GRAPH cb:stated { ?a cb:pursues ?b } }",
        "SELECT ?a { ?a cb:pursues ex:iris }",
    ],
)
def test_no_status_is_offered_that_brings_nothing(text: str, harbour: Board) -> None:
    assert not [said for said in advice(harbour, text) if "--include" in said]


def test_what_is_included_already_is_not_offered(harbour: Board) -> None:
    said = advice(harbour, "SELECT ?a { ?a cb:pursues ex:iris }", include=["hedged"])
    assert not [sentence for sentence in said if "hedged" in sentence]


def test_a_named_query_is_not_criticised(harbour: Board) -> None:
    table = harbour.run("handlers")
    assert isinstance(table, Table)
    assert table.advice == ()
    pursuits = harbour.run("pursuits")
    assert isinstance(pursuits, Table)
    assert "1 answer with --include hedged" in pursuits.advice


# --- in no one's way ------------------------------------------------------------------------------


def test_advice_is_worked_out_once_and_only_when_asked_for(
    harbour: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    monkeypatch.setattr(doctor, "advise", lambda *_: calls.append(1) or ("said",))
    table = harbour.query("SELECT ?a { ?a cb:handlerOf ?b }")
    assert isinstance(table, Table)
    assert not calls
    assert table.advice == table.advice == ("said",)
    assert len(calls) == 1


def test_the_doctor_stops_when_the_time_is_up(hit_and_run: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "SECONDS", 0.2)
    # Nobody will see the end of this without the clash in it.
    endless = " . ".join(f"?a{i} ?p{i} ?o{i}" for i in range(7))
    text = f"SELECT ?a0 {{ {endless} . hr:cia cb:handlerOf ?x . ?o1 cb:killedBy ?x . ?x cb:killedBy ?o2 }}"
    start = time.monotonic()
    hit_and_run.desk.advise(text, seen=(True, 0.001))
    assert time.monotonic() - start < 20


@pytest.mark.parametrize(
    "text",
    [
        'SELECT ?a { ?a rdfs:label "\\u0000 } DROP ALL #" }',
        "SELECT ?a { ?a cb:helps ?b . # SERVICE <urn:x>\n ?b cb:possesses ?a }",
        "SELECT ?a { { SELECT ?a { ?a cb:handlerOf ?b } LIMIT 3 } ?a cb:helps ?c }",
        "SELECT ?a { ?a cb:helps+ ?a }",
        "SELECT ?similar { ?similar cb:occupation 'Pilot' }",
        "SELECT ?a { ?a cb:helps ?b } GROUP BY ?a HAVING(?a = ex:ada) VALUES ?a { ex:ada }",
        "ASK { " + "?a cb:helps ?b . " * 20 + "?b cb:handlerOf ?a }",
        "ASK { ?b cb:handlerOf ?a FILTER(?a = ex:ada" + " || ?a = ex:ada" * 400 + ") }",
    ],
)
def test_a_strange_query_has_no_strange_advice(text: str, harbour: Board) -> None:
    before = harbour.serialize("nquads")
    for said in advice(harbour, text):
        assert "Traceback" not in said
        assert len(said) < 600
    assert harbour.serialize("nquads") == before


# --- no advice that is wrong ----------------------------------------------------------------------

SUBJECTS = ["?a", "?b", "?c", "ex:ada", "ex:iris", "ex:grey", "ex:meridian"]
VERBS = "cb:helps cb:memberOf cb:aliasOf cb:pursues a cb:killedBy cb:childOf cb:vitalStatus".split()
OBJECTS = [*SUBJECTS, "cb:Person", "cb:Object", '"dead"@en', "ex:customs", "ex:ledger"]


def drawn_queries() -> list[str]:
    """Queries drawn at random, the same ones every time; most of them rightly find nothing."""
    chance = random.Random(11)
    texts = []
    for _ in range(60):
        patterns = [
            f"{chance.choice(SUBJECTS)} {chance.choice(VERBS)} {chance.choice(OBJECTS)}"
            for _ in range(chance.randint(1, 3))
        ]
        if chance.random() < 0.3:
            patterns.append(f"FILTER({chance.choice(['?a', '?b'])} != {chance.choice(SUBJECTS)})")
        texts.append(f"SELECT * {{ {' . '.join(patterns).replace(' . FILTER', ' FILTER')} }}")
    return texts


@pytest.mark.parametrize("text", drawn_queries())
def test_every_sentence_is_true(text: str, harbour: Board) -> None:
    def number(text: str, include: tuple[str, ...] = ()) -> int:
        table = harbour.query(text, include=include)
        assert isinstance(table, Table)
        return len(table)

    said = advice(harbour, text)
    assert not (number(text) and said)
    for sentence in said:
        quoted = re.findall(r"`([^`]+)`", sentence)
        if match := re.fullmatch(r"(\d+) answers? with --include ([\w,]+)", sentence):
            assert number(text, tuple(match[2].split(","))) == int(match[1]) > 0
        elif match := re.search(r"the other way round, .* has (\d+) answers?$", sentence):
            assert number(text.replace(quoted[0], quoted[1])) == int(match[1]) > 0
        elif sentence.startswith("nothing matches"):
            assert number(f"SELECT * {{ {quoted[0]} }}") == 0
        elif match := re.match(r"\?(\w+) is bound nowhere in the query", sentence):
            assert f"?{match[1]}" not in text.partition("FILTER")[0]
        elif "no solution together" in sentence:
            assert number(f"SELECT * {{ {' . '.join(quoted)} }}") == 0
            for left_out in quoted:
                assert number(f"SELECT * {{ {' . '.join(p for p in quoted if p != left_out)} }}") > 0
        elif sentence.startswith("nothing that matches"):
            *patterns, check = quoted
            assert number(f"SELECT * {{ {' . '.join(patterns)} }}") > 0
            assert number(f"SELECT * {{ {' . '.join(patterns)} {check} }}") == 0
        else:
            assert ": the data has " in sentence
            _, verb, literal = quoted[0].split(" ", 2)
            like = sentence.rpartition(": the data has ")[2]
            assert like != literal
            assert number(f"SELECT * {{ ?any {verb} {like} }}") > 0
