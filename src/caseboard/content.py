"""What a page tells beside the network: gathered from a case, its conclusions and its queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from caseboard import pictures
from caseboard.described import described
from caseboard.display import Page
from caseboard.engine import parse_table
from caseboard.model import Name
from caseboard.page import render
from caseboard.page.content import Asked, Cell, Content
from caseboard.sparql import NamedQuery, survey, tokens
from caseboard.steps import step
from caseboard.store import VOCABULARY
from caseboard.table import Table
from caseboard.terms import CB, RDF, RDFS
from caseboard.theories import read_theories
from caseboard.threads import Question
from caseboard.world import load_files

if TYPE_CHECKING:
    import networkx as nx

    from caseboard.claims import Case
    from caseboard.desk import Desk
    from caseboard.evidence import EvidenceReport
    from caseboard.inference import Inference

# An answer that takes more bytes than this is left out of the page, and its length said instead.
_LONG_ANSWER = 1_200
# Above this many claims the queries are listed, but not answered: a page is to be there in seconds.
_MANY_CLAIMS = 5_000


def page(
    case: Case,
    network: nx.MultiDiGraph[str],
    desk: Desk,
    inference: Inference | None = None,
    *,
    include: Collection[str] = (),
    reports: Iterable[EvidenceReport] = (),
) -> Page:
    """Return the page of a network with what `gather` finds to tell beside it."""
    told = gather(case, network, desk, inference, include=include, reports=reports)
    text = render(network, content=told, language=case.title_language)
    drawn = (network.number_of_nodes(), network.number_of_edges())
    return Page(text, name=case.title, picture=lambda: pictures.png(network), drawn=drawn)


def gather(
    case: Case,
    network: nx.MultiDiGraph[str],
    desk: Desk,
    inference: Inference | None = None,
    *,
    include: Collection[str] = (),
    reports: Iterable[EvidenceReport] = (),
) -> Content:
    """Return what a page of this network tells beside it, as far as it is about the network's nodes.

    Args:
        case: the claims.
        network: what the page draws.
        desk: answers the named queries; it holds no claims that the page is to leave out.
        inference: what follows from the claims, where the network shows it.
        include: statuses beside the stated ones, as the network was made with.
        reports: copies of sources, held against; of each the passages that hold are shown.

    >>> import caseboard
    >>> board = caseboard.open("harbour")
    >>> content = gather(board.case, board.network(), board.desk, include=["refuted"])
    >>> content.facts[0]["value"], content.questions[0]["text"]
    ('dead', 'Who is “Whoever killed Tomas”?')
    >>> [theory["label"] for theory in content.theories]
    ['Bruno Lind, alive under another name']
    """
    step("gathering what is known beside the links")
    facts = [*_facts(case, network, include), *_inferred_facts(network, inference, include)]
    shown = {str(claim): None for _, _, claim in network.edges(keys=True)}
    shown |= dict.fromkeys(fact["id"] for fact in facts)
    rdf = _rdf(case, network, facts)
    said = [data.get("evidence", "") for _, _, data in network.edges(data=True)]
    said += [fact.get("evidence", "") for fact in facts]
    return Content(
        facts=facts,
        questions=[
            {"node": node, "text": Question(Name(node, data["label"]), (), data["kind"]).text}
            for node, data in network.nodes(data=True)
            if data.get("unknown")
        ],
        theories=list(_theories(case, network, shown)),
        proofs=_proofs(inference, shown) if inference else {},
        passages=_passages(reports, {part for listed in said for part in listed.split("; ")}),
        queries=list(_answered(case, network, desk, refuted="refuted" in include)),
        threads=_threads(case, network, facts),
        terms=_terms(case, network, rdf["terms"]),
        rdf=rdf,
    )


def _facts(case: Case, network: nx.MultiDiGraph[str], include: Collection[str]) -> Iterator[dict[str, Any]]:
    """Yield each claim with a literal object about a node, with the same words as the edges have."""
    for claim, subject, relation, obj, status, point in case.core:
        node, declared = case.curie(subject), case.relations.get(str(relation))
        if claim not in case.literals or node not in network or declared is None or declared.about_work:
            continue
        word, strength = case.statuses.get(str(status)) or (case.curie(status), 0.0)
        gone, by = case.refuted.get(str(claim), (None, ()))
        if word not in ("stated", *include) or (gone and "refuted" not in include):
            continue
        revealed = case.point(str(point))
        row = {
            "id": case.curie(claim),
            "node": node,
            "relation": declared.id,
            "label": declared.label,
            "value": str(obj),
            "family": declared.family,
            "status": word,
            "strength": strength,
            "revealed": revealed.label,
            "reveal_order": revealed.order,
            "threads": "; ".join(name.label for name in case.threads_of.get(str(claim), ())),
            "evidence": "; ".join(map(str, case.evidence_of(str(claim)))),
            "note": case.note_of(str(claim)),
        }
        if gone:
            row |= {"refuted": gone.label, "refute_order": gone.order, "refuted_by": "; ".join(by)}
        yield {key: value for key, value in row.items() if value != ""}


def _inferred_facts(
    network: nx.MultiDiGraph[str], inference: Inference | None, include: Collection[str]
) -> Iterator[dict[str, Any]]:
    for claim in inference.visible(include) if inference else ():
        if isinstance(claim.object, Name) or claim.subject.id not in network or claim.relation.about_work:
            continue
        yield {
            "id": claim.id,
            "node": claim.subject.id,
            "relation": claim.relation.id,
            "label": claim.relation.label,
            "value": claim.object.label,
            "family": claim.relation.family,
            "status": "inferred",
            "strength": claim.strength,
            "revealed": claim.revealed.label,
            "reveal_order": claim.revealed.order,
            "evidence": "; ".join(dict.fromkeys(f"the rule {way.rule}" for way in claim.derivations)),
            "note": claim.sentence,
        }


def _threads(case: Case, network: nx.MultiDiGraph[str], facts: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Return what the threads of the claims that are shown are about; of one name, all descriptions."""
    listed = {data.get("threads", "") for _, _, data in network.edges(data=True)}
    listed |= {fact.get("threads", "") for fact in facts}
    shown = {label for joined in listed for label in joined.split("; ")}
    found: dict[str, list[str]] = {}
    for thread in case.threads.values():
        if thread.comment and thread.label in shown:
            found.setdefault(thread.label, []).append(thread.comment)
    return {label: " ".join(dict.fromkeys(comments)) for label, comments in found.items()}


