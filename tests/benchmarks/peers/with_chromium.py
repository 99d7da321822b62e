"""A page in headless Chromium: ours or a peer's of the same network, each in its own browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from serve import Job, serve

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: Without a graphics card: who draws with WebGL does so in software, as it does on such a machine.
_FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
#: pyvis is ready when its simulation has come to rest and been drawn, or, without one, been drawn.
_RESTED = 'network.once("stabilizationIterationsDone", () => network.once("afterDrawing", drawn));'
_DRAWN = 'network.once("afterDrawing", drawn);'
_STARTED = "network = new vis.Network(container, data, options);"
_ENDED = ".onEngineStop(fitOnce)"
_SCRIPT = re.compile(r"<script src=[^>]*></script>")
#: Ready is two frames after a page says so: by then what it drew is on the screen.
_WATCH = """
const next = requestAnimationFrame;
const drawn = () => next(() => next(() => { globalThis.readyAt ??= performance.now(); }));
globalThis.drawn = drawn;
const there = () => document.documentElement?.dataset.ready || document.querySelector("canvas.sigma-mouse");
new MutationObserver(() => there() && drawn())
  .observe(document, { subtree: true, childList: true, attributes: true });
"""
_ZOOM = """async () => {
  const canvas = document.querySelector("canvas.sigma-mouse") ?? document.querySelector("canvas");
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const at = { clientX: left + width / 2, clientY: top + height / 2, bubbles: true, cancelable: true };
  const frames = [];
  let last = await new Promise(requestAnimationFrame);
  for (let i = 0; i < 60; i++) {
    canvas.dispatchEvent(new WheelEvent("wheel", { ...at, deltaY: i % 30 < 15 ? -60 : 60 }));
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - last);
    last = now;
  }
  return frames.sort((a, b) => a - b)[Math.floor(0.95 * frames.length)] / 1000;
}"""


def page(
    maker: str, path: str, include: list[str], physics: bool = False, python: str = "", scripts: str = ""
) -> list[Job]:
    """Make the page; its parts are the time until it is ready and the 95th percentile of a zoom frame."""
    from playwright.sync_api import sync_playwright

    import caseboard

    board = caseboard.open(path)
    network = board.network(include=include)
    file = Path(tempfile.mkdtemp(prefix="page-")) / "page.html"
    if maker == "ours":
        html = str(board.page(include=include))
    else:
        html = {
            "pyvis": lambda: _pyvis(network, physics=physics),
            "ttl3d": lambda: _ttl3d(network, file, python),
            "ipysigma": lambda: _ipysigma(network, file, python, Path(scripts)),
        }[maker]()
    file.write_text(html, "utf-8")
    found = next((where for name in _NAMES if (where := shutil.which(name))), None)
    if found is None:
        raise RuntimeError(f"no browser: none of {', '.join(_NAMES)} is on the path")
    browser = sync_playwright().start().chromium.launch(executable_path=found, args=list(_FLAGS))
    # Nothing is to be waited for that only a network has.
    tab = browser.new_context(offline=True, viewport={"width": 1440, "height": 900}).new_page()
    tab.set_default_timeout(500_000)
    tab.add_init_script(_WATCH)

    def ready() -> Any:
        tab.goto("about:blank")
        # Ours opens at the first reveal point and asks: here all is drawn, as pyvis draws it.
        tab.goto(f"{file.as_uri()}#point=all&apart=1")
        tab.wait_for_function("globalThis.readyAt")
        return tab.evaluate("readyAt / 1000")

    def zoom() -> Any:
        if tab.url == "about:blank":
            ready()
        tab.wait_for_timeout(800)
        return tab.evaluate(_ZOOM)

    def told(seconds: Any) -> Any:
        return {"seconds": seconds, "bytes": len(html.encode()), "edges": network.number_of_edges()}

    return [(ready, told), (zoom, told)]


def _pyvis(network: Any, *, physics: bool) -> str:
    """Return pyvis's page of a network, with its simulation or with the places of our layout."""
    from pyvis.network import Network

    from caseboard.layout import positions

    net = Network(height="900px", width="100%", directed=True, cdn_resources="in_line")
    places = {} if physics else positions(network)
    for node, data in network.nodes(data=True):
        fixed = {} if physics else {"x": places[node][0], "y": places[node][1], "physics": False}
        net.add_node(node, label=data["label"], title=data.get("comment", ""), **fixed)
    # Its add_edge looks through all edges each time.
    for source, target, data in network.edges(data=True):
        net.edges.append({"from": source, "to": target, "arrows": "to", "title": data["label"]})
    if not physics:
        net.toggle_physics(False)
    html: str = net.generate_html()
    if _STARTED not in html:
        raise RuntimeError("pyvis's page does not start as this script expects it to")
    return html.replace(_STARTED, _STARTED + (_RESTED if physics else _DRAWN))


