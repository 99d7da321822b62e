"""An installed wheel works far from the checkout, with nothing in it writable."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command in a clean environment and return what it prints."""
    environment = {
        key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")
    }
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A wheel of this checkout in an environment of its own: (bin folder, empty folder to work in)."""
    base = tmp_path_factory.mktemp("far away")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", base / "dist", ROOT, cwd=base)
    venv.create(base / "env", with_pip=True)
    bin_ = base / "env" / "bin"
    (wheel,) = (base / "dist").glob("*.whl")
    run(bin_ / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel, cwd=base)
    for path in (base / "env").glob("lib/python*/site-packages/caseboard/graph/**/*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    (base / "work").mkdir()
    return bin_, base / "work"


def test_a_wheel_answers_and_draws_far_from_the_checkout(installed: tuple[Path, Path]) -> None:
    bin_, work = installed
    query = "SELECT ?who ?whom { ?who cb:handlerOf ?whom }"
    assert "Danielle Wexler" in run(bin_ / "caseboard", "query", query, cwd=work)
    printed = run(bin_ / "caseboard", "page", cwd=work)
    assert str(work / "hit-and-run.html") in printed
    assert "Segev Azulai" in (work / "hit-and-run.html").read_text("utf-8")
    assert [path.name for path in work.iterdir()] == ["hit-and-run.html"]


def test_a_plain_install_has_what_its_commands_need(installed: tuple[Path, Path]) -> None:
    bin_, work = installed
    assert "No violations" in run(bin_ / "caseboard", "check", cwd=work)
    assert "Segev Azulai" in run(bin_ / "caseboard", "central", cwd=work)
    assert "step" in run(bin_ / "caseboard", "path", "Segev", "CIA", cwd=work)


def test_a_missing_extra_is_named(installed: tuple[Path, Path]) -> None:
    bin_, work = installed
    script = (
        "import caseboard\n"
        "try: caseboard.open().query('SELECT ?a { ?a cb:handlerOf ?b }').to_pandas()\n"
        "except caseboard.MissingExtra as error: print(error)"
    )
    assert "caseboard[notebook]" in run(bin_ / "python", "-c", script, cwd=work)


def test_the_top_level_is_what_it_says() -> None:
    listed = run("git", "ls-files", cwd=ROOT).split("\n")
    top = {re.split("/", path)[0] for path in listed if path}
    assert top == {
        "pyproject.toml", "README.md", "LICENSE", ".gitignore", ".ci", "graph", "src", "notebooks", "tests",
    }  # fmt: skip
