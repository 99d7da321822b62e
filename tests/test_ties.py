"""What ties threads together and where a network comes apart, held against networkx and plain counting."""

from __future__ import annotations

import itertools
import json

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseboard import Board
from caseboard.errors import BadArgument
from caseboard.model import Claim, Name, Point, Relation, Value
from caseboard.ties import links, weak_points

ONE, TWO = Name("t:one", "One"), Name("t:two", "Two")
KNOWS = Relation("t:knows", "knows", "is known by", "friendship", False, False, False, True, "")


def claim(name: str, subject: str, obj: str | Value, *threads: Name) -> Claim:
    return Claim(
        id=name,
        subject=Name(subject, subject),
        relation=KNOWS,
        object=obj if isinstance(obj, Value) else Name(obj, obj),
        status="stated",
        strength=1.0,
        revealed=Point("t:p", "first", 0),
        refuted=None,
        refuted_by=(),
        threads=threads,
        event=None,
        evidence=(),
        attributed_to=(),
        note="",
    )


def network(*edges: str) -> nx.MultiDiGraph:
    """Build a network of edges such as "ab", keyed by themselves; a repeated one gets a number."""
    graph = nx.MultiDiGraph()
    for u, v in edges:
        again = graph.number_of_edges(u, v)
        graph.add_edge(u, v, key=f"{u}{v}{again or ''}")
    return graph


def in_threads(one: str, two: str) -> list[Claim]:
    """Name edges, such as "ab cd", as the claims of each thread."""
    first, second = one.split(), two.split()
    return [
        claim(edge, edge[0], edge[1], *([ONE] * (edge in first)), *([TWO] * (edge in second)))
        for edge in dict.fromkeys(first + second)
    ]


def ids(names: tuple[Name, ...]) -> str:
    return "".join(name.id for name in names)


# --- two threads ----------------------------------------------------------------------------------


def test_whoever_is_in_both_threads_is_a_tie() -> None:
    found = links(network("ab", "bc"), in_threads("ab", "bc"), ONE, TWO)
    assert (found.number, ids(found.shared), found.paths) == (1, "b", ())
    assert str(found) == "One and Two have 1 tie.\nIn both: b."


def test_a_path_between_the_threads_is_a_tie_whatever_its_direction() -> None:
    found = links(network("ab", "xb", "xc", "cd"), in_threads("ab", "cd"), ONE, TWO)
    assert [ids(path) for path in found.paths] == ["bxc"]
    assert str(found) == "One and Two have 1 tie.\nFrom one to the other: b – x – c."


def test_paths_through_the_same_entity_count_once() -> None:
    found = links(network("ab", "ax", "bx", "xc", "xd", "cd"), in_threads("ab", "cd"), ONE, TWO)
    assert found.number == 1
    two_ways = network("ab", "ax", "bx", "xc", "xd", "cd", "ay", "yd")
    assert links(two_ways, in_threads("ab", "cd"), ONE, TWO).number == 2


def test_threads_that_nothing_ties_say_so() -> None:
    found = links(network("ab", "cd"), in_threads("ab", "cd"), ONE, TWO)
    assert (found.number, str(found)) == (0, "Nothing ties One and Two together.")


@pytest.mark.parametrize("graph", [nx.MultiDiGraph(), network("ab")])
def test_a_thread_without_claims_is_tied_to_nothing(graph: nx.MultiDiGraph) -> None:
    assert links(graph, in_threads("ab", ""), ONE, TWO).number == 0
    assert links(graph, [], ONE, TWO).number == 0


def test_what_the_network_leaves_out_ties_nothing() -> None:
    claims = in_threads("ab", "bc")
    assert links(network("ab"), claims, ONE, TWO).number == 0
    assert links(network("ab", "bc"), claims, ONE, TWO).number == 1


def test_a_claim_with_a_literal_puts_its_subject_in_the_thread() -> None:
    claims = [claim("ab", "a", "b", ONE), claim("dead", "b", Value("dead"), TWO)]
    assert ids(links(network("ab"), claims, ONE, TWO).shared) == "b"
    assert links(network("ac"), claims, ONE, TWO).number == 0


