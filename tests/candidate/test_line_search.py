import types

import numpy as np
import pytest

from grader.candidate.edits.source import Source
from grader.candidate.search.functions import lines_run, units_of
from grader.candidate.search.places import places_of
from grader.candidate.search.recording import look
from grader.candidate.search.search import LEVELS, LINES_OF_A_TRY, Search
from grader.candidate.search.values import digest, fresh, parts, size_of
from grader.wire import encode

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

    assert 25 < search.tries <= 37 <= search.work


def test_fewer_changes_are_tried_of_a_call_that_runs_many_lines():
    module = load(COUNTING)

    def tries(numbers):
        search = Search({"wrong.py": Source(COUNTING)}, lambda: module.total([1.0] * numbers), {""})
        list(search.tried(4000))
        return search.tries

    assert tries(9) > 100
    assert 0 < tries(3000) <= 1 + 4000 * LINES_OF_A_TRY // (3 * 3000) < 150


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


def searching(text, wrong, most=4000):
    module = load(text)
    search = Search({"wrong.py": Source(text)}, lambda: module.backward(*draw()), {wrong})
    return search, list(search.tried(most))


def test_the_cheap_changes_come_first_also_across_the_levels():
    _, tried = searching(LAYER, "['w']", 1500)
    costs = [one.rank + one.changes[0].cost for one in tried]

    assert costs == sorted(costs)
    assert max(costs) > LEVELS[2]


def test_no_change_is_tried_that_costs_more_than_the_most():
    module = load(LAYER)
    search = Search({"wrong.py": Source(LAYER)}, lambda: module.backward(*draw()), {"['w']"})
    every = [one.rank + one.changes[0].cost for one in search.tried(4000)]
    search = Search({"wrong.py": Source(LAYER)}, lambda: module.backward(*draw()), {"['w']"})
    costs = []

    for one in search.tried(4000):
        search.most_cost = 1.5
        costs.append(one.rank + one.changes[0].cost)

    assert costs == [cost for cost in every if cost <= 1.5]


def test_a_dear_change_that_makes_what_a_cheap_one_made_is_told_without_a_run():
    text = "def backward(w, x, t):\n    n = len(x)\n    return {'w': x.sum() * 2.0 * n / n}\n"

    search, tried = searching(text, "['w']")

    runs = [one for one in tried if one.value is not None]
    assert len(runs) > search.tries


def test_every_place_is_seen_in_one_run():
    calls = []
    module = load(LAYER)
    unit, *_ = (u for u in units(module) if u.node.name == "backward")
    places = [place for place in places_of(unit) if not place.inner]

    def call():
        calls.append(1)
        return module.backward(*draw())

    seen = look(unit, places, call, parts(module.backward(*draw())), most=100)

    by_text = {unit.source.text(place.node): one for place, one in zip(places, seen, strict=True)}
    assert by_text["(y - t) / len(x)"].moves == {"['w']", "['b']"}
    assert by_text["z_bar.sum(axis=0)"].moves == {"['b']"}
    assert by_text["len(x)"].value == 5
    assert all(one.hits == 1 for one in by_text.values())
    assert len(calls) <= 1 + len(places)
    assert digest(module.backward(*draw())) == digest(load(LAYER).backward(*draw()))


def units(module):
    sources = {"wrong.py": Source(LAYER)}
    ran, _ = lines_run(lambda: module.backward(*draw()), sources)
    return units_of(ran, sources)


def test_a_place_where_no_call_can_stand_hides_no_other():
    right = (
        "def f(x):\n    match len(x):\n        case 3:\n            return [x[0] + 1.0]\n    return [0.0]\n"
    )

    changes, _ = found_list(right, right.replace("+ 1.0", "+ 2.0"), lambda: ([4.0, 5.0, 6.0],))

    assert 4 in [change[0] for change in changes]


def test_a_copy_shares_nothing_with_what_came_over_the_wire():
    value = {"a": [np.ones(2), (np.zeros(1), 3)], "b": "text"}

    copied = fresh(value)
    copied["a"][0][0] = 7.0
    copied["a"][1][0][0] = 7.0

    assert digest(value) == digest({"a": [np.ones(2), (np.zeros(1), 3)], "b": "text"})
    assert type(copied["a"][1]) is tuple


@pytest.mark.parametrize(
    "value",
    [1, 2.5, True, np.float64(1.0), np.ones((2, 3)), {"a": [1.0, (np.arange(3), 2)]}, []],
)
def test_a_value_whose_size_is_known_at_once_can_be_sent(value):
    size = size_of(value)

    assert size is not None
    assert size >= np.size(value) * 8 or not np.size(value) or isinstance(value, bool | dict)
    assert encode("value", value)


@pytest.mark.parametrize("value", [1 << 80, object(), np.ones(2, object), {1: {2}}, "text", np.ones(1 << 18)])
def test_a_value_that_may_be_none_that_can_be_sent_is_not_known_at_once(value):
    assert size_of(value) is None


RATES = """
import numpy as np

HALF = 0.5
RATES = (0.1, 0.2)
UNUSED = 0.25
made = []


def slope(z, sharp=2.0):
    return sharp * z


class Step:
    size = 0.1

    def of(self, x):
        return x - self.size * slope(x) * HALF + RATES[1]


def run(x):
    made.append(1)
    return Step().of(x)
"""


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [
        ("HALF = 0.5", "HALF = 1.0", 4),
        ("RATES = (0.1, 0.2)", "RATES = (0.1, 0.4)", 5),
        ("size = 0.1", "size = -0.1", 15),
        ("sharp=2.0", "sharp=1.0", 10),
    ],
)
def test_it_finds_a_constant_outside_of_functions(right, wrong, line):
    changes, _ = found(RATES, RATES.replace(right, wrong), "run", lambda: (np.arange(3.0),))

    assert line in [change[0] for change in changes]


def test_constants_are_as_before_after_a_search_and_only_those_that_are_read_are_changed():
    module = load(RATES)
    before = (module.HALF, module.RATES, module.UNUSED, module.Step.size, module.slope.__defaults__)
    search = Search({"wrong.py": Source(RATES)}, lambda: module.run(np.arange(3.0)), {""})

    lines = {tried.unit.source.line(c.edit.start) for tried in search.tried(4000) for c in tried.changes}

    assert (module.HALF, module.RATES, module.UNUSED, module.Step.size, module.slope.__defaults__) == before
    assert {4, 5, 10, 15} <= lines
    assert not {6, 7} & lines


def test_a_function_that_returns_fractions_is_not_made_to_return_truth_values():
    step = "def f(x):\n    y = -np.ones(2)\n    p = x > 0\n    y[p] = 1.0\n    return y\n"
    text = f"import numpy as np\n\n\n{step}"
    module = load(text)

    search = Search({"wrong.py": Source(text)}, lambda: module.f(np.array([1.0, -2.0])), {""})
    returned = text.index("return y")
    values = [one.value for one in search.tried(4000) if one.changes[0].edit.start >= returned]

    assert values
    assert not any(np.asarray(value).dtype == bool for value in values)
