"""Which tests of a pack are about gradients, by their ids: a pack says it nowhere else."""

from __future__ import annotations

from collections.abc import Iterable

from grader.packs import TestRow

WORDS = ("gradient", "backward", "signal", "derivative", "vjp")


def ids(tests: Iterable[TestRow]) -> tuple[str, ...]:
    """The ids of the tests with one of the words in them."""
    return tuple(test.id for test in tests if any(word in test.id for word in WORDS))
