"""Paths come in one exact order, are told in the claims' own words, and say why there is none."""

from __future__ import annotations

import contextlib
import html
import itertools
import json
import math
import random
from collections.abc import Sequence

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseboard import kshortest
from caseboard.errors import BadArgument, CaseboardError, NoPath, NotComputable, UnknownName
from caseboard.paths import MOST_VIA, Path, find_paths

Claim = tuple[str, str] | tuple[str, str, float]
STATUS = {1.0: "stated", 0.5: "hedged", 0.25: "predicted"}


def build(*claims: Claim, **more: object) -> nx.MultiDiGraph:
    """Return a network of claims c0, c1 … between nodes whose label is their id in capitals."""
    network = nx.MultiDiGraph(name="Test")
    for number, (source, target, *strength) in enumerate(claims):
        for node in (source, target):
            network.add_node(node, label=node.upper(), kind="person", iri=f"https://example.org/{node}")
        sure = strength[0] if strength else 1.0
        common = {"relation": "t:knows", "label": "knows", "inverse": "is known by", "family": "friendship"}
        said = {
            "status": STATUS.get(sure, "guessed"),
            "strength": sure,
            "revealed": "early",
            "reveal_order": 1,
        }
        network.add_edge(source, target, f"c{number}", claim=f"c{number}", **common, **said, **more)
    return nx.freeze(network)


def walks(paths: Sequence[Path]) -> list[str]:
    return ["".join(path.nodes) for path in paths]


def from_graph(graph: nx.Graph) -> nx.MultiDiGraph:
    return build(*((f"n{u:04}", f"n{v:04}") for u, v in graph.edges))


# --- the order ------------------------------------------------------------------------------------


def test_fewest_steps_come_first_and_of_those_the_strongest() -> None:
    network = build(
        *[("a", "b", 0.5), ("b", "z"), ("a", "c"), ("c", "z"), ("a", "d"), ("d", "e"), ("e", "z")],
        ("a", "z", 0.25),
    )
    assert walks(find_paths(network, "a", "z", k=9)) == ["az", "acz", "abz", "adez"]
    assert walks(find_paths(network, "a", "z", k=2)) == ["az", "acz"]


def test_the_strongest_come_first_and_of_those_the_shortest() -> None:
    network = build(
        *[("a", "b", 0.5), ("b", "z"), ("a", "c"), ("c", "z"), ("a", "d"), ("d", "e"), ("e", "z")],
        ("a", "z", 0.25),
    )
    found = find_paths(network, "a", "z", k=9, by="strongest")
    assert walks(found) == ["acz", "adez", "abz", "az"]
    assert [path.strength for path in found] == [1.0, 1.0, 0.5, 0.25]
    assert {path.by for path in found} == {"strongest"}


def test_one_hedged_step_beats_any_number_of_predicted_ones_but_no_number_of_stated_ones() -> None:
    chain = [("a", "m0"), *((f"m{i}", f"m{i + 1}") for i in range(60)), ("m60", "z")]
    network = build(*chain, ("a", "z", 0.5))
    assert len(find_paths(network, "a", "z", k=1, by="strongest")[0]) == 62
    assert len(find_paths(network, "a", "z", k=1)[0]) == 1


def test_products_count_as_equal_whatever_the_order_of_their_factors() -> None:
    # 0.9 * 0.7 * 0.3 and its permutations differ in the last bit of a float.
    claims = []
    for middle, factors in zip("pqrstu", itertools.permutations((0.9, 0.7, 0.3)), strict=True):
        nodes = ["a", f"{middle}1", f"{middle}2", "z"]
        claims += [(u, v, s) for (u, v), s in zip(itertools.pairwise(nodes), factors, strict=True)]
    found = find_paths(build(*claims), "a", "z", k=6, by="strongest")
    assert [path.nodes[1] for path in found] == ["p1", "q1", "r1", "s1", "t1", "u1"]


def test_what_is_equal_goes_by_label_then_by_id_whatever_the_order_of_the_claims() -> None:
    claims = [(end, f"m{i}") for i in range(8) for end in ("a", "z")]
    labels = {
        f"m{i}": label for i, label in enumerate(["Zoe", "bea", "Ann", "Ann", "ann", "Cid", "Dan", "Eve"])
    }
    expected = ["m2", "m3", "m4", "m1", "m5"]
    for seed in range(5):
        random.Random(seed).shuffle(claims)
        network = nx.MultiDiGraph(build(*claims))
        nx.set_node_attributes(network, labels, "label")
        for by in ("fewest", "strongest"):
            assert [path.nodes[1] for path in find_paths(network, "a", "z", k=5, by=by)] == expected
        assert [path.nodes[1] for path in find_paths(network, "a", "z", k=None, cutoff=2)][:5] == expected


