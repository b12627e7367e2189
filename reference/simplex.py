"""Whether lambda >= 0 with A lambda = c exists, decided in whole numbers.

The first phase of the simplex method: artificial unknowns start at c, and pivots reduce their
sum. Bland's rule (always take the first column that improves) prevents endless cycles.
The entries stay whole numbers, as Edmonds showed: after each pivot all its entries are minors of A,
with the last pivot as their common denominator, so divisions leave no remainder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np

from reference.arrays import Array


@dataclass(frozen=True)
class Solution:
    """Either a solution lambda (n,), or None and prices y (m,): y . A <= 0 in every column and
    y . c > 0, so that no lambda >= 0 can have A lambda = c."""

    solution: tuple[Fraction, ...] | None
    prices: tuple[Fraction, ...]


def solve(columns: Sequence[Sequence[Fraction]], target: Sequence[Fraction]) -> Solution:
    """A lambda >= 0 with A lambda = c, or the prices that prove that there is none, from the n columns of A,
    each (m,), and c >= 0 (m,)."""
    rows = [[column[i] for column in columns] for i in range(len(target))]
    scales = [lcm(*(v.denominator for v in (*row, c))) for row, c in zip(rows, target, strict=True)]
    tableau = _Tableau(rows, list(target), scales)
    while tableau.improve():
        pass
    if tableau.shortfall() == 0:
        return Solution(tableau.solution(), ())
    return Solution(None, tuple(y * scale for y, scale in zip(tableau.prices(), scales, strict=True)))


class _Tableau:
    """Rows of A | I | c in whole numbers, each times its scale, and below them the costs: by how
    much the sum of the artificial unknowns falls per unit of each column. All divided by `denominator`."""

    def __init__(self, rows: list[list[Fraction]], target: list[Fraction], scales: list[int]) -> None:
        self.count, self.unknowns = len(rows), len(rows[0])
        body = np.zeros((self.count + 1, self.unknowns + self.count + 1), dtype=object)
        for i, (row, c, scale) in enumerate(zip(rows, target, scales, strict=True)):
            body[i, : self.unknowns] = [int(v * scale) for v in row]
            body[i, self.unknowns + i] = 1
            body[i, -1] = int(c * scale)
        body[-1] = body[:-1].sum(axis=0)
        body[-1, self.unknowns : -1] = 0
        self.body: Array = body
        self.basis = [self.unknowns + i for i in range(self.count)]
        self.denominator = 1

    def improve(self) -> bool:
        """Do one pivot by Bland's rule; False if the sum is at its minimum."""
        gains = np.flatnonzero(self.body[-1, : self.unknowns] > 0)
        if not gains.size or self.shortfall() == 0:
            return False
        entering = int(gains[0])
        column = self.body[:-1, entering]
        ratios = [
            (Fraction(int(self.body[i, -1]), int(column[i])), self.basis[i], i)
            for i in range(self.count)
            if column[i] > 0
        ]
        self._pivot(min(ratios)[2], entering)
        return True

    def _pivot(self, leaving: int, entering: int) -> None:
        pivot, row = self.body[leaving, entering], self.body[leaving].copy()
        self.body = (self.body * pivot - np.outer(self.body[:, entering], row)) // self.denominator
        self.body[leaving] = row
        self.denominator = pivot
        self.basis[leaving] = entering

    def shortfall(self) -> Fraction:
        """The sum of the artificial unknowns."""
        return Fraction(int(self.body[-1, -1]), int(self.denominator))

    def solution(self) -> tuple[Fraction, ...]:
        """The value of each unknown: its row's right-hand side if it is in the basis, else 0."""
        at = {column: i for i, column in enumerate(self.basis)}
        return tuple(
            Fraction(int(self.body[at[j], -1]), int(self.denominator)) if j in at else Fraction(0)
            for j in range(self.unknowns)
        )

    def prices(self) -> tuple[Fraction, ...]:
        """y (m,), one for each scaled row: 1 plus the cost row's entry under its artificial unknown."""
        entries = self.body[-1, self.unknowns : -1]
        return tuple(1 + Fraction(int(v), int(self.denominator)) for v in entries)
