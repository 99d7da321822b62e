"""The places of a small drawing, improved: fewer crossings, no line over a name, no box over a box."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def refine(start: Array, edges: NDArray[np.intp], boxes: Array, *, width: float, height: float) -> Array:
    """Return better places for the n nodes at ``start`` (n x 2) that ``edges`` (m x 2, their indices) link.

    ``boxes`` (n x 4) are left, top, right and bottom of each node with its label, around its centre; the
    result fits a sheet of that size, or a larger one of its shape where the boxes would crowd it. The cost is
    a sum over crossings, lines over nodes and labels, boxes over boxes, and distances that differ from those
    in the graph; each node in turn goes to the cheapest of fourteen places, with less and less noise
    (simulated annealing on layouts: Davidson and Harel, 1996). The same input gives the same result.

    >>> import numpy as np
    >>> square = np.array([[-90.0, -90.0], [90.0, 90.0], [90.0, -90.0], [-90.0, 90.0]])
    >>> ring = np.array([[0, 1], [1, 2], [2, 3], [3, 0]])  # two of its sides cross
    >>> boxes = np.tile([-15.0, -15.0, 15.0, 15.0], (4, 1))
    >>> a, b, c, d = refine(square, ring, boxes, width=500, height=500)
    >>> bool(crosses(a, b, c, d)), bool(crosses(b, c, d, a))
    (False, False)
    """
    import numpy as np

    n = len(start)
    rng = np.random.default_rng(5)
    low, high = (start + boxes[:, :2]).min(0), (start + boxes[:, 2:]).max(0)
    x = start - (low + high) / 2
    # A crowded network gets a larger sheet; the page then shows it at less than 100 %.
    boxed = float(((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])).sum())
    grow = max(1.0, (boxed / (0.42 * width * height)) ** 0.5)
    width, height = width * grow, height * grow
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
    # What room is left is shared out; moving all things apart alike makes nothing cross or overlap.
    low, high = (x + boxes[:, :2]).min(0), (x + boxes[:, 2:]).max(0)
    room = np.array([width, height]) - (high - low)
    return np.asarray(x * np.clip(1 + room / (np.ptp(x, axis=0) + 1e-9), 1.0, 1.35))


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
        self.wanted = self._wanted(edges, boxes, start, 0.6 * float(np.hypot(width, height)))
        # Two ovals a node that no line should cross: the node itself and its label below it.
        # Each is (flattening, shift downwards, half its width, what it costs at least to run into it).
        self.ovals = [
            (1.0, np.zeros(n), 6 - boxes[:, 1], 45.0),
            (0.4, (boxes[:, 3] - boxes[:, 1]) / 2, boxes[:, 2] + 2, 12.0),
        ]

    @staticmethod
    def _wanted(edges: NDArray[np.intp], boxes: Array, start: Array, farthest: float) -> Array:
        import numpy as np
        import rustworkx as rx

        graph = rx.PyGraph()
        graph.add_nodes_from(range(len(start)))
        graph.add_edges_from_no_data([(int(u), int(v)) for u, v in edges])
        hops = rx.distance_matrix(graph)
        gap = np.hypot(*(start[:, None] - start).transpose(2, 0, 1))
        joined = hops > 0
        scale = float((gap[joined] / hops[joined]).mean()) if joined.any() else 1.0
        # A long chain has to wind: neighbours need room for their boxes, and nothing can be off the sheet.
        room = 1.2 * float(np.sqrt(((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])).mean()))
        return np.where(joined, np.minimum(hops * max(scale, room), farthest), 0.0)

    def cost(self, x: Array, node: int, tries: Array) -> Array:
        """Return the cost of each of the k places in ``tries`` (k x 2)."""
        import numpy as np

        rest = np.arange(len(x)) != node
        near, others = self.neighbours[node], self.others[node]
        p, q = x[self.edges[others, 0]], x[self.edges[others, 1]]
        left, top, right, bottom = self.boxes[node]
        total = 10.0 * (
            np.clip(tries[:, 0] + right - self.half[0], 0, None)
            + np.clip(-tries[:, 0] - left - self.half[0], 0, None)
            + np.clip(tries[:, 1] + bottom - self.half[1], 0, None)
            + np.clip(-tries[:, 1] - top - self.half[1], 0, None)
        )
        gap = tries[:, None] - x[None, rest]
        far = np.sqrt((gap**2).sum(2))
        wanted = self.wanted[node][rest]
        linked = wanted > 0
        total += 6.0 * (((far - wanted)[:, linked] / wanted[linked]) ** 2).sum(1)
        total += (np.clip(190.0 - far[:, ~linked], 0, None) ** 2).sum(1) / 900.0
        total += 2200.0 * (1.0 / (far + 20.0)).sum(1)
        b = self.boxes[rest]
        over_x = np.minimum(tries[:, :1] + right, x[rest, 0] + b[:, 2])
        over_x -= np.maximum(tries[:, :1] + left, x[rest, 0] + b[:, 0])
        over_y = np.minimum(tries[:, 1:] + bottom, x[rest, 1] + b[:, 3])
        over_y -= np.maximum(tries[:, 1:] + top, x[rest, 1] + b[:, 1])
        over = np.clip(over_x + 8, 0, None) * np.clip(over_y + 6, 0, None)
        total += (over / 14 + 40 * (over > 0)).sum(1)
        ids = np.nonzero(rest)[0]
        ends = x[near]
        for flat, shift, half, least in self.ovals:
            squash = np.array([flat, 1.0])
            if len(others):
                own = (tries + np.array([0, shift[node]])) * squash
                total += _depth(p[:, None] * squash, q[:, None] * squash, own, flat * half[node], least).sum(
                    0
                )
            if len(near):
                centres = np.stack([x[ids, 0], x[ids, 1] + shift[ids]], 1) * squash
                hit = _depth(
                    tries[:, None, None] * squash, ends[:, None] * squash, centres, flat * half[ids], least
                )
                total += (hit * (ids != near[:, None])).sum((1, 2))
        if len(near):
            total += 0.02 * np.sqrt(((tries[:, None] - ends) ** 2).sum(2)).sum(1)
            if len(others):
                shared = (self.edges[others][None] == near[:, None, None]).any(2)
                crossed = crosses(tries[:, None, None], ends[:, None], p, q)
                total += 46.0 * (crossed & ~shared).sum((1, 2))
        return np.asarray(total)


# Both are called with arrays that broadcast; what does not need all axes is computed before the rest.


def crosses(a: Array, b: Array, p: Array, q: Array) -> NDArray[np.bool_]:
    """Tell whether the segments a-b and p-q cross; each is an array of points that broadcast."""
    import numpy as np

    def cross(s: Array, t: Array) -> Array:
        return s[..., 0] * t[..., 1] - s[..., 1] * t[..., 0]

    ab, pq = cross(a, b), cross(p, q)
    of_p, of_q = ab + cross(b, p) + cross(p, a) > 0, ab + cross(b, q) + cross(q, a) > 0
    of_a, of_b = pq + cross(q, a) + cross(a, p) > 0, pq + cross(q, b) + cross(b, p) > 0
    return np.asarray((of_p != of_q) & (of_a != of_b))


def _depth(a: Array, b: Array, centre: Array, radius: Array, least: float) -> Array:
    """Return what the segment a-b costs for running into the circle, the deeper the more; 0 outside."""
    import numpy as np

    def dot(s: Array, t: Array) -> Array:
        return s[..., 0] * t[..., 0] + s[..., 1] * t[..., 1]

    length = dot(b - a, b - a) + 1e-9
    towards = dot(centre, b) - dot(centre, a) - dot(a, b - a)
    along = np.clip(towards / length, 0, 1)
    away = dot(centre - a, centre - a) + along * (along * length - 2 * towards)
    inside = 1 - away / (radius * radius)
    return np.asarray(np.where(inside > 0, least + radius * inside, 0.0))
