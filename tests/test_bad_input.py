"""Broken cases: one clear message each, with the file, the line where there is one, and the next step."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import caseboard

from .small import PREFIXES, claim, people

CaseFile = Callable[[str], Path]
LINES = PREFIXES.count("\n")


def refused(path: Path | str | list[Path]) -> caseboard.CaseError:
    with pytest.raises(caseboard.CaseError) as caught:
        caseboard.open(path)
    assert "\n" not in str(caught.value).strip()
    return caught.value


def test_a_missing_file_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(caseboard.CaseNotFound, match=r"nothing\.ttl"):
        caseboard.open(tmp_path / "nothing.ttl")
    with pytest.raises(FileNotFoundError, match="Did you mean harbour"):
        caseboard.open("harbor")
    with pytest.raises(caseboard.CaseNotFound, match="no file ending in"):
        caseboard.open(tmp_path)
    with pytest.raises(caseboard.CaseNotFound, match="empty list"):
        caseboard.open([])
    with pytest.raises(caseboard.BadArgument, match="int"):
        caseboard.open(7)


def test_broken_turtle_names_the_line(small_file: CaseFile) -> None:
    error = refused(small_file("t:a a cb:Person .\nt:b a cb:Person ;;; oops\n"))
    assert error.file is not None
    assert error.line in (LINES + 2, LINES + 3)
    assert f"line {error.line}" in str(error)


@pytest.mark.parametrize(
    ("missing", "word"),
    [
        ("rdf:object t:b ;", "object"),
        ("rdf:subject t:a ;", "subject"),
        ("rdf:predicate cb:helps ;", "relation"),
        ("cb:status cb:Stated ;", "status"),
        ("cb:revealedIn t:p1", "reveal point"),
    ],
)
def test_a_claim_without_a_part_names_the_claim_the_part_and_the_line(
    missing: str, word: str, small_file: CaseFile
) -> None:
    whole = people("a", "b") + claim("good", "t:a", "cb:helps", "t:b")
    broken = claim("broken", "t:a", "cb:helps", "t:b").replace(missing, "")
    error = refused(small_file(whole + broken))
    assert "t:broken" in str(error)
    assert f"no {word}" in str(error)
    assert error.line == LINES + 4


def test_an_unknown_and_an_inverse_relation_say_what_to_use(small_file: CaseFile) -> None:
    error = refused(small_file(people("a", "b") + claim("c", "t:a", "cb:handlrOf", "t:b")))
    assert "Did you mean cb:handlerOf" in str(error)
    error = refused(small_file(people("a", "b") + claim("c", "t:a", "cb:handledBy", "t:b")))
    assert "cb:handlerOf" in str(error)
    assert "swapped" in str(error)


def test_a_file_without_a_claim_is_no_case(small_file: CaseFile, tmp_path: Path) -> None:
    assert "no claim" in str(refused(small_file("")))
    empty = tmp_path / "empty.ttl"
    empty.write_bytes(b"")
    assert "no claim" in str(refused(empty))


def test_files_of_the_wrong_kind_say_so(tmp_path: Path) -> None:
    for name, data, said in (
        ("case.docx", b"PK\x03\x04", ".docx"),
        ("binary.ttl", bytes(range(256)), "Turtle"),
        ("utf16.ttl", PREFIXES.encode("utf-16"), "utf16.ttl"),
        ("json.ttl", b'{"a": 1}', "json.ttl"),
        ("turtle.jsonld", PREFIXES.encode(), "JSON-LD"),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        error = refused(path)
        assert name in str(error)
        assert said in str(error)
    assert "folder" in str(refused([tmp_path]))


def test_one_broken_claim_among_ten_thousand_is_found(small_file: CaseFile) -> None:
    body = people("a", "b") + "".join(claim(f"c{i}", "t:a", "cb:helps", "t:b") for i in range(10_000))
    error = refused(
        small_file(body.replace(claim("c7777", "t:a", "cb:helps", "t:b"), "t:c7777 a cb:Claim .\n"))
    )
    assert "t:c7777" in str(error)
    assert error.line == LINES + 2 + 7777 + 1


def test_check_lists_all_that_open_stops_at(small_file: CaseFile) -> None:
    body = (
        people("a", "b") + "t:one a cb:Claim .\nt:two a cb:Claim .\n" + claim("c", "t:a", "cb:helps", "t:b")
    )
    report = caseboard.check(small_file(body))
    assert {"t:one", "t:two"} <= {finding.focus for finding in report.violations}


GARBAGE = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
WORDS = st.sampled_from(
    "SELECT ASK CONSTRUCT WHERE FILTER OPTIONAL UNION GRAPH SERVICE INSERT VALUES LIMIT ORDER BY ".split()
    + "{ } ( ) ?x ?y a ex:ada cb:helps 'b' <urn:x> . ; , # @en ^^ | / * + ! 1 1.5 _:b % ☃".split()
    + ['"a"', "\\u0041", "\n", "\x00", "\ufffe"]
)


@GARBAGE
@given(
    data=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(lambda t: (PREFIXES + t).encode("utf-8", "replace")),
    )
)
@pytest.mark.parametrize("ending", ["ttl", "trig", "jsonld", "rdf", "nq"])
def test_garbage_in_a_file_is_an_error_of_ours(
    ending: str, data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / f"garbage.{ending}"
    path.write_bytes(data)
    with pytest.raises(caseboard.CaseError):
        caseboard.open(path)


@GARBAGE
@given(text=st.one_of(st.text(max_size=100), st.lists(WORDS, max_size=25).map(" ".join)))
def test_garbage_in_a_query_is_an_answer_or_an_error_of_ours(text: str, harbour: caseboard.Board) -> None:
    with suppress(caseboard.QueryError):
        answer = harbour.query(text, timeout=20)
        assert isinstance(answer, bool | caseboard.Table) or hasattr(answer, "triples")


@GARBAGE
@given(
    name=st.one_of(
        st.text(max_size=60), st.sampled_from(["ada", "ex:", "<>", "lind", ":", "urn:", "_:b", "ex:ada>"])
    )
)
def test_garbage_in_a_name_is_found_or_an_error_of_ours(name: str, harbour: caseboard.Board) -> None:
    for call in (
        harbour.find,
        lambda n: harbour.paths(n, "Iris"),
        lambda n: harbour.paths("Iris", "Ada", avoid=[n]),
    ):
        with suppress(caseboard.CaseboardError):
            assert call(name) is not None


# --- the letters of a file ----------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "latin-1", "cp1252"])
@pytest.mark.parametrize("ending", ["ttl", "nt", "trig", "nq"])
def test_text_that_is_no_utf8_is_told_to_be_saved_as_utf8(encoding: str, ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"case.{ending}"
    path.write_bytes('<urn:a> <urn:b> "é" .\n'.encode(encoding))
    error = refused(path)
    assert str(error) == f"{path}, line 1: not text in UTF-8. Save it as UTF-8 and open it again"


def test_a_broken_file_says_where_and_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "case.ttl"
    path.write_text("<urn:a> <urn:b> <urn:c> .\n<urn:a> [ <urn:c> .\n")
    assert str(refused(path)) == (
        f"{path}, line 2: not valid Turtle at column 9: [ is not a valid predicate. "
        "Mend it there, or give the file the ending of the format it is in"
    )


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.xml", b"<html><body/></html>"),
        ("text.rdf", b"no markup at all"),
        ("list.jsonld", b"[1, 2, 3]"),
        ("cut.jsonld", b'{"@id": '),
        ("remote.jsonld", b'{"@context": "http://127.0.0.1:9/context", "a": 1}'),
        ("cut.trig", b"<urn:g> {"),
        ("cut.nq", b"<urn:a> <urn:b>"),
        ("relative.ttl", b"<a> <b> <c> ."),
        ("no-prefix.ttl", b"ex:a ex:b ex:c ."),
        ("deep.ttl", b"<urn:a> <urn:b> " + b"(" * 100_000),
        ("deep.jsonld", b"[" * 100_000),
        ("deep.rdf", b"<a>" * 100_000),
        ("nulls.ttl", b"\x00" * 10_000),
        ("table.ttl", b"name,age\nAnn,30\n"),
    ],
)
def test_each_kind_of_wrong_content_is_one_short_message(name: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    error = refused(path)
    assert str(error).startswith((str(path), "there is no claim in"))
    assert len(str(error)) < len(str(path)) + 400


def test_a_folder_may_hold_a_folder_with_the_name_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "odd.ttl").mkdir()
    assert "odd.ttl" in str(refused(tmp_path))


def test_a_link_that_leads_nowhere_or_in_a_circle_is_no_file(tmp_path: Path) -> None:
    for name, target in (("nowhere.ttl", "gone.ttl"), ("circle.ttl", "circle.ttl")):
        (tmp_path / name).symlink_to(tmp_path / target)
        assert name in str(refused(tmp_path / name))


@pytest.mark.parametrize("source", [b"case.ttl", bytearray(b"x"), [7], [None], {"case.ttl"}, 1.5, object()])
def test_what_is_no_case_is_told_what_one_is(source: object) -> None:
    with pytest.raises(caseboard.BadArgument, match=r"a case is a name, a path|a list of files holds"):
        caseboard.open(source)  # type: ignore[arg-type]


@pytest.mark.parametrize("source", ["", "\x00", "a" * 5_000, "\udcff", "no/such/place", "~nobody/case.ttl"])
def test_a_name_that_no_file_has_is_a_missing_case(source: str) -> None:
    with pytest.raises(caseboard.CaseNotFound):
        caseboard.open(source)


def test_ten_thousand_claims_open(small_file: CaseFile) -> None:
    body = people("a", "b") + "".join(claim(f"c{i}", "t:a", "cb:helps", "t:b") for i in range(10_000))
    board = caseboard.open(small_file(body))
    assert len(board.claims()) == board.network().number_of_edges() == 10_000
