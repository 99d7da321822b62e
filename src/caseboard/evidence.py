"""A case held against a copy of its source: does each passage still stand where the case says?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from caseboard.model import Claim, Evidence


@dataclass(frozen=True, slots=True)
class Finding:
    """One piece of evidence held against the source.

    Attributes:
        evidence: what the case says.
        claims: the claims that rest on it.
        verdict: "holds"; "moved" where the passage stands elsewhere; "changed" where it stands nowhere;
            "unchecked" where the case gives no offsets or no digest.
        passage: the text the claims rest on, None where it is gone.
        start, end: where the passage stands in this copy.
    """

    evidence: Evidence
    claims: tuple[Claim, ...]
    verdict: str
    passage: str | None
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class EvidenceReport:
    """All evidence of one source held against a copy of it."""

    source: str
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether every passage stands where the case says."""
        return all(finding.verdict == "holds" for finding in self.findings)

    @property
    def summary(self) -> str:
        """Return the counts in one line."""
        counts = {
            v: sum(f.verdict == v for f in self.findings) for v in ("holds", "moved", "changed", "unchecked")
        }
        words = {"holds": "hold", "moved": "moved", "changed": "changed", "unchecked": "could not be checked"}
        listed = ", ".join(f"{n} {words[v]}" for v, n in counts.items() if n) or "nothing to check"
        claims = len({claim.id for finding in self.findings for claim in finding.claims})
        return f"{self.source}: {len(self.findings)} passages, {claims} claims: {listed}"

    def __str__(self) -> str:
        lines = []
        for finding in self.findings:
            for claim in finding.claims:
                lines += [f"{claim.id}: {claim.sentence}", f"  {_told(finding)}"]
            if not finding.claims and finding.verdict != "holds":
                lines += [f"{finding.evidence.id} (no claim rests on it)", f"  {_told(finding)}"]
        return "\n".join([*lines, self.summary])


def _told(finding: Finding) -> str:
    place = str(finding.evidence)
    if finding.verdict == "holds":
        return f"{place}: “{finding.passage}”"
    if finding.verdict == "moved":
        return (
            f"MOVED  {place}: now at {finding.start} to {finding.end}, "
            f"not {finding.evidence.start} to {finding.evidence.end}: “{finding.passage}”"
        )
    if finding.verdict == "unchecked":
        return f"UNCHECKED  {place}: the case gives no offsets and digest for it"
    return f"CHANGED  {place}: the passage is not in this copy any more; read it again and mend the claim"


def hold_against(
    source: str, text: str, evidence: Iterable[Evidence], claims: Iterable[Claim]
) -> EvidenceReport:
    """Hold every piece of evidence from one source against a copy of its text.

    Args:
        source: id of the source.
        text: the copy; line ends are read as LF.
        evidence: the case's evidence, of any source.
        claims: the case's claims.

    >>> from caseboard.model import Name
    >>> digest = "sha256:" + hashlib.sha256(b"Grey signed.").hexdigest()
    >>> piece = Evidence("ex:e", Name("ex:book", "The book"), start=0, end=12, digest=digest)
    >>> [f.verdict for f in hold_against("ex:book", "So. Grey signed.", [piece], []).findings]
    ['moved']
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    resting: dict[str, list[Claim]] = {}
    for claim in claims:
        for piece in claim.evidence:
            resting.setdefault(piece.id, []).append(claim)
    pieces = [piece for piece in evidence if piece.source.id == source]
    pieces.sort(key=lambda piece: (piece.start if piece.start is not None else -1, piece.id))
    findings: list[Finding] = []
    shift = 0
    for piece in pieces:
        findings.append(_hold(piece, text, tuple(resting.get(piece.id, ())), shift))
        if findings[-1].verdict == "moved":
            shift = (findings[-1].start or 0) - (piece.start or 0)
    return EvidenceReport(source, tuple(findings))


def _hold(piece: Evidence, text: str, claims: tuple[Claim, ...], shift: int) -> Finding:
    start, end = piece.start, piece.end
    if start is None or end is None or piece.digest is None:
        return Finding(piece, claims, "unchecked", None, start, end)
    if 0 <= start < end <= len(text) and _digest(text[start:end]) == piece.digest:
        return Finding(piece, claims, "holds", text[start:end], start, end)
    length = end - start
    # What stood before this passage has most likely moved by as much; else every place has to be tried.
    places = chain((max(0, start + shift),), range(len(text) - length + 1))
    for place in places if length > 0 else ():
        if _digest(text[place : place + length]) == piece.digest:
            return Finding(piece, claims, "moved", text[place : place + length], place, place + length)
    return Finding(piece, claims, "changed", None, None, None)


def _digest(passage: str) -> str:
    return "sha256:" + hashlib.sha256(passage.encode("utf-8", "surrogatepass")).hexdigest()
