"""Points to differentiate at, and the right values and error signals from the reference."""

import numpy as np

from grader.kit import Signals
from reference import examples
from reference.graph import INPUT, Node


def product_point(rng):
    """x, y, z."""
    return tuple(float(value) for value in rng.normal(size=3))


def product_answers(x, y, z):
    return examples.product_of_sum(x, y, z)._asdict()


def line_point(rng):
    """w, b, x, t such that z is of moderate size and y far from the target."""
    w, x = (
        float(sign * size)
        for sign, size in zip(rng.choice([-1.0, 1.0], 2), rng.uniform(0.5, 2.0, 2), strict=True)
    )
    return w, float(rng.uniform(-0.5, 0.5)), x, float(rng.choice([-0.5, 1.5]))


def line_answers(w, b, x, t, lam=0.0):
    """L, R, L_reg of both least squares, under the handout's names."""
    found = examples.logistic_least_squares(w, b, x, t, lam)._asdict()
    return {
        **found,
        "L": found["error"],
        "R": found["penalty"],
        "L_reg": found["loss"],
        "L_bar": 1.0,
        "R_bar": lam,
    }


def softmax_point(rng, k=3, d=4, spread=1.0):
    """W, b, x and a target t that sums to 1, none of its entries 0."""
    t = rng.uniform(0.2, 1.0, size=k)
    return spread * rng.normal(size=(k, d)), rng.normal(size=k), rng.normal(size=d), t / t.sum()


def softmax_answers(W, b, x, t):
    found = examples.softmax_regression(W, b, x, t)
    return {
        "z": found.z,
        "y": found.y,
        "L": found.loss,
        "y_bar": found.y_bar,
        "z_bar": found.z_bar,
        "W_bar": found.w_bar,
        "b_bar": found.b_bar,
    }


def curve_point(rng):
    return (float(rng.choice([-1.0, 1.0]) * rng.uniform(0.5, 1.5)),)


def curve_answers(t):
    return examples.along_a_curve(t)._asdict()


def one_hot(k, chosen):
    return np.eye(k)[chosen]


def node(operation, *parents):
    return Node(operation, parents)


def inputs(names):
    return dict.fromkeys(names.split(), Node(INPUT))


LINE = inputs("w b x t half") | {
    "wx": node("multiply", "w", "x"),
    "z": node("add", "wx", "b"),
    "y": node("logistic", "z"),
    "e": node("subtract", "y", "t"),
    "ee": node("square", "e"),
    "L": node("multiply", "half", "ee"),
}
PENALISED = inputs("lam") | {
    "ww": node("square", "w"),
    "R": node("multiply", "half", "ww"),
    "P": node("multiply", "lam", "R"),
    "L_reg": node("add", "L", "P"),
}
SOFTMAX = inputs("W b x t") | {
    "Wx": node("matvec", "W", "x"),
    "z": node("add", "Wx", "b"),
    "y": node("softmax", "z"),
    "log_y": node("log", "y"),
    "shares": node("multiply", "t", "log_y"),
    "sum": node("sum", "shares"),
    "L": node("negate", "sum"),
}
# For each function: its graph, its arguments, the end of the graph, the nodes whose values are
# returned, and the nodes whose error signals are returned.
GRAPHS = {
    "product_of_sum": (
        inputs("x y z") | {"q": node("add", "x", "y"), "f": node("multiply", "q", "z")},
        "x y z", "f", "q f", "q x y z",
    ),
    "least_squares": (LINE, "w b x t", "L", "z y L", "y z w b"),
    "regularised": (LINE | PENALISED, "w b x t lam", "L_reg", "z y L R L_reg", "L R y z w b"),
    "softmax_regression": (SOFTMAX, "W b x t", "L", "z y L", "y z W b"),
    "along_curve": (
        inputs("t") | {
            "x": node("cos", "t"),
            "y": node("square", "t"),
            "xy": node("multiply", "x", "y"),
            "e": node("exp", "xy"),
            "f": node("add", "y", "e"),
        },
        "t", "f", "x y f", "x y t",
    ),
}  # fmt: skip


def another(name, point):
    """Draws other arguments like these."""
    draws = {
        "product_of_sum": product_point,
        "least_squares": line_point,
        "regularised": lambda rng: (*line_point(rng), float(rng.uniform(0.1, 2.0))),
        "softmax_regression": lambda rng: softmax_point(rng, *np.shape(point[0])),
        "along_curve": curve_point,
    }
    return draws[name]


def why(student, rng, name, point):
    """Diagnoses which node is wrong first and why: calls the student again at its own random points."""
    graph, arguments, end, values, signals = GRAPHS[name]
    return Signals(
        getattr(student, name),
        rng,
        point,
        graph=graph,
        inputs=arguments.split(),
        end=end,
        keys={key: key for key in values.split()} | {f"{key}_bar": key for key in signals.split()},
        draw=another(name, point),
        constants={"half": 0.5} if "half" in graph else None,
    )


def ask(student, rng, same, picture, name, point, right, keys):
    """Call the function at this point and compare these entries of the dict that it returns; if one is
    wrong, draw its graph."""
    got = getattr(student, name)(*point)
    with picture.if_failed(show, picture, name, point, got, right):
        same(
            got,
            {key: right[key] for key in keys},
            "the result",
            diagnose=why(student, rng, name, point),
            trace=steps(name, right),
        )


def steps(name, right):
    """The right values and error signals, in the order in which they are computed; not w_bar with a penalty,
    which is the share of L alone in some right programs."""
    _, _, _, values, signals = GRAPHS[name]
    keys = [*values.split(), *(f"{node}_bar" for node in signals.split())]
    if name == "regularised":
        keys.remove("w_bar")
    slope = {"slope": right["y"] * (1.0 - right["y"])} if "z" in right else {}
    return slope | {key: right[key] for key in keys}


def show(picture, name, point, got, right):
    """The graph with its values, the returned signals, and the right ones."""
    graph, arguments, _, values, signals = GRAPHS[name]
    given = dict(zip(arguments.split(), point, strict=True))
    picture.graph(
        f"{name}: values and error signals",
        {node: graph[node].parents for node in graph},
        values=given | {node: right[node] for node in values.split()},
        got={node: got[f"{node}_bar"] for node in signals.split() if f"{node}_bar" in got},
        want={node: right[f"{node}_bar"] for node in signals.split()},
        rules={node: RULES.get(graph[node].operation, "").format(*graph[node].parents) for node in graph},
    )


RULES = {
    "add": "{} + {}",
    "subtract": "{} − {}",
    "multiply": "{} · {}",
    "square": "{}²",
    "logistic": "σ({})",
    "exp": "exp {}",
    "cos": "cos {}",
    "log": "log {}",
    "softmax": "softmax({})",
    "matvec": "{} {}",
    "sum": "Σ {}",
    "negate": "−{}",
}
