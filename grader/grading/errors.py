"""The exceptions of grading: why a submission is not graded.

GradingError
|-- RunnerError        the runner gave no grading; `cause` says by whose fault
`-- SubmissionError    the files can't be graded; `faults` lists every fault
"""

from __future__ import annotations

from grader.values import Cause
from grader.values.faults import Fault


class GradingError(Exception):
    """Base of the reasons why a submission is not graded."""


class RunnerError(GradingError):
    """The runner gave no grading. `cause` says whose fault it is: SYSTEM (try again) or PACK (its
    author's, `detail` is for staff)."""

    def __init__(self, cause: Cause, detail: str) -> None:
        super().__init__(detail)
        self.cause, self.detail = cause, detail


class SubmissionError(GradingError):
    """The files can't be graded; `faults` lists every fault. The submission costs no attempt."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))
