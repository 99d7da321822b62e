from __future__ import annotations

from pathlib import Path

import pytest

import caseboard
from caseboard import CaseError, locate


def test_the_folder_has_what_the_package_reads() -> None:
    folder = locate.graph_dir()
    for name in ("vocabulary.ttl", "shapes.ttl", "cases/hit-and-run.ttl", "queries", "select", "world"):
        assert (folder / name).exists(), name
    assert list(locate.bundled_cases()) == ["harbour", "hit-and-run"]


def test_in_an_installed_package_the_folder_lies_inside(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = tmp_path / "site-packages" / "caseboard"
    (package / "graph").mkdir(parents=True)
    (package / "graph" / "vocabulary.ttl").touch()
    (tmp_path / "graph").mkdir()
    (tmp_path / "graph" / "vocabulary.ttl").touch()
    monkeypatch.setattr(locate, "_PACKAGE", package)
    assert locate.graph_dir() == package / "graph"


def test_an_installation_without_the_folder_is_told_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(locate, "_PACKAGE", tmp_path / "a" / "b")
    with pytest.raises(CaseError, match=r"no graph/ folder near .*; install caseboard again"):
        locate.graph_dir()


def test_a_board_writes_nothing_beside_what_it_reads() -> None:
    def found() -> dict[Path, tuple[int, int]]:
        paths = locate.graph_dir().rglob("*")
        return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in paths if path.is_file()}

    before = found()
    board = caseboard.open()
    assert board.page()
    assert board.check().ok
    assert board.serialize("trig")
    assert found() == before
