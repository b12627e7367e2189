"""Programs without any work: what their functions return, and what a pack may give them."""

from decimal import Decimal

import numpy as np
import pytest

from grader.grading.report import GradedFile, PackIdentity, Report
from grader.packcheck.stub_source import MARK, stub
from grader.packcheck.stubs import calls_in, names_of, recording, stubs, stubs_step
from grader.packs.manifest import StubsTable
from grader.values import Verdict, Visibility
from tests.helpers.packs import make_pack
from tests.helpers.reports import make_result

SOURCE = b"""
import numpy as np

def loss(params, x):
    return float(np.sum(params["w"] * x))

def backward(params, x):
    loss(params, x)
    return {"w": 1 * x, "parts": [params["w"], (2.5, None, "text")]}

def fails(x):
    raise ValueError

class Counter:
    def __init__(self, start):
        self.start = start

    def next(self, by):
        return self.start + by

class Fault(Exception):
    pass
"""
NAMES = ("loss", "backward", "fails", "Counter", "Fault")
PARAMS, X = {"w": np.array([1.0, 2.0])}, np.array([3.0, 4.0])


def space(kind, known=()):
    """What the file defines after the stub took over."""
    found = {}
    exec(stub(SOURCE, kind, NAMES, known), found)
    return found


@pytest.mark.parametrize(("kind", "number"), [("zeros", 0), ("ones", 1)])
def test_a_constant_has_the_structure_of_the_answer(kind, number):
    got = space(kind)["backward"](PARAMS, X)

    assert got["w"].tolist() == [number, number]
    assert got["parts"][0].tolist() == [number, number]
    assert got["parts"][1] == (number, None, "text")
    assert space(kind)["loss"](PARAMS, X) == number


def test_an_argument_is_one_that_has_the_answers_structure():
    found = {}
    exec(stub(b"def f(a, b):\n    return b * 2\n", "argument", ["f"]), found)

    assert found["f"](np.zeros(3), X).tolist() == X.tolist()


def test_a_linear_loss_has_the_gradients_that_are_returned():
    linear = space("linear")

    assert linear["loss"](PARAMS, X) == 3.0
    assert linear["backward"](PARAMS, X)["w"].tolist() == [1, 1]


def test_methods_are_replaced_and_an_exception_is_no_answer():
    assert space("ones")["Counter"](5).next(2) == 1
    assert space("ones")["fails"](1) == 0.0
    assert issubclass(space("ones")["Fault"], Exception)


def test_arguments_are_not_changed_by_a_stub():
    found = {}
    exec(stub(b"def f(x):\n    x += 1\n    return x\n", "zeros", ["f"]), found)
    x = np.array([1.0])

    assert found["f"](x).tolist() == [0.0]
    assert x.tolist() == [1.0]


def test_a_table_answers_only_the_calls_that_were_recorded(capsys):
    space("record")["loss"](PARAMS, X)
    printed = capsys.readouterr().out.split()
    table = space("table", {printed[-1]})

    assert " ".join(printed[:-1]) == MARK.strip()
    assert len(printed) == 3
    assert table["loss"](PARAMS, X) == 11.0
    assert table["loss"](PARAMS, 2 * X) == 0.0
    assert table["backward"](PARAMS, X)["w"].tolist() == [0, 0]


def reported(**earned):
    """A report in which these rows earned these points of four."""
    results = tuple(
        make_result(
            name,
            verdict=Verdict.PASSED if points else Verdict.FAILED,
            earned=Decimal(points),
            output=MARK + "a" * 16,
        )
        for name, points in earned.items()
    )
    return Report(
        pack=PackIdentity("a", "A", "0" * 64, "0" * 64), files=(GradedFile("a", "0" * 64),), results=results
    )


def test_a_stub_that_earns_more_than_a_twentieth_is_a_fault():
    step = stubs_step(make_pack(), [("zeros", reported(test_loss=1)), ("ones", reported(test_loss=0))])

    (fault,) = step.faults
    assert fault.startswith("zeros for every answer: 1 point (test_loss 1); ")
    assert fault.endswith("may earn 0.475: give these rows needs, or say why in [stubs] zeros")


def test_a_pack_may_say_why_a_stub_earns_points():
    pack = make_pack(top='[stubs]\nzeros = "It is the answer."')
    step = stubs_step(pack, [("zeros", reported(test_loss=4))])

    assert step.proven
    assert step.advice == ("zeros for every answer: 4 points (test_loss 4); It is the answer.",)
    assert step.say == "earn: zeros 4 of 9.5"


def test_only_visible_rows_show_a_student_their_answers():
    hidden = make_result("test_b", visibility=Visibility.HIDDEN, output=f"{MARK}{'b' * 16}\n")
    report = reported(test_a=4)
    report = Report(pack=report.pack, files=(), results=(*report.results, hidden))

    assert calls_in(report) == {"a" * 16}


def test_without_defines_the_functions_of_the_solution_are_tried():
    pack = make_pack()
    row = pack.manifest.files[0].model_copy(update={"defines": ()})

    assert names_of(pack, row) == ("loss", "gradient")


def test_a_class_of_exceptions_is_no_function():
    source = b"class Fault(ValueError):\n    pass\n\n\nclass Graph(dict):\n    pass\n"
    pack = make_pack({"solution/squared.py": source})
    row = pack.manifest.files[0].model_copy(update={"defines": ("Fault", "Graph", "other")})

    assert names_of(pack, row) == ("Graph", "other")


def test_each_kind_is_made_for_a_pack_of_python_and_constants_for_a_text():
    text = '[[files]]\nname = "notes.txt"\nkind = "text"\ndefines = ["q1"]'
    files = {"starter/notes.txt": b"[q1]\n", "solution/notes.txt": b"[q1] b\n[q2]\nlong\ntext\n"}
    made = dict(stubs(make_pack(files, files=text), frozenset()))

    assert list(made) == list(StubsTable.model_fields)
    assert dict(made["ones"].files)["notes.txt"] == b"[q1] a\n[q2] a\n"
    assert recording(make_pack()) is not None


def test_formulas_become_constants():
    text = '[[files]]\nname = "notes.txt"\nkind = "text"\nreader = "formulas"'
    files = {"starter/notes.txt": b"", "solution/notes.txt": b"# all\nw_bar = x * y  # why\nb = 2\n"}
    made = dict(stubs(make_pack(files, files=text), frozenset()))

    assert dict(made["zeros"].files)["notes.txt"] == b"# all\nw_bar = 0\nb = 0\n"
