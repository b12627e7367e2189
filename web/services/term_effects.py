"""What a change of each of an assignment's settings changes, for whom: computed, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from grader.database.effects import Effects
from grader.database.models import Assignment, Category, Counting
from grader.grading.disclosure import Release
from grader.grading.score import decimal_text
from web.services.effect_words import attempt_words, late_words, submitted_words
from web.words import count_of, date_words


@dataclass(frozen=True)
class Change:
    """A change of an assignment, and what is known about it.

    `before` and `after` are the assignment as it is and as it would be; `releases` are when most students see
    hidden results, before and after. `used` is how many attempts each student has used who has handed in,
    `too_large` how many groups have more members than the new size.
    """

    before: Assignment
    after: Assignment
    effects: Effects
    releases: tuple[Release, Release]
    used: tuple[int, ...]
    too_large: int
    hidden_tests: int
    categories: Mapping[int, Category]
    zone: str
    now: datetime

    @property
    def handed_in(self) -> int:
        return len(self.used)


def opens(change: Change) -> Iterator[str]:
    one, two = change.before.opens_at, change.after.opens_at
    if two > change.now:
        yield "Students can't see the assignment until then."
        if one <= change.now and change.handed_in:
            yield f"{submitted_words(change.handed_in)} They still see what they handed in."
    elif one > change.now:
        yield "It is open to students as soon as this is stored."
    else:
        yield "It is open to students already, so nothing changes for them."


def due(change: Change) -> Iterator[str]:
    yield submitted_words(change.handed_in)
    yield from late_words(change.effects, change.before.id)
    if change.before.closes_at is None and change.after.closes_at is None:
        yield from closes(change)


def closes(change: Change) -> Iterator[str]:
    one, two = change.before.last_moment, change.after.last_moment
    if one < change.now <= two:
        yield f"Submissions are accepted again, until {date_words(two, change.zone)}."
    elif two < change.now <= one:
        yield "No submission is accepted from now on, except with an extension."
    elif change.now <= two:
        yield f"Submissions are accepted until {date_words(two, change.zone)}."
    else:
        yield "No submission is accepted now, before the change and after it."
    yield from shown(change)


def shown(change: Change) -> Iterator[str]:
    """What happens to hidden results."""
    if not change.hidden_tests:
        return
    before, after = change.releases
    was, will = before.reached(change.now), after.reached(change.now)
    if was and not will:
        yield "Students see the hidden results now, and not after the change; what they read, they know."
    elif will and not was:
        yield "Students see the hidden results as soon as this is stored."
    elif not will and after.at:
        at = date_words(after.at, change.zone)
        yield f"Students see the hidden results from {at}, extensions included."
    elif not will:
        yield "Students see the hidden results when you publish them."


def attempts(change: Change) -> Iterator[str]:
    allowed, before = change.after.attempts, change.before.attempts
    if allowed is None:
        yield "Students can hand in as often as they like."
        return
    over = sum(used > allowed for used in change.used)
    none_left = sum(used >= allowed for used in change.used)
    if over:
        has = "has" if over == 1 else "have"
        yield f"{count_of(over, 'student')} {has} used more already; these attempts stay."
    if none_left:
        have = "has" if none_left == 1 else "have"
        yield f"{count_of(none_left, 'student')} {have} no attempt left after it."
    else:
        yield "Nobody has used up that many."
    regained = sum(before is not None and before <= used < allowed for used in change.used)
    if regained:
        have = "has" if regained == 1 else "have"
        yield f"{count_of(regained, 'student')} who had none left {have} one again."


def cool_down(change: Change) -> Iterator[str]:
    minutes = change.after.cool_down_min
    if minutes:
        wait = count_of(minutes, "minute")
        yield f"After an attempt students wait {wait}; this holds from the next upload on."
    else:
        yield "Students can hand in again at once."


def counting(change: Change) -> Iterator[str]:
    yield submitted_words(change.handed_in)
    yield from attempt_words(change.effects) or ["For all of them the same attempt counts as before."]
    if change.after.counting is Counting.CHOSEN:
        yield "From now on students choose on the assignment's page, until its marks are published."


def group_size(change: Change) -> Iterator[str]:
    size = change.after.group_size
    yield "Students hand in alone." if size == 1 else f"Students can form groups of at most {size}."
    if change.too_large:
        more = "group has" if change.too_large == 1 else "groups have"
        yield f"{change.too_large} {more} more members already; they stay as they are."


def category(change: Change) -> Iterator[str]:
    category = change.categories.get(change.after.category_id or 0)
    if category is None:
        yield "The assignment is not part of the final mark."
    else:
        weight = decimal_text(category.weight)
        yield f"Its points count in this category, which is {weight} % of the final mark."


def diagnosis(change: Change) -> Iterator[str]:
    yield "This holds for all attempts, also for those that were handed in before."
    yield "The pack may show less: the lower of the two levels holds."


def late_free(change: Change) -> Iterator[str]:
    yield submitted_words(change.handed_in)
    if change.after.late_free:
        yield "Late days cost nothing on this assignment and use up no grace day."
    else:
        yield "Late days use up grace days, and then take points off, as the course says."


def title(change: Change) -> Iterator[str]:
    yield "Everybody sees the new title at once; addresses stay the same."


def release(change: Change) -> Iterator[str]:
    if change.hidden_tests:
        yield from shown(change)
    else:
        yield "The pack has no hidden tests, so nothing changes now."
