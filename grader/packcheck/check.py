"""Prove a pack before anyone sees it: run solution, starter and mistakes in the sandbox."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from grader.grading.client import Runner
from grader.grading.errors import RunnerError
from grader.grading.grade import Draw, grade
from grader.grading.report import Report, Result
from grader.grading.submission import Submission
from grader.logs import bind, bound_id
from grader.packcheck import coverage, mutants, steps, variants
from grader.packcheck.errors import Unanswered
from grader.packcheck.report import CheckReport, Flakiness, Matrix, Mutants, Step
from grader.packs import Pack
from grader.values import Cause
from grader.values.faults import Fault

DRAWS = 20
SHOWN_DRAWS = 5  # of which each failure is shown


def check(
    pack: Pack,
    client: Runner,
    *,
    on_step: Callable[[Step], None] = lambda _: None,
    jobs: int = 1,
    draws: int = DRAWS,
    most_mutants: int = mutants.MOST,
    found: Sequence[Fault] = (),
) -> CheckReport:
    """Check this pack, `jobs` gradings at a time; `on_step` is called with each step as it ends.

    The solution is graded on `draws` draws, mistakes on two of them, and at most `most_mutants` slips
    are made in the solution (0: none). `found` are the faults that reading the pack found; `pack` is
    then the pack without its faulty parts. Where pack.toml, files and tests contradict each other, only
    what can contradict them further is tried.

    A pack whose tests can't be collected, or stop by themselves, is not proven, without the
    rest. Raises Unanswered or RunnerError if nothing can be said by fault of ours.
    """
    return _Check(pack, client, on_step, jobs, draws, most_mutants).run(found)


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
    ) -> None:
        self.pack, self.client, self.on_step, self.jobs = pack, client, on_step, jobs
        self.draws, self.most_mutants = max(1, draws), most_mutants
        self.steps: list[Step] = []
        self.matrix = Matrix(tuple(row.id for row in pack.tests), ())
        self.solution: list[Report] = []
        self.flakiness: Flakiness | None = None
        self.mutants: Mutants | None = None

    def run(self, found: Sequence[Fault]) -> CheckReport:
        """All steps in order; the later ones only if the tests can run at all."""
        self.add(steps.files_step(self.pack, found))
        self.add(steps.handout_step(self.pack))
        self.add(steps.bundle_step(self.pack))
        items = self.collect()
        if all(step.proven or not step.declared for step in self.steps):
            self.run_all()
        elif items:
            self.run_declared(items)
        pack = self.pack
        return CheckReport(
            pack.id, pack.content_digest, tuple(self.steps), self.matrix, self.flakiness, self.mutants
        )

    def run_all(self) -> None:
        """Every question that needs the tests."""
        if self.run_solution():
            self.run_starter()
            self.run_mistakes()
            self.add(steps.tests_step(self.matrix))
            self.add(coverage.coverage_step(self.matrix))
            self.run_zeros()
            self.run_mutants()

    def run_declared(self, items: Sequence[str]) -> None:
        """Do the mistakes fail what pack.toml says, of the tests that there are?"""
        self.pack = variants.with_tests(self.pack, items)
        self.matrix = Matrix(tuple(row.id for row in self.pack.tests), ())
        required = {row.name for row in self.pack.manifest.files if row.required}
        if self.pack.tests and required <= set(self.pack.below("solution")):
            self.solution = [self.grade(variants.solution(self.pack), 0)]
            self.add(steps.solution_step(self.pack, self.solution))
            if not self.solution[0].internal:
                self.run_mistakes()

    def collect(self) -> tuple[str, ...]:
        """Add what pytest collects; the test functions, none if there are errors."""
        try:
            found = self.client.collect(self.pack.pack_files)
        except RunnerError as error:
            if error.cause is not Cause.PACK:
                raise
            self.add(steps.collection_step(self.pack, (), (error.detail,), ()))
            return ()
        self.add(steps.collection_step(self.pack, found.items, found.errors, found.wide))
        return () if found.errors else found.items

    def run_solution(self) -> bool:
        """Full marks on every draw, the same twice, with room under each limit. False if the
        tests themselves stop, which makes every further step meaningless."""
        submission = variants.solution(self.pack)
        reports = self.grade_all([(submission, draw) for draw in range(self.draws)])
        self.solution, self.flakiness = reports, coverage.flakiness(reports)
        self.add(steps.solution_step(self.pack, reports[:SHOWN_DRAWS]))
        if any(report.internal for report in reports):
            return False
        self.add(coverage.flakiness_step(self.flakiness, reports))
        self.add(steps.repeat_step(reports[0], self.grade(submission, 0)))
        self.add(steps.headroom_step(self.pack, reports))
        return True

    def run_starter(self) -> None:
        """Next to nothing, without a crash."""
        self.add(steps.starter_step(self.pack, self.grade(variants.starter(self.pack), 0)))

    def run_mistakes(self) -> None:
        """The kill matrix, on two draws (one, if the solution has one)."""
        draws = min(2, self.draws)
        mistakes = self.pack.manifest.mistakes
        submissions = [variants.mistake(self.pack, row) for row in mistakes]
        reports = self.grade_all([(submission, draw) for submission in submissions for draw in range(draws)])
        rows, faults = [], []
        for row, one, other in zip(mistakes, reports[::draws], reports[draws - 1 :: draws], strict=True):
            title = self.pack.manifest.mistake_title(row)
            rows.append((title, _failed(one)))
            faults += steps.unsteady(self.pack, row, _failed(one), _failed(other))
            faults += steps.stopped(self.pack, row, one)
        self.matrix = replace(self.matrix, rows=tuple(rows))
        unsolved = {test for report in self.solution for test in _failed(report)}
        self.add(steps.mistakes_step(self.pack, self.matrix, faults, unsolved))

    def run_zeros(self) -> None:
        """Functions that answer zeros."""
        zeros = list(variants.zeroed(self.pack))
        answers = self.grade_all([(submission, 0) for _, submission in zeros])
        names = (chosen for chosen, _ in zeros)
        self.add(steps.zeros_step(self.pack, zip(names, answers, strict=True)))

    def run_mutants(self) -> None:
        """Slips made in the solution by ourselves, each graded until a test fails it."""
        files = variants.solution(self.pack).files
        asked = [(name, data) for name, data in files if name.endswith(".py")] if self.most_mutants else []
        possible, made = self.client.mutants(asked, self.most_mutants) if asked else (0, ())
        pack = mutants.short_limits(self.pack, self.solution)
        found = mutants.fates(
            pack, made, lambda mutant: self.grade(mutant, 0, pack, mutants.notice), self.jobs
        )
        self.mutants = mutants.summed_up(possible, made, found)
        self.add(mutants.mutants_step(self.mutants, self.most_mutants))

    def grade_all(self, orders: Sequence[tuple[Submission, int]]) -> list[Report]:
        """Gradings of (submission, draw) in their order, several at a time."""
        with ThreadPoolExecutor(self.jobs, initializer=bind, initargs=(bound_id(),)) as pool:
            return list(pool.map(lambda order: self.grade(*order), orders))

    def grade(
        self,
        submission: Submission,
        draw: int,
        pack: Pack | None = None,
        on_result: Callable[[Result], None] | None = None,
    ) -> Report:
        """One grading on one of the check's own draws. Raises Unanswered if it is our fault."""
        own = Draw(secret=b"gradecheck: pack check", team=f"draw {draw}")
        report = grade(pack or self.pack, submission, self.client, draw=own, on_result=on_result)
        for result in report.internal:
            if result.cause is Cause.SYSTEM:
                raise Unanswered(result.detail)
        return report

    def add(self, step: Step) -> None:
        """Keep a step, and call `on_step` with it."""
        self.steps.append(step)
        self.on_step(step)


def _failed(report: Report) -> tuple[str, ...]:
    return tuple(result.id for result in report.results if steps.failed(result))
