"""The state from which fixtures are made; `Rows` sets it before each case."""

from __future__ import annotations

import pytest

from grader.kit.candidate import Candidate
from grader.kit.recorder import Recorder


class Setting:
    """The state of the case that is running, from which its fixtures are made."""

    def __init__(self) -> None:
        self.candidate: Candidate | None = None
        self.sources: dict[str, str] = {}
        self.runs = True  # whether what was handed in is a program
        self.key = 0
        self.case = ""
        self.recorder = Recorder()
        self.raised: pytest.ExceptionInfo[BaseException] | None = None

    def live(self) -> Candidate:
        if self.candidate is None:
            raise RuntimeError("the student's code exists only during a grading")
        return self.candidate
