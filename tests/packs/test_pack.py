import re
from decimal import Decimal

import pytest

from grader.packs import Pack, PackError
from tests.helpers.packs import make_pack, pack_files, toml


def faults(files, folder=None):
    with pytest.raises(PackError) as caught:
        Pack.from_files(files, folder)
    return [str(fault) for fault in caught.value.faults]


def test_it_counts_points_in_decimals():
    pack = make_pack()

    assert (pack.total_points, pack.visible_points) == (Decimal("9.5"), Decimal("6.5"))


def test_the_runner_gets_only_tests_support_and_solution():
    pack = make_pack({"support/bridge.py": b"x = 1\n"})

    tops = {path.split("/")[0] for path, _ in pack.pack_files.files}

    assert tops == {"tests", "support", "solution"}


def test_it_lists_every_fault_of_the_schema_at_once():
    bad = toml(row="hiden = true").replace(b"points = 2.5", b"points = -1").replace(b'"numpy"', b'"torch"')

    found = faults(pack_files({"pack.toml": bad}))

    assert found == [
        "pack.toml:5: runtime is \"torch\"; must be 'numpy'",
        "pack.toml:26: tests[0].hiden is true; unknown key, did you mean hint?",
        "pack.toml:31: tests[1].points is -1; must be greater than or equal to 0",
    ]


@pytest.mark.parametrize(
    ("old", "new", "key", "rule"),
    [
        ("points = 4", "", "tests[0].points", "must be stated"),
        ("points = 4", 'points = "4"', "tests[0].points", "must be a number"),
        ("points = 4", "points = true", "tests[0].points", "must be a number"),
        ("points = 4", "points = 4\nby_hand = true\npartial = true", "tests[0]", "must have points"),
        ("points = 4", "points = 0\nby_hand = true", "tests[0]", "must have points"),
        ("points = 4", 'points = 4\nneeds = ["test_nothing"]', "tests[0].needs", "not the id of a test"),
        ("points = 4", 'points = 4\nneeds = ["test_loss"]', "tests[0].needs", "can't need itself"),
        ("points = 4", 'points = 4\nneeds = ["test_other_sizes"]', "tests[0].needs", "is hidden"),
        ("points = 4", 'points = 4\nneeds = ["loss"]', "tests[0].needs[0]", "ids of rows"),
        ("points = 4", 'points = 0\nneeds = ["test_gradient"]', "tests[0]", "nothing to withhold"),
        ("points = 3", 'points = 3\ndraw = "fixed"', "tests[2]", "is for visible rows"),
        ('kind = "python"', 'kind = "python"\nreader = "formulas"', "files[0]", 'kind = "text"'),
        ('kind = "python"', 'kind = "text"\nreader = "poems"', "files[0].reader", "'formulas' or 'answers'"),
        ("points = 4", "points = nan", "tests[0].points", "must be finite"),
        ("points = 4", "points = 0.125", "tests[0].points", "2 decimal places"),
        ("format = 1", "format = 2", "format", "must be 1"),
        ("memory_mb = 256", "memory_mb = 2.5", "limits.memory_mb", "whole number"),
        ("cpu_s = 2.0", "cpu_s = inf", "limits.cpu_s", "less than or equal to 600"),
        ('id = "test_loss"', 'id = "loss"', "tests[0].id", "the name of a pytest function"),
        ('name = "squared.py"', 'name = "random.py"', "files[0].name", "name of an existing module"),
        ('name = "squared.py"', 'name = "../squared.py"', "files[0].name", "must be a file's name"),
        ('"gradient"]', '"the gradient"]', "files[0].defines[1]", "a Python name"),
        ('"mistakes/sign.py"', '"wrong/sign.py"', "mistakes[1].path", "must be mistakes/ and"),
        ('title = "Loss"', 'title = "Lo\\u001bss"', "tests[0].title", "without control characters"),
        ('title = "Loss"', 'title = "Lo\\u202ess"', "tests[0].title", "without control characters"),
        ('visibility = "hidden"', 'visibility = "secret"', "tests[2].visibility", "'visible' or 'hidden'"),
        ('"test_gradient"]', '"test_nothing"]', "mistakes[1].fails", "is not the id of a test"),
        ('path = "mistakes/sign.py"', 'path = "mistakes/nothing.py"', "mistakes[1].path", "no such file"),
        ('id = "test_gradient"', 'id = "test_loss"', "tests[1].id", "unique, but tests[0] has it too"),
        ('runtime = "numpy"', 'runtime = "numpy"\ntotal = 10', "total", "add up to 9.5"),
        ('runtime = "numpy"', 'runtime = "numpy"\ntotal = "10"', "total", "must be a number"),
    ],
)
def test_it_names_file_key_and_rule(old, new, key, rule):
    text = toml().decode()
    assert old in text

    found = faults(pack_files({"pack.toml": text.replace(old, new).encode()}))

    assert any(re.match(rf"pack\.toml:\d+: {re.escape(key)} is", line) and rule in line for line in found), (
        found
    )


