"""Both sides of a trace together, without a runner: wrong programs in several layouts and notations. What is
said of them must be true; where it can't be told, nothing is said."""

import sys

import numpy as np
import pytest

from grader.examiner.trace_events import run_of
from grader.examiner.trace_names import means, quantity
from grader.examiner.trace_values import inputs_of
from grader.examiner.trace_verdict import trace_of
from grader.kit import AnyOf
from grader.kit.trace import values_of
from grader.wire import BadFrame
from reference import mlp
from tests.helpers.traces import said_of

ROWS = """
import numpy as np

def sigma(z):
    return 1.0 / (1.0 + np.exp(-z))

def backward(params, x, t):
    z = x @ params["W1"].T + params["b1"]
    h = sigma(z)
    y = h @ params["W2"].T + params["b2"]
    y_bar = (y - t) / len(x)
    h_bar = y_bar @ params["W2"]
    z_bar = h_bar * h * (1.0 - h)
    return {"W1": z_bar.T @ x, "b1": z_bar.sum(axis=0), "W2": y_bar.T @ h, "b2": y_bar.sum(axis=0)}
"""
COLUMNS = """
import numpy as np

class Net:
    def __init__(self, params):
        self.params = params

    def run(self, x):
        self.Z1 = self.params["W1"] @ x.T + self.params["b1"][:, None]
        self.H1 = 1.0 / (1.0 + np.exp(-self.Z1))
        self.Y = self.params["W2"] @ self.H1 + self.params["b2"][:, None]

    def back(self, x, t):
        self.run(x)
        dY = (self.Y - t.T) / x.shape[0]
        dH1 = self.params["W2"].T @ dY
        dZ1 = dH1 * self.H1 * (1.0 - self.H1)
        return {"W1": dZ1 @ x, "b1": dZ1.sum(axis=1), "W2": dY @ self.H1.T, "b2": dY.sum(axis=1)}

def backward(params, x, t):
    return Net(params).back(x, t)
"""
ONE_BY_ONE = """
import numpy as np

def backward(params, x, t):
    n = len(x)
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    for i in range(n):
        z = params["W1"] @ x[i] + params["b1"]
        h = 1.0 / (1.0 + np.exp(-z))
        y = params["W2"] @ h + params["b2"]
        dy = (y - t[i]) / n
        dh = params["W2"].T @ dy
        dz = dh * h * (1.0 - h)
        grads["W2"] += np.outer(dy, h)
        grads["b2"] += dy
        grads["W1"] += np.outer(dz, x[i])
        grads["b1"] += dz
    return grads
"""
LISTS = """
import math

def backward(params, x, t):
    W1, b1, W2, b2 = (params[k].tolist() for k in ("W1", "b1", "W2", "b2"))
    n, m, k = len(x), len(b1), len(b2)
    z = [[0.0] * m for _ in range(n)]
    h = [[0.0] * m for _ in range(n)]
    y = [[0.0] * k for _ in range(n)]
    for i in range(n):
        for j in range(m):
            s = b1[j]
            for d in range(len(x[i])):
                s += W1[j][d] * float(x[i][d])
            z[i][j] = s
            h[i][j] = 1.0 / (1.0 + math.exp(-s))
        for j in range(k):
            y[i][j] = b2[j] + sum(W2[j][q] * h[i][q] for q in range(m))
    return {"b2": [2.0 * sum(y[i][j] - float(t[i][j]) for i in range(n)) for j in range(k)]}
"""
LAYERS = """
import numpy as np

def sigma(z):
    return 1.0 / (1.0 + np.exp(-z))

def backward(params, x, t):
    h, hs = x, [x]
    for layer in (1, 2, 3):
        z = h @ params[f"W{layer}"].T + params[f"b{layer}"]
        h = sigma(z) if layer < 3 else z
        hs.append(h)
    z_bar = (h - t) / len(x)
    grads = {}
    for layer in (3, 2, 1):
        below = hs[layer - 1]
        grads[f"W{layer}"] = z_bar.T @ below
        grads[f"b{layer}"] = z_bar.sum(axis=0)
        h_bar = z_bar @ params[f"W{layer}"]
        z_bar = h_bar * below * (1.0 - below)
    return grads
"""


