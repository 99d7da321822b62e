"""Views: a board that holds only what passes, and leaks nothing of the rest."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import pytest

import caseboard
from caseboard.export import EXPORTS
from caseboard.model import Claim, Name
from caseboard.theories import read_theories

from .small import claim, people

POINTS = ("premise", "season-1", "season-1-finale", "season-2")
VIEWS = [
    *({"as_of": point} for point in POINTS),
    {"status": ["stated"]},
    {"status": ["hedged", "predicted"]},
    {"thread": "diary"},
    {"known_to": "Segev"},
    {"known_to": "Segev", "as_of": "season-1"},
    {"as_of": "season-1", "status": ["stated"], "thread": "thread-double-life"},
]


def passes(board: caseboard.Board, one: Claim, cut: dict) -> bool:
    """Whether a claim passes a cut, told anew from the claim alone; of known_to nothing is told."""
    order = {point.id.split(":")[1]: point.order for point in board.case.points}
    return (
        ("as_of" not in cut or one.revealed.order <= order[cut["as_of"]])
        and ("status" not in cut or one.status in cut["status"])
        and ("thread" not in cut or any(cut["thread"] in name.id for name in one.threads))
    )


def strings(board: caseboard.Board, claims: Iterable[Claim]) -> set[str]:
    """Every name, text and id that these claims bring to the board."""
    found: set[str] = set()
    for one in claims:
        ends = [
            one.subject,
            *([one.object] if isinstance(one.object, Name) else []),
            *([one.event] if one.event else []),
        ]
        for end in ends:
            entity = board.entities.get(end.id)
            found |= {
                end.id,
                end.id.split(":")[-1],
                end.label,
                entity.comment if entity else "",
                entity.iri if entity else "",
            }
        found |= {
            one.id,
            one.id.split(":")[-1],
            one.note,
            one.object.label,
            one.relation.id,
            one.relation.label,
        }
        found |= {
            one.relation.inverse,
            one.relation.comment,
            one.relation.id.split(":")[-1],
            one.revealed.label,
        }
        found |= {name.label for name in (*one.threads, *one.attributed_to)}
        found |= {
            thread.comment
            for thread in board.case.threads.values()
            if thread.label in {n.label for n in one.threads}
        }
        found |= {str(piece.digest) for piece in one.evidence} | {
            piece.id.split(":")[-1] for piece in one.evidence
        }
    used = {relation for relation in board.case.relations.values() if relation.id in found}
    above = board.query(
        "SELECT ?p ?q { GRAPH cb:vocabulary { ?p rdfs:subPropertyOf+ ?q . ?q a cb:Relation } }"
    )
    entailed = {str(high) for low, high in above.rows if board.case.relations[str(low)].id in found}
    used |= {board.case.relations[iri] for iri in entailed}
    for relation in used:
        found |= {relation.id, relation.id.split(":")[-1], relation.label, relation.inverse, relation.comment}
    return found - {""}


def theories(board: caseboard.Board) -> dict[str, set[str]]:
    """Every theory's id with each name, text and id that it brings to the board."""
    found = {}
    for theory in read_theories(board.case):
        own = {theory.id, theory.id.split(":")[-1], theory.label, theory.comment}
        own |= {text for one in theory.by for text in (one.id, one.id.split(":")[-1], one.label)}
        found[theory.id] = own - {""}
    return found


@cache
def smallest() -> tuple[str, str]:
    """What every dataset and every page has, whatever the case: those of the smallest view of another one."""
    view = caseboard.open("harbour").view(as_of="start", status=["stated"], thread="drowning")
    return view.serialize("trig").decode(), view.page()


def as_token(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){re.escape(text)}(?![\w-])")


