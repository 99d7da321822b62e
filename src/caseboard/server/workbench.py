"""The workbench: YASGUI with our prefixes, the case's terms and the named queries; all from our own files."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caseboard.engine import as_term
from caseboard.errors import CaseboardError
from caseboard.sparql import NamedQuery, tokens

if TYPE_CHECKING:
    from caseboard.board import Board

#: Data, media type, and headers.
File = tuple[bytes, str, Mapping[str, str]]

_HERE = Path(__file__).resolve().parent
_FILES: Mapping[str, tuple[str, str]] = {
    "yasgui.min.js": ("vendor", "text/javascript; charset=utf-8"),
    "yasgui.min.css": ("vendor", "text/css; charset=utf-8"),
    "workbench.js": ("static", "text/javascript; charset=utf-8"),
    "workbench.css": ("static", "text/css; charset=utf-8"),
}
#: The editor puts one style element of its own into the page: the digest lets that one in, and no other.
#: Scripts come from our files alone, so that nothing that an answer holds can run.
_GRIPS = "'sha256-zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk='"
POLICY = (
    f"default-src 'none'; script-src 'self'; style-src 'self' {_GRIPS}; img-src data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
#: What the first tab asks, where the case has no query of its own to begin with.
_FIRST = "SELECT ?who ?relation ?whom WHERE {\n  ?who ?relation ?whom\n}\nLIMIT 20\n"


def opened(board: Board, query: NamedQuery) -> str:
    """Return a named query as its tab has it: what it takes is bound as in its example, if the case has that.

    Whoever asks without a value for a parameter would be answered nothing, or everything.
    """
    try:
        words = shlex.split(query.example) if query.parameters else []
        given = dict(word.split("=", 1) for word in words if "=" in word and not word.startswith("-"))
        terms = board.desk.prepare(query.name, given)[1]
    except (CaseboardError, ValueError):
        # The example is of another case, or is none.
        return query.text
    where = [token for token in tokens(query.text) if token.text.upper() == "WHERE"]
    bound = {name: as_term(term) for name, term in terms.items() if not term.startswith("_:")}
    if not where or not bound:
        return query.text
    place = query.text.index("{", where[0].start) + 1
    # As the engine writes a term, nothing in it ends it early.
    lines = "".join(f"\n  VALUES ?{name} {{ {term} }}" for name, term in bound.items())
    return query.text[:place] + lines + query.text[place:]


def page(told: Mapping[str, Any]) -> File:
    """Return the page."""
    from caseboard.server.pages import environment

    html = environment().get_template("workbench.html.j2").render(title=told["title"])
    return html.encode(), "text/html; charset=utf-8", {"Content-Security-Policy": POLICY}


def file(name: str, told: Mapping[str, Any]) -> File | None:
    """Return a file that the page loads, None where there is none of that name."""
    if name == "config.json":
        return json.dumps({**told, "first": {"text": _FIRST}}).encode(), "application/json", {}
    if name not in _FILES:
        return None
    return _read(name), _FILES[name][1], {}


@cache
def _read(name: str) -> bytes:
    return (_HERE / _FILES[name][0] / name).read_bytes()
