"""Why something holds, told to a person: the proof, or what is missing for it."""

from __future__ import annotations

import pytest

import caseboard


def test_a_conclusion_is_told_with_its_rule_and_its_premises(hit_and_run: caseboard.Board) -> None:
    told = str(hit_and_run.why("Danielle", "assetOf", "CIA"))
    assert told.startswith("Danielle Wexler is an asset of CIA. [inferred, season 1]")
    assert "handled by an officer of an agency" in told
    assert "Reese Wakefield is handler of Danielle Wexler. [stated, season 1; Cast, paragraph 10" in told


def test_what_a_source_says_is_told_with_its_evidence(hit_and_run: caseboard.Board) -> None:
    assert "Cast, paragraph 10, sentence 1" in str(hit_and_run.why("Wakefield", "is handler of", "Danielle"))
    assert "[stated" in str(hit_and_run.why("Danielle", "vitalStatus", "dead"))


def test_an_attribute_follows_too(harbour: caseboard.Board) -> None:
    told = str(harbour.why("Tomas", "vitalStatus", "dead"))
    assert "[inferred" in told
    assert "Tomas Berg was killed by" in told


def test_what_does_not_hold_says_what_is_missing(hit_and_run: caseboard.Board) -> None:
    told = str(hit_and_run.why("Tali", "assetOf", "Mossad"))
    assert told.startswith("Not so: Tali Shapira is an asset of Mossad.")
    assert "missing: some officer is handler of Tali Shapira" in told
    refuted = str(hit_and_run.why("Martin Wexler", "parentOf", "Danielle"))
    assert refuted.startswith("Not so")
    unheard = str(hit_and_run.why("Ella", "vitalStatus", "a dentist"))
    assert unheard.startswith("Not so: Ella is a dentist.")


def test_reasons_know_only_what_the_view_knows(hit_and_run: caseboard.Board) -> None:
    premise = hit_and_run.view(as_of="premise")
    with pytest.raises(caseboard.UnknownName):
        premise.why("Danielle", "assetOf", "CIA")
    assert len(premise.inference.claims) < len(hit_and_run.inference.claims)


def test_names_that_mean_nothing_are_told(hit_and_run: caseboard.Board) -> None:
    with pytest.raises(caseboard.UnknownName):
        hit_and_run.why("Nobody", "assetOf", "CIA")
    with pytest.raises(caseboard.UnknownName):
        hit_and_run.why("Danielle", "asset of nothing", "CIA")
