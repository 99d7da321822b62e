"""The files of other tools: what reads each, and the one way from there to a case.

A reader takes bytes and returns a `caseboard.formats.incoming.Reading`, of which
`caseboard.formats.case.convert` makes a case. Each format has a module of its own, which is imported when a
file of that format is there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from caseboard.engine import FILE_FORMATS
from caseboard.errors import CaseError, UnknownFormat, unreadable

if TYPE_CHECKING:
    from caseboard.claims import Case
    from caseboard.formats.case import Converted
    from caseboard.formats.incoming import Reading, Telling, Written
    from caseboard.world import Files, Made

#: Ending of a file that is no case of our own -> the module that reads it; the longest ending counts.
ENDINGS: Mapping[str, str] = {
    ".graphml": "graphml",
    ".gexf": "gexf",
    ".edgelist": "edge_list",
    ".edges": "edge_list",
    ".json": "json",
    ".stix.json": "stix",
    ".stix": "stix",
    ".ftm.json": "ftm",
    ".ftm": "ftm",
    ".jsonl": "ftm",
    ".ndjson": "ftm",
    ".tei": "tei",
    ".tei.xml": "tei",
}

#: Endings of RDF in XML.
_XML = (".rdf", ".xml", ".owl")

#: Formats that claims can be written in -> what they hold.
WRITERS: Mapping[str, str] = {
    "ftm": "the claims as FollowTheMoney entities, a line of JSON each",
    "stix": "the claims as a STIX 2.1 bundle",
}


def ending(name: str) -> str:
    """Return the foreign ending of a file's name, "" where it has none.

    >>> ending("Board.GraphML"), ending("case.ttl")
    ('.graphml', '')
    """
    lowered = name.lower()
    return max((one for one in ENDINGS if lowered.endswith(one)), key=len, default="")


def read(data: bytes, *, name: str, empty: bool = False) -> Reading:
    """Return what a foreign file says, as plain values.

    Args:
        data: the file.
        name: its name, whose ending tells the format.
        empty: whether it may relate nothing.

    Raises:
        CaseError: no format that is known by its ending, or not valid in it.
        MissingExtra: the format needs a library that is not installed.

    >>> read(b"ada bruno", name="two.edgelist").claims[0].subject
    'ada'
    """
    if not data.strip() and not empty:
        raise CaseError("the file is empty. Write it anew from the tool it comes from", file=name)
    found = _read(data, name)
    if not (empty or found.claims or found.triples):
        raise CaseError(
            f"there is no claim in it: nothing in this file ({found.format}) relates two things. "
            "Add a link between two of them",
            file=name,
        )
    return found


def _read(data: bytes, name: str) -> Reading:
    module = ENDINGS.get(ending(name))
    if module is None and Path(name).suffix.lower() in FILE_FORMATS:
        module = "tei" if is_foreign_rdf(data, name, plain=False) else "rdf"
    if module is None:
        raise CaseError(f"no foreign format; their endings are {' '.join(ENDINGS)}", file=name)
    if module == "json":
        module = _json_format(data, name)
    found: Reading = import_module(f"caseboard.formats.{module}").read(data, name=name)
    return found


def as_case(data: bytes, *, name: str, title: bool = True, telling: Telling | None = None) -> Converted:
    """Return a foreign file as a case in Turtle, with what was assumed and left out.

    Args:
        data: the file.
        name: its name, whose ending tells the format.
        title: whether to describe the case itself too.
        telling: the reveal points of the case that it comes to, where there are any.

    Raises:
        CaseError, MissingExtra: as for `read`.
    """
    from caseboard.formats.case import convert

    return convert(read(data, name=name), name=name, title=title, telling=telling)


def is_known(name: str) -> bool:
    """Say whether the ending of a file's name is one of another tool's files, or of RDF.

    >>> is_known("board.gexf"), is_known("board.nt"), is_known("board.csv")
    (True, True, False)
    """
    return bool(ending(name)) or Path(name).suffix.lower() in FILE_FORMATS


def is_foreign_rdf(data: bytes, name: str, *, plain: bool) -> bool:
    """Say whether a file with an ending of RDF is TEI, or RDF that makes no claims where ``plain``."""
    from caseboard.formats import careful, rdf

    if Path(name).suffix.lower() in _XML:
        careful.refuse_bombs(data, name=name)
    return _is_tei(data) or (plain and rdf.needs_reading(data, name=name))


def readable(files: Files) -> Files:
    """Return the files of a case with each foreign one as Turtle; the others stay as they are.

    Raises:
        CaseError, MissingExtra: as for `read`.
    """
    from caseboard.formats.case import convert
    from caseboard.world import Made

    if any(isinstance(source, Made) for source in files.values()):
        return files
    found: dict[str, Path | tuple[bytes, str] | Made] = {}
    for name, source in files.items():
        found[name] = source
        if isinstance(source, Path):
            data = bytes_of(source, name)
            foreign = ending(source.name)
            if foreign or (source.suffix.lower() in FILE_FORMATS and is_foreign_rdf(data, name, plain=True)):
                reading = read(data, name=name, empty=not foreign)
                # RDF that relates nothing may describe what other files of the case speak of.
                if reading.claims or reading.triples:
                    converted = convert(reading, name=name, title=len(files) == 1)
                    found[name] = (converted.data, ".ttl")
    return found


def export(
    case: Case, format_: str, *, scope: str = "all", include: Collection[str] = (), **_: bool
) -> Written:
    """Return the claims of a case in one of the `WRITERS`, with what the format cannot hold.

    Args:
        case: the claims.
        format_: one of `WRITERS`.
        scope: "world" for what happens in the story, "work" for the production, "all" for both.
        include: statuses beside the stated ones, or "refuted".

    Raises:
        UnknownFormat: none of these.
        MissingExtra: the format needs a library that is not installed.

    >>> import caseboard
    >>> export(caseboard.open("harbour").case, "ftm").left_out
    ('reveal point of a claim (10)', 'thread of a claim (4)')
    """
    if format_ not in WRITERS:
        raise UnknownFormat(f"no format {format_!r}; there are {', '.join(WRITERS)}")
    claims = [
        claim
        for claim in case.claims.values()
        if scope == "all" or claim.relation.about_work == (scope == "work")
        if claim.status in ("stated", *include) and ("refuted" in include or not claim.refuted)
    ]
    entities = {entity.id: entity for entity in case.entities.values()}
    module = import_module(f"caseboard.formats.{format_}")
    written: Written = module.write(claims, entities, title=case.title)
    return written


def bytes_of(path: Path, name: str) -> bytes:
    """Return what a file holds.

    Raises:
        CaseError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise unreadable(error, name) from error


def _is_tei(data: bytes) -> bool:
    """Say whether XML is TEI, which mostly ends in no more than .xml, as RDF may."""
    return b"http://www.tei-c.org/ns/1.0" in data[:4000] and b"rdf-syntax-ns#" not in data[:4000]


def _json_format(data: bytes, name: str) -> str:
    from caseboard.formats import careful, node_link, stix

    lines = data.strip().splitlines()
    if len(lines) > 1 and lines[0].startswith(b"{") and lines[0].endswith(b"}"):
        return "ftm"
    found = careful.parsed_json(data, name=name)
    if node_link.is_one(found):
        return "node_link"
    if stix.is_one(found):
        return "stix"
    if isinstance(found, dict) and "schema" in found:
        return "ftm"
    raise CaseError(
        "JSON in which there are no nodes and links, no STIX bundle and no FollowTheMoney entities", file=name
    )
