"""Finding things by the names that people use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from caseboard.errors import AmbiguousName, BadArgument, UnknownName
from caseboard.terms import local_name


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that can be found: its id (a CURIE), its IRI, its label and its other names."""

    id: str
    iri: str
    label: str
    aliases: tuple[str, ...] = ()


def fold(text: str) -> str:
    """Return a text without accents, case and surplus blanks.

    >>> fold("  Zoë  LIND ")
    'zoe lind'
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(unicodedata.normalize("NFKC", plain.casefold()).split())


def begins(wanted: str, *names: str) -> bool:
    """Say whether one of some names, or a word in it, begins with a folded text.

    >>> begins("li", "Ada Lind"), begins("da", "Ada Lind")
    (True, False)
    """
    return any(one.startswith(wanted) for name in map(fold, names) for one in (name, *name.split()))


def find(
    name: str, candidates: Iterable[Candidate], *, what: str = "entity", where: str = "this board"
) -> str:
    """Return the id of the one candidate that a name means.

    An exact id, IRI, label or alias beats a first or last name, which beats any other part of a label. Within
    each, a label beats an alias: an alias has an entity of its own, which bears it as its label.

    Raises:
        UnknownName: no candidate has the name, or the name is empty; lists near ones.
        AmbiguousName: several have it equally; lists them.
        BadArgument: the name is no text.

    >>> people = [Candidate("ex:ada", "urn:ada", "Ada Lind"), Candidate("ex:adam", "urn:adam", "Adam Berg")]
    >>> find("ada", people)
    'ex:ada'
    """
    if not isinstance(name, str):
        raise BadArgument(f"a name is a text, not {type(name).__name__}")
    listed = list(candidates)
    wanted = fold(name)
    shown = repr(name if len(name) <= 80 else f"{name[:80]}…")
    ranked: dict[int, list[Candidate]] = {}
    if wanted:
        for candidate in listed:
            rank = _rank(name.strip(), wanted, candidate)
            if rank is not None:
                ranked.setdefault(rank, []).append(candidate)
    if not ranked:
        near = _near(wanted, listed)
        hint = (
            f" Did you mean {' or '.join(near)}?" if near else f" `caseboard show` lists what is on {where}."
        )
        raise UnknownName(f"no {what} on {where} is called {shown}.{hint}")
    best = ranked[min(ranked)]
    if len(best) > 1:
        names = ", ".join(f"{c.label} ({c.id})" for c in best[:8])
        more = f" and {len(best) - 8} more" if len(best) > 8 else ""
        raise AmbiguousName(
            f"{shown} could be any of: {names}{more}. Give more of the name, or the id in parentheses",
            tuple(c.id for c in best),
        )
    return best[0].id


def _rank(raw: str, wanted: str, candidate: Candidate) -> int | None:
    if raw in (candidate.id, candidate.iri, f"<{candidate.iri}>"):
        return 0
    ranks = [_rank_label(wanted, fold(candidate.label), 1)]
    ranks += [_rank_label(wanted, fold(alias), 2) for alias in candidate.aliases]
    if wanted == fold(local_name(candidate.id)):
        ranks.append(3)
    return min((rank for rank in ranks if rank is not None), default=None)


def _rank_label(wanted: str, label: str, offset: int) -> int | None:
    words = re.findall(r"[\w'’-]+", label)
    if wanted in (label, label.removeprefix("the ")):
        return offset
    if words and wanted in (words[0], words[-1]):
        return offset + 3
    # A part is whole words first: "pal" should not find "Principal" where there is a "Pal Joey".
    if re.search(rf"\b{re.escape(wanted)}\b", label) and re.search(r"\w", wanted):
        return offset + 5
    # A part without a letter or digit in it, such as an apostrophe, names nobody.
    return offset + 7 if wanted in label and re.search(r"\w", wanted) else None


def _near(wanted: str, candidates: list[Candidate]) -> list[str]:
    import difflib

    known: dict[str, str] = {}
    for candidate in candidates:
        for form in (candidate.label, *candidate.aliases):
            folded = fold(form)
            for part in (folded, *folded.split()):
                known.setdefault(part, candidate.label)
    close = difflib.get_close_matches(wanted, known, n=5, cutoff=0.7)
    return list(dict.fromkeys(known[part] for part in close))[:3]
