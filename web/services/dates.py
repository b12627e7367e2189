"""Dates and times as people type them into a form, in the time zone of a course."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

FIRST_YEAR, LAST_YEAR = 2000, 2100
END_OF_DAY = time(23, 59)


class BadDate(ValueError):
    """The text is no date, or none that names one moment; the message is for the person who typed it."""


def read_instant(text: str, zone: str, *, ends: bool) -> datetime:
    """The moment, in UTC, that a text names: a date and a time of the zone, or with an offset of its own. A
    date alone is the end of the day (23:59) if something `ends` then, else its start. Raises BadDate."""
    local = _with_time(text.strip(), ends)
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        raise BadDate(f"A year from {FIRST_YEAR} to {LAST_YEAR} is expected.")
    if local.tzinfo is not None:
        return local.astimezone(UTC)
    return _of_zone(local, zone)


def _with_time(text: str, ends: bool) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), END_OF_DAY if ends else time())
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise BadDate("A date and a time are expected, such as 2026-10-16 23:59.") from None


def _of_zone(local: datetime, zone: str) -> datetime:
    """The moment at which the clocks of the zone show this, if there is exactly one."""
    first, second = (local.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    instant = first.astimezone(UTC)
    if instant.astimezone(first.tzinfo).replace(tzinfo=None) != local:
        raise BadDate(f"The clocks of {zone} skip this time; choose another.")
    if first.utcoffset() != second.utcoffset():
        offsets = " or ".join(f"{moment:%z}"[:3] + ":" + f"{moment:%z}"[3:5] for moment in (first, second))
        twice = f"The clocks of {zone} show {local:%H:%M} twice on this day"
        raise BadDate(f"{twice}; choose another time, or write {offsets} after it.")
    return instant
