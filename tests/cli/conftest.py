import pytest

from grader.cli import main
from grader.packs.new import write_new


@pytest.fixture(scope="session")
def runner(shared_runner):
    """The socket of a real runner with two slots."""
    return str(shared_runner)


@pytest.fixture
def pack(tmp_path):
    write_new(tmp_path / "squared-error")
    return tmp_path / "squared-error"


@pytest.fixture
def grade(pack, runner, capsys):
    """`grader grade` with a new pack: (exit code, stdout, stderr)."""

    def run(*arguments):
        code = main(["grade", *map(str, arguments), "--pack", str(pack), "--runner", runner])
        return (code, *capsys.readouterr())

    return run
