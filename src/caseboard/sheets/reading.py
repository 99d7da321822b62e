"""Bytes of a spreadsheet to tables of text: character sets, separators, line ends, workbooks."""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

from caseboard.errors import MissingExtra
from caseboard.sheets.problems import Problems
from caseboard.sheets.values import bare

#: Endings of the files that are read as tables.
ENDINGS = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm")
_WORKBOOKS = (".xlsx", ".xlsm")
_SEPARATORS = ",;\t|"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: What openpyxl and the parsers under it raise on a broken workbook.
_UNREADABLE = (
    *(OSError, ValueError, LookupError, TypeError, AttributeError, SyntaxError, RuntimeError, EOFError),
    *(ArithmeticError, zipfile.BadZipFile, zlib.error),
)
#: A workbook that unpacks to more than this is refused: it is a bomb, or nothing that a machine could hold.
_LARGEST = 2 << 30


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it stands in a file: ``rows`` are (row number, cells), the header's row is ``at``.

    Row numbers count from 1, as a spreadsheet shows them. ``notes`` says how the file was read.
    """

    file: str
    header: tuple[str, ...]
    at: int
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    notes: tuple[str, ...] = ()


def read_tables(data: bytes, *, file: str, problems: Problems) -> dict[str, Table]:
    """Return the tables of a file: name -> table; a CSV file has one, named "" as its file says what it is.

    Args:
        data: the bytes.
        file: the name to show; its ending tells the format.
        problems: gains what cannot be read.

    Raises:
        MissingExtra: a workbook, and openpyxl is not installed.

    >>> table = read_tables(b"a;b\\r\\n1;2", file="x.csv", problems=Problems())[""]
    >>> table.header, table.rows
    (('a', 'b'), ((2, ('1', '2')),))
    """
    if PurePath(file.lower()).suffix in _WORKBOOKS:
        return _read_workbook(data, file, problems)
    decoded = _decode(data, file, problems)
    if decoded is None:
        return {}
    text, notes = decoded
    if not text.strip():
        problems.add(file, None, None, "the file is empty. The first row names the columns")
        return {}
    text, separator = _separator(text)
    table = _table(file, _records(text, separator, file, problems), notes, problems)
    return {"": table} if table else {}


# --- text -----------------------------------------------------------------------------------------


def _decode(data: bytes, file: str, problems: Problems) -> tuple[str, tuple[str, ...]] | None:
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _strictly(data[len(bom) :], name, file, problems)
    if b"\x00" in data[:4096]:
        even, odd = data[:4096:2].count(0), data[1:4096:2].count(0)
        return _strictly(data, "utf-16-be" if even > odd else "utf-16-le", file, problems)
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        return _strictly(data, "cp1252", file, problems)


def _strictly(data: bytes, name: str, file: str, problems: Problems) -> tuple[str, tuple[str, ...]] | None:
    told = {"cp1252": "Windows-1252", "utf-8": "UTF-8"}.get(name, name[:6].upper())
    try:
        text = data.decode(name)
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        tried = "neither UTF-8 nor Windows-1252" if name == "cp1252" else f"not the {told} that it begins as"
        problems.add(file, row, None, f"its text is {tried}. Save it as “CSV UTF-8” and read it again")
        return None
    return text, () if name == "utf-8" else (f"{file} is read as {told}",)


def _separator(text: str) -> tuple[str, str]:
    """Return the text without a line that names its separator, and the separator."""
    if named := re.match(r'"?sep=([,;|\t])"?\r?\n?', text, re.IGNORECASE):
        return "\n" + text[named.end() :], named[1]
    sample = text[:65536]

    def fit(separator: str) -> tuple[float, int]:
        widths = []
        try:
            for cells in csv.reader(io.StringIO(sample, newline=""), delimiter=separator):
                if any(cells) and not cells[0].lstrip().startswith("#"):
                    widths.append(len(cells))
        except csv.Error:
            return 0.0, 0
        if not widths or widths[0] < 2:
            return 0.0, 0
        # The header decides: a separator within texts is in few rows, or in none of the header.
        return sum(width == widths[0] for width in widths) / len(widths), widths[0]

    best = max(_SEPARATORS, key=lambda one: (fit(one)[0] > 0.5, fit(one)[1], fit(one)[0]))
    return text, best if fit(best)[1] else ","


def _records(
    text: str, separator: str, file: str, problems: Problems
) -> Iterator[tuple[int, tuple[str, ...]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            told = str(error)
            if "unexpected end" in told:
                told = (
                    'a quote (") is opened in this row and never closed. Close it, or double it within a text'
                )
            elif "expected after" in told:
                told = 'a quoted cell goes on after its closing quote. Double each quote ("") within a text'
            elif "field larger" in told:
                told = "a cell holds more than 131,072 characters; a quote may be missing before it"
            problems.add(file, number + 1, None, told)
            return
        number += 1
        yield number, tuple([bare(cell.strip()) for cell in cells])


def _table(
    file: str,
    records: Iterable[tuple[int, tuple[str, ...]]],
    notes: tuple[str, ...],
    problems: Problems,
) -> Table | None:
    header: tuple[str, ...] | None = None
    at, width = 0, 0
    rows: list[tuple[int, tuple[str, ...]]] = []
    for number, cells in records:
        if not any(cells):
            continue
        if header is None:
            if cells[0].startswith("#"):
                continue
            at = number
            header = tuple(" ".join(cell.split()) for cell in cells)
            while header and not header[-1]:
                header = header[:-1]
            width = len(header)
            continue
        # Below the header a text may begin with a number sign; a remark has nothing beside it.
        if cells[0].startswith("#") and not any(cells[1:]):
            continue
        if len(cells) > width:
            if any(cells[width:]):
                problems.add(
                    file, number, None,
                    f"it has {len(cells)} cells under {width} headers. Put a text that holds the separator "
                    "in quotes, or give the column a header",
                )  # fmt: skip
            cells = cells[:width]
        rows.append((number, cells + ("",) * (width - len(cells))))
    if header is None:
        if not problems.found:
            problems.add(
                file, None, None, "no row names the columns. The first row does: subject, relation, …"
            )
        return None
    return Table(file, header, at, tuple(rows), notes)


# --- workbooks ------------------------------------------------------------------------------------


def _read_workbook(data: bytes, file: str, problems: Problems) -> dict[str, Table]:
    try:
        import openpyxl
    except ImportError as error:
        raise MissingExtra("openpyxl", "formats", needed_for=f"reading {file}") from error
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(one.file_size for one in packed.infolist()) > _LARGEST:
                problems.add(file, None, None, "it unpacks to more than 2 GB. Save the sheet as CSV")
                return {}
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        tables = {}
        for sheet in book.worksheets:
            shown = f"{file}, sheet {sheet.title}" if len(book.worksheets) > 1 else file
            sheet.reset_dimensions()
            cells = (tuple(map(_cell, row)) for row in sheet.iter_rows(values_only=True))
            records = [(number, row) for number, row in enumerate(cells, 1) if row]
            if any(any(row) for _, row in records) and (table := _table(shown, records, (), problems)):
                tables[sheet.title] = table
    except _UNREADABLE as error:
        problems.add(
            file, None, None,
            f"it cannot be read as an Excel workbook ({type(error).__name__}). Open it in the spreadsheet "
            "and save it as .xlsx without a password, or as “CSV UTF-8”",
        )  # fmt: skip
        return {}
    if not tables and not problems.found:
        problems.add(file, None, None, "all its sheets are empty")
    return tables


def _cell(value: object) -> str:
    """Return a workbook's value as the text that its author typed, dates as ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value).strip()
