"""Files of other tools that are broken, hostile, or something else than their name says: one message each."""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path

import networkx as nx
import pytest
from click.testing import CliRunner

import caseboard
from caseboard import CaseError
from caseboard.cli import cli
from caseboard.formats import as_case

KARATE = nx.karate_club_graph()
GRAPHML = "\n".join(nx.generate_graphml(KARATE))
GEXF = "\n".join(nx.generate_gexf(KARATE))
JSON = json.dumps(nx.node_link_data(KARATE, edges="links"))
BUNDLE = '{"type": "bundle", "id": "bundle--5d0092c5-5f74-4287-9642-33f4c354e56d", "objects": %s}'
LONG = "".join(
    f'<!ENTITY b{place} "{("&a;" if not place else f"&b{place - 1};") * 20}">' for place in range(8)
)
RDF = (
    '<?xml version="1.0"?><!DOCTYPE r [%s]><rdf:RDF xmlns:e="urn:e:" '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="urn:a">'
    "<e:b>%s</e:b></rdf:Description></rdf:RDF>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY y SYSTEM "http://127.0.0.1:9/y">]>'
ELSEWHERE = "the ending of the format that it is in"

BROKEN: dict[str, tuple[str | bytes, str]] = {
    # cut off
    "cut.graphml": (GRAPHML[:4000], r"line \d+: not valid XML.*Mend it there"),
    "cut.gexf": (GEXF[:4000], r"line \d+: not valid XML.*Mend it there"),
    "cut.json": (JSON[:2000], r"line 1: not valid JSON.*column.*Mend it there"),
    "cut.edgelist": ("a b\nc", "line 2: a line with one name only"),
    "cut.ftm.json": ('{"id": "a", "schema": "Person", "prop', "line 1: not valid JSON"),
    "cut.tei": ("<TEI><teiHeader>", "line 1: not valid XML"),
    "cut.ttl": ("<urn:a> <urn:b> <urn:c", "line 1: not valid Turtle"),
    # in another encoding
    "utf16.json": (JSON.encode("utf-16"), "not text in UTF-8. Save it as UTF-8"),
    "utf16.edgelist": ("a b".encode("utf-16"), "not text in UTF-8"),
    "latin.ftm.json": ('{"id": "é"}'.encode("latin-1"), "not text in UTF-8"),
    "latin.graphml": (GRAPHML.replace("Mr. Hi", "é").encode("latin-1"), r"line \d+: not valid XML"),
    # something else than the name says
    "json.graphml": (JSON, f"this is no XML. Give the file {ELSEWHERE}"),
    "picture.gexf": (b"\x89PNG\r\n\x1a\n\0", f"this is no XML. Give the file {ELSEWHERE}"),
    "graphml.json": (GRAPHML, f"this is no JSON. Give the file {ELSEWHERE}"),
    "graphml.ftm.json": (GRAPHML, f"this is no JSON. Give the file {ELSEWHERE}"),
    "archive.stix.json": (b"PK\x03\x04", f"this is no JSON. Give the file {ELSEWHERE}"),
    "graphml.gexf": (GRAPHML, "its root is 'graphml', and not gexf. Give the file the ending .graphml"),
    "gexf.tei": (GEXF, "its root is 'gexf', and not TEI.*the ending .gexf"),
    "page.gexf": ("<!DOCTYPE html><html><body/></html>", f"its root is 'html'.*{ELSEWHERE}"),
    "network.stix.json": (JSON, "JSON that is no STIX bundle"),
    "table.edgelist": ("a,b\nc,d", "line 1: a line with one name only"),
    "turtle.nt": ("@prefix a: <urn:a> .", "line 1: not valid N-Triples"),
    # bombs, files of this machine, other machines
    "bomb.graphml": (f"<!DOCTYPE x [{LONG}]><graphml>&b7;</graphml>", "line 1: XML that declares entities"),
    "bomb.gexf": (f"<!DOCTYPE x [{LONG}]><gexf>&b7;</gexf>", "line 1: XML that declares entities"),
    "bomb.tei": (f"<!DOCTYPE x [{LONG}]><TEI>&b7;</TEI>", "line 1: XML that declares entities"),
    "bomb.rdf": (RDF % (f'<!ENTITY a "lol">{LONG}', "&b7;"), "XML that declares entities"),
    "wide.rdf": (RDF % (f'<!ENTITY a "{"x" * 20_000}">', "&a;" * 5000), "XML that declares entities"),
    "outside.graphml": (f"{OUTSIDE}<graphml>&y;</graphml>", "refers to another file"),
    "outside.tei": (f"{OUTSIDE}<TEI>&y;</TEI>", "refers to another file"),
    "outside.rdf": (RDF % ('<!ENTITY y SYSTEM "file:///etc/passwd">', "&y;"), "refers to another file"),
    "outside.xml": (RDF % ('<!ENTITY % y SYSTEM "file:///etc/passwd">', ""), "refers to another file"),
    "context.jsonld": ('{"@context": "http://127.0.0.1:9/c", "@id": "urn:a", "b": "c"}', "not valid JSON-LD"),
    # nested without end
    "deep.graphml": ("<graphml>" * 9999, "line 1: XML that is nested too deeply"),
    "deep.tei": ("<TEI>" * 9999, "line 1: XML that is nested too deeply"),
    "deep.json": ('{"nodes":' * 100_000, "JSON that is nested too deeply"),
    "deep.ftm.json": ('{"id":' + "[" * 100_000, "line 1: JSON that is nested too deeply"),
    "deep.stix.json": ('{"type":' + "[" * 100_000, "JSON that is nested too deeply"),
    "deep.edgelist": ("a b {" + "'x':{" * 5000, "cannot be read as an edge list"),
    "deep.jsonld": ('{"@id":' * 100_000, "not valid JSON-LD"),
    # nothing in it
    "empty.graphml": ("", "the file is empty"),
    "empty.json": (" \n", "the file is empty"),
    "empty.ftm.json": ("", "the file is empty"),
    "edgeless.graphml": ("\n".join(nx.generate_graphml(nx.empty_graph(3))), "no claim in it.*Add a link"),
    "edgeless.gexf": ("\n".join(nx.generate_gexf(nx.empty_graph(3))), "no claim in it.*Add a link"),
    "edgeless.json": ('{"nodes": [{"id": 1}], "links": []}', "no claim in it.*Add a link"),
    "edgeless.edgelist": ("# nobody\n", "no claim in it.*Add a link"),
    "edgeless.tei": ('<TEI><person xml:id="a"/></TEI>', "no claim in it.*Add a link"),
    "edgeless.stix.json": (BUNDLE % "[]", "the bundle has no objects. Add some"),
    # parts that are missing, or there twice
    "loose.json": (
        '{"nodes": [{"id": 1}], "links": [{"source": 1, "target": 2}]}',
        "no node's id. Add the node",
    ),
    "nameless.stix.json": (BUNDLE % '[{"type": "x-a"}]', "object 1 has no id and type. Give it both"),
    "numbers.stix.json": (BUNDLE % "[1, 2]", "object 1 has no id and type"),
    "twice.tei": (
        '<TEI><person xml:id="a"/><person xml:id="a"/></TEI>',
        "two persons have the xml:id 'a'. Give each one of its own",
    ),
    "list.ftm.json": ('[{"id": "a"}]', "line 1: no entity: it needs id, schema and properties"),
}


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Whoever opens a connection fails; and so does whoever opens a file of the machine's."""
    asked: list[object] = []

    def refused(*given: object, **_: object) -> None:
        asked.append(given)
        raise AssertionError("nothing is to be fetched")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    return asked


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_gets_one_message_with_what_and_where(
    name: str, tmp_path: Path, offline: list[object]
) -> None:
    if ".stix" in name:
        pytest.importorskip("stix2")
    data, said = BROKEN[name]
    file = tmp_path / name
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    with pytest.raises(CaseError, match=said) as caught:
        as_case(file.read_bytes(), name=str(file))
    assert str(file) in str(caught.value)
    assert len(str(caught.value)) < len(str(file)) + 500
    done = CliRunner().invoke(cli, ["import", str(file), "--to", str(tmp_path / "case")])
    assert isinstance(done.exception, CaseError)
    assert not (tmp_path / "case").exists()
    assert offline == []


ODD = {
    "twice.graphml": (
        '<graphml><graph edgedefault="directed"><node id="a"/><node id="a"/><node id="b"/>'
        '<edge source="a" target="b"/></graph></graphml>',
        "several nodes have one id, and are taken as one: a",
    ),
    "loose.graphml": (
        '<graphml><graph edgedefault="directed"><node id="a"/>'
        '<edge source="a" target="b"/></graph></graphml>',
        "links name whom no node describes: b",
    ),
    "loose.gexf": (
        '<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2"><graph defaultedgetype="directed">'
        '<nodes><node id="a" label="A"/></nodes><edges><edge id="0" source="a" target="b"/></edges>'
        "</graph></gexf>",
        "links name whom no node describes: b",
    ),
    "twice.json": (
        '{"nodes": [{"id": "a"}, {"id": "a"}], "links": [{"source": "a", "target": "a"}]}',
        "several nodes have one id, and are taken as one: a",
    ),
    "loose.tei": (
        '<TEI><person xml:id="a"/><relation name="friends" mutual="#a #b"/></TEI>',
        "relations name whom nothing describes: b",
    ),
    "twice.ftm.json": (
        '{"id": "a", "schema": "Person", "properties": {"nationality": ["se"]}}\n' * 2,
        "id that the file has twice: both are taken as one (1)",
    ),
    "half.ftm.json": (
        '{"id": "a", "schema": "Person", "properties": {"nationality": ["se"]}}\n'
        '{"id": "o", "schema": "Ownership", "properties": {"owner": ["a"]}}',
        "left out, since they name one end or none: 1 edge, o",
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_what_can_be_read_all_the_same_is_read_and_said(name: str) -> None:
    data, said = ODD[name]
    assert said in as_case(data.encode(), name=name).said


def test_entities_that_only_abbreviate_are_usual_in_rdf(tmp_path: Path) -> None:
    file = tmp_path / "short.owl"
    text = RDF % ('<!ENTITY f "urn:f:">', "word")
    file.write_text(text.replace('rdf:about="urn:a"', 'rdf:about="&f;ada"'), "utf-8")
    board = caseboard.open(file)
    assert [str(claim.object) for claim in board.claims()] == ["word"]
    assert [entity.iri for entity in board.entities.values()] == ["urn:f:ada"]


def test_a_deep_file_does_not_lower_the_limit_for_others() -> None:
    before = sys.getrecursionlimit()
    with pytest.raises(CaseError):
        as_case(b"[" * 100_000, name="deep.json")
    assert sys.getrecursionlimit() == before
