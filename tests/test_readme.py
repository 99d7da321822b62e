"""The README is true: every command in it is run, and prints what it says."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
SOURCE = ROOT.parent / "shared" / "source" / "hit-and-run-season-2.txt"
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
FOLDER = "/home/you/board"


def console() -> list[tuple[str, str]]:
    """Each command of the console blocks with the output that stands under it."""
    found = []
    for language, block in BLOCKS:
        if language == "console":
            for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                while command.count("'") % 2:  # a quoted text goes on in the next line
                    more, _, output = output.partition("\n")
                    command += "\n" + more
                found.append((command, output))
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all commands, in the README's order, as a reader would run them."""
    return tmp_path_factory.mktemp("board")


@dataclass
class Server:
    """The server that the README starts, on a free port where it shows the usual one."""

    process: subprocess.Popen[str] | None = None
    port: str = "8000"

    def start(self, command: str, folder: Path, environment: dict[str, str]) -> str:
        """Start it, leave it to run for the commands that follow, and return what it says."""
        self.process = subprocess.Popen(
            ["bash", "-c", f"exec {command} --port 0"],
            cwd=folder, env=environment, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", said)
        assert found, "it does not serve"
        self.port = found[1]
        return said


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = Server()
    yield running
    if running.process is not None:
        with running.process:
            running.process.terminate()
            assert running.process.wait(15) == 0


@pytest.mark.parametrize(("command", "output"), console(), ids=[c.split("\n")[0][:50] for c, _ in console()])
def test_command_prints_what_the_readme_says(command: str, output: str, folder: Path, server: Server) -> None:
    if "article.txt" in command and not (folder / "article.txt").exists():
        if not SOURCE.exists():
            pytest.skip("the source of the bundled case is not at hand")
        shutil.copy(SOURCE, folder / "article.txt")
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONUTF8": "1",
        "NO_COLOR": "1",
    }
    if command.startswith("caseboard serve"):
        said = server.start(command, folder, environment)
        assert said.replace(f":{server.port}/", ":8000/") == output.rstrip("\n") + "\n"
        return
    done = subprocess.run(
        ["bash", "-c", command.replace("127.0.0.1:8000", f"127.0.0.1:{server.port}")],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    # Progress is told only where the machine is slow.
    told = re.sub(r"^[a-z][\w .-]* …\n", "", done.stderr, flags=re.MULTILINE)
    seen = (done.stdout + told).replace(str(folder.resolve()), FOLDER)
    # The size of a page changes with the fonts and scripts in it.
    seen, output = (re.sub(r"\d+ kB", "… kB", text).rstrip("\n") for text in (seen, output))
    assert seen == output


def test_the_readme_shows_every_command() -> None:
    shown = " ".join(command for command, _ in console())
    for name in (
        "query",
        "run",
        "path",
        "central",
        "questions",
        "check",
        "evidence",
        "export",
        "serve",
        "show",
        "threads",
        "theories",
        "new",
        "import",
    ):
        assert f"caseboard {name}" in shown, f"the README does not show caseboard {name}"
    assert len(console()) >= 12


def test_python_blocks_run_as_printed() -> None:
    blocks = [block for language, block in BLOCKS if language == "pycon"]
    examples = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, "README", "README.md", 0)
    assert len(examples.examples) >= 10
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    runner.run(examples)
    assert runner.failures == 0


def test_every_picture_and_file_it_names_exists() -> None:
    links = re.findall(r"\]\(((?!https?:|#)[^)]+)\)", README)
    assert any(link.endswith(".png") for link in links)
    for link in links:
        assert (ROOT / link).exists(), f"{link} is linked in the README and not there"


def test_shell_blocks_are_only_the_set_up_commands() -> None:
    """The set-up commands make environments; .ci/run and test_packaging run them, so no other hides there."""
    blocks = [block for language, block in BLOCKS if language in ("sh", "bash", "shell")]
    assert len(blocks) == 3
    for block, need in zip(blocks, ("caseboard page", "pytest", "jupyter lab"), strict=True):
        assert "python3 -m venv .venv" in block
        assert need in block
