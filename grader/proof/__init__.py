"""The proof that a pack's tests catch what they should, and nothing else."""

from grader.proof.check import Unanswered, check
from grader.proof.report import CheckReport, Flakiness, Matrix, Mutants, Step, Survivor, unread

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
