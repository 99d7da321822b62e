"""The commands that ask, as their users meet them: advice, queries of one's own, explanations, the schema."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import rdflib
from rdflib import RDF, RDFS
from rdflib.plugins.sparql import prepareQuery

import caseboard
from caseboard import cli, doctor
from caseboard.locate import graph_dir
from caseboard.table import Table

from .small import graph_of

Call = Callable[..., tuple[int, str, str]]
WRONG_WAY = "SELECT ?a { hr:danielle-wexler cb:handlerOf ?a }"
HINT = (
    "hint: `hr:danielle-wexler cb:handlerOf ?a`: the other way round, "
    "`?a cb:handlerOf hr:danielle-wexler`, has 1 answer\n"
)


@pytest.fixture
def call(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Iterator[Call]:
    """Run a command line in this process, in an empty folder: its exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(doctor, "SECONDS", 60)
    before = signal.getsignal(signal.SIGPIPE)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["caseboard", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    yield run
    signal.signal(signal.SIGPIPE, before)


# --- advice ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", [[], ["--format", "table"], ["--format", "csv", "--advice"]])
def test_a_hint_goes_to_stderr(format_: list[str], call: Call) -> None:
    code, out, err = call("query", WRONG_WAY, *format_)
    assert code == 0
    assert "hint" not in out
    assert err.endswith(HINT)


@pytest.mark.parametrize("format_", ["csv", "tsv", "json", "xml"])
def test_a_script_is_not_told_what_it_did_not_ask_for(format_: str, call: Call) -> None:
    code, plain, err = call("query", WRONG_WAY, "--format", format_)
    assert (code, err) == (0, "")
    assert call("query", WRONG_WAY, "--format", format_, "--advice") == (0, plain, HINT)


def test_no_advice_is_no_advice(call: Call) -> None:
    assert call("query", WRONG_WAY, "--no-advice") == (0, "a\n─\n", "no answers\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ASK { hr:danielle-wexler cb:handlerOf ?a }", "has the answer yes"),
        ("CONSTRUCT WHERE { hr:danielle-wexler cb:handlerOf ?a }", "has 1 triple"),
    ],
)
@pytest.mark.parametrize(
    "format_", [[], ["--format", "jsonld", "--advice"], ["--format", "json", "--advice"]]
)
def test_every_form_of_query_is_looked_into(text: str, said: str, format_: list[str], call: Call) -> None:
    if format_ and ("ASK" in text) != (format_[1] == "json"):
        format_ = []
    assert said in call("query", text, *format_)[2]


def test_an_answer_that_is_there_has_no_hint(call: Call) -> None:
    assert call("query", "ASK { ?a cb:handlerOf ?b }", "--advice") == (0, "true\n", "")
    assert "hint" not in call("run", "handlers", "--advice")[2]


def test_a_named_query_tells_what_less_certain_claims_say(call: Call) -> None:
    err = call("run", "pursuits", "--case", "harbour")[2]
    assert err.splitlines()[1:3] == [
        "hint: 1 answer with --include hedged",
        "hint: 1 answer with --include predicted",
    ]
    assert json.loads(call("run", "pursuits", "--case", "harbour", "--format", "json")[1])["results"] == {
        "bindings": []
    }


# --- queries of one's own -------------------------------------------------------------------------

