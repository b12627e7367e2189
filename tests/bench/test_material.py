import ast
import tomllib
from collections import Counter

import pytest

from bench.line.material import FOLDER, doubles, singles, solutions

RIGHT = {(pack, style): files for pack, style, files in solutions()}
SINGLES, DOUBLES = list(singles()), list(doubles())


def test_every_style_has_enough_faults():
    counted = Counter(faulty.style for faulty in SINGLES)

    assert set(counted) == {"loops", "classes", "terse", "long"}
    assert min(counted.values()) >= 40
    assert len(DOUBLES) >= 20


def test_every_faulty_file_is_python():
    for faulty in SINGLES + DOUBLES:
        for name, data in faulty.files.items():
            ast.parse(data, f"{faulty.pack}/{faulty.style}/{faulty.id}/{name}")


def test_the_first_line_named_is_the_first_that_differs():
    for faulty in SINGLES:
        right = RIGHT[faulty.pack, faulty.style]
        for name, lines in faulty.lines[0].items():
            before, after = right[name].splitlines(), faulty.files[name].splitlines()
            first = next(i for i, line in enumerate(after, start=1) if before[i - 1 : i] != [line])
            assert lines[0] == first, f"{faulty.pack}/{faulty.style}/{faulty.id}"


def test_every_line_named_is_in_the_file_and_named_once():
    for faulty in SINGLES + DOUBLES:
        for lines in faulty.lines:
            for name, numbers in lines.items():
                count = len(faulty.files[name].splitlines())
                assert len(set(numbers)) == len(numbers), f"{faulty.pack}/{faulty.style}/{faulty.id}"
                assert all(1 <= number <= count for number in numbers), faulty.id


def test_both_faults_of_a_double_have_lines_of_their_own():
    for faulty in DOUBLES:
        first, second = faulty.lines
        for name in first:
            assert not set(first[name]) & set(second.get(name, ())), (
                f"{faulty.pack}/{faulty.style}/{faulty.id}"
            )


def test_no_id_is_twice_in_a_file():
    for path in FOLDER.glob("*/*/faults.toml"):
        ids = [row["id"] for row in tomllib.loads(path.read_text("utf-8"))["faults"]]
        assert len(ids) == len(set(ids)), path


def test_it_refuses_an_edit_whose_text_is_not_there_once(tmp_path):
    folder = tmp_path / "pack" / "loops"
    folder.mkdir(parents=True)
    (folder / "f.py").write_text("x = 1\nx = 1\n")
    row = '[[faults]]\nid = "a"\nwhy = "b"\n[[faults.edit]]\nfile = "f.py"\nold = "x = 1"\nnew = "x = 2"\n'
    (folder / "faults.toml").write_text(row)

    with pytest.raises(ValueError, match="exactly once"):
        list(singles(tmp_path))
