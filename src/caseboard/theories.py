"""Theories: what could answer an open question, weighed by what speaks against each."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from string import ascii_uppercase
from typing import Any

from caseboard import display
from caseboard.claims import Case
from caseboard.errors import BadArgument
from caseboard.model import Claim, Name
from caseboard.terms import join_known

#: How wide the text of a matrix is, and the least room that its column of claims gets.
_WIDTH, _NARROW = 80, 24
FOR, AGAINST, SILENT = "+", "−", ""


@dataclass(frozen=True, slots=True)
class Theory:
    """A possible answer to an open question, with the claims for and against it; ``by`` is whose it is.

    ``proposes`` is the entity that it names as the answer, None where it names none.
    """

    id: str
    label: str
    comment: str
    question: Name
    proposes: Name | None
    supports: tuple[Claim, ...]
    against: tuple[Claim, ...]
    by: tuple[Name, ...]

    @property
    def weight(self) -> float:
        """Return what speaks against it: the sum of the strengths of the opposing claims that hold."""
        return fsum(map(weight, self.against))

    def cell(self, claim: Claim) -> str:
        """Return what a claim says of this theory: "+" for it, "−" against it, "" nothing."""
        if any(one.id == claim.id for one in self.against):
            return AGAINST
        return FOR if any(one.id == claim.id for one in self.supports) else SILENT


@dataclass(frozen=True, slots=True)
class Row:
    """What a claim says of each theory, in the order of the theories.

    It is ``diagnostic`` unless it says the same of all of several theories, and so tells none from another.
    """

    claim: Claim
    cells: tuple[str, ...]

    @property
    def diagnostic(self) -> bool:
        """Return whether the claim helps to tell the theories apart."""
        return len(self.cells) < 2 or len(set(self.cells)) > 1

    @property
    def marks(self) -> tuple[str, ...]:
        """Return why the claim weighs nothing, or tells nothing."""
        marks = ["refuted: no weight"] if self.claim.refuted else []
        return (*marks, *([] if self.diagnostic else ["not diagnostic: the same of all"]))


@dataclass(frozen=True, slots=True)
class Matrix(display.Shown):
    """The theories about one question, least spoken against first, and what each claim says of each.

    >>> import caseboard
    >>> matrix = caseboard.open("harbour").theories("Whoever killed Tomas")
    >>> [(theory.label, matrix.rank(theory), theory.weight) for theory in matrix]
    [('Meridian Line, to keep its cargoes secret', 1, 0.0), ('Bruno Lind, alive under another name', 2, 1.0)]
    """

    question: Name
    theories: tuple[Theory, ...]

    def __iter__(self) -> Iterator[Theory]:
        return iter(self.theories)

    def __len__(self) -> int:
        return len(self.theories)

    def rank(self, theory: Theory) -> int:
        """Return the place of a theory, from 1: one more than there are theories with less against them."""
        return 1 + sum(other.weight < theory.weight for other in self.theories)

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return a row for each claim that bears on a theory, those that weigh most against them first."""
        claims = {claim.id: claim for one in self.theories for claim in (*one.against, *one.supports)}
        rows = [Row(claim, tuple(one.cell(claim) for one in self.theories)) for claim in claims.values()]

        def key(row: Row) -> tuple[float, str]:
            return -row.cells.count(AGAINST) * weight(row.claim), row.claim.id

        return tuple(sorted(rows, key=key))

    def __str__(self) -> str:
        head = [f"Theories about “{_line(self.question)}”, by what speaks against each"]
        letters = [_letter(place) for place in range(len(self.theories))]
        blocks = [self._block(*pair) for pair in zip(letters, self.theories, strict=True)]
        return "\n\n".join("\n".join(lines) for lines in (head, *blocks, self._table(letters)))

    def _block(self, letter: str, theory: Theory) -> list[str]:
        whose = ", ".join(map(_line, theory.by)) or "nobody who is named"
        names = f"; proposes {_line(theory.proposes)}" if theory.proposes else ""
        lines = _wrapped(f"{letter}. {_line(theory.label)}", "", "   ")
        lines += _wrapped(
            f"rank {self.rank(theory)}, {theory.weight:g} against; by {whose}{names}", "   ", "     "
        )
        lines += _wrapped(_line(theory.comment), "   ", "   ")
        for title, claims, weighs in (("against", theory.against, True), ("for", theory.supports, False)):
            lines.append(f"   {title}" if claims else f"   {title}: nothing on this board")
            for claim in claims:
                lines += _wrapped(f"{_line(claim.sentence)} [{_standing(claim, weighs)}]", "     ", "       ")
        return lines

    def _table(self, letters: Sequence[str]) -> list[str]:
        columns = [max(len(letter), 1) for letter in letters]
        room = max(_NARROW, _WIDTH - sum(width + 2 for width in columns))
        lines = [
            "  ".join(["claim".ljust(room), *letters]),
            "  ".join(["─" * room, *("─" * width for width in columns)]),
        ]
        for row in self.rows:
            text = _line(row.claim.sentence) + (f" ({'; '.join(row.marks)})" if row.marks else "")
            first, *rest = textwrap.wrap(text, room, subsequent_indent="  ") or [""]
            cells = (cell.ljust(width) for cell, width in zip(row.cells, columns, strict=True))
            lines += ["  ".join([first.ljust(room), *cells]).rstrip(), *rest]
        return lines

    def _repr_html_(self) -> str:
        letters = [_letter(place) for place in range(len(self.theories))]
        ranked = (
            [
                letter,
                one.label,
                f"{one.weight:g}",
                str(one.proposes or ""),
                ", ".join(map(str, one.by)),
                one.comment,
            ]
            for letter, one in zip(letters, self.theories, strict=True)
        )
        head = ("", "theory", "against", "proposes", "held by", "in words")
        title = f"Theories about “{self.question}”, by what speaks against each"
        rows = self.rows
        cells = ([row.claim.sentence, *row.cells, ", ".join(row.marks)] for row in rows)
        rest = "to_dict() has them all"
        return display.table(head, ranked, total=len(self), caption=title, rest=rest) + display.table(
            ("claim", *letters, ""), cells, total=len(rows), rest=rest
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the matrix as plain values, for JSON; claims by their ids."""
        return {
            "question": _plain(self.question),
            "theories": [
                {
                    "id": theory.id,
                    "label": theory.label,
                    "comment": theory.comment,
                    "rank": self.rank(theory),
                    "weight_against": theory.weight,
                    "proposes": _plain(theory.proposes) if theory.proposes else None,
                    "for": [claim.id for claim in theory.supports],
                    "against": [claim.id for claim in theory.against],
                    "by": [_plain(agent) for agent in theory.by],
                }
                for theory in self.theories
            ],
            "rows": [
                {
                    "claim": row.claim.id,
                    "weight": weight(row.claim),
                    "refuted": row.claim.refuted.label if row.claim.refuted else None,
                    "diagnostic": row.diagnostic,
                    "cells": {one.id: cell for one, cell in zip(self.theories, row.cells, strict=True)},
                }
                for row in self.rows
            ],
        }


def weight(claim: Claim) -> float:
    """Return what a claim weighs against a theory: its strength, and nothing where it is refuted."""
    return 0.0 if claim.refuted else claim.strength


def matrix(case: Case, question: str) -> Matrix:
    """Weigh the theories about one open question as in the analysis of competing hypotheses.

    Theories are ranked by what speaks against each, least first, and equals share a rank: one is left
    standing because it could not be ruled out. What speaks for a theory never lifts it, since one and the
    same fact mostly agrees with several. What weighs against a theory is the sum of the strengths of the
    opposing claims; a claim that is refuted weighs nothing. The sum takes the claims to be independent.

    Args:
        case: the claims and theories.
        question: the id of an unknown entity.

    Raises:
        BadArgument: it is no open question, or nobody has a theory about it; lists the questions that some
            have theories about.

    Source: Heuer (1999), Psychology of Intelligence Analysis, chapter 8.

    >>> import caseboard
    >>> case = caseboard.open("harbour").case
    >>> print(matrix(case, "ex:stranger"))  # doctest: +ELLIPSIS
    Theories about “Whoever killed Tomas”, by what speaks against each
    <BLANKLINE>
    A. Meridian Line, to keep its cargoes secret
       rank 1, 0 against; by a reader of the notebook; proposes Meridian Line
    ...
    """
    known = {one.question.id: one for one in matrices(case)}
    if question in known:
        return known[question]
    entity = next((one for one in case.entities.values() if one.id == question), None)
    lacks = "has no theories" if entity and entity.unknown else "is no open question"
    listed = join_known(f"{_line(one.question)} ({one.question.id})" for one in known.values())
    raise BadArgument(
        f"“{_line(entity or question)}” {lacks} on this board. Questions with theories: {listed or 'none'}"
    )


def matrices(case: Case) -> tuple[Matrix, ...]:
    """Return a matrix for each question that somebody has theories about, by the questions' labels."""
    about: dict[Name, list[Theory]] = {}
    for theory in read_theories(case):
        about.setdefault(theory.question, []).append(theory)
    return tuple(
        Matrix(question, tuple(sorted(about[question], key=lambda one: (one.weight, one.label, one.id))))
        for question in sorted(about, key=lambda name: (name.label, name.id))
    )


def counts(case: Case) -> Mapping[str, int]:
    """Return question id -> how many theories there are about it.

    >>> import caseboard
    >>> counts(caseboard.open("harbour").case)
    {'ex:stranger': 2}
    """
    return {one.question.id: len(one) for one in matrices(case)}


def read_theories(case: Case) -> tuple[Theory, ...]:
    """Return the theories of a case, in the order of their IRIs; what answers nothing is left to `check`."""
    parts: dict[str, dict[str, list[str]]] = {}
    for theory, part, value in case.rows("theories"):
        parts.setdefault(str(theory), {}).setdefault(str(part), []).append(str(value))
    return tuple(_theory(case, iri, has) for iri, has in parts.items() if "question" in has)


def _theory(case: Case, iri: str, has: Mapping[str, Sequence[str]]) -> Theory:
    def claims(part: str) -> tuple[Claim, ...]:
        # A claim that is not on the board says nothing; `check` names it.
        ids = map(case.curie, has.get(part, ()))
        found = [case.claims[id_] for id_ in dict.fromkeys(ids) if id_ in case.claims]
        return tuple(sorted(found, key=lambda claim: (-weight(claim), claim.id)))

    proposed = has.get("proposes")
    return Theory(
        id=case.curie(iri),
        label=case.label(iri),
        comment=next(iter(has.get("comment", ())), ""),
        question=case.name(has["question"][0]),
        proposes=case.name(proposed[0]) if proposed else None,
        supports=claims("for"),
        against=claims("against"),
        by=tuple(map(case.name, has.get("by", ()))),
    )


def _standing(claim: Claim, weighs: bool) -> str:
    if claim.refuted:
        return f"{claim.status}, but refuted in {_line(claim.refuted)}{': no weight' if weighs else ''}"
    return f"{claim.status}: {claim.strength:g}" if weighs else claim.status


def _letter(place: int) -> str:
    """Return A to Z, then AA and on, as spreadsheets name their columns."""
    before, last = divmod(place, len(ascii_uppercase))
    return (_letter(before - 1) if before else "") + ascii_uppercase[last]


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=first, subsequent_indent=rest)


def _line(thing: object) -> str:
    """Return something on one line, so that a label cannot pass for a theory of its own."""
    return " ".join(str(thing).split())


def _plain(name: Name) -> dict[str, str]:
    return {"id": name.id, "label": name.label}