MINE = """# Who helps somebody.
# Parameter whom (entity): who is helped.
# Keywords: help, friends
# Example: caseboard run helpers whom=Segev --queries mine
SELECT ?who ?whom WHERE { ?who cb:helps ?whom } ORDER BY ?who
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "helpers.rq").write_text(MINE)
    return folder


def test_a_query_of_ones_own_runs_beside_the_others(mine: Path, call: Call) -> None:
    code, out, _ = call("run", "helpers", "whom=Segev", "--queries", "mine", "--format", "csv")
    assert code == 0
    assert out.count("segev-azulai") == out.count("\n") - 1 > 2
    assert "Who helps somebody." in call("queries", "--queries", "mine")[1]
    assert call("queries", "helpers", "--queries", str(mine))[1] == MINE
    assert call("run", "handlers", "--queries", "mine")[0] == 0


def test_a_query_of_ones_own_runs_in_python(mine: Path) -> None:
    desk = caseboard.open("harbour").desk.with_queries(mine)
    answer = desk.run("helpers", {"whom": "Ada"})
    assert isinstance(answer, Table)
    assert answer.cells() == [["Iris Holm", "Ada Lind"]]


def test_a_query_of_ones_own_is_advised_on(mine: Path, call: Call) -> None:
    (mine / "wrong.rq").write_text(f"# A typo.\n{WRONG_WAY}")
    assert call("run", "wrong", "--queries", "mine")[2].endswith(HINT)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "handlers",
            "# Mine.\nASK {}",
            "handlers.rq: a query called handlers comes with Caseboard; rename the file",
        ),
        ("bare", "ASK {}", "bare.rq, line 1: a named query begins with a comment"),
        ("typo", "# A typo.\n\nASK { ?a ?b }", "typo.rq, line 3: column 13: cannot read on from '}'"),
        (
            "prefix",
            "# A prefix.\nASK { ?a x:b ?c }",
            "prefix.rq, line 2: column 10: nobody declares the prefix x:",
        ),
        ("update", "# An update.\nDROP ALL", "update.rq: DROP would change the data"),
        ("service", "# Out.\nASK { SERVICE <urn:x> {} }", "service.rq: column 7: SERVICE would send"),
        (
            "kind",
            "# A kind.\n# Parameter a (integr): which.\nASK { ?a ?b ?c }",
            "kind.rq, line 2: 'Parameter a (integr): which.': there is no kind 'integr'; there are",
        ),
        (
            "gone",
            "# Gone.\n# Parameter d (text): which.\nASK { ?a ?b ?c }",
            "gone.rq, line 2: 'Parameter d (text): which.': there is no ?d in the query",
        ),
        (
            "class",
            "# A class.\n# Parameter a (entity cb:Persn): which.\nASK { ?a ?b ?c }",
            "class.rq: the parameter a: there is no kind of things cb:Persn. Did you mean cb:Person",
        ),
        ("bytes", b"# \xff", "bytes.rq: not text in UTF-8"),
    ],
)
def test_a_broken_query_is_told_with_its_file_and_line(
    name: str, text: str | bytes, said: str, mine: Path, call: Call
) -> None:
    (mine / f"{name}.rq").write_bytes(text if isinstance(text, bytes) else text.encode())
    code, out, err = call("queries", "--queries", "mine")
    assert (code, out) == (2, "")
    assert f"mine/{said}" in err


@pytest.mark.parametrize("folder", ["nowhere", "mine/helpers.rq", "", "empty"])
def test_a_folder_without_queries_is_refused(folder: str, mine: Path, call: Call) -> None:
    (mine.parent / "empty").mkdir()
    if folder:
        assert call("run", "handlers", "--queries", folder)[0] == 2
    code, out, err = call("queries", "--queries", folder)
    assert (code, out) == (2, "")
    assert "there is no" in err


@pytest.mark.parametrize(("format_", "media"), [("turtle", "text/turtle"), ("jsonld", "application/ld+json")])
def test_the_library_is_exported_for_other_tools(mine: Path, call: Call, format_: str, media: str) -> None:
    code, out, err = call("queries", "--queries", "mine", "--format", format_, "--target", "https://e.org/q")
    assert (code, err) == (0, "")
    graph = graph_of(out, media)
    sh, schema = rdflib.Namespace("http://www.w3.org/ns/shacl#"), rdflib.Namespace("https://schema.org/")
    found = set(graph.subjects(RDF.type, sh.SPARQLExecutable))
    assert len(found) == len(list((graph_dir() / "queries").glob("*.rq"))) + 1
    for node in found:
        assert graph.value(node, RDFS.label)
        assert list(graph.objects(node, schema.keywords))
        assert graph.value(node, schema.target) == rdflib.URIRef("https://e.org/q")
        declared = {
            str(graph.value(one, sh.prefix)): str(graph.value(one, sh.namespace))
            for one in graph.objects(graph.value(node, sh.prefixes), sh.declare)
        }
        # Whoever reads it has all that rdflib needs to run it.
        prepareQuery(str(graph.value(node, sh.select)), initNs=declared)
    helpers = rdflib.URIRef("https://w3id.org/caseboard/queries/helpers")
    assert {str(word) for word in graph.objects(helpers, schema.keywords)} == {"help", "friends"}
    assert "whom (entity): who is helped." in str(graph.value(helpers, RDFS.comment))


@pytest.mark.parametrize("target", ["nonsense", "javascript:alert(1)", "http://e.org/> <urn:x>", "http://"])
def test_a_target_that_is_no_address_is_refused(target: str, call: Call) -> None:
    code, out, err = call("queries", "--format", "turtle", "--target", target)
    assert (code, out) == (2, "")
    assert "is no address of an endpoint" in err


# --- explanations ---------------------------------------------------------------------------------


def test_a_query_is_explained_from_its_text_a_file_or_its_name(tmp_path: Path, call: Call) -> None:
    text = "SELECT ?handler ?handled WHERE { ?handler cb:handlerOf ?handled }"
    (tmp_path / "mine.rq").write_text(text)
    told = call("explain", text)
    assert told[0] == 0
    assert "some person ?handler is handler of some person ?handled" in told[1]
    assert call("explain", "mine.rq") == told
    assert "some person ?handler is handler of some person ?handled" in call("explain", "handlers")[1]
    assert call("explain", "handelrs")[0] == 2
    assert call("explain", "")[0] == 2
