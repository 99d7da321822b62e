"""Where each node of a network stands on the board: the same place every time, and nothing on top of anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    import networkx as nx
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Aspect = Literal["landscape", "portrait"]

REFINED = 60  # up to this many nodes crossings are worked on one node at a time
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
    "portrait": Sheet(372.0, 640.0, 11.5, 88.0, 0.66),
}


def positions(network: nx.MultiDiGraph, *, aspect: Aspect = "landscape") -> dict[str, tuple[float, float]]:
    """Return a place for every node, in pixels around (0, 0), y growing downwards.

    Distances on paper follow distances in the graph (stress majorization: Gansner, Koren and North, 2004; from a
    start by classical scaling on pivots: Brandes and Pich, 2006). Up to 60 nodes are then moved one at a time,
    colder and colder, to lose crossings, lines over nodes or labels, and boxes over boxes; larger networks only
    have their boxes pushed apart. Components stand side by side. Direction, parallel edges and loops do not
    matter, nor does the order in which nodes were added.

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
    boxes = np.array(
        [_box(str(network.nodes[n].get("label", n)), node_size(degree[n]) * sheet.node, sheet) for n in nodes]
    )
    spots = _pack(
        [(part, _component(part, edges, boxes, sheet)) for part in _parts(len(nodes), edges)], boxes, sheet
    )
    if 2 < len(nodes) <= REFINED:
        spots = _refine(spots, edges, boxes, sheet)
    low = (spots + boxes[:, :2]).min(0)
    high = (spots + boxes[:, 2:]).max(0)
    spots = spots - (low + high) / 2
    return {node: (round(float(x), 1), round(float(y), 1)) for node, (x, y) in zip(nodes, spots, strict=True)}


def node_size(degree: int) -> float:
    """Return the radius, in pixels at 100 % zoom, at which a node with that many edges is drawn.

    >>> node_size(0) < node_size(4) < node_size(40) <= 34
    True
    """
    return min(34.0, 13.0 + 3.4 * float(degree) ** 0.62)


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
    wide = sum(
        1.0
        if ord(c) > 0x1100
        else 0.3
        if c in "iljtfrI.,;:'|!()[]/ "
        else 0.9
        if c in "mwMWQO@%"
        else 0.7
        if c.isupper()
        else 0.6
        for c in text
    )
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
        spots = _stress(_pivot_start(distance[_pivots(distance)]), distance, rounds=120 if n <= 300 else 30)
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
        spots = _pivot_start(np.array(found))
    spots = _turn(spots, sheet) * step
    return _push_apart(spots, boxes[part]) if n <= DENSE else spots


def _pivots(distance: NDArray[np.float32]) -> list[int]:
    """Choose up to 40 rows, each the farthest from those before it."""
    import numpy as np

    chosen = [int(distance.sum(1).argmax())]
    nearest = distance[chosen[0]].copy()
    while len(chosen) < min(40, len(distance)):
        chosen.append(int(nearest.argmax()))
        np.minimum(nearest, distance[chosen[-1]], out=nearest)
    return chosen


def _pivot_start(rows: NDArray[np.floating]) -> Array:
    """Place n nodes from their distances to k pivots (k x n) by classical scaling."""
    import numpy as np

    square = np.asarray(rows, dtype=np.float64).T ** 2
    centred = square - square.mean(0) - square.mean(1, keepdims=True) + square.mean()
    values, vectors = np.linalg.eigh(centred.T @ centred)
    axes = vectors[:, np.argsort(values)[::-1][:2]]
    axes = axes * np.where(axes[np.abs(axes).argmax(0), range(axes.shape[1])] < 0, -1.0, 1.0)
    spots = -0.5 * centred @ axes / max(1.0, np.sqrt(len(rows)))
    spots = np.pad(spots, ((0, 0), (0, 2 - spots.shape[1])))
    spread = float(np.abs(spots).max()) or 1.0
    # Twins (leaves of one hub) fall on one point; a little noise lets the stress pull them apart.
    noise = np.random.default_rng(11).normal(0, 0.01, spots.shape)
    return np.asarray(spots / spread * float(np.max(rows)) / 2 + noise, dtype=np.float64)


def _stress(spots: Array, distance: NDArray[np.float32], *, rounds: int) -> Array:
    """Move all nodes towards their graph distances, weighted by distance^-2."""
    import numpy as np

    with np.errstate(divide="ignore"):
        weight = np.where(distance > 0, 1 / distance**2, 0).astype(np.float32)
    total = weight.sum(1, keepdims=True)
    pull = weight * distance
    x = spots.astype(np.float32)
    for _ in range(rounds):
        norm = (x * x).sum(1)
        gap = np.sqrt(np.maximum(norm[:, None] + norm - 2 * (x @ x.T), 1e-6))
        push = pull / gap
        x = (weight @ x + push.sum(1, keepdims=True) * x - push @ x) / total
        x -= x.mean(0)
    return x.astype(np.float64)


