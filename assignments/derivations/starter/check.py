"""Compare your formulas with measured slopes. Needs only numpy.

    python check.py

It reads derivations.txt and prints for each formula |a - b| / (|a| + |b|), with a its value at one
point and b the slope of the lecture's loss there. For a right formula this is below 1e-6. The grading
uses other points. Only +, -, *, /, ^, the functions of the handout and sum(k, ...) can be read here.
"""

import ast
import re
import unicodedata

import numpy as np

EPS = 1e-5
NETWORK = {"k": 2, "i": 3, "j": 4}  # outputs, hidden units, inputs
CLASSES = {"k": 3, "l": 3, "j": 2}  # classes twice, inputs
FUNCTIONS = {
    "exp": np.exp, "log": np.log, "ln": np.log, "sin": np.sin, "cos": np.cos, "tanh": np.tanh, "sqrt": np.sqrt,
    "sigma": lambda z: 1 / (1 + np.exp(-z)), "dsigma": lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2,
    "dtanh": lambda z: 1 / np.cosh(z) ** 2,
}
sigma = FUNCTIONS["sigma"]


def key(name):
    """w_bar, wbar and w̄ are the same name, and so are w2_ki and w2ki."""
    name = name.replace("\u0304", "bar").replace("_", "").replace("λ", "lam").replace("σ", "sigma")
    return ("bar " if "bar" in name[1:] else "") + name[:1] + name[1:].replace("bar", "", 1)


def read(path):
    """The syntax tree of each formula by its key; formulas that can't be read are named."""
    trees = {}
    for number, line in enumerate(open(path, encoding="utf-8-sig"), 1):
        name, _, text = line.split("#")[0].partition("=")
        if not text.strip():
            continue
        text = unicodedata.normalize("NFD", text).replace("^", "**").replace("·", "*").replace("−", "-")
        text = re.sub(r"\b(sigma|tanh)\s*['′]|(σ)\s*['′]", lambda m: "d" + ("sigma" if m[2] else m[1]), text)
        text = re.sub(r"\blambda\b", "lam", text).translate(str.maketrans({"²": "**2", "³": "**3"}))
        try:
            trees[key(unicodedata.normalize("NFD", name.strip()))] = ast.parse(text.strip(), mode="eval").body
        except SyntaxError:
            print(f"line {number} can't be read here: {line.strip()}")
    return trees


