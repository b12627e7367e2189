"""Looks for the wrong lines behind a report's failed tests, in a second order that can change no mark."""

from __future__ import annotations

from grader.grading.client import Runner
from grader.grading.errors import RunnerError
from grader.grading.report import Report
from grader.grading.submission import Submission
from grader.logs import bound_id
from grader.packs import Pack
from grader.values import Order, TestPlan, Verdict
from grader.values.lines import Line

SEARCH_TOTAL_S = 120.0
JUDGED = (Verdict.PASSED, Verdict.FAILED, Verdict.ERROR)


def with_lines(report: Report, pack: Pack, submission: Submission, client: Runner) -> Report:
    """The same as `searched`; the report as it is if the runner fails."""
    try:
        return searched(report, pack, submission, client)
    except RunnerError:
        return report


def failed_by_value(report: Report) -> frozenset[str]:
    """The ids of the tests for which a line can be found. Tests that ended by a limit, or by a process that
    ended, are not run again."""
    failed = (r for r in report.results if r.verdict is Verdict.FAILED and not r.evidence.ended)
    return frozenset(result.id for result in failed)


def searched(report: Report, pack: Pack, submission: Submission, client: Runner) -> Report:
    """The report with the line behind each failed test for which one is found; where none is, with until
    where its run is right, if that is known. Raises RunnerError."""
    order = _order(report, pack, submission)
    if not failed_by_value(report) or not order.tests:
        return report
    graded = client.grade(order)
    failed = {result.id for result in report.results if result.verdict is Verdict.FAILED}
    found: dict[str, Line] = {o.id: o.line for o in graded.outcomes if o.line and o.id in failed}
    traces = {o.id: o.trace for o in graded.outcomes if o.trace and o.id in failed and o.id not in found}
    return report.with_lines(found, traces)


def with_lines_of(report: Report, earlier: Report) -> Report:
    """The report with the lines of an earlier one on the same files, if all tests found the same in both: a
    line was proven with all of them."""
    if report.files != earlier.files or _found(report) != _found(earlier):
        return report
    lines = {result.id: result.line for result in earlier.results}
    return report.with_lines(lines, {result.id: result.trace for result in earlier.results})


def _found(report: Report) -> set[tuple[str, Verdict, int, str]]:
    return {(r.id, r.verdict, r.key, r.message) for r in report.results}


def _order(report: Report, pack: Pack, submission: Submission) -> Order:
    """The order for the tests of this report in which no process ended, on the same draws. Those in which the
    student's code raised are evidence too: a change that leaves them as they are explains less."""
    manifest = pack.manifest
    rows = {row.id: row for row in pack.tests}
    tests = tuple(
        TestPlan(r.id, r.visibility, manifest.limits_of(rows[r.id]), r.key, rows[r.id].partial)
        for r in report.results
        if r.id in rows and r.verdict in JUDGED and not r.evidence.ended
    )
    return Order(
        pack=pack.pack_files,
        names=pack.names,
        files=submission.files,
        tests=tests,
        answers=manifest.answers,
        total_s=SEARCH_TOTAL_S,
        rehearse=True,
        id=bound_id(),
        explain=False,
        bulk=True,
        search=True,
    )
