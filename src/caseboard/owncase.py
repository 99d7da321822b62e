"""The commands that make a case of one's own: new begins one, import brings files into it."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path

import click

from caseboard.errors import BadArgument
from caseboard.options import on_board
from caseboard.terminal import note, progress, say, write_files


@click.command(short_help="Begin a case of your own, as a folder of spreadsheets.")
@click.argument("folder", metavar="FOLDER")
def new(folder: str) -> None:
    """Begin a case: a folder with commented spreadsheets, which is sound as it is and can be drawn at once.

    \b
    Example:
      caseboard new my-case
    """
    from caseboard.sheets.template import starter

    target = Path(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BadArgument(f"{folder} is there already and not empty; name a new folder")
    name = target.resolve().name
    if not name:
        raise BadArgument(f"{folder!r} has no name to call the case by; name a new folder")
    files = starter(name.replace("-", " ").replace("_", " ").strip() or name)
    write_files({target / one: data for one, data in files.items()})
    say(f"{target.resolve()}\n{', '.join(files)}")
    note(f"Write your rows into claims.csv, then: caseboard page --case {folder}")


@click.command("import", short_help="Bring a file into a case, or update what it brought before.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--to", required=True, metavar="CASE", help="A folder as `new` makes it, or one .trig file.")
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="ROLE=HEADER,…",
    help="Which column is what, as in subject=Source,relation=Relationship; or a .toml file that says it.",
)
@click.option("--new-relations", is_flag=True, help="Make relations that nobody declares the case's own.")
def import_(files: tuple[str, ...], to: str, mapping: tuple[str, ...], new_relations: bool) -> None:
    """Bring files into a case. A second import of a file updates what the first one brought.

    Tables, GraphML, GEXF, node-link JSON, edge lists, RDF, FollowTheMoney, STIX 2.1 and DraCor TEI are read.
    What a format holds that a claim cannot is said.

    Columns of a table: subject, relation, object, status, revealed, refuted, thread, event, source, locator,
    quote, note; others are kept as they are. Nothing is written where any row is wrong.

    \b
    Examples:
      caseboard import edges.csv --to my-case
      caseboard import leak.graphml letters.edgelist --to my-case
      caseboard import calls.xlsx --to my-case --map subject=Caller,object=Called --new-relations
    """
    from caseboard.intake import read_in

    columns = read_mapping(mapping)
    for file in files:
        reading = functools.partial(
            read_in, Path(file), Path(to), columns=columns, new_relations=new_relations
        )
        intake = progress(f"reading {file}", reading)
        write_files(intake.files)
        for path in intake.gone:
            path.unlink(missing_ok=True)
        for told in intake.notes:
            note(told)
        say(f"{file}: {intake.update}")


def read_mapping(given: tuple[str, ...]) -> dict[str, str]:
    """Return role -> header from ``role=header,role=header`` and from TOML files of such pairs.

    Raises:
        BadArgument: neither.

    >>> read_mapping(("subject=Source, relation=Kind of link",))
    {'subject': 'Source', 'relation': 'Kind of link'}
    """
    columns: dict[str, str] = {}
    for text in given:
        if text.lower().endswith(".toml"):
            try:
                saved = tomllib.loads(Path(text).read_text("utf-8-sig"))
            except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
                raise BadArgument(f"the mapping {text} cannot be read: {error}") from error
            saved = saved.get("columns", saved)
            if not isinstance(saved, dict) or not all(isinstance(one, str) for one in saved.values()):
                raise BadArgument(f'the mapping {text} holds lines such as subject = "Source"')
            columns |= saved
            continue
        for pair in text.split(","):
            role, equals, header = pair.partition("=")
            if not equals or not role.strip():
                raise BadArgument(f"--map takes ROLE=HEADER, as in subject=Source, not {pair.strip()!r}")
            columns[role.strip().casefold()] = header.strip()
    return columns


def write_folder(case: str | None, out: str) -> None:
    """Write a case as a folder of spreadsheets, in the layout of `new`."""
    target = Path(out)
    if target.exists() and not target.is_dir():
        raise BadArgument(f"{out} is a file; name a folder")
    files, notes = on_board(case, "exporting", lambda board: board.case_folder())
    names = {name.partition("/")[0] for name in files}
    there = [*(target.iterdir() if target.is_dir() else ()), *target.glob("*/*.rq")]
    strange = [
        one.relative_to(target).as_posix()
        for one in there
        if one.name not in names and one.relative_to(target).as_posix() not in files
    ]
    if strange:
        raise BadArgument(
            f"{out} holds {', '.join(sorted(strange)[:5])}, which would become part of the case; "
            "name a new folder"
        )
    write_files({target / name: data for name, data in files.items()})
    for told in notes:
        note(told)
    note(f"wrote {', '.join(files)} to {target.resolve()}")
