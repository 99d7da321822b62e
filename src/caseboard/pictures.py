"""Pictures for where one would rather look than read; only this module knows matplotlib."""

from __future__ import annotations

import functools
import io
import json
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from caseboard.errors import BadArgument, MissingExtra, did_you_mean
from caseboard.layout import SHEETS, node_size, positions
from caseboard.robust import RobustRanking
from caseboard.threads import ThreadSummary
from caseboard.timeline import Entry, Timeline

if TYPE_CHECKING:
    import networkx as nx
    from matplotlib.axes import Axes

#: The outlines that the page gives to kinds: markers of matplotlib, or corners.
MARKERS: Mapping[str, Any] = {
    "person": "o",
    "organisation": "s",
    "object": "D",
    "place": "p",
    "event": "h",
    "group": "8",
    "information": ((-0.8, 1), (0.42, 1), (0.8, 0.62), (0.8, -1), (-0.8, -1), (-0.8, 1)),
    "work": ((-1.1, 0.82), (1.1, 0.82), (1.1, -0.82), (-1.1, -0.82), (-1.1, 0.82)),
}
#: Status -> line, as on the page: stated is a full line; the less certain, the more gaps.
LINES: Mapping[str, Any] = {
    "stated": "-",
    "inferred": (0, (7, 2, 1.5, 2)),
    "hedged": (0, (4, 3)),
    "predicted": (0, (1, 3)),
    "refuted": (0, (2.5, 2.5)),
}
#: Okabe and Ito's colours, which people who see fewer colours can tell apart.
TELLING = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#7F7F7F")
#: So many lines can be followed through a chart.
FOLLOWED = 8
_GREY = "#77705f"
_DPI = 100


def plot(what: str, ax: Axes | None, **values: Callable[[], Any]) -> Axes:
    """Draw one of the pictures.

    Args:
        what: "map", "threads", "clocks" or "ranks".
        ax: where to draw; None for a figure of its own.
        values: for each of them, what gets its value.

    Returns:
        The Axes drawn on.

    Raises:
        BadArgument: no such picture.
        MissingExtra: matplotlib is not installed.
    """
    pictures: Mapping[str, Callable[[Any, Axes | None], Axes]] = {
        "map": draw_map,
        "threads": draw_threads,
        "clocks": draw_clocks,
        "ranks": draw_ranks,
    }
    if what not in pictures:
        raise BadArgument(
            f"no picture {what!r}; there are {', '.join(pictures)}.{did_you_mean(what, pictures)}"
        )
    return pictures[what](values[what](), ax)


def png(network: nx.MultiDiGraph[str]) -> bytes:
    """Return the map of a network as a PNG."""
    sheet = SHEETS["landscape"]
    axes = draw_map(network, _axes(sheet.width / _DPI, sheet.height / _DPI + 0.6, shown=False))
    buffer = io.BytesIO()
    cast("Any", axes.figure).savefig(buffer, format="png", dpi=_DPI)
    return buffer.getvalue()


