"""Several analysts: boards put together, compared, and who is who settled."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import caseboard
from caseboard import BadArgument, Board
from caseboard.cli import cli
from caseboard.combine import combine, difference

from .small import PREFIXES, claim, people

BY = "; <http://www.w3.org/ns/prov#wasAttributedTo> t:{} "
AGENTS = 't:ann a cb:Agent ; rdfs:label "Ann" . t:bob a cb:Agent ; rdfs:label "Bob" .\n'


def written(folder: Path, name: str, body: str, prefixes: str = PREFIXES) -> Path:
    path = folder / f"{name}.ttl"
    path.write_text(prefixes + AGENTS + body, "utf-8")
    return path


def run(*arguments: str | Path) -> str:
    done = CliRunner().invoke(cli, [str(argument) for argument in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """Two analysts on one death: one name for two claims, another for two people."""
    ann = people("ada", "tom", "grey") + claim(
        "c1", "t:tom", "cb:vitalStatus", '"dead"', more=BY.format("ann")
    )
    ann += claim("c2", "t:ada", "cb:friendOf", "t:tom")
    bob = people("ada", "tom") + 't:grey a cb:Person ; rdfs:label "Grey Eminence" .\n'
    bob += claim("c1", "t:tom", "cb:vitalStatus", '"alive"', more=BY.format("bob"))
    bob += claim("c3", "t:grey", "cb:helps", "t:tom", more=BY.format("bob"))
    return written(tmp_path, "ann", ann), written(tmp_path, "bob", bob)


def test_combining_keeps_who_claimed_what_and_shows_the_conflict(
    two: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "both.ttl"
    told = run("combine", *two, "-o", out)
    assert "c1 of bob is not the one of the boards before: renamed c1-2" in told
    assert "grey of bob is not the one of the boards before: renamed grey-2" in told
    assert "1 of ann did not say whose claim they are: attributed to ann" in told
    assert "Tom is dead" in told
    assert "Tom is alive" in told
    both = caseboard.open(str(out))
    whose = {c.sentence: [str(by) for by in c.attributed_to] for c in both.claims()}
    assert whose == {
        "Tom is dead.": ["Ann"],
        "Tom is alive.": ["Bob"],
        "Ada is a friend of Tom.": ["ann"],
        "Grey Eminence helps Tom.": ["Bob"],
    }
    assert len(both.contradictions()) == 1
    assert {e.label for e in both.entities.values()} == {"Ada", "Tom", "Grey", "Grey Eminence"}


def test_a_board_combined_with_itself_is_itself(harbour: Board) -> None:
    store, said = combine({"one": harbour.case, "two": harbour.case})
    assert said == ()
    assert str(difference(harbour.case, Board(store).case)) == "The two boards say the same."


def test_points_of_two_boards_stand_in_one_row(two: tuple[Path, Path], tmp_path: Path) -> None:
    moved = PREFIXES.replace("t:p2", "t:p9").replace('"second"', '"later"')
    body = people("ada", "tom") + claim("c9", "t:ada", "cb:helps", "t:tom").replace("t:p1", "t:p9")
    other = written(tmp_path, "cem", body, moved)
    told = run("combine", two[0], other, "-o", tmp_path / "row.ttl")
    assert "put in one row; see that it is right: first, later, second" in told
    points = caseboard.open(str(tmp_path / "row.ttl")).case.points
    assert [point.label for point in points] == ["first", "later", "second"]


def test_one_board_cannot_be_combined(harbour: Board) -> None:
    with pytest.raises(BadArgument, match="at least two"):
        combine({"one": harbour.case})


def test_relations_that_a_board_declares_come_along(tmp_path: Path, two: tuple[Path, Path]) -> None:
    body = people("ada", "tom") + claim("c9", "t:ada", "t:trusts", "t:tom")
    body += 't:trusts a cb:Relation ; rdfs:label "trusts" ; cb:inverseLabel "is trusted by" ; '
    body += "cb:family cb:friendship .\n"
    other = written(tmp_path, "dee", body)
    for pair in ((two[0], other), (other, two[0])):
        run("combine", *pair, "-o", tmp_path / "both.ttl")
        assert caseboard.open(str(tmp_path / "both.ttl")).claims(relation="trusts")


def test_a_difference_reads_as_sentences(tmp_path: Path) -> None:
    one = people("ada", "tom") + claim("c1", "t:ada", "cb:helps", "t:tom", "Hedged")
    one += claim("c2", "t:tom", "cb:helps", "t:ada") + claim("c3", "t:ada", "cb:friendOf", "t:tom")
    other = people("ada", "tom") + claim("c1", "t:ada", "cb:helps", "t:tom").replace("t:p1", "t:p2")
    other += claim("c3", "t:ada", "cb:friendOf", "t:tom", more="; cb:refutedIn t:p2 ; cb:refutedBy t:c1 ")
    other += claim("c4", "t:ada", "cb:parentOf", "t:tom")
    told = run("diff", written(tmp_path, "one", one), written(tmp_path, "other", other))
    assert told.splitlines() == [
        "Added: Ada is a parent of Tom. [stated, first; no evidence]",
        "Removed: Tom helps Ada. [stated, first; no evidence]",
        "Changed: Ada helps Tom. It was hedged and is stated now. "
        "It was known from first and is known from second now.",
        "Changed: Ada is a friend of Tom. It is refuted in second now.",
    ]
    assert run("diff", tmp_path / "one.ttl", tmp_path / "one.ttl") == "The two boards say the same.\n"


# --- who is who -------------------------------------------------------------------------------------


def named(**labels: str) -> str:
    return "".join(f't:{key} a cb:Person ; rdfs:label "{label}" .\n' for key, label in labels.items())


ALIAS = 't:called a cb:Relation, cb:Attribute ; rdfs:label "is called" ; cb:family cb:identity .\n'


@pytest.fixture
def alike(tmp_path: Path) -> Path:
    """A case in which some are one under two names, and others only look like it."""
    pytest.importorskip("anyascii")
    (tmp_path / "case").mkdir()
    body = named(
        ada="Ada Lind", short="A. Lind", dima="Дмитрий Петров", dmitri="Dmitrii Petrov", back="Lind, Ada",
        jose="José Alvarez", plain="Jose Alvares", eva="Eva", iva="Iva", fox="Reynard", wolf="Isegrim",
    )  # fmt: skip
    body += named(mother="Ada Berg", child="Ada Berg") + "t:room1 a cb:Place ; rdfs:label 'Room 17' .\n"
    body += "t:room2 a cb:Place ; rdfs:label 'Room 18' . t:boat a cb:Object ; rdfs:label 'Reynard' .\n"
    body += claim("c0", "t:mother", "cb:parentOf", "t:child") + claim("c1", "t:ada", "cb:friendOf", "t:eva")
    body += claim("c2", "t:short", "cb:friendOf", "t:eva") + ALIAS
    body += claim("c3", "t:fox", "t:called", '"The Beast"') + claim("c4", "t:wolf", "t:called", '"the beast"')
    return written(tmp_path / "case", "case", body).parent


def test_names_that_are_alike_are_proposed_with_reasons(alike: Path) -> None:
    board = caseboard.open(str(alike))
    pairs = {frozenset((str(s.first), str(s.second))): s for s in board.suggestions()}
    proposed = {pair for pair, suggestion in pairs.items() if not suggestion.apart}
    assert proposed == {
        frozenset(pair)
        for pair in (
            ("Ada Lind", "A. Lind"),
            ("Ada Lind", "Lind, Ada"),
            ("Дмитрий Петров", "Dmitrii Petrov"),
            ("José Alvarez", "Jose Alvares"),
        )
    }
    told = run("merge", "--suggest", "--case", alike)
    assert "“Ada Lind” and “A. Lind”: one is short for the other" in told
    assert "both are linked to Eva" in told
    assert "“Дмитрий Петров” and “Dmitrii Petrov” are the same in Latin letters" in told
    assert "differ in 1 letter" in told


def test_an_alias_that_two_go_by_keeps_them_apart(alike: Path) -> None:
    (apart,) = [one for one in caseboard.open(str(alike)).suggestions() if one.apart]
    assert {str(apart.first), str(apart.second)} == {"Reynard", "Isegrim"}
    assert "stay two" in str(apart)


def test_a_decision_is_a_claim_that_folds_the_two_and_can_be_undone(alike: Path) -> None:
    to = alike / "decisions.ttl"
    to.write_text("# mine\n", "utf-8")
    run("merge", "--same", "A. Lind", "Ada Lind", "--case", alike, "--to", to, "--by", 'Ann "the pen"')
    board = caseboard.open(str(alike))
    (decision,) = [claim for claim in board.claims() if claim.relation.label == "is the same as"]
    assert (decision.status, [str(by) for by in decision.attributed_to]) == ("stated", ['Ann "the pen"'])
    assert not [one for one in board.suggestions() if {str(one.first), str(one.second)} >= {"A. Lind"}]
    folded = board.network(merge_aliases=True)
    assert "t:short" in board.network()
    assert "t:short" not in folded
    assert {f.message for f in board.check().findings if f.focus == decision.id} == set()
    done = CliRunner().invoke(
        cli, ["merge", "--different", "Ada Lind", "A. Lind", "--case", str(alike), "--to", str(to)]
    )
    assert isinstance(done.exception, BadArgument)
    assert "decided already" in str(done.exception)
    run("merge", "--undo", "Ada Lind", "t:short", "--case", alike, "--to", to)
    assert to.read_text("utf-8") == "# mine\n"


def test_what_is_two_is_not_proposed_again(alike: Path) -> None:
    run("merge", "--different", "t:jose", "t:plain", "--case", alike, "--to", alike / "decisions.ttl")
    board = caseboard.open(str(alike))
    assert "José Alvarez" not in {str(one.first) for one in board.suggestions()}
    assert len(board.network(merge_aliases=True)) == len(board.network())
    with pytest.raises(BadArgument, match="nothing is decided"):
        run("merge", "--undo", "t:ada", "t:eva", "--case", alike, "--to", alike / "decisions.ttl")


def test_one_thing_is_not_merged_with_itself(alike: Path) -> None:
    with pytest.raises(BadArgument, match="is one already"):
        run("merge", "--same", "t:ada", "t:ada", "--case", alike, "--to", alike / "decisions.ttl")
