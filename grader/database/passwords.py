"""Passwords as argon2id hashes, for logging in on the web, `grader user` and the demo."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from grader.database.errors import WeakPassword

LEAST_LENGTH = 10
MOST_LENGTH = 1024  # so that nobody can make the server hash a very long text


def hash_password(password: str) -> str:
    """The hash of a new password. Raises WeakPassword if it is too short or too long."""
    if not LEAST_LENGTH <= len(password) <= MOST_LENGTH:
        raise WeakPassword(
            f"the password has {len(password)} characters; {LEAST_LENGTH} to {MOST_LENGTH} are allowed"
        )
    return _hasher().hash(password)


def matches(stored_hash: str | None, password: str) -> bool:
    """Whether `password` is the one with this hash. None (no such user) takes as long as a wrong
    password, so that the time doesn't show whether a user exists."""
    try:
        right = _hasher().verify(
            _dummy_hash() if stored_hash is None else stored_hash, password[:MOST_LENGTH]
        )
    except (Argon2Error, InvalidHashError):
        return False
    return right and stored_hash is not None


def is_outdated(stored_hash: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher().check_needs_rehash(stored_hash)


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _dummy_hash() -> str:
    return _hasher().hash("nobody has this password")
