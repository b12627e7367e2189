"""Handwritten digits of 8 x 8 pixels, drawn by our own strokes; no picture is copied from anywhere.

    python digits.py          makes digits.npz (three sets) and ../starter/digits.npz (without the test set)

Each digit is one or two strokes through a few points of the unit square. It is bent a little, turned,
slanted, stretched, moved and thickened at random. A pixel is darker the nearer it is to the stroke; a little
noise is added, and the result is a whole number from 0 to 16. Everything follows from a seed.
"""

import sys
from pathlib import Path

import numpy as np

PIXELS, LEVELS, CLASSES = 8, 16, 10
SEED = 20261124
SPLITS = {"train": 150, "validation": 100, "test": 300}


def arc(centre, radii, start, end, points=7):
    """Points of an ellipse between two angles, in quarter turns, clockwise from the right (y points down)."""
    angle = np.linspace(start, end, points) * np.pi / 2
    return [(centre[0] + radii[0] * np.cos(a), centre[1] + radii[1] * np.sin(a)) for a in angle]


STROKES = (
    [arc((0.5, 0.5), (0.26, 0.4), 0, 4, 13)],
    [[(0.34, 0.27), (0.54, 0.1), (0.54, 0.9)]],
    [[*arc((0.5, 0.32), (0.24, 0.22), 2, 4.4), (0.26, 0.9), (0.76, 0.9)]],
    [[*arc((0.46, 0.3), (0.24, 0.2), 2.4, 5), *arc((0.46, 0.69), (0.27, 0.21), 3, 5.7)]],
    [[(0.6, 0.1), (0.22, 0.62), (0.8, 0.62)], [(0.62, 0.38), (0.62, 0.92)]],
    [[(0.72, 0.1), (0.32, 0.1), (0.3, 0.46), *arc((0.47, 0.65), (0.26, 0.24), 3, 5.7)]],
    [[(0.66, 0.1), (0.36, 0.42), *arc((0.5, 0.67), (0.24, 0.22), 2.2, 6.2, 11)]],
    [[(0.24, 0.12), (0.76, 0.12), (0.42, 0.9)]],
    [arc((0.5, 0.3), (0.2, 0.19), 1, 5, 11), arc((0.5, 0.7), (0.25, 0.21), -1, 3, 11)],
    [[*arc((0.5, 0.33), (0.23, 0.22), 4.2, 0.2, 11), (0.7, 0.4), (0.62, 0.9)]],
)


def draw(rng, n):
    """n digits, equally many of each: pictures (n, 64) from 0 to 1 in sixteenths, and the digits (n,)."""
    shown = rng.permutation(np.arange(n) % CLASSES)
    return np.array([picture(rng, digit) for digit in shown]), shown


def picture(rng, digit):
    """One digit as 64 numbers, row by row from the top."""
    across = (np.arange(PIXELS) + 0.5) / PIXELS
    pixels = np.stack(np.meshgrid(across, across), axis=-1).reshape(-1, 2)
    turn, slant = rng.normal(0.0, 0.1), rng.normal(0.0, 0.12)
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    shape = turned @ np.array([[1.0, slant], [0.0, 1.0]]) * rng.uniform(0.75, 1.05, 2)
    place, thickness = 0.5 + rng.normal(0.0, 0.04, 2), rng.uniform(0.05, 0.1)
    strokes = [np.array(stroke) + rng.normal(0.0, 0.018, (len(stroke), 2)) for stroke in STROKES[digit]]
    away = np.min([distance(pixels, (stroke - 0.5) @ shape.T + place) for stroke in strokes], axis=0)
    ink = np.clip(1.0 - (away - thickness) / 0.09, 0.0, 1.0) * rng.uniform(0.75, 1.0)
    noisy = np.clip(ink + rng.normal(0.0, 0.12, len(ink)), 0.0, 1.0)
    return np.round(LEVELS * noisy) / LEVELS


def distance(points, stroke):
    """Distances of the points (p, 2) from the broken line through the points of a stroke."""
    start, step = stroke[:-1], np.diff(stroke, axis=0)
    to = points[:, None] - start
    along = np.clip(np.sum(to * step, axis=-1) / np.sum(step**2, axis=-1), 0.0, 1.0)
    return np.linalg.norm(to - along[..., None] * step, axis=-1).min(axis=1)


def make():
    """The set: name -> array, pictures as whole numbers from 0 to 16."""
    rng, made = np.random.default_rng(SEED), {}
    for split, n in SPLITS.items():
        pictures, shown = draw(rng, n)
        made[f"x_{split}"] = np.round(LEVELS * pictures).astype(np.uint8)
        made[f"digits_{split}"] = shown.astype(np.uint8)
    return made


def save(folder):
    """Write both files."""
    made = make()
    np.savez_compressed(folder / "digits.npz", **made)
    given = {name: value for name, value in made.items() if not name.endswith("_test")}
    np.savez_compressed(folder.parent / "starter" / "digits.npz", **given)


if __name__ == "__main__":
    save(Path(sys.argv[0]).resolve().parent)
