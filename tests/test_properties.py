"""What must hold for whatever anybody writes: cases, texts in cells, broken files, odd calls."""

from __future__ import annotations

import csv
import io
import json
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

import caseboard
from caseboard import Board, CaseboardError, Table
from caseboard.locate import graph_dir

from .small import PREFIXES, claim, people

HARBOUR = (graph_dir() / "cases" / "harbour.ttl").read_bytes()
NAMES = ("ann", "bob", "cid", "dan")
RESULTS = "{http://www.w3.org/2005/sparql-results#}"
EVERYTHING = ("inferred", "hedged", "predicted", "refuted")

#: Claims as (subject, relation, object, status, refuted): kinds of relation that entail in different ways.
CLAIMS = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(["cb:aliasOf", "cb:friendOf", "cb:handlerOf", "cb:parentOf", "cb:vitalStatus"]),
        st.sampled_from(NAMES),
        st.sampled_from(["Stated", "Hedged", "Predicted"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


def written(claims: list[tuple[str, str, str, str, bool]]) -> bytes:
    texts = []
    for n, (subject, relation, obj, status, refuted) in enumerate(claims):
        end = '"dead"' if relation == "cb:vitalStatus" else f"t:{obj}"
        texts.append(claim(f"c{n}", f"t:{subject}", relation, end, status, "; cb:refutedIn t:p2 " * refuted))
    return (PREFIXES + people(*NAMES) + "".join(texts)).encode()


def opened(data: bytes, folder: Path, ending: str = "ttl") -> Board:
    path = folder / f"case.{ending}"
    path.write_bytes(data)
    return caseboard.open(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("properties")


@given(claims=CLAIMS)
def test_every_claim_is_an_edge_where_it_should_be_and_a_triple_in_one_graph(
    claims: list[tuple[str, str, str, str, bool]], folder: Path
) -> None:
    board = opened(written(claims), folder)
    drawn = board.network(include=EVERYTHING).edges(keys=True, data="status")
    follows = {claim.id for claim in board.inference.visible(EVERYTHING) if not claim.relation.attribute}
    assert {key for *_, key, status in drawn if status == "inferred"} == follows
    edges = {key for *_, key, status in drawn if status != "inferred"}
    assert edges == {f"t:c{n}" for n, told in enumerate(claims) if told[1] != "cb:vitalStatus"}
    sure = {key for *_, key in board.network().edges(keys=True)}
    assert sure == {key for key in edges if claims[int(key[3:])][3:] == ("Stated", False)}
    for told in board.claims():
        obj = f'"{told.object}"' if told.relation.attribute else told.object.id  # type: ignore[union-attr]
        triple = f"{told.subject.id} {told.relation.id} {obj}"
        graphs = board.query(f"SELECT ?g {{ GRAPH ?g {{ {triple} }} }}")
        assert len(graphs) == 1
    total = board.query("SELECT * { ?s ?p ?o }", include=EVERYTHING)
    assert len(total) == len(set(total.rows))


@given(claims=CLAIMS)
def test_merging_aliases_leaves_no_stated_persona_and_no_loop_of_an_alias(
    claims: list[tuple[str, str, str, str, bool]], folder: Path
) -> None:
    board = opened(written(claims), folder)
    behind: dict[str, set[str]] = {}
    for told in board.claims(relation="aliasOf"):
        if told.status == "stated" and not told.refuted and told.subject.id != told.object.id:  # type: ignore[union-attr]
            behind.setdefault(told.subject.id, set()).add(told.object.id)  # type: ignore[union-attr]
    try:
        merged = board.network(include=EVERYTHING, merge_aliases=True)
    except caseboard.CaseError:
        assert goes_round({persona: people_ for persona, people_ in behind.items() if len(people_) == 1})
        return
    assert not {persona for persona, people_ in behind.items() if len(people_) == 1} & set(merged)
    loops = [data for u, v, data in merged.edges(data=True) if u == v and data.get("identity")]
    assert loops == []
    kept = {key for *_, key in merged.edges(keys=True)}
    assert kept <= {key for *_, key in board.network(include=EVERYTHING).edges(keys=True)}


def goes_round(behind: dict[str, set[str]]) -> bool:
    """Say whether somebody comes back to a place while going from persona to person."""
    for start in behind:
        here, steps = start, 0
        while here in behind and steps <= len(behind):
            (here,), steps = behind[here], steps + 1
        if steps > len(behind):
            return True
    return False


@settings(max_examples=25)
@given(
    claims=CLAIMS,
    export=st.sampled_from([("turtle", "ttl"), ("nquads", "nq"), ("trig", "trig"), ("jsonld", "jsonld")]),
)
def test_what_is_exported_opens_as_the_same_case(
    claims: list[tuple[str, str, str, str, bool]], export: tuple[str, str], folder: Path
) -> None:
    board = opened(written(claims), folder)
    again = opened(board.serialize(export[0]), folder, export[1])
    assert sorted(map(str, again.claims())) == sorted(map(str, board.claims()))
    query = "SELECT * { ?s ?p ?o }"
    assert set(again.query(query, include=EVERYTHING).rows) == set(
        board.query(query, include=EVERYTHING).rows
    )


#: Everything but surrogates, which no file can hold.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(text=TEXT)
def test_a_text_survives_every_format_of_a_table(text: str, harbour: Board) -> None:
    table = harbour.query(
        f"SELECT ?x ?n {{ VALUES (?x ?n) {{ ({json.dumps(text, ensure_ascii=False)} 1) }} }}"
    )
    assert isinstance(table, Table)
    assert len(table) == 1
    assert table.rows[0][0] == rdflib.Literal(text)
    assert table.cells() == [[text, "1"]]
    assert list(csv.reader(io.StringIO(table.serialize("csv").decode(), newline="")))[1] == [text, "1"]
    assert json.loads(table.serialize("json"))["results"]["bindings"][0]["x"]["value"] == text
    with suppress(caseboard.QueryError):  # where XML has no place for a character
        value, _ = ElementTree.fromstring(table.serialize("xml")).iter(f"{RESULTS}literal")
        assert (value.text or "") == text
    assert len(str(table).splitlines()) == 3
    assert len(table.serialize("markdown").splitlines()) == 3


@given(text=TEXT)
def test_a_label_survives_the_way_through_a_case(text: str, folder: Path) -> None:
    label = json.dumps(text, ensure_ascii=False)
    board = opened(
        f"{PREFIXES}t:x a cb:Person ; rdfs:label {label} .\n{claim('c', 't:x', 'cb:helps', 't:y')}".encode(),
        folder,
    )
    expected = text or "x"
    assert board.entities["t:x"].label == expected
    assert board.network().nodes["t:x"]["label"] == expected
    assert board.claims()[0].sentence == f"{expected} helps y."


@settings(max_examples=150)
@given(
    place=st.integers(0, len(HARBOUR) - 1),
    length=st.integers(0, 30),
    instead=st.binary(max_size=12)
    | st.sampled_from([b'"""', b"<", b"[", b" . ", b"@prefix ", b"\xff\xfe", b"cb:"]),
)
def test_a_damaged_case_opens_or_is_an_error_of_ours(
    place: int, length: int, instead: bytes, folder: Path
) -> None:
    damaged = HARBOUR[:place] + instead + HARBOUR[place + length :]
    try:
        board = opened(damaged, folder)
    except caseboard.CaseError:
        return
    # What opens can also be read.
    assert str(board.overview())
    assert "\n".join(map(str, board.claims()))
    assert board.network(scope="all", include=EVERYTHING).number_of_nodes() >= 0
    assert len(board.serialize("turtle")) > 100
    assert "".join(map(str, (*board.threads(), *board.questions())))


ANYTHING = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.binary(max_size=5)
)


@given(
    name=st.text(max_size=30), other=st.text(max_size=30), by=st.sampled_from(["fewest", "strongest", "x"])
)
def test_odd_names_in_any_call_are_answered_or_an_error_of_ours(
    name: str, other: str, by: str, harbour: Board
) -> None:
    calls = [
        lambda: harbour.find(name),
        lambda: harbour.claim(name),
        lambda: harbour.claims(subject=name),
        lambda: harbour.claims(relation=name),
        lambda: harbour.describe(name),
        lambda: harbour.run(name),
        lambda: harbour.run("about", entity=name),
        lambda: harbour.paths(name, other, by=by),
        lambda: harbour.paths("Ada", "Iris", via=[name], families=[other], by=by),
        lambda: harbour.network(scope=name),
        lambda: harbour.network(include=[name]),
        lambda: harbour.central(name),
        lambda: harbour.serialize(name),
        lambda: harbour.hold_against(name, other),
        lambda: harbour.query("ASK {}", include=[name]),
        lambda: harbour.rdf.query(name),
    ]
    for call in calls:
        with suppress(CaseboardError):
            assert call() is not None


@given(source=st.text(max_size=300) | st.lists(ANYTHING, max_size=3) | ANYTHING)
def test_odd_sources_are_errors_of_ours(source: object, monkeypatch_module: None, folder: Path) -> None:
    if source is None or source in ("harbour", "hit-and-run"):
        return
    with pytest.raises(CaseboardError):
        caseboard.open(source)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def monkeypatch_module(tmp_path_factory: pytest.TempPathFactory) -> object:
    """Stand in an empty folder, where no odd name is by chance a file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("empty"))
        yield