def test_merged_personas_are_the_person_behind_them(harbour: Board) -> None:
    drowning, ledger = harbour.case.threads.values()
    apart = links(harbour.network(), harbour.claims(), drowning, ledger)
    merged = links(harbour.network(merge_aliases=True), harbour.claims(), drowning, ledger)
    assert [name.label for name in apart.shared] == ["Bruno Lind", "Mr Grey"]
    assert "ex:grey" not in {name.id for path in (merged.shared, *merged.paths) for name in path}


def test_a_thread_is_not_tied_to_itself() -> None:
    with pytest.raises(BadArgument, match="two different threads"):
        links(network("ab"), [], ONE, ONE)


def test_links_are_the_same_both_ways_in_number(hit_and_run: Board) -> None:
    graph, claims = hit_and_run.network(), hit_and_run.claims()
    tied = 0
    for one, two in itertools.combinations(hit_and_run.case.threads.values(), 2):
        there, back = links(graph, claims, one, two), links(graph, claims, two, one)
        assert there.number == back.number
        assert set(there.shared) == set(back.shared)
        tied += there.number
    assert tied


nodes = st.integers(0, 7).map(lambda n: "abcdefgh"[n])
edges = st.lists(st.tuples(nodes, nodes).map("".join), min_size=1, max_size=16)


@given(edges=edges, first=st.data())
def test_the_number_of_ties_is_that_of_the_smallest_cut(edges: list[str], first: st.DataObject) -> None:
    """Menger: as many disjoint ties as entities that have to go until none is left."""
    graph = network(*edges)
    some = st.lists(st.sampled_from(sorted(set(edges))), max_size=2, unique=True)
    one, two = first.draw(some), first.draw(some)
    found = links(graph, in_threads(" ".join(one), " ".join(two)), ONE, TWO)
    left, right = set("".join(one)), set("".join(two))
    plain = nx.Graph(graph)
    smallest = next(
        size
        for size in range(len(plain) + 1)
        for gone in itertools.combinations(sorted(plain), size)
        if parted(plain, left - set(gone), right - set(gone), set(gone))
    )
    assert found.number == smallest
    used = [*ids(found.shared), *(node for path in found.paths for node in ids(path))]
    assert len(used) == len(set(used))
    assert set(ids(found.shared)) == left & right
    for path in map(ids, found.paths):
        assert nx.is_path(plain, list(path))
        assert path[0] in left
        assert path[-1] in right


def parted(graph: nx.Graph, left: set[str], right: set[str], gone: set[str]) -> bool:
    rest = graph.subgraph(set(graph) - gone)
    return not any(nx.node_connected_component(rest, node) & right for node in left)


# --- the whole network ----------------------------------------------------------------------------


def parts_without(plain: nx.Graph, node: str) -> list[int]:
    own = plain.subgraph(nx.node_connected_component(plain, node) - {node})
    return sorted(map(len, nx.connected_components(own)), reverse=True)


@given(edges=st.lists(st.tuples(nodes, nodes).map("".join), max_size=14))
def test_weak_points_are_those_that_taking_away_finds(edges: list[str]) -> None:
    graph = network(*edges)
    plain = nx.Graph(graph)
    plain.remove_edges_from(list(nx.selfloop_edges(plain)))
    weak = weak_points(graph)
    assert {item.name.id: list(item.parts) for item in weak.articulations} == {
        node: parts for node in plain if len(parts := parts_without(plain, node)) > 1
    }
    expected = {}
    for u, v in plain.edges():
        rest = plain.copy()
        rest.remove_edge(u, v)
        if not nx.has_path(rest, u, v):
            u, v = sorted((u, v))
            sizes = tuple(len(nx.node_connected_component(rest, end)) for end in (u, v))
            expected[u, v] = (sorted(key for a, b, key in graph.edges(keys=True) if {a, b} == {u, v}), sizes)
    assert {
        (item.ends[0].id, item.ends[1].id): (list(item.claims), item.parts) for item in weak.bridges
    } == expected


def test_a_link_of_two_claims_hangs_by_neither() -> None:
    weak = weak_points(network("ab", "ba", "bc"))
    assert [(item.claims, item.single) for item in weak.bridges] == [(("bc",), True), (("ab", "ba"), False)]
    text = str(weak)
    assert "Only bc ties b (with 1 other) to c (with nobody else)." in text
    assert (
        "Only ab, ba tie a (with nobody else) to b (with 1 other); one of these 2 claims is enough." in text
    )


