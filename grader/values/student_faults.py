"""What a call into the student's code can raise, for the kit, the examiner and the diagnosis.

StudentFault
|-- StudentError       the student's code raised
|-- MissingFunction    what the test calls is not there
|-- ReturnedNoValue    something came back that is no plain value
`-- CandidateLost      the process ended without an answer
"""

from __future__ import annotations


class StudentFault(Exception):
    """Base of what a call into the student's code can raise; tests need not catch it."""


class StudentError(StudentFault):
    """The student's code raised: `kind` and `message` of the exception, its own `traceback`."""

    def __init__(self, kind: str, message: str, traceback: str, *, memory: bool = False) -> None:
        super().__init__(f"{kind}: {message}" if message else kind)
        self.traceback, self.memory = traceback, memory


class MissingFunction(StudentFault):
    """What the test calls is not in the submission; the text names the near miss."""


class ReturnedNoValue(StudentFault):
    """The call returned something that is no plain value, named in the text."""


class CandidateLost(StudentFault):
    """The process that runs the student's code ended without an answer; the runner knows why."""