def brute(graph: Sequence[dict[int, int]], source: int, target: int) -> list[tuple[int, ...]]:
    """Return every simple path, by cost and then from left to right."""
    found = []

    def extend(nodes: tuple[int, ...]) -> None:
        if nodes[-1] == target:
            found.append(nodes)
            return
        for neighbour in graph[nodes[-1]]:
            if neighbour not in nodes:
                extend((*nodes, neighbour))

    extend((source,))
    return sorted(found, key=lambda nodes: (sum(graph[u][v] for u, v in itertools.pairwise(nodes)), nodes))


@st.composite
def graphs(draw: st.DrawFn) -> list[dict[int, int]]:
    size = draw(st.integers(2, 7))
    major = draw(st.sampled_from([(1 << 20, 0), (1, 20)]))
    graph: list[dict[int, int]] = [{} for _ in range(size)]
    for i, j in itertools.combinations(range(size), 2):
        if draw(st.booleans()):
            loss = draw(st.integers(0, 2))
            graph[i][j] = graph[j][i] = major[0] + (loss << major[1])
    return graph


@given(graphs(), st.data())
def test_the_search_finds_what_trying_everything_finds(
    graph: list[dict[int, int]], data: st.DataObject
) -> None:
    source, target = 0, len(graph) - 1
    everything = brute(graph, source, target)
    assert list(kshortest.best_paths(graph, source, target)) == everything
    steps = data.draw(st.integers(1, len(graph)))
    short = [nodes for nodes in everything if len(nodes) <= steps + 1]
    assert list(kshortest.best_paths(graph, source, target, max_steps=steps)) == short
    assert list(kshortest.all_paths(graph, source, target, max_steps=steps)) == sorted(short)
    middle = list(range(1, len(graph) - 1))
    if middle:
        via = data.draw(st.lists(st.sampled_from(middle), min_size=1, unique=True))
        for limit in (None, steps):
            through = [n for n in everything if set(via) <= set(n) and (limit is None or len(n) <= limit + 1)]
            assert list(kshortest.best_paths_through(graph, source, target, via, max_steps=limit)) == through


@given(graphs(), st.data())
def test_a_search_led_astray_still_finds_what_trying_everything_finds(
    graph: list[dict[int, int]], data: st.DataObject
) -> None:
    # A tail as long as all else: the way out to its end and back looks short, and is no path.
    tail = len(graph)
    for number in range(3):
        graph.append({tail + number - 1 if number else 0: 1 << 20})
        graph[tail + number - 1 if number else 0][tail + number] = 1 << 20
    end = data.draw(st.integers(1, tail - 1))
    graph[tail + 2][end] = graph[end][tail + 2] = 5 << 20
    source, target, via = tail, end, [0, tail + 2]
    through = [nodes for nodes in brute(graph, source, target) if set(via) <= set(nodes)]
    assert list(kshortest.best_paths_through(graph, source, target, via)) == through


@given(graphs())
def test_two_ways_cost_what_the_best_of_all_pairs_of_ways_costs(graph: list[dict[int, int]]) -> None:
    start, one, other = 0, len(graph) - 1, max(1, len(graph) - 2)
    if one == other:
        return
    pairs = itertools.product(brute(graph, start, one), brute(graph, start, other))
    costs = [
        sum(graph[u][v] for way in pair for u, v in itertools.pairwise(way))
        for pair in pairs
        if set(pair[0]) & set(pair[1]) == {start}
    ]
    assert kshortest.two_ways(graph, start, (one, other))[0] == min(costs, default=None)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("by", ["fewest", "strongest"])
def test_paths_have_the_cost_that_networkx_finds(seed: int, by: str) -> None:
    chance = random.Random(seed)
    claims = [
        (f"n{chance.randrange(40):02}", f"n{chance.randrange(40):02}", chance.choice([1.0, 0.5, 0.25]))
        for _ in range(110)
    ]
    network = build(*claims, ("n00", "n01"), ("n02", "n01"))
    simple = nx.Graph()
    for u, v, strength in network.edges(data="strength"):
        if u != v:
            best = max(strength, simple.get_edge_data(u, v, {"strength": 0})["strength"])
            loss = -math.log2(best)
            simple.add_edge(u, v, strength=best, cost=1000 + loss if by == "fewest" else 1000 * loss + 1)
    target = max(nx.node_connected_component(simple, "n00"))
    theirs = itertools.islice(nx.shortest_simple_paths(simple, "n00", target, "cost"), 25)
    costs = [nx.path_weight(simple, path, "cost") for path in theirs]
    ours = find_paths(network, "n00", target, k=25, by=by)
    assert [nx.path_weight(simple, path.nodes, "cost") for path in ours] == costs


