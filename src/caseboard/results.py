"""What a board answers with, in one place, for annotations of one's own."""

from caseboard.centrality import Ranking, Standing
from caseboard.contradictions import Contradiction
from caseboard.describe import Card, Overview
from caseboard.display import Listing, Page
from caseboard.evidence import EvidenceReport
from caseboard.explain import Explanation
from caseboard.formats.incoming import Written
from caseboard.identities import Suggestion
from caseboard.inference import Inference, InferredClaim, Proof
from caseboard.paths import Path, Step
from caseboard.reasons import NotSo
from caseboard.robust import RobustRanking
from caseboard.schema import Schema
from caseboard.sparql import NamedQuery
from caseboard.suppose import Supposition
from caseboard.table import Table
from caseboard.theories import Matrix, Theory
from caseboard.threads import Question, ThreadSummary
from caseboard.ties import Links, WeakPoints
from caseboard.timeline import Timeline
from caseboard.validation import Report
from caseboard.views import Comparison

__all__ = [
    "Card",
    "Comparison",
    "Contradiction",
    "EvidenceReport",
    "Explanation",
    "Inference",
    "InferredClaim",
    "Links",
    "Listing",
    "Matrix",
    "NamedQuery",
    "NotSo",
    "Overview",
    "Page",
    "Path",
    "Proof",
    "Question",
    "Ranking",
    "Report",
    "RobustRanking",
    "Schema",
    "Standing",
    "Step",
    "Suggestion",
    "Supposition",
    "Table",
    "Theory",
    "ThreadSummary",
    "Timeline",
    "WeakPoints",
    "Written",
]
