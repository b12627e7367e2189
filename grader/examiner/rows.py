"""Runs the rows of a pack: each is a pytest function with its cases, and each case gets a verdict here."""

from __future__ import annotations

import contextlib
import functools
import io
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from _pytest._code import Traceback
from _pytest.runner import runtestprotocol  # plugins that repeat tests use it too

from grader.examiner.arguments import arguments_of
from grader.examiner.clues import Clue, Row, clues_of
from grader.examiner.collection import item_faults
from grader.examiner.explaining import Unexplained, detail_of, has_names, pictures_of, unexplained
from grader.examiner.judging import Judged
from grader.examiner.own_text import without_own_text
from grader.examiner.pytest_outcomes import message_of
from grader.examiner.setting import Setting
from grader.examiner.stops import stop_of
from grader.examiner.trace_clues import TraceClue, trace_clues
from grader.examiner.written import texts_of
from grader.kit.candidate import FUNCTION_KEPT, Candidate
from grader.kit.recorder import Mismatch, Recorder
from grader.values import (
    CASES_KEPT,
    LONGEST_ANSWER,
    Case,
    Ended,
    Number,
    Outcome,
    TestPlan,
    Verdict,
    Visibility,
)
from grader.values.returned import CaseCalls
from grader.values.student_faults import (
    CandidateLost,
    MissingFunction,
    ReturnedNoValue,
    StudentError,
    StudentFault,
)

NUMBERS_KEPT = 200


class Rows:
    """The collected test functions of a pack, by the id of their row; `faults` are sentences on what they
    use that isn't here."""

    def __init__(self, session: pytest.Session, setting: Setting) -> None:
        self.setting = setting
        # asked for each hook of each fixture; the files and plugins that it depends on don't change any more
        session.gethookproxy = functools.cache(session.gethookproxy)  # type: ignore[method-assign, assignment]
        self.items: dict[str, list[pytest.Function]] = {}
        self.clashes: list[str] = []
        self.faults: dict[str, None] = {}
        nodes: dict[str, str] = {}
        for item in session.items:
            if isinstance(item, pytest.Function):
                name = item.originalname
                node = item.nodeid.split("[")[0]
                if nodes.setdefault(name, node) != node:
                    self.clashes.append(name)
                self.items.setdefault(name, []).append(item)
                self.faults |= dict.fromkeys(item_faults(item))
        self.wide = _wide_fixtures(session)
        self.unexplained: list[Unexplained] = []
        self.known: list[Row] = []  # the rows that have ended, for a search
        self.traced: list[TraceClue] = []  # of the rows that have ended, for a search
        self.folder = f"{session.config.rootpath}/tests/"
        self.texts = texts_of(self.folder)  # of the pack's tests and the kit

    def run(self, plan: TestPlan, candidate: Candidate) -> Ended:
        """Run every case of one row, and return how the test ended, for the runner."""
        clues: list[Clue] = []
        judged: list[Judged] = []
        calls = 0
        paths: set[str] = set()
        ends: list[Ended] = []
        recorders: list[Recorder] = []
        for item in self.items.get(plan.id, []):
            ends.append(self._case(item, plan, candidate))
            recorders.append(self.setting.recorder)
            if candidate.keeps:
                found = list(clues_of(plan, self.setting.recorder.targets, candidate.kept))
                if not found and candidate.kept and _is_wrong(ends[-1]):
                    passes = functools.partial(self.passes, item, plan)
                    judged.append(Judged(plan, passes, tuple(candidate.kept)))
                clues += found
                calls += len(candidate.kept)
                traces = self.setting.recorder.traces
                self.traced += trace_clues(plan, self.setting.case, traces, candidate.kept)
                paths |= {candidate.last_path, *(str(call.request["path"]) for call in candidate.kept)}
            if candidate.lost:  # the row's limits are used up
                break
        if not ends:
            ends = [Ended(Outcome("", Verdict.INTERNAL, detail=f"{plan.id} is not among the pack's tests"))]
        self.unexplained.append(unexplained(plan, [end.outcome for end in ends], recorders))
        if candidate.keeps:
            self.known.append(Row(plan, _verdict(ends), calls, clues, frozenset(paths), judged))
        explains = self.unexplained[-1].explains
        return _combined(plan, ends, len(self.items.get(plan.id, [])), candidate, explains=explains)

    def passes(self, item: pytest.Function, plan: TestPlan, candidate: Candidate) -> bool:
        """Whether a case passes with the answers of another candidate; nothing else is kept of it."""
        self._begin(item, plan, candidate)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            error = self._run(item)
        self.setting.raised = None  # its frames need not live longer
        return error is None and not candidate.lost

    def _begin(self, item: pytest.Function, plan: TestPlan, candidate: Candidate) -> None:
        setting = self.setting
        setting.candidate, setting.key, setting.case = candidate, plan.key, item.name
        setting.recorder = Recorder()
        candidate.begin_case()

    def _case(self, item: pytest.Function, plan: TestPlan, candidate: Candidate) -> Ended:
        setting = self.setting
        self._begin(item, plan, candidate)
        name = item.callspec.id if hasattr(item, "callspec") else ""
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            error = self._run(item)
        end = _ended(name, error, candidate, setting.recorder, self.folder)
        if plan.visibility is Visibility.HIDDEN and not plan.own_text and setting.runs:
            raised = error.value if error is not None else None
            shown = without_own_text(end.outcome, raised, candidate, setting.sources, self.texts)
            end = replace(end, outcome=shown)
        if plan.forms:
            end = replace(end, calls=(CaseCalls(name, tuple(candidate.returned)),))
        text = printed.getvalue()[-4000:]
        return (
            end
            if not text
            else replace(end, outcome=_detailed(end.outcome, "", f"the test printed:\n{text}"))
        )

    def _run(self, item: pytest.Function) -> pytest.ExceptionInfo[BaseException] | None:
        """Set up, call and tear down one case; the first exception, None if there was none."""
        self.setting.raised = None
        try:
            runtestprotocol(item, log=False)
        except (KeyboardInterrupt, pytest.exit.Exception) as error:  # pytest ends a session over these
            item.ihook.pytest_runtest_teardown(item=item, nextitem=None)
            return pytest.ExceptionInfo.from_exception(error)
        return self.setting.raised


