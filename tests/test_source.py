"""The bundled case and the one document that it is made from."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox
import pytest

ROOT = Path(__file__).resolve().parent.parent
CASE = ROOT / "graph" / "cases" / "hit-and-run.ttl"
DEFAULT_SOURCE = ROOT.parent / "shared" / "source" / "hit-and-run-season-2.txt"
COPY_LENGTH = 8  # words in a row that count as copied

PREFIXES = """
PREFIX cb: <https://w3id.org/caseboard/ns#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX prov: <http://www.w3.org/ns/prov#>
"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of the source, as the case points at it."""

    iri: str
    start: int
    end: int
    section: str
    paragraph: int
    sentence: int
    digest: str
    not_modelled: str | None


def _select(store: ox.Store, query: str) -> list[list[str | None]]:
    solutions = store.query(PREFIXES + query)
    assert isinstance(solutions, ox.QuerySolutions)
    return [[None if term is None else term.value for term in row] for row in solutions]


@pytest.fixture(scope="module")
def store() -> ox.Store:
    store = ox.Store()
    store.load(path=CASE, format=ox.RdfFormat.TURTLE)
    return store


@pytest.fixture(scope="module")
def evidence(store: ox.Store) -> list[Evidence]:
    rows = _select(
        store,
        """SELECT ?e ?start ?end ?section ?paragraph ?sentence ?digest ?reason WHERE {
            ?e oa:hasSource ?source ;
               oa:hasSelector [ a oa:TextPositionSelector ; oa:start ?start ; oa:end ?end ] ;
               cb:section ?section ; cb:paragraph ?paragraph ; cb:sentence ?sentence ;
               cb:passageDigest ?digest .
            OPTIONAL { ?e cb:notModelled ?reason }
        } ORDER BY ?start""",
    )
    return [
        Evidence(iri, int(start), int(end), section, int(paragraph), int(sentence), digest, reason)
        for iri, start, end, section, paragraph, sentence, digest, reason in rows
    ]


@pytest.fixture(scope="module")
def source() -> str:
    """Return the text of the source with line ends as LF, or skip where nobody has a copy of it."""
    given = os.environ.get("CASEBOARD_SOURCE")
    path = Path(given) if given else DEFAULT_SOURCE
    if not path.is_file():
        where = (
            f"CASEBOARD_SOURCE names no file: {given}" if given else "set CASEBOARD_SOURCE to the path of one"
        )
        pytest.skip(f"the source of the bundled case is not at hand; {where}")
    return path.read_text(encoding="utf-8")


def _paragraphs(text: str) -> list[tuple[int, int]]:
    """Return start and end of each line that is not blank; the first one is the title."""
    return [match.span() for match in re.finditer(r"\S.*(?<=\S)", text)]


def _is_body(passage: str) -> bool:
    """Tell prose from a title, a heading or a closing link, none of which ends in a full stop."""
    return passage.endswith((".", "!"))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+(?:'\w+)*", text.lower().replace("’", "'"))


# --- always ---------------------------------------------------------------------------------------


def test_every_evidence_node_is_complete(store: ox.Store, evidence: list[Evidence]) -> None:
    nodes = {row[0] for row in _select(store, "SELECT ?e WHERE { ?e a oa:SpecificResource }")}
    assert nodes
    assert [item.iri for item in evidence] == list(dict.fromkeys(item.iri for item in evidence))
    assert nodes == {item.iri for item in evidence}


def test_evidence_has_start_before_end_and_a_digest(evidence: list[Evidence]) -> None:
    for item in evidence:
        assert 0 <= item.start < item.end, item
        assert re.fullmatch(r"sha256:[0-9a-f]{64}", item.digest), item
        assert item.section.strip(), item


def test_evidence_is_named_after_its_paragraph_and_sentence(evidence: list[Evidence]) -> None:
    for item in evidence:
        assert item.iri.endswith(f"/e-{item.paragraph}-{item.sentence}")


def test_passages_do_not_overlap_and_follow_the_count(evidence: list[Evidence]) -> None:
    for one, other in pairwise(evidence):
        assert one.end <= other.start
        assert (one.paragraph, one.sentence) < (other.paragraph, other.sentence)


def test_every_claim_points_at_evidence(store: ox.Store, evidence: list[Evidence]) -> None:
    rows = _select(store, "SELECT ?c ?e WHERE { ?c a cb:Claim OPTIONAL { ?c prov:wasDerivedFrom ?e } }")
    assert rows
    known = {item.iri for item in evidence}
    assert [row for row in rows if row[1] not in known] == []


def test_a_sentence_yields_a_claim_or_says_why_not(store: ox.Store, evidence: list[Evidence]) -> None:
    used = {row[0] for row in _select(store, "SELECT ?e WHERE { ?c a cb:Claim ; prov:wasDerivedFrom ?e }")}
    for item in evidence:
        assert (item.iri in used) != bool(item.not_modelled), item


def test_every_paragraph_yields_a_claim(evidence: list[Evidence]) -> None:
    yields = {item.paragraph for item in evidence if not item.not_modelled}
    assert yields == {item.paragraph for item in evidence}


# --- where a copy of the source is at hand --------------------------------------------------------


def test_offsets_and_digests_hold(source: str, evidence: list[Evidence]) -> None:
    for item in evidence:
        passage = source[item.start : item.end]
        assert passage == passage.strip(), item
        assert item.digest == "sha256:" + hashlib.sha256(passage.encode("utf-8")).hexdigest(), item


def test_no_body_paragraph_is_forgotten(source: str, evidence: list[Evidence]) -> None:
    spans = _paragraphs(source)
    body = {number for number, (start, end) in enumerate(spans) if _is_body(source[start:end])}
    assert body == {item.paragraph for item in evidence}


def test_sentences_tile_their_paragraphs(source: str, evidence: list[Evidence]) -> None:
    spans = _paragraphs(source)
    for number in sorted({item.paragraph for item in evidence}):
        start, end = spans[number]
        sentences = [item for item in evidence if item.paragraph == number]
        assert [item.sentence for item in sentences] == list(range(1, len(sentences) + 1))
        assert (sentences[0].start, sentences[-1].end) == (start, end)
        for one, other in pairwise(sentences):
            assert source[one.end : other.start].isspace(), (one, other)


def test_a_passage_is_one_sentence(source: str, evidence: list[Evidence]) -> None:
    for item in evidence:
        passage = source[item.start : item.end]
        assert len(re.findall(r"[.!?](?=\s|$)", passage)) == 1, item
        assert _is_body(passage), item


def test_nothing_is_copied_from_the_source(source: str) -> None:
    def runs(text: str) -> set[tuple[str, ...]]:
        words = _words(text)
        return {tuple(words[i : i + COPY_LENGTH]) for i in range(len(words) - COPY_LENGTH + 1)}

    ours = [ROOT / "README.md"]
    for folder in ("graph", "src", "notebooks"):
        ours += (path for path in sorted((ROOT / folder).rglob("*")) if "__pycache__" not in path.parts)
    theirs = runs(source)
    copied = {
        str(path.relative_to(ROOT)): " ".join(run)
        for path in ours
        if path.is_file()
        for run in sorted(runs(path.read_text(encoding="utf-8", errors="replace")) & theirs)
    }
    assert theirs
    assert copied == {}
