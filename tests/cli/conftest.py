import pytest


@pytest.fixture(scope="session")
def runner(shared_runner):
    """The socket of a real runner with two slots."""
    return str(shared_runner)
