"""How well tests and mistakes cover each other, and which tests fail a right solution by chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from grader.grading.report import Report
from grader.packcheck.report import Flakiness, Matrix, Step
from grader.packcheck.steps import failed, reason


def flakiness(reports: Sequence[Report]) -> Flakiness:
    """On how many draws each test failed the solution."""
    counts = Counter(result.id for report in reports for result in report.results if failed(result))
    return Flakiness(len(reports), tuple(counts.items()))


def flakiness_step(found: Flakiness, reports: Sequence[Report]) -> Step:
    """No test fails the solution by chance. A test that always fails it belongs to the solution's step."""
    faults = [
        f"{test}: fails the solution on {count} of {found.draws} draws: {_first(test, reports)}"
        for test, count in found.tests
        if count < found.draws
    ]
    return Step("Flakiness", f"no test fails the solution on {found.draws} draws", tuple(faults))


def coverage_step(matrix: Matrix) -> Step:
    """How many mistakes each test fails. Advice: tests that fail only one, and mistakes that look alike."""
    counts = [len(titles) for titles in matrix.reach.values()] or [0]
    say = f"each test fails {min(counts)} to {max(counts)} of {len(matrix.rows)} mistakes"
    advice = [f"{test}: it fails only one mistake ({title})" for test, title in matrix.lone]
    advice += [f"these mistakes fail the same tests: {'; '.join(titles)}" for titles in matrix.alike]
    return Step("Coverage", say, advice=tuple(advice))


def _first(test: str, reports: Sequence[Report]) -> str:
    return next(reason(r) for report in reports for r in report.results if r.id == test and failed(r))
