"""The page as it follows its case: the same document, and a script that hears when there is a newer one."""

from __future__ import annotations

import hashlib
import json

from markupsafe import escape

from caseboard import page as plain


def version_of(page: str) -> str:
    """Return what tells this page from any other."""
    return hashlib.sha256(page.encode()).hexdigest()[:16]


def followed(page: str) -> str:
    """Return a page as the server of `caseboard page --watch` hands it out.

    It may speak with that server and with nobody else; a page that is written to a file has none of this.

    Raises:
        ValueError: it is no page of `caseboard.page.render`.

    >>> import networkx as nx
    >>> page = plain.render(nx.MultiDiGraph(name="Harbour"))
    >>> "connect-src" in page, "connect-src 'self'" in followed(page).replace("&#39;", "'")
    (False, True)
    """
    script = plain.read_script("follow/follow.js")
    css = plain.read_css("follow/follow.css")
    policy = plain.policy()
    wider = policy.replace("script-src ", f"script-src {plain.digest(script)} ")
    wider = wider.replace("style-src ", f"style-src {plain.digest(css)} ") + "; connect-src 'self'"
    words = json.loads(plain.read_text("text/follow.en.json"))
    # "<" would let a word end the element that it stands in.
    data = json.dumps({"version": version_of(page), "words": words}).replace("<", "\\u003c")
    head, found, body = page.partition(f'content="{escape(policy)}"')
    body, end, rest = body.rpartition("</body>")
    if not found or not end:
        raise ValueError("this is no page that a script can be added to")
    added = (
        f'<style>{css}</style>\n<script type="application/json" id="follow-data">{data}</script>\n'
        f"<script>{script}</script>\n"
    )
    return f'{head}content="{escape(wider)}"{body}{added}{end}{rest}'
