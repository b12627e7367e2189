"""Fixture: argon2 with its cheapest parameters. A test of the parameters themselves must not use it."""

from __future__ import annotations

from functools import cache

import pytest
from argon2 import PasswordHasher

from grader.database import passwords


@cache
def _cheap() -> PasswordHasher:
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@cache
def _cheap_dummy_hash() -> str:
    return _cheap().hash("nobody has this password")


@pytest.fixture
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords with the least work that argon2 allows, in this process and for one test."""
    monkeypatch.setattr(passwords, "_hasher", _cheap)
    monkeypatch.setattr(passwords, "_dummy_hash", _cheap_dummy_hash)