def _theories(case: Case, network: nx.MultiDiGraph[str], shown: Collection[str]) -> Iterator[dict[str, Any]]:
    """Yield the theories that rest on nothing the page leaves out, by what speaks against them.

    What a theory says is what all the claims that favour it reveal.
    """
    for theory in sorted(read_theories(case), key=lambda one: (one.question.label, one.weight, one.label)):
        named = [theory.question, *([theory.proposes] if theory.proposes else [])]
        if all(name.id in network for name in named) and all(c.id in shown for c in theory.supports):
            row = {
                "question": theory.question.id,
                "label": theory.label,
                "comment": theory.comment,
                "by": ", ".join(map(str, theory.by)),
                "favour": [claim.id for claim in theory.supports],
                "against": [claim.id for claim in theory.against if claim.id in shown],
                "answer": theory.proposes.id if theory.proposes else "",
            }
            yield {key: value for key, value in row.items() if value}


def _proofs(inference: Inference, shown: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the ways to each conclusion that is shown; a way through what is not shown is left out."""
    proofs = {}
    for claim in inference.claims:
        if claim.id not in shown:
            continue
        ways = [
            {"rule": rule.sentence, "premises": [premise.claim.id for premise in premises]}
            for rule, premises in inference.explain(claim.id).ways
        ]
        if kept := [way for way in ways if all(premise in shown for premise in way["premises"])]:
            proofs[claim.id] = kept
    return proofs


def _passages(reports: Iterable[EvidenceReport], said: Collection[str]) -> dict[str, str]:
    """Return the passages that stand where the case says, by how an edge names their place."""
    found: dict[str, dict[str, None]] = {}
    for report in reports:
        for finding in report.findings:
            place = str(finding.evidence).split("; ")[-1]
            if finding.verdict == "holds" and finding.passage and place in said:
                found.setdefault(place, {})[finding.passage] = None
    return {place: " … ".join(passages) for place, passages in found.items()}


def _answered(case: Case, network: nx.MultiDiGraph[str], desk: Desk, *, refuted: bool) -> Iterator[Asked]:
    """Yield the named queries that need no parameters, as far as the vocabulary has what they name."""
    hidden, words = _hidden(case)
    claims = {str(claim) for _, _, claim in network.edges(keys=True)}
    for query in desk.queries.values():
        if query.parameters or _names(query, case) & hidden or any(w in query.text.lower() for w in words):
            continue
        if survey(query.text, prefixes=case.names.prefixes).form != "SELECT":
            continue
        asked = Asked(query.name, query.title, "", (), None, -1)
        if len(case.core) <= _MANY_CLAIMS:
            table = Table(desk.answer(query.text).data, case)
            # What turned out false is left out with the row that names it.
            gone = set() if refuted else {case.curie(claim) for claim in case.refuted}
            rows = tuple(_cells(table, case, network, claims, gone))
            asked = replace(asked, count=len(rows))
            if rows and sum(map(_size, rows)) <= _LONG_ANSWER:
                # The title says what the first comment says; the others are for `caseboard queries NAME`.
                lines = query.text.splitlines(keepends=True)
                text = "".join(line for line in lines if not line.lstrip().startswith("#"))
                asked = replace(asked, sparql=text, columns=table.columns, rows=rows)
        yield asked


def _size(row: Iterable[Cell]) -> int:
    """Return about how many bytes a row takes in the page, where a node is a number."""
    return sum(3 if cell.node else len(cell.text.encode(errors="replace")) + 4 for cell in row)


def _cells(
    table: Table, case: Case, network: nx.MultiDiGraph[str], claims: Collection[str], gone: set[str]
) -> Iterator[tuple[Cell, ...]]:
    for terms, texts in zip(parse_table(table.tsv)[1], table.cells(), strict=True):
        ids = [_id(case, term) for term in terms]
        if not gone.isdisjoint(ids):
            continue
        yield tuple(
            Cell(text, id_ if id_ in network else None, id_ if id_ in claims else None)
            for id_, text in zip(ids, texts, strict=True)
        )


def _id(case: Case, term: object) -> str | None:
    """Return the id of what is no literal."""
    text = str(term)
    return case.curie(text.strip("<>")) if text.startswith(("<", "_:")) else None


def _hidden(case: Case) -> tuple[set[str], list[str]]:
    """Return the terms of our vocabulary that this board has not got, and what they are called in a phrase.

    Only a view lacks any: the queries, which are written for the whole vocabulary, are not to name them.
    """
    ours = load_files({}).triples(VOCABULARY)
    hidden = {s for s, _, _ in ours} - {s for s, _, _ in case.store.triples(VOCABULARY)}
    labels = {f"<{RDFS}label>", f"<{CB}inverseLabel>"}
    phrases = [o.split('"')[1].lower() for s, p, o in ours if s in hidden and p in labels]
    return {term.strip("<>") for term in hidden}, [phrase for phrase in phrases if " " in phrase]


def _names(query: NamedQuery, case: Case) -> set[str]:
    """Return the IRIs that a query names."""
    found = (
        case.names.iri(token.text) if token.kind == "pname" else token.text.strip("<>")
        for token in tokens(query.text)
        if token.kind in ("pname", "iri")
    )
    return {iri for iri in found if iri}


def _rdf(case: Case, network: nx.MultiDiGraph[str], facts: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return the triples behind what is shown, without the texts that the page has anyway."""
    label, comment, value = f"{RDFS}label", f"{RDFS}comment", f"{RDF}object"
    told: dict[str, dict[str, str]] = {
        node: {label: data["label"], comment: data.get("comment", "")}
        for node, data in network.nodes(data=True)
    }
    claims = {data["claim"]: {comment: data.get("note", "")} for _, _, data in network.edges(data=True)}
    claims |= {fact["id"]: {comment: fact.get("note", ""), value: fact["value"]} for fact in facts}
    return described(case, entities=network, claims=claims, told=told | claims)


def _terms(case: Case, network: nx.MultiDiGraph[str], used: Iterable[str]) -> dict[str, Any]:
    """Return what threads, points, statuses and kinds are called in RDF, and the prefixes it takes."""
    threads: dict[str, list[str]] = {}
    for thread in case.threads.values():
        threads.setdefault(thread.label, []).append(thread.id)
    of_class: dict[str, set[str]] = {}
    for iri, kind, *_ in case.rows("entities"):
        of_class.setdefault(str(kind), set()).add(str(iri))
    of_kind: dict[str, set[str]] = {}
    for entity in case.entities.values():
        of_kind.setdefault(entity.kind, set()).add(entity.iri)
    # Where an entity is of two kinds and shown as one of them, the class is not what the page shows.
    kinds = {
        case.label(iri).lower(): case.curie(iri)
        for iri, members in sorted(of_class.items())
        if of_kind.get(case.label(iri).lower()) == members
    }
    drawn = {data["kind"] for _, data in network.nodes(data=True)}
    terms: dict[str, Any] = {
        "threads": threads,
        "points": [point.id for point in case.points],
        "statuses": {word: case.curie(iri) for iri, (word, _) in case.statuses.items()},
        "kinds": {word: id_ for word, id_ in kinds.items() if word in drawn},
    }
    listed = [*network, *(str(claim) for _, _, claim in network.edges(keys=True))]
    listed += [data.get("relation", "") for _, _, data in network.edges(data=True)]
    listed += [id_ for ids in threads.values() for id_ in ids] + terms["points"]
    listed += [term for term in used if not term.startswith('"')]
    needed = {"cb", "rdf", "rdfs", "prov", *(id_.partition(":")[0] for id_ in listed)}
    prefixes = case.names.prefixes
    return {"prefixes": {prefix: prefixes[prefix] for prefix in sorted(needed & set(prefixes))}, **terms}
