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


# --- what other tools write -------------------------------------------------------------------------


def test_ftm_statements_as_the_library_writes_them(tmp_path: Path) -> None:
    """With captions, referents and times, as `followthemoney` 4 writes an entity made of statements."""
    board = opened(
        tmp_path / "export.ftm.json",
        '{"id":"NK-1","caption":"Ada Lind","schema":"Person","referents":["reg-7"],"datasets":["registry"],'
        '"last_change":"2026-01-01","properties":{"name":["Ada Lind"],"nationality":["se"]}}\n'
        '{"id":"o1","caption":"Ownership","schema":"Ownership","referents":[],"datasets":["registry","leak"],'
        '"properties":{"owner":["NK-1"],"asset":["NK-2"],"percentage":["51"],"startDate":["2019"]}}\n',
    )
    (owns,) = board.claims(relation="owns")
    assert owns.sentence == "Ada Lind owns NK-2."
    assert owns.note == "percentage: 51; startDate: 2019"
    assert owns.evidence[0].source.label == "registry; leak"
    for told in ("'last_change' (1)", "'referents' (2)", "1 entity that the file only refers to"):
        assert told in board.case.comment


def test_ftm_entities_inside_others_are_read_once(tmp_path: Path) -> None:
    firm = {"id": "c1", "schema": "Company", "properties": {"name": ["Meridian"]}}
    owns = {"id": "o1", "schema": "Ownership", "properties": {"owner": ["p1"], "asset": [firm]}}
    ada = {"id": "p1", "schema": "Person", "properties": {"name": ["Ada"], "ownershipOwner": [owns]}}
    board = opened(tmp_path / "nested.ftm.json", lines([ada]))
    assert [claim.sentence for claim in board.claims()] == ["Ada owns Meridian."]


@pytest.fixture
def reported() -> tuple[str, dict[str, str]]:
    """A bundle with all that a report has in it, as the library of STIX writes it, and the ids by name."""
    stix2 = pytest.importorskip("stix2")
    v = stix2.v21
    times = {"created": "2020-01-01T00:00:00Z", "modified": "2021-01-01T00:00:00Z"}
    line = v.Identity(name="Meridian", identity_class="organization", lang="sv", **times)
    grey = v.ThreatActor(
        name="Grey", aliases=["The Clerk"], threat_actor_types=["spy"], confidence=40, **times
    )
    worm = v.Malware(name="Worm", is_family=False, **times)
    seen = v.Indicator(
        name="Trace",
        pattern="[file:name='x']",
        pattern_type="stix",
        valid_from="2020-02-02T00:00:00Z",
        valid_until="2020-03-03T00:00:00Z",
        **times,
    )
    uses = v.Relationship(
        *(grey, "uses", worm),
        start_time="2019-01-01T00:00:00Z",
        stop_time="2019-06-01T00:00:00Z",
        description="By night.",
        confidence=85,
        labels=["dark"],
        created_by_ref=line.id,
        **times,
    )
    marked = v.Relationship(grey, "targets", line, object_marking_refs=[v.TLP_RED.id], **times)
    gone = v.Malware(name="Gone", is_family=False, revoked=True, **times)
    objects = [
        *(line, grey, worm, seen, uses, marked, gone, v.TLP_RED),
        v.Relationship(grey, "uses", gone, **times),
        v.Sighting(sighting_of_ref=seen.id, where_sighted_refs=[line.id], count=4, summary=True, **times),
        v.Sighting(sighting_of_ref=worm.id, **times),
        v.Report(
            name="The report", published="2021-01-01T00:00:00Z", object_refs=[uses.id, grey.id], **times
        ),
        v.Note(content="Not sure of this.", authors=["Ann"], object_refs=[uses.id], **times),
        v.Opinion(opinion="disagree", explanation="No trace", object_refs=[uses.id], **times),
        v.Identity(name="Kept", extensions={f"extension-definition--{line.id[10:]}": {"a": 1}}, **times),
    ]
    bundle = json.loads(v.Bundle(*objects).serialize())
    older = dict(json.loads(grey.serialize()), name="Grau", modified="2020-06-01T00:00:00.000Z")
    bundle["objects"].append(older)
    return json.dumps(bundle), {"uses": uses.id, "seen": seen.id}


