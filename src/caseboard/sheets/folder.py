"""A folder or a file with tables in it, to the case that it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from caseboard.errors import CaseError, unreadable
from caseboard.sheets.columns import TABLE_NAMES
from caseboard.sheets.convert import Conversion, convert
from caseboard.sheets.lexicon import read_lexicon
from caseboard.sheets.naming import key
from caseboard.sheets.problems import Problems
from caseboard.sheets.reading import ENDINGS, Table, read_tables
from caseboard.sheets.settings import NAME, Settings, default_settings, read_settings
from caseboard.steps import step
from caseboard.world import Files, load_files

#: The folder in which `import` keeps what it has read, a file for each that it was given.
IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a case: of claims, each with the mapping of its columns, and of everything else."""

    claims: list[tuple[Table, Mapping[str, str]]]
    records: dict[str, list[Table]]
    problems: Problems


def sheet_files(folder: Path) -> list[Path]:
    """Return the tables of a folder and of what was imported into it, by name."""
    inner = folder / IMPORTED
    found = [*folder.iterdir(), *(inner.iterdir() if inner.is_dir() else ())]
    return sorted(
        (path for path in found if path.suffix.lower() in ENDINGS and not path.name.startswith((".", "~$"))),
        key=lambda path: (path.parent != folder, path.name),
    )


def folder_settings(folder: Path) -> Settings:
    """Return the settings of a folder, by default those that its name gives.

    Raises:
        CaseError: its ``case.toml`` cannot be read.
    """
    path, name = folder / NAME, folder.resolve().name
    if not path.is_file():
        return default_settings(name)
    try:
        return read_settings(path.read_text("utf-8-sig"), file=str(path), name=name)
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError(f"cannot be read as text: {error}", file=str(path)) from error


def gather(files: Mapping[str, bytes], settings: Settings) -> Tables:
    """Return the tables of several files: name to show -> bytes."""
    tables = Tables([], {}, Problems())
    for shown, data in files.items():
        step(f"reading {Path(shown).name}")
        found = read_tables(data, file=shown, problems=tables.problems)
        stem = Path(shown).stem.rpartition("--")[2]
        for sheet, table in found.items():
            what = TABLE_NAMES.get(key(sheet or stem))
            if what is None and len(found) > 1 and sheet and any(key(one) in TABLE_NAMES for one in found):
                continue  # a workbook whose sheets are named as ours may have others beside them
            if what in (None, "claims"):
                tables.claims.append((table, settings.columns))
            else:
                tables.records.setdefault(str(what), []).append(table)
    return tables


def read_folder(
    folder: Path, rdf: Files, outer: tuple[frozenset[str], Mapping[str, str]] = (frozenset(), {})
) -> Conversion:
    """Return what the tables of a folder say.

    Args:
        folder: the folder.
        rdf: the RDF files beside them.
        outer: what other files beside them are about, and prefixes for it.

    Raises:
        SheetError: with every problem of every table.
        CaseError: a file that cannot be read.
    """
    settings = folder_settings(folder)
    data = {str(path): _bytes(path) for path in sheet_files(folder)}
    return understood(data, settings, rdf, outer)


def read_file(path: Path) -> Conversion:
    """Return what one file of tables says.

    Raises:
        SheetError: with every problem of every table.
        CaseError: it cannot be read.
    """
    return understood({str(path): _bytes(path)}, default_settings(path.stem), {})


def understood(
    data: Mapping[str, bytes],
    settings: Settings,
    rdf: Files,
    outer: tuple[frozenset[str], Mapping[str, str]] = (frozenset(), {}),
    *,
    keep: bool = True,
) -> Conversion:
    """Return what files of tables say, beside RDF files of the same case; see `convert`."""
    tables = gather(data, settings)
    lexicon = read_lexicon(load_files(rdf)).knowing(outer)
    return convert(
        tables.claims,
        tables.records,
        settings=settings,
        lexicon=lexicon,
        problems=tables.problems,
        keep=keep,
    )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise unreadable(error, str(path)) from error
