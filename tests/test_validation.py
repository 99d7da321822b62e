"""Every shape catches the break it is there for, and nothing else; a report is safe to print and to show."""

from __future__ import annotations

import gc
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
import rdflib
from rdflib import RDF, URIRef

from caseboard.errors import CaseError
from caseboard.locate import bundled_cases, graph_dir
from caseboard.terms import PREFIXES, Names
from caseboard.validation import Finding, Report, check

EX = "https://w3id.org/caseboard/harbour/"
NAMES = Names({**PREFIXES, "ex": EX, "hr": "https://w3id.org/caseboard/hit-and-run/"})
SHAPES = graph_dir() / "shapes.ttl"
SH = rdflib.Namespace(PREFIXES["sh"])
SHAPE = "https://w3id.org/caseboard/shapes#"
HEAD = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in NAMES.prefixes.items())


def read(path: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(path, format="ox-turtle")


RULES = read(SHAPES)
VOCABULARY = read(graph_dir() / "vocabulary.ttl").serialize(format="nt", encoding="utf-8")


def check_graph(graph: rdflib.Graph, **options: object) -> Report:
    case = graph.serialize(format="nt", encoding="utf-8")
    return check(case, vocabulary=VOCABULARY, names=NAMES, **options)  # type: ignore[arg-type]


def term(curie: str) -> URIRef:
    iri = NAMES.iri(curie)
    assert iri
    return URIRef(iri)


def harbour(*, lose: tuple[str, str] | None = None, gain: str = "") -> rdflib.Graph:
    """The small example without the values of one property, and with some Turtle more."""
    graph = read(bundled_cases()["harbour"])
    if lose:
        subject, predicate = map(term, lose)
        assert (subject, predicate, None) in graph, f"the example has no {lose}"
        graph.remove((subject, predicate, None))
    return graph.parse(data=HEAD + gain, format="turtle")


@dataclass(frozen=True)
class Break:
    """A way to break the example: who is then at fault, and a word that tells what to do."""

    focus: tuple[str, ...]
    says: str
    lose: tuple[str, str] | None = None
    gain: str = ""


def broken(focus: str, says: str, *, lose: str = "", gain: str = "") -> Break:
    """Break ``focus``: take away all it says with one property, or let it say more."""
    return Break((focus,), says, (focus, lose) if lose else None, f"{focus} {gain} ." if gain else "")


WHOLE_CLAIM = """a cb:Claim, rdf:Statement ; cb:status cb:Stated ; cb:revealedIn ex:midway ;
    prov:wasDerivedFrom ex:e-1 ; prov:wasAttributedTo ex:pilot ; rdfs:comment "In a sentence."@en ; """
WHOLE_THEORY = """a cb:Theory ; cb:answers ex:stranger ; prov:wasAttributedTo ex:reader ;
    rdfs:comment "A reading."@en ; """
BREAKS = {
    "unnamed-claim": Break(
        ("[ rdf:object ex:iris ; rdf:predicate cb:friendOf ; rdf:subject ex:ada ; … ]",),
        "Give it an IRI",
        gain=f"[] {WHOLE_CLAIM} rdf:subject ex:ada ; rdf:predicate cb:friendOf ; rdf:object ex:iris .",
    ),
    "unread-statement": broken("ex:c-1", "a cb:Claim", gain="rdf:subject ex:ada ; cb:status cb:Stated"),
    "claim-subject": broken("ex:c-help", "one rdf:subject", lose="rdf:subject"),
    "claim-relation": broken("ex:c-help", "one rdf:predicate", lose="rdf:predicate"),
    "undeclared-relation": broken(
        "ex:c-help", "subject and object swapped", lose="rdf:predicate", gain="rdf:predicate cb:helpedBy"
    ),
    "claim-object": broken("ex:c-help", "one rdf:object", lose="rdf:object"),
    "claim-status": broken("ex:c-help", "Add cb:status", lose="cb:status"),
    "one-status": broken("ex:c-raid", "Keep one cb:status", gain="cb:status cb:Stated"),
    "authored-status": broken("ex:c-help", "Use cb:Stated", lose="cb:status", gain="cb:status cb:Inferred"),
    "claim-reveal": broken("ex:c-help", "one cb:revealedIn", lose="cb:revealedIn"),
    "known-point": broken(
        "ex:c-help", "Check the spelling", lose="cb:revealedIn", gain="cb:revealedIn ex:mdiway"
    ),
    "claim-evidence": broken("ex:c-help", "Add prov:wasDerivedFrom", lose="prov:wasDerivedFrom"),
    "known-evidence": broken("ex:c-help", "oa:hasSource", gain="prov:wasDerivedFrom ex:e-99"),
    "claim-attribution": broken("ex:c-help", "Add prov:wasAttributedTo", lose="prov:wasAttributedTo"),
    "known-agent": broken("ex:c-help", "a cb:Agent", gain="prov:wasAttributedTo ex:nobody"),
    "claim-note": broken("ex:c-help", "Add rdfs:comment", lose="rdfs:comment"),
    "known-thread": broken("ex:c-help", "a cb:Thread", gain="cb:partOfThread ex:thread-legder"),
    "known-event": broken("ex:c-help", "a cb:Event", gain="cb:inEvent ex:ball"),
    "relation-domain": broken(
        "ex:c-clerk",
        "ex:ledger is not of a kind that cb:memberOf takes",
        lose="rdf:subject",
        gain="rdf:subject ex:ledger",
    ),
    "relation-range": broken(
        "ex:c-clerk",
        "ex:ada is not of a kind that cb:memberOf takes",
        lose="rdf:object",
        gain="rdf:object ex:ada",
    ),
    "attribute-value": broken(
        "ex:c-drowned", "Write the value in quotes", lose="rdf:object", gain="rdf:object ex:grey"
    ),
    "attribute-datatype": broken(
        "ex:c-drowned", "cb:vitalStatus are xsd:string", lose="rdf:object", gain="rdf:object 1"
    ),
    "relation-object": broken(
        "ex:c-friends", "without quotes", lose="rdf:object", gain='rdf:object "Tomas Berg"'
    ),
    "refuted-too-early": broken(
        "ex:c-drowned", "before ex:sequel", lose="cb:revealedIn", gain="cb:revealedIn ex:sequel"
    ),
    "known-end": broken(
        "ex:c-drowned", "Check the spelling", lose="cb:refutedIn", gain="cb:refutedIn ex:end"
    ),
    "refuted-by": broken("ex:c-drowned", "Add cb:refutedBy", lose="cb:refutedBy"),
    "refuted-by-claim": broken(
        "ex:c-drowned", "name the claim", lose="cb:refutedBy", gain="cb:refutedBy ex:grey"
    ),
    "refuted-by-itself": broken(
        "ex:c-drowned", "name the other claim", lose="cb:refutedBy", gain="cb:refutedBy ex:c-drowned"
    ),
    "refuted-in": broken("ex:c-drowned", "one cb:refutedIn", lose="cb:refutedIn"),
    "alias-of-itself": broken(
        "ex:c-alias", "ex:grey is given as an alias of itself", lose="rdf:object", gain="rdf:object ex:grey"
    ),
    "alias-cycle": Break(
        ("ex:bruno", "ex:grey"),
        "turn round one of the claims",
        gain=f"ex:c-1 {WHOLE_CLAIM} rdf:subject ex:bruno ; rdf:predicate cb:aliasOf ; rdf:object ex:grey .",
    ),
    "authored-persona": broken("ex:grey", "claim whose alias it is", gain="a cb:Persona"),
    "authored-altlabel": broken("ex:bruno", "Remove skos:altLabel", gain='skos:altLabel "Mr Grey"'),
    "described-entity": broken("ex:cargo", "give it a type", lose="rdf:type"),
    "unnamed-entity": Break(
        ('[ rdf:type cb:Person ; rdfs:label "Somebody" ]',),
        "Give it an IRI",
        gain='[] a cb:Person ; rdfs:label "Somebody" .',
    ),
    "label": broken("ex:iris", "Add rdfs:label", lose="rdfs:label"),
    "label-text": broken("ex:iris", "one line", lose="rdfs:label", gain=r'rdfs:label "Iris\nHolm"'),
    "one-label": broken("ex:iris", "Keep one in each language", gain='rdfs:label "Inspector Holm"@en'),
    "unique-label": Break(
        ("ex:ada",),
        "the same label as ex:iris",
        lose=("ex:iris", "rdfs:label"),
        gain='ex:iris rdfs:label "ada lind" .',
    ),
    "evidence-source": broken("ex:e-3", "Add oa:hasSource", lose="oa:hasSource"),
    "evidence-span": broken(
        "ex:e-3",
        "oa:start and oa:end",
        gain="oa:hasSelector [ a oa:TextPositionSelector ; oa:start 9 ; oa:end 3 ]",
    ),
    "empty-thread": broken("ex:thread-x", "Add cb:partOfThread", gain='a cb:Thread ; rdfs:label "X"'),
    "point-order": broken("ex:midway", "one cb:order", lose="cb:order"),
    "equal-points": broken("ex:sequel", "as ex:midway", lose="cb:order", gain="cb:order 2.0"),
    "event-cycle": Break(
        ("ex:fire", "ex:flood", "ex:storm"),
        "Take out or turn round",
        gain="".join(
            f'ex:{a} a cb:Event ; rdfs:label "{a}" ; cb:before ex:{b} .'
            for a, b in (("storm", "flood"), ("flood", "fire"), ("fire", "storm"))
        ),
    ),
    "learning": broken(
        "ex:l", "cb:learnedIn", gain="a cb:Learning ; cb:learner ex:ada ; cb:learns ex:c-alias"
    ),
    "learned-claim": broken(
        "ex:l",
        "Let cb:learns name one",
        gain="a cb:Learning ; cb:learner ex:ada ; cb:learns ex:ledger ; cb:learnedIn ex:midway",
    ),
    "theory-question": broken("ex:theory-bruno", "Give it one cb:answers", lose="cb:answers"),
    "theory-open-question": broken(
        "ex:theory-bruno", "no open question", lose="cb:answers", gain="cb:answers ex:iris"
    ),
    "theory-proposal": broken("ex:theory-bruno", "Keep one cb:proposes", gain="cb:proposes ex:iris"),
    "theory-claims": Break(
        ("ex:theory-x",),
        "the claims that bear on it",
        gain=f"ex:theory-x {WHOLE_THEORY} rdfs:label 'X' .",
    ),
    "theory-known-claims": broken(
        "ex:theory-bruno", "name claims of the case", gain="cb:opposedBy ex:c-flood"
    ),
    "theory-two-sides": broken("ex:theory-bruno", "in one of cb:favouredBy", gain="cb:opposedBy ex:c-alias"),
    "theory-attribution": broken(
        "ex:theory-bruno", "Add prov:wasAttributedTo, a cb:Agent", lose="prov:wasAttributedTo"
    ),
    "theory-note": broken("ex:theory-bruno", "says that it is a reading", lose="rdfs:comment"),
    "relation-family": broken(
        "ex:owes", "one cb:family", gain='a cb:Relation ; rdfs:label "owes" ; cb:inverseLabel "is owed by"'
    ),
    "relation-inverse": broken(
        "ex:owes", "Add cb:inverseLabel", gain='a cb:Relation ; rdfs:label "owes" ; cb:family cb:possession'
    ),
}


# --- the bundled cases ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(bundled_cases()))
def test_bundled_cases_are_sound(name: str) -> None:
    report = check_graph(read(bundled_cases()[name]))
    assert str(report) == "No violations, no warnings."
    assert report.ok


# --- the shapes -------------------------------------------------------------------------------------


def test_every_shape_has_a_break_and_every_break_a_shape() -> None:
    named = {str(shape).removeprefix(SHAPE) for shape in RULES.subjects(SH.name)}
    assert named == set(BREAKS)


def test_every_shape_says_what_it_is_and_what_to_do() -> None:
    shapes = [s for kind in (SH.NodeShape, SH.PropertyShape) for s in RULES.subjects(RDF.type, kind)]
    for shape in shapes:
        if (shape, SH.rule, None) in RULES:
            continue
        constraint = RULES.value(shape, SH.sparql) or shape
        assert RULES.value(shape, SH.name), shape
        assert RULES.value(shape, SH.severity) in (SH.Violation, SH.Warning), shape
        assert len(str(RULES.value(constraint, SH.message))) > 40, shape


def test_names_of_shapes_are_told_apart() -> None:
    names = list(RULES.objects(None, SH.name))
    assert len(names) == len(set(names)) == len(BREAKS)


def test_shapes_are_valid_shacl() -> None:
    import pyshacl

    conforms, _, text = pyshacl.validate(rdflib.Graph(), shacl_graph=RULES, advanced=True, meta_shacl=True)
    assert conforms, text


@pytest.mark.parametrize("shape", BREAKS)
def test_a_shape_catches_its_break_and_nothing_else(shape: str) -> None:
    case = BREAKS[shape]
    report = check_graph(harbour(lose=case.lose, gain=case.gain))
    rule = URIRef(SHAPE + shape)
    severity = "violation" if RULES.value(rule, SH.severity) == SH.Violation else "warning"
    assert {(f.severity, f.shape) for f in report.findings} == {(severity, str(RULES.value(rule, SH.name)))}
    assert tuple(f.focus for f in report.findings) == case.focus
    assert report.ok is (severity == "warning")
    for finding in report.findings:
        assert case.says in finding.message
        assert not any(mark in finding.message for mark in ("<", "http", "{", "?")), finding.message
        assert finding.focus in str(report)
        assert finding.message in str(report)


@pytest.mark.parametrize(
    ("shape", "gain", "focus"),
    [
        ("claim-subject", "ex:c-help rdf:subject ex:tomas .", "ex:c-help"),
        ("claim-object", "ex:c-help rdf:object ex:tomas .", "ex:c-help"),
        ("claim-relation", "ex:c-help rdf:predicate cb:friendOf .", "ex:c-help"),
        ("claim-reveal", "ex:c-help cb:revealedIn ex:sequel .", "ex:c-help"),
        ("authored-status", "ex:c-help cb:status cb:Certain .", "ex:c-help"),
        ("label", f"ex:theory-x {WHOLE_THEORY} cb:favouredBy ex:c-help .", "ex:theory-x"),
        ("label-text", f"ex:theory-x {WHOLE_THEORY} rdfs:label ' ' .", "ex:theory-x"),
        ("theory-question", "ex:theory-bruno cb:answers ex:other .", "ex:theory-bruno"),
        ("theory-proposal", "ex:theory-meridian cb:proposes ex:reader .", "ex:theory-meridian"),
        ("theory-known-claims", "ex:theory-meridian cb:favouredBy ex:ledger .", "ex:theory-meridian"),
        ("theory-attribution", "ex:theory-bruno prov:wasAttributedTo ex:ada .", "ex:theory-bruno"),
        ("label-text", 'ex:iris rdfs:label "  "@de .', "ex:iris"),
        ("label-text", r'ex:iris rdfs:label "\u007F"@de .', "ex:iris"),
        ("attribute-datatype", 'ex:c-drowned rdf:object "soon"^^xsd:date .', "ex:c-drowned"),
        ("evidence-source", "ex:e-1 oa:hasSource ex:nowhere .", "ex:e-1"),
        (
            "evidence-span",
            "ex:e-1 oa:hasSelector [ a oa:TextPositionSelector ; oa:start -1 ; oa:end 3 ] .",
            "ex:e-1",
        ),
        (
            "evidence-span",
            "ex:e-1 oa:hasSelector [ a oa:TextPositionSelector ; oa:start 4 ; oa:end 4 ] .",
            "ex:e-1",
        ),
        ("point-order", "ex:midway cb:order 7 .", "ex:midway"),
        ("point-order", 'ex:early a cb:RevealPoint ; rdfs:label "early" ; cb:order "first" .', "ex:early"),
        ("described-entity", "ex:x a cb:Persn . ex:c-help rdf:object ex:x .", "ex:x"),
        ("event-cycle", 'ex:x a cb:Event ; rdfs:label "x" ; cb:before ex:x .', "ex:x"),
    ],
)
def test_other_ways_to_break_a_shape(shape: str, gain: str, focus: str) -> None:
    name = str(RULES.value(URIRef(SHAPE + shape), SH.name))
    found = {(f.shape, f.focus) for f in check_graph(harbour(gain=gain)).findings}
    assert (name, focus) in found


def test_what_is_fine_is_not_reported() -> None:
    """Classes below the domain, texts in a language, two languages, the name of a thread, a story order."""
    graph = harbour(
        lose=("ex:c-drowned", "rdf:object"),
        gain="""
        ex:Diver a rdfs:Class ; rdfs:subClassOf cb:Person .
        ex:lena a ex:Diver ; rdfs:label "Lena"@en, "Léna"@fr .
        ex:book a cb:Object ; rdfs:label "The drowning"@en .
        ex:storm a cb:Event ; rdfs:label "The storm" ; cb:before ex:calm , ex:flood .
        ex:calm a cb:Event ; rdfs:label "The calm" ; cb:before ex:flood .
        ex:flood a cb:Event ; rdfs:label "The flood" .
        ex:c-drowned rdf:object "mort"@fr ; cb:inEvent ex:storm .
        """
        + f"ex:c-1 {WHOLE_CLAIM} rdf:subject ex:lena ; rdf:predicate cb:possesses ; rdf:object ex:book .",
    )
    assert check_graph(graph).findings == ()


@pytest.mark.parametrize(
    ("datatype", "good", "bad"),
    [
        ("xsd:integer", ("7", "-12", "+3"), ("", "seven", "7.5")),
        ("xsd:date", ("2021-08-07", "-0044-03-15", "2021-08-07Z"), ("2021-08", "7.8.2021", "soon")),
        ("xsd:gYearMonth", ("2022-11",), ("2022", "2022-11-01", "November")),
        ("xsd:gYear", ("1999",), ("99", "1999-01")),
        ("xsd:decimal", ("0.5", ".5", "-2"), ("1,5", "a.b")),
    ],
)
def test_a_number_or_date_has_to_read_as_one(
    datatype: str, good: tuple[str, ...], bad: tuple[str, ...]
) -> None:
    claims = "".join(
        f"ex:{kind}-{n} {WHOLE_CLAIM} rdf:subject ex:ada ; rdf:predicate ex:value ;"
        f' rdf:object "{value}"^^{datatype} .'
        for kind, values in (("good", good), ("bad", bad))
        for n, value in enumerate(values)
    )
    graph = harbour(
        gain=f"ex:value a cb:Relation, cb:Attribute ; rdfs:label 'is' ; cb:family cb:description ;"
        f" rdfs:range {datatype} . {claims}"
    )
    assert [f.focus for f in check_graph(graph).findings] == [f"ex:bad-{n}" for n in range(len(bad))]


def test_a_long_order_of_events_can_be_checked() -> None:
    """Longer than Python's stack is deep."""
    events = "".join(
        f'ex:v{n} a cb:Event ; rdfs:label "v{n}" ; cb:before ex:v{n + 1} .' for n in range(1_100)
    )
    events += 'ex:v1100 a cb:Event ; rdfs:label "v1100" .'
    assert check_graph(harbour(gain=events)).findings == ()


def test_an_identity_relation_of_any_name_makes_personas() -> None:
    graph = harbour(
        gain="ex:guiseOf a cb:Relation, cb:IdentityRelation ; cb:family cb:identity ;"
        " rdfs:label 'is a guise of' ; cb:inverseLabel 'goes about as' ."
        f"ex:c-1 {WHOLE_CLAIM} rdf:subject ex:bruno ; rdf:predicate ex:guiseOf ; rdf:object ex:tomas ."
        f"ex:c-2 {WHOLE_CLAIM} rdf:subject ex:tomas ; rdf:predicate ex:guiseOf ; rdf:object ex:grey ."
    )
    report = check_graph(graph)
    assert {f.shape for f in report.findings} == {"cycle of aliases"}
    assert [f.focus for f in report.findings] == ["ex:bruno", "ex:grey", "ex:tomas"]


def test_an_empty_case_has_nothing_wrong() -> None:
    assert check(b"", vocabulary=VOCABULARY, names=NAMES).findings == ()


# --- the report -------------------------------------------------------------------------------------


def test_a_finding_names_claim_and_value_and_where_they_are() -> None:
    graph = harbour(lose=("ex:c-clerk", "rdf:object"), gain="ex:c-clerk rdf:object ex:ada .")
    report = check_graph(graph, place=lambda iri: ("mine.ttl", 12) if iri == EX + "c-clerk" else (None, None))
    (finding,) = report.findings
    assert (finding.path, finding.value) == ("rdf:object", "ex:ada")
    assert (finding.file, finding.line) == ("mine.ttl", 12)
    assert str(report).splitlines() == [
        "violation: object against the range",
        "  ex:c-clerk rdf:object ex:ada (mine.ttl, line 12)",
        "    ex:ada is not of a kind that cb:memberOf takes as its object. Swap subject and object, use "
        "another relation, or correct the type of ex:ada.",
        "1 violation, no warnings.",
    ]


def test_findings_come_in_one_order_violations_first() -> None:
    graph = harbour(
        lose=("ex:c-raid", "rdfs:comment"),
        gain="ex:a a cb:Person . ex:b a cb:Person . ex:c-x rdf:subject ex:ada .",
    )
    first, second = check_graph(graph), check_graph(graph)
    assert first == second
    assert [f.focus for f in first.findings] == ["ex:a", "ex:b", "ex:c-x", "ex:c-raid"]
    assert [f.severity for f in first.findings] == ["violation"] * 3 + ["warning"]
    assert str(first).endswith("3 violations, 1 warning.")
    assert len(first.violations) == 3
    assert len(first.warnings) == 1


def test_a_report_can_be_written_as_json() -> None:
    report = check_graph(harbour(lose=("ex:c-help", "cb:status")))
    data = json.loads(json.dumps(report.to_dict()))
    assert (data["ok"], data["violations"], data["warnings"]) == (False, 1, 0)
    assert data["findings"][0]["focus"] == "ex:c-help"
    assert data["findings"][0]["shape"] == "claim without status"
    assert json.loads(json.dumps(Report().to_dict())) == {
        "ok": True,
        "violations": 0,
        "warnings": 0,
        "findings": [],
    }


HOSTILE = "</td><script>alert(1)</script>\\g<0>\\d\x1b[2J\nviolation: forged\u202e"


def test_hostile_values_stay_text() -> None:
    graph = harbour(lose=("ex:c-friends", "rdf:object"))
    graph.add((term("ex:c-friends"), RDF.object, rdflib.Literal(HOSTILE)))
    report = check_graph(graph)
    (finding,) = report.findings
    assert finding.value == f'"{HOSTILE}"'
    page = report._repr_html_()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    for text in (str(report), page):
        assert "\x1b" not in text
        assert "\u202e" not in text
    assert len(str(report).splitlines()) == 4


def test_hostile_shapes_are_escaped_too() -> None:
    finding = Finding(
        "violation", "<b>name</b>", "<i>", "<u>\x1b[1m", file="<img src=x onerror=alert(1)>.ttl"
    )
    page = Report((finding,))._repr_html_()
    assert not any(tag in page for tag in ("<b>name", "<i>", "<u>", "<img"))
    assert "\x1b" not in str(Report((finding,)))


def test_no_findings_make_no_table() -> None:
    shown = Report()._repr_html_()
    assert "No violations, no warnings." in shown
    assert "<table" not in shown
    assert "<li" not in shown


# --- what cannot be checked -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("this is no Turtle", "line 1"),
        ("<urn:a> <urn:b> <urn:c> .", "no SHACL shape"),
        (
            "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> a sh:NodeShape ; sh:targetNode <urn:n> ;"
            ' sh:sparql [ sh:select "SELECT $this WHERE { oops" ] .',
            "cannot be run",
        ),
        (
            "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> a sh:NodeShape ; sh:targetNode <urn:n> ;"
            ' sh:sparql [ sh:select "SELECT $this WHERE { ?a ?b ?c MINUS { ?a ?b 1 } }" ] .',
            "MINUS",
        ),
        (
            "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> a sh:PropertyShape .",
            "must include one `sh:path`",
        ),
    ],
)
def test_broken_shapes_are_named(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str, says: str
) -> None:
    shapes = tmp_path / "mine.ttl"
    shapes.write_text(text, "utf-8")
    with pytest.raises(CaseError, match=r"mine\.ttl") as caught:
        check_graph(harbour(), shapes=shapes)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_missing_shapes_are_named(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"nowhere\.ttl: the shapes cannot be read: No such file"):
        check_graph(harbour(), shapes=tmp_path / "nowhere.ttl")