# --- conditions -----------------------------------------------------------------------------------


def test_all_paths_up_to_a_cutoff_are_those_that_networkx_lists_in_our_order() -> None:
    network = from_graph(nx.gnm_random_graph(30, 90, seed=4))
    found = find_paths(network, "n0000", "n0001", k=None, cutoff=4)
    plain = nx.Graph(network)
    assert sorted(walks(found)) == sorted(
        map("".join, nx.all_simple_paths(plain, "n0000", "n0001", cutoff=4))
    )
    assert [len(path) for path in found] == sorted(len(path) for path in found)
    best = find_paths(network, "n0000", "n0001", k=len(found))
    assert walks(best) == walks(found)


def test_avoid_families_and_cutoff_narrow_the_search() -> None:
    network = nx.MultiDiGraph(build(("a", "b"), ("b", "z"), ("a", "c"), ("c", "d"), ("d", "z")))
    network.edges["a", "c", "c2"]["family"] = "kinship"
    assert walks(find_paths(network, "a", "z")) == ["abz", "acdz"]
    assert walks(find_paths(network, "a", "z", cutoff=2)) == ["abz"]
    assert walks(find_paths(network, "a", "z", cutoff=2, by="strongest")) == ["abz"]
    assert walks(find_paths(network, "a", "z", avoid=["b"])) == ["acdz"]
    assert walks(find_paths(network, "a", "z", families=["friendship"])) == ["abz"]
    assert walks(find_paths(network, "a", "z", families=["friendship", "kinship"])) == ["abz", "acdz"]


def test_a_family_that_is_not_asked_for_lends_no_strength() -> None:
    network = nx.MultiDiGraph(build(("a", "b"), ("b", "a", 0.25), ("b", "z"), ("a", "c", 0.5), ("c", "z")))
    for edge in (("b", "a", "c1"), ("b", "z", "c2"), ("a", "c", "c3"), ("c", "z", "c4")):
        network.edges[edge]["family"] = "kinship"
    assert [path.strength for path in find_paths(network, "a", "z")] == [1.0, 0.5]
    acz, abz = find_paths(network, "a", "z", families=["kinship"])
    assert (acz.strength, abz.strength) == (0.5, 0.25)
    assert (abz.steps[0].claim, abz.steps[0].others) == ("c1", ())


def test_every_path_passes_what_it_is_asked_to_pass() -> None:
    network = build(*[("a", "b"), ("b", "z"), ("a", "c"), ("c", "b"), ("c", "d"), ("d", "z"), ("d", "b")])
    assert walks(find_paths(network, "a", "z", via=["c"], k=2)) == ["acbz", "acdz"]
    assert walks(find_paths(network, "a", "z", via=["d", "c"])) == ["acdz", "abcdz", "acbdz"]
    assert walks(find_paths(network, "a", "z", via=["d"], by="strongest", cutoff=3)) == ["abdz", "acdz"]
    assert walks(find_paths(network, "a", "z", via=["d"], k=None, cutoff=3)) == ["abdz", "acdz"]
    assert walks(find_paths(network, "a", "z", via=["a", "z"], k=1)) == ["abz"]


