"""What keeps a submission from being graded.

GradingError
|-- RunnerError        the runner gave no grading; `cause` says by whose fault
`-- SubmissionError    files that can't be graded; `faults` lists everything found
"""

from __future__ import annotations

from grader.values import Cause
from grader.values.faults import Fault


class GradingError(Exception):
    """No grading came of it."""


class RunnerError(GradingError):
    """The runner gave no grading. `cause` says whose fault it is: SYSTEM (try again) or PACK (its
    author's, `detail` is for staff)."""

    def __init__(self, cause: Cause, detail: str) -> None:
        super().__init__(detail)
        self.cause, self.detail = cause, detail


class SubmissionError(GradingError):
    """Files that can't be graded; `faults` holds all that is wrong with them. It costs no attempt."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))
