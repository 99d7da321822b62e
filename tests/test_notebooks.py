"""Every notebook runs from top to bottom, is committed without outputs, and can be exported and looked at."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from playwright.sync_api import Browser

from .browser import launched

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def test_the_notebooks_are_there() -> None:
    names = [path.stem for path in NOTEBOOKS]
    assert names == ["before-and-after", "first-look", "red-string", "what-follows", "your-own-case"]


@cache
def executed(path: Path) -> nbformat.NotebookNode:
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=120, kernel_name="python3")
    client.execute()
    return notebook


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_and_ends_in_a_finding(path: Path) -> None:
    committed = nbformat.read(path, as_version=4)
    assert not any(cell.get("outputs") for cell in committed.cells), "committed with outputs"
    assert any("**Finding.**" in cell.source for cell in committed.cells if cell.cell_type == "markdown")
    assert "assert " in [cell for cell in committed.cells if cell.cell_type == "code"][-1].source
    notebook = executed(path)
    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert len(shown) >= 5
    assert not [
        output
        for output in shown
        if output["output_type"] in ("error", "stream")
        and (output["output_type"] == "error" or output["name"] == "stderr")
    ]
    # A value that only has the words of its class shows nothing to a reader.
    for output in shown:
        text = output.get("data", {}).get("text/plain", "")
        assert "object at 0x" not in text, text
        assert not text.startswith(("Claim(", "Path(", "(Claim(")), text[:80]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as started:
        yield started


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_exported_notebook_opens_without_an_error(path: Path, browser: Browser, tmp_path: Path) -> None:
    body, _ = HTMLExporter().from_notebook_node(executed(path))
    file = tmp_path / "notebook.html"
    file.write_text(body, "utf-8")
    # What the exporter itself would fetch is not ours; nothing of it is needed.
    context = browser.new_context(viewport={"width": 1200, "height": 900}, offline=True)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(file.as_uri(), wait_until="domcontentloaded")
    frames = page.locator("iframe")
    for number in range(frames.count()):
        frame = frames.nth(number).content_frame
        frame.locator("html[data-ready=true]").wait_for(state="attached", timeout=30_000)
        assert frame.locator("canvas").count() == 1
    assert frames.count() == (1 if path.stem == "first-look" else 0)
    for table in page.locator("[data-caseboard]").all():
        assert table.get_attribute("data-ready") is not None
    assert [error for error in errors if "MathJax" not in error and "require" not in error] == []
    context.close()


def test_interrupting_a_cell_ends_its_query_and_keeps_the_kernel() -> None:
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        client.execute_interactive("%load_ext caseboard\n%board harbour", timeout=60, store_history=False)
        endless = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(8))
        client.execute(f"%%sparql\nSELECT (COUNT(*) AS ?n) {{ {endless} }}")
        time.sleep(2)
        start = time.monotonic()
        manager.interrupt_kernel()
        reply = client.get_shell_msg(timeout=30)
        took = time.monotonic() - start
        assert reply["content"]["status"] == "error"
        assert reply["content"]["ename"] == "KeyboardInterrupt"
        # A second is what a person waits; a shared machine may be held up, but not until the query is done.
        assert took < 10
        again = client.execute_interactive("caseboard_alive = 1", timeout=60, store_history=False)
        assert again["content"]["status"] == "ok"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
