"""Ranks side by side: who leads whatever one believes, and who only while one believes the weak claims."""

from __future__ import annotations

import json

import networkx as nx
import pytest

from caseboard import Board
from caseboard.centrality import Ranking, Standing, rank
from caseboard.errors import BadArgument
from caseboard.robust import robust_ranking


def star(*spokes: str) -> nx.MultiDiGraph:
    """Build a network of edges such as "ab"."""
    return nx.MultiDiGraph([tuple(spoke) for spoke in spokes])


def networks(board: Board) -> dict[str, nx.MultiDiGraph]:
    return {
        "stated": board.network(),
        "with hedged": board.network(include=("hedged",)),
        "everything": board.network(include=("hedged", "predicted")),
    }


def marked(ranking: object) -> list[str]:
    return [row.node for row in ranking if row.leads_through_weak]  # type: ignore[attr-defined]


def test_each_rank_is_that_of_its_own_network(hit_and_run: Board) -> None:
    given = networks(hit_and_run)
    for by in ("betweenness", "degree"):
        found = robust_ranking(given, by)
        assert found.columns == tuple(given)
        for place, network in enumerate(given.values()):
            alone = {row.node: row.rank for row in rank(network, by=by)}
            assert {row.node: row.ranks[place] for row in found if row.ranks[place] is not None} == alone


def test_whoever_needs_the_weak_claims_to_lead_is_marked(hit_and_run: Board, harbour: Board) -> None:
    assert marked(robust_ranking(networks(hit_and_run), "betweenness")) == ["hr:america"]
    found = robust_ranking(networks(harbour), "degree")
    assert marked(found) == ["ex:meridian"]
    (line,) = [line for line in str(found).splitlines() if line.startswith("Meridian Line")]
    assert line.endswith("leads only through weak claims")


def test_the_fourth_place_does_not_lead() -> None:
    scores = {"a": 4.0, "b": 3.0, "c": 2.0, "d": 1.0}
    swapped = {"a": 4.0, "b": 3.0, "d": 2.0, "c": 1.0}

    def fixed(network: nx.MultiDiGraph, *, by: str) -> Ranking:
        rows = (scores if network.name == "sure" else swapped).items()
        return Ranking(by, tuple(Standing(i, node, node, "", n) for i, (node, n) in enumerate(rows, 1)))

    given = {"stated": nx.MultiDiGraph(name="sure"), "everything": nx.MultiDiGraph(name="weak")}
    found = robust_ranking(given, "mine", rank=fixed)
    assert marked(found) == ["d"]
    assert [row.ranks for row in found] == [(1, 1), (2, 2), (3, 4), (4, 3)]


def test_leading_at_a_point_of_the_story_is_not_leading_through_weak_claims() -> None:
    given = {"stated": star("ah", "bh"), "as of later": star("ax", "bx"), "everything": star("ah", "bh")}
    assert marked(robust_ranking(given, "betweenness")) == []


def test_a_score_of_nothing_is_no_lead() -> None:
    flat = {"stated": star("ab"), "everything": star("ab", "cd")}
    assert marked(robust_ranking(flat, "betweenness")) == []
    # All are first with nothing where only facts count, so h owes the lead to the others.
    assert marked(robust_ranking({"stated": star("ah"), "everything": star("ah", "hb")}, "betweenness")) == [
        "h"
    ]


def test_a_rank_shared_by_a_crowd_is_no_lead_but_holds_one_against_doubt() -> None:
    # With everything a, b, c and d are second: four on two places.
    crowd = {"stated": star("ah", "bh"), "everything": star("ah", "bh", "ch", "dh")}
    assert marked(robust_ranking(crowd, "degree")) == []
    # With the stated claims alone d was second as well, so the weak claim only breaks the tie.
    tied = {"stated": star("ah", "bh", "ch", "dh"), "everything": star("ah", "bh", "ch", "dh", "dx")}
    assert marked(robust_ranking(tied, "degree")) == []
    fresh = {"stated": star("ah", "bh", "ch", "ab", "bc"), "everything": star("ah", "bh", "ch", "xh", "xy")}
    assert marked(robust_ranking(fresh, "degree")) == ["x"]