def test_a_strong_path_under_a_cutoff_may_take_a_weak_way_early() -> None:
    # The strong way to m takes three steps, after which nothing within four reaches z.
    network = build(
        *[("a", "p"), ("p", "q"), ("q", "m"), ("a", "m", 0.5), ("m", "r"), ("r", "z"), ("a", "z", 0.25)]
    )
    assert walks(find_paths(network, "a", "z", by="strongest", k=1)) == ["apqmrz"]
    assert walks(find_paths(network, "a", "z", by="strongest", cutoff=4)) == ["amrz", "az"]
    # The strong way to m leaves time for the weak way on, the weak way for the strong one.
    network = build(*[("a", "p"), ("p", "m"), ("a", "m", 0.5), ("m", "z", 0.25), ("m", "q"), ("q", "z")])
    assert walks(find_paths(network, "a", "z", by="strongest", cutoff=3)) == ["amqz", "apmz", "amz"]


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        ({"k": 0}, "k has to be a whole number from 1 on, not 0"),
        ({"k": True}, "not True"),
        ({"k": 2.0}, "not 2.0"),
        ({"cutoff": 0}, "cutoff has to be"),
        ({"k": None}, "Give a cutoff"),
        ({"by": "luck"}, "'luck'; there are fewest and strongest"),
        ({"by": None}, "None; there are"),
        ({"avoid": "b"}, r"avoid takes several values, as in avoid=\['b'\]"),
        ({"via": "b"}, "via takes several values"),
        ({"families": "friendship"}, "families takes several values"),
        ({"families": ["frendship"]}, "no family 'frendship' .* friendship. Did you mean friendship?"),
        ({"avoid": ["a"]}, "A is to be avoided, but it is an end"),
        ({"avoid": ["b"], "via": ["b"]}, "B is to be avoided, but it is in via"),
        ({"via": list("bcdefgh")}, f"at most {MOST_VIA} nodes, not 7"),
    ],
)
def test_a_bad_argument_is_named(given_: dict[str, object], words: str) -> None:
    network = build(*itertools.pairwise("abcdefghz"))
    with pytest.raises(BadArgument, match=words):
        find_paths(network, "a", "z", **given_)


def test_a_path_needs_two_ends_that_are_there() -> None:
    network = build(("a", "b"))
    with pytest.raises(BadArgument, match="both are A"):
        find_paths(network, "a", "a")
    for arguments in (("a", "nobody"), ("nobody", "a"), ("a", None)):
        with pytest.raises(UnknownName, match="no edge in this selection of claims"):
            find_paths(network, *arguments)
    for name in ("via", "avoid"):
        with pytest.raises(UnknownName, match="nobody"):
            find_paths(network, "a", "b", **{name: ["nobody"]})


@pytest.mark.parametrize("strength", [0.0, -1.0, 1.5, math.nan])
def test_a_strength_that_cannot_be_ranked_is_named(strength: float) -> None:
    with pytest.raises(BadArgument, match="strength of claim c0"):
        find_paths(build(("a", "b", strength)), "a", "b")


# --- why there is none ----------------------------------------------------------------------------


def test_no_path_says_which_part_each_end_belongs_to() -> None:
    network = build(*[("a", "b"), ("b", "c"), ("c", "d"), ("b", "e"), ("x", "y")])
    with pytest.raises(NoPath) as caught:
        find_paths(network, "a", "y")
    assert "from A to Y" in str(caught.value)
    assert "A belongs to a part of 5 with B, C, D and 1 more" in str(caught.value)
    assert "Y belongs to a part of 2 with X" in str(caught.value)


def test_no_path_says_what_the_conditions_took_out() -> None:
    network = nx.MultiDiGraph(build(("a", "b"), ("b", "z"), ("x", "y")))
    network.edges["b", "z", "c1"]["family"] = "kinship"
    with pytest.raises(NoPath, match=r"Z has no link\. avoid takes out B\. Without that they are linked"):
        find_paths(network, "a", "z", avoid=["b"])
    with pytest.raises(NoPath, match=r"families keeps 2 of 3 claims\. Without that they are linked"):
        find_paths(network, "a", "z", families=["friendship"])
    with pytest.raises(NoPath, match="Even without that they are not linked"):
        find_paths(network, "a", "x", avoid=["b"])


@pytest.mark.parametrize("by", ["fewest", "strongest"])
def test_no_path_says_how_long_the_shortest_is(by: str) -> None:
    with pytest.raises(NoPath, match=r"of up to 1 step: the shortest has 3 steps\. Raise the cutoff"):
        find_paths(build(*itertools.pairwise("abcz")), "a", "z", cutoff=1, by=by)


def test_no_path_says_that_a_node_lies_off_the_way() -> None:
    network = build(("a", "b"), ("b", "z"), ("b", "c"), ("x", "y"))
    with pytest.raises(NoPath, match="that passes C without passing some node twice"):
        find_paths(network, "a", "z", via=["c"])
    with pytest.raises(NoPath, match="X belongs to a part of 2 with Y"):
        find_paths(network, "a", "z", via=["x"])
    with pytest.raises(NoPath, match="that passes C"):
        find_paths(network, "a", "z", via=["c"], k=None, cutoff=5)
    # Each of two lies on a path, and no path passes both.
    fork = build(("a", "b"), ("b", "z"), ("a", "c"), ("c", "z"))
    with pytest.raises(NoPath, match="that passes B, C without"):
        find_paths(fork, "a", "z", via=["b", "c"])


