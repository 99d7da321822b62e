"""What there is to ask on a board: kinds, relations and records, with counts and an example each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from caseboard.claims import Case
from caseboard.errors import UnknownFormat
from caseboard.model import Name, Relation
from caseboard.table import plain
from caseboard.terms import RDF, join_known

if TYPE_CHECKING:
    import rdflib


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of things: its name, how many there are, and the label of one."""

    name: Name
    iri: str
    count: int
    example: str


@dataclass(frozen=True, slots=True)
class Use:
    """A relation as the claims use it.

    Attributes:
        relation: the relation.
        back: id of the other way round of it, "" where it has none.
        counts: word of a status, or "refuted" -> number of claims; the refuted ones are not among the others.
        ends: (kind, kind, number of claims) for each pair of kinds that it links, "" for a value or no kind.
        example: one claim as a sentence.
    """

    relation: Relation
    back: str
    counts: Mapping[str, int]
    ends: tuple[tuple[str, str, int], ...]
    example: str

    @property
    def count(self) -> int:
        """Number of claims."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Record:
    """A kind of records in ``cb:claims``: its name, how many there are, and what is said of them."""

    name: Name
    count: int
    properties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Partition:
    """A property of the default graph, by its IRI, with the number of its triples, subjects and objects."""

    iri: str
    triples: int
    subjects: int
    objects: int


@dataclass(frozen=True, slots=True)
class Schema:
    """What there is to ask; its text is what `caseboard schema` prints.

    Attributes:
        title: of the case.
        iri: of the case, "" where it has none.
        kinds: the most frequent first.
        uses: relations that claims use, by family.
        records: what ``cb:claims`` has beside the things.
        properties: of the default graph.
        size: number of triples, subjects and objects of the default graph.
    """

    title: str
    iri: str
    kinds: tuple[Kind, ...]
    uses: tuple[Use, ...]
    records: tuple[Record, ...]
    properties: tuple[Partition, ...] = field(repr=False)
    size: tuple[int, int, int] = field(repr=False)

    def __str__(self) -> str:
        blocks = [f"{self.title}: what there is to ask"]
        rows = [[k.name.id, k.name.label, str(k.count), k.example] for k in self.kinds]
        blocks.append("kinds of things\n" + plain(["kind", "in words", "things", "for example"], rows))
        families = dict.fromkeys(use.relation.family for use in self.uses)
        for family in families:
            lines = [
                [use.relation.id, use.back, self._ends(use), _counted(use.counts), use.example]
                for use in self.uses
                if use.relation.family == family
            ]
            head = ["relation", "other way round", "from → to", "claims", "for example"]
            blocks.append(f"relations: {family}\n{plain(head, lines)}")
        said = [[r.name.id, str(r.count), " ".join(r.properties)] for r in self.records]
        if said:
            blocks.append("in GRAPH cb:claims\n" + plain(["record", "how many", "what is said of it"], said))
        return "\n\n".join(blocks)

    def _ends(self, use: Use) -> str:
        labels = {kind.iri: kind.name.label for kind in self.kinds}
        froms = dict.fromkeys(labels.get(one, "thing") for one, _, _ in use.ends)
        other = "value" if use.relation.attribute else "thing"
        tos = dict.fromkeys(labels.get(two, other) for _, two, _ in use.ends)
        return f"{' or '.join(froms)} → {' or '.join(tos)}"

    def serialize(self, format: str = "text") -> bytes:  # noqa: A002
        """Return the schema as "text", as a "mermaid" flowchart, or as "turtle" (VoID).

        Raises:
            UnknownFormat: none of these.

        >>> import caseboard
        >>> caseboard.open("harbour").schema().serialize("mermaid").decode().splitlines()[:2]
        ['flowchart LR', '  k0["person (7)"]']
        """
        writers: dict[str, Callable[[Schema], str]] = {"text": str, "mermaid": _mermaid, "turtle": _turtle}
        if format not in writers:
            raise UnknownFormat(f"no format {format!r} of a schema; there are {join_known(writers)}")
        return (writers[format](self).rstrip("\n") + "\n").encode()


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {word}" for word, number in counts.items() if number)


def read_schema(case: Case) -> Schema:
    """Return what there is to ask of a case: only what it uses, so a view's has nothing that it hides."""
    about = case.rows("about")
    iri = str(about[0][0]) if about and not str(about[0][0]).startswith("_:") else ""
    kinds = tuple(
        Kind(case.name(str(kind)), str(kind), _int(number), case.label(str(example)) if example else "")
        for kind, number, example in case.rows("schema-kinds")
    )
    triples, subjects, objects = case.rows("schema-totals")[0]
    return Schema(
        title=case.title,
        iri=iri,
        kinds=kinds,
        uses=_uses(case),
        records=_records(case),
        properties=tuple(
            Partition(str(one), *map(_int, counts)) for one, *counts in case.rows("schema-properties")
        ),
        size=(_int(triples), _int(subjects), _int(objects)),
    )


