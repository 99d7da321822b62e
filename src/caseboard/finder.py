"""Names on a board to what they mean: entities, relations, claims, sources."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from caseboard.claims import Case
from caseboard.errors import UnknownName, did_you_mean
from caseboard.lookup import Candidate, find
from caseboard.model import Claim, Entity, Name, Point, Thread
from caseboard.terms import local_name

if TYPE_CHECKING:
    from caseboard.views import Selection


class Finder:
    """Looks names up in one case.

    >>> import caseboard
    >>> finder = Finder(caseboard.open("harbour").case)
    >>> finder.entity("grey"), finder.relation("was killed by"), finder.claim("c-hunt").status
    ('ex:grey', 'cb:killedBy', 'hedged')
    """

    def __init__(self, case: Case) -> None:
        self._case = case

    def entity(self, name: str) -> str:
        """Return the id of the entity that a name, alias, CURIE, IRI or local name means.

        Raises:
            UnknownName, AmbiguousName: nothing has the name, or several have it equally well.
        """
        return find(name, self._candidates)

    @cached_property
    def _candidates(self) -> tuple[Candidate, ...]:
        case = self._case
        known = [Candidate(e.id, e.iri, e.label, e.aliases) for e in case.entities.values()]
        listed = {candidate.id for candidate in known}
        # The ends of claims that the case does not describe can still be named by their id.
        for claim, subject, _, obj, _, _ in case.core:
            for iri in (subject,) if claim in case.literals else (subject, obj):
                curie = case.curie(iri)
                if curie not in listed:
                    listed.add(curie)
                    known.append(Candidate(curie, str(iri), case.label(str(iri))))
        return tuple(known)

    def described(self, id: str) -> Entity:  # noqa: A002
        """Return the entity of an id, also where claims name it and the case does not describe it."""
        iri = self._case.names.iri(id) or id
        known = self._case.entities.get(iri)
        return known or Entity(id, iri, self._case.label(iri), "entity", "", False)

    def relation(self, name: str) -> str:
        """Return the id of the relation that an id, IRI, local name or label means.

        Raises:
            UnknownName: the vocabulary has none of this name.
        """
        relations = self._case.relations
        for iri, relation in relations.items():
            if name in (iri, relation.id, relation.id.partition(":")[2]):
                return relation.id
        for relation in relations.values():
            if name.casefold() == relation.label.casefold():
                return relation.id
        known = [form for relation in relations.values() for form in (relation.id, relation.label)]
        raise UnknownName(f"the vocabulary has no relation {name!r}.{did_you_mean(name, known)}")

    def claims(
        self,
        subject: str | None,
        relation: str | None,
        object: str | None,  # noqa: A002
    ) -> Iterator[Claim]:
        """Yield the claims with these ends and this relation, where given, in the order of their ids."""
        subject_id = None if subject is None else self.entity(subject)
        object_id = None if object is None else self.entity(object)
        relation_id = None if relation is None else self.relation(relation)
        for claim in self._case.claims.values():
            ends = claim.object.id if isinstance(claim.object, Name) else None
            if (
                subject_id in (None, claim.subject.id)
                and relation_id in (None, claim.relation.id)
                and object_id in (None, ends)
            ):
                yield claim

    def claim(self, id: str | Claim) -> Claim:  # noqa: A002
        """Return the claim that a CURIE, IRI or local name means; a Claim is returned as it is.

        Raises:
            UnknownName: no claim has this id.
        """
        claims = self._case.claims
        wanted = id.id if isinstance(id, Claim) else id
        if wanted in claims:
            return claims[wanted]
        curie = self._case.curie(wanted.strip("<>"))
        if curie in claims:
            return claims[curie]
        local = [claim for claim in claims if claim.endswith(f":{wanted}")]
        if wanted and len(local) == 1:
            return claims[local[0]]
        raise UnknownName(
            f"no claim on this board has the id {wanted!r}.{did_you_mean(wanted, claims)} "
            "`caseboard show NAME` lists the claims about somebody with their ids"
        )

    def point(self, name: str) -> Point:
        """Return the reveal point that an id, IRI, local name or label means.

        Raises:
            UnknownName: the case has no such point; lists those it has, in order.
        """
        points = {point.id: point for point in self._case.points}
        try:
            return points[find(name, self._named(points.values()), what="reveal point")]
        except UnknownName as error:
            listed = ", ".join(f"{local_name(point.id)} ({point.label})" for point in points.values())
            raise UnknownName(
                f"there is no one reveal point {name!r}. In order: {listed or 'none'}"
            ) from error

    def thread(self, name: str) -> str:
        """Return the id of the thread that an id, IRI, local name or label means.

        Raises:
            UnknownName: the case has no such thread; lists those it has.
        """
        threads = self._case.threads.values()
        try:
            return find(name, self._named(threads), what="thread")
        except UnknownName as error:
            listed = ", ".join(f"{local_name(thread.id)} ({thread.label})" for thread in threads)
            raise UnknownName(f"there is no one thread {name!r}. There are: {listed or 'none'}") from error

    def _named(self, things: Iterable[Point | Thread]) -> list[Candidate]:
        return [
            Candidate(thing.id, self._case.names.iri(thing.id) or thing.id, thing.label) for thing in things
        ]

    def source(self, name: str) -> str:
        """Return the id of the source that an id, IRI, local name or label means.

        Raises:
            UnknownName: the case has no such source.
        """
        sources = {piece.source.id: piece.source.label for piece in self._case.evidence.values()}
        candidates = [
            Candidate(id_, self._case.names.iri(id_) or id_, label) for id_, label in sources.items()
        ]
        return find(name, candidates, what="source")

    def selection(
        self,
        *,
        as_of: str | None,
        status: Collection[str] | None,
        thread: str | None,
        known_to: str | None,
        source: str | None,
    ) -> Selection:
        """Return what a board is to be cut to, as `Board.view` takes it, by names."""
        from caseboard import views

        person = None if known_to is None else self.entity(known_to)
        return views.Selection(
            as_of=None if as_of is None else self.point(as_of),
            status=views.check_status(status),
            thread=None if thread is None else self.thread(thread),
            known_to=None if person is None else self._case.names.iri(person) or person,
            source=None if source is None else self.source(source),
        )
