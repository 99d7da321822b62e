"""The prompt: when an entry is complete, what Tab offers, what dot commands do; in a pipe, on a terminal."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import select
import stat
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

import caseboard
from caseboard import Board, CaseboardError, shell
from caseboard.shell import Settings, Shell, is_complete, read_lines, read_prompt

from .small import claim, small_file  # noqa: F401

Asked = list[tuple[str, Mapping[str, str] | None, Settings]]
PROGRAM = [sys.executable, "-c", "from caseboard.cli import main; main()"]


def of(board: Board) -> tuple[Shell, Asked]:
    """Return a shell that notes what it is asked."""
    asked: Asked = []
    return Shell(board, board.desk, lambda *what: asked.append(what)), asked


def offers(board: Board, text: str) -> list[str]:
    return [one for one, _, _ in of(board)[0].complete(text)]


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        ("", True),
        (".help", True),
        ("SELECT ?a", False),
        ("SELECT ?a {", False),
        ("SELECT ?a { { ?a ?b ?c }", False),
        ("SELECT ?a { ?a ?b ?c }", True),
        ("SELECT ?a { ?a ?b '}' ", False),
        ("SELECT ?a { ?a ?b '{' }", True),
        ("SELECT ?a { ?a ?b ?c # }", False),
        ("SELECT ?a { ?a ?b <urn:#c> }", True),
        ('ASK { ?a ?b "open }', False),
        ("PREFIX a: <urn:a>", False),
        ("PREFIX a: <urn:a>\nASK {}", True),
        ("DESCRIBE ex:ada", True),
        ("DROP ALL", True),
        ("nonsense", True),
        ("ASK { } }", True),
    ],
)
def test_a_query_is_complete_when_its_braces_balance(text: str, complete: bool) -> None:
    assert is_complete(text) == complete


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("SELECT ?a { ?a cb:hel", ["cb:helpedBy", "cb:helps"]),
        ("SELECT ?a { ?a a cb:Pers", ["cb:Person", "cb:Persona"]),
        ("ASK { ex:ad", ["ex:ada"]),
        ("SELECT ?who ?whom { ?wh", ["?who", "?whom"]),
        (".ru", [".run"]),
        (".run hand", ["handlers"]),
        (".run about ent", ["entity="]),
        (".run about entity=ad", ["'Ada Lind'"]),
        (".path Grey ad", ["'Ada Lind'"]),
        (".format js", ["json", "jsonld"]),
        (".include hed", ["hedged"]),
        ('ASK { ?a ?b "cb:hel', []),
        ("ASK { # cb:hel", []),
        ("ASK { ", []),
    ],
)
def test_tab_offers_what_fits(text: str, offered: list[str], harbour: Board) -> None:
    assert offers(harbour, text) == offered


def test_tab_finds_things_and_relations_by_their_names(harbour: Board) -> None:
    assert "ex:ada" in offers(harbour, "ASK { lind")
    assert "ex:bruno" in offers(harbour, "ASK { Lind")
    assert "cb:pursues" in offers(harbour, "ASK { ?a purs")
    assert "cb:" in offers(harbour, "ASK { ?a c")
    assert "SELECT" in offers(harbour, "sel")
    assert ("ex:ada", 4, "Ada Lind") in of(harbour)[0].complete("ASK { lind")


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        (".run linked-by relation=hand", ["handlerOf"]),
        (".run linked-by relation='is hand", ["handlerOf"]),
        (".run in-thread thread=doub", ['"Danielle\'s double life"']),
        (".run in-thread thread=\"Danielle's dou", ['"Danielle\'s double life"']),
        (".run in-thread thread='The man", ["'The manhunt'"]),
        (".run believed-at point=end", ["'the end of season 1'"]),
        (".run believed-at poi", ["point="]),
        (".run shared a='Segev Azulai' ", ["b="]),
        (".run shared a='Segev Azulai' b=cia", ["CIA"]),
        (".run shared a='Segev Az", ["'Segev Azulai'"]),
        (".run search words=man", []),
        (".run nothing x=", []),
    ],
)
def test_tab_offers_what_a_parameter_takes(text: str, offered: list[str], hit_and_run: Board) -> None:
    assert offers(hit_and_run, text) == offered


def test_what_tab_offers_for_a_parameter_is_taken(hit_and_run: Board) -> None:
    asking, asked = of(hit_and_run)
    for query, parameter in (("linked-by", "relation"), ("in-thread", "thread"), ("believed-at", "point")):
        for text, _, _ in asking.complete(f".run {query} {parameter}="):
            asking.do(f".run {query} {parameter}={text}")
            hit_and_run.desk.prepare(query, asked[-1][1] or {})
    assert len(asked) > 40


@pytest.mark.parametrize("word", ["quit", "exit", ".quit", "Exit", ".q"])
def test_one_leaves_with_the_words_of_other_shells(word: str, harbour: Board) -> None:
    asking, asked = of(harbour)
    assert asking.loop([word, "ASK {}"])
    assert not asked


@pytest.mark.parametrize("word", ["help", ".help", "?", "HELP"])
def test_help_is_there_with_and_without_a_dot(
    word: str, harbour: Board, capsys: pytest.CaptureFixture[str]
) -> None:
    of(harbour)[0].do(word)
    assert ".run NAME" in capsys.readouterr().out


def test_a_view_offers_nothing_that_it_hides(hit_and_run: Board) -> None:
    premise = hit_and_run.view(as_of="premise")
    assert "hr:sophie-dreyer" in offers(hit_and_run, "ASK { soph")
    assert "hr:sophie-dreyer" not in offers(premise, "ASK { soph")
    assert "cb:aliasOf" not in offers(premise, "ASK { ?a cb:al")


def test_a_hostile_label_is_shown_and_quoted(small_file: Callable[[str], Path]) -> None:  # noqa: F811
    body = claim("c1", "t:ann", "cb:helps", "t:bob")
    body += "t:ann a cb:Person ; rdfs:label \"Ann\\u001b[31m '$(touch x)'\" .\n"
    board = caseboard.open(small_file(body))
    shells, _ = of(board)
    for text in ("ASK { ann", ".path ann"):
        found = list(shells.complete(text))
        assert found
        assert not any("\x1b" in part for one in found for part in (one[0], one[2]))


# --- commands -------------------------------------------------------------------------------------


def test_the_commands_do_what_they_say(harbour: Board, capsys: pytest.CaptureFixture[str]) -> None:
    shells, asked = of(harbour)
    entries = [
        "ASK {}",
        ".format csv",
        ".include hedged, predicted",
        ".run about entity='Mr Grey'",
        ".path Grey Customs",
        ".explain handlers",
        ".schema",
        ".queries",
        ".help",
        "  ",
        ".quit",
        "ASK { never }",
    ]
    assert shells.loop(entries)
    settings = Settings("csv", ("hedged", "predicted"))
    assert asked == [("ASK {}", None, Settings()), ("about", {"entity": "Mr Grey"}, settings)]
    out = capsys.readouterr().out
    for said in (
        "Mr Grey to Customs: 4 steps",
        "some person ?handler is handler of",
        "Harbour: what there is to ask",
        "Handlers and the people they run.",
        ".path FROM TO",
    ):
        assert said in out
    shells.do(".format")
    shells.do(".include none")
    assert shells.settings == Settings()


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (".pth a b", r"no command \.pth\. Did you mean \.path\?"),
        (".path Ada", r"\.path takes two names"),
        (".path Ada Nobody", "called 'Nobody'"),
        (".path Ada 'Mr", "No closing quotation"),
        (".run", r"\.run takes NAME"),
        (".run about entity", "'entity' is no KEY=VALUE"),
        (".run about entity=a entity=b", "entity is given twice"),
        (".format jsno", "no format 'jsno'.*Did you mean json"),
        (".include sure", "sure"),
        (".explain nothing", "no named query"),
        (".", "no command"),
    ],
)
def test_what_cannot_be_done_is_told_and_the_shell_goes_on(
    entry: str, said: str, harbour: Board, capsys: pytest.CaptureFixture[str]
) -> None:
    shells, asked = of(harbour)
    with pytest.raises(CaseboardError, match=said):
        shells.do(entry)
    assert not shells.loop([entry, "ASK {}"])
    assert asked == [("ASK {}", None, Settings())]
    assert "Traceback" not in capsys.readouterr().err


def test_a_pipe_is_read_entry_by_entry() -> None:
    text = "SELECT ?a\n{\n\n  ?a ?b ?c }\n\n.run x\r\nASK {\n"
    entries = [one.strip() for one in read_lines(io.StringIO(text)) if one.strip()]
    assert entries == ["SELECT ?a\n{\n\n  ?a ?b ?c }", ".run x", "ASK {"]


# --- typing ---------------------------------------------------------------------------------------


def typed(board: Board, keys: str, history: Path | None = None) -> list[str]:
    with create_pipe_input() as pipe:
        pipe.send_text(keys)
        return list(read_prompt(of(board)[0], history=history, terminal=(pipe, DummyOutput())))


END = "\x04"


def test_enter_answers_only_what_is_complete(harbour: Board) -> None:
    keys = f"SELECT ?a\r{{ ?a cb:helps ?b\r}}\r.help\r{END}"
    assert typed(harbour, keys) == ["SELECT ?a\n{ ?a cb:helps ?b\n}", ".help"]


def test_an_empty_line_answers_whatever_is_there(harbour: Board) -> None:
    assert typed(harbour, f"SELECT ?a {{\r\r{END}") == ["SELECT ?a {\n"]


def test_an_interrupt_drops_what_was_typed(harbour: Board) -> None:
    assert typed(harbour, f"SELECT ?a {{\x03ASK {{}}\r{END}") == ["ASK {}"]


def test_what_was_typed_is_kept_for_the_next_time(harbour: Board, tmp_path: Path) -> None:
    file = tmp_path / "state" / "caseboard" / "history"
    typed(harbour, f"ASK {{}}\r{END}", file)
    assert "ASK {}" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert typed(harbour, f"\x10\r{END}", file) == ["ASK {}"]  # Ctrl-P: the one before


def test_a_history_that_cannot_be_kept_is_told(
    harbour: Board, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "state").write_text("a file")
    assert typed(harbour, f".help\r{END}", tmp_path / "state" / "history") == [".help"]
    assert "what is typed is not kept" in capsys.readouterr().err


def test_the_history_stands_in_the_users_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert shell.history_file() == tmp_path / "caseboard" / "history"
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    monkeypatch.setenv("HOME", "/somewhere")
    assert shell.history_file() == Path("/somewhere/.local/state/caseboard/history")


def test_without_prompt_toolkit_it_says_what_to_install(
    harbour: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "prompt_toolkit", None)
    with pytest.raises(caseboard.MissingExtra, match=r"caseboard\[shell\]"):
        next(read_prompt(of(harbour)[0], history=None))


def test_a_pipe_into_the_command_answers_and_fails_like_a_script() -> None:
    def done(text: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*PROGRAM, "shell", "--case", "harbour"], input=text, capture_output=True, text=True, timeout=60
        )

    well = done("ASK { ?a cb:helps ?b }\n.format csv\n.run aliases\n")
    assert (well.returncode, well.stdout.splitlines()[:2]) == (0, ["true", "alias,person,revealed"])
    badly = done("ASK { ?a cbb:helps ?b }\nASK {}\n")
    assert (badly.returncode, badly.stdout) == (2, "true\n")
    assert "Did you mean cb?" in badly.stderr
    assert "Traceback" not in badly.stderr


class Terminal:
    """A shell on a terminal of its own, and what it shows there."""

    def __init__(self, folder: Path, *, columns: int, case: str) -> None:
        self.shown = ""
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "NO_COLOR": "1",
            "XDG_STATE_HOME": str(folder),
            "PROMPT_TOOLKIT_NO_CPR": "1",
        }
        # The terminal has to be its own for Ctrl-C to reach it.
        start = f"import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); {PROGRAM[2]}"
        self.process = subprocess.Popen(
            [sys.executable, "-c", start, "shell", "--case", case],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment,
            start_new_session=True,
        )
        os.close(theirs)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def type(self, keys: str, until: str, *, again: bool = False) -> str:
        """Type keys, every second once more if need be, and return what is shown until a pattern is."""
        os.write(self._ours, keys.encode())
        deadline = time.monotonic() + 60
        seen = ""
        while not re.search(until, plain := re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\r", "", seen), re.DOTALL):
            assert time.monotonic() < deadline, seen
            if select.select([self._ours], [], [], 1)[0]:
                seen += os.read(self._ours, 65536).decode("utf-8", "replace")
            elif again:
                os.write(self._ours, keys.encode())
        self.shown += plain
        return plain

    def leave(self) -> int:
        os.write(self._ours, b"\x04")
        return self.process.wait(30)


def test_on_a_terminal_one_types_completes_and_leaves(tmp_path: Path) -> None:
    with Terminal(tmp_path, columns=100, case="harbour") as terminal:
        terminal.type("", "caseboard>")
        terminal.type("SELECT ?who {\r", r"\.\.\.>")
        terminal.type("?who cb:helpe\t", "dBy")
        terminal.type(" ex:ada }\r", "no answers.*caseboard>")
        terminal.type(".run aliases\r", "Mr Grey.*caseboard>")
        assert terminal.leave() == 0
        assert "Traceback" not in terminal.shown
    assert "cb:helpedBy" in (tmp_path / "caseboard" / "history").read_text()


def test_a_query_that_runs_is_stopped_and_the_next_one_asked(tmp_path: Path) -> None:
    with Terminal(tmp_path, columns=100, case="harbour") as terminal:
        terminal.type("", "caseboard>")
        endless = " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(9))
        terminal.type(f"SELECT (COUNT(*) AS ?n) {{ {endless} }}\r", r"\?c8 }.*\n")
        # A key that comes before the query does is the prompt's, so one is not enough.
        terminal.type("\x03", "stopped", again=True)
        terminal.type("ASK { ?a cb:helps ?b }\r", "true.*caseboard>")
        assert terminal.leave() == 0
        assert "Traceback" not in terminal.shown


def test_a_narrow_terminal_shows_all_of_it(tmp_path: Path) -> None:
    with Terminal(tmp_path, columns=40, case="harbour") as terminal:
        terminal.type("", "caseboard>")
        for command, last in ((".help", "quit.*Ctrl-D"), (".queries", "violence"), (".run aliases", "Bruno")):
            shown = terminal.type(f"{command}\r", f"{last}.*caseboard>")
            lines = shown.split("\n")[1:]
            assert max(map(len, lines)) <= 40, max(lines, key=len)
            assert sum(set(line) <= set("─ ") and bool(line.strip()) for line in lines) <= 1
        assert "...>" not in terminal.type("SELECT ?somebody ?somebody_else { ?so", r"\{ \?so")
        terminal.type("\x03", "caseboard>")
        assert terminal.leave() == 0
