"""Regions and level lines of a grid: exactly the points above the level are shaded, for any numbers."""

import math
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.render.pictures import contours

LARGEST = 1.7e308
VALUES = st.integers(-3, 3).map(float)


def at(column, row):
    return 100 * column, 100 * row


def outlines(path):
    """The points of each closed piece of a path."""
    pieces = re.findall(r"M([^Mz]+)z", path)
    return [[tuple(map(float, point.split())) for point in piece.split("L")] for piece in pieces]


def area(path):
    """The area that the path encloses; holes, which run in the opposite direction, are subtracted."""
    return sum(
        sum(x * v - u * y for (x, y), (u, v) in pairwise([*outline, outline[0]])) / 2
        for outline in outlines(path)
    )


def inside(path, x, y):
    """Whether SVG's fill rule `nonzero` shades the point."""
    turns = 0
    for outline in outlines(path):
        for (xa, ya), (xb, yb) in pairwise([*outline, outline[0]]):
            if (ya > y) != (yb > y) and x < xa + (y - ya) / (yb - ya) * (xb - xa):
                turns += 1 if yb > ya else -1
    return turns != 0


@given(st.lists(st.lists(VALUES, min_size=5, max_size=5), min_size=5, max_size=5))
def test_a_point_is_shaded_if_its_value_is_above_the_level(grid):
    path = contours.region(grid, 0.5, at)

    for row in (1, 2, 3):
        for column in (1, 2, 3):
            assert inside(path, 100 * column + 1e-6, 100 * row + 2e-6) == (grid[row][column] > 0.5)


def test_the_edge_of_a_region_is_interpolated_between_two_values():
    assert area(contours.region([[0.0, 1.0], [0.0, 1.0]], 0.75, at)) == pytest.approx(100 * 25)


def test_a_hole_is_not_shaded():
    grid = [[math.hypot(c - 10, r - 10) for c in range(21)] for r in range(21)]

    path = contours.region(grid, 5.0, at)

    assert len(outlines(path)) == 2
    assert area(path) == pytest.approx(1e4 * (20 * 20 - math.pi * 25), rel=0.01)


def test_a_cell_is_left_out_if_a_corner_has_no_value():
    grid = [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.0, None]]

    assert area(contours.region(grid, 0.0, at)) == pytest.approx(3e4)
    assert contours.lines(grid, 0.0, at) == ""


def test_a_level_line_is_one_piece_and_ends_at_the_edges():
    grid = [[float(c) for c in range(4)] for _ in range(4)]

    (line,) = re.findall(r"M([^M]+)", contours.lines(grid, 1.5, at))

    assert sorted(line.split("L")) == ["150.0 0.0", "150.0 100.0", "150.0 200.0", "150.0 300.0"]


def test_the_largest_numbers_give_points_on_the_grid():
    grid = [[LARGEST, -LARGEST], [-LARGEST, LARGEST]]

    for path in (contours.region(grid, 0.0, at), contours.lines(grid, 0.0, at)):
        assert all(0 <= float(number) <= 100 for number in re.findall(r"[^MLz ]+", path))
