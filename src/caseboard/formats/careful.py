"""Bytes that somebody else wrote, to text, JSON or an XML tree: bombs and external entities are refused."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from caseboard.errors import CaseError

#: Deeper than any of the formats goes by itself.
_DEEPEST = 200


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
        raise CaseError(
            f"not valid JSON: {error.msg} at column {error.colno}. Mend it there",
            file=name,
            line=line or error.lineno,
        ) from error
    except RecursionError as error:
        raise CaseError(
            "JSON that is nested too deeply to be a network; it is not read", file=name, line=line
        ) from error


def tree(data: bytes, *, name: str) -> ElementTree.Element:
    """Return XML as a tree whose tags and attributes have no namespaces.

    Raises:
        CaseError: not XML, or XML that declares entities or refers to other files, or is nested too deeply.

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
        raise CaseError(
            "XML that declares entities or refers to another file, which can hide a file of this machine or "
            "a bomb; it is not read. Replace the entities by what they stand for and take out the DOCTYPE",
            file=name,
            line=line(),
        )

    def line() -> int:
        return int(parser.CurrentLineNumber)

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = parser.UnparsedEntityDeclHandler = refused
    parser.ExternalEntityRefHandler = refused
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise CaseError(
            f"not valid XML: {expat.ErrorString(error.code)} at column {error.offset + 1}. Mend it there",
            file=name,
            line=error.lineno,
        ) from error
    return builder.close()
