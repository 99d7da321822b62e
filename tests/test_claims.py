"""The case as Python values: claims with their evidence, points, relations, entities, labels."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

import caseboard
from caseboard import Board

from .small import claim, people

CaseFile = Callable[[str], Path]
PEOPLE = people("ann", "bob", "cid")
HELPS = claim("c", "t:ann", "cb:helps", "t:bob")
SOURCES = "@prefix oa: <http://www.w3.org/ns/oa#> . @prefix prov: <http://www.w3.org/ns/prov#> .\n"


def opened(small_file: CaseFile, *texts: str, language: str = "en") -> Board:
    return caseboard.open(small_file("".join(texts)), language=language)


# --- a claim ------------------------------------------------------------------------------------------


def test_a_claim_carries_everything_that_is_said_of_it(harbour: Board) -> None:
    told = harbour.claim("c-drowned")
    assert (told.id, told.subject.id, told.relation.id, str(told.object)) == (
        "ex:c-drowned",
        "ex:bruno",
        "cb:vitalStatus",
        "dead",
    )
    assert (told.status, told.strength, told.revealed.label) == ("stated", 1.0, "the start")
    assert str(told.refuted) == "midway"
    assert told.refuted_by == ("ex:c-alias",)
    assert [str(thread) for thread in told.threads] == ["The drowning"]
    assert [str(who) for who in told.attributed_to] == ["the pilot"]
    assert [str(place) for place in told.evidence] == [
        "Ashore, paragraph 1, sentence 1 of The pilot's notebook"
    ]
    assert told.note == "Bruno is taken to have drowned."
    assert told.sentence == "Bruno Lind is dead."
    assert str(told) == (
        "Bruno Lind is dead. [stated, the start, until midway; "
        "Ashore, paragraph 1, sentence 1 of The pilot's notebook]"
    )
    assert not hasattr(told.object, "id")


def test_the_strengths_of_the_statuses_are_the_documented_ones(harbour: Board) -> None:
    strengths = {claim.status: claim.strength for claim in harbour.claims()}
    assert strengths == {"stated": 1.0, "hedged": 0.5, "predicted": 0.25}


def test_claims_cannot_be_changed(harbour: Board) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        harbour.claim("c-help").status = "hedged"  # type: ignore[misc]


def test_claims_come_in_the_order_of_their_ids(harbour: Board) -> None:
    ids = [claim.id for claim in harbour.claims()]
    assert ids == sorted(ids)
    assert len(ids) == 13


def test_claims_are_chosen_by_subject_relation_and_object(harbour: Board) -> None:
    def ids(**chosen: str) -> list[str]:
        return [claim.id for claim in harbour.claims(**chosen)]

    assert ids(subject="Ada") == ["ex:c-cast", "ex:c-friends", "ex:c-ledger"]
    assert ids(object="Ada") == ["ex:c-father", "ex:c-help", "ex:c-hunt"]
    assert ids(subject="Iris", object="Ada") == ["ex:c-help"]
    assert ids(relation="pursues") == ids(relation="cb:pursues") == ["ex:c-hunt", "ex:c-raid"]
    assert ids(relation="https://w3id.org/caseboard/ns#pursues", object="Ada") == ["ex:c-hunt"]
    assert ids(subject="Tomas", relation="helps") == []


def test_a_claim_without_evidence_says_so(small_file: CaseFile) -> None:
    (told,) = opened(small_file, PEOPLE, HELPS).claims()
    assert str(told) == "Ann helps Bob. [stated, first; no evidence]"


def test_an_unknown_status_is_no_known_one(small_file: CaseFile) -> None:
    board = opened(
        small_file,
        PEOPLE,
        HELPS,
        HELPS.replace("t:c a", "t:d a").replace("cb:Stated", "t:Stated"),
        HELPS.replace("t:c a", "t:e a").replace("cb:Stated", '"Stated"'),
    )
    assert [(c.id, c.status, c.strength) for c in board.claims()] == [
        ("t:c", "stated", 1.0),
        ("t:d", "t:Stated", 0.0),
        ("t:e", "Stated", 0.0),
    ]
    assert [key for *_, key in board.network(include=["hedged", "predicted"]).edges(keys=True)] == ["t:c"]
    assert not board.check().ok


def test_a_claim_may_be_a_blank_node(small_file: CaseFile) -> None:
    board = opened(small_file, PEOPLE, HELPS.replace("t:c a", "[] a"))
    (told,) = board.claims()
    assert told.id.startswith("_:")
    assert told.sentence == "Ann helps Bob."
    assert board.claim(told.id) == told
    assert list(board.network().edges(keys=True)) == [("t:ann", "t:bob", told.id)]


def test_an_entity_may_be_a_blank_node(small_file: CaseFile) -> None:
    board = opened(
        small_file, '_:x a cb:Person ; rdfs:label "Xenia" .\n', claim("c", "_:x", "cb:helps", "t:bob")
    )
    assert board.find("Xenia").startswith("_:")
    assert board.claims(subject="Xenia")[0].sentence == "Xenia helps bob."
    assert [row[0] for row in board.query("SELECT ?who { ?who cb:helps ?whom }").cells()] == ["Xenia"]


def test_an_object_that_is_a_triple_is_told_as_one(small_file: CaseFile) -> None:
    (told,) = opened(small_file, PEOPLE, claim("c", "t:ann", "cb:helps", "<<( t:a t:b t:c )>>")).claims()
    assert "https://example.org/t/b" in told.object.id  # type: ignore[union-attr]


# --- points -------------------------------------------------------------------------------------------


def test_points_are_ordered_by_their_order_and_numbered_from_0(small_file: CaseFile) -> None:
    points = """
    t:p0 a cb:RevealPoint ; rdfs:label "zeroth" ; cb:order -5 .
    t:p9 a cb:RevealPoint ; rdfs:label "between" ; cb:order 1.5 .
    t:px a cb:RevealPoint ; rdfs:label "no order" .
    t:py a cb:RevealPoint ; rdfs:label "odd order" ; cb:order "next" .
    t:pz a cb:RevealPoint ; rdfs:label "no number" ; cb:order "NaN"^^xsd:double .
    """
    xsd = "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    board = opened(small_file, xsd, points, PEOPLE, HELPS)
    assert [(p.label, p.order) for p in board.case.points] == [
        ("zeroth", 0),
        ("first", 1),
        ("between", 2),
        ("second", 3),
        ("no order", 4),
        ("odd order", 5),
        ("no number", 6),
    ]


def test_a_point_that_nobody_describes_comes_last(small_file: CaseFile) -> None:
    (told,) = opened(small_file, PEOPLE, HELPS.replace("t:p1", "t:unheard-of")).claims()
    assert (told.revealed.label, told.revealed.order) == ("unheard-of", 2)


# --- evidence -----------------------------------------------------------------------------------------


def test_a_place_is_told_by_what_is_known_of_it(small_file: CaseFile) -> None:
    evidence = """
    t:book a cb:Source ; rdfs:label "The book" .
    t:e1 a oa:SpecificResource ; oa:hasSource t:book ; cb:section "Notes" ; cb:paragraph 0 ;
        oa:hasSelector [ a oa:TextPositionSelector ; oa:start 3 ; oa:end 9 ], [ oa:exact "a quote" ] ;
        cb:passageDigest "sha256:x" .
    t:e2 a oa:SpecificResource ; oa:hasSource t:book .
    t:e3 a oa:SpecificResource ; cb:sentence "second" .
    """
    more = "; prov:wasDerivedFrom t:e1, t:e2, t:e3, t:e4 "
    (told,) = opened(
        small_file, SOURCES, PEOPLE, evidence, claim("c", "t:ann", "cb:helps", "t:bob", more=more)
    ).claims()
    assert [str(piece) for piece in told.evidence] == [
        "Notes, paragraph 0 of The book",
        "The book",
        "an unnamed source",
        "e4",
    ]
    first = told.evidence[0]
    assert (first.start, first.end, first.digest, first.quote) == (3, 9, "sha256:x", "a quote")


# --- labels and kinds -----------------------------------------------------------------------------------


def test_labels_come_in_the_language_asked_for_then_without_one_then_in_any(small_file: CaseFile) -> None:
    labels = """
    t:ann a cb:Person ; rdfs:label "Anne"@fr, "Anna"@de, "Ann"@en .
    t:bob a cb:Person ; rdfs:label "Bob", "Robert"@fr .
    t:cid a cb:Person ; rdfs:label "Cyd"@cy, "Cid"@es .
    """
    text = labels + HELPS
    for language, names in (("en", "Ann Bob Cyd"), ("fr", "Anne Robert Cyd"), ("es", "Anna Bob Cid")):
        board = opened(small_file, text, language=language)
        assert (
            " ".join(board.case.label(f"https://example.org/t/{who}") for who in ("ann", "bob", "cid"))
            == names
        )


def test_kinds_are_words_and_unknown_is_beside_them(small_file: CaseFile) -> None:
    kinds = """
    t:Spy a rdfs:Class ; rdfs:subClassOf cb:Person ; rdfs:label "Spy"@en .
    t:s a t:Spy . t:u a cb:Unknown . t:w a cb:Person, cb:Unknown . t:o a cb:Organisation .
    """
    board = opened(small_file, kinds, claim("c", "t:s", "cb:helps", "t:undescribed"))
    assert {id_: (entity.kind, entity.unknown) for id_, entity in board.entities.items()} == {
        "t:s": ("spy", False),
        "t:u": ("unknown", True),
        "t:w": ("person", True),
        "t:o": ("organisation", False),
    }
    network = board.network()
    assert network.nodes["t:s"]["kind"] == "spy"
    assert network.nodes["t:undescribed"]["kind"] == "entity"


def test_a_relation_without_words_is_told_by_its_name(small_file: CaseFile) -> None:
    board = opened(small_file, "t:envies a cb:Relation .\n", PEOPLE, claim("c", "t:ann", "t:envies", "t:bob"))
    relation = board.claims()[0].relation
    assert (relation.label, relation.inverse, relation.family) == ("envies", "(inverse) envies", "other")


def test_a_case_without_a_title_has_one(small_file: CaseFile) -> None:
    assert opened(small_file, PEOPLE, HELPS).title == "Untitled case"
    titled = 't:case a cb:Case ; rdfs:label "The case" ; rdfs:comment "What it is about." .\n'
    board = opened(small_file, titled, PEOPLE, HELPS)
    assert (board.title, board.case.comment) == ("The case", "What it is about.")
    assert board.network().graph["name"] == "The case"
