"""Grades one submission: draws keys, sends the order to a runner, counts points, makes the report."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from grader import __version__
from grader.grading import needs
from grader.grading.client import Runner
from grader.grading.errors import RunnerError
from grader.grading.report import GradedFile, PackIdentity, Report, Result
from grader.grading.row_result import make_result
from grader.grading.submission import Submission
from grader.logs import bound_id, emit, events
from grader.packs import Pack, TestRow
from grader.values import Cause, Mode, Order, Outcome, TestPlan, Verdict, Visibility

PUBLIC_SECRET = b"gradecheck: a draw that anyone may repeat"


@dataclass(frozen=True)
class Draw:
    """How the tests' random numbers are drawn. For hidden tests from the assignment's secret and the
    team, so that every attempt of a team gets the same; for visible ones from the submitted files, so that
    the answers of one attempt are of no use in the next; or, if the row says so, from the test's id alone.
    `files` stands for the digest of the submitted files. `recorded` keys (test id to key) of an earlier
    report replace all these, for an exact replay."""

    secret: bytes = field(default=PUBLIC_SECRET, repr=False)
    team: str = ""
    recorded: Mapping[str, int] = field(default_factory=dict)
    files: str = ""

    def key(self, row: TestRow, files: str) -> int:
        """The 128-bit key of one test's `rng`. `files` is the digest of the submitted files."""
        if row.id in self.recorded:
            return self.recorded[row.id]
        if row.visibility is Visibility.HIDDEN:
            digest = hmac.digest(self.secret, f"{self.team}\0{row.id}".encode(), "sha256")
        elif row.draw == "fixed":
            digest = hashlib.sha256(row.id.encode()).digest()
        else:
            digest = hashlib.sha256(f"{self.files or files}\0{row.id}".encode()).digest()
        return int.from_bytes(digest[:16], "big")


def grade(
    pack: Pack,
    submission: Submission,
    client: Runner,
    *,
    draw: Draw,
    on_result: Callable[[Result], None] | None = None,
    retries: int = 3,
    rehearse: bool = True,
    explain: bool = True,
    proven: bool = False,
    bulk: bool = False,
    pause_s: float = 0.2,
) -> Report:
    """The report on this submission. `on_result` is called once with each result, when it is final.
    Faults of the system are retried up to `retries` times with growing pauses. Tests that still fail
    are INTERNAL in the report, and its score is None then. Without `explain`, no diagnosis is made, and no
    picture for which the student's code is called again. `proven`: the pack's solution is known to pass on
    this draw. With `bulk`, students' gradings come first."""
    run = _Run(pack, submission, client, draw, on_result or (lambda _: None), rehearse, explain, proven, bulk)
    for attempt in range(retries + 1):
        if attempt:
            emit(events.JobRetried(round=attempt + 1, tests=len(run.missing)))
            time.sleep(pause_s * 2 ** (attempt - 1))
        run.attempt()
        if not run.missing:
            break
    run.give_up()
    return run.report()