def draw_map(network: nx.MultiDiGraph[str], ax: Axes | None = None) -> Axes:
    """Draw a network as the page does: places, outlines by kind, colours by thread, lines by status.

    >>> import caseboard
    >>> from matplotlib.figure import Figure
    >>> ax = draw_map(caseboard.open("harbour").network(), Figure().subplots())
    >>> ax.get_title(loc="left")
    'Harbour'
    """
    sheet = SHEETS["landscape"]
    ax = ax or _axes(sheet.width / _DPI, sheet.height / _DPI + 0.6)
    from matplotlib import patheffects
    from matplotlib.lines import Line2D
    from matplotlib.patches import FancyArrowPatch

    places = positions(network)
    threads = _split(network.graph.get("threads"))
    colours = dict(zip(threads, cycle(thread_colours()), strict=False))
    used: dict[str, str] = {}
    bends: dict[frozenset[str], int] = {}
    for u, v, data in network.edges(data=True):
        pair = frozenset((u, v))
        nth = bends[pair] = bends.get(pair, -1) + 1
        thread = next(iter(_split(data.get("threads"))), "")
        status = "refuted" if data.get("refuted") else str(data["status"])
        colour = _GREY if status == "refuted" else colours.get(thread, _GREY)
        if thread and colour != _GREY:
            used[thread] = colour
        turn = (nth + 1) // 2 * (1 if nth % 2 else -1) * (1 if u < v else -1)
        size = node_size(network.degree(v)) * 72 / _DPI
        if u == v:
            continue
        ax.add_patch(
            FancyArrowPatch(
                places[u],
                places[v],
                arrowstyle="-|>",
                mutation_scale=8,
                connectionstyle=f"arc3,rad={0.16 * turn}",
                shrinkA=0,
                shrinkB=size,
                color=colour,
                linewidth=1.3,
                linestyle=LINES.get(status, "-"),
                zorder=1,
            )
        )
    signs = _signs(network)
    kinds: dict[str, Line2D] = {}
    halo = [patheffects.withStroke(linewidth=2.5, foreground="white")]
    for node, data in network.nodes(data=True):
        x, y = places[node]
        radius = node_size(network.degree(node))
        kind = str(data["kind"])
        sign = signs.get(kind, {})
        look: dict[str, Any] = {
            "marker": MARKERS.get(sign.get("icon", kind), "o"),
            "markerfacecolor": "white",
            "markeredgecolor": sign.get("light", "#777064"),
            "markeredgewidth": 1.4,
        }
        ax.plot(*(x, y), markersize=2 * radius * 72 / _DPI * 0.85, zorder=2, **look)
        if sign:
            kinds[kind] = Line2D([], [], ls="", label=_plain(kind), **look)
        if _has(sign.get("text", "")):
            ax.text(
                *(x, y, _plain(sign["text"])),
                color=sign.get("light", "#777064"),
                fontsize=radius * 72 / _DPI,
                ha="center",
                va="center",
                zorder=3,
            )
        label = textwrap.fill(_plain(str(data["label"])), 18)
        ax.text(x, y + radius + 3, label, ha="center", va="top", fontsize=8, zorder=3, path_effects=halo)
    ax.set_xlim(-sheet.width / 2 - 40, sheet.width / 2 + 40)
    ax.set_ylim(sheet.height / 2 + 45, -sheet.height / 2 - 25)
    ax.set_axis_off()
    ax.set_title(_plain(str(network.graph.get("name", ""))), loc="left", fontsize=13, fontweight="bold")
    drawn = {"refuted" if d.get("refuted") else str(d["status"]) for _, _, d in network.edges(data=True)}
    shown = [Line2D([], [], color=colour, lw=2.5, label=_plain(name)) for name, colour in used.items()]
    shown += [
        Line2D([], [], color=_GREY, lw=1.4, ls=style, label=status)
        for status, style in LINES.items()
        if status in drawn
    ]
    shown += kinds.values()
    if shown:
        place: dict[str, Any] = {"loc": "upper center", "bbox_to_anchor": (0.5, 0), "ncols": 4}
        ax.legend(handles=shown, fontsize=8, frameon=False, **place)
    return ax


def _signs(network: nx.MultiDiGraph[str]) -> Mapping[str, Mapping[str, str]]:
    """Return kind -> how the case's vocabulary draws it."""
    found: Mapping[str, Mapping[str, str]] = json.loads(network.graph.get("signs") or "{}")
    return found


@functools.cache
def _has(text: str) -> bool:
    """Return whether the font of the pictures has a sign; it has next to no emoji."""
    from matplotlib import font_manager
    from matplotlib.ft2font import FT2Font

    font = FT2Font(font_manager.findfont(font_manager.FontProperties()))
    return bool(text) and all(font.get_char_index(ord(one)) for one in text)


