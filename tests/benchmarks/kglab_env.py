"""Peers in environments of their own, and the scripts that their pages load: they are never dependencies."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
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


def scripts(cache: Path, name: str, packages: Sequence[str], *, install: bool) -> Path:
    """Return the folder with these npm packages, each as it was published, in a folder of its name.

    Args:
        cache: folder for them.
        name: what to call them together.
        packages: names with versions, as in ``requirejs@2.3.8``.
        install: fetch what is missing.

    Raises:
        Unavailable: one is missing and is not to be fetched, or cannot be.
    """
    folder = cache / f"{name}-scripts"
    ready = folder / "ready"
    if ready.exists():
        return folder
    if not install:
        raise Unavailable("its scripts are not here yet: a run without --quick fetches them")
    if (npm := shutil.which("npm")) is None:
        raise Unavailable("its scripts are npm packages, and there is no npm")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for package in packages:
        done = subprocess.run(
            [npm, "pack", "--silent", package], cwd=folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Unavailable(f"{package} cannot be fetched")
        target = folder / package.rpartition("@")[0].rpartition("/")[2]
        with tarfile.open(folder / done.stdout.split()[-1]) as packed:
            packed.extractall(target, filter="data")
    ready.touch()
    return folder
