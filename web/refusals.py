"""Refusals of the services, independent of HTTP; `web.errors` turns each into a response.

Refusal
|-- Missing     the object does not exist, or this reader may not know that it exists
|-- Forbidden   the reader is in the course, but their role does not allow this
|-- Archived    the course is archived: it can be read and not changed
`-- TooOften    done too many times; `wait_s` are the seconds until it is allowed again
"""

from __future__ import annotations


class Refusal(Exception):
    """A request that is refused."""


class Missing(Refusal):
    """The object does not exist, or this reader may not see it; the two look the same on purpose."""


class Forbidden(Refusal):
    """The reader's role in the course does not allow this."""


class Archived(Refusal):
    """The course is archived, and this would change it."""

    def __init__(self) -> None:
        super().__init__(
            "This course is archived: it can be read and not changed. Nothing was stored. An instructor of "
            "the course can restore it in its settings."
        )


class TooOften(Refusal):
    """Done too many times in a row; `wait_s` are the seconds until it is allowed again."""

    def __init__(self, message: str, wait_s: int) -> None:
        super().__init__(message)
        self.wait_s = wait_s
