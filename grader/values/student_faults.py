"""The exceptions of calls into the student's code, for the kit, the examiner and the diagnosis.

StudentFault
|-- StudentError       the student's code raised an exception
|-- MissingFunction    the submission has no such function
|-- ReturnedNoValue    the returned object is not a plain value
`-- CandidateLost      the candidate's process ended without an answer
"""

from __future__ import annotations


class StudentFault(Exception):
    """Base of the exceptions of calls into the student's code; tests need not catch it."""


class StudentError(StudentFault):
    """The student's code raised: the exception's `kind` and `message`, and the student's `traceback`."""

    def __init__(self, kind: str, message: str, traceback: str, *, memory: bool = False) -> None:
        super().__init__(f"{kind}: {message}" if message else kind)
        self.traceback, self.memory = traceback, memory


class MissingFunction(StudentFault):
    """The submission has no function of this name; the message names a similar one."""


class ReturnedNoValue(StudentFault):
    """The call returned an object that is not a plain value; the message names its type."""


class CandidateLost(StudentFault):
    """The process that runs the student's code ended without an answer; the runner knows why."""
