"""Names to identifiers that stay the same however often, and in whatever order, a file is read."""

from __future__ import annotations

import hashlib
import re
import unicodedata

#: What the identifiers of records begin with; an entity whose name begins so gets a hash.
RESERVED = (
    *("c-", "e-", "thread-", "point-", "source-", "agent-"),
    *("relation-", "column-", "family-", "kind-", "case"),
)
_LONGEST = 60
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")


def key(name: str) -> str:
    """Return what two spellings of one name have in common: case and blanks do not matter, accents do.

    >>> key(" Ada  LIND") == key("ada lind"), key("Zoë") == key("Zoe")
    (True, False)
    """
    # What is ASCII is normal already; names are folded a million times.
    folded = name.lower() if name.isascii() else unicodedata.normalize("NFKC", name).casefold()
    return " ".join(folded.split())


def loose(name: str) -> str:
    """Return what spellings of one relation have in common: letters and digits without accents.

    >>> loose("Worked-with ") == loose("worked  with")
    True
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", plain.replace("_", " ")))


def slug(text: str) -> str:
    """Return the part of a text that an identifier can hold: ASCII letters and digits, joined by dashes."""
    if text.isascii():
        return _NOT_PLAIN.sub("-", text.lower()).strip("-")
    plain = unicodedata.normalize("NFKD", text).casefold()
    return _NOT_PLAIN.sub("-", "".join(c for c in plain if not unicodedata.combining(c))).strip("-")


def digest(*parts: str) -> str:
    """Return ten letters and digits that depend on all parts, and on where each ends."""
    joined = "\x1f".join(parts)
    if joined.count("\x1f") >= len(parts):
        joined = "\x1f".join([part.replace("\x1f", " ") for part in parts])
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def local(name: str, prefix: str = "") -> str:
    """Return the local identifier of a name: a slug, with a short hash where the slug does not say it all.

    >>> local("Ada Lind"), local("The ledger", "thread-")
    ('ada-lind', 'thread-the-ledger')
    >>> local("O'Neil"), local("伊藤")
    ('o-neil-eb1aed4f49', 'x-b437327c37')
    """
    folded = key(name)
    words = slug(folded)
    whole = words.replace("-", " ") == folded and 0 < len(words) <= _LONGEST
    if whole and (prefix or not words.startswith(RESERVED)):
        return prefix + words
    return f"{prefix}{words[:_LONGEST].strip('-') or 'x'}-{digest(folded)}"