def _turn(spots: Array, sheet: Sheet) -> Array:
    """Lay the longest axis along the longer side of the sheet and stretch a little towards its shape."""
    import numpy as np

    spots = spots - spots.mean(0)
    _, axes = np.linalg.eigh(spots.T @ spots)
    axes = axes[:, ::-1] * np.where(axes[np.abs(axes).argmax(0), [0, 1]][::-1] < 0, -1.0, 1.0)
    turned = spots @ axes
    if sheet.height > sheet.width:
        turned = turned[:, ::-1]
    size = np.ptp(turned, axis=0) + 1e-9
    shape = float(np.clip((sheet.width / sheet.height) / (size[0] / size[1]), 0.5, 2.0)) ** 0.5
    return np.asarray(turned * [shape, 1 / shape], dtype=np.float64)


def _push_apart(spots: Array, boxes: Array) -> Array:
    """Move overlapping boxes apart along the axis that needs less, until none overlap or the rounds are over."""
    import numpy as np

    x = spots.copy()
    centre = (boxes[:, :2] + boxes[:, 2:]) / 2
    half = ((boxes[:, 2:] - boxes[:, :2]) / 2).astype(np.float32)
    need_x, need_y = half[:, 0][:, None] + half[:, 0], half[:, 1][:, None] + half[:, 1]
    for _ in range(300 if len(x) <= 300 else 12):
        c = (x + centre).astype(np.float32)
        dx, dy = c[:, 0][:, None] - c[:, 0], c[:, 1][:, None] - c[:, 1]
        over_x, over_y = need_x - np.abs(dx), need_y - np.abs(dy)
        first, second = np.nonzero((over_x > 0) & (over_y > 0))
        keep = first < second
        first, second = first[keep], second[keep]
        if not len(first):
            break
        ox, oy = over_x[first, second], over_y[first, second]
        sideways = ox < oy
        for axis, amount, gap, chosen in ((0, ox, dx, sideways), (1, oy, dy, ~sideways)):
            a, b = first[chosen], second[chosen]
            shift = np.where(gap[a, b] >= 0, 1.0, -1.0) * (amount[chosen] * 0.27 + 0.1)
            np.add.at(x[:, axis], a, shift)
            np.subtract.at(x[:, axis], b, shift)
    return x


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


