"""What follows from a case by rules: that it does, why, what would be missing, and what would fall."""

from __future__ import annotations

import dataclasses
import itertools
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib

import caseboard
from caseboard import BadArgument, Board, CaseError, UnknownName
from caseboard.inference import Derivation, Inference, InferredClaim, infer
from caseboard.locate import graph_dir
from caseboard.rules import Rule, read_rules

from .small import people

RULES = read_rules(graph_dir() / "rules")
BY_NAME = {rule.name: rule for rule in RULES}
MEMBERS = (BY_NAME["member-of-member"],)
OpenText = Callable[..., Board]
ORGS = "".join(f't:o{n} a cb:Organisation ; rdfs:label "O{n}" .\n' for n in range(1, 6))


def claim(
    name: str,
    subject: str,
    relation: str,
    obj: str,
    *,
    status: str = "Stated",
    point: str = "p1",
    more: str = "",
) -> str:
    return (
        f"t:{name} a cb:Claim ; rdf:subject {subject} ; rdf:predicate {relation} ; rdf:object {obj} ; "
        f"cb:status cb:{status} ; cb:revealedIn t:{point} {more}.\n"
    )


@pytest.fixture
def open_text(small_file: Callable[[str], Path]) -> OpenText:
    def open_it(*texts: str) -> Board:
        firm = 't:org a cb:Organisation ; rdfs:label "The Firm" .\n'
        return caseboard.open(small_file(people("ann", "bob", "cid", "dan", "eve") + firm + "".join(texts)))

    return open_it


def said(inference: Inference) -> set[str]:
    return {claim.sentence for claim in inference.claims}


def the(inference: Inference, sentence: str) -> InferredClaim:
    (found,) = (claim for claim in inference.claims if claim.sentence == sentence)
    return found


def rule(text: str, name: str = "mine") -> tuple[Rule, ...]:
    return (Rule(name, "A sentence.", text),)


# --- the bundled cases ----------------------------------------------------------------------------------


def test_the_invented_case(harbour: Board) -> None:
    inference = infer(harbour.case, RULES)
    assert said(inference) == {"Bruno Lind is a member of Meridian Line.", "Tomas Berg is dead."}
    # Grey works there from the start, but that Grey is Bruno is known midway only.
    assert the(inference, "Bruno Lind is a member of Meridian Line.").revealed.label == "midway"


def test_the_bundled_case(hit_and_run: Board) -> None:
    inference = infer(hit_and_run.case, RULES)
    asset = the(inference, "Danielle Wexler is an asset of CIA.")
    assert asset.strength == 1.0
    assert asset.weakest == "stated"
    assert str(asset) == "Danielle Wexler is an asset of CIA. [inferred, season 1]"
    assert "Segev Azulai has leverage over Israel." in said(inference)
    proof = str(inference.explain(asset.id))
    assert "because: Whoever is handled by an officer of an agency is an asset of that agency." in proof
    assert "Reese Wakefield is handler of Danielle Wexler. [stated, season 1; Cast, paragraph 10" in proof


def test_what_the_case_states_itself_is_not_inferred(hit_and_run: Board) -> None:
    # Danielle was killed and is stated to be dead.
    assert "Danielle Wexler is dead." not in said(infer(hit_and_run.case, RULES))


def test_what_was_stated_still_follows_when_that_is_taken_away(hit_and_run: Board) -> None:
    (stated,) = (c.id for c in hit_and_run.case.claims.values() if c.sentence == "Danielle Wexler is dead.")
    found = hit_and_run.suppose([stated])
    assert (found.fallen, found.new) == ((), ())
    assert [one.claim.sentence for one in found.restood] == ["Danielle Wexler is dead."]


# --- each rule: a case that it fires on, and one that it must not ----------------------------------------

