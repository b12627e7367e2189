"""What the fixtures of the running case are made from; `Rows` sets it before each case."""

from __future__ import annotations

import pytest

from grader.kit.recorder import Recorder
from grader.kit.student import Candidate


class Setting:
    """What the fixtures of the case now running are made from."""

    def __init__(self) -> None:
        self.candidate: Candidate | None = None
        self.sources: dict[str, str] = {}
        self.key = 0
        self.case = ""
        self.recorder = Recorder()
        self.raised: pytest.ExceptionInfo[BaseException] | None = None

    def live(self) -> Candidate:
        if self.candidate is None:
            raise RuntimeError("there is no student's code outside of a grading")
        return self.candidate
