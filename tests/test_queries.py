"""The named queries: what a user looks for is in the answer, and nothing that the source does not say."""

from __future__ import annotations

import random
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import caseboard
from caseboard.errors import UnknownName
from caseboard.locate import bundled_cases, graph_dir
from caseboard.sparql import NamedQuery, read_queries, tokens

Row = dict[str, str]
QUERIES = read_queries(graph_dir() / "queries")
NAMES = sorted(QUERIES)

#: For queries with parameters: what to ask on each case.
ARGUMENTS: dict[str, dict[str, dict[str, str]]] = {
    "hit-and-run": {
        "about": {"entity": "Danielle Wexler"},
        "shared": {"a": "Danielle Wexler", "b": "Ron Harel"},
        "search": {"words": "state secrets"},
        "linked-by": {"relation": "handlerOf"},
        "in-thread": {"thread": "The manhunt"},
        "believed-at": {"point": "season 1"},
    },
    "harbour": {
        "about": {"entity": "Ada"},
        "shared": {"a": "Ada", "b": "Mr Grey"},
        "search": {"words": "LEDGER"},
        "linked-by": {"relation": "cb:helps"},
        "in-thread": {"thread": "ledger"},
        "believed-at": {"point": "midway"},
    },
}

SEGEV, DANIELLE, RON = "Segev Azulai", "Danielle Wexler", "Ron Harel"
EX_WIFE = "ex-wife"

