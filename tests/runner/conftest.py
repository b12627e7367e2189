"""One runner for each mode, shared by all these tests; they must not change it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from grader.grading.client import Client
from grader.sandbox.kernel import landlock_abi
from tests.runner import kit
from tests.runner.targets import Targets, targets


@pytest.fixture(scope="session", params=kit.modes(), ids=str)
def runner(request: pytest.FixtureRequest, servers: None) -> Iterator[kit.Running]:
    """A runner in each mode that this machine has; without Landlock these tests fail."""
    assert landlock_abi() >= 1, "this machine has no Landlock: nothing here can be proven"
    with kit.running(request.param, environment={**kit.ENVIRONMENT, "PLAIN": "SESAME-runner"}) as started:
        yield started


@pytest.fixture
def client(runner: kit.Running) -> Client:
    return runner.client


@pytest.fixture(scope="session")
def attack_targets() -> Iterator[Targets]:
    """What attacks on isolation try to reach."""
    with targets() as created:
        yield created
        assert os.path.exists(created.folder)
