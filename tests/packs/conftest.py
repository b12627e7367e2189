import pytest

from grader.grading.client import Client


@pytest.fixture(scope="session")
def runner_client(shared_runner):
    """A client of a real runner."""
    return Client(shared_runner)
