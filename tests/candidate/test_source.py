"""Which file a call uses: a Python file is imported, a text file is read by TextFile."""

import pytest

from grader.candidate.source import MissingName, StudentModules
from grader.candidate.texts import TextFile

FILES = {"d.txt": b"f = x", "a.txt": b"[q1] b"}


def test_a_single_text_file_is_used_without_its_name():
    assert StudentModules(["d.txt"], False, FILES).find("formula")("f")["found"]


def test_several_files_are_used_by_their_names():
    student = StudentModules(["d.txt", "a.txt"], False, FILES)

    assert student.find("a.answer")("q1")["text"] == "b"
    assert student.find("d.text")() == "f = x"


def test_a_python_file_beside_a_text_file_needs_no_name():
    student = StudentModules(["d.txt", "json.py"], False, FILES)

    assert student.find("dumps")([1]) == "[1]"
    assert isinstance(student.find("d.text").__self__, TextFile)


def test_the_message_names_a_text_file_that_was_not_submitted():
    with pytest.raises(MissingName, match="was not submitted"):
        StudentModules(["e.txt"], False, FILES).find("formula")


def test_a_bridge_replaces_text_files_too():
    assert StudentModules(["d.txt"], True, FILES).modules == ["bridge"]
