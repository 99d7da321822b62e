"""A case held against a copy of its source: what holds, what moved, what changed."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import pytest

import caseboard
from caseboard.evidence import hold_against
from caseboard.model import Claim, Evidence, Name

TEXT = "One sentence. Another one, with “quotes”.\nA third."
BOOK = Name("t:book", "The book")


def piece(start: int, end: int, *, text: str = TEXT, **more: object) -> Evidence:
    digest = "sha256:" + hashlib.sha256(text[start:end].encode()).hexdigest()
    return Evidence(f"t:e{start}", BOOK, start=start, end=end, digest=digest, **more)


def verdict(evidence: Evidence, text: str) -> tuple[str, str | None]:
    (finding,) = hold_against("t:book", text, [evidence], []).findings
    return finding.verdict, finding.passage


def test_a_passage_holds_whatever_the_line_ends() -> None:
    for text in (TEXT, TEXT.replace("\n", "\r\n"), TEXT.replace("\n", "\r")):
        assert verdict(piece(42, 50), text) == ("holds", "A third.")


def test_a_passage_found_elsewhere_moved_and_one_found_nowhere_changed() -> None:
    assert verdict(piece(0, 13), "A new start. " + TEXT) == ("moved", "One sentence.")
    assert verdict(piece(0, 13), TEXT.replace("One", "No")) == ("changed", None)
    assert verdict(piece(0, 13), "") == ("changed", None)


def test_what_cannot_be_checked_is_not_called_sound() -> None:
    report = hold_against("t:book", TEXT, [Evidence("t:e", BOOK, section="Cast")], [])
    assert not report.ok
    assert "1 could not be checked" in str(report)
    assert verdict(Evidence("t:e", BOOK, start=9, end=3, digest="sha256:x"), TEXT) == ("changed", None)


def test_only_the_evidence_of_that_source_is_held_against_it() -> None:
    assert hold_against("t:other", TEXT, [piece(0, 13)], []).findings == ()


def test_the_report_tells_claim_by_claim(hit_and_run: caseboard.Board) -> None:
    report = hit_and_run.hold_against("hit-and-run-article", "Another text altogether.")
    assert not report.ok
    told = str(report)
    for claim in hit_and_run.claims():
        assert f"{claim.id}: {claim.sentence}" in told
    assert told.count("CHANGED") >= len(hit_and_run.claims())
    with pytest.raises(caseboard.UnknownName, match="source"):
        hit_and_run.hold_against("nothing", "")


def test_the_bundled_case_holds_against_its_source(hit_and_run: caseboard.Board) -> None:
    source = Path(__file__).resolve().parents[2] / "shared" / "source" / "hit-and-run-season-2.txt"
    if not source.exists():
        pytest.skip("the source of the bundled case is not at hand")
    text = source.read_text("utf-8")
    report = hit_and_run.hold_against("hit-and-run-article", text)
    assert report.ok
    assert {id_ for f in report.findings for id_ in [c.id for c in f.claims]} == {
        c.id for c in hit_and_run.claims()
    }
    moved = hit_and_run.hold_against("hit-and-run-article", "New first line.\n\n" + text)
    assert {finding.verdict for finding in moved.findings} == {"moved"}
    assert isinstance(report.findings[0].claims[0], Claim)


def test_a_passage_that_occurs_twice_is_looked_for_where_its_neighbours_went() -> None:
    text = "Again.\nFirst. Again.\nLast."
    pieces = [piece(7, 13, text=text), piece(14, 20, text=text), piece(21, 26, text=text)]
    report = hold_against("t:book", "New. Again.\n" + text, pieces, [])
    assert [(f.verdict, f.start, f.end) for f in report.findings] == [
        ("moved", 19, 25),
        ("moved", 26, 32),
        ("moved", 33, 38),
    ]
    assert report.summary == "t:book: 3 passages, 0 claims: 3 moved"
    assert "(no claim rests on it)" in str(report)
    assert "now at 19 to 25, not 7 to 13: “First.”" in str(report)


def test_a_long_source_that_moved_as_a_whole_is_found_at_once() -> None:
    text = "".join(f"This is sentence number {n} of a long source. " for n in range(4_000))
    ends = [n for n, letter in enumerate(text) if letter == "."]
    pieces = [piece(end - 30, end, text=text) for end in ends]
    start = time.process_time()
    report = hold_against("t:book", "A new first line.\n" + text, pieces, [])
    assert {finding.verdict for finding in report.findings} == {"moved"}
    # Trying every place for every passage would take minutes.
    assert time.process_time() - start < 10


@pytest.mark.parametrize("text", ["", "\ufeff", "\ud800", "\x00" * 50, "é" * 50, TEXT[:12], TEXT[1:]])
def test_an_odd_copy_is_changed_and_no_error(text: str) -> None:
    assert verdict(piece(0, 13), text) == ("changed", None)


def test_a_byte_order_mark_before_a_copy_moves_nothing() -> None:
    assert verdict(piece(0, 13), "\ufeff" + TEXT) == ("holds", "One sentence.")


def test_offsets_count_characters_not_bytes() -> None:
    text = "Zoë saw “it”. 🛥 She left."
    assert verdict(piece(16, 25, text=text), text) == ("holds", "She left.")


@pytest.mark.parametrize(("start", "end"), [(-5, 3), (3, 3), (9, 3), (0, 10**9), (10**9, 10**9 + 1)])
def test_offsets_that_no_text_has_are_changed(start: int, end: int) -> None:
    odd = Evidence("t:e", BOOK, start=start, end=end, digest="sha256:" + "0" * 64)
    assert verdict(odd, TEXT) == ("changed", None)
