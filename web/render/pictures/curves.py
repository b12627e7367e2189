"""Draws curves: a student's losses against the reference's band, on a logarithmic scale."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from markupsafe import Markup

from grader.grading.pictures import Curve, LossLine, Reference
from grader.values.numbers import measure
from web.render.pictures.svg import NARROW, Figure, drawing, number, table, tag, words

WIDE, HIGH = 372, 262
LEFT, RIGHT, TOP, BASE = 44, 8, 8, 38
MOST_DECADES = 8


def draw(picture: Curve, title: str) -> Figure:
    """The figure of a curve."""
    scale = AxisScale(picture)
    drawn = tag("div", _curve(picture, scale, WIDE), class_="only-wide")
    drawn += tag("div", _curve(picture, scale, NARROW), class_="only-narrow")
    thin = f"; thin: your other losses ({len(picture.others)})" if picture.others else ""
    band = (
        "; band: the reference's losses from all its starts, with the median as a line"
        if picture.band
        else ""
    )
    goal = f"; dotted: {measure(picture.goal)}, the goal" if picture.goal else ""
    legend = f"Thick: your loss{thin}{band}{goal}. The scale is logarithmic."
    return Figure("curve", title, drawn, [_summary(picture), legend, picture.note], [*_tables(picture)])


class AxisScale:
    """Maps steps and losses to a plot; the vertical axis is logarithmic, from 10^`low` to 10^`high`."""

    def __init__(self, picture: Curve) -> None:
        band = picture.band
        own = [x for line in (picture.yours, *picture.others) for x in line.losses if x is not None and x > 0]
        reference = [x for row in ((band.low, band.high) if band else ()) for x in row if x > 0]
        logs = sorted(math.log10(x) for x in [*own, *reference, *([picture.goal] if picture.goal else [])])
        self.last = max(picture.yours.steps[-1], band.steps[-1] if band else 0, 1)
        high = logs[-1] if logs else 0.0
        if reference:  # a diverging run leaves the plot, so that the band stays readable
            high = min(
                high,
                max(
                    math.log10(max(reference)),
                    math.log10(picture.yours.losses[0] or 1.0) if (picture.yours.losses[0] or 0) > 0 else 0.0,
                )
                + 2,
            )
        low = max(logs[0] if logs else -1.0, high - MOST_DECADES)
        if picture.goal:
            low = min(low, math.log10(picture.goal) - 0.5)
        self.low, self.high = low, max(high, low + 0.5)

    def x(self, step: float, width: float) -> float:
        return LEFT + step / self.last * (width - LEFT - RIGHT)

    def y(self, loss: float) -> float:
        """The height of a loss; losses outside the plot are drawn at its edge."""
        log = math.log10(loss) if loss > 0 else self.low
        share = (min(max(log, self.low), self.high) - self.low) / (self.high - self.low)
        return TOP + (1 - share) * (HIGH - TOP - BASE)


def _curve(picture: Curve, scale: AxisScale, width: int) -> Markup:
    marks = [*_axes(picture, scale, width)]
    if picture.band:
        marks += _band(picture.band, scale, width)
    if picture.goal:
        y = scale.y(picture.goal)
        marks.append(tag("path", class_="goal", d=f"M{LEFT} {y:.1f}H{width - RIGHT}"))
    marks += [tag("path", class_="yours-s", d=_path(other, scale, width)) for other in picture.others]
    marks.append(tag("path", class_="yours", d=_path(picture.yours, scale, width)))
    marks += _labels(picture, scale, width)
    return drawing(width, HIGH, _summary(picture), marks)


def _axes(picture: Curve, scale: AxisScale, width: int) -> Iterator[Markup]:
    decades = range(math.ceil(scale.low), math.floor(scale.high) + 1)
    every = max(1, -(-len(decades) // 6))
    for power in decades:
        if power % every == 0:
            y = scale.y(10.0**power)
            yield tag("path", class_="gridl", d=f"M{LEFT} {y:.1f}H{width - RIGHT}")
            yield words(
                LEFT - 6,
                y + 4,
                f"1e{power}".replace("-", "−") if abs(power) > 2 else measure(10.0**power),
                anchor="end",
            )
    for step in _round_steps(scale.last, 5 if width > NARROW else 3):
        yield words(
            scale.x(step, width), HIGH - BASE + 16, step, anchor="end" if step == scale.last else "middle"
        )
    yield tag("path", class_="axis", d=f"M{LEFT} {TOP}V{HIGH - BASE}H{width - RIGHT}")
    yield words(LEFT + (width - LEFT - RIGHT) / 2, HIGH - 6, picture.of)


def _round_steps(last: int, most: int) -> list[int]:
    """0 and round numbers up to the last step."""
    step = 10 ** max(len(str(last)) - 2, 0)
    while last / step > most:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return [*range(0, last + 1, max(step, 1))]


def _band(band: Reference, scale: AxisScale, width: int) -> Iterator[Markup]:
    upper = _points(band.steps, band.high, scale, width)
    lower = _points(band.steps, band.low, scale, width)[::-1]
    yield tag("path", class_="band", d="M" + "L".join([*upper, *lower]) + "z")
    yield tag("path", class_="refline", d="M" + "L".join(_points(band.steps, band.middle, scale, width)))


def _points(steps: Sequence[int], losses: Sequence[float], scale: AxisScale, width: int) -> list[str]:
    return [f"{scale.x(s, width):.1f} {scale.y(x):.1f}" for s, x in zip(steps, losses, strict=True)]


def _path(line: LossLine, scale: AxisScale, width: int) -> str:
    """The line, broken where a loss is not finite."""
    parts, pen = [], "M"
    for step, loss in zip(line.steps, line.losses, strict=True):
        if loss is None:
            pen = "M"
            continue
        parts.append(f"{pen}{scale.x(step, width):.1f} {scale.y(loss):.1f}")
        pen = "L"
    return "".join(parts)


def _labels(picture: Curve, scale: AxisScale, width: int) -> Iterator[Markup]:
    """The labels on the lines; the reference's is moved aside where the lines meet."""
    at = scale.x(picture.yours.steps[-1], width) - 2
    last = next((x for x in reversed(picture.yours.losses) if x is not None), None)
    y = scale.y(last) - 7 if last is not None else TOP + 14
    y = max(y, TOP + 12)
    yield words(at, y, "yours", "b s-fail halo", "end")
    if picture.band:
        i = round(0.45 * (len(picture.band.steps) - 1))
        x, v = scale.x(picture.band.steps[i], width), scale.y(picture.band.middle[i])
        beneath = min(v + 18, HIGH - BASE - 6)
        yield words(x + 6, beneath, "reference", "tick halo", "start")
    if picture.goal:
        yield words(
            LEFT + 5, scale.y(picture.goal) + 13, f"goal {measure(picture.goal)}", "tick halo", "start"
        )


def _summary(picture: Curve) -> str:
    """The last loss of the student and of the reference, as a sentence."""
    last = picture.yours.losses[-1]
    if last is None:
        text = f"Your loss is not finite after {picture.yours.steps[-1]} steps"
    else:
        text = f"Your loss is {number(last)} after {picture.yours.steps[-1]} steps"
    if picture.band:
        text += (
            f"; the reference's median is {number(picture.band.middle[-1])} after {picture.band.steps[-1]}"
        )
    return f"{text}."


def _tables(picture: Curve) -> Iterable[Markup]:
    yours = picture.yours
    yield table("Your loss", ("Step", "Loss"), zip(map(str, yours.steps), yours.losses, strict=True))
    if picture.band:
        band = picture.band
        rows = zip(map(str, band.steps), band.low, band.middle, band.high, strict=True)
        yield table("The reference's", ("Step", "Least", "Median", "Largest"), rows)
