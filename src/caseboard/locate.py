"""Where the ``graph/`` folder is: the one place that knows."""

from __future__ import annotations

from pathlib import Path

from caseboard.errors import CaseError

_PACKAGE = Path(__file__).resolve().parent


def graph_dir() -> Path:
    """Return the folder with the vocabulary, the bundled cases, the shapes and the queries.

    In an installed wheel it lies inside the package; in a checkout it stands beside ``src/``.

    Raises:
        CaseError: the installation has no such folder.
    """
    for folder in (_PACKAGE / "graph", _PACKAGE.parent.parent / "graph"):
        if (folder / "vocabulary.ttl").is_file():
            return folder
    raise CaseError(f"this installation has no graph/ folder near {_PACKAGE}; install caseboard again")


def bundled_cases() -> dict[str, Path]:
    """Return the bundled cases: name -> file.

    >>> sorted(bundled_cases())
    ['harbour', 'hit-and-run']
    """
    return {path.stem: path for path in sorted((graph_dir() / "cases").glob("*.ttl"))}
