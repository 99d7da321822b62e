"""Places whose distances follow those in the graph, and boxes that do not overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def pivots(distance: NDArray[np.float32]) -> list[int]:
    """Choose up to 40 rows, each the farthest from those before it."""
    import numpy as np

    chosen = [int(distance.sum(1).argmax())]
    nearest = distance[chosen[0]].copy()
    while len(chosen) < min(40, len(distance)):
        chosen.append(int(nearest.argmax()))
        np.minimum(nearest, distance[chosen[-1]], out=nearest)
    return chosen


def pivot_start(rows: NDArray[np.floating]) -> Array:
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


def stress(spots: Array, distance: NDArray[np.float32], *, rounds: int) -> Array:
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


def push_apart(spots: Array, boxes: Array, *, rounds: int | None = None) -> Array:
    """Move overlapping boxes apart along the axis that needs less, until none overlap or time is up."""
    import numpy as np

    x = spots.copy()
    centre = (boxes[:, :2] + boxes[:, 2:]) / 2
    half = ((boxes[:, 2:] - boxes[:, :2]) / 2).astype(np.float32)
    need_x, need_y = half[:, 0][:, None] + half[:, 0], half[:, 1][:, None] + half[:, 1]
    for _ in range(rounds or (300 if len(x) <= 300 else 60 if len(x) <= 800 else 15)):
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