def _refine(start: Array, edges: NDArray[np.intp], boxes: Array, sheet: Sheet) -> Array:
    """Move one node at a time to the best of a few places, by simulated annealing."""
    import numpy as np

    n = len(start)
    rng = np.random.default_rng(5)
    low, high = (start + boxes[:, :2]).min(0), (start + boxes[:, 2:]).max(0)
    x = start - (low + high) / 2
    # A crowded network gets a larger sheet; the page then shows it at less than 100 %.
    boxed = float(((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])).sum())
    grow = max(1.0, (boxed / (0.42 * sheet.width * sheet.height)) ** 0.5)
    width, height = sheet.width * grow, sheet.height * grow
    x *= np.minimum(1.25, np.array([width, height]) / (high - low))
    scene = _Scene(edges, boxes, width, height, x)
    rounds = max(12, min(40, 1000 // n))
    reach = max(width, height) / 4
    for turn in range(rounds):
        heat = (1 - turn / rounds) ** 2
        for node in rng.permutation(n):
            near = scene.neighbours[node]
            tries = np.empty((14, 2))
            tries[0] = x[node]
            tries[1:9] = x[node] + rng.normal(0, 4 + reach * heat * 0.6, (8, 2))
            middle = x[near].mean(0) if len(near) else x[node]
            tries[9:12] = middle + rng.normal(0, 60 + reach * heat, (3, 2))
            anywhere = rng.uniform(-0.5, 0.5, (2, 2)) * [width, height]
            tries[12:] = anywhere if heat > 0.1 else x[node] + rng.normal(0, 2, (2, 2))
            cost = scene.cost(x, int(node), tries)
            if heat > 0.02:
                cost = cost + rng.gumbel(0, 14 * heat, len(cost))
            x[node] = tries[int(cost.argmin())]
    return x


class _Scene:
    """What a place for one node costs while all the others stay."""

    def __init__(
        self, edges: NDArray[np.intp], boxes: Array, width: float, height: float, start: Array
    ) -> None:
        import numpy as np

        n = len(boxes)
        self.edges, self.boxes, self.half = edges, boxes, np.array([width, height]) / 2
        self.incident = [np.nonzero((edges == i).any(1))[0] for i in range(n)]
        self.neighbours = [edges[e].sum(1) - i for i, e in enumerate(self.incident)]
        self.others = [np.setdiff1d(np.arange(len(edges)), e) for e in self.incident]
        self.wanted = self._wanted(n, edges, start)
        # Two ovals a node that no line should cross: the node itself and its label below it.
        # Each is (flattening, shift downwards, half its width).
        self.ovals = [
            (1.0, np.zeros(n), 8 - boxes[:, 1]),
            (0.4, (boxes[:, 3] - boxes[:, 1]) / 2, boxes[:, 2] + 2),
        ]

    @staticmethod
    def _wanted(n: int, edges: NDArray[np.intp], start: Array) -> Array:
        import numpy as np
        import rustworkx as rx

        graph = rx.PyGraph()
        graph.add_nodes_from(range(n))
        graph.add_edges_from_no_data([(int(u), int(v)) for u, v in edges])
        hops = rx.distance_matrix(graph)
        gap = np.hypot(*(start[:, None] - start).transpose(2, 0, 1))
        joined = hops > 0
        scale = float((gap[joined] / hops[joined]).mean()) if joined.any() else 1.0
        return np.where(joined, hops * scale, 0.0)

    def cost(self, x: Array, node: int, tries: Array) -> Array:
        """Return the cost of each of the k places in ``tries`` (k x 2)."""
        import numpy as np

        rest = np.arange(len(x)) != node
        near, others = self.neighbours[node], self.others[node]
        p, q = x[self.edges[others, 0]], x[self.edges[others, 1]]
        left, top, right, bottom = self.boxes[node]
        total = 4.0 * (
            np.clip(tries[:, 0] + right - self.half[0], 0, None)
            + np.clip(-tries[:, 0] - left - self.half[0], 0, None)
            + np.clip(tries[:, 1] + bottom - self.half[1], 0, None)
            + np.clip(-tries[:, 1] - top - self.half[1], 0, None)
        )
        gap = tries[:, None] - x[None, rest]
        far = np.sqrt((gap**2).sum(2))
        wanted = self.wanted[node][rest]
        linked = wanted > 0
        total += 26.0 * (((far - wanted)[:, linked] / wanted[linked]) ** 2).sum(1)
        total += (np.clip(190.0 - far[:, ~linked], 0, None) ** 2).sum(1) / 900.0
        b = self.boxes[rest]
        over_x = np.minimum(tries[:, :1] + right, x[rest, 0] + b[:, 2])
        over_x -= np.maximum(tries[:, :1] + left, x[rest, 0] + b[:, 0])
        over_y = np.minimum(tries[:, 1:] + bottom, x[rest, 1] + b[:, 3])
        over_y -= np.maximum(tries[:, 1:] + top, x[rest, 1] + b[:, 1])
        over = np.clip(over_x + 8, 0, None) * np.clip(over_y + 6, 0, None)
        total += (over / 14 + 40 * (over > 0)).sum(1)
        ids = np.nonzero(rest)[0]
        ends = x[near]
        for flat, shift, half in self.ovals:
            squash = np.array([flat, 1.0])
            if len(others):
                own = (tries + [0, shift[node]]) * squash
                total += _depth(p[:, None] * squash, q[:, None] * squash, own, flat * half[node]).sum(0)
            if len(near):
                centres = np.stack([x[ids, 0], x[ids, 1] + shift[ids]], 1) * squash
                hit = _depth(tries[:, None, None] * squash, ends[:, None] * squash, centres, flat * half[ids])
                total += (hit * (ids != near[:, None])).sum((1, 2))
        if len(near):
            total += 0.02 * np.sqrt(((tries[:, None] - ends) ** 2).sum(2)).sum(1)
            if len(others):
                shared = (self.edges[others][None] == near[:, None, None]).any(2)
                crossed = _crosses(tries[:, None, None], ends[:, None], p, q)
                total += 46.0 * (crossed & ~shared).sum((1, 2))
        return np.asarray(total)


# Both are called with arrays that broadcast against each other; whatever does not need all axes is computed before.


def _crosses(a: Array, b: Array, p: Array, q: Array) -> NDArray[np.bool_]:
    """Tell whether the segments a-b and p-q cross."""

    def cross(s: Array, t: Array) -> Array:
        return s[..., 0] * t[..., 1] - s[..., 1] * t[..., 0]

    ab, pq = cross(a, b), cross(p, q)
    of_p, of_q = ab + cross(b, p) + cross(p, a) > 0, ab + cross(b, q) + cross(q, a) > 0
    of_a, of_b = pq + cross(q, a) + cross(a, p) > 0, pq + cross(q, b) + cross(b, p) > 0
    return (of_p != of_q) & (of_a != of_b)


def _depth(a: Array, b: Array, centre: Array, radius: Array) -> Array:
    """Return how deep the segment a-b runs into the circle; 0 where it stays outside."""
    import numpy as np

    def dot(s: Array, t: Array) -> Array:
        return s[..., 0] * t[..., 0] + s[..., 1] * t[..., 1]

    length = dot(b - a, b - a) + 1e-9
    towards = dot(centre, b) - dot(centre, a) - dot(a, b - a)
    along = np.clip(towards / length, 0, 1)
    away = dot(centre - a, centre - a) + along * (along * length - 2 * towards)
    inside = 1 - away / (radius * radius)
    return np.asarray(np.where(inside > 0, 10 + radius * inside, 0.0))