FIRES = [
    ("asset-of-agency", "ann handlerOf bob; ann memberOf org", "Bob is an asset of The Firm."),
    ("killed-is-dead", "ann killedBy bob", "Ann is dead."),
    ("died-is-dead", "ann diedIn org", "Ann is dead."),
    ("leverage", "ann possesses bob; bob documents cid; cid secretOf dan", "Ann has leverage over Dan."),
    ("persona-does", "ann aliasOf bob; ann friendOf cid", "Bob is a friend of Cid."),
    ("persona-meets", "ann aliasOf bob; cid pursues ann", "Cid pursues Bob."),
    ("member-of-member", "ann memberOf o1; o1 memberOf o2", "Ann is a member of O2."),
    ("serves", "ann memberOf o1; o1 agencyOf o2", "Ann serves O2."),
    ("siblings", "cid parentOf ann; cid parentOf bob", "Ann is a sibling of Bob."),
    ("same-quarry", "ann pursues cid; bob pursues cid", "Ann is after the same quarry as Bob."),
    (
        "rivals",
        "ann pursues cid; bob pursues cid; ann serves o1; bob agencyOf o2",
        "Ann competes in pursuit with Bob.",
    ),
    (
        "allies",
        "ann pursues cid; bob pursues cid; ann memberOf o1; bob memberOf o1",
        "Ann pursues together with Bob.",
    ),
]
SILENT = [
    ("asset-of-agency", "ann handlerOf bob; bob memberOf org"),
    ("killed-is-dead", "ann kidnappedBy bob"),
    ("died-is-dead", "ann locatedIn org"),
    ("leverage", "ann possesses bob; bob documents cid; cid secretOf ann"),
    ("persona-does", "ann aliasOf bob; ann killedBy cid; bob friendOf dan; ann friendOf bob"),
    ("persona-meets", "ann aliasOf bob; cid pursues bob; bob pursues ann"),
    ("member-of-member", "ann memberOf o1; bob memberOf o1; o1 memberOf o1"),
    ("serves", "ann handlerOf o1; o1 agencyOf o2"),
    ("siblings", "ann parentOf bob; bob parentOf cid; dan parentOf cid"),
    ("same-quarry", "ann pursues cid; bob pursues dan"),
    ("rivals", "ann pursues cid; bob pursues cid; ann serves o1; bob serves o1"),
    ("allies", "ann pursues cid; bob pursues cid; ann memberOf o1; bob memberOf o2"),
]


def triples(text: str) -> str:
    parts = [each.split() for each in text.split(";")]
    return ORGS + "".join(claim(f"c{n}", f"t:{s}", f"cb:{p}", f"t:{o}") for n, (s, p, o) in enumerate(parts))


def test_every_rule_has_both() -> None:
    assert {name for name, *_ in FIRES} == {name for name, _ in SILENT} == set(BY_NAME)


@pytest.mark.parametrize(("name", "text", "sentence"), FIRES, ids=[name for name, *_ in FIRES])
def test_a_rule_fires(open_text: OpenText, name: str, text: str, sentence: str) -> None:
    assert said(infer(open_text(triples(text)).case, [BY_NAME[name]])) == {sentence}


@pytest.mark.parametrize(("name", "text"), SILENT, ids=[name for name, _ in SILENT])
def test_a_rule_keeps_silent(open_text: OpenText, name: str, text: str) -> None:
    assert said(infer(open_text(triples(text)).case, [BY_NAME[name]])) == set()


def test_an_identity_relation_of_ones_own_counts(open_text: OpenText) -> None:
    own = (
        "t:poses a cb:Relation, cb:IdentityRelation, owl:ObjectProperty ; cb:family cb:identity ; "
        'rdfs:label "is a mask of" .\n'
    )
    case = open_text(
        own, claim("a", "t:ann", "t:poses", "t:bob"), claim("b", "t:ann", "cb:helps", "t:cid")
    ).case
    assert said(infer(case, RULES)) == {"Bob helps Cid."}


# --- how sure, from when, by which ways --------------------------------------------------------------------


def chain(*, status: str = "Stated", point: str = "p1") -> str:
    return (
        ORGS
        + claim("a", "t:ann", "cb:memberOf", "t:o1", status=status)
        + claim("b", "t:o1", "cb:memberOf", "t:o2", point=point)
        + claim("c", "t:o2", "cb:memberOf", "t:o3")
    )


