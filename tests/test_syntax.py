"""Where a query breaks, told from what an engine says; with the real engine this is in test_store.py."""

from __future__ import annotations

import pytest

from caseboard import QueryRefused
from caseboard.syntax import complaints, refuse_service, syntax_error


def test_a_complaint_without_a_place_is_passed_on() -> None:
    error = syntax_error("ASK", lambda _: "the engine is out of words")
    assert str(error) == "this is not a query that the engine can read: the engine is out of words"
    assert (error.line, error.column) == (None, None)


def test_the_place_is_that_of_the_token_that_the_engine_stopped_at() -> None:
    def complain(text: str) -> str:
        # This engine reports the end of an eight-letter keyword that it looked for at "wrong".
        before = text[: text.index("wrong")]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        return f"error at {line}:{column + 8}: expected OPTIONAL"

    text = "ASK {\n  ?s a 'x y z' . # wrong\n  wrong ?o }"
    error = syntax_error(text, complain)
    assert (error.line, error.column) == (3, 3)
    assert str(error) == "line 3, column 3: cannot read on from 'wrong'\n    wrong ?o }\n    ^"


def test_complaints_are_what_a_query_function_raises() -> None:
    def query(text: str, *, prefixes: dict[str, str]) -> None:
        if text != "ASK {}":
            raise SyntaxError(f"{sorted(prefixes)}: {text}")

    complain = complaints(query, {"a": "urn:a"})
    assert complain("ASK {}") == ""
    assert complain("x") == "['a']: x"


def test_an_engine_that_reads_a_call_where_a_word_stands_is_believed() -> None:
    def complain(text: str) -> str:
        # Reads everything to its end, unless another word stands where SERVICE stood.
        lines = text.split("\n")
        if "SERVICE" in text:
            return f"error at {len(lines)}:{len(lines[-1])}: expected nothing more"
        return "error at 1:1: expected SERVICE"

    with pytest.raises(QueryRefused, match="SERVICE would send the query to another server"):
        refuse_service("ASK { 1e5SERVICE <urn:x> {} }", prefixes={}, complain=complain)


def test_a_text_without_the_word_is_not_asked_about() -> None:
    def complain(text: str) -> str:
        raise AssertionError(text)

    refuse_service("ASK { ?s ?p ?o }", prefixes={"service": "urn:s"}, complain=complain)
