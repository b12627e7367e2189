"""Runs the rows of a pack: each a pytest function with its cases, each case judged here."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from _pytest.runner import runtestprotocol  # what plugins that run a test again use

from grader.examiner.setting import Setting
from grader.kit.recorder import Mismatch, Recorder
from grader.kit.student import Candidate
from grader.values import PICTURES_BYTES, PICTURES_KEPT, Diagnosis, Number, Picture, TestPlan, Verdict
from grader.values.student_faults import (
    CandidateLost,
    MissingFunction,
    ReturnedNoValue,
    StudentError,
    StudentFault,
)

ARGUMENTS_KEPT = 1 << 20
LOST = "lost"  # the candidate ended: the runner's evidence gives the verdict


@dataclass(frozen=True)
class CaseResult:
    """One case: `state` is a verdict's value or LOST."""

    name: str
    state: str
    message: str = ""
    numbers: tuple[Number, ...] = ()
    share: Decimal = Decimal(1)
    traceback: str = ""
    detail: str = ""
    answer: str = ""
    diagnosis: Diagnosis | None = None
    pictures: tuple[Picture, ...] = ()


class Rows:
    """The collected tests of a pack, by the id of their row."""

    def __init__(self, session: pytest.Session, setting: Setting) -> None:
        self.setting = setting
        self.items: dict[str, list[pytest.Function]] = {}
        self.clashes: list[str] = []
        homes: dict[str, str] = {}
        for item in session.items:
            if isinstance(item, pytest.Function):
                name = item.originalname
                home = item.nodeid.split("[")[0]
                if homes.setdefault(name, home) != home:
                    self.clashes.append(name)
                self.items.setdefault(name, []).append(item)
        self.wide = _wide_fixtures(session)

    def run(self, plan: TestPlan, candidate: Candidate) -> dict[str, Any]:
        """Every case of one row, as the runner's `test-end` takes it."""
        results: list[CaseResult] = []
        for item in self.items.get(plan.id, []):
            results.append(self._case(item, plan, candidate))
            if candidate.lost:  # the row's limits are used up
                break
        if not results:
            results = [CaseResult("", Verdict.INTERNAL, detail=f"{plan.id} is not among the pack's tests")]
        return _as_row(plan, results, len(self.items.get(plan.id, [])), candidate)

    def _case(self, item: pytest.Function, plan: TestPlan, candidate: Candidate) -> CaseResult:
        setting = self.setting
        setting.candidate, setting.key, setting.case = candidate, plan.key, item.name
        setting.recorder = Recorder()
        candidate.returned_none = ""
        name = item.callspec.id if hasattr(item, "callspec") else ""
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            error = self._run(item)
        result = _with_findings(_judge(name, error, candidate, setting.recorder), setting.recorder)
        said = printed.getvalue()[-4000:]
        return result if not said else _with_detail(result, f"the test printed:\n{said}")

    def _run(self, item: pytest.Function) -> pytest.ExceptionInfo[BaseException] | None:
        """Set up, call and tear down one case; the first exception, None if there was none."""
        self.setting.raised = None
        try:
            runtestprotocol(item, log=False)
        except (KeyboardInterrupt, pytest.exit.Exception) as error:  # pytest ends a session over these
            item.ihook.pytest_runtest_teardown(item=item, nextitem=None)
            return pytest.ExceptionInfo.from_exception(error)
        return self.setting.raised


def _with_findings(result: CaseResult, recorder: Recorder) -> CaseResult:
    """The result with what was found besides figures; a diagnosis only where the test failed."""
    kept = recorder.diagnosis if result.state == Verdict.FAILED else None
    found = replace(result, diagnosis=kept, pictures=tuple(recorder.pictures))
    return _with_detail(found, "\n".join(recorder.left_out)) if recorder.left_out else found


def _with_detail(result: CaseResult, more: str) -> CaseResult:
    return replace(result, detail=f"{result.detail}\n{more}".strip())


def _judge(
    name: str, error: pytest.ExceptionInfo[BaseException] | None, candidate: Candidate, recorder: Recorder
) -> CaseResult:
    numbers = tuple(recorder.numbers)
    if candidate.lost:  # whatever the test made of it, the process is gone
        return CaseResult(name, LOST, numbers=numbers)
    if error is None:
        share = Decimal(1) if recorder.share is None else recorder.share
        return CaseResult(name, Verdict.PASSED, recorder.why, numbers, share, answer=recorder.answer)
    e = error.value
    if isinstance(e, Mismatch):
        known = {n.name for n in numbers}
        return CaseResult(
            name, Verdict.FAILED, e.message, (*numbers, *(n for n in e.numbers if n.name not in known))
        )
    if isinstance(e, AssertionError):
        sentence, detail = _assertion(e)
        return CaseResult(name, Verdict.FAILED, sentence, numbers, detail=detail)
    if isinstance(e, StudentFault):
        return _fault(name, e, candidate, numbers)
    shown = str(error.getrepr(style="short"))[-6000:]
    if candidate.returned_none:  # whatever the test then stumbled over, it had no value to test
        return CaseResult(
            name, Verdict.FAILED, f"{candidate.returned_none} returned None", numbers, detail=shown
        )
    return CaseResult(name, Verdict.INTERNAL, "", numbers, detail=shown)


