"""A small chart of one measured error over several attempts, on a logarithmic scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from grader.values.numbers import measure
from web.render.pictures.svg import drawing, tag

WIDTH, HEIGHT, EDGE = 168, 40, 8
LOW, HIGH = -16.0, 0.0  # powers of ten


@dataclass(frozen=True)
class ErrorLine:
    """The errors of one quantity over the attempts, oldest first (None: not measured), and their drawing."""

    name: str
    errors: tuple[float | None, ...]
    threshold: float
    drawn: Markup

    @property
    def was_wrong(self) -> bool:
        """Whether it was above the threshold, or not measured, in any of them."""
        return any(error is None or not error <= self.threshold for error in self.errors)


def error_line(name: str, measured: Sequence[tuple[float, float] | None]) -> ErrorLine:
    """The line of these (error, threshold): a disc where the error is below its threshold, a square where it
    is not, a ring where nothing was measured."""
    thresholds = [pair[1] for pair in measured if pair is not None]
    threshold = thresholds[-1] if thresholds else 1.0
    points = [(_x(at, len(measured)), pair) for at, pair in enumerate(measured)]
    known = [(x, _y(pair[0])) for x, pair in points if pair is not None]
    marks = [tag("path", class_="goal", d=f"M{EDGE} {_y(threshold):.1f}H{WIDTH - EDGE}")]
    if len(known) > 1:
        marks.append(tag("path", class_="axis", d="M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in known)))
    marks += [_mark(x, pair) for x, pair in points]
    words = ", ".join("not measured" if pair is None else measure(pair[0]) for pair in measured)
    picture = drawing(WIDTH, HEIGHT, f"Errors: {words}; threshold {measure(threshold)}.", marks, "line")
    return ErrorLine(name, tuple(None if p is None else p[0] for p in measured), threshold, picture)


def _mark(x: float, pair: tuple[float, float] | None) -> Markup:
    if pair is None:
        return tag("circle", class_="unknown", cx=x, cy=HEIGHT / 2, r=3.5)
    y = _y(pair[0])
    if pair[0] <= pair[1]:
        return tag("circle", class_="right", cx=x, cy=y, r=3.5)
    return tag("rect", class_="wrong", x=x - 3.5, y=y - 3.5, width=7, height=7)


def _x(at: int, count: int) -> float:
    return EDGE + (WIDTH - 2 * EDGE) * (at / (count - 1) if count > 1 else 0.5)


def _y(error: float) -> float:
    """The height of an error; what is not finite is drawn at the top."""
    power = HIGH if not math.isfinite(error) else math.log10(error) if error > 0 else LOW
    share = (min(max(power, LOW), HIGH) - LOW) / (HIGH - LOW)
    return EDGE + (1 - share) * (HEIGHT - 2 * EDGE)
