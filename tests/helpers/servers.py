"""The fixture `servers`, apart from the scheduler: the runner's tests also run where there is only pytest."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def servers() -> None:
    """Every fixture that starts a server uses this one."""