#: Rows that must be in the answer on Hit & Run, each as far as the source leaves no doubt; a cell need only
#: contain the text. Every named query has at least one.
EXPECTED: dict[str, list[Row]] = {
    "about": [
        {"subject": "Sophie Dreyer", "relation": "cb:aliasOf", "object": DANIELLE, "status": "cb:Stated"},
        {"subject": "Reese Wakefield", "relation": "cb:handlerOf", "object": DANIELLE},
        {"subject": DANIELLE, "relation": "cb:portrayedBy", "object": "Kaelen Ohm"},
        {"subject": DANIELLE, "relation": "cb:vitalStatus", "object": "dead", "revealed": "premise"},
        {"subject": "Martin Wexler", "relation": "cb:parentOf", "refuted": "season 1"},
    ],
    "agencies": [
        {"who": "Tamir Edri", "relation": "cb:memberOf", "agency": "Mossad"},
        {"who": "Reese Wakefield", "agency": "CIA"},
        {"who": "Tali Shapira", "agency": "police", "country": "Israel"},
    ],
    "aliases": [
        {"alias": "Sophie Dreyer", "person": DANIELLE, "revealed": "season 1"},
        {"alias": "Martin Wexler", "person": "Reese Wakefield", "revealed": "season 1"},
    ],
    "allies": [
        {"who": "Tali Shapira", "relation": "cb:helps", "whom": SEGEV},
        {"who": RON, "relation": "cb:helps", "whom": SEGEV},
        {"who": "Naomi Hicks", "relation": "cb:helps", "whom": SEGEV},
    ],
    "believed-at": [
        # Revealed in season 1, when that he is her father is believed no longer.
        {"subject": "Reese Wakefield", "relation": "cb:handlerOf", "object": DANIELLE},
        {"subject": DANIELLE, "relation": "cb:killedBy", "revealed": "premise"},
    ],
    "cast": [
        {"performer": "Lior Raz", "character": SEGEV},
        {"performer": "Kaelen Ohm", "character": DANIELLE},
        {"performer": "Moran Rosenblatt", "character": "Tali Shapira"},
        {"performer": "Gal Toren", "character": RON},
        {"performer": "Sanaa Lathan", "character": "Naomi Hicks"},
        {"performer": "Gregg Henry", "character": "Reese Wakefield"},
        {"performer": "Igal Naor", "character": "Tamir Edri"},
        {"performer": "Kevin Mambo", "character": "Detective Ellis"},
    ],
    "claims": [
        {
            "subject": "Reese Wakefield",
            "relation": "cb:handlerOf",
            "object": DANIELLE,
            "status": "cb:Stated",
            "revealed": "season 1",
            "evidence": "Cast, paragraph 10, sentence 1",
        },
        {"subject": "Mossad", "relation": "cb:pursues", "object": SEGEV, "status": "cb:Hedged"},
    ],
    "connectors": [{"connector": SEGEV}],
    "events": [{"event": "hit-and-run", "subject": DANIELLE}, {"event": "Ella", "subject": "Ella"}],
    "evidence": [
        {
            "source": "article",
            "section": "Cast",
            "paragraph": "10",
            "sentence": "2",
            "agent": "author",
            "note": "Ellis",
        },
        {"paragraph": "5", "sentence": "3", "agent": "Lior Raz"},
    ],
    "family": [
        {"who": SEGEV, "relation": "cb:parentOf", "whom": "Ella"},
        {"who": DANIELLE, "relation": "cb:spouseOf", "whom": SEGEV},
        {"who": SEGEV, "relation": "cb:cousinOf", "whom": "Tali Shapira"},
        {"who": SEGEV, "relation": "cb:formerSpouseOf", "whom": EX_WIFE},
        {"who": "son-in-law", "relation": "cb:childInLawOf", "whom": "President"},
    ],
    "handlers": [{"handler": "Reese Wakefield", "handled": DANIELLE}],
    "hedges": [
        {"subject": "Mossad", "relation": "cb:pursues", "object": SEGEV},
        {"subject": "son-in-law", "relation": "cb:leaks"},
    ],
    "in-thread": [
        {
            "thread": "manhunt",
            "subject": "Mossad",
            "relation": "cb:pursues",
            "object": SEGEV,
            "status": "cb:Hedged",
        },
    ],
    "linked-by": [
        {
            "subject": "Reese Wakefield",
            "relation": "cb:handlerOf",
            "object": DANIELLE,
            "revealed": "season 1",
        },
    ],
    "killings": [
        {"killed": DANIELLE, "identified": "no"},
        {"killed": EX_WIFE, "identified": "no"},
    ],
    "learnings": [
        {"who": SEGEV, "subject": "Ella", "relation": "cb:kidnappedBy", "learned_in": "end of season 1"},
        {"who": SEGEV, "subject": EX_WIFE, "relation": "cb:killedBy", "learned_in": "end of season 1"},
    ],
    "left-out": [{"source": "article", "paragraph": "2", "sentence": "4"}],
    "open-questions": [
        {"kind": "cb:Person", "subject": "Ella", "relation": "cb:kidnappedBy"},
        {"subject": EX_WIFE, "relation": "cb:killedBy"},
        {"subject": DANIELLE, "relation": "cb:killedBy"},
    ],
    "possessions": [
        {"thing": "diary", "holder": SEGEV, "author": DANIELLE, "revealed": "end of season 1"},
    ],
    "predictions": [
        {"subject": SEGEV, "object": "Ella", "revealed": "season 2"},
        {"subject": SEGEV, "object": "diary"},
        {"subject": "season 2", "object": "mid-2022"},
    ],
    "production": [
        {"subject": "season 1", "relation": "cb:premieredOn", "value": "2021-08-06"},
        {"subject": "season 1", "relation": "cb:episodeCount", "value": "9"},
        {"relation": "cb:createdBy", "value": "Lior Raz"},
    ],
    "pursuits": [
        {"who": "Detective Ellis", "relation": "cb:pursues", "target": SEGEV},
        {"who": SEGEV, "relation": "cb:wantedIn"},
    ],
    "refuted": [
        {
            "subject": "Martin Wexler",
            "relation": "cb:parentOf",
            "object": DANIELLE,
            "believed_from": "premise",
            "until": "season 1",
        }
    ],
    "relations": [{"family": "cb:violence", "relation": "cb:killedBy", "meaning": "subject"}],
    "search": [{"found": "diary"}, {"text": "State secrets"}],
    "secrets": [
        {"who": "diary", "relation": "cb:documents"},
        {"relation": "cb:spiesOn", "what": "White House"},
    ],
    "shared": [
        {"what": "neighbour", "shared": SEGEV, "a_relation": "cb:spouseOf", "b_relation": "cb:friendOf"},
        {"what": "value", "shared": "dead"},
    ],
    "sources": [{"source": "article", "agent": "author"}, {"source": "article", "agent": "Lior Raz"}],
    "statistics": [
        {"status": "cb:Stated", "family": "cb:kinship", "refuted": "1"},
        {"status": "cb:Hedged", "family": "cb:pursuit", "refuted": "0"},
    ],
    "the-dead": [{"dead": DANIELLE}, {"dead": RON}, {"dead": EX_WIFE}],
    "theories": [
        {
            "question": "hit-and-run",
            "theory": "Mossad",
            "proposes": "Mossad",
            "side": "for",
            "claim": "hr:c-secrets-israel",
            "subject": "The secrets in the diary",
            "object": "Israel",
            "status": "cb:Stated",
        },
        {"theory": "accident", "side": "for", "relation": "cb:diedIn"},
        {"theory": "CIA", "side": "against", "relation": "cb:diedIn"},
    ],
    "threads": [
        {"thread": "diary", "who": SEGEV, "kind": "cb:Person"},
        {"thread": "diary", "who": "diary", "kind": "cb:Object"},
    ],
    "timeline": [
        {"point": "season 1", "news": "refuted", "subject": "Martin Wexler"},
        {"point": "premise", "news": "revealed", "subject": "Martin Wexler"},
        {"point": "season 2", "subject": SEGEV, "object": "Ella", "status": "cb:Predicted"},
    ],
    "violence": [
        {"victim": "Ella", "relation": "cb:kidnappedBy", "identified": "no"},
        {"victim": DANIELLE, "relation": "cb:killedBy", "identified": "no"},
    ],
}

