"""The pytest plugin of an examiner: its fixtures, and the loop that waits for gradings."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pytest

from grader.examiner.checks import Checks
from grader.examiner.formulas import Formulas
from grader.examiner.outcome import Recorder
from grader.examiner.pictures import Pictures
from grader.examiner.student import Candidate, Student
from grader.values import Number

if TYPE_CHECKING:
    from grader.examiner.rows import Rows


class Setting:
    """What the fixtures of the case now running are made from."""

    def __init__(self) -> None:
        self.candidate: Candidate | None = None
        self.sources: dict[str, str] = {}
        self.key = 0
        self.case = ""
        self.recorder = Recorder()

    def live(self) -> Candidate:
        if self.candidate is None:
            raise RuntimeError("there is no student's code outside of a grading")
        return self.candidate


class ExaminerPlugin:
    """Collects errors, hands out fixtures, and gives the collected session to `serve`."""

    def __init__(self, serve: Callable[[Rows], None]) -> None:
        self.setting = Setting()
        self.errors: list[str] = []
        self.raised: pytest.ExceptionInfo[BaseException] | None = None
        self._serve = serve

    @pytest.fixture
    def student(self) -> Student:
        """The student's code; see grader.examiner.student."""
        return Student(self.setting.live(), self.setting.sources)

    @pytest.fixture
    def rng(self) -> np.random.Generator:
        """A generator that depends on the draw key and the case's name alone."""
        return np.random.default_rng((self.setting.key, zlib.crc32(self.setting.case.encode())))

    @pytest.fixture
    def same(self) -> Callable[..., Any]:
        """Compare a value with the expected one; see Checks.same."""
        return Checks(self.setting.recorder, self.setting.candidate).same

    @pytest.fixture
    def gradcheck(self) -> Callable[..., Any]:
        """Compare gradients with measured slopes; see Checks.gradcheck."""
        return Checks(self.setting.recorder, self.setting.candidate).gradcheck

    @pytest.fixture
    def formula(self, rng: np.random.Generator) -> Callable[..., None]:
        """Judge a formula of a text handed in; see Formulas.formula."""
        return Formulas(self.setting.recorder, rng).formula

    @pytest.fixture
    def award(self) -> Callable[[Decimal | float | str, str], None]:
        """Give a share of the row's points; see Recorder.award."""
        return self.setting.recorder.award

    @pytest.fixture
    def by_hand(self) -> Callable[[str], None]:
        """Put a text before a person to mark; see Recorder.by_hand."""
        return self.setting.recorder.by_hand

    @pytest.fixture
    def report_number(self) -> Callable[[Number], None]:
        """Keep a measured figure for the report."""
        return self.setting.recorder.number

    @pytest.fixture
    def picture(self) -> Pictures:
        """Keep pictures for the report; see grader.examiner.pictures."""
        return Pictures(self.setting.recorder, self.setting.candidate)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.errors.append(str(report.longrepr)[-4000:])

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """Keep the first exception of a case. Pytest's own report would make a text of each, which takes
        longer than most tests."""
        self.raised = self.raised or call.excinfo
        assert call.when != "collect"
        outcome: Literal["passed", "failed"] = "failed" if call.excinfo else "passed"
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, call.when)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        from grader.examiner.rows import Rows  # it needs this module's Setting

        self._serve(Rows(session, self))
        return True
