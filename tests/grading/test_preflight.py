from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from grader.candidate.scan import scan
from grader.grading.preflight import preflight_faults
from tests.helpers.packs import make_pack


@dataclass(frozen=True)
class Scan:
    name: str = "squared.py"
    error: str | None = None
    line: int | None = None
    column: int | None = None
    text: str = ""
    python2: bool = False
    functions: tuple[str, ...] = ("loss", "gradient")
    classes: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()


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
