"""Which file a call uses: a Python file is imported, a text file is read by TextFile."""

import subprocess
import sys
import types

import pytest

from grader.candidate.modules import MemoryModules
from grader.candidate.scan import scan
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


def test_a_name_that_a_bridge_lacks_is_missing_in_the_students_own_file(monkeypatch):
    bridge = types.ModuleType("bridge")
    bridge.my_step = len
    monkeypatch.setitem(sys.modules, "bridge", bridge)

    for path, message in (
        ("step", "`my_step` found, `step` expected, in xor.py"),
        ("K", "K is not .* xor.py"),
    ):
        with pytest.raises(MissingName, match=message):
            StudentModules(["xor.py", "notes.txt"], True, FILES).find(path)


def test_a_function_that_is_a_method_of_a_class_is_said_to_be_one(monkeypatch):
    module = types.ModuleType("mlp")
    exec("class Net:\n    def loss(self): pass\ndef other(): pass", vars(module))
    monkeypatch.setitem(sys.modules, "mlp", module)
    student = StudentModules(["mlp.py"], False, {})

    for name, message in (
        (
            "loss",
            "loss is not defined in mlp.py; its class Net has a method of this name, but the tests call",
        ),
        ("zeta", "zeta is not defined in mlp.py; it defines Net, other"),
    ):
        with pytest.raises(MissingName, match=message):
            student.find(name)


COOKIES = {
    "an unknown encoding": b"# coding: klingon\ndef f(): return 1\n",
    "an encoding in the second line": b"#!/usr/bin/python\n# -*- coding: nonsense -*-\ndef f(): return 1\n",
    "an encoding of two bytes": b"# coding: utf-16\ndef f(): return 1\n",
    "a code that is no encoding of text": b"# coding: rot13\ndef f(): return 1\n",
    "a mark and another encoding": b"\xef\xbb\xbf# coding: latin-1\ndef f(): return 1\n",
    "no UTF-8": b"def f(): return '\xff'\n",
    "no ASCII": "# coding: ascii\ndef f(): return 'é'\n".encode(),
    "utf-8": b"# coding: utf-8\ndef f(): return 1\n",
    "latin-1": "# coding: latin-1\ndef f(): return 'é'\n".encode(),
    "a mark": "\ufeffdef f(): return 'é'\n".encode(),
    "an encoding in the third line": b"\n\n# coding: klingon\ndef f(): return 1\n",
    "ends of lines": b"def f():\r\n    return 1\r\nx = 2\r",
}


@pytest.mark.parametrize("name", COOKIES)
def test_a_file_is_read_as_python_reads_it(name, tmp_path):
    """Python itself, with the same bytes in a file, is what both the import and the scan agree with."""
    raw = COOKIES[name]
    (tmp_path / "m.py").write_bytes(raw)
    program = "import runpy, sys; print(ascii(runpy.run_path(sys.argv[1])['f']()))"
    command = [sys.executable, "-c", program, tmp_path / "m.py"]
    python = subprocess.run(command, capture_output=True, text=True, check=False)

    space = {}
    try:
        exec(MemoryModules({}, {"m.py": raw}).get_code("m"), space)
        ours = ascii(space["f"]()) + "\n"
    except SyntaxError:
        ours = "SyntaxError"

    assert ours == (python.stdout or python.stderr.rsplit("\n", 2)[-2].split(":")[0])
    assert bool(scan("m.py", raw)["error"]) == (ours == "SyntaxError")
