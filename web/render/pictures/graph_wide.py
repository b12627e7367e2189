"""A computation graph from left to right: each node's value above its error signal."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from grader.grading.pictures import Graph, GraphNode
from web.render.pictures.layers import Item, Layout, lay_out
from web.render.pictures.nodes import Half, signal_half, value_half
from web.render.pictures.svg import drawing, tag

GAP, APART, PASS, MARGIN = 44, 22, 22, 8


class Box:
    """A node and its position: two halves, the value above the error signal."""

    def __init__(self, node: GraphNode, first: str | None) -> None:
        self.node = node
        signal = signal_half(node, first=first)
        self.value = value_half(node, width=signal.width)
        self.signal: Half = signal
        self.width, self.height = signal.width, self.value.height + 6 + signal.height
        self.x = self.y = 0.0

    @property
    def of_value(self) -> float:
        return self.y + self.value.height / 2

    @property
    def of_signal(self) -> float:
        return self.y + self.value.height + 6 + self.signal.height / 2

    def draw(self) -> Markup:
        return self.value.at(self.x, self.y) + self.signal.at(self.x, self.y + self.value.height + 6)


def draw(picture: Graph, title: str) -> Markup:
    """The whole graph."""
    edges = [(a, b) for a, b in picture.edges]
    layout = lay_out([node.name for node in picture.nodes], list(dict.fromkeys(edges)))
    boxes = {node.name: Box(node, picture.first) for node in picture.nodes}
    passes, width, height = _place(layout, boxes)
    marks = [mark for way in layout.ways.values() for mark in _arrows(way, boxes, passes)]
    marks += [box.draw() for box in boxes.values()]
    return drawing(width, height, title, marks)


def _place(layout: Layout, boxes: dict[str, Box]) -> tuple[dict[Item, tuple[float, float]], float, float]:
    """Set the position of every box. Returns where edges pass through columns, the width and the height."""
    heights = [
        sum(_height(item, boxes) for item in column) + APART * (len(column) - 1) for column in layout.columns
    ]
    tallest, x = max(heights), float(MARGIN)
    passes: dict[Item, tuple[float, float]] = {}
    for column, height in zip(layout.columns, heights, strict=True):
        wide = max((boxes[item].width for item in column if isinstance(item, str)), default=20.0)
        y = MARGIN + (tallest - height) / 2
        for item in column:
            if isinstance(item, str):
                boxes[item].x, boxes[item].y = x + (wide - boxes[item].width) / 2, y
            else:
                passes[item] = (x, y + PASS / 2)
                passes[(*item[:2], -item[2] - 1)] = (x + wide, y + PASS / 2)
            y += _height(item, boxes) + APART
        x += wide + GAP
    return passes, x - GAP + MARGIN, tallest + 2 * MARGIN


def _height(item: Item, boxes: dict[str, Box]) -> float:
    return boxes[item].height if isinstance(item, str) else PASS


def _arrows(
    way: tuple[Item, ...], boxes: dict[str, Box], passes: dict[Item, tuple[float, float]]
) -> Iterator[Markup]:
    """The edge forward between values, and backward between error signals if both have one."""
    parent, child = boxes[str(way[0])], boxes[str(way[-1])]
    through = []
    for item in way[1:-1]:
        if isinstance(item, tuple):
            through += [passes[item], passes[(*item[:2], -item[2] - 1)]]
    start, end = (parent.x + parent.width, parent.of_value), (child.x, child.of_value)
    yield from _arrow([start, *((x, y - 4) for x, y in through), end], "")
    if parent.node.state != "not asked for" and child.node.state != "not asked for":
        tone = {"wrong": "bad", "after": "after"}.get(parent.node.state, "")
        start, end = (child.x, child.of_signal), (parent.x + parent.width, parent.of_signal)
        yield from _arrow([start, *((x, y + 4) for x, y in reversed(through)), end], tone)


def _arrow(points: list[tuple[float, float]], tone: str) -> Iterator[Markup]:
    """A curve through the points, horizontal at each of them, with an arrow tip at the last."""
    (x, y), d = points[0], ""
    d = f"M{x:.1f} {y:.1f}"
    side = 1 if points[-1][0] > x else -1
    ends = [*points[1:-1], (points[-1][0] - 8 * side, points[-1][1])]
    for u, v in ends:
        bend = (u - x) / 2
        d += f"C{x + bend:.1f} {y:.1f} {u - bend:.1f} {v:.1f} {u:.1f} {v:.1f}"
        x, y = u, v
    tip = f"M{x + 8 * side:.1f} {y:.1f}l{-8 * side} -3.6v7.2z"
    yield tag("path", class_=f"flow {tone}".strip(), d=d)
    yield tag("path", class_="tip bad" if tone else "tip", d=tip)
