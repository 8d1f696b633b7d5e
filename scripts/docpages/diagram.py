# SPDX-License-Identifier: GPL-3.0-or-later
"""Diagrams as SVG: boxes in rows, arrows between them. Colours follow the page, light or dark."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from html import escape
from typing import Any

WIDTH, HEIGHT, GAP, ROW_GAP, MARGIN, LANE = 164, 50, 28, 52, 6, 26
CHARACTER = 6.2  # width of a character of a label, on average
SCALE = 1.15  # of the drawing on a wide screen; on a narrow one it shrinks to fit
STYLE = """
.box{fill:var(--color-background-secondary,#f6f7f9);stroke:var(--color-foreground-muted,#6b7280)}
.outside{stroke-dasharray:4 3}.ours{stroke:var(--color-brand-primary,#0b5fbf);stroke-width:2}
.name{font:600 13px system-ui,sans-serif;fill:var(--color-foreground-primary,#111)}
.note{font:11px system-ui,sans-serif;fill:var(--color-foreground-secondary,#555)}
.edge{fill:none;stroke:var(--color-foreground-muted,#6b7280);stroke-width:1.4}
.back{stroke-dasharray:5 4}.tip{fill:var(--color-foreground-muted,#6b7280)}
.label{font:11px system-ui,sans-serif;fill:var(--color-foreground-primary,#111)}
.plate{fill:var(--color-background-primary,#fff)}
""".strip().replace("\n", "")

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True)
class Node:
    id: str
    name: str
    note: str
    kind: str
    row: int
    x: float
    y: float

    @property
    def box(self) -> Box:
        return self.x, self.y, self.x + WIDTH, self.y + HEIGHT


@dataclass(frozen=True)
class Edge:
    """An arrow: points on its way, how it is drawn, and its label in the middle; back: dashed, for an answer."""

    points: tuple[Point, ...]
    path: str
    middle: Point
    label: str
    back: bool

    @property
    def label_box(self) -> Box:
        (x, y), half = self.middle, len(self.label) * CHARACTER / 2 + 2
        return x - half, y - 8, x + half, y + 8


@dataclass(frozen=True)
class Layout:
    nodes: dict[str, Node]
    edges: list[Edge]

    @property
    def box(self) -> Box:
        """What holds everything, with a margin."""
        boxes = [one.box for one in self.nodes.values()] + [one.label_box for one in self.edges if one.label]
        boxes += [(x, y, x, y) for one in self.edges for x, y in one.points]
        left, top, right, bottom = zip(*boxes, strict=True)
        return min(left) - MARGIN, min(top) - MARGIN, max(right) + MARGIN, max(bottom) + MARGIN


def layout(diagram: dict[str, Any], components: dict[str, dict[str, str]]) -> Layout:
    """Where everything stands.

    :param diagram: {rows: lists of ids, edges: [{from, to, label, side, back}]}; an empty id leaves a place free,
        and an arrow with a side, left or right, goes around everything there
    :param components: {name, note, kind} by id
    """
    rows, nodes = diagram["rows"], {}
    widest = max(len(row) for row in rows)
    for number, row in enumerate(rows):
        left = (widest - len(row)) * (WIDTH + GAP) / 2
        for place, name in enumerate(row):
            if name:
                about, x, y = components[name], left + place * (WIDTH + GAP), number * (HEIGHT + ROW_GAP)
                kind = about.get("kind", "platform")
                nodes[name] = Node(name, about["name"], about.get("note", ""), kind, number, x, y)
    ports = _ports(diagram["edges"], nodes)
    return Layout(nodes, [_edge(one, nodes, ports[number]) for number, one in enumerate(diagram["edges"])])


def _ports(wanted: list[dict[str, Any]], nodes: dict[str, Node]) -> list[list[float]]:
    """Where on its boxes each downward arrow begins and ends: spread, in the order of what they lead to."""
    found = [[0.0, 0.0] for _one in wanted]
    groups: dict[tuple[str, int], list[tuple[float, int]]] = defaultdict(list)
    for number, one in enumerate(wanted):
        source, target = nodes[one["from"]], nodes[one["to"]]
        if not one.get("side") and source.row != target.row:
            groups[(source.id, 0)].append((target.x, number))
            groups[(target.id, 1)].append((source.x, number))
    for (name, end), arrows in groups.items():
        for place, (_x, number) in enumerate(sorted(arrows), 1):
            found[number][end] = nodes[name].x + WIDTH * place / (len(arrows) + 1)
    return found


def _edge(one: dict[str, Any], nodes: dict[str, Node], ports: list[float]) -> Edge:
    source, target = nodes[one["from"]], nodes[one["to"]]
    if one.get("side"):
        points = _around(one["side"], source, target, nodes)
        path, middle = "M" + "L".join(map(_at, points)), _half(points[1], points[2])
    elif source.row == target.row:
        ends = [source.x + WIDTH, target.x] if source.x < target.x else [source.x, target.x + WIDTH]
        points = tuple((x, source.y + HEIGHT / 2) for x in ends)
        path, middle = "M" + "L".join(map(_at, points)), _half(*points)
    else:
        start, end = (ports[0], source.y + HEIGHT), (ports[1], target.y)
        level = (start[1] + end[1]) / 2
        curve = start, (start[0], level), (end[0], level), end
        points = tuple(_along(curve, part / 20) for part in range(21))
        path, middle = f"M{_at(start)}C{','.join(map(_at, curve[1:]))}", _along(curve, 0.5)
    return Edge(points, path, middle, one.get("label", ""), bool(one.get("back")))


def _around(side: str, source: Node, target: Node, nodes: dict[str, Node]) -> tuple[Point, ...]:
    """Out to a lane beside everything in between, along it, and in again."""
    first, last = sorted((source.row, target.row))
    between = [one for one in nodes.values() if first <= one.row <= last]
    lane = min(one.x for one in between) - LANE if side == "left" else max(one.x for one in between) + WIDTH + LANE
    edge = 0 if side == "left" else WIDTH
    heights = source.y + HEIGHT / 2, target.y + HEIGHT / 2
    return (source.x + edge, heights[0]), (lane, heights[0]), (lane, heights[1]), (target.x + edge, heights[1])


def _along(curve: tuple[Point, ...], part: float) -> Point:
    """The point of a cubic curve after this part of the way, 0 to 1."""
    rest = 1 - part
    weights = rest**3, 3 * rest**2 * part, 3 * rest * part**2, part**3
    return tuple(sum(weight * point[axis] for weight, point in zip(weights, curve, strict=True)) for axis in (0, 1))


def _half(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _at(point: Point) -> str:
    return f"{point[0]:.0f} {point[1]:.0f}"


def svg(made: Layout, title: str, description: str) -> str:
    """The drawing as one SVG element, to stand inside a page."""
    left, top, right, bottom = made.box
    parts = [_draw(one) for one in made.edges] + [_box(one) for one in made.nodes.values()]
    parts += [_label(one) for one in made.edges if one.label]
    view = f'width="{(right - left) * SCALE:.0f}" viewBox="{left:.0f} {top:.0f} {right - left:.0f} {bottom - top:.0f}"'
    tip = '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {view} role="img" aria-label="{escape(title)}">\n'
        f"<title>{escape(title)}</title>\n<desc>{escape(description)}</desc>\n<style>{STYLE}</style>\n"
        f'<defs>{tip}<path class="tip" d="M0 0L8 4L0 8z"/></marker></defs>'
    )
    return "\n".join([head, *parts, "</svg>\n"])


def _box(one: Node) -> str:
    kind = {"outside": " outside", "ours": " ours"}.get(one.kind, "")
    lines = [(one.name, "name", 21 if one.note else 30), (one.note, "note", 37)]
    texts = "".join(
        f'<text class="{style}" x="{one.x + WIDTH / 2:.0f}" y="{one.y + down:.0f}" text-anchor="middle">'
        f"{escape(text)}</text>"
        for text, style, down in lines
        if text
    )
    place = f'x="{one.x:.0f}" y="{one.y:.0f}" width="{WIDTH}" height="{HEIGHT}" rx="8"'
    return f'<g><rect class="box{kind}" {place}/>{texts}</g>'


def _draw(one: Edge) -> str:
    return f'<path class="edge{" back" if one.back else ""}" d="{one.path}" marker-end="url(#tip)"/>'


def _label(one: Edge) -> str:
    left, top, right, bottom = one.label_box
    plate = f'x="{left:.0f}" y="{top:.0f}" width="{right - left:.0f}" height="{bottom - top:.0f}"'
    x, y = one.middle
    text = f'<text class="label" x="{x:.0f}" y="{y + 4:.0f}" text-anchor="middle">{escape(one.label)}</text>'
    return f'<rect class="plate" {plate}/>{text}'