def steps(params, x, t):
    passed, signals, depth = mlp.forward(params, x), mlp.cost_signals(params, x, t), len(params) // 2
    found = {}
    for layer in range(1, depth):
        found |= {f"z{layer}": passed.z[layer - 1], f"h{layer}": passed.h[layer]}
    found |= {f"z{depth}": passed.y, "y": passed.y, "y_bar": signals.z[-1], f"z{depth}_bar": signals.z[-1]}
    for layer in range(depth - 1, 0, -1):
        found |= {f"h{layer}_bar": signals.h[layer], f"z{layer}_bar": signals.z[layer - 1]}
    bars = {name: AnyOf(bar, len(x) * bar) for name, bar in found.items() if name.endswith("_bar")}
    return values_of(found | bars)


def points(sizes=(4, 5, 3)):
    """Three draws of (params, x, t)."""
    for key in range(3):
        rng = np.random.default_rng(key)
        yield mlp.init_params(rng, sizes), rng.normal(size=(6, sizes[0])), rng.normal(size=(6, sizes[-1]))


def trace(text, sizes=(4, 5, 3)):
    """What is found of three calls of `backward` in this file."""
    drawn = list(points(sizes))
    runs = [run_of(said_of(text, point), {"student.py": text}) for point in drawn]
    inputs = [inputs_of({"args": point}) for point in drawn]
    return trace_of(runs, [steps(*point) for point in drawn], inputs, 1e-9)


def right(found):
    return [(step.name, step.means) for step in found.right]


def text_at(text, step):
    return text.split("\n")[step.line - 1].strip()


def test_a_right_run_is_right_to_its_end():
    found = trace(ROWS)

    assert right(found) == [
        ("z", "z₁"), ("h", "h₁"), ("y", "z₂"), ("y_bar", means("y_bar")),
        ("h_bar", means("h1_bar")), ("z_bar", means("z1_bar")),
    ]  # fmt: skip
    assert found.first is None
    assert found.draws == 3


WRONG = [
    ("h = sigma(z)", "h = np.tanh(z)", 1, "h"),
    ('y = h @ params["W2"].T + params["b2"]', 'y = h @ params["W2"].T', 2, "y"),
    ("y_bar = (y - t) / len(x)", "y_bar = (y + t) / len(x)", 3, "y_bar"),
    ('h_bar = y_bar @ params["W2"]', 'h_bar = np.abs(y_bar) @ params["W2"]', 4, "h_bar"),
    ("z_bar = h_bar * h * (1.0 - h)", "z_bar = h_bar * h * (1.0 + h)", 5, "z_bar"),
    ("z_bar = h_bar * h * (1.0 - h)", "z_bar = h_bar * h", 5, "z_bar"),
    ('x @ params["W1"].T + params["b1"]', 'x @ params["W1"].T', 0, "z"),
]


@pytest.mark.parametrize(("old", "new", "agree", "name"), WRONG)
def test_the_first_wrong_value_is_made_by_the_changed_line(old, new, agree, name):
    assert ROWS.count(old) == 1
    text = ROWS.replace(old, new)

    found = trace(text)

    assert len(found.right) == agree
    assert found.first.name == name
    assert new in text_at(text, found.first)


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("np.exp(-self.Z1)", "np.exp(self.Z1 / 2.0)", "self.H1"),
        ("dH1 * self.H1 * (1.0 - self.H1)", "dH1 * (1.0 - self.H1)", "dZ1"),
        ("(self.Y - t.T) / x.shape[0]", "np.abs(self.Y - t.T) / x.shape[0]", "dY"),
    ],
)
def test_columns_methods_and_other_names_are_recognised(old, new, name):
    text = COLUMNS.replace(old, new)

    found = trace(text)

    assert found.first is None or (found.first.name, new in text_at(text, found.first)) == (name, True)
    assert ("self.Z1", "z₁") in right(found)


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("dz = dh * h * (1.0 - h)", "dz = dh * h", "dz"),
        ("1.0 / (1.0 + np.exp(-z))", "1.0 / (2.0 + np.exp(-z))", "h"),
        ('dh = params["W2"].T @ dy', 'dh = params["W2"].T @ np.abs(dy)', "dh"),
    ],
)
def test_rows_taken_one_by_one_are_one_value(old, new, name):
    text = ONE_BY_ONE.replace(old, new)

    found = trace(text)

    assert ("z", "z₁") in right(found)
    assert found.first is None or (found.first.name, new in text_at(text, found.first)) == (name, True)