def test_recursion_reaches_the_end_and_keeps_every_way(open_text: OpenText) -> None:
    inference = infer(open_text(chain(point="p2")).case, MEMBERS)
    assert said(inference) == {
        f"{a} is a member of {b}." for a, b in [("Ann", "O2"), ("Ann", "O3"), ("O1", "O3")]
    }
    far = the(inference, "Ann is a member of O3.")
    ann_o2, o1_o3 = the(inference, "Ann is a member of O2."), the(inference, "O1 is a member of O3.")
    assert {way.premises for way in far.derivations} == {("t:a", o1_o3.id), (ann_o2.id, "t:c")}
    assert far.revealed.label == "second"
    proof = str(inference.explain(far.id))
    assert proof.count("because:") == 4
    assert proof.count("also because:") == 1
    assert "Ann is a member of O1. [stated, first; no evidence]" in proof


def test_the_best_way_counts(open_text: OpenText) -> None:
    two = (
        ORGS
        + claim("a", "t:ann", "cb:memberOf", "t:o1", status="Predicted")
        + claim("b", "t:o1", "cb:memberOf", "t:o3")
        + claim("c", "t:ann", "cb:memberOf", "t:o2", status="Hedged", point="p2")
        + claim("d", "t:o2", "cb:memberOf", "t:o3")
    )
    inference = infer(open_text(two).case, MEMBERS)
    found = the(inference, "Ann is a member of O3.")
    # The surest way and the earliest one need not be the same.
    assert (len(found.derivations), found.strength, found.weakest) == (2, 0.5, "hedged")
    assert found.revealed.label == "first"
    assert str(found) == "Ann is a member of O3. [inferred from what is only hedged, first]"
    assert inference.visible(()) == inference.visible(("inferred",)) == inference.visible(("hedged",)) == ()
    assert (
        inference.visible(("inferred", "hedged")) == inference.visible(("inferred", "predicted")) == (found,)
    )


def test_two_doubts_are_seen_only_with_both(open_text: OpenText) -> None:
    both = ORGS + claim("a", "t:ann", "cb:memberOf", "t:o1", status="Hedged")
    both += claim("b", "t:o1", "cb:memberOf", "t:o2", status="Predicted")
    inference = infer(open_text(both).case, MEMBERS)
    assert inference.claims[0].weakest == "predicted"
    assert inference.visible(("inferred", "predicted")) == ()
    assert inference.visible(("inferred", "hedged", "predicted")) == inference.claims


def test_a_refuted_claim_is_no_premise(open_text: OpenText) -> None:
    gone = ORGS + claim("a", "t:ann", "cb:memberOf", "t:o1", more="; cb:refutedIn t:p2 ")
    gone += claim("b", "t:o1", "cb:memberOf", "t:o2")
    assert infer(open_text(gone).case, MEMBERS).claims == ()


def test_a_hedged_claim_of_the_same_does_not_hide_what_follows(open_text: OpenText) -> None:
    inference = infer(
        open_text(chain(), claim("h", "t:ann", "cb:memberOf", "t:o2", status="Hedged")).case, MEMBERS
    )
    assert the(inference, "Ann is a member of O2.").weakest == "stated"


def test_a_circle_ends_and_no_proof_goes_round_in_it(open_text: OpenText) -> None:
    text = "ann memberOf o1; o1 memberOf o2; o2 memberOf o3; o3 memberOf o1"
    inference = infer(open_text(triples(text)).case, MEMBERS)
    assert {"Ann is a member of O3.", "O1 is a member of O3.", "O3 is a member of O2."} <= said(inference)
    for known in inference.claims:
        lines = str(inference.explain(known.id)).splitlines()
        assert sum(known.sentence in line for line in lines) == 1, lines
        assert any("[stated" in line for line in lines)


