"""What the command line shows, reads and writes: text that fits, progress, no file that is half there."""

from __future__ import annotations

import mmap
import os
import re
import shlex
import shutil
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from caseboard.errors import BadArgument
from caseboard.steps import heard
from caseboard.table import plain

T = TypeVar("T")

#: Characters that would move the cursor, ring the bell, change colours, or turn the direction of writing.
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
#: Seconds after which work says what it is, and between two signs of life.
_QUIET, _BEAT = 2.0, 1.0
#: A column of a table is not made narrower than this.
_NARROW = 12


# --- showing --------------------------------------------------------------------------------------


def clean(text: str) -> str:
    r"""Return a text from data with nothing in it that a terminal would obey.

    >>> clean("red \x1b[31m")
    'red �[31m'
    """
    return _CONTROL.sub("\ufffd", text.replace("\r\n", "\n"))


def quoted(text: str) -> str:
    """Return a text as one word of a command, in the quotes that people would put around it.

    >>> print(quoted("Ella"), quoted("The manhunt"), quoted("Segev's past"))
    Ella 'The manhunt' "Segev's past"
    """
    return shlex.quote(text) if "'" not in text or set(text) & set('"\\') else f'"{text}"'


def say(text: str) -> None:
    """Print text on stdout: wrapped to the width of a terminal, as it is into a pipe."""
    text = clean(text)
    if sys.stdout.isatty():
        text = "\n".join(_wrapped(line, _width()) for line in text.split("\n"))
    sys.stdout.write(text + "\n")


def note(text: str) -> None:
    """Print a line for the person, not the data, on stderr."""
    sys.stderr.write(clean(text) + "\n")
    sys.stderr.flush()


def _width() -> int:
    return max(20, shutil.get_terminal_size().columns)


