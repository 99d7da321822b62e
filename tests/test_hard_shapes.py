"""The hard shapes of a case, each small: what views, folding, reasons, checks and rankings make of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import caseboard
from caseboard import Board, CaseError
from caseboard.reasons import NotSo

from .small import claim, people

Open = Callable[..., Board]


@pytest.fixture
def opened(small_file: Callable[[str], Path]) -> Open:
    def open_it(*texts: str) -> Board:
        firm = "".join(f't:o{n} a cb:Organisation ; rdfs:label "O{n}" .\n' for n in (1, 2, 3))
        return caseboard.open(small_file(people("ann", "bob", "cid", "dan", "eve") + firm + "".join(texts)))

    return open_it


def later(text: str) -> str:
    """The claim, revealed at the second point."""
    return text.replace("cb:revealedIn t:p1", "cb:revealedIn t:p2")


def edges(board: Board, *, merge: bool = True, include: tuple[str, ...] = ()) -> set[tuple[str, str, str]]:
    graph = board.network(merge_aliases=merge, include=include)
    return {(u[2:], v[2:], key[2:]) for u, v, key in graph.edges(keys=True)}


def shapes(board: Board) -> set[str]:
    """What a check says of this case, but for what its claims lack for want of a source."""
    lacking = ("claim without", "thread", "reveal point")
    return {finding.shape for finding in board.check().findings if not finding.shape.startswith(lacking)}


# --- one persona, two people at different points ---------------------------------------------------------

FIRST_BOB_THEN_CID = (
    claim("a", "t:ann", "cb:aliasOf", "t:bob", more="; cb:refutedIn t:p2 ; cb:refutedBy t:b "),
    later(claim("b", "t:ann", "cb:aliasOf", "t:cid")),
    claim("h", "t:ann", "cb:helps", "t:dan"),
)


def test_a_persona_is_of_one_person_first_and_then_of_another(opened: Open) -> None:
    board = opened(*FIRST_BOB_THEN_CID)
    assert edges(board) == {("cid", "dan", "h")}
    assert edges(board.view(as_of="first")) == {("bob", "dan", "h")}
    assert board.entities["t:cid"].aliases == ("Ann",)
    assert board.entities["t:bob"].aliases == ()
    assert board.view(as_of="first").entities["t:bob"].aliases == ("Ann",)
    assert "t:cid" not in board.view(as_of="first").entities
    assert shapes(board) == set()


def test_its_deeds_are_those_of_whoever_it_is_at_the_time(opened: Open) -> None:
    board = opened(*FIRST_BOB_THEN_CID)
    assert str(board.why("Cid", "helps", "Dan")).startswith("Cid helps Dan. [inferred, second]")
    assert isinstance(board.why("Bob", "helps", "Dan"), NotSo)
    before = board.view(as_of="first")
    assert str(before.why("Bob", "helps", "Dan")).startswith("Bob helps Dan. [inferred, first]")
    (path,) = board.paths("Ann", "Dan", merge_aliases=True)
    assert [step.label for step in path] == ["helps"]
    assert "Cid helps Dan" in str(path)
    assert "Bob helps Dan" in str(before.paths("Ann", "Dan", merge_aliases=True)[0])
    names = {row["label"] for row in board.central(merge_aliases=True).to_dict()["rows"]}
    assert names == {"Cid", "Dan"}


def test_a_persona_of_two_at_once_is_folded_into_neither_and_reported(opened: Open) -> None:
    board = opened(
        claim("a", "t:ann", "cb:aliasOf", "t:bob"),
        claim("b", "t:ann", "cb:aliasOf", "t:cid"),
        claim("h", "t:ann", "cb:helps", "t:dan"),
    )
    assert (
        edges(board)
        == edges(board, merge=False)
        == {("ann", "bob", "a"), ("ann", "cid", "b"), ("ann", "dan", "h")}
    )
    assert shapes(board) == {"contradiction: One identity does not hide two people at the same time."}
    for person in ("Bob", "Cid"):
        assert "[inferred, first]" in str(board.why(person, "helps", "Dan"))


# --- chains and circles of aliases --------------------------------------------------------------------------


def test_a_chain_of_aliases_grows_with_the_telling(opened: Open) -> None:
    board = opened(
        claim("a", "t:ann", "cb:aliasOf", "t:bob"),
        later(claim("b", "t:bob", "cb:aliasOf", "t:cid")),
        claim("h", "t:ann", "cb:helps", "t:dan"),
        claim("p", "t:eve", "cb:pursues", "t:bob"),
    )
    assert edges(board) == {("cid", "dan", "h"), ("eve", "cid", "p")}
    assert edges(board.view(as_of="first")) == {("bob", "dan", "h"), ("eve", "bob", "p")}
    assert shapes(board) == set()
    (path,) = board.paths("Eve", "Dan", merge_aliases=True)
    assert [step.label for step in path] == ["pursues", "helps"]
    apart = board.paths("Eve", "Dan")[0]
    assert len(apart) == 3, "unfolded, the alias is a step of its own"
    first = board.central(merge_aliases=True).top(1).to_dict()["rows"][0]
    assert first["label"] == "Cid"
    proof = str(board.why("Cid", "helps", "Dan"))
    assert proof.count("because:") == 2
    assert "Ann is an alias of Bob." in proof
    assert "Bob is an alias of Cid." in proof


def test_what_follows_from_folding_is_no_second_edge(opened: Open) -> None:
    board = opened(
        claim("a", "t:ann", "cb:aliasOf", "t:bob"),
        claim("h", "t:ann", "cb:helps", "t:dan"),
        claim("m", "t:bob", "cb:memberOf", "t:o1"),
        claim("n", "t:o1", "cb:memberOf", "t:o2"),
    )
    apart = board.network(include=["inferred"])
    assert apart.has_edge("t:bob", "t:dan")
    merged = board.network(include=["inferred"], merge_aliases=True)
    assert merged.number_of_edges("t:bob", "t:dan") == 1
    assert merged["t:bob"]["t:dan"]["t:h"]["status"] == "stated"
    assert merged.number_of_edges("t:bob", "t:o2") == 1, "what follows otherwise is still there"


def test_a_circle_of_aliases_is_refused_by_check_and_by_folding_and_by_nothing_else(opened: Open) -> None:
    board = opened(
        claim("a", "t:ann", "cb:aliasOf", "t:bob"),
        claim("b", "t:bob", "cb:aliasOf", "t:cid"),
        claim("c", "t:cid", "cb:aliasOf", "t:ann"),
        claim("h", "t:ann", "cb:helps", "t:dan"),
        claim("f", "t:eve", "cb:fatherOf", "t:ann") + claim("g", "t:eve", "cb:fatherOf", "t:bob"),
    )
    assert not board.check().ok
    assert {f.focus for f in board.check().findings if f.shape == "cycle of aliases"} == {
        "t:ann",
        "t:bob",
        "t:cid",
    }
    for ask in (
        lambda: board.network(merge_aliases=True),
        lambda: board.central(merge_aliases=True),
        lambda: board.paths("Cid", "Dan", merge_aliases=True),
    ):
        with pytest.raises(CaseError, match="aliases go round in a circle"):
            ask()
    assert len(edges(board, merge=False)) == 6
    assert board.paths("Cid", "Dan")
    assert board.central()
    assert str(board.why("Cid", "helps", "Dan")).count("Cid helps Dan.") == 1
    assert board.contradictions() == ()
    assert "Ann" in str(board.describe("Ann"))
    assert board.page()


def test_a_circle_that_is_refuted_in_time_is_none(opened: Open) -> None:
    board = opened(
        claim("a", "t:ann", "cb:aliasOf", "t:bob", more="; cb:refutedIn t:p2 ; cb:refutedBy t:b "),
        later(claim("b", "t:bob", "cb:aliasOf", "t:ann")),
        claim("h", "t:ann", "cb:helps", "t:dan"),
        claim("k", "t:bob", "cb:helps", "t:eve"),
    )
    assert shapes(board) == set()
    assert edges(board) == {("ann", "dan", "h"), ("ann", "eve", "k")}
    assert edges(board.view(as_of="first")) == {("bob", "dan", "h"), ("bob", "eve", "k")}


# --- refuted twice ----------------------------------------------------------------------------------


def test_a_claim_refuted_by_two_others_at_one_point(opened: Open) -> None:
    board = opened(
        claim("a", "t:ann", "cb:helps", "t:bob", more="; cb:refutedIn t:p2 ; cb:refutedBy t:b, t:c "),
        later(claim("b", "t:ann", "cb:pursues", "t:bob")),
        later(claim("c", "t:ann", "cb:spiesOn", "t:bob")),
    )
    assert shapes(board) == set()
    assert board.claim("a").refuted_by == ("t:b", "t:c")
    assert edges(board) == {("ann", "bob", "b"), ("ann", "bob", "c")}
    before = board.view(as_of="first")
    assert edges(before) == {("ann", "bob", "a")}
    assert before.claim("a").refuted_by == ()
    assert isinstance(board.why("Ann", "helps", "Bob"), NotSo)
    assert "[stated, first" in str(before.why("Ann", "helps", "Bob"))


def test_a_claim_refuted_at_two_points_falls_at_the_first_and_is_refused_by_check(opened: Open) -> None:
    points = (
        't:z a cb:RevealPoint ; rdfs:label "third" ; cb:order 3 . '
        't:aa a cb:RevealPoint ; rdfs:label "fourth" ; cb:order 4 .\n'
    )
    board = opened(
        points,
        claim("a", "t:ann", "cb:helps", "t:bob", more="; cb:refutedIn t:z, t:aa ; cb:refutedBy t:b, t:c "),
        claim("b", "t:ann", "cb:pursues", "t:bob").replace("t:p1", "t:z"),
        claim("c", "t:ann", "cb:spiesOn", "t:bob").replace("t:p1", "t:aa"),
    )
    refused = {finding.focus for finding in board.check().violations if finding.shape.startswith("refuted")}
    assert refused == {"t:a"}
    assert board.claim("a").refuted_by == ("t:b", "t:c")
    assert [str(board.claim("a").refuted), edges(board.view(as_of="second"))] == [
        "third",
        {("ann", "bob", "a")},
    ]
    third = board.view(as_of="third")
    assert edges(third) == {("ann", "bob", "b")}
    assert third.claim("a").refuted_by == ("t:b",)


def test_what_refutes_may_be_refuted_in_turn(opened: Open) -> None:
    board = opened(
        't:p3 a cb:RevealPoint ; rdfs:label "third" ; cb:order 3 .\n',
        claim("a", "t:ann", "cb:fatherOf", "t:dan", more="; cb:refutedIn t:p2 ; cb:refutedBy t:b "),
        later(claim("b", "t:bob", "cb:fatherOf", "t:dan", more="; cb:refutedIn t:p3 ; cb:refutedBy t:c ")),
        claim("c", "t:cid", "cb:fatherOf", "t:dan").replace("t:p1", "t:p3"),
    )
    assert shapes(board) == set()
    fathers = {point: edges(board.view(as_of=point)) for point in ("first", "second", "third")}
    assert fathers == {
        "first": {("ann", "dan", "a")},
        "second": {("bob", "dan", "b")},
        "third": {("cid", "dan", "c")},
    }
    assert board.contradictions() == ()


# --- two ways to one conclusion -----------------------------------------------------------------------------


def test_two_ways_to_one_conclusion_are_one_claim_with_both(opened: Open) -> None:
    board = opened(
        claim("a1", "t:ann", "cb:memberOf", "t:o1"),
        later(claim("a2", "t:o1", "cb:memberOf", "t:o3")),
        claim("b1", "t:ann", "cb:memberOf", "t:o2", "Hedged"),
        claim("b2", "t:o2", "cb:memberOf", "t:o3"),
    )
    (found,) = board.inference.claims
    assert len(found.derivations) == 2
    # The surer way is open later than the earlier one: each is counted by what is best in it.
    assert (found.weakest, found.revealed.label) == ("stated", "first")
    proof = str(board.why("Ann", "memberOf", "O3"))
    assert (proof.count("because:"), proof.count("also because:")) == (2, 1)
    assert board.network(include=["inferred"]).number_of_edges("t:ann", "t:o3") == 1
    (before,) = board.view(as_of="first").inference.claims
    assert (len(before.derivations), before.weakest) == (1, "hedged")
    assert board.view(as_of="first").network(include=["inferred"]).number_of_edges("t:ann", "t:o3") == 0
    (other,) = board.without("a2").inference.claims
    assert (other.sentence, other.weakest) == (found.sentence, "hedged")
    assert board.without("a2", "b1").inference.claims == ()


# --- fathers and mothers are parents ------------------------------------------------------------------


def test_a_father_or_mother_is_a_parent_to_whoever_asks(opened: Open) -> None:
    board = opened(
        claim("f", "t:ann", "cb:fatherOf", "t:bob"),
        claim("m", "t:ann", "cb:parentOf", "t:cid"),
        claim("n", "t:eve", "cb:motherOf", "t:bob") + claim("o", "t:eve", "cb:motherOf", "t:dan"),
    )
    assert (
        board.query("ASK { t:ann cb:parentOf t:bob . t:bob cb:childOf t:ann ; cb:hasFather t:ann }") is True
    )
    assert {one.sentence for one in board.inference.claims} == {
        "Bob is a sibling of Cid.",
        "Bob is a sibling of Dan.",
    }
    assert str(board.why("Ann", "parentOf", "Bob")).startswith("Ann is the father of Bob. [stated")
    assert isinstance(board.why("Ann", "fatherOf", "Cid"), NotSo)
    lacking = str(board.why("Dan", "siblingOf", "Cid"))
    assert "found: some parent is a parent of Dan" in lacking
    assert "missing: claims that meet all of these together" in lacking


def test_a_persona_passes_on_the_narrower_relation_alone(opened: Open) -> None:
    board = opened(claim("a", "t:ann", "cb:aliasOf", "t:bob"), claim("f", "t:ann", "cb:fatherOf", "t:cid"))
    assert [one.sentence for one in board.inference.claims] == ["Bob is the father of Cid."]
    known = opened(
        claim("a", "t:ann", "cb:aliasOf", "t:bob"),
        claim("f", "t:ann", "cb:parentOf", "t:cid"),
        claim("g", "t:bob", "cb:fatherOf", "t:cid"),
    )
    assert known.inference.claims == (), "that he is a parent is stated with his being the father"
