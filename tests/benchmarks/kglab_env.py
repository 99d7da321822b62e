"""Peers in virtual environments of their own: they are never dependencies."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path


class Unavailable(Exception):
    """A peer cannot be had here; the message says why."""


def python(cache: Path, *, install: bool, package: str = "kglab") -> str:
    """Return the interpreter of the environment that has the package.

    Args:
        cache: folder for the environment.
        install: make the environment if it is missing; takes one to two minutes.

    Raises:
        Unavailable: it is missing and is not to be installed, or cannot be.
    """
    return str(programs(cache, package, [package], install=install) / "python")


def programs(cache: Path, name: str, packages: Sequence[str], *, install: bool) -> Path:
    """Return the folder of programs of an environment that has these packages.

    Raises:
        Unavailable: it is missing and is not to be installed, or cannot be.
    """
    folder = cache / f"{name}-python{sys.version_info.major}.{sys.version_info.minor}"
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    ready = folder / "ready"
    if ready.exists():
        return programs
    if not install:
        raise Unavailable("not installed yet: a run without --quick installs it")
    print("installing", name, "into", folder, file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    done = subprocess.run(
        [programs / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages],
        capture_output=True,
        text=True,
        check=False,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
    )
    errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
    if done.returncode:
        raise Unavailable(f"cannot be installed: {(errors or ['pip failed'])[0][:120]}")
    ready.touch()
    return programs
