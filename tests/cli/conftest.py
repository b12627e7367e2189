import pytest

from grader.runner.private import private_runner


@pytest.fixture(scope="session")
def runner():
    """The socket of a real runner with two slots."""
    with private_runner(slots=2) as socket:
        yield str(socket)
