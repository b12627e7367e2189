"""`grader pack mistakes`, and the diffs of `grader pack check`: what an author sees of an edited solution."""

import pytest

from grader.cli import main
from grader.packs.new import write_new
from tests.helpers.packs import pack_files


@pytest.fixture
def pack(tmp_path):
    write_new(tmp_path / "my-pack")
    return tmp_path / "my-pack"


@pytest.fixture
def mistakes(pack, capsys):
    """`grader pack mistakes` of a new pack: (exit code, stdout, stderr)."""

    def run(*arguments):
        code = main(["pack", "mistakes", str(pack), *map(str, arguments)])
        return (code, *capsys.readouterr())

    return run


def test_it_lists_ids_reasons_and_tests(mistakes):
    code, out, _ = mistakes()

    assert code == 0
    assert out.splitlines()[3:6] == [
        "not_averaged  no average over the batch in the gradient",
        "    The loss is an average over the rows, the gradient is that of the sum.",
        "    fails test_gradient_matches_slopes, test_other_batches",
    ]


def test_it_writes_a_program_and_shows_how_to_grade_it(mistakes, pack, tmp_path):
    code, out, _ = mistakes("not_averaged", "--out", tmp_path / "new" / "folder")

    path = tmp_path / "new" / "folder" / "squared.py"
    right = (pack / "solution" / "squared.py").read_text()
    assert code == 0
    assert path.read_text() == right.replace("return (y - t) / len(y)", "return y - t")
    assert out == f"{path}\n\nGrade it: grader grade {path} --pack {pack}\n"


def test_it_overwrites_nothing_unless_it_is_forced(mistakes, tmp_path):
    mine = tmp_path / "squared.py"
    mine.write_text("mine\n")

    code, _, err = mistakes("not_averaged", "--out", tmp_path)
    text_after = mine.read_text()
    forced, _, _ = mistakes("not_averaged", "--out", tmp_path, "--force")

    assert (code, text_after) == (2, "mine\n")
    assert f"{mine}: exists already; --force overwrites it" in err
    assert forced == 0
    assert "def gradient" in mine.read_text()


def test_an_unknown_id_is_an_error_that_names_the_nearest_one(mistakes):
    code, _, err = mistakes("not_average")

    assert code == 2
    assert 'mistakes is "not_average"; no mistake has this id; did you mean not_averaged?' in err


def test_several_files_are_written_into_a_folder_named_after_the_id(tmp_path, capsys):
    second = '[[files]]\nname = "more.py"\nkind = "python"\n'
    more = {"starter/more.py": b"\n", "solution/more.py": b"right = 1\n"}
    folder = {"mistakes/sign.py": None, "mistakes/half_missing.py": None}
    folder |= {"mistakes/sign/more.py": b"wrong = 1\n", "mistakes/half/more.py": b"wrong = 2\n"}
    files = pack_files({**more, **folder}, files=second)
    files["pack.toml"] = files["pack.toml"].replace(b"sign.py", b"sign").replace(b"half_missing.py", b"half")
    for name, data in files.items():
        path = tmp_path / "squared" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    code = main(["pack", "mistakes", str(tmp_path / "squared"), "sign", "--out", str(tmp_path)])

    assert code == 0
    assert f"Grade it: grader grade {tmp_path / 'sign'} --pack" in capsys.readouterr().out
    assert (tmp_path / "sign" / "more.py").read_bytes() == b"wrong = 1\n"
    assert (tmp_path / "sign" / "squared.py").read_bytes() == files["solution/squared.py"]


def check(pack, runner, capsys, *more):
    quick = ["--draws", "1", "--mutants", "0", "--runner", runner]
    code = main(["pack", "check", str(pack), *quick, *more])
    return code, capsys.readouterr().out


def test_a_check_shows_the_edit_that_no_test_notices(pack, runner, capsys):
    text = (pack / "pack.toml").read_text()
    assert "new = 'return y - t'" in text
    (pack / "pack.toml").write_text(text.replace("new = 'return y - t'", "new = 'return -(t - y) / len(y)'"))

    code, out = check(pack, runner, capsys)

    assert code == 2
    assert (
        "      no average over the batch in the gradient\n"
        "        --- solution/squared.py\n"
        "        +++ squared.py\n" in out
    )
    assert "        -    return (y - t) / len(y)\n        +    return -(t - y) / len(y)\n" in out
    assert out.count("+++ squared.py") == 1


def test_a_check_shows_every_edit_with_diff(pack, runner, capsys):
    _, quiet = check(pack, runner, capsys)
    _, out = check(pack, runner, capsys, "--diff")

    assert "+++ squared.py" not in quiet
    assert out.count("+++ squared.py") == 3