def value(node, values, at):
    """The value of a tree: `values` by key, `at` the number of each index letter."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return float(node.value)
    if isinstance(node, ast.Name):
        return symbol(key(node.id), values, at)
    if isinstance(node, ast.UnaryOp):
        inner = value(node.operand, values, at)
        return -inner if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.BinOp):
        a, b = value(node.left, values, at), value(node.right, values, at)
        return {"Add": lambda: a + b, "Sub": lambda: a - b, "Mult": lambda: a * b, "Div": lambda: a / b,
                "Pow": lambda: a**b}[type(node.op).__name__]()
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        name = key(node.func.id)
        if name.startswith("sum"):
            letter = name[3:] or node.args[0].id
            return sum(value(node.args[-1], values, {**at, letter: n}) for n in range(at["sizes"][letter]))
        return FUNCTIONS[name](value(node.args[0], values, at))
    raise KeyError(ast.unparse(node))


def symbol(name, values, at):
    """A number by its key, or an entry of an array: x_j with the j of `at`, x_2 the second one."""
    for stem, held in values.items():
        rest = name[len(stem):]
        if name.startswith(stem) and len(rest) == np.ndim(held):
            index = tuple(int(c) - 1 if c.isdigit() else at[c] for c in rest)
            return np.asarray(held)[index]
    return {"e": np.e, "pi": np.pi}[name]


def slopes(loss, v, name):
    """The slope of the loss along each entry of one value."""
    held = np.asarray(v[name], dtype=float)
    measured = np.zeros(held.shape)
    for index in np.ndindex(*held.shape):
        sides = []
        for step in (EPS, -EPS):
            moved = held.copy()
            moved[index] += step
            sides.append(loss({**v, name: moved}))
        measured[index] = (sides[0] - sides[1]) / (2 * EPS)
    return measured


def scalars():
    """(name asked, loss, values, the one whose slope it is) of the examples with single numbers."""
    product = {"x": -1.0, "y": 2.0, "z": -3.0, "q": 1.0}
    yield "prod_q_bar", lambda v: v["q"] * v["z"], product, "q"
    for name in "xyz":
        yield f"prod_{name}_bar", lambda v: (v["x"] + v["y"]) * v["z"], product, name
    yield "slope", lambda v: sigma(v["z"]), {"z": 0.4, "y": sigma(0.4)}, "z"
    line = {"w": 0.7, "b": -0.4, "x": 1.3, "t": -0.5, "lam": 0.3, "z": 0.7 * 1.3 - 0.4}
    yield "ls_z_bar", lambda v: (sigma(v["z"]) - v["t"]) ** 2 / 2, line, "z"
    for name in "wb":
        yield f"ls_{name}_bar", least_squares, line, name
        yield f"reg_{name}_bar", lambda v: least_squares(v) + v["lam"] * v["w"] ** 2 / 2, line, name
    for name in "xy":
        yield f"curve_{name}_bar", lambda v: v["y"] + np.exp(v["x"] * v["y"]), {"x": 0.6, "y": -0.8}, name
    yield "curve_t_bar", lambda v: v["t"] ** 2 + np.exp(np.cos(v["t"]) * v["t"] ** 2), {"t": 0.8}, "t"


def least_squares(v):
    return (sigma(v["w"] * v["x"] + v["b"]) - v["t"]) ** 2 / 2


def softmax(z):
    return np.exp(z) / np.exp(z).sum()


def arrays():
    """The same of the examples with indices: values, sizes, and (name asked, loss, whose slope)."""
    rng = np.random.default_rng(0)
    v = {"x": rng.normal(size=2), "w": rng.normal(size=(3, 2)), "t": np.array([0.2, 0.5, 0.3])}
    v["z"] = v["w"] @ v["x"]
    v["y"] = softmax(v["z"])
    yield v, CLASSES, [
        ("sm_y_bar_k", lambda v: -(v["t"] * np.log(v["y"])).sum(), "y"),
        ("sm_z_bar_k", lambda v: -(v["t"] * np.log(softmax(v["z"]))).sum(), "z"),
        ("sm_w_bar_kj", lambda v: -(v["t"] * np.log(softmax(v["w"] @ v["x"]))).sum(), "w"),
    ]
    up = rng.normal(size=3)
    v = {"z": v["z"], "y": v["y"], "bar y": up}
    yield v, CLASSES, [("vjp_softmax_k", lambda v: up @ softmax(v["z"]), "z")]
    exp, tanh = (lambda v: up @ np.exp(v["z"])), (lambda v: up @ np.tanh(v["z"]))
    yield v, NETWORK, [("vjp_exp_i", exp, "z"), ("vjp_tanh_i", tanh, "z")]
    v = {"w": rng.normal(size=(3, 4)), "x": rng.normal(size=4), "bar z": up}
    yield v, NETWORK, [("vjp_matvec_j", lambda v: up @ (v["w"] @ v["x"]), "x")]
    yield network(rng)


def network(rng):
    """The multilayer perceptron: its values, its measured error signals, and what is asked."""
    shapes = {"w1": (3, 4), "b1": 3, "w2": (2, 3), "b2": 2, "x": 4, "t": 2}
    v = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    v["z"] = v["w1"] @ v["x"] + v["b1"]
    v["h"] = sigma(v["z"])
    v["y"] = v["w2"] @ v["h"] + v["b2"]
    from_y = lambda v: ((v["y"] - v["t"]) ** 2).sum() / 2
    from_h = lambda v: from_y({**v, "y": v["w2"] @ v["h"] + v["b2"]})
    from_z = lambda v: from_h({**v, "h": sigma(v["z"])})
    from_x = lambda v: from_z({**v, "z": v["w1"] @ v["x"] + v["b1"]})
    v |= {"bar y": slopes(from_y, v, "y"), "bar h": slopes(from_h, v, "h"), "bar z": slopes(from_z, v, "z")}
    return v, NETWORK, [
        ("mlp_y_bar_k", from_y, "y"), ("mlp_w2_bar_ki", from_h, "w2"), ("mlp_b2_bar_k", from_h, "b2"),
        ("mlp_h_bar_i", from_h, "h"), ("mlp_z_bar_i", from_z, "z"), ("mlp_w1_bar_ij", from_x, "w1"),
        ("mlp_b1_bar_i", from_x, "b1"), ("mlp_whole_ij", from_x, "w1"),
    ]


def report(name, tree, values, measured, sizes):
    """Print how far the formula of this name is from the measured slopes."""
    letters = name.rpartition("_")[2] if measured.ndim else ""
    try:
        at = [{**dict(zip(letters, index)), "sizes": sizes} for index in np.ndindex(*measured.shape)]
        found = np.array([value(tree, values, one) for one in at]).reshape(measured.shape)
    except KeyError as e:
        print(f"{name}: it may not contain {e}")
        return
    except IndexError:
        print(f"{name}: an index in it is too large")
        return
    error = np.linalg.norm(found - measured) / (np.linalg.norm(found) + np.linalg.norm(measured) + 1e-300)
    print(f"{name}: relative error {error:.1e}; measured {np.round(measured, 4).tolist()}")


def main():
    trees = read("derivations.txt")
    questions = [(name, loss, v, of, {}) for name, loss, v, of in scalars()]
    questions += [(name, loss, v, of, sizes) for v, sizes, asked in arrays() for name, loss, of in asked]
    for name, loss, v, of, sizes in questions:
        if key(name) in trees:
            report(name, trees[key(name)], v, slopes(loss, v, of), sizes)
        else:
            print(f"{name}: no formula yet")


if __name__ == "__main__":
    main()
