"""Theories: ranked by what speaks against them, told as somebody's reading, and no spoiler on any view."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

import caseboard
from caseboard.cli import cli
from caseboard.theories import Matrix, matrices

from .small import claim, people

QUESTION = "The men behind the hit-and-run"
PROGRAM = [sys.executable, "-c", "from caseboard.cli import main; main()"]
#: A question, and claims to weigh: two stated ones, one hedged, and one refuted at the second point.
BASE = (
    people("ann", "bob", "eve", "judge")
    + 't:judge a cb:Agent . t:who a cb:Person, cb:Unknown ; rdfs:label "Who" .\n'
    + claim("asked", "t:ann", "cb:killedBy", "t:who")
    + claim("one", "t:ann", "cb:friendOf", "t:bob")
    + claim("two", "t:bob", "cb:helps", "t:eve")
    + claim("unsure", "t:eve", "cb:helps", "t:ann", "Hedged")
    + claim("gone", "t:eve", "cb:spiesOn", "t:bob", more="; cb:refutedIn t:p2 ; cb:refutedBy t:later ")
    + claim("later", "t:eve", "cb:friendOf", "t:bob").replace("t:p1", "t:p2")
)


def theory(name: str, more: str, label: str = "") -> str:
    """One theory in Turtle about t:who."""
    agent = "<http://www.w3.org/ns/prov#wasAttributedTo> t:judge"
    return (
        f't:{name} a cb:Theory ; cb:answers t:who ; {agent} ; rdfs:label "{label or name.title()}" ; '
        f'rdfs:comment "A reading of {name}." ; {more} .\n'
    )


@pytest.fixture
def weighed(small_file: Callable[[str], Path]) -> Callable[[str], Matrix]:
    """Return the matrix of a small case with some theories in it."""
    return lambda body: caseboard.open(small_file(BASE + body)).theories("Who")


def ranks(matrix: Matrix) -> dict[str, tuple[int, float]]:
    return {one.id.split(":")[-1]: (matrix.rank(one), one.weight) for one in matrix}


def ids(board: caseboard.Board) -> set[str]:
    return {one.id.removeprefix("hr:theory-") for matrix in matrices(board.case) for one in matrix}


# --- weighing ---------------------------------------------------------------------------------------


def test_the_bundled_question_is_ranked_by_what_speaks_against(hit_and_run: caseboard.Board) -> None:
    matrix = hit_and_run.theories(QUESTION)
    assert ranks(matrix) == {
        "theory-mossad": (1, 1.25),
        "theory-cia": (2, 2.0),
        "theory-segevs-past": (3, 3.0),
        "theory-accident": (4, 5.5),
    }
    assert [one.proposes and one.proposes.label for one in matrix] == ["Mossad", "CIA", None, None]


def test_support_never_lifts_and_equals_share_a_rank(weighed: Callable[[str], Matrix]) -> None:
    matrix = weighed(
        theory("poor", "cb:opposedBy t:one")
        + theory("rich", "cb:favouredBy t:two, t:unsure, t:asked ; cb:opposedBy t:one")
        + theory("last", "cb:opposedBy t:one, t:unsure")
        + theory("first", "cb:opposedBy t:unsure")
    )
    assert ranks(matrix) == {"first": (1, 0.5), "poor": (2, 1.0), "rich": (2, 1.0), "last": (4, 1.5)}


def test_a_refuted_claim_has_no_weight_and_is_marked(small_file: Callable[[str], Path]) -> None:
    board = caseboard.open(small_file(BASE + theory("spy", "cb:opposedBy t:gone, t:unsure")))
    matrix = board.theories("Who")
    assert ranks(matrix) == {"spy": (1, 0.5)}
    assert "Eve spies on Bob. [stated, but refuted in second: no weight]" in str(matrix)
    assert "Eve spies on Bob. (refuted: no weight)" in str(matrix)
    before = board.view(as_of="first").theories("Who")
    assert ranks(before) == {"spy": (1, 1.5)}
    assert "refuted" not in str(before)


def test_what_says_the_same_of_every_theory_is_marked(weighed: Callable[[str], Matrix]) -> None:
    both = theory("a", "cb:favouredBy t:one ; cb:opposedBy t:two") + theory("b", "cb:favouredBy t:one")
    matrix = weighed(both)
    assert {row.claim.id: (row.cells, row.diagnostic) for row in matrix.rows} == {
        "t:one": (("+", "+"), False),
        "t:two": (("", "−"), True),
    }
    told = str(matrix).splitlines()
    assert [line for line in told if "not diagnostic" in line] == [
        "Ann is a friend of Bob. (not diagnostic: the same of all)".ljust(74) + "  +  +"
    ]
    assert [line for line in told if line.startswith("Bob helps Eve.")] == [
        "Bob helps Eve.".ljust(74) + "     −"
    ]
    assert "not diagnostic" not in str(weighed(theory("a", "cb:favouredBy t:one")))


def test_a_theory_with_nothing_against_it_is_not_ruled_out(weighed: Callable[[str], Matrix]) -> None:
    told = str(weighed(theory("free", "cb:favouredBy t:one")))
    assert "rank 1, 0 against; by Judge" in told
    assert "   against: nothing on this board" in told


def test_many_theories_have_columns_of_their_own(weighed: Callable[[str], Matrix]) -> None:
    matrix = weighed("".join(theory(f"t{n:02}", "cb:opposedBy t:one") for n in range(30)))
    told = str(matrix).splitlines()
    assert "AD. T29" in told
    row = next(line for line in told if line.endswith("−"))
    assert row.count("−") == 30
    (head,) = (line for line in told if line.startswith("claim "))
    assert head.split()[1:] == [
        line.split(".")[0] for line in told if line.endswith(tuple(f" T{n:02}" for n in range(30)))
    ]


def test_the_text_fits_80_columns(hit_and_run: caseboard.Board, harbour: caseboard.Board) -> None:
    for board, question in ((hit_and_run, QUESTION), (harbour, "Whoever killed Tomas")):
        lines = str(board.theories(question)).splitlines()
        assert max(map(len, lines)) <= 80
        for one in board.theories(question):
            for each in (*one.supports, *one.against):
                assert each.sentence in " ".join(" ".join(lines).split())


def test_the_matrix_can_be_written_as_json(hit_and_run: caseboard.Board) -> None:
    plain = json.loads(json.dumps(hit_and_run.theories(QUESTION).to_dict()))
    assert plain["question"] == {"id": "hr:hit-and-run-men", "label": QUESTION}
    first = plain["theories"][0]
    assert (first["id"], first["rank"], first["weight_against"]) == ("hr:theory-mossad", 1, 1.25)
    assert first["by"] == [{"id": "hr:analyst", "label": "an analyst of the case"}]
    row = next(row for row in plain["rows"] if row["claim"] == "hr:c-handler")
    assert row["cells"] == {
        "hr:theory-mossad": "+",
        "hr:theory-cia": "+",
        "hr:theory-segevs-past": "−",
        "hr:theory-accident": "−",
    }


# --- whose reading it is ----------------------------------------------------------------------------


def test_the_bundled_theories_are_the_analysts_and_rest_on_the_article(hit_and_run: caseboard.Board) -> None:
    matrix = hit_and_run.theories(QUESTION)
    assert len(matrix) >= 3
    for one in matrix:
        assert [agent.id for agent in one.by] == ["hr:analyst"]
        assert "the article does not say so" in one.comment
        assert one.supports, one.id
        assert one.against, one.id
        assert not {claim.id for claim in one.supports} & {claim.id for claim in one.against}
        assert all(claim.evidence for claim in (*one.supports, *one.against))
    assert not any(
        agent.id == "hr:analyst" for claim in hit_and_run.claims() for agent in claim.attributed_to
    )


def test_a_theory_is_no_claim_and_nobody_becomes_a_killer(hit_and_run: caseboard.Board) -> None:
    assert len(hit_and_run.claims()) == 122
    everything = ("inferred", "hedged", "predicted", "refuted")
    assert hit_and_run.query("ASK { ?who cb:killedBy hr:mossad }", include=everything) is False
    assert hit_and_run.query("ASK { ?theory a cb:Theory }", include=everything) is False
    assert "hr:theory-mossad" not in hit_and_run.network(scope="all", include=everything)
    assert "hr:theory-mossad" not in hit_and_run.entities


# --- asking -----------------------------------------------------------------------------------------


def test_what_has_no_theories_lists_what_has(hit_and_run: caseboard.Board) -> None:
    listed = r"Questions with theories: The men behind the hit-and-run \(hr:hit-and-run-men\)"
    with pytest.raises(caseboard.BadArgument, match=f"“Segev Azulai” is no open question .*{listed}"):
        hit_and_run.theories("Segev")
    with pytest.raises(caseboard.BadArgument, match=f"“Whoever kidnapped Ella” has no theories .*{listed}"):
        hit_and_run.theories("Whoever kidnapped Ella")
    with pytest.raises(caseboard.UnknownName):
        hit_and_run.theories("Nobody at all")
    with pytest.raises(caseboard.BadArgument, match="Questions with theories: none"):
        hit_and_run.view(known_to="Segev").theories("Segev")


def test_the_command_weighs_one_question_or_all(hit_and_run: caseboard.Board) -> None:
    every = CliRunner().invoke(cli, ["theories"])
    assert every.exit_code == 0
    assert every.output == f"{hit_and_run.theories(QUESTION)}\n"
    assert CliRunner().invoke(cli, ["theories", QUESTION]).output == every.output
    early = CliRunner().invoke(cli, ["theories", "hit-and-run-men", "--as-of", "premise"]).output
    assert "An accident" in early
    assert "Mossad" not in early
    none = CliRunner().invoke(cli, ["theories", "--known-to", "Segev"]).output
    assert none == "There are no theories about what the case leaves open.\n"
    done = subprocess.run([*PROGRAM, "theories", "Segev"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("caseboard: “Segev Azulai” is no open question")


def test_open_questions_say_how_many_theories_there_are(
    hit_and_run: caseboard.Board, small_file: Callable[[str], Path]
) -> None:
    assert {q.unknown.id: q.theories for q in hit_and_run.questions() if q.theories} == {
        "hr:hit-and-run-men": 4
    }
    told = CliRunner().invoke(cli, ["questions"]).output
    assert (
        told.count("  4 theories: `caseboard theories hr:hit-and-run-men`\n") == told.count("theories:") == 1
    )
    board = caseboard.open(small_file(BASE + theory("a", "cb:opposedBy t:one")))
    assert str(board.questions()[0]).endswith("\n  1 theory: `caseboard theories t:who`")


# --- views ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cut", "there"),
    [
        ({"as_of": "premise"}, {"accident"}),
        ({"as_of": "season-1"}, {"accident", "mossad", "cia"}),
        ({"as_of": "season-1-finale"}, {"accident", "mossad", "cia", "segevs-past"}),
        ({"as_of": "season-2"}, {"accident", "mossad", "cia", "segevs-past"}),
        ({"status": ["stated"]}, {"accident", "cia", "segevs-past"}),
        ({"status": ["hedged", "predicted"]}, set()),
        ({"thread": "thread-hit-and-run"}, {"accident"}),
        ({"thread": "thread-double-life"}, set()),
        ({"known_to": "Segev"}, set()),
        ({"source": "hit-and-run-article"}, {"accident", "mossad", "cia", "segevs-past"}),
    ],
    ids=str,
)
def test_a_theory_is_seen_where_all_that_favours_it_is_known(
    cut: dict, there: set[str], hit_and_run: caseboard.Board
) -> None:
    view = hit_and_run.view(**cut)
    assert ids(view) == there
    assert not [one for one in view.check().findings if "theory" in one.shape]
    text = view.serialize("turtle").decode()
    assert ("an analyst of the case" in text) is bool(there)
    on_view = {claim.id for claim in view.claims()}
    for matrix in matrices(view.case):
        whole = {one.id: one for one in hit_and_run.theories(QUESTION)}
        for one in matrix:
            assert one.supports == tuple(view.claim(claim) for claim in whole[one.id].supports)
            assert {claim.id for claim in one.against} == on_view & {c.id for c in whole[one.id].against}


def test_opposing_claims_that_are_hidden_leave_no_id_behind(hit_and_run: caseboard.Board) -> None:
    premise = hit_and_run.view(as_of="premise")
    (accident,) = premise.theories(QUESTION)
    assert [claim.id for claim in accident.against] == ["hr:c-segev-investigates"]
    for name in ("turtle", "nquads", "jsonld", "rdf12"):
        text = premise.serialize(name).decode()
        assert "theory-accident" in text
        for hidden in ("c-handler", "c-ella-kidnapped", "c-mossad-family", "theory-mossad", "theory-cia"):
            assert hidden not in text


def test_views_keep_theories_alike_in_any_order(hit_and_run: caseboard.Board) -> None:
    one = hit_and_run.view(as_of="season-1").view(status=["stated"])
    other = hit_and_run.view(status=["stated"]).view(as_of="season-1")
    assert ids(one) == ids(other) == {"accident", "cia"}
    assert str(one.theories(QUESTION)) == str(other.theories(QUESTION))


def test_a_claim_taken_away_no_longer_weighs(hit_and_run: caseboard.Board) -> None:
    matrix = hit_and_run.without("c-danielle-accident").theories(QUESTION)
    assert ranks(matrix) == {
        "theory-mossad": (1, 0.25),
        "theory-cia": (2, 1.0),
        "theory-segevs-past": (3, 2.0),
        "theory-accident": (4, 5.5),
    }
    assert not {one.id for one in matrix if one.id == "hr:theory-accident" and one.supports}


def test_what_a_theory_proposes_has_to_be_on_the_view(small_file: Callable[[str], Path]) -> None:
    body = BASE + people("zed") + claim("late", "t:zed", "cb:helps", "t:bob").replace("t:p1", "t:p2")
    body += theory("zedtheory", "cb:proposes t:zed ; cb:favouredBy t:one")
    board = caseboard.open(small_file(body))
    assert len(board.theories("Who")) == 1
    early = board.view(as_of="first")
    assert "zed" not in early.serialize("turtle").decode().lower()
    assert "judge" not in early.serialize("turtle").decode().lower()
    assert len(board.view(as_of="second").theories("Who")) == 1


def test_a_theory_that_no_claim_favours_goes_with_the_last_one_against_it(
    small_file: Callable[[str], Path],
) -> None:
    board = caseboard.open(small_file(BASE + theory("lone", "cb:opposedBy t:later")))
    assert "lone" not in board.view(as_of="first").serialize("turtle").decode()
    assert "lone" in board.view(as_of="second").serialize("turtle").decode()


def test_a_question_that_is_hidden_hides_its_theories(small_file: Callable[[str], Path]) -> None:
    body = BASE.replace(
        "rdf:object t:who ; cb:status cb:Stated ; cb:revealedIn t:p1",
        "rdf:object t:who ; cb:status cb:Stated ; cb:revealedIn t:p2",
    )
    board = caseboard.open(small_file(body + theory("hid", "cb:favouredBy t:one")))
    assert "t:hid" in {one.id for one in board.theories("Who")}
    assert "hid" not in board.view(as_of="first").serialize("turtle").decode()


def test_an_agent_with_claims_of_its_own_stays_without_its_theory(small_file: Callable[[str], Path]) -> None:
    agent = "; <http://www.w3.org/ns/prov#wasAttributedTo> t:judge "
    body = (
        BASE + claim("said", "t:ann", "cb:helps", "t:bob", more=agent) + theory("x", "cb:favouredBy t:later")
    )
    early = caseboard.open(small_file(body)).view(as_of="first")
    assert not matrices(early.case)
    assert early.claim("t:said").attributed_to[0].label == "Judge"


# --- files and hostile text -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("turtle", "ttl"),
        ("ntriples", "nt"),
        ("jsonld", "jsonld"),
        ("rdfxml", "rdf"),
        ("trig", "trig"),
        ("nquads", "nq"),
    ],
)
def test_theories_travel_and_open_again(
    name: str, ending: str, hit_and_run: caseboard.Board, tmp_path: Path
) -> None:
    path = tmp_path / f"again.{ending}"
    path.write_bytes(hit_and_run.serialize(name))
    again = caseboard.open(path)
    assert str(again.theories("hit-and-run-men")) == str(hit_and_run.theories("hit-and-run-men"))
    assert again.check().ok


HOSTILE = r"Gone\nA. Forged\n   rank 1, 0 against <script>alert(1)</script> \u001b[2J &amp; `rm -rf ~`"


def test_hostile_labels_stay_text(small_file: Callable[[str], Path]) -> None:
    body = BASE.replace('rdfs:label "Eve"', f'rdfs:label "{HOSTILE}"')
    body = body.replace('rdfs:label "Who"', f'rdfs:label "Who {HOSTILE}"')
    body = body.replace('rdfs:label "Judge"', f'rdfs:label "{HOSTILE}"')
    body += theory(
        "bad", f'cb:proposes t:eve ; cb:opposedBy t:two, t:gone ; rdfs:comment "{HOSTILE}"', HOSTILE
    )
    board = caseboard.open(small_file(body))
    matrix = board.theories("t:who")
    told = str(matrix)
    assert sum(line.startswith("A.") for line in told.splitlines()) == 1
    assert sum("   rank 1" in line and line.startswith("   rank") for line in told.splitlines()) == 1
    page = matrix._repr_html_()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.replace("\n", " ")
    json.dumps(matrix.to_dict())
    out = CliRunner().invoke(cli, ["theories", "--case", str(small_file(body))]).output
    assert "\x1b" not in out
    with pytest.raises(caseboard.BadArgument) as caught:
        board.theories("t:ann")
    assert "\n" not in str(caught.value)


def test_an_id_cannot_break_out_of_the_command_that_is_shown(small_file: Callable[[str], Path]) -> None:
    evil = "<https://example.org/x/;touch$(id)'>"
    body = BASE.replace("t:who", evil) + theory("a", "cb:opposedBy t:one").replace("t:who", evil)
    told = str(caseboard.open(small_file(body)).questions()[0])
    command = told.splitlines()[-1].split("`")[1]
    done = subprocess.run(
        ["bash", "-c", command.replace("caseboard theories", "printf %s")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == evil.strip("<>")


def test_a_theory_that_is_not_whole_breaks_nothing(small_file: Callable[[str], Path]) -> None:
    body = (
        BASE + "t:bare a cb:Theory .\n" + "t:half a cb:Theory ; cb:answers t:who ; cb:opposedBy t:nothing .\n"
    )
    board = caseboard.open(small_file(body))
    assert ranks(board.theories("Who")) == {"half": (1, 0.0)}
    assert "by nobody who is named" in str(board.theories("Who"))
    found = {finding.shape for finding in board.check().findings if "theory" in finding.shape}
    assert found >= {"theory without one question", "theory of nobody known", "theory without claims"}
    assert "theory that rests on something that is no claim" in found
