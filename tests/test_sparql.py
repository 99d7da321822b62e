"""What a query shows before it is run, and named queries; the engine's own view is in test_store.py."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from caseboard import CaseError, QueryRefused, QuerySyntaxError, UnknownName, sparql
from caseboard.sparql import check_parameters, position, read_queries, read_query, survey, tokens


def kinds(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in tokens(text)]


def test_tokens_are_what_they_look_like() -> None:
    assert kinds("SELECT ?x $y { <urn:a> ex:b 'c'@en-GB, _:d ; a 1.5 }") == [
        ("word", "SELECT"),
        ("var", "?x"),
        ("var", "$y"),
        ("mark", "{"),
        ("iri", "<urn:a>"),
        ("pname", "ex:b"),
        ("text", "'c'"),
        ("lang", "@en-GB"),
        ("mark", ","),
        ("blank", "_:d"),
        ("mark", ";"),
        ("word", "a"),
        ("mark", "1"),
        ("mark", "."),
        ("mark", "5"),
        ("mark", "}"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        '"with # no comment"',
        "'with \\' a quote'",
        '"""over\nseveral "lines" """',
        "'''it's'''",
        '"\\u0041"',
        '""',
        "''''quoted'''",
    ],
)
def test_a_literal_is_one_token(text: str) -> None:
    assert kinds(text) == [("text", text)]


def test_an_iri_with_a_hash_is_no_comment() -> None:
    assert kinds("<https://w3id.org/caseboard/ns#helps> # <urn:not>") == [
        ("iri", "<https://w3id.org/caseboard/ns#helps>")
    ]


def test_less_than_is_no_iri() -> None:
    assert [kind for kind, _ in kinds("?a < ?b && ?c > ?d")].count("iri") == 0


def test_a_text_is_cut_into_tokens_without_loss() -> None:
    text = 'ASK { ?a ex:b "c # d" . # comment\n FILTER(?a<1) } \x00\xa0é'
    for token in tokens(text):
        assert text[token.start :].startswith(token.text)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * {}", "SELECT"),
        ("prefix select: <urn:x> ask {}", "ASK"),
        ("BASE <urn:x> CONSTRUCT WHERE {}", "CONSTRUCT"),
        ("describe cb:x", "DESCRIBE"),
        ("# SELECT\nASK { SELECT * {} }", "ASK"),
        ("nothing of the kind", None),
    ],
)
def test_the_form_of_a_query_is_seen(text: str, form: str | None) -> None:
    assert survey(text, prefixes=["cb"]).form == form


@pytest.mark.parametrize(
    "word", ["INSERT", "delete", "Load", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"]
)
def test_an_update_is_refused_with_the_reason(word: str) -> None:
    with pytest.raises(QueryRefused, match=f"^{word.upper()} would change the data.*read-only"):
        survey(f"PREFIX a: <urn:a> {word} something", prefixes=[])


@pytest.mark.parametrize(
    "text",
    [
        'ASK { ?s ?p "INSERT" }',
        "ASK { ?insert ?delete ?load }",
        "# DROP ALL\nASK {}",
        "PREFIX insert: <urn:x> ASK { ?s insert:DELETE ?o }",
        "ASK { ?s <urn:INSERT> ?o }",
        "ASK { ?s ?p 'x'@load }",
        "SELECT (COUNT(*) AS ?add) { ?s ?p _:copy }",
    ],
)
def test_words_of_updates_are_welcome_where_they_are_none(text: str) -> None:
    assert survey(text, prefixes=[]).form in ("ASK", "SELECT")


def test_a_service_call_is_refused_with_its_place() -> None:
    with pytest.raises(
        QueryRefused, match=r"^line 2, column 3: SERVICE would send the query to another server"
    ):
        survey("ASK {\n  service silent <urn:x> { ?s ?p ?o } }", prefixes=[])


def test_an_unknown_prefix_is_named_with_its_place_and_a_near_one() -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        survey("ASK {\n  ?who cbb:helps ?whom }", prefixes=["cb", "prov"])
    assert (caught.value.line, caught.value.column) == (2, 8)
    lines = str(caught.value).splitlines()
    assert lines[0] == "line 2, column 8: nobody declares the prefix cbb: of cbb:helps. Did you mean cb?"
    assert lines[1] == "    ?who cbb:helps ?whom }"
    assert lines[2].index("^") == lines[1].index("cbb:")
    assert lines[3] == "Known prefixes: cb:, prov:. Others need a line PREFIX cbb: <IRI>"


def test_a_prefix_that_the_query_declares_is_known() -> None:
    assert survey("PREFIX x: <urn:x> PREFIX : <urn:y> ASK { x:a :b x:c }", prefixes=[]).form == "ASK"


@pytest.mark.parametrize("text", ["", "   \n\t", "# only a comment", "\r\n"])
def test_an_empty_query_is_answered_with_an_example(text: str) -> None:
    with pytest.raises(QuerySyntaxError, match="the query is empty; try: SELECT"):
        survey(text, prefixes=[])


def test_the_graphs_that_a_query_names_are_seen() -> None:
    assert survey("SELECT * FROM cb:hedged { ?s ?p ?o }", prefixes=["cb"]).own_graphs
    assert survey("SELECT * FROM NAMED cb:hedged { ?s ?p ?o }", prefixes=["cb"]).own_graphs
    assert not survey("SELECT ?from { ?from cb:from 'FROM' }", prefixes=["cb"]).own_graphs


@pytest.mark.parametrize(
    ("offset", "place"), [(0, (1, 1)), (3, (1, 4)), (4, (2, 1)), (7, (3, 1)), (8, (3, 2))]
)
def test_an_offset_is_a_line_and_a_column(offset: int, place: tuple[int, int]) -> None:
    assert position("ask\nén\n{}", offset) == place


def test_the_pointer_stays_under_its_column_in_a_long_line() -> None:
    text = "x" * 300 + "HERE" + "y" * 300
    line, mark = sparql.pointer(text, 1, 301).splitlines()
    assert line[mark.index("^") :].startswith("HERE")
    assert len(line) <= 80


@pytest.mark.parametrize(
    "text", ["a." * 60_000, "<a" * 60_000, '"""' * 60_001, "a-" * 60_000, "\\u0041" * 30_000]
)
def test_a_hostile_text_is_cut_up_in_no_time(text: str) -> None:
    # Backtracking that grows with the square of the length would take minutes here.
    start = time.process_time()
    assert sum(len(token.text) for token in tokens(text)) == len(text)
    assert time.process_time() - start < 10


