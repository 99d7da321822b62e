"""What a user names as a case, to the files that hold it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from caseboard.engine import FILE_FORMATS
from caseboard.errors import BadArgument, CaseError, CaseNotFound, did_you_mean
from caseboard.locate import bundled_cases
from caseboard.world import OWN, Files, Made

if TYPE_CHECKING:
    import rdflib

    from caseboard import sheets
    from caseboard.formats.beside import Beside

    Source: TypeAlias = str | Path | Sequence[str | Path] | rdflib.Graph | None

#: The case that is opened where none is named.
DEFAULT = "hit-and-run"


def case_files(source: Source) -> Files:
    """Return the files that a source means: name to show -> path, or bytes with their ending.

    A bundled case's name comes before a file of the same name, which can be written as ``./NAME``.

    Args:
        source: None for the bundled case; the name of a bundled case; a file; a folder; a list of files; an
            rdflib Graph.

    Raises:
        CaseNotFound: nothing of that name.
        BadArgument: none of these kinds of thing.

    >>> [path.name for path in case_files("harbour").values()]
    ['harbour.ttl']
    """
    if source is None:
        source = DEFAULT
    if isinstance(source, str):
        bundled = bundled_cases()
        if source in bundled:
            return {f"{source}.ttl": bundled[source]}
        if not source.strip() or not _exists(Path(source)):
            raise CaseNotFound(
                f"there is no case, file or folder {source!r}. Bundled cases: {', '.join(bundled)}."
                f"{did_you_mean(source, bundled)}"
            )
        source = Path(source)
    from caseboard import formats

    if isinstance(source, Path):
        return folder_files(source) if source.is_dir() else formats.readable(_file(source))
    if isinstance(source, Sequence) and not isinstance(source, bytes | bytearray):
        if not source:
            raise CaseNotFound("an empty list of files is no case; name at least one")
        for path in source:
            if not isinstance(path, str | Path):
                raise BadArgument(f"a list of files holds names and paths, not {type(path).__name__}")
        return formats.readable({name: one for path in source for name, one in _file(Path(path)).items()})
    if hasattr(source, "serialize") and hasattr(source, "triples"):
        from caseboard import rdf

        return {"the graph": rdf.as_file(source)}
    raise BadArgument(
        f"a case is a name, a path, a list of paths or an rdflib Graph, not {type(source).__name__}"
    )


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False  # a name that no file can have: too long, or with a null character


def _existing(path: Path) -> Path:
    if not _exists(path):
        raise CaseNotFound(f"there is no file {str(path)!r}; it was looked for in {str(Path.cwd())!r}")
    if path.is_dir():
        raise CaseError("is a folder; name its files, or open it on its own", file=str(path))
    return path


def _file(path: Path) -> Files:
    """Return a file as it is, or the triples that a table is read as."""
    if _existing(path).suffix.lower() in FILE_FORMATS:
        return {str(path): path}
    from caseboard import sheets

    if path.suffix.lower() not in sheets.ENDINGS:
        return {str(path): path}
    return {str(path): _made(sheets.read_file(path))}


def folder_files(folder: Path, *, instead: Mapping[Path, bytes] | None = None) -> Files:
    """Return the files of a folder: its RDF, its tables as triples, and the files of other tools.

    Args:
        folder: the folder.
        instead: file in it -> bytes that it is about to hold.

    Raises:
        CaseNotFound: nothing in it can be a case.
        CaseError: a file that cannot be read.
    """
    from caseboard import formats, sheets

    tables = sheets.sheet_files(folder) if folder.is_dir() else []
    own, others = beside_tables(folder, tables=bool(tables), instead=instead)
    files: dict[str, Path | tuple[bytes, str] | Made] = dict(own)
    named = (folder / "case.toml").exists()
    if tables or (named and others.readings and not own):
        files[str(folder)] = _made(sheets.read_folder(folder, own, others.things()))
    files = dict(others.placed(files, title=not named, brief=instead is None))
    if files and any((folder / part).exists() for part in OWN):
        files[f"{folder}/"] = Made(b"", {}, folder=folder)
    if not files or (others.unread and not own and not tables and not others.readings):
        endings = " ".join((*FILE_FORMATS, *sheets.ENDINGS, *formats.ENDINGS))
        more = "".join(f"; {told}" for told in others.unread)
        raise CaseNotFound(f"the folder {str(folder)!r} has no file ending in {endings}{more}")
    return files


def beside_tables(
    folder: Path,
    *,
    tables: bool,
    without: Collection[Path] = (),
    instead: Mapping[Path, bytes] | None = None,
) -> tuple[Files, Beside]:
    """Return the RDF of a folder and what the files of other tools in it say, but for some files."""
    from caseboard.formats.beside import beside

    imported = folder / "imported"
    listed = {path for part in (folder, imported) if part.is_dir() for path in part.iterdir()} | set(
        instead or ()
    )
    # shapes.ttl says what a sound case looks like; it is no part of what the case says.
    paths = sorted(
        (
            p
            for p in listed
            if p not in without and p.name != "shapes.ttl" and not p.name.startswith(("._", "~$"))
        ),
        key=lambda path: (path.parent != folder, path.name),
    )
    others, taken = beside(paths, rdf=not tables, instead=instead)
    return {str(p): p for p in paths if p.suffix.lower() in FILE_FORMATS and p not in taken}, others


def _made(conversion: sheets.Conversion) -> Made:
    return Made(conversion.data, conversion.places, conversion.notes, conversion.prefixes)