def test_lists_that_are_filled_number_by_number_are_values_too():
    found = trace(LISTS)

    assert right(found)[:2] == [("z", "z₁"), ("h", "h₁")]
    assert found.first is None


def test_the_turn_of_a_loop_over_layers_is_said():
    text = LAYERS.replace("z_bar = h_bar * below * (1.0 - below)", "z_bar = h_bar * below * (1.0 + below)")

    found = trace(text, (4, 5, 6, 3))

    assert [(s.name, s.means, s.turn) for s in found.right if s.name == "z"] == [
        ("z", "z₁", 1), ("z", "z₂", 2), ("z", "z₃", 3)
    ]  # fmt: skip
    assert found.first is None or "z_bar = h_bar" in text_at(text, found.first)


SILENT = {
    "a sign that may be meant": ROWS.replace("(y - t) / len(x)", "(t - y) / len(x)"),
    "a factor that may be meant": ROWS.replace("(y - t) / len(x)", "2.0 * (y - t) / len(x)"),
    "a value of another layer": ROWS.replace("h_bar * h * (1.0 - h)", "h_bar"),
    "unknown names": ROWS.replace("z_bar", "hidden_part").replace("(1.0 - h)", "(1.0 + h)"),
    "an array that is not seen": ROWS.replace("h_bar * h * (1.0 - h)", "h_bar * mask * h").replace(
        "    h_bar =", "    mask = z > 0.5\n    h_bar ="
    ),
    "what a file keeps": ROWS.replace("h_bar * h * (1.0 - h)", "h_bar * KEPT[0] * h").replace(
        "def sigma", "KEPT = [np.array([1.0, 2.0, 3.0, 4.0, 5.0])]\n\ndef sigma"
    ),
    "a wrong value without a name of the reference": ROWS.replace(
        "z_bar = h_bar * h * (1.0 - h)", "slope = h * (1.0 + h)\n    z_bar = h_bar * slope"
    ),
    "targets under the name of the outputs": ROWS.replace("y_bar = (y - t)", "y_bar = (out - y)")
    .replace("y = h @", "out = np.tanh(h) @")
    .replace("    z = x", "    y = t * t + 1.0\n    z = x"),
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_where_it_cannot_be_told_no_value_is_called_the_first_wrong_one(text):
    found = trace(text)

    assert found is None or found.first is None


def test_the_name_of_the_hidden_values_may_differ_from_what_they_are():
    """In other books z is what h is here."""
    text = ROWS.replace("    z = x", "    a = x").replace("h = sigma(z)", "z = sigma(a)").replace(
        "h_bar * h * (1.0 - h)", "h_bar * z * (1.0 + z)"
    ).replace("y = h @", "y = z @").replace("y_bar.T @ h", "y_bar.T @ z")  # fmt: skip

    found = trace(text)

    assert ("a", "z₁") in right(found)
    assert ("z", "h₁") in right(found)
    assert found.first is None or "(1.0 + z)" in text_at(text, found.first)


def test_a_value_in_two_statements_is_named_with_both():
    text = ROWS.replace(
        'z = x @ params["W1"].T + params["b1"]', 'z = x @ params["W1"].T\n    z = z - params["b1"] / 2.0'
    )

    found = trace(text)

    assert found.right == ()
    assert (found.first.line, found.first.end_line) == (8, 9)


def test_the_function_of_every_layer_is_told_by_its_first_turn():
    text = LAYERS.replace("1.0 / (1.0 + np.exp(-z))", "np.tanh(z)")

    found = trace(text, (4, 5, 6, 3))

    assert right(found) == [("z", "z₁")]
    assert (found.first.name, found.first.turn, found.first.calls) == ("h", 1, ("sigma",))


def test_values_of_several_files_are_named_with_their_file():
    forward = """
import numpy as np

def run(params, x):
    z = x @ params["W1"].T + params["b1"]
    h = np.tanh(z)
    return h, h @ params["W2"].T + params["b2"]
"""
    text = ROWS.replace("import numpy as np", "import numpy as np\nfrom steps_forward import run", 1)
    a, b = text.index("    z = x"), text.index("    y_bar =")
    text = text[:a] + "    h, y = run(params, x)\n" + text[b:]
    sources = {"student.py": text, "steps_forward.py": forward}
    drawn = list(points())
    runs = [run_of(said_of(text, point, steps_forward=forward), sources) for point in drawn]

    found = trace_of(runs, [steps(*p) for p in drawn], [inputs_of({"args": p}) for p in drawn], 1e-9)

    assert [(step.file, step.line, step.name) for step in found.right] == [("steps_forward.py", 5, "z")]
    assert (found.first.file, found.first.line, found.first.name) == ("steps_forward.py", 6, "h")


def test_the_functions_that_a_line_calls_are_said():
    text = ROWS.replace("np.exp(-z))", "np.exp(-2.0 * z))")

    found = trace(text)

    assert (found.first.name, found.first.calls) == ("h", ("sigma",))


def test_a_call_that_raises_or_returns_no_value_has_no_run():
    for text in (
        ROWS.replace("return {", "raise KeyError({"),
        ROWS.replace("return {", "return object() or {"),
    ):
        text = text.replace("sum(axis=0)}", "sum(axis=0)})") if "raise" in text else text
        said = said_of(text, next(points()))
        assert run_of(said, {"student.py": text}) is None


def test_the_trace_function_of_the_process_is_as_before():
    before = sys.gettrace()
    said_of(ROWS, next(points()))

    assert sys.gettrace() is before


def test_too_many_lines_end_the_recording_and_not_the_call():
    text = "def backward(*_):\n    s = 0.0\n    for i in range(200000):\n        s += 0.5\n    return s\n"

    run = run_of(said_of(text, next(points())), {"student.py": text})

    assert run.value == 100_000.0
    assert not run.complete
    assert len(run.events) <= 3000


FORGED = {
    "events": [
        np.zeros((1, 7), np.int64),
        np.full((1, 8), 9, np.int64),
        np.full((1, 8), -1, np.int64),
        [],
        None,
    ],
    "statements": [np.array([[0, 900, 901]]), np.array([[9, 1, 1]]), "abc"],
    "shapes": [np.array([[1, 10**12, 0, 0, 0]]), np.array([[4, 9, 9, 9, 9]]), np.array([[5, 0, 0, 0, 0]])],
    "data": [np.zeros(3, np.float32), np.zeros((2, 2)), None],
    "names": [[3], None, ["z"] * 10_000],
    "files": [["other.py"], []],
    "calls": [[[4]], 7],
    "reads": [[None]],
}


@pytest.mark.parametrize("key", FORGED)
def test_an_answer_that_no_run_can_give_is_refused(key):
    said = said_of(ROWS, next(points()))
    for wrong in FORGED[key]:
        with pytest.raises(BadFrame):
            run_of({**said, key: wrong}, {"student.py": ROWS})


def test_names_are_read_in_many_notations():
    same = ["z2_bar", "z2bar", "dz2", "dL_dz2", "dLdz2", "grad_z2", "z2_grad", "self.dZ2", "cache['z_2_bar']"]

    assert len({quantity(name) for name in same}) == 1
    assert quantity("z2") != quantity("dz2")
    assert quantity("y_hat") == quantity("y")
    assert quantity("dot").bar is False
    assert (means("z2_bar"), means("h"), means("z1")) == ("z\N{COMBINING MACRON}₂", "h", "z₁")
