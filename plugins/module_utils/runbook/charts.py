# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trends as charts: SVG to stand in a page, without script, style and network; the page gives the colours.

The same series gives the same bytes. Pure. Private API.
"""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import axis
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.trends import Series
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time

MOST = 12
LEAST_POINTS = 2
WIDTH, HEIGHT = 360, 150
_NAMESPACES = re.compile(r' xmlns(:\w+)?="[^"]*"')


def available() -> bool:
    """Whether the library that draws is there; it is loaded for the first chart alone."""
    try:
        import pygal  # noqa: F401
    except ImportError:
        return False
    return True


def choose(series: list[Series]) -> tuple[list[Series], list[Series]]:
    """(those to draw, the others): at most 12 that have two known values, nearest to their limit first."""
    ranked = sorted(series, key=lambda one: (-one.nearness, one.name))
    drawn = [one for one in ranked if len(_points(one)) >= LEAST_POINTS and one.known >= LEAST_POINTS][:MOST]
    return drawn, [one for one in ranked if one not in drawn]


def draw(one: Series) -> str:
    """One chart: the values over time, and the limit as a line. It needs two known values."""
    import pygal

    points = _points(one)
    first, last = points[0][0], points[-1][0]
    # A single moment twice would leave the axis without a length.
    last = last if last > first else first + 1
    shown = [value for _moment, value in points if value is not None]
    limits = [one.limit] if one.limit is not None else []
    lowest = min(0.0, *shown, *limits)
    marks = axis.marks(lowest, max(*shown, *limits, lowest), one.unit)
    chart = pygal.XY(
        width=WIDTH,
        height=HEIGHT,
        margin=8,
        margin_top=6,
        show_legend=False,
        allow_interruptions=True,
        dots_size=2.5 if len(points) <= 30 else 1.5,
        x_labels=[{"value": at, "label": _day(one, at == first)} for at in (first, last)],
        xrange=(first, last),
        y_labels=[{"value": mark, "label": axis.mark(mark, one.unit)} for mark in marks],
        range=(marks[0], marks[-1]),
        js=[],
        no_prefix=True,
    )
    chart.add("value", points)
    if one.limit is not None:
        chart.add("limit", [(first, one.limit), (last, one.limit)], show_dots=False)
    return _bare(chart.render_tree())


def _points(one: Series) -> list[tuple[float, float | None]]:
    found = [(parse_time(moment), value) for moment, value in one.points]
    return [(moment.timestamp(), value) for moment, value in found if moment]


def _day(one: Series, first: bool) -> str:
    """The date, or the time of day where all points are of one day."""
    moments = [moment for moment, _value in one.points]
    moment = moments[0 if first else -1]
    return moment[11:16] if moments[0][:10] == moments[-1][:10] else moment[5:10]


def _bare(root: Any) -> str:
    """The drawing alone: comments hold the date of the drawing, definitions hold style and script."""
    from pygal.etree import etree

    for parent in list(root.iter()):
        for child in list(parent):
            drawing = isinstance(child.tag, str) and child.tag not in ("defs", "title", "desc")
            if not drawing or child.get("class", "").endswith(("tooltip-overlay", "text-overlay")):
                parent.remove(child)
    root.attrib.pop("id", None)
    root.set("role", "img")
    # In a page an SVG needs no namespace, and without one no address of a network stands in it.
    return _NAMESPACES.sub("", etree.tostring(root, encoding="unicode"))
