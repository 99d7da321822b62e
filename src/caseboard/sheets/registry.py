"""Names in cells to identifiers: what a table, an RDF file or an earlier row already calls so."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from caseboard.errors import did_you_mean
from caseboard.sheets.lexicon import Lexicon
from caseboard.sheets.naming import key, local
from caseboard.terms import CB, PREFIXES

#: What names in cells may stand for: sort -> what its identifiers begin with.
SORTS = {"entity": "", "source": "source-", "point": "point-", "thread": "thread-", "agent": "agent-"}
TYPES = {
    "source": CB + "Source",
    "point": CB + "RevealPoint",
    "thread": CB + "Thread",
    "agent": CB + "Agent",
    "evidence": PREFIXES["oa"] + "SpecificResource",
}
_LOCAL = re.compile(r"\w(?:[\w.-]*[\w-])?\Z")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\\[\]]+\Z")


@dataclass(slots=True)
class Names:
    """The names of one sort of thing.

    ``known`` is folded name -> identifiers, ``given`` the identifiers that a table or an RDF file describes,
    ``new`` those that only cells name, each with its spellings.
    """

    known: dict[str, set[str]] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)
    new: dict[str, Counter[str]] = field(default_factory=dict)
    cache: dict[str, str] = field(default_factory=dict)

    def learn(self, iri: str, *names: str) -> None:
        """Keep that a thing is described, and is called so."""
        self.given.add(iri)
        for name in names:
            self.known.setdefault(key(name), set()).add(iri)


class Registry:
    """The names of one case, by sort.

    Args:
        namespace: what new identifiers begin with.
        lexicon: what the case's RDF files describe.
        prefixes: prefix -> namespace of the CURIEs that cells may hold.
    """

    def __init__(self, namespace: str, lexicon: Lexicon, prefixes: dict[str, str]) -> None:
        self.namespace, self.prefixes = namespace, prefixes
        self.sorts = {sort: Names() for sort in (*SORTS, "evidence", "claim")}
        kinds = set(lexicon.kinds.values())
        of_type = {type_: sort for sort, type_ in TYPES.items()}
        labels: dict[str, list[str]] = {}
        for name, things in lexicon.labels.items():
            for thing in things:
                labels.setdefault(thing, []).append(name)
        for thing, types in lexicon.described.items():
            sorts = {of_type[type_] for type_ in types if type_ in of_type}
            if types & kinds:
                sorts.add("entity")
            for sort in sorts:
                self.sorts[sort].learn(thing, *labels.get(thing, ()))
        self.sorts["entity"].given |= lexicon.outer

    def iri(self, text: str) -> str | None:
        """Return the IRI that a text in a column of identifiers means, or None where it means none."""
        if text[:1] == "<" and text[-1:] == ">":
            return text[1:-1] if _IRI.match(text[1:-1]) else None
        prefix, colon, rest = text.partition(":")
        if colon:
            if prefix in self.prefixes and _LOCAL.match(rest):
                return self.prefixes[prefix] + rest
            return text if "://" in text and _IRI.match(text) else None
        return self.namespace + text if _LOCAL.match(text) else None

    def find(self, sort: str, name: str) -> str | list[str]:
        """Return the identifier that a name means, a new one where it is new; several where unclear."""
        names = self.sorts[sort]
        if (cached := names.cache.get(name)) is not None:
            if cached in names.new:
                names.new[cached][" ".join(name.split())] += 1
            return cached
        found = names.known.get(key(name), set())
        if len(found) > 1:
            return sorted(found)
        iri = next(iter(found), None)
        if iri is None:
            iri = self._written(names, name) or self.namespace + local(name, SORTS[sort])
            if iri not in names.given:
                names.new.setdefault(iri, Counter())
        names.cache[name] = iri
        if iri in names.new:
            names.new[iri][" ".join(name.split())] += 1
        return iri

    def _written(self, names: Names, name: str) -> str | None:
        """Return the identifier where a cell holds one in place of a name."""
        if name[:1] == "<" or (":" in name and name.partition(":")[0] in self.prefixes and "://" not in name):
            return self.iri(name)
        own = self.namespace + name
        return own if own in names.given else None

    def near(self, sort: str, name: str) -> str:
        """Return `` Did you mean …?`` with the known names of a sort near this one, or an empty string."""
        return did_you_mean(key(name), self.sorts[sort].known)


def chosen(spellings: Counter[str]) -> str:
    """Return the spelling that is used most; among equals, the one with most capitals, then by alphabet."""
    return min(spellings, key=lambda one: (-spellings[one], -sum(map(str.isupper, one)), one))
