import types

import numpy as np
import pytest

from grader.candidate.edits.source import Source
from grader.candidate.search.search import Search
from grader.candidate.search.values import digest, parts

pytestmark = pytest.mark.slow

LAYER = """
import numpy as np


def sigma(z):
    return 1.0 / (1.0 + np.exp(-z))


def backward(w, x, t):
    z = x @ w
    y = sigma(z)
    y_bar = (y - t) / len(x)
    z_bar = y_bar * y * (1.0 - y)
    return {"w": x.T @ z_bar, "b": z_bar.sum(axis=0)}
"""
COUNTING = """
def total(numbers):
    result = 0.0
    at = 0
    while at < len(numbers):
        result += numbers[at]
        at += 1
    return result
"""
RUNNING = """
import numpy as np


def halves(x):
    found = []
    for row in x:
        row = row / 2
        found.append(row)
    return np.array(found)
"""


def load(text):
    module = types.ModuleType("wrong")
    exec(compile(text, "wrong.py", "exec"), module.__dict__)
    return module


def draw():
    rng = np.random.default_rng(3)
    return rng.normal(size=(4, 2)), rng.normal(size=(5, 4)), rng.normal(size=(5, 2))


def found(right, wrong, name, args, most=4000):
    """The changes that make the call right, as (line, new text), the cheapest first; and the search."""
    assert right != wrong
    want = getattr(load(right), name)(*args())
    module = load(wrong)
    value = getattr(module, name)(*args())
    pieces = {p for p, d in parts(value).items() if d != parts(want).get(p)}
    search = Search(
        {"wrong.py": Source(wrong)},
        lambda: getattr(module, name)(*args()),
        pieces,
        set(parts(value)) - pieces,
    )
    changes = []
    for tried in search.tried(most):
        if agrees(tried.value, want):
            changes += [(tried.unit.source.line(c.edit.start), c.kind, c.edit.text) for c in tried.changes]
    return changes, search


def agrees(value, want):
    if isinstance(want, dict):
        return isinstance(value, dict) and all(k in value and agrees(value[k], want[k]) for k in want)
    if not isinstance(value, int | float | np.ndarray | np.number):
        return False
    return np.shape(value) == np.shape(want) and np.allclose(value, want, rtol=1e-9)


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [
        ("y_bar * y * (1.0 - y)", "y_bar", 13),
        ("y_bar * y * (1.0 - y)", "y_bar * sigma(y) * (1.0 - sigma(y))", 13),
        ("(y - t) / len(x)", "(t - y) / len(x)", 12),
        ("(y - t) / len(x)", "(y - t)", 12),
        ("(y - t) / len(x)", "(y - t) / len(w)", 12),
        ("x.T @ z_bar", "z_bar.T @ x", 14),
        ("z_bar.sum(axis=0)", "z_bar.sum(axis=1)", 14),
        ("z_bar.sum(axis=0)", "z_bar", 14),
        ("np.exp(-z)", "np.exp(z)", 6),
    ],
)
def test_it_finds_the_line_of_a_wrong_gradient(right, wrong, line):
    changes, _ = found(LAYER, LAYER.replace(right, wrong), "backward", draw)

    cheapest = [change[0] for change in changes if change[1] == changes[0][1]]
    assert line in cheapest


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [
        ("result += numbers[at]", "result = numbers[at]", 6),
        ("at = 0", "at = 1", 4),
        ("at < len(numbers)", "at < len(numbers) - 1", 5),
        ("result = 0.0", "result = 1.0", 3),
    ],
)
def test_it_finds_the_line_of_a_wrong_loop(right, wrong, line):
    changes, _ = found(COUNTING, COUNTING.replace(right, wrong), "total", lambda: ([1.5, 2.0, 4.25],))

    assert line in [change[0] for change in changes]


def test_it_finds_a_statement_that_should_be_in_the_loop():
    wrong = RUNNING.replace("        found.append(row)", "    found.append(row)")

    changes, _ = found(RUNNING, wrong, "halves", lambda: (np.arange(6.0).reshape(3, 2),))

    assert (9, "statement after the loop") in [change[:2] for change in changes]


