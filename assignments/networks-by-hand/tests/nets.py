"""Reads the nets that students return, and computes them: thresholds without rounding."""

import math

import numpy as np

from grader.kit import fail

LARGEST = 1e6
HAIR = 1e-9


def array(got):
    """Lists of numbers, nested or not, and numbers as an array."""
    if isinstance(got, list | tuple | int | float) and not isinstance(got, bool):
        try:
            return np.asarray(got)
        except ValueError:  # lists of several lengths
            return got
    return got


def finite(got, name):
    """The array in float64, if all of it is finite numbers of at most 1e6."""
    found = array(got)
    if not isinstance(found, np.ndarray | np.generic) or np.asarray(found).dtype.kind not in "fiub":
        fail(f"{name} is not an array of numbers.")
    values = np.asarray(found, dtype=np.float64)
    if not np.isfinite(values).all():
        fail(f"{name} contains NaN or infinity; expected finite numbers.")
    if values.size and np.abs(values).max() > LARGEST:
        fail(f"{name} contains {np.abs(values).max():.3g}; weights and biases may be at most 1e6.")
    return values


def layers(got, inputs, outputs=1, what="The net"):
    """[(W, b), ...] of a dict W1, b1, W2, ..., whose shapes fit together."""
    if got is None:
        fail(f"{what}: None was returned, expected a dict with W1 and b1.")
    if not isinstance(got, dict) or not got:
        fail(f"{what} is not a dict with W1, b1 and so on.")
    count = sum(1 for key in got if str(key).startswith("W"))
    expected = [f"{kind}{number}" for number in range(1, count + 1) for kind in "Wb"]
    missing = [key for key in [*(expected or ["W1"])] if key not in got]
    if missing:
        fail(f"{what} has no {missing[0]}; it holds {', '.join(sorted(map(str, got)))[:80]}.")
    found, below = [], inputs
    for number in range(1, count + 1):
        w, b = finite(got[f"W{number}"], f"W{number}"), finite(got[f"b{number}"], f"b{number}")
        b = b.reshape(-1) if b.ndim == 0 or (b.ndim == 2 and 1 in b.shape) else b
        w = w.reshape(1, -1) if w.ndim < 2 and b.shape == (1,) else w
        units = len(b) if b.ndim == 1 else 0
        w = w.reshape(units, below) if w.size == 0 == units * below else w
        if number == count and units != outputs:
            fail(f"b{number} has shape {b.shape}, expected {(outputs,)}, one for each output.")
        if w.shape != (units, below):
            fail(
                f"W{number} has shape {w.shape}, expected {(units, below)}: "
                "a row for each unit, a column for each input."
            )
        found.append((w, b))
        below = units
    return found


def on(h, w, b):
    """1[W h + b > 0] for h (n, d) of 0, 1 and -1. Sums near 0 are computed again without rounding, unless
    all weights are multiples of 2^-20: then there was no rounding."""
    z = h @ w.T + b
    fires = z > 0
    if not all(np.array_equal(v * 2.0**20, np.round(v * 2.0**20)) for v in (w, b)):
        size = np.abs(h) @ np.abs(w).T + np.abs(b)
        for row, unit in np.argwhere(np.abs(z) <= HAIR * size):
            fires[row, unit] = math.fsum([*(h[row] * w[unit]), b[unit]]) > 0
    return fires.astype(np.float64)


def through(net, x):
    """Every layer's h for x (n, d), all units hard thresholds."""
    found = []
    for w, b in net:
        x = on(x, w, b)
        found.append(x)
    return found


def bits(count, low=0.0):
    """All of {low, 1}^count, of shape (2^count, count), in binary order."""
    places = np.arange(2**count)[:, np.newaxis] >> np.arange(count - 1, -1, -1)
    return np.where(places & 1, 1.0, low)


def must_agree(got, want, x, what):
    """Compare truth tables, row by row."""
    wrong = np.flatnonzero(got != want)
    if wrong.size:
        row = int(wrong[0])
        at = ", ".join(f"{v:g}" for v in x[row])
        more = f"; {wrong.size} of {len(want)} rows differ" if wrong.size > 1 else ""
        fail(f"{what} is {got[row]:g} at ({at}), expected {want[row]:g}{more}.")


def units_of(got, inputs, gates):
    """[(sources, weights, bias), ...] of a compiled circuit, each source before its unit."""
    if got is None:
        fail("compile_circuit: None was returned, expected a list of units (sources, weights, bias).")
    if not isinstance(got, list | tuple) or not got:
        fail("compile_circuit did not return a list of units (sources, weights, bias).")
    most = sum(3 if name == "xor" else 1 for name, _ in gates)
    if len(got) > most:
        fail(
            f"{len(got)} units for {len(gates)} gates; expected at most {most}: "
            "one for each gate, three for an xor."
        )
    found = []
    for number, unit in enumerate(got):
        if not isinstance(unit, list | tuple) or len(unit) != 3:
            fail(f"Unit {number} is not (sources, weights, bias).")
        sources = finite(unit[0], f"the sources of unit {number}").reshape(-1)
        weights = finite(unit[1], f"the weights of unit {number}").reshape(-1)
        bias = finite(unit[2], f"the bias of unit {number}").reshape(-1)
        if len(sources) != len(weights) or len(bias) != 1:
            fail(f"Unit {number} has {len(sources)} sources, {len(weights)} weights and {len(bias)} biases.")
        before = inputs + number
        if np.any(sources != np.round(sources)) or np.any(sources < 0) or np.any(sources >= before):
            fail(
                f"Unit {number} has sources {sources.tolist()[:6]}; expected numbers from 0 to {before - 1}, "
                "which are inputs and units before it."
            )
        found.append((sources.astype(int), weights, bias))
    return found


def computed(units, x):
    """The last unit's h (n,) for x (n, D)."""
    h = np.zeros((len(x), x.shape[1] + len(units)))
    h[:, : x.shape[1]] = x
    for place, (sources, weights, bias) in enumerate(units, start=x.shape[1]):
        h[:, place] = on(h[:, sources], weights[np.newaxis, :], bias)[:, 0]
    return h[:, -1]