def _ttl3d(network: Any, file: Path, python: str) -> str:
    """Return ttl3d's flat page of a network, which is ready when its simulation has ended."""
    from rdflib import RDFS, Graph, Literal, URIRef

    graph = Graph()
    for _, data in network.nodes(data=True):
        graph.add((URIRef(data["iri"]), RDFS.label, Literal(data["label"])))
    for source, target, data in network.edges(data=True):
        ends = [URIRef(network.nodes[node]["iri"]) for node in (source, target)]
        graph.add((ends[0], URIRef(f"urn:relation:{data['relation'].partition(':')[2]}"), ends[1]))
    graph.serialize(file.with_suffix(".ttl"), format="turtle")
    code = "import sys, ttl3d; ttl3d.write(sys.argv[1], sys.argv[2], view='2d')"
    subprocess.run([python, "-c", code, file.with_suffix(".ttl"), file], check=True)
    html = file.read_text("utf-8")
    if _ENDED not in html:
        raise RuntimeError("ttl3d's page does not end its simulation as this script expects it to")
    return html.replace(_ENDED, ".onEngineStop(() => { fitOnce(); drawn(); })")


_SIGMA = """
import json, sys
import networkx as nx
from ipysigma import Sigma
told = json.load(open(sys.argv[1]))
graph = nx.MultiDiGraph()
graph.add_nodes_from((node, data) for node, data in told["nodes"])
graph.add_edges_from((source, target, data) for source, target, data in told["edges"])
Sigma.write_html(graph, sys.argv[2], fullscreen=True, node_label="label", edge_label="label")
"""


def _ipysigma(network: Any, file: Path, python: str, scripts: Path) -> str:
    """Return ipysigma's page of a network at the places of our layout, which is ready when first drawn.

    Its own layout has no end: it runs until somebody stops it. What the page would load from elsewhere is
    put into it.
    """
    from caseboard.layout import positions

    places = positions(network)
    told = {
        "nodes": [
            (node, {"label": data["label"], "x": places[node][0], "y": -places[node][1]})
            for node, data in network.nodes(data=True)
        ],
        "edges": [(source, target, {"label": d["label"]}) for source, target, d in network.edges(data=True)],
    }
    given = file.with_suffix(".json")
    given.write_text(json.dumps(told), "utf-8")
    subprocess.run([python, "-c", _SIGMA, given, file], check=True)
    widget = next(Path(python).parent.parent.glob("lib/python*/site-packages/ipysigma/nbextension/index.js"))
    texts = [
        (scripts / "requirejs" / "package" / "require.js").read_text("utf-8"),
        (scripts / "html-manager" / "package" / "dist" / "embed-amd.js").read_text("utf-8"),
        widget.read_text("utf-8").replace("define([", 'define("ipysigma", [', 1),
    ]
    safe = [text.replace("</script", "<\\/script") for text in texts]
    inline = "".join(f"<script>{text}</script>\n" for text in safe)
    html, loaded = _SCRIPT.subn("", file.read_text("utf-8"))
    if loaded != 2 or 'define("ipysigma", [' not in texts[-1]:
        raise RuntimeError("ipysigma's page does not load its scripts as this script expects it to")
    return html.replace("<body>", f"<body>\n{inline}", 1)


if __name__ == "__main__":
    serve({"page": page})
