"""Faults of `needs` in pack.toml: unknown rows, circles, and needs that would show what is hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from grader.packs.manifest import Manifest, TestRow
from grader.values import Visibility
from grader.values.faults import Fault


def needs_faults(manifest: Manifest) -> Iterator[Fault]:
    """Every fault of the rows' `needs`, in the order of pack.toml."""
    rows = {row.id: row for row in reversed(manifest.tests)}  # of an id used twice, the first
    for index, row in enumerate(manifest.tests):
        key = f"tests[{index}].needs"
        for need in (need for entry in row.needed for need in entry):
            if rule := _rule_broken(row, need, rows):
                yield Fault("pack.toml", key, f'"{need}"', rule)
        circle = _circle(row.id, rows)
        if circle and row.id == min(circle):  # once for each circle
            path = " needs ".join([*circle, circle[0]])
            yield Fault("pack.toml", key, path, "rows must not need each other in a circle")


def _rule_broken(row: TestRow, need: str, rows: Mapping[str, TestRow]) -> str:
    """The rule that this need of the row breaks, "" if none."""
    needed = rows.get(need)
    if needed is None:
        return "is not the id of a test in this pack"
    if needed is row:
        return "a row can't need itself"
    if needed.by_hand:
        return "is marked by hand, after the other rows have their points"
    if row.visibility is Visibility.VISIBLE and needed.visibility is Visibility.HIDDEN:
        return "is hidden, and the points of a visible row would show its result"
    return ""


def _circle(start: str, rows: Mapping[str, TestRow]) -> tuple[str, ...]:
    """A shortest circle of needs through this row: its ids, each of which needs the next; () if none."""
    paths: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    for path in paths:
        row = rows.get(path[-1])
        for need in (need for entry in (row.needed if row else ()) for need in entry):
            if need == start and len(path) > 1:
                return path
            if need not in seen:
                seen.add(need)
                paths.append((*path, need))
    return ()
