"""What reaches a terminal, a pipe and a file: fitted, harmless, and never half."""

from __future__ import annotations

import _thread
import io
import os
import re
import stat
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from caseboard import terminal
from caseboard.errors import BadArgument, CaseboardError, NoPath
from caseboard.steps import step

OBEYED = [
    *map(chr, [*range(9), *range(0x0B, 0x20), *range(0x7F, 0xA0)]),
    *"\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
]


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


Shown = Callable[[Callable[[], object]], str]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """What an action shows on a colour terminal of 40 columns."""
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)

    def on_terminal(action: Callable[[], object]) -> str:
        with monkeypatch.context() as patch:
            screen = Terminal()
            patch.setattr(sys, "stdout", screen)
            action()
        return screen.getvalue()

    return on_terminal


def bare(text: str) -> str:
    """A text without colours, frames and blanks: what must not get lost on the way."""
    return re.sub(r"\x1b\[[0-9;]*m|[\s─]", "", text)


# --- text -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("character", OBEYED, ids=lambda c: f"U+{ord(c):04X}")
def test_nothing_that_a_terminal_would_obey_is_shown(
    character: str, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.say(f"a{character}b")
    terminal.note(f"a{character}b")
    terminal.show_table([f"a{character}b"], [[f"c{character}d"]])
    out, err = capsys.readouterr()
    assert character not in out + err
    assert "a\ufffdb" in out
    assert "a\ufffdb" in err


def test_text_of_any_language_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    text = "Zoë Ågren\tשגב عمر 瀬川 😀\nnext line"
    terminal.say(text)
    assert capsys.readouterr().out == text + "\n"


def test_windows_line_ends_are_line_ends() -> None:
    assert terminal.clean("a\r\nb") == "a\nb"


def test_a_terminal_gets_lines_that_fit_and_lose_nothing(shown: Shown) -> None:
    text = "    A step of a path that is told in far more than forty characters. " + "x" * 90
    lines = shown(lambda: terminal.say(text)).rstrip("\n").split("\n")
    assert all(len(line) <= 40 for line in lines)
    assert bare("".join(lines)) == bare(text)
    assert all(line.startswith("    ") for line in lines)


def test_a_deeply_indented_line_still_fits(shown: Shown) -> None:
    text = shown(lambda: terminal.say(" " * 300 + "here we are"))
    assert all(len(line) <= 40 for line in text.split("\n"))
    assert bare(text) == "hereweare"


def test_a_pipe_gets_lines_as_they_are(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    terminal.say("word " * 40)
    assert capsys.readouterr().out == "word " * 40 + "\n"


# --- tables ---------------------------------------------------------------------------------------

ROWS = [["Danielle Wexler, also known as Sophie", "https://example.org/a/very/long/identifier/indeed", "12"]]


def test_a_table_fits_the_terminal_and_loses_nothing(shown: Shown) -> None:
    text = shown(lambda: terminal.show_table(["a", "b", "n"], ROWS, right=["n"]))
    assert all(len(re.sub(r"\x1b\[[0-9;]*m", "", line)) <= 40 for line in text.split("\n"))
    # Folded cells stand beside each other, so the characters are all there in another order.
    assert sorted(bare(text)) == sorted(bare("abn" + "".join(ROWS[0])))


def test_columns_that_cannot_stand_beside_each_other_become_lines(shown: Shown) -> None:
    columns = [f"column{i}" for i in range(12)]
    rows = [[f"value {i} of the first" for i in range(12)], ["short"] * 12]
    text = shown(lambda: terminal.show_table(columns, rows))
    assert all(len(line) <= 40 for line in text.split("\n"))
    assert "column11: value 11 of the first" in text
    assert text.count("short") == 12


def test_a_table_without_rows_shows_its_columns(shown: Shown) -> None:
    assert bare(shown(lambda: terminal.show_table(["who", "whom"], []))) == "whowhom"


def test_many_columns_without_rows_show_their_names(shown: Shown) -> None:
    assert "column11" in shown(lambda: terminal.show_table([f"column{i}" for i in range(12)], []))


def test_colour_is_for_terminals(shown: Shown) -> None:
    assert "\x1b[" in shown(lambda: terminal.show_table(["who"], [["Ada"]]))


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_a_terminal_that_wants_no_colour_gets_no_escape(
    shown: Shown, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    text = shown(lambda: terminal.show_table(["who", "where", "n"], ROWS))
    assert "Danielle" in text
    assert "\x1b" not in text
    assert all(len(line) <= 40 for line in text.split("\n"))


def test_markup_in_data_is_data(shown: Shown) -> None:
    cell = "[red]Ada[/red] :smile:"
    assert cell in shown(lambda: terminal.show_table(["who"], [[cell]]))


# --- work -----------------------------------------------------------------------------------------


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress that does not wait for two seconds."""
    monkeypatch.setattr(terminal, "_QUIET", 0.05)
    monkeypatch.setattr(terminal, "_BEAT", 0.05)


def slowly() -> str:
    time.sleep(0.3)
    return "done"


def test_quick_work_is_done_in_silence(capsys: pytest.CaptureFixture[str]) -> None:
    assert terminal.progress("working", lambda: "done") == "done"
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("hurried")
def test_slow_work_says_once_what_it_is_into_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    assert terminal.progress("opening \x1b[31mx", slowly) == "done"
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "opening \ufffd[31mx …\n"


@pytest.mark.usefixtures("hurried")
def test_slow_work_counts_seconds_on_a_terminal_and_tidies_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    assert terminal.progress("working", slowly) == "done"
    shown = sys.stderr.getvalue()  # type: ignore[attr-defined]
    assert shown.count("\rworking … 0 s") >= 2
    assert shown.endswith("\r\x1b[K")


@pytest.mark.usefixtures("hurried")
def test_a_dumb_terminal_gets_no_escape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "dumb")
    terminal.progress("working", slowly)
    assert sys.stderr.getvalue() == "working …\n"  # type: ignore[attr-defined]


def in_steps() -> bytes:
    """Two steps, told from a process of its own as the drawing of a page is."""
    for done in range(3):
        step("laying out \x1b[31m40 things", done, 4)
        time.sleep(0.2)
    step("writing the page\n" + "é" * 500)
    time.sleep(0.4)
    return b"done"


@pytest.mark.usefixtures("hurried")
def test_the_steps_of_slow_work_are_a_line_each_in_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    assert terminal.progress("drawing", lambda: terminal.apart(in_steps)) == b"done"
    lines = capsys.readouterr().err.splitlines()
    assert lines[:2] == ["drawing …", "laying out \ufffd[31m40 things …"]
    assert lines[2].startswith("writing the page é")
    assert len(lines) == 3
    assert "%" not in "".join(lines)


@pytest.mark.usefixtures("hurried")
def test_a_terminal_shows_how_much_of_a_step_is_done_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")
    terminal.progress("drawing", lambda: terminal.apart(in_steps))
    shown = sys.stderr.getvalue()  # type: ignore[attr-defined]
    assert "laying out \ufffd[31m40 things … 50%, 0 s" in shown
    assert "writing the page é" in shown
    assert "\n" not in shown
    assert "\x1b[3" not in shown
    assert all(len(line.removesuffix("\x1b[K")) < 60 for line in shown.split("\r"))


def test_work_that_nobody_waits_for_tells_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    assert in_steps() == b"done"
    assert capsys.readouterr() == ("", "")


def test_what_goes_wrong_in_the_work_comes_out() -> None:
    def work() -> None:
        raise NoPath("nothing links them")

    with pytest.raises(NoPath, match="nothing links them"):
        terminal.progress("working", work)


def test_an_interrupt_is_heard_while_the_work_goes_on() -> None:
    halt = threading.Event()
    threading.Timer(0.2, _thread.interrupt_main).start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        terminal.progress("working", lambda: halt.wait(20))
    assert time.monotonic() - start < 5
    halt.set()


def test_work_apart_returns_what_it_made() -> None:
    assert terminal.apart(lambda: {"pid": os.getpid()})["pid"] != os.getpid()


def test_errors_of_work_apart_keep_their_text() -> None:
    def work() -> None:
        raise NoPath("nothing links them")

    with pytest.raises(CaseboardError, match="nothing links them"):
        terminal.apart(work)


def test_a_process_that_dies_is_told_as_such() -> None:
    with pytest.raises(CaseboardError, match="has died"):
        terminal.apart(lambda: os._exit(9))


def test_a_defect_in_work_apart_is_no_error_of_ours_and_shows_its_traceback() -> None:
    with pytest.raises(RuntimeError, match="IndexError: list index out of range") as caught:
        terminal.apart(lambda: [][0])
    assert not isinstance(caught.value, CaseboardError)


def test_where_no_process_can_be_forked_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    assert terminal.apart(os.getpid) == os.getpid()


# --- reading --------------------------------------------------------------------------------------


def test_text_is_read_from_a_file_with_or_without_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "a query.rq"
    file.write_bytes(b"\xef\xbb\xbfASK { }")
    assert terminal.read_in(str(file)) == "ASK { }"


def test_text_is_read_from_stdin_as_utf8_whatever_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("é".encode()), encoding="ascii"))
    assert terminal.read_in("-") == "é"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (Path.exists, "No such file"),
        (Path.mkdir, "Is a directory"),
        (lambda path: path.write_bytes(b"ok \xff"), "is not UTF-8 text .* at byte 3"),
    ],
    ids=["missing", "folder", "latin-1"],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, make: Callable[[Path], object], said: str) -> None:
    make(tmp_path / "it")
    with pytest.raises(BadArgument, match=rf"it (cannot be read: )?{said}"):
        terminal.read_in(str(tmp_path / "it"))


def test_a_closed_stdin_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(BadArgument, match="no stdin"):
        terminal.read_in("-")


# --- writing --------------------------------------------------------------------------------------


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_with_its_folders(tmp_path: Path) -> None:
    out = tmp_path / "a b" / "c" / "board.html"
    terminal.write_out(str(out), b"data")
    assert out.read_bytes() == b"data"
    assert names(out.parent) == ["board.html"]


def test_a_new_file_has_the_permissions_that_any_new_file_has(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    terminal.write_out(str(tmp_path / "ours"), b"data")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_private_file_stays_private(tmp_path: Path) -> None:
    out = tmp_path / "board.html"
    out.touch(mode=0o600)
    terminal.write_out(str(out), b"data")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert out.read_bytes() == b"data"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    terminal.write_out(str(tmp_path / "link"), b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_a_pipe_is_written_into_and_not_replaced(tmp_path: Path) -> None:
    pipe, got = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    terminal.write_out(str(pipe), b"data")
    reader.join(10)
    assert got == [b"data"]
    assert pipe.is_fifo()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_device_is_said() -> None:
    with pytest.raises(BadArgument, match="No space left"):
        terminal.write_out("/dev/full", b"data")


def full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "board.html").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(
        BadArgument, match=r"board\.html cannot be written: No space left on device.*unchanged"
    ):
        terminal.write_out(str(tmp_path / "board.html"), b"new")
    assert (tmp_path / "board.html").read_bytes() == b"old"
    assert names(tmp_path) == ["board.html"]


@pytest.mark.parametrize(
    ("out", "said"), [("file/board.html", "file is not a folder"), ("folder", "it is a folder")]
)
def test_a_place_that_takes_no_file_is_said(tmp_path: Path, out: str, said: str) -> None:
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "folder").mkdir()
    with pytest.raises(BadArgument, match=said):
        terminal.write_out(str(tmp_path / out), b"new")
    assert names(tmp_path) == ["file", "folder"]
    assert (tmp_path / "file").read_bytes() == b"old"


@pytest.mark.parametrize("there", [True, False], ids=["over old ones", "where none were"])
@pytest.mark.parametrize(
    "error", [OSError(28, "No space left"), KeyboardInterrupt()], ids=["full", "stopped"]
)
def test_several_files_are_written_all_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool, error: BaseException
) -> None:
    one, two = tmp_path / "nodes.csv", tmp_path / "edges.csv"
    if there:
        one.write_bytes(b"old nodes")
        two.write_bytes(b"old edges")
    replace = Path.replace

    def fails_at_the_second(self: Path, target: Path) -> Path:
        if target == two:
            raise error
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fails_at_the_second)
    with pytest.raises((BadArgument, KeyboardInterrupt)):
        terminal.write_files({one: b"new nodes", two: b"new edges"})
    if there:
        assert (one.read_bytes(), two.read_bytes()) == (b"old nodes", b"old edges")
    assert names(tmp_path) == (["edges.csv", "nodes.csv"] if there else [])


def test_several_files_replace_their_old_ones(tmp_path: Path) -> None:
    files = {tmp_path / "nodes.csv": b"nodes", tmp_path / "edges.csv": b"edges"}
    terminal.write_files(dict.fromkeys(files, b"old"))
    terminal.write_files(files)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == files


def test_data_goes_into_a_pipe_byte_for_byte(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    terminal.write_out("-", b"a\x1b\xff\r\n")
    assert capsysbinary.readouterr().out == b"a\x1b\xff\r\n"


def test_data_on_a_terminal_is_shown_harmlessly(shown: Shown) -> None:
    data = "id,label\r\n1,\x1b[31mred\u202e\r\n".encode()
    assert shown(lambda: terminal.write_out("-", data)) == "id,label\n1,\ufffd[31mred\ufffd\n"
