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
    assert not any(
        difference(harbour.case, Board(store).case).__getattribute__(part)
        for part in ("added", "removed", "changed")
    )


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
    body += 't:trusts a cb:Relation ; rdfs:label "trusts" ; cb:inverseLabel "is trusted by" ; cb:family cb:friendship .\n'
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
        "Changed: Ada helps Tom. It was hedged and is stated now. It was known from first and is known from second now.",
        "Changed: Ada is a friend of Tom. It is refuted in second now.",
    ]
    assert run("diff", tmp_path / "one.ttl", tmp_path / "one.ttl") == "The two boards say the same.\n"