# --- named queries ----------------------------------------------------------------------------------

QUERY = """# Who knows whom.
# Parameter who (entity): the one who knows
# Parameter word (text): a word in between.
# Example: caseboard run knows who=Ann
# Some more
# about it.
SELECT ?who { ?who cb:knows ?whom FILTER(?word != 'x') }
# Not the header.
"""


def test_the_header_of_a_named_query_is_its_help(tmp_path: Path) -> None:
    path = tmp_path / "knows.rq"
    path.write_text(QUERY)
    query = read_query(path)
    assert (query.name, query.title) == ("knows", "Who knows whom.")
    assert query.help == "Some more about it."
    assert query.example == "caseboard run knows who=Ann"
    assert [(p.name, p.kind, p.help) for p in query.parameters] == [
        ("who", "entity", "the one who knows"),
        ("word", "text", "a word in between."),
    ]
    assert str(query) == "knows: Who knows whom."
    assert query.text == QUERY


@pytest.mark.parametrize("text", ["SELECT * {}", "", "#\nSELECT * {}"])
def test_a_query_without_a_title_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bare.rq"
    path.write_text(text)
    with pytest.raises(CaseError, match=r"bare\.rq, line 1: a named query begins with a comment"):
        read_query(path)


def test_queries_are_sorted_by_name_and_other_files_are_left_alone(tmp_path: Path) -> None:
    for name in ("b.rq", "a.rq", "notes.txt"):
        (tmp_path / name).write_text("# A title.\nASK {}")
    assert list(read_queries(tmp_path)) == ["a", "b"]


def test_parameters_are_checked_by_name(tmp_path: Path) -> None:
    path = tmp_path / "knows.rq"
    path.write_text(QUERY)
    query = read_query(path)
    check_parameters(query, {"who": "Ann", "word": "x"})
    with pytest.raises(UnknownName, match=r"has no parameter whom; it takes who, word\. Did you mean who"):
        check_parameters(query, {"whom": "Ann"})
    with pytest.raises(UnknownName, match=r"needs word \(a word in between\)\. Example: caseboard run knows"):
        check_parameters(query, {"who": "Ann"})
    path.write_text("# Everybody.\nASK {}")
    with pytest.raises(UnknownName, match="has no parameter who; it takes none"):
        check_parameters(read_query(path), {"who": "Ann"})
