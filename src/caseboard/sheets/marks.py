"""What of a case in one file came from which import, so that the next one can take it back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
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
        self, old: Iterable[Triple], added: Sequence[Triple], vocabulary: Iterable[Triple]
    ) -> tuple[list[Triple], tuple[str, ...], tuple[str, ...]]:
        """Return a case with what the file says now in place of what it said before.

        Args:
            old: the case.
            added: what the file says now.
            vocabulary: what else may name things of the case.

        Returns:
            The triples; the names of what nothing named any more and is gone; of what is kept all the same,
            since somebody has written there.
        """
        about: dict[str, list[Triple]] = {}
        for triple in old:
            about.setdefault(triple[0], []).append(triple)
        claims = {s for s, p, o in (*old, *added) if p == _TYPE and o == _CLAIM}
        mine = {f"<{iri}>" for iri in self.mine(old)}
        every = {s for s, p, o in old if p == self.origin and o == literal(self.file)}
        cases = {s for s, p, o in added if p == _TYPE and o == _CASE}
        sealed = {s for s, said in about.items() if s not in claims and self._seals(said) == {_digest(said)}}
        fresh = {s for s, _, _ in added}
        place = f"<{PREFIXES['oa']}SpecificResource>"
        replaced = (every & claims) | (mine & sealed) | {s for s, _, o in added if o == place}
        replaced |= {o for s, _, o in old if s in replaced and o.startswith("_:")}
        whole = {t for t in old if t[0] not in replaced and (t[1], t[2]) != (self.origin, literal(self.file))}
        whole |= set(added)
        # What the file does not describe any more stays for as long as anything else names it.
        waiting = {s for s in (mine - claims) - fresh if s in replaced}
        named = {term for _, p, o in (*whole, *vocabulary) for term in (p, o)}
        while back := waiting & named:
            waiting -= back
            returned = {t for s in back for t in _with_blanks(s, about)}
            whole |= returned
            named |= {o for _, _, o in returned}
        edited = {s for s in (mine - claims - fresh - sealed) if s not in named}
        spoken = fresh | {o for _, _, o in added}
        marked = {
            s for s in fresh if s in claims or (s.startswith("<") and s not in about and s not in cases)
        }
        marked |= sealed & spoken
        stays = {s for s in mine - claims - spoken if s not in waiting}
        whole = {t for t in whole if t[1] != self._seal}
        whole |= {(s, self.origin, literal(self.file)) for s in marked | stays}
        said: dict[str, list[Triple]] = {}
        for triple in whole:
            said.setdefault(triple[0], []).append(triple)
        whole |= {
            (s, self._seal, literal(_digest(said[s])))
            for s in (sealed | marked) - claims
            if s in said and any(p == self.origin for _, p, _ in said[s])
        }
        for predicate, label in ((self.origin, "origin"), (self._seal, "as imported")):
            whole |= {(predicate, _TYPE, f"<{RDF}Property>"), (predicate, _LABEL, literal(label))}
        return sorted(whole), _names(waiting, about), _names(edited, about)

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
