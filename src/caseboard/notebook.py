"""Magics for notebooks: ``%load_ext caseboard``; only this module knows IPython.

::

    %board harbour                     open a case (or name a Board of yours) and show what is on it
    %path Ada -> Customs               how two are linked
    %why Grey memberOf Meridian        why something holds, or what is missing for it
    %%sparql --as-of midway --to found
    SELECT ?whom { $who cb:helps ?whom }

In ``%%sparql`` a variable written with a dollar sign, as ``$who``, gets the value of the Python variable of
that name; it is bound, never written into the text.
"""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Callable
from itertools import takewhile
from typing import TYPE_CHECKING, Any, NoReturn

from IPython.core.completer import CompletionContext, SimpleCompletion, context_matcher
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class
from IPython.display import display

import caseboard
from caseboard.board import Board
from caseboard.errors import BadArgument, UnknownName
from caseboard.network import INCLUDES
from caseboard.sparql import tokens

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_WORD = re.compile(r"[\w:.-]*$")
#: So many completions are offered.
_OFFERED = 60


class _Parser(argparse.ArgumentParser):
    """A parser whose complaint is our error, and so one readable message."""

    def error(self, message: str) -> NoReturn:
        raise BadArgument(f"{self.prog}: {message}\n{self.format_usage().strip()}")


def _parser(name: str, *, include: bool = True) -> _Parser:
    parser = _Parser(prog=name, add_help=False)
    for view in ("as-of", "known-to", "thread", "source"):
        parser.add_argument(f"--{view}", metavar=view.upper())
    parser.add_argument("--status", type=_words, metavar="STATUS,…")
    if include:
        parser.add_argument("--include", type=_words, default=[], metavar="STATUS,…")
    return parser


def _words(text: str) -> list[str]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    return list(INCLUDES) if "all" in words else words


@magics_class
class CaseboardMagics(Magics):
    """The magics; they ask the bundled case until ``%board`` names another."""

    shown: Callable[..., Any] = staticmethod(display)

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self._names: dict[str, Any] = shell.user_ns
        self._board: Board | None = None

    @property
    def asked(self) -> Board:
        """The board that the magics ask."""
        if self._board is None:
            self._board = caseboard.open()
        return self._board

    def _view(self, options: argparse.Namespace) -> Board:
        names = ("as_of", "known_to", "thread", "source", "status")
        cut = {name: value for name in names if (value := getattr(options, name)) is not None}
        return self.asked.view(**cut) if cut else self.asked

    @line_magic
    def board(self, line: str) -> Board:
        """``%board [CASE]``: open a case, or take a Board from a variable of that name; return the board."""
        name = line.strip()
        held = self._names.get(name)
        if name:
            self._board = held if isinstance(held, Board) else caseboard.open(name)
        return self.asked

    @line_magic
    def path(self, line: str) -> object:
        """``%path FROM -> TO [-k 3] [--by strongest] [--include hedged] [--as-of POINT]``."""
        source, _, rest = line.partition("->")
        words = shlex.split(rest)
        # What comes first is a name, which may have blanks in it.
        named = list(takewhile(lambda word: not word.startswith("-"), words))
        if not source.strip() or not named:
            raise BadArgument("write it as: %path Segev -> CIA")
        parser = _parser("%path")
        parser.add_argument("-k", type=int, default=1)
        parser.add_argument("--by", default="fewest")
        options = parser.parse_args(words[len(named) :])
        board = self._view(options)
        ends = source.strip().strip("\"'"), " ".join(named)
        return board.paths(*ends, k=options.k, by=options.by, include=options.include)

    @line_magic
    def why(self, line: str) -> object:
        """``%why SUBJECT RELATION OBJECT [--as-of POINT]``; a name of several words goes in quotes."""
        parser = _parser("%why", include=False)
        parser.add_argument("words", nargs="*")
        options = parser.parse_args(shlex.split(line))
        if len(options.words) != 3:
            raise BadArgument(
                'write it as: %why Danielle assetOf CIA (a longer name in quotes: "Martin Wexler")'
            )
        subject, relation, target = options.words
        return self._view(options).why(subject, relation, target)

    @cell_magic
    def sparql(self, line: str, cell: str) -> object:
        """``%%sparql [--as-of POINT] [--include hedged] [--timeout S] [--to NAME] [--map]``: ask."""
        parser = _parser("%%sparql")
        parser.add_argument("--timeout", type=float)
        parser.add_argument("--to", metavar="NAME", help="keep the answer in this variable")
        parser.add_argument("--map", action="store_true", help="draw what the answer names")
        options = parser.parse_args(shlex.split(line))
        if options.to is not None and not options.to.isidentifier():
            raise BadArgument(f"--to takes the name of a variable, not {options.to!r}")
        given = {}
        for name in dict.fromkeys(t.text[1:] for t in tokens(cell) if t.text[:1] == "$" and t.kind == "var"):
            if name not in self._names:
                raise UnknownName(f"${name} stands for a Python variable, and there is none of that name")
            given[name] = self._names[name]
        board = self._view(options)
        answer = board.query(cell, given=given, include=options.include, timeout=options.timeout)
        if options.to is not None:
            self._names[options.to] = answer
        if options.map:
            if not isinstance(answer, caseboard.Table):
                raise BadArgument("--map draws what a SELECT answers with; this is no SELECT")
            self.shown(answer)
            return answer.page(include=options.include)
        return answer

    def complete(self, context: CompletionContext) -> list[SimpleCompletion]:
        """Return what could go on at the cursor of a ``%%sparql`` cell: prefixes, relations, kinds, names."""
        fragment = _fragment(context)
        case = self.asked.case
        found = {f"{prefix}:": "prefix" for prefix in case.names.prefixes}
        found |= {relation.id: relation.label for relation in case.relations.values()}
        found |= {case.curie(str(kind)): "kind" for (kind,) in case.rows("kinds")}
        found |= {entity.id: entity.label for entity in case.entities.values()}
        wanted = fragment.casefold()
        fits = [
            word
            for word, label in sorted(found.items())
            if word.casefold().startswith(wanted)
            or word.rpartition(":")[2].casefold().startswith(wanted)
            or any(part.casefold().startswith(wanted) for part in label.split())
        ]
        return [SimpleCompletion(word, type=found[word]) for word in fits[:_OFFERED]]


def _fragment(context: CompletionContext) -> str:
    line = context.full_text.split("\n")[context.cursor_line][: context.cursor_position]
    found = _WORD.search(line)
    return found[0] if found else ""


def load(shell: InteractiveShell) -> None:
    """Register the magics and the completion of ``%%sparql`` cells with a shell."""
    magics = CaseboardMagics(shell)
    shell.register_magics(magics)

    def in_sparql(context: CompletionContext) -> dict[str, Any]:
        fragment = _fragment(context)
        if not context.full_text.lstrip().startswith("%%sparql") or not context.cursor_line or not fragment:
            return {"completions": []}
        return {"completions": magics.complete(context), "matched_fragment": fragment, "suppress": True}

    completer: Any = shell.Completer
    completer.custom_matchers.append(context_matcher()(in_sparql))
