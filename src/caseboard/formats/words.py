"""The words of a file against those of the vocabulary, and names for what has no IRI."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from caseboard.store import VOCABULARY
from caseboard.terms import CB, local_name, plain
from caseboard.world import load_files, read_select

_SIMPLE = re.compile(r"[A-Za-z0-9](?:[\w.-]*[\w-])?\Z", re.ASCII)


class Words:
    """The bundled relations, kinds and statuses by any of the words that people write for them."""

    def __init__(self) -> None:
        self._store = load_files({})

    @cached_property
    def relations(self) -> Mapping[tuple[str, bool], tuple[str, bool]]:
        """(word, whether of a literal) -> IRI, whether it is the other way round; not what clashes."""
        found: dict[tuple[str, bool], set[tuple[str, bool]]] = {}
        attributes = {
            str(r[0]) for r in self._store.select(read_select("relations")) if r[6] == f"{CB}Attribute"
        }
        for iri, label, other, back, _, _, _, symmetric, *_ in self._store.select(read_select("relations")):
            literal = iri in attributes
            for word in (iri, local_name(str(iri)), f"cb:{local_name(str(iri))}", label):
                found.setdefault((folded(str(word)), literal), set()).add((str(iri), False))
            for word in (other, local_name(other or ""), back):
                if word and not symmetric:
                    found.setdefault((folded(word), literal), set()).add((str(iri), True))
        return {word: next(iter(meant)) for word, meant in found.items() if len(meant) == 1}

    @cached_property
    def kinds(self) -> Mapping[str, str]:
        """Word -> IRI of the kind."""
        kinds = [str(kind) for (kind,) in self._store.select(read_select("kinds"))]
        return {
            folded(word): iri for iri in kinds for word in (iri, local_name(iri), f"cb:{local_name(iri)}")
        }

    @cached_property
    def families(self) -> Mapping[str, str]:
        """Word -> IRI of the family."""
        return {folded(local_name(plain(s))): plain(s) for s, p, o in self._triples if o == f"<{CB}Family>"}

    @cached_property
    def ends(self) -> Mapping[tuple[str, bool], tuple[str, ...]]:
        """(relation IRI, whether its object) -> the kinds that may stand there, the most usual kind first."""
        parts = {"domain>": False, "domainIncludes>": False, "range>": True, "rangeIncludes>": True}
        found = [
            (plain(s), parts[end], plain(o)) for s, p, o in self._triples for end in parts if p.endswith(end)
        ]
        usual = Counter(kind for *_, kind in found)
        kinds: dict[tuple[str, bool], list[str]] = {}
        for relation, is_object, kind in sorted(found, key=lambda one: (-usual[one[2]], one)):
            kinds.setdefault((relation, is_object), []).append(kind)
        return {end: tuple(fitting) for end, fitting in kinds.items()}

    def fitting(self, ends: Iterable[tuple[str, bool]]) -> str | None:
        """Return the kind that all of these places take, or the first of them does, or None."""
        places = [self.ends[end] for end in ends if end in self.ends]
        shared = [kind for kind in (places or [()])[0] if all(kind in place for place in places)]
        return next(iter(shared or [kind for place in places for kind in place]), None)

    @cached_property
    def _triples(self) -> list[tuple[str, str, str]]:
        return self._store.triples(VOCABULARY)


def folded(word: str) -> str:
    """Return a word without case, blanks and marks.

    >>> folded("member_of"), folded("memberOf")
    ('memberof', 'memberof')
    """
    return re.sub(r"[\W_]+", "", word.casefold())


@dataclass(slots=True)
class Ids:
    """Local names for the keys of a file: the key itself where it can be one, else like it with a digest."""

    base: str
    _taken: dict[str, tuple[str, str]] = field(default_factory=dict)
    _given: dict[tuple[str, str], str] = field(default_factory=dict)

    def iri(self, kind: str, key: str) -> str:
        """Return the IRI for a key of a kind ("" for things)."""
        if (kind, key) not in self._given:
            prefix = f"{kind}-" if kind else ""
            simple = prefix + key
            if not _SIMPLE.match(key) or len(key) > 80 or simple in self._taken:
                digest = hashlib.sha256(f"{kind}\n{key}".encode("utf-8", "replace")).hexdigest()[:8]
                word = re.sub(r"[^a-z0-9]+", "-", key.casefold()).strip("-")[:40].strip("-")
                simple = prefix + "-".join(part for part in (word, digest) if part)
            self._taken[simple] = (kind, key)
            self._given[kind, key] = self.base + simple
        return self._given[kind, key]