@pytest.mark.parametrize("cut", VIEWS, ids=str)
def test_nothing_hidden_is_in_any_export_or_in_the_page(cut: dict, hit_and_run: caseboard.Board) -> None:
    view = hit_and_run.view(**cut)
    kept = {one.id for one in view.claims()}
    if "known_to" not in cut:
        assert kept == {one.id for one in hit_and_run.claims() if passes(hit_and_run, one, cut)}
    shown = [one for one in hit_and_run.claims() if one.id in kept]
    hidden = [one for one in hit_and_run.claims() if one.id not in kept]
    told, every = theories(view), theories(hit_and_run)
    texts = {text for id_ in told for text in every[id_]}
    # What a theory on the view says makes nothing visible: it may only say what is visible without it.
    visible = "\n".join([*strings(hit_and_run, shown), hit_and_run.title, hit_and_run.case.comment])
    unsaid = {text for id_ in every.keys() - told.keys() for text in every[id_]} - texts
    secret = {
        text
        for text in strings(hit_and_run, hidden) | unsaid
        if text not in visible or not as_token(text).search(visible)
    }
    if cut != {"as_of": "season-2"}:
        assert len(secret) > 10
    assert {"hr:theory-mossad", "theory-mossad"} <= secret or "hr:theory-mossad" in told
    # The points up to as_of are the scale, which no claim brings in.
    last = POINTS.index(cut.get("as_of", POINTS[-1]))
    secret -= {point.label for point in hit_and_run.case.points[: last + 1]}
    frame, interface = smallest()
    everything = {"include": ("inferred", "hedged", "predicted", "refuted"), "scope": "all"}
    for name in EXPORTS:
        text = view.serialize(name, **(everything if name in ("graphml", "gexf", "json") else {})).decode()
        # The vocabulary's own words for what a case consists of are in every dataset.
        leaks = {
            one
            for one in secret
            if one in text and as_token(one).search(text) and not as_token(one).search(frame)
        }
        assert not leaks, f"{name}: {sorted(leaks)[:5]}"
    page = view.page()
    assert not [one for one in secret if len(one) >= 6 and one in page and one not in interface]


def test_the_father_is_a_father_at_the_premise_and_a_handler_at_the_finale(
    hit_and_run: caseboard.Board,
) -> None:
    premise, finale = hit_and_run.view(as_of="premise"), hit_and_run.view(as_of="season-1-finale")
    parent = "ASK { hr:martin-wexler cb:parentOf hr:danielle-wexler }"
    assert premise.query(parent) is True
    assert finale.query(parent) is False
    assert finale.query(parent, include=["refuted"]) is True
    assert finale.query("ASK { hr:reese-wakefield cb:handlerOf hr:danielle-wexler }") is True
    assert "hr:reese-wakefield" not in premise.entities
    assert premise.find("Martin") == "hr:martin-wexler"
    assert not premise.entities["hr:martin-wexler"].persona
    with pytest.raises(caseboard.UnknownName):
        premise.find("Wakefield")
    with pytest.raises(caseboard.CaseboardError):
        premise.paths("Segev", "CIA")


def test_personas_are_their_own_before_the_reveal_and_fold_after_it(hit_and_run: caseboard.Board) -> None:
    after = hit_and_run.view(as_of="season-1")
    assert "hr:martin-wexler" not in after.network(merge_aliases=True)
    premise = hit_and_run.view(as_of="premise")
    assert "hr:martin-wexler" in premise.network(merge_aliases=True)
    assert premise.network().nodes["hr:danielle-wexler"].get("aliases") is None
    assert {row.node for row in after.central(merge_aliases=True)} >= {"hr:reese-wakefield"}


def test_status_is_a_set_and_moves_nothing_into_the_default_graph(hit_and_run: caseboard.Board) -> None:
    view = hit_and_run.view(status=["hedged"])
    assert {one.status for one in view.claims()} == {"hedged"}
    assert view.query("ASK { ?a cb:pursues ?b }") is False
    assert view.query("ASK { ?a cb:pursues ?b }", include=["hedged"]) is True


