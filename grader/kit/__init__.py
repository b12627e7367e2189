"""What a pack's tests may import: fail, seeds, answers and the types that a check uses."""

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
