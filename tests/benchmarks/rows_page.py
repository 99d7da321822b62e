"""Rows about the page, in a headless browser: how soon ready, how smooth to zoom, how large."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.benchmarks.kglab_env import Unavailable
from tests.benchmarks.measure import Effort, Limits, Outcome, Side, alternate, closing
from tests.benchmarks.settings import Settings, short
from tests.benchmarks.table import Goal, Line, compare

_INCLUDE = ["hedged", "predicted", "refuted"]
#: Claims that make so many edges: one in twenty has a literal object.
_CLAIMS = {50: 53, 300: 318, 1_000: 1_060, 3_000: 3_140}
_READY = {50: Goal(0.75), 300: Goal(3, faster=True), 1_000: Goal(20, faster=True)}
_ZOOM = {1_000: Goal(0.5), 3_000: Goal(0.5)}
_BYTES = {50: 550_000, 3_000: 1_100_000}
_READY_PART, _ZOOM_PART = 0, 1
_NO_IPYSIGMA = "its page loads scripts from a CDN, and no page here may use the network"


def page(settings: Settings) -> Iterator[Line]:
    """Time wall seconds in the browser from the same network: these are no CPU seconds.

    pyvis lays out in the browser as it comes, ours has been laid out before; for zooming pyvis is given fixed
    places too and no physics, and all its scripts are in its page.
    """
    # A browser reserves far more address space than it uses: a limit would only keep it from starting.
    limits = Limits(settings.limits.seconds, memory=resource.RLIM_INFINITY)
    effort = Effort(1 if settings.quick else 3, 0.0, 3_600)
    try:
        ttl3d, missing = settings.ttl3d(), ""
    except Unavailable as reason:
        ttl3d, missing = "", str(reason)
    sizes = {edges: claims for edges, claims in _CLAIMS.items() if not settings.quick or edges <= 1_000}
    for edges, claims in sizes.items():
        path = str(settings.case(claims).path)

        def side(maker: str, *, path: str = path, **more: Any) -> Side:
            given = {"maker": maker, "path": path, "include": _INCLUDE, **more}
            return Side("with_chromium", "page", given, limits)

        jobs = []
        if edges in _READY:
            jobs.append(("page: ready", _READY_PART, side("pyvis", physics=True), _READY[edges]))
        if edges in _ZOOM:
            jobs.append(("page: zoom p95", _ZOOM_PART, side("pyvis"), _ZOOM[edges]))
        for row, part, peer, goal in jobs:
            sides = {"ours": side("ours"), "pyvis": peer}
            if ttl3d:
                sides["ttl3d, flat"] = side("ttl3d", python=ttl3d)
            with closing(sides):
                found = alternate(sides, effort, limits, part=part)
            ours, theirs = _browser(found["ours"]), _browser(found["pyvis"])
            yield compare(row, f"{short(edges)} edges", ours, "pyvis", theirs, goal)
            other = _browser(found.get("ttl3d, flat") or Outcome(failure=missing))
            yield compare(row, f"{short(edges)} edges", ours, "ttl3d, flat", other)
            if edges in _BYTES and ours.rounds and row == jobs[-1][0]:
                yield _size(edges, ours, theirs)
    yield Line("page: ready", "any", "", "ipysigma", _NO_IPYSIGMA)


def _browser(side: Outcome) -> Outcome:
    """Return the outcome with the seconds that the browser measured in place of those of the process."""
    return replace(side, rounds=tuple(replace(one, cpu=one.answer["seconds"]) for one in side.rounds))


def _size(edges: int, ours: Outcome, theirs: Outcome) -> Line:
    most, size = _BYTES[edges], ours.answer["bytes"]
    peer = f"{theirs.answer['bytes'] / 1000:,.0f} kB" if theirs.rounds else theirs.failure
    met = "yes" if size <= most else "NO"
    return Line(
        "page: size",
        f"{short(edges)} edges",
        f"{size / 1000:,.0f} kB",
        "pyvis",
        peer,
        "",
        f"<= {most / 1000:,.0f} kB",
        met,
    )
