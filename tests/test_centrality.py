"""Rankings agree with networkx, and say what they cannot do."""

from __future__ import annotations

import json
import random
import sys

import networkx as nx
import pytest

from caseboard.centrality import MEASURES, rank
from caseboard.errors import BadArgument, MissingExtra, NotComputable


def reference(network: nx.MultiDiGraph, by: str) -> dict[str, float]:
    directed = nx.DiGraph(network)
    directed.remove_edges_from(list(nx.selfloop_edges(directed)))
    plain = nx.Graph(directed)
    return {
        "betweenness": lambda: nx.betweenness_centrality(plain),
        "degree": lambda: nx.degree_centrality(plain),
        "in-degree": lambda: nx.in_degree_centrality(directed),
        "out-degree": lambda: nx.out_degree_centrality(directed),
        "closeness": lambda: nx.closeness_centrality(plain),
        "pagerank": lambda: nx.pagerank(directed, tol=1e-14, max_iter=10_000, weight=None),
        "eigenvector": lambda: nx.eigenvector_centrality(plain, tol=1e-14, max_iter=100_000),
    }[by]()


def graphs() -> dict[str, nx.MultiDiGraph]:
    dense = nx.MultiDiGraph(nx.gnp_random_graph(40, 0.15, seed=1, directed=True))
    sparse = nx.MultiDiGraph(nx.gnp_random_graph(60, 0.03, seed=2, directed=True))
    parallel = nx.MultiDiGraph(
        [("a", "b"), ("a", "b"), ("b", "a"), ("b", "c"), ("c", "c"), ("c", "a"), ("c", "d")]
    )
    star = nx.MultiDiGraph([(leaf, "hub") for leaf in "abcde"])
    bipartite = nx.MultiDiGraph(nx.complete_bipartite_graph(4, 6))
    parts = nx.MultiDiGraph(nx.disjoint_union(nx.cycle_graph(5), nx.cycle_graph(7)))
    chance = random.Random(3)
    crowded = nx.MultiDiGraph([(chance.randrange(25), chance.randrange(25)) for _ in range(150)])
    bare = nx.MultiDiGraph()
    bare.add_nodes_from("abc")
    found = {"dense": dense, "disconnected": sparse, "parallel": parallel, "star": star}
    found |= {
        "bipartite": bipartite,
        "parts": parts,
        "crowded": crowded,
        "bare": bare,
        "pair": star.subgraph("ab"),
    }
    return {name: nx.relabel_nodes(graph, str) for name, graph in found.items()}


@pytest.mark.parametrize("by", MEASURES)
@pytest.mark.parametrize("name", graphs())
def test_scores_are_those_of_networkx(name: str, by: str) -> None:
    network = graphs()[name]
    expected = reference(network, by)
    scores = {row.node: row.score for row in rank(network, by=by)}
    assert scores.keys() == expected.keys()
    assert all(abs(scores[node] - expected[node]) < 1e-9 for node in expected)


@pytest.mark.parametrize("by", MEASURES)
def test_an_empty_network_ranks_nobody_and_a_single_node_ranks_first(by: str) -> None:
    assert len(rank(nx.MultiDiGraph(), by=by)) == 0
    single = nx.MultiDiGraph([("only", "only")])
    single.nodes["only"]["label"] = "Only One"
    assert [(row.rank, row.label) for row in rank(single, by=by)] == [(1, "Only One")]
    assert rank(single, by=by).rows[0].score == reference(single, by)["only"]


def test_equal_scores_share_a_rank_and_come_by_label() -> None:
    network = nx.MultiDiGraph([("x", "hub"), ("y", "hub"), ("hub", "z")])
    network.nodes["x"]["label"] = "Zoe"
    assert [(row.rank, row.label) for row in rank(network)] == [(1, "hub"), (2, "Zoe"), (2, "y"), (2, "z")]


def test_an_unknown_measure_lists_those_there_are() -> None:
    with pytest.raises(BadArgument, match=r"closeness.*Did you mean betweenness"):
        rank(nx.MultiDiGraph(), by="betweeness")


def test_what_does_not_settle_is_said() -> None:
    # The first two eigenvalues of a long path hardly differ.
    with pytest.raises(NotComputable, match="eigenvector does not settle on this graph within 10000 rounds"):
        rank(nx.MultiDiGraph(nx.path_graph([f"n{i}" for i in range(2000)])), by="eigenvector")


def test_the_order_of_nodes_and_claims_does_not_show() -> None:
    network = graphs()["crowded"]
    turned = nx.MultiDiGraph()
    turned.add_nodes_from(reversed(list(network)))
    turned.add_edges_from(reversed(list(network.edges(keys=True))))
    for by in MEASURES:
        assert rank(turned, by=by) == rank(network, by=by)


def test_the_top_of_a_ranking_is_a_ranking() -> None:
    ranking = rank(graphs()["dense"])
    assert [row.node for row in ranking.top(2)] == [row.node for row in ranking][:2]
    assert len(ranking.top(0)) == 0
    assert ranking.top(1_000) == ranking
    for wrong in (-1, 2.5, True, None):
        with pytest.raises(BadArgument, match="whole number from 0 on"):
            ranking.top(wrong)


def test_a_long_ranking_says_how_many_rows_a_notebook_leaves_out() -> None:
    ranking = rank(graphs()["disconnected"])
    shown = ranking._repr_html_()
    assert (shown.count("<tr>") - 1, shown.count("<tr hidden>")) == (20, 40)
    assert "1–20 of 60<" in shown
    assert "of 20" not in ranking.top(20)._repr_html_()
    assert len(str(ranking).splitlines()) == len(ranking) == 60


def test_a_label_cannot_steer_the_terminal() -> None:
    network = nx.MultiDiGraph([("a", "b")])
    network.nodes["a"]["label"] = "An\x1b[2Jn\nLee"
    assert str(rank(network)).splitlines()[0] == "  1  An [2Jn Lee  0.0000"


def test_pandas_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtra, match=r"pandas.*caseboard\[notebook\]"):
        rank(graphs()["star"]).to_pandas()


def test_a_ranking_shows_itself_safely_and_travels_as_json() -> None:
    network = nx.MultiDiGraph([("a", "b")])
    network.nodes["a"].update(label="<img src=x onerror=alert(1)>", kind="person")
    ranking = rank(network)
    assert "<img" not in ranking._repr_html_()
    assert json.loads(json.dumps(ranking.to_dict()))["rows"][0]["rank"] == 1
    assert list(ranking.to_pandas().columns) == ["rank", "node", "label", "kind", "score"]
    assert "  1  " in str(ranking)


def test_ranking_leaves_the_network_alone() -> None:
    network = graphs()["parallel"]
    before = (list(network.nodes(data=True)), list(network.edges(keys=True, data=True)))
    for by in MEASURES:
        rank(nx.freeze(network.copy()), by=by)
        rank(network, by=by)
    assert (list(network.nodes(data=True)), list(network.edges(keys=True, data=True))) == before
