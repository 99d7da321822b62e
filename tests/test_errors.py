from __future__ import annotations

import builtins
import inspect
import pickle
import re

import pytest

import caseboard
from caseboard import errors
from caseboard.errors import CaseboardError, did_you_mean


def _classes() -> dict[str, type[BaseException]]:
    return {
        name: value
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, CaseboardError)
    }


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (caseboard.CaseError, ValueError),
        (caseboard.CaseNotFound, FileNotFoundError),
        (caseboard.QueryError, ValueError),
        (caseboard.QueryTimeout, TimeoutError),
        (caseboard.UnknownName, LookupError),
        (caseboard.AmbiguousName, LookupError),
        (caseboard.NoPath, LookupError),
        (caseboard.NotComputable, ArithmeticError),
        (caseboard.BadArgument, ValueError),
        (caseboard.UnknownFormat, ValueError),
        (caseboard.ReadOnly, TypeError),
        (caseboard.MissingExtra, ImportError),
    ],
)
def test_each_error_can_be_caught_as_the_builtin_one_a_caller_expects(
    error: type[Exception], builtin: type[Exception]
) -> None:
    assert issubclass(error, builtin)
    assert issubclass(error, CaseboardError)


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    tree = (errors.__doc__ or "").split("::", 1)[1].split("Each leaf")[0]
    drawn: list[tuple[str, str | None, str | None]] = []
    above: list[tuple[int, str]] = []
    for line in filter(str.strip, tree.splitlines()):
        match = re.search(r"(\w+)(?: \((\w+)\))?", line)
        assert match is not None
        depth = match.start()
        while above and above[-1][0] >= depth:
            above.pop()
        drawn.append((match[1], match[2], above[-1][1] if above else None))
        above.append((depth, match[1]))
    assert {name for name, _, _ in drawn} == set(_classes())
    for name, builtin, parent in drawn:
        bases = {base.__name__ for base in _classes()[name].__bases__}
        assert parent is None or parent in bases
        assert builtin is None or builtin in bases
        assert builtin is None or hasattr(builtins, builtin)


def test_every_error_is_public() -> None:
    assert set(_classes()) <= set(caseboard.__all__)


def test_a_case_error_says_where_before_what() -> None:
    error = caseboard.CaseError("the claim has no object", file="case.ttl", line=7)
    assert str(error) == "case.ttl, line 7: the claim has no object"
    assert (error.file, error.line) == ("case.ttl", 7)
    assert str(caseboard.CaseError("is a folder", file="cases")) == "cases: is a folder"
    assert str(caseboard.CaseError("there is nothing")) == "there is nothing"


def test_a_missing_case_does_not_read_like_a_system_error() -> None:
    assert str(caseboard.CaseNotFound("there is no case 'x'")) == "there is no case 'x'"


def test_a_missing_extra_says_what_to_install() -> None:
    error = caseboard.MissingExtra("pandas", "notebook", needed_for="to_pandas")
    assert "to_pandas needs pandas" in str(error)
    assert "pip install 'caseboard[notebook]'" in str(error)
    assert (error.package, error.extra) == ("pandas", "notebook")


@pytest.mark.parametrize(
    "error",
    [
        caseboard.CaseError("broken", file="case.ttl", line=3),
        caseboard.CaseNotFound("nothing there"),
        caseboard.QuerySyntaxError("no SPARQL", line=2, column=5),
        caseboard.AmbiguousName("two of them", ("t:a", "t:b")),
        caseboard.MissingExtra("pandas", "notebook", needed_for="to_pandas"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_survive_the_way_from_one_process_to_another(error: CaseboardError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert copy.__dict__ == error.__dict__


def test_near_names_are_offered_whatever_their_case() -> None:
    assert did_you_mean("HANDLRS", ["handlers", "the-dead"]) == " Did you mean handlers?"
    assert did_you_mean("cb:handlrOf", ["cb:handlerOf", "cb:handledBy"]).startswith(
        " Did you mean cb:handlerOf"
    )
    assert did_you_mean("something else", ["handlers"]) == ""
    assert did_you_mean("x", []) == ""


def test_no_more_than_three_near_names_are_offered() -> None:
    assert did_you_mean("name", ["name1", "name2", "name3", "name4"]).count("name") == 3
