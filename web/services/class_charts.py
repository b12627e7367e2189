"""The charts of a class: each bar with the query of the table that shows those behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from grader.database.class_numbers import LineCount, MistakeCount
from grader.database.models import Assignment
from grader.grading.findings import name_of
from grader.grading.line_words import name_of_kind
from grader.values.numbers import points
from web.render.charts import Histogram, bar_chart, score_histogram
from web.services.submission_form import BETWEEN, LAST_STEP

MOST_DAYS = 28


@dataclass(frozen=True)
class Chart:
    """A chart, and for each of its bars the query of those behind it, and the bar in words."""

    title: str
    drawing: Histogram
    links: tuple[tuple[str, str], ...]
    column: str
    noun: str

    @property
    def rows(self) -> tuple[tuple[str, str, int], ...]:
        """The chart as a table: the query, the bar's name and its count."""
        return tuple(
            (query, words.rpartition(": ")[0], bar.count)
            for (query, words), bar in zip(self.links, self.drawing.bars, strict=True)
        )


@dataclass(frozen=True)
class MistakeRow:
    """A mistake with its place, in words; how many teams, how many attempts they made, and the query."""

    name: str
    place: str
    teams: int
    attempts: int
    query: str


def score_chart(scores: Sequence[Decimal], most: Decimal) -> Chart:
    """How many students have how many points."""
    drawing = score_histogram(scores, most, "points of the attempt that counts")
    step = most / 10
    links = []
    for at, bar in enumerate(drawing.bars):
        least, under = points(step * at), "" if at == 9 else points(step * (at + 1))
        words = f"{least} to below {under} points" if under else f"{least} points and more"
        links.append((_query(least=least if at else "", under=under), f"{words}: {bar.count}"))
    return Chart("Scores", drawing, tuple(links), "Points", "Students")


def first_pass_chart(firsts: Mapping[int, int]) -> Chart:
    """With which attempt how many teams passed everything for the first time."""
    counted: Counter[int] = Counter()
    for number, teams in firsts.items():
        counted[min(number, LAST_STEP)] += teams
    numbers = range(1, LAST_STEP + 1)
    labels = [str(number) for number in numbers[:-1]] + [f"{LAST_STEP}+"]
    drawing = bar_chart(
        [counted[number] for number in numbers],
        labels,
        "attempt that passed everything first",
        "Attempts until everything passed for the first time",
        full=True,
    )
    links = [
        (_query(first=str(number)), f"attempt {label}: {counted[number]}")
        for number, label in zip(numbers, labels, strict=True)
    ]
    return Chart("Attempts until the first pass", drawing, tuple(links), "Attempt", "Teams")


def days(assignment: Assignment, now: datetime, zone: str) -> tuple[date, ...]:
    """The days on which attempts can have come in until now, in this zone: the last ones of many."""
    here = ZoneInfo(zone)
    last = min(now, assignment.last_moment + timedelta(days=7)).astimezone(here).date()
    first = max(assignment.opens_at.astimezone(here).date(), last - timedelta(days=MOST_DAYS - 1))
    return tuple(first + timedelta(days=at) for at in range(max(1, (last - first).days + 1)))


def edges(dates: Sequence[date], zone: str) -> tuple[datetime, ...]:
    """The midnights between these days, with the first and the last one."""
    here = ZoneInfo(zone)
    every = (*dates, dates[-1] + timedelta(days=1))
    return tuple(datetime.combine(day, time(), here).astimezone(UTC) for day in every)


def activity_chart(dates: Sequence[date], counts: Sequence[int]) -> Chart:
    """How many attempts were handed in on each day."""
    labels = [f"{day.day} {day:%b}" for day in dates]
    drawing = bar_chart(counts, labels, "attempts a day", "Attempts a day")
    links = [
        (_query(all="1", day=day.isoformat()), f"{day:%a} {label}: {count}")
        for day, label, count in zip(dates, labels, counts, strict=True)
    ]
    return Chart("Activity", drawing, tuple(links), "Day", "Attempts")


def mistake_rows(
    counts: Sequence[MistakeCount], facts: Mapping[tuple[str, str], Mapping[str, str]]
) -> tuple[MistakeRow, ...]:
    """The mistakes with their names for people; `facts` are those of a diagnosis of each, by mistake and
    place."""
    return tuple(
        MistakeRow(
            name_of(row.mistake, facts.get((row.mistake, row.place), {})),
            row.place,
            row.teams,
            row.attempts,
            _query(mistake=f"{row.mistake}{BETWEEN}{row.place}"),
        )
        for row in counts
    )


def line_rows(counts: Sequence[LineCount]) -> tuple[MistakeRow, ...]:
    """The wrong lines with the kinds of change in words, and the functions as their places."""
    return tuple(
        MistakeRow(
            name_of_kind(row.kind),
            row.function,
            row.teams,
            row.attempts,
            _query(line=f"{row.kind}{BETWEEN}{row.function}"),
        )
        for row in counts
    )


def _query(**values: str) -> str:
    return "?" + urlencode([(name, value) for name, value in values.items() if value])