def test_nothing_of_a_stix_report_is_lost_in_silence(
    reported: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    board = opened(tmp_path / "report.stix.json", reported[0])
    claims = {claim.sentence: claim for claim in board.claims()}
    uses = claims["Grey uses Worm."]
    assert (uses.status, uses.revealed.label) == ("stated", "2019-01-01")
    assert uses.evidence[0].source.label == "The report"
    for told in (
        "By night.",
        "labels: dark",
        "stop_time: 2019-06-01T00:00:00Z",
        "note: Not sure of this., Ann",
        "opinion: disagree (No trace)",
    ):
        assert told in uses.note
    sighted = claims["Trace was sighted by Meridian."]
    assert "count: 4" in sighted.note
    assert "summary: true" in sighted.note
    assert claims["Grey is also known as The Clerk."].status == "hedged"
    assert {"Trace valid until 2020-03-03T00:00:00Z.", "Trace valid from 2020-02-02T00:00:00Z."} <= set(
        claims
    )
    # The newest version of an object counts, once.
    assert len(board.claims(relation="threat actor types")) == 1
    for told in (
        "older version of an object (1)",
        "revoked (1)",
        "lang (1)",
        "object_marking_refs (1)",
        "extensions (1)",
        "sighting that does not say where (1)",
        "modified (",
        "only refers to Gone",
    ):
        assert told in board.case.comment
    assert board.check().ok


#: Persons and their kin as a play of 1772 has them, in the elements that DraCor writes for its plays.
PLAY = """<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/css" href="../css/tei.css"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:id="ger000000" xml:lang="de"><teiHeader><fileDesc><titleStmt>
<title type="main" xml:lang="de">Emilia Galotti</title><title type="sub">Trauerspiel</title>
<author><persName><forename>Gotthold Ephraim</forename><surname>Lessing</surname></persName></author>
</titleStmt></fileDesc><profileDesc><particDesc><listPerson>
<person xml:id="der_prinz" sex="MALE"><persName>Der Prinz</persName></person>
<person xml:id="claudia_galotti" sex="FEMALE"><persName>Claudia Galotti</persName>
<persName xml:id="claudia">Claudia</persName></person>
<person xml:id="emilia" sex="FEMALE"><persName>Emilia</persName></person>
<person xml:id="odoardo_galotti" sex="MALE"><persName>Odoardo Galotti</persName>
<persName xml:id="odoardo">Odoardo</persName></person>
<personGrp xml:id="bediente"><name>Bediente</name></personGrp></listPerson>
<listRelation type="personal"><relation name="parent_of" active="#claudia #odoardo" passive="#emilia"/>
<relation name="spouses" mutual="#claudia_galotti #odoardo_galotti"/></listRelation></particDesc>
</profileDesc></teiHeader><standOff><listRelation><relation name="wikidata" active="https://dracor.org/entity/ger000000"
passive="http://www.wikidata.org/entity/Q0"/></listRelation></standOff>
<text><body><sp who="#emilia"><speaker>Emilia</speaker><p>…</p></sp></body></text></TEI>"""


def test_a_play_as_dracor_writes_it(tmp_path: Path) -> None:
    board = opened(tmp_path / "play.xml", PLAY)
    assert board.title == "Emilia Galotti"
    kin = {claim.sentence for claim in board.claims() if not claim.relation.attribute}
    assert kin == {
        "Claudia Galotti is a parent of Emilia.",
        "Odoardo Galotti is a parent of Emilia.",
        "Claudia Galotti is married to Odoardo Galotti.",
    }
    assert "Odoardo Galotti is also called Odoardo." in {claim.sentence for claim in board.claims()}
    assert {entity.label for entity in board.entities.values()} == {
        *("Der Prinz", "Claudia Galotti", "Emilia", "Odoardo Galotti", "Bediente")
    }
    assert "<relation> 'wikidata' to what is no person of the play (1)" in board.case.comment
    assert "1 person without a relation: Bediente" in board.case.comment
    assert board.check().ok


GEPHI = """<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" version="1.3" xmlns:viz="http://gexf.net/1.3/viz">
<meta lastmodifieddate="2024-05-01"><creator>Gephi 0.10.1</creator><title/><description/></meta>
<graph defaultedgetype="directed" idtype="string" mode="dynamic" timeformat="date"
 timerepresentation="interval">
<attributes class="node" mode="static"><attribute id="job" title="Job" type="string"/></attributes>
<attributes class="node" mode="dynamic"><attribute id="rank" title="Rank" type="integer"/></attributes>
<nodes><node id="n1" label="Ada"><attvalues><attvalue for="job" value="pilot"></attvalue>
<attvalue for="rank" value="2" start="2020-01-01" end="2021-01-01"></attvalue></attvalues>
<viz:size value="10.0"></viz:size><viz:position x="1.0" y="2.0"></viz:position>
<viz:color r="1" g="2" b="3"></viz:color></node>
<node id="n2" label="Bo" start="2019-01-01"></node></nodes>
<edges><edge id="e1" source="n1" target="n2" label="helps" weight="3.0" start="2020-05-01"
 end="2020-06-01"></edge>
<edge id="e2" source="n2" target="n1" weight="1.0"><spells><spell start="2019-02-01" end="2019-03-01"></spell>
</spells></edge></edges></graph></gexf>"""


def test_gexf_with_times_as_gephi_lays_it_out(tmp_path: Path) -> None:
    board = opened(tmp_path / "gephi.gexf", GEPHI)
    claims = {claim.sentence: claim for claim in board.claims()}
    helps = claims["Ada helps Bo."]
    assert helps.revealed.label == "from 2020-05-01"
    assert "end: 2020-06-01" in helps.note
    assert "weight: 3.0" in helps.note
    assert "2019-02-01" in claims["Bo is linked to Ada."].note
    assert "Ada Job pilot." in claims
    assert any("Rank" in sentence and "2020-01-01" in sentence for sentence in claims)
    assert "How it was drawn is left out" in board.case.comment
    assert board.check().ok


def test_gexf_with_times_as_networkx_writes_them(tmp_path: Path) -> None:
    import io

    import networkx as nx

    graph = nx.DiGraph(mode="dynamic")
    graph.add_node("ada", rank=[("2", 1.0, 3.0), ("3", 3.0, 9.0)])
    graph.add_node("bo", start=1.0, end=4.0)
    graph.add_edge("ada", "bo", relation="helps", start=2.0, end=3.0)
    buffer = io.BytesIO()
    nx.write_gexf(graph, buffer)
    board = opened(tmp_path / "nx.gexf", buffer.getvalue())
    claims = {claim.sentence: claim for claim in board.claims()}
    assert claims["ada helps bo."].revealed.label == "from 2"
    assert any("rank" in sentence and "3.0" in sentence for sentence in claims)
    assert {"bo start 1.0.", "bo end 4.0."} <= set(claims)
