"""Files of other tools brought into a case of one's own, and such files in its folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pytest
from click.testing import CliRunner

import caseboard
from caseboard import BadArgument, CaseError
from caseboard.cli import cli
from caseboard.errors import CaseboardError, CaseNotFound


def ran(*arguments: str | Path) -> str:
    done = CliRunner().invoke(cli, [str(one) for one in arguments])
    if isinstance(done.exception, CaseboardError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def held(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


# --- every format, with one link more the second time -----------------------------------------------

Pair = tuple[str, str]


def _graph(pairs: list[Pair]) -> nx.DiGraph:
    graph = nx.DiGraph()
    for one, other in pairs:
        graph.add_edge(one, other, relation="helps")
    return graph


def graphml(pairs: list[Pair]) -> str:
    return "\n".join(nx.generate_graphml(_graph(pairs)))


def gexf(pairs: list[Pair]) -> str:
    return "\n".join(nx.generate_gexf(_graph(pairs)))


def node_link(pairs: list[Pair]) -> str:
    return json.dumps(nx.node_link_data(_graph(pairs), edges="links"))


def edge_list(pairs: list[Pair]) -> str:
    return "\n".join(nx.generate_edgelist(_graph(pairs), delimiter="\t"))


def triples(pairs: list[Pair]) -> str:
    return "".join(f"<urn:x:{one}> <urn:x:helps> <urn:x:{other}> .\n" for one, other in pairs)


def ftm(pairs: list[Pair]) -> str:
    names = sorted({name for pair in pairs for name in pair})
    entities: list[dict[str, object]] = [
        {"id": name, "schema": "Person", "properties": {"name": [name]}} for name in names
    ]
    entities += [
        {
            "id": f"{one}-{other}",
            "schema": "UnknownLink",
            "properties": {"subject": [one], "object": [other], "role": ["helps"]},
        }
        for one, other in pairs
    ]
    return "".join(json.dumps(entity) + "\n" for entity in entities)


def stix(pairs: list[Pair]) -> str:
    import uuid

    stix2 = pytest.importorskip("stix2")
    space, when = uuid.UUID(int=5), "2020-01-01T00:00:00Z"
    times = {"created": when, "modified": when}
    things = {
        name: stix2.v21.Identity(
            id=f"identity--{uuid.uuid5(space, name)}", name=name, identity_class="individual", **times
        )
        for pair in pairs
        for name in pair
    }
    links = [
        stix2.v21.Relationship(
            things[one], "helps", things[other], id=f"relationship--{uuid.uuid5(space, one + other)}", **times
        )
        for one, other in pairs
    ]
    text: str = stix2.v21.Bundle(*things.values(), *links).serialize()
    return text


def tei(pairs: list[Pair]) -> str:
    names = sorted({name for pair in pairs for name in pair})
    persons = "".join(f'<person xml:id="{name}"><persName>{name}</persName></person>' for name in names)
    relations = "".join(
        f'<relation name="helps" active="#{one}" passive="#{other}"/>' for one, other in pairs
    )
    return (
        '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><titleStmt><title>P</title></titleStmt>'
        f"<listPerson>{persons}<listRelation>{relations}</listRelation></listPerson></teiHeader></TEI>"
    )


FORMATS: dict[str, Callable[[list[Pair]], str]] = {
    "few.graphml": graphml,
    "few.gexf": gexf,
    "few.json": node_link,
    "few.edgelist": edge_list,
    "few.ttl": triples,
    "few.nt": triples,
    "few.ftm.json": ftm,
    "bundle--few.json": stix,
    "few.xml": tei,
}
BEFORE = [("ada", "bo"), ("bo", "cy")]
AFTER = [("cy", "dan"), ("ada", "bo")]


@pytest.mark.parametrize("target", ["case", "case.trig"])
@pytest.mark.parametrize("name", FORMATS)
def test_a_foreign_file_is_imported_and_its_next_import_updates(
    name: str, target: str, tmp_path: Path
) -> None:
    file, case = tmp_path / name, tmp_path / target
    file.write_text(FORMATS[name](BEFORE), "utf-8")
    told = ran("import", file, "--to", case)
    assert "2 added, 0 changed, 0 removed, 0 as before" in told
    assert f"{name}: " in told
    once = {claim.id: claim.sentence for claim in caseboard.open(case).claims()}
    assert caseboard.open(case).check().ok
    assert "0 added, 0 changed, 0 removed, 2 as before" in ran("import", file, "--to", case)
    file.write_text(FORMATS[name](AFTER), "utf-8")
    told = ran("import", file, "--to", case)
    assert "1 added, 0 changed, 1 removed, 1 as before" in told
    again = {claim.id: claim.sentence for claim in caseboard.open(case).claims()}
    assert set(again.values()) == {"ada helps bo.", "cy helps dan."}
    assert dict(once.items() & again.items()) == {
        id_: sentence for id_, sentence in once.items() if sentence == "ada helps bo."
    }
    assert caseboard.open(case).check().ok


@pytest.mark.parametrize("name", FORMATS)
def test_a_foreign_file_in_the_folder_of_a_case_is_a_part_of_it(name: str, tmp_path: Path) -> None:
    ran("new", tmp_path / "mine")
    (tmp_path / "mine" / name).write_text(FORMATS[name](BEFORE), "utf-8")
    board = caseboard.open(tmp_path / "mine")
    if name in ("few.ttl", "few.nt"):  # beside tables plain RDF holds what no column does
        assert len(board.claims()) == 4
        return
    assert {"ada helps bo.", "bo helps cy."} < {claim.sentence for claim in board.claims()}
    assert len(board.claims()) == 6
    assert board.title == "mine"
    assert board.check().ok
    assert [point.label for point in board.case.points][:2] == ["the beginning", "the end"]
    assert any(name in note for note in board.notes)


def test_json_that_may_be_anything_is_named_and_not_read(tmp_path: Path) -> None:
    ran("new", tmp_path / "mine")
    (tmp_path / "mine" / "settings.json").write_text('{"theme": "dark"}', "utf-8")
    told = ran("show", "--case", tmp_path / "mine")
    assert "not read as a part of the case" in told
    assert "settings.json" in told
    (tmp_path / "only").mkdir()
    (tmp_path / "only" / "settings.json").write_text("[]", "utf-8")
    with pytest.raises(CaseNotFound, match=r"settings.json"):
        caseboard.open(tmp_path / "only")


def test_a_broken_file_in_the_folder_is_no_small_thing(tmp_path: Path) -> None:
    ran("new", tmp_path / "mine")
    (tmp_path / "mine" / "leak.graphml").write_text("<graphml><graph>", "utf-8")
    with pytest.raises(CaseError, match=r"leak.graphml, line 1: not valid XML"):
        caseboard.open(tmp_path / "mine")


def test_a_row_names_what_a_foreign_file_describes_by_its_identifier(tmp_path: Path) -> None:
    ran("new", tmp_path / "mine")
    (tmp_path / "mine" / "leak.graphml").write_text(graphml(BEFORE), "utf-8")
    (tmp_path / "mine" / "more.csv").write_text("subject,relation,object\nMara Quist,pursues,leak:cy\n")
    board = caseboard.open(tmp_path / "mine")
    assert {claim.sentence for claim in board.claims(object="cy")} == {
        "bo helps cy.",
        "Mara Quist pursues cy.",
    }
    assert board.check().ok


def test_no_foreign_file_changes_what_rows_mean(tmp_path: Path) -> None:
    """A name in a row stays who it was, even where a foreign file has one of that name; a human decides."""
    ran("new", tmp_path / "mine")
    before = {claim.id for claim in caseboard.open(tmp_path / "mine").claims()}
    (tmp_path / "leak.graphml").write_text(graphml([("Mara Quist", "Otto Brandt")]), "utf-8")
    told = ran("import", tmp_path / "leak.graphml", "--to", tmp_path / "mine")
    assert "1 added, 0 changed, 0 removed, 4 as before" in told
    board = caseboard.open(tmp_path / "mine")
    assert before < {claim.id for claim in board.claims()}
    pytest.importorskip("rapidfuzz")
    assert any(str(one.first) == str(one.second) == "Mara Quist" for one in board.suggestions())


def test_times_of_a_foreign_file_follow_the_points_of_the_case(tmp_path: Path) -> None:
    graph = nx.Graph(mode="dynamic")
    graph.add_edge("a", "b", start=2.0, end=5.0)
    graph.add_edge("a", "c", start=9.0, end=12.0)
    nx.write_gexf(graph, tmp_path / "timed.gexf")
    ran("new", tmp_path / "mine")
    told = ran("import", tmp_path / "timed.gexf", "--to", tmp_path / "mine")
    assert "put after those that the case has: from 2, from 9" in told
    board = caseboard.open(tmp_path / "mine")
    assert [str(point) for point in board.case.points] == ["the beginning", "the end", "from 2", "from 9"]
    assert board.check().ok


def test_files_that_differ_in_their_ending_stay_apart(tmp_path: Path) -> None:
    for name in ("few.graphml", "few.gexf", "данные.graphml", "файлы.graphml"):
        (tmp_path / name).write_text(FORMATS["few" + Path(name).suffix](BEFORE), "utf-8")
        ran("import", tmp_path / name, "--to", tmp_path / "case")
    board = caseboard.open(tmp_path / "case")
    assert len(board.claims()) == 8
    assert len(board.entities) == 12
    assert board.check().ok


def test_tables_and_foreign_files_of_one_name_live_beside_each_other(tmp_path: Path) -> None:
    (tmp_path / "few.csv").write_text("subject,relation,object\nAda,dined with,Bo\n", "utf-8")
    (tmp_path / "few.nt").write_text(triples(BEFORE), "utf-8")
    (tmp_path / "few.graphml").write_text(graphml(BEFORE), "utf-8")
    files = [tmp_path / name for name in ("few.nt", "few.csv", "few.graphml")]
    ran("import", *files, "--to", tmp_path / "case", "--new-relations")
    told = ran("import", *reversed(files), "--to", tmp_path / "case", "--new-relations")
    assert told.count("0 added, 0 changed, 0 removed, 5 as before") == 3
    assert len(caseboard.open(tmp_path / "case").claims()) == 5


@pytest.mark.parametrize("target", ["case", "case.trig"])
def test_nothing_is_lost_where_the_next_version_is_broken(target: str, tmp_path: Path) -> None:
    file, case = tmp_path / "few.graphml", tmp_path / target
    file.write_text(graphml(BEFORE), "utf-8")
    ran("import", file, "--to", case)
    file.write_text(graphml(BEFORE)[:-40], "utf-8")
    before = held(tmp_path)
    with pytest.raises(CaseError, match="not valid XML"):
        ran("import", file, "--to", case)
    assert held(tmp_path) == before


def test_what_cannot_be_imported_is_said(tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(b"\x89PNG")
    with pytest.raises(BadArgument, match=r"photo.png is nothing that import can read; it takes .csv"):
        ran("import", tmp_path / "photo.png", "--to", tmp_path / "case")
    (tmp_path / "few.gexf").write_text(gexf(BEFORE), "utf-8")
    with pytest.raises(BadArgument, match="no columns to map"):
        ran("import", tmp_path / "few.gexf", "--to", tmp_path / "case", "--map", "subject=x")
    with pytest.raises(CaseError, match="cannot be read"):
        ran("import", tmp_path / "none.gexf", "--to", tmp_path / "case")
    assert not (tmp_path / "case").exists()


def test_a_folder_of_foreign_files_alone_is_a_case(tmp_path: Path) -> None:
    (tmp_path / "two").mkdir()
    shutil.copy(Path(__file__), tmp_path / "two" / "notes.py")
    (tmp_path / "two" / "few.graphml").write_text(graphml(BEFORE), "utf-8")
    (tmp_path / "two" / "more.ttl").write_text(triples(AFTER), "utf-8")
    board = caseboard.open(tmp_path / "two")
    assert len(board.claims()) == 4
    assert len(board.case.points) == 1
    assert board.check().ok


# --- what an import leaves behind in one file -------------------------------------------------------

ROWS = "subject,relation,object,source\nAda,helps,Bo,The letter\nAda,is a member of,The club,The diary\n"
FEWER = "subject,relation,object,source\nAda,is a member of,The club,The diary\n"


def test_what_nothing_names_any_more_goes_with_its_claims(tmp_path: Path) -> None:
    rows, case = tmp_path / "rows.csv", tmp_path / "case.trig"
    rows.write_text(ROWS, "utf-8")
    ran("import", rows, "--to", case)
    rows.write_text(FEWER, "utf-8")
    told = ran("import", rows, "--to", case)
    assert "they are gone too: Bo, The letter, the author of The letter" in told
    text = case.read_text("utf-8")
    assert "Bo" not in text
    assert "letter" not in text
    assert caseboard.open(case).check().ok


def test_what_a_person_wrote_stays(tmp_path: Path) -> None:
    """Bo gets a comment by hand, Cy was there before, Dan is named by hand: only Eve came and goes alone."""
    rows, case = tmp_path / "rows.csv", tmp_path / "case.trig"
    case.write_text(
        "@prefix cb: <https://w3id.org/caseboard/ns#> . @prefix my: <https://example.org/my/> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        'my:cy a cb:Person ; rdfs:label "Cy" .\nmy:p a cb:RevealPoint ; rdfs:label "p" ; cb:order 1 .\n',
        "utf-8",
    )
    header = "subject,relation,object,said by\n"
    rows.write_text(header + "".join(f"Ada,helps,{name},Ada\n" for name in ("Bo", "Cy", "Dan", "Eve", "Flo")))
    ran("import", rows, "--to", case)
    text = case.read_text("utf-8")
    assert 'my:bo a cb:Person ;\n\trdfs:label "Bo"' in text
    text = text.replace('\trdfs:label "Bo"', '\trdfs:label "Bo" ; rdfs:comment "My own words."')
    case.write_text(text + "\nmy:cy my:likes my:dan .\n", "utf-8")
    rows.write_text(header + "Ada,helps,Flo,Ada\n")
    told = ran("import", rows, "--to", case)
    assert "they are gone too: Eve\n" in told
    assert "nothing names them any more, but somebody has edited them: Bo\n" in told
    text = case.read_text("utf-8")
    for kept in ("Bo", "Cy", "Dan", "Flo", "My own words."):
        assert f'"{kept}"' in text
    assert "Eve" not in text
    # And it stays however often the file comes again.
    assert "Bo" not in ran("import", rows, "--to", case).partition("gone")[2]
    assert '"My own words."' in case.read_text("utf-8")


def test_what_another_file_brought_too_stays(tmp_path: Path) -> None:
    case = tmp_path / "case.trig"
    for name, row in (("a.csv", "Ada,helps,Bo"), ("b.csv", "Bo,helps,Cy")):
        (tmp_path / name).write_text(f"subject,relation,object\n{row}\n", "utf-8")
        ran("import", tmp_path / name, "--to", case)
    (tmp_path / "a.csv").write_text("subject,relation,object\nCy,helps,Ada\n", "utf-8")
    ran("import", tmp_path / "a.csv", "--to", case)
    (tmp_path / "b.csv").write_text("subject,relation,object\nCy,helps,Dan\n", "utf-8")
    told = ran("import", tmp_path / "b.csv", "--to", case)
    assert "they are gone too: Bo" in told
    board = caseboard.open(case)
    assert {claim.sentence for claim in board.claims()} == {"Cy helps Ada.", "Cy helps Dan."}
    assert {entity.label for entity in board.entities.values()} == {"Ada", "Cy", "Dan"}
