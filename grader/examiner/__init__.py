"""What a pack's tests may import from us: failing, seeds and the types of a check."""

from grader.examiner.answers import answer, choice, number
from grader.examiner.anyof import AnyOf
from grader.examiner.checks import Checks
from grader.examiner.diagnosing import Net, Signals
from grader.examiner.outcome import Mismatch, Recorder, Seed, fail
from grader.values import Number

__all__ = [
    "AnyOf",
    "Checks",
    "Mismatch",
    "Net",
    "Number",
    "Recorder",
    "Seed",
    "Signals",
    "answer",
    "choice",
    "fail",
    "number",
]
