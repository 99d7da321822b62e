"""Finding things by the names that people use."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import caseboard
from caseboard import AmbiguousName, BadArgument, Board, UnknownName
from caseboard.lookup import Candidate, find, fold

from .small import claim, people

CaseFile = Callable[[str], Path]

PEOPLE = [
    Candidate("t:ada", "https://example.org/t/ada", "Ada Lind"),
    Candidate("t:adam", "https://example.org/t/adam", "Adam Berg"),
    Candidate("t:guard", "https://example.org/t/guard", "The guard of Ada"),
    Candidate("t:grey", "https://example.org/t/grey", "Mr Grey"),
    Candidate("t:bruno", "https://example.org/t/bruno", "Bruno Lindqvist", ("Mr Grey", "The Clerk")),
    Candidate("t:zoe", "https://example.org/t/zoe", "Zoë O'Hara-Brown"),
    Candidate("t:pal", "https://example.org/t/pal", "Pal"),
    Candidate("t:principal", "https://example.org/t/principal", "Principal Skinner"),
    Candidate("t:ledger", "https://example.org/t/ledger", "The ledger"),
    Candidate("_:b0", "_:b0", "Somebody"),
]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        # an id, an IRI, a local name
        ("t:ada", "t:ada"),
        ("https://example.org/t/ada", "t:ada"),
        ("<https://example.org/t/ada>", "t:ada"),
        ("adam", "t:adam"),
        ("_:b0", "_:b0"),
        # an exact label beats everything but an id; a label beats the same alias
        ("Pal", "t:pal"),
        ("Mr Grey", "t:grey"),
        ("The Clerk", "t:bruno"),
        ("ledger", "t:ledger"),
        # a first or last name beats another part: Ada Lind, not the guard of Ada
        ("Ada", "t:ada"),
        ("Lind", "t:ada"),
        ("Skinner", "t:principal"),
        # whole words beat parts of words
        ("of", "t:guard"),
        ("clerk", "t:bruno"),
        ("qvist", "t:bruno"),
        ("lindq", "t:bruno"),
        # accents, case and blanks do not matter
        ("zoe", "t:zoe"),
        ("ZOË", "t:zoe"),
        ("  ada\tLIND ", "t:ada"),
        (unicodedata.normalize("NFD", "Zoë"), "t:zoe"),
        ("o'hara-brown", "t:zoe"),
        ("ＡＤＡ", "t:ada"),
    ],
)
def test_the_best_match_is_found(name: str, found: str) -> None:
    assert find(name, PEOPLE) == found


def test_who_has_a_name_equally_well_is_listed_with_the_ids() -> None:
    twins = [Candidate(f"t:{n}", f"urn:{n}", f"{n.title()} Holm") for n in ("iris", "ivo")]
    with pytest.raises(AmbiguousName) as caught:
        find("holm", twins)
    assert str(caught.value) == (
        "'holm' could be any of: Iris Holm (t:iris), Ivo Holm (t:ivo). "
        "Give more of the name, or the id in parentheses"
    )
    assert caught.value.candidates == ("t:iris", "t:ivo")


def test_a_long_list_of_candidates_is_cut_and_says_so() -> None:
    many = [Candidate(f"t:{n}", f"urn:{n}", "John Smith") for n in range(20)]
    with pytest.raises(AmbiguousName, match="and 12 more") as caught:
        find("smith", many)
    assert len(caught.value.candidates) == 20


def test_two_with_one_label_can_still_be_told_apart_by_their_ids() -> None:
    twins = [Candidate("t:a", "urn:a", "John Smith"), Candidate("t:b", "urn:b", "John Smith")]
    assert find("t:b", twins) == "t:b"
    with pytest.raises(AmbiguousName):
        find("John Smith", twins)


def test_an_unknown_name_offers_near_ones_or_says_where_to_look() -> None:
    with pytest.raises(
        UnknownName, match=r"^no entity on this board is called 'Brunno'\. Did you mean Bruno"
    ):
        find("Brunno", PEOPLE)
    with pytest.raises(UnknownName, match="`caseboard show` lists what is on this board"):
        find("Xyzzy", PEOPLE)
    with pytest.raises(UnknownName, match=r"^no source on the shelf is called 'x'"):
        find("x", [], what="source", where="the shelf")


@pytest.mark.parametrize("name", ["", "   ", "\t\n", "'", "-", "?", "\u0301", "\x00", ":", "<>", "."])
def test_what_names_nobody_finds_nobody(name: str) -> None:
    with pytest.raises(UnknownName):
        find(name, PEOPLE)


def test_a_name_is_no_pattern() -> None:
    for name in (".*", "[a-z]+", "(", "Ada|Adam", "\\w", "a{1,9}"):
        with pytest.raises(UnknownName):
            find(name, PEOPLE)


def test_a_huge_name_is_not_repeated_in_full() -> None:
    with pytest.raises(UnknownName) as caught:
        find("a" * 100_000, PEOPLE)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("name", [None, 7, b"ada", ["ada"]])
def test_a_name_is_a_text(name: object) -> None:
    with pytest.raises(BadArgument, match="a name is a text, not "):
        find(name, PEOPLE)  # type: ignore[arg-type]


def test_an_entity_that_is_only_an_end_of_a_claim_is_found_by_its_id(small_file: CaseFile) -> None:
    board = caseboard.open(small_file(people("ann") + claim("c", "t:ann", "cb:helps", "t:nobody-described")))
    assert board.find("nobody-described") == "t:nobody-described"
    assert board.find("https://example.org/t/nobody-described") == "t:nobody-described"


def test_the_label_of_a_relation_or_a_claim_is_no_entity(harbour: Board) -> None:
    for name in ("helps", "cb:helps", "ex:c-help", "midway", "The pilot's notebook"):
        with pytest.raises(UnknownName):
            harbour.find(name)


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(max_codepoint=0x24F), max_size=30))
def test_case_does_not_matter_to_folding(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower()) == fold(text)


@given(st.text(min_size=1, max_size=20))
def test_whoever_has_a_label_is_found_by_it_or_it_names_nobody(label: str) -> None:
    try:
        assert find(label, [Candidate("t:x", "urn:x", label)]) == "t:x"
    except UnknownName:
        assert fold(label) == ""
