"""tools/scan.py finds texts that must not be in the repository."""

from pathlib import Path

import pytest

from tools import scan

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "line",
    [
        "index = https://" + "py" + "pi.org/simple",
        "cd /home/" + "somebody/work",
        "-----BEGIN RSA PRIVATE" + " KEY-----",
        "key = 'AKIA" + "ABCDEFGHIJKLMNOP'",
        "url = 'postgresql://grader:" + "hunter2@db.example.edu/grades'",
        "    pass  # TO" + "DO later",
    ],
)
def test_it_finds_what_must_not_be_in_the_repository(line):
    assert len(list(scan.findings(Path("a.py"), f"ok = 1\n{line}\n"))) == 1


@pytest.mark.parametrize(
    "line",
    [
        "postgresql://user@/db?host=/run",
        "f'postgresql://{user}:{password}@{host}/db'",
        "redis://127.0.0.1:6379/0",
    ],
)
def test_it_leaves_harmless_lines_alone(line):
    assert list(scan.findings(Path("a.py"), line)) == []


def test_a_starter_may_contain_a_note_for_students():
    line = "    # TO" + "DO: your code here"

    assert list(scan.findings(Path("assignments/x/starter/mlp.py"), line)) == []


def test_it_finds_nothing_in_this_repository(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)

    code = scan.main()

    assert code == 0, capsys.readouterr().out
