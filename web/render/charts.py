"""Geometry of the small charts; the templates draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from grader.values.numbers import points

LEFT, RIGHT, TOP, BASE = 30.0, 336.0, 8.0, 158.0
"""Edges of the plot in the units of the SVG's view box."""


@dataclass(frozen=True)
class BarPart:
    """A piece of a point bar: `got`, `lost` or `later`, in percent of the width."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True)
class PointBar:
    """The bar of earned, lost and still hidden points, and the same in words."""

    parts: tuple[BarPart, ...]
    words: str


@dataclass(frozen=True)
class LabelLine:
    """A horizontal line of the grid."""

    y: float
    label: int


@dataclass(frozen=True)
class Bar:
    """One bar; `full` marks the bar that includes the full score."""

    x: float
    y: float
    width: float
    height: float
    count: int
    label: str
    full: bool

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True)
class Histogram:
    """A histogram with its axis, and the same in words."""

    bars: tuple[Bar, ...]
    lines: tuple[LabelLine, ...]
    axis: str
    words: str


def point_bar(got: Decimal, lost: Decimal, hidden: Decimal, awaiting: Decimal = Decimal(0)) -> PointBar:
    """The bar of one score; parts of width 0 are left out. Points that await marking are drawn like
    hidden points."""
    later = hidden + awaiting
    total = float(got + lost + later) or 1.0
    parts, x = [], 0.0
    for kind, amount in (("got", got), ("lost", lost), ("later", later)):
        width = 100 * float(amount) / total
        if width > 0:
            parts.append(BarPart(kind, round(x, 2), round(max(width - 0.4, 0.2), 2)))
        x += width
    words = f"{points(got)} points earned, {points(lost)} lost, {points(hidden)} still hidden"
    words += f", {points(awaiting)} await marking" if awaiting else ""
    return PointBar(tuple(parts), words)


def score_histogram(scores: Sequence[Decimal], most: Decimal, axis: str) -> Histogram:
    """Scores of 0 to `most` in ten steps; the tenth includes the full score."""
    counts = [0] * 10
    for score in scores:
        counts[min(9, int(10 * score / most))] += 1 if most else 0
    step = most / 10
    labels = [points(step * at) for at in range(9)] + [points(step * 9) + "+"]
    every = 1 if max(map(len, labels[:9])) < 4 else 2  # "10.2" fits at every second bar only
    drawn = [label if at % every == 0 else "" for at, label in enumerate(labels)]
    return Histogram(_bars(counts, drawn), _lines(max(counts)), axis, _in_words(counts, labels))


def bar_chart(
    counts: Sequence[int], labels: Sequence[str], axis: str, title: str, full: bool = False
) -> Histogram:
    """A bar for each count; of many bars only some have their label drawn, and the words have all. `full`
    draws every bar like the one of the full score."""
    fit = 12 if max(map(len, labels)) < 4 else 5
    every = -(-len(labels) // fit)
    drawn = [label if at % every == 0 else "" for at, label in enumerate(labels)]
    bars = tuple(replace(bar, full=full) for bar in _bars(counts, drawn))
    filled = [f"{label}: {count}" for label, count in zip(labels, counts, strict=True) if count]
    return Histogram(bars, _lines(max(counts)), axis, f"{title}: " + (", ".join(filled) or "none yet"))


def _bars(counts: Sequence[int], labels: Sequence[str]) -> tuple[Bar, ...]:
    top = _top(max(counts))
    step = (RIGHT - LEFT) / len(counts)
    bars = []
    for at, (count, label) in enumerate(zip(counts, labels, strict=True)):
        height = round((BASE - TOP) * count / top, 1)
        x = round(LEFT + at * step + 1.5, 1)
        bars.append(
            Bar(x, round(BASE - height, 1), round(step - 3, 1), height, count, label, at == len(counts) - 1)
        )
    return tuple(bars)


def _lines(most: int) -> tuple[LabelLine, ...]:
    top = _top(most)
    return tuple(LabelLine(round(BASE - (BASE - TOP) * at / 4, 1), top * at // 4) for at in range(5))


def _top(most: int) -> int:
    """The smallest round multiple of 4 that is at least `most`."""
    for unit in (4, 8, 12, 20, 40, 80, 100, 200, 400, 800, 1000, 2000, 4000):
        if most <= unit:
            return unit
    return -(-most // 1000) * 1000


def _in_words(counts: Sequence[int], labels: Sequence[str]) -> str:
    filled = [f"{label}: {count}" for label, count in zip(labels, counts, strict=True) if count]
    return "Distribution of scores, lower edge of each step and count: " + (", ".join(filled) or "none yet")
