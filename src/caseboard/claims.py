"""A case read from its store, when and as far as it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from math import inf, isnan

from caseboard.model import Claim, Entity, Evidence, Name, Point, Relation, Thread, Value
from caseboard.signs import Sign, read_sign
from caseboard.store import Store
from caseboard.terms import CB, local_name
from caseboard.world import read_select

#: What a claim may be linked to, beside its subject, relation and object.
LINKS = ("evidence", "agent", "event", "note")


class Case:
    """The authored part of a store, read when it is asked for and kept.

    >>> import caseboard
    >>> case = caseboard.open("harbour").case
    >>> case.title, [point.label for point in case.points]
    ('Harbour', ['the start', 'midway', 'the sequel'])
    >>> print(case.claims["ex:c-hunt"])
    Meridian Line pursues Ada Lind. [hedged, midway; At sea, paragraph 2, sentence 1 of The pilot's notebook]
    """

    def __init__(self, store: Store, *, language: str = "en") -> None:
        self.store, self.language = store, language
        self.names = store.names()
        self._linked: dict[str, Mapping[str, tuple[str, ...]]] = {}

    def rows(self, name: str, **bindings: str) -> list[tuple[str | None, ...]]:
        """Return the rows of one of our own SELECTs."""
        return list(self.store.select(read_select(name), **bindings))

    def curie(self, iri: str | None) -> str:
        """Return the id of a thing; a blank node's is its label."""
        return self.names.curie(iri or "")

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """IRI -> label, in the case's language where there is one."""
        chosen: dict[str, tuple[int, str]] = {}
        for thing, label, language in self.rows("labels"):
            rank = 0 if language == self.language else 1 if not language else 2
            if thing not in chosen or rank < chosen[thing][0]:
                chosen[str(thing)] = (rank, str(label))
        return {thing: label for thing, (_, label) in chosen.items()}

    def label(self, iri: str) -> str:
        """Return the label of an IRI, or the last part of the IRI where nothing labels it."""
        return self.labels.get(iri) or local_name(iri)

    def name(self, iri: str) -> Name:
        """Return an IRI as an id with a label."""
        return Name(self.curie(iri), self.label(iri))

    @cached_property
    def title(self) -> str:
        """The label of the case."""
        return next((self.label(str(row[0])) for row in self.rows("about")), "Untitled case")

    @cached_property
    def comment(self) -> str:
        """What the case says of itself, in the case's language where it does."""
        about = self.rows("about")
        texts = [(row[2], row[4]) for row in about if row[0] == about[0][0]]
        return _in_language(texts, self.language)[1]

    @cached_property
    def title_language(self) -> str:
        """The language tag of the title, "" where it has none."""
        about = self.rows("about")
        texts = [(row[1], row[3]) for row in about if row[0] == about[0][0] and row[1] == self.title]
        return _in_language(texts, self.language)[0]

    @cached_property
    def relations(self) -> Mapping[str, Relation]:
        """IRI -> relation, for every relation that the vocabulary declares."""
        found: dict[str, Relation] = {}
        for iri, _, other, inverse, family, about_work, kind, symmetric, comment, covert in self.rows(
            "relations"
        ):
            old = found.get(str(iri))
            verb = self.label(str(iri))
            back = self.labels.get(str(other)) or inverse
            found[str(iri)] = Relation(
                id=self.curie(iri),
                label=verb,
                inverse=back or (verb if symmetric else f"(inverse) {verb}"),
                family=self.label(family) if family else "other",
                about_work=about_work == "true",
                attribute=kind == f"{CB}Attribute" or bool(old and old.attribute),
                identity=kind == f"{CB}IdentityRelation" or bool(old and old.identity),
                symmetric=bool(symmetric),
                comment=comment or "",
                covert=covert == "true",
            )
        return found

    @cached_property
    def wider(self) -> Mapping[str, tuple[str, ...]]:
        """Relation IRI -> the IRIs of the relations that it entails, as a father is a parent."""
        found: dict[str, list[str]] = {}
        for relation, wider in in_order(self.rows("wider")):
            found.setdefault(str(relation), []).append(str(wider))
        return {relation: tuple(wider) for relation, wider in found.items()}

    @cached_property
    def statuses(self) -> Mapping[str, tuple[str, float]]:
        """IRI -> word and strength, surest first."""
        return {
            str(iri): (str(label), float(strength or 0)) for iri, label, strength in self.rows("statuses")
        }

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """The reveal points in their order."""
        ordered = sorted({(_rank(order), str(iri)) for iri, order in self.rows("points")})
        distinct = list(dict.fromkeys(iri for _, iri in ordered))
        return tuple(Point(self.curie(iri), self.label(iri), place) for place, iri in enumerate(distinct))

    @cached_property
    def point_of(self) -> Mapping[str, Point]:
        """IRI -> reveal point."""
        return {self.names.iri(point.id) or point.id: point for point in self.points}

    def point(self, iri: str) -> Point:
        """Return a point by IRI; one that the case does not order comes after all others."""
        return self.point_of.get(iri) or Point(self.curie(iri), self.label(iri), len(self.points))

    @cached_property
    def threads(self) -> Mapping[str, Thread]:
        """IRI -> thread."""
        comments: dict[str, list[tuple[str | None, str | None]]] = {}
        for iri, _, comment, language in self.rows("thread-list"):
            comments.setdefault(str(iri), []).append((comment, language))
        return {
            iri: Thread(self.curie(iri), self.label(iri), _in_language(texts, self.language)[1])
            for iri, texts in comments.items()
        }

    @cached_property
    def learnings(self) -> tuple[tuple[str, str, str, Point], ...]:
        """Who learns what when: (learning, learner, claim) as IRIs, and the reveal point."""
        return tuple(
            (str(learning), str(learner), str(claim), self.point(str(point)))
            for learning, learner, claim, point in self.rows("learnings")
        )

    @cached_property
    def threads_of(self) -> Mapping[str, tuple[Name, ...]]:
        """Claim IRI -> its threads."""
        found: dict[str, tuple[Name, ...]] = {}
        for claim, thread in in_order(self.rows("threads")):
            found[str(claim)] = (*found.get(str(claim), ()), self.name(str(thread)))
        return found

    @cached_property
    def entities(self) -> Mapping[str, Entity]:
        """IRI -> entity, for everything that has a kind."""
        unknown, plain = f"{CB}Unknown", {f"{CB}Unknown", f"{CB}Persona", f"{CB}Entity"}
        kinds: dict[str, list[str]] = {}
        comments: dict[str, list[tuple[str | None, str | None]]] = {}
        for iri, kind, _, comment, language in in_order(self.rows("entities")):
            kinds.setdefault(str(iri), []).append(str(kind))
            if comment:
                comments.setdefault(str(iri), []).append((comment, language))
        aliases: dict[str, list[str]] = {}
        personas = set()
        for persona, person in self.personas:
            personas.add(persona)
            aliases.setdefault(person, []).append(self.label(persona))
        return {
            iri: Entity(
                id=self.curie(iri),
                iri=iri,
                label=self.label(iri),
                kind=next(
                    (self.label(k).lower() for k in types if k not in plain),
                    "unknown" if unknown in types else "entity",
                ),
                comment=_in_language(comments.get(iri, ()), self.language)[1],
                unknown=unknown in types,
                aliases=tuple(aliases.get(iri, ())),
                persona=iri in personas,
            )
            for iri, types in kinds.items()
        }

    @cached_property
    def signs(self) -> Mapping[str, Sign]:
        """Kind, as `Entity` names it -> how the vocabulary draws it, for kinds that it gives a sign."""
        found: dict[str, dict[str, str]] = {}
        for kind, icon, colour in self.rows("kind-signs"):
            said = found.setdefault(self.label(str(kind)).lower(), {})
            for name, value in (("icon", icon), ("colour", colour)):
                if value is not None:
                    said.setdefault(name, value)
        signs = {kind: read_sign(said.get("icon"), said.get("colour")) for kind, said in found.items()}
        return {kind: sign for kind, sign in signs.items() if sign.packed()}

    @cached_property
    def personas(self) -> tuple[tuple[str, str], ...]:
        """Pairs of IRIs, persona and person, that stated and unrefuted claims give."""
        identity = {iri for iri, relation in self.relations.items() if relation.identity}
        return tuple(
            (str(subject), str(obj))
            for claim, subject, relation, obj, status, _ in self.core
            if relation in identity and status == f"{CB}Stated" and claim not in self.refuted
        )

    @cached_property
    def core(self) -> list[tuple[str | None, ...]]:
        """The rows (claim, subject, relation, object, status, point) of every claim, as IRIs and texts."""
        return in_order(self.rows("claims"))

    @cached_property
    def literals(self) -> frozenset[str]:
        """IRIs of the claims whose object is a literal."""
        return frozenset(str(claim) for (claim,) in self.rows("literal-claims"))

    @cached_property
    def refuted(self) -> Mapping[str, tuple[Point, tuple[str, ...]]]:
        """Claim IRI -> the first point that refutes it and the ids of the claims that do."""
        found: dict[str, tuple[Point, dict[str, None]]] = {}
        for claim, iri, by in self.rows("refuted"):
            point = self.point(str(iri))
            first, sofar = found.get(str(claim), (point, {}))
            sofar |= {self.curie(by): None} if by else {}
            # Two points are refused by `check`; until then, what is refuted stays so.
            found[str(claim)] = (min(first, point, key=lambda one: one.order), sofar)
        return {claim: (point, tuple(by)) for claim, (point, by) in found.items()}

    @cached_property
    def evidence(self) -> Mapping[str, Evidence]:
        """IRI -> evidence."""
        found: dict[str, Evidence] = {}
        for row in in_order(self.rows("evidence")):
            iri, source, section, paragraph, sentence, start, end, digest, quote = row
            found.setdefault(
                str(iri),
                Evidence(
                    id=self.curie(iri),
                    source=self.name(source) if source else Name("", "an unnamed source"),
                    section=section,
                    paragraph=_integer(paragraph),
                    sentence=_integer(sentence),
                    start=_integer(start),
                    end=_integer(end),
                    digest=digest,
                    quote=quote,
                ),
            )
        return found

    def linked(self, link: str) -> Mapping[str, tuple[str, ...]]:
        """Return claim IRI -> what it is linked to, for one of `LINKS`; keys may be other things too."""
        if link not in self._linked:
            found: dict[str, list[str]] = {}
            for claim, value in in_order(self.rows(f"claim-{link}")):
                found.setdefault(str(claim), []).append(str(value))
            listed = {claim: tuple(values) for claim, values in found.items()}
            self._linked[link] = {**listed, **self._notes()} if link == "note" else listed
        return self._linked[link]

    def _notes(self) -> dict[str, tuple[str, ...]]:
        """Return claim IRI -> its notes in the one language to show, of claims with notes in several."""
        found: dict[str, list[tuple[str | None, str | None]]] = {}
        for claim, value, language in self.rows("note-languages"):
            found.setdefault(str(claim), []).append((value, language))
        chosen = {claim: _in_language(texts, self.language)[0] for claim, texts in found.items()}
        return {
            claim: tuple(str(value) for value, language in texts if (language or "") == chosen[claim])
            for claim, texts in found.items()
        }

    def evidence_of(self, claim: str) -> tuple[Evidence, ...]:
        """Return the evidence of a claim, by its IRI."""
        listed = self.linked("evidence").get(claim, ())
        return tuple(self.evidence.get(iri) or Evidence(self.curie(iri), self.name(iri)) for iri in listed)

    def note_of(self, claim: str) -> str:
        """Return the sentence in which the case says the claim, by the claim's IRI."""
        return " ".join(self.linked("note").get(claim, ()))

    @cached_property
    def claims(self) -> Mapping[str, Claim]:
        """Claim id -> claim, in the order of their IRIs."""
        found: dict[str, Claim] = {}
        for row in self.core:
            claim = self.claim_of(row)
            found.setdefault(claim.id, claim)
        return found

    def claim_of(self, row: Sequence[str | None]) -> Claim:
        """Return the claim of a row of `core`."""
        iri, subject, relation, obj, status, point = map(str, row)
        word, strength = self.statuses.get(status, (self.curie(status), 0.0))
        refuted, by = self.refuted.get(iri, (None, ()))
        events = self.linked("event").get(iri, ())
        return Claim(
            id=self.curie(iri),
            subject=self.name(subject),
            relation=self.relations[relation],
            object=Value(obj) if iri in self.literals else self.name(obj),
            status=word,
            strength=strength,
            revealed=self.point(point),
            refuted=refuted,
            refuted_by=by,
            threads=self.threads_of.get(iri, ()),
            event=self.name(events[0]) if events else None,
            evidence=self.evidence_of(iri),
            attributed_to=tuple(map(self.name, self.linked("agent").get(iri, ()))),
            note=self.note_of(iri),
        )


def _rank(order: str | None) -> float:
    try:
        rank = float(order or "inf")
    except ValueError:
        return inf  # `check` reports an order that is no number
    return inf if isnan(rank) else rank


def _in_language(texts: Iterable[tuple[str | None, str | None]], language: str) -> tuple[str, str]:
    """Return the language tag and the text to show of several: in this language, in none, in another."""
    ranked = sorted(
        (0 if tag == language else 1 if not tag else 2, tag or "", text or "") for text, tag in texts if text
    )
    return ranked[0][1:] if ranked else ("", "")


def _integer(text: str | None) -> int | None:
    try:
        return None if text is None else int(text)
    except ValueError:
        return None  # `check` reports a place that is not a number; opening the case does not depend on it


def in_order(rows: list[tuple[str | None, ...]]) -> list[tuple[str | None, ...]]:
    """Return rows sorted as text; ORDER BY takes the engine several times as long."""
    return sorted(rows, key=lambda row: [cell or "" for cell in row])
