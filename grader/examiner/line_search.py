"""Finds the line that is wrong behind the failed rows of a grading.

The candidate of a search changes the student's functions and says what they return then; which values are
right is compared here. What is found is proven with the changed file in a new candidate: by the rows that
failed, on three draws, and by those that passed. Where a test compares nothing of what a call returned, it is
run again with the values of changed calls.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from grader.examiner.by_tests import (
    MOST_REPLAYED,
    MOST_REPLAYS,
    Proof,
    can_be_told,
    find_passing,
    serving_first,
)
from grader.examiner.clues import Clue, Row
from grader.examiner.fitting import Fitting, best_first, find_fitting
from grader.examiner.judging import MOST_PATHS, Judged
from grader.examiner.rows import Rows
from grader.examiner.variants import Change, Variants
from grader.kit.candidate import Candidate
from grader.values import Ended, TestPlan, Verdict, Visibility
from grader.values.lines import Line, Spot
from grader.values.student_faults import StudentFault
from grader.wire import WireError

MOST_SEARCHES = 3  # of one visibility
MOST_BY_TESTS = 2  # searches of one visibility in which a test judges
MOST_CALLS = 120  # of a row that is run again for a proof
MOST_PROOFS = 6  # of one search
NEAR = 0.4  # in cost: other places whose change says no more are named too
DRAWS = 3


class LineSearch:
    """The searches of one grading."""

    def __init__(self, rows: Rows, variants: Variants, known: Sequence[Row]) -> None:
        self._rows, self._variants, self._known = rows, variants, known
        self._found: list[tuple[Sequence[Change], Line]] = []

    def lines(self, visibility: Visibility) -> dict[str, Line]:
        """The line behind each failed row of this visibility, for those where one was found."""
        found: dict[str, Line] = {}
        clues = [clue for row in self._of(visibility) for clue in row.clues]
        judged = [case for row in self._of(visibility) for case in row.judged]
        plans = [clue.plan for clue in clues] + [case.plan for case in judged]
        for changes, before in self._found:  # of the visible rows, so that nothing is searched for twice
            if not plans:
                break
            with contextlib.suppress(WireError, StudentFault):
                passes = self._proof(changes, plans[0], visibility).passes
                if self._is_whole(visibility, passes):
                    own = self._own(visibility, passes)
                    found |= dict.fromkeys(own, replace(before, explains=own))
        for path in list(dict.fromkeys(clue.path for clue in clues))[:MOST_SEARCHES]:
            open_ = [clue for clue in clues if clue.path == path and clue.plan.id not in found]
            if not open_:
                continue
            with contextlib.suppress(WireError, StudentFault):
                line = self._search(best_first(open_), visibility)
                if line is not None:
                    found |= dict.fromkeys(line.explains, line)
        compared = {clue.path for clue in clues}  # what is known exactly of a function decides about it
        cases = [case for case in serving_first(judged) if not compared.intersection(case.paths)]
        return found | self._by_tests(cases, found, visibility)

    def _by_tests(
        self, cases: Sequence[Judged], known: Mapping[str, Line], visibility: Visibility
    ) -> dict[str, Line]:
        """The lines behind cases that failed without a clue."""
        found: dict[str, Line] = {}
        searches = 0
        for case in cases:
            if searches == MOST_BY_TESTS:
                break
            if case.plan.id in known or case.plan.id in found:
                continue
            searches += 1
            with contextlib.suppress(WireError, StudentFault):
                line = self._by_test(case, visibility)
                if line is not None:
                    found |= dict.fromkeys(line.explains, line)
        return found

    def _by_test(self, case: Judged, visibility: Visibility) -> Line | None:
        """The line behind one case; none if its test can't tell what is right."""
        proven: list[tuple[Change, Proof]] = []
        sharp, tried = True, 0
        paths = self._open_to_doubt(case, visibility)[:MOST_PATHS]
        if not paths:
            return None
        most = min(MOST_REPLAYS, MOST_REPLAYED // len(case.calls)) // len(paths)
        for path in paths:
            with self._variants.searcher(visibility, case.plan.key) as searcher:
                passing = find_passing(searcher, case.judge(path), most)
            for change in passing.changes:
                proof = self._proof([change], case.plan, visibility)
                if proof:
                    proven.append((change, proof))
                    sharp, tried = sharp and passing.sharp, tried or passing.tried
        failed = sum(row.verdict is not Verdict.PASSED for row in self._evidence(visibility))
        if not proven or not can_be_told([proof for _, proof in proven], sharp=sharp, failed=failed):
            return None
        return self._named([(change, proof.passes) for change, proof in proven], tried, visibility)

    def _open_to_doubt(self, case: Judged, visibility: Visibility) -> list[str]:
        """The functions of a case that may be the wrong one. Where it calls several it only tells that they
        do not belong together: of these, none that alone made another test pass."""
        rows = self._evidence(visibility)
        alone = [row.paths for row in rows if row.verdict is Verdict.PASSED and len(row.paths) == 1]
        trusted = frozenset().union(*alone) if len(case.paths) > 1 else frozenset()
        return [path for path in case.paths if path not in trusted]

    def _of(self, visibility: Visibility) -> list[Row]:
        return [row for row in self._known if row.plan.visibility is visibility]

    def _own(self, visibility: Visibility, rows: Sequence[str]) -> tuple[str, ...]:
        """Those of these rows that have this visibility."""
        own = {row.plan.id for row in self._of(visibility)}
        return tuple(row for row in rows if row in own)

    def _is_whole(self, visibility: Visibility, passes: Sequence[str]) -> bool:
        """Whether a change with which these rows pass leaves no failed row unexplained that calls a function
        of theirs: else it is at most a part of what is wrong, or makes rows pass by chance."""
        rows = self._provable(visibility)
        paths = {path for row in rows if row.plan.id in passes for path in row.paths}
        return all(
            row.verdict is Verdict.PASSED or row.plan.id in passes or not row.paths & paths for row in rows
        )

    def _provable(self, visibility: Visibility, plan: TestPlan | None = None) -> list[Row]:
        """The rows that are run for a proof: those of few calls, and that of the search."""
        rows = self._evidence(visibility)
        return [r for r in rows if r.calls <= MOST_CALLS or (plan is not None and r.plan.id == plan.id)]

    def _evidence(self, visibility: Visibility) -> list[Row]:
        """The rows of this visibility. For hidden ones also the visible rows, in the same process. For
        visible ones no hidden row: their lines are shown before its release."""
        shown = [row for row in self._known if row.plan.visibility is not visibility]
        return [*self._of(visibility), *(shown if visibility is Visibility.HIDDEN else ())]

    def _search(self, clues: Sequence[Clue], visibility: Visibility) -> Line | None:
        """The line behind these clues, which are of one function: of the places that explain most, the
        cheapest change; of equal ones, that which ran last."""
        provable = {row.plan.id for row in self._provable(visibility, clues[0].plan)}
        failed = {clue.plan.id for clue in clues} & provable
        proven: list[tuple[Change, tuple[str, ...]]] = []
        proofs: dict[Change, tuple[str, ...]] = {}
        for near in (NEAR, None):  # dear changes are tried only if the cheap ones do not explain everything
            with self._variants.searcher(visibility, clues[0].plan.key) as searcher:
                found = find_fitting(searcher, clues, near)
            proven = []
            for change in found.whole:
                if proven and change.cost > proven[0][0].cost + NEAR and failed <= set(proven[0][1]):
                    break
                if change not in proofs:
                    proofs[change] = self._proven([change], clues[0].plan, visibility)
                if proofs[change]:
                    proven.append((change, proofs[change]))
            if not found.whole or (proven and _explains_all(proven[0], found.whole[0], failed)):
                break
        if not proven:
            return self._pair(found, clues[0].plan, visibility)
        return self._named(proven, found.tried, visibility)

    def _named(
        self, proven: Sequence[tuple[Change, tuple[str, ...]]], tried: int, visibility: Visibility
    ) -> Line | None:
        """The line of proven changes, each with the rows that it explains; None if these are not all, or fail
        on further draws."""
        explains = max((passes for _, passes in proven), key=len)
        best = _nearest([change for change, passes in proven if len(passes) == len(explains)])
        best = [c for c in best if self._holds([c], explains, visibility)]
        if not best or not self._is_whole(visibility, explains):
            return None
        line = _line(best, self._own(visibility, explains), tried, self._variants.sources)
        self._found.append(([best[0]], line))
        return line

    def _pair(self, found: Fitting, plan: TestPlan, visibility: Visibility) -> Line | None:
        """The line of two changes that are right together, each for a part of the value."""
        for pair in found.pairs()[:MOST_PROOFS]:
            passes = self._proof(pair, plan, visibility).passes
            whole = passes and self._is_whole(visibility, passes)
            if whole and self._holds(pair, passes, visibility):
                first, second = pair
                line = _line([first], self._own(visibility, passes), found.tried, self._variants.sources)
                line = replace(line, together=(_spot(second, self._variants.sources),))
                self._found.append((pair, line))
                return line
        return None

    def _proven(self, changes: Sequence[Change], plan: TestPlan, visibility: Visibility) -> tuple[str, ...]:
        """The failed rows that pass with these changes, as far as that is proven."""
        return self._proof(changes, plan, visibility).passes

    def _proof(self, changes: Sequence[Change], plan: TestPlan, visibility: Visibility) -> Proof:
        """The failed rows that pass with these changes; none if the row of the search fails on one of three
        draws, or a row that passed fails: for hidden rows also one of the visible ones, which everybody may
        know."""
        rows = self._provable(visibility, plan)
        passes: list[str] = []
        with self._variants.changed(visibility, changes) as candidate:
            for draw in range(DRAWS):
                if self._ended(replace(plan, key=plan.key ^ draw << 64), candidate) is not Verdict.PASSED:
                    return Proof()
            values = tuple(candidate.values)
            for row in rows:
                if row.plan.id == plan.id:  # the first of the three draws
                    passes.append(row.plan.id)
                    continue
                verdict = self._ended(replace(row.plan, visibility=visibility), candidate)
                if row.verdict is Verdict.PASSED and verdict is not Verdict.PASSED:
                    return Proof()
                if row.verdict is not Verdict.PASSED and verdict is Verdict.PASSED:
                    passes.append(row.plan.id)
        return Proof(tuple(passes), values)

    def _holds(self, changes: Sequence[Change], rows: Sequence[str], visibility: Visibility) -> bool:
        """Whether these rows pass with the changes on further draws too."""
        plans = [row.plan for row in self._provable(visibility) if row.plan.id in rows]
        with self._variants.changed(visibility, changes) as candidate:
            return all(
                self._ended(replace(plan, visibility=visibility, key=plan.key ^ draw << 64), candidate)
                is Verdict.PASSED
                for draw in range(1, DRAWS)
                for plan in plans
            )

    def _ended(self, plan: TestPlan, candidate: Candidate) -> Verdict:
        candidate.begin(plan.visibility, plan.key)
        ended: Ended = self._rows.run(plan, candidate)
        self._rows.unexplained.pop()
        return Verdict.ERROR if ended.lost else ended.outcome.verdict


def _explains_all(proven: tuple[Change, tuple[str, ...]], first: Change, failed: set[str]) -> bool:
    """Whether a proven change leaves no failed row unexplained, and is as cheap as the first that fits."""
    change, passes = proven
    return failed <= set(passes) and change.cost <= first.cost


def _nearest(changes: Sequence[Change]) -> list[Change]:
    """Those that say about as little as the cheapest, the one whose line ran last first: it is the nearest to
    the wrong value."""
    least = min(change.cost for change in changes)
    return sorted((c for c in changes if c.cost <= least + NEAR), key=lambda c: (-c.when, c.cost))


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
        spots[0],
        text,
        first.function,
        first.kind,
        old,
        first.text,
        tuple(also),
        tried=tried,
        draws=DRAWS,
        explains=explains,
    )


def _spot(change: Change, sources: dict[str, str]) -> Spot:
    raw = sources[change.file].encode()

    def place(offset: int) -> tuple[int, int]:
        before = raw[:offset].decode("utf-8", "replace")
        return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1)

    return Spot(change.file, *place(change.start), *place(change.end))
