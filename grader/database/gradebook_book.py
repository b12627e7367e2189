"""A gradebook as it was loaded: its columns, and what every student has in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from grader.database import final_marks
from grader.database.final_marks import Total, Weighted
from grader.database.gradebook_cells import EMPTY, ZERO, Cell
from grader.database.models import Assignment, Category


@dataclass(frozen=True)
class Item:
    """A column of the gradebook: an assignment or one that people mark. `of` is its maximum (None while
    nobody has a score); `shown_at` is when its marks were published."""

    key: str
    id: int
    title: str
    category_id: int | None
    of: Decimal | None
    shown_at: datetime | None
    assignment: Assignment | None = None

    @property
    def is_assignment(self) -> bool:
        return self.assignment is not None


@dataclass(frozen=True)
class Book:
    """The gradebook of a course, or of some of its students: categories, columns in their order, and cells by
    user id and the column's key."""

    categories: tuple[Category, ...]
    items: tuple[Item, ...]
    cells: Mapping[int, Mapping[str, Cell]]

    @cached_property
    def weights(self) -> tuple[Weighted, ...]:
        return tuple(Weighted(row.id, row.weight, row.drop_lowest) for row in self.categories)

    @property
    def weight_sum(self) -> Decimal:
        return sum((row.weight for row in self.categories), ZERO)

    def of(self, user_id: int) -> Mapping[str, Cell]:
        """The cells of one student, by the column's key."""
        return self.cells.get(user_id, {})

    def total(self, user_id: int, instead: Mapping[str, Decimal] | None = None) -> Total:
        """What a student has so far; `instead` are percentages that replace what counts, by the column's
        key."""
        cells, groups = self.of(user_id), []
        for category, keys in self._groups:
            found = [cells[key].percent if key in cells else None for key in keys]
            if instead:
                found = [instead.get(key, percent) for key, percent in zip(keys, found, strict=True)]
            counted: Sequence[str] = keys
            if None in found:
                counted = [key for key, percent in zip(keys, found, strict=True) if percent is not None]
            groups.append((category, counted, [percent for percent in found if percent is not None]))
        return final_marks.total_of(groups)

    def tally(self, key: str) -> tuple[tuple[Cell, int], ...]:
        """The different cells of a column, and how many students have each: far fewer than students."""
        column = [row.get(key, EMPTY) for row in self.cells.values()]
        by_id = {id(cell): cell for cell in column}
        return tuple((by_id[same], count) for same, count in Counter(map(id, column)).items())

    @cached_property
    def _groups(self) -> tuple[tuple[Weighted, tuple[str, ...]], ...]:
        """The categories with the keys of their columns."""
        return tuple((row, tuple(item.key for item in self.in_category(row.id))) for row in self.weights)

    def published(self, also: Collection[str] = (), without: Collection[str] = ()) -> Book:
        """The same with only the columns whose marks students see; `also` and `without` as if those had been
        published or taken back."""
        kept = (
            item
            for item in self.items
            if (item.shown_at is not None or item.key in also) and item.key not in without
        )
        return replace(self, items=tuple(kept))

    def in_category(self, category_id: int | None) -> tuple[Item, ...]:
        """The columns of a category, or of none."""
        return tuple(item for item in self.items if item.category_id == category_id)
