"""What is exported can be read again, by the tools that own the format."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable
from typing import Any

import networkx as nx
import pytest

from caseboard import Board, export
from caseboard.errors import BadArgument

HOSTILE = 'A "quoted" <b>label</b>, with; commas\nand ünïcode =1+1 </script>'


Writer = Callable[[nx.MultiDiGraph], Any]
WRITERS = [export.graphml, export.gexf, export.node_link, export.tables]


@pytest.fixture
def network() -> nx.MultiDiGraph:
    graph = nx.MultiDiGraph(name="Case", comment="A small case.", points="one; two")
    graph.add_node("ex:a", label=HOSTILE, kind="person", iri="https://example.org/a", unknown=True)
    graph.add_node("ex:b", label="B", kind="organisation", iri="https://example.org/b")
    common = {"family": "kinship", "status": "stated", "strength": 1.0, "reveal_order": 0}
    graph.add_edge("ex:a", "ex:b", "ex:c1", claim="ex:c1", relation="cb:x", label="knows", **common)
    graph.add_edge(
        "ex:a", "ex:b", "ex:c2", claim="ex:c2", relation="cb:y", label="helps", note=HOSTILE, **common
    )
    graph.add_edge("ex:b", "ex:a", "ex:c3", claim="ex:c3", relation="cb:y", label="helps", **common)
    return nx.freeze(graph)


def edges(graph: nx.MultiDiGraph) -> dict[tuple[str, str, str], dict]:
    return {(u, v, key): data for u, v, key, data in graph.edges(keys=True, data=True)}


def read_graphml(data: bytes) -> nx.MultiDiGraph:
    return nx.read_graphml(io.BytesIO(data), force_multigraph=True)


def read_csv(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def test_graphml_reads_back_whole(network: nx.MultiDiGraph) -> None:
    back = read_graphml(export.graphml(network))
    assert dict(back.nodes(data=True)) == dict(network.nodes(data=True))
    assert edges(back) == edges(network)
    assert {name: back.graph[name] for name in network.graph} == network.graph


def test_gexf_reads_back(network: nx.MultiDiGraph) -> None:
    back = nx.read_gexf(io.BytesIO(export.gexf(network)))
    assert dict(back.nodes(data=True)) == dict(network.nodes(data=True))
    assert edges(back) == {edge: {**data, "id": edge[2]} for edge, data in edges(network).items()}
    assert back.graph["name"] == "Case"


def test_node_link_reads_back_whole(network: nx.MultiDiGraph) -> None:
    data = export.node_link(network)
    assert nx.utils.graphs_equal(
        nx.node_link_graph(json.loads(data), edges="edges"), nx.MultiDiGraph(network)
    )
    assert "ünïcode" in data.decode()


def test_tables_read_back(network: nx.MultiDiGraph) -> None:
    files = export.tables(network)
    nodes, links = read_csv(files["nodes.csv"]), read_csv(files["edges.csv"])
    assert [(row["id"], row["label"], row["unknown"]) for row in nodes] == [
        ("ex:a", HOSTILE, "true"),
        ("ex:b", "B", ""),
    ]
    assert [(row["source"], row["target"], row["claim"]) for row in links] == [
        ("ex:a", "ex:b", "ex:c1"),
        ("ex:a", "ex:b", "ex:c2"),
        ("ex:b", "ex:a", "ex:c3"),
    ]
    assert links[1]["note"] == HOSTILE
    assert float(links[1]["strength"]) == 1.0


def test_tables_always_have_the_same_columns_and_more_where_there_is_more(network: nx.MultiDiGraph) -> None:
    more = nx.MultiDiGraph(network)
    more.nodes["ex:a"].update(zeal="high", age=40)
    for graph, tail in ((nx.MultiDiGraph(), b""), (network, b""), (more, b",age,zeal")):
        files = export.tables(graph)
        assert files["nodes.csv"].split(b"\r\n")[0] == ",".join(export.NODE_COLUMNS).encode() + tail
        assert files["edges.csv"].split(b"\r\n")[0] == ",".join(export.EDGE_COLUMNS).encode()


@pytest.mark.parametrize(
    "text",
    [
        *["", " \n ", "  padded\t", "line\nline", "line\r\nline", "line\rline", "a\x85b\u2028c"],
        *[
            "=1+1",
            "+1",
            "-1",
            "@sum",
            '"',
            "'",
            "a;b,c",
            "</data></node>]]>&amp;<!--",
            ' lastmodifieddate="1"',
        ],
        *["True", "12", "1.5", "null", "😀\u202e", "\x7f"],
    ],
)
def test_any_text_survives_every_format(network: nx.MultiDiGraph, text: str) -> None:
    network = nx.MultiDiGraph(network)
    network.nodes["ex:a"].update(label=text, comment=text)
    network.edges["ex:a", "ex:b", "ex:c2"].update(label=text, note=text)
    found = [
        read_graphml(export.graphml(network)),
        nx.read_gexf(io.BytesIO(export.gexf(network))),
        nx.node_link_graph(json.loads(export.node_link(network)), edges="edges"),
    ]
    for back in found:
        assert [back.nodes["ex:a"][name] for name in ("label", "comment")] == [text, text]
        assert [back.edges["ex:a", "ex:b", "ex:c2"][name] for name in ("label", "note")] == [text, text]
    files = export.tables(network)
    assert [read_csv(files["nodes.csv"])[0][name] for name in ("label", "comment")] == [text, text]
    assert [read_csv(files["edges.csv"])[1][name] for name in ("label", "note")] == [text, text]


@pytest.mark.parametrize("writer", [export.graphml, export.gexf])
@pytest.mark.parametrize("bad", ["\x00", "\x07", "\x0b", "\x1b", "\ufffe"])
def test_a_character_that_xml_cannot_hold_is_named(writer: Writer, bad: str) -> None:
    graph = nx.MultiDiGraph([("ex:a", "ex:b", "ex:c1", {"label": f"rings{bad}"})])
    with pytest.raises(BadArgument, match=rf"the label of ex:c1 .* U\+{ord(bad):04X}, which XML .* \.json"):
        writer(graph)
    assert json.loads(export.node_link(graph))["edges"][0]["label"] == f"rings{bad}"
    assert read_csv(export.tables(graph)["edges.csv"])[0]["label"] == f"rings{bad}"


@pytest.mark.parametrize("writer", WRITERS)
def test_half_a_character_is_named_and_no_format_recommended(writer: Writer) -> None:
    graph = nx.MultiDiGraph([("ex:a", "ex:b", "ex:c1")])
    graph.nodes["ex:b"]["label"] = "half \ud83d"
    with pytest.raises(BadArgument, match=r"the label of ex:b has the character U\+D83D.*from the case$"):
        writer(graph)


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize(
    ("attribute", "value", "words"),
    [
        ("threads", ["a", "b"], "no text, number or truth"),
        ("age", None, "no text, number or truth"),
        ("age", math.inf, "only finite numbers"),
        ("age", math.nan, "only finite numbers"),
        ("kind", 3, "the kind of ex:b is 3; others are text"),
    ],
)
def test_a_value_that_no_format_holds_is_named(
    writer: Writer, attribute: str, value: object, words: str, network: nx.MultiDiGraph
) -> None:
    network = nx.MultiDiGraph(network)
    network.nodes["ex:b"][attribute] = value
    with pytest.raises(BadArgument, match=words):
        writer(network)


@pytest.mark.parametrize("writer", WRITERS)
def test_whole_and_broken_numbers_mix(writer: Writer, network: nx.MultiDiGraph) -> None:
    network = nx.MultiDiGraph(network)
    network.edges["ex:a", "ex:b", "ex:c2"]["reveal_order"] = 1.5
    data = writer(network)
    if writer is export.graphml:
        orders = {key: d["reveal_order"] for (*_, key), d in edges(read_graphml(data)).items()}
    elif writer is export.gexf:
        orders = {key: d["reveal_order"] for (*_, key), d in edges(nx.read_gexf(io.BytesIO(data))).items()}
    elif writer is export.node_link:
        orders = {edge["key"]: edge["reveal_order"] for edge in json.loads(data)["edges"]}
    else:
        orders = {row["claim"]: float(row["reveal_order"]) for row in read_csv(data["edges.csv"])}
    assert orders == {"ex:c1": 0, "ex:c2": 1.5, "ex:c3": 0}


def test_every_key_of_a_graphml_file_has_an_id_of_its_own(network: nx.MultiDiGraph) -> None:
    keys = re.findall(rb'<key id="([^"]*)"', export.graphml(network))
    assert len(keys) == len(set(keys)) > 5


@pytest.mark.parametrize("writer", WRITERS)
def test_the_order_of_a_network_does_not_show_and_the_network_stays_as_it_was(
    writer: Writer, network: nx.MultiDiGraph
) -> None:
    before = nx.MultiDiGraph(network)
    turned = nx.MultiDiGraph(**dict(reversed(network.graph.items())))
    for node, data in reversed(list(network.nodes(data=True))):
        turned.add_node(node, **dict(reversed(data.items())))
    for u, v, key, data in reversed(list(network.edges(keys=True, data=True))):
        turned.add_edge(u, v, key, **dict(reversed(data.items())))
    assert writer(network) == writer(turned)
    assert nx.utils.graphs_equal(before, nx.MultiDiGraph(network))


def test_no_file_says_when_or_with_what_version_it_was_written(network: nx.MultiDiGraph) -> None:
    data = export.gexf(network)
    assert b"lastmodifieddate" not in data
    assert nx.__version__.encode() not in data
    assert b"<description>A small case.</description>" in data


def test_an_empty_network_can_be_exported() -> None:
    empty = nx.freeze(nx.MultiDiGraph(name="Nothing"))
    assert len(read_graphml(export.graphml(empty))) == 0
    assert len(nx.read_gexf(io.BytesIO(export.gexf(empty)))) == 0
    assert json.loads(export.node_link(empty))["nodes"] == []
    assert all(read_csv(data) == [] for data in export.tables(empty).values())


def test_the_bundled_case_reads_back(hit_and_run: Board) -> None:
    network = hit_and_run.network(scope="all", include=["hedged", "predicted", "refuted"])
    back = read_graphml(export.graphml(network))
    assert edges(back) == edges(network)
    assert dict(back.nodes(data=True)) == dict(network.nodes(data=True))
    assert len(read_csv(export.tables(network)["edges.csv"])) == network.number_of_edges()
