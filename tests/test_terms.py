from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseboard.terms import CB, PREFIXES, Names, join_known, local_name

NAMES = Names({**PREFIXES, "t": "https://example.org/t/", "u": "urn:x:"})


@pytest.mark.parametrize(
    ("iri", "curie"),
    [
        (CB + "handlerOf", "cb:handlerOf"),
        ("https://example.org/t/ann", "t:ann"),
        ("https://example.org/t/season-1", "t:season-1"),
        ("https://example.org/t/émile", "t:émile"),
        ("https://example.org/t/v1.2", "t:v1.2"),
        ("urn:x:ann", "u:ann"),
    ],
)
def test_an_iri_and_its_curie_go_both_ways(iri: str, curie: str) -> None:
    assert NAMES.curie(iri) == curie
    assert NAMES.iri(curie) == iri


@pytest.mark.parametrize(
    "iri",
    [
        "https://elsewhere.example/ann",
        "https://example.org/t/",
        "https://example.org/t/a/b",
        "https://example.org/t/a b",
        "https://example.org/t/ends-in-a-dot.",
        "https://example.org/t/-begins-with-a-dash",
        "https://example.org/t/a%20b",
        "https://example.org/t/a(b)",
        "_:b0",
        "",
    ],
)
def test_what_no_prefix_fits_stays_an_iri(iri: str) -> None:
    assert NAMES.curie(iri) == iri


def test_an_unknown_prefix_has_no_iri() -> None:
    assert NAMES.iri("nobody:ann") is None
    assert NAMES.iri("ann") is None


@given(st.text())
def test_a_curie_that_is_made_can_be_read_back(text: str) -> None:
    iri = "https://example.org/t/" + text
    curie = NAMES.curie(iri)
    assert curie == iri or NAMES.iri(curie) == iri


@pytest.mark.parametrize(
    ("name", "local"),
    [
        ("https://example.org/t/season-1", "season-1"),
        ("https://example.org/ns#handlerOf", "handlerOf"),
        ("t:season-1", "season-1"),
        ("https://example.org/t/", "https://example.org/t/"),
        ("plain", "plain"),
    ],
)
def test_a_local_name_is_the_last_part(name: str, local: str) -> None:
    assert local_name(name) == local


def test_a_long_list_says_how_much_it_leaves_out() -> None:
    assert join_known(map(str, range(14))) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more"
    assert join_known([]) == ""


def test_the_prefixes_that_everybody_knows_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        PREFIXES["cb"] = "https://elsewhere.example/"  # type: ignore[index]
