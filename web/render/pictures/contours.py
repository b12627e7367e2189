"""Level lines and regions of a grid of numbers, found by contourpy, as SVG paths.

A grid holds rows of values at whole-numbered points (column, row); None is no value. `Place` maps
such a point, fractions too, to the picture.
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
Arrays = list[NDArray[Any]]  # contourpy's types leave open which kind of result was asked for

SCALE = 0.25  # of values and levels, so that differences of the largest numbers don't overflow


def region(grid: Grid, level: float, place: Place) -> str:
    """The path of everything above the level; holes run the other way round."""
    areas, offsets = cast("tuple[Arrays, Arrays]", _contours(grid).filled(level * SCALE, np.inf))
    rings = (
        points[first:last]
        for points, cuts in zip(areas, offsets, strict=True)
        for first, last in pairwise(cuts)
    )
    return "".join(_path(ring[:-1], place) + "z" for ring in rings)


def lines(grid: Grid, level: float, place: Place) -> str:
    """The path of the level line, its pieces joined end to end."""
    found = cast("Arrays", _contours(grid).lines(level * SCALE))
    return "".join(_path(line, place) for line in found)


def _contours(grid: Grid) -> ContourGenerator:
    z = np.array(grid, dtype=float) * SCALE  # None becomes NaN
    return contour_generator(
        z=np.ma.masked_invalid(z),
        corner_mask=False,  # a cell with a corner without value is left out whole
        line_type=LineType.Separate,
        fill_type=FillType.OuterOffset,
    )


def _path(points: Iterable[tuple[float, float]], place: Place) -> str:
    return "M" + "L".join("{:.1f} {:.1f}".format(*place(*point)) for point in points)