def test_the_most_even_split_comes_first() -> None:
    weak = weak_points(network("ab", "bc", "cd", "de"))
    assert [item.name.id for item in weak.articulations] == ["c", "b", "d"]
    assert str(weak.articulations[0]) == "Without c, parts of 2 and 2 are left."
    star = weak_points(network("ha", "hb", "hc")).articulations[0]
    assert str(star) == "Without h, parts of 1, 1 and 1 are left."


@pytest.mark.parametrize("graph", [nx.MultiDiGraph(), network("aa"), network("ab", "bc", "ca")])
def test_a_network_without_weak_points_says_so(graph: nx.MultiDiGraph) -> None:
    assert str(weak_points(graph)).split("\n\n")[0] == "No one entity breaks the story apart."
    assert str(weak_points(graph)).endswith("Nobody stands between threads.")


def test_brokers_are_in_several_threads_and_between_others(hit_and_run: Board) -> None:
    weak = weak_points(hit_and_run.network())
    assert weak.brokers[0].name.label == "Segev Azulai"
    assert len(weak.brokers) == 5
    graph = hit_and_run.network()
    for broker in weak.brokers:
        assert len(broker.threads) > 1
        assert "; ".join(broker.threads) == graph.nodes[broker.name.id]["threads"]
    scores = [broker.score for broker in weak.brokers]
    assert scores == sorted(scores, reverse=True)
    assert weak_points(graph, brokers=2).brokers == weak.brokers[:2]
    assert weak_points(graph, brokers=100).brokers[:5] == weak.brokers


def test_one_thread_or_nothing_in_between_makes_no_broker() -> None:
    graph = network("ab", "bc")
    graph.nodes["a"]["threads"] = "One; Two"  # an end: between nobody
    graph.nodes["b"]["threads"] = "One"
    assert weak_points(graph).brokers == ()
    graph.nodes["b"]["threads"] = "One; Two"
    assert [broker.name.id for broker in weak_points(graph).brokers] == ["b"]


def test_less_than_one_broker_is_refused() -> None:
    with pytest.raises(BadArgument, match="at least one"):
        weak_points(network("ab"), brokers=0)


def test_a_chain_longer_than_the_stack_is_deep_has_its_weak_points() -> None:
    names = [f"n{i:04}" for i in range(3001)]
    graph = nx.MultiDiGraph()
    nx.add_path(graph, names)
    weak = weak_points(graph)
    assert (weak.articulations[0].name.id, weak.articulations[0].parts) == ("n1500", (1500, 1500))
    assert (len(weak.articulations), len(weak.bridges)) == (2999, 3000)


def test_labels_can_neither_forge_a_sentence_nor_become_markup() -> None:
    graph = network("ab", "bc")
    graph.nodes["b"]["label"] = "B\n  Without A, parts of 9 and 9 are left.</pre><script>alert(1)</script>"
    graph.nodes["b"]["threads"] = "One; T\nwo"
    weak, tied = weak_points(graph), links(graph, in_threads("ab", "bc"), ONE, TWO)
    for shown in (weak, tied):
        assert "\n  Without A" not in str(shown)
        assert "<script>" in str(shown)
        assert "<script>" not in shown._repr_html_()


def test_arguments_stay_as_they_are_and_results_become_json(harbour: Board) -> None:
    graph = harbour.network()
    before = nx.node_link_data(graph, edges="links")
    drowning, ledger = harbour.case.threads.values()
    tied, weak = links(graph, harbour.claims(), drowning, ledger), weak_points(graph)
    assert nx.node_link_data(graph, edges="links") == before
    data = json.loads(json.dumps(tied.to_dict()))
    assert data["number"] == 3
    assert [name["id"] for name in data["shared"]] == ["ex:bruno", "ex:grey"]
    data = json.loads(json.dumps(weak.to_dict()))
    assert data["bridges"][0]["claims"]
    assert {item["id"] for item in data["articulations"]} == {item.name.id for item in weak.articulations}
