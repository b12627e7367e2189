"""The exceptions of calls into the student's code, for the kit, the examiner and the diagnosis.

StudentFault
|-- StudentError       the student's code raised an exception
|-- MissingFunction    the submission has no such function
|-- ReturnedNoValue    the returned object is not a plain value
`-- CandidateLost      the candidate's process ended without an answer
"""

from __future__ import annotations

import builtins
import functools
from collections.abc import Iterable


class StudentFault(Exception):
    """Base of the exceptions of calls into the student's code; tests need not catch it."""


class StudentError(StudentFault):
    """The student's code raised: the exception's type (`kind`, a name), its `message`, and the student's
    `traceback`. An instance is also one of Python's exception that was raised, or of its nearest base among
    them: `pytest.raises(TypeError)` catches the TypeError of a student's function. See `student_error`."""

    def __init__(self, kind: str, message: str, traceback: str, *, memory: bool = False) -> None:
        self.text = f"{kind}: {message}" if message else kind
        super().__init__(self.text)
        self.kind, self.message = kind, message
        self.traceback, self.memory = traceback, memory

    def __str__(self) -> str:
        return self.text  # KeyError's own would quote it


def student_error(
    kind: str, bases: Iterable[str], message: str, traceback: str, *, memory: bool = False
) -> StudentError:
    """The StudentError for an exception of this type and these base classes, all by name."""
    for name in (kind, *bases):
        cls = _class_of(name)
        if cls is not None:
            return cls(kind, message, traceback, memory=memory)
    return StudentError(kind, message, traceback, memory=memory)


# A StopIteration would end a loop of the test in silence.
_LEFT_OUT = (StopIteration, StopAsyncIteration, Warning, BaseExceptionGroup)


@functools.lru_cache
def _class_of(name: str) -> type[StudentError] | None:
    """The class of a StudentError that is also the exception of Python's with this name; None if there is
    none that can be made."""
    python = getattr(builtins, name, None)
    if not isinstance(python, type) or not issubclass(python, Exception) or issubclass(python, _LEFT_OUT):
        return None
    if python is Exception:
        return StudentError
    made = type(f"Student{python.__name__}", (StudentError, python), {"__doc__": StudentError.__doc__})
    try:
        made("", "", "")
    except TypeError:  # it takes other arguments
        return None
    return made


class MissingFunction(StudentFault):
    """The submission has no function of this name; the message names a similar one."""


class ReturnedNoValue(StudentFault):
    """The call returned an object that is not a plain value; the message names its type."""


class CandidateLost(StudentFault):
    """The process that runs the student's code ended without an answer; the runner knows why."""
