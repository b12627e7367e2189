"""Which file a call goes to: Python's by import, a text's by its readers."""

import pytest

from grader.candidate.source import MissingName, StudentModules
from grader.candidate.texts import TextFile

FILES = {"d.txt": b"f = x", "a.txt": b"[q1] b"}


def test_one_text_is_addressed_without_its_name():
    assert StudentModules(["d.txt"], False, FILES).find("formula")("f")["found"]


def test_several_files_are_addressed_by_their_names():
    student = StudentModules(["d.txt", "a.txt"], False, FILES)

    assert student.find("a.answer")("q1")["text"] == "b"
    assert student.find("d.text")() == "f = x"


def test_beside_a_text_the_python_file_needs_no_name():
    student = StudentModules(["d.txt", "json.py"], False, FILES)

    assert student.find("dumps")([1]) == "[1]"
    assert isinstance(student.find("d.text").__self__, TextFile)


def test_a_text_that_was_not_handed_in_is_named():
    with pytest.raises(MissingName, match="was not handed in"):
        StudentModules(["e.txt"], False, FILES).find("formula")


def test_a_bridge_stands_before_texts_too():
    assert StudentModules(["d.txt"], True, FILES).modules == ["bridge"]
