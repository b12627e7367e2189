"""No answer of any function of a shipped pack makes a row internal, or the examiner compute for long.

`make chaos` runs it (GRADECHECK_COSTLY).
"""

from pathlib import Path

import pytest

from grader.grading.grade import Draw, grade
from grader.grading.submission import Submission
from grader.packcheck import variants
from grader.packcheck.odd_source import odd
from grader.packcheck.stubs import names_of
from grader.packs import load
from grader.runner.grading import GradingRun
from grader.values import Graded, Mode, Verdict
from tests.runner.in_process import in_process

ASSIGNMENTS = Path(__file__).parents[2] / "assignments"
PROGRAMS = sorted(
    path.parent for path in ASSIGNMENTS.glob("*/pack.toml") if 'kind = "python"' in path.read_text()
)
MOST_TIMES = 100  # of the examiner's processor time for the solution; measured: 10 to 30

# Legal answers of the largest sizes, and of the numbers that are slow to compute with.
ANSWERS = {
    "seven million zeros": "numpy.zeros(7_000_000)",
    "a column of seven million": "numpy.zeros((7_000_000, 1))",
    "fifty million bools": "numpy.zeros(50_000_000, bool)",
    "eight dimensions": "numpy.zeros((1,) * 7 + (7_000_000,))",
    "a million floats in a list": "[0.5] * 1_000_000",
    "a million numpy floats in a list": "[numpy.float32(0.5)] * 1_000_000",
    "fifty thousand whole numbers": "list(range(50_000))",
    "ragged lists": "[[1.0] * k for k in range(800)]",
    "deep lists": "[[[[[[[[[[[[[[right()]]]]]]]]]]]]]]",
    "thousands of arrays": "[numpy.zeros(3)] * 4000",
    "thousands of keys": "{str(i): 1.0 for i in range(8000)}",
    "a long text": "'x' * 200_000",
    "its answer of denormal numbers": "filled(right(), 5e-324)",
    "its answer of 1.7e308": "filled(right(), 1.7e308)",
    "a square matrix": "numpy.ones((2600, 2600))",
    "numbers of every size": "10.0 ** numpy.random.default_rng(1).uniform(-300, 300, size=(4, 64))",
}


class InProcess:
    """A runner for `grade`, which adds up the examiner's processor time."""

    def __init__(self, service):
        self.service, self.own_s = service, 0.0

    def grade(self, order, on_outcome):
        self.service.packs.put(order.pack)
        outcomes = []
        self.service.grade(order, outcomes.append, None)
        return Graded(tuple(outcomes), Mode.UNPRIVILEGED)


@pytest.fixture(scope="module")
def runner(servers):
    with in_process(Mode.UNPRIVILEGED) as service:
        yield InProcess(service)


def answering(pack, expression):
    """The solution whose functions all return the value of this expression."""
    files = pack.below("solution")
    for row in pack.manifest.files:
        if row.kind == "python" and row.name in files:
            files[row.name] = odd(files[row.name], names_of(pack, row), [expression])
    return Submission(tuple((name, files[name]) for name in pack.names if name in files))


@pytest.mark.timeout(0)
@pytest.mark.parametrize("folder", PROGRAMS, ids=lambda folder: folder.name)
def test_no_answer_makes_a_row_internal_or_the_tests_compute_for_long(folder, runner, monkeypatch):
    pack, own = load(folder), []
    run = GradingRun.run

    def counted(self, *args):
        try:
            run(self, *args)
        finally:
            own.append(self.own.past_s)

    monkeypatch.setattr(GradingRun, "run", counted)

    def graded(submission):
        """The report, and the examiner's seconds."""
        own.clear()
        report = grade(pack, submission, runner, draw=Draw(secret=b"costly"), explain=False)
        return report, sum(own)

    graded(variants.solution(pack))  # starts and warms the host
    ordinary = graded(variants.solution(pack))[1]

    for what, expression in ANSWERS.items():
        report, used = graded(answering(pack, expression))
        internal = [(r.id, r.detail) for r in report.results if r.verdict is Verdict.INTERNAL]
        assert internal == [], what
        assert used <= MOST_TIMES * max(ordinary, 0.05), (what, used, ordinary)