def _detailed(outcome: Outcome, before: str, after: str = "") -> Outcome:
    """The outcome with text for staff added before and after its detail."""
    detail = "\n".join((before, outcome.detail, after)).strip()
    return replace(outcome, detail=detail if outcome.detail or after else before)


def _ended(
    name: str,
    error: pytest.ExceptionInfo[BaseException] | None,
    candidate: Candidate,
    recorder: Recorder,
    folder: str,
) -> Ended:
    """How one case ended: its verdict and message, from its exception and the candidate's state."""
    e = error.value if error is not None else None
    if candidate.lost or isinstance(e, CandidateLost):  # the process is gone, whatever the test raised
        return Ended(recorder.outcome(name, Verdict.ERROR), lost=True)
    if error is None:
        return Ended(recorder.outcome(name, Verdict.PASSED))
    if isinstance(e, Mismatch):
        return Ended(_mismatch(e, recorder.outcome(name, Verdict.FAILED)))
    if isinstance(e, StudentFault):
        return Ended(_fault(name, e, candidate, recorder))
    if isinstance(e, AssertionError):
        sentence, detail = _assertion(e)
        failed = replace(recorder.outcome(name, Verdict.FAILED), message=sentence)
        return Ended(_detailed(failed, detail))
    if (text := message_of(e)) is not None:
        return Ended(replace(recorder.outcome(name, Verdict.FAILED), message=text))
    shown = _shown(error, folder)
    if candidate.returned_none:  # the test raised because there was no value to test
        failed = recorder.outcome(name, Verdict.FAILED)
        return Ended(_detailed(replace(failed, message=f"{candidate.returned_none} returned None"), shown))
    stopped = _detailed(recorder.outcome(name, Verdict.INTERNAL), shown)
    return Ended(stopped, stop=stop_of(name, error.value, candidate, folder))


def _shown(error: pytest.ExceptionInfo[BaseException], folder: str) -> str:
    """The traceback for staff, from the pack's first frame on: pytest's own take long to show."""
    entries = list(error.traceback)
    first = next((i for i, entry in enumerate(entries) if str(entry.path).startswith(folder)), 0)
    error.traceback = Traceback(entries[first:])
    return str(error.getrepr(style="short"))[-6000:]


def _mismatch(e: Mismatch, failed: Outcome) -> Outcome:
    """The outcome with the comparison's message, and its numbers that are not recorded yet."""
    known = {n.name for n in failed.numbers}
    numbers = (*failed.numbers, *(n for n in e.numbers if n.name not in known))
    return replace(failed, message=e.message, numbers=numbers)


def _assertion(e: AssertionError) -> tuple[str, str]:
    """The author's message of a plain assert, and pytest's introspection for staff."""
    text = str(e)
    sentence, _, detail = text.partition("\nassert ")
    if text.startswith("assert "):
        sentence, detail = "", text
    return sentence.strip() or "This test's assertion is false.", detail


