import io
from dataclasses import replace
from types import SimpleNamespace

import pytest

from grader.candidate.scan import scan, scan_files
from grader.grading.client import FileScan, _scan
from grader.grading.preflight import preflight_faults, preflight_notes
from tests.helpers.packs import make_pack


def Scan(name="squared.py", functions=("loss", "gradient"), error=None, **facts):
    return FileScan(name, error, *(facts.pop(key, None) for key in ("line", "column")), **{
        "text": "", "python2": False, "functions": functions, "classes": (), "imports": (), **facts,
    })  # fmt: skip


def messages(scan, **parts):
    return [str(fault) for fault in preflight_faults(make_pack(**parts), [scan])]


def test_a_right_file_has_no_faults():
    assert messages(Scan(imports=("numpy", "math", "numpy.linalg", "squared"))) == []


def test_a_syntax_error_shows_its_line_with_a_caret():
    scan = Scan(error="expected ':'", line=3, column=12, text="    def f(x)\n")

    (fault,) = preflight_faults(make_pack(), [scan])

    assert fault.blocks
    assert fault.line == 3
    assert fault.excerpt == "        def f(x)\n               ^"


def test_python_2_is_named():
    (text,) = messages(Scan(error="Missing parentheses", line=1, column=1, text="print x", python2=True))

    assert "This is Python 2; Python 3 is expected." in text


def test_a_missing_function_is_named_with_a_similar_name():
    (text,) = messages(Scan(functions=("Loss", "gradient")))

    assert text == "squared.py: Loss found, loss expected."


def test_a_misspelt_function_is_named():
    assert messages(Scan(functions=("loss", "gradients"))) == [
        "squared.py: gradients found, gradient expected."
    ]


def test_without_a_similar_name_it_lists_the_names_that_exist():
    assert messages(Scan(functions=("loss", "main"))) == [
        "squared.py: gradient is not defined in this file; it defines loss, main."
    ]


def test_a_missing_function_does_not_block_the_file():
    (fault,) = preflight_faults(make_pack(), [Scan(functions=("loss",))])

    assert not fault.blocks


def test_a_package_that_is_not_available_is_named_with_those_that_are():
    assert messages(Scan(imports=("torch", "torch.nn", "os"))) == [
        "squared.py: imports torch, which is not available here; only the standard library and numpy are."
    ]


@pytest.mark.parametrize("text", ["x\x1b[31m = ", "y\u202e = 1", "\ud800"])
def test_a_hostile_line_is_shown_harmlessly(text):
    (shown,) = messages(Scan(error="invalid\x1b syntax", line=1, column=500, text=text))

    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert shown.encode("utf-8")


def of_text(reader, name, raw, *defines):
    """The faults of a text file, after the parser of a candidate."""
    names = ", ".join(f'"{name}"' for name in defines)
    row = f'[[files]]\nname = "{name}"\nkind = "text"\nreader = "{reader}"\ndefines = [{names}]'
    files = {f"{folder}/{name}": b"x" for folder in ("starter", "solution")}
    scanned = SimpleNamespace(**scan(name, raw))
    return [str(fault) for fault in preflight_faults(make_pack(files, files=row), [scanned])]


def test_the_line_of_a_formula_that_can_not_be_read_is_shown():
    (message,) = of_text("formulas", "d.txt", b"a = 1\nw_bar = 2x # two\nc = $")

    assert message == (
        "d.txt:2: An operator is expected before `x`; a product is written with *.\n"
        "    w_bar = 2x # two\n             ^"
    )


def test_a_repeated_formula_is_a_fault():
    assert "d.txt:1: w is also in line 2; keep one." in of_text("formulas", "d.txt", b"w = 1\nw = 2")[0]


def test_a_file_without_a_formula_is_a_fault():
    assert of_text("formulas", "d.txt", b"# nothing yet\n") == [
        "d.txt: has no line of the form name = formula."
    ]


def test_formulas_that_can_be_read_have_no_faults():
    assert of_text("formulas", "d.txt", "w̄ = σ'(z)·x".encode()) == []


@pytest.mark.parametrize(
    ("raw", "faults"),
    [
        (b"[q1] b\n[q2] 3", []),
        (b"[q1] b", ["a.txt: [q2] has no answer yet."]),
        (b"[q1] b\n[q2]\n", ["a.txt: [q2] has no answer yet."]),
        (
            b"q1: b\nq2: 3",
            ["a.txt: has no answer; each answer begins with its name in brackets, such as [q1]."],
        ),
        (b"[q1] b\n[q2] 3\n[q2] 4", ["a.txt:3: [q2] is also in line 2; keep one."]),
        (
            b"[q1] b\n[q2] 3\n[q 3] 4",
            ["a.txt:3: `[q 3] 4` is not a heading such as [q1], and is read as text."],
        ),
    ],
)
def test_a_sheet_of_answers_is_checked(raw, faults):
    assert of_text("answers", "a.txt", raw, "q1", "q2") == faults


def test_a_text_without_a_reader_is_not_checked():
    row = '[[files]]\nname = "notes.txt"\nkind = "text"'
    files = {f"{folder}/notes.txt": b"x" for folder in ("starter", "solution")}

    assert preflight_faults(make_pack(files, files=row), [SimpleNamespace(**scan("notes.txt", b"( $"))]) == ()


def of_python(text, *defines, others=()):
    """(faults, notes) of a Python file after the parser of a candidate; `others` are more files."""
    pack = make_pack(top="extra_files = true")
    row = pack.manifest.files[0].model_copy(update={"defines": defines})
    pack = replace(pack, manifest=pack.manifest.model_copy(update={"files": (row,)}))
    facts = scan_files([("squared.py", text.encode()), *others])
    scans = [_scan(plain, plain["name"]) for plain in facts]
    return [str(fault) for fault in preflight_faults(pack, scans)], preflight_notes(pack, scans)


