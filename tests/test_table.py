from __future__ import annotations

import dataclasses
import json
import subprocess
import sys

import pytest

from caseboard import Board, MissingExtra, QueryRefused, Table, UnknownFormat
from caseboard.table import markdown, plain


def ask(board: Board, text: str) -> Table:
    table = board.query(text)
    assert isinstance(table, Table)
    return table


def test_a_table_is_printed_with_labels_in_columns(harbour: Board) -> None:
    table = ask(harbour, "SELECT ?who ?firm { ?who cb:memberOf ?firm } ORDER BY ?who")
    assert (
        str(table)
        == "who        firm\n─────────  ─────────────\nMr Grey    Meridian Line\nIris Holm  Customs"
    )


def test_what_has_no_label_is_shown_by_its_curie_or_iri(harbour: Board) -> None:
    table = ask(harbour, "SELECT * { VALUES (?a ?b ?c) { (ex:unheard <urn:x:y> UNDEF) } }")
    assert table.cells() == [["ex:unheard", "urn:x:y", ""]]


def test_cells_can_be_ids_instead_of_labels(harbour: Board) -> None:
    table = ask(harbour, "SELECT ?who ?n { ?who cb:memberOf ex:customs BIND(1 AS ?n) }")
    assert table.cells(iris=True) == [["ex:iris", "1"]]
    assert table.serialize("markdown", iris=True) == b"| who | n |\n| --- | --- |\n| ex:iris | 1 |\n"


def test_rows_are_rdflib_terms_and_none(harbour: Board) -> None:
    import rdflib

    table = ask(
        harbour,
        'SELECT * { VALUES (?a ?b ?c ?d ?e) { (ex:ada "Ufer"@de 42 UNDEF "2024-01-02"^^xsd:date) } }',
    )
    assert table.columns == ("a", "b", "c", "d", "e")
    assert table.rows == (
        (
            rdflib.URIRef("https://w3id.org/caseboard/harbour/ada"),
            rdflib.Literal("Ufer", lang="de"),
            rdflib.Literal(42),
            None,
            rdflib.Literal("2024-01-02", datatype=rdflib.XSD.date),
        ),
    )
    assert list(table) == list(table.rows)


def test_a_plain_text_is_a_plain_literal(harbour: Board) -> None:
    ((term,),) = ask(harbour, "SELECT (STR(1) AS ?x) {}").rows
    assert (term.datatype, term.language, str(term)) == (None, None, "1")


def test_one_blank_node_is_one_term_in_a_table(harbour: Board) -> None:
    ((a, b, c),) = ask(
        harbour, "SELECT ?a ?b ?c { BIND(BNODE() AS ?a) BIND(?a AS ?b) BIND(BNODE() AS ?c) }"
    ).rows
    assert a == b != c
    assert type(a).__name__ == "BNode"


@pytest.mark.parametrize(
    ("query", "columns", "length"),
    [
        ("SELECT ?x { ?x cb:nobodyDoesThis ?y }", ("x",), 0),
        ("SELECT * {}", (), 1),
        ("SELECT ?x { VALUES ?x { UNDEF UNDEF } }", ("x",), 2),
        ('SELECT ?x { VALUES ?x { "a\\nb" "c\\rd" "\\t" } }', ("x",), 3),
        ("SELECT ?a ?b { VALUES (?a ?b) { (UNDEF UNDEF) } }", ("a", "b"), 1),
    ],
)
def test_a_table_has_as_many_rows_as_solutions(
    harbour: Board, query: str, columns: tuple[str, ...], length: int
) -> None:
    table = ask(harbour, query)
    assert table.columns == columns
    assert len(table) == len(table.rows) == len(table.cells()) == length
    assert str(table).count("\n") == length + 1


def test_a_table_is_serialised_as_the_engine_does(harbour: Board) -> None:
    query = 'SELECT * { VALUES (?a ?b) { (UNDEF "x,\\"y\\"\\n") (ex:ada "z"@en) } }'
    table = ask(harbour, query)
    for format_ in ("csv", "tsv", "json", "xml"):
        assert table.serialize(format_) == harbour.desk.answer(query, table=format_).data
    assert table.serialize() == table.serialize("csv")
    assert len(json.loads(table.serialize("json"))["results"]["bindings"]) == 2


def test_an_unknown_format_lists_the_known_ones(harbour: Board) -> None:
    with pytest.raises(
        UnknownFormat, match="no table format 'xlsx'; there are csv, tsv, json, xml, markdown"
    ):
        ask(harbour, "SELECT * {}").serialize("xlsx")


def test_markdown_and_html_escape_what_would_break_them(harbour: Board) -> None:
    table = ask(harbour, 'SELECT ?x { VALUES ?x { "a|b\\nc <img src=x onerror=alert(1)> & d" } }')
    assert table.serialize("markdown") == (
        b"| x |\n| --- |\n| a\\|b c &lt;img src=x onerror=alert(1)&gt; &amp; d |\n"
    )
    html = table._repr_html_()
    assert "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; d" in html
    assert ">a|b\nc &lt;img" in html


def test_a_line_break_in_a_cell_does_not_break_the_printed_row() -> None:
    assert plain(["a", "b"], [["x\r\ny", "\t z "], ["", "w"]]).splitlines() == [
        "a    b",
        "───  ───",
        "x y   z",
        "     w",
    ]


def test_an_empty_table_prints_its_head() -> None:
    assert plain(["who"], []) == "who\n───"
    assert markdown(["who"], []) == "| who |\n| --- |"


def test_a_triple_inside_a_triple_is_shown_but_has_no_rdflib_term(harbour: Board) -> None:
    table = ask(harbour, "SELECT ?x { BIND(TRIPLE(ex:ada, cb:helps, ex:iris) AS ?x) }")
    assert "harbour/ada" in table.cells()[0][0]
    with pytest.raises(QueryRefused, match="rdflib has no place for a triple inside a triple"):
        _ = table.rows


def test_to_pandas_gives_labels_and_python_values(harbour: Board) -> None:
    pytest.importorskip("pandas")
    frame = ask(
        harbour,
        "SELECT ?who ?n ?half ?unbound ?day { BIND(ex:ada AS ?who) BIND(3 AS ?n) BIND(0.5 AS ?half) "
        'BIND("2024-01-02"^^xsd:date AS ?day) }',
    ).to_pandas()
    assert list(frame.columns) == ["who", "n", "half", "unbound", "day"]
    row = frame.iloc[0]
    assert (row["who"], row["n"], float(row["half"]), str(row["day"])) == ("Ada Lind", 3, 0.5, "2024-01-02")
    assert frame["unbound"].isna().all()


def test_without_pandas_the_extra_to_install_is_named(
    harbour: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtra, match=r"to_pandas needs pandas.*caseboard\[notebook\]"):
        ask(harbour, "SELECT * {}").to_pandas()


def test_a_table_cannot_be_changed(harbour: Board) -> None:
    table = ask(harbour, "SELECT * {}")
    with pytest.raises(dataclasses.FrozenInstanceError):
        table.tsv = b""  # type: ignore[misc]


def test_printing_a_table_needs_neither_pandas_nor_rdflib() -> None:
    script = (
        "import caseboard, sys; str(caseboard.open('harbour').query('SELECT * { ?s ?p ?o }'));"
        "print({'pandas', 'rdflib'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
