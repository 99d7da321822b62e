"""Rows about the page, in a headless browser: how soon ready, how smooth to zoom, how large."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.benchmarks.kglab_env import Unavailable
from tests.benchmarks.measure import Effort, Limits, Outcome, Side, alternate, closing
from tests.benchmarks.settings import Settings
from tests.benchmarks.table import Goal, Line, compare

_INCLUDE = ["hedged", "predicted", "refuted"]
#: Claims that make about so many edges, as one in twenty has a literal object. Above 3,000 edges our page
#: draws communities in their place, so the largest has a few less.
_CLAIMS = {50: 53, 300: 318, 1_000: 1_060, 3_000: 3_120}
_READY = {50: Goal(0.75), 300: Goal(3, faster=True), 1_000: Goal(20, faster=True)}
_ZOOM = {1_000: Goal(0.5), 3_000: Goal(0.5)}
_BYTES = {50: 550_000, 3_000: 1_100_000}
_READY_PART, _ZOOM_PART = 0, 1
_OTHERS = ("ttl3d, flat", "ipysigma")


def page(settings: Settings) -> Iterator[Line]:
    """Time wall seconds in the browser from the same network: these are no CPU seconds.

    pyvis lays out in the browser as it comes, and so does ttl3d; ours has been laid out before. For zooming
    pyvis is given fixed places too and no physics. ipysigma is given them each time, as its own layout has no
    end: it is ready when it has drawn once. It draws with WebGL, here without a graphics card. All scripts
    are in the pages.
    """
    # A browser reserves far more address space than it uses: a limit would only keep it from starting.
    limits = Limits(settings.limits.seconds, memory=resource.RLIM_INFINITY)
    effort = Effort(1 if settings.quick else 3, 0.0, 3_600)
    given: dict[str, dict[str, str]] = {}
    missing: dict[str, str] = {}
    try:
        given["ttl3d, flat"] = {"maker": "ttl3d", "python": settings.ttl3d()}
    except Unavailable as reason:
        missing["ttl3d, flat"] = str(reason)
    try:
        python, scripts = settings.ipysigma()
        given["ipysigma"] = {"maker": "ipysigma", "python": python, "scripts": scripts}
    except Unavailable as reason:
        missing["ipysigma"] = str(reason)
    sizes = {edges: claims for edges, claims in _CLAIMS.items() if not settings.quick or edges <= 1_000}
    for edges, claims in sizes.items():
        path = str(settings.case(claims).path)

        def side(*, path: str = path, **more: Any) -> Side:
            return Side("with_chromium", "page", {"path": path, "include": _INCLUDE, **more}, limits)

        jobs = []
        if edges in _READY:
            jobs.append(("page: ready", _READY_PART, side(maker="pyvis", physics=True), _READY[edges]))
        if edges in _ZOOM:
            jobs.append(("page: zoom p95", _ZOOM_PART, side(maker="pyvis"), _ZOOM[edges]))
        for row, part, peer, goal in jobs:
            sides = {"ours": side(maker="ours"), "pyvis": peer}
            sides |= {name: side(**how) for name, how in given.items()}
            with closing(sides):
                found = alternate(sides, effort, limits, part=part)
            ours, theirs = _browser(found["ours"]), _browser(found["pyvis"])
            size = f"{ours.answer['edges'] if ours.rounds else edges:,} edges"
            yield compare(row, size, ours, "pyvis", theirs, goal)
            for name in _OTHERS:
                other = _browser(found.get(name) or Outcome(failure=missing.get(name, "")))
                yield compare(row, size, ours, name, other)
            if edges in _BYTES and ours.rounds and row == jobs[-1][0]:
                yield _size(edges, size, ours, theirs)


def _browser(side: Outcome) -> Outcome:
    """Return the outcome with the seconds that the browser measured in place of those of the process."""
    return replace(side, rounds=tuple(replace(one, cpu=one.answer["seconds"]) for one in side.rounds))


def _size(edges: int, about: str, ours: Outcome, theirs: Outcome) -> Line:
    most, size = _BYTES[edges], ours.answer["bytes"]
    peer = f"{theirs.answer['bytes'] / 1000:,.0f} kB" if theirs.rounds else theirs.failure
    met = "yes" if size <= most else "NO"
    return Line(
        "page: size",
        about,
        f"{size / 1000:,.0f} kB",
        "pyvis",
        peer,
        "",
        f"<= {most / 1000:,.0f} kB",
        met,
    )
