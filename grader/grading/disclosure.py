"""Who sees which field of a report, and when: only this module decides it.

Pages, API, e-mail and CSV show only what `as_seen_by` and `score_seen_by` return.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from grader.diagnosis.words.first_wrong import first_wrong
from grader.grading.report import Report
from grader.grading.result import Result
from grader.grading.score import Score, score_of
from grader.grading.visible import VisibleReport, VisibleResult
from grader.values import Diagnosis, Fit, Number, Shows, Verdict, Visibility
from grader.values.lines import Line
from grader.values.numbers import nearest_power
from grader.values.traces import Step, Trace

# The columns of the table in docs/report.md; each contains the ones before it.
TITLE = ("id", "title", "points", "visibility", "secret", "by_hand")
VERDICT = (*TITLE, "verdict", "earned", "unmet", "withheld")
MESSAGE = (
    *VERDICT,
    "message",
    "hint",
    "cases",
    "numbers",
    "diagnosis",
    "line",
    "trace",
    "pictures",
    "answer",
    "comment",
)
OUTPUT = (*MESSAGE, "output", "traceback", "arguments")
STAFF = (*OUTPUT, "cause", "detail", "evidence", "key", "own_text")


class Role(StrEnum):
    """The role of a report's reader: one of its students, or the course's staff."""

    STUDENT = "student"
    STAFF = "staff"


@dataclass(frozen=True)
class Release:
    """What an assignment shows to students: hidden results at once, or from the time `at` (with a time zone;
    None: not yet); and at most so much of a diagnosis (None: as much as the pack's rule says)."""

    at: datetime | None = None
    at_once: bool = False
    most: Shows | None = None

    def __post_init__(self) -> None:
        if self.at is not None and self.at.tzinfo is None:
            raise ValueError("Release.at has no time zone; it must have one")

    def reached(self, now: datetime) -> bool:
        """Whether hidden results are shown at the time `now`, which must have a time zone."""
        if now.tzinfo is None:
            raise ValueError("now has no time zone; it must have one")
        return self.at_once or (self.at is not None and now >= self.at)


def as_seen_by(
    report: Report, role: Role, now: datetime, release: Release, attempt: int = 1
) -> VisibleReport:
    """The part of the report that this reader may see at the time `now` (with a time zone). `attempt` is the
    number of the team's submission; diagnoses may depend on it."""
    released, staff = release.reached(now), role is Role.STAFF
    shows = least(report.showing.at(attempt), release.most)
    score = score_seen_by(report.results, role, released)
    results = tuple(result_seen_by(result, role, released, shows) for result in report.results)
    return VisibleReport(
        pack=report.pack,
        files=report.files,
        mode=report.mode,
        engine=report.engine,
        score=score,
        shown_at=release.at if score.hidden else None,
        results=_with_seen_lines(results),
        draw=report.draw if staff else None,
        replay=report.replay if staff else None,
        timings=report.timings if staff else None,
    )


def _with_seen_lines(results: tuple[VisibleResult, ...]) -> tuple[VisibleResult, ...]:
    """The results whose lines name only tests with a verdict that this reader sees: that a hidden one is
    right after a change says that it was wrong before."""
    shown = {result.id for result in results if result.shown}
    return tuple(
        r
        if r.line is None
        else replace(r, line=replace(r.line, explains=tuple(id for id in r.line.explains if id in shown)))
        for r in results
    )


def result_seen_by(result: Result, role: Role, released: bool, shows: Shows = Shows.FULL) -> VisibleResult:
    """One result with only the fields that this reader may see. `shows` is how much of a diagnosis students
    see; of a hidden test at most the first wrong signal, unless its row says `own_text`."""
    seen = set(fields(result, role, released))
    if role is not Role.STAFF:
        if result.visibility is Visibility.HIDDEN and not result.own_text:
            shows = Shows.NONE if shows is Shows.NONE else Shows.SIGNAL
            result = _few_bits(result)
        result = replace(
            result,
            diagnosis=_reduced(result.diagnosis, shows),
            line=_place(result, shows),
            trace=_run(result, shows),
        )
        seen -= {"diagnosis"} if shows is Shows.NONE else set()
    values = {name: getattr(result, name) for name in seen}
    return VisibleResult(**{"verdict": None, **values}, seen=frozenset(seen))


def _few_bits(result: Result) -> Result:
    """A hidden test's result without what tells much of the values that the program returned, since it can
    return what the test gave it: no picture and no text to mark, the first wrong number as a power of ten,
    the message of the first failed case."""
    wrong = next((number for number in result.numbers if not number.passed), None)
    failed = next((i for i, case in enumerate(result.cases) if case.verdict is not Verdict.PASSED), -1)
    return replace(
        result,
        pictures=(),
        answer="",
        numbers=() if wrong is None else (_rounded(wrong),),
        cases=tuple(c if i == failed else replace(c, message="") for i, c in enumerate(result.cases)),
    )


def _rounded(number: Number) -> Number:
    value, threshold = nearest_power(number.value), nearest_power(number.threshold)
    return replace(number, value=value, threshold=threshold)


def score_seen_by(results: Iterable[Result], role: Role, released: bool) -> Score:
    """The score over the tests whose verdicts this reader may see."""
    seen: list[Result] = []
    unseen: list[Result] = []
    for row in results:
        (seen if "verdict" in fields(row, role, released) else unseen).append(row)
    return score_of(seen, hidden=unseen)


def fields(result: Result, role: Role, released: bool) -> tuple[str, ...]:
    """The names of the fields of one result that this reader may see."""
    if role is Role.STAFF:
        return STAFF
    if result.visibility is Visibility.VISIBLE:
        return OUTPUT
    if not released:
        return TITLE
    return VERDICT if result.secret else MESSAGE


def least(shows: Shows, most: Shows | None) -> Shows:
    """The lesser of the pack's level and the assignment's (None: no limit of its own)."""
    order = (Shows.NONE, Shows.SIGNAL, Shows.FULL)
    return shows if most is None else min(shows, most, key=order.index)


def _place(result: Result, shows: Shows) -> Line | None:
    """The line without the change that makes it right; of a hidden test without what else a program could
    choose, and with less than the whole diagnosis without its kind."""
    if result.line is None or shows is Shows.NONE:
        return None
    line = replace(result.line, new="", kind=result.line.kind if shows is Shows.FULL else "")
    if result.visibility is Visibility.HIDDEN and not result.own_text:
        return replace(line, kind="", old="", also=(), tried=0, explains=())
    return line


def _run(result: Result, shows: Shows) -> Trace | None:
    """The trace; of a hidden test only its first wrong value, by the pack's name and its line: a program can
    choose which of its values are right and how they are called, and so tell what the test gave it."""
    if result.trace is None or shows is Shows.NONE:
        return None
    if result.visibility is Visibility.HIDDEN and not result.own_text:
        first = result.trace.first
        if first is None:
            return None
        return Trace((), Step(first.file, first.line, first.line, first.means), result.trace.draws)
    return result.trace


def _reduced(diagnosis: Diagnosis | None, shows: Shows) -> Diagnosis | None:
    """The diagnosis, or only its first wrong signal, or None; None too if no signal is known to be wrong."""
    if diagnosis is None or shows is Shows.FULL:
        return diagnosis
    if shows is Shows.NONE or not diagnosis.signal:
        return None
    return Diagnosis(Fit.NONE, signal=diagnosis.signal, sentence=first_wrong(diagnosis.signal))
