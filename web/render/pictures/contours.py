"""Level lines and regions of a grid of numbers, found by contourpy, as SVG paths.

A grid contains rows of values at integer points (column, row); None means no value. `Place` maps such
a point, or a point between them, to the coordinates of the picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, cast

import numpy as np
from contourpy import ContourGenerator, FillType, LineType, contour_generator
from numpy.typing import NDArray

Grid = Sequence[Sequence[float | None]]
Place = Callable[[float, float], tuple[float, float]]
Arrays = list[NDArray[Any]]  # contourpy's types don't say which kind of result is returned

SCALE = 0.25  # factor on values and levels, so that differences of the largest numbers don't overflow


def region(grid: Grid, level: float, place: Place) -> str:
    """The path of the region above the level; holes run in the opposite direction."""
    areas, offsets = cast("tuple[Arrays, Arrays]", _contours(grid).filled(level * SCALE, np.inf))
    outlines = (
        points[first:last]
        for points, cuts in zip(areas, offsets, strict=True)
        for first, last in pairwise(cuts)
    )
    return "".join(_path(outline[:-1], place) + "z" for outline in outlines)


def lines(grid: Grid, level: float, place: Place) -> str:
    """The path of the level line, its connected pieces joined."""
    pieces = cast("Arrays", _contours(grid).lines(level * SCALE))
    return "".join(_path(line, place) for line in pieces)


def _contours(grid: Grid) -> ContourGenerator:
    z = np.array(grid, dtype=float) * SCALE  # None becomes NaN
    return contour_generator(
        z=np.ma.masked_invalid(z),
        corner_mask=False,  # a cell is left out if one of its corners has no value
        line_type=LineType.Separate,
        fill_type=FillType.OuterOffset,
    )


def _path(points: Iterable[tuple[float, float]], place: Place) -> str:
    return "M" + "L".join("{:.1f} {:.1f}".format(*place(*point)) for point in points)
