import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import grader
from grader.cli import main
from grader.packs import find
from tests.helpers.mistakes import written

SCHEMA = json.loads((Path(grader.__file__).parent / "grading" / "report.schema.json").read_text())


def test_a_solution_earns_every_point(grade, pack):
    code, out, _ = grade(pack / "solution" / "squared.py")

    assert code == 0
    assert "12 of 12 points" in out
    assert out.count("✓ passed") == 4


def test_a_failed_test_shows_why_and_costs_its_points(grade, pack, tmp_path):
    code, out, _ = grade(written(pack, "half_missing", tmp_path))

    assert code == 0
    assert "0 of 12 points" in out
    assert "◌ not counted" in out  # arguments are unchanged, but no value is right
    assert "Hint: Halve the squares" in out


def test_bad_input_is_shown_and_the_other_files_are_graded(grade, pack, tmp_path):
    (tmp_path / "empty.py").write_bytes(b"")

    code, out, err = grade(tmp_path / "empty.py", tmp_path / "missing.py", pack / "solution" / "squared.py")

    assert code == 2
    assert "empty.py: is empty." in err
    assert "No such file" in err
    assert "12 of 12 points" in out


def test_a_score_below_the_limit_is_exit_code_1(grade, pack, tmp_path):
    assert grade(written(pack, "half_missing", tmp_path), "--fail-under", "50")[0] == 1
    assert grade(pack / "solution" / "squared.py", "--fail-under", "100")[0] == 0


def test_reports_on_standard_output_match_the_schema(grade, pack, tmp_path):
    code, out, _ = grade(
        pack / "solution" / "squared.py", written(pack, "not_averaged", tmp_path), "--json", "-"
    )

    reports = json.loads(out)
    assert code == 0
    assert [report["score"] for report in reports] == ["12", "5"]
    for report in reports:
        Draft202012Validator(SCHEMA).validate(report)


def test_many_submissions_come_back_in_order(grade, pack, tmp_path):
    wrong = [written(pack, mistake, tmp_path) for mistake in ("half_missing", "not_averaged")]

    code, out, _ = grade(*[pack / "solution" / "squared.py", *wrong] * 4, "--jobs", "4", "--json", "-")

    assert code == 0
    assert [report["score"] for report in json.loads(out)] == ["12", "0", "5"] * 4


def test_a_folder_is_one_submission(grade, pack):
    code, out, _ = grade(pack / "solution")

    assert code == 0
    assert "12 of 12 points" in out


def test_a_replay_repeats_the_draws(grade, pack, tmp_path):
    grade(pack / "solution" / "squared.py", "--json", tmp_path / "one.json")
    other = tmp_path / "other.py"
    other.write_bytes((pack / "solution" / "squared.py").read_bytes() + b"# changed\n")

    grade(other, "--json", tmp_path / "two.json")
    grade(other, "--json", tmp_path / "again.json", "--replay", tmp_path / "one.json")

    one, two, again = (
        [r["key"] for r in json.loads((tmp_path / f"{name}.json").read_text())[0]["results"]]
        for name in ("one", "two", "again")
    )
    assert one != two
    assert one == again


def test_a_syntax_error_shows_the_line_and_no_traceback_of_ours(grade, tmp_path):
    (tmp_path / "mine.py").write_text("import numpy as np\n\ndef loss(y, t)\n    return 1\n")

    code, out, err = grade(tmp_path / "mine.py")

    assert code == 0
    assert "squared.py:3: Python" in out
    assert "    def loss(y, t)\n" in out
    assert "^" in out
    assert "grader/" not in out + err


def test_python_2_and_a_misspelt_name_are_named(grade, tmp_path):
    (tmp_path / "two.py").write_text("def loss(y, t):\n    print 'x'\n")
    (tmp_path / "near.py").write_text("def Loss(y, t):\n    return 1\ndef gradient(y, t):\n    return y\n")

    _, out, _ = grade(tmp_path / "two.py", tmp_path / "near.py")

    assert "This is Python 2; Python 3 is expected." in out
    assert "Loss found, loss expected." in out


def test_a_pipe_is_not_waited_for(grade, tmp_path):
    os.mkfifo(tmp_path / "pipe.py")

    code, _, err = grade(tmp_path / "pipe.py", "/dev/zero", tmp_path)

    assert code == 2
    assert err.count("not an ordinary file") == 2
    assert "the folder holds 0 files" in err


@pytest.mark.server
def test_ctrl_c_ends_everything_at_once(pack, tmp_path):
    spinning = tmp_path / "spinning.py"
    spinning.write_text("while True:\n    pass\n")
    command = [sys.executable, "-m", "grader", "grade", str(spinning), "--pack", str(pack), "--timings"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True, text=True)
    wait_until(lambda: children(process.pid))
    (runner_pid,) = children(process.pid)
    wait_until(lambda: len(children(runner_pid)) >= 2)

    process.send_signal(signal.SIGINT)

    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert not Path(f"/proc/{runner_pid}").exists()


def children(pid):
    try:
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def wait_until(done, seconds=30):
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def test_timings_show_how_long_each_phase_took(grade, pack):
    _, _, err = grade(pack / "solution" / "squared.py", "--timings")

    assert " ms (" in err
    for stage in (
        "test host",
        "examiner",
        "candidates",
        "student's import and calls",
        "comparisons",
    ):
        assert f"{stage} " in err or f"{stage}," in err


def test_an_unknown_pack_is_bad_input(grade, pack, capsys, runner):
    code = main(["grade", "x.py", "--pack", "no-such-pack", "--runner", runner])

    assert code == 2
    assert "neither a folder nor one of these packs" in capsys.readouterr().err


def test_a_missing_runner_is_our_fault(pack, capsys, monkeypatch, tmp_path):
    monkeypatch.setattr("time.sleep", lambda _: None)
    solution = str(pack / "solution" / "squared.py")

    code = main(["grade", solution, "--pack", str(pack), "--runner", str(tmp_path / "none.sock")])

    assert code == 3
    assert "score: not yet" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["mlp-backprop", "xor-training"])
def test_the_shipped_packs_grade_their_solutions(name, runner, capsys):
    code = main(["grade", str(find(name) / "solution"), "--pack", name, "--runner", runner])

    assert code == 0
    assert "100 of 100 points" in capsys.readouterr().out


def test_lines_shows_the_wrong_line_with_a_mark_under_the_place(grade, pack, tmp_path):
    code, out, _ = grade(written(pack, "half_missing", tmp_path), "--lines")

    assert code == 0
    assert "with one change there" in out
    quoted = next(i for i, line in enumerate(out.split("\n")) if " | " in line)
    assert "^" in out.split("\n")[quoted + 1]