def draw_threads(threads: Sequence[ThreadSummary], ax: Axes | None = None) -> Axes:
    """Draw who shares threads with whom, as a heat map: the number of threads that two are both in.

    >>> import caseboard
    >>> from matplotlib.figure import Figure
    >>> draw_threads(caseboard.open("harbour").threads(), Figure().subplots()).get_title(loc="left")
    'Threads that two are both in'
    """
    people = sorted({name for thread in threads for name in thread.people}, key=lambda n: (n.label, n.id))
    inside = [{thread.thread.id for thread in threads if person in thread.people} for person in people]
    counts = [[len(one & other) for other in inside] for one in inside]
    side = max(4.0, 0.42 * len(people) + 2.2)
    ax = ax or _axes(side + 0.4, side)
    names = [_short(person.label) for person in people]
    ax.set_title("Threads that two are both in", loc="left", fontsize=12, fontweight="bold")
    if not people:
        return _nothing(ax, "Nobody is in any thread.")
    most = max(max(row) for row in counts)
    ax.imshow(counts, cmap="Blues", vmin=0, vmax=max(1, most))
    for i, row in enumerate(counts):
        for j, count in enumerate(row):
            if count:
                ink = "white" if count > most * 0.6 else "black"
                ax.text(j, i, str(count), ha="center", va="center", fontsize=8, color=ink)
    ax.set_xticks(range(len(people)), names, rotation=60, ha="right", rotation_mode="anchor", fontsize=8)
    ax.set_yticks(range(len(people)), names, fontsize=8)
    ax.tick_params(length=0)
    for place in range(1, len(people)):
        ax.axhline(place - 0.5, color="#e6e1d6", linewidth=0.6)
        ax.axvline(place - 0.5, color="#e6e1d6", linewidth=0.6)
    return ax


def draw_clocks(timeline: Timeline, ax: Axes | None = None) -> Axes:
    """Draw when each event happens against when the reader learns of it; what is told late is marked.

    Args:
        timeline: by story.
        ax: where to draw.

    >>> import caseboard
    >>> from matplotlib.figure import Figure
    >>> draw_clocks(caseboard.open("harbour").timeline("story"), Figure().subplots()).get_title(loc="left")
    'What happens when, and when it is told'
    """
    told = [entry for entry in timeline.entries if entry.told]
    ax = ax or _axes(max(7.0, 1.15 * len(told) + 2), 4.8)
    ax.set_title("What happens when, and when it is told", loc="left", fontsize=12, fontweight="bold")
    if not told:
        return _nothing(ax, "No event has its place in time.")
    points = sorted({entry.told for entry in told if entry.told}, key=lambda point: point.order)
    at = {point.id: place for place, point in enumerate(points)}
    late = {departure.earlier.name.id for departure in timeline.departures}
    xs, ys = range(len(told)), [at[entry.told.id] for entry in told if entry.told]
    ax.plot(xs, ys, color="#b8b2a6", linewidth=1, zorder=1)
    for group, colour, marker, words in (
        (False, TELLING[0], "o", "told in its turn"),
        (True, TELLING[1], "D", "told after what comes later"),
    ):
        chosen = [(x, y) for x, y, entry in zip(xs, ys, told, strict=True) if _is_late(entry, late) is group]
        if chosen:
            across, up = zip(*chosen, strict=True)
            ax.scatter(across, up, color=colour, marker=marker, s=60, zorder=2, label=words)
    labels = [textwrap.fill(_plain(entry.name.label), 16) for entry in told]
    ax.set_xticks(list(xs), labels, rotation=40, ha="right", rotation_mode="anchor", fontsize=8)
    ax.set_yticks(range(len(points)), [_short(point.label) for point in points], fontsize=9)
    ax.set_ylim(-0.5, len(points) - 0.5)
    ax.set_xlabel("what happens, in order")
    ax.set_ylabel("told in")
    ax.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    ax.grid(axis="y", color="#e6e1d6")
    _open(ax)
    return ax


