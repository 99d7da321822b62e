"""A case held against a copy of its source: what holds, what moved, what changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

import caseboard
from caseboard.claims import Claim, Evidence, Name
from caseboard.evidence import hold_against

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
