# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trends as charts: SVG to stand in a page, without script, style and network; the page gives the colours.

The same series gives the same bytes. Pure. Private API.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, TypeAlias

from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import axis, text
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.outlooks import Outlook
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.trends import Series
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time, require_time

MOST = 12
LEAST_POINTS = 2
WIDTH, HEIGHT = 360, 150
Points: TypeAlias = "list[tuple[float, float | None]]"
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
    return _drawn(one.label, one.unit, one.limit, _points(one))


def draw_outlook(one: Outlook) -> str:
    """The values over time, the limit, and beyond today the line that is expected between the two that may be."""
    lines = [[(_seconds(moment), value) for moment, value in line] for line in (one.middle, one.low, one.high)]
    points = [(_seconds(moment), value) for moment, value in one.points]
    return _drawn(one.label, one.unit, one.limit, points, lines)


def _drawn(
    label: str,
    unit: str,
    limit: float | None,
    points: Points,
    lines: Sequence[Points] = (),
) -> str:
    """The points, the limit, and further lines, of which the first one decides how much is shown."""
    import pygal

    first, last = points[0][0], max(points[-1][0], *(line[-1][0] for line in lines), points[-1][0])
    # A single moment twice would leave the axis without a length.
    last = last if last > first else first + 1
    shown = [value for _moment, value in (*points, *(lines[0] if lines else ())) if value is not None]
    limits = [limit] if limit is not None else []
    lowest = min(0.0, *shown, *limits)
    marks = axis.marks(lowest, max(*shown, *limits, lowest), unit)
    chart = pygal.XY(
        width=WIDTH,
        height=HEIGHT,
        margin=8,
        margin_top=6,
        show_legend=False,
        allow_interruptions=True,
        dots_size=2.5 if len(points) <= 30 else 1.5,
        x_labels=[{"value": at, "label": words} for at, words in zip((first, last), _ends(first, last), strict=True)],
        xrange=(first, last),
        y_labels=[{"value": mark, "label": axis.mark(mark, unit)} for mark in marks],
        range=(marks[0], marks[-1]),
        js=[],
        no_prefix=True,
    )
    chart.add("value", points)
    if limit is not None or lines:
        chart.add("limit", [(first, limit), (last, limit)] if limit is not None else [], show_dots=False)
    for line in lines:
        chart.add("outlook", _clipped(line, marks[0], marks[-1]), show_dots=False)
    return _bare(chart.render_tree(), label, _words(unit, limit, points, lines))


def _words(unit: str, limit: float | None, points: Points, lines: Sequence[Points]) -> str:
    """What the chart shows, for whoever does not see it."""
    (start, earliest), (end, newest) = [[point for point in points if point[1] is not None][at] for at in (0, -1)]
    told = [f"{axis.amount(earliest, unit)} on {_day(start)}, {axis.amount(newest, unit)} on {_day(end)}"]
    if limit is not None:
        told.append(f"limit {axis.amount(limit, unit)}")
    if lines:
        last, expected = lines[0][-1]
        told.append(f"{axis.amount(expected, unit)} expected on {_day(last)}")
    return "; ".join(told)


def _clipped(line: Points, bottom: float, top: float) -> Points:
    """Of a line of two points what lies within the chart; nothing where it has none of it."""
    (start, low), (end, high) = line
    if low is None or high is None or high == low:
        return [point for point in line if point[1] is not None and bottom <= point[1] <= top]
    at = sorted(start + (end - start) * (value - low) / (high - low) for value in (bottom, top))
    inside = (max(start, at[0]), min(end, at[1]))
    if inside[0] >= inside[1]:
        return []
    return [(moment, low + (high - low) * (moment - start) / (end - start)) for moment in inside]


def _points(one: Series) -> Points:
    found = [(parse_time(moment), value) for moment, value in one.points]
    return [(moment.timestamp(), value) for moment, value in found if moment]


def _seconds(moment: str) -> float:
    return require_time(moment, "outlooks").timestamp()


def _ends(first: float, last: float) -> tuple[str, str]:
    """Names of the two ends of the axis: dates, with the time of day where both are of one day."""
    if _day(first) != _day(last):
        return _day(first), _day(last)
    return f"{_day(first)} {_time(first)}", f"{_time(last)} UTC"


def _day(moment: float) -> str:
    return text.utc(moment)[:10]


def _time(moment: float) -> str:
    return text.utc(moment)[11:16]


def _bare(root: Any, label: str, words: str) -> str:
    """The drawing, and in words what it shows: comments hold the date of the drawing, definitions style and script."""
    from pygal.etree import etree

    for parent in list(root.iter()):
        for child in list(parent):
            drawing = isinstance(child.tag, str) and child.tag not in ("defs", "title", "desc")
            if not drawing or child.get("class", "").endswith(("tooltip-overlay", "text-overlay")):
                parent.remove(child)
    root.attrib.pop("id", None)
    root.set("role", "img")
    for place, (tag, said) in enumerate((("title", label), ("desc", words))):
        root.insert(place, etree.Element(tag))
        root[place].text = text.one_line(said)
    # In a page an SVG needs no namespace, and without one no address of a network stands in it.
    return _NAMESPACES.sub("", etree.tostring(root, encoding="unicode"))
