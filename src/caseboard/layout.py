"""Where each node stands on the board: the same place every time, and nothing on top of anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from caseboard.refinement import refine
from caseboard.stress import pivot_start, pivots, push_apart, stress

if TYPE_CHECKING:
    import networkx as nx
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Aspect = Literal["landscape", "portrait"]

REFINED = 60  # up to this many nodes crossings are worked on one node at a time
LABELLED = 150  # up to this many nodes there is room for all labels; beyond, the page shows those that fit
DENSE = 2500  # up to this many nodes of one component all distances are used


class Sheet(NamedTuple):
    """The paper a network is laid on; lengths are pixels at 100 % zoom."""

    width: float
    height: float
    font: float
    wrap: float  # a label's longest line
    node: float  # factor on node_size


SHEETS: dict[str, Sheet] = {
    "landscape": Sheet(1040.0, 740.0, 13.5, 124.0, 1.0),
    "portrait": Sheet(370.0, 712.0, 11.5, 88.0, 0.66),
}


def positions(
    network: nx.MultiDiGraph[str], *, aspect: Aspect = "landscape"
) -> dict[str, tuple[float, float]]:
    """Return a place for every node, in pixels around (0, 0), y growing downwards.

    Distances on paper follow distances in the graph (stress majorization: Gansner, Koren and North, 2004;
    from a start by classical scaling on pivots: Brandes and Pich, 2006). Up to 60 nodes are then moved one at
    a time to lose crossings and overlaps (``caseboard.refinement``); larger networks only have their boxes
    pushed apart, beyond 150 nodes without their labels. Components stand side by side. Direction, parallel
    edges and loops do not matter, nor does the order in which nodes were added.

    Raises:
        ValueError: ``aspect`` is neither "landscape" nor "portrait".

    >>> import networkx as nx
    >>> g = nx.MultiDiGraph([("ada", "ledger"), ("grey", "ledger")])
    >>> places = positions(g)
    >>> sorted(places)
    ['ada', 'grey', 'ledger']
    >>> places == positions(g)
    True
    """
    import numpy as np

    if aspect not in SHEETS:
        raise ValueError(f"no layout {aspect!r}: choose one of {', '.join(SHEETS)}")
    sheet = SHEETS[aspect]
    nodes = sorted(network)
    if not nodes:
        return {}
    at = {node: i for i, node in enumerate(nodes)}
    pairs = sorted({(min(at[u], at[v]), max(at[u], at[v])) for u, v in network.edges() if u != v})
    edges = np.array(pairs, dtype=np.intp).reshape(-1, 2)
    degree = network.degree()
    sizes = [node_size(degree[n]) * sheet.node for n in nodes]
    if len(nodes) <= LABELLED:
        labels = [str(network.nodes[n].get("label", n)) for n in nodes]
        boxes = np.array([_box(label, size, sheet) for label, size in zip(labels, sizes, strict=True)])
    else:
        boxes = np.outer(sizes, [-1.8, -1.8, 1.8, 1.8])
    spots = _pack(
        [(part, _component(part, edges, boxes, sheet)) for part in _parts(len(nodes), edges)], boxes, sheet
    )
    if 2 < len(nodes) <= REFINED:
        spots = refine(spots, edges, boxes, width=sheet.width, height=sheet.height)
    low = (spots + boxes[:, :2]).min(0)
    high = (spots + boxes[:, 2:]).max(0)
    spots = spots - (low + high) / 2
    return {node: (round(float(x), 1), round(float(y), 1)) for node, (x, y) in zip(nodes, spots, strict=True)}


def node_size(degree: int) -> float:
    """Return the radius, in pixels at 100 % zoom, at which a node with that many edges is drawn.

    >>> node_size(0) < node_size(4) < node_size(40) <= 34
    True
    """
    return float(min(34.0, 13.0 + 3.4 * degree**0.62))


def label_lines(label: str, *, font: float, wrap: float) -> list[str]:
    """Return the label broken into at most three lines of about ``wrap`` pixels, at blanks.

    >>> label_lines("What Meridian really ships", font=13.5, wrap=124)
    ['What Meridian', 'really ships']
    """
    lines: list[str] = []
    for word in label.split():
        if lines and text_width(f"{lines[-1]} {word}", font) <= wrap:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines[:3]


def text_width(text: str, font: float) -> float:
    """Return about how wide the text is in the page's bold sans, in the unit of ``font``."""
    wide = 0.0
    for letter in text:
        if ord(letter) > 0x1100:
            wide += 1.0
        elif letter in "iljtfrI.,;:'|!()[]/ ":
            wide += 0.3
        elif letter in "mwMWQO@%":
            wide += 0.9
        else:
            wide += 0.7 if letter.isupper() else 0.6
    return wide * font


