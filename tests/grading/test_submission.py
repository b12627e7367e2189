import importlib.util
import marshal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.grading.errors import SubmissionError
from grader.grading.submission import check_files
from grader.values.text import has_controls
from tests.helpers.packs import SOLUTION, make_pack


def compiled(text):
    """The bytes of a .pyc file."""
    code = marshal.dumps(compile(text, "a.py", "exec"))
    return (
        importlib.util.MAGIC_NUMBER + bytes(4) + b"\x01\x02\x03\x04" + len(text).to_bytes(4, "little") + code
    )


TWO_FILES = '\n[[files]]\nname = "notes.txt"\nkind = "text"\nrequired = false\n'


def refused(given_files, pack=None):
    with pytest.raises(SubmissionError) as caught:
        check_files(pack or make_pack(), given_files)
    return [str(fault) for fault in caught.value.faults]


def test_one_file_may_have_any_name():
    submission = check_files(make_pack(), {"mine (final).py": SOLUTION})

    assert submission.files == (("squared.py", SOLUTION),)
    assert submission.notes == ("mine (final).py is graded as squared.py.",)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty."),
        (b" \n\t\n", "contains only whitespace."),
        (b"\xef\xbb\xbf", "contains only whitespace."),
        (b"x = 1\n" * 1000, "has 6 KB; at most 4 KB are accepted."),
        (b"PK\x03\x04abc", "is a zip archive or an office document; a Python file is expected."),
        (b"%PDF-1.7\n", "is a PDF document; a Python file is expected."),
        (b"\x89PNG\r\n\x1a\n", "is a picture (PNG); a Python file is expected."),
        (b"\x7fELF\x02", "is a compiled program"),
        (b"<!doctype HTML><p>", "is a web page"),
        (b'{"cells": [], "nbformat": 4}', "is a Jupyter notebook, not a Python file. Export it as Python"),
        (
            b'\xef\xbb\xbf\n {"cells": [{"cell_type": "code", "source": "' + b"x" * 9000,
            "is a Jupyter notebook",
        ),
        (b"x" * 4097, "has 4097 bytes; at most 4096 bytes (4 KB) are accepted."),
        (compiled("x = 1"), "is compiled Python (.pyc); a Python file is expected"),
        (b"\x80\x04\x95" + bytes(9), "is a pickled object"),
        ("x = 1\n".encode("utf-16"), "is encoded as UTF-16; save it as UTF-8."),
        ("x = 'twenty characters'\n".encode("utf-16-le"), "is encoded as UTF-16; save it as UTF-8."),
        ("a = 1\nb = 'é'\n".encode("latin-1"), "line 2, byte 6 is 0xe9. Save it as UTF-8."),
        (b"a = 1\nb\x00 = 2\n", "contains a NUL byte in line 2, byte 2"),
    ],
)
def test_a_refused_file_has_a_reason(data, reason):
    (fault,) = refused({"mine.py": data})

    assert fault.startswith("mine.py: ")
    assert reason in fault


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfx = 1\n",
        b"x = 1\r\ny = 2\r\n",
        b"x = 1",
        "s = 'ü∂😀'\n".encode(),
        b"\x0cx = 1\n",
        b"x = 1\n\x1a",
    ],
)
def test_unusual_but_valid_files_are_accepted(data):
    assert check_files(make_pack(), {"squared.py": data}).files[0][1] == data


def test_a_misspelt_file_name_is_named():
    found = refused({"Squared.py": SOLUTION, "notes.txt": b"x"}, make_pack(files=TWO_FILES))

    assert "squared.py: Squared.py found, squared.py expected." in found


def test_a_file_that_is_not_asked_for_is_refused():
    (fault,) = refused({"squared.py": SOLUTION, "more.py": b"x = 1"})

    assert fault == "more.py: is not asked for; expected: squared.py."


def test_an_optional_file_may_be_missing():
    pack = make_pack(files=TWO_FILES)

    assert [name for name, _ in check_files(pack, {"squared.py": SOLUTION}).files] == ["squared.py"]


@pytest.mark.parametrize(
    "name", ["../x.py", "a/b.py", "a\x1b[2J.py", ".hidden", "x y.py", "-rf", "a.b.py", "ü.py"]
)
def test_extra_files_need_plain_names(name):
    found = refused({"squared.py": SOLUTION, name: b"x = 1"}, make_pack(top="extra_files = true"))

    assert "has a name that can't be used" in found[0]
    assert "\x1b" not in found[0]


def test_a_note_says_which_module_an_import_finds():
    pack = make_pack({"support/utils.py": b"x = 1\n"}, top="extra_files = true")

    submission = check_files(pack, {"squared.py": SOLUTION, "random.py": b"x", "utils.py": b"x"})

    assert submission.notes == (
        "import random finds Python's own module, not your random.py.",
        "import utils finds the assignment's own module, not your utils.py.",
    )


def test_an_empty_submission_is_refused():
    assert refused({}) == ["squared.py: is missing."]


@given(st.dictionaries(st.text(max_size=12), st.binary(max_size=80), max_size=4))
def test_any_bytes_under_any_names_are_accepted_or_refused_with_a_message(files):
    try:
        submission = check_files(make_pack(top="extra_files = true"), files)
    except SubmissionError as error:
        text = str(error)
    else:
        text = submission.digest
    assert text
    assert not has_controls(text.replace("\n", " "))
