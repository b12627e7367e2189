"""Draws functions of a plane: a decision boundary, and a loss surface with the path of the descent."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from markupsafe import Markup

from grader.grading.pictures import Boundary, Surface
from grader.values.numbers import measure
from web.render.pictures import contours
from web.render.pictures.svg import NARROW, Figure, drawing, key, number, table, tag, words

WIDE = 316
LEFT, RIGHT, TOP, BASE = 34, 6, 6, 36  # margins around the plot
COARSE = 9  # rows and columns of the table of a grid


class Plot:
    """A square plot: the positions of numbers, its frame and its ticks."""

    def __init__(self, width: int, x: Sequence[float], y: Sequence[float]) -> None:
        self.width, self.x, self.y = width, x, y
        self.side = width - LEFT - RIGHT
        self.height = TOP + self.side + BASE

    def at(self, x: float, y: float) -> tuple[float, float]:
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        return LEFT + across * self.side, TOP + (1 - up) * self.side

    def of_grid(self, grid: Sequence[Sequence[object]]) -> contours.Place:
        rows, columns = len(grid) - 1, len(grid[0]) - 1
        return lambda c, r: (LEFT + c / columns * self.side, TOP + (1 - r / rows) * self.side)

    def within(self, x: float, y: float) -> bool:
        return self.x[0] <= x <= self.x[1] and self.y[0] <= y <= self.y[1]

    def frame(self, names: tuple[str, str]) -> Iterator[Markup]:
        yield tag("rect", class_="axis", x=LEFT, y=TOP, width=self.side, height=self.side)
        for x in _ticks(*self.x):
            yield words(self.at(x, self.y[0])[0], TOP + self.side + 14, measure(x))
        for y in _ticks(*self.y):
            yield words(LEFT - 5, self.at(self.x[0], y)[1] + 4, measure(y), anchor="end")
        yield words(LEFT + self.side / 2, self.height - 6, names[0])
        yield words(11, TOP + self.side / 2, names[1])


def _ticks(low: float, high: float) -> list[float]:
    """Two to five round numbers between `low` and `high`."""
    step = 10.0 ** math.floor(math.log10((high - low) / 2))
    while (high - low) / step > 5:
        step *= 2 if str(step).lstrip("0.")[:1] in "15" else 2.5
    first = math.ceil(low / step)
    return [round(i * step, 12) + 0.0 for i in range(first, math.floor(high / step) + 1)]


def _both(draw: Callable[[int], Markup]) -> Markup:
    """The drawing twice: for wide pages and for phones; one of them shows."""
    return tag("div", draw(WIDE), class_="only-wide") + tag("div", draw(NARROW), class_="only-narrow")


# --- the decision boundary ------------------------------------------------


def draw_boundary(picture: Boundary, title: str) -> Figure:
    """The figure of a decision boundary."""
    level = measure(picture.level)
    caption = [
        f"Shaded, solid line: where your net's output is above {level}.",
        "Dashed line: the same for the reference." if picture.reference else "",
        f"Disc: the target is above {level}; square: it is not. The numbers are your net's outputs."
        if picture.points
        else "",
        _unanswered(picture),
        picture.note,
    ]
    tables = [_points(picture)] if picture.points else []
    tables.append(_grid_table("Your net's outputs on a coarser grid", picture.answers, picture))
    return Figure("boundary", title, _both(lambda width: _boundary(picture, width)), caption, tables)


def _boundary(picture: Boundary, width: int) -> Markup:
    span = (picture.low, picture.high)
    plot = Plot(width, span, span)
    place = plot.of_grid(picture.answers)
    marks = [tag("path", class_="region", d=contours.region(picture.answers, picture.level, place))]
    marks += plot.frame(("x₁", "x₂"))
    if picture.reference:
        marks.append(
            tag("path", class_="bound-ref", d=contours.lines(picture.reference, picture.level, place))
        )
    marks.append(tag("path", class_="bound", d=contours.lines(picture.answers, picture.level, place)))
    for dot in picture.points:
        if plot.within(*dot.at):
            marks += _dot(
                plot.at(*dot.at), dot.target > picture.level, dot.answer, few=len(picture.points) <= 12
            )
    return drawing(plot.width, plot.height, _spoken_boundary(picture), marks)


def _dot(at: tuple[float, float], is_one: bool, answer: float | None, *, few: bool) -> Iterator[Markup]:
    x, y = at
    size = 5.5 if few else 3.5
    if is_one:
        yield tag("circle", class_="pt one", cx=x, cy=y, r=size)
    else:
        yield tag("rect", class_="pt", x=x - size, y=y - size, width=2 * size, height=2 * size)
    if few:
        shown = number(answer) if answer is None or abs(answer) >= 100 else f"{answer:.2f}".replace("-", "−")
        yield words(x + 10, y - 8, shown, "val halo", "start")


def _spoken_boundary(picture: Boundary) -> str:
    known = [a for row in picture.answers for a in row if a is not None]
    share = 100 * sum(a > picture.level for a in known) / max(len(known), 1)
    span = f"[{measure(picture.low)}, {measure(picture.high)}]²"
    return f"Your net's output is above {measure(picture.level)} on {share:.0f} % of {span}."


def _unanswered(picture: Boundary) -> str:
    count = sum(a is None for row in picture.answers for a in row)
    return (
        f"At {count} points of the grid the output is not finite; nothing is shaded there." if count else ""
    )


def _points(picture: Boundary) -> Markup:
    rows = [
        (
            f"({measure(dot.at[0])}, {measure(dot.at[1])})",
            dot.target,
            dot.answer,
            _side(dot.answer, dot.target, picture.level),
        )
        for dot in picture.points
    ]
    return table("The points", ("Point", "Target", "Your output", "Side"), rows)


def _side(answer: float | None, target: float, level: float) -> str:
    if answer is None:
        return "–"
    return "✓ right" if (answer > level) == (target > level) else "✕ wrong side"


def _grid_table(caption: str, grid: Sequence[Sequence[float | None]], picture: Boundary) -> Markup:
    span = picture.high - picture.low
    chosen = (
        [round(i * (len(grid) - 1) / (COARSE - 1)) for i in range(COARSE)]
        if len(grid) > COARSE
        else [*range(len(grid))]
    )
    where = {i: measure(round(picture.low + span * i / (len(grid) - 1), 3)) for i in chosen}
    rows = [(f"x₂ = {where[r]}", *(grid[r][c] for c in chosen)) for r in reversed(chosen)]
    return table(caption, ("At", *(f"x₁ = {where[c]}" for c in chosen)), rows)


# --- the loss surface -----------------------------------------------------


def draw_surface(picture: Surface, title: str) -> Figure:
    """The figure of a loss surface and the path in it."""
    levels = _levels(picture)
    first, last = picture.path[0], picture.path[-1]
    caption = [
        f"Your path goes from the square (step {first.step}, loss {number(first.loss)}) to the disc "
        f"(step {last.step}, loss {number(last.loss)}); the lighter the colour, the lower the loss.",
        "Across and up: the two directions in which your parameters moved most, with "
        f"{100 * picture.share:.0f} % of the path’s variance; the shading is the loss in their plane.",
        picture.note,
    ]
    texts = [f"≤ {measure(level)}" for level in levels]
    texts.append(f"> {measure(levels[-1])}" if levels else "the same everywhere")
    drawn = _both(lambda width: _surface(picture, levels, width)) + key(
        [(f"h{i}", text) for i, text in enumerate(texts, start=1)]
    )
    rows = [(f"step {p.step}", p.at[0], p.at[1], p.loss) for p in picture.path]
    path = table("The path", ("After", "across", "up", "Loss"), rows)
    return Figure("surface", title, drawn, caption, [path, _losses(picture)])


def _levels(picture: Surface) -> list[float]:
    """Four losses between the smallest and the largest on the plane, evenly spaced on a log scale."""
    known = sorted(x for row in picture.losses for x in row if x is not None and x > 0)
    if not known or known[-1] <= known[0] * (1 + 1e-9):
        return []
    low, high = math.log10(known[0]), math.log10(known[-1])
    low = max(low, high - 8)
    return [float(f"{10 ** (low + (high - low) * i / 5):.2g}") for i in range(1, 5)]


def _surface(picture: Surface, levels: Sequence[float], width: int) -> Markup:
    plot = Plot(width, picture.a, picture.b)
    place = plot.of_grid(picture.losses)
    marks = [tag("rect", class_="h1 flat", x=LEFT, y=TOP, width=plot.side, height=plot.side)]
    for i, level in enumerate(levels, start=2):
        marks.append(tag("path", class_=f"h{i} flat", d=contours.region(picture.losses, level, place)))
    marks += plot.frame(("across", "up"))
    path = [plot.at(*p.at) for p in picture.path if plot.within(*p.at)]
    if path:
        d = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in path)
        marks += [tag("path", class_="track-under", d=d), tag("path", class_="track", d=d)]
        marks += [tag("circle", class_="track-at", cx=x, cy=y, r=2.0) for x, y in path[1:-1]]
        (x, y), (u, v) = path[0], path[-1]
        marks.append(tag("rect", class_="pt", x=x - 5, y=y - 5, width=10, height=10))
        marks.append(tag("circle", class_="pt one", cx=u, cy=v, r=5.5))
    first, last = picture.path[0], picture.path[-1]
    title = f"The path over the loss surface, from loss {number(first.loss)} to {number(last.loss)}."
    return drawing(plot.width, plot.height, title, marks)


def _losses(picture: Surface) -> Markup:
    rows, columns = (_chosen(len(side)) for side in (picture.losses, picture.losses[0]))
    across = {c: _coordinate(picture.a, c, len(picture.losses[0])) for c in columns}
    body = [
        (f"up {_coordinate(picture.b, r, len(picture.losses))}", *(picture.losses[r][c] for c in columns))
        for r in reversed(rows)
    ]
    return table("The loss on a coarser grid", ("At", *(f"across {across[c]}" for c in columns)), body)


def _chosen(length: int) -> list[int]:
    return (
        [*range(length)]
        if length <= COARSE
        else [round(i * (length - 1) / (COARSE - 1)) for i in range(COARSE)]
    )


def _coordinate(span: Sequence[float], i: int, length: int) -> str:
    return measure(round(span[0] + (span[1] - span[0]) * i / (length - 1), 3))