def test_it_finds_a_missing_copy():
    right = "def f(x):\n    y = x.copy()\n    y += 1.0\n    return y, x\n"

    changes, _ = found_pair(right, right.replace("x.copy()", "x"), lambda: (np.arange(3.0),))

    assert (2, "copy") in [change[:2] for change in changes]


def found_pair(right, wrong, args):
    want = load(right).f(*args())
    module = load(wrong)
    search = Search({"wrong.py": Source(wrong)}, lambda: module.f(*args()), {"[1]"}, {"[0]"})
    changes = []
    for tried in search.tried(4000):
        if all(map(agrees, tried.value, want)):
            changes += [(tried.unit.source.line(c.edit.start), c.kind) for c in tried.changes]
    return changes, search


def test_it_finds_the_line_of_a_method():
    right = LAYER + (
        "\n\nclass Net:\n    def __init__(self, w):\n        self.w = w\n\n"
        "    def run(self, x):\n        return sigma(x @ self.w)\n\n\n"
        "def forward(w, x, t):\n    return Net(w).run(x)\n"
    )
    wrong = right.replace("return sigma(x @ self.w)", "return x @ self.w")

    changes, search = found(right, wrong, "forward", draw)

    assert wrong.split("\n")[changes[0][0] - 1].strip() == "return x @ self.w"
    assert "Net.run" in [unit.name for unit in search.units]


def test_it_finds_a_wrong_name_in_a_comprehension():
    right = "def f(a, b):\n    return [sum(x * y for x, y in zip(a, b))]\n"

    changes, _ = found_list(right, right.replace("x * y", "x * x"), lambda: ([1.0, 2.0], [3.0, 5.0]))

    assert 2 in [change[0] for change in changes]


def found_list(right, wrong, args):
    want = load(right).f(*args())
    module = load(wrong)
    search = Search({"wrong.py": Source(wrong)}, lambda: module.f(*args()), {"[0]"})
    changes = [
        (tried.unit.source.line(c.edit.start), c.kind)
        for tried in search.tried(4000)
        if tried.value == want
        for c in tried.changes
    ]
    return changes, search


def test_a_change_that_makes_a_loop_endless_ends():
    wrong = COUNTING.replace("result += numbers[at]", "result -= numbers[at]")

    changes, search = found(COUNTING, wrong, "total", lambda: ([1.5, 2.0, 4.25],))

    assert search.tries > 50
    assert 6 in [change[0] for change in changes]


def test_the_functions_are_as_before_after_a_search():
    module = load(LAYER)
    before = module.backward.__code__
    search = Search({"wrong.py": Source(LAYER)}, lambda: module.backward(*draw()), {"['w']"})

    list(search.tried(500))

    assert module.backward.__code__ is before
    assert digest(module.backward(*draw())) == digest(load(LAYER).backward(*draw()))


def test_no_more_changes_are_tried_than_allowed():
    module = load(LAYER)
    search = Search({"wrong.py": Source(LAYER)}, lambda: module.backward(*draw()), {"['w']"})

    list(search.tried(37))

    assert search.tries == 37


def test_the_same_file_gives_the_same_search():
    wrong = LAYER.replace("(y - t) / len(x)", "(t - y)")

    first, again = (found(LAYER, wrong, "backward", draw) for _ in range(2))

    assert first[0] == again[0]
    assert first[1].tries == again[1].tries


def test_a_place_on_which_nothing_wrong_depends_is_not_changed():
    wrong = LAYER.replace("z_bar.sum(axis=0)", "z_bar.sum(axis=0) * 2")

    changes, _ = found(LAYER, wrong, "backward", draw)

    assert {change[0] for change in changes} == {14}


def test_an_exception_that_a_change_causes_does_not_end_the_search():
    wrong = "def f(x):\n    if x > 5:\n        raise SystemExit\n    return [x + 2]\n"
    right = wrong.replace("x + 2", "x + 1")

    changes, _ = found_list(right, wrong, lambda: (3.0,))

    assert 4 in [change[0] for change in changes]
