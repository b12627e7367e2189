"""Draws heat maps: one cell for each entry, with its relative error printed in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from grader.grading.pictures import Heatmap, HeatPart
from grader.values.numbers import magnitude
from web.render.pictures.svg import (
    NARROW,
    Figure,
    apart,
    drawing,
    entry,
    key,
    number,
    scrolling,
    spoken,
    symbol,
    table,
    tag,
    words,
)  # fmt: skip

STEPS = ((1e-3, "≤ 1e−3"), (0.1, "≤ 0.1"), (0.5, "≤ 0.5"), (0.75, "≤ 0.75"), (1.0, "≤ 1"))
LEFT, TOP, HIGH = 26, 42, 26


def draw(picture: Heatmap, title: str) -> Figure:
    """The figure of a heat map."""
    maps = []
    for part in picture.parameters:
        drawn, width = _map(part)
        maps.append(drawn if width <= NARROW else scrolling(drawn, f"Relative errors of {part.name}"))
    steps = key([("h0", "✓ agrees"), *((f"h{i}", text) for i, (_, text) in enumerate(STEPS, start=1))])
    rule = "An entry’s error is |yours − expected| / (|yours| + |expected|); rows and columns count from 0."
    caption = [*(_summary(part) for part in picture.parameters), rule, picture.note]
    tables = [t for part in picture.parameters for t in _tables(part)]
    return Figure("heatmap", title, tag("div", *maps, class_="figs") + steps, caption, tables)


def _map(part: HeatPart) -> tuple[Markup, float]:
    rows, columns = len(part.errors), len(part.errors[0])
    wide = 44 if columns <= 5 else 33
    width, height = LEFT + columns * wide + 2, TOP + rows * HIGH + 2
    marks = [symbol(LEFT + columns * wide / 2, 18, part.name, bar=True)]
    if len(part.shape) > 1:
        marks += [words(LEFT + (j + 0.5) * wide, 36, j * part.block[1]) for j in range(columns)]
    for i, row in enumerate(part.errors):
        y = TOP + i * HIGH
        marks.append(words(LEFT - 7, y + 17, i * part.block[0], anchor="end"))
        for j, error in enumerate(row):
            step = _step(error, part.threshold)
            x = LEFT + j * wide
            marks.append(tag("rect", class_=f"h{step}", x=x, y=y, width=wide, height=HIGH))
            marks.append(words(x + wide / 2, y + 17, _printed(error, step), f"cell on{step}"))
    return drawing(width, height, _summary(part), marks), width


def _step(error: float | None, threshold: float) -> int:
    """0 where the entry agrees, else 1 to 5 by its error."""
    if error is None:
        return 5
    if error <= threshold:
        return 0
    return next(i for i, (most, _) in enumerate(STEPS, start=1) if error <= most)


def _printed(error: float | None, step: int) -> str:
    if step == 0:
        return "✓"
    if error is None:
        return "–"
    return f"{error:.2f}" if error >= 0.01 else magnitude(error)


def _summary(part: HeatPart) -> str:
    """How many entries are wrong, and whether they are all in one row or column."""
    name = spoken(part.name, bar=True)
    if part.wrong == part.entries:
        text = f"{name}: every entry is wrong" if part.entries > 1 else f"{name} is wrong"
    else:
        verb = "is" if part.wrong == 1 else "are"
        text = f"{name}: {part.wrong} of {part.entries} entries {verb} wrong{_where(part)}"
    if max(part.block) > 1:
        text += f"; a cell is the largest error in {part.block[0]} × {part.block[1]} entries"
    return f"{text}."


def _where(part: HeatPart) -> str:
    off = [
        (i, j)
        for i, row in enumerate(part.errors)
        for j, error in enumerate(row)
        if error is None or error > part.threshold
    ]
    if max(part.block) > 1 or len(off) < 2 or len(part.shape) != 2:
        return ""
    for axis, word, sides in ((0, "row", len(part.errors)), (1, "column", len(part.errors[0]))):
        if sides > 1 and len({place[axis] for place in off}) == 1:
            return f", all in {word} {off[0][axis]}"
    return ""


def _tables(part: HeatPart) -> Iterator[Markup]:
    name = spoken(part.name, bar=True)
    head = ("Entry", "Yours", "Expected", "Relative error")
    if part.got is not None and part.want is not None:
        yield table(f"Every entry of {name}", head, _entries(part, part.got, part.want))
        return
    columns = [str(j * part.block[1]) for j in range(len(part.errors[0]))]
    rows = [(str(i * part.block[0]), *row) for i, row in enumerate(part.errors)]
    yield table(f"Relative errors of {name}, rows down, columns across", ("Row", *columns), rows)
    worst = [(entry(part.name, w.at), *apart(w.got, w.want), number(w.error)) for w in part.worst]
    yield table(f"The entries of {name} with the largest errors", head, worst)


def _entries(
    part: HeatPart, got: Sequence[Sequence[float | None]], want: Sequence[Sequence[float | None]]
) -> Iterator[tuple[str, str, str, str]]:
    for i, errors in enumerate(part.errors):
        for j, error in enumerate(errors):
            at = _index(part.shape, i, j)
            agrees = error is not None and error <= part.threshold
            shown = f"{number(error)}{' ✓' if agrees else ''}"
            yield entry(part.name, at), *apart(got[i][j], want[i][j]), shown


def _index(shape: Sequence[int], row: int, column: int) -> list[int]:
    """The index in an array of this shape of the entry at (row, column) of its table."""
    if len(shape) < 2:
        return [row] if shape else []
    leading = []
    for side in reversed(shape[:-1]):
        row, i = divmod(row, max(side, 1))
        leading.append(i)
    return [*reversed(leading), column]
