"""What the command line shows and writes: text and tables that fit, progress, files that are never half there."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from caseboard.errors import BadArgument
from caseboard.table import plain

#: Characters that would move the cursor, ring the bell or change colours.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    r"""Return a text from data with nothing in it that a terminal would obey.

    >>> clean("red \x1b[31m")
    'red �[31m'
    """
    return _CONTROL.sub("\ufffd", text)


def say(text: str) -> None:
    """Print text on stdout: wrapped to the width of a terminal, as it is into a pipe."""
    text = clean(text)
    if sys.stdout.isatty():
        width = max(20, shutil.get_terminal_size().columns)
        text = "\n".join(_wrapped(line, width) for line in text.split("\n"))
    sys.stdout.write(text + "\n")


def _wrapped(line: str, width: int) -> str:
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.fill(
        line,
        width,
        subsequent_indent=indent,
        drop_whitespace=True,
        break_on_hyphens=False,
        replace_whitespace=False,
    )


def note(text: str) -> None:
    """Print a line for the person, not the data, on stderr."""
    sys.stderr.write(clean(text) + "\n")


def show_table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[str] = ()) -> None:
    """Print a table on stdout: fitted to a terminal and coloured there, plain and whole into a pipe.

    Args:
        columns: the head.
        rows: the cells.
        right: columns to align to the right.
    """
    if not sys.stdout.isatty():
        say(plain(columns, [[clean(cell) for cell in row] for row in rows]))
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold cyan", show_edge=False)
    for name in columns:
        # Folding loses nothing; an ellipsis would.
        table.add_column(Text(clean(name)), overflow="fold", justify="right" if name in right else "left")
    for row in rows:
        table.add_row(*(Text(clean(cell)) for cell in row))
    Console().print(table)


@contextmanager
def progress(what: str) -> Iterator[None]:
    """Say on stderr what is being done, once it has taken two seconds."""
    done, shown = threading.Event(), False
    start = time.monotonic()
    live = sys.stderr.isatty()

    def tell() -> None:
        nonlocal shown
        while not done.wait(2.0 if not shown else 1.0):
            seconds = f"{time.monotonic() - start:.0f} s"
            if live:
                sys.stderr.write(f"\r{what} … {seconds} ")
            elif not shown:
                sys.stderr.write(f"{what} …\n")
            sys.stderr.flush()
            shown = True

    thread = threading.Thread(target=tell, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        if shown and live:
            sys.stderr.write("\r\x1b[K")


def write_out(out: str, data: bytes) -> None:
    """Write to a file, or to stdout for ``-``; a file is there whole or as it was before.

    Raises:
        BadArgument: the file cannot be written; says why.
    """
    if out == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    path = Path(out)
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
        temporary = None
    except OSError as error:
        raise BadArgument(
            f"{out} cannot be written: {error.strerror or error}. What was there is unchanged"
        ) from error
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
