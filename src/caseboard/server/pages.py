"""The small HTML pages of the server: a thing of the case, the named queries, what there is to take away."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from caseboard.network import INCLUDES

if TYPE_CHECKING:
    from jinja2 import Environment

    from caseboard.board import Board
    from caseboard.store import Store

_HERE = Path(__file__).resolve().parent


def thing(board: Board, store: Store, iri: str) -> tuple[str, str]:
    """Return the page of one thing, and the policy that lets only what it carries take effect."""
    from caseboard.server.described import read_query
    from caseboard.server.house import address

    case = board.case
    entity = case.entities.get(iri)
    card = board.describe(entity.id, include=INCLUDES) if entity else None

    def link(id_: str) -> str:
        return address(store, case.names.iri(id_) or id_)

    rows: dict[str, list[dict[str, Any]]] = {}
    for _, relation, value, linked in store.select(read_query("said"), thing=f"<{iri}>"):
        text = str(value)
        shown = {"text": case.label(text) if linked == "true" else text, "href": ""}
        if linked == "true" and address(store, text) and _told_of(store, text):
            shown["href"] = address(store, text)
        elif linked == "true" and text.lower().startswith(("https://", "http://")):
            shown["href"] = text
        rows.setdefault(case.label(str(relation)), []).append(shown)
    label = entity.label if entity else case.label(iri)
    select = f"/#point=all&node={quote(entity.id, safe=':')}" if entity else ""
    return render(
        "thing.html.j2",
        title=label, case_title=board.title, iri=iri, entity=entity, card=card, rows=rows, link=link,
        select=select,
    )  # fmt: skip


def _told_of(store: Store, iri: str) -> bool:
    from caseboard.server.house import _index

    return iri in _index(store)[0]


def queries(listed: Sequence[Mapping[str, Any]], title: str) -> tuple[str, str]:
    """Return the page of the named queries, and its policy."""
    return render("queries.html.j2", title="Named queries", case_title=title, queries=listed)


def exports(names: Sequence[str], title: str) -> tuple[str, str]:
    """Return the page of what there is to take away, and its policy."""
    return render("exports.html.j2", title="Take it elsewhere", case_title=title, names=names)


def render(template: str, **values: Any) -> tuple[str, str]:
    """Return a page made from a template, and its policy; every value is text, whatever it holds."""
    from markupsafe import Markup

    css = (_HERE / "templates" / "plain.css").read_text("utf-8")
    # Our own file, not data: the only text that goes into the page unescaped.
    page = environment().get_template(template).render(css=Markup(css), **values)  # noqa: S704
    policy = (
        f"default-src 'none'; style-src {digest(css)}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
    return page, policy


def digest(text: str) -> str:
    """Return a text's source expression for a Content-Security-Policy."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"


@cache
def environment() -> Environment:
    """Return the maker of pages, in which every value is text unless it is said to be markup."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
