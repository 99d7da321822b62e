"""A case of one's own: begun with new, fed by import, written back as a folder, its own vocabulary."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import caseboard
from caseboard import BadArgument, Board, QueryRefused, SheetError
from caseboard.cli import cli
from caseboard.errors import CaseboardError
from caseboard.intake import read_in
from caseboard.sheets.template import starter
from caseboard.steps import heard
from caseboard.terminal import write_files


def ran(*arguments: str | Path) -> str:
    done = CliRunner().invoke(cli, [str(one) for one in arguments])
    if isinstance(done.exception, CaseboardError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def folder_of(board: Board, folder: Path) -> Path:
    files, _ = board.case_folder()
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def canonical(board: Board) -> bytes:
    """Return the case as canonical N-Quads (RDFC-1.0), the same for the same graph byte for byte."""
    dataset = ox.Dataset(ox.parse(board.serialize("ntriples"), ox.RdfFormat.N_TRIPLES))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return "".join(sorted(f"{quad} .\n" for quad in dataset)).encode()


# --- new ------------------------------------------------------------------------------------------


def test_a_new_case_is_sound_and_can_be_drawn(tmp_path: Path) -> None:
    folder = tmp_path / "my-case"
    ran("new", folder)
    assert caseboard.check(folder).findings == ()
    board = caseboard.open(folder)
    assert board.title == "my case"
    ran("page", tmp_path / "board.html", "--case", folder)
    assert "Mara Quist" in (tmp_path / "board.html").read_text("utf-8")


def test_new_overwrites_nothing(tmp_path: Path) -> None:
    ran("new", tmp_path / "mine")
    before = (tmp_path / "mine" / "claims.csv").read_bytes()
    with pytest.raises(BadArgument, match="is there already and not empty"):
        ran("new", tmp_path / "mine")
    assert (tmp_path / "mine" / "claims.csv").read_bytes() == before


def test_claims_alone_will_do(tmp_path: Path) -> None:
    ran("new", tmp_path / "mine")
    for name in ("entities.csv", "sources.csv", "points.csv", "case.toml"):
        (tmp_path / "mine" / name).unlink()
    board = caseboard.open(tmp_path / "mine")
    assert board.entities[board.find("The Lantern Club")].kind == "organisation"
    assert board.check().ok


def test_a_setting_that_means_nothing_is_refused(tmp_path: Path) -> None:
    ran("new", tmp_path / "mine")
    (tmp_path / "mine" / "case.toml").write_text('tilte = "x"\n', "utf-8")
    with pytest.raises(caseboard.CaseError, match=r"'tilte', which means nothing.*Did you mean title"):
        caseboard.open(tmp_path / "mine")


# --- import ---------------------------------------------------------------------------------------

EDGES = "Source,Target,Type,Weight\nAda,Bo,helps,1\nAda,The club,is a member of,2\n"


@pytest.mark.parametrize("target", ["case", "case.trig"])
def test_a_second_import_updates_and_says_so(tmp_path: Path, target: str) -> None:
    edges, case = tmp_path / "edges.csv", tmp_path / target
    edges.write_text(EDGES, "utf-8")
    assert "2 added, 0 changed, 0 removed, 0 as before" in ran("import", edges, "--to", case)
    once = canonical(caseboard.open(case))
    assert "0 added, 0 changed, 0 removed, 2 as before" in ran("import", edges, "--to", case)
    assert canonical(caseboard.open(case)) == once
    edges.write_text("Type,Source,Weight,Target\nis a member of,Ada,3,The club\nhelps,Cy,1,Ada\n", "utf-8")
    told = ran("import", edges, "--to", case)
    assert "1 added, 1 changed, 1 removed, 0 as before" in told
    assert "+ Cy helps Ada." in told
    assert "- Ada helps Bo." in told
    assert {claim.sentence for claim in caseboard.open(case).claims()} == {
        "Ada is a member of The club.",
        "Cy helps Ada.",
    }


def test_two_files_live_beside_each_other_and_beside_the_rows_of_the_case(tmp_path: Path) -> None:
    ran("new", tmp_path / "mine")
    for name, row in (("a.csv", "Ada,helps,Bo"), ("b.csv", "Bo,helps,Mara Quist")):
        (tmp_path / name).write_text(f"subject,relation,object\n{row}\n", "utf-8")
    ran("import", tmp_path / "a.csv", tmp_path / "b.csv", "--to", tmp_path / "mine")
    board = caseboard.open(tmp_path / "mine")
    assert len(board.claims()) == 6
    assert len(board.claims(object="Mara Quist")) == 1


@pytest.mark.parametrize("target", ["case", "case.trig"])
def test_nothing_is_written_where_a_row_is_wrong(tmp_path: Path, target: str) -> None:
    edges, case = tmp_path / "edges.csv", tmp_path / target
    edges.write_text(EDGES, "utf-8")
    ran("import", edges, "--to", case)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path != edges}
    edges.write_text(EDGES + "Ada,Bo,hlps,1\n", "utf-8")
    with pytest.raises(
        SheetError, match=r"edges.csv, row 4, column relation: “hlps” is no relation. Did you mean"
    ):
        ran("import", edges, "--to", case)
    after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path != edges}
    assert after == before


def test_new_relations_group_their_spellings_and_stay_known(tmp_path: Path) -> None:
    edges, case = tmp_path / "edges.csv", tmp_path / "case"
    edges.write_text(
        "subject,relation,object\nA,Dined with,B\nB,dined  WITH,C\nC,dined-with,D\nD,dined with,A\n", "utf-8"
    )
    with pytest.raises(SheetError, match="--new-relations"):
        ran("import", edges, "--to", case)
    assert not case.exists()
    ran("import", edges, "--to", case, "--new-relations")
    board = caseboard.open(case)
    assert {claim.relation.label for claim in board.claims()} == {"dined with"}
    assert board.check().ok
    ran("import", edges, "--to", case, "--new-relations")
    assert canonical(caseboard.open(case)) == canonical(board)


@pytest.mark.parametrize("saved", [False, True])
def test_a_mapping_says_which_column_is_what(tmp_path: Path, saved: bool) -> None:
    calls, case = tmp_path / "calls.csv", tmp_path / "case"
    calls.write_text("Caller,Called,How,Note\nAda,Bo,helps,hm\n", "utf-8")
    given_ = "subject=Caller,object=Called,relation=How"
    if saved:
        (tmp_path / "map.toml").write_text(
            'subject = "Caller"\nobject = "Called"\nrelation = "How"\n', "utf-8"
        )
        given_ = str(tmp_path / "map.toml")
    ran("import", calls, "--to", case, "--map", given_)
    assert [claim.sentence for claim in caseboard.open(case).claims()] == ["Ada helps Bo."]
    with pytest.raises(SheetError, match=r"subject is mapped to it, and there is none.*Did you mean Caller"):
        ran("import", calls, "--to", case, "--map", "subject=Calller,object=Called,relation=How")
    with pytest.raises(BadArgument, match="--map takes ROLE=HEADER"):
        ran("import", calls, "--to", case, "--map", "subject")


def test_an_import_says_how_far_its_rows_have_come(tmp_path: Path) -> None:
    rows = "".join(f"Ada,helps,Person {number}\n" for number in range(2_500))
    (tmp_path / "edges.csv").write_text("subject,relation,object\n" + rows, "utf-8")
    told: list[tuple[str, float | None]] = []
    with heard(lambda what, part: told.append((what, part))):
        read_in(tmp_path / "edges.csv", tmp_path / "case")
    assert told[0] == ("reading edges.csv", None)
    assert told[1:] == [
        (what, part) for what in ("understanding 2,500 rows", "making 2,500 claims") for part in (0, 0.4, 0.8)
    ]


def test_rows_beside_claims_in_turtle_are_counted_as_those_in_tables_are(tmp_path: Path) -> None:
    (tmp_path / "edges.csv").write_text(EDGES, "utf-8")
    for name in ("tables", "both"):
        ran("new", tmp_path / name)
    (tmp_path / "both" / "more.ttl").write_bytes(
        caseboard.open("harbour").serialize("turtle").replace(b" a cb:Case", b" a cb:Source")
    )
    told = [ran("import", tmp_path / "edges.csv", "--to", tmp_path / name) for name in ("tables", "both")]
    assert [re.findall(r"[+] .*", one) for one in told] == [
        ["+ Ada helps Bo.", "+ Ada is a member of The club."]
    ] * 2
    (tmp_path / "edges.csv").write_text(EDGES.replace(",1\n", ",7\n"), "utf-8")
    for name in ("tables", "both"):
        again = ran("import", tmp_path / "edges.csv", "--to", tmp_path / name)
        assert "0 added, 1 changed, 0 removed" in again
        assert "~ Ada helps Bo." in again


# --- the way back ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["harbour", "hit-and-run"])
def test_a_case_written_as_a_folder_is_the_same_graph(tmp_path: Path, name: str) -> None:
    ran("export", "--case-folder", tmp_path / "sheets", "--case", name)
    again = caseboard.open(tmp_path / "sheets")
    assert canonical(again) == canonical(caseboard.open(name))
    # What the tables hold is no small part of it.
    rows = (tmp_path / "sheets" / "claims.csv").read_bytes()
    assert rows.count(b"\n") >= len(again.claims())
    files, notes = again.case_folder()
    assert files["claims.csv"] == rows
    assert "rest.ttl holds what no column does" in notes[0]


def test_an_imported_case_survives_the_way_to_a_folder_and_back(tmp_path: Path) -> None:
    ran("new", tmp_path / "mine")
    (tmp_path / "edges.csv").write_text(EDGES, "utf-8")
    ran("import", tmp_path / "edges.csv", "--to", tmp_path / "mine")
    board = caseboard.open(tmp_path / "mine")
    folder = folder_of(board, tmp_path / "again")
    assert canonical(caseboard.open(folder)) == canonical(board)
    assert not (folder / "rest.ttl").exists()
    assert "visitor's book" in (folder / "claims.csv").read_text("utf-8")


def test_an_export_does_not_mix_with_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "notes.ttl").write_text("", "utf-8")
    with pytest.raises(BadArgument, match=r"holds notes.ttl, which would become part of the case"):
        ran("export", "--case-folder", tmp_path, "--case", "harbour")


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
HOSTILE = st.one_of(
    TEXTS, st.sampled_from(["=1+1", "'=x", "#1", "a;b", "<urn:x>", "my:x", " x ", 'a"b', "a\r\nb", "x:y"])
)


def turtle(text: str) -> str:
    escaped = "".join(c if c.isalnum() else f"\\U{ord(c):08X}" for c in text)
    return f'"{escaped}"'


@settings(max_examples=25)
@given(
    names=st.lists(HOSTILE, min_size=2, max_size=4),
    notes=st.lists(HOSTILE, max_size=3),
    tag=st.sampled_from(["", "@en", "@he"]),
)
def test_whatever_a_case_says_comes_back_from_its_folder(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], notes: list[str], tag: str
) -> None:
    lines = [
        "@prefix cb: <https://w3id.org/caseboard/ns#> . @prefix t: <https://example.org/t/> .",
        "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .",
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix oa: <http://www.w3.org/ns/oa#> .",
        "@prefix prov: <http://www.w3.org/ns/prov#> .",
        't:p a cb:RevealPoint ; rdfs:label "p" ; cb:order 1 .',
    ]
    for number, name in enumerate(names):
        lines.append(f"t:e{number} a cb:Person ; rdfs:label {turtle(name)}{tag} .")
        lines.append(
            f"t:c{number} a cb:Claim ; rdf:subject t:e{number} ; rdf:predicate cb:helps ; rdf:object t:e0 ; "
            f"cb:status cb:Stated ; cb:revealedIn t:p ; prov:wasDerivedFrom t:v{number} ."
        )
        lines.append(
            f"t:v{number} a oa:SpecificResource ; oa:hasSource t:s ; "
            f"oa:hasSelector [ oa:exact {turtle(name)} ] ."
        )
    for note in notes:
        lines.append(f"t:c0 rdfs:comment {turtle(note)}{tag} . t:s cb:section {turtle(note)} .")
        lines.append(f"t:d cb:note [ cb:note {turtle(note)} ] .")
    folder = tmp_path_factory.mktemp("case")
    (folder / "case.ttl").write_text("\n".join(lines), "utf-8")
    board = caseboard.open(folder / "case.ttl")
    assert canonical(caseboard.open(folder_of(board, folder / "sheets"))) == canonical(board)


@settings(max_examples=25)
@given(rows=st.lists(st.tuples(HOSTILE, HOSTILE, HOSTILE, HOSTILE), min_size=1, max_size=5))
def test_a_spreadsheet_of_anything_opens_or_is_told_about_and_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str, str]]
) -> None:
    import csv

    folder = tmp_path_factory.mktemp("rows")
    with (folder / "x.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["subject", "relation", "object", "source", "quote", "mine"])
        writer.writerows([one, "helps", other, source, text, source] for one, other, source, text in rows)
    try:
        board = caseboard.open(folder / "x.csv")
    except SheetError:
        return
    assert canonical(caseboard.open(folder_of(board, folder / "sheets"))) == canonical(board)


# --- a vocabulary of one's own --------------------------------------------------------------------

VOCABULARY = """
@prefix cb: <https://w3id.org/caseboard/ns#> . @prefix v: <https://example.org/v#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
v:Ship a rdfs:Class ; rdfs:subClassOf cb:Entity ; rdfs:label "ship" .
v:sea a cb:Family ; rdfs:label "the sea" ; cb:order 20 ; cb:aboutWork false .
v:sailsOn a cb:Relation ; rdfs:label "sails on" ; cb:inverseLabel "is sailed by" ; cb:family v:sea ;
    rdfs:domain cb:Person ; rdfs:range v:Ship .