def draw_ranks(ranking: RobustRanking, ax: Axes | None = None) -> Axes:
    """Draw ranks by reveal point as a bump chart, of those who lead at any of them.

    >>> import caseboard
    >>> from matplotlib.figure import Figure
    >>> ax = draw_ranks(caseboard.open("harbour").central(robust=True), Figure().subplots())
    >>> [tick.get_text() for tick in ax.get_xticklabels()]
    ['the start', 'midway', 'the sequel']
    """
    prefix = "as of "
    places = [i for i, name in enumerate(ranking.columns) if name.startswith(prefix)]
    ax = ax or _axes(max(6.5, 1.6 * len(places) + 3), 5.0)
    ax.set_title(f"Ranks by {ranking.by}, as more is known", loc="left", fontsize=12, fontweight="bold")
    best = [(min((row.ranks[i] or 10**9 for i in places), default=10**9), row) for row in ranking.rows]
    rows = [row for _, row in sorted(best, key=lambda pair: pair[0])[:FOLLOWED]]
    if not rows or not places:
        return _nothing(ax, "Nobody to rank.")
    styles = cycle(("-", "--", "-.", ":"))
    # Equal ranks would hide each other, so lines are set a little apart.
    for place, (row, colour, style) in enumerate(zip(rows, cycle(TELLING), styles, strict=False)):
        shift = (place - len(rows) / 2) * 0.07
        known = [(x, row.ranks[i]) for x, i in enumerate(places) if row.ranks[i] is not None]
        if not known:
            continue
        xs, ys = zip(*((x, float(rank or 0) + shift) for x, rank in known), strict=True)
        ax.plot(xs, ys, color=colour, linestyle=style, marker="o", linewidth=2, label=_short(row.label))
    worst = max(row.ranks[i] or 1 for row in rows for i in places)
    ax.set_ylim(worst + 0.6, 0.4)
    ax.set_yticks(range(1, worst + 1, max(1, worst // 10)))
    names = [ranking.columns[i].removeprefix(prefix) for i in places]
    ax.set_xticks(range(len(places)), [textwrap.fill(_plain(name), 14) for name in names], fontsize=9)
    ax.set_ylabel("rank")
    ax.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    _open(ax)
    return ax


def thread_colours() -> tuple[str, ...]:
    """Return the colours that the page gives to threads on a light ground, in order.

    >>> len(thread_colours())
    8
    """
    css = (Path(__file__).parent / "page" / "css" / "page.css").read_text("utf-8")
    light = css[: css.index("data-theme")]
    return tuple(re.findall(r"--t\d+:\s*(#[0-9a-f]{6})", light))


def _axes(width: float, height: float, *, shown: bool = True) -> Axes:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtra("matplotlib", "notebook", needed_for="plot") from error
    import sys

    if shown and ("matplotlib.pyplot" in sys.modules or "IPython" in sys.modules):
        # A notebook shows the figures that pyplot knows.
        from matplotlib import pyplot as plt

        return plt.subplots(figsize=(width, height), layout="constrained", dpi=_DPI)[1]
    return Figure(figsize=(width, height), layout="constrained", dpi=_DPI).subplots()


def _nothing(ax: Axes, words: str) -> Axes:
    ax.text(0.5, 0.5, words, ha="center", va="center", transform=ax.transAxes)
    ax.set_axis_off()
    return ax


def _open(ax: Axes) -> None:
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)


def _is_late(entry: Entry, late: Iterable[str]) -> bool:
    return entry.name.id in late


def _split(value: object) -> list[str]:
    return [part for part in str(value or "").split("; ") if part]


def _short(label: str) -> str:
    return textwrap.shorten(_plain(label), 28, placeholder="…")


def _plain(text: str) -> str:
    """Return a label as text: a dollar sign would start a formula, a line break a line."""
    return " ".join(text.split()).replace("$", r"\$")
