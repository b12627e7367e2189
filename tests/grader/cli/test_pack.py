import json

import pytest

from grader.cli import main
from grader.pack import load, load_zip


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


def test_a_mistake_that_is_none_is_not_proven(pack, runner, capsys):
    (pack / "mistakes" / "half_missing.py").write_bytes((pack / "solution" / "squared.py").read_bytes())

    code = main(["pack", "check", str(pack), "--runner", runner])

    out = capsys.readouterr().out
    assert code == 1
    assert "½ missing in the loss: passes test_gradient_matches_slopes, test_loss_value" in out
    assert "test_loss_value: no mistake fails it" in out


def test_a_test_without_a_row_is_not_proven(pack, runner, capsys):
    with (pack / "tests" / "test_squared.py").open("a") as file:
        file.write("\n\ndef test_more(student):\n    pass\n")

    code = main(["pack", "check", str(pack), "--runner", runner])

    assert code == 1
    assert "pack.toml: no row for the test function test_more" in capsys.readouterr().out


def test_tests_that_can_not_be_collected_are_not_proven(pack, runner, capsys):
    (pack / "tests" / "test_squared.py").write_text("import nothing_of_that_name\n")

    code = main(["pack", "check", str(pack), "--runner", runner])

    assert code == 1
    assert "tests/test_squared.py:1: ModuleNotFoundError: No module named 'nothing_of_that_name'" in (
        capsys.readouterr().out
    )


def test_an_unreadable_pack_lists_its_faults(pack, runner, capsys):
    replace(pack / "pack.toml", "points = 4", "points = -4")
    (pack / "notes.txt").write_text("x")

    code = main(["pack", "check", str(pack), "--runner", runner])

    err = capsys.readouterr().err
    assert code == 2
    assert "pack.toml: tests[0].points is -4; must be greater than or equal to 0" in err
    assert "notes.txt: path; no place in a pack" in err


def test_a_proof_can_be_written_as_json(pack, runner, capsys):
    main(["pack", "check", str(pack), "--runner", runner, "--json", "-"])

    proof = json.loads(capsys.readouterr().out)
    assert proof["proven"] is True
    assert len(proof["matrix"]["rows"]) == 3


def test_build_writes_an_archive_that_can_be_uploaded(pack, tmp_path, capsys):
    out = tmp_path / "out.zip"

    assert main(["pack", "build", str(pack), "--out", str(out)]) == 0
    assert load_zip(out.read_bytes()).content_digest == load(pack).content_digest


def test_new_overwrites_nothing(pack, capsys):
    assert main(["pack", "new", str(pack)]) == 2
    assert "exists already" in capsys.readouterr().err
