"""The proof that a pack's tests catch what they should, and nothing else."""

from grader.packcheck.check import check
from grader.packcheck.errors import Unanswered
from grader.packcheck.report import CheckReport, Flakiness, Matrix, Mutants, Step, Survivor, unread

__all__ = [
    "CheckReport",
    "Flakiness",
    "Matrix",
    "Mutants",
    "Step",
    "Survivor",
    "Unanswered",
    "check",
    "unread",
]
