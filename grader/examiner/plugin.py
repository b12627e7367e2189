"""The pytest plugin of an examiner: its fixtures, and the loop that waits for gradings."""

from __future__ import annotations

import functools
import zlib
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Literal

import numpy as np
import pytest

from grader.examiner.collection import class_fault
from grader.examiner.setting import Setting
from grader.kit.checks import Checks
from grader.kit.formulas import Formulas
from grader.kit.pictures import Pictures
from grader.kit.student import Student
from grader.values import Number


class ExaminerPlugin:
    """Collects errors, provides fixtures, and calls `serve` with the collected session."""

    def __init__(self, serve: Callable[[pytest.Session], None]) -> None:
        self.setting = Setting()
        self.errors: list[str] = []
        self._serve = serve

    @pytest.fixture
    def student(self) -> Student:
        """The student's code; see grader.kit.student."""
        return Student(self.setting.live(), self.setting.sources)

    @pytest.fixture
    def rng(self) -> np.random.Generator:
        """A random generator that depends only on the draw key and the case's name."""
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
        """Check a formula of a submitted text; see Formulas.formula."""
        return Formulas(self.setting.recorder, rng).formula

    @pytest.fixture
    def award(self) -> Callable[[Decimal | float | str, str], None]:
        """Give a share of the row's points; see Recorder.award."""
        return self.setting.recorder.award

    @pytest.fixture
    def by_hand(self) -> Callable[[str], None]:
        """Pass a text on to be marked by hand; see Recorder.by_hand."""
        return self.setting.recorder.by_hand

    @pytest.fixture
    def report_number(self) -> Callable[[Number], None]:
        """Add a measured number to the report."""
        return self.setting.recorder.number

    @pytest.fixture
    def picture(self) -> Pictures:
        """Add pictures to the report; see grader.kit.pictures."""
        return Pictures(self.setting.recorder)

    def pytest_pycollect_makeitem(self, collector: pytest.Collector, name: str, obj: object) -> None:
        if fault := class_fault(collector, name, obj):
            self.errors.append(fault)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.errors.append(str(report.longrepr)[-4000:])

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """Store the first exception of a case. Pytest's own report would format each exception, which takes
        longer than most tests."""
        self.setting.raised = self.setting.raised or call.excinfo
        assert call.when != "collect"
        return _report(call.when, "failed" if call.excinfo else "passed")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._serve(session)
        return True


@functools.cache
def _report(
    when: Literal["setup", "call", "teardown"], outcome: Literal["passed", "failed"]
) -> pytest.TestReport:
    """A report that says no more than whether this step passed: nobody reads more of it."""
    return pytest.TestReport("", ("", None, ""), {}, outcome, None, when)