# --- large and awkward networks -------------------------------------------------------------------


def test_exponentially_many_equal_paths_do_not_slow_the_first_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    # Forty diamonds in a row: 2**40 paths of 80 steps.
    claims = []
    for i in range(40):
        claims += [(f"n{i:02}", f"n{i:02}{side}") for side in "xy"]
        claims += [(f"n{i:02}{side}", f"n{i + 1:02}") for side in "xy"]
    found = find_paths(build(*claims), "n00", "n40", k=3)
    assert [[node[3:] for node in path.nodes[1::2]][-2:] for path in found] == [
        ["x", "x"],
        ["x", "y"],
        ["y", "x"],
    ]
    monkeypatch.setattr(kshortest, "LISTED", 1_000)
    with pytest.raises(NotComputable, match=r"too many paths of up to 80 steps .* \(1,001 so far\)"):
        find_paths(build(*claims), "n00", "n40", k=None, cutoff=80)


def test_one_node_to_pass_is_found_however_far_off_the_way_it_lies() -> None:
    grid = nx.convert_node_labels_to_integers(nx.grid_2d_graph(25, 25))
    found = find_paths(from_graph(grid), "n0000", "n0001", via=["n0624"], k=1)[0]
    assert len(found) == 95
    assert "n0624" in found.nodes


@pytest.mark.parametrize("seed", [1, 8, 11, 14])
def test_one_node_to_pass_is_found_where_the_short_way_there_is_the_only_short_way_back(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kshortest, "LOOKS", 300_000)
    graph = nx.gnm_random_graph(500, 900, seed=seed)
    whole = nx.Graph(graph.subgraph(max(nx.connected_components(graph), key=len)))
    source, target, stop = (f"n{node:04}" for node in random.Random(seed).sample(sorted(whole), 3))
    chance = random.Random(1)
    claims = [(f"n{u:04}", f"n{v:04}", chance.choice([1.0, 1.0, 1.0, 0.5, 0.25])) for u, v in whole.edges]
    found = find_paths(build(*claims), source, target, via=[stop], k=2, by="strongest")
    assert all(stop in path.nodes for path in found)


def test_a_search_through_many_nodes_gives_up_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kshortest, "LOOKS", 2_000)
    network = from_graph(nx.convert_node_labels_to_integers(nx.grid_2d_graph(12, 12)))
    with pytest.raises(NotComputable, match=r"gave up .* all of the 3 nodes asked for"):
        find_paths(network, "n0000", "n0001", via=["n0143", "n0132", "n0011"])


def test_a_circle_is_walked_both_ways() -> None:
    found = find_paths(from_graph(nx.cycle_graph(400)), "n0000", "n0001")
    assert [len(path) for path in found] == [1, 399]


@given(
    st.lists(
        st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde"), st.sampled_from([1.0, 0.5])), max_size=9
    ),
    st.sampled_from("abcdef"),
    st.sampled_from("abcdef"),
    st.fixed_dictionaries(
        {},
        optional={
            "k": st.one_of(st.none(), st.integers(-1, 4), st.floats(), st.text(max_size=2)),
            "by": st.one_of(st.sampled_from(["fewest", "strongest"]), st.text(max_size=3)),
            "avoid": st.one_of(st.text(max_size=2), st.lists(st.sampled_from("abcdef"), max_size=2)),
            "via": st.one_of(st.text(max_size=2), st.lists(st.sampled_from("abcdef"), max_size=3)),
            "families": st.lists(st.sampled_from(["friendship", "kinship"]), max_size=2),
            "cutoff": st.one_of(st.none(), st.integers(-1, 5)),
        },
    ),
)
def test_whatever_is_asked_gives_paths_or_our_own_error(
    claims: list[Claim], source: str, target: str, conditions: dict[str, object]
) -> None:
    network = build(*claims)
    found = ()
    with contextlib.suppress(CaseboardError):
        found = find_paths(network, source, target, **conditions)
        assert found
    for path in found:
        assert (path.nodes[0], path.nodes[-1]) == (source, target)
        assert len(set(path.nodes)) == len(path.nodes) == len(path) + 1
        assert set(conditions.get("via", ())) <= set(path.nodes)
        assert not set(conditions.get("avoid", ())) & set(path.nodes)
        assert all(network.has_edge(step.source, step.target, step.claim) for step in path)


