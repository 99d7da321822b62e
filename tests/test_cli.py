"""The command line as its users meet it: at a terminal, in a pipe, in a hurry, and with the wrong input."""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import json
import os
import pty
import re
import shlex
import signal
import struct
import subprocess
import sys
import termios
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

import caseboard
from caseboard import cli, filing, terminal

COMMANDS = sorted(cli.cli.commands)
HANDLERS = "SELECT ?who ?whom { ?who cb:handlerOf ?whom }"
#: Nobody will see the end of this.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
PROGRAM = [sys.executable, "-c", "from caseboard.cli import main; main()"]


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it printed where."""

    code: int
    out: str
    err: str


Call = Callable[..., Done]


@pytest.fixture
def call(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Iterator[Call]:
    """Run a command line in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    for module in (cli, filing):
        # What is done in a process of its own is measured by nobody, and imports everything anew.
        monkeypatch.setattr(module, "apart", lambda work: work())
    before = signal.getsignal(signal.SIGPIPE)

    def run(*arguments: str, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "argv", ["caseboard", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return Done(int(ended.value.code or 0), out, err)

    yield run
    signal.signal(signal.SIGPIPE, before)


def shell(command: str, **environment: str) -> Done:
    """Run a shell command in which ``caseboard`` stands for the program."""
    command = command.replace("caseboard", shlex.join(PROGRAM))
    done = subprocess.run(
        ["bash", "-c", command],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def on_terminal(*arguments: str, width: int = 40, **environment: str) -> Done:
    """Run a command line on a terminal; ``out`` is all that was shown there."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    inherited = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR")}
    process = subprocess.Popen(
        [*PROGRAM, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**inherited, "TERM": "xterm-256color", **environment},
        start_new_session=True,
    )
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:  # how Linux says that nobody holds the other end any more
        pass
    os.close(ours)
    return Done(process.wait(60), shown.decode().replace("\r\n", "\n"), "")


def told_beside(done: Done) -> str:
    """What a command said on stderr, without the progress that it tells where the machine is slow."""
    return re.sub(r"^\w+ ?.*…\n", "", done.err, flags=re.MULTILINE)


def refused(done: Done, *words: str) -> None:
    """Assert that a command refused its input in one clear message, with nothing on stdout."""
    assert done.code == 2, done
    assert done.out == ""
    said = re.sub(r"^\w+ .*…\n", "", done.err, flags=re.MULTILINE)
    assert said.startswith("caseboard: ")
    assert "Traceback" not in done.err
    for word in words:
        assert word in done.err


# --- help -----------------------------------------------------------------------------------------


def test_the_program_alone_teaches_by_example(call: Call) -> None:
    alone = call()
    assert alone == call("--help") == call("-h")
    assert (alone.code, alone.err) == (0, "")
    assert alone.out.startswith("Usage: caseboard ")
    for command in COMMANDS:
        assert re.search(rf"^  {command} ", alone.out, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(call: Call, command: str) -> None:
    done = call(command, "--help")
    assert done.code == 0
    assert done.out.startswith(f"Usage: caseboard {command} ")
    assert f"  caseboard {command}" in done.out.split("Example")[1]


def examples() -> list[str]:
    """Every example of every help text, without what is explained beside it."""
    texts = [cli.EXAMPLES, *(command.help or "" for command in cli.cli.commands.values())]
    lines = re.findall(r"^ *(caseboard .+)$", "\n".join(texts), re.MULTILINE)
    return [re.split(r" {3,}| > ", line)[0] for line in lines]


# A server runs until it is stopped: tests/test_server.py and tests/test_page_watch.py start and stop them.
@pytest.mark.parametrize("example", [one for one in examples() if not re.search(r" serve\b| --watch", one)])
def test_every_example_works(
    call: Call, example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda uri: bool(opened.append(uri)) or True)
    (tmp_path / "mine.rq").write_text(HANDLERS)
    (tmp_path / "article.txt").write_text("Another article.")
    (tmp_path / "mine.ttl").write_bytes(caseboard.open("harbour").serialize("turtle"))
    (tmp_path / "edges.csv").write_text("Source,Target,Type\nAda,Bo,helps\n")
    (tmp_path / "leak.graphml").write_bytes(caseboard.open("harbour").serialize("graphml"))
    (tmp_path / "letters.edgelist").write_text("ada bruno\n")
    book = openpyxl.Workbook()
    book.active.append(["Caller", "Called", "Relation"])
    book.active.append(["Ada", "Bo", "rang up"])
    book.save(tmp_path / "calls.xlsx")
    done = call(*shlex.split(example)[1:])
    assert done.code == ("evidence" in example), done.err
    assert done.out or list(tmp_path.iterdir())
    assert bool(opened) == ("--open" in example)


def test_there_is_an_example_of_every_command() -> None:
    assert {example.split()[1] for example in examples()} == set(COMMANDS)


def test_the_version_is_told(call: Call) -> None:
    assert call("--version").out == f"caseboard, version {caseboard.__version__}\n"


# --- bad use --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("shwo", "No such command"),
        ("--case harbour", "--case"),
        ("show -x", "goes after --"),
        ("show Nobody", "Nobody"),
        ("show ''", "''"),
        ("show Ada Grey", "Grey"),
        ("show --case nowhere", "nowhere"),
        ("show --case ./nowhere.ttl", "nowhere.ttl"),
        ("show --case /", "folder"),
        ("show --case /dev/null", "format"),
        ("show --case ''", "it is empty"),
        ("show --include maybe", "'maybe'"),
        ("show --include hedgd", "Did you mean hedged?"),
        ("query nowhere.rq", "nowhere.rq cannot be read"),
        ("query", "empty"),
        ("query -", "empty"),
        ("query 'SELECT ?a {'", "line 1"),
        ("query 'ASK { ?a nobody:knows ?b }'", "nobody:"),
        ("query 'DELETE { ?a ?b ?c } WHERE { ?a ?b ?c }'", "read-only"),
        ("query 'ASK {}' --format pdf", "pdf"),
        ("query 'ASK {}' --timeout 0", "--timeout"),
        ("query 'ASK {}' --timeout nan", "--timeout"),
        ("query 'ASK {}' --timeout inf", "--timeout"),
        ("query 'ASK {}' --timeout soon", "--timeout"),
        ("run", "NAME"),
        ("run handlrs", "Did you mean handlers?"),
        ("run shared a", "KEY=VALUE"),
        ("run shared a=Segev a=Mossad", "a is given twice"),
        ("run shared a=Segev", "b"),
        ("run shared a=Segev b=Mossad c=CIA", "c"),
        ("queries handlrs", "Did you mean handlers?"),
        ("path Segev", "TO"),
        ("path Segev Segev", "two ends"),
        ("path Segev CIA -k 0", "-k"),
        ("path Segev CIA --by luck", "luck"),
        ("path Segev CIA --family nobility", "nobility"),
        ("path Segev CIA --avoid Nobody", "Nobody"),
        ("central --by fame", "fame"),
        ("central --top 0", "--top"),
        ("page /proc/board.html --case harbour", "/proc/board.html cannot be written"),
        ("page - --open", "--open"),
        ("export", "OUT"),
        ("export board.docx", ".docx"),
        ("export board.graphm", "Did you mean .graphml?"),
        ("export board.nt --rdf12", ".ttl"),
        ("export board/ --rdf12", ".ttl"),
        ("export /proc/board.ttl", "/proc/board.ttl cannot be written"),
        ("check nowhere.ttl", "nowhere.ttl"),
        ("check a.ttl --case harbour", "not both"),
        ("evidence", "--source"),
        ("evidence --source article.txt", "NAME=FILE"),
        ("evidence --source hit-and-run-article=nowhere.txt", "nowhere.txt cannot be read"),
        ("evidence --source another=/dev/null", "another"),
    ],
)
def test_bad_use_is_told_in_one_message(call: Call, line: str, words: str, tmp_path: Path) -> None:
    refused(call(*shlex.split(line)), words)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [c for c in COMMANDS if c not in ("queries", "new", "import")])
def test_a_broken_case_is_told_with_its_line(call: Call, command: str, tmp_path: Path) -> None:
    broken = tmp_path / "a case.ttl"
    broken.write_text("@prefix ex: <urn:x:> .\n\nex:a ex:b .\n")
    (tmp_path / "article.txt").write_text("text")
    more = {
        "query": ["ASK {}"],
        "run": ["handlers"],
        "path": ["a", "b"],
        "why": ["a", "b", "c"],
        "suppose": ["--not", "a"],
        "export": ["out.ttl"],
        "evidence": ["--source", "a=article.txt"],
        "merge": ["--suggest"],
    }.get(command, [])
    several = command in ("combine", "diff")
    named = [str(broken), "harbour"] if several else [*more, "--case", str(broken)]
    refused(call(command, *named), "a case.ttl", "line 3")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a case.ttl", "article.txt"]


def test_a_case_of_something_else_is_told(call: Call, tmp_path: Path) -> None:
    (tmp_path / "empty.ttl").touch()
    (tmp_path / "picture.ttl").write_bytes(bytes(range(256)))
    refused(call("show", "--case", "empty.ttl"), "no claim")
    refused(call("show", "--case", "picture.ttl"), "picture.ttl")
    (tmp_path / "folder.ttl").mkdir()
    refused(call("show", "--case", "folder.ttl"), "folder.ttl")


# --- looking --------------------------------------------------------------------------------------


def test_show_tells_about_the_board_and_about_one_name(call: Call) -> None:
    assert "Mr Grey" in call("show", "--case", "harbour").out
    told = call("show", "grey", "--case", "harbour")
    assert told.out.startswith("Mr Grey (")
    assert (told.code, told.err) == (0, "")


def test_what_is_less_certain_is_added_on_demand(call: Call) -> None:
    def shown(*options: str) -> str:
        return call("show", "Ada", "--case", "harbour", *options).out

    assert "hedged, " not in shown()
    assert "not shown: " in shown()
    assert "[hedged, " in shown("--include", "hedged")
    assert "not shown: " not in shown("--include", "all")
    assert shown("--include", "hedged,predicted") == shown(
        "--include", "predicted", "--include", "stated, hedged"
    )


def test_threads_and_questions_tell_all_or_what_is_stated(call: Call) -> None:
    for command in ("threads", "questions"):
        everything = call(command).out
        stated = call(command, "--include", "stated").out
        assert "predicted" in everything
        assert "predicted" not in stated
        assert stated
        assert call(command, "--include", "all").out == everything


def test_a_case_without_threads_and_questions_says_so(call: Call, tmp_path: Path) -> None:
    (tmp_path / "small.ttl").write_text(SMALL)
    assert call("threads", "--case", "small.ttl").out == "The case has no threads.\n"
    assert call("questions", "--case", "small.ttl").out == "The case leaves nothing open.\n"


# --- asking ---------------------------------------------------------------------------------------


def test_the_answer_is_on_stdout_and_its_size_is_not(call: Call) -> None:
    done = call("query", HANDLERS)
    assert done.out.split("\n")[0].split() == ["who", "whom"]
    assert "Danielle Wexler" in done.out
    assert done.err == "1 answer\n"
    assert call("query", "SELECT ?who { ?who cb:handlerOf ?who }").err == "no answers\n"


def test_identifiers_are_shown_on_demand(call: Call) -> None:
    assert "hr:danielle-wexler" in call("query", HANDLERS, "--iris").out
    assert "hr:danielle-wexler" in call("query", HANDLERS, "--iris", "--format", "markdown").out
    assert "| Danielle Wexler |" in call("query", HANDLERS, "--format", "markdown").out


def test_a_query_is_read_from_a_file_or_stdin(call: Call, tmp_path: Path) -> None:
    expected = call("query", HANDLERS).out
    (tmp_path / "my query.RQ").write_bytes(b"\xef\xbb\xbf" + HANDLERS.encode())
    assert call("query", "my query.RQ").out == expected
    assert call("query", "-", stdin=HANDLERS.encode()).out == expected
    assert call("query", stdin=HANDLERS.encode()).out == expected
    refused(call("query", "-", stdin=b"ASK { \xff"), "stdin is not UTF-8")


def test_selections_come_in_the_formats_of_the_web(call: Call) -> None:
    rows = list(csv.reader(io.StringIO(call("query", HANDLERS, "--format", "csv").out)))
    assert rows[0] == ["who", "whom"]
    assert rows[1][1].endswith("/danielle-wexler")
    assert call("query", HANDLERS, "--format", "tsv").out.startswith("?who\t?whom\n<https://")
    answer = json.loads(call("query", HANDLERS, "--format", "json").out)
    assert answer["results"]["bindings"][0]["whom"]["type"] == "uri"
    root = ET.fromstring(call("query", HANDLERS, "--format", "xml").out)
    assert root.tag == "{http://www.w3.org/2005/sparql-results#}sparql"


@pytest.mark.parametrize(
    ("query", "answer"), [("ASK { ?a cb:handlerOf ?b }", True), ("ASK { ?a cb:handlerOf ?a }", False)]
)
def test_yes_and_no_come_in_the_formats_of_the_web(call: Call, query: str, answer: bool) -> None:
    word = str(answer).lower()
    for format_ in ("table", "markdown", "csv", "tsv"):
        assert call("query", query, "--format", format_) == Done(0, f"{word}\n", "")
    assert call("query", query).out == f"{word}\n"
    assert json.loads(call("query", query, "--format", "json").out) == {"head": {}, "boolean": answer}
    root = ET.fromstring(call("query", query, "--format", "xml").out)
    space = "{http://www.w3.org/2005/sparql-results#}"
    assert [(e.tag, e.text) for e in root] == [(f"{space}head", None), (f"{space}boolean", word)]


def test_graphs_come_as_turtle_or_as_asked(call: Call) -> None:
    query = "CONSTRUCT { ?who cb:handlerOf ?whom } { ?who cb:handlerOf ?whom }"
    assert "cb:handlerOf hr:danielle-wexler" in call("query", query).out
    assert call("query", query, "--format", "turtle") == call("query", query)
    assert call("query", query, "--format", "ntriples").out.count(" .\n") == 1
    assert json.loads(call("query", query, "--format", "jsonld").out)
    assert ET.fromstring(call("query", query, "--format", "rdfxml").out).tag.endswith("RDF")


@pytest.mark.parametrize(
    ("form", "format_", "fitting"),
    [
        ("SELECT *", "turtle", "--format table, csv, tsv, json, xml or markdown"),
        ("ASK", "ntriples", "--format table, csv, tsv, json, xml or markdown"),
        ("CONSTRUCT { ?a ?b ?c }", "csv", "--format turtle, ntriples, jsonld or rdfxml"),
        ("DESCRIBE ?a", "table", "--format turtle, ntriples, jsonld or rdfxml"),
    ],
)
def test_a_format_that_does_not_fit_is_refused_before_the_work(
    call: Call, form: str, format_: str, fitting: str
) -> None:
    start = time.monotonic()
    body = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a = ?l && ?b = ?a) }"
    refused(call("query", f"{form} {body}", "--format", format_), fitting)
    assert time.monotonic() - start < 5


def test_a_query_is_stopped_when_its_time_is_up(call: Call) -> None:
    start = time.monotonic()
    refused(call("query", ENDLESS, "--timeout", "0.2"), "stopped after 0.2 s")
    assert time.monotonic() - start < 2
    refused(call("run", "handlers", "--timeout", "1e-6"), "stopped")


def test_named_queries_are_listed_shown_and_run(call: Call) -> None:
    listed = call("queries").out
    for name in caseboard.open("harbour").queries:
        assert re.search(rf"^{name} ", listed, re.MULTILINE)
    text = call("queries", "handlers").out
    assert text.startswith("# ")
    assert call("query", text).out == call("run", "handlers").out
    assert "Segev Azulai" in call("run", "about", "entity=Segev").out


# --- walking --------------------------------------------------------------------------------------


def test_a_supposition_is_told_in_parts(call: Call) -> None:
    done = call("suppose", "--not", "c-alias", "--case", "harbour", "--top", "1")
    assert done.code == 0
    titles = [line for line in done.out.splitlines() if line and not line.startswith(" ")]
    assert titles[0] == "supposed to be false"
    assert titles[1] == "holds again, since nothing else refutes it (1)"
    assert titles[2] == "no longer follows (1)"
    assert "  Bruno Lind to Mr Grey: 1 step, then no link\n  and " in done.out
    refused(call("suppose", "--not", "c-nobody"), "no claim on this board has the id 'c-nobody'")
    refused(call("suppose"), "Missing option '--not'")


def test_a_robust_ranking_marks_who_leads_through_weak_claims(call: Call) -> None:
    done = call("central", "--robust", "--top", "1")
    assert done.out.splitlines()[0].split("  ")[0] == "by betweenness"
    assert done.out.splitlines()[-1].endswith("leads only through weak claims")
    rows = json.loads(call("central", "--robust", "--top", "1", "--format", "json").out)
    assert [(row["label"], row["rank stated"], row["leads_through_weak"]) for row in rows] == [
        ("Segev Azulai", 1, False),
        ("America", 6, True),
    ]
    header, *lines = csv.reader(call("central", "--robust", "--top", "1", "--format", "csv").out.splitlines())
    assert [dict(zip(header, line, strict=True))["rank stated"] for line in lines] == ["1", "6"]
    refused(call("central", "--robust", "--include", "hedged"), "goes through what include= takes itself")


def test_a_path_is_told_in_steps(call: Call) -> None:
    told = call("path", "Segev", "CIA", "-k", "1")
    assert "\n  1. " in told.out
    assert "said in " in told.out
    (path,) = json.loads(call("path", "Segev", "CIA", "-k", "1", "--format", "json").out)
    assert len(path["steps"]) == path["length"]
    around = call("path", "Segev", "CIA", "--avoid", "Danielle Wexler", "--include", "all").out
    assert "Danielle Wexler" not in around


def test_no_path_is_told_with_a_reason(call: Call) -> None:
    refused(call("path", "Segev", "CIA", "--cutoff", "1"), "Segev Azulai")


def test_the_most_central_are_ranked(call: Call) -> None:
    done = call("central", "--top", "3")
    assert len(done.out.rstrip("\n").split("\n")) == 2 + 3
    assert "--top" in done.err
    rows = list(csv.DictReader(io.StringIO(call("central", "--top", "3", "--format", "csv").out)))
    listed = json.loads(call("central", "--top", "3", "--format", "json").out)
    assert [row["label"] for row in rows] == [one["label"] for one in listed]
    assert [float(row["score"]) for row in rows] == [one["score"] for one in listed]
    assert told_beside(call("central", "--top", "1000")) == ""


def test_work_done_apart_answers_as_well() -> None:
    done = shell("caseboard central --case harbour --top 1 --format csv && caseboard central --by fame")
    assert done.out.startswith("rank,node,label,kind,score\n1,ex:")
    assert done.code == 2
    assert "caseboard: no measure 'fame'" in done.err


def test_persons_and_personas_are_one_on_demand(call: Call) -> None:
    assert "Sophie" in call("central", "--top", "99").out
    assert "Sophie" not in call("central", "--top", "99", "--merge-aliases").out


# --- taking away ----------------------------------------------------------------------------------


def test_a_page_is_written_and_named(call: Call, tmp_path: Path) -> None:
    done = call("page", "--case", "harbour")
    assert done.code == 0
    assert done.out.startswith(f"{tmp_path / 'harbour.html'}\n")
    assert "Harbour: " in done.out
    assert [path.name for path in tmp_path.iterdir()] == ["harbour.html"]
    page = (tmp_path / "harbour.html").read_text("utf-8")
    assert call("page", "-", "--case", "harbour").out == page


@pytest.mark.parametrize(
    ("case", "name"), [("my case.ttl", "my case"), (".", "my folder"), ("../my folder", "my folder")]
)
def test_a_page_is_named_after_its_case(
    call: Call, case: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "my folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "my case.ttl").write_text(SMALL)
    call("page", "--case", case)
    assert (folder / f"{name}.html").is_file()


def test_a_page_holds_what_was_chosen(call: Call) -> None:
    everything = call("page", "-", "--case", "harbour").out
    stated = call("page", "-", "--case", "harbour", "--include", "stated").out
    assert "Customs is expected to go after Meridian Line." in everything
    assert "Customs is expected to go after Meridian Line." not in stated
    assert "Ada and Tomas are old friends." in stated


def test_where_no_browser_starts_it_is_said(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webbrowser.open", lambda _uri: False)
    done = call("page", "--open", "--case", "harbour")
    assert done.code == 0
    assert "no browser" in done.err


@pytest.mark.parametrize("ending", filing.ENDINGS)
def test_an_export_has_the_format_of_its_ending(call: Call, ending: str, tmp_path: Path) -> None:
    out = tmp_path / "folder of mine" / f"board{ending.upper()}"
    done = call("export", str(out), "--case", "harbour")
    left_out, wrote = (
        done.err.removesuffix("\n").rsplit("\n", 1) if "\n" in done.err.strip() else ("", done.err)
    )
    assert (done.code, done.out, wrote.strip()) == (0, "", f"wrote {out}")
    assert bool(left_out) == (ending in (".ftm.json", ".stix.json"))
    assert all(line.startswith("not in this format: ") for line in left_out.splitlines())
    text = out.read_text("utf-8")
    if ending in (".graphml", ".gexf", ".rdf"):
        ET.fromstring(text)
    elif ending in (".json", ".jsonld", ".stix.json"):
        json.loads(text)
    elif ending == ".ftm.json":
        assert all(json.loads(line)["schema"] for line in text.splitlines())
    if ending not in (".graphml", ".gexf", ".json", ".ftm.json", ".stix.json"):
        lower = out.rename(out.with_suffix(ending))
        assert call("show", "--case", str(lower)).out == call("show", "--case", "harbour").out


def test_an_export_goes_to_stdout(call: Call) -> None:
    done = call("export", "-", "--case", "harbour")
    assert "cb:Claim" in done.out
    assert told_beside(done) == ""
    assert "rdf:reifies" in call("export", "-", "--rdf12", "--case", "harbour").out


@pytest.mark.parametrize("out", ["tables/", "tables", "."])
def test_an_export_into_a_folder_writes_two_tables(call: Call, out: str, tmp_path: Path) -> None:
    done = call("export", out, "--case", "harbour")
    assert done.code == 0
    written = sorted((tmp_path / out).glob("*.csv"))
    assert [path.name for path in written] == ["edges.csv", "nodes.csv"]
    for path in written:
        assert len(list(csv.reader(io.StringIO(path.read_text("utf-8"))))) > 5


def test_a_failed_export_leaves_both_old_tables(call: Call, tmp_path: Path) -> None:
    (tmp_path / "nodes.csv").write_text("old")
    (tmp_path / "edges.csv").mkdir()
    refused(call("export", ".", "--case", "harbour"), "edges.csv", "unchanged")
    assert (tmp_path / "nodes.csv").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["edges.csv", "nodes.csv"]


def test_an_export_over_a_device_is_no_file(call: Call) -> None:
    assert call("page", os.devnull, "--case", "harbour").code == 0
    assert not Path(os.devnull).is_file()


# --- checking -------------------------------------------------------------------------------------

TEXT = "Ada wrote to Bo. Bo never answered.\n"


def small(digest: str = "") -> str:
    return f"""
@prefix cb: <https://w3id.org/caseboard/ns#> .
@prefix ex: <https://example.org/small/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
ex:case a cb:Case ; rdfs:label "Small"@en .
ex:start a cb:RevealPoint ; rdfs:label "the start"@en ; cb:order 1 .
ex:letter a cb:Source ; rdfs:label "The letter"@en .
ex:writer a cb:Agent ; rdfs:label "the writer"@en .
ex:ada a cb:Person ; rdfs:label "Ada"@en .
ex:bo a cb:Person ; rdfs:label "Bo"@en .
ex:e a oa:SpecificResource ; oa:hasSource ex:letter ; cb:section "Letter" ; cb:paragraph 1 ; cb:sentence 1 ;
    cb:passageDigest "sha256:{digest}" ;
    oa:hasSelector [ a oa:TextPositionSelector ; oa:start 0 ; oa:end 16 ] .
ex:c a cb:Claim, rdf:Statement ; rdf:subject ex:ada ; rdf:predicate cb:friendOf ; rdf:object ex:bo ;
    cb:status cb:Stated ; cb:revealedIn ex:start ; prov:wasDerivedFrom ex:e ; prov:wasAttributedTo ex:writer ;
    rdfs:comment "Ada and Bo are friends."@en .
"""


SMALL = small(hashlib.sha256(TEXT[:16].encode()).hexdigest())


def test_a_sound_case_passes(call: Call, tmp_path: Path) -> None:
    (tmp_path / "small.ttl").write_text(SMALL)
    for arguments in (["small.ttl"], ["--case", "small.ttl"], [], ["--case", "harbour"]):
        done = call("check", *arguments)
        assert done.code == 0, done
        assert done.out
        assert told_beside(done) == ""


def test_a_violation_is_a_finding_and_no_failure(call: Call, tmp_path: Path) -> None:
    whole, head = SMALL.split("ex:ada a cb:Person")
    (tmp_path / "one.ttl").write_text(
        whole + "ex:ada a cb:Person" + head.replace(' ; rdfs:label "Ada"@en', "")
    )
    done = call("check", "one.ttl")
    assert done.code == 1
    assert "ex:ada" in done.out
    assert told_beside(done) == ""
    (tmp_path / "two.ttl").write_text(
        '<https://example.org/small/ada> <http://www.w3.org/2000/01/rdf-schema#label> "Ada"@en .'
    )
    assert call("check", "one.ttl", "two.ttl").code == 0


def test_evidence_is_held_against_its_source(call: Call, tmp_path: Path) -> None:
    (tmp_path / "small.ttl").write_text(SMALL)
    same, moved, changed = (tmp_path / f"{name} copy.txt" for name in ("same", "moved", "changed"))
    same.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    moved.write_text("First. " + TEXT)
    changed.write_text("Ada never wrote.")

    def held(*files: Path) -> Done:
        sources = [word for file in files for word in ("--source", f"letter={file}")]
        return call("evidence", *sources, "--case", "small.ttl")

    assert held(same).code == 0
    assert "“Ada wrote to Bo.”" in held(same).out
    assert held(moved).code == 1
    assert "MOVED" in held(moved).out
    assert held(changed).code == 1
    assert "CHANGED" in held(changed).out
    assert held(same, changed).code == held(changed, same).code == 1
    done = call("evidence", "--source", "letter=-", "--case", "small.ttl", stdin=TEXT.encode())
    assert done.code == 0
    assert told_beside(done) == ""


# --- signs of life --------------------------------------------------------------------------------


def test_work_that_takes_long_says_so(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(case: str | None) -> caseboard.Board:
        time.sleep(0.2)
        return quickly(case)

    quickly = caseboard.open
    monkeypatch.setattr(caseboard, "open", slowly)
    monkeypatch.setattr(terminal, "_QUIET", 0.01)
    done = call("query", ENDLESS, "--timeout", "0.5")
    assert "opening hit-and-run …\n" in done.err
    assert "answering …\n" in done.err
    done = call("query", HANDLERS, "--format", "csv")
    assert done.out.startswith("who,whom")


@pytest.mark.parametrize("where", ["opening", "answering", "printing"])
def test_an_interrupt_ends_with_130(call: Call, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    names = {
        "opening": "caseboard.open",
        "answering": "caseboard.desk.Desk.answer",
        "printing": "caseboard.asking.show_table",
    }
    monkeypatch.setattr(names[where], interrupted)
    monkeypatch.setattr(os, "_exit", sys.exit)
    done = call("query", HANDLERS)
    assert (done.code, done.out) == (130, "")
    assert done.err.endswith("stopped\n")


# --- streams that are not what they should be ------------------------------------------------------


def test_a_closed_stdout_and_stderr_end_in_a_message(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", None)
        refused(call("show"), "stdout is closed")


def test_a_disk_that_is_full_ends_in_a_message(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "dup2", lambda *_: None)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", Full())
        refused(call("show"), "No space left on device")


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("caseboard show >&-", 2, "stdout is closed"),
        ("caseboard show > /dev/full", 2, "No space left on device"),
        ("caseboard run handlers --format csv > /dev/full", 2, "No space left on device"),
        ("caseboard query <&-", 2, "give a query"),
        ("caseboard query - <&-", 2, "no stdin"),
        ("caseboard show Nobody 2>&-", 2, ""),
        ("caseboard show 2>&- >/dev/null", 0, ""),
        ("set -o pipefail; caseboard export - | head -c 9 >/dev/null", 128 + signal.SIGPIPE, ""),
    ],
)
def test_odd_streams_end_in_a_message(command: str, code: int, said: str) -> None:
    done = shell(command)
    assert (done.code, done.out) == (code, "")
    assert said in done.err
    assert done.err.startswith("caseboard: ") or not said
    assert "Traceback" not in done.err
    assert "Exception ignored" not in done.err


def test_characters_that_the_encoding_lacks_are_escaped() -> None:
    done = shell(
        "echo 'ASK { ?s rdfs:label \"é\" }' | caseboard query - && caseboard run handlers",
        PYTHONIOENCODING="ascii",
    )
    assert done.code == 0
    assert done.out.startswith("false\n")
    assert "\\u2500" in done.out
    assert done.out.isascii()


def test_an_answer_needs_only_its_engine() -> None:
    heavy = ("rdflib", "networkx", "pandas", "pyvis", "pyshacl", "rich", "numpy", "rustworkx", "oxrdflib")
    script = (
        "import atexit, sys\n"
        f"heavy = {heavy!r}\n"
        "loaded = lambda: [name for name in heavy if name in sys.modules]\n"
        "atexit.register(lambda: print('loaded:', *loaded(), file=sys.stderr))\n"
        f"sys.argv = ['caseboard', 'query', {HANDLERS!r}]\n"
        "from caseboard.cli import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert "Danielle Wexler" in done.stdout
    assert done.stderr.splitlines()[-1].split() == ["loaded:"]


# --- at a terminal ---------------------------------------------------------------------------------


def test_a_narrow_terminal_gets_a_coloured_table_that_fits() -> None:
    done = on_terminal("query", HANDLERS, width=40)
    assert done.code == 0
    assert "\x1b[" in done.out
    lines = re.sub(r"\x1b\[[0-9;]*m", "", done.out).split("\n")
    assert max(map(len, lines)) <= 40
    assert any("Danielle Wexler" in line for line in lines)


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_a_terminal_without_colour_gets_none(environment: dict[str, str]) -> None:
    done = on_terminal("run", "claims", **environment)
    assert done.code == 0
    assert "\x1b" not in done.out
    assert max(map(len, done.out.split("\n"))) <= 40


def test_a_query_without_text_at_a_terminal_does_not_wait() -> None:
    done = on_terminal("query")
    assert done.code == 2
    assert "give a query" in done.out


EVIL = r"E\u001B[31mvil\u202Etxt\u0007\u009B2J\u200F"


@pytest.mark.parametrize(
    "line",
    [
        "show ex:ada",
        "query 'SELECT ?o { ex:ada rdfs:label ?o }'",
        "query 'SELECT ?o { ex:ada rdfs:label ?o }' --format csv",
        "path ex:ada Bo --format json",
        "export -",
    ],
)
def test_nothing_in_a_case_commands_the_terminal(line: str, tmp_path: Path) -> None:
    (tmp_path / "evil.ttl").write_text(SMALL.replace('"Ada"', f'"{EVIL}"').replace("Ada and", f"{EVIL} and"))
    done = on_terminal(*shlex.split(line), "--case", str(tmp_path / "evil.ttl"), NO_COLOR="1", width=200)
    assert done.code == 0
    assert "vil" in done.out
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", done.out)


# --- signals ---------------------------------------------------------------------------------------


def of_group(group: int) -> list[int]:
    """The living processes of a process group."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, group_, *_ = entry.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(group_) == group and state != "Z":
            found.append(int(entry.parent.name))
    return found


@pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="this system has no /proc to look at processes"
)
@pytest.mark.parametrize(
    ("number", "whole_group", "codes"),
    [
        (signal.SIGINT, False, (130,)),
        (signal.SIGINT, True, (130,)),
        (signal.SIGTERM, False, (-signal.SIGTERM, 128 + signal.SIGTERM)),
        (signal.SIGHUP, True, (-signal.SIGHUP, 128 + signal.SIGHUP)),
        (signal.SIGKILL, False, (-signal.SIGKILL,)),
    ],
    ids=["Ctrl-C to one", "Ctrl-C to all", "terminate", "hang up", "kill"],
)
def test_a_signal_ends_a_query_and_all_its_processes(
    number: signal.Signals, whole_group: bool, codes: tuple[int, ...]
) -> None:
    process = subprocess.Popen(
        [*PROGRAM, "query", ENDLESS],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 30
        while len(of_group(process.pid)) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(of_group(process.pid)) == 2, "the query does not run in a process of its own"
        start = time.monotonic()
        (os.killpg if whole_group else os.kill)(process.pid, number)
        out, err = process.communicate(timeout=20)
        assert time.monotonic() - start < 1
        assert process.returncode in codes
        assert out == ""
        assert "Traceback" not in err
        while of_group(process.pid) and time.monotonic() - start < 1:
            time.sleep(0.01)
        assert of_group(process.pid) == []
    finally:
        for left in of_group(process.pid):
            os.kill(left, signal.SIGKILL)


# --- a page with its source, and in another language ----------------------------------------------


def test_a_page_shows_passages_and_says_which_do_not_hold(call: Call, tmp_path: Path) -> None:
    (tmp_path / "small.ttl").write_text(SMALL)
    (tmp_path / "same.txt").write_text(TEXT)
    (tmp_path / "other.txt").write_text("Ada never wrote.")
    done = call("page", "same.html", "--case", "small.ttl", "--source", "letter=same.txt")
    assert done.code == 0
    assert told_beside(done) == ""
    assert "Ada wrote to Bo." in (tmp_path / "same.html").read_text("utf-8")
    done = call("page", "other.html", "--case", "small.ttl", "--source", "letter=other.txt")
    assert done.code == 0
    assert "CHANGED" in done.err
    assert "left out of the page" in done.err
    assert "Ada wrote to Bo." not in (tmp_path / "other.html").read_text("utf-8")


def test_a_source_without_a_file_cuts_the_page_as_everywhere(call: Call, tmp_path: Path) -> None:
    (tmp_path / "small.ttl").write_text(SMALL)
    (tmp_path / "same.txt").write_text(TEXT)
    both = ("--source", "letter", "--source", "letter=same.txt")
    assert call("page", "cut.html", "--case", "small.ttl", *both).code == 0
    assert "Ada wrote to Bo." in (tmp_path / "cut.html").read_text("utf-8")
    refused(call("page", "x.html", "--case", "small.ttl", "--source", "nothing"), "source")
    refused(call("page", "x.html", "--source", "a", "--source", "b"), "one source")
    refused(call("page", "x.html", "--source", "a=nowhere.txt"), "nowhere.txt cannot be read")
    refused(call("page", "x.html", "--language", ""), "--language is empty")


def test_a_language_that_the_case_has_not_is_said(call: Call, tmp_path: Path) -> None:
    (tmp_path / "small.ttl").write_text(SMALL)
    done = call("page", "page.html", "--case", "small.ttl", "--language", "de")
    assert done.code == 0
    assert "no title in 'de'" in done.err
    assert '<h1 lang="en">Small</h1>' in (tmp_path / "page.html").read_text("utf-8")
