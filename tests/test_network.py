"""The network: one edge per claim, plain attributes, personas folded on request."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pytest

import caseboard

from .small import claim, people

CaseFile = Callable[[str], Path]


def test_one_edge_per_claim_in_the_claims_own_direction(harbour: caseboard.Board) -> None:
    network = harbour.network()
    assert isinstance(network, nx.MultiDiGraph)
    assert network.edges["ex:iris", "ex:ada", "ex:c-help"] == {
        "claim": "ex:c-help",
        "relation": "cb:helps",
        "label": "helps",
        "inverse": "is helped by",
        "family": "friendship",
        "status": "stated",
        "strength": 1.0,
        "revealed": "midway",
        "reveal_order": 1,
        "evidence": "At sea, paragraph 3, sentence 2 of The pilot's notebook",
        "note": "Iris takes Ada's side.",
    }
    assert network.edges["ex:grey", "ex:bruno", "ex:c-alias"]["identity"] is True
    assert network.edges["ex:grey", "ex:bruno", "ex:c-alias"]["threads"] == "The drowning; The ledger"
    assert network.nodes["ex:bruno"] == {
        "label": "Bruno Lind",
        "kind": "person",
        "iri": "https://w3id.org/caseboard/harbour/bruno",
        "reveal_order": 0,
        "threads": "The drowning; The ledger",
        "comment": "Lost at sea when Ada was small.",
        "aliases": "Mr Grey",
    }
    assert network.nodes["ex:stranger"]["unknown"] is True
    assert network.nodes["ex:grey"]["persona"] is True
    assert network.graph["points"] == "the start; midway; the sequel"


def test_it_is_frozen(harbour: caseboard.Board) -> None:
    with pytest.raises(nx.NetworkXError, match="rozen"):
        harbour.network().add_edge("a", "b")


def test_include_adds_less_certain_claims(harbour: caseboard.Board) -> None:
    def statuses(*include: str) -> set[str]:
        return {data["status"] for *_, data in harbour.network(include=include).edges(data=True)}

    assert statuses() == {"stated"}
    assert statuses("hedged") == {"stated", "hedged"}
    assert statuses("hedged", "predicted") == {"stated", "hedged", "predicted"}
    for wrong in (["hedge"], "hedged"):
        with pytest.raises(caseboard.BadArgument, match="hedged"):
            harbour.network(include=wrong)
    with pytest.raises(caseboard.BadArgument, match="world, work, all"):
        harbour.network(scope="story")


def test_refuted_claims_are_edges_only_on_request(hit_and_run: caseboard.Board) -> None:
    assert not hit_and_run.network().has_edge("hr:martin-wexler", "hr:danielle-wexler")
    edge = hit_and_run.network(include=["refuted"])["hr:martin-wexler"]["hr:danielle-wexler"]
    assert [data["refuted"] for data in edge.values()] == ["season 1"]


def test_a_refuted_claim_says_from_which_point_on_and_by_which_claims(hit_and_run: caseboard.Board) -> None:
    network = hit_and_run.network(include=["refuted"])
    (edge,) = network["hr:martin-wexler"]["hr:danielle-wexler"].values()
    points = network.graph["points"].split("; ")
    assert points[edge["refute_order"]] == edge["refuted"]
    assert edge["refuted_by"]
    assert set(edge["refuted_by"].split("; ")) <= {claim.id for claim in hit_and_run.claims()}
    others = [data for *_, data in network.edges(data=True) if "refuted" not in data]
    assert not any("refute_order" in data or "refuted_by" in data for data in others)


def test_a_node_is_known_from_the_earliest_claim_about_it(small_file: CaseFile) -> None:
    def later(text: str) -> str:
        return text.replace("t:p1", "t:p2")

    body = people("a", "b", "d") + later(claim("c1", "t:a", "cb:helps", "t:b"))
    body += later(claim("c2", "t:b", "cb:helps", "t:d")) + claim("c3", "t:a", "cb:vitalStatus", '"alive"')
    body += claim("c4", "t:a", "cb:vitalStatus", '"https://example.org/t/b"')
    body += claim("c5", "t:d", "cb:friendOf", "t:e", "Hedged")
    network = caseboard.open(small_file(body)).network()
    assert dict(network.nodes(data="reveal_order")) == {"t:a": 0, "t:b": 1, "t:d": 0}


def test_a_person_is_known_from_the_first_claim_about_a_folded_persona(small_file: CaseFile) -> None:
    late = claim("c1", "t:mask", "cb:aliasOf", "t:real").replace("t:p1", "t:p2")
    body = people("mask", "real", "friend") + late + claim("c2", "t:mask", "cb:friendOf", "t:friend")
    board = caseboard.open(small_file(body))
    assert dict(board.network().nodes(data="reveal_order")) == {"t:mask": 0, "t:real": 1, "t:friend": 0}
    merged = board.network(merge_aliases=True)
    assert dict(merged.nodes(data="reveal_order")) == {"t:real": 0, "t:friend": 0}


def test_parallel_claims_are_two_edges_and_literal_claims_none(small_file: CaseFile) -> None:
    body = people("a", "b") + claim("c1", "t:a", "cb:helps", "t:b") + claim("c2", "t:a", "cb:friendOf", "t:b")
    network = caseboard.open(small_file(body + claim("c3", "t:a", "cb:vitalStatus", '"dead"'))).network()
    assert sorted(network.edges(keys=True)) == [("t:a", "t:b", "t:c1"), ("t:a", "t:b", "t:c2")]
    alone = claim("c3", "t:a", "cb:vitalStatus", '"dead"')
    assert len(caseboard.open(small_file(people("a") + alone)).network()) == 0


def test_a_literal_that_looks_like_an_entity_is_no_node(small_file: CaseFile) -> None:
    body = people("a") + claim("c", "t:a", "cb:helps", '"https://example.org/t/a"')
    assert len(caseboard.open(small_file(body)).network()) == 0


def test_personas_fold_into_the_person_at_the_end_of_the_chain(small_file: CaseFile) -> None:
    body = (
        people("mask", "cover", "real", "friend")
        + claim("c1", "t:mask", "cb:aliasOf", "t:cover")
        + claim("c2", "t:cover", "cb:aliasOf", "t:real")
        + claim("c3", "t:mask", "cb:friendOf", "t:friend")
    )
    board = caseboard.open(small_file(body))
    assert set(board.network()) == {"t:mask", "t:cover", "t:real", "t:friend"}
    merged = board.network(merge_aliases=True)
    assert list(merged.edges(keys=True)) == [("t:real", "t:friend", "t:c3")]
    assert merged.nodes["t:real"]["aliases"] == "Cover; Mask"
    assert [step.claim for step in board.paths("Mask", "Friend", merge_aliases=True)[0]] == ["t:c3"]


def test_a_persona_of_two_people_belongs_to_neither(small_file: CaseFile) -> None:
    body = people("mask", "one", "two", "friend") + claim("c1", "t:mask", "cb:aliasOf", "t:one")
    body += claim("c2", "t:mask", "cb:aliasOf", "t:two") + claim("c3", "t:mask", "cb:friendOf", "t:friend")
    merged = caseboard.open(small_file(body)).network(merge_aliases=True)
    assert set(merged) == {"t:mask", "t:one", "t:two", "t:friend"}


def test_aliases_in_a_circle_are_named_not_merged(small_file: CaseFile) -> None:
    body = (
        people("a", "b") + claim("c1", "t:a", "cb:aliasOf", "t:b") + claim("c2", "t:b", "cb:aliasOf", "t:a")
    )
    board = caseboard.open(small_file(body))
    assert len(board.network()) == 2
    with pytest.raises(caseboard.CaseError, match=r"circle.*(a -> b|b -> a)"):
        board.network(merge_aliases=True)
    assert not board.check().ok


def test_the_same_case_gives_the_same_network(small_file: CaseFile) -> None:
    first, second = (caseboard.open().network(include=["hedged"]) for _ in range(2))
    assert list(first.nodes(data=True)) == list(second.nodes(data=True))
    assert list(first.edges(keys=True, data=True)) == list(second.edges(keys=True, data=True))


def test_networkx_can_do_with_it_what_it_does_with_its_own(hit_and_run: caseboard.Board) -> None:
    network = hit_and_run.network()
    fresh = nx.MultiDiGraph(**network.graph)
    fresh.add_nodes_from(network.nodes(data=True))
    fresh.add_edges_from(network.edges(keys=True, data=True))
    assert nx.utils.graphs_equal(fresh, network)
    assert network.number_of_edges() == len(fresh.edges)
    assert {v: set(network.pred[v]) for v in network} == {v: set(fresh.pred[v]) for v in fresh}
    assert network.reverse().number_of_edges() == network.number_of_edges()


def test_a_person_with_a_hedged_alias_stays_two_nodes(small_file: CaseFile) -> None:
    body = people("mask", "real", "friend") + claim("c1", "t:mask", "cb:aliasOf", "t:real", "Hedged")
    board = caseboard.open(small_file(body + claim("c2", "t:mask", "cb:friendOf", "t:friend")))
    merged = board.network(include=["hedged"], merge_aliases=True)
    assert set(merged) == {"t:mask", "t:real", "t:friend"}
    assert merged.edges["t:mask", "t:real", "t:c1"]["identity"] is True
    assert len(board.paths("Mask", "Friend", include=["hedged"], merge_aliases=True)) == 1


def test_a_refuted_alias_folds_nobody(small_file: CaseFile) -> None:
    body = people("mask", "real") + claim("c1", "t:mask", "cb:aliasOf", "t:real", more="; cb:refutedIn t:p2 ")
    body += claim("c2", "t:mask", "cb:friendOf", "t:real")
    merged = caseboard.open(small_file(body)).network(include=["refuted"], merge_aliases=True)
    assert set(merged) == {"t:mask", "t:real"}


def test_an_alias_of_itself_is_no_edge_of_a_merged_network(small_file: CaseFile) -> None:
    body = people("a", "b") + claim("c1", "t:a", "cb:aliasOf", "t:a") + claim("c2", "t:a", "cb:helps", "t:b")
    board = caseboard.open(small_file(body))
    assert list(board.network(merge_aliases=True).edges(keys=True)) == [("t:a", "t:b", "t:c2")]
    assert not board.check().ok


def test_what_else_a_persona_has_to_do_with_its_person_becomes_a_loop(small_file: CaseFile) -> None:
    body = people("mask", "real") + claim("c1", "t:mask", "cb:aliasOf", "t:real")
    board = caseboard.open(small_file(body + claim("c2", "t:mask", "cb:spiesOn", "t:real")))
    assert list(board.network(merge_aliases=True).edges(keys=True)) == [("t:real", "t:real", "t:c2")]


def test_a_long_chain_of_aliases_is_folded_at_once(small_file: CaseFile) -> None:
    names = [f"x{n}" for n in range(1_000)]
    chain = "".join(claim(f"c{n}", f"t:x{n}", "cb:aliasOf", f"t:x{n + 1}") for n in range(999))
    body = people(*names) + chain + claim("last", "t:x0", "cb:helps", "t:bob")
    merged = caseboard.open(small_file(body)).network(merge_aliases=True)
    assert list(merged.edges(keys=True)) == [("t:x999", "t:bob", "t:last")]
    assert len(merged.nodes["t:x999"]["aliases"].split("; ")) == 999


@pytest.mark.parametrize("scope", ["world", "work", "all"])
def test_the_writers_of_networkx_take_it_as_it_is(
    scope: str, hit_and_run: caseboard.Board, tmp_path: Path
) -> None:
    network = hit_and_run.network(scope=scope, include=["hedged", "predicted", "inferred", "refuted"])
    nx.write_graphml(network, tmp_path / "board.graphml")
    again = nx.read_graphml(tmp_path / "board.graphml", force_multigraph=True)
    assert again.number_of_edges() == network.number_of_edges()
    assert {data["claim"] for *_, data in again.edges(data=True)} == {
        key for *_, key in network.edges(keys=True)
    }
    nx.write_gexf(network, tmp_path / "board.gexf")
    for _, data in [*network.nodes(data=True), *((None, data) for *_, data in network.edges(data=True))]:
        assert {type(value) for value in data.values()} <= {str, bool, int, float}
        assert all(value != "" and value is not None for value in data.values())


def test_the_scopes_share_no_claim_and_make_up_the_whole(hit_and_run: caseboard.Board) -> None:
    def keys(scope: str) -> set[str]:
        return {key for *_, key in hit_and_run.network(scope=scope).edges(keys=True)}

    assert keys("world") | keys("work") == keys("all")
    assert not keys("world") & keys("work")
    assert keys("world")
    assert keys("work")


def test_every_node_is_the_end_of_an_edge(hit_and_run: caseboard.Board) -> None:
    for scope in ("world", "work", "all"):
        network = hit_and_run.network(scope=scope)
        assert all(network.degree(node) for node in network)


def test_a_circle_of_aliases_outside_the_scope_stops_nobody(small_file: CaseFile) -> None:
    circle = claim("c1", "t:a", "cb:aliasOf", "t:b") + claim("c2", "t:b", "cb:aliasOf", "t:a")
    board = caseboard.open(
        small_file(people("a", "b", "d") + circle + claim("c3", "t:d", "cb:portrayedBy", "t:e"))
    )
    assert len(board.paths("t:d", "t:e", scope="work", merge_aliases=True)) == 1
    with pytest.raises(caseboard.UnknownName, match="not in this network"):
        board.paths("t:a", "t:d", scope="work", merge_aliases=True)
