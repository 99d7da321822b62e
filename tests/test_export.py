"""What is exported can be read again, by the tools that own the format."""

from __future__ import annotations

import csv
import io
import json

import networkx as nx
import pytest

from caseboard import export
from caseboard.errors import BadArgument

HOSTILE = 'A "quoted" <b>label</b>, with; commas\nand ünïcode =1+1 </script>'


@pytest.fixture
def network() -> nx.MultiDiGraph:
    graph = nx.MultiDiGraph(name="Case", points="one; two")
    graph.add_node("ex:a", label=HOSTILE, kind="person", iri="https://example.org/a", unknown=True)
    graph.add_node("ex:b", label="B", kind="organisation", iri="https://example.org/b")
    common = {"family": "kinship", "status": "stated", "strength": 1.0, "reveal_order": 0}
    graph.add_edge("ex:a", "ex:b", "ex:c1", claim="ex:c1", relation="cb:x", label="knows", **common)
    graph.add_edge(
        "ex:a", "ex:b", "ex:c2", claim="ex:c2", relation="cb:y", label="helps", note=HOSTILE, **common
    )
    graph.add_edge("ex:b", "ex:a", "ex:c3", claim="ex:c3", relation="cb:y", label="helps", **common)
    return nx.freeze(graph)


def flat(graph: nx.MultiDiGraph) -> tuple[dict, dict]:
    nodes = {node: data["label"] for node, data in graph.nodes(data=True)}
    return nodes, {data["claim"]: (u, v, data["relation"]) for u, v, data in graph.edges(data=True)}


def test_graphml_reads_back_whole(network: nx.MultiDiGraph) -> None:
    back = nx.read_graphml(io.BytesIO(export.graphml(network)), force_multigraph=True)
    assert dict(back.nodes(data=True)) == dict(network.nodes(data=True))
    assert {d["claim"]: d for *_, d in back.edges(data=True)} == {
        d["claim"]: d for *_, d in network.edges(data=True)
    }


def test_gexf_reads_back(network: nx.MultiDiGraph) -> None:
    data = export.gexf(network)
    assert b"lastmodifieddate" not in data
    back = nx.read_gexf(io.BytesIO(data))
    assert flat(back) == flat(network)
    assert sorted(d["verb"] for *_, d in back.edges(data=True)) == ["helps", "helps", "knows"]


def test_node_link_reads_back_whole(network: nx.MultiDiGraph) -> None:
    back = nx.node_link_graph(json.loads(export.node_link(network)), edges="edges")
    assert nx.utils.graphs_equal(back, nx.MultiDiGraph(network))


def test_tables_read_back(network: nx.MultiDiGraph) -> None:
    files = export.tables(network)
    nodes = list(csv.DictReader(io.StringIO(files["nodes.csv"].decode(), newline="")))
    edges = list(csv.DictReader(io.StringIO(files["edges.csv"].decode(), newline="")))
    assert [(row["id"], row["label"]) for row in nodes] == [("ex:a", HOSTILE), ("ex:b", "B")]
    assert [(row["source"], row["target"], row["claim"]) for row in edges] == [
        ("ex:a", "ex:b", "ex:c1"),
        ("ex:a", "ex:b", "ex:c2"),
        ("ex:b", "ex:a", "ex:c3"),
    ]
    assert edges[1]["note"] == HOSTILE
    assert files["edges.csv"].split(b"\r\n")[0].startswith(b"source,target,claim,relation,label,status")


@pytest.mark.parametrize("writer", [export.graphml, export.gexf])
def test_a_character_that_xml_cannot_hold_is_named(writer: object) -> None:
    graph = nx.MultiDiGraph([("ex:a", "ex:b", "ex:c1", {"label": "rings\x07"})])
    with pytest.raises(BadArgument, match=r"ex:c1.*U\+0007.*\.json"):
        writer(graph)
    assert json.loads(export.node_link(graph))["edges"][0]["label"] == "rings\x07"


@pytest.mark.parametrize("writer", [export.graphml, export.gexf, export.node_link])
def test_the_same_network_gives_the_same_bytes_and_stays_as_it_was(
    writer: object, network: nx.MultiDiGraph
) -> None:
    before = nx.MultiDiGraph(network)
    assert writer(network) == writer(network)
    assert nx.utils.graphs_equal(before, nx.MultiDiGraph(network))


def test_an_empty_network_can_be_exported() -> None:
    empty = nx.freeze(nx.MultiDiGraph(name="Nothing"))
    assert b"graphml" in export.graphml(empty)
    assert b"gexf" in export.gexf(empty)
    assert export.tables(empty)["edges.csv"] == b"source,target,claim,relation,label,status\r\n"
