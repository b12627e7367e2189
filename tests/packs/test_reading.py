"""Reading continues after a fault: all faults are listed, with their lines, and the rest can be checked."""

import pytest

from grader.packs import Pack, PackError
from grader.packs.lines import Lines, row_of
from grader.packs.pack import read
from grader.packs.reading import read_manifest
from grader.values import Shows
from tests.helpers.packs import pack_files, toml


def reading(old="", new="", files=None, folder=None):
    text = toml().decode()
    assert old in text
    return read(pack_files({"pack.toml": text.replace(old, new, 1).encode(), **(files or {})}), folder)


def test_faults_of_keys_of_files_and_of_rows_come_together():
    found = reading("points = 4", "points = -4\nbonus = 1", {"notes.txt": b"x", "mistakes/sign.py": None})

    assert [str(fault).split(";")[0] for fault in found.faults] == [
        "pack.toml:24: tests[0].points is -4",
        "pack.toml:25: tests[0].bonus is 1",
        "notes.txt: path",
        'pack.toml:48: mistakes[1].path is "mistakes/sign.py"',
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("points = 4", "points = -4"),
        ("points = 4", ""),
        ('title = "Loss"', ""),
        ("cpu_s = 2.0", "cpu_s = 0"),
        ('visibility = "visible"', 'visibility = "open"'),
        ('visibility = "visible"', 'visibility = "visible"\ndiagnosis = "all"'),
        ('runtime = "numpy"', 'runtime = "torch"'),
        ('runtime = "numpy"', 'runtime = "numpy"\ntotal = 1'),
        ("max_kb = 4", "max_kb = 0"),
        ('id = "test_gradient"', 'id = "test_loss"'),
        ('fails = ["test_gradient"]', 'fails = ["test_gradient", "test_none"]'),
        ('path = "mistakes/sign.py"', 'path = "mistakes/half_missing.py"'),
    ],
)
def test_one_error_in_pack_toml_gives_one_fault_and_leaves_a_pack_to_check(old, new):
    found = reading(old, new)

    assert 1 <= len([fault for fault in found.faults if fault.file == "pack.toml"]) <= 2
    assert found.pack is not None
    assert len({row.id for row in found.pack.tests}) == len(found.pack.tests)


def test_a_fault_in_the_points_is_not_reported_again_for_their_sum():
    text = toml(top="total = 9.5").replace(b"points = 4", b'points = "4"')

    assert [fault.key for fault in read(pack_files({"pack.toml": text})).faults] == ["tests[0].points"]


def test_rows_without_files_and_files_without_rows_are_left_out():
    found = reading(files={"mistakes/sign.py": None, "mistakes/stray.py": b"x", "notes.txt": b"x"})

    assert [row.path for row in found.pack.manifest.mistakes] == ["mistakes/half_missing.py"]
    assert not {"notes.txt", "mistakes/stray.py"} & set(found.pack.files)


@pytest.mark.parametrize("missing", ["pack.toml", "tests/test_squared.py"])
def test_without_pack_toml_or_tests_there_is_nothing_to_check(missing):
    assert read(pack_files({missing: None})).pack is None


@pytest.mark.parametrize("data", [b"a = ", b"\xff", b"tests = 3", b"[[tests]]\nid = 3\n"])
def test_a_pack_toml_without_valid_tables_leaves_no_pack(data):
    found = read(pack_files({"pack.toml": data}))

    assert found.pack is None
    assert found.faults


def test_a_syntax_error_in_pack_toml_has_its_line():
    assert str(reading("points = 4", "points 4").faults[0]).startswith("pack.toml:24: is not valid TOML: ")


def test_a_wrong_folder_name_is_a_fault():
    found = reading(folder="other")

    assert str(found.faults[0]).startswith('pack.toml:3: id is "squared"; must be the name of the folder')
    assert found.pack is not None


