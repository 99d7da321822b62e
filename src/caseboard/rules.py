"""Rules as files: what a rule says, which claims it reads, and what it may conclude."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from caseboard.errors import CaseError
from caseboard.terms import Names

#: Subject, relation and object as N-Triples terms.
Triple = tuple[str, str, str]

_TERM = r'(<[^<>\s]*>|"[^"]*"|[^\s;"]+)'
_PATTERN = re.compile(
    rf"\?(premise\d+)\s+rdf:subject\s+{_TERM}\s*;\s*rdf:predicate\s+{_TERM}\s*;\s*rdf:object\s+{_TERM}\s*\."
)
#: What may stand beside the premises in a rule that only matches and filters them.
_BESIDE = re.compile(
    r"VALUES\s+\?\w+\s*\{[^{}]*\}|GRAPH\s+cb:vocabulary\s*\{[^{}]*\}"
    r'|FILTER\s*\((?:[^(){}"]|\([^(){}"]*\))*\)'
)
_WHERE = re.compile(r"\A([^{}]*\bWHERE\s*\{)(.*)\}\s*(?:ORDER\s+BY\b[^{}]*)?\Z", re.DOTALL | re.IGNORECASE)
_CONCLUDES = re.compile(r"VALUES\s+\?relation\s*\{([^}]*)\}|BIND\s*\(\s*(\S+)\s+AS\s+\?relation\s*\)")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name, what it says in a sentence, and the SELECT that finds what follows from what."""

    name: str
    sentence: str
    text: str

    def __str__(self) -> str:
        return self.sentence

    @property
    def body(self) -> str:
        """Return the SELECT without the lines that are comments."""
        return "\n".join(line for line in self.text.splitlines() if not line.lstrip().startswith("#"))

    @property
    def patterns(self) -> tuple[Triple, ...]:
        """Return subject, relation and object of each premise, as the rule writes them."""
        return tuple((found[2], found[3], found[4]) for found in _PATTERN.finditer(self.body))

    def resting_on(self, graph: str) -> tuple[str, ...]:
        """Return the rule once for each premise, which is then looked for in a named graph only.

        A rule that does more than to match one or two premises and to filter them comes back as it is.
        """
        found = _WHERE.match(self.body)
        simple = found and not _BESIDE.sub("", _PATTERN.sub("", found[2])).strip()
        # With more premises, the engine takes longer for all the parts than for the whole.
        if not found or not simple or len(self.patterns) > 2 or "PREFIX" in self.body.upper():
            return (self.text,)
        head, inner = found.groups()
        # The engine begins with what it reads first, and there are few claims in that graph.
        return tuple(
            f"{head} GRAPH <{graph}> {{ {one[0]} }}\n{inner[: one.start()]}{inner[one.end() :]}}}"
            for one in _PATTERN.finditer(inner)
        )

    def reads(self, names: Names) -> frozenset[str] | None:
        """Return the relations that its premises may have as terms, or None where that may be any."""
        relations = [relation for _, relation, _ in self.patterns]
        simple = len(relations) == self.body.count("rdf:predicate") and "PREFIX" not in self.body.upper()
        if not simple or any(relation.startswith("?") for relation in relations):
            return None
        return frozenset(absolute(relation, names) for relation in relations)

    def concludes(self, names: Names) -> frozenset[str] | None:
        """Return the relations that it may conclude as terms, or None where that may be any."""
        found = [word for a, b in _CONCLUDES.findall(self.body) for word in (a or b).split()]
        return frozenset(absolute(relation, names) for relation in found) or None

    def knows(self, relations: Collection[str], names: Names) -> bool:
        """Whether all that it concludes is among these relations, given as IRIs."""
        return all(relation.strip("<>") in relations for relation in self.concludes(names) or ())


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a rule does not give something: premises that some claim meets, and those that none does."""

    rule: Rule
    found: tuple[str, ...]
    lacking: tuple[str, ...]

    def __str__(self) -> str:
        lacking = "".join(f"\n  missing: {what}" for what in self.lacking)
        if not self.lacking:
            lacking = "\n  missing: claims that meet all of these together"
        return self.rule.sentence + "".join(f"\n  found: {what}" for what in self.found) + lacking


def read_rules(folder: Path) -> tuple[Rule, ...]:
    """Read the rules of a folder, ``NAME.rq``, in the order of their names.

    Raises:
        CaseError: one that cannot be read, or does not begin with a comment that says it in a sentence.

    >>> from caseboard.locate import graph_dir
    >>> rules = {rule.name: rule for rule in read_rules(graph_dir() / "rules")}
    >>> print(rules["member-of-member"])
    Whoever belongs to a member of an organisation belongs to the organisation.
    """
    rules = []
    for path in sorted(folder.glob("*.rq")):
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CaseError(f"cannot be read as text: {error}", file=str(path)) from error
        first = text.split("\n", 1)[0]
        if not first.startswith("#") or not first.strip("# \r"):
            raise CaseError(
                "a rule begins with a comment that says it in a sentence: '# Whoever was killed is dead.'",
                file=str(path),
                line=1,
            )
        rules.append(Rule(path.stem, first.strip("# \r"), text))
    return tuple(rules)


def absolute(term: str, names: Names) -> str:
    """Return the N-Triples term of a CURIE or an IRI, with or without its brackets."""
    if term[:1] == "<" or term.startswith("_:"):
        return term
    return f"<{names.iri(term) or term}>"


def refuse(rule: Rule, problem: str) -> CaseError:
    """Return the error for a rule that cannot be run."""
    return CaseError(f"the rule {rule.name!r} cannot be run: {problem}")
