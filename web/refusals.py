"""What pages refuse, without a word of HTTP; `web.errors` turns each into an answer.

Refusal
|-- Missing     nothing is there, or nothing that this reader may know of
|-- Forbidden   the reader belongs to the course, in another role
`-- TooOften    the same thing too many times; `wait_s` says when it is possible again
"""

from __future__ import annotations


class Refusal(Exception):
    """A reader can't have what was asked for."""


class Missing(Refusal):
    """What is not there, or not there for this reader; the two look alike on purpose."""


class Forbidden(Refusal):
    """What this reader's role in the course does not include."""


class TooOften(Refusal):
    """Done too many times in a row; `wait_s` are the seconds until it can be done again."""

    def __init__(self, message: str, wait_s: int) -> None:
        super().__init__(message)
        self.wait_s = wait_s
