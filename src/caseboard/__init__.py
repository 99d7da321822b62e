"""Caseboard: a graph in which every link knows who says so, how sure they are, and when we learn it.

>>> import caseboard
>>> board = caseboard.open("harbour")
>>> print(board.claims(relation="killedBy")[0].sentence)
Tomas Berg was killed by Whoever killed Tomas.
"""

from caseboard.board import Board, open  # noqa: A004
from caseboard.errors import (
    AmbiguousName,
    BadArgument,
    CaseboardError,
    CaseError,
    CaseNotFound,
    MissingExtra,
    NoPath,
    NotComputable,
    QueryError,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    ReadOnly,
    UnknownFormat,
    UnknownName,
)
from caseboard.model import Claim, Entity, Evidence
from caseboard.soundness import check
from caseboard.table import Table

__version__ = "0.1.0"
__all__ = [
    "AmbiguousName",
    "BadArgument",
    "Board",
    "CaseError",
    "CaseNotFound",
    "CaseboardError",
    "Claim",
    "Entity",
    "Evidence",
    "MissingExtra",
    "NoPath",
    "NotComputable",
    "QueryError",
    "QueryRefused",
    "QuerySyntaxError",
    "QueryTimeout",
    "ReadOnly",
    "Table",
    "UnknownFormat",
    "UnknownName",
    "check",
    "open",
]
