"""What a change of an assignment's settings changes, for whom: one entry for each field, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from web.services import term_effects
from web.services.term_effects import Change
from web.services.term_fields import COUNTINGS, LEVELS, RELEASES
from web.words import count_of, date_words


@dataclass(frozen=True)
class Entry:
    """One changed field: its name, the value before and after, and what that changes, for whom."""

    label: str
    before: str
    after: str
    effects: tuple[str, ...]


def entries(change: Change) -> tuple[Entry, ...]:
    """One entry for each field that changes, in the order of the form."""
    found = []
    for name, label, shown, effect in FIELDS:
        one, two = getattr(change.before, name), getattr(change.after, name)
        if one != two:
            found.append(Entry(label, shown(change, one), shown(change, two), tuple(effect(change))))
    return tuple(found)


def _text(change: Change, value: Any) -> str:
    return str(value)


def _date(change: Change, value: Any) -> str:
    return date_words(value, change.zone) if value else "the due date"


FIELDS: tuple[tuple[str, str, Callable[[Change, Any], str], Callable[[Change], Iterator[str]]], ...] = (
    ("title", "Title", _text, term_effects.title),
    ("opens_at", "Opens", _date, term_effects.opens),
    ("due_at", "Due", _date, term_effects.due),
    ("closes_at", "Accepted until", _date, term_effects.closes),
    ("release", "Hidden results", lambda _, value: RELEASES[value], term_effects.release),
    ("attempts", "Attempts", lambda _, value: str(value or "no limit"), term_effects.attempts),
    (
        "cool_down_min",
        "Wait between attempts",
        lambda _, value: count_of(value, "minute"),
        term_effects.cool_down,
    ),
    ("counting", "Which attempt counts", lambda _, value: COUNTINGS[value], term_effects.counting),
    ("group_size", "Group size", _text, term_effects.group_size),
    (
        "category_id",
        "Category",
        lambda change, value: change.categories[value].name if value in change.categories else "none",
        term_effects.category,
    ),
    ("diagnosis", "Diagnosis", lambda _, value: LEVELS[value or ""], term_effects.diagnosis),
    (
        "late_free",
        "Late days",
        lambda _, value: "free" if value else "as the course says",
        term_effects.late_free,
    ),
)
