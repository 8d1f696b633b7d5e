# SPDX-License-Identifier: GPL-3.0-or-later
"""Diagrams as SVG: boxes in rows, arrows between them. Colours follow the page, light or dark."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from html import escape
from typing import Any

WIDTH, HEIGHT, GAP, ROW_GAP, MARGIN, SIDE = 152, 50, 24, 56, 10, 64
CHARACTER = 5.9  # width of a character of a label, on average
STYLE = """
.box{fill:var(--color-background-secondary,#f6f7f9);stroke:var(--color-foreground-muted,#6b7280)}
.outside{stroke-dasharray:4 3}.ours{stroke:var(--color-brand-primary,#0b5fbf);stroke-width:2}
.name{font:600 13px system-ui,sans-serif;fill:var(--color-foreground-primary,#111)}
.note{font:11px system-ui,sans-serif;fill:var(--color-foreground-secondary,#555)}
.edge{fill:none;stroke:var(--color-foreground-muted,#6b7280);stroke-width:1.4}
.back{stroke-dasharray:5 4}.tip{fill:var(--color-foreground-muted,#6b7280)}
.label{font:11px system-ui,sans-serif;fill:var(--color-foreground-primary,#111);
paint-order:stroke;stroke:var(--color-background-primary,#fff);stroke-width:4px;stroke-linejoin:round}
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
    """A cubic curve with its label; back: dashed, for an answer."""

    curve: tuple[Point, Point, Point, Point]
    label: str
    back: bool

    def at(self, part: float) -> Point:
        """The point after this part of the way, 0 to 1."""
        rest = 1 - part
        weights = rest**3, 3 * rest**2 * part, 3 * rest * part**2, part**3
        x = sum(weight * point[0] for weight, point in zip(weights, self.curve, strict=True))
        return x, sum(weight * point[1] for weight, point in zip(weights, self.curve, strict=True))

    @property
    def label_box(self) -> Box:
        x, y = self.at(0.5)
        half = len(self.label) * CHARACTER / 2
        return x - half, y - 7, x + half, y + 7


@dataclass(frozen=True)
class Layout:
    nodes: dict[str, Node]
    edges: list[Edge]
    width: float
    height: float


def layout(diagram: dict[str, Any], components: dict[str, dict[str, str]]) -> Layout:
    """Where everything stands.

    :param diagram: {rows: lists of ids, edges: [{from, to, label, side, back}]}; an empty id leaves a place free
    :param components: {name, note, kind} by id
    """
    rows = diagram["rows"]
    widest = max(len(row) for row in rows)
    inner = widest * WIDTH + (widest - 1) * GAP
    used = [one.get("side") for one in diagram["edges"]]
    before, after = (MARGIN + (SIDE if side in used else 0) for side in ("left", "right"))
    nodes: dict[str, Node] = {}
    for number, row in enumerate(rows):
        left = before + (inner - (len(row) * WIDTH + (len(row) - 1) * GAP)) / 2
        for place, name in enumerate(row):
            if name:
                about = components[name]
                x, y = left + place * (WIDTH + GAP), MARGIN + number * (HEIGHT + ROW_GAP)
                nodes[name] = Node(
                    name, about["name"], about.get("note", ""), about.get("kind", "platform"), number, x, y
                )
    height = len(rows) * HEIGHT + (len(rows) - 1) * ROW_GAP + 2 * MARGIN
    return Layout(nodes, _edges(diagram["edges"], nodes), before + inner + after, height)


def _edges(wanted: list[dict[str, Any]], nodes: dict[str, Node]) -> list[Edge]:
    ports = _ports(wanted, nodes)
    return [
        Edge(
            _curve(one, nodes[one["from"]], nodes[one["to"]], ports[number]),
            one.get("label", ""),
            bool(one.get("back")),
        )
        for number, one in enumerate(wanted)
    ]


def _ports(wanted: list[dict[str, Any]], nodes: dict[str, Node]) -> dict[int, tuple[float, float]]:
    """Where on its boxes each downward arrow begins and ends: spread, in the order of what they lead to."""
    groups: dict[tuple[str, str], list[tuple[float, int, int]]] = defaultdict(list)
    for number, one in enumerate(wanted):
        source, target = nodes[one["from"]], nodes[one["to"]]
        if not one.get("side") and source.row != target.row:
            groups[(source.id, "out")].append((target.x, number, 0))
            groups[(target.id, "in")].append((source.x, number, 1))
    found: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for (name, _direction), arrows in groups.items():
        for place, (_x, number, end) in enumerate(sorted(arrows), 1):
            found[number][end] = nodes[name].x + WIDTH * place / (len(arrows) + 1)
    return defaultdict(lambda: (0.0, 0.0), {number: (ends[0], ends[1]) for number, ends in found.items()})


def _curve(one: dict, source: Node, target: Node, ports: tuple[float, float]) -> tuple[Point, Point, Point, Point]:
    if side := one.get("side"):
        sign = -1 if side == "left" else 1
        x, end = (node.x + (WIDTH if side == "right" else 0) for node in (source, target))
        out = sign * (SIDE + abs(x - end) / 2)
        y, below = source.y + HEIGHT * 0.7, target.y + HEIGHT * 0.4
        return (x, y), (x + out, y), (end + out, below), (end, below)
    if source.row == target.row:
        right = source.x < target.x
        start, end = (source.x + WIDTH, target.x) if right else (source.x, target.x + WIDTH)
        y = source.y + HEIGHT / 2
        return (start, y), ((start + end) / 2, y), ((start + end) / 2, y), (end, y)
    start, end = (ports[0], source.y + HEIGHT), (ports[1], target.y)
    middle = (start[1] + end[1]) / 2
    return start, (start[0], middle), (end[0], middle), end


def svg(made: Layout, title: str, description: str) -> str:
    """The drawing as one SVG element, to stand inside a page."""
    parts = [_edge(one) for one in made.edges] + [_node(one) for one in made.nodes.values()]
    parts += [_label(one) for one in made.edges if one.label]
    size = f"{made.width:.0f} {made.height:.0f}"
    tip = '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" role="img" aria-label="{escape(title)}">\n'
        f"<title>{escape(title)}</title>\n<desc>{escape(description)}</desc>\n<style>{STYLE}</style>\n"
        f'<defs>{tip}<path class="tip" d="M0 0L8 4L0 8z"/></marker></defs>'
    )
    return "\n".join([head, *parts, "</svg>\n"])


def _node(one: Node) -> str:
    middle = one.x + WIDTH / 2
    kind = {"outside": " outside", "ours": " ours"}.get(one.kind, "")
    lines = [(one.name, "name", 21 if one.note else 30), (one.note, "note", 37)]
    texts = "".join(
        f'<text class="{style}" x="{middle:.0f}" y="{one.y + down:.0f}" text-anchor="middle">{escape(text)}</text>'
        for text, style, down in lines
        if text
    )
    box = f'x="{one.x:.0f}" y="{one.y:.0f}" width="{WIDTH}" height="{HEIGHT}" rx="8"'
    return f'<g><rect class="box{kind}" {box}/>{texts}</g>'


def _edge(one: Edge) -> str:
    (a, b, c, d) = (f"{x:.0f} {y:.0f}" for x, y in one.curve)
    return f'<path class="edge{" back" if one.back else ""}" d="M{a}C{b},{c},{d}" marker-end="url(#tip)"/>'


def _label(one: Edge) -> str:
    x, y = one.at(0.5)
    return f'<text class="label" x="{x:.0f}" y="{y + 4:.0f}" text-anchor="middle">{escape(one.label)}</text>'
