"""What a page holds beside its map: attributes, questions, proofs, passages, answered queries, languages."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import caseboard
from caseboard import content as contents
from caseboard.network import INCLUDES

from .small import claim, people

Board = caseboard.Board


def data(html: str) -> dict[str, Any]:
    """What the page gets as JSON."""
    found = re.search(r'<script type="application/json" id="case-data">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def rows(packed: dict[str, Any]) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = [{} for _ in range(packed["size"])]
    for name, column in packed["columns"].items():
        for i, row in enumerate(listed):
            value = column["of"][column["at"][i]] if "of" in column else column["all"][i]
            if value is not None:
                row[name] = value
    return listed


def gathered(board: Board, include: tuple[str, ...] = ()) -> contents.Content:
    inference = board.inference if "inferred" in include else None
    return contents.gather(board.case, board.network(include=include), board.desk, inference, include=include)


# ---- attributes, questions, proofs ----


def test_an_attribute_is_told_with_its_refutation(harbour: Board) -> None:
    (fact,) = rows(data(harbour.page())["facts"])
    assert (fact["node"], fact["value"], fact["id"]) == ("ex:bruno", "dead", "ex:c-drowned")
    assert (fact["revealed"], fact["refuted"], fact["refuted_by"]) == ("the start", "midway", "ex:c-alias")
    assert (fact["reveal_order"], fact["refute_order"]) == (0, 1)
    assert fact["threads"] == "The drowning"
    assert "Ashore" in fact["evidence"]


def test_attributes_are_chosen_as_edges_are(harbour: Board) -> None:
    assert gathered(harbour).facts == []
    assert [fact["value"] for fact in gathered(harbour, ("inferred",)).facts] == ["dead"]
    assert gathered(harbour, ("inferred",)).facts[0]["node"] == "ex:tomas"


def test_facts_about_the_work_and_about_nobody_on_the_map_stay_out(hit_and_run: Board) -> None:
    network = hit_and_run.network(include=INCLUDES)
    facts = gathered(hit_and_run, INCLUDES).facts
    assert facts
    assert {fact["node"] for fact in facts} <= set(network)
    work = {r.id for r in hit_and_run.case.relations.values() if r.about_work}
    assert not {fact["relation"] for fact in facts} & work


def test_the_open_questions_are_those_of_the_board(hit_and_run: Board) -> None:
    asked = {row["text"] for row in gathered(hit_and_run, INCLUDES).questions}
    assert asked == {
        question.text
        for question in hit_and_run.questions()
        if question.unknown.id in hit_and_run.network(include=INCLUDES)
    }
    assert len(asked) > 3


def test_whatever_is_inferred_on_the_page_has_its_proof(hit_and_run: Board) -> None:
    content = gathered(hit_and_run, INCLUDES)
    network = hit_and_run.network(include=INCLUDES)
    shown = {claim for _, _, claim in network.edges(keys=True)} | {fact["id"] for fact in content.facts}
    inferred = {c for _, _, c, word in network.edges(keys=True, data="status") if word == "inferred"}
    assert inferred
    assert inferred <= set(content.proofs)
    for ways in content.proofs.values():
        for way in ways:
            assert way["rule"].endswith(".")
            assert set(way["premises"]) <= shown
    assert gathered(hit_and_run).proofs == {}


def test_threads_bring_their_descriptions(harbour: Board, small_file: Callable[[str], Path]) -> None:
    assert data(harbour.page())["about"] == {
        thread.label: thread.comment for thread in harbour.case.threads.values()
    }
    body = people("ada", "bo") + claim(
        "c1", "t:ada", "cb:friendOf", "t:bo", more="; cb:partOfThread t:a, t:b, t:d "
    )
    body += claim("c2", "t:ada", "cb:siblingOf", "t:bo", status="Hedged", more="; cb:partOfThread t:c ")
    body += 't:a a cb:Thread ; rdfs:label "One" ; rdfs:comment "About one."@en, "Von eins."@de .\n'
    body += 't:b a cb:Thread ; rdfs:label "One" ; rdfs:comment "And </script> more." .\n'
    body += 't:c a cb:Thread ; rdfs:label "Not shown" ; rdfs:comment "Would tell." .\n'
    body += 't:d a cb:Thread ; rdfs:label "Bare" .\n'
    path = small_file(body)
    html = caseboard.open(path).page(include=())
    assert set(data(html)["about"]) == {"One"}
    assert sorted(data(html)["about"]["One"].split(". ")) == ["About one", "And </script> more."]
    assert "Would tell" not in html
    assert "Von eins." in data(caseboard.open(path, language="de").page())["about"]["One"]


# ---- queries ----


def test_a_query_has_the_answer_that_the_board_gives(hit_and_run: Board) -> None:
    queries = {asked.name: asked for asked in gathered(hit_and_run, INCLUDES).queries}
    assert set(queries) == {name for name, query in hit_and_run.queries.items() if not query.parameters}
    answered = [asked for asked in queries.values() if asked.rows]
    assert len(answered) > 10
    for asked in answered:
        table = hit_and_run.run(asked.name)
        assert [[cell.text for cell in row] for row in asked.rows] == table.cells()
        assert tuple(asked.columns) == table.columns
        # What the page shows is what an analyst can ask again.
        assert hit_and_run.query(asked.sparql).cells() == table.cells()


def test_a_cell_leads_to_its_node_or_its_claim(hit_and_run: Board) -> None:
    queries = {asked.name: asked for asked in gathered(hit_and_run, INCLUDES).queries}
    handler, handled = queries["handlers"].rows[0]
    assert (handler.node, handled.node) == ("hr:reese-wakefield", "hr:danielle-wexler")
    assert any(cell.edge for row in queries["refuted"].rows for cell in row)


def test_an_empty_or_long_answer_is_counted_and_left_out(hit_and_run: Board, harbour: Board) -> None:
    queries = {asked["name"]: asked for asked in data(hit_and_run.page())["queries"]}
    assert queries["claims"] == {"name": "claims", "count": len(hit_and_run.claims())}
    assert {q["name"]: q for q in data(harbour.page())["queries"]}["handlers"]["count"] == 0


def test_a_large_case_lists_the_queries_without_waiting_for_them(
    harbour: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "_MANY_CLAIMS", 12)
    assert {asked.count for asked in gathered(harbour).queries} == {-1}


def test_what_a_page_leaves_out_is_in_no_answer(hit_and_run: Board, harbour: Board) -> None:
    for board in (hit_and_run, harbour):
        for include in ((), ("hedged",), ("predicted", "refuted")):
            answers = json.dumps(data(board.page(include=include))["queries"], ensure_ascii=False)
            for one in board.claims():
                out = one.status not in ("stated", *include) or (one.refuted and "refuted" not in include)
                assert not (out and one.note and one.note in answers), one
                assert not (out and f'"{one.id}"' in answers), one


def test_a_view_neither_answers_nor_names_what_it_hides(hit_and_run: Board) -> None:
    whole = {asked.name for asked in gathered(hit_and_run).queries}
    view = hit_and_run.view(as_of="premise", status=["stated"])
    kept = gathered(view, INCLUDES).queries
    assert whole - {asked.name for asked in kept}
    hidden = {r.id for r in hit_and_run.case.relations.values()} - {
        r.id for r in view.case.relations.values()
    }
    assert hidden
    for asked in kept:
        assert not [relation for relation in hidden if re.search(rf"{relation}\b", asked.sparql)]
        if asked.rows is not None:
            assert [[cell.text for cell in row] for row in asked.rows] == view.run(asked.name).cells()


# ---- hostile, and small ----

EVIL = "</script><img src=x onerror=alert(1)>"


def test_hostile_values_stay_inside_the_data(small_file: Callable[[str], Path]) -> None:
    body = people("ada", "bo") + claim("c1", "t:ada", "cb:friendOf", "t:bo")
    body += claim("c2", "t:ada", "cb:occupation", f'"{EVIL}"')
    body += "t:who a cb:Person, cb:Unknown ; rdfs:label " + json.dumps(EVIL) + " .\n"
    body += claim("c3", "t:ada", "cb:friendOf", "t:who")
    html = caseboard.open(small_file(body)).page()
    assert EVIL not in html
    assert html.count("<script") == 6
    assert rows(data(html)["facts"])[0]["value"] == EVIL
    assert EVIL in rows(data(html)["questions"])[0]["text"]


def test_a_whole_page_of_fifty_claims_stays_small(hit_and_run: Board) -> None:
    assert hit_and_run.network(include=INCLUDES[1:]).number_of_edges() >= 50
    assert len(hit_and_run.page().encode()) <= 556_000


# ---- passages ----

TEXT = "Ada wrote to Bo. Bo never wrote back."


def lettered(digest: str) -> str:
    return (
        people("ada", "bo")
        + claim("c1", "t:ada", "cb:friendOf", "t:bo", more="; prov:wasDerivedFrom t:e ")
        + '@prefix oa: <http://www.w3.org/ns/oa#> .\nt:letter a cb:Source ; rdfs:label "The letter" .\n'
        + f't:e a oa:SpecificResource ; oa:hasSource t:letter ; cb:section "Letter" ; cb:paragraph 1 ; '
        f'cb:passageDigest "sha256:{digest}" ; '
        "oa:hasSelector [ a oa:TextPositionSelector ; oa:start 0 ; oa:end 16 ] .\n"
    )


@pytest.fixture
def letter(small_file: Callable[[str], Path]) -> Path:
    body = "@prefix prov: <http://www.w3.org/ns/prov#> .\n"
    return small_file(body + lettered(hashlib.sha256(TEXT[:16].encode()).hexdigest()))


def test_a_passage_that_holds_is_shown_beside_its_place(letter: Path) -> None:
    board = caseboard.open(letter)
    page = data(board.page(passages=[board.hold_against("letter", TEXT)]))
    assert page["passages"] == {"Letter, paragraph 1 of The letter": "Ada wrote to Bo."}
    evidence = page["edges"]["columns"]["evidence"]
    assert "Letter, paragraph 1 of The letter" in str(evidence)
    assert data(board.page())["passages"] == {}


@pytest.mark.parametrize("copy", ["Ada never wrote.", "First. " + TEXT, ""])
def test_a_passage_that_does_not_hold_is_left_out(letter: Path, copy: str) -> None:
    board = caseboard.open(letter)
    assert data(board.page(passages=[board.hold_against("letter", copy)]))["passages"] == {}


# ---- languages ----


def test_titles_labels_and_comments_come_in_the_language_asked_for(small_file: Callable[[str], Path]) -> None:
    file = small_file(
        't:case a cb:Case ; rdfs:label "The harbour"@en, "Der Hafen"@de ;'
        ' rdfs:comment "Water."@en, "Wasser."@de .\n'
        't:ada a cb:Person ; rdfs:label "The pilot"@en, "Die Lotsin"@de ;'
        ' rdfs:comment "Steers."@en, "Lenkt."@de .\n'
        't:bo a cb:Person ; rdfs:label "Bo"@en .\n'
        + claim("c", "t:ada", "cb:friendOf", "t:bo", more='; rdfs:comment "Friends."@en, "Befreundet."@de ')
    )
    german, english = caseboard.open(file, language="de").page(), caseboard.open(file).page()
    assert "<title>Der Hafen</title>" in german
    assert '<h1 lang="de">Der Hafen</h1>' in german
    assert '<html lang="en">' in german
    nodes, (edge,) = rows(data(german)["nodes"]), rows(data(german)["edges"])
    assert {node["label"]: node.get("comment") for node in nodes} == {"Die Lotsin": "Lenkt.", "Bo": None}
    assert edge["note"] == "Befreundet."
    assert "Wasser." in german
    assert "Water." not in german
    assert "Friends." in english
    assert "Befreundet." not in english
    other = caseboard.open(file, language="fr").page()
    assert re.search(r'<h1 lang="(de|en)">(Der Hafen|The harbour)</h1>', other)
