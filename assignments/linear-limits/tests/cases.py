"""Labelled points of every kind: (x (n, d), labels (n,)), with d and the kind as asked.

Coordinates are multiples of 2^-16, so that exact arithmetic on them stays short.
"""

import numpy as np

from reference import patterns

BITS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
GATES = {
    "AND": [0, 0, 0, 1],
    "OR": [0, 1, 1, 1],
    "NAND": [1, 1, 1, 0],
    "x1 alone": [0, 0, 1, 1],
    "XOR": [0, 1, 1, 0],
    "XNOR": [1, 0, 0, 1],
}


def gate(rng, name):
    """The four points in a drawn order."""
    order = rng.permutation(4)
    return BITS[order], np.array(GATES[name])[order]


def shuffled(rng, positive, negative):
    """The rows of both classes in one random order."""
    x = np.round(np.vstack([positive, negative]) * 2.0**16) / 2.0**16
    labels = np.repeat([1, 0], [len(positive), len(negative)])
    order = rng.permutation(len(x))
    return x[order], labels[order]


def turned(rng, x, labels):
    """The same points, the axes in a drawn order and some of them reflected: for no method harder, and other
    numbers."""
    axes, signs = rng.permutation(x.shape[1]), rng.choice([-1.0, 1.0], size=x.shape[1])
    return x[:, axes] * signs, labels


def separable(rng, d, gap, aside=0.0):
    """Two clouds with `gap` between them in a random direction, away from the origin. Half of each cloud is
    at the edge of the gap. Along it the clouds are moved apart by 2 `aside`, except their first points."""
    direction = np.linalg.qr(rng.normal(size=(d, d)))[0]
    clouds = []
    for side in (1.0, -1.0):
        m = 2 * d + int(rng.integers(6, 11))
        along = rng.uniform(-1.0, 1.0, size=(m, d))
        along[:, 0] = side * (gap / 2 + rng.uniform(0.0, 1.0, size=m))
        along[: m // 2, 0] = side * gap / 2
        if d > 1:
            along[:, 1] += side * aside
            along[0, 1] = -side * aside
        clouds.append(along @ direction.T)
    shift = rng.uniform(-2.0, 2.0, size=d)
    return shuffled(rng, clouds[0] + shift, clouds[1] + shift)


def wide(rng, d):
    return separable(rng, d, gap=0.5)


def narrow(rng, d):
    """A gap of at least 1/200 of the largest distance."""
    return separable(rng, d, gap=0.05, aside=0.5)


def touching(rng, d):
    """Whole numbers: the hulls share one point, that of the first class between two of the other."""
    normal = rng.integers(1, 4, size=d) * rng.choice([-1, 1], size=d)
    start = rng.integers(-5, 6, size=d)
    across = np.zeros(d, dtype=int)
    if d > 1:
        i, j = rng.choice(d, size=2, replace=False)
        across[i], across[j] = normal[j], -normal[i]
    clouds = [start + rng.integers(-6, 7, size=(30, d)) for _ in range(2)]
    sides = [side * ((cloud - start) @ normal) for side, cloud in zip((1, -1), clouds, strict=True)]
    clouds = [cloud[side > 0][:8] for side, cloud in zip(sides, clouds, strict=True)]
    k = int(rng.integers(1, 4))
    one, two = [start], [start + k * across, start - across]
    if rng.integers(2):
        one, two = two, one
    return shuffled(rng, np.vstack([one, clouds[0]]), np.vstack([two, clouds[1]]))


def crossed(rng, d):
    """Both hulls contain a ball around one point; other points of each are on one side of it."""
    centre = rng.uniform(-2.0, 2.0, size=d)
    clouds = []
    for _ in range(2):
        corners = np.vstack([np.eye(d), -np.eye(d)]) @ np.linalg.qr(rng.normal(size=(d, d)))[0]
        aside = rng.uniform(-0.5, 0.5, size=d) + rng.normal(size=(6, d)) * 0.3
        clouds.append(centre + np.vstack([corners * rng.uniform(0.6, 1.2, size=(2 * d, 1)), aside]))
    return shuffled(rng, *clouds)


def pixels(rng, on):
    """A random pattern of 16 pixels with this number of them on."""
    return rng.permutation(np.repeat([1.0, 0.0], [on, patterns.PIXELS - on]))


def shifted(rng, one, other):
    """All translations of two patterns, shuffled."""
    return shuffled(rng, patterns.translations(one), patterns.translations(other))


def moved(x, labels, factor, shift):
    """The same points on another scale, far from the origin."""
    return factor * x + shift, labels


def one_point(x, labels, of):
    """The points labelled 0, and the mean of one class as the only point labelled 1."""
    mean = np.round(x[labels == of].mean(axis=0) * 2.0**16) / 2.0**16
    others = x[labels == 0]
    return np.vstack([others, mean]), np.append(np.zeros(len(others), dtype=int), 1)
