"""The interactive prompt: queries over several lines, completion, history, commands with a dot."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from caseboard.errors import BadArgument, CaseboardError, MissingExtra, did_you_mean
from caseboard.lookup import begins, fold
from caseboard.network import INCLUDES, check_include
from caseboard.options import FORMATS
from caseboard.sparql import FORMS, tokens
from caseboard.terminal import clean, note, quoted, say, show_table

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import Completer, Completion
    from prompt_toolkit.document import Document
    from prompt_toolkit.history import History
    from prompt_toolkit.input import Input
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
    from prompt_toolkit.output import Output

    from caseboard.board import Board
    from caseboard.desk import Desk

PROMPT, MORE = "caseboard> ", "      ...> "
_WORDS = (
    "SELECT ASK CONSTRUCT DESCRIBE DISTINCT WHERE FILTER OPTIONAL UNION MINUS GRAPH BIND VALUES EXISTS NOT "
    "PREFIX FROM GROUP ORDER BY HAVING LIMIT OFFSET COUNT SUM MIN MAX AVG BOUND STR LANG CONTAINS LCASE REGEX"
).split()
#: What people type to leave, or for help, in other shells: with a dot or without.
_LEAVE, _HELP = ("quit", "exit", "q"), ("help", "?")
#: More than so many completions nobody reads.
_MOST = 200


@dataclass(frozen=True, slots=True)
class Settings:
    """How the shell answers: the format, "" being the default of each form; and the statuses included."""

    format: str = ""
    include: tuple[str, ...] = ()


#: (text or name of a query, parameters where it is a name, settings): answers and prints.
Ask = Callable[[str, Mapping[str, str] | None, Settings], None]


def is_complete(text: str) -> bool:
    """Say whether an entry can be answered: a command, or a query whose braces balance.

    >>> is_complete("SELECT ?a {"), is_complete("SELECT ?a { ?a cb:helps '}' }"), is_complete(".help")
    (False, True, True)
    """
    if not text.strip() or text.lstrip().startswith("."):
        return True
    marks = [token.text for token in tokens(text) if token.kind == "mark"]
    if any(mark in "\"'" for mark in marks):
        return False  # a quote that is still open
    words = [token.text.upper() for token in tokens(text) if token.kind == "word"]
    form = next((word for word in words if word in FORMS), "")
    opened, closed = marks.count("{"), marks.count("}")
    if not opened and form:
        return form == "DESCRIBE"
    return closed >= opened if opened or closed else bool(words) and words[0] not in ("PREFIX", "BASE")


class Shell:
    """Reads entries and does what they say.

    Args:
        board: what is asked.
        desk: knows the named queries.
        ask: answers a query and prints the answer.
    """

    def __init__(self, board: Board, desk: Desk, ask: Ask) -> None:
        self._board, self._desk, self._ask = board, desk, ask
        self.settings = Settings()
        self.commands: Mapping[str, tuple[str, str, Callable[[str], None]]] = {
            "help": ("", "what can be typed here", self._help),
            "run": ("NAME [KEY=VALUE]…", "run a named query", self._run),
            "queries": ("", "list the named queries", self._queries),
            "path": ("FROM TO", "how two are linked", self._path),
            "explain": ("QUERY", "put a query into words", self._explain),
            "schema": ("", "what there is to ask", self._schema),
            "format": ("[FORMAT]", "how to answer: table, csv, json, …", self._format),
            "include": ("[STATUS,…]", "less certain claims to take in, or none", self._include),
            "quit": ("", "leave; so does Ctrl-D", self._help),
        }

    def loop(self, entries: Iterable[str]) -> bool:
        """Do what entries say until one says to quit, and return whether all could be done.

        An error is told, and the next entry is read.
        """
        well = True
        for entry in entries:
            text = entry.strip()
            if not text:
                continue
            if text.lower().lstrip(".") in _LEAVE:
                break
            try:
                self.do(text)
            except CaseboardError as error:
                note(str(error))
                well = False
            except KeyboardInterrupt:
                note("stopped")
        return well

    def do(self, text: str) -> None:
        """Do what one entry says.

        Raises:
            CaseboardError: it cannot be done.
        """
        if text.lower().lstrip(".") in _HELP:
            self._help("")
            return
        if not text.startswith("."):
            self._ask(text, None, self.settings)
            return
        name, _, rest = text[1:].partition(" ")
        if name not in self.commands:
            known = [f".{one}" for one in self.commands]
            hint = did_you_mean(f".{name}", known) or " .help lists what there is."
            raise BadArgument(f"there is no command .{name}.{hint}")
        self.commands[name][2](rest.strip())

    def _help(self, _rest: str) -> None:
        rows = [[f".{name} {takes}".strip(), does] for name, (takes, does, _) in self.commands.items()]
        first = ["SELECT … { … }", "ask in SPARQL; Enter answers once the braces balance, Ctrl-C stops"]
        show_table(["type", "to"], [first, *rows])

    def _run(self, rest: str) -> None:
        name, *given = _words(rest, "run", "NAME KEY=VALUE, as in .run about entity=Segev")
        parameters: dict[str, str] = {}
        for word in given:
            key, equals, value = word.partition("=")
            if not equals or key in parameters:
                raise BadArgument(f"{key} is given twice" if equals else f"{word!r} is no KEY=VALUE")
            parameters[key] = value
        self._ask(name, parameters, self.settings)

    def _queries(self, _rest: str) -> None:
        rows = [[q.name, q.title, " ".join(map(str, q.parameters))] for q in self._desk.queries.values()]
        show_table(["name", "answers", "takes"], rows)

    def _path(self, rest: str) -> None:
        ends = _words(rest, "path", 'FROM TO, as in .path Segev "Tali Shapira"')
        if len(ends) != 2:
            raise BadArgument('.path takes two names, as in .path Segev "Tali Shapira"')
        say("\n\n".join(map(str, self._board.paths(*ends, include=self.settings.include))))

    def _explain(self, rest: str) -> None:
        text = rest if "{" in rest or not rest else self._desk.named_query(rest).text
        say(str(self._board.explain(text, include=self.settings.include)))

    def _schema(self, _rest: str) -> None:
        say(str(self._board.schema()))

    def _format(self, rest: str) -> None:
        if rest and rest not in FORMATS:
            raise BadArgument(
                f"there is no format {rest!r}; there are {', '.join(FORMATS)}.{did_you_mean(rest, FORMATS)}"
            )
        self.settings = replace(self.settings, format=rest)
        note(f"answers come as {rest or 'table, or turtle for a graph'}")

    def _include(self, rest: str) -> None:
        words = [] if rest in ("", "none") else INCLUDES if rest == "all" else re.split(r"[\s,]+", rest)
        self.settings = replace(self.settings, include=check_include(words))
        note(f"included beside what is stated: {', '.join(self.settings.include) or 'nothing'}")

    # --- completion -------------------------------------------------------------------------------

    @cached_property
    def _terms(self) -> list[tuple[str, str]]:
        """What a query may name: id and label of kinds, relations, things, points and threads."""
        case = self._board.case
        found = {case.curie(term): case.label(str(term)) for term, _ in case.rows("terms")}
        for named in (case.entities.values(), case.points, case.threads.values()):
            found |= {one.id: one.label for one in named}
        return sorted((id_, clean(label)) for id_, label in found.items() if ":" in id_)

    def complete(self, text: str) -> Iterator[tuple[str, int, str]]:
        """Yield what could stand at the end of a text: its text, how many letters it replaces, what it is."""
        if text.lstrip().startswith("."):
            yield from self._complete_command(text.lstrip())
            return
        marks = [token.text for token in tokens(text) if token.kind == "mark"]
        if any(mark in "\"'" for mark in marks) or "#" in re.sub(r"<[^<>\s]*>", "", text.rpartition("\n")[2]):
            return  # within a literal or a comment
        word = re.search(r"[?$]?[\w:.-]*\Z", text)
        wanted = word[0] if word else ""
        if wanted[:1] in ("?", "$"):
            used = {token.text for token in tokens(text[: len(text) - len(wanted)]) if token.kind == "var"}
            yield from ((one, len(wanted), "") for one in sorted(used) if one.startswith(wanted))
            return
        if not wanted:
            return
        folded = fold(wanted)
        if ":" not in wanted:
            yield from ((one, len(wanted), "") for one in _WORDS if one.lower().startswith(folded))
            prefixes = self._board.case.names.prefixes
            yield from (
                (f"{one}:", len(wanted), prefixes[one]) for one in sorted(prefixes) if one.startswith(wanted)
            )
        for id_, label in self._terms:
            local = id_.partition(":")[2]
            if fold(id_).startswith(folded) or (
                ":" not in wanted
                and (fold(local).startswith(folded) or any(w.startswith(folded) for w in fold(label).split()))
            ):
                yield id_, len(wanted), label

    def _complete_command(self, text: str) -> Iterator[tuple[str, int, str]]:
        name, blank, rest = text[1:].partition(" ")
        last = rest.rpartition(" ")[2]
        if not blank:
            for one, (_, does, _) in self.commands.items():
                if one.startswith(name):
                    yield f".{one}", len(text), does
        elif name == "run" and " " not in rest:
            for query in self._desk.queries.values():
                if query.name.startswith(last):
                    yield query.name, len(last), query.title
        elif name == "run" and "=" not in last and not re.search(r"""=("[^"]*|'[^']*)\Z""", rest):
            query_ = self._desk.queries.get(rest.split(" ")[0])
            given = re.findall(r"(\w+)=", rest)
            for parameter in query_.parameters if query_ else ():
                if parameter.name.startswith(last) and parameter.name not in given:
                    yield f"{parameter.name}=", len(last), parameter.help
        elif name == "run":
            yield from self._complete_value(rest)
        elif name == "path":
            part = last.rpartition("=")[2]
            begun = fold(part.strip("\"'"))
            found = [(clean(one.label), one.kind) for one in self._board.entities.values()]
            yield from ((quoted(label), len(part), kind) for label, kind in found if begins(begun, label))
        elif name in ("format", "include"):
            listed = FORMATS if name == "format" else (*INCLUDES, "all", "none")
            yield from ((one, len(last), "") for one in listed if one.startswith(last))

    def _complete_value(self, rest: str) -> Iterator[tuple[str, int, str]]:
        """Yield what may be given for the last parameter of a query, by how any of its words begins."""
        begun = re.search(r"(\w+)=([^=]*)\Z", rest)
        query = self._desk.queries.get(rest.split(" ")[0])
        for parameter in query.parameters if query and begun else ():
            if begun and parameter.name == begun[1]:
                wanted = fold(begun[2].lstrip("\"'"))
                for text, what in self._desk.choices(parameter):
                    shown = clean(text)
                    if begins(wanted, shown, *([what] if parameter.kind == "relation" else [])):
                        yield quoted(shown), len(begun[2]), clean(what)


def _words(rest: str, name: str, takes: str) -> list[str]:
    try:
        words = shlex.split(rest)
    except ValueError as error:
        raise BadArgument(
            f".{name}: {error}; a name with a quote in it goes into the other kind of quotes"
        ) from None
    if not words:
        raise BadArgument(f".{name} takes {takes}")
    return words


# --- reading --------------------------------------------------------------------------------------


def read_lines(stream: TextIO) -> Iterator[str]:
    """Yield the entries of a file or a pipe, each as soon as it is complete.

    >>> import io
    >>> list(read_lines(io.StringIO("ASK {\\n}\\n.quit\\n")))
    ['ASK {\\n}', '.quit']
    """
    entry = ""
    for line in stream:
        entry += line.rstrip("\r\n")
        if is_complete(entry):
            yield entry
            entry = ""
        else:
            entry += "\n"
    if entry.strip():
        yield entry


def read_prompt(
    shell: Shell,
    *,
    history: Path | None,
    terminal: tuple[Input, Output] | None = None,
) -> Iterator[str]:
    """Yield the entries that somebody types at the prompt.

    Args:
        shell: completes them.
        history: file that keeps what was typed; None for keeping nothing.
        terminal: where to read and write, unless it is the terminal of this process.

    Raises:
        MissingExtra: prompt_toolkit is not installed.
    """
    try:
        from prompt_toolkit import PromptSession
    except ImportError as error:
        raise MissingExtra("prompt_toolkit", "shell", needed_for="the shell") from error

    session: PromptSession[str] = PromptSession(
        PROMPT,
        multiline=True,
        # A line that only goes on is no new one.
        prompt_continuation=lambda _width, _line, wraps: "" if wraps else MORE,
        completer=_completer(shell),
        complete_while_typing=False,
        history=_history(history),
        key_bindings=_bindings(),
        input=terminal[0] if terminal else None,
        output=terminal[1] if terminal else None,
    )
    while True:
        try:
            yield session.prompt()
        except KeyboardInterrupt:
            continue  # what was typed is dropped, as in other shells
        except EOFError:
            return


def _bindings() -> KeyBindings:
    from prompt_toolkit.key_binding import KeyBindings

    bindings = KeyBindings()

    @bindings.add("enter")
    def _enter(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        # An empty last line answers as it is: nobody is held by a brace that was forgotten.
        if is_complete(buffer.text) or buffer.text.endswith("\n"):
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n")

    return bindings


def _completer(shell: Shell) -> Completer:
    from prompt_toolkit.completion import Completer, Completion

    class OfBoard(Completer):
        def get_completions(self, document: Document, complete_event: Any) -> Iterator[Completion]:  # noqa: ARG002
            found = dict.fromkeys(shell.complete(document.text_before_cursor))
            for text, replaced, what in list(found)[:_MOST]:
                yield Completion(text, -replaced, display_meta=what)

    return OfBoard()


def _history(path: Path | None) -> History:
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    if path is None:
        return InMemoryHistory()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        note(f"what is typed is not kept: {path}: {error.strerror or error}")
        return InMemoryHistory()
    return FileHistory(path)


def history_file() -> Path:
    """Return the file that keeps what was typed, in the user's folder for such state."""
    base = os.environ.get("XDG_STATE_HOME") or os.environ.get("LOCALAPPDATA")
    folder = Path(base) if base and Path(base).is_absolute() else Path.home() / ".local" / "state"
    return folder / "caseboard" / "history"
