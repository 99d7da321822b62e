"""Spreadsheets as they are: a broken one is told with file, row, column and what to do; the others open."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

import caseboard
from caseboard import SheetError

Write = Callable[..., Path]
GOOD = "subject,relation,object\nAda,is a friend of,Bo\n"


@pytest.fixture
def sheet(tmp_path: Path) -> Write:
    def write(data: str | bytes, name: str = "links.csv") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return write


# --- the gallery of the broken --------------------------------------------------------------------

BROKEN = {
    "empty file": (b"", "", "the file is empty. The first row names the columns"),
    "unknown relation": (
        "subject,relation,object\nAda,is freind of,Bo\n",
        ", row 2, column relation",
        "“is freind of” is no relation. Did you mean is a friend of",
    ),
    "the way out": ("subject,relation,object\nAda,zzzz,Bo\n", ", row 2, column relation", "--new-relations"),
    "empty subject": (
        "subject,relation,object\n,helps,Bo\n",
        ", row 2, column subject",
        "it is empty. Write a name",
    ),
    "empty relation": (
        "subject,relation,object\nAda,,Bo\n",
        ", row 2, column relation",
        "it is empty. Write how the two are related",
    ),
    "no such columns": ("name;age\nAda;3\n", ", row 1", "no column is the subject; there are name, age"),
    "unclosed quote": (
        'subject,relation,object\n"Ada,helps,Bo\nCy,helps,Di\n',
        ", row 2",
        "is opened in this row and never closed",
    ),
    "text after a quote": (
        'subject,relation,object\n"Ada" Lind,helps,Bo\n',
        ", row 2",
        "a quoted cell goes on after its closing quote",
    ),
    "too many cells": (
        "subject,relation,object\nAda,helps,Bo,Berg\n",
        ", row 2",
        "it has 4 cells under 3 headers. Put a text that holds the separator in quotes",
    ),
    "two columns of a name": (
        "subject,relation,object,Subject\nAda,helps,Bo,Cy\n",
        ", row 1, column subject",
        "two columns have this name. Rename one",
    ),
    "a cell under no header": (
        "subject,,relation,object\nAda,x,helps,Bo\n",
        ", row 2",
        "a cell stands under no header (column 2). Name it",
    ),
    "bad status": (
        "subject,relation,object,status\nAda,helps,Bo,statd\n",
        ", row 2, column status",
        "“statd” is no status that a source can give; there are stated, hedged, predicted. Did you"
        " mean stated?",
    ),
    "inferred status": (
        "subject,relation,object,status\nAda,helps,Bo,inferred\n",
        ", row 2, column status",
        "“inferred” is no status that a source can give",
    ),
    "a broken formula": (
        "subject,relation,object\nAda,helps,#REF!\n",
        ", row 2, column object",
        "the spreadsheet has an error in this cell (#REF!)",
    ),
    "a rounded number": (
        "subject,relation,object\nAda,helps,4.91521E+11\n",
        ", row 2, column object",
        "the spreadsheet has rounded a long number to 4.91521E+11. Give the column the format “Text”",
    ),
    "a date turned about": (
        "subject,relation,object\nThe film,premiered on,3/4/2024\n",
        ", row 2, column object",
        "“3/4/2024” is no date as year-month-day, such as 2024-03-31. It could be 2024-03-04 or 2024-04-03",
    ),
    "a date as a number": (
        "subject,relation,object\nThe film,premiered on,45352\n",
        ", row 2, column object",
        "As a spreadsheet's day it is 2024-03-01",
    ),
    "half a number": (
        "subject,relation,object\nThe film,has this many episodes:,about ten\n",
        ", row 2, column object",
        "“about ten” is no whole number, such as 12",
    ),
    "one id twice": (
        "id,subject,relation,object\nc1,Ada,helps,Bo\nc1,Bo,helps,Ada\n",
        ", row 3, column id",
        "row 2 has this id too. Give each claim its own, or leave the column empty",
    ),
    "an id that is none": (
        "id,subject,relation,object\nc 1,Ada,helps,Bo\n",
        ", row 2, column id",
        "“c 1” is no identifier",
    ),
    "one place in two sources": (
        "subject,relation,object,source,locator\nAda,helps,Bo,a; b,page 3\n",
        ", row 2, column locator",
        "one place cannot be in several sources",
    ),
    "no text at all": (
        b"subject,relation,object\nAda,helps,\x81\x8d\n",
        ", row 2",
        "neither UTF-8 nor Windows-1252",
    ),
    "half a UTF-16 letter": (
        "\ufeffsubject,a".encode("utf-16-le")[:-1],
        ", row 1",
        "not the UTF-16 that it begins as",
    ),
}


@pytest.mark.parametrize(("data", "place", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_spreadsheet_is_told_with_its_place_and_the_fix(
    sheet: Write, data: str | bytes, place: str, message: str
) -> None:
    path = sheet(data)
    with pytest.raises(SheetError) as raised:
        caseboard.open(path)
    assert f"{path}{place}: " in str(raised.value)
    assert message in str(raised.value)


def test_all_problems_are_told_at_once_and_the_same_one_once(sheet: Write) -> None:
    rows = "".join(f"P{n},knws,Q\n" for n in range(50))
    with pytest.raises(SheetError) as raised:
        caseboard.open(sheet(f"subject,relation,object,status\n{rows},helps,Bo\nAda,helps,Bo,sure\n"))
    assert len(raised.value.problems) == 52
    assert len(str(raised.value).splitlines()) == 3
    assert "(and in 49 more rows)" in str(raised.value)
    assert (raised.value.problems[-1].row, raised.value.problems[-1].column) == (53, "status")


def test_a_broken_workbook_is_told(sheet: Write) -> None:
    with pytest.raises(SheetError, match="cannot be read as an Excel workbook"):
        caseboard.open(sheet(b"PK\x03\x04 nothing", "links.xlsx"))


@pytest.mark.parametrize(
    ("table", "rows", "message"),
    [
        ("entities", "name,kind\nAda,persn\n", "row 2, column kind: “persn” is no kind"),
        ("entities", "name,kind\nAda,person\nada,person\n", "row 3, column name: row 2 describes it already"),
        ("points", "name,order\nstart,first\n", "row 2, column order: “first” is no number"),
        ("points", "name\nthe start\n", "row 2, column revealed: “the strt” is no reveal point"),
        ("sources", "author\nBo\n", "row 1: no column is the name; there are author"),
    ],
)
def test_the_other_tables_are_told_about_too(sheet: Write, table: str, rows: str, message: str) -> None:
    folder = sheet("subject,relation,object,revealed\nAda,helps,Bo,the strt\n", "case/claims.csv").parent
    sheet(rows, f"case/{table}.csv")
    with pytest.raises(SheetError) as raised:
        caseboard.open(folder)
    assert message in str(raised.value)


# --- what real spreadsheets are like --------------------------------------------------------------

TEXT = "subject,relation,object,note\nZoë Lind,is a friend of,Bö Berg,über\n"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (TEXT.encode(), ""),
        (TEXT.encode("utf-8-sig"), ""),
        (TEXT.encode("utf-16"), "is read as UTF-16"),
        (TEXT.encode("utf-16-le"), "is read as UTF-16"),
        (TEXT.encode("utf-16-be"), "is read as UTF-16"),
        (TEXT.encode("cp1252"), "is read as Windows-1252"),
        (TEXT.replace(",", ";").encode(), ""),
        (TEXT.replace(",", "\t").encode(), ""),
        (b"sep=;\r\n" + TEXT.replace(",", ";").encode(), ""),
        (TEXT.replace("\n", "\r").encode(), ""),
        (TEXT.replace("\n", "\r\n").encode(), ""),
        (b"# a remark, with a comma\n\n" + TEXT.encode() + b"\n,,,\n# another\n", ""),
    ],
)
def test_character_sets_separators_and_line_ends(sheet: Write, data: bytes, told: str) -> None:
    board = caseboard.open(sheet(data))
    assert [claim.sentence for claim in board.claims()] == ["Zoë Lind is a friend of Bö Berg."]
    assert board.claims()[0].note == "über"
    assert told in "\n".join(board.notes)
    assert told or "read as UTF" not in "\n".join(board.notes)


def test_a_quoted_line_break_stays_and_rows_are_counted_as_a_spreadsheet_does(sheet: Write) -> None:
    path = sheet('subject,relation,object,note\nAda,helps,Bo,"one\ntwo"\n\nAda,helps,,x\n')
    with pytest.raises(SheetError, match="row 4, column object"):
        caseboard.open(path)
    board = caseboard.open(sheet('subject,relation,object,note\nAda,helps,Bo,"one\ntwo"\n'))
    assert board.claims()[0].note == "one\ntwo"


def test_a_workbook_keeps_dates_and_whole_numbers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["subject", "relation", "object"])
    book.active.append(["The film", "premiered on", datetime.datetime(2021, 8, 6)])
    book.active.append([None, None, None])
    book.active.append(["The film", "has this many episodes:", 9.0])
    book.save(tmp_path / "film.xlsx")
    board = caseboard.open(tmp_path / "film.xlsx")
    assert {claim.object.label for claim in board.claims()} == {"2021-08-06", "9"}
    assert board.check().ok


def test_the_sheets_of_a_workbook_are_the_tables_of_a_case(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Claims"
    book.active.append(["object", "relation", "subject"])
    book.active.append(["Bo", "helps", "The firm"])
    entities = book.create_sheet("Entities")
    entities.append(["name", "kind"])
    entities.append(["The firm", "organisation"])
    book.create_sheet("Budget").append(["not ours"])
    book.save(tmp_path / "case.xlsx")
    board = caseboard.open(tmp_path / "case.xlsx")
    assert board.entities[board.find("The firm")].kind == "organisation"


def test_relations_are_known_by_name_label_and_inverse_in_any_case(sheet: Write) -> None:
    words = ["handlerOf", "cb:handlerOf", "IS HANDLER OF", "handler of"]
    rows = "".join(f"Ada {n},{word},Bo\n" for n, word in enumerate(words))
    board = caseboard.open(sheet(f"subject,relation,object\n{rows}Bo,Is  Handled By,Cy\nBo,handledBy,Di\n"))
    assert {claim.relation.id for claim in board.claims()} == {"cb:handlerOf"}
    assert {claim.subject.label for claim in board.claims(object="Bo")} == {
        *(f"Ada {n}" for n in range(4)), "Cy", "Di",
    }  # fmt: skip


def test_headers_of_edge_lists_are_guessed_and_said(sheet: Write) -> None:
    board = caseboard.open(sheet("Weight,Target,Type,Source,Citation\n3,Bo,helps,Ada,a diary\n"))
    claim = board.claims()[0]
    assert (claim.sentence, str(claim.evidence[0])) == ("Ada helps Bo.", "a diary")
    assert "“Source” as subject" in "\n".join(board.notes)
    # A column that means nothing to us is kept.
    assert "Weight" in str(
        board.query("SELECT ?label { GRAPH cb:claims { ?c ?column '3' . ?column rdfs:label ?label } }")
    )


def test_what_rows_leave_open_is_filled_in_and_said(sheet: Write) -> None:
    board = caseboard.open(sheet("subject,relation,object\nAda,is a member of,The club\n"))
    claim = board.claims()[0]
    assert (claim.status, claim.revealed.label, str(claim.evidence[0])) == (
        "stated",
        "the start",
        "links.csv",
    )
    assert board.entities[board.find("The club")].kind == "organisation"
    told = "\n".join(board.notes)
    for words in ("read as stated", "revealed at the first", "sourced to the file", "kinds guessed"):
        assert words in told
    assert board.check().ok


def test_names_are_hostile(sheet: Write) -> None:
    name = "<script>\"\\'> . <urn:x"
    quoted = name.replace('"', '""')
    board = caseboard.open(sheet(f'subject,relation,object\n"{quoted}",helps,=1+1\n'))
    assert {claim.subject.label for claim in board.claims()} == {name}
    assert '<script>"' not in board.page()


def test_ids_do_not_depend_on_the_order_of_rows_and_columns(sheet: Write) -> None:
    rows = ["Ada,helps,Bo,a", "Ada,helps,Bo,b", "伊藤,helps,Ada Lind,c", "O'Neil,is a friend of,Ada,d"]
    one = caseboard.open(sheet("subject,relation,object,source\n" + "\n".join(rows) + "\n"))
    turned = [
        "source,object,relation,subject",
        *(",".join(reversed(row.split(","))) for row in reversed(rows)),
    ]
    other = caseboard.open(sheet("\n".join(turned)))
    assert len(one.claims()) == 4
    assert one.serialize("ntriples") == other.serialize("ntriples")


def test_points_without_a_table_are_put_in_order_by_their_numbers(sheet: Write) -> None:
    rows = "".join(f"Ada,helps,B{n},episode {n}\n" for n in (10, 2, 1))
    board = caseboard.open(sheet(f"subject,relation,object,revealed\n{rows}"))
    assert [point.label for point in board.case.points] == ["episode 1", "episode 2", "episode 10"]


def test_check_names_the_row(sheet: Write) -> None:
    path = sheet("subject,relation,object,status\nAda,helps,Bo,stated\nAda,is an alias of,Ada,stated\n")
    finding = next(f for f in caseboard.check(path).violations if "alias of itself" in f.shape)
    assert (finding.file, finding.line) == (str(path), 3)
