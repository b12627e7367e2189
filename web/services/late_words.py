"""The late policy and today's consequence, in sentences for one student."""

from __future__ import annotations

from datetime import datetime

from grader.database.deadlines import Dates
from grader.database.late import Late, Policy
from grader.database.late_points import Final
from grader.grading.score import decimal_text
from web.words import count_of, date_words, span


def policy_sentence(policy: Policy, left: int, dates: Dates, zone: str, *, free: bool) -> str:
    """What being late costs on an assignment; `left` are the student's grace days, `free` says that it costs
    nothing here."""
    if dates.last_moment <= dates.due_at:
        return "Nothing is accepted after the due date."
    accepted = f"Late submissions are accepted until {date_words(dates.last_moment, zone)}"
    if free or not policy.percent:
        return f"{accepted} and cost nothing."
    percent = decimal_text(policy.percent)
    if not policy.grace_days:
        return f"{accepted}; each late day, also a part of one, takes off {percent} % of the points."
    return (
        f"{accepted}. You have {left} of {count_of(policy.grace_days, 'grace day')} left for the term; they "
        f"are used first, and each further late day, also a part of one, takes off {percent} % of the points."
    )


def today_sentence(late: Late, left: int, *, costs: bool) -> str:
    """What handing in now would cost."""
    if not late.days:
        return "If you hand in now, it is in time."
    begin = f"If you hand in now, it is {count_of(late.days, 'day')} late"
    if not costs:
        return f"{begin}, which costs nothing."
    return f"{begin}: {_cost(late, f', of {left} left,')}."


def final_sentence(final: Final) -> str:
    """Why the final points are fewer than the points that were found; "" if being late cost nothing."""
    late = final.late
    if not late.days:
        return ""
    begin = f"{count_of(late.days, 'day')} late"
    cost = f"{begin}: {_cost(late, '')}" if late.grace or late.percent else begin
    if final.points == final.fact.points:
        return f"{cost}."
    return f"{cost}: {decimal_text(final.points)} points are left."


def _cost(late: Late, of_left: str) -> str:
    grace = ""
    if late.grace:
        is_are = "is" if late.grace == 1 else "are"
        grace = f"{count_of(late.grace, 'grace day')} {is_are} used{of_left}"
    off = f"{decimal_text(late.percent)} % is taken off" if late.percent else "nothing is taken off"
    return f"{grace} and {off}".strip() if grace else off


def moved_sentence(dates: Dates, due_at: datetime, zone: str) -> str:
    """That an extension moves the reader's due date; "" if none does."""
    if not dates.moved:
        return ""
    others = date_words(due_at, zone)
    return f"You have an extension: it is due {span(dates.moved)} later than for the others, {others}."
