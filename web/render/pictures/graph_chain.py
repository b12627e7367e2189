"""A net from left to right: its values in one row, forward, and its error signals in another, backward."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from markupsafe import Markup

from grader.grading.pictures import Graph, GraphNode
from web.render.pictures.nodes import Half, signal_half, value_half
from web.render.pictures.svg import drawing, tag, words

GAP, MARGIN, HEAD, BETWEEN = 40, 4, 20, 34


def draw(picture: Graph, title: str) -> Markup:
    """The whole chain."""
    nodes = picture.nodes
    values = [value_half(node) for node in nodes]
    signals = [signal_half(node, first=picture.first) for node in nodes]
    wide = [max(v.width, s.width) for v, s in zip(values, signals, strict=True)]
    tall, deep = (max(half.height for half in row) for row in (values, signals))
    xs = [MARGIN + sum(wide[:i]) + GAP * i for i in range(len(nodes))]
    below = HEAD + tall + BETWEEN
    marks = [words(MARGIN, 12, "values, forward", anchor="start")]
    marks.append(words(MARGIN, below - 8, "error signals, backward", anchor="start"))
    for node, x, width, value, signal in zip(nodes, xs, wide, values, signals, strict=True):
        same = signal_half(node, first=picture.first, height=deep)
        marks.append(value_half(node, height=tall).at(x + (width - value.width) / 2, HEAD))
        marks.append(same.at(x + (width - signal.width) / 2, below))
    marks += _forward(xs, wide, values, HEAD + tall / 2)
    marks += _backward(nodes, xs, wide, signals, below + deep / 2)
    return drawing(xs[-1] + wide[-1] + MARGIN, below + deep + MARGIN, title, marks)


def _edges(x: float, width: float, half: Half) -> tuple[float, float]:
    """The left and the right edge of a half that is centred in its column."""
    left = x + (width - half.width) / 2
    return left, left + half.width


def _forward(xs: list[float], wide: list[float], values: list[Half], y: float) -> Iterator[Markup]:
    edges = [_edges(*column) for column in zip(xs, wide, values, strict=True)]
    for (_, start), (end, _) in pairwise(edges):
        yield from _arrow(start + 3, end - 3, y, "")


def _backward(
    nodes: list[GraphNode], xs: list[float], wide: list[float], signals: list[Half], y: float
) -> Iterator[Markup]:
    edges = [_edges(*column) for column in zip(xs, wide, signals, strict=True)]
    for (node, (_, end)), (_, (start, _)) in pairwise(zip(nodes, edges, strict=True)):
        if node.state != "not asked for":
            tone = {"wrong": "bad", "after": "after"}.get(node.state, "")
            yield from _arrow(start - 3, end + 3, y, tone)


def _arrow(start: float, end: float, y: float, tone: str) -> Iterator[Markup]:
    side = 1 if end > start else -1
    yield tag("path", class_=f"flow {tone}".strip(), d=f"M{start:.1f} {y:.1f}H{end - 7 * side:.1f}")
    yield tag("path", class_="tip bad" if tone else "tip", d=f"M{end:.1f} {y:.1f}l{-8 * side} -3.6v7.2z")
