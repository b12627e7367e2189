"""Draws computation graphs: values forward, error signals backward, the first wrong one marked."""

from __future__ import annotations

from collections.abc import Iterator

from grader.grading.pictures import Graph, GraphNode, Quantity
from web.render.pictures import graph_chain, graph_down, graph_wide
from web.render.pictures.svg import NARROW, Figure, apart, number, scrolling, spoken, table, tag


def draw(picture: Graph, title: str) -> Figure:
    """The figure of a computation graph."""
    summary = _summary(picture)
    drawn = (graph_chain if picture.is_chain else graph_wide).draw(picture, summary)
    wide = scrolling(drawn, f"Graph of {title}", "only-wide")
    down, width = graph_down.draw(picture, summary)
    narrow = (
        tag("div", down, class_="only-narrow")
        if width <= NARROW
        else scrolling(down, f"Graph of {title}", "only-narrow")
    )
    rows = [row for node in picture.nodes for row in _rows(node)]
    head = ("Node", "Value", "Error signal, expected", "Error signal, yours", "State")
    halves = "Each node shows its value above and its error signal below, on a tinted background."
    caption = [picture.note] if picture.is_chain and picture.first else [summary, halves, picture.note]
    return Figure("graph", title, wide + narrow, caption, [table("Every node", head, rows)])


def _summary(picture: Graph) -> str:
    """What the graph shows, in one or two sentences."""
    if picture.first is None:
        compared = [node for node in picture.nodes if node.state == "agrees"]
        return "Every error signal that was returned agrees." if compared else "No error signal was returned."
    first = spoken(picture.first, bar=True)
    text = f"Going back from the end, {first} is the first error signal that is wrong."
    after = [spoken(part.name, bar=True) for part in picture.parts if part.state == "after"]
    return (
        f"{text} The signals computed from it are wrong as a result: {', '.join(after)}." if after else text
    )


STATES = {"agrees": "✓ agrees", "wrong": "✕ wrong", "after": "✕ wrong as a result"}


def _rows(node: GraphNode) -> Iterator[tuple[str, str, str, str, str]]:
    """The node, and the parameters whose gradients are made there."""
    want, got = _both(node.want, node.got)
    error = f", relative error {number(node.error)}" if node.error else ""
    yield (
        f"{spoken(node.name)}{f' = {node.rule}' if node.rule else ''}",
        _quantity(node.value),
        want,
        got,
        STATES.get(node.state, node.state) + error,
    )
    for part in node.parameters:
        yield spoken(part.name), "", "", "", STATES.get(part.state, part.state)


def _both(want: Quantity | None, got: Quantity | None) -> tuple[str, str]:
    """The two signals, with enough digits to show how they differ."""
    if want and got and want.entries and got.entries and len(want.entries) == len(got.entries):
        pairs = [apart(a, b) for a, b in zip(want.entries, got.entries, strict=True)]
        return ", ".join(a for a, _ in pairs), ", ".join(b for _, b in pairs)
    return _quantity(want), _quantity(got)


def _quantity(q: Quantity | None) -> str:
    if q is None:
        return ""
    if q.entries is not None:
        return ", ".join(map(number, q.entries))
    return f"{' × '.join(map(str, q.shape))} entries, norm {number(q.norm)}"
