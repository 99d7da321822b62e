"""Bytes that somebody else wrote, to text, JSON or an XML tree: bombs and external entities are refused."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Collection
from contextlib import suppress
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from caseboard.errors import CaseError

#: Deeper than any of the formats goes by itself.
_DEEPEST = 200
_ENDING = "Give the file the ending of the format that it is in, or write it anew from the tool it comes from"
#: Root of an XML file -> the ending of its format.
_ROOTS = {"graphml": ".graphml", "gexf": ".gexf", "TEI": ".tei", "RDF": ".rdf"}
#: Bytes to which entities may grow a small file.
_GROWN = 1_000_000


def text(data: bytes, *, name: str) -> str:
    """Return UTF-8 as text.

    Raises:
        CaseError: not UTF-8.
    """
    try:
        return data.removeprefix(BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CaseError(
            "not text in UTF-8. Save it as UTF-8 and open it again", file=name, line=line
        ) from error


def parsed_json(data: bytes | str, *, name: str, line: int | None = None) -> Any:
    """Return what JSON says.

    Raises:
        CaseError: not JSON, or nested too deeply.

    >>> parsed_json(b"[1]", name="one.json")
    [1]
    """
    written = text(data, name=name) if isinstance(data, bytes) else data
    try:
        return json.loads(written)
    except json.JSONDecodeError as error:
        if not error.pos:
            raise CaseError(f"this is no JSON. {_ENDING}", file=name, line=line or 1) from error
        raise CaseError(
            f"not valid JSON: {error.msg} at column {error.colno}. Mend it there",
            file=name,
            line=line or error.lineno,
        ) from error
    except RecursionError as error:
        raise CaseError(
            "JSON that is nested too deeply to be a network; it is not read", file=name, line=line
        ) from error


def refuse_bombs(data: bytes, *, name: str) -> None:
    """Refuse XML whose entities are about other entities or files, or grow when they are put in.

    Entities that only abbreviate are usual in RDF/XML.

    Raises:
        CaseError: XML with such entities.

    >>> refuse_bombs(b'<!DOCTYPE a [<!ENTITY x "urn:x">]><a b="&x;"/>', name="one.rdf")
    """
    if b"<!ENTITY" not in data.replace(b"\0", b""):
        return
    values: dict[str, str] = {}
    parser = expat.ParserCreate()

    def declared(entity: str, parameter: bool, value: str | None, *_: object) -> None:
        if parameter or value is None or "&" in value:
            raise _refusal(name, int(parser.CurrentLineNumber))
        values[entity] = value

    def ended() -> None:
        raise _EndError

    parser.EntityDeclHandler, parser.EndDoctypeDeclHandler = declared, ended
    # What is wrong with the rest is for the reader of the format to say.
    with suppress(_EndError, expat.ExpatError):
        parser.Parse(data, True)
    plain = data.replace(b"\0", b"")
    grown = sum(plain.count(f"&{entity};".encode()) * len(value) for entity, value in values.items())
    if grown > max(10 * len(data), _GROWN):
        raise _refusal(name, None)


class _EndError(Exception):
    """The part of a file with declarations has been read."""


def _refusal(name: str, line: int | None) -> CaseError:
    return CaseError(
        "XML that declares entities or refers to another file, which can hide a file of this machine or "
        "a bomb; it is not read. Replace the entities by what they stand for and take out the DOCTYPE",
        file=name,
        line=line,
    )


def tree(data: bytes, *, name: str, roots: Collection[str] = ()) -> ElementTree.Element:
    """Return XML as a tree whose tags and attributes have no namespaces.

    Args:
        data: the XML.
        name: the file.
        roots: what its root may be called; whatever, where there are none.

    Raises:
        CaseError: not XML, another root, or XML that declares entities or refers to other files, or is
            nested too deeply.

    >>> tree(b"<a xmlns='urn:x'><b/></a>", name="one.xml")[0].tag
    'b'
    """
    builder, depth = ElementTree.TreeBuilder(), [0]
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True

    def start(tag: str, attributes: dict[str, str]) -> None:
        depth[0] += 1
        if depth[0] > _DEEPEST:
            raise CaseError("XML that is nested too deeply; it is not read", file=name, line=line())
        plain = {key.rpartition("}")[2]: value for key, value in attributes.items()}
        builder.start(tag.rpartition("}")[2], plain)

    def end(tag: str) -> None:
        depth[0] -= 1
        builder.end(tag.rpartition("}")[2])

    def refused(*_: object) -> int:
        raise _refusal(name, line())

    def line() -> int:
        return int(parser.CurrentLineNumber)

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = parser.UnparsedEntityDeclHandler = refused
    parser.ExternalEntityRefHandler = refused
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        if data.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1] != b"<":
            raise CaseError(f"this is no XML. {_ENDING}", file=name, line=1) from error
        raise CaseError(
            f"not valid XML: {expat.ErrorString(error.code)} at column {error.offset + 1}. Mend it there",
            file=name,
            line=error.lineno,
        ) from error
    root = builder.close()
    if roots and root.tag not in roots:
        known = _ROOTS.get(root.tag)
        more = f"Give the file the ending {known}" if known else _ENDING
        raise CaseError(f"its root is {root.tag[:60]!r}, and not {' or '.join(roots)}. {more}", file=name)
    return root