#: The same on the example case, whole: these are all rows of the answer, in order.
HARBOUR: dict[str, list[Row]] = {
    "agencies": [{"who": "Iris Holm", "agency": "Customs"}, {"who": "Mr Grey", "agency": "Meridian Line"}],
    "aliases": [{"alias": "Mr Grey", "person": "Bruno Lind", "revealed": "midway"}],
    "allies": [
        {"who": "Ada Lind", "relation": "cb:friendOf", "whom": "Tomas Berg"},
        {"who": "Iris Holm", "relation": "cb:helps", "whom": "Ada Lind"},
    ],
    "cast": [{"performer": "Nora Vale", "character": "Ada Lind"}],
    "connectors": [
        {"thread": "The drowning", "other_thread": "The ledger", "connector": "Bruno Lind"},
        {"thread": "The drowning", "other_thread": "The ledger", "connector": "Mr Grey"},
    ],
    "events": [],
    "family": [{"who": "Bruno Lind", "relation": "cb:parentOf", "whom": "Ada Lind"}],
    "handlers": [],
    "hedges": [{"subject": "Meridian Line", "object": "Ada Lind", "note": "seems"}],
    "killings": [{"killed": "Tomas Berg", "killer": "Whoever killed Tomas", "identified": "no"}],
    "learnings": [],
    "left-out": [],
    "open-questions": [
        {
            "unknown": "Whoever killed Tomas",
            "kind": "cb:Person",
            "subject": "Tomas Berg",
            "claim": "ex:c-killed",
        }
    ],
    "possessions": [{"thing": "The ledger", "holder": "Ada Lind", "revealed": "midway"}],
    "predictions": [{"subject": "Customs", "object": "Meridian Line", "revealed": "the sequel"}],
    "production": [{"subject": "Ada Lind", "relation": "cb:portrayedBy", "value": "Nora Vale"}],
    "pursuits": [],
    "refuted": [
        {
            "subject": "Bruno Lind",
            "object": "dead",
            "believed_from": "the start",
            "until": "midway",
            "refuted_by": "ex:c-alias",
        }
    ],
    "secrets": [{"who": "The ledger", "relation": "cb:documents", "what": "What Meridian really ships"}],
    "shared": [
        {
            "what": "neighbour",
            "shared": "Bruno Lind",
            "a_relation": "cb:childOf",
            "b_relation": "cb:aliasOf",
            "a": "Ada Lind",
            "b": "Mr Grey",
        },
        {"what": "thread", "shared": "The ledger"},
    ],
    "sources": [{"source": "The pilot's notebook", "agent": "the pilot", "passages": "4", "claims": "13"}],
    "the-dead": [{"dead": "Tomas Berg", "killer": "Whoever killed Tomas"}],
    "theories": [
        {"theory": "Bruno Lind, alive", "side": "against", "claim": "ex:c-drowned", "refuted": "midway"},
        {"theory": "Bruno Lind, alive", "side": "against", "claim": "ex:c-friends", "refuted": ""},
        {"theory": "Bruno Lind, alive", "proposes": "Bruno Lind", "side": "for", "claim": "ex:c-alias"},
        {"theory": "Meridian Line", "question": "Whoever killed Tomas", "side": "for", "claim": "ex:c-cargo"},
        {"theory": "Meridian Line", "side": "for", "claim": "ex:c-friends"},
        {"theory": "Meridian Line", "side": "for", "claim": "ex:c-hunt", "status": "cb:Hedged"},
    ],
    "violence": [{"victim": "Tomas Berg", "by": "Whoever killed Tomas", "identified": "no"}],
}

#: What a hostile or clumsy user may type as a name.
HOSTILE = [
    "",
    "   ",
    '"',
    "'; --",
    "\\",
    '\\"',
    "} INSERT DATA { <urn:a> <urn:b> <urn:c> } #",
    "> } INSERT DATA { <urn:a> <urn:b> <urn:c> } #",
    '" . } ; DROP ALL #',
    "<urn:no-such-thing>",
    "_:b0",
    "?entity",
    "cb:nobody",
    "hr:nobody",
    "no\nsuch\nline",
    "\x00",
    "\ud7ff\U0010ffff",
    "x" * 10_000,
]


def ask(board: caseboard.Board, name: str, **options: Any) -> list[Row]:
    """Return an answer's rows: labels, but CURIEs for what the vocabulary defines, and claims' ids."""
    table: Any = board.run(name, **options)
    both = zip(table.cells(), table.cells(iris=True), strict=True)
    return [
        {
            column: curie if curie.startswith("cb:") else label
            for column, label, curie in zip(table.columns, labels, curies, strict=True)
        }
        for labels, curies in both
    ]


