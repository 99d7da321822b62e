"""What of a case in one file came from which import, so that the next one can take it back."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from caseboard.sheets.naming import local
from caseboard.sheets.values import literal
from caseboard.store import Triple
from caseboard.terms import CB, PREFIXES, RDF, RDFS, plain

_TYPE, _LABEL = f"<{RDF}type>", f"<{RDFS}label>"
_CLAIM, _CASE = f"<{CB}Claim>", f"<{CB}Case>"


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks that imports of one file leave: on claims, and on whatever only imports have described.

    A thing that an import describes carries a digest of what is said of it; where that does not fit any more,
    somebody has written there, and no import takes it away.

    Args:
        space: the namespace of the case.
        file: the name of the file.
    """

    space: str
    file: str

    @property
    def origin(self) -> str:
        """The predicate of the files from which something came."""
        return f"<{self.space}{local('origin', 'column-')}>"

    @property
    def _seal(self) -> str:
        return f"<{self.space}{local('as imported', 'column-')}>"

    def mine(self, triples: Iterable[Triple]) -> frozenset[str]:
        """Return the IRIs of what came from this file and from no other."""
        files: dict[str, set[str]] = {}
        for subject, predicate, obj in triples:
            if predicate == self.origin:
                files.setdefault(subject, set()).add(obj)
        return frozenset(plain(s) for s, names in files.items() if names == {literal(self.file)})

    def merged(
        self, old: Sequence[Triple], added: Sequence[Triple], vocabulary: Sequence[Triple]
    ) -> tuple[Iterator[Triple], tuple[str, ...], tuple[str, ...]]:
        """Return a case with what the file says now in place of what it said before.

        Args:
            old: the case.
            added: what the file says now.
            vocabulary: what else may name things of the case.

        Returns:
            The triples, some of them twice; the names of what nothing named any more and is gone; of what is
            kept all the same, since somebody has written there.
        """
        me = literal(self.file)
        claims = {s for s, p, o in itertools.chain(old, added) if p == _TYPE and o == _CLAIM}
        about: dict[str, list[Triple]] = {}
        for triple in old:
            if triple[0] not in claims:
                about.setdefault(triple[0], []).append(triple)
        mine = {f"<{iri}>" for iri in self.mine(old)}
        every = {s for s, p, o in old if p == self.origin and o == me}
        cases = {s for s, p, o in added if p == _TYPE and o == _CASE}
        sealed = {s for s, said in about.items() if self._seals(said) == {_digest(said)}}
        fresh = {s for s, _, _ in added}
        place = f"<{PREFIXES['oa']}SpecificResource>"
        replaced = (every & claims) | (mine & sealed) | {s for s, _, o in added if o == place}
        replaced |= {o for s, _, o in old if s in replaced and o.startswith("_:")}
        kept = [t for t in old if t[0] not in replaced and (t[1], t[2]) != (self.origin, me)]
        # What the file does not describe any more stays for as long as anything else names it.
        waiting = {s for s in (mine - claims) - fresh if s in replaced}
        edited = mine - claims - fresh - sealed
        sought = waiting | edited
        named = {o for t in itertools.chain(kept, added, vocabulary) for o in t[1:] if o in sought}
        returned: list[Triple] = []
        while back := waiting & named:
            waiting -= back
            more = [t for s in back for t in _with_blanks(s, about)]
            returned += more
            named |= {o for _, _, o in more}
        edited -= named
        spoken = fresh | {o for _, _, o in added if o in sealed or o in mine}
        marked = {
            s for s in fresh if s in claims or (s.startswith("<") and s not in about and s not in cases)
        }
        marked |= sealed & spoken
        stays = {s for s in mine - claims - spoken if s not in waiting}
        marks = [(s, self.origin, me) for s in marked | stays]

        def whole() -> Iterator[Triple]:
            return (t for t in itertools.chain(kept, added, returned, marks) if t[1] != self._seal)

        said: dict[str, list[Triple]] = {s: [] for s in (sealed | marked) - claims}
        for triple in whole():
            if triple[0] in said:
                said[triple[0]].append(triple)
        more = [
            (s, self._seal, literal(_digest(set(triples))))
            for s, triples in said.items()
            if any(p == self.origin for _, p, _ in triples)
        ]
        for predicate, label in ((self.origin, "origin"), (self._seal, "as imported")):
            more += [(predicate, _TYPE, f"<{RDF}Property>"), (predicate, _LABEL, literal(label))]
        return itertools.chain(whole(), more), _names(waiting, about), _names(edited, about)

    def _seals(self, said: Iterable[Triple]) -> set[str]:
        return {plain(o) for _, p, o in said if p == self._seal}


def _digest(said: Iterable[Triple]) -> str:
    """Return a digest of what is said of a thing, but for the marks of imports."""
    lines = sorted(
        f"{p} {'_:' if o.startswith('_:') else o}"
        for _, p, o in said
        if not p.endswith(("column-origin>", "column-as-imported>"))
    )
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()[:12]


def _with_blanks(subject: str, about: Mapping[str, list[Triple]]) -> list[Triple]:
    said = about.get(subject, [])
    return [*said, *(t for _, _, o in said if o.startswith("_:") for t in about.get(o, ()))]


def _names(things: Iterable[str], about: Mapping[str, list[Triple]]) -> tuple[str, ...]:
    """Return the labels of things; places in a source have none, and nobody asks for them."""
    labels = (plain(o.rpartition('"')[0] + '"') for s in things for _, p, o in about[s] if p == _LABEL)
    return tuple(sorted(labels))
