"""What changes if claims are false: what falls, what stands on other feet, paths and ranks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import caseboard
from caseboard import Board, suppose
from caseboard.errors import BadArgument, UnknownName

from .small import claim, people

OpenText = Callable[[str], Board]


@pytest.fixture
def open_text(small_file: Callable[[str], Path]) -> OpenText:
    return lambda text: caseboard.open(small_file(text))


def triples(text: str, status: str = "Stated") -> str:
    """Claims t:c0, t:c1, … from ``ann memberOf o1; …``."""
    said = [line.split() for line in text.split(";")]
    names = {name for subject, _, obj in said for name in (subject, obj)}
    lines = [
        claim(f"c{i}", f"t:{subject}", f"cb:{relation}", f"t:{obj}", status)
        for i, (subject, relation, obj) in enumerate(said)
    ]
    return people(*sorted(names)) + "".join(lines)


MEMBERS = "ann memberOf o1; o1 memberOf o3; ann memberOf o2; o2 memberOf o3; o3 memberOf o4; o1 memberOf o5"


def test_what_falls_and_what_stands_on_other_feet(open_text: OpenText) -> None:
    board = open_text(triples(MEMBERS))
    found = board.suppose(["t:c0"])
    assert [claim.sentence for claim in found.fallen] == ["Ann is a member of O5."]
    restood = {one.claim.sentence: (one.before, one.lost, one.gained) for one in found.restood}
    # To O3 through O1 or O2; to O4 through each of them and through O3.
    assert restood["Ann is a member of O3."] == (2, 1, 0)
    assert "O1 is a member of O4." not in restood
    assert "Ann is a member of O3. [inferred, first] 1 of 2 ways left." in str(found)


def test_all_premises_gone_leave_nothing_that_follows(open_text: OpenText) -> None:
    board = open_text(triples(MEMBERS))
    found = board.suppose(["c1", "c3", "c5", "c4"])
    assert found.fallen == board.inference.claims
    assert (found.restood, found.new) == ((), ())
    assert board.without("c1", "c3", "c5", "c4").inference.claims == ()


def test_what_was_said_and_follows_all_the_same_says_so(open_text: OpenText) -> None:
    board = open_text(triples("ann memberOf o1; o1 memberOf o2; ann memberOf o2"))
    found = board.suppose(["c2"])
    assert found.fallen == ()
    assert [str(one) for one in found.restood] == [
        "Ann is a member of O2. [inferred, first] Nobody says so any more, but it follows."
    ]


def test_what_only_a_false_claim_refutes_holds_again_and_has_consequences(hit_and_run: Board) -> None:
    board = hit_and_run.without("c-handler")
    assert board.query("ASK { hr:martin-wexler cb:parentOf hr:danielle-wexler }") is True
    assert hit_and_run.query("ASK { hr:martin-wexler cb:parentOf hr:danielle-wexler }") is False
    found = hit_and_run.suppose(["c-handler"])
    assert [claim.id for claim in found.again] == ["hr:c-father"]
    assert [claim.sentence for claim in found.fallen] == ["Danielle Wexler is an asset of CIA."]
    assert [claim.sentence for claim in found.new] == ["Reese Wakefield is a parent of Danielle Wexler."]


def test_one_of_two_refuters_gone_still_refutes(open_text: OpenText) -> None:
    text = people("ann", "bob", "cid") + claim(
        "c0", "t:ann", "cb:friendOf", "t:bob", more="; cb:refutedIn t:p2 ; cb:refutedBy t:c1, t:c2 "
    )
    text += claim("c1", "t:ann", "cb:pursues", "t:bob") + claim("c2", "t:cid", "cb:pursues", "t:bob")
    board = open_text(text)
    assert board.without("c1").claim("c0").refuted_by == ("t:c2",)
    assert board.without("c1", "c2").claim("c0").refuted is None
    assert board.suppose(["c1"]).again == ()


def test_a_claim_that_was_refuted_and_is_now_stated_has_not_fallen(open_text: OpenText) -> None:
    text = people("ann", "o1", "o2") + claim("c0", "t:ann", "cb:memberOf", "t:o1")
    text += claim("c1", "t:o1", "cb:memberOf", "t:o2")
    text += claim("c2", "t:ann", "cb:memberOf", "t:o2", more="; cb:refutedIn t:p2 ; cb:refutedBy t:c3 ")
    text += claim("c3", "t:o1", "cb:pursues", "t:ann")
    found = open_text(text).suppose(["c3"])
    assert [one.id for one in found.again] == ["t:c2"]
    assert found.fallen == ()


def test_entities_and_vocabulary_stay_and_learnings_go(open_text: OpenText) -> None:
    text = (
        triples("ann pursues bob")
        + "t:l1 a cb:Learning ; cb:learner t:bob ; cb:learns t:c0 ; cb:learnedIn t:p2 .\n"
    )
    board = open_text(text)
    without = board.without("c0")
    assert {entity.label for entity in without.entities.values()} == {"Ann", "Bob"}
    assert without.claims() == ()
    assert b"t:l1" in board.serialize()
    assert b"t:l1" not in without.serialize()
    assert without.network().number_of_edges() == 0
    assert without.case.relations == board.case.relations


def test_the_board_itself_stays_as_it_is(harbour: Board) -> None:
    before = harbour.serialize("nquads")
    harbour.without("c-alias")
    harbour.suppose(["c-alias"])
    assert harbour.serialize("nquads") == before
    same, whole = (
        {line for line in board.serialize("ntriples").splitlines() if b"_:" not in line}
        for board in (harbour.without(), harbour)
    )
    assert same == whole


def test_paths_that_break_come_first_then_those_that_grow(open_text: OpenText) -> None:
    ring = "a friendOf b; b friendOf c; c friendOf d; d friendOf a; d friendOf e"
    found = open_text(triples(ring)).suppose(["c3", "c4"])
    told = [(str(one.source), str(one.target), one.before, one.after) for one in found.paths]
    assert told[0] == ("D", "E", 1, None)
    assert {one[:2] for one in told if one[3] is None} == {("D", "E"), ("C", "E"), ("A", "E"), ("B", "E")}
    assert told[-1] == ("A", "D", 1, 3)
    assert "D to E: 1 step, then no link" in str(found)
    assert "A to D: 1 step, then 3 steps" in str(found)


def test_paths_and_ranks_are_taken_on_the_claims_asked_for(harbour: Board) -> None:
    sure = harbour.suppose(["c-hunt"])
    assert (sure.paths, sure.ranks) == ((), ())
    assert "Nothing else changes." in str(sure)
    unsure = harbour.suppose(["c-hunt"], include=["hedged"], by="degree")
    assert any((str(p.source), str(p.target)) == ("Ada Lind", "Meridian Line") for p in unsure.paths)
    assert unsure.by == "degree"
    assert {str(one.name) for one in unsure.ranks} >= {"Meridian Line"}


def test_who_leaves_the_network_has_no_rank(harbour: Board) -> None:
    (gone,) = [one for one in harbour.suppose(["c-killed"]).ranks if one.after is None]
    assert str(gone).startswith("Whoever killed Tomas: ")
    assert str(gone).endswith(", then –")


def test_a_large_network_is_looked_at_from_the_ends_and_says_so(
    open_text: OpenText, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = open_text(triples("a friendOf b; b friendOf c; c friendOf d; d friendOf a; d friendOf e"))
    whole = board.suppose(["c3"])
    monkeypatch.setattr(suppose, "ALL_PAIRS", 3)
    ends = board.suppose(["c3"])
    assert (whole.everywhere, ends.everywhere) == (True, False)
    assert set(ends.paths) == {p for p in whole.paths if {"t:a", "t:d"} & {p.source.id, p.target.id}}
    assert len({frozenset((p.source, p.target)) for p in ends.paths}) == len(ends.paths)
    assert "of those with an end of these claims" in str(ends)
    assert "of those" not in str(whole)


def test_long_lists_say_how_many_more(hit_and_run: Board) -> None:
    found = hit_and_run.suppose(["c-handler"])
    assert f"shortest paths that change ({len(found.paths)})" in found.text(2)
    assert f"  and {len(found.paths) - 2} more" in found.text(2)
    assert found.text(1000).count("\n") > len(found.paths)


def test_ids_and_measures_that_mean_nothing_are_told(harbour: Board) -> None:
    with pytest.raises(UnknownName, match="no claim on this board has the id 'c-nobody'"):
        harbour.without("c-nobody")
    with pytest.raises(BadArgument, match="no measure 'fame'"):
        harbour.suppose(["c-alias"], by="fame")


def test_what_a_view_hides_stays_hidden_without_a_claim(hit_and_run: Board) -> None:
    view = hit_and_run.view(as_of="premise").without("c-father")
    assert b"akefield" not in view.serialize("nquads")
    assert caseboard.open("harbour").view(as_of="start").without("c-father").inference.claims