def test_whoever_is_absent_has_no_rank_and_comes_last() -> None:
    found = robust_ranking({"stated": star("ah", "bh"), "with hedged": star("ah", "bh", "ch")}, "degree")
    assert [(row.node, row.ranks) for row in found] == [
        ("h", (1, 1)),
        ("a", (2, 2)),
        ("b", (2, 2)),
        ("c", (None, 2)),
    ]
    assert str(found).splitlines()[-1].split() == ["c", "–", "2"]
    assert found.to_dict()["rows"][-1]["ranks"] == {"stated": None, "with hedged": 2}


def test_the_board_ranks_by_belief_and_by_point(hit_and_run: Board) -> None:
    found = hit_and_run.central(robust=True)
    assert found.columns[:3] == ("stated", "with hedged", "everything")
    assert found.columns[3:] == tuple(f"as of {point}" for point in hit_and_run.case.points)
    plain = {row.node: row.rank for row in hit_and_run.central()}
    assert {row.node: row.ranks[0] for row in found if row.ranks[0]} == plain
    premise = {row.node: row.rank for row in hit_and_run.view(as_of="premise").central()}
    assert {row.node: row.ranks[3] for row in found if row.ranks[3]} == premise
    assert [row.label for row in found if row.leads_through_weak] == ["America"]


def test_what_is_included_is_not_for_the_asker_to_say(harbour: Board) -> None:
    with pytest.raises(BadArgument, match="goes through what include= takes itself"):
        harbour.central(robust=True, include=["hedged"])


def test_columns_are_aligned(harbour: Board) -> None:
    head, *lines = str(robust_ranking(networks(harbour), "degree")).splitlines()
    assert head.split("  ")[0] == "by degree"
    for name in ("stated", "with hedged", "everything"):
        end = head.index(name) + len(name)
        assert all(line[end - 1] != " " and line[end : end + 1] in ("", " ") for line in lines)


def test_the_top_keeps_those_who_lead_through_weak_claims(harbour: Board) -> None:
    found = robust_ranking(networks(harbour), "degree")
    assert [row.node for row in found.top(1)] == ["ex:ada", *marked(found)]
    assert len(found.top(1000)) == len(found)


def test_empty_networks_rank_nobody() -> None:
    found = robust_ranking({"stated": nx.MultiDiGraph()}, "degree")
    assert (len(found), str(found)) == (0, "Nobody to rank by degree.")
    assert len(robust_ranking({"stated": nx.MultiDiGraph(), "everything": star("ab")}, "degree")) == 2


def test_nothing_to_start_from_is_refused() -> None:
    with pytest.raises(BadArgument, match="named 'stated'; given: none"):
        robust_ranking({}, "degree")
    with pytest.raises(BadArgument, match="given: 'everything'"):
        robust_ranking({"everything": star("ab")}, "degree")
    with pytest.raises(BadArgument, match="no measure 'fame'"):
        robust_ranking({"stated": star("ab")}, "fame")


def test_labels_can_neither_forge_a_row_nor_become_markup() -> None:
    network = star("ab")
    network.nodes["a"].update(label="A\nB  1  1", kind="<i>")
    hostile = "</table><script>alert(1)</script>\n"
    network.add_edge("c'><script>", "a")
    found = robust_ranking({"stated": network, hostile: network}, "degree")
    assert len(str(found).splitlines()) == 1 + len(found)
    page = found._repr_html_()
    assert "<script>" not in page
    assert "<i>" not in page
    assert "'><" not in page.replace("&#x27;", "").replace("title='a'", "").replace("title='b'", "")


def test_the_ranking_becomes_json_and_leaves_the_networks_alone(harbour: Board) -> None:
    given = networks(harbour)
    before = {name: nx.node_link_data(network, edges="links") for name, network in given.items()}
    data = json.loads(json.dumps(robust_ranking(given, "pagerank").to_dict()))
    assert (data["by"], data["networks"]) == ("pagerank", ["stated", "with hedged", "everything"])
    assert {name: nx.node_link_data(network, edges="links") for name, network in given.items()} == before