def _assertion(e: AssertionError) -> tuple[str, str]:
    """The author's sentence of a plain assert, and pytest's introspection, for staff."""
    text = str(e)
    sentence, _, detail = text.partition("\nassert ")
    if text.startswith("assert "):
        sentence, detail = "", text
    return sentence.strip() or "This test's assertion does not hold.", detail


def _fault(name: str, e: StudentFault, candidate: Candidate, numbers: tuple[Number, ...]) -> CaseResult:
    called = candidate.last_call[0] if candidate.last_call else ""
    if isinstance(e, CandidateLost):
        return CaseResult(name, LOST, numbers=numbers)
    if isinstance(e, StudentError):
        verdict = Verdict.MEMORY if e.memory else Verdict.ERROR
        return CaseResult(name, verdict, f"{called} raised {e}", numbers, traceback=e.traceback)
    if isinstance(e, ReturnedNoValue):
        return CaseResult(name, Verdict.FAILED, f"{called} {e}", numbers)
    assert isinstance(e, MissingFunction)
    return CaseResult(name, Verdict.ERROR, str(e), numbers)


_WORST = [LOST, Verdict.INTERNAL, Verdict.MEMORY, Verdict.ERROR, Verdict.FAILED, Verdict.PASSED]


def _as_row(
    plan: TestPlan, results: Sequence[CaseResult], expected: int, candidate: Candidate
) -> dict[str, Any]:
    worst = min(results, key=lambda r: _WORST.index(r.state))
    passed = [r for r in results if r.state == Verdict.PASSED]
    if plan.partial or len(passed) == expected == len(results):
        share = sum((r.share for r in passed), Decimal(0)) / max(expected, 1)
    else:
        share = Decimal(0)
    several = len(results) > 1 or results[0].name
    return {
        "state": str(worst.state),
        "share": str(share),
        "message": worst.message,
        "cases": [[r.name, str(r.state), r.message] for r in results] if several else [],
        "numbers": [
            [
                f"{n.name} ({r.name})" if several else n.name,
                float(n.value),
                float(n.threshold),
                bool(n.passed),
            ]
            for r in results
            for n in r.numbers
        ][:200],
        "traceback": worst.traceback,
        "detail": "\n\n".join(r.detail for r in results if r.detail)[:12000],
        "answer": "\n\n".join(r.answer for r in results if r.answer),
        "arguments": b"" if worst.state == Verdict.PASSED else _arguments(candidate),
        "waited_s": candidate.waited_s,
        "diagnosis": _diagnosis(worst if worst.diagnosis else _first_diagnosed(results)),
        "pictures": _pictures(results, several=bool(several)),
    }


def _first_diagnosed(results: Sequence[CaseResult]) -> CaseResult:
    return next((r for r in results if r.diagnosis), results[0])


def _diagnosis(result: CaseResult) -> dict[str, Any] | None:
    """A diagnosis as it crosses to the runner, without words."""
    d = result.diagnosis
    if d is None:
        return None
    facts = [list(fact) for fact in d.facts]
    return {
        "fit": str(d.fit),
        "slips": list(d.slips),
        "signal": d.signal,
        "facts": facts,
        "error": float(d.error),
        "draws": d.draws,
    }


def _pictures(results: Sequence[CaseResult], several: bool) -> list[list[str]]:
    """The pictures of all cases as they cross to the runner, as many as a test keeps; those of
    cases that failed come first."""
    rows: list[list[str]] = []
    left = PICTURES_BYTES
    for result in sorted(results, key=lambda r: r.state == Verdict.PASSED):
        for picture in result.pictures:
            text = picture.text
            if len(text) <= left and len(rows) < PICTURES_KEPT:
                title = f"{picture.title} ({result.name})" if several and result.name else picture.title
                rows.append([picture.kind, title[:120], text])
                left -= len(text)
    return rows


def _arguments(candidate: Candidate) -> bytes:
    """The last call's arguments as .npz, named by place; empty if there are none or too many."""
    arrays: dict[str, Any] = {}

    def collect(x: Any, name: str) -> None:
        if isinstance(x, Mapping):
            for key, item in x.items():
                collect(item, f"{name}.{key}")
        elif isinstance(x, list | tuple) and not all(isinstance(i, int | float) for i in x):
            for i, item in enumerate(x):
                collect(item, f"{name}.{i}")
        elif isinstance(x, int | float | list | tuple | np.ndarray | np.generic | str):
            arrays[name] = np.asarray(x)

    if candidate.last_call is None:
        return b""
    path, args = candidate.last_call
    for i, argument in enumerate(args):
        collect(argument, f"arg{i}")
    if not arrays or sum(a.nbytes for a in arrays.values()) > ARGUMENTS_KEPT:
        return b""
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, call=np.array(path), **arrays)
    return buffer.getvalue()


def _wide_fixtures(session: pytest.Session) -> list[str]:
    """Names of the pack's own fixtures in use whose scope is wider than one function."""
    found = set()
    for item in session.items:
        if isinstance(item, pytest.Function):
            for name, definitions in item._fixtureinfo.name2fixturedefs.items():
                for d in definitions:
                    ours = d.func.__module__.startswith(("_pytest", "grader."))
                    if d.scope != "function" and not ours:
                        found.add(name)
    return sorted(found)