def test_the_same_claims_give_the_same_answer(open_text: OpenText) -> None:
    text = "ann memberOf o1; o1 memberOf o2; o2 memberOf o3; ann killedBy bob; ann aliasOf dan"
    board = open_text(triples(text))
    first, second = infer(board.case, RULES), infer(board.case, tuple(reversed(RULES)))
    assert first.claims == second.claims
    assert [str(first.explain(c.id)) for c in first.claims] == [
        str(second.explain(c.id)) for c in second.claims
    ]


def test_nothing_follows_from_itself(open_text: OpenText) -> None:
    own = ORGS + claim("a", "t:ann", "cb:memberOf", "t:o1", status="Hedged")
    own += claim("b", "t:o1", "cb:memberOf", "t:o1", status="Hedged")
    assert infer(open_text(own).case, MEMBERS).claims == ()


def test_a_proof_shows_each_claim_in_full_once(open_text: OpenText) -> None:
    links = "; ".join(f"t{n} memberOf t{n + 1}" for n in range(9))
    inference = infer(open_text(triples(links)).case, MEMBERS)
    assert len(inference.claims) == 36
    proof = str(inference.explain(the(inference, "t0 is a member of t9.").id))
    # Written out in full, the ways to put nine links together are 1430.
    assert proof.count("because:") == sum(len(claim.derivations) for claim in inference.claims) == 120
    assert "(as shown above)" in proof


def test_ways_come_in_order(open_text: OpenText) -> None:
    links = "; ".join(f"ann memberOf t{n}; t{n} memberOf org" for n in range(9))
    (found,) = infer(open_text(triples(links)).case, MEMBERS).claims
    assert [way.premises for way in found.derivations] == sorted(way.premises for way in found.derivations)
    assert len(found.derivations) == 9


def test_a_proof_may_be_deeper_than_functions_call_themselves(open_text: OpenText) -> None:
    deep = 3_000
    inference = infer(open_text(triples("ann memberOf o1; o1 memberOf o2")).case, MEMBERS)
    (one,) = inference.claims
    rests_on = ["t:c0", *(f"inferred:step-{n}" for n in range(deep))]
    chain_ = tuple(
        dataclasses.replace(one, id=known, derivations=(Derivation(MEMBERS[0].name, (before, "t:c1")),))
        for before, known in itertools.pairwise(rests_on)
    )
    facts = {**inference.facts, **{known.id: known.triple for known in chain_}}
    proof = dataclasses.replace(inference, claims=chain_, facts=facts).explain(rests_on[-1])
    lines = str(proof).splitlines()
    assert sum("because:" in line for line in lines) == deep
    assert len(lines) == 3 * deep + 1
    # Each claim and its rule on the way down, then the authored one that all of it rests on.
    assert lines[2 * deep].strip() == "Ann is a member of O1. [stated, first; no evidence]"
    assert lines[2 * deep].startswith("    " * deep + "Ann")


# --- what would fall, what is missing -----------------------------------------------------------------------


def test_what_is_missing(open_text: OpenText) -> None:
    board = open_text(triples("ann handlerOf bob; cid memberOf org"))
    inference = infer(board.case, [BY_NAME["asset-of-agency"], BY_NAME["killed-is-dead"]])
    (one,) = inference.missing("t:dan", "cb:assetOf", "t:org")
    assert one.found == ("some officer is a member of The Firm",)
    assert one.lacking == ("some officer is handler of Dan",)
    (apart,) = inference.missing("t:bob", "cb:assetOf", "t:org")
    assert apart.lacking == ()
    assert "missing: claims that meet all of these together" in str(apart)
    (dead,) = inference.missing("t:dan", "cb:vitalStatus", "dead")
    assert dead.lacking == ("Dan was killed by some killer",)
    assert inference.missing("t:dan", "cb:friendOf", "t:ann") == ()
    with pytest.raises(UnknownName, match=r"no relation 'cb:assetof'.*cb:assetOf"):
        inference.missing("t:dan", "cb:assetof", "t:org")
    with pytest.raises(BadArgument, match="it holds"):
        inference.missing("t:ann", "cb:handlerOf", "t:bob")


def test_a_symmetric_relation_holds_both_ways(open_text: OpenText) -> None:
    inference = infer(open_text(triples("ann pursues cid; bob pursues cid")).case, RULES)
    for pair in [("t:ann", "t:bob"), ("t:bob", "t:ann")]:
        with pytest.raises(BadArgument, match="it holds"):
            inference.missing(pair[0], "cb:pursuesSameAs", pair[1])


def test_a_stated_claim_is_its_own_proof_and_an_unknown_one_has_none(harbour: Board) -> None:
    inference = infer(harbour.case, RULES)
    assert str(inference.explain("ex:c-killed")) == str(harbour.case.claims["ex:c-killed"])
    for gone in ("ex:c-drowned", "inferred:nothing"):
        with pytest.raises(UnknownName, match=gone):
            inference.explain(gone)


# --- rules that cannot be -----------------------------------------------------------------------------------

PREMISE = "?premise1 rdf:subject ?subject ; rdf:predicate cb:friendOf ; rdf:object ?other ."
BAD = [
    (f'SELECT ?subject ?relation ?object ?premise1 {{ {PREMISE} BIND(cb:helps AS ?relation) '
     'BIND(IRI(CONCAT(STR(?other), "x")) AS ?object) }', "which no claim mentions"),
    (f"SELECT ?subject ?relation ?object ?premise1 {{ {PREMISE} BIND(cb:helps AS ?relation) "
     "BIND(BNODE() AS ?object) }", "which no claim mentions"),
    (f'SELECT ?subject ?relation ?object ?premise1 {{ {PREMISE} BIND(cb:situation AS ?relation) '
     'BIND(CONCAT(STR(?other), "x") AS ?object) }', "which no claim mentions"),
    (f"SELECT ?subject ?relation ?object ?premise1 {{ {PREMISE} BIND(cb:nope AS ?relation) "
     "BIND(?other AS ?object) }", "no declared relation"),
    ("SELECT ?subject ?relation ?object ?premise1 { ?p rdf:subject ?subject ; rdf:object ?object . "
     "BIND(cb:helps AS ?relation) BIND(?subject AS ?premise1) }", "which is no claim"),
    ("SELECT ?subject ?relation ?object { ?p rdf:subject ?subject ; rdf:predicate ?relation ; "
     "rdf:object ?object }", "premise1"),
    ("ASK { ?s ?p ?o }", "write it as SELECT"),
    ("SELECT ?subject WHERE {", "cannot be run"),
    ("SELECT * { ?s ?p ?o FILTER NOT EXISTS { ?o ?p ?s } }", "claims that are not there"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "problem"), BAD)
def test_a_rule_that_cannot_be_is_refused_by_name(open_text: OpenText, text: str, problem: str) -> None:
    case = open_text(triples("ann friendOf bob")).case
    with pytest.raises(CaseError, match=f"(?s)'bad-one'.*{problem}"):
        infer(case, rule(text, "bad-one"))


def test_a_rule_file_says_what_it_does(tmp_path: Path) -> None:
    (tmp_path / "mute.rq").write_text("SELECT ?subject {}", "utf-8")
    with pytest.raises(CaseError, match=r"mute\.rq, line 1: a rule begins with a comment"):
        read_rules(tmp_path)


def test_a_rule_may_name_things_in_full_or_by_a_prefix_of_its_own(open_text: OpenText) -> None:
    own = (
        "PREFIX other: <https://w3id.org/caseboard/ns#> "
        "SELECT ?subject ?relation ?object ?premise1 ?premise2 { "
        "VALUES ?relation { <https://w3id.org/caseboard/ns#memberOf> } "
        "?premise1 rdf:subject ?subject ; rdf:predicate other:memberOf ; rdf:object ?part . "
        "?premise2 rdf:subject ?part ; rdf:predicate other:memberOf ; rdf:object ?object . }"
    )
    case = open_text(triples("ann memberOf o1; o1 memberOf o2; o2 memberOf o3; o3 memberOf o4")).case
    assert said(infer(case, rule(own))) == said(infer(case, MEMBERS))


def test_names_with_quotes_and_line_breaks(open_text: OpenText) -> None:
    text = claim("a", "t:ann", "cb:aliasOf", "t:bob")
    text += claim("b", "t:ann", "cb:describedAs", '"a \\"fixer\\"\\nof </script>"')
    (found,) = infer(open_text(text).case, RULES).claims
    assert found.sentence == 'Bob is described as a "fixer"\nof </script>.'


def test_ten_thousand_claims_take_seconds(open_text: OpenText) -> None:
    words = "memberOf handlerOf pursues parentOf killedBy possesses documents secretOf helps aliasOf".split()
    body = (
        claim(f"c{n}", f"t:n{n * 7919 % 6007}", f"cb:{words[n % 10]}", f"t:n{n * 104729 % 5003}")
        for n in range(10_000)
    )
    case = open_text(*body).case
    start = time.perf_counter()
    inference = infer(case, RULES)
    assert time.perf_counter() - start < 20
    assert len(inference.claims) > 1000


# --- on the board ---------------------------------------------------------------------------------

ASSET = "SELECT ?who ?agency { ?who cb:assetOf ?agency }"
QUARRY = "ASK { ?a cb:pursuesSameAs ?b }"


def test_what_follows_is_opt_in_for_answers_networks_and_paths(hit_and_run: Board) -> None:
    assert hit_and_run.query(ASSET).cells() == []
    assert hit_and_run.query(ASSET, include=["inferred"]).cells() == [["Danielle Wexler", "CIA"]]
    assert hit_and_run.query("ASK { hr:cia cb:hasAsset ?who }", include=["inferred"]) is True
    assert not hit_and_run.network().has_edge("hr:danielle-wexler", "hr:cia")
    (edge,) = hit_and_run.network(include=["inferred"])["hr:danielle-wexler"]["hr:cia"].values()
    assert (edge["status"], edge["revealed"], edge["evidence"]) == (
        "inferred",
        "season 1",
        "the rule asset-of-agency",
    )
    path = hit_and_run.paths("Danielle", "CIA", include=["inferred"])[0]
    assert "follows by the rule asset-of-agency" in str(path)


def test_what_follows_from_weak_premises_needs_their_statuses_too(hit_and_run: Board) -> None:
    assert hit_and_run.query(QUARRY, include=["inferred"]) is False
    assert hit_and_run.query(QUARRY, include=["hedged"]) is False
    assert hit_and_run.query(QUARRY, include=["inferred", "hedged"]) is True
    assert hit_and_run.network(include=["inferred", "hedged"]).has_edge("hr:detective-ellis", "hr:mossad")


def test_what_follows_stands_in_its_own_graph_whatever_was_asked_before() -> None:
    def rows(board: Board) -> list[list[str]]:
        return board.query("SELECT ?s ?p ?o { GRAPH cb:inferred { ?s ?p ?o } } ORDER BY ?s ?p ?o").cells()

    fresh, used = caseboard.open(), caseboard.open()
    used.query(QUARRY, include=["inferred", "hedged"])
    assert len(rows(fresh)) > 4
    assert rows(fresh) == rows(used)
    assert (
        fresh.serialize("nquads").count(b"ns#inferred>")
        == used.serialize("nquads").count(b"ns#inferred>")
        > 4
    )
    assert len(used.rdf.graph(rdflib.URIRef("https://w3id.org/caseboard/ns#inferred"))) == len(rows(fresh))
    default = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o"
    assert used.query(default).cells() == fresh.query(default).cells()


def test_what_is_stated_is_not_inferred_again(hit_and_run: Board) -> None:
    both = "SELECT ?s { GRAPH cb:inferred { ?s ?p ?o } GRAPH cb:stated { ?s ?p ?o } }"
    assert len(hit_and_run.query(both)) == 0


def test_a_view_infers_anew_from_its_own_claims(hit_and_run: Board) -> None:
    finale = hit_and_run.view(as_of="season-1-finale")
    assert finale.query(ASSET, include=["inferred"]).cells() == [["Danielle Wexler", "CIA"]]
    assert len(hit_and_run.view(as_of="premise").query(ASSET, include=["inferred"])) == 0