# --- what is told ---------------------------------------------------------------------------------


@pytest.fixture
def told() -> nx.MultiDiGraph:
    network = nx.MultiDiGraph(build(("a", "b"), ("c", "b", 0.5), ("c", "b"), ("b", "c"), ("c", "d", 0.5)))
    network.edges["b", "c", "c3"]["reveal_order"] = 0
    network.edges["a", "b", "c0"].update(
        evidence="page 1 of The book; page 2 of The book", threads="One; Two"
    )
    network.edges["c", "d", "c4"].update(note="C is said to know D.")
    return nx.freeze(network)


def test_a_step_tells_the_strongest_claim_of_those_the_earliest_and_names_the_others(
    told: nx.MultiDiGraph,
) -> None:
    (path,) = find_paths(told, "d", "a")
    assert path.nodes == ("d", "c", "b", "a")
    assert path.labels == ("D", "C", "B", "A")
    assert [(step.claim, step.source, step.target, step.forward) for step in path] == [
        ("c4", "c", "d", False),
        ("c3", "b", "c", False),
        ("c0", "a", "b", False),
    ]
    assert path.steps[1].others == ("c2", "c1")
    assert path.strength == 0.5
    assert path.weakest.claim == "c4"


def test_a_path_reads_as_sentences_with_their_places_and_its_weakest_step(told: nx.MultiDiGraph) -> None:
    (path,) = find_paths(told, "a", "d")
    assert str(path).splitlines() == [
        "A to D: 3 steps",
        "  1. A knows B.",
        "     stated, revealed: early",
        "     said in page 1 of The book",
        "     said in page 2 of The book",
        "  2. B knows C.",
        "     stated, revealed: early",
        "     no place given",
        "     and 2 more between the two",
        "  3. C knows D.",
        "     hedged, revealed: early",
        "     no place given",
        "Weakest step: 3 (hedged, strength 0.5).",
    ]
    assert repr(path) == "<Path a - b - c - d>"
    assert str(path.steps[0]) == "A knows B."


def test_the_verdict_names_all_steps_that_are_equally_weak_or_says_that_all_are_stated() -> None:
    weak = find_paths(build(("a", "b", 0.5), ("b", "c"), ("c", "d", 0.5)), "a", "d")[0]
    assert str(weak).endswith("Weakest steps: 1, 3 (hedged, strength 0.5).")
    assert str(find_paths(build(("a", "b")), "a", "b")[0]).endswith("Every step is stated.")
    inferred = nx.MultiDiGraph(build(("a", "b"), ("b", "c")))
    inferred.edges["b", "c", "c1"]["status"] = "inferred"
    assert str(find_paths(inferred, "a", "c")[0]).endswith("Weakest step: 2 (inferred, strength 1).")


def test_a_path_as_json_holds_all_of_it(told: nx.MultiDiGraph) -> None:
    (path,) = find_paths(told, "a", "d")
    data = json.loads(json.dumps(path.to_dict()))
    assert data["nodes"][0] == {"id": "a", "label": "A"}
    assert (data["by"], data["length"], data["strength"], data["weakest"]) == ("fewest", 3, 0.5, "c4")
    assert [step["claim"] for step in data["steps"]] == ["c0", "c3", "c4"]
    assert data["steps"][0]["threads"] == "One; Two"
    assert data["steps"][1]["others"] == ["c2", "c1"]
    assert data["steps"][2]["note"] == "C is said to know D."


def test_hostile_labels_stay_text() -> None:
    network = nx.MultiDiGraph(build(("a", "b"), evidence="<i>page</i>\x1b]0;x\x07 1"))
    network.nodes["a"]["label"] = "Ann\n\x1b[31m</script><img src=x onerror=alert(1)>"
    (path,) = find_paths(network, "a", "b")
    assert path.labels[0] == network.nodes["a"]["label"]
    assert str(path).splitlines()[1] == "  1. Ann [31m</script><img src=x onerror=alert(1)> knows B."
    assert not {"\x1b", "\x07", "\r"} & set(str(path))
    page = path._repr_html_()
    assert "<img" not in page
    assert "<i>" not in page
    assert html.escape("</script><img src=x onerror=alert(1)>") in page


def test_the_network_stays_as_it_was(told: nx.MultiDiGraph) -> None:
    before = nx.MultiDiGraph(told)
    find_paths(told, "a", "d", via=["b"], avoid=[], families=["friendship"])
    assert nx.utils.graphs_equal(before, nx.MultiDiGraph(told))
