"""The result of one row: what its test found, the points that it gives, and texts that can be stored."""

from __future__ import annotations

from dataclasses import fields as fields_of
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, cast

from grader.diagnosis.words import worded
from grader.grading.report import Result
from grader.grading.words import internal_message
from grader.packs import TestRow
from grader.values import Cause, Findings, Outcome, Verdict
from grader.values.text import storable

CENT = Decimal("0.01")
ARGUMENTS_KEPT = 131_072  # bytes of a failing call's arguments in a report
FINDINGS = tuple(field.name for field in fields_of(Findings))
LONGEST = {"message": 8_000, "traceback": 16_000, "detail": 16_000}  # texts of a report, in characters


def make_result(row: TestRow, outcome: Outcome, key: int) -> Result:
    """The result of this row: its points, and the findings that a report has."""
    outcome = _checked_by_hand(row, outcome)
    internal = outcome.verdict is Verdict.INTERNAL
    findings = _internal_findings(outcome) if internal else _findings(outcome)
    earned = None if internal else earned_points(row, outcome)
    return Result(
        row.id,
        row.title,
        row.points,
        row.visibility,
        _verdict(row, outcome, earned),
        earned=earned,
        secret=row.secret,
        own_text=row.own_text,
        shows=row.diagnosis,
        by_hand=row.by_hand,
        hint=row.hint,
        key=key,
        **{name: getattr(findings, name) for name in FINDINGS},
    )


def _verdict(row: TestRow, outcome: Outcome, earned: Decimal | None) -> Verdict:
    """The verdict of the row. A test that ended well, but gave less than all of its points, failed."""
    short = earned is not None and (earned < row.points or not outcome.share > 0)
    return Verdict.FAILED if outcome.verdict is Verdict.PASSED and short else outcome.verdict


def _internal_findings(outcome: Outcome) -> Findings:
    """The findings of a test that stopped by our or its author's fault: none that could be the student's."""
    return Findings(
        message=internal_message(outcome.cause),
        cause=outcome.cause or Cause.SYSTEM,
        output=storable(outcome.output),
        arguments=_arguments(outcome.arguments),
        detail=storable(f"{outcome.message}\n{outcome.detail}".strip(), LONGEST["detail"]),
        evidence=outcome.evidence,
    )


def _findings(outcome: Outcome) -> Findings:
    """The findings of a test that ran, with the sentences of its diagnosis, in texts that can be stored."""
    values = [(name, getattr(outcome, name)) for name in FINDINGS]
    texts = {name: storable(text, LONGEST.get(name, 65_536)) for name, text in values if type(text) is str}
    return replace(
        outcome,
        **cast(dict[str, Any], texts),
        diagnosis=worded(outcome.diagnosis) if outcome.verdict is Verdict.FAILED else None,
        arguments=_arguments(outcome.arguments),
        cause=None,
    )


def _arguments(arguments: bytes) -> bytes:
    """The arguments of a failing call, b"" if they are too large for a report."""
    return arguments if len(arguments) <= ARGUMENTS_KEPT else b""


def _checked_by_hand(row: TestRow, outcome: Outcome) -> Outcome:
    """The outcome; or INTERNAL by the pack's fault, if row and test disagree on marking by hand."""
    if outcome.verdict is not Verdict.PASSED or row.by_hand == bool(outcome.answer.strip()):
        return outcome
    not_called = "the test never called by_hand(text), though its row says by_hand = true"
    called = "the test called by_hand(text), but its row does not say by_hand = true"
    detail = not_called if row.by_hand else called
    return replace(outcome, verdict=Verdict.INTERNAL, cause=Cause.PACK, message="", detail=detail)


def earned_points(row: TestRow, outcome: Outcome) -> Decimal | None:
    """The points earned in one row, rounded to 0.01: its points times the outcome's share. Without
    `partial`, only a test that passed earns any. None where a person gives the points."""
    if row.by_hand and outcome.verdict is Verdict.PASSED:
        return None
    if outcome.verdict is not Verdict.PASSED and not row.partial:
        return Decimal(0)
    share = outcome.share if outcome.share.is_finite() else Decimal(0)
    share = min(max(share, Decimal(0)), Decimal(1))
    return (row.points * share).quantize(CENT, ROUND_HALF_UP)