def _fault(name: str, e: StudentFault, candidate: Candidate, recorder: Recorder) -> Outcome:
    called = candidate.last_call[0] if candidate.last_call else ""
    if isinstance(e, StudentError):
        verdict = Verdict.MEMORY if e.memory else Verdict.ERROR
        stopped = recorder.outcome(name, verdict)
        return replace(stopped, message=f"{called} raised {e}", traceback=e.traceback)
    if isinstance(e, ReturnedNoValue):
        return replace(recorder.outcome(name, Verdict.FAILED), message=f"{called} {e}")
    assert isinstance(e, MissingFunction)
    return replace(recorder.outcome(name, Verdict.ERROR), message=str(e))


_WORST = [Verdict.INTERNAL, Verdict.MEMORY, Verdict.ERROR, Verdict.FAILED, Verdict.PASSED]


def _verdict(ends: Sequence[Ended]) -> Verdict:
    """The verdict of the worst case."""
    worst = min(ends, key=_badness)
    return Verdict.ERROR if worst.lost else worst.outcome.verdict


def _is_wrong(end: Ended) -> bool:
    """Whether other values of the student's code may change how this case ended."""
    failed = end.outcome.verdict is Verdict.FAILED or end.stop is not None
    return failed and not end.lost


def _badness(end: Ended) -> int:
    """Smaller is worse; a lost candidate is the worst."""
    return -1 if end.lost else _WORST.index(end.outcome.verdict)


def _combined(
    plan: TestPlan, ends: Sequence[Ended], expected: int, candidate: Candidate, *, explains: bool
) -> Ended:
    """How the test ended, from its cases: the verdict of the worst one, and the findings of all. `explains`:
    more can be said about them."""
    worst = min(ends, key=_badness)
    outcomes = [end.outcome for end in ends]
    passed = worst.outcome.verdict is Verdict.PASSED
    several = has_names(outcomes)
    outcome = replace(
        worst.outcome,
        id=plan.id,
        share=_share(plan, outcomes, expected),
        cases=_cases(ends) if several else (),
        numbers=tuple(n for o in outcomes for n in _numbers(o, several))[:NUMBERS_KEPT],
        pictures=pictures_of(outcomes),
        detail=detail_of(outcomes),
        answer="\n\n".join(o.answer for o in outcomes if o.answer),
        arguments=b"" if passed else arguments_of(candidate.last_call),
    )
    outcome = _shown_whole(outcome) if passed else outcome
    return replace(
        worst,
        outcome=outcome,
        waits=candidate.waits,
        function=candidate.at[:FUNCTION_KEPT],
        explains=explains and not worst.lost,
        waited_s=candidate.waited_s,
        calls=tuple(calls for end in ends for calls in end.calls),
    )


def _shown_whole(outcome: Outcome) -> Outcome:
    """The outcome; failed, if its cases together have a longer text than a marker is shown."""
    if len(outcome.answer) <= LONGEST_ANSWER:
        return outcome
    message = (
        f"The texts have more than {LONGEST_ANSWER} characters together, the most that a marker is shown."
    )
    return replace(outcome, verdict=Verdict.FAILED, share=Decimal(0), answer="", message=message)


def _share(plan: TestPlan, outcomes: Sequence[Outcome], expected: int) -> Decimal:
    """The share of the points that the cases earned: with `partial` each its own, else all or nothing."""
    passed = [o for o in outcomes if o.verdict is Verdict.PASSED]
    if plan.partial or len(passed) == expected == len(outcomes):
        return sum((o.share for o in passed), Decimal(0)) / max(expected, 1)
    return Decimal(0)


def _cases(ends: Sequence[Ended]) -> tuple[Case, ...]:
    """The cases, at most CASES_KEPT; if the candidate was lost in the last one, that one is kept."""
    cases = tuple(Case(end.outcome.id, end.outcome.verdict, end.outcome.message) for end in ends)
    return (*cases[: CASES_KEPT - 1], cases[-1]) if len(cases) > CASES_KEPT and ends[-1].lost else cases


def _numbers(outcome: Outcome, several: bool) -> Sequence[Number]:
    """A case's numbers; with several cases, their names include the case."""
    if not several:
        return outcome.numbers
    return [replace(number, name=f"{number.name} ({outcome.id})") for number in outcome.numbers]


def _wide_fixtures(session: pytest.Session) -> list[str]:
    """The names of the pack's own used fixtures whose scope is wider than function."""
    names = set()
    for item in session.items:
        if isinstance(item, pytest.Function):
            for name, definitions in item._fixtureinfo.name2fixturedefs.items():
                for d in definitions:
                    ours = d.func.__module__.startswith(("_pytest", "grader."))
                    if d.scope != "function" and not ours:
                        names.add(name)
    return sorted(names)