def test_data_that_are_no_triples_are_refused() -> None:
    with pytest.raises(CaseError, match="not valid N-Triples"):
        check(b"<urn:a> oops", vocabulary=b"", names=NAMES)


def test_other_shapes_can_be_given(tmp_path: Path) -> None:
    shapes = tmp_path / "mine.ttl"
    shapes.write_text(
        HEAD + "ex:s a sh:NodeShape ; sh:targetClass cb:Thread ; sh:property [ sh:path rdfs:comment ;"
        ' sh:maxLength 40 ; sh:severity sh:Warning ; sh:message "Shorter, please." ] .',
        "utf-8",
    )
    (finding,) = check_graph(harbour(), shapes=shapes).findings
    assert (finding.severity, finding.focus, finding.message) == (
        "warning",
        "ex:thread-drowning",
        "Shorter, please.",
    )


def test_a_check_is_quiet_and_leaves_the_garbage_collector_on(capfd: pytest.CaptureFixture[str]) -> None:
    """rdflib would log a traceback for a date that is none."""
    case = f'<{EX}c> <{RDF.object}> "soon"^^<{rdflib.XSD.date}> .'
    assert not check(case.encode(), vocabulary=VOCABULARY, names=NAMES).ok
    assert capfd.readouterr() == ("", "")
    assert gc.isenabled()
