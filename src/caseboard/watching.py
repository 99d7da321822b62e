"""The page that follows its case: what is watched, what a change did, and what is said of it."""

from __future__ import annotations

import asyncio
import hashlib
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from caseboard.engine import FILE_FORMATS
from caseboard.errors import CaseboardError, MissingExtra, unreadable
from caseboard.formats import ENDINGS
from caseboard.locate import bundled_cases, graph_dir
from caseboard.page.follow import followed, version_of
from caseboard.store import CLAIMS
from caseboard.terminal import note, say
from caseboard.terms import CB, RDF

if TYPE_CHECKING:
    from caseboard.board import Board
    from caseboard.server.live import Stage

T = TypeVar("T")
#: File -> what changes when it does.
Stamp = Mapping[str, tuple[int, int, int]]

_FOLDERS = ("imported", "rules", "queries")
_SHEETS = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm")
_OURS = {*FILE_FORMATS, *_SHEETS, *(f".{one.rpartition('.')[2]}" for one in ENDINGS), ".toml", ".rq", ".ru"}
#: Milliseconds of quiet after which a change is over: editors write in several steps.
_QUIET = 150


@dataclass(frozen=True, slots=True)
class Made:
    """A page, and what is said of it.

    Attributes:
        page: the page as it is written to a file.
        summary: what it shows, in one line.
        notes: what was guessed, left out or missing.
        claims: each claim of the case, and the digest of what is said of it.
    """

    page: str
    summary: str
    notes: tuple[str, ...]
    claims: Mapping[str, bytes]


# --- what is watched ------------------------------------------------------------------------------


class Watched:
    """The files that a page is made of: those of a case, and copies of sources.

    Args:
        case: as ``--case`` takes it.
        copies: more files.
    """

    def __init__(self, case: str | None, copies: Collection[str] = ()) -> None:
        self._copies = [Path(file) for file in copies]
        self._bundled = case is None or case in bundled_cases()
        self._case = graph_dir() if self._bundled else Path(case or "")

    def stamp(self) -> Stamp:
        """Return what there is of these files.

        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for name in ("claims.csv", "board.html", "~$claims.xlsx", ".claims.csv.swp"):
        ...         _ = (Path(folder) / name).write_text("")
        ...     [Path(file).name for file in Watched(folder).stamp()]
        ['claims.csv']
        """
        found = {}
        for path in sorted(self._files()):
            # Files come and go while this looks.
            with suppress(OSError):
                about = path.stat()
                found[str(path)] = (about.st_mtime_ns, about.st_size, about.st_ino)
        return found

    def _files(self) -> set[Path]:
        files = set(self._copies)
        if self._bundled:
            return files | {path for path in self._case.rglob("*") if _is_ours(path)}
        if not self._case.is_dir():
            return files | {self._case}
        for folder in (self._case, *(self._case / name for name in _FOLDERS)):
            with suppress(OSError):
                files |= {path for path in folder.iterdir() if _is_ours(path)}
        return files

    def folders(self) -> set[Path]:
        """Return the folders in which these files are, and the one in which a folder would come back."""
        files = {self._case, *self._copies}
        # What is a link here changes elsewhere.
        found = {path for one in files for path in (one.absolute().parent, one.resolve().parent)}
        if self._case.is_dir():
            found |= {self._case, *(self._case / name for name in _FOLDERS)}
        if self._bundled:
            found |= {path for path in self._case.rglob("*") if path.is_dir()}
        return {path for path in found if path.is_dir()}


def _is_ours(path: Path) -> bool:
    return path.suffix.lower() in _OURS and not path.name.startswith((".", "~$")) and path.is_file()


async def changes(watched: Watched, seen: Stamp) -> AsyncIterator[tuple[Stamp, tuple[str, ...]]]:
    """Yield the files as they are, and the names of those that differ, after each change that is over."""
    from watchfiles import awatch

    while True:
        folders = watched.folders()
        # Every second all is looked at, also where a system tells of no changes, or none was listened to.
        async for _ in awatch(
            *folders,
            watch_filter=None,
            recursive=False,
            step=_QUIET,
            debounce=4 * _QUIET,
            rust_timeout=1000,
            yield_on_timeout=True,
            raise_interrupt=False,
        ):
            now = watched.stamp()
            while now != seen:
                await asyncio.sleep(_QUIET / 1000)
                before, now = now, watched.stamp()
                if now == before:
                    names = [file for file in {**seen, **now} if seen.get(file) != now.get(file)]
                    seen = now
                    yield seen, tuple(Path(name).name for name in names)
                    now = watched.stamp()
            if watched.folders() != folders:
                break


# --- what a change did ----------------------------------------------------------------------------


