"""Texts of cells to RDF terms, and what spreadsheets do to numbers and dates on the way."""

from __future__ import annotations

import datetime
import re

from caseboard.terms import XSD

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_SPECIAL = re.compile(r'["\\\x00-\x1f\x7f]')
_FORMULA = re.compile(r"'*[=+@-]")
_BROKEN = re.compile(r"#(?:REF|N/A|NAME|VALUE|DIV/0|NULL|NUM|SPILL|CALC)[!?]?\Z|#+\Z", re.IGNORECASE)
_ROUNDED = re.compile(r"[+-]?\d(?:[.,]\d+)?E[+-]?\d{2,3}\Z")
_DAY_NUMBER = re.compile(r"[2-6]\d{4}\Z")
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{2,4})\Z")
_FORMS = {
    XSD + "integer": (r"[+-]?\d+", "a whole number, such as 12"),
    XSD + "decimal": (r"[+-]?\d*\.?\d+", "a number with a point, such as 0.5"),
    XSD + "date": (r"-?\d{4,}-\d\d-\d\d", "a date as year-month-day, such as 2024-03-31"),
    XSD + "gYear": (r"-?\d{4,}", "a year of four digits, such as 2024"),
    XSD + "gYearMonth": (r"-?\d{4,}-\d\d", "a year and a month, such as 2024-03"),
    XSD + "dayTimeDuration": (
        r"-?P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?",
        "a duration, such as PT40M",
    ),
}


def literal(text: str, language: str = "", datatype: str = "") -> str:
    r"""Return a literal as an N-Triples term.

    >>> print(literal('say "no"\n', "en"))
    "say \"no\"\n"@en
    """
    if _SPECIAL.search(text):
        text = _SPECIAL.sub(lambda found: _ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04X}", text)
    if datatype and datatype != XSD + "string":
        return f'"{text}"^^<{datatype}>'
    return f'"{text}"@{language}' if language else f'"{text}"'


def spoilt(text: str) -> str | None:
    """Return what a spreadsheet has done to a cell so that it no longer says what was typed, or None.

    >>> spoilt("#REF!")
    'the spreadsheet has an error in this cell (#REF!). Mend the formula, or write the text'
    >>> spoilt("Ada")
    """
    if text[:1] == "#" and _BROKEN.match(text):
        return f"the spreadsheet has an error in this cell ({text}). Mend the formula, or write the text"
    if "E" in text and _ROUNDED.match(text):
        return (
            f"the spreadsheet has rounded a long number to {text}. Give the column the format “Text”, and "
            "write the number again"
        )
    return None


def typed(text: str, datatype: str | None) -> tuple[str, str | None]:
    """Return the value of an attribute as a term, and what is wrong with it, in a sentence, or None.

    >>> typed("3.0", XSD + "integer")
    ('"3"^^<http://www.w3.org/2001/XMLSchema#integer>', None)
    >>> typed("45352", XSD + "date")[1]
    "“45352” is no date as year-month-day, such as 2024-03-31. As a spreadsheet's day it is 2024-03-01"
    """
    if datatype is None or datatype == XSD + "string":
        return literal(text), None
    form, words = _FORMS.get(datatype, ("(?s:.*)", ""))
    if re.fullmatch(form, text):
        return literal(text, "", datatype), None
    if datatype == XSD + "integer" and re.fullmatch(r"[+-]?\d+\.0+", text):
        return literal(text.partition(".")[0], "", datatype), None
    if datatype == XSD + "gYearMonth" and re.fullmatch(r"\d{4}-\d\d-01", text):
        # A spreadsheet keeps a month as its first day.
        return literal(text[:7], "", datatype), None
    hint = ""
    if datatype == XSD + "date" and _DAY_NUMBER.match(text):
        day = datetime.date(1899, 12, 30) + datetime.timedelta(days=int(text))
        hint = f". As a spreadsheet's day it is {day.isoformat()}"
    elif datatype == XSD + "date" and (found := _SLASHED.match(text)):
        first, second, year = found.groups()
        year = year if len(year) == 4 else f"20{year}"
        ways = {
            f"{year}-{int(month):02}-{int(day):02}"
            for day, month in ((first, second), (second, first))
            if int(month) <= 12 and int(day) <= 31
        }
        hint = f". It could be {' or '.join(sorted(ways))}" if ways else ""
    elif datatype == XSD + "decimal" and re.fullmatch(r"[+-]?\d+,\d+", text):
        hint = f". Write {text.replace(',', '.')}"
    return "", f"“{text}” is no {words.removeprefix('a ')}{hint}"


def guarded(text: str) -> str:
    """Return a text as a cell that no spreadsheet takes for a formula; `bare` takes the guard off again.

    >>> guarded("=1+1"), bare(guarded("=1+1")), bare(guarded("'=1"))
    ("'=1+1", '=1+1', "'=1")
    """
    return f"'{text}" if _FORMULA.match(text) else text


def bare(cell: str) -> str:
    """Return the text of a cell without the guard that keeps it from being a formula."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell
