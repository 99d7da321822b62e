"""What cannot all be true: each principle has a case that it catches, and a near miss to leave alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import caseboard
from caseboard import Board, CaseError
from caseboard.contradictions import Contradiction, find
from caseboard.locate import bundled_cases, graph_dir
from caseboard.rules import Rule, read_rules

from .small import claim, people

CaseFile = Callable[[str], Path]
Open = Callable[..., Board]
GONE = "; cb:refutedIn t:p2 ; cb:refutedBy t:c0 "
PRINCIPLES = {principle.name: principle for principle in read_rules(graph_dir() / "contradictions")}
EVENTS = "".join(f't:e{n} a cb:Event ; rdfs:label "Event {n}" .\n' for n in range(1, 5))
ORDER = "t:e1 cb:before t:e2 . t:e2 cb:before t:e3 .\n"


@pytest.fixture
def opened(small_file: CaseFile) -> Open:
    def open_it(*texts: str) -> Board:
        cast = (
            people("ann", "bob", "cid", "dan", "eve") + 't:who a cb:Person, cb:Unknown ; rdfs:label "Who" .\n'
        )
        return caseboard.open(small_file(cast + EVENTS + "".join(texts)))

    return open_it


def written(text: str) -> str:
    """Claims of the form ``SUBJECT RELATION OBJECT [EVENT] [STATUS] [refuted]``, a line each."""
    lines = []
    for number, line in enumerate(filter(None, map(str.strip, text.splitlines()))):
        subject, relation, obj, *rest = line.split()
        status = next((word for word in rest if word in ("Hedged", "Predicted")), "Stated")
        more = "".join(f"; cb:inEvent t:{word} " for word in rest if word.startswith("e"))
        more += GONE if "refuted" in rest else ""
        made = claim(
            f"c{number}",
            f"t:{subject}",
            f"{'t' if relation in ('captains', 'eyes') else 'cb'}:{relation}",
            obj if obj.startswith('"') else f"t:{obj}",
            status,
            more,
        )
        lines.append(made.replace("t:p1", "t:p2") if "second" in rest else made)
    return "".join(lines)


def told(board: Board) -> dict[str, set[str]]:
    """Principle -> the sentences that clash."""
    found: dict[str, set[str]] = {}
    for one in board.contradictions():
        assert one.principle not in found, "two contradictions of one kind"
        found[one.principle] = {claim.sentence for claim in one.claims}
    return found


#: Principle, the claims of a case (and other Turtle), and those of them that clash.
CAUGHT = [
    ("two-fathers", "ann fatherOf cid\nbob fatherOf cid\ndan fatherOf eve", "", {0, 1}),
    ("two-fathers", "ann fatherOf cid\nbob fatherOf dan\ndan aliasOf cid", "", {0, 1}),
    ("two-mothers", "ann motherOf cid\nbob motherOf cid\ndan fatherOf cid", "", {0, 1}),
    ("two-mothers", "ann motherOf cid\nbob motherOf cid\ndan motherOf cid", "", {0, 1, 2}),
    ("alias-of-two", "ann aliasOf bob\nann aliasOf cid", "", {0, 1}),
    ("alias-of-two", "ann aliasOf bob\nbob aliasOf dan\nann aliasOf cid", "", {0, 2}),
    ("dead-then-active", "ann killedBy bob e1\nann helps cid e3", ORDER, {0, 1}),
    ("dead-then-active", "ann diedIn e1\nann pursues cid e2\nann helps cid e1", ORDER, {0, 1}),
    ("dead-then-active", 'ann vitalStatus "Dead" e2\ncid killedBy ann e3', ORDER, {0, 1}),
    ("dead-then-active", 'ann diedIn e1\nann vitalStatus "alive" e3', ORDER, {0, 1}),
    ("dead-then-active", "ann killedBy bob e1\nann kidnappedBy bob e2 second", ORDER, {0, 1}),
    ("dead-then-active", "ann diedIn e1\ndan aliasOf ann\ndan helps bob e3", ORDER, {0, 2}),
    ("dead-and-alive", 'ann vitalStatus "dead"\nann vitalStatus "alive"', "", {0, 1}),
    ("dead-and-alive", 'ann killedBy bob\nann vitalStatus "alive" second', "", {0, 1}),
    ("dead-and-alive", 'ann diedIn e1\ndan vitalStatus "alive"\ndan aliasOf ann', "", {0, 1}),
    (
        "before-itself",
        "ann helps bob e1\nann helps cid e2\nann helps dan e4",
        ORDER + "t:e3 cb:before t:e1 .",
        {0, 1},
    ),
    ("before-itself", "ann helps bob e4", "t:e4 cb:before t:e4 .", {0}),
    ("own-ancestor", "ann parentOf bob\nbob fatherOf cid\ncid motherOf ann\nann parentOf dan", "", {0, 1, 2}),
    ("own-ancestor", "ann parentOf ann", "", {0}),
    ("own-ancestor", "ann parentOf bob\nbob aliasOf ann", "", {0}),
    ("own-kin", "ann spouseOf ann", "", {0}),
    ("own-kin", "ann aliasOf bob\nbob spouseOf ann\nann cousinOf cid", "", {1}),
    ("one-object", "ann diedIn e1\nann diedIn e2\nbob diedIn e1", "", {0, 1}),
    ("one-object", 'ann eyes "blue"\nann eyes "green"', "", {0, 1}),
    ("one-subject", "ann captains o1\nbob captains o1\nbob captains o2", "", {0, 1}),
]
#: Near misses.
FINE = [
    "ann fatherOf cid\nbob motherOf cid\nann fatherOf dan",
    "ann fatherOf cid\nann fatherOf cid Hedged",
    "ann fatherOf cid\nbob fatherOf cid refuted",
    "ann fatherOf cid\nwho fatherOf cid",
    "ann fatherOf cid\nbob fatherOf cid\nann aliasOf bob",
    "ann motherOf cid\nbob motherOf cid\nann aliasOf dan Hedged\nbob aliasOf dan",
    "ann parentOf cid\nbob parentOf cid\ndan parentOf cid",
    "ann aliasOf bob\nann aliasOf cid refuted",
    "ann aliasOf bob\nann aliasOf cid\nbob aliasOf cid",
    "ann aliasOf bob\nann aliasOf who",
    "ann aliasOf bob\ncid aliasOf bob",
    "ann killedBy bob e3\nann helps cid e1",
    "ann killedBy bob e1 second\nann helps cid e1",
    "ann killedBy bob e1\nann helps cid e4",
    "ann killedBy bob e1\nann helps cid",
    "ann killedBy bob e1 refuted\nann helps cid e3",
    "ann killedBy bob e1\nann parentOf cid e3\nann memberOf o1 e3\nann handlerOf cid e3",
    'ann killedBy bob e1\nann occupation "pilot" e3\ncid pursues ann e3\ncid helps ann e3',
    "ann killedBy bob e1\nbob helps cid e3",
    "dan diedIn e1\ndan aliasOf ann\nann helps bob e3",
    'ann vitalStatus "alive"\nann vitalStatus "dead" second',
    'ann vitalStatus "missing"\nann vitalStatus "dead"',
    'ann vitalStatus "dead" refuted\nann vitalStatus "alive" second',
    'ann vitalStatus "dead" e3\nann vitalStatus "alive" e1 second',
    'dan vitalStatus "dead"\ndan aliasOf ann\nann vitalStatus "alive"',
    "ann parentOf bob\nbob parentOf cid\nann parentOf cid\ncid parentOf ann refuted",
    "ann spouseOf bob\nbob spouseOf ann\nann cousinOf bob",
    "ann killedBy bob\nann killedBy cid",
    "ann diedIn e1\nann diedIn e1\nbob diedIn e2",
    'ann eyes "blue"\nann eyes "Blue"\nbob eyes "green"',
    "ann captains o1\nann captains o2\ndan aliasOf ann\ndan captains o1",
]
OWN = """
t:o1 a cb:Organisation ; rdfs:label "O1" . t:o2 a cb:Organisation ; rdfs:label "O2" .
t:captains a cb:Relation, owl:InverseFunctionalProperty ; rdfs:label "captains" ; cb:family cb:allegiance .
t:eyes a cb:Relation, cb:Attribute, owl:FunctionalProperty ; rdfs:label "has eyes" ;
    cb:family cb:description .
"""


@pytest.mark.parametrize(("name", "text", "turtle", "clashing"), CAUGHT, ids=lambda value: str(value)[:60])
def test_a_principle_catches(opened: Open, name: str, text: str, turtle: str, clashing: set[int]) -> None:
    board = opened(OWN, written(text), turtle)
    (one,) = (one for one in board.contradictions() if one.principle == PRINCIPLES[name].sentence)
    assert {claim.id for claim in one.claims} == {f"t:c{number}" for number in clashing}
    assert one.certain
    lines = str(one).splitlines()
    assert lines[0] == f"{one.principle} {one.about}:"
    for each in one.claims:
        assert f"  {each}" in lines, "each claim stands there with its status, point and source"


@pytest.mark.parametrize("text", FINE)
def test_a_near_miss_is_left_alone(opened: Open, text: str) -> None:
    assert told(opened(OWN, written(text), ORDER)) == {}


def test_every_principle_is_tried_and_says_what_it_is() -> None:
    assert {name for name, *_ in CAUGHT} == set(PRINCIPLES)
    for principle in PRINCIPLES.values():
        assert principle.sentence.endswith(".")


def test_the_bundled_cases_have_none(harbour: Board, hit_and_run: Board) -> None:
    for board in (harbour, hit_and_run):
        assert board.contradictions() == ()
        for point in board.case.points:
            assert board.view(as_of=point.id).contradictions() == ()


# --- how sure, and when -------------------------------------------------------------------------------------


def test_a_hedged_claim_against_a_stated_one_is_no_certain_contradiction(opened: Open) -> None:
    doubt = opened(written("ann fatherOf cid\nbob fatherOf cid Hedged"))
    (one,) = doubt.contradictions()
    assert not one.certain
    assert [claim.status for claim in one.claims] == ["stated", "hedged"]
    assert str(one).splitlines()[0] == "Nobody has two fathers. Cid (not by stated claims alone):"
    both = opened(
        written("ann fatherOf cid\nbob fatherOf cid Hedged\ndan fatherOf cid\neve fatherOf dan Hedged")
    )
    (one,) = both.contradictions()
    assert one.certain, "two of them are stated, and clash already"
    assert len(one.claims) == 3


def test_certain_ones_come_first(opened: Open) -> None:
    text = "ann aliasOf bob\nann aliasOf cid Predicted\ndan motherOf cid\neve motherOf cid"
    found = opened(written(text)).contradictions()
    assert [one.certain for one in found] == [True, False]
    assert [one.about.label for one in found] == ["Cid", "Ann"]


def test_what_a_view_does_not_know_contradicts_nothing_on_it(opened: Open) -> None:
    text = "cid fatherOf eve second\nann fatherOf cid refuted\nbob fatherOf cid\ndan motherOf cid\n"
    board = opened(written(text + "bob motherOf cid second"))
    assert told(board) == {
        "Nobody has two mothers.": {"Dan is the mother of Cid.", "Bob is the mother of Cid."}
    }
    # The refutation is not reached yet, and the second mother not known.
    assert told(board.view(as_of="first")) == {
        "Nobody has two fathers.": {"Ann is the father of Cid.", "Bob is the father of Cid."}
    }
    assert told(board.view(as_of="first", status=["hedged"])) == {}


def test_the_order_of_the_telling_does_not_count(opened: Open) -> None:
    flashback = written("ann killedBy bob e2\nann helps cid e1 second")
    assert told(opened(flashback, ORDER)) == {}
    ghost = written("ann killedBy bob e1 second\nann helps cid e2")
    assert len(told(opened(ghost, ORDER))) == 1


def test_a_death_in_a_circle_of_events_comes_before_nothing(opened: Open) -> None:
    circle = "t:e1 cb:before t:e2 . t:e2 cb:before t:e1, t:e3 .\n"
    around = opened(written("ann killedBy bob e1\nann helps cid e2"), circle)
    assert set(told(around)) == {"Nothing happens before itself."}
    beyond = opened(written("ann killedBy bob e1\nann helps cid e3"), circle)
    assert set(told(beyond)) == {"Nothing happens before itself.", "Whoever is dead does nothing afterwards."}


def test_a_circle_is_told_in_its_order_even_without_a_claim(opened: Open) -> None:
    board = opened(ORDER, "t:e3 cb:before t:e4, t:e1 .", written("ann helps bob"))
    (one,) = board.contradictions()
    assert [event.label for event in one.circle] == ["Event 1", "Event 2", "Event 3"]
    assert str(one) == "Nothing happens before itself. Event 1:\n  Event 1 – Event 2 – Event 3 – Event 1"
    assert one.claims == ()


def test_two_circles_are_two_contradictions(opened: Open) -> None:
    text = "ann parentOf bob\nbob parentOf ann\ncid parentOf dan\ndan parentOf cid Hedged\nbob parentOf cid"
    found = opened(written(text)).contradictions()
    assert [{claim.id for claim in one.claims} for one in found] == [{"t:c0", "t:c1"}, {"t:c2", "t:c3"}]
    assert [one.certain for one in found] == [True, False]


# --- large and hostile ---------------------------------------------------------------------------------


def test_a_chain_of_two_thousand_events(opened: Open) -> None:
    events = "".join(f"t:x{n} a cb:Event ; rdfs:label 'x{n}' ; cb:before t:x{n + 1} .\n" for n in range(2000))
    helps = "".join(
        claim(f"h{n}", "t:ann", "cb:helps", "t:bob", more=f"; cb:inEvent t:x{n} ") for n in range(0, 2001, 10)
    )
    died = claim("d", "t:ann", "cb:killedBy", "t:cid", more="; cb:inEvent t:x1000 ")
    (one,) = opened(events, "t:x2000 a cb:Event .", helps, died).contradictions()
    assert {claim.id for claim in one.claims} == {"t:d", *(f"t:h{n}" for n in range(1010, 2001, 10))}
    (around,) = opened(events, "t:x2000 cb:before t:x0 .", helps).contradictions()
    assert len(around.circle) == 2001
    assert len(around.claims) == 201


def test_a_long_chain_of_aliases_is_one_person(opened: Open) -> None:
    names = "".join(f't:n{n} a cb:Person ; rdfs:label "N{n}" .\n' for n in range(2000))
    chain = "".join(claim(f"a{n}", f"t:n{n}", "cb:aliasOf", f"t:n{n + 1}") for n in range(1999))
    fathers = claim("f", "t:n0", "cb:fatherOf", "t:ann") + claim("g", "t:n1999", "cb:fatherOf", "t:ann")
    assert opened(names, chain, fathers).contradictions() == ()
    (one,) = opened(names, chain, fathers, claim("h", "t:bob", "cb:fatherOf", "t:ann")).contradictions()
    assert {claim.id for claim in one.claims} == {"t:f", "t:g", "t:h"}


HOSTILE = r"</td><script>alert(1)</script>\u001b[2J\nviolation: forged"


def test_labels_stay_on_their_line_and_text(small_file: CaseFile) -> None:
    names = f't:ann a cb:Person ; rdfs:label "{HOSTILE}" . {people("bob", "cid")}'
    file = small_file(names + written("ann fatherOf cid\nbob fatherOf cid\nann aliasOf ann"))
    (one,) = caseboard.open(file).contradictions()
    assert len(str(one).splitlines()) == 3
    report = caseboard.check(file)
    assert not any(line.startswith("violation: forged") for line in str(report).splitlines())
    assert "\x1b" not in str(report)
    page = report._repr_html_()
    assert "<script" not in page
    assert "is the father of Cid." in page


def test_a_claim_without_a_name_is_shown_too(small_file: CaseFile) -> None:
    nameless = written("ann fatherOf cid").replace("t:c0 a", "[] a")
    board = caseboard.open(small_file(people("ann", "bob", "cid") + nameless + written("bob fatherOf cid")))
    (one,) = board.contradictions()
    assert {claim.sentence for claim in one.claims} == {
        "Ann is the father of Cid.",
        "Bob is the father of Cid.",
    }


def test_a_principle_that_finds_no_claims_is_refused_by_name(opened: Open) -> None:
    case = opened(written("ann helps bob")).case
    for text in ("ASK { ?a ?b ?c }", "SELECT ?about { ?about ?b ?c }", "SELECT ?claim { ?claim ?b ?c }"):
        with pytest.raises(CaseError, match="'mine' cannot be run: write it as SELECT"):
            find(case, [Rule("mine", "A sentence.", text)])


# --- in a check ----------------------------------------------------------------------------------------


def test_a_check_shows_contradictions_after_all_else_as_warnings(small_file: CaseFile) -> None:
    file = small_file(people("ann", "bob", "cid") + written("ann fatherOf cid\nbob fatherOf cid"))
    for report in (caseboard.check(file), caseboard.open(file).check()):
        last = report.findings[-1]
        assert (last.severity, last.shape) == ("warning", "contradiction: Nobody has two fathers.")
        assert last.focus == "t:cid"
        assert [line.split(". [")[0] for line in last.details] == [
            "Ann is the father of Cid",
            "Bob is the father of Cid",
        ]
        assert "    Ann is the father of Cid. [stated, first; no evidence]\n" in str(report)
        assert report.to_dict()["findings"][-1]["details"] == last.details
        assert last in report.warnings
    assert caseboard.check(file).findings[-1].line == 12


def test_that_sources_differ_does_not_fail_a_sound_case(small_file: CaseFile) -> None:
    quay = """
    @prefix ex: <https://w3id.org/caseboard/harbour/> . @prefix prov: <http://www.w3.org/ns/prov#> .
    ex:c-1 a cb:Claim, rdf:Statement ; rdf:subject ex:tomas ; rdf:predicate cb:vitalStatus ;
        rdf:object "alive" ; cb:status cb:Stated ; cb:revealedIn ex:midway ; prov:wasDerivedFrom ex:e-1 ;
        prov:wasAttributedTo ex:pilot ; rdfs:comment "Tomas waves from the quay."@en .
    """
    file = small_file(quay)
    file.write_text(re.sub(r"^t:p\d.*\n", "", file.read_text(), flags=re.MULTILINE))
    report = caseboard.check([bundled_cases()["harbour"], file])
    assert report.ok
    assert [finding.shape for finding in report.findings] == ["contradiction: Nobody who is dead is alive."]
    assert str(report).endswith("No violations, 1 warning.")


def test_a_case_that_cannot_be_opened_is_checked_for_contradictions_all_the_same(
    small_file: CaseFile,
) -> None:
    broken = "t:bare a cb:Claim ; rdf:subject t:ann .\n" + claim("x", "t:ann", "t:undeclared", "t:bob")
    file = small_file(people("ann", "bob", "cid") + written("ann fatherOf cid\nbob fatherOf cid") + broken)
    with pytest.raises(CaseError):
        caseboard.open(file)
    report = caseboard.check(file)
    assert not report.ok
    assert report.findings[-1].shape == "contradiction: Nobody has two fathers."


def test_a_contradiction_is_a_value(opened: Open) -> None:
    one, other = (opened(written("ann fatherOf cid\nbob fatherOf cid")).contradictions()[0] for _ in range(2))
    assert isinstance(one, Contradiction)
    assert one == other
    assert hash(one) == hash(other)