"""
SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix v: <https://example.org/v#> .
v:ship-note a sh:PropertyShape ; sh:targetClass v:Ship ;
    sh:path <http://www.w3.org/2000/01/rdf-schema#comment> ;
    sh:name "ship without a word" ; sh:minCount 1 ; sh:message "Say something of the ship." .
"""
RULE = """# Whoever sail on one ship are friends.
PREFIX v: <https://example.org/v#>
SELECT ?subject ?relation ?object ?premise1 ?premise2 WHERE {
  VALUES ?relation { cb:friendOf }
  ?premise1 rdf:subject ?subject ; rdf:predicate v:sailsOn ; rdf:object ?ship .
  ?premise2 rdf:subject ?object ; rdf:predicate v:sailsOn ; rdf:object ?ship .
  FILTER(?subject != ?object)
}
ORDER BY ?subject ?object
"""
QUERY = """# Who sails on what
SELECT ?who ?ship { ?who <https://example.org/v#sailsOn> ?ship } ORDER BY ?who
"""


@pytest.fixture
def ships(tmp_path: Path) -> Callable[[str], Path]:
    def make(rule: str) -> Path:
        for name, text in {
            "claims.csv": "subject,relation,object\nAda,sails on,The Gull\nThe Gull,IS SAILED BY,Bo\n",
            "vocabulary.ttl": VOCABULARY,
            "shapes.ttl": SHAPES,
            "rules/shipmates.rq": rule,
            "queries/crews.rq": QUERY,
        }.items():
            (tmp_path / "sea" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "sea" / name).write_text(text, "utf-8")
        return tmp_path / "sea"

    return make


