import ast
from pathlib import Path

import pytest

from grader.candidate.edits import draw
from grader.candidate.edits.drawing import KINDS

SOLUTIONS = sorted((Path(__file__).parents[2] / "assignments").glob("*/solution/*.py"))


def mutants(source, most=10_000):
    """(kind, the whole program) of each mutant of this program."""
    raw = source.encode()
    drawn = draw([("m.py", raw)], most)["mutants"]
    return [(m["kind"], (raw[: m["start"]] + m["text"].encode() + raw[m["end"] :]).decode()) for m in drawn]


def of_kind(kind, expression):
    """The expressions that edits of that kind make from this one."""
    start = "def f(x, y):\n    return "
    return {new.removeprefix(start) for k, new in mutants(start + expression) if k == kind}


@pytest.mark.parametrize(
    ("kind", "expression", "expected"),
    [
        ("sign", "x - y", {"x + y"}),
        ("sign", "x * -y", {"-x * -y", "x * y"}),
        ("dropped term", "a + b", {"a", "b"}),
        ("dropped term", "(x - y) * z", {"(x) * z", "(-y) * z"}),
        ("dropped factor", "x * (a + b)", {"x", "(a + b)"}),
        ("dropped factor", "(y - t) ** 2 / n", {"((y - t) ** 2)", "(y - t) / n"}),
        ("times or divided by", "x * y", {"x / y"}),
        ("times or divided by", "x @ y", {"x * y"}),
        ("axis", "a.sum(axis=0, keepdims=True)", {"a.sum(axis=1, keepdims=True)"}),
        ("axis", "a.mean(axis=-1)", {"a.mean(axis=0)", "a.mean()"}),
        ("axis", "np.sum(a, -1)", {"np.sum(a, 0)"}),
        ("axis", "a.sum((0, 1))", {"a.sum(0)", "a.sum(1)"}),
        ("transpose", "a.T", {"a"}),
        ("transpose", "a.T @ b", {"a @ b", "a.T @ b.T", "b @ a.T"}),
        ("transpose", "np.outer(a, b)", {"np.outer(b, a)"}),
        ("transpose", "a[:, None]", {"a[None, :]"}),
        ("off by one", "a[3]", {"a[4]", "a[2]"}),
        ("off by one", "list(range(n))", {"list(range(n - 1))", "list(range(n + 1))", "list(range(1, n))"}),
        ("off by one", "a[i:j]", {"a[i - 1:j]", "a[i + 1:j]", "a[i:j - 1]", "a[i:j + 1]", "a[:]"}),
        ("comparison", "x > y", {"x >= y", "x < y"}),
        ("comparison", "0 <= x < y", {"0 < x < y", "0 >= x < y", "0 <= x <= y", "0 <= x > y"}),
        ("sum or mean", "a.sum()", {"a.mean()"}),
        ("another function", "np.maximum(a, b)", {"np.minimum(a, b)"}),
        ("dropped function", "np.abs(a - b)", {"(a - b)"}),
        ("dropped function", "a.copy()", {"a"}),
        ("first argument returned", "y", {"x"}),
        ("order", "a, b", {"b, a"}),
        ("condition", "a if b else c", {"a if not b else c"}),
        ("condition", "np.where(c, a, b)", {"np.where(c, b, a)"}),
        ("condition", "True", {"False"}),
        ("constant", "0.5", {"1.0"}),
    ],
)
def test_it_makes_the_mutant(kind, expression, expected):
    assert expected <= of_kind(kind, expression)


def test_it_drops_a_statement():
    program = "def f(x):\n    x += 1\n    x[0] = 2\n    return x\n"

    programs = [new for kind, new in mutants(program) if kind == "dropped statement"]

    assert program.replace("x += 1", "pass") in programs
    assert program.replace("x[0] = 2", "pass") in programs


def test_it_calls_another_function_of_the_file():
    program = "def f(x):\n    return g(x)\n\n\ndef g(x):\n    return x\n\n\ndef h(x, y):\n    return y\n"

    assert ("another function", program.replace("return g(x)", "return f(x)")) in mutants(program)


def test_texts_imports_and_annotations_are_not_changed():
    program = '''"""1 + 1"""
import numpy as np


def f(x: "int | 1 + 1") -> "1 + 1":
    """1 + 1"""
    if not x:
        raise ValueError("x" + str(1 + 1))
    return f"{x + 1}"


if __name__ == "__main__":
    print(1 + 1)
'''

    kinds = {kind for kind, _ in mutants(program)}

    assert kinds == {"condition", "first argument returned"}


@pytest.mark.slow
@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.name)
def test_every_mutant_of_a_solution_differs_from_all_others(path):
    text = path.read_text()

    trees = [ast.dump(ast.parse(new)) for _, new in mutants(text)]

    assert len(trees) > 30
    assert len({ast.dump(ast.parse(text)), *trees}) == len(trees) + 1


def test_edits_with_the_same_syntax_tree_give_one_mutant():
    assert len([new for _, new in mutants("a = x.sum(axis=0)") if "axis=1" in new]) == 1


def test_the_same_files_give_the_same_mutants():
    files = [(path.name, path.read_bytes()) for path in SOLUTIONS]

    assert draw(files, 60) == draw(files, 60)


def test_few_mutants_are_chosen_evenly_over_functions_and_kinds():
    function = "def {}(x):\n    return " + " + ".join(f"x[{n}] * x[{n} + 1]" for n in range(20)) + "\n"
    program = function.format("long") + function.format("other") + "def short(x):\n    return x - 1\n"

    drawn = draw([("m.py", program.encode())], 30)["mutants"]

    functions = [m["function"] for m in drawn]
    assert min(functions.count(name) for name in ("long", "other")) >= 12
    assert {m["kind"] for m in drawn if m["function"] == "long"} >= {"sign", "dropped term", "off by one"}


def test_it_says_how_many_edits_are_possible():
    program = "def f(x, y):\n    return x - y\n"

    drawn = draw([("m.py", program.encode())], 1)

    assert drawn["possible"] == 4  # x + y, x, -y, and x as the first argument
    assert len(drawn["mutants"]) == 1


@pytest.mark.parametrize("raw", [b"def f(:\n", b"\xff", b"\0", b"x = " + b"(" * 300, b""])
def test_a_file_that_is_not_a_program_has_no_mutants(raw):
    assert draw([("m.py", raw)], 60) == {"possible": 0, "mutants": []}


def test_line_ends_and_marks_of_other_systems_do_not_change_the_mutants():
    plain = "def f(x):\n    # ü\n    return 'ü', x + 1\n"
    windows = b"\xef\xbb\xbf" + plain.replace("\n", "\r\n").encode()

    assert draw([("m.py", windows)], 60) == draw([("m.py", plain.encode())], 60)


@pytest.mark.slow
def test_every_kind_occurs_in_some_shipped_solution():
    drawn = draw([(path.name, path.read_bytes()) for path in SOLUTIONS], 10_000)["mutants"]

    assert {m["kind"] for m in drawn} == set(KINDS)
