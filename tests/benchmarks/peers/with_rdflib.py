"""rdflib and its own evaluator, on the same data."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import rdflib
from rdflib.plugins.sparql import prepareUpdate
from serve import Job, digest, serve

CB = "https://w3id.org/caseboard/ns#"
_LOOK_UP = "GRAPH cb:vocabulary { ?identity a cb:IdentityRelation }"
#: The rules of ``graph/rules``: what follows, from what.
_RULES = (
    (
        "?a cb:alliedWith ?b",
        "?a cb:pursues ?q . ?b cb:pursues ?q . ?a cb:memberOf ?o . ?b cb:memberOf ?o "
        "FILTER(STR(?a) < STR(?b))",
    ),
    ("?a cb:assetOf ?b", "?o cb:handlerOf ?a . ?o cb:memberOf ?b"),
    ('?a cb:vitalStatus "dead"', "?a cb:diedIn ?event"),
    ('?a cb:vitalStatus "dead"', "?a cb:killedBy ?killer"),
    (
        "?a cb:hasLeverageOver ?b",
        "?a cb:possesses ?d . ?d cb:documents ?s . ?s cb:secretOf ?b FILTER(?a != ?b)",
    ),
    ("?a cb:memberOf ?b", "?a cb:memberOf ?part . ?part cb:memberOf ?b FILTER(?a != ?b)"),
    (
        "?a ?r ?b",
        _LOOK_UP
        + """ ?p ?identity ?a . ?p ?r ?b
        FILTER(?r NOT IN (?identity, cb:vitalStatus, cb:killedBy, cb:diedIn) && ?a != ?b)""",
    ),
    (
        "?a ?r ?b",
        _LOOK_UP
        + """ ?p ?identity ?b . ?a ?r ?p
        FILTER(?r != ?identity && ?a != ?b)""",
    ),
    (
        "?a cb:rivalOf ?b",
        """?a cb:pursues ?q . ?b cb:pursues ?q FILTER(STR(?a) < STR(?b))
        ?a cb:serves|cb:agencyOf ?c . ?b cb:serves|cb:agencyOf ?d FILTER(?c != ?d)""",
    ),
    ("?a cb:pursuesSameAs ?b", "?a cb:pursues ?q . ?b cb:pursues ?q FILTER(STR(?a) < STR(?b))"),
    ("?a cb:serves ?b", "?a cb:memberOf ?o . ?o cb:agencyOf ?b"),
    ("?a cb:siblingOf ?b", "?p cb:parentOf ?a . ?p cb:parentOf ?b FILTER(STR(?a) < STR(?b))"),
)


def load(path: str) -> Job:
    """Parse a Turtle file into a graph in memory."""
    claim = rdflib.URIRef(CB + "Claim")
    return (
        lambda: rdflib.Graph().parse(path, format="turtle"),
        lambda graph: {"claims": sum(1 for _ in graph.subjects(rdflib.RDF.type, claim))},
    )


def query(folder: str, texts: list[str], prefixes: dict[str, str]) -> list[Job]:
    """Ask a dataset with all graphs of a board, what is stated in its default graph; run through the rows."""
    # Loaded with the engine's parser, which is faster and not what is measured here.
    dataset = rdflib.Dataset()
    for file in sorted(Path(folder).glob("*.nt")):
        default = file.stem == "stated"
        graph = dataset.default_graph if default else dataset.graph(rdflib.URIRef(CB + file.stem))
        graph.parse(str(file), format="ox-nt")

    def work(text: str) -> list[Any]:
        return list(dataset.query(text, initNs=prefixes))

    return [(partial(work, text), digest) for text in texts]


def rules(path: str, vocabulary: str, tuned: bool) -> Job:
    """Run the twelve rules over the unrefuted claims of a case, until a round of all of them adds nothing.

    They run over plain triples and leave no trace of what rests on what, each in the form that takes rdflib
    less time: as ``graph/rules`` has them, with VALUES and over claims, it takes minutes. Tuned, they name
    the one relation to a persona that there is in this case, instead of looking it up in the vocabulary.
    """
    case, words = rdflib.Graph().parse(path, format="turtle"), rdflib.Graph().parse(vocabulary)
    said = "INSERT {{ {0} . GRAPH cb:inferred {{ {0} }} }} WHERE {{ {1} }}"
    names = {"cb": rdflib.Namespace(CB)}
    texts = [said.format(*rule) for rule in _RULES]
    if tuned:
        texts = [text.replace(_LOOK_UP, "").replace("?identity", "cb:aliasOf") for text in texts]
    updates = [prepareUpdate(text, initNs=names) for text in texts]

    def work() -> set[Any]:
        dataset, stated = rdflib.Dataset(), set()
        known = dataset.graph(rdflib.URIRef(CB + "vocabulary"))
        known += words
        world = dataset.default_graph
        for _, triple, sure in unrefuted(case):
            world.add(triple)
            if sure:
                stated.add(triple)
        before = -1
        while before != (before := len(world)):
            for update in updates:
                dataset.update(update)
        return set(dataset.graph(rdflib.URIRef(CB + "inferred"))) - stated

    return work, lambda found: digest((term.n3() for term in triple) for triple in found)


def view(path: str, vocabulary: str, cuts: list[dict[str, str]]) -> list[Job]:
    """Copy what passes a cut, and what that reaches, to a new dataset, as one would by hand in a loop."""
    case, words = rdflib.Graph().parse(path, format="turtle"), rdflib.Graph().parse(vocabulary)
    cb, ex = rdflib.Namespace(CB), rdflib.Namespace("https://example.org/generated/")
    prov, oa = rdflib.Namespace("http://www.w3.org/ns/prov#"), rdflib.Namespace("http://www.w3.org/ns/oa#")
    reach = (
        rdflib.RDF.subject,
        rdflib.RDF.object,
        cb.partOfThread,
        prov.wasDerivedFrom,
        prov.wasAttributedTo,
    )

    def work(cut: dict[str, str]) -> rdflib.Dataset:
        dataset = rdflib.Dataset()
        order = {point: int(place) for point, place in case.subject_objects(cb.order)}
        last = order[ex[cut["as_of"]]] if "as_of" in cut else max(order.values())
        passing = {
            claim
            for claim in case.subjects(rdflib.RDF.type, cb.Claim)
            if order[case.value(claim, cb.revealedIn)] <= last
            and ("status" not in cut or (claim, cb.status, cb[cut["status"].capitalize()]) in case)
            and ("thread" not in cut or (claim, cb.partOfThread, ex[cut["thread"]]) in case)
            and ("known_to" not in cut or known(claim, ex[cut["known_to"]]))
        }
        kept = passing | set(case.subjects(rdflib.RDF.type, cb.Case))
        kept |= {point for point, place in order.items() if place <= last}
        for claim in passing:
            for link in reach:
                kept.update(case.objects(claim, link))
        kept |= {source for piece in list(kept) for source in case.objects(piece, oa.hasSource)}
        described = set(case.subjects())
        claims = dataset.graph(cb.claims)
        for thing in kept:
            for s, p, o in case.triples((thing, None, None)):
                if o not in described or o in kept:
                    claims.add((s, p, o))
        vocabulary_ = dataset.graph(cb.vocabulary)
        vocabulary_ += words
        for claim in passing:
            if (point := claims.value(claim, cb.refutedIn)) is None and (claim, cb.refutedBy, None) in claims:
                claims.remove((claim, cb.refutedBy, None))
            status = "refuted" if point else str(case.value(claim, cb.status)).rpartition("#")[2].lower()
            parts = (rdflib.RDF.subject, rdflib.RDF.predicate, rdflib.RDF.object)
            subject, relation, obj = (case.value(claim, part) for part in parts)
            dataset.graph(cb[status]).add((subject, relation, obj))
        return dataset

    def known(claim: Any, person: Any) -> bool:
        if (claim, cb.status, cb.Stated) not in case:
            return False
        if (claim, rdflib.RDF.subject, person) in case:
            return True
        covert = (case.value(claim, rdflib.RDF.predicate), cb.covert, rdflib.Literal(True))
        return (claim, rdflib.RDF.object, person) in case and covert not in words

    return [(partial(work, cut), lambda dataset: digest(dataset.graph(cb.claims))) for cut in cuts]


def import_rows(path: str) -> Job:
    """Read a table with pandas, reify its rows with their passages, and write the graph as N-Triples."""
    import hashlib
    import tempfile

    import pandas as pd

    cb, mine = rdflib.Namespace(CB), rdflib.Namespace("https://example.org/")
    oa, prov = rdflib.Namespace("http://www.w3.org/ns/oa#"), rdflib.PROV
    rdf, rdfs = rdflib.RDF, rdflib.RDFS

    def named(graph: rdflib.Graph, text: str, kind: rdflib.URIRef) -> rdflib.URIRef:
        iri = mine[text.lower().replace(" ", "-")]
        graph.add((iri, rdf.type, kind))
        graph.add((iri, rdfs.label, rdflib.Literal(text)))
        return iri

    def work() -> rdflib.Graph:
        graph = rdflib.Graph()
        point = named(graph, "the start", cb.RevealPoint)
        for row in pd.read_csv(path, dtype=str, keep_default_na=False).itertuples(index=False):
            said = "\x1f".join(row)
            name = hashlib.sha256(said.encode()).hexdigest()[:10]
            claim, passage, selector = mine[f"c-{name}"], mine[f"e-{name}"], rdflib.BNode()
            source = named(graph, row.source, cb.Source)
            for triple in (
                (claim, rdf.type, cb.Claim),
                (claim, rdf.type, rdf.Statement),
                (claim, rdf.subject, named(graph, row.subject, cb.Person)),
                (claim, rdf.predicate, mine[row.relation.replace(" ", "-")]),
                (claim, rdf.object, named(graph, row.object, cb.Person)),
                (claim, cb.status, cb[row.status.title()]),
                (claim, cb.revealedIn, point),
                (claim, prov.wasDerivedFrom, passage),
                (claim, prov.wasAttributedTo, named(graph, f"author of {row.source}", cb.Agent)),
                (passage, rdf.type, oa.SpecificResource),
                (passage, oa.hasSource, source),
                (passage, oa.hasSelector, selector),
                (selector, rdf.type, oa.TextQuoteSelector),
                (selector, oa.exact, rdflib.Literal(row.quote)),
            ):
                graph.add(triple)
        with tempfile.NamedTemporaryFile(suffix=".nt") as file:
            graph.serialize(file.name, format="nt", encoding="utf-8")
        return graph

    return work, lambda graph: {"claims": sum(1 for _ in graph.subjects(rdf.type, cb.Claim))}


def unrefuted(case: rdflib.Graph) -> Iterator[tuple[Any, tuple[Any, Any, Any], bool]]:
    """Yield each claim that is not refuted, its triple, and whether it is stated."""
    refuted = set(case.subjects(rdflib.URIRef(CB + "refutedIn")))
    stated = set(case.subjects(rdflib.URIRef(CB + "status"), rdflib.URIRef(CB + "Stated")))
    for claim in case.subjects(rdflib.RDF.type, rdflib.URIRef(CB + "Claim")):
        if claim not in refuted:
            parts = (rdflib.RDF.subject, rdflib.RDF.predicate, rdflib.RDF.object)
            subject, relation, obj = (case.value(claim, part) for part in parts)
            yield claim, (subject, relation, obj), claim in stated


if __name__ == "__main__":
    serve({"load": load, "import_rows": import_rows, "query": query, "rules": rules, "view": view})
