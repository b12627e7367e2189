"""What a change changes, for whom, in sentences and in rows: late days, attempts, final points."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.database.effects import Counted, Effects
from grader.database.models import Assignment
from grader.grading.score import decimal_text
from web.words import count_of


def submitted_words(number: int) -> str:
    """`12 students have submitted.`"""
    return f"{count_of(number, 'student')} {'has' if number == 1 else 'have'} submitted."


def late_words(effects: Effects, assignment_id: int | None = None) -> list[str]:
    """Who becomes late and who no longer is, and who is late by another number of days."""
    late, in_time = effects.become_late(assignment_id), effects.no_longer_late(assignment_id)
    other = effects.other_late_days(assignment_id)
    words = []
    if late:
        words.append(f"{count_of(len(late), 'student')} {'becomes' if len(late) == 1 else 'become'} late.")
    if in_time:
        is_are = "is" if len(in_time) == 1 else "are"
        words.append(f"{count_of(len(in_time), 'student')} {is_are} no longer late.")
    if other:
        is_are = "is" if len(other) == 1 else "are"
        words.append(f"{count_of(len(other), 'student')} {is_are} late by another number of days.")
    return words or ["Nobody's late days change."]


def attempt_words(effects: Effects) -> list[str]:
    """For how many students another attempt counts."""
    users = {row.user_id for row in effects.other_attempt()}
    return [f"For {count_of(len(users), 'student')} another attempt counts."] if users else []


def points_words(effects: Effects) -> list[str]:
    """For how many students final points rise or fall, and by how much at most."""
    words = []
    for rows, word in ((effects.gain, "more"), (effects.lose, "fewer")):
        users = {row.user_id for row in rows}
        if users:
            most = max((abs(row.after.final - row.before.final) for row in rows), default=Decimal(0))
            has = "has" if len(users) == 1 else "have"
            many = count_of(len(users), "student")
            words.append(f"{many} {has} {word} final points, by at most {decimal_text(most)}.")
    return words or ["Nobody's final points change."]


@dataclass(frozen=True)
class EffectRow:
    """One student of the table of a preview: the assignment, and what counts before and after."""

    name: str
    assignment: str
    before: str
    after: str


MOST_ROWS = 50


def rows(session: Session, effects: Effects) -> tuple[EffectRow, ...]:
    """The table of a preview: everybody for whom something changes."""
    ids = {row.assignment_id for row in effects.moved}
    titles = {
        key: title
        for key, title in session.execute(
            select(Assignment.id, Assignment.title).where(Assignment.id.in_(ids))
        )
    }
    return tuple(
        EffectRow(row.name, titles[row.assignment_id], _counted(row.before), _counted(row.after))
        for row in effects.moved
    )


def _counted(counted: Counted) -> str:
    """What counts: days late, points, final points."""
    late = f"{count_of(counted.late_days, 'day')} late" if counted.late_days else "in time"
    points, final = decimal_text(counted.points), decimal_text(counted.final)
    return f"{late}, {points} points" + (f", {final} final" if final != points else "")