def _box(label: str, radius: float, sheet: Sheet) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom around the centre of a node with its label below."""
    lines = label_lines(label, font=sheet.font, wrap=sheet.wrap)
    half = max([radius, *(min(text_width(line, sheet.font), sheet.wrap * 1.3) / 2 for line in lines)])
    return -half - 4, -radius - 4, half + 4, radius + 6 + len(lines) * sheet.font * 1.25


def _parts(n: int, edges: NDArray[np.intp]) -> list[list[int]]:
    """Return the connected components, largest first."""
    import rustworkx as rx

    graph = rx.PyGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from_no_data([(int(u), int(v)) for u, v in edges])
    return sorted((sorted(part) for part in rx.connected_components(graph)), key=lambda p: (-len(p), p))


def _component(part: list[int], edges: NDArray[np.intp], boxes: Array, sheet: Sheet) -> Array:
    """Lay out one component around the origin."""
    import numpy as np
    import rustworkx as rx

    n = len(part)
    if n == 1:
        return np.zeros((1, 2))
    local = {node: i for i, node in enumerate(part)}
    graph = rx.PyGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from_no_data([(local[int(u)], local[int(v)]) for u, v in edges if int(u) in local])
    step = float(np.sqrt(((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]))[part].mean())) * 1.35
    if n <= DENSE:
        distance = rx.distance_matrix(graph).astype(np.float32)
        spots = stress(pivot_start(distance[pivots(distance)]), distance, rounds=120 if n <= 300 else 30)
    else:
        # One row of distances a pivot: memory and time stay linear in the number of nodes.
        rows = [0]
        found: list[Array] = []
        for _ in range(min(n, 40)):
            reach = rx.dijkstra_shortest_path_lengths(graph, rows[-1], lambda _: 1.0)
            row = np.zeros(n)
            row[list(reach.keys())] = list(reach.values())
            found.append(row)
            rows.append(int(np.min(found, axis=0).argmax()))
        spots = pivot_start(np.array(found))
    spots = turned(spots, sheet) * step
    return push_apart(spots, boxes[part]) if n <= DENSE else spots


def turned(spots: Array, sheet: Sheet) -> Array:
    """Return the places with the longest axis laid along the sheet, stretched a little to its shape."""
    import numpy as np

    spots = spots - spots.mean(0)
    _, axes = np.linalg.eigh(spots.T @ spots)
    axes = axes[:, ::-1] * np.where(axes[np.abs(axes).argmax(0), [0, 1]][::-1] < 0, -1.0, 1.0)
    placed = spots @ axes
    if sheet.height > sheet.width:
        placed = placed[:, ::-1]
    size = np.ptp(placed, axis=0) + 1e-9
    shape = float(np.clip((sheet.width / sheet.height) / (size[0] / size[1]), 0.5, 2.0)) ** 0.5
    return np.asarray(placed * [shape, 1 / shape], dtype=np.float64)


def _pack(parts: list[tuple[list[int], Array]], boxes: Array, sheet: Sheet) -> Array:
    """Put the components on shelves, largest first, so that the whole has the sheet's shape."""
    import numpy as np

    placed = np.zeros((len(boxes), 2))
    frames = [((s + boxes[p, :2]).min(0), (s + boxes[p, 2:]).max(0)) for p, s in parts]
    sizes = [high - low + 24.0 for low, high in frames]
    area = sum(float(w * h) for w, h in sizes)
    limit = max(float(np.sqrt(area * sheet.width / sheet.height)) * 1.08, max(float(w) for w, _ in sizes))
    x = y = shelf = 0.0
    for (part, spots), (low, _), (w, h) in zip(parts, frames, sizes, strict=True):
        if x > 0 and x + w > limit:
            x, y, shelf = 0.0, y + shelf, 0.0
        placed[part] = spots - low + [x, y]
        x, shelf = x + float(w), max(shelf, float(h))
    return placed
