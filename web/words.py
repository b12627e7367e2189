"""How numbers, dates and sizes are written on every page; the filters of the templates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask import Flask
from markupsafe import Markup, escape

from grader.database.final_marks import rounded
from grader.values import Number
from grader.values.numbers import measure, points
from web.render.formulas import prose
from web.text import file_name, one_line, plain


def date_words(at: datetime, zone: str, seconds: bool = False) -> str:
    """`Fri 16 Oct, 23:59` in the zone; with the year if it is not the current one."""
    local = at.astimezone(ZoneInfo(zone))
    year = "" if local.year == datetime.now(local.tzinfo).year else f" {local.year}"
    clock = local.strftime("%H:%M:%S" if seconds else "%H:%M")
    return f"{local.strftime('%a')} {local.day} {local.strftime('%b')}{year}, {clock}"


def percent(value: Decimal | None) -> str:
    """A percentage of marks to one decimal, halves up: `89.7`; a dash if there is none."""
    return "–" if value is None else f"{rounded(value)}"


def when(at: datetime, zone: str, seconds: bool = False) -> Markup:
    """`date_words` inside a `<time>` element with the machine-readable time."""
    machine = at.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")
    return Markup('<time datetime="{}">{}</time>').format(machine, date_words(at, zone, seconds))


def span(length: timedelta) -> str:
    """A duration in its two largest units: `2 days and 7 hours`, `4.4 seconds`."""
    total = abs(length.total_seconds())
    if total < 60:
        return f"{total:.1f} seconds" if total < 10 else f"{total:.0f} seconds"
    parts = _units(int(total))
    return " and ".join(parts[:2])


def until(at: datetime, now: datetime) -> str:
    """`in 13 days`, `in 31 hours`, `in 2 hours and 7 minutes`, or `13 days ago`: the moment itself stands
    beside it. It is never more than what is left."""
    return f"in {_about(at - now)}" if at > now else f"{_about(now - at)} ago"


def _about(length: timedelta) -> str:
    """As exact as a reader needs: whole days from two on, whole hours from one on, else as `span`."""
    if length >= timedelta(days=2):
        return count_of(length.days, "day")
    if length >= timedelta(days=1):
        return count_of(length // timedelta(hours=1), "hour")
    return span(length)


def size(count: int) -> str:
    """A number of bytes in a suitable unit: `812 bytes`, `1.1 KB`, `2.0 MB`."""
    if count < 1000:
        return f"{count} byte{'' if count == 1 else 's'}"
    return f"{count / 1000:.1f} KB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def count_of(number: int, noun: str) -> str:
    """`1 test`, `3 tests`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _units(seconds: int) -> list[str]:
    parts = []
    for name, width in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        number, seconds = divmod(seconds, width)
        if number:
            parts.append(count_of(number, name))
    return parts


def first_number(numbers: Sequence[Number]) -> str:
    """The first measured number and its threshold, as a sentence; "" if there is none."""
    if not numbers:
        return ""
    first = numbers[0]
    return f"{one_line(first.name, 80)}: {measure(first.value)}, threshold {measure(first.threshold)}."


def signed(value: Decimal) -> str:
    """A number of points with its sign: `+2`, `−0.5`, `0`."""
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{points(abs(value))}"


def tz(zone: str) -> ZoneInfo:
    """The time zone with that IANA name."""
    return ZoneInfo(zone)


def form_time(at: datetime, zone: str) -> str:
    """A time in that zone, as a datetime-local input needs it: `2026-10-16T23:59`."""
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


VERDICT_WORDS = {
    "timeout": "time limit",
    "memory": "memory limit",
    "output_limit": "output limit",
    "internal": "not yet",
    "marking": "awaits marking",
    "withheld": "not counted",
}


def verdict_word(verdict: str) -> str:
    """The word beside a verdict's shape."""
    return VERDICT_WORDS.get(verdict, verdict)


def code_words(text: str) -> Markup:
    """`text` cleaned, with the parts between backquotes as code."""
    pieces = plain(text).split("`")
    if len(pieces) % 2 == 0:
        return escape(plain(text))
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if at % 2 else escape(piece)
        for at, piece in enumerate(pieces)
    )


def maths(text: str) -> Markup:
    """`text` cleaned, with formulas as MathML and the parts between backquotes as code."""
    pieces = plain(text).split("`")
    if len(pieces) % 2 == 0:
        return prose(plain(text))
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if at % 2 else prose(piece) for at, piece in enumerate(pieces)
    )


FILTERS = (points, percent, measure, when, date_words, span, until, size, plain, one_line, file_name)
FILTERS_OF_TESTS = (code_words, maths, verdict_word, first_number, signed, tz, form_time)


def register(app: Flask) -> None:
    """Make these functions available in the templates as filters."""
    for function in (*FILTERS, *FILTERS_OF_TESTS):
        app.add_template_filter(function)
    app.add_template_global(count_of)
