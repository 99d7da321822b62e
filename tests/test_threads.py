"""The lines of the conspiracy, and what the case leaves open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import caseboard
from caseboard import Board

from .small import claim, people

CaseFile = Callable[[str], Path]
PEOPLE = people("ann", "bob", "cid")
THREAD = 't:plot a cb:Thread ; rdfs:label "The plot" ; rdfs:comment "What it is." .\n'
IN_PLOT = "; cb:partOfThread t:plot "


def opened(small_file: CaseFile, *texts: str) -> Board:
    return caseboard.open(small_file("".join(texts)))


def test_a_thread_has_its_claims_its_people_and_its_points(small_file: CaseFile) -> None:
    later = claim("c2", "t:bob", "cb:memberOf", "t:firm", "Hedged", IN_PLOT).replace("t:p1", "t:p2")
    board = opened(
        small_file,
        THREAD,
        PEOPLE,
        't:firm a cb:Organisation ; rdfs:label "The Firm" .\n',
        claim("c1", "t:cid", "cb:helps", "t:bob", more=IN_PLOT),
        later,
        claim("c3", "t:cid", "cb:vitalStatus", '"dead"', more=IN_PLOT),
        claim("c4", "t:ann", "cb:helps", "t:bob"),
    )
    (plot,) = board.threads()
    assert (plot.thread.label, plot.thread.comment) == ("The plot", "What it is.")
    assert [told.id for told in plot.claims] == ["t:c1", "t:c2", "t:c3"]
    assert [str(person) for person in plot.people] == ["Bob", "Cid"]
    assert [str(other) for other in plot.others] == ["The Firm"]
    assert (str(plot.first), str(plot.last)) == ("first", "second")
    assert dict(plot.statuses) == {"stated": 2, "hedged": 1}
    assert str(plot) == "The plot: 2 stated, 1 hedged\n  Bob, Cid"


def test_a_claim_may_be_in_several_threads(harbour: Board) -> None:
    drowning, ledger = harbour.threads()
    assert (str(drowning.thread), str(ledger.thread)) == ("The drowning", "The ledger")
    shared = {claim.id for claim in drowning.claims} & {claim.id for claim in ledger.claims}
    assert shared == {"ex:c-alias"}


def test_a_thread_that_nobody_is_in_is_still_listed(small_file: CaseFile) -> None:
    (plot,) = opened(small_file, THREAD, PEOPLE, claim("c", "t:ann", "cb:helps", "t:bob")).threads()
    assert (plot.claims, plot.people, plot.first, plot.last) == ((), (), None, None)
    assert str(plot) == "The plot: no claims\n  nobody"


def test_a_question_is_asked_for_each_unknown_that_a_claim_speaks_of(small_file: CaseFile) -> None:
    unknown = """
    t:z a cb:Person, cb:Unknown ; rdfs:label "the caller" .
    t:b a cb:Object, cb:Unknown ; rdfs:label "the box" .
    t:f a cb:Organisation, cb:Unknown ; rdfs:label "the backers" .
    t:n a cb:Person, cb:Unknown ; rdfs:label "nobody speaks of them" .
    """
    board = opened(
        small_file,
        unknown,
        PEOPLE,
        claim("c1", "t:ann", "cb:helps", "t:z"),
        claim("c2", "t:z", "cb:possesses", "t:b"),
        claim("c3", "t:z", "cb:memberOf", "t:f", "Predicted"),
    )
    asked = board.questions()
    assert [question.text for question in asked] == [
        "Who is “the backers”?",
        "What is “the box”?",
        "Who is “the caller”?",
    ]
    assert [told.id for told in asked[2].claims] == ["t:c1", "t:c2", "t:c3"]
    assert (
        str(asked[1])
        == "What is “the box”?\n  the caller is in possession of the box. [stated, first; no evidence]"
    )


def test_a_claim_of_an_unknown_about_itself_is_told_once(small_file: CaseFile) -> None:
    unknown = 't:z a cb:Person, cb:Unknown ; rdfs:label "the caller" .\n'
    (asked,) = opened(small_file, unknown, claim("c", "t:z", "cb:helps", "t:z")).questions()
    assert [told.id for told in asked.claims] == ["t:c"]
