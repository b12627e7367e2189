"""Options that can't be used: one sentence with the value, before any work, and never a traceback."""

import json
import os
import subprocess
import sys

import pytest

from grader.cli import main
from grader.cli.options import why_not_writable


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("grade a.py --pack x --fail-under abc", "'abc' is not a number"),
        ("grade a.py --pack x --fail-under nan", "nan is not from 0 to 100"),
        ("grade a.py --pack x --fail-under 101", "101 is not from 0 to 100"),
        ("grade a.py --pack x --jobs 0", "0 is not from 1 to 1000"),
        ("grade a.py --pack x --jobs two", "'two' is not a whole number"),
        ("pack check x --draws -1", "-1 is not from 0 to 10000"),
        (f"pack check x --mutants {'9' * 5000}", "is not from 0 to 10000"),
        ("web --port http", "'http' is not a port; expected 1 to 65535"),
        ("pack", "required: new|check|mistakes|build|import"),
    ],
)
def test_a_wrong_value_is_named_with_its_rule(words, sentence, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words.split())

    assert ended.value.code == 2
    assert sentence in capsys.readouterr().err


def test_no_command_is_bad_input_and_shows_the_commands(capsys):
    assert main([]) == 2
    assert "grade files or folders" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"{", "is not JSON: line 1"),
        (b"\xff", "is not a report"),
        (b"[" * 100_000, "is not a report"),
        (b"[3]", "is not a report"),
        (b'{"files": [], "results": [{"id": "a", "key": "zz"}]}', "is not a report"),
        (None, "can't be read: No such file or directory"),
    ],
)
def test_a_file_to_replay_that_is_no_report_is_named(grade, pack, tmp_path, content, sentence):
    report = tmp_path / "report.json"
    if content is not None:
        report.write_bytes(content)

    code, _, err = grade(pack / "solution" / "squared.py", "--replay", report)

    assert code == 2
    assert f"--replay {report} {sentence}" in err


def test_an_empty_secret_is_refused_instead_of_the_public_one(grade, pack, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text(" \n")

    code, _, err = grade(pack / "solution" / "squared.py", "--secret-file", secret)

    assert (code, err) == (2, f"grader grade: --secret-file {secret} is empty\n")


def test_a_file_that_can_not_be_written_is_noticed_before_the_grading(grade, pack, tmp_path):
    missing = tmp_path / "no" / "such.json"

    code, out, err = grade(pack / "solution" / "squared.py", "--json", missing)

    assert (code, out) == (2, "")
    assert err == f"grader grade: {missing} can't be written: No such file or directory\n"


def test_asking_whether_a_file_can_be_written_changes_nothing(tmp_path):
    there = tmp_path / "there"
    there.write_text("old")

    assert [why_not_writable(path) for path in (None, "-", str(there), str(tmp_path / "new"))] == [""] * 4
    assert "Is a directory" in why_not_writable(str(tmp_path))
    assert there.read_text() == "old"
    assert list(tmp_path.iterdir()) == [there]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_that_lacks_our_characters_gets_escapes_and_no_traceback(tmp_path, encoding):
    name = os.fsencode(str(tmp_path)) + "/ü".encode() + b"\xff"
    script = (
        "import sys; from grader.cli import main; from pathlib import Path\n"
        "import grader.cli.doctor as d; d.run = lambda o: print('✓ ·', Path(sys.argv[1])) or 0\n"
        "main(['doctor'])"
    )

    done = subprocess.run(
        [sys.executable, "-c", script, name],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )

    assert done.returncode == 0, done.stderr
    assert rb"\u2713" in done.stdout
    assert rb"\udcff" in done.stdout


def test_reports_on_standard_output_are_json_whatever_its_encoding(grade, pack):
    _, out, _ = grade(pack / "solution" / "squared.py", "--json", "-")

    assert out.isascii()
    assert json.loads(out)[0]["score"] == "12"
