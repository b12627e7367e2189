"""The check of a pack: its tests must catch the mistakes that they should, and nothing else."""

from grader.packcheck.check import check
from grader.packcheck.errors import Ungraded
from grader.packcheck.line_rows import LineRow
from grader.packcheck.report import CheckReport, Flakiness, Matrix, Mutants, Step, Survivor, unreadable_report

__all__ = [
    "CheckReport",
    "Flakiness",
    "LineRow",
    "Matrix",
    "Mutants",
    "Step",
    "Survivor",
    "Ungraded",
    "check",
    "unreadable_report",
]
