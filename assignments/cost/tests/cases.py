"""Nets for counting and differentiating, and the measurement of what a call costs."""

import time
from statistics import median

import numpy as np

from grader.kit import AnyOf, fail
from reference import mlp

PAIRS = 5


def net(rng, sizes, n):
    """params, x (n, d), t (n, k) of a net of these sizes, with weights so small that no unit saturates."""
    params = mlp.init_params(rng, sizes)
    for layer, inputs in enumerate(sizes[:-1], start=1):
        params[f"W{layer}"] = params[f"W{layer}"] / np.sqrt(inputs)
    return params, rng.normal(size=(n, sizes[0])), rng.normal(size=(n, sizes[-1]))


def gradient(params, x, t):
    return mlp.cost_signals(params, x, t).parameters


def steps(params, x, t):
    """The values on the way to the gradient, in their order; error signals of the average, or of the sum."""
    passed, signals, depth = mlp.forward(params, x), mlp.cost_signals(params, x, t), len(params) // 2
    found, bars = {}, {"y_bar": signals.z[-1], f"z{depth}_bar": signals.z[-1]}
    for layer in range(1, depth):
        h = passed.h[layer]
        found |= {f"z{layer}": passed.z[layer - 1], f"h{layer}": h, f"slope{layer}": h * (1.0 - h)}
        below = depth - layer
        bars |= {f"h{below}_bar": signals.h[below], f"z{below}_bar": signals.z[below - 1]}
    found |= {f"z{depth}": passed.y, "y": passed.y}
    return found | {name: AnyOf(bar, len(x) * bar) for name, bar in bars.items()}


def check_count(got, want, what):
    """Fail unless it is this whole number; a float of the same value is fine."""
    if got is None:
        fail(f"{what} returned None.")
    got = got[()] if isinstance(got, np.ndarray) and not got.ndim else got
    number = isinstance(got, int | float | np.integer | np.floating) and not isinstance(got, bool)
    if not number or not np.isfinite(got) or got != int(got):
        fail(f"{what} is not a whole number.")
    if int(got) != want:
        fail(f"{what} is {int(got):,}, expected {want:,}.")


def growth(student, rng, small, large, most=None):
    """How many times as much processor time backward takes for `large` as for `small`, both (sizes, n):
    the median of PAIRS ratios, each of two calls one right after the other, with new nets. Fails if a result
    is wrong, because a wrong result may be fast.

    Code that wastes time in the small call would make the large one look cheap. So with `most`, the small
    call counts at most that many times what the reference needs for it on this machine.
    """
    student.backward(*net(rng, *small))  # the first call imports the file
    ratios = []
    for _ in range(PAIRS):
        seconds = []
        for sizes, n in (small, large):
            point = net(rng, sizes, n)
            answer, cpu_s = student.backward.timed(*point)
            check_quickly(answer, gradient(*point))
            seconds.append(cpu_s)
        base = seconds[0] if most is None else min(seconds[0], most * reference_s(rng, small))
        ratios.append(seconds[1] / max(base, 1e-9))
    return median(ratios)


def reference_s(rng, case):
    """Seconds that the reference takes for this, the least of three. It is real time: a confined process
    can't read its own processor time, and a busy machine only makes the bound more generous."""
    taken = []
    for _ in range(3):
        point = net(rng, *case)
        start = time.perf_counter()
        gradient(*point)
        taken.append(time.perf_counter() - start)
    return min(taken)


def check_quickly(got, want):
    """Fail unless these are the gradients, to six digits."""
    for key, right in want.items():
        part = got.get(key) if isinstance(got, dict) else None
        if not isinstance(part, np.ndarray) or part.shape != right.shape or part.dtype.kind != "f":
            fail(f"backward returned no array of shape {right.shape} for {key}, so its time is not measured.")
        if not np.linalg.norm(part - right) <= 1e-6 * np.linalg.norm(right):
            fail(f"The gradient of {key} is wrong in a net of another size, so its time is not measured.")
