import json

import pytest

from grader.cli import main
from grader.packs import load, load_zip


@pytest.fixture
def pack(tmp_path, capsys):
    """The folder of a new pack."""
    assert main(["pack", "new", str(tmp_path / "my-pack")]) == 0
    capsys.readouterr()
    return tmp_path / "my-pack"


def replace(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_new_pack_can_be_proven(pack, runner, capsys):
    code = main(["pack", "check", str(pack), "--runner", runner])

    out = capsys.readouterr().out
    assert code == 0, out
    assert "proven" in out
    assert "■" in out


def test_a_pack_whose_mistake_is_not_wrong_is_not_proven(pack, runner, capsys):
    replace(
        pack / "pack.toml",
        "new = 'return np.sum((y - t) ** 2) / len(y)'",
        "new = 'return np.sum((y - t) ** 2) / len(y) / 2'",
    )

    code = main(["pack", "check", str(pack), "--runner", runner])

    out = capsys.readouterr().out
    assert code == 2
    assert "this mistake passes test_gradient_matches_slopes, test_loss_value, test_other_batches" in out
    assert "test_loss_value: no mistake fails this test" in out


def test_a_weak_pack_whose_parts_agree_is_not_proven(pack, runner, capsys):
    replace(pack / "pack.toml", "cpu_s = 2.0", "cpu_s = 0.1")
    solution = pack / "solution" / "squared.py"
    solution.write_text("import time\n\ntime.process_time()\n" + solution.read_text())
    replace(pack / "starter" / "squared.py", "import numpy as np", solution.read_text())

    code = main(["pack", "check", str(pack), "--runner", runner, "--mutants", "0", "--draws", "1"])

    out = capsys.readouterr().out
    assert code == 1, out
    assert "contains lines of the solution's loss" in out


def test_all_contradictions_are_reported_at_once(pack, runner, capsys):
    replace(pack / "pack.toml", "extra_files = false", "total = 100\nextra_file = false")
    replace(pack / "pack.toml", "points = 3", "points = -3")
    replace(pack / "pack.toml", 'fails = ["test_inputs', 'fails = ["test_loss_value", "test_inputs')
    more = '[[mistakes]]\npath = "mistakes/gone.py"\nfails = ["test_loss_value"]\n'
    row = '[[tests]]\nid = "test_{}"\ntitle = "x"\npoints = 1\nvisibility = "hidden"\n'
    text = (pack / "pack.toml").read_text()
    (pack / "pack.toml").write_text(text + row.format("nowhere") + row.format("loss_value") + more)
    (pack / "notes.txt").write_text("x")
    with (pack / "tests" / "test_squared.py").open("a") as file:
        file.write("\n\ndef test_more(student):\n    pass\n")
    with (pack / "handout.md").open("a") as file:
        file.write("\nWrite `hessian(y, t)`, by `np.sum(y)`, `len(y)` or `f(y)`.\n")

    code = main(["pack", "check", str(pack), "--runner", runner])

    captured = capsys.readouterr()
    output = captured.out + captured.err
    assert code == 2
    for fault in [
        "pack.toml:7: extra_file is false; unknown key, did you mean extra_files?",
        "tests[3].points is -3; must be greater than or equal to 0",
        "notes.txt: path; is not allowed here",
        'tests[5].id is "test_loss_value"; must be unique, but tests[0] has it too',
        'mistakes[3].path is "mistakes/gone.py"; no such file or folder in the pack',
        "is `hessian(y, t)`; starter/ has no function hessian",
        "function is test_more; pack.toml has no [[tests]] row for this function",
        'tests[4].id is "test_nowhere"; tests/ has no test function with this name',
        "this mistake passes test_loss_value (y overwritten in place)",
    ]:
        assert output.count(fault) == 1, fault
    assert "faults: 9" in output


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        ("handout.md", "handout.md is missing or empty; it must tell students what to do"),
        ("starter/squared.py", "starter/squared.py is missing; pack.toml asks for this file"),
        ("solution/squared.py", "solution/squared.py is missing; pack.toml asks for this file"),
        ("tests/test_squared.py", "tests/: must contain at least one file test_*.py"),
        ("pack.toml", "pack.toml is missing; a pack needs a pack.toml in its top folder"),
    ],
)
def test_a_missing_file_is_reported(pack, runner, capsys, file, fault):
    (pack / file).unlink()

    code = main(["pack", "check", str(pack), "--runner", runner, "--json", "-"])

    assert code == 2
    assert any(fault in text for text in json.loads(capsys.readouterr().out)["steps"][0]["faults"])


def test_a_wrong_total_is_reported(pack, runner, capsys):
    replace(pack / "pack.toml", 'runtime = "numpy"', 'runtime = "numpy"\ntotal = 13')

    code = main(["pack", "check", str(pack), "--runner", runner])

    assert code == 2
    assert "pack.toml:6: total is 13; the points of the tests add up to 12" in capsys.readouterr().out


def test_a_test_without_a_row_is_reported(pack, runner, capsys):
    with (pack / "tests" / "test_squared.py").open("a") as file:
        file.write("\n\ndef test_more(student):\n    pass\n")

    code = main(["pack", "check", str(pack), "--runner", runner])

    assert code == 2
    assert "tests/test_squared.py:43: function is test_more; pack.toml has no" in capsys.readouterr().out


def test_tests_that_can_not_be_collected_are_reported(pack, runner, capsys):
    (pack / "tests" / "test_squared.py").write_text("import nothing_of_that_name\n")

    code = main(["pack", "check", str(pack), "--runner", runner])

    assert code == 2
    assert "tests/test_squared.py:1: ModuleNotFoundError: No module named 'nothing_of_that_name'" in (
        capsys.readouterr().out
    )


def test_an_unreadable_pack_lists_its_faults(pack, runner, capsys):
    replace(pack / "pack.toml", "points = 4", "points = -4")
    (pack / "notes.txt").write_text("x")

    code = main(["pack", "check", str(pack), "--runner", runner])

    captured = capsys.readouterr()
    assert code == 2
    assert "pack.toml:24: tests[0].points is -4; must be greater than or equal to 0" in captured.out
    assert "notes.txt: path; is not allowed here" in captured.out
    assert captured.err == ""


def test_the_report_can_be_written_as_json(pack, runner, capsys):
    main(["pack", "check", str(pack), "--runner", runner, "--json", "-"])

    report = json.loads(capsys.readouterr().out)
    assert report["proven"] is True
    assert len(report["matrix"]["rows"]) == 3
    assert report["mutants"]["tried"] - len(report["mutants"]["survivors"]) > 20
    assert report["flakiness"] == {"draws": 20, "tests": []}
    assert "test_other_batches" in report["coverage"]["reach"]


def test_build_writes_an_archive_that_can_be_uploaded(pack, tmp_path, capsys):
    out = tmp_path / "out.zip"

    assert main(["pack", "build", str(pack), "--out", str(out)]) == 0
    assert load_zip(out.read_bytes()).content_digest == load(pack).content_digest


def test_new_overwrites_nothing(pack, capsys):
    assert main(["pack", "new", str(pack)]) == 2
    assert "exists already" in capsys.readouterr().err
