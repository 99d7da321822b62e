"""FollowTheMoney, STIX and TEI: in, out, and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import caseboard
from caseboard import Board, CaseError
from caseboard.formats import as_case, export, read

#: As the documentation of FollowTheMoney and its exporters write them.
FTM = [
    {"id": "p1", "schema": "Person", "properties": {"name": ["Ada Lind", "A. Lind"], "nationality": ["se"]}},
    {"id": "c1", "schema": "Company", "properties": {"name": ["Meridian Line"]}, "datasets": ["registry"]},
    {
        "id": "o1",
        "schema": "Ownership",
        "properties": {
            "owner": ["p1"],
            "asset": ["c1"],
            "percentage": ["51"],
            "sourceUrl": ["https://r.org/1"],
        },
        "datasets": ["registry"],
    },
    {
        "id": "f1",
        "schema": "Family",
        "properties": {"person": ["p1"], "relative": ["p9"]},
        "first_seen": "2020",
    },
]


def opened(path: Path, data: bytes | str) -> Board:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return caseboard.open(str(path))


def lines(entities: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(entity) + "\n" for entity in entities)


@pytest.mark.parametrize("name", ["few.ftm.json", "few.ftm", "few.json", "few.ndjson"])
def test_ftm_edges_are_claims_and_datasets_their_sources(name: str, tmp_path: Path) -> None:
    board = opened(tmp_path / name, lines(FTM))
    claims = {claim.sentence: claim for claim in board.claims()}
    assert set(claims) == {
        "Ada Lind owns Meridian Line.",
        "Ada Lind related to p9.",
        "Ada Lind Name A. Lind.",
        "Ada Lind Nationality se.",
    }
    owns = claims["Ada Lind owns Meridian Line."]
    assert owns.note == "percentage: 51"
    assert (owns.evidence[0].source.label, owns.evidence[0].section) == ("registry", "https://r.org/1")
    assert board.entities[board.find("Meridian")].kind == "organisation"
    assert "no place for 'first_seen' (1)" in board.case.comment
    assert "1 entity that the file only refers to" in board.case.comment
    assert board.check().ok


def test_ftm_takes_a_case_there_and_back(harbour: Board, tmp_path: Path) -> None:
    everything = {"scope": "all", "include": ("hedged", "predicted")}
    written = export(harbour.case, "ftm", **everything)
    assert written.data == export(harbour.case, "ftm", **everything).data
    back = opened(tmp_path / "harbour.ftm.json", written.data)
    kept = {claim.sentence for claim in back.claims() if not claim.relation.attribute}
    assert kept == {c.sentence for c in harbour.claims() if not c.relation.attribute}
    assert {e.label: e.kind for e in back.entities.values()} == {
        e.label: e.kind for e in harbour.entities.values()
    }
    assert any("reveal point" in sentence for sentence in written.left_out)
    assert any("hedged" in claim.note for claim in back.claims(relation="pursues"))


def test_a_fact_only_export_has_no_less_certain_claims(harbour: Board) -> None:
    assert b"pursues" not in export(harbour.case, "ftm").data
    assert b"pursues" not in export(harbour.case, "stix").data


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"id": "a"}\n', "no entity"),
        ('{"id": "a", "schema": "Persn", "properties": {}}', "Did you mean Person"),
        ('{"id": "a", "schema": "Person", "properties": {"name": ["x"]}}\n{"id": ', "line 2: not valid JSON"),
        ("", "the file is empty"),
        ("\n", "the file is empty"),
    ],
)
def test_broken_ftm_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(CaseError, match=said):
        read(text.encode(), name="broken.ftm.json")


@pytest.fixture
def bundle() -> str:
    """A bundle as the library of STIX writes it."""
    stix2 = pytest.importorskip("stix2")
    grey = stix2.v21.ThreatActor(
        name="Grey", aliases=["The Clerk"], created="2020-01-01T00:00:00Z", threat_actor_types=["spy"]
    )
    line = stix2.v21.Identity(name="Meridian", identity_class="organization", created="2020-01-01T00:00:00Z")
    common = {"created_by_ref": line.id, "created": "2020-05-05T00:00:00Z"}
    works = stix2.v21.Relationship(
        *(grey, "attributed-to", line),
        start_time="2019-03-04T00:00:00Z",
        confidence=40,
        external_references=[{"source_name": "notebook", "description": "page 3"}],
        object_marking_refs=[stix2.v21.TLP_GREEN.id],
        **common,
    )
    gone = stix2.v21.Relationship(line, "targets", grey, revoked=True, **common)
    text: str = stix2.v21.Bundle(grey, line, works, gone, stix2.v21.TLP_GREEN).serialize()
    return text


@pytest.mark.parametrize("name", ["b.stix.json", "b.stix", "b.json"])
def test_a_stix_bundle_opens_with_confidence_times_and_references(
    name: str, bundle: str, tmp_path: Path
) -> None:
    board = opened(tmp_path / name, bundle)
    claims = {claim.sentence: claim for claim in board.claims()}
    assert {"Grey attributed to Meridian.", "Grey is also known as The Clerk."} <= set(claims)
    works = claims["Grey attributed to Meridian."]
    assert (works.status, works.revealed.label) == ("hedged", "2019-03-04")
    assert works.evidence[0].source.label == "notebook"
    assert works.evidence[0].section == "page 3"
    assert [agent.label for agent in works.attributed_to] == ["Meridian"]
    assert [point.label for point in board.case.points] == ["2019-03-04", "2020-01-01"]
    for told in ("revoked (1)", "object_marking_refs (1)", "marking-definition (1)", "taken as hedged"):
        assert told in board.case.comment
    assert board.check().ok


def test_stix_takes_a_case_there_and_back(harbour: Board, tmp_path: Path) -> None:
    stix2 = pytest.importorskip("stix2")
    everything = {"scope": "all", "include": ("hedged", "predicted")}
    written = export(harbour.case, "stix", **everything)
    assert written.data == export(harbour.case, "stix", **everything).data
    assert len(stix2.parse(written.data.decode(), allow_custom=True).objects) > 20
    back = opened(tmp_path / "harbour.stix.json", written.data)
    assert {(c.sentence, c.status) for c in back.claims() if not c.relation.attribute} >= {
        (c.sentence, c.status) for c in harbour.claims() if not c.relation.attribute
    }
    assert {e.label: e.kind for e in harbour.entities.values()}.items() <= {
        e.label: e.kind for e in back.entities.values()
    }.items()


def test_broken_stix_is_refused() -> None:
    with pytest.raises(CaseError, match="not valid STIX"):
        read(
            b'{"type": "bundle", "id": "bundle--x", "objects": [{"type": "malware", "id": "malware--x"}]}',
            name="x.stix.json",
        )


TEI = """<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>Emilia</title>
</titleStmt></fileDesc><profileDesc><particDesc><listPerson>
<person xml:id="emilia" sex="FEMALE"><persName>Emilia Galotti</persName><persName>Emilia</persName></person>
<person xml:id="odoardo" sex="MALE"><persName>Odoardo</persName></person>
<person xml:id="claudia"><persName>Claudia</persName></person>
<personGrp xml:id="bandits"><name>Bandits</name></personGrp>
<listRelation>
<relation name="parent_of" type="personal" active="#odoardo #claudia" passive="#emilia"/>
<relation name="spouses" type="personal" mutual="#odoardo #claudia"/>
</listRelation></listPerson></particDesc></profileDesc></teiHeader><text><body/></text></TEI>"""


@pytest.mark.parametrize("name", ["emilia.tei", "emilia.xml"])
def test_a_play_opens_with_its_persons_names_and_relations(name: str, tmp_path: Path) -> None:
    board = opened(tmp_path / name, TEI)
    assert {claim.sentence for claim in board.claims()} == {
        "Odoardo is a parent of Emilia Galotti.",
        "Claudia is a parent of Emilia Galotti.",
        "Odoardo is married to Claudia.",
        "Emilia Galotti is also called Emilia.",
        "Emilia Galotti has the sex FEMALE.",
        "Odoardo has the sex MALE.",
    }
    assert board.title == "Emilia"
    assert board.entities[board.find("Bandits")].kind == "group"
    assert "1 person without a relation: Bandits" in board.case.comment
    assert board.check().ok


def test_tei_with_an_entity_in_it_is_refused() -> None:
    text = '<!DOCTYPE TEI [<!ENTITY x SYSTEM "/etc/passwd">]>' + TEI.replace("Claudia", "&x;")
    with pytest.raises(CaseError, match="refers to another file"):
        as_case(text.encode(), name="play.xml")
