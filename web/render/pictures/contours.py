"""Level lines and regions of a grid of numbers, by marching squares, as SVG paths.

A grid holds rows of values at whole-numbered points (column, row); None is no value. `Place` maps
such a point, fractions too, to the picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

Grid = Sequence[Sequence[float | None]]
Place = Callable[[float, float], tuple[float, float]]
Point = tuple[float, float]

CORNERS = ((0, 0), (1, 0), (1, 1), (0, 1))


def region(grid: Grid, level: float, place: Place) -> str:
    """The path of everything above the level; whole cells of a row are drawn as one."""
    parts: list[str] = []
    for r in range(len(grid) - 1):
        run = 0
        for c in range(len(grid[0])):
            whole = c < len(grid[0]) - 1 and _above(grid, r, c, level) == 4
            if whole:
                run += 1
                continue
            if run:
                parts.append(_polygon([(c - run, r), (c, r), (c, r + 1), (c - run, r + 1)], place))
                run = 0
            if c < len(grid[0]) - 1 and _above(grid, r, c, level) > 0:
                parts.extend(_polygon(p, place) for p in _clipped(grid, r, c, level))
    return "".join(parts)


def lines(grid: Grid, level: float, place: Place) -> str:
    """The path of the level line, its pieces joined end to end."""
    links: dict[Point, list[Point]] = {}
    for r in range(len(grid) - 1):
        for c in range(len(grid[0]) - 1):
            for a, b in _segments(grid, r, c, level):
                links.setdefault(a, []).append(b)
                links.setdefault(b, []).append(a)
    return "".join(_walked(links, place))


def _walked(links: dict[Point, list[Point]], place: Place) -> Iterator[str]:
    """Each joined piece as a path; open ones first, so that what remains are loops."""
    ends = [p for p, others in links.items() if len(others) == 1]
    for start in [*ends, *links]:
        if not links[start]:
            continue
        here, walked = start, [start]
        while links[here]:
            there = links[here].pop()
            links[there].remove(here)
            walked.append(there)
            here = there
        yield "M" + "L".join("{:.1f} {:.1f}".format(*place(*p)) for p in walked)


def _values(grid: Grid, r: int, c: int) -> list[float] | None:
    found = [grid[r + j][c + i] for i, j in CORNERS]
    return None if any(v is None for v in found) else found  # type: ignore[return-value]


def _above(grid: Grid, r: int, c: int, level: float) -> int:
    """How many corners of the cell lie above the level; 0 if one has no value."""
    values = _values(grid, r, c)
    return 0 if values is None else sum(v > level for v in values)


def _crossing(r: int, c: int, i: int, values: Sequence[float], level: float) -> Point:
    """Where the level crosses the cell's side from corner i to the next; the same seen from both cells."""
    k = (i + 1) % 4
    (xa, ya), a = CORNERS[i], values[i]
    (xb, yb), b = CORNERS[k], values[k]
    if (xa, ya) > (xb, yb):
        xa, ya, a, xb, yb, b = xb, yb, b, xa, ya, a
    share = 0.5 if b / 2 - a / 2 == 0 else (level / 2 - a / 2) / (b / 2 - a / 2)  # halves can't overflow
    share = round(min(max(share, 0.0), 1.0), 6)
    return c + xa + share * (xb - xa), r + ya + share * (yb - ya)


def _clipped(grid: Grid, r: int, c: int, level: float) -> Iterator[list[Point]]:
    """The part of a cell above the level; of two opposite corners, each its own piece."""
    values = _values(grid, r, c)
    if values is None:
        return
    up = [v > level for v in values]
    if up in ([True, False, True, False], [False, True, False, True]):
        for i in (0, 1, 2, 3):
            if up[i]:
                before = _crossing(r, c, (i - 1) % 4, values, level)
                yield [before, _corner(r, c, i), _crossing(r, c, i, values, level)]
        return
    polygon: list[Point] = []
    for i in range(4):
        if up[i]:
            polygon.append(_corner(r, c, i))
        if up[i] != up[(i + 1) % 4]:
            polygon.append(_crossing(r, c, i, values, level))
    yield polygon


def _segments(grid: Grid, r: int, c: int, level: float) -> Iterator[tuple[Point, Point]]:
    values = _values(grid, r, c)
    if values is None:
        return
    up = [v > level for v in values]
    crossed = [i for i in range(4) if up[i] != up[(i + 1) % 4]]
    points = [_crossing(r, c, i, values, level) for i in crossed]
    if len(points) == 2 and points[0] != points[1]:
        yield points[0], points[1]
    elif len(points) == 4:
        pairs = ((3, 0), (1, 2)) if up[0] else ((0, 1), (2, 3))
        yield from ((points[a], points[b]) for a, b in pairs if points[a] != points[b])


def _corner(r: int, c: int, i: int) -> Point:
    return c + CORNERS[i][0], r + CORNERS[i][1]


def _polygon(points: Sequence[Point], place: Place) -> str:
    return "M" + "L".join("{:.1f} {:.1f}".format(*place(*p)) for p in points) + "z"
