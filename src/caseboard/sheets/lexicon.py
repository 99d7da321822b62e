"""What the words in cells may mean: relations, statuses and kinds, as the vocabulary declares them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from caseboard.errors import did_you_mean
from caseboard.sheets.naming import key, loose
from caseboard.store import Store
from caseboard.terms import CB, local_name
from caseboard.world import read_select

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word in the column relation means; ``back`` where it is the other way round of the relation."""

    iri: str
    back: bool = False


@dataclass(slots=True)
class Lexicon:
    """The words of one case: of the bundled vocabulary, and of what its own RDF files declare.

    Attributes:
        words: folded word -> the relations that it may mean.
        shown: folded word -> the word as the vocabulary writes it.
        ends: (relation, "subject" or "object") -> the kinds that may stand there.
        attributes: relation -> datatype of its values, None where it takes any.
        relations: relation -> its label.
        kinds: folded word -> kind of entity.
        statuses: folded word -> status.
        described: IRI -> types of what the case's RDF files already describe.
        labels: folded label -> those things.
        points: reveal point that the RDF files describe -> its order.
        outer: what the files of other tools are about, which identifiers may name and names do not.
    """

    words: dict[str, list[Meaning]] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    ends: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    attributes: dict[str, str | None] = field(default_factory=dict)
    relations: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    families: frozenset[str] = frozenset()
    described: dict[str, set[str]] = field(default_factory=dict)
    labels: dict[str, set[str]] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=dict)
    points: dict[str, float] = field(default_factory=dict)
    outer: frozenset[str] = frozenset()

    def knowing(self, things: tuple[frozenset[str], Mapping[str, str]]) -> Lexicon:
        """Return it with things that other files describe, and the prefixes of their names."""
        return replace(self, outer=things[0], prefixes={**things[1], **self.prefixes})

    def _learn(self, iri: str, back: bool, word: str, *, shown: bool = False) -> None:
        meaning = Meaning(iri, back)
        for folded in {key(word), loose(word)}:
            known = self.words.setdefault(folded, [])
            if meaning not in known:
                known.append(meaning)
        if shown:
            self.shown.setdefault(key(word), word)

    def relation(self, word: str) -> Meaning | str:
        """Return what a word means, or why it means nothing, in a sentence with what to do about it.

        >>> from caseboard.world import load_files
        >>> lexicon = read_lexicon(load_files({}))
        >>> lexicon.relation("Is Handled By").back
        True
        >>> lexicon.relation("handlr of")
        '“handlr of” is no relation. Did you mean is handler of?'
        """
        found = self.words.get(key(word)) or self.words.get(loose(word)) or []
        forward = [one for one in found if not one.back] or found
        if len({one.iri for one in forward}) == 1:
            return forward[0]
        if forward:
            listed = " or ".join(f"cb:{local_name(one.iri)}" for one in forward)
            return f"“{word}” could be {listed}. Write one of these"
        near = did_you_mean(key(word), self.shown)
        return f"“{word}” is no relation.{near}"


def read_lexicon(store: Store) -> Lexicon:
    """Return the words of a store's vocabulary and of the things that it describes."""
    lexicon = Lexicon(prefixes=dict(store.prefixes))
    labels: dict[str, list[str]] = {}
    for thing, label, _ in store.select(read_select("labels")):
        labels.setdefault(str(thing), []).append(str(label))
    for iri, way, word in store.select(read_select("relation-words")):
        lexicon._learn(str(iri), way == "back", str(word), shown=True)
    for row in store.select(read_select("relations")):
        for iri, back in ((row[0], False), (row[2], True)):
            if iri:
                name = local_name(iri)
                for form in (iri, store.names().curie(iri), name, _CAMEL.sub(" ", name)):
                    lexicon._learn(str(row[0]), back, form)
    ends: dict[tuple[str, str], set[str]] = {}
    for iri, end, kind in store.select(read_select("relation-ends")):
        ends.setdefault((str(iri), str(end)), set()).add(str(kind))
    for row in store.select(read_select("relations")):
        lexicon.relations.setdefault(str(row[0]), row[1] or "")
        if row[6] == f"{CB}Attribute" and str(row[0]) not in lexicon.attributes:
            datatypes = ends.pop((str(row[0]), "object"), set())
            lexicon.attributes[str(row[0])] = min(datatypes) if len(datatypes) == 1 else None
    lexicon.ends = {end: frozenset(kinds) for end, kinds in ends.items()}
    for (kind,) in store.select(read_select("kinds")):
        for word in (*labels.get(str(kind), ()), local_name(str(kind)), store.names().curie(str(kind))):
            lexicon.kinds[key(word)] = str(kind)
    for status, word, _ in store.select(read_select("statuses")):
        lexicon.statuses[key(str(word))] = lexicon.statuses[key(local_name(str(status)))] = str(status)
    for thing, type_, label in store.select(read_select("named")):
        lexicon.described.setdefault(str(thing), set()).add(str(type_))
        if label:
            lexicon.labels.setdefault(key(label), set()).add(str(thing))
    for point, order in store.select(read_select("points")):
        try:
            lexicon.points[str(point)] = float(order or "inf")
        except ValueError:
            lexicon.points[str(point)] = float("inf")  # `check` reports an order that is no number
    return lexicon
