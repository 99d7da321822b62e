"""What is wrong with a case, by the SHACL shapes in ``graph/shapes.ttl``; only this module knows pySHACL."""

from __future__ import annotations

import gc
import html
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caseboard.errors import CaseError
from caseboard.locate import graph_dir
from caseboard.terms import XSD, Names

if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node

SH = "http://www.w3.org/ns/shacl#"
#: What the rules among our shapes derive, for the time of a check.
_DERIVED = "https://w3id.org/caseboard/shapes#"
#: Datatypes whose values Turtle writes without quotes.
_BARE = frozenset(XSD + name for name in ("integer", "decimal", "boolean"))

#: Where an IRI is written: file and line, as far as known.
Place = Callable[[str], tuple[str | None, int | None]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and what to do about it.

    ``severity`` is "violation" or "warning"; ``shape`` the name of the rule; ``focus`` the CURIE of the
    claim, entity or record at fault; ``path`` and ``value`` say which of its statements, where it is one;
    ``details`` are what is to be seen side by side, a line each.
    """

    severity: str
    shape: str
    focus: str
    message: str
    path: str | None = None
    value: str | None = None
    file: str | None = None
    line: int | None = None
    details: tuple[str, ...] = ()

    @property
    def what(self) -> str:
        """What is at fault: the focus, or the statement of it, as one line that is safe to print."""
        parts = (self.focus, self.path, self.value) if self.path and self.value else (self.focus, self.value)
        return _printable(" ".join(part for part in parts if part))

    @property
    def where(self) -> str:
        """File and line, as far as known."""
        return _printable(self.file or "") + (f", line {self.line}" if self.file and self.line else "")

    def __str__(self) -> str:
        where = f" ({self.where})" if self.where else ""
        details = "".join(f"\n    {_printable(detail)}" for detail in self.details)
        return f"  {self.what}{where}{details}\n    {_printable(self.message)}"


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found, violations first; ``str()`` is what ``caseboard check`` prints."""

    findings: tuple[Finding, ...] = ()

    @property
    def violations(self) -> tuple[Finding, ...]:
        """What makes an answer false, or leaves a claim out of it."""
        return tuple(f for f in self.findings if f.severity == "violation")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What a reader will miss."""
        return tuple(f for f in self.findings if f.severity == "warning")

    @property
    def ok(self) -> bool:
        """Whether there is no violation; warnings do not count."""
        return not self.violations

    def _count(self) -> str:
        counts = (("violation", len(self.violations)), ("warning", len(self.warnings)))
        parts = ", ".join(f"{n or 'no'} {word}{'' if n == 1 else 's'}" for word, n in counts)
        return f"{parts[0].upper()}{parts[1:]}."

    def __str__(self) -> str:
        lines: list[str] = []
        for (severity, shape), group in groupby(self.findings, key=lambda f: (f.severity, f.shape)):
            lines += [f"{severity}: {_printable(shape)}", *map(str, group)]
        return "\n".join([*lines, self._count()])

    def _repr_html_(self) -> str:
        rows = "".join(
            "<tr>"
            + "".join(f"<td>{html.escape(_printable(text))}</td>" for text in (f.severity, f.shape, f.what))
            + f"<td>{'<br>'.join(html.escape(_printable(text)) for text in (*f.details, f.message))}</td>"
            + f"<td>{html.escape(_printable(f.where))}</td>"
            + "</tr>"
            for f in self.findings
        )
        head = "<tr><th></th><th>what is wrong</th><th>with</th><th>what to do</th><th>where</th></tr>"
        table = f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>" if rows else ""
        return f"<p>{html.escape(self._count())}</p>{table}"

    def to_dict(self) -> dict[str, Any]:
        """Return the report as values that JSON can hold."""
        return {
            "ok": self.ok,
            "violations": len(self.violations),
            "warnings": len(self.warnings),
            "findings": [asdict(finding) for finding in self.findings],
        }


def check(
    case: bytes, *, vocabulary: bytes, names: Names, shapes: Path | None = None, place: Place | None = None
) -> Report:
    """Check an authored case against shapes, as W3C's SHACL defines it.

    Args:
        case: the case as N-Triples: claims, evidence, entities and the rest, nothing derived from them.
        vocabulary: the classes and relations as N-Triples.
        names: writes IRIs as CURIEs.
        shapes: a Turtle file of SHACL shapes; ours where there is none.
        place: IRI -> file and line, asked for whatever is at fault.

    Raises:
        CaseError: the shapes cannot be read, hold no shape, or cannot be run; or the data are no N-Triples.

    Source: pySHACL, on an rdflib graph in memory.

    >>> from caseboard.terms import CB, PREFIXES, RDF, RDFS
    >>> thread = f'<urn:t> <{RDF}type> <{CB}Thread> .\\n<urn:t> <{RDFS}label> "The ledger" .'
    >>> print(check(thread.encode(), vocabulary=b"", names=Names(PREFIXES)))
    warning: thread that nobody is in
      urn:t
        No claim belongs to this thread. Add cb:partOfThread to those that do, or remove the thread.
    No violations, 1 warning.
    """
    path = shapes or graph_dir() / "shapes.ttl"
    with _collector_paused(), _log_paused():
        rules = _read_shapes(path)
        data = _read_data(case, vocabulary)
        results = _run(data, rules, path)
    return _Reader(data, rules, results, names, place).report()


def _read_shapes(path: Path) -> rdflib.Graph:
    import rdflib

    rules = rdflib.Graph(bind_namespaces="none")
    try:
        rules.parse(data=path.read_bytes(), format="ox-turtle")
    except SyntaxError as error:
        raise CaseError(f"not valid Turtle: {error.msg}", file=str(path), line=error.lineno) from error
    except OSError as error:
        raise CaseError(f"the shapes cannot be read: {error.strerror or error}", file=str(path)) from error
    kinds = (rdflib.URIRef(SH + "NodeShape"), rdflib.URIRef(SH + "PropertyShape"))
    if not any(next(rules.subjects(rdflib.RDF.type, kind), None) for kind in kinds):
        # Without this, the wrong file would find every case sound.
        raise CaseError(
            "there is no SHACL shape in it: no sh:NodeShape and no sh:PropertyShape", file=str(path)
        )
    return rules


def _read_data(*parts: bytes) -> rdflib.Graph:
    import rdflib

    data = rdflib.Graph(bind_namespaces="none")
    for part in parts:
        try:
            data.parse(data=part, format="ox-nt")
        except SyntaxError as error:
            raise CaseError(f"not valid N-Triples: {error.msg}", line=error.lineno) from error
    return data


def _run(data: rdflib.Graph, rules: rdflib.Graph, shapes: Path) -> rdflib.Graph:
    """Return pySHACL's report; the data graph gains what the rules among the shapes derive."""
    import pyshacl

    try:
        _, results, _ = pyshacl.validate(data, shacl_graph=rules, advanced=True, inplace=True)
    except Exception as error:
        # It passes on whatever its parsers and rdflib's evaluator raise.
        raise CaseError(f"the shapes cannot be run: {_first_line(error)}", file=str(shapes)) from error
    if isinstance(results, Exception):
        raise CaseError(f"the shapes cannot be run: {_first_line(results)}", file=str(shapes)) from results
    return results  # type: ignore[no-any-return]


class _Reader:
    """Reads pySHACL's report: terms to CURIEs, results to findings."""

    def __init__(
        self,
        data: rdflib.Graph,
        rules: rdflib.Graph,
        results: rdflib.Graph,
        names: Names,
        place: Place | None,
    ) -> None:
        import rdflib

        self.data, self.rules, self.results, self.names, self.place = data, rules, results, names, place
        self.sh = rdflib.Namespace(SH)

    def report(self) -> Report:
        """Return the findings, violations first, then by shape and focus."""
        found = {self._finding(result) for result in self.results.objects(None, self.sh.result)}
        return Report(tuple(sorted(found, key=lambda f: tuple(part or "" for part in _order(f)))))

    def _finding(self, result: Node) -> Finding:
        import rdflib

        def get(name: str) -> Node | None:
            return self.results.value(result, self.sh[name], any=True)

        source, focus, path, value = (get(n) for n in ("sourceShape", "focusNode", "resultPath", "value"))
        if get("sourceConstraintComponent") == self.sh.SPARQLConstraintComponent and value is not None:
            # It is asked once for the whole case, and the value is what is at fault.
            values = list(self.data.objects(value, path)) if isinstance(path, rdflib.URIRef) else []
            focus, value = value, values[0] if len(values) == 1 else None
        severity = "warning" if get("resultSeverity") == self.sh.Warning else "violation"
        name = self.rules.value(source, self.sh.name, any=True) if source is not None else None
        messages = sorted(str(m) for m in self.results.objects(result, self.sh.resultMessage))
        holder = self._holder(focus)
        file, line = (
            self.place(str(holder)) if self.place and isinstance(holder, rdflib.URIRef) else (None, None)
        )
        return Finding(
            severity=severity,
            shape=str(name) if name else self._term(source),
            focus=self._term(holder),
            message=re.sub(r"<([^<>\s]*)>", lambda m: self._curie(m[1]), " ".join(messages)),
            path=self._term(path) if isinstance(path, rdflib.URIRef) else None,
            value=None if value is None or value == focus else self._term(value),
            file=file,
            line=line,
        )

    def _holder(self, node: Node | None) -> Node | None:
        """Return the node, or, since nobody can look for a blank node, the named one that it hangs on."""
        import rdflib

        seen = set()
        while isinstance(node, rdflib.BNode) and node not in seen:
            seen.add(node)
            node = min(self.data.subjects(None, node), key=str, default=node)
        return node

    def _term(self, term: Node | None) -> str:
        import rdflib

        if isinstance(term, rdflib.Literal):
            if term.language:
                return f'"{term}"@{term.language}'
            datatype = str(term.datatype or XSD + "string")
            if datatype in _BARE and not term.ill_typed:
                return str(term)
            return f'"{term}"' if datatype == XSD + "string" else f'"{term}"^^{self.names.curie(datatype)}'
        if isinstance(term, rdflib.BNode):
            return self._sketch(term)
        return self.names.curie(str(term))

    def _sketch(self, node: rdflib.BNode) -> str:
        """Return a blank node the way Turtle writes it, by the first three of its statements."""
        import rdflib

        pairs = sorted((str(p), o) for p, o in self.data.predicate_objects(node) if _DERIVED not in str(p))
        shown = [
            f"{self.names.curie(p)} {'[]' if isinstance(o, rdflib.BNode) else self._term(o)}"
            for p, o in pairs[:3]
        ]
        return f"[ {' ; '.join(shown + ['…'] * (len(pairs) > 3))} ]"

    def _curie(self, iri: str) -> str:
        return self.names.curie(iri) if ":" in iri else "a blank node"


def _order(f: Finding) -> tuple[str | None, ...]:
    return (f.severity, f.shape, f.focus, f.path, f.value, f.message)


def _printable(text: str) -> str:
    """Return text without line breaks and control characters, which could forge lines or steer a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return _printable(lines[0]) if lines else type(error).__name__


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Pause the garbage collector: it takes a third of the time, and finds next to nothing to collect."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def _log_paused() -> Iterator[None]:
    """Keep off stderr what pySHACL logs beside raising it, and rdflib's traceback for an ill-typed value."""
    logs = [logging.getLogger(name) for name in ("pyshacl-validate", "rdflib.term")]
    before = [log.disabled for log in logs]
    for log in logs:
        log.disabled = True
    try:
        yield
    finally:
        for log, disabled in zip(logs, before, strict=True):
            log.disabled = disabled