TABLES = b"""a = 1
limits = { cpu_s = 2, wall_s = 3 }  # in one line

[[tests]]  # the first
id = "x"
list = [
  "tests = 1",
]
[tests.limits]
cpu_s = 1
[[ tests ]]
id = "y"
[diagnosis]
level = "none"
"""


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("a", 1),
        ("limits.wall_s", 2),
        ("tests[0].id", 5),
        ("tests[0].limits.cpu_s", 10),
        ("tests[1].id", 12),
        ("tests[1].points", 11),  # a missing key: the line of its row
        ("tests[1].limits.cpu_s", 11),
        ("diagnosis.level", 14),
        ("tests[7].id", 0),
        ("nothing", 0),
    ],
)
def test_it_finds_the_line_of_a_key(key, line):
    assert Lines(TABLES).of(key) == line


def test_it_finds_the_row_of_a_value():
    assert row_of(TABLES, "tests", "id", "y") == "tests[1]"
    assert row_of(TABLES, "tests", "id", "z") == "tests"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a" + ".a" * 32, 1),
        ("x = 1\n[a" + " . a" * 40 + "]", 2),
        ('x = """\n\n"""\n"a"' + '."a b"' * 40 + " = 1", 4),
        ("x = {a" + ".a" * 20_000 + " = 1}", 1),
    ],
    ids=["key", "header", "quoted", "inline"],
)
def test_a_key_of_very_many_parts_is_refused_before_it_is_parsed(text, line):
    (fault,) = read_manifest(text.encode())[1]

    assert (fault.line, fault.rule) == (line, "must have at most 32 parts")


@pytest.mark.parametrize("quotes", ['"', "'", '"""', "'''", "# "])
def test_dots_in_a_string_or_a_comment_are_no_key(quotes):
    text = f"x = {quotes}{'a.' * 100}{quotes}" if quotes != "# " else f"x = 1 # {'a.' * 100}"

    assert "must have at most 32 parts" not in str(read_manifest(text.encode())[1])


def test_a_byte_order_mark_changes_nothing():
    plain, marked = pack_files(), pack_files()
    marked["pack.toml"] = b"\xef\xbb\xbf" + marked["pack.toml"]
    faulty = marked | {"pack.toml": marked["pack.toml"].replace(b"points = 4", b"points = -4")}

    assert Pack.from_files(marked).manifest == Pack.from_files(plain).manifest
    with pytest.raises(PackError, match=r"pack.toml:\d+: tests\[0\].points is -4"):
        Pack.from_files(faulty)


HUGE = {
    "hexadecimal": "0x" + "f" * 5000,
    "decimal": "9" * 5000,
    "65 bits": str(2**64),
    "negative": f"-{2**65}",
}


@pytest.mark.parametrize("number", HUGE.values(), ids=HUGE)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("points = 4", "points = {}"),
        ("max_kb = 4", "max_kb = {}"),
        ("cpu_s = 2.0", "cpu_s = {}"),
        ('runtime = "numpy"', 'runtime = "numpy"\ntotal = {}'),
        ('runtime = "numpy"', 'runtime = "numpy"\nunknown = [[{{a = {}}}]]'),
    ],
)
def test_a_whole_number_of_more_than_64_bits_is_a_fault(number, old, new):
    (fault, *_) = reading(old, new.format(number)).faults

    assert fault.file == "pack.toml"
    assert "at most 64 bits are allowed" in str(fault)
    assert len(str(fault)) < 500


def test_the_largest_number_of_64_bits_is_read():
    (fault,) = reading("max_kb = 4", f"max_kb = {2**63 - 1}").faults

    assert "tests" not in str(fault)
    assert str(2**63 - 1) in str(fault)


def test_a_row_says_how_much_of_its_diagnosis_students_see():
    found = reading('visibility = "visible"', 'visibility = "visible"\ndiagnosis = "line"')

    assert found.faults == ()
    assert found.pack.tests[0].diagnosis is Shows.LINE
    assert found.pack.tests[1].diagnosis is None


def test_an_unknown_level_is_refused_with_the_words_that_are_known():
    (fault,) = reading('visibility = "visible"', 'visibility = "visible"\ndiagnosis = "all"').faults

    assert str(fault) == (
        "pack.toml:26: tests[0].diagnosis is \"all\"; must be 'off', 'part', 'line', 'kind' or 'edit'"
    )