def _wrapped(line: str, width: int) -> str:
    if set(line) <= {"─", " "}:
        return line[:width].rstrip()  # a rule under a head: a second line of it would say nothing
    indent = " " * min(len(line) - len(line.lstrip()) + 2, width // 2)
    return textwrap.fill(
        line, width, subsequent_indent=indent, break_on_hyphens=False, replace_whitespace=False
    )


def show_table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[str] = ()) -> None:
    """Print a table on stdout: fitted to a terminal and coloured there, plain and whole into a pipe.

    Where the columns cannot stand beside each other, each row is shown as a block of ``name: value`` lines.

    Args:
        columns: the head.
        rows: the cells.
        right: columns to align to the right.
    """
    columns, rows = [clean(name) for name in columns], [[clean(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        say(plain(columns, rows))
        return
    longest = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    # Rich draws three blanks between two columns.
    if sum(min(length, _NARROW) for length in longest) + 3 * (len(columns) - 1) > _width():
        blocks = ["\n".join(map(": ".join, zip(columns, row, strict=True))) for row in rows]
        say("\n\n".join(blocks) or ", ".join(columns))
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold cyan", show_edge=False)
    for name in columns:
        # Folding loses nothing; an ellipsis would.
        table.add_column(Text(name), overflow="fold", justify="right" if name in right else "left")
    for row in rows:
        table.add_row(*map(Text, row))
    # Rich takes a dumb terminal to be 80 wide unless it is told both sizes, and keeps bold under NO_COLOR.
    Console(width=_width(), height=25, color_system=None if os.environ.get("NO_COLOR") else "auto").print(
        table
    )


# --- working --------------------------------------------------------------------------------------


class _Slate:
    """Where work writes what it is at, and another thread reads it: memory that a forked process shares."""

    _SIZE = 400

    def __init__(self) -> None:
        self._page = mmap.mmap(-1, self._SIZE)

    def write(self, what: str, part: float | None) -> None:
        percent = "" if part is None else f"{min(part, 1):.0%}"
        data = f"{percent}\n{what}".encode("utf-8", "replace")[: self._SIZE]
        self._page[:] = data.ljust(self._SIZE, b"\0")

    def read(self) -> tuple[str, str]:
        """Return what is being done, and how much of it is done; each may be empty."""
        text = self._page[:].rstrip(b"\0").decode("utf-8", "ignore")
        percent, _, what = text.partition("\n")
        # A file may be called something of two lines; what is told is one.
        return what.replace("\n", " "), percent


def progress(what: str, work: Callable[[], T]) -> T:
    """Return what ``work`` returns, saying on stderr what is being done once it has taken two seconds.

    What the work itself tells of its steps (`caseboard.steps`) takes the place of ``what`` as soon as it
    does; a terminal shows how much of a step is done.

    The work is done in a second thread: the engine cannot be interrupted, so the first one is kept free to
    count the seconds and to hear Ctrl-C. `main` then ends the process without waiting for the second.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    slate = _Slate()

    def run() -> None:
        try:
            with heard(slate.write):
                results.append(work())
        except BaseException as error:  # noqa: BLE001  raised again in the first thread
            errors.append(error)

    live = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    thread, start, told = threading.Thread(target=run, daemon=True), time.monotonic(), ""
    thread.start()
    try:
        thread.join(_QUIET)
        while thread.is_alive():
            doing, percent = slate.read()
            if live:
                _show_progress(doing or what, percent, time.monotonic() - start)
                told = what
            elif not told or doing not in ("", told):
                told = doing if told else what
                note(f"{told} …")
            thread.join(_BEAT)
    finally:
        if told and live:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
    if errors:
        raise errors[0]
    return results[0]


def _show_progress(doing: str, percent: str, seconds: float) -> None:
    after = f" … {percent + ', ' if percent else ''}{seconds:.0f} s "
    # A line that is broken into two could not be written over.
    room = max(1, _width() - len(after) - 1)
    doing = clean(doing)
    doing = doing if len(doing) <= room else doing[: room - 1] + "…"
    sys.stderr.write(f"\r{doing}{after}\x1b[K")
    sys.stderr.flush()


def apart(work: Callable[[], T]) -> T:
    """Return what ``work`` returns, computed in a process of its own, as some libraries hold the interpreter.

    What it returns must be picklable.

    Raises:
        CaseboardError: as ``work`` does; or the process died.
    """
    if not hasattr(os, "fork"):
        return work()
    import pickle

    from caseboard.apart import run_apart

    died = "the process that did this work has died, perhaps for want of memory; choose fewer claims"
    result: T = pickle.loads(run_apart(lambda: pickle.dumps(work()), timeout=None, died=died))  # noqa: S301  our own
    return result


# --- reading and writing --------------------------------------------------------------------------


def read_in(file: str) -> str:
    """Return the text of a file, or of stdin for ``-``.

    Raises:
        BadArgument: it cannot be read, or is not UTF-8; says why.
    """
    try:
        if file != "-":
            return Path(file).read_bytes().decode("utf-8-sig")
        if sys.stdin is None:
            raise BadArgument("there is no stdin to read from; name a file")
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadArgument(
            f"{'stdin' if file == '-' else file} is not UTF-8 text ({error.reason} at byte {error.start})"
        ) from error
    except OSError as error:
        raise BadArgument(f"{file} cannot be read: {error.strerror or error}") from error


def write_out(out: str, data: bytes) -> None:
    """Write to a file, or to stdout for ``-``; a file is there whole or as it was before.

    Raises:
        BadArgument: the file cannot be written; says why.
    """
    path = Path(out)
    if out == "-" and sys.stdout.isatty():
        sys.stdout.write(clean(data.decode("utf-8", "replace")))
    elif out == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    elif path.exists() and not path.is_file() and not path.is_dir():
        # A device or a pipe is written into; renaming a file over it would take it away.
        try:
            path.write_bytes(data)
        except OSError as error:
            raise BadArgument(f"{out} cannot be written: {error.strerror or error}") from error
    else:
        write_files({path: data})


def write_files(files: Mapping[Path, bytes]) -> None:
    """Write several files, all or none: each beside its place first, then renamed; links stay links.

    Raises:
        BadArgument: one of them cannot be written; the others are as they were before.
    """
    new: dict[Path, Path] = {}
    old: dict[Path, Path] = {}
    replaced: list[Path] = []
    out = Path()
    try:
        for out, data in files.items():
            target = Path(os.path.realpath(out))
            if target.is_dir():
                raise IsADirectoryError(None, "it is a folder")
            if target.parent.exists() and not target.parent.is_dir():
                raise NotADirectoryError(None, f"{target.parent} is not a folder")
            target.parent.mkdir(parents=True, exist_ok=True)
            new[target] = _beside(target, data)
        if len(new) > 1:
            for target in filter(Path.exists, new):
                old[target] = _beside(target, target.read_bytes())
        for target, temporary in new.items():
            temporary.replace(target)
            replaced.append(target)
    except BaseException as error:
        for target in replaced:
            if target in old:
                old[target].replace(target)
            else:
                target.unlink()
        if isinstance(error, OSError):
            raise BadArgument(
                f"{out} cannot be written: {error.strerror or error}. What was there is unchanged"
            ) from error
        raise
    finally:
        for temporary in (*new.values(), *old.values()):
            temporary.unlink(missing_ok=True)


def _beside(target: Path, data: bytes) -> Path:
    """Write data into a new file beside ``target``, with the permissions that ``target`` has or would get."""
    temporary = target.parent / f".caseboard-{os.urandom(6).hex()}.part"
    try:
        with temporary.open("xb") as file:
            if target.exists():
                temporary.chmod(target.stat().st_mode & 0o7777)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary
