"""The layout shows the architecture, and these hold it: imports, sizes, public names, what start-up loads."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import caseboard

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "src" / "caseboard").rglob("*.py"))


def test_the_import_contracts_hold() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    kept = re.search(r"(\d+) kept, 0 broken", done.stdout)
    assert kept is not None
    assert int(kept[1]) >= 5


def test_every_module_stands_in_a_layer() -> None:
    contracts = (ROOT / "pyproject.toml").read_text()
    for path in MODULES:
        name = path.relative_to(ROOT / "src" / "caseboard").parts[0].removesuffix(".py")
        assert name == "__init__" or re.search(rf'caseboard\.{name}\b[ |\w.]*",?\n', contracts), (
            f"{name} is in no layer"
        )


def test_public_names_are_sorted_and_there() -> None:
    assert caseboard.__all__ == sorted(caseboard.__all__)
    for name in caseboard.__all__:
        assert getattr(caseboard, name).__doc__, name
    errors = {
        name
        for name, value in vars(caseboard.errors).items()
        if isinstance(value, type) and issubclass(value, Exception)
    }
    assert errors <= set(caseboard.__all__)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT / "src").as_posix())
def test_a_module_has_one_job_and_says_so(path: Path) -> None:
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree)
    documented = [
        node.body[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node)
    ]
    prose = sum(node.end_lineno - node.lineno + 1 for node in documented)
    assert len(text.splitlines()) - prose <= 350, "split it"


def test_no_python_file_names_a_relation() -> None:
    vocabulary = (ROOT / "graph" / "vocabulary.ttl").read_text("utf-8")
    relations = set(re.findall(r"^cb:(\w+) a cb:(?:Inverse)?Relation", vocabulary, re.MULTILINE))
    assert len(relations) > 50
    for path in MODULES:
        tree = ast.parse(path.read_text("utf-8"))
        documented = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
                named = set(re.findall(r"(?:cb:|ns#)(\w+)", node.value)) | {node.value}
                assert not (named & relations) or "SELECT ?" in node.value, f"{path.name}: {node.value!r}"


QUICK = """
import sys
from caseboard.cli import main
sys.argv = ["caseboard", {arguments}]
try: main()
except SystemExit: pass
slow = {{"pandas", "pyvis", "networkx", "pyshacl", "rdflib", "rustworkx", "numpy", "matplotlib", "rich"}}
print("LOADED", sorted(slow & set(sys.modules)), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "arguments",
    [
        '"query", "SELECT ?a ?b { ?a cb:handlerOf ?b }"',
        '"run", "killings", "--format", "csv"',
        '"questions"',
        '"show", "Segev"',
    ],
)
def test_a_command_loads_only_what_its_answer_needs(arguments: str) -> None:
    script = QUICK.format(arguments=arguments)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "LOADED []" in done.stderr
    assert done.stdout
