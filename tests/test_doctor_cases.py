"""What the doctor says of many queries on the bundled case, with and without mistakes in them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

import caseboard
from caseboard import Board, doctor
from caseboard.compared import comparisons
from caseboard.sparql import tokens
from caseboard.table import Table

from .small import claim, people, small_file  # noqa: F401

ADVICE = Path(__file__).parent / "advice"
#: What says where an answer gets lost, and offers nothing.
CAUSE = re.compile(
    r"nothing (that )?matches |`.* have no solution together, |the pattern has solutions, but "
)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the doctor time, and no process of its own: neither is a part of what these test."""
    monkeypatch.setattr(doctor, "SECONDS", 60)
    monkeypatch.setattr(doctor, "run_apart", lambda work, **_: work())


def cases(name: str) -> list[tuple[str, list[str]]]:
    """The queries of a file, each with the sentences that stand below it."""
    found: list[tuple[str, list[str]]] = []
    for line in (ADVICE / f"{name}.txt").read_text("utf-8").splitlines()[1:]:
        if line.startswith("  "):
            found[-1][1].append(line.strip())
        else:
            found.append((line, []))
    return found


def advice(board: Board, text: str) -> list[str]:
    found = board.query(text)
    return list(found.advice if isinstance(found, Table) else board.desk.advise(text))


def without_numbers(sentence: str) -> str:
    return re.sub(r"\b\d+ (answer|match|triple)(s|es)?\b", r"N \1", sentence)


@pytest.mark.parametrize(("text", "said"), cases("mistakes"))
def test_a_mistake_is_told(text: str, said: list[str], hit_and_run: Board) -> None:
    assert [without_numbers(one) for one in advice(hit_and_run, text)] == said


@pytest.mark.parametrize(("text", "said"), cases("right"))
def test_nothing_is_corrected_where_nothing_is_wrong(text: str, said: list[str], hit_and_run: Board) -> None:
    found = advice(hit_and_run, text)
    assert found == said
    assert all(CAUSE.match(one) for one in found)


def test_there_are_many_cases_of_each() -> None:
    assert len(cases("mistakes")) > 120
    assert len(cases("right")) > 80


# --- every way to write a literal, against data that has it otherwise ------------------------------


@pytest.fixture(scope="module")
def literals(tmp_path_factory: pytest.TempPathFactory) -> Board:
    from .small import PREFIXES

    body = people("ann", "bob")
    body += claim("c1", "t:ann", "cb:occupation", '"Spy"@en')
    body += claim("c2", "t:bob", "cb:occupation", '"clerk"')
    body += claim("c3", "t:ann", "cb:episodeCount", "9")
    body += claim("c4", "t:ann", "cb:premieredOn", '"2020-05-06"^^<http://www.w3.org/2001/XMLSchema#date>')
    path = tmp_path_factory.mktemp("literals") / "case.ttl"
    path.write_text(PREFIXES + body, "utf-8")
    return caseboard.open(path)


PLACES = [
    "VALUES ?o {{ {} }} ?a {} ?o",
    'VALUES (?o) {{ ({}) ("Nobody") }} ?a {} ?o',
    "BIND({} AS ?o) ?a {} ?o",
    "?a {1} ?o FILTER(?o = {0})",
    "?a {1} ?o FILTER({0} = ?o)",
    "?a {1} ?o FILTER(?o IN ({0}, 77))",
    "?a {1} ?o FILTER(sameTerm(?o, {0}))",
    "?a {1} ?o FILTER(sameTerm({0}, ?o))",
    "?a {1} ?o FILTER(?a != t:bob || ?o = {0}) FILTER(?a = t:bob || ?o = {0})",
    "{{ ?a {1} {0} }} UNION {{ ?a {1} {0} }}",
    "{{ SELECT ?a {{ ?a {1} {0} }} }}",
    "?a a cb:Person FILTER EXISTS {{ ?a {1} {0} }}",
]
WRITTEN = [
    ("cb:occupation", '"Spy"', '"Spy"@en'),
    ("cb:occupation", '"spy"@EN', '"Spy"@en'),
    ("cb:occupation", "'SPY'@fr", '"Spy"@en'),
    ("cb:occupation", '"clerk"@en', '"clerk"'),
    ("cb:occupation", '"clerk"^^xsd:token', '"clerk"'),
    ("cb:episodeCount", '"9"', '"9"^^xsd:integer'),
    ("cb:premieredOn", '"2020-05-06"', '"2020-05-06"^^xsd:date'),
]


@pytest.mark.parametrize(("place", "written"), list(itertools.product(PLACES, WRITTEN)))
def test_a_literal_is_found_wherever_it_stands(
    place: str, written: tuple[str, str, str], literals: Board
) -> None:
    verb, literal, data = written
    said = advice(literals, f"SELECT ?a {{ {place.format(literal, verb)} }}")
    assert any(f"the data has {data}" in one for one in said), said


