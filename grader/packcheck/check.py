"""Checks a pack before students see it: grades solution, starter, mistakes and mutants in the sandbox."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from grader.grading.client import Runner
from grader.grading.errors import RunnerError
from grader.grading.grade import Draw, grade
from grader.grading.report import Report, Result
from grader.grading.submission import Submission
from grader.logs import bind, bound_id
from grader.packcheck import coverage, lines, mutants, odd_answers, steps, stubs, variants
from grader.packcheck.errors import MutantCaught, OutOfTime, Ungraded
from grader.packcheck.line_rows import LineRow
from grader.packcheck.report import CheckReport, Flakiness, Matrix, Mutants, Step
from grader.packs import MistakeRow, Pack
from grader.values import Cause
from grader.values.faults import Fault

DRAWS = 20
SHOWN_DRAWS = 5  # draws whose failures are shown


def check(
    pack: Pack,
    client: Runner,
    *,
    on_step: Callable[[Step], None] = lambda _: None,
    jobs: int = 1,
    draws: int = DRAWS,
    most_mutants: int = mutants.MOST,
    found: Sequence[Fault] = (),
    total_s: float = math.inf,
) -> CheckReport:
    """Check this pack, `jobs` gradings at a time; `on_step` is called with each step as it ends.

    The solution is graded on `draws` draws, mistakes on two of them, and at most `most_mutants` mutants
    of the solution (0: none). `found` are the faults from reading the pack; `pack` is then the pack
    without its faulty parts. If pack.toml, files and tests contradict each other, only the steps that
    can find more contradictions are run. With one draw the check is short: tests that a mistake is said to
    fail get less processor time, and no lines are looked for. A check that takes more than `total_s` (wall
    seconds) ends with a step that says so; its gradings never take the runner's last slot.

    If the tests can't be collected, or stop with an error of their own, the pack is not proven and the
    later steps are not run. Raises Ungraded or RunnerError if the check fails by our fault.
    """
    return _Check(pack, client, on_step, jobs, draws, most_mutants, total_s).run(found)


class _Check:
    """One check in progress: its steps and reports so far."""

    def __init__(
        self,
        pack: Pack,
        client: Runner,
        on_step: Callable[[Step], None],
        jobs: int,
        draws: int,
        most_mutants: int,
        total_s: float,
    ) -> None:
        self.total_s, self.deadline, self.gradings = total_s, time.monotonic() + total_s, 0
        self.pack, self.client, self.on_step, self.jobs = pack, client, on_step, jobs
        self.draws, self.most_mutants = max(1, draws), most_mutants
        self.steps: list[Step] = []
        self.matrix = Matrix(tuple(row.id for row in pack.tests), ())
        self.solution: list[Report] = []
        self.flakiness: Flakiness | None = None
        self.mutants: Mutants | None = None
        self.wrong: list[tuple[MistakeRow, Submission, Report]] = []  # the mistakes as they were graded
        self.lines: tuple[LineRow, ...] = ()

    def run(self, found: Sequence[Fault]) -> CheckReport:
        """Run all steps in order, the later ones only if the tests can run, and return the report."""
        self.add(steps.files_step(self.pack, found))
        self.add(steps.handout_step(self.pack))
        self.add(steps.bundle_step(self.pack))
        try:
            self.run_tests()
        except OutOfTime:
            self.add(steps.time_step(self.pack, self.total_s, self.gradings))
        pack, taken = self.pack, tuple(self.steps)
        return CheckReport(
            pack.id, pack.content_digest, taken, self.matrix, self.flakiness, self.mutants, self.lines
        )

    def run_tests(self) -> None:
        """Run the steps that collect or run the tests. Raises OutOfTime."""
        items = self.collect()
        if all(step.proven or not step.declared for step in self.steps):
            self.run_all()
        elif items:
            self.run_declared(items)

    def run_all(self) -> None:
        """Run every step that needs the tests."""
        if self.run_solution():
            self.run_starter()
            self.run_mistakes()
            self.add(steps.tests_step(self.matrix))
            self.add(coverage.coverage_step(self.matrix))
            self.run_zeros()
            self.run_stubs()
            self.run_odd_answers()
            self.run_mutants()
            if self.draws > 1:
                self.run_lines()

    def run_declared(self, items: Sequence[str]) -> None:
        """Run solution and mistakes against the tests that exist, to compare them with pack.toml."""
        self.pack = variants.with_tests(self.pack, items)
        self.matrix = Matrix(tuple(row.id for row in self.pack.tests), ())
        required = {row.name for row in self.pack.manifest.files if row.required}
        if self.pack.tests and required <= set(self.pack.below("solution")):
            self.solution = [self.grade(variants.solution(self.pack), 0)]
            solved = steps.solution_step(self.pack, self.solution)
            self.add(solved)
            if solved.proven:
                self.run_mistakes()

    def collect(self) -> tuple[str, ...]:
        """Add the step on collection, and return the test functions; none if there are errors."""
        try:
            collected = self.client.collect(self.pack.pack_files)
        except RunnerError as error:
            if error.cause is not Cause.PACK:
                raise
            self.add(steps.collection_step(self.pack, (), (error.detail,), ()))
            return ()
        self.add(steps.collection_step(self.pack, collected.items, collected.errors, collected.wide))
        return () if collected.errors else collected.items

    def run_solution(self) -> bool:
        """Grade the solution on every draw, and add the steps on it. False if it doesn't earn all points:
        every later step compares with it, and would mean nothing."""
        submission = variants.solution(self.pack)
        reports = self.grade_all([(submission, draw) for draw in range(self.draws)])
        self.solution, self.flakiness = reports, coverage.flakiness(reports)
        solved = steps.solution_step(self.pack, reports[:SHOWN_DRAWS])
        self.add(solved)
        if not solved.proven:
            return False
        steady = coverage.flakiness_step(self.flakiness, reports)
        self.add(steady)
        if not steady.proven:
            return False
        self.add(steps.repeat_step(reports[0], self.grade(submission, 0)))
        self.add(steps.headroom_step(self.pack, reports))
        return True

    def run_starter(self) -> None:
        """Grade the starter: it must earn very few points and must not crash."""
        self.add(steps.starter_step(self.pack, self.grade(variants.starter(self.pack), 0)))

    def run_mistakes(self) -> None:
        """Grade every mistake on two draws (one, if the solution is graded on one), for the kill matrix."""
        draws = min(2, self.draws)
        mistakes = self.pack.manifest.mistakes
        orders = [
            (variants.mistake(self.pack, row), draw, self.for_mistake(row))
            for row in mistakes
            for draw in range(draws)
        ]
        with self.pool() as pool:
            reports = list(pool.map(lambda order: self.grade(*order), orders))
        rows, faults = [], []
        for row, first, second in zip(mistakes, reports[::draws], reports[draws - 1 :: draws], strict=True):
            title = self.pack.manifest.mistake_title(row)
            rows.append((title, _failed(first)))
            self.wrong.append((row, variants.mistake(self.pack, row), first))
            faults += steps.unsteady(self.pack, row, _failed(first), _failed(second))
            faults += steps.stopped(self.pack, row, first)
        self.matrix = replace(self.matrix, rows=tuple(rows))
        self.add(steps.mistakes_step(self.pack, self.matrix, faults))

    def for_mistake(self, row: MistakeRow) -> Pack:
        """The pack to grade a mistake with. In a check of one draw, the tests it is said to fail get less
        time, so that an endless loop in it ends soon; other tests keep theirs, and must not fail."""
        if self.draws > 1:
            return self.pack
        return mutants.short_time(self.pack, self.solution, row.fails)

    def run_zeros(self) -> None:
        """Grade solutions whose functions return zeros, each until it loses points."""
        zeros = list(variants.zeroed(self.pack))
        with self.pool() as pool:
            caught = list(pool.map(lambda variant: self.loses_points(variant[1]), zeros))
        self.add(steps.zeros_step([(names, loses) for (names, _), loses in zip(zeros, caught, strict=True)]))

    def run_stubs(self) -> None:
        """Grade programs that do no work. The table of answers is from another draw, as a student's is."""
        recording = stubs.recording(self.pack)
        calls = stubs.calls_in(self.grade(recording, 1)) if recording else frozenset()
        kinds = list(stubs.stubs(self.pack, calls))
        reports = self.grade_all([(submission, 0) for _, submission in kinds])
        self.add(stubs.stubs_step(self.pack, [(k, r) for (k, _), r in zip(kinds, reports, strict=True)]))

    def run_odd_answers(self) -> None:
        """Grade solutions whose functions return odd values."""
        pack = mutants.short_limits(self.pack, self.solution)
        variants = list(odd_answers.odd_answers(self.pack, thorough=self.draws > 1))
        with self.pool() as pool:
            reports = list(pool.map(lambda odd: self.grade(odd.submission, 0, pack, proven=True), variants))
        self.add(odd_answers.odd_step(list(zip(variants, reports, strict=True))))

    def run_mutants(self) -> None:
        """Make mutants of the solution, and grade each until a test fails it."""
        files = variants.solution(self.pack).files
        python = [(name, data) for name, data in files if name.endswith(".py")] if self.most_mutants else []
        possible, chosen = self.client.mutants(python, self.most_mutants) if python else (0, ())
        pack = mutants.short_limits(self.pack, self.solution)
        trials = mutants.try_all(
            pack, chosen, lambda mutant: self.grade(mutant, 0, pack, mutants.stop_if_caught), self.jobs
        )
        self.mutants = mutants.summary(possible, chosen, trials)
        self.add(mutants.mutants_step(self.mutants, self.most_mutants))

    def run_lines(self) -> None:
        """Look for the wrong line of each mistake. It comes last, since it proves nothing: it may not use the
        time of a step that does."""
        began = time.monotonic()
        until = min(began + lines.MOST_S, self.deadline)
        self.lines = lines.look_at_all(self.pack, self.client, self.wrong, self.grade, self.jobs, until)
        self.add(lines.lines_step(self.lines, len(self.wrong), time.monotonic() - began))

    def grade_all(self, orders: Sequence[tuple[Submission, int]]) -> list[Report]:
        """The reports of these (submission, draw), in the same order, graded `jobs` at a time."""
        with self.pool() as pool:
            return list(pool.map(lambda order: self.grade(*order), orders))

    def loses_points(self, submission: Submission) -> bool:
        """Whether this submission earns less than all points. Tests after the first that shows it are not
        run."""
        try:
            self.grade(submission, 0, on_result=_stop_if_points_are_lost)
        except MutantCaught:
            return True
        return False

    def pool(self) -> ThreadPoolExecutor:
        """A pool of `jobs` threads that log under the id of this check."""
        return ThreadPoolExecutor(self.jobs, initializer=bind, initargs=(bound_id(),))

    def grade(
        self,
        submission: Submission,
        draw: int,
        pack: Pack | None = None,
        on_result: Callable[[Result], None] | None = None,
        *,
        proven: bool = False,
    ) -> Report:
        """The report of one grading on one of the check's own draws, `proven` if the solution has passed this
        draw. Raises Ungraded if we are at fault, and OutOfTime."""
        own = Draw(secret=b"gradecheck: pack check", team=f"draw {draw}", files=f"draw {draw}")
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise OutOfTime
        graded = variants.within(pack or self.pack, left)
        report = grade(
            graded,
            submission,
            self.client,
            draw=own,
            on_result=on_result,
            explain=False,
            proven=proven,
            bulk=True,
        )
        self.gradings += 1
        if time.monotonic() > self.deadline:  # its tests may have been cut short by ours
            raise OutOfTime
        for result in report.internal:
            if result.cause is Cause.SYSTEM:
                raise Ungraded(result.detail)
        return report

    def add(self, step: Step) -> None:
        """Keep a step, and call `on_step` with it."""
        self.steps.append(step)
        self.on_step(step)


def _failed(report: Report) -> tuple[str, ...]:
    return tuple(result.id for result in report.results if steps.failed(result))


def _stop_if_points_are_lost(result: Result) -> None:
    if not result.awaits_mark and result.earned != result.points:
        raise MutantCaught