def _uses(case: Case) -> tuple[Use, ...]:
    counts: dict[str, dict[str, int]] = {}
    examples: dict[str, str] = {}
    order = {iri: place for place, iri in enumerate(case.statuses)}
    rows = case.rows("schema-claims")
    rows.sort(key=lambda row: order.get(str(row[1]), len(order)))
    for used, status, number, refuted, example in rows:
        word = case.statuses.get(str(status), (case.curie(status), 0.0))[0]
        of = counts.setdefault(str(used), {})
        of[word] = of.get(word, 0) + _int(number) - _int(refuted)
        of["refuted"] = of.get("refuted", 0) + _int(refuted)
        if example:
            examples.setdefault(str(used), example)
    ends: dict[str, list[tuple[str, str, int]]] = {}
    for used, before, after, number in case.rows("schema-ends"):
        ends.setdefault(str(used), []).append((before or "", after or "", _int(number)))
    inverses = {str(row[0]): str(row[2]) for row in case.rows("relations") if row[2]}
    uses = []
    for iri, relation in case.relations.items():
        if iri in counts:
            back = relation.id if relation.symmetric else case.curie(inverses.get(iri))
            told = _sentence(case, examples.get(iri), relation)
            uses.append(Use(relation, back, counts[iri], tuple(ends.get(iri, ())), told))
    uses.sort(key=lambda use: (use.relation.about_work, use.relation.family, use.relation.id))
    return tuple(uses)


def _sentence(case: Case, claim: str | None, relation: Relation) -> str:
    if not claim:
        return ""
    for _, subject, obj in case.rows("schema-example", claim=f"<{claim}>"):
        other = str(obj) if claim in case.literals else case.label(str(obj))
        return f"{case.label(str(subject))} {relation.label} {other}"
    return ""


def _records(case: Case) -> tuple[Record, ...]:
    numbers: dict[str, int] = {}
    properties: dict[str, list[str]] = {}
    for kind, prop, number in case.rows("schema-records"):
        if prop == f"{RDF}type":
            numbers[str(kind)] = _int(number)
        else:
            properties.setdefault(str(kind), []).append(case.curie(prop))
    found = [Record(case.name(k), n, tuple(properties.get(k, ()))) for k, n in numbers.items()]
    return tuple(sorted(found, key=lambda record: (-record.count, record.name.id)))


def _int(text: str | None) -> int:
    return int(text or 0)


# --- writing --------------------------------------------------------------------------------------


def _mermaid(schema: Schema) -> str:
    nodes = {kind.iri: f"k{place}" for place, kind in enumerate(schema.kinds)}
    lines = ["flowchart LR"]
    lines += [f'  {nodes[kind.iri]}["{_quoted(kind.name.label)} ({kind.count})"]' for kind in schema.kinds]
    edges: dict[tuple[str, str], list[str]] = {}
    for use in schema.uses:
        for before, after, number in use.ends:
            pair = nodes.get(before, "any"), nodes.get(after, "value" if use.relation.attribute else "any")
            edges.setdefault(pair, []).append(f"{_quoted(use.relation.label)} ({number})")
    for extra, shape in (("any", '["thing"]'), ("value", '(["value"])')):
        if any(extra in pair for pair in edges):
            lines.append(f"  {extra}{shape}")
    lines += [f'  {one} -->|"{"<br/>".join(said)}"| {two}' for (one, two), said in edges.items()]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    """Return a text with nothing in it that Mermaid or a browser would read as other than text."""
    plain_text = " ".join(text.split())
    return "".join(c if c.isalnum() or c in " -_.,'’()" else f"#{ord(c)};" for c in plain_text)


def _turtle(schema: Schema) -> str:
    return as_void(schema).serialize(format="turtle")


def as_void(schema: Schema, *, dataset: str = "", endpoint: str = "") -> rdflib.Graph:
    """Return the default graph's description in VoID: its size, and its classes and properties with counts.

    Args:
        schema: what there is.
        dataset: IRI of what is described, under which its parts have IRIs too; "" for the case's own.
        endpoint: IRI of the SPARQL endpoint that answers on it, "" for none.

    >>> import caseboard
    >>> len(as_void(caseboard.open("harbour").schema(), endpoint="http://example.org/sparql"))
    131
    """
    import rdflib
    from rdflib import DCTERMS, XSD, Literal, URIRef

    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, space in (("void", void), ("dcterms", DCTERMS), ("xsd", XSD)):
        graph.bind(prefix, space)
    iri = dataset or schema.iri
    described: Any = URIRef(iri) if iri else rdflib.BNode("dataset")
    if endpoint:
        graph.add((described, void.sparqlEndpoint, URIRef(endpoint)))

    def part(verb: Any, place: int, about: Sequence[tuple[Any, Any]]) -> None:
        # Numbered, so that the file is the same every time.
        node = URIRef(f"{dataset}#part-{place}") if dataset else rdflib.BNode(f"part{place:09}")
        graph.add((described, verb, node))
        for prop, value in about:
            graph.add((node, prop, value))

    triples, subjects, objects = map(Literal, schema.size)
    graph.add((described, rdflib.RDF.type, void.Dataset))
    graph.add((described, DCTERMS.title, Literal(schema.title)))
    for prop, value in (
        (void.triples, triples),
        (void.distinctSubjects, subjects),
        (void.distinctObjects, objects),
        (void.classes, Literal(len(schema.kinds))),
        (void.properties, Literal(len(schema.properties))),
    ):
        graph.add((described, prop, value))
    for place, kind in enumerate(schema.kinds):
        about = [(void["class"], URIRef(kind.iri)), (void.entities, Literal(kind.count))]
        part(void.classPartition, place, about)
    for place, one in enumerate(schema.properties, start=len(schema.kinds)):
        part(
            void.propertyPartition,
            place,
            [
                (void.property, URIRef(one.iri)),
                (void.triples, Literal(one.triples)),
                (void.distinctSubjects, Literal(one.subjects)),
                (void.distinctObjects, Literal(one.objects)),
            ],
        )
    return graph
