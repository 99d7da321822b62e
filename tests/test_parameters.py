"""What the parameters of named queries take: what is read, what is refused and how, and where it is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import rdflib
from rdflib import RDF, SH, XSD, URIRef
from rdflib.collection import Collection

import caseboard
from caseboard import Board
from caseboard.errors import AmbiguousName, BadArgument, CaseboardError, CaseError, UnknownName
from caseboard.library import serialize
from caseboard.sparql import Parameter, read_query
from caseboard.table import Table

NS = "https://w3id.org/caseboard/ns#"
CASE = "https://w3id.org/caseboard/hit-and-run/"


def written(folder: Path, kind: str, name: str = "mine") -> Path:
    """Write a query that gives back what its one parameter is bound to."""
    text = (
        f"# Mine.\n# Parameter p ({kind}): what.\n# Example: caseboard run mine p=x\nSELECT ?p WHERE {{ }}\n"
    )
    (folder / f"{name}.rq").write_text(text, "utf-8")
    return folder


def bound(board: Board, folder: Path, kind: str, value: object) -> str:
    """Return the term that a value becomes."""
    desk = board.desk.with_queries(written(folder, kind))
    return desk.prepare("mine", {"p": value})[1]["p"]


@pytest.mark.parametrize(
    ("kind", "value", "term"),
    [
        ("entity", "segev", f"<{CASE}segev-azulai>"),
        ("entity cb:Person", "Segev", f"<{CASE}segev-azulai>"),
        ("entity cb:Person", "Sophie Dreyer", f"<{CASE}sophie-dreyer>"),
        ("entity cb:Person or cb:Organisation", "hr:mossad", f"<{CASE}mossad>"),
        ("entity cb:Entity", "CIA", f"<{CASE}cia>"),
        ("relation", "handlerOf", f"<{NS}handlerOf>"),
        ("relation", "cb:handlerOf", f"<{NS}handlerOf>"),
        ("relation", "is handler of", f"<{NS}handlerOf>"),
        ("thread", "manhunt", f"<{CASE}thread-manhunt>"),
        ("thread", "The diary and its secrets", f"<{CASE}thread-diary>"),
        ("point", "season-1-finale", f"<{CASE}season-1-finale>"),
        ("point", "the end of season 1", f"<{CASE}season-1-finale>"),
        ("status", "hedged", f"<{NS}Hedged>"),
        ("status", "cb:Hedged", f"<{NS}Hedged>"),
        ("status", "STATED", f"<{NS}Stated>"),
        ("text", ' "} ', '" "} "'),
        ("integer", "-12", f'"-12"^^<{XSD.integer}>'),
        ("integer", 12, f'"12"^^<{XSD.integer}>'),
        ("number", "12", f'"12"^^<{XSD.integer}>'),
        ("number", " 2.50 ", f'"2.50"^^<{XSD.decimal}>'),
        ("number", "2.5e3", f'"2.5e3"^^<{XSD.double}>'),
        ("number", 2.5, f'"2.5"^^<{XSD.decimal}>'),
        ("date", "2021-08-06", f'"2021-08-06"^^<{XSD.date}>'),
        ("date", date(2021, 8, 6), f'"2021-08-06"^^<{XSD.date}>'),
        ("boolean", "Yes", f'"true"^^<{XSD.boolean}>'),
        ("boolean", False, f'"false"^^<{XSD.boolean}>'),
    ],
)
def test_a_value_becomes_the_term_of_its_kind(
    kind: str, value: object, term: str, hit_and_run: Board, tmp_path: Path
) -> None:
    assert bound(hit_and_run, tmp_path, kind, value) == term


@pytest.mark.parametrize(
    ("kind", "value", "error", "said"),
    [
        (
            "entity",
            "Segef Azulai",
            UnknownName,
            "p: no entity on this board is called .* Did you mean Segev Azulai?",
        ),
        (
            "entity cb:Person",
            "Segef",
            UnknownName,
            "p: no person on this board is called 'Segef'. Did you mean Segev",
        ),
        (
            "entity cb:Place",
            "Mossad",
            UnknownName,
            "p: Mossad is no place but of the kind organisation. There are America, Israel",
        ),
        (
            "entity cb:Place",
            "Xyzzy",
            UnknownName,
            "p: no place on this board is called 'Xyzzy'. There are America",
        ),
        ("entity cb:Place or cb:Object", "", UnknownName, "no place or object on this board"),
        ("entity cb:Work", "season", AmbiguousName, "'season' could be any of: Hit & Run, season 1 "),
        (
            "relation",
            "handlrOf",
            UnknownName,
            "p: the vocabulary has no relation 'handlrOf'. Did you mean cb:handlerOf",
        ),
        ("thread", "hunter", UnknownName, "p: there is no one thread 'hunter'. There are: "),
        ("point", "season 9", UnknownName, "p: there is no one reveal point 'season 9'. In order: premise"),
        ("status", "hegded", UnknownName, "p: there is no status 'hegded'. Did you mean hedged?"),
        ("status", "sure", UnknownName, "p: there is no status 'sure'. There are stated, inferred, hedged"),
        ("integer", "3.5", BadArgument, "the parameter p takes a whole number, such as 3, not '3.5'"),
        ("integer", "٣", BadArgument, "takes a whole number"),
        ("integer", True, BadArgument, "takes a whole number, such as 3, not 'true'"),
        ("number", "three", BadArgument, "the parameter p takes a number, such as 3 or 2.5, not 'three'"),
        ("number", float("nan"), BadArgument, "takes a number"),
        ("number", '3" . <urn:x>', BadArgument, "takes a number"),
        (
            "date",
            "06.08.2021",
            BadArgument,
            "takes a date as year-month-day, such as 2021-08-06, not '06.08.2021'",
        ),
        ("date", "2021-02-30", BadArgument, "takes a date"),
        ("date", "2021-W01-1", BadArgument, "takes a date"),
        ("boolean", "maybe", BadArgument, "the parameter p takes true or false, not 'maybe'"),
        ("text", 3, BadArgument, "the parameter p takes a text, not int"),
        ("entity", 3, BadArgument, "the parameter p takes a text, not int"),
    ],
)
def test_another_value_is_refused_with_what_is_expected(
    kind: str, value: object, error: type[CaseboardError], said: str, hit_and_run: Board, tmp_path: Path
) -> None:
    with pytest.raises(error, match=said):
        bound(hit_and_run, tmp_path, kind, value)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("persn", "there is no kind 'persn'; there are entity, relation"),
        ("dat", "Did you mean date"),
        ("entity Person", "there is no kind"),
        ("entity cb:Person and cb:Place", "there is no kind"),
        ("", "a parameter is written: Parameter NAME"),
    ],
)
def test_a_kind_that_there_is_not_is_told_with_its_line(kind: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=rf"mine.rq, line 2: .*{said}"):
        read_query(written(tmp_path, kind) / "mine.rq")


def test_a_kind_of_things_that_there_is_not_is_told_with_the_file(hit_and_run: Board, tmp_path: Path) -> None:
    with pytest.raises(
        CaseError, match=r"mine.rq: the parameter p: there is no kind of things cb:Persn. Did you mean"
    ):
        hit_and_run.desk.with_queries(written(tmp_path, "entity cb:Persn"))


def test_a_typed_value_is_compared_as_its_type(hit_and_run: Board, tmp_path: Path) -> None:
    text = (
        "# What came out since.\n# Parameter since (date): the day.\n"
        "SELECT ?work ?since WHERE { ?work cb:premieredOn ?day FILTER(?day >= ?since) } ORDER BY ?work\n"
    )
    (tmp_path / "since.rq").write_text(text, "utf-8")
    desk = hit_and_run.desk.with_queries(tmp_path)
    for day, found in (("2021-08-06", 1), ("2021-08-07", 0)):
        table = desk.run("since", {"since": day})
        assert isinstance(table, Table)
        assert len(table) == found


def test_the_list_says_what_each_takes(tmp_path: Path, hit_and_run: Board) -> None:
    query = read_query(written(tmp_path, "entity cb:Person or cb:Group") / "mine.rq")
    assert [str(one) for one in query.parameters] == ["p=PERSON|GROUP"]
    assert [str(one) for one in hit_and_run.desk.queries["linked-by"].parameters] == ["relation=RELATION"]


def test_what_may_be_given_is_what_is_taken(hit_and_run: Board, harbour: Board) -> None:
    for board in (hit_and_run, harbour):
        for kind in ("entity", "relation", "thread", "point", "status", "boolean"):
            offered = board.desk.choices(Parameter("p", kind, ""))
            assert len(offered) > 1
    people = hit_and_run.desk.choices(Parameter("p", "entity", "", ("cb:Place",)))
    assert people == [("America", "place"), ("Israel", "place")]
    assert hit_and_run.desk.choices(Parameter("p", "date", "")) == []


def test_a_view_offers_no_thread_or_point_that_it_hides(hit_and_run: Board) -> None:
    desk = hit_and_run.view(as_of="premise").desk
    assert [text for text, _ in desk.choices(Parameter("p", "point", ""))] == ["the premise"]
    with pytest.raises(UnknownName) as error:
        desk.run("believed-at", {"point": "season 2"})
    assert "season-2" not in str(error.value)


@pytest.mark.parametrize(
    ("kind", "verb", "value"),
    [
        ("entity", SH.nodeKind, SH.BlankNodeOrIRI),
        ("entity cb:Person", SH["class"], URIRef(f"{NS}Person")),
        ("relation", SH["class"], URIRef(f"{NS}Relation")),
        ("thread", SH["class"], URIRef(f"{NS}Thread")),
        ("point", SH["class"], URIRef(f"{NS}RevealPoint")),
        ("status", SH["class"], URIRef(f"{NS}Status")),
        ("text", SH.datatype, XSD.string),
        ("integer", SH.datatype, XSD.integer),
        ("date", SH.datatype, XSD.date),
        ("boolean", SH.datatype, XSD.boolean),
    ],
)
def test_other_tools_are_told_what_a_parameter_takes(
    kind: str, verb: URIRef, value: URIRef, tmp_path: Path, hit_and_run: Board
) -> None:
    query = read_query(written(tmp_path, kind) / "mine.rq")
    graph = rdflib.Graph().parse(
        serialize([query], prefixes=hit_and_run.case.store.prefixes, target="http://a.b/c")
    )
    (it,) = graph.objects(URIRef("https://w3id.org/caseboard/queries/mine"), SH.parameter)
    assert (it, RDF.type, SH.Parameter) in graph
    assert str(graph.value(it, SH.path)).endswith("/mine#p")
    assert str(graph.value(it, SH.description)) == "what."
    assert list(graph.objects(it, verb)) == [value]


@pytest.mark.parametrize("kind", ["entity cb:Person or cb:Group", "number"])
def test_other_tools_are_told_where_one_of_several_is_taken(kind: str, tmp_path: Path) -> None:
    query = read_query(written(tmp_path, kind) / "mine.rq")
    graph = rdflib.Graph().parse(serialize([query], prefixes={}, target="http://a.b/c"))
    (it,) = graph.subjects(RDF.type, SH.Parameter)
    named = [next(iter(graph.objects(one))) for one in Collection(graph, graph.value(it, SH["or"]))]
    if kind == "number":
        assert named == [XSD.integer, XSD.decimal, XSD.double]
    else:
        assert named == [URIRef(f"{NS}Person"), URIRef(f"{NS}Group")]


def test_the_whole_export_reads_and_has_each_parameter_once(harbour: Board) -> None:
    queries = harbour.desk.queries.values()
    graph = rdflib.Graph().parse(
        serialize(queries, prefixes=harbour.case.store.prefixes, target="http://a.b/c")
    )
    assert len(list(graph.subjects(RDF.type, SH.Parameter))) == sum(len(q.parameters) for q in queries)


def test_a_case_of_ones_own_has_its_own_threads_and_points(
    small_file: Callable[[str], Path], tmp_path: Path
) -> None:
    from .small import claim, people

    body = people("ann", "bob") + 't:line a cb:Thread ; rdfs:label "line" .\n'
    body += claim("c1", "t:ann", "cb:helps", "t:bob", more="; cb:partOfThread t:line ")
    board = caseboard.open(small_file(body))
    table = board.run("in-thread", thread="line")
    assert isinstance(table, Table)
    assert len(table) == 1
    with pytest.raises(UnknownName, match=r"In order: p1 .first., p2 .second."):
        board.run("believed-at", point="third")
