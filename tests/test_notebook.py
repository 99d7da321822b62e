"""The magics of a notebook: asking, walking and reasoning in a cell, completion, mistakes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

import caseboard
from caseboard import Board, Table, UnknownName

Cell = Callable[[str], Any]


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    made = InteractiveShell()
    made.run_line_magic("load_ext", "caseboard")
    made.run_line_magic("board", "harbour")
    yield made
    made.history_manager.end_session()


@pytest.fixture
def cell(shell: InteractiveShell) -> Cell:
    def run(text: str) -> Any:
        # What the cell shows is for a notebook to draw.
        done = shell.run_cell(text)
        done.raise_error()
        return done.result

    return run


def test_the_bundled_case_is_asked_until_another_is_named() -> None:
    fresh = InteractiveShell()
    fresh.run_line_magic("load_ext", "caseboard")
    assert fresh.run_line_magic("board", "").title == "Hit & Run"
    assert fresh.run_line_magic("board", "harbour").title == "Harbour"
    assert fresh.run_line_magic("board", "").title == "Harbour"
    fresh.history_manager.end_session()


def test_a_board_of_ones_own_is_taken_by_its_name(cell: Cell) -> None:
    assert cell(
        "import caseboard\nmine = caseboard.open('harbour').view(as_of='start')\n%board mine"
    ).title == ("Harbour")
    assert len(cell("%%sparql\nSELECT ?claim { GRAPH cb:claims { ?claim a cb:Claim } }")) == 7


def test_a_cell_of_sparql_answers_with_a_table(cell: Cell) -> None:
    table = cell("%%sparql\nSELECT ?who { ?who cb:helps ex:ada }")
    assert isinstance(table, Table)
    assert table.cells() == [["Iris Holm"]]
    assert cell("%%sparql\nASK { ?who cb:helps ex:ada }") is True


def test_python_variables_are_bound_and_never_written_in(cell: Cell, shell: InteractiveShell) -> None:
    shell.user_ns["who"] = "Iris"
    assert cell("%%sparql\nSELECT ?whom { $who cb:helps ?whom }").cells() == [["Ada Lind"]]
    shell.user_ns["who"] = '"} DROP ALL #'
    with pytest.raises(UnknownName, match="DROP ALL"):
        cell("%%sparql\nSELECT ?whom { $who cb:helps ?whom }")
    with pytest.raises(UnknownName, match="stands for a Python variable"):
        cell("%%sparql\nSELECT ?whom { $nobody cb:helps ?whom }")
    # A dollar sign in a literal or a comment stands for itself.
    assert cell('%%sparql\nSELECT ?x { VALUES ?x { "$who" } } # $nobody').cells() == [["$who"]]


def test_numbers_and_claims_are_bound_as_well(cell: Cell, shell: InteractiveShell) -> None:
    shell.user_ns["n"] = 2
    cells = cell("%%sparql\nSELECT ?point { GRAPH cb:claims { ?point cb:order $n } }").cells()
    assert cells == [["midway"]]
    shell.user_ns["claim"] = caseboard.open("harbour").claim("c-hunt")
    text = "%%sparql\nSELECT ?status { GRAPH cb:claims { $claim cb:status ?status } }"
    assert cell(text).cells() == [["hedged"]]


def test_options_cut_and_include_and_keep(cell: Cell, shell: InteractiveShell) -> None:
    pursuits = "\nSELECT ?who { ?who cb:pursues ?whom }"
    assert len(cell("%%sparql" + pursuits)) == 0
    assert len(cell("%%sparql --include hedged" + pursuits)) == 1
    assert len(cell("%%sparql --include all --to found" + pursuits)) == 2
    assert len(shell.user_ns["found"]) == 2
    assert len(cell("%%sparql --include all --as-of midway" + pursuits)) == 1


def test_the_answer_can_be_drawn(cell: Cell) -> None:
    page = cell("%%sparql --map\nSELECT ?who ?whom { ?who cb:helps ?whom }")
    shown = page._repr_mimebundle_()
    assert shown["text/html"].startswith('<iframe srcdoc="&lt;!doctype html&gt;')
    assert 'sandbox="allow-scripts allow-downloads"' in shown["text/html"]
    assert shown["text/plain"].startswith("<Page 'Harbour': ")
    assert shown["image/png"].startswith("iVBORw0KGgo")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("%path Ada", "write it as: %path Segev -> CIA"),
        ("%path Ada -> Nobody", "'Nobody'"),
        ("%path Ada -> Customs --loud", "unrecognized arguments: --loud"),
        ("%why Ada helps", "write it as: %why"),
        ("%%sparql --to 2x\nASK {}", "--to takes the name of a variable"),
        ("%%sparql --help\nASK {}", "unrecognized arguments: --help"),
        ("%%sparql\nSELECT ?who { ?who cbb:helps ?whom }", "Did you mean cb?"),
        ("%board no-such-case", "no-such-case"),
    ],
)
def test_a_mistake_is_one_message(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], line: str, words: str
) -> None:
    done = shell.run_cell(line)
    assert isinstance(done.error_in_exec, caseboard.CaseboardError)
    shown = capsys.readouterr().out
    assert shown.startswith("caseboard: ")
    assert words in shown
    assert "Traceback" not in shown
    assert ".py" not in shown


def test_a_path_and_its_options(cell: Cell) -> None:
    (path,) = cell("%path Ada -> Customs")
    assert path.labels == ("Ada Lind", "Iris Holm", "Customs")
    assert len(cell("%path Mr Grey -> Iris Holm -k 2 --include hedged")) == 2
    assert cell('%path "Ada Lind" -> "Meridian Line" --by strongest --include hedged')[0].by == "strongest"


def test_why_and_why_not(cell: Cell) -> None:
    assert str(cell("%why Grey memberOf Meridian")).startswith(
        "Mr Grey is a member of Meridian Line. [stated"
    )
    assert str(cell('%why "Bruno Lind" memberOf Meridian')).count("because:") == 1
    assert str(cell("%why Bruno memberOf Meridian --as-of start")).startswith("Not so: ")


def completed(shell: InteractiveShell, text: str) -> list[str]:
    """What is offered at the end of a text."""
    with provisionalcompleter():
        return [one.text for one in shell.Completer.completions(text, len(text))]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("SELECT ?x { ?x cb:help", "cb:helps"),
        ("SELECT ?x { ?x help", "cb:helps"),
        ("SELECT ?x { ?x cb:helps Ad", "ex:ada"),
        ("SELECT ?x { ?x cb:helps Lind", "ex:bruno"),
        ("SELECT ?x { ?x a Pers", "cb:Person"),
        ("PREFIX sk", "skos:"),
    ],
)
def test_a_cell_of_sparql_completes_what_the_board_knows(
    shell: InteractiveShell, typed: str, offered: str
) -> None:
    text = f"%%sparql\n{typed}"
    assert offered in completed(shell, text)


def test_other_cells_complete_as_before(shell: InteractiveShell) -> None:
    shell.user_ns["helpful"] = 1
    found = completed(shell, "help")
    assert "helpful" in found
    assert "cb:helps" not in found


def test_a_view_completes_nothing_that_it_hides(shell: InteractiveShell) -> None:
    view = caseboard.open().view(as_of="premise")
    assert isinstance(view, Board)
    shell.user_ns["early"] = view
    shell.run_line_magic("board", "early")
    found = completed(shell, "%%sparql\nSELECT ?x { ?x cb:handlerOf Wake")
    assert not [one for one in found if "wakefield" in one]


def test_the_cells_that_the_readme_shows_run(shell: InteractiveShell, cell: Cell) -> None:
    readme = (Path(__file__).resolve().parent.parent / "README.md").read_text("utf-8")
    block, *_ = re.findall(r"```text\n(.*?)```", readme[readme.index("## In a notebook") :], re.DOTALL)
    shell.run_line_magic("board", "hit-and-run")
    shown = [cell(part) for part in block.strip().split("\n\n")]
    assert shown[0] is None
    assert sorted(shown[1].cells()) == [["Detective Ellis"], ["Mossad"]]
    assert shell.user_ns["pursuits"] is shown[1]
    assert shown[2][0].labels[-1] == "CIA"
    assert str(shown[3]).startswith("Danielle Wexler is an asset of CIA.")