@pytest.mark.parametrize(
    "text",
    [
        "if True:\n    def f(): pass",
        "if x:\n    def f(): pass\nelse:\n    f = None",
        "f: object = lambda x: x",
        "f, (g, *h) = 1, (2, 3)",
        "[f, g] = 1, 2",
        "f = g = len",
        "(f := len)",
        "try:\n    def f(): pass\nexcept Exception:\n    pass",
        "try:\n    import json\n    f = 1\nexcept ImportError:\n    f = 2",
        "try:\n    x = 1\nfinally:\n    f = 1",
        "with open('x') as h:\n    f = 1",
        "with open('x') as f:\n    pass",
        "match x:\n    case 1:\n        f = 1\n    case _:\n        f = 2",
        "if not x:\n    raise ValueError\nelse:\n    f = 1",
        "from math import sin as f",
        "import math as f",
        "class f: pass",
        "@decorated\ndef f(): pass",
        "async def f(): pass",
        "if __name__ != '__main__':\n    f = 1",
        "f = 1\ndel f\ndef f(): pass",
        "from typing import TYPE_CHECKING\nif not TYPE_CHECKING:\n    f = 1",
    ],
)
def test_a_name_that_is_there_after_the_import_is_never_called_missing(text):
    assert of_python(text, "f") == ([], ())
    names = {"x": 2, "open": lambda _: io.StringIO(), "decorated": lambda f: f, "__name__": "squared"}
    exec(text, names)
    assert "f" in names


@pytest.mark.parametrize(
    "text",
    [
        "if x:\n    def f(): pass",
        "for i in range(3):\n    f = i",
        "while True:\n    f = 1\n    break",
        "try:\n    from fast import f\nexcept ImportError:\n    pass",
        "def start():\n    global f\n    f = 1\nstart()",
        "def f(): pass\ndef end():\n    global f\n    del f",
        "def f(): pass\nif x:\n    del f",
        "print(f := 3)",
        "globals()['f'] = 1",
        "exec('f = 1')",
        "import sys\nsys.modules[__name__].f = 1",
        "def __getattr__(name): return len",
        "from other import *",
    ],
)
def test_what_only_a_run_shows_is_said_so_and_refuses_nothing(text):
    faults, (note,) = of_python(text, "f", others=[("fast.py", b"f = 1"), ("other.py", b"exec('f = 1')")])

    assert faults == []
    assert note.endswith("could not be seen without running it.")


NOTHING = "squared.py: f is not defined in this file; it defines nothing."


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("f: object", NOTHING),
        ("class A:\n    def f(self): pass", "squared.py: f is not defined in this file; it defines A."),
        ("def g():\n    f = 1", "squared.py: f is not defined in this file; it defines g."),
        ("[f for f in 'ab']", NOTHING),
        ("import numpy as np", NOTHING),
        ("f = 1\ndel f", "squared.py:2: f is deleted here, so that the tests can't call it."),
        ("if __name__ == '__main__':\n    def f(): pass", "squared.py:1: f is defined only under `if _"),
        ("if False:\n    f = 1", "squared.py:1: f is defined only under a condition that does not hold"),
        ("import sys\nsys.exit()\nf = 1", "squared.py:2: ends the import here"),
        ("raise SystemExit", "squared.py:1: ends the import here"),
        ("f = 1\nexit()", "squared.py:2: ends the import here"),
        ("f = 1\nget_ipython().system('ls')", "squared.py:2: get_ipython() exists only"),
        ("def f():\n    display(3)", "squared.py:2: display() exists only in a notebook"),
        ("f = float(input())", "squared.py:1: input() asks a question"),
        ("f = 1\n%matplotlib inline", "squared.py:2: The line is a notebook's command"),
        ("!pip install numpy\nf = 1", "squared.py:1: The line is a notebook's command"),
        ("f = 1\nf?", "squared.py:2: The line is a notebook's command"),
        (">>> f = 1", "squared.py:1: The line begins with the prompt of a Python shell"),
        ("In [1]: import numpy", "squared.py:1: The line begins with the prompt of a Python shell"),
    ],
)  # fmt: skip
def test_what_the_tests_would_not_find_is_named_with_what_to_do(text, fault):
    (found,), notes = of_python(text, "f")

    assert found.startswith(fault)
    assert notes == ()


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    get_ipython()\nexcept NameError:\n    pass",
        "if 'get_ipython' in globals():\n    get_ipython()",
        "def display(x): pass\ndisplay(1)",
        "if __name__ == '__main__':\n    exit()",
        "def main():\n    exit(input())",
    ],
)
def test_a_file_that_is_ready_for_a_missing_notebook_has_no_fault(text):
    assert of_python(f"f = 1\n{text}", "f")[0] == []


def test_star_imports_and_imports_of_other_submitted_files_are_followed():
    other = ("other.py", b"def f(): pass\n_g = 1\n")

    assert of_python("from other import *", "f", others=[other]) == ([], ())
    assert of_python("from other import f", "f", others=[other]) == ([], ())
    assert of_python("from other import h as f", "f", others=[other]) == (
        ["squared.py:1: imports h from other.py, which does not define it."],
        (),
    )


def test_an_import_that_goes_round_in_a_circle_can_not_be_seen():
    other = ("other.py", b"from squared import *\n")

    assert "without running" in of_python("from other import *", "f", others=[other])[1][0]