@pytest.mark.parametrize(
    "data", [b"a = ", b"\xff", b"x = " + b"[" * 5000, b"n = " + b"9" * 5000, b"a" * 300_000]
)
def test_a_pack_toml_that_can_not_be_read_is_a_fault(data):
    assert faults(pack_files({"pack.toml": data}))[0].startswith("pack.toml")


def test_visible_tests_must_come_before_hidden_ones():
    text = toml().replace(b'visibility = "visible"', b'visibility = "hidden"', 1)

    assert "visible tests must come first" in faults(pack_files({"pack.toml": text}))[0]


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("notes.txt", "is not allowed here"),
        ("other/x.py", "must be in one of these folders"),
        ("tests/../x.py", "must not contain"),
        ("tests/a b.py", "must be made of letters"),
        ("mistakes/stray.py", "no [[mistakes]] row"),
        ("solution/more.py", "only files that pack.toml asks for"),
        ("support/squared.py", "must not have the name of a file that students submit"),
        ("tests/Test_Squared.py", "in more than upper and lower case"),
    ],
)
def test_it_refuses_files_that_do_not_belong_in_a_pack(path, rule):
    assert any(rule in line for line in faults(pack_files({path: b"x = 1\n"})))


@pytest.mark.parametrize(
    "path", ["handout.md", "starter/squared.py", "solution/squared.py", "tests/test_squared.py"]
)
def test_a_missing_required_file_is_a_fault(path):
    assert any(path.split("/")[0] in line for line in faults(pack_files({path: None})))


def test_the_folder_must_have_the_packs_id():
    assert 'must be the name of the folder, "other"' in faults(pack_files(), "other")[0]


def test_any_changed_byte_changes_the_content_digest():
    one, two = make_pack(), make_pack({"handout.md": b"# Squared error!\n"})

    assert one.content_digest != two.content_digest
    assert one.grading_digest == two.grading_digest


@pytest.mark.parametrize(
    ("old", "new"),
    [("points = 4", "points = 5"), ('title = "Loss"', 'title = "The loss"'), ("max_kb = 4", "max_kb = 4")],
)
def test_points_and_titles_leave_a_grade_valid(old, new):
    other = make_pack({"pack.toml": toml().replace(old.encode(), new.encode())})

    assert other.grading_digest == make_pack().grading_digest


@pytest.mark.parametrize(
    "changed",
    [
        {"tests/test_squared.py": b"def test_loss(student): pass\n"},
        {"support/bridge.py": b"x = 1\n"},
        {"pack.toml": toml().replace(b"cpu_s = 2.0", b"cpu_s = 3.0")},
        {"pack.toml": toml(row="limits = { cpu_s = 3 }")},
        {"pack.toml": toml(row="partial = true")},
        {"pack.toml": toml(top="extra_files = true")},
        {"pack.toml": toml().replace(b'visibility = "hidden"', b'visibility = "visible"')},
    ],
)
def test_what_decides_a_verdict_changes_the_grading_digest(changed):
    assert make_pack(changed).grading_digest != make_pack().grading_digest


def test_a_row_may_have_limits_of_its_own():
    pack = make_pack(row="limits = { cpu_s = 4 }")

    limits = pack.manifest.limits_of(pack.tests[0])

    assert (limits.cpu_s, limits.wall_s, limits.memory_mb) == (4.0, 10.0, 256)
