"""The workbench: YASGUI with our prefixes, the case's terms and the named queries; all from our own files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Data, media type, and headers.
File = tuple[bytes, str, Mapping[str, str]]


def page(told: Mapping[str, Any]) -> File | None:  # noqa: ARG001
    """Return the page."""
    return None


def file(name: str, told: Mapping[str, Any]) -> File | None:  # noqa: ARG001
    """Return a file that the page loads, None where there is none of that name."""
    return None
