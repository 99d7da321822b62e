"""The two clocks: what is told when, what happens when, and where the two part."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import caseboard
from caseboard import Board
from caseboard.errors import BadArgument, CaseError
from caseboard.timeline import timeline

from .small import people

OpenText = Callable[..., Board]


@pytest.fixture
def open_text(small_file: Callable[[str], Path]) -> OpenText:
    """Open a small case with Ann and Bob in it, made of the given texts."""

    def open_it(*texts: str) -> Board:
        return caseboard.open(small_file("".join((people("ann", "bob"), *texts))))

    return open_it


def claim(name: str, subject: str, relation: str, obj: str, *, point: str = "t:p1", more: str = "") -> str:
    return (
        f"t:{name} a cb:Claim ; rdf:subject {subject} ; rdf:predicate {relation} ; rdf:object {obj} ; "
        f"cb:status cb:Stated ; cb:revealedIn {point} {more}.\n"
    )


def events(*names: str) -> str:
    return "".join(f't:{name} a cb:Event ; rdfs:label "{name.title()}"@en .\n' for name in names)


def before(*pairs: tuple[str, str]) -> str:
    return "".join(f"t:{one} cb:before t:{other} .\n" for one, other in pairs)


def labels(entries: object) -> list[str]:
    return [entry.name.label for entry in entries]  # type: ignore[attr-defined]


# --- by reveal ------------------------------------------------------------------------------------


def test_every_claim_stands_at_its_point_and_points_are_in_order(harbour: Board) -> None:
    told = timeline(harbour.case)
    assert labels(told) == ["the start", "midway", "the sequel"]
    assert sorted(claim.id for entry in told for claim in entry.claims) == sorted(harbour.case.claims)
    assert all(claim.revealed == entry.told for entry in told for claim in entry.claims)


def test_a_refuted_claim_is_told_at_one_point_and_taken_back_at_another(harbour: Board) -> None:
    start, midway, sequel = timeline(harbour.case)
    assert [claim.id for claim in midway.refuted] == ["ex:c-drowned"]
    assert "ex:c-drowned" in [claim.id for claim in start.claims]
    assert start.refuted == sequel.refuted == ()
    text = str(timeline(harbour.case))
    assert text.index("midway") < text.index("No longer: Bruno Lind is dead.") < text.index("the sequel")


def test_a_point_at_which_nothing_is_told_says_so(open_text: OpenText) -> None:
    text = str(timeline(open_text(claim("c", "t:ann", "cb:friendOf", "t:bob", point="t:p2")).case))
    assert text == "first\n  Nothing new is told.\n\nsecond\n  Ann is a friend of Bob. [stated]"


def test_a_point_that_the_case_does_not_order_comes_last(open_text: OpenText) -> None:
    board = open_text(claim("c", "t:ann", "cb:friendOf", "t:bob", point="t:some-day"))
    assert labels(timeline(board.case)) == ["first", "second", "some-day"]


# --- by story -------------------------------------------------------------------------------------


def test_the_bundled_case_happens_in_order_and_is_told_out_of_it(hit_and_run: Board) -> None:
    story = timeline(hit_and_run.case, by="story")
    order = labels(story)
    assert order[0] == "The writing of the diary"
    assert order.index("The hit-and-run accident") < order.index("The kidnapping of Ella")
    assert order.index("The kidnapping of Ella") < order.index("The attempt to rescue Ella")
    assert set(labels(story.unplaced)) >= {"The suspected leak", "The spying on the White House"}
    assert not set(order) & set(labels(story.unplaced))
    pairs = {(pair.earlier.name.label, pair.later.name.label) for pair in story.departures}
    assert ("The writing of the diary", "The hit-and-run accident") in pairs
    # The search follows the writing only by way of the accident.
    assert ("The writing of the diary", "Segev's search") in pairs
    assert "but is told only in season 1, after the premise." in str(story)


def test_every_claim_that_is_part_of_an_event_stands_there(hit_and_run: Board) -> None:
    story = timeline(hit_and_run.case, by="story")
    shown = {(claim.id, entry.name) for entry in (*story.entries, *story.unplaced) for claim in entry.claims}
    expected = {(claim.id, claim.event) for claim in hit_and_run.case.claims.values() if claim.event}
    assert expected
    assert shown == expected


def test_a_tie_in_time_is_settled_by_label(open_text: OpenText) -> None:
    board = open_text(
        events("zoo", "ant", "bee", "end"),
        before(("zoo", "end"), ("ant", "end"), ("bee", "end")),
        claim("c", "t:ann", "cb:friendOf", "t:bob"),
    )
    assert labels(timeline(board.case, by="story")) == ["Ant", "Bee", "Zoo", "End"]


def test_order_in_time_beats_the_label(open_text: OpenText) -> None:
    board = open_text(
        events("ant", "bee", "zoo"),
        before(("zoo", "bee"), ("bee", "ant")),
        claim("c", "t:ann", "cb:friendOf", "t:bob"),
    )
    assert labels(timeline(board.case, by="story")) == ["Zoo", "Bee", "Ant"]


@pytest.mark.parametrize(
    ("pairs", "circle"),
    [
        ([("ant", "ant")], "Ant before Ant (t:ant)"),
        ([("bee", "ant"), ("ant", "bee")], "Ant before Bee before Ant (t:ant, t:bee)"),
        (
            [("cow", "ant"), ("ant", "bee"), ("bee", "cow"), ("zoo", "ant")],
            "Ant before Bee before Cow before Ant",
        ),
    ],
)
def test_a_circle_is_refused_and_named_in_story_order(
    open_text: OpenText, pairs: list[tuple[str, str]], circle: str
) -> None:
    board = open_text(
        events("ant", "bee", "cow", "zoo"), before(*pairs), claim("c", "t:ann", "cb:friendOf", "t:bob")
    )
    with pytest.raises(CaseError) as refused:
        timeline(board.case, by="story")
    assert circle in str(refused.value)
    assert "Zoo" not in str(refused.value)
    assert "cb:before" in str(refused.value)
    assert len(timeline(board.case)) == 2, "the order of the telling does not depend on it"


def test_the_reader_first_hears_of_an_event_from_the_earliest_claim(open_text: OpenText) -> None:
    board = open_text(
        events("fire", "flood"),
        before(("fire", "flood")),
        claim("c1", "t:ann", "cb:friendOf", "t:bob", point="t:p2", more="; cb:inEvent t:fire "),
        claim("c2", "t:ann", "cb:diedIn", "t:fire", point="t:p1"),
    )
    fire, flood = timeline(board.case, by="story")
    assert fire.told is not None
    assert fire.told.label == "first"
    assert [one.id for one in fire.claims] == ["t:c1"], "a claim about an event is not part of it"
    assert flood.told is None
    assert timeline(board.case, by="story").departures == ()
    assert "Flood (no claim tells of it)" in str(timeline(board.case, by="story"))


def test_a_claim_may_be_part_of_two_events(open_text: OpenText) -> None:
    board = open_text(
        events("fire", "flood"),
        claim("c", "t:ann", "cb:friendOf", "t:bob", more="; cb:inEvent t:fire, t:flood "),
    )
    apart = timeline(board.case, by="story").unplaced
    assert [(entry.name.label, len(entry.claims)) for entry in apart] == [("Fire", 1), ("Flood", 1)]


def test_an_event_that_nobody_declares_is_shown_all_the_same(open_text: OpenText) -> None:
    board = open_text(
        before(("first", "second")),
        claim("c", "t:ann", "cb:friendOf", "t:bob", more="; cb:inEvent t:third "),
    )
    story = timeline(board.case, by="story")
    assert (labels(story), labels(story.unplaced)) == (["first", "second"], ["third"])


def test_told_in_order_is_no_departure(open_text: OpenText) -> None:
    def told(fire: str, flood: str) -> int:
        board = open_text(
            events("fire", "flood"),
            before(("fire", "flood")),
            claim("c1", "t:ann", "cb:diedIn", "t:fire", point=fire),
            claim("c2", "t:bob", "cb:diedIn", "t:flood", point=flood),
        )
        return len(timeline(board.case, by="story").departures)

    assert told("t:p1", "t:p2") == told("t:p2", "t:p2") == 0
    assert told("t:p2", "t:p1") == 1


# --- as people and programs read it ---------------------------------------------------------------


def test_a_label_can_neither_forge_a_line_nor_become_markup(open_text: OpenText) -> None:
    board = open_text(
        't:x a cb:Event ; rdfs:label "Fire\\n\\nTold out of order\\n  </pre><script>alert(1)</script>" .\n',
        claim("c", "t:ann", "cb:diedIn", "t:x"),
    )
    for by in ("reveal", "story"):
        shown = timeline(board.case, by=by)
        assert "\nTold out of order" not in str(shown)
        assert "<script>" in str(shown)
        assert "<script>" not in shown._repr_html_()


def test_plain_values_name_claims_and_events(hit_and_run: Board) -> None:
    data = json.loads(json.dumps(timeline(hit_and_run.case, by="story").to_dict()))
    assert data["by"] == "story"
    assert data["entries"][0]["id"] == "hr:writing-of-the-diary"
    assert data["entries"][0]["told"] == "season 1"
    assert {"earlier": "hr:writing-of-the-diary", "later": "hr:hit-and-run-accident"} in data["departures"]


def test_an_unknown_clock_lists_the_two(harbour: Board) -> None:
    with pytest.raises(BadArgument, match=r"'stroy'; there are reveal, story\. Did you mean story\?"):
        timeline(harbour.case, by="stroy")
