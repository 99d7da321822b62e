"""What the engine says of a text: where it cannot read on, and whether it would call another server.

The engine reads without tokens and tells positions in its own way, so it is asked about texts made from the
query. A ``Complain`` returns what it says of a text.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from caseboard.errors import CaseError, QueryRefused, QuerySyntaxError
from caseboard.sparql import FORMS, NO_SERVICE, Token, pointer, position, tokens

_SERVICE = re.compile("service", re.IGNORECASE | re.ASCII)
_ENGINE_ERROR = re.compile(r"error at (\d+):(\d+): (.*)\Z", re.DOTALL)
#: What the engine says of a query's sense, among the tokens that it expected.
_SENSE = re.compile(
    r"(?:expected|one of|,) ((?:The|BIND|SELECT|An?|Duplicated|Repeated|Unexpected) [^,\[\"]+)"
)
#: The engine compares keywords by cutting as many letters from the text as they have, and reports the end of
#: the cut. With more blanks than that between the tokens, the end still lies before the next one.
_GAP = "\n" + " " * 40
#: Stands nowhere in SPARQL: what cannot read on from here has read all that stands before.
_END = _GAP + "%"

#: A text -> the engine's syntax error about it, with a position.
Complain = Callable[[str], str]


def complaints(
    query: Callable[..., object], prefixes: Mapping[str, str], base: str | None = None
) -> Complain:
    """Return what tells the syntax error that an engine's ``query`` raises for a text, "" for none."""

    def complain(text: str) -> str:
        given: dict[str, object] = {"prefixes": dict(prefixes)} | ({"base_iri": base} if base else {})
        try:
            query(text, **given)
        except SyntaxError as error:
            return str(error)
        return ""

    return complain


def ask(query: Callable[..., Any], text: str, prefixes: Mapping[str, str], **more: Any) -> Any:
    """Return what an engine's ``query`` answers, giving it the known prefixes only where the text lacks any.

    It reads each of them anew for every query, which takes longer than many an answer.
    """
    try:
        return query(text, **more)
    except SyntaxError:
        return query(text, prefixes=dict(prefixes), **more)


def refuse_service(text: str, *, prefixes: Mapping[str, str], complain: Complain) -> None:
    """Refuse a SERVICE call that the lexer cannot see.

    The engine needs no blank between two words: ``1e5SERVICE`` and ``SERVICEex:a`` may be calls. Where
    SERVICE is no keyword, the text reads as well with any other word in its place.

    Raises:
        QueryRefused: the engine would read a SERVICE call in it.
    """
    # In small letters first, which is quick and sees no fewer.
    if "service" not in text.lower() or not _SERVICE.search(text):
        return
    # Drawn anew each time, so that nobody can write a text that has the word in it.
    other = "x" + os.urandom(8).hex()
    declared = "".join(
        f"PREFIX {_SERVICE.sub(other, prefix)}: <{iri}> "
        for prefix, iri in prefixes.items()
        if _SERVICE.search(prefix)
    )
    if reads(declared + _SERVICE.sub(other, text), complain) or not reads(text, complain):
        return
    raise QueryRefused(NO_SERVICE)


def reads(text: str, complain: Complain) -> bool:
    """Say whether the engine reads a text to its end; nothing is answered, since what follows it is wrong.

    >>> reads("ASK {", lambda text: "error at 1:3: expected SELECT")
    False
    """
    at = _complained_at(text + _END, complain)
    return at is not None and at >= len(text + _END) - 1


def _stop(text: str, complain: Complain) -> int | None:
    """Return the offset of the token at which the engine cannot read on, None where it does not say."""
    starts, spread, length = [], [], 0
    for token, gap in _chunks(text):
        starts.append((length, token.start))
        spread += [token.text, gap]
        length += len(token.text) + len(gap)
    at = _complained_at("".join(spread) + _END, complain)
    if at is None or at >= length + len(_END) - 1:
        return at if at is None else len(text)
    return starts[max(0, bisect_right(starts, at, key=lambda pair: pair[0]) - 1)][1]


def _complained_at(text: str, complain: Complain) -> int | None:
    match = _ENGINE_ERROR.match(complain(text))
    if not match:
        return None
    lines = text.split("\n")[: int(match[1]) - 1]
    return sum(len(line) + 1 for line in lines) + int(match[2]) - 1


def _chunks(text: str) -> Iterator[tuple[Token, str]]:
    """Yield each token with the blanks that may follow it: none within ``1.5``, ``&&``, ``<<(``."""
    listed = list(tokens(text))
    for token, following in zip(listed, [*listed[1:], Token("mark", " ", len(text) + 1)], strict=True):
        apart = following.start > token.start + len(token.text)
        alone = token.kind != "mark" and following.kind != "mark"
        bracket = (token.text in "{([,;])}" or following.text in "{([,;])}") and not (
            token.text in "<|>" or following.text in "<|>"
        )
        yield token, _GAP if apart or alone or bracket else ""


def syntax_error(text: str, complain: Complain) -> QuerySyntaxError:
    """Turn the engine's syntax error into one that shows the line and what stands there.

    >>> print(syntax_error("ASK {", lambda text: f"error at {len(text.splitlines())}:41: expected GRAPH"))
    line 1, column 6: the query ends too early; 1 } missing
      ASK {
           ^
    """
    said = complain(text)
    end = len(text.rstrip(" \t\r\n"))
    stop = _stop(text, complain)
    quote = next((token for token in tokens(text) if token.kind == "mark" and token.text in "\"'"), None)
    if stop is None:
        return QuerySyntaxError(f"this is not a query that the engine can read: {said}")
    line, column = position(text, quote.start if quote else min(stop, end))
    # What the engine expected is left out: it lists every token of the grammar that could stand there.
    if quote:
        problem = "this quote is never closed"
    elif sense := _SENSE.search(said):
        problem = sense[1].strip()
    elif stop >= end:
        problem = _at_the_end(text)
    else:
        word = re.split(r"[ \t\r\n]", text[stop:], maxsplit=1)[0]
        problem = f"cannot read on from {word[:30]!r}{_form_hint(text, stop)}"
    return QuerySyntaxError(
        f"line {line}, column {column}: {problem}\n{pointer(text, line, column)}", line=line, column=column
    )


def _form_hint(text: str, stop: int) -> str:
    if any(token.text.upper() in FORMS for token in tokens(text[:stop])):
        return ""
    return "; a query is a SELECT, ASK, CONSTRUCT or DESCRIBE"


def _at_the_end(text: str) -> str:
    marks = [token.text for token in tokens(text) if token.kind == "mark"]
    for opening, closing in ("{}", "()", "[]"):
        if (missing := marks.count(opening) - marks.count(closing)) > 0:
            return f"the query ends too early; {missing} {closing} missing"
    return "cannot read the query to its end; something is missing before here"


def not_valid(error: SyntaxError, format: str, name: str) -> CaseError:  # noqa: A002
    """Turn the engine's complaint about a file, or its bytes, into one that names file and line."""
    if "UTF-8" in error.msg:
        return CaseError(
            "not text in UTF-8. Save it as UTF-8 and open it again", file=name, line=error.lineno
        )
    place = re.match(r"Parser error (?:at|between) .*?columns? (\d+)[^:]*: ", error.msg)
    problem = error.msg[place.end() :] if place else error.msg
    return CaseError(
        f"not valid {format}{f' at column {place[1]}' if place else ''}: {problem.rstrip('.')}. "
        "Mend it there, or give the file the ending of the format it is in",
        file=name,
        line=error.lineno,
    )
