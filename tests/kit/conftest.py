"""A recorder, and the checks of a pack that record in it."""

import pytest

from grader.kit import Checks, Recorder


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
def same(recorder):
    return Checks(recorder).same


@pytest.fixture
def gradcheck(recorder):
    return Checks(recorder).gradcheck