@pytest.mark.parametrize(
    ("place", "verb"), list(itertools.product(PLACES, ["cb:occupation", "cb:episodeCount"]))
)
@pytest.mark.parametrize("literal", ['"Baker"', "8", '"Sp"', '"\\""@en'])
def test_no_literal_is_offered_for_one_that_the_data_has_not(
    place: str, verb: str, literal: str, literals: Board
) -> None:
    for said in advice(literals, f"SELECT ?a {{ {place.format(literal, verb)} }}"):
        assert CAUSE.match(said), said


@pytest.mark.parametrize(
    ("test", "better"),
    [
        ('CONTAINS(?o, "sp")', 'CONTAINS(LCASE(STR(?o)), "sp")'),
        ('CONTAINS(?o, "SPY"@fr)', 'CONTAINS(LCASE(STR(?o)), "spy")'),
        ('CONTAINS(LCASE(?o), "SPY")', 'CONTAINS(LCASE(STR(?o)), "spy")'),
        ('STRSTARTS(STR(?o), "CLE")', 'STRSTARTS(LCASE(STR(?o)), "cle")'),
        ('STRENDS(?o, "ERK")', 'STRENDS(LCASE(STR(?o)), "erk")'),
        ('REGEX(?o, "^s.y$")', 'REGEX(STR(?o), "^s.y$", "i")'),
        ('REGEX(?o, "^s.y$", "s")', 'REGEX(STR(?o), "^s.y$", "is")'),
        ('CONTAINS(?a, "ANN")', 'CONTAINS(LCASE(STR(?a)), "ann")'),
    ],
)
def test_a_part_of_a_text_in_other_letters_is_shown_with_what_finds_it(
    test: str, better: str, literals: Board
) -> None:
    text = "SELECT ?a {{ ?a cb:occupation ?o FILTER({}) }}"
    (said,) = advice(literals, text.format(test))
    shown, number = re.findall(r"`([^`]+)` has (\d+) answer", said)[0]
    assert shown == better
    assert len(literals.query(text.format(better))) == int(number) > 0  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "test",
    [
        'CONTAINS(?o, "sp.")',
        'REGEX(?o, "sp[")',
        'REGEX(?o, "x", "i")',
        'STRSTARTS(?o, "py")',
        "STRLEN(?o) > 99",
    ],
)
def test_no_part_of_a_text_is_offered_that_is_in_none(test: str, literals: Board) -> None:
    for said in advice(literals, f"SELECT ?a {{ ?a cb:occupation ?o FILTER({test}) }}"):
        assert CAUSE.match(said), said


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('FILTER(?a != "x")', []),
        ('FILTER(?a NOT IN ("x", 1))', []),
        ('FILTER(?a <= "x")', [("order", "?a", '"x"')]),
        ('FILTER(STR(?a)="x"@en)', [("is", "STR(?a)", '"x"@en')]),
        ("FILTER(f:g(?a, ?b) = 1.50)", [("is", "f:g(?a, ?b)", "1.50")]),
        ('FILTER(?a IN (?b, "x", true))', [("is", "?a", '"x"'), ("is", "?a", "true")]),
        ('FILTER(REGEX(STR(?a), "x", "i"))', [("text", "STR(?a)", '"x"')]),
        ('FILTER(LANGMATCHES(LANG(?a), "en"))', [("language", "LANG(?a)", '"en"')]),
        ("FILTER(CONTAINS(?a))", []),
        ('FILTER("x" = "y")', []),
        ('FILTER("x"^^xsd:date = ?a)', [("is", "?a", '"x"^^xsd:date')]),
    ],
)
def test_what_is_compared_with_a_literal(text: str, found: list[tuple[str, str, str]]) -> None:
    listed = list(comparisons(text, list(tokens(text))))
    assert [(one.kind, one.what, one.literal) for one in listed] == found
    assert all(text[one.at :].startswith(one.literal) for one in listed)


# --- the time that it may take --------------------------------------------------------------------


def test_what_was_found_in_time_is_told_and_nothing_else_is_begun(
    hit_and_run: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = 0

    def counted(work: Callable[[], bytes], *, timeout: float) -> bytes:
        nonlocal begun
        begun += 1
        monkeypatch.setattr(doctor, "time", SimpleNamespace(monotonic=lambda: float("inf")))
        return work()

    monkeypatch.setattr(doctor, "run_apart", counted)
    text = 'SELECT ?x { ?x rdfs:label ?n . ?x cb:memberOf hr:mosad FILTER(?n = "tamir edri") }'
    assert hit_and_run.desk.advise(text, seen=(True, 0.001)) == (
        "hr:mosad is nowhere on this board: did you mean hr:mossad?",
    )
    assert begun == 1


def test_so_many_near_names_are_tried_and_no_more(
    hit_and_run: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answer = hit_and_run.desk.answer

    def counted(text: str, **how: object) -> object:
        asked.append(text)
        return answer(text, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(hit_and_run.desk, "answer", counted)
    patterns = " . ".join(f"hr:segev cb:spouseO{i} ?x{i}" for i in range(9))
    hit_and_run.desk.advise(f"SELECT * {{ {patterns} }}", seen=(True, 0.001))
    assert len(asked) <= 30
