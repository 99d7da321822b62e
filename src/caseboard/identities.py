"""Who may be one and the same under two names: proposals with their reasons, and what an analyst decides."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from caseboard import romanised
from caseboard.claims import Case
from caseboard.display import Shown
from caseboard.errors import BadArgument, CaseError, MissingExtra
from caseboard.formats.incoming import counted
from caseboard.model import Claim, Entity, Name, Value
from caseboard.terms import CB, PREFIXES, RDF, RDFS
from caseboard.world import read_select

#: Names whose letters agree to this degree, of 100, are proposed.
_NEAR = 88
_LATIN = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d"})
_DECISIONS = "https://w3id.org/caseboard/decision/"
_PROV, _OA = PREFIXES["prov"], PREFIXES["oa"]


@dataclass(frozen=True, slots=True)
class Suggestion(Shown):
    """Two records that may be one, with the reasons; ``apart`` where they share an alias and stay two."""

    first: Name
    second: Name
    score: float
    reasons: tuple[str, ...]
    apart: bool = False

    def __str__(self) -> str:
        what = "stay two" if self.apart else f"may be one ({self.score:.0f} of 100)"
        head = f"{self.first} ({self.first.id}) and {self.second} ({self.second.id}) {what}:"
        return "\n".join([head, *(f"  {reason}" for reason in self.reasons)])


def latin(name: str) -> str:
    """Return a name in lower-case Latin letters without accents and marks, other scripts transliterated.

    Raises:
        MissingExtra: the name is in another script, and anyascii is not installed.

    >>> latin("José  O'Hara")
    'jose o hara'
    """
    bare = romanised.bare(name.casefold().translate(_LATIN))
    plain = romanised.ascii_letters(bare).casefold() if romanised.scripts(bare) else bare
    return " ".join(re.sub(r"[\W_]+", " ", plain).split())


def suggestions(case: Case) -> tuple[Suggestion, ...]:
    """Return which entities may be one, the most alike first, then those that only share an alias.

    Left out are pairs that a claim about identity links already, pairs that any other claim relates to each
    other, whoever is unknown, and things of different kinds.

    Raises:
        MissingExtra: rapidfuzz is not installed.
    """
    names = _names(case)
    owners: dict[str, set[str]] = {}
    for iri, called in names.items():
        for name in called[1:]:
            owners.setdefault(latin(name), set()).add(iri)
    neighbours = _neighbours(case)
    found = []
    for one, other in _candidates(names):
        first, second = case.entities[one], case.entities[other]
        if other in neighbours.get(one, ()) or not _alike(first, second):
            continue
        score, reasons, apart = _compare(names[one], names[other], owners)
        if not reasons:
            continue
        if shared := sorted(
            case.label(iri) for iri in neighbours.get(one, set()) & neighbours.get(other, set())
        ):
            reasons.append(f"both are linked to {', '.join(shared[:5])}")
        found.append(Suggestion(case.name(one), case.name(other), score, tuple(reasons), apart))
    return tuple(sorted(found, key=lambda one: (one.apart, -one.score, one.first.id, one.second.id)))


def _names(case: Case) -> dict[str, list[str]]:
    """Return IRI -> label, then the other names that claims give, of all who are known."""
    found = {
        iri: [e.label, *e.aliases] for iri, e in case.entities.items() if not e.unknown and not e.persona
    }
    ids = {entity.id: iri for iri, entity in case.entities.items()}
    for claim in case.claims.values():
        if claim.relation.family == "identity" and isinstance(claim.object, Value):
            found.get(ids.get(claim.subject.id, ""), []).append(claim.object.label)
    return {iri: list(dict.fromkeys(called)) for iri, called in found.items()}


def _neighbours(case: Case) -> dict[str, set[str]]:
    neighbours: dict[str, set[str]] = {}
    for claim, subject, _, obj, _, _ in case.core:
        if claim not in case.literals:
            neighbours.setdefault(str(subject), set()).add(str(obj))
            neighbours.setdefault(str(obj), set()).add(str(subject))
    return neighbours


def _candidates(names: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    """Return pairs in which a word of one begins like a word of the other."""
    blocks: dict[str, set[str]] = {}
    rough: dict[str, set[str]] = {}
    foreign = {iri for iri, called in names.items() if any(romanised.scripts(name) for name in called)}
    for iri, called in names.items():
        for word in {word[:2] for name in called for word in latin(name).split() if len(word) > 1}:
            blocks.setdefault(word, set()).add(iri)
        for letter in {one for name in called for one in romanised.first_letters(name)} if foreign else ():
            rough.setdefault(letter, set()).add(iri)
    found = {pair for block in blocks.values() for pair in combinations(sorted(block), 2)}
    for block in rough.values():
        found |= {(min(a, b), max(a, b)) for a in block & foreign for b in block if a != b}
    return sorted(found)


def _alike(first: Entity, second: Entity) -> bool:
    vague = {"thing", "entity", "unknown"}
    return first.kind == second.kind or first.kind in vague or second.kind in vague


def _compare(
    first: list[str], second: list[str], owners: Mapping[str, set[str]]
) -> tuple[float, list[str], bool]:
    """Return the score and the reasons of the best pair of names, and whether an alias keeps them apart."""
    best: tuple[float, list[str]] = (0.0, [])
    shared: list[str] = []
    for place, one in enumerate(first):
        for where, other in enumerate(second):
            score, reason = _alike_names(one, other)
            if not reason:
                continue
            # An alias of several people tells none of them from the others.
            several = any(len(owners.get(latin(name), ())) > 1 for name in (one, other))
            if (place and where) or ((place or where) and several):
                shared.append(f"both are called “{one}”, and a name that two go by makes them not one")
            elif score > best[0]:
                best = (score, [reason])
    if best[1]:
        return best[0], best[1], False
    return 0.0, shared[:1], bool(shared)


def _alike_names(one: str, other: str) -> tuple[float, str]:
    """Return how much two names agree, of 100, and why; "" where they do not."""
    try:
        from rapidfuzz import distance, fuzz
    except ImportError as error:
        raise MissingExtra("rapidfuzz", "formats", needed_for="suggesting who is who") from error
    a, b = latin(one), latin(other)
    both = f"“{one}” and “{other}”"
    if not a or not b:
        return 0.0, ""
    if a == b:
        if one == other:
            return 100.0, f"both are called “{one}”"
        how = "in Latin letters" if romanised.scripts(one + other) else "but for case, accents and marks"
        return 98.0, f"{both} are the same {how}"
    if how := romanised.spelt(one, other):
        return 92.0 if "vowels" in how else 96.0, f"{both} are {how}"
    if romanised.scripts(one) != romanised.scripts(other) and romanised.inexact(one + other):
        return 0.0, ""  # what the script does not write cannot be counted in letters
    if sorted(a.split()) == sorted(b.split()):
        return 97.0, f"{both} have the same words in another order"
    if _abbreviates(a, b) or _abbreviates(b, a):
        return 90.0, f"{both}: one is short for the other"
    score = fuzz.token_sort_ratio(a, b)
    letters = distance.Levenshtein.distance(*(" ".join(sorted(name.split())) for name in (a, b)))
    # In a short name one letter makes another name, and so does another number.
    if score < _NEAR or min(len(a), len(b)) < 5 or re.findall(r"\d+", a) != re.findall(r"\d+", b):
        return 0.0, ""
    return score, f"{both} differ in {counted(letters, 'letter')}"


def _abbreviates(short: str, long: str) -> bool:
    """Say whether each word of a name is a word or an initial of the longer one, the last being whole."""
    few, many = short.split(), long.split()
    if len(few) != len(many) or len(few) < 2 or few[-1] != many[-1]:
        return False
    return all(a == b or (len(a) == 1 and b.startswith(a)) for a, b in zip(few, many, strict=True))


# --- decisions --------------------------------------------------------------------------------------


def decide(case: Case, first: str, second: str, *, same: bool, by: str, text: str) -> str:
    """Return the text of a Turtle file with a decision added, as a claim of its own.

    Args:
        case: the case.
        first, second: IRIs; where they are one, the second gives the name.
        same: whether they are one.
        by: who decides.
        text: what the file holds so far.

    Raises:
        BadArgument: one thing with itself, or decided otherwise already.
        CaseError: the case has no reveal point.
    """
    if first == second:
        raise BadArgument(f"{case.label(first)} is one already; give two")
    if not case.points:
        raise CaseError("the case has no reveal point, from which on a decision could hold; describe one")
    if any(_name(*pair) in text for pair in _decisions(case, first, second)):
        raise BadArgument(
            f"it is decided already of {case.label(first)} and {case.label(second)}; --undo that first"
        )
    relation = _relations(case)[0 if same else 1]
    iri, point = _name(first, relation, second), next(iter(case.point_of))
    agent = f"{_DECISIONS}by-{hashlib.sha256(by.encode()).hexdigest()[:8]}"
    evidence, source = f"{_DECISIONS}evidence", f"{_DECISIONS}source"
    triples = [
        *((iri, f"{RDF}type", f"<{kind}>") for kind in (f"{CB}Claim", f"{RDF}Statement")),
        (iri, f"{RDF}subject", f"<{first}>"),
        (iri, f"{RDF}predicate", f"<{relation}>"),
        (iri, f"{RDF}object", f"<{second}>"),
        (iri, f"{CB}status", f"<{CB}Stated>"),
        (iri, f"{CB}revealedIn", f"<{point}>"),
        (iri, f"{_PROV}wasDerivedFrom", f"<{evidence}>"),
        (iri, f"{_PROV}wasAttributedTo", f"<{agent}>"),
        (iri, f"{RDFS}comment", '"Decided by comparing the two."@en'),
        (agent, f"{RDF}type", f"<{CB}Agent>"),
        (agent, f"{RDFS}label", _quoted(by)),
        (evidence, f"{RDF}type", f"<{_OA}SpecificResource>"),
        (evidence, f"{_OA}hasSource", f"<{source}>"),
        (source, f"{RDF}type", f"<{CB}Source>"),
        (source, f"{RDFS}label", '"Decisions on who is who"@en'),
    ]
    lines = [f"# decision {iri}", *(f"<{s}> <{p}> {o} ." for s, p, o in triples), f"# end of {iri}", ""]
    return text + ("\n" if text and not text.endswith("\n") else "") + "\n".join(lines)


def undo(case: Case, first: str, second: str, *, text: str) -> str:
    """Return the text of a file without what was decided of two things; all else stays, byte for byte.

    Raises:
        BadArgument: nothing was decided of them in it.
    """
    kept = text
    for pair in _decisions(case, first, second):
        iri = re.escape(_name(*pair))
        kept = re.sub(rf"^# decision {iri}\n.*?^# end of {iri}\n", "", kept, flags=re.MULTILINE | re.DOTALL)
    if kept == text:
        raise BadArgument(f"nothing is decided there of {case.label(first)} and {case.label(second)}")
    return kept


def decided(case: Case) -> tuple[Claim, ...]:
    """Return the decisions that are on a board."""
    return tuple(
        claim for id_, claim in case.claims.items() if (case.names.iri(id_) or id_).startswith(_DECISIONS)
    )


def _decisions(case: Case, first: str, second: str) -> Iterable[tuple[str, str, str]]:
    for relation in _relations(case):
        yield first, relation, second
        yield second, relation, first


def _relations(case: Case) -> tuple[str, str]:
    ((same, different),) = case.store.select(read_select("decisions"))
    return str(same), str(different)


def _name(first: str, relation: str, second: str) -> str:
    return _DECISIONS + hashlib.sha256(f"{first}\n{relation}\n{second}".encode()).hexdigest()[:16]


def _quoted(text: str) -> str:
    plain = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'
