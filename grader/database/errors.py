"""The changes that the database functions refuse, each with a message that says why.

StoreError                a change that the rules refuse
|-- AlreadyThere          something of that name exists
|-- NotOpen               the assignment takes no uploads yet
|-- Closed                the assignment takes no more uploads
|-- NoAttemptsLeft        all attempts of the team are used
|-- TooSoon               the wait between two attempts is not over
|-- NotEmpty              an assignment with submissions can't be deleted
|-- BadExtension          an extension that moves nothing, or too far
|-- NothingToMove         no date is inside the window
|-- NotUndone             it was undone already, or what it changed has changed since
|-- NoChoice              this attempt can't be chosen to count
|-- SameFiles             the team has handed in the same files before
|-- PackNotProven         only a proven version can be published
|-- NothingToMark         no text awaits a mark
|-- OtherText             the text has changed since it was read
|-- BadMark               points or comment outside their limits
|-- BadText               a text that is empty or too long, or about no line of a file
|-- BadPoints             points outside of their limits
|-- NoRequest             a regrade request that can't be made or answered
`-- WeakPassword          a password too short or too long
ReadOnlySession           a fault of ours: a change in a session of `reading`
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


class StoreError(Exception):
    """A change that the rules refuse. `code` is for programs, the text for people."""

    code = "refused"


class AlreadyThere(StoreError):
    """Something of that name exists."""

    code = "already_there"

    def __init__(self, what: str, value: str) -> None:
        super().__init__(f"{what} {value} exists already")


class NotOpen(StoreError):
    """The assignment takes no uploads yet."""

    code = "not_open"

    def __init__(self, opens_at: datetime) -> None:
        super().__init__("The assignment is not open yet")
        self.opens_at = opens_at


class Closed(StoreError):
    """The assignment takes no more uploads."""

    code = "closed"

    def __init__(self, closed_at: datetime) -> None:
        super().__init__("The assignment is closed")
        self.closed_at = closed_at


class NoAttemptsLeft(StoreError):
    """All attempts of the team are used."""

    code = "no_attempts_left"

    def __init__(self, allowed: int) -> None:
        super().__init__(f"All {allowed} attempts are used")
        self.allowed = allowed


class TooSoon(StoreError):
    """Between two attempts a student waits; the next one is possible at `at`."""

    code = "too_soon"

    def __init__(self, minutes: int, at: datetime, zone: str) -> None:
        local = at.astimezone(ZoneInfo(zone))
        unit = "minute" if minutes == 1 else "minutes"
        super().__init__(
            f"Between two attempts {minutes} {unit} must pass. The next attempt is possible from "
            f"{local:%a} {local.day} {local:%b}, {local:%H:%M:%S} ({zone})"
        )
        self.minutes, self.at = minutes, at


class NotEmpty(StoreError):
    """An assignment with submissions can't be deleted."""

    code = "not_empty"

    def __init__(self, count: int) -> None:
        what = "1 submission" if count == 1 else f"{count} submissions"
        super().__init__(f"The assignment has {what}, so it can't be deleted; it can be hidden")
        self.count = count


class BadExtension(StoreError):
    """An extension that moves nothing, or too far, or is for nobody."""

    code = "bad_extension"


class NothingToMove(StoreError):
    """No date is inside the window."""

    code = "nothing_to_move"


class NotUndone(StoreError):
    """It was undone already, or what it changed has changed since."""

    code = "not_undone"


class NoChoice(StoreError):
    """This attempt can't be chosen to count."""

    code = "no_choice"


class SameFiles(StoreError):
    """The team has handed in exactly these files before; `under_way` says that their grading is not over."""

    code = "same_files"

    def __init__(self, number: int, public_id: str, at: datetime, *, under_way: bool) -> None:
        super().__init__(f"Exactly these files were handed in as attempt {number}")
        self.number, self.public_id, self.at, self.under_way = number, public_id, at, under_way


class PackNotProven(StoreError):
    """A pack version that `pack check` has not proven can't be published or assigned."""

    code = "not_proven"

    def __init__(self, state: str) -> None:
        super().__init__(f"This version is {state}; only a proven one can be published")
        self.state = state


class NothingToMark(StoreError):
    """In the report that counts, no text of this test awaits a mark."""

    code = "nothing_to_mark"

    def __init__(self) -> None:
        super().__init__("No text of this test awaits a mark")


class OtherText(StoreError):
    """The text has changed since it was read."""

    code = "other_text"

    def __init__(self) -> None:
        super().__init__("The text has changed since the page was opened; read it again")


class BadMark(StoreError):
    """Points or a comment outside their limits."""

    code = "bad_mark"

    def __init__(self, rule: str) -> None:
        super().__init__(f"This mark is not stored: {rule}")


class BadText(StoreError):
    """A text that is empty or too long, or is about a line that does not exist."""

    code = "bad_text"


class BadPoints(StoreError):
    """Points outside of their limits."""

    code = "bad_points"


class NoRequest(StoreError):
    """A regrade request that can't be made or answered; `earlier` is the public id of the one that exists."""

    code = "no_request"

    def __init__(self, why: str, earlier: str = "") -> None:
        super().__init__(why)
        self.earlier = earlier


class WeakPassword(StoreError):
    """The password is too short or too long; the message names the limits."""

    code = "weak_password"


class ReadOnlySession(RuntimeError):
    """A change in a session opened by `reading`."""
