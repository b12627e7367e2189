def and_net():
    return {"W1": [[2, 2]], "b1": [-3]}


def or_net():
    return {"W1": [[3.0, 3.0]], "b1": [-1.0]}


def not_net():
    return {"W1": [-4], "b1": 2}


def xor_net():
    # a and not b, b and not a
    return {"W1": [[1, -1], [-1, 1]], "b1": [-0.5, -0.5], "W2": [[1, 1]], "b2": [-0.5]}


def other_xor_net():
    # nor, and; then neither of them
    return {"W1": [[-1, -1], [1, 1]], "b1": [0.5, -1.5], "W2": [[-1, -1]], "b2": [0.5]}


def times(a, b):
    return [[sum(x * y for x, y in zip(row, column)) for column in zip(*b)] for row in a]


def collapse_linear(params):
    depth = len(params) // 2
    w, b = params[f"W{depth}"].tolist(), params[f"b{depth}"].tolist()
    for layer in range(depth - 1, 0, -1):
        below = params[f"b{layer}"].tolist()
        b = [have + sum(x * y for x, y in zip(row, below)) for have, row in zip(b, w)]
        w = times(w, params[f"W{layer}"].tolist())
    return {"W1": w, "b1": b}


def universal_net(table):
    # no unit for the first row: the output's bias replaces it
    rows = [float(v) for v in table]
    bits = len(rows).bit_length() - 1
    first = [
        [1 if number >> (bits - 1 - place) & 1 else -1 for place in range(bits)]
        for number in range(1, len(rows))
    ]
    return {
        "W1": first,
        "b1": [0.5 - bits + 0.25] * len(first),
        "W2": [[v - rows[0] for v in rows[1:]]],
        "b2": [rows[0]],
    }