def matches(row: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return all(text.casefold() in row[column].casefold() for column, text in wanted.items())


def place(rows: list[Row], **wanted: str) -> int:
    """Return the place of the first row that matches; fail where there is none."""
    found = [i for i, row in enumerate(rows) if matches(row, wanted)]
    assert found, f"no row with {wanted}"
    return found[0]


@pytest.fixture(scope="module")
def hit_and_run() -> caseboard.Board:
    return caseboard.open()


@pytest.fixture(scope="module")
def harbour() -> caseboard.Board:
    return caseboard.open("harbour")


@pytest.fixture(scope="module")
def boards(hit_and_run: caseboard.Board, harbour: caseboard.Board) -> dict[str, caseboard.Board]:
    return {"hit-and-run": hit_and_run, "harbour": harbour}


# --- what is in the answers -----------------------------------------------------------------------


def test_every_query_is_expected_to_find_something() -> None:
    assert sorted(EXPECTED) == NAMES
    assert all(EXPECTED.values())


@pytest.mark.parametrize("name", NAMES)
def test_what_a_user_looks_for_is_in_the_answer(name: str, hit_and_run: caseboard.Board) -> None:
    rows = ask(hit_and_run, name, **ARGUMENTS["hit-and-run"].get(name, {}))
    missing = [wanted for wanted in EXPECTED[name] if not any(matches(row, wanted) for row in rows)]
    assert not missing


@pytest.mark.parametrize("name", sorted(HARBOUR))
def test_the_whole_answer_on_the_example_case(name: str, harbour: caseboard.Board) -> None:
    rows = ask(harbour, name, **ARGUMENTS["harbour"].get(name, {}))
    assert len(rows) == len(HARBOUR[name])
    for row, wanted in zip(rows, HARBOUR[name], strict=True):
        assert matches(row, wanted)


def test_nobody_who_has_a_name_is_called_a_killer(hit_and_run: caseboard.Board) -> None:
    rows = ask(hit_and_run, "killings")
    named = {"Mossad", "CIA", *(row["character"] for row in ask(hit_and_run, "cast"))}
    assert {row["identified"] for row in rows} == {"no"}
    assert not named & {row["killer"] for row in rows}
    assert not any(row["killed"] == RON for row in rows), "the source does not say that Ron was killed"


def test_the_wife_and_the_ex_wife_are_two(hit_and_run: caseboard.Board) -> None:
    married = [row for row in ask(hit_and_run, "family") if SEGEV in (row["who"], row["whom"])]
    others = {row["relation"]: ({row["who"], row["whom"]} - {SEGEV}) for row in married}
    assert others["cb:spouseOf"] == {DANIELLE}
    assert not others["cb:formerSpouseOf"] & {DANIELLE, "Sophie Dreyer"}


def test_only_one_handler_is_known(hit_and_run: caseboard.Board) -> None:
    assert ask(hit_and_run, "handlers") == [{"handler": "Reese Wakefield", "handled": DANIELLE}]


def test_a_refuted_claim_is_no_fact_and_can_be_asked_for(hit_and_run: caseboard.Board) -> None:
    father = {"who": "Martin Wexler", "relation": "cb:parentOf", "whom": DANIELLE}
    assert father not in ask(hit_and_run, "family")
    assert father in ask(hit_and_run, "family", include=["refuted"])


def test_a_death_that_was_none_is_left_out(harbour: caseboard.Board) -> None:
    assert [row["dead"] for row in ask(harbour, "the-dead")] == ["Tomas Berg"]
    dead = [row["dead"] for row in ask(harbour, "the-dead", include=["refuted"])]
    assert dead == ["Bruno Lind", "Tomas Berg"]


def test_what_is_hedged_is_no_fact_and_can_be_asked_for(hit_and_run: caseboard.Board) -> None:
    for name, wanted in (
        ("secrets", {"who": "son-in-law", "relation": "cb:leaks"}),
        ("pursuits", {"who": "Mossad", "relation": "cb:pursues", "target": SEGEV}),
    ):
        assert not any(matches(row, wanted) for row in ask(hit_and_run, name))
        place(ask(hit_and_run, name, include=["hedged"]), **wanted)


def test_what_is_predicted_is_no_fact_and_can_be_asked_for(hit_and_run: caseboard.Board) -> None:
    release = {"subject": "season 2", "value": "mid-2022"}
    assert not any(matches(row, release) for row in ask(hit_and_run, "production"))
    place(ask(hit_and_run, "production", include=["predicted"]), **release)


@pytest.mark.parametrize(("name", "status"), [("predictions", "predicted"), ("hedges", "hedged")])
@pytest.mark.parametrize("case", ["hit-and-run", "harbour"])
def test_all_claims_of_a_status_and_no_others(
    name: str, status: str, case: str, boards: dict[str, caseboard.Board]
) -> None:
    listed = sorted(row["claim"] for row in ask(boards[case], name))
    assert listed == sorted(claim.id for claim in boards[case].claims() if claim.status == status)


@pytest.mark.parametrize("case", ["hit-and-run", "harbour"])
def test_claims_and_counts_agree(case: str, boards: dict[str, caseboard.Board]) -> None:
    board = boards[case]
    every = {claim.id for claim in board.claims()}
    assert [row["claim"] for row in ask(board, "claims")] == sorted(every)
    assert sum(int(row["claims"]) for row in ask(board, "statistics")) == len(every)
    assert sum(int(row["claims"]) for row in ask(board, "relations")) == len(every)
    assert sum(int(row["refuted"]) for row in ask(board, "statistics")) == len(ask(board, "refuted"))
    assert {row["claim"] for row in ask(board, "evidence")} == every
    assert {row["claim"] for row in ask(board, "timeline") if row["news"] == "revealed"} == every


def test_evidence_of_several_passages_is_told_in_their_order(hit_and_run: caseboard.Board) -> None:
    for row in ask(hit_and_run, "claims"):
        places = [tuple(map(int, re.findall(r"\d+", part))) for part in row["evidence"].split("; ")]
        assert places == sorted(places)
        assert len(places) == len(hit_and_run.claim(row["claim"]).evidence)


@pytest.mark.parametrize("case", ["hit-and-run", "harbour"])
def test_the_timeline_runs_in_the_order_of_telling(case: str, boards: dict[str, caseboard.Board]) -> None:
    told = [row["point"] for row in ask(boards[case], "timeline")]
    points = [point.label for point in boards[case].case.points]
    assert [points.index(point) for point in told] == sorted(points.index(point) for point in told)
    assert set(told) == set(points)


def test_events_come_after_those_that_precede_them(hit_and_run: caseboard.Board) -> None:
    rows = ask(hit_and_run, "events")
    accident = place(rows, event="hit-and-run", subject=DANIELLE, relation="cb:killedBy")
    assert accident < place(rows, subject="Ella", relation="cb:kidnappedBy")
    assert accident < place(rows, subject=EX_WIFE, relation="cb:killedBy")
    counts = [int(row["earlier"]) for row in rows]
    assert counts == sorted(counts)


def test_open_questions_are_those_of_the_board(boards: dict[str, caseboard.Board]) -> None:
    for board in boards.values():
        asked = {(row["unknown"], row["claim"]) for row in ask(board, "open-questions")}
        assert asked == {(str(q.unknown), claim.id) for q in board.questions() for claim in q.claims}


@pytest.mark.parametrize("case", ["hit-and-run", "harbour"])
def test_threads_hold_who_the_board_finds_in_them(case: str, boards: dict[str, caseboard.Board]) -> None:
    board = boards[case]
    asked = {(row["thread"], row["who"]) for row in ask(board, "threads")}
    assert asked == {(str(t.thread), str(who)) for t in board.threads() for who in (*t.people, *t.others)}


@pytest.mark.parametrize("case", ["hit-and-run", "harbour"])
def test_connectors_are_in_both_threads(case: str, boards: dict[str, caseboard.Board]) -> None:
    members: dict[str, set[str]] = {}
    for row in ask(boards[case], "threads"):
        members.setdefault(row["thread"], set()).add(row["who"])
    listed = {
        (frozenset([row["thread"], row["other_thread"]]), row["connector"])
        for row in ask(boards[case], "connectors")
    }
    assert listed == {
        (frozenset([one, other]), who)
        for one in members
        for other in members
        if one != other
        for who in members[one] & members[other]
    }


@pytest.mark.parametrize("name", ["Segev Azulai", "Mossad", "Sophie Dreyer", "Lior Raz"])
def test_about_lists_every_claim_on_either_side(name: str, hit_and_run: caseboard.Board) -> None:
    listed = {row["claim"] for row in ask(hit_and_run, "about", entity=name)}
    claims = {*hit_and_run.claims(subject=name), *hit_and_run.claims(object=name)}
    assert listed == {claim.id for claim in claims}


def test_about_an_event_lists_what_is_part_of_it(hit_and_run: caseboard.Board) -> None:
    rows = ask(hit_and_run, "about", entity="hit-and-run-accident")
    place(rows, subject=DANIELLE, relation="cb:killedBy")


def test_what_two_share_reads_from_both_sides(hit_and_run: caseboard.Board) -> None:
    one = ask(hit_and_run, "shared", a=DANIELLE, b="Reese Wakefield")
    place(one, what="link", a_relation="cb:handledBy", b_relation="cb:handlerOf")
    other = ask(hit_and_run, "shared", a="Reese Wakefield", b=DANIELLE)
    place(other, what="link", a_relation="cb:handlerOf", b_relation="cb:handledBy")
    assert len(one) == len(other)


def test_two_share_less_certain_things_only_on_demand(hit_and_run: caseboard.Board) -> None:
    link = {"what": "link", "a_relation": "cb:pursues", "b_relation": "cb:pursuedBy"}
    assert not any(matches(row, link) for row in ask(hit_and_run, "shared", a="Mossad", b=SEGEV))
    place(ask(hit_and_run, "shared", a="Mossad", b=SEGEV, include=["hedged"]), **link)


def test_two_characters_share_nothing_through_the_work(hit_and_run: caseboard.Board) -> None:
    rows = ask(hit_and_run, "shared", a="Martin Wexler", b="Reese Wakefield")
    assert not any(row["shared"] == "Gregg Henry" for row in rows)
    rows = ask(hit_and_run, "shared", a=DANIELLE, b=RON, include=["predicted"])
    assert not any("season 2" in row["shared"] for row in rows)


def test_what_is_refuted_is_believed_until_then_and_not_after(hit_and_run: caseboard.Board) -> None:
    def father(point: str) -> bool:
        rows = ask(hit_and_run, "believed-at", point=point)
        return any(row["subject"] == "Martin Wexler" and row["relation"] == "cb:parentOf" for row in rows)

    assert father("the premise")
    assert not father("season 1")
    counted = [len(ask(hit_and_run, "believed-at", point=point.id)) for point in hit_and_run.case.points]
    assert counted == sorted(counted), "more is revealed than is refuted"


def test_a_thread_has_the_claims_that_the_board_finds_in_it(hit_and_run: caseboard.Board) -> None:
    for thread in hit_and_run.case.threads.values():
        rows = ask(hit_and_run, "in-thread", thread=thread.label)
        claims = [one for one in hit_and_run.case.claims.values() if thread.id in [t.id for t in one.threads]]
        assert len(rows) == len(claims) > 0


def test_search_knows_no_capitals_and_reads_notes_and_values(hit_and_run: caseboard.Board) -> None:
    assert ask(hit_and_run, "search", words="tour GUIDE")
    assert any(row["found"] == SEGEV for row in ask(hit_and_run, "search", words="SEGEV AZULAI"))
    assert ask(hit_and_run, "search", words="zebra crossing") == []


# --- a case of one's own --------------------------------------------------------------------------

CASE = """
@prefix cb:   <https://w3id.org/caseboard/ns#> .
@prefix my:   <https://example.org/my#> .
@prefix rdf:  <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl:  <http://www.w3.org/2002/07/owl#> .

my:stepsisterOf a cb:Relation ; cb:family cb:kinship ; rdfs:label "is a stepsister of" .
my:poisonedBy a cb:Relation ; cb:family cb:violence ; rdfs:label "was poisoned by" ;
    rdfs:subPropertyOf cb:killedBy .
my:directs a cb:Relation ; cb:family my:management ; rdfs:label "directs" .
my:management a cb:Family ; rdfs:label "management" .

my:first a cb:RevealPoint ; rdfs:label "first" ; cb:order 1 .
my:ninth a cb:RevealPoint ; rdfs:label "ninth" ; cb:order 9 .
my:tenth a cb:RevealPoint ; rdfs:label "tenth" ; cb:order 10 .
my:some-time a cb:RevealPoint ; rdfs:label "some time" .
my:quiet a cb:Thread ; rdfs:label "The quiet thread" .

my:a a cb:Person ; rdfs:label "Anna" .
my:b a cb:Person ; rdfs:label "Berta" .
my:c a cb:Person ; rdfs:label "Carla \\"> } INSERT DATA { <urn:a> <urn:b> <urn:c> } #" .
my:morning a cb:Event ; rdfs:label "Morning" ; cb:before my:noon .
my:noon a cb:Event ; rdfs:label "Noon" ; cb:before my:night .
my:night a cb:Event ; rdfs:label "Night" .
my:aside a cb:Event ; rdfs:label "Aside" .

my:c1 a cb:Claim ; rdf:subject my:a ; rdf:predicate my:stepsisterOf ; rdf:object my:b ;
    cb:status cb:Stated ; cb:revealedIn my:tenth .
my:c2 a cb:Claim ; rdf:subject my:b ; rdf:predicate my:poisonedBy ; rdf:object my:c ;
    cb:status cb:Stated ; cb:revealedIn my:some-time ; cb:inEvent my:night .
my:c3 a cb:Claim ; rdf:subject my:c ; rdf:predicate my:directs ; rdf:object my:a ;
    cb:status cb:Stated ; cb:revealedIn my:ninth ; cb:inEvent my:morning .
my:c4 a cb:Claim ; rdf:subject my:a ; rdf:predicate cb:friendOf ; rdf:object my:c ;
    cb:status cb:Predicted ; cb:revealedIn my:first ; cb:inEvent my:noon .
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> caseboard.Board:
    path = tmp_path_factory.mktemp("own") / "own.ttl"
    path.write_text(CASE, "utf-8")
    return caseboard.open(path)


def test_a_new_relation_appears_without_a_change_to_the_query(own: caseboard.Board) -> None:
    assert ask(own, "family") == [{"who": "Anna", "relation": "is a stepsister of", "whom": "Berta"}]
    place(ask(own, "violence"), victim="Berta", relation="was poisoned by", by="Carla", identified="yes")
    place(ask(own, "statistics"), status="cb:Stated", family="management", claims="1")
    place(ask(own, "relations"), family="management", relation="directs", claims="1")


def test_a_narrower_relation_counts_as_the_wider_one(own: caseboard.Board) -> None:
    place(ask(own, "killings"), killed="Berta", killer="Carla", identified="yes")
    place(ask(own, "the-dead"), dead="Berta", killer="Carla")


@pytest.mark.parametrize("death", ['cb:vitalStatus ; rdf:object "Dead"@en', "cb:diedIn ; rdf:object my:noon"])
def test_dead_is_who_is_said_to_be_or_died_in_something(death: str, tmp_path: Path) -> None:
    claim = f"my:c5 a cb:Claim ; rdf:subject my:a ; rdf:predicate {death} ; cb:status cb:Stated"
    path = tmp_path / "dead.ttl"
    path.write_text(f"{CASE}\n{claim} ; cb:revealedIn my:first .", "utf-8")
    assert [row["dead"] for row in ask(caseboard.open(path), "the-dead")] == ["Anna", "Berta"]


def test_points_are_ordered_by_number_and_those_without_one_come_last(own: caseboard.Board) -> None:
    assert [row["point"] for row in ask(own, "timeline")] == ["first", "ninth", "tenth", "some time"]
    assert [row["claim"] for row in ask(own, "about", entity="Anna")] == ["my:c4", "my:c3", "my:c1"]


def test_events_run_in_the_order_of_the_story(own: caseboard.Board) -> None:
    assert [(row["event"], row["earlier"]) for row in ask(own, "events")] == [
        ("Morning", "0"),
        ("Noon", "1"),
        ("Night", "2"),
    ]


def test_what_is_missing_is_told_and_not_dropped(own: caseboard.Board) -> None:
    assert [row["evidence"] for row in ask(own, "claims")] == ["no evidence"] * 4
    assert ask(own, "threads") == [{"thread": "The quiet thread", "who": "", "kind": "", "claims": "0"}]


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("family", "kinship"),
        ("allies", "friendship"),
        ("pursuits", "pursuit"),
        ("secrets", "intelligence"),
    ],
)
def test_a_relation_that_holds_both_ways_is_listed_once(name: str, family: str, tmp_path: Path) -> None:
    text = CASE.replace('"is a stepsister of"', '"is even with" ; a owl:SymmetricProperty')
    path = tmp_path / "even.ttl"
    path.write_text(text.replace("cb:kinship", f"cb:{family}"), "utf-8")
    rows = ask(caseboard.open(path), name)
    assert [list(row.values()) for row in rows] == [["Anna", "is even with", "Berta"]]
    # Whoever has no IRI cannot be put in order with others, and is on the list all the same.
    path.write_text(path.read_text("utf-8").replace("my:b", "_:b"), "utf-8")
    assert any(row["relation"] == "is even with" for row in ask(caseboard.open(path), name))


def test_a_hostile_label_is_found_and_shown_as_it_is(own: caseboard.Board) -> None:
    label = 'Carla "> } INSERT DATA { <urn:a> <urn:b> <urn:c> } #'
    assert {row["entity"] for row in ask(own, "about", entity=label)} == {label}
    assert [row["found"] for row in ask(own, "search", words='"> } insert data {')] == [label]


# --- headers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_header_says_what_a_user_needs(name: str) -> None:
    query = QUERIES[name]
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
    assert re.match(r"[A-Z]", query.title)
    assert query.title.endswith(".")
    assert query.example
    assert all(p.help.endswith(".") for p in query.parameters)
    assert "Parameter" not in query.help, "a parameter line that is not read as one"


def test_no_two_queries_have_the_same_title() -> None:
    assert len({query.title for query in QUERIES.values()}) == len(QUERIES) >= 18


@pytest.mark.parametrize("name", NAMES)
def test_the_text_fits_every_case_and_sorts_what_it_says(name: str) -> None:
    words = list(tokens(QUERIES[name].text))
    keywords = [t.text.upper() for t in words if t.kind == "word"]
    assert keywords[0] == "SELECT", "no prefix needs a declaration"
    assert words[1].text != "*"
    assert "ORDER" in keywords
    used = {t.text.partition(":")[0] for t in words if t.kind == "pname"}
    assert used <= {"cb", "rdf", "rdfs", "owl", "prov", "oa", "skos", "schema"}


def parse_example(query: NamedQuery) -> tuple[str, dict[str, str], list[str]]:
    """Return the name, the parameters and the included graphs of an example line."""
    command, verb, name, *rest = shlex.split(query.example)
    assert (command, verb) == ("caseboard", "run")
    parameters, include = {}, []
    while rest:
        word = rest.pop(0)
        if word == "--include":
            include = rest.pop(0).split(",")
        else:
            assert re.fullmatch(r"\w+=.+", word)
            key, _, parameters[key] = word.partition("=")
    return name, parameters, include


@pytest.mark.parametrize("name", NAMES)
def test_the_example_runs_and_finds_something(name: str, hit_and_run: caseboard.Board) -> None:
    named, parameters, include = parse_example(QUERIES[name])
    assert named == name
    assert sorted(parameters) == sorted(p.name for p in QUERIES[name].parameters)
    assert ask(hit_and_run, named, include=include, **parameters)


# --- the same answer every time -------------------------------------------------------------------


def answers(board: caseboard.Board, case: str) -> dict[tuple[str, bool], bytes]:
    every = ["inferred", "hedged", "predicted", "refuted"]
    found = {}
    for name in NAMES:
        for all_graphs in (False, True):
            given: dict[str, Any] = ARGUMENTS[case].get(name, {})
            table: Any = board.run(name, include=every if all_graphs else [], **given)
            found[name, all_graphs] = table.tsv
    return found


@pytest.mark.parametrize("case", ["hit-and-run", "harbour"])
def test_two_boards_give_the_same_bytes(case: str, boards: dict[str, caseboard.Board]) -> None:
    assert answers(caseboard.open(case), case) == answers(boards[case], case)


@pytest.mark.parametrize("case", ["hit-and-run", "harbour"])
def test_the_order_of_the_file_does_not_matter(
    case: str, boards: dict[str, caseboard.Board], tmp_path: Path
) -> None:
    triples = [str(quad.triple) for quad in ox.parse(path=bundled_cases()[case], format=ox.RdfFormat.TURTLE)]
    random.Random(7).shuffle(triples)
    path = tmp_path / "shuffled.nt"
    path.write_text("".join(f"{triple} .\n" for triple in triples), "utf-8")
    assert answers(caseboard.open(path), case) == answers(boards[case], case)


# --- parameters -----------------------------------------------------------------------------------

ENTITY_PARAMETERS = [(name, p.name) for name in NAMES for p in QUERIES[name].parameters if p.kind == "entity"]


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize(("name", "parameter"), ENTITY_PARAMETERS)
def test_a_name_that_nothing_has_is_refused(
    name: str, parameter: str, value: str, hit_and_run: caseboard.Board
) -> None:
    given = {**ARGUMENTS["hit-and-run"][name], parameter: value}
    with pytest.raises(UnknownName, match="this board"):
        hit_and_run.run(name, **given)


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_a_text_is_only_ever_a_text(value: str, harbour: caseboard.Board) -> None:
    before = harbour.serialize("nquads")
    rows = ask(harbour, "search", words=value)
    assert all(value.casefold() in row["text"].casefold() for row in rows)
    assert harbour.serialize("nquads") == before


@pytest.mark.parametrize("name", [name for name in NAMES if QUERIES[name].parameters])
def test_a_missing_parameter_is_named(name: str, hit_and_run: caseboard.Board) -> None:
    for parameter in QUERIES[name].parameters:
        given = {k: v for k, v in ARGUMENTS["hit-and-run"][name].items() if k != parameter.name}
        with pytest.raises(UnknownName, match=rf"needs {parameter.name} .*Example: caseboard run {name}"):
            hit_and_run.run(name, **given)


@pytest.mark.parametrize("name", NAMES)
def test_a_parameter_that_a_query_does_not_have_is_named(name: str, hit_and_run: caseboard.Board) -> None:
    given = {**ARGUMENTS["hit-and-run"].get(name, {}), "colour": "red"}
    with pytest.raises(UnknownName, match="has no parameter colour"):
        hit_and_run.run(name, **given)


def test_a_query_that_does_not_exist_is_refused_with_a_near_one(hit_and_run: caseboard.Board) -> None:
    with pytest.raises(UnknownName, match="Did you mean handlers"):
        hit_and_run.run("handelrs")
