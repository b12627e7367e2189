from dataclasses import dataclass

import pytest

from grader.preflight import findings
from tests.grader.packs import make_pack


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


def say(scan, **parts):
    return [str(finding) for finding in findings(make_pack(**parts), [scan])]


def test_a_file_that_is_well_needs_no_words():
    assert say(Scan(imports=("numpy", "math", "numpy.linalg", "squared"))) == []


def test_a_syntax_error_shows_its_line_with_a_caret():
    scan = Scan(error="expected ':'", line=3, column=12, text="    def f(x)\n")

    (finding,) = findings(make_pack(), [scan])

    assert finding.blocks
    assert finding.line == 3
    assert finding.excerpt == "        def f(x)\n               ^"


def test_python_2_is_named():
    (text,) = say(Scan(error="Missing parentheses", line=1, column=1, text="print x", python2=True))

    assert "This is Python 2; Python 3 is expected." in text


def test_a_missing_function_is_named_with_the_near_miss():
    (text,) = say(Scan(functions=("Loss", "gradient")))

    assert text == "squared.py: Loss found, loss expected."


def test_a_near_miss_may_be_a_slip_of_the_pen():
    assert say(Scan(functions=("loss", "gradients"))) == ["squared.py: gradients found, gradient expected."]


def test_without_a_near_miss_it_lists_what_there_is():
    assert say(Scan(functions=("loss", "main"))) == [
        "squared.py: gradient is not defined in this file; it defines loss, main."
    ]


def test_a_missing_function_does_not_stop_the_others():
    (finding,) = findings(make_pack(), [Scan(functions=("loss",))])

    assert not finding.blocks


def test_a_package_that_is_not_here_is_named_with_those_that_are():
    assert say(Scan(imports=("torch", "torch.nn", "os"))) == [
        "squared.py: imports torch, which is not available here; the standard library and numpy are."
    ]


@pytest.mark.parametrize("text", ["x\x1b[31m = ", "y\u202e = 1", "\ud800"])
def test_a_hostile_line_is_shown_harmlessly(text):
    (shown,) = say(Scan(error="invalid\x1b syntax", line=1, column=500, text=text))

    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert shown.encode("utf-8")
