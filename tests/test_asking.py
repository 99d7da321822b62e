"""The commands that ask, as their users meet them: advice, queries of one's own, explanations, what there is."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from caseboard import cli, doctor

Call = Callable[..., tuple[int, str, str]]
WRONG_WAY = "SELECT ?a { hr:danielle-wexler cb:handlerOf ?a }"
HINT = (
    "hint: `hr:danielle-wexler cb:handlerOf ?a`: the other way round, "
    "`?a cb:handlerOf hr:danielle-wexler`, has 1 answer\n"
)


@pytest.fixture
def call(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Iterator[Call]:
    """Run a command line in this process, in an empty folder: its exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(doctor, "SECONDS", 60)
    before = signal.getsignal(signal.SIGPIPE)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["caseboard", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    yield run
    signal.signal(signal.SIGPIPE, before)


# --- advice ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", [[], ["--format", "table"], ["--format", "csv", "--advice"]])
def test_a_hint_goes_to_stderr(format_: list[str], call: Call) -> None:
    code, out, err = call("query", WRONG_WAY, *format_)
    assert code == 0
    assert "hint" not in out
    assert err.endswith(HINT)


@pytest.mark.parametrize("format_", ["csv", "tsv", "json", "xml"])
def test_a_script_is_not_told_what_it_did_not_ask_for(format_: str, call: Call) -> None:
    code, plain, err = call("query", WRONG_WAY, "--format", format_)
    assert (code, err) == (0, "")
    assert call("query", WRONG_WAY, "--format", format_, "--advice") == (0, plain, HINT)


def test_no_advice_is_no_advice(call: Call) -> None:
    assert call("query", WRONG_WAY, "--no-advice") == (0, "a\n─\n", "no answers\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ASK { hr:danielle-wexler cb:handlerOf ?a }", "has the answer yes"),
        ("CONSTRUCT WHERE { hr:danielle-wexler cb:handlerOf ?a }", "has 1 triple"),
    ],
)
@pytest.mark.parametrize(
    "format_", [[], ["--format", "jsonld", "--advice"], ["--format", "json", "--advice"]]
)
def test_every_form_of_query_is_looked_into(text: str, said: str, format_: list[str], call: Call) -> None:
    if format_ and ("ASK" in text) != (format_[1] == "json"):
        format_ = []
    assert said in call("query", text, *format_)[2]


def test_an_answer_that_is_there_has_no_hint(call: Call) -> None:
    assert call("query", "ASK { ?a cb:handlerOf ?b }", "--advice") == (0, "true\n", "")
    assert "hint" not in call("run", "handlers", "--advice")[2]


def test_a_named_query_tells_what_less_certain_claims_say(call: Call) -> None:
    err = call("run", "pursuits", "--case", "harbour")[2]
    assert err.splitlines()[1:3] == [
        "hint: 1 answer with --include hedged",
        "hint: 1 answer with --include predicted",
    ]
    assert json.loads(call("run", "pursuits", "--case", "harbour", "--format", "json")[1])["results"] == {
        "bindings": []
    }
