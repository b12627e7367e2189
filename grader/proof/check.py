"""Prove a pack before anyone sees it: run solution, starter and mistakes in the sandbox."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Protocol

from grader.grade import Draw, Grader, grade
from grader.pack import Pack
from grader.proof import steps, variants
from grader.proof.report import CheckReport, Matrix, Step
from grader.report import Report
from grader.submission import Submission
from grader.values import Cause, PackFiles

DRAWS = 5


class Collection(Protocol):
    """What pytest found in a pack; `grader.client.Collected` is one."""

    @property
    def items(self) -> tuple[str, ...]: ...
    @property
    def errors(self) -> tuple[str, ...]: ...
    @property
    def wide(self) -> tuple[str, ...]: ...


class Prover(Grader, Protocol):
    """What a proof needs of a client; `grader.client.Client` is one."""

    def collect(self, pack: PackFiles) -> Collection: ...


def check(
    pack: Pack,
    client: Prover,
    *,
    on_step: Callable[[Step], None] = lambda _: None,
    jobs: int = 1,
) -> CheckReport:
    """The proof of this pack, `jobs` gradings at a time; `on_step` is told each step as it ends.

    A pack whose tests can't be collected, or stop by themselves, is not proven, without the
    rest. Raises Unanswered, or the client's error, if nothing can be said by fault of ours.
    """
    return _Proof(pack, client, on_step, jobs).run()


class Unanswered(RuntimeError):
    """The runner could not grade: nothing is said about the pack, try again."""


class _Proof:
    def __init__(self, pack: Pack, client: Prover, on_step: Callable[[Step], None], jobs: int) -> None:
        self.pack, self.client, self.on_step, self.jobs = pack, client, on_step, jobs
        self.steps: list[Step] = []
        self.matrix = Matrix(tuple(row.id for row in pack.tests), ())

    def run(self) -> CheckReport:
        """All steps in order; the later ones only if the tests can run at all."""
        self.add(steps.handout_step(self.pack))
        self.add(steps.bundle_step(self.pack))
        self.add(self.collection())
        if self.steps[-1].proven and self.run_solution():
            self.run_starter()
            self.run_mistakes()
        return CheckReport(self.pack.id, self.pack.content_digest, tuple(self.steps), self.matrix)

    def collection(self) -> Step:
        """What pytest collects; a pack that can't even be collected is proven wrong."""
        try:
            found = self.client.collect(self.pack.pack_files)
        except Exception as error:
            if getattr(error, "cause", None) is not Cause.PACK:
                raise
            return steps.collection_step(self.pack, (), (str(error),), ())
        return steps.collection_step(self.pack, found.items, found.errors, found.wide)

    def run_solution(self) -> bool:
        """Full marks on every draw, the same twice, with room under each limit. False if the
        tests themselves stop, which makes every further step meaningless."""
        submission = variants.solution(self.pack)
        reports = self.grade_all([(submission, draw) for draw in range(DRAWS)])
        self.add(steps.solution_step(self.pack, reports))
        if any(report.internal for report in reports):
            return False
        self.add(steps.repeat_step(reports[0], self.grade(submission, 0)))
        self.add(steps.headroom_step(self.pack, reports))
        return True

    def run_starter(self) -> None:
        """Next to nothing, without a crash."""
        self.add(steps.starter_step(self.pack, self.grade(variants.starter(self.pack), 0)))

    def run_mistakes(self) -> None:
        """The kill matrix, and functions that answer zeros."""
        mistakes = self.pack.manifest.mistakes
        submissions = [variants.mistake(self.pack, row) for row in mistakes]
        reports = self.grade_all([(submission, draw) for submission in submissions for draw in (0, 1)])
        rows, faults = [], []
        for row, one, two in zip(mistakes, reports[::2], reports[1::2], strict=True):
            title = self.pack.manifest.mistake_title(row)
            rows.append((title, _failed(one)))
            faults += steps.unsteady(title, _failed(one), _failed(two))
            faults += steps.stopped(title, one)
        self.matrix = replace(self.matrix, rows=tuple(rows))
        self.add(steps.mistakes_step(self.pack, self.matrix, faults))
        self.add(steps.tests_step(self.matrix))
        zeros = list(variants.zeroed(self.pack))
        answers = self.grade_all([(submission, 0) for _, submission in zeros])
        names = (chosen for chosen, _ in zeros)
        self.add(steps.zeros_step(self.pack, zip(names, answers, strict=True)))

    def grade_all(self, orders: Sequence[tuple[Submission, int]]) -> list[Report]:
        """Gradings of (submission, draw) in their order, several at a time."""
        with ThreadPoolExecutor(self.jobs) as pool:
            return list(pool.map(lambda order: self.grade(*order), orders))

    def grade(self, submission: Submission, draw: int) -> Report:
        """One grading on one of the proof's own draws. Raises Unanswered if it is our fault."""
        own = Draw(secret=b"gradecheck: pack check", team=f"draw {draw}")
        report = grade(self.pack, submission, self.client, draw=own)
        for result in report.internal:
            if result.cause is Cause.SYSTEM:
                raise Unanswered(result.detail)
        return report

    def add(self, step: Step) -> None:
        """Keep a step and tell it."""
        self.steps.append(step)
        self.on_step(step)


def _failed(report: Report) -> tuple[str, ...]:
    return tuple(result.id for result in report.results if steps.failed(result))
