"""A report with the points of another version of its pack, for versions that decide verdicts in the same way:
nothing has to run again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from grader.grading import needs
from grader.grading.report import PackIdentity, Report, Result
from grader.grading.row_result import CENT
from grader.packs import Pack, TestRow
from grader.values import Verdict


def rescored(report: Report, pack: Pack) -> Report | None:
    """The report as a grading by `pack` would give it; None if it has to be graded again, because the pack
    decides verdicts differently or a test has none."""
    if report.pack.grading_digest != pack.grading_digest or report.internal:
        return None
    before = {result.id: result for result in report.results}
    own = {row.id: _own(row, before[row.id], before) for row in pack.tests}
    final: dict[str, Result] = {}
    while len(final) < len(own):
        for row in pack.tests:
            if row.id not in final and _needed(row) & own.keys() <= final.keys():
                final[row.id] = needs.counted(row, own[row.id], final)
    return replace(
        report,
        pack=PackIdentity(pack.id, pack.title, pack.content_digest, pack.grading_digest),
        results=tuple(final[row.id] for row in pack.tests),
        showing=pack.manifest.showing,
    )


def _needed(row: TestRow) -> set[str]:
    return {need for entry in row.needed for need in entry}


def _own(row: TestRow, result: Result, results: Mapping[str, Result]) -> Result:
    """The result of the test by itself, with the points and words of `row`."""
    earned = result.withheld if result.unmet else result.earned
    if result.by_hand and result.passes_alone:
        new_earned = None
    else:
        share = (earned or Decimal(0)) / result.points if result.points else Decimal(1)
        new_earned = (row.points * share).quantize(CENT, ROUND_HALF_UP)
    return replace(
        result,
        title=row.title,
        points=row.points,
        earned=new_earned,
        verdict=Verdict.PASSED if result.passes_alone else result.verdict,
        secret=row.secret,
        shows=row.diagnosis,
        hint=row.hint,
        unmet=(),
        withheld=Decimal(0),
        message=needs.own_message(result, results),
    )
