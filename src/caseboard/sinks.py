"""Where answers go: what takes them piece by piece, and what XML has no place for."""

from __future__ import annotations

import re
from typing import Protocol

from caseboard.errors import QueryError


class Sink(Protocol):
    """Where an answer is written to; both methods may raise to say that it takes no more."""

    def write(self, data: bytes, /) -> int:
        """Take bytes of the answer."""

    def expect(self, size: int, /) -> None:
        """Be told that about so many bytes more will be written in the end."""


def as_xml(data: bytes) -> bytes:
    """Return XML as it is, or refuse it where the engine wrote a character that XML has no place for."""
    if found := re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]", data):
        raise QueryError(
            f"XML has no place for the character U+{ord(found[0].decode()):04X}, which is in a text here; "
            "take another format"
        )
    return data
