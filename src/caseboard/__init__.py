"""Caseboard: a graph in which every link knows who says so, how sure they are, and when we learn it.

>>> import caseboard
>>> board = caseboard.open("harbour")
>>> print(board.claims(relation="killedBy")[0].sentence)
Tomas Berg was killed by Whoever killed Tomas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    SheetError,
    UnknownFormat,
    UnknownName,
)
from caseboard.model import Claim, Entity, Evidence
from caseboard.soundness import check
from caseboard.table import Table

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

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
    "SheetError",
    "Table",
    "UnknownFormat",
    "UnknownName",
    "check",
    "open",
]


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Make the magics of `caseboard.notebook` known to a notebook: ``%load_ext caseboard``."""
    from caseboard import notebook

    notebook.load(shell)
