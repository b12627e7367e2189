"""What the page says about a grading that ended without a score by a fault of ours or of the pack."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from grader.database.models import Grading
from web.words import date_words

FREE = "It doesn\u2019t use up an attempt."


def fault_words(grading: Grading, now: datetime, zone: str) -> str:
    """What happened and what comes next; "" if the grading has a score or has not ended."""
    if grading.score is not None or not grading.state.is_over:
        return ""
    happened = f"The grading had a fault on our side; {next_words(grading.retry_at, now, zone)}."
    return f"{happened} {FREE}" if grading.submission.given_back else happened


def next_words(retry_at: datetime | None, now: datetime, zone: str) -> str:
    """When it is tried again: `it will be tried again at about 14:20`, with the day if that is not today."""
    if retry_at is None:
        return "the staff of the course can see it and have it graded again"
    if retry_at <= now:
        return "it will be tried again in a moment"
    local = retry_at.astimezone(ZoneInfo(zone))
    today = local.date() == now.astimezone(ZoneInfo(zone)).date()
    return f"it will be tried again at about {local:%H:%M}" if today else _on_another_day(retry_at, zone)


def _on_another_day(retry_at: datetime, zone: str) -> str:
    day, _, clock = date_words(retry_at, zone).partition(", ")
    return f"it will be tried again on {day} at about {clock}"
