"""A computation graph from top to bottom, for phones: one node in each row, edges as arcs in the margin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from grader.grading.pictures import Graph
from web.render.pictures.nodes import COMPARED, signal_half, value_half
from web.render.pictures.svg import drawing, tag, words

VALUE, GAP, TOP, LANE, STEM = 88, 12, 18, 7, 12


def draw(picture: Graph, title: str) -> tuple[Markup, float]:
    """The drawing and its width."""
    edges = list(dict.fromkeys((a, b) for a, b in picture.edges))
    place = {node.name: i for i, node in enumerate(picture.nodes)}
    lanes = _lanes([(place[a], place[b]) for a, b in edges])
    left = STEM + LANE * (max(lanes, default=-1) + 1)
    marks, middles, y = [], {}, float(TOP)
    for node in picture.nodes:
        signal = signal_half(node, first=picture.first, width=COMPARED - 4)
        height = max(signal.height, value_half(node, VALUE).height)
        signal = signal_half(node, first=picture.first, width=COMPARED - 4, height=height)
        marks += [value_half(node, VALUE, height).at(left, y), signal.at(left + VALUE + 4, y)]
        middles[node.name] = y + height / 2
        y += height + GAP
    state = {node.name: node.state for node in picture.nodes}
    arcs = [_arc(middles, edge, left, lane, state[edge[0]]) for edge, lane in zip(edges, lanes, strict=True)]
    width = left + VALUE + 4 + COMPARED + 2
    head = [words(left + VALUE / 2, 12, "value"), words(left + VALUE + 4 + COMPARED / 2, 12, "error signal")]
    return drawing(width, y, title, [*head, *arcs, *marks]), width


def _lanes(spans: Sequence[tuple[int, int]]) -> list[int]:
    """The lane of each edge: the innermost that no other edge uses in the same rows."""
    lanes = [0] * len(spans)
    taken: list[list[tuple[int, int]]] = []
    for i in sorted(range(len(spans)), key=lambda i: spans[i][1] - spans[i][0]):
        a, b = spans[i]
        lane = next((n for n, used in enumerate(taken) if all(b <= c or d <= a for c, d in used)), len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append((a, b))
        lanes[i] = lane
    return lanes


def _arc(middles: Mapping[str, float], edge: tuple[str, str], left: float, lane: int, state: str) -> Markup:
    """The edge from parent down to child; red where the signal that flows back along it is wrong."""
    x = left - STEM + 2 - LANE * lane
    start, end = middles[edge[0]] + 5, middles[edge[1]] - 5
    tone = {"wrong": " bad", "after": " after"}.get(state, "")
    line = tag("path", class_=f"flow{tone}", d=f"M{left:.1f} {start:.1f}H{x:.1f}V{end:.1f}H{left - 6:.1f}")
    tip = tag("path", class_=f"tip{' bad' if tone else ''}", d=f"M{left:.1f} {end:.1f}l-7 -3.4v6.8z")
    return line + tip
