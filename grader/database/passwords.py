"""Passwords as argon2id hashes, for the web's log-in, `grader user` and the demo alike."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from grader.database.errors import WeakPassword

LEAST_LENGTH = 10
MOST_LENGTH = 1024  # hashing must not be made to read a novel


def hash_password(password: str) -> str:
    """The hash to keep of a new password; WeakPassword if it can't be one."""
    if not LEAST_LENGTH <= len(password) <= MOST_LENGTH:
        raise WeakPassword(
            f"the password has {len(password)} characters; {LEAST_LENGTH} to {MOST_LENGTH} are expected"
        )
    return _hasher().hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether `password` is the one whose hash was `kept`. None (nobody of that name) takes as
    long as a wrong password, so that the time taken says nothing."""
    try:
        right = _hasher().verify(_of_nobody() if kept is None else kept, password[:MOST_LENGTH])
    except (Argon2Error, InvalidHashError):
        return False
    return right and kept is not None


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher().check_needs_rehash(kept)


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _of_nobody() -> str:
    return _hasher().hash("nobody has this password")