def digests(board: Board) -> dict[str, bytes]:
    """Return claim -> the digest of what the case says of it.

    >>> import caseboard
    >>> board = caseboard.open("harbour")
    >>> len(digests(board)), digests(board) == digests(caseboard.open("harbour"))
    (13, True)
    """
    about: dict[str, list[tuple[str, str]]] = {}
    for subject, verb, obj in board.case.store.triples(CLAIMS):
        about.setdefault(subject, []).append((verb, obj))

    def said(subject: str, above: tuple[str, ...] = ()) -> str:
        # A node without a name has another one each time that a file is read: what is said of it counts.
        lines = [
            f"{verb} [{said(obj, (*above, subject)) if obj in about and obj not in above else ''}]"
            if obj.startswith("_:")
            else f"{verb} {obj}"
            for verb, obj in about[subject]
        ]
        return "\n".join(sorted(lines))

    is_claim = (f"<{RDF}type>", f"<{CB}Claim>")
    found: dict[str, bytes] = {}
    for subject, told in about.items():
        if is_claim in told:
            text = said(subject)
            digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
            found[text if subject.startswith("_:") else subject] = digest
    return found


def what_changed(before: Made, after: Made) -> str:
    """Return how the claims of two pages differ.

    >>> one, other = ({"a": b"1", "b": b"1"}, {"a": b"2", "c": b"1"})
    >>> what_changed(Made("", "", (), one), Made("", "", (), other))
    '1 added, 1 changed, 1 removed'
    """
    old, new = before.claims, after.claims
    added, removed = len(new.keys() - old.keys()), len(old.keys() - new.keys())
    changed = sum(old[claim] != new[claim] for claim in old.keys() & new.keys())
    if added or removed or changed:
        return f"{added:,} added, {changed:,} changed, {removed:,} removed"
    return "the same claims" if before.page != after.page else "nothing changed"


# --- following ------------------------------------------------------------------------------------


def follow(
    make: Callable[[], Made],
    watched: Watched,
    *,
    name: str,
    port: int = 0,
    keep: Callable[[Made], None] = lambda _: None,
    ready: Callable[[str], None] = lambda _: None,
) -> None:
    """Hand out a page on this machine, and make it anew whenever a file of its case changes; Ctrl-C ends it.

    Args:
        make: makes the page.
        watched: the files that it is made of.
        name: what to call the case.
        port: where to listen; 0 takes any that is free.
        keep: is called with each page that could be made.
        ready: is called with the address.

    Raises:
        MissingExtra: what watches or serves is not installed.
        CaseboardError: the first page cannot be made, or nobody can listen there.
    """
    from caseboard.server.live import Now, check_installed, hand_out
    from caseboard.server.run import address_of, listen

    check_installed()
    try:
        import watchfiles  # noqa: F401
    except ImportError as error:
        raise MissingExtra(str(error.name), "server", needed_for="page --watch") from error
    listening = listen("127.0.0.1", port)
    _load()
    seen = watched.stamp()
    made = make()
    keep(made)
    for told in made.notes:
        note(told)
    _tell(made.summary)
    address = address_of(listening)
    _tell(f"showing {address} and following {name}; Ctrl-C ends it")
    ready(address)

    async def run(stage: Stage) -> None:
        nonlocal made
        async for _, names in changes(watched, seen):
            begin, before = time.monotonic(), made
            what = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
            try:
                made = await _in_thread(make)
            except CaseboardError as error:
                if stage.over:
                    return
                note(f"caseboard: {error}\nThe page stays as it was; mend {what} and it follows")
                stage.show(replace(stage.now, problem=str(error)))
                continue
            keep(made)
            for told in made.notes:
                if told not in before.notes:
                    note(told)
            _tell(f"{what}: {what_changed(before, made)}; {time.monotonic() - begin:.1f} s")
            stage.show(Now(followed(made.page).encode(), version_of(made.page)))

    try:
        hand_out(listening, Now(followed(made.page).encode(), version_of(made.page)), run)
    finally:
        listening.close()


def _tell(text: str) -> None:
    say(text)
    # Also into a pipe: whoever reads it waits for each line.
    sys.stdout.flush()


def _load() -> None:
    """Load what draws a page, for the processes that make one to begin with."""
    import networkx as nx

    from caseboard import content, page  # noqa: F401  what is loaded is there to be used later

    page.render(nx.MultiDiGraph([("a", "b")]))


def settled(work: Callable[[], T]) -> T:
    """Return what ``work`` returns; that a file went between being listed and being read is a CaseError."""
    try:
        return work()
    except OSError as error:
        raise unreadable(error, error.filename) from error


async def _in_thread(work: Callable[[], T]) -> T:
    """Return what ``work`` returns, done in a thread that nobody waits for at the end."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except BaseException as caught:  # noqa: BLE001  raised again where it is waited for
            error = caught
        # The loop may have ended meanwhile; then nobody waits.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, daemon=True).start()
    return await future
