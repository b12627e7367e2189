"""Finds the line that is wrong behind the failed rows of a grading.

The candidate of a search changes the student's functions and says what they return then; which values are
right is compared here. What is found is proven with the changed file in a new candidate: by the rows that
failed, on three draws, and by those that passed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from grader.examiner.clues import Clue, Row
from grader.examiner.rows import Rows
from grader.examiner.variants import Change, Searcher, Variants
from grader.kit.candidate import Candidate
from grader.values import Ended, TestPlan, Verdict, Visibility
from grader.values.lines import Line, Spot
from grader.values.student_faults import StudentFault
from grader.wire import WireError

MOST_TRIES = 4000  # changes tried for one function
MOST_SEARCHES = 3  # of one visibility
MOST_CALLS = 40  # of a row that is run again for a proof
MOST_PROOFS = 6  # of one search
MOST_FURTHER = 400  # changes tried after the first that fits
MOST_CHECKS = 6  # other calls whose value a change must make right too
LARGE = 12.0  # numbers beyond it saturate units, so that many changes look right
NEAR = 0.4  # in cost: other places whose change says no more are named too
DRAWS = 3


class LineSearch:
    """The searches of one grading."""

    def __init__(self, rows: Rows, variants: Variants, known: Sequence[Row]) -> None:
        self._rows, self._variants, self._known = rows, variants, known
        self._found: list[tuple[Change, Line]] = []

    def lines(self, visibility: Visibility) -> dict[str, Line]:
        """The line behind each failed row of this visibility, for those where one was found."""
        found: dict[str, Line] = {}
        clues = [clue for row in self._of(visibility) for clue in row.clues]
        for change, before in self._found:  # of the visible rows, so that nothing is searched for twice
            if not clues:
                break
            with contextlib.suppress(WireError, StudentFault):
                passes = self._proven(change, clues[0].plan, visibility)
                found |= dict.fromkeys(passes, replace(before, explains=passes))
        for path in list(dict.fromkeys(clue.path for clue in clues))[:MOST_SEARCHES]:
            open_ = [clue for clue in clues if clue.path == path and clue.plan.id not in found]
            if not open_:
                continue
            with contextlib.suppress(WireError, StudentFault):
                line = self._search(_best_first(open_), visibility)
                if line is not None:
                    found |= dict.fromkeys(line.explains, line)
        return found

    def _of(self, visibility: Visibility) -> list[Row]:
        return [row for row in self._known if row.plan.visibility is visibility]

    def _search(self, clues: Sequence[Clue], visibility: Visibility) -> Line | None:
        """The line behind these clues, which are of one function."""
        with self._variants.searcher(visibility, clues[0].plan.key) as searcher:
            fitting, tried = _fitting(searcher, clues)
        proven: list[Change] = []
        explains: tuple[str, ...] = ()
        for change in fitting:
            now = self._proven(change, clues[0].plan, visibility)
            if now and (not proven or change.cost <= proven[0].cost + NEAR):
                proven.append(change)
                explains = explains or now
        if not proven:
            return None
        line = _line(proven, explains, tried, self._variants.sources)
        self._found.append((proven[0], line))
        return line

    def _proven(self, change: Change, plan: TestPlan, visibility: Visibility) -> tuple[str, ...]:
        """The failed rows that pass with this change; none if the row of the search fails on one of three
        draws, or a row that passed fails."""
        rows = [row for row in self._of(visibility) if row.calls <= MOST_CALLS or row.plan.id == plan.id]
        passes: list[str] = []
        with self._variants.changed(visibility, change) as candidate:
            for draw in range(DRAWS):
                if self._ended(replace(plan, key=plan.key ^ draw << 64), candidate) is not Verdict.PASSED:
                    return ()
            for row in rows:
                verdict = self._ended(row.plan, candidate)
                if row.verdict is Verdict.PASSED and verdict is not Verdict.PASSED:
                    return ()
                if row.verdict is not Verdict.PASSED and verdict is Verdict.PASSED:
                    passes.append(row.plan.id)
        return tuple(passes)

    def _ended(self, plan: TestPlan, candidate: Candidate) -> Verdict:
        candidate.begin(plan.visibility, plan.key)
        ended: Ended = self._rows.run(plan, candidate)
        self._rows.unexplained.pop()
        return Verdict.ERROR if ended.lost else ended.outcome.verdict


def _fitting(searcher: Searcher, clues: Sequence[Clue]) -> tuple[list[Change], int]:
    """The changes that make the values of all clues right, one for each place, and how many were tried before
    the first."""
    first, others = clues[0], clues[1 : 1 + MOST_CHECKS]
    rights = first.rights(first.call.value)
    value = searcher.start(first.call.request, rights, MOST_TRIES)
    if first.rights(value) != rights:
        return [], 0  # another value than in the test: the program keeps something between calls
    fitting: list[Change] = []
    tried = 0
    for number, value, tries in searcher.values():
        if not all(first.rights(value).values()):
            if fitting and tries > tried + MOST_FURTHER:
                break
            continue
        if fitting and searcher.cost(number) > fitting[0].cost + 2 * NEAR:
            break
        for at, change in enumerate(searcher.changes(number)):
            if not _same_place(change, fitting) and all(_right(c, searcher, number, at) for c in others):
                fitting.append(change)
                tried = tried or tries
                break
        if len(fitting) >= MOST_PROOFS:
            break
    return fitting, tried


def _right(clue: Clue, searcher: Searcher, number: int, at: int) -> bool:
    found, value = searcher.again(number, at, clue.call.request)
    return found and all(clue.rights(value).values())


def _best_first(clues: Sequence[Clue]) -> list[Clue]:
    """The clues in the order in which they serve: ordinary numbers, most parts wrong, few numbers."""

    def key(clue: Clue) -> tuple[bool, int, int]:
        numbers = list(_numbers(clue.call.request["args"]))
        largest = max((float(np.max(np.abs(n))) for n in numbers if n.size), default=0.0)
        return largest > LARGE, -clue.wrong, sum(n.size for n in numbers)

    return sorted(clues, key=key)


def _numbers(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _numbers(item)
    elif isinstance(value, int | float | np.ndarray | np.number) and np.asarray(value).dtype.kind in "biuf":
        yield np.asarray(value, dtype=float)


def _same_place(change: Change, others: Sequence[Change]) -> bool:
    return any(change.file == o.file and change.start == o.start for o in others)


def _line(proven: Sequence[Change], explains: tuple[str, ...], tried: int, sources: dict[str, str]) -> Line:
    first = proven[0]
    spots = [_spot(change, sources) for change in proven]
    also: list[Spot] = []
    for spot in spots[1:]:
        if all((spot.file, spot.line) != (s.file, s.line) for s in (spots[0], *also)):
            also.append(spot)
    old = sources[first.file].encode()[first.start : first.end].decode("utf-8", "replace")
    text = sources[first.file].split("\n")[spots[0].line - 1]
    return Line(
        spots[0], text, first.function, first.kind, old, first.text, tuple(also), tried, DRAWS, explains
    )


def _spot(change: Change, sources: dict[str, str]) -> Spot:
    raw = sources[change.file].encode()

    def place(offset: int) -> tuple[int, int]:
        before = raw[:offset].decode("utf-8", "replace")
        return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1)

    return Spot(change.file, *place(change.start), *place(change.end))