def test_a_vocabulary_of_ones_own_takes_effect_everywhere(ships: Callable[[str], Path]) -> None:
    board = caseboard.open(ships(RULE))
    assert board.entities[board.find("The Gull")].kind == "ship"
    assert [claim.relation.family for claim in board.claims()] == ["the sea", "the sea"]
    assert "ship without a word" in {finding.shape for finding in board.check().violations}
    assert not caseboard.check(ships(RULE)).ok
    assert len(board.run("crews")) == 2
    assert len(board.view(as_of="the start").run("crews")) == 2
    sentences = {claim.sentence for claim in board.inference.claims}
    assert "Ada is a friend of Bo." in sentences
    assert "sails on" in board.page()


def test_a_rule_that_came_with_a_case_asks_no_other_server(ships: Callable[[str], Path]) -> None:
    rule = RULE.replace("FILTER(", "SERVICE <http://localhost:1/> { ?a ?b ?c } FILTER(")
    with pytest.raises(QueryRefused):
        _ = caseboard.open(ships(rule)).inference


def test_import_keeps_what_it_does_not_know_of(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    write_files({folder / name: data for name, data in starter("mine").items()})
    kept = {path: path.read_bytes() for path in folder.iterdir()}
    (tmp_path / "edges.csv").write_text(EDGES, "utf-8")
    write_files(read_in(tmp_path / "edges.csv", folder).files)
    assert {path: path.read_bytes() for path in kept} == kept
    shutil.rmtree(folder / "imported")
    assert len(caseboard.open(folder).claims()) == 4


# --- principles of one's own ----------------------------------------------------------------------

PRINCIPLE = """# Nobody sails on two ships.
PREFIX v: <https://example.org/v#>
SELECT ?about ?claim ?one WHERE {
  GRAPH cb:claims { ?claim rdf:predicate v:sailsOn ; rdf:subject ?about ; rdf:object ?one }
}
ORDER BY ?about ?claim
"""


def with_principle(folder: Path, text: str) -> Path:
    (folder / "contradictions").mkdir()
    (folder / "contradictions" / "one-ship.rq").write_text(text, "utf-8")
    with (folder / "claims.csv").open("a", encoding="utf-8") as file:
        file.write("Ada,sails on,The Tern\n")
    return folder


def test_a_principle_of_ones_own_takes_effect_in_check_and_on_the_board(
    ships: Callable[[str], Path],
) -> None:
    folder = with_principle(ships(RULE), PRINCIPLE)
    board = caseboard.open(folder)
    (clash,) = board.contradictions()
    assert clash.principle == "Nobody sails on two ships."
    assert {claim.sentence for claim in clash.claims} == {"Ada sails on The Gull.", "Ada sails on The Tern."}
    for report in (board.check(), caseboard.check(folder)):
        assert "contradiction: Nobody sails on two ships." in {finding.shape for finding in report.findings}
    # A folder may hold nothing beside its claims but principles.
    shutil.rmtree(folder / "rules")
    shutil.rmtree(folder / "queries")
    (folder / "shapes.ttl").unlink()
    assert len(caseboard.open(folder).contradictions()) == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (PRINCIPLE.partition("\n")[2], "begins with a comment that says it in a sentence"),
        (PRINCIPLE.replace("SELECT", "SELCT"), r"one-ship\.rq, line 3: the principle cannot be asked"),
        (PRINCIPLE.replace("?claim", "?row"), "write it as SELECT .about .claim"),
        (PRINCIPLE.replace("?claim ?one", "(?about AS ?claim)").replace("?claim rdf", "?row rdf")
         .replace(" ?claim\n", "\n"), "gives my:ada, which is no claim of the case"),
        (PRINCIPLE.replace("GRAPH", "SERVICE <http://localhost:1/> { ?a ?b ?c } GRAPH"), "cannot be asked"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_principle_is_told_with_its_place(
    ships: Callable[[str], Path], text: str, told: str
) -> None:
    folder = with_principle(ships(RULE), text)
    with pytest.raises(CaseboardError, match=told):
        caseboard.check(folder)


# --- the whole folder, out and in -----------------------------------------------------------------


def test_an_exported_folder_checks_and_answers_alike(tmp_path: Path, ships: Callable[[str], Path]) -> None:
    folder = with_principle(ships(RULE), PRINCIPLE)
    ran("export", "--case-folder", tmp_path / "again", "--case", folder)
    ran("export", "--case-folder", tmp_path / "again", "--case", folder)
    one, other = caseboard.open(folder), caseboard.open(tmp_path / "again")
    assert canonical(one) == canonical(other)
    assert [(f.shape, f.focus) for f in one.check().findings] == [
        (f.shape, f.focus) for f in other.check().findings
    ]
    assert one.run("crews").rows == other.run("crews").rows
    assert {str(claim) for claim in one.inference.claims} == {str(claim) for claim in other.inference.claims}
    assert [str(clash) for clash in one.contradictions()] == [str(clash) for clash in other.contradictions()]
    assert (tmp_path / "again" / "shapes.ttl").read_text("utf-8") == SHAPES


def test_what_is_no_query_is_not_copied(tmp_path: Path, ships: Callable[[str], Path]) -> None:
    folder = ships(RULE)
    (folder / "queries" / "notes.txt").write_text("not a query", "utf-8")
    ran("export", "--case-folder", tmp_path / "again", "--case", folder)
    assert sorted(path.name for path in (tmp_path / "again" / "queries").iterdir()) == ["crews.rq"]
