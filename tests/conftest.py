"""What several test modules need: small cases written as text, and the two bundled ones."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

import caseboard
from caseboard import Board

from .small import small_file  # noqa: F401  a fixture for every module

# The same examples in every run, and no deadline that a busy machine could miss.
settings.register_profile("caseboard", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("caseboard")

#: The head of a small case: prefixes, two reveal points, five people, an organisation, a thread, a source.
HEAD = """
@prefix cb:   <https://w3id.org/caseboard/ns#> .
@prefix t:    <https://example.org/t/> .
@prefix rdf:  <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl:  <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix oa:   <http://www.w3.org/ns/oa#> .
t:case a cb:Case ; rdfs:label "Test case"@en .
t:early a cb:RevealPoint ; rdfs:label "early"@en ; cb:order 1 .
t:late a cb:RevealPoint ; rdfs:label "late"@en ; cb:order 2 .
t:thread a cb:Thread ; rdfs:label "The thread"@en .
t:book a cb:Source ; rdfs:label "The book"@en .
t:ann a cb:Person ; rdfs:label "Ann"@en .
t:bob a cb:Person ; rdfs:label "Bob"@en .
t:cid a cb:Person ; rdfs:label "Cid"@en .
t:dan a cb:Person ; rdfs:label "Dan"@en .
t:eve a cb:Person ; rdfs:label "Eve"@en .
t:org a cb:Organisation ; rdfs:label "The Firm"@en .
"""

Claim = Callable[..., str]
CaseFile = Callable[..., Path]
OpenText = Callable[..., Board]


def _claim(
    name: str,
    subject: str,
    relation: str,
    object: str,  # noqa: A002
    *,
    status: str = "Stated",
    point: str = "t:early",
    more: str = "",
) -> str:
    return (
        f"t:{name} a cb:Claim ; rdf:subject {subject} ; rdf:predicate {relation} ; rdf:object {object} ;\n"
        f"    cb:status cb:{status} ; cb:revealedIn {point} {more}.\n"
    )


@pytest.fixture
def claim() -> Claim:
    """Return a writer of one claim as Turtle, as in claim("c", "t:ann", "cb:friendOf", "t:bob")."""
    return _claim


@pytest.fixture
def case_file(tmp_path: Path) -> CaseFile:
    """Return a writer of a case file: the head and the given texts, in a new file whose path it returns."""

    def write(*texts: str, name: str = "case.ttl") -> Path:
        path = tmp_path / name
        path.write_text(HEAD + "".join(texts), encoding="utf-8")
        return path

    return write


@pytest.fixture
def open_text(case_file: CaseFile) -> OpenText:
    """Return a function that opens a case made of the head and the given texts."""

    def open_it(*texts: str) -> Board:
        return caseboard.open(case_file(*texts))

    return open_it


@pytest.fixture(scope="session")
def harbour() -> Board:
    return caseboard.open("harbour")


@pytest.fixture(scope="session")
def hit_and_run() -> Board:
    return caseboard.open()


#: The only reason a test may be skipped for in CI: the text of the bundled case's source is not everybody's.
ALLOWED_SKIP = "source of the bundled case is not at hand"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Count a skip as a failure in CI, where everything that a test needs is installed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter is not None:
        skipped = [str(report.longrepr) for report in reporter.stats.get("skipped", [])]
        if unexpected := [reason for reason in skipped if ALLOWED_SKIP not in reason]:
            reporter.write_line(f"skipped in CI, which counts as a failure: {unexpected}")
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