class _Run:
    """One grading in progress: the final results, and the tests still to be run."""

    def __init__(
        self,
        pack: Pack,
        submission: Submission,
        client: Runner,
        draw: Draw,
        on_result: Callable[[Result], None],
        rehearse: bool,
        explain: bool,
        proven: bool,
        bulk: bool,
    ) -> None:
        self.pack, self.submission, self.client, self.draw = pack, submission, client, draw
        self.on_result, self.rehearse, self.explain = on_result, rehearse, explain
        self.proven, self.bulk = proven, bulk
        self.rows = {row.id: row for row in pack.tests}
        self.keys = {row.id: draw.key(row, submission.digest) for row in pack.tests}
        self.own: dict[str, Result] = {}  # of each test by itself
        self.results: dict[str, Result] = {}  # final: with what their rows need
        self.trouble = ""  # the error of the last attempt, for staff
        self.mode: Mode | None = None
        self.engine: Mapping[str, str] = {}
        self.timings: tuple[tuple[str, float], ...] = ()

    @property
    def missing(self) -> list[TestRow]:
        """The rows without a result, in the pack's order."""
        return [row for row in self.pack.tests if row.id not in self.own]

    def attempt(self) -> None:
        """Have the runner run the missing tests, and store the final results."""
        try:
            graded = self.client.grade(self.order(), self.take)
            for outcome in graded.outcomes:
                self.take(outcome)
            self.mode, self.timings, self.engine = graded.mode, graded.timings, graded.engine
        except RunnerError as error:
            self.trouble = error.detail
            if error.cause is Cause.PACK:
                self.settle_rest(Cause.PACK)

    def order(self) -> Order:
        """The order for the rows that are missing."""
        manifest = self.pack.manifest
        tests = tuple(
            TestPlan(
                row.id,
                row.visibility,
                manifest.limits_of(row),
                self.keys[row.id],
                row.partial,
                own_text=row.own_text,
            )
            for row in self.missing
        )
        return Order(
            pack=self.pack.pack_files,
            names=self.pack.names,
            files=self.submission.files,
            tests=tests,
            answers=manifest.answers,
            total_s=manifest.limits.total_s,
            seed=self.seed(),
            rehearse=self.rehearse,
            proven=self.proven,
            id=bound_id(),
            explain=self.explain,
            bulk=self.bulk,
        )

    def seed(self) -> int:
        """What the student's unseeded generators begin with: derived from the keys of all rows, by a
        hash that tells nothing about them."""
        keys = " ".join(map(str, self.keys.values()))
        return int.from_bytes(hashlib.sha256(keys.encode()).digest()[:16], "big")

    def take(self, outcome: Outcome) -> None:
        """Store an outcome, unless its test is unknown or finished, or should be tried again."""
        row = self.rows.get(outcome.id)
        if row is None or row.id in self.own:
            return
        if outcome.verdict is Verdict.INTERNAL and outcome.cause is not Cause.PACK:
            self.trouble = outcome.detail or outcome.message
            return
        self.settle(row, outcome)

    def settle(self, row: TestRow, outcome: Outcome) -> None:
        """Make an outcome the result of its row, and call `on_result` with each result that is final now:
        those whose needed rows have theirs."""
        self.own[row.id] = make_result(row, outcome, self.keys[row.id])
        ready = self.ready()
        while ready:
            for row in ready:
                result = needs.counted(row, self.own[row.id], self.results)
                self.results[row.id] = result
                self.on_result(result)
            ready = self.ready()

    def ready(self) -> list[TestRow]:
        """The rows whose own result and needed rows' final results are known, but not yet their final one."""
        return [
            row
            for row in self.pack.tests
            if row.id in self.own
            and row.id not in self.results
            and all(need in self.results for entry in row.needed for need in entry if need in self.rows)
        ]

    def settle_rest(self, cause: Cause) -> None:
        """Make all missing results INTERNAL with this cause."""
        for row in self.missing:
            self.settle(row, Outcome(row.id, Verdict.INTERNAL, cause=cause, detail=self.trouble))

    def give_up(self) -> None:
        """After the last attempt: make all missing results INTERNAL, by our fault."""
        self.trouble = self.trouble or "the runner sent no outcome for this test"
        self.settle_rest(Cause.SYSTEM)

    def report(self) -> Report:
        """The report, with one result for each row, in the pack's order."""
        pack = self.pack
        return Report(
            pack=PackIdentity(pack.id, pack.title, pack.content_digest, pack.grading_digest),
            files=tuple(GradedFile(*file) for file in self.submission.sha256s),
            results=tuple(self.results.get(row.id, self.own[row.id]) for row in pack.tests),
            mode=self.mode,
            engine={"gradecheck": __version__, **self.engine},
            draw=self.draw.team,
            replay=f"grader grade {' '.join(pack.names)} --pack {pack.id} --replay REPORT.json",
            timings=self.timings,
            showing=pack.manifest.showing,
        )
