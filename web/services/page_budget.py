"""How much of the tests' details one page shows, so that it stays small for a phone on a bad line.

The first cause is shown whole; what is left out has a link to the test's own page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from grader.grading.visible import VisibleResult
from web.render.pictures import render_picture
from web.services.causes import Cause

PICTURES_MOST = 38_000
"""Characters of markup that the drawings of one page take."""
ROWS_MOST, ROWS_FEW, TEXT_MOST = 12, 3, 2_000
"""Rows of one table (few in a test that is not the first of its cause), and characters of one text."""


@dataclass(frozen=True)
class Budget:
    """The pictures that a page shows, by the test that has them: those of a diagnosis first, then those of
    the tests. `rows` and `text` limit each test's tables and texts; those in `few` have shorter tables."""

    graphs: Mapping[str, Markup] = field(default_factory=dict)
    pictures: Mapping[str, tuple[Markup, ...]] = field(default_factory=dict)
    rows: int = ROWS_MOST
    text: int = TEXT_MOST
    few: frozenset[str] = frozenset()

    def rows_of(self, test: VisibleResult) -> int:
        """How many rows the tables of this test have."""
        return ROWS_FEW if test.id in self.few else self.rows

    def leaves_out(self, test: VisibleResult) -> bool:
        """Whether the test has more than this page shows."""
        drawn = len(self.pictures.get(test.id, ()))
        texts = max(len(test.output), len(test.traceback), len(test.message))
        return (
            drawn < len(test.pictures)
            or max(len(test.numbers), len(test.cases)) > self.rows_of(test)
            or texts > self.text
        )


def for_causes(
    causes: Iterable[Cause], others: Iterable[VisibleResult], address: Callable[[str], str]
) -> Budget:
    """The budget of the submission's page: graphs first, then the pictures of each cause's first test, then
    those of the others, as long as they fit. `address` is that of a test's own page, where the pictures'
    numbers are."""
    found, left = tuple(causes), PICTURES_MOST
    graphs: dict[str, Markup] = {}
    pictures: dict[str, tuple[Markup, ...]] = {}
    for cause in found:
        drawn = Markup() if cause.graph is None or left <= 0 else render_picture(cause.graph)
        if drawn and (len(drawn) <= left or not graphs):
            graphs[cause.first.id] = drawn
            left -= len(drawn)
    rest = [test for cause in found for test in cause.tests[1:]]
    for test in [*(cause.first for cause in found), *rest, *others]:
        shown = tuple(_fitting(test, left, address(test.id)))
        if shown:
            pictures[test.id] = shown
            left -= sum(map(len, shown))
    return Budget(graphs, pictures, few=frozenset(test.id for test in rest))


def _fitting(test: VisibleResult, left: int, address: str) -> Iterator[Markup]:
    """The test's pictures that fit into this many characters."""
    for picture in test.pictures:
        drawn = render_picture(picture, address) if left > 0 else Markup()
        left -= len(drawn)
        if drawn and left >= 0:
            yield drawn


def for_one(test: VisibleResult) -> Budget:
    """The budget of the test's own page: all pictures, and long tables and texts."""
    return Budget({}, {test.id: tuple(map(render_picture, test.pictures))}, rows=200, text=20_000)
