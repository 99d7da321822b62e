"""Cases of any size, invented by a seeded generator in the shape of ``graph/cases/harbour.ttl``."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: Goes into the names of the files, so that an old file is not taken for what the generator writes now.
VERSION = 3
#: The number of claims that makes about 640,000 triples, the size that the goals speak of: a claim brings 14
#: with it, its share of evidence and entities included.
CLAIMS_OF_640K_TRIPLES = 45_150

_HEAD = """\
@prefix cb:   <https://w3id.org/caseboard/ns#> .
@prefix ex:   <https://example.org/generated/> .
@prefix rdf:  <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix oa:   <http://www.w3.org/ns/oa#> .

ex:case a cb:Case ; rdfs:label "Generated"@en ; rdfs:comment "An invented case of {claims} claims."@en .
"""
_POINTS = ("the start", "the first turn", "midway", "the second turn", "the finale", "the sequel")
_FIRST = (
    "Ada Bruno Carla Dov Eitan Fatma Gil Hanna Iris Jonas Klara Lev Mira Nora Omer Petra Reza Sara Tomas Yael"
)
_LAST = (
    "Azulai Berg Cohen Dahl Eden Fuchs Grey Holm Ito Jensen Katz "
    "Lind Mor Novak Ortiz Peretz Roth Stern Vale Weiss"
)
_STATUSES = (("Stated", 70), ("Hedged", 18), ("Predicted", 12))
_SECTIONS = ("Ashore", "At sea", "The inquiry", "Aftermath")

#: Relation, kind of its subject, kind of its object, how often, and the verb of the sentence that says it.
_RELATIONS = (
    ("friendOf", "Person", "Person", 14, "is a friend of"),
    ("accompliceOf", "Person", "Person", 6, "is in it with"),
    ("helps", "Person", "Person", 9, "helps"),
    ("memberOf", "Person", "Organisation", 14, "works for"),
    ("handlerOf", "Person", "Person", 9, "runs"),
    ("spiesOn", "Person", "Person", 10, "watches"),
    ("killedBy", "Person", "Person", 5, "died at the hands of"),
    ("kidnappedBy", "Person", "Person", 3, "was taken by"),
    ("pursues", "Organisation", "Person", 8, "is after"),
    ("investigates", "Person", "Person", 5, "looks into"),
    ("possesses", "Person", "Object", 6, "holds"),
    ("documents", "Object", "Information", 4, "lists"),
    ("leaks", "Person", "Information", 3, "gave away"),
)
_KINDS = (("Person", 72), ("Organisation", 10), ("Object", 9), ("Information", 9))


@dataclass(frozen=True, slots=True)
class Generated:
    """A generated case: its file, and how many claims and triples are in it."""

    path: Path
    claims: int
    triples: int


def case_file(claims: int, folder: Path, *, seed: int = 1) -> Generated:
    """Return a case of ``claims`` claims, written to ``folder`` unless it is there already.

    One claim in twenty has a literal object, one in fifty is an alias, one in fifty is refuted; the rest link
    two entities, of which there is one to every four claims. Some entities have many more links than others.
    """
    path = folder / f"case-{claims}-seed{seed}-v{VERSION}.ttl"
    count = path.with_suffix(".triples")
    if not count.exists():
        folder.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".part")
        triples = 0
        with half.open("w", encoding="utf-8") as out:
            for text, number in _blocks(claims, random.Random(seed)):
                out.write(text)
                triples += number
        half.rename(path)
        count.write_text(str(triples))
    return Generated(path, claims, int(count.read_text()))


def reasoning_file(edges: int, folder: Path, *, seed: int = 1) -> Path:
    """Return a case of ``edges`` claims on which each of the rules in ``graph/rules`` has something to say.

    Who belongs to what is a forest, nobody has more than one persona, and no claim links a thing to itself: a
    rule language that cannot say "but not to itself" then concludes the same.
    """
    path = folder / f"rules-{edges}-seed{seed}-v{VERSION}.ttl"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".part")
        half.write_text("".join(_reasoning(edges, random.Random(seed))), encoding="utf-8")
        half.rename(path)
    return path


#: Relation, kind of its subject, kind of its object, and how often.
_REASONS = (
    ("memberOf", "Person", "Organisation", 18),
    ("handlerOf", "Person", "Person", 12),
    ("pursues", "Person", "Person", 12),
    ("parentOf", "Person", "Person", 10),
    ("friendOf", "Person", "Person", 12),
    ("helps", "Person", "Person", 10),
    ("spiesOn", "Person", "Person", 8),
    ("killedBy", "Person", "Person", 3),
    ("diedIn", "Person", "Event", 2),
    ("possesses", "Person", "Object", 5),
    ("documents", "Object", "Information", 4),
    ("secretOf", "Information", "Person", 4),
)


def _reasoning(edges: int, rng: random.Random) -> Iterator[str]:
    """Yield pieces of Turtle."""
    share = {"Person": 40, "Organisation": 3, "Place": 1, "Event": 1, "Object": 5, "Information": 5}
    ids = {
        kind: [f"{kind.lower()}{i}" for i in range(max(4, edges * part // 100))]
        for kind, part in share.items()
    }
    yield _HEAD.format(claims=edges)
    for order, label in enumerate(_POINTS, 1):
        yield f'ex:p{order} a cb:RevealPoint ; rdfs:label "{label}"@en ; cb:order {order} .\n'
    for kind, names in ids.items():
        yield from (f'ex:{name} a cb:{kind} ; rdfs:label "{name}"@en .\n' for name in names)
    people, firms = ids["Person"], ids["Organisation"]
    half = len(people) // 2
    links = [("memberOf", firm, firms[i // 3]) for i, firm in enumerate(firms) if i % 4 and i // 3 < i]
    links += [("agencyOf", firm, rng.choice(ids["Place"])) for firm in firms[::3]]
    links += [("aliasOf", people[half + i], people[i]) for i in range(min(half, edges // 60))]
    behind = {pair for _, *ends in links for pair in (tuple(ends), tuple(reversed(ends)))}
    while len(links) < edges:
        relation, domain, range_, _ = rng.choices(_REASONS, [row[3] for row in _REASONS])[0]
        subject, obj = rng.choice(ids[domain]), rng.choice(ids[range_])
        if subject != obj and (subject, obj) not in behind:
            links.append((relation, subject, obj))
    words, shares = zip(*_STATUSES, strict=True)
    for i, (relation, subject, obj) in enumerate(links):
        point = rng.randrange(1, 6)
        refuted = f" ; cb:refutedIn ex:p{point + 1} ; cb:refutedBy ex:c0" if i % 50 == 31 else ""
        yield (
            f"ex:c{i} a cb:Claim, rdf:Statement ; rdf:subject ex:{subject} ; rdf:predicate cb:{relation} ; "
            f"rdf:object ex:{obj} ;\n    cb:status cb:{rng.choices(words, shares)[0]} ; "
            f"cb:revealedIn ex:p{point}{refuted} .\n"
        )


def _blocks(claims: int, rng: random.Random) -> Iterator[tuple[str, int]]:
    """Yield pieces of Turtle, each with the number of its triples."""
    yield _HEAD.format(claims=claims), 3
    for order, label in enumerate(_POINTS, 1):
        yield f'ex:p{order} a cb:RevealPoint ; rdfs:label "{label}"@en ; cb:order {order} .\n', 3
    threads, sources = max(2, min(60, claims // 200)), max(1, claims // 2_000)
    for i in range(threads):
        yield (
            f'ex:t{i} a cb:Thread ; rdfs:label "Thread {i}"@en ; rdfs:comment "What is behind it."@en .\n',
            3,
        )
    for i in range(sources):
        yield f'ex:s{i} a cb:Source ; rdfs:label "Notebook {i}"@en .\n', 2
        yield f'ex:a{i} a cb:Agent ; rdfs:label "writer {i}"@en .\n', 2
    pieces = max(1, claims // 2)
    for i in range(pieces):
        yield (
            f"ex:e{i} a oa:SpecificResource ; oa:hasSource ex:s{i % sources} ; "
            f'cb:section "{_SECTIONS[i % 4]}" ; cb:paragraph {i % 90 + 1} ; cb:sentence {i % 7 + 1} .\n',
            5,
        )
    people, block = _entities(max(8, claims // 4), rng)
    yield from block
    yield from _claims(claims, people, threads, sources, pieces, rng)


def _entities(number: int, rng: random.Random) -> tuple[dict[str, list[str]], list[tuple[str, int]]]:
    """Return kind -> ids of its entities, and the Turtle that describes them."""
    of_kind: dict[str, list[str]] = {kind: [] for kind, _ in _KINDS}
    kinds = [kind for kind, _ in _KINDS] + rng.choices(*zip(*_KINDS, strict=True), k=number - len(_KINDS))  # type: ignore[arg-type]
    first, last = _FIRST.split(), _LAST.split()
    block = []
    for i, kind in enumerate(kinds):
        unknown = ", cb:Unknown" if kind == "Person" and i % 40 == 0 else ""
        name = f"{rng.choice(first)} {rng.choice(last)} {i}" if kind == "Person" else f"{kind} {i}"
        about = f' ; rdfs:comment "Known since page {i % 500}."@en' if i % 2 else ""
        block.append(
            (
                f'ex:n{i} a cb:{kind}{unknown} ; rdfs:label "{name}"@en{about} .\n',
                2 + bool(unknown) + bool(about),
            )
        )
        of_kind[kind].append(f"n{i}")
    return of_kind, block


def _claims(
    number: int, ids: dict[str, list[str]], threads: int, sources: int, pieces: int, rng: random.Random
) -> Iterator[tuple[str, int]]:
    weights = [relation[3] for relation in _RELATIONS]
    words, shares = zip(*_STATUSES, strict=True)
    people = ids["Person"]
    personas = iter(rng.sample(range(1, len(people)), min(len(people) - 1, number // 50)))
    for i in range(number):
        status = rng.choices(words, shares)[0]
        point = rng.randrange(1, 7)
        triples = 10
        persona = next(personas, None) if i % 50 == 7 else None
        if persona is not None:
            # An alias of somebody earlier in the list: a chain of them cannot come back to where it began.
            subject, relation, obj, verb = (
                people[persona],
                "aliasOf",
                people[rng.randrange(persona)],
                "is in truth",
            )
            status = "Stated"
        elif i % 20 == 3:
            subject, relation, verb = rng.choice(people), "occupation", "works as a"
            obj = rng.choice(("diver", "clerk", "pilot", "driver"))
        else:
            relation, domain, range_, _, verb = rng.choices(_RELATIONS, weights)[0]
            subject = _skewed(ids[domain], rng)
            obj = _skewed(ids[range_], rng)
            while obj == subject and len(ids[range_]) > 1:
                obj = _skewed(ids[range_], rng)
        said = f'"{obj}"' if relation == "occupation" else f"ex:{obj}"
        more = ""
        if i % 50 == 31:
            point = rng.randrange(1, 6)
            more += f"cb:refutedIn ex:p{point + 1} ; cb:refutedBy ex:c{i - 1} ; "
            triples += 2
        for thread in rng.sample(range(threads), rng.choice((0, 1, 1, 1, 2))):
            more += f"cb:partOfThread ex:t{thread} ; "
            triples += 1
        piece = rng.randrange(pieces)
        yield (
            f"ex:c{i} a cb:Claim, rdf:Statement ; rdf:subject ex:{subject} ; rdf:predicate cb:{relation} ; "
            f"rdf:object {said} ;\n    cb:status cb:{status} ; cb:revealedIn ex:p{point} ; {more}\n"
            f"    prov:wasDerivedFrom ex:e{piece} ; prov:wasAttributedTo ex:a{piece % sources} ; "
            f'rdfs:comment "Entry {i}: {subject} {verb} {obj}."@en .\n',
            triples,
        )


def _skewed(names: list[str], rng: random.Random) -> str:
    """Return one of the names, the first ones more often: real casts have leads."""
    return names[int(len(names) * rng.random() ** 1.6)]