def test_views_compose_by_intersection_in_any_order(hit_and_run: caseboard.Board) -> None:
    parts = [{"as_of": "season-1"}, {"status": ["stated"]}, {"thread": "manhunt"}]
    together = hit_and_run.view(as_of="season-1", status=["stated"], thread="manhunt")
    assert len(together.claims()) > 0
    for order in itertools.permutations(parts):
        board = hit_and_run
        for part in order:
            board = board.view(**part)
        assert board.serialize("nquads").count(b"\n") == together.serialize("nquads").count(b"\n")
        assert list(map(str, board.claims())) == list(map(str, together.claims()))


def test_known_to_leaves_out_what_is_learned_later_or_done_covertly(
    small_file: Callable[[str], Path],
) -> None:
    body = people("ann", "bob", "spy") + claim("known", "t:ann", "cb:friendOf", "t:bob")
    body += claim("covert", "t:spy", "cb:spiesOn", "t:ann") + claim("own", "t:ann", "cb:spiesOn", "t:bob")
    body += claim("unsure", "t:ann", "cb:helps", "t:bob", "Hedged") + claim(
        "other", "t:bob", "cb:helps", "t:spy"
    )
    body += claim("told", "t:spy", "cb:helps", "t:bob") + claim("late", "t:bob", "cb:helps", "t:ann")
    body += "t:l1 a cb:Learning ; cb:learner t:ann ; cb:learns t:told ; cb:learnedIn t:p1 .\n"
    body += "t:l2 a cb:Learning ; cb:learner t:ann ; cb:learns t:late ; cb:learnedIn t:p2 .\n"
    board = caseboard.open(small_file(body))

    def known(**cut: str) -> set[str]:
        return {one.id for one in board.view(known_to="Ann", **cut).claims()}

    assert known(as_of="p1") == {"t:known", "t:own", "t:told"}
    assert known(as_of="p2") == known() == {"t:known", "t:own", "t:told", "t:late"}


def test_compare_tells_a_seasons_news(hit_and_run: caseboard.Board) -> None:
    news = hit_and_run.compare(hit_and_run.view(as_of="premise"), hit_and_run.view(as_of="season-1"))
    assert not news.only_first
    assert "hr:c-handler" in {one.id for one in news.only_second}
    assert [one.id for one in news.refuted] == ["hr:c-father"]
    assert "Reese Wakefield is handler of Danielle Wexler" in str(news)
    same = hit_and_run.view(as_of="premise")
    assert str(hit_and_run.compare(same, same)) == "The two boards hold the same claims."


def test_what_names_nothing_lists_what_there_is(hit_and_run: caseboard.Board) -> None:
    with pytest.raises(caseboard.UnknownName, match=r"premise .*, season-1 .*, season-1-finale .*, season-2"):
        hit_and_run.view(as_of="season-9")
    with pytest.raises(caseboard.UnknownName, match="diary"):
        hit_and_run.view(thread="nothing")
    with pytest.raises(caseboard.UnknownName):
        hit_and_run.view(known_to="Nobody")
    with pytest.raises(caseboard.UnknownName):
        hit_and_run.view(source="Nothing")
    with pytest.raises(caseboard.BadArgument, match="hedged"):
        hit_and_run.view(status=["sure"])
    assert (
        hit_and_run.view(as_of="the end of season 1").claims()
        == hit_and_run.view(as_of="season-1-finale").claims()
    )
    source = hit_and_run.view(source="hit-and-run-article")
    assert len(source.claims()) == len(hit_and_run.claims())


def test_every_view_is_a_sound_case(hit_and_run: caseboard.Board) -> None:
    for cut in VIEWS[:4]:
        assert hit_and_run.view(**cut).check().ok


@pytest.mark.parametrize("cut", VIEWS, ids=str)
def test_a_view_of_a_sound_case_is_sound(cut: dict[str, object]) -> None:
    report = caseboard.open().view(**cut).check()
    assert report.ok, str(report)
