"""What a pack's tests may import from us: failing, seeds and the types of a check."""

from grader.diagnosis import Net, Signals
from grader.kit.answers import answer, choice, number
from grader.kit.anyof import AnyOf
from grader.kit.checks import Checks
from grader.kit.recorder import Mismatch, Recorder, Seed, fail
from grader.values import Number
from grader.values.student_faults import StudentError, StudentFault

__all__ = [
    "AnyOf",
    "Checks",
    "Mismatch",
    "Net",
    "Number",
    "Recorder",
    "Seed",
    "Signals",
    "StudentError",
    "StudentFault",
    "answer",
    "choice",
    "fail",
    "number",
]
