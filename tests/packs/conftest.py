import pytest

from grader.grading.client import Client
from grader.runner.private import private_runner


@pytest.fixture(scope="session")
def runner_client():
    """A client of a real runner."""
    with private_runner() as socket:
        yield Client(socket)
