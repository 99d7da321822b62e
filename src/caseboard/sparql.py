"""SPARQL as text: what a query says before it is run, and the named queries in ``graph/queries``.

Nothing here parses SPARQL: the engine does. A lexer is enough to see what must be seen first: whether the
text would write or reach out over the network, which prefixes it uses, and how large it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from caseboard.errors import (
    BadArgument,
    CaseError,
    QueryRefused,
    QuerySyntaxError,
    UnknownName,
    did_you_mean,
    unreadable,
)
from caseboard.terms import BASE, join_known

#: What comes before the form of most queries, and the form.
_PLAIN = re.compile(
    r"""(?>\s+ | PREFIX\s+[\w.-]*:\s*<[^<>"{}|^`\\\x00-\x20]*> | BASE\s*<[^<>"{}|^`\\\x00-\x20]*> )*+
        (SELECT|ASK|CONSTRUCT|DESCRIBE)\b""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_TOKEN = re.compile(
    r"""
      (?P<skip>  [ \t\r\n]+ | \#[^\n\r]* )
    | (?P<iri>   <[^<>"{}|^`\\\x00-\x20]*(?:\\u[0-9A-Fa-f]{4}[^<>"{}|^`\\\x00-\x20]*)*> )
    | (?P<text>  \"\"\"(?:\"{0,2}(?:[^"\\]|\\.))*\"\"\" | '''(?:'{0,2}(?:[^'\\]|\\.))*'''
               | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' )
    | (?P<var>   [?$]\w+ )
    | (?P<blank> _:[\w.-]+ )
    | (?P<lang>  @[A-Za-z]+(?:-[A-Za-z0-9]+)* )
    | (?P<pname> (?:[^\W\d_](?:[\w.-]{0,99}[\w-])?)?:(?:
                 (?:[\w:.-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*
                 (?:[\w:-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]))? )
    | (?P<word>  [^\W\d]\w* )
    | (?P<mark>  . )
    """,
    re.VERBOSE | re.DOTALL,
)
_UPDATES = frozenset(("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"))
FORMS = frozenset(("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"))
NO_SERVICE = (
    "SERVICE would send the query to another server, and a board answers from its own case only. "
    "Remove the SERVICE block"
)
#: A query of more tokens than this can end the process that answers it: the engine recurses over the text,
#: and its stack is finite.
LONG_QUERY = 1_000


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a query: its kind, its text and the offset where it starts."""

    kind: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Survey:
    """What a query shows before it is run.

    Attributes:
        form: SELECT, ASK, CONSTRUCT or DESCRIBE; None where the text has none of them.
        size: number of tokens, a measure of how deep the engine may have to recurse.
        own_graphs: whether it names the graphs to ask, with FROM.
    """

    form: str | None
    size: int
    own_graphs: bool


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a query, without blanks and comments.

    >>> [t.text for t in tokens('ASK { ?s cb:helps "SERVICE" } # SERVICE')]
    ['ASK', '{', '?s', 'cb:helps', '"SERVICE"', '}']
    """
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "skip":
            yield Token(str(match.lastgroup), match.group(), match.start())


def survey(text: str, *, prefixes: Iterable[str]) -> Survey:
    """Look a query over before it is run.

    Args:
        text: the query.
        prefixes: the prefixes that are known without a declaration.

    Raises:
        BadArgument: it is no text.
        QueryRefused: it is an update, or has a SERVICE call.
        QuerySyntaxError: it uses a prefix that nobody declares, or is empty.

    >>> survey("ASK { ?s cb:helps ?o }", prefixes=["cb"])
    Survey(form='ASK', size=6, own_graphs=False)
    """
    if not isinstance(text, str):
        raise BadArgument(f"a query is a text, not {type(text).__name__}")
    known, form, size, own, previous = set(prefixes), None, 0, False, ""
    # As `tokens` does, without making one of each: every query comes by here.
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "skip":
            continue
        size += 1
        word = ""
        if kind == "word":
            word = match.group().upper()
            if form is None and word in _UPDATES:
                raise QueryRefused(
                    f"{word} would change the data, and a board is read-only. "
                    "Edit the case file, or copy the graph first: rdflib.Graph() + board.rdf.default_graph"
                )
            if word == "SERVICE":
                line, column = position(text, match.start())
                raise QueryRefused(f"line {line}, column {column}: {NO_SERVICE}")
            if form is None and word in FORMS:
                form = word
            own = own or word == "FROM"
        elif kind == "pname":
            prefix = match.group().partition(":")[0]
            if previous == "PREFIX":
                known.add(prefix)
            elif prefix not in known:
                token = Token(kind, match.group(), match.start())
                raise _unknown_prefix(text, token, prefix, known)
        previous = word
    if not size:
        raise QuerySyntaxError("the query is empty; try: SELECT ?who ?what WHERE { ?who cb:possesses ?what }")
    return Survey(form, size, own)


def plain_form(text: str) -> str | None:
    """Return the form of a query that shows it at once, None where `survey` has to look at every token.

    A query that reaches out or would change the data is never plain. A prefix that nobody declares is left
    for the engine to find, which reads the query anyway.

    >>> plain_form("PREFIX a: <urn:a:> ask { ?s a:b ?o }"), plain_form("ASK { SERVICE <urn:a> {} }")
    ('ASK', None)
    """
    found = _PLAIN.match(text)
    # A letter can be written by its number.
    return None if found is None or "\\" in text or "service" in text.lower() else found[1].upper()


def _unknown_prefix(text: str, token: Token, prefix: str, known: set[str]) -> QuerySyntaxError:
    line, column = position(text, token.start)
    listed = join_known(sorted(f"{name}:" for name in known), limit=40)
    return QuerySyntaxError(
        f"line {line}, column {column}: nobody declares the prefix {prefix}: "
        f"of {token.text[:60]}.{did_you_mean(prefix, known)}\n{pointer(text, line, column)}\n"
        f"Known prefixes: {listed}. Others need a line PREFIX {prefix}: <IRI>",
        line=line,
        column=column,
    )


def mentioned(text: str, *, prefixes: Mapping[str, str]) -> Iterator[tuple[Token, str]]:
    """Yield the IRIs that a query asks about, each with its token; not its datatypes and functions.

    Args:
        text: the query.
        prefixes: prefix -> namespace; the query's own come before them.

    >>> [iri for _, iri in mentioned('PREFIX x: <urn:x:> ASK { ?a x:b "1"^^x:c }', prefixes={})]
    ['urn:x:b']
    >>> [iri for _, iri in mentioned("ASK { <a> <ns#b> ?c }", prefixes={})]
    ['https://w3id.org/caseboard/a', 'https://w3id.org/caseboard/ns#b']
    """
    known, listed, base = dict(prefixes), list(tokens(text)), BASE
    for at, token in enumerate(listed):
        before = [one.text for one in listed[max(0, at - 2) : at]]
        word = before[-1].upper() if before else ""
        if token.kind == "iri" and len(before) == 2 and before[0].upper() == "PREFIX":
            known[before[1].partition(":")[0]] = _absolute(base, token.text[1:-1])
            continue
        if token.kind == "iri" and word == "BASE":
            base = _absolute(base, token.text[1:-1])
            continue
        if token.kind not in ("iri", "pname") or word == "PREFIX" or before == ["^", "^"]:
            continue
        if at + 1 < len(listed) and listed[at + 1].text == "(":
            continue
        if token.kind == "iri":
            iri = _absolute(base, token.text[1:-1])
            # What a relative IRI means beside a base of another scheme is for the engine to say.
            if ":" in iri:
                yield token, iri
        else:
            prefix, _, local = token.text.partition(":")
            if prefix in known:
                yield token, known[prefix] + re.sub(r"\\(.)", r"\1", local)


def _absolute(base: str, iri: str) -> str:
    # urljoin would take an empty fragment away.
    return iri if ":" in iri else urljoin(base, iri) + "#" * iri.endswith("#")


def position(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, both from 1, of an offset into a text.

    >>> position("ASK\\n{ }", 4)
    (2, 1)
    """
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def pointer(text: str, line: int, column: int) -> str:
    """Return a line of a text, cut to a width that a terminal shows, with a mark under a column.

    >>> print(pointer("ASK {", 1, 5))
      ASK {
          ^
    """
    shown = text.split("\n")[line - 1].rstrip("\r")
    start = max(0, min(column, len(shown) + 1) - 60)
    window = shown[start : start + 76].replace("\t", " ")
    return f"  {window}\n  {' ' * max(0, column - 1 - start)}^"


# --- Named queries --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a named query.

    Attributes:
        name: the variable that it is bound to.
        kind: one of `KINDS`.
        help: what it is for.
        classes: of an entity, the kinds of things that it may be, as CURIEs; any where there are none.
    """

    name: str
    kind: str
    help: str
    classes: tuple[str, ...] = ()

    @property
    def takes(self) -> str:
        """What it takes, in a word for each.

        >>> Parameter("who", "entity", "", ("cb:Person", "cb:Place")).takes
        'PERSON|PLACE'
        """
        words = [name.partition(":")[2] for name in self.classes] or [self.kind]
        return "|".join(word.upper() for word in words)

    def __str__(self) -> str:
        return f"{self.name}={self.takes}"


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A query in a file, with the help that its header comment gives.

    The header is: one line on what it answers; then any of ``Parameter NAME (KIND): …``, ``Keywords: …, …``,
    ``Example: …`` and free text. KIND is one of `KINDS`: ``entity`` (a name on the board), ``relation``,
    ``thread``, ``point``, ``status``, ``integer``, ``number``, ``date``, ``boolean`` or ``text`` (a plain
    string); or ``entity cb:Person``, ``entity cb:Person or cb:Group``, of these kinds only.
    """

    name: str
    title: str
    help: str
    parameters: tuple[Parameter, ...]
    example: str
    text: str
    keywords: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}: {self.title}"


#: What a parameter may take.
KINDS = "entity relation thread point status text integer number date boolean".split()
_PARAMETER = re.compile(r"Parameter (\w+) \(([^()]+)\): (.+)")
_CLASSES = re.compile(r"entity ([\w-]*:[\w.-]+(?: or [\w-]*:[\w.-]+)*)")


def read_query(path: Path) -> NamedQuery:
    """Read one ``.rq`` file.

    Raises:
        CaseError: it cannot be read, has no header comment that says what it answers, or a parameter that is
            declared wrongly or not in the query; names file and line.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CaseError(f"not text in UTF-8 ({error.reason}). Save it as UTF-8", file=str(path)) from error
    except OSError as error:
        raise unreadable(error, str(path)) from error
    header: list[str] = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        header.append(line.removeprefix("#").strip())
    if not header or not header[0]:
        raise CaseError(
            "a named query begins with a comment that says what it answers", file=str(path), line=1
        )
    parameters: list[Parameter] = []
    prose: list[str] = []
    keywords: list[str] = []
    example = ""
    variables = {token.text[1:] for token in tokens(text) if token.kind == "var"}
    for number, line in enumerate(header[1:], start=2):
        if line.startswith("Parameter "):
            match = _PARAMETER.fullmatch(line)
            of = _CLASSES.fullmatch(match[2]) if match else None
            kind, wrong = "entity" if of else match[2] if match else "", ""
            if not match:
                wrong = "a parameter is written: Parameter NAME (KIND): what it is for"
            elif kind not in KINDS:
                near = did_you_mean(kind, KINDS)
                wrong = (
                    f"there is no kind {kind!r}; there are {join_known(KINDS)}, or entity cb:Person.{near}"
                )
            elif match[1] not in variables:
                wrong = f"there is no ?{match[1]} in the query"
            elif match[1] in {parameter.name for parameter in parameters}:
                wrong = "it is there twice"
            if wrong or not match:
                raise CaseError(f"{line[:60]!r}: {wrong}", file=str(path), line=number)
            classes = tuple(of[1].split(" or ")) if of else ()
            parameters.append(Parameter(match[1], kind, match[3], classes))
        elif line.startswith("Keywords:"):
            keywords += [word.strip() for word in line.removeprefix("Keywords:").split(",") if word.strip()]
        elif line.startswith("Example:"):
            example = line.removeprefix("Example:").strip()
        elif line:
            prose.append(line)
    return NamedQuery(
        path.stem, header[0], " ".join(prose), tuple(parameters), example, text, tuple(keywords)
    )


def read_queries(folder: Path) -> dict[str, NamedQuery]:
    """Read every named query of a folder: name -> query, sorted by name.

    >>> from caseboard.locate import graph_dir
    >>> read_queries(graph_dir() / "queries")["handlers"].title
    'Handlers and the people they run.'
    """
    return {path.stem: read_query(path) for path in sorted(folder.glob("*.rq"))}


def check_parameters(query: NamedQuery, given: Mapping[str, object]) -> None:
    """Raise UnknownName where a parameter is missing or not one of the query's."""
    names = [p.name for p in query.parameters]
    for name in given:
        if name not in names:
            takes = f"it takes {join_known(names)}" if names else "it takes none"
            raise UnknownName(
                f"the query {query.name} has no parameter {name}; {takes}.{did_you_mean(name, names)}"
            )
    for parameter in query.parameters:
        if parameter.name not in given:
            raise UnknownName(
                f"the query {query.name} needs {parameter.name} ({parameter.help.rstrip('.')}). "
                f"Example: {query.example}"
            )
