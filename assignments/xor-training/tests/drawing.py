"""Pictures of what a student's net has learned of XOR, beside the reference's training."""

import numpy as np
from cases import XOR, X, learned, unpacked

from grader.kit.pictures import Band
from reference import mlp, xor

POINTS = 20  # points of the path on the loss surface, without its start


def reference_band():
    """The reference's losses from eight starts, computed once for all gradings of this pack."""
    runs = np.array([xor.train(xor.init_params(np.random.default_rng(seed))).losses for seed in range(8)])
    return Band(range(runs.shape[1]), runs.min(axis=0), runs.max(axis=0), np.median(runs, axis=0))


BAND = reference_band()


def first_shown(trainings):
    """The first start that fails, else the first."""
    return next((i for i, one in enumerate(trainings) if not learned(one, XOR)), 0)


def show(picture, student, params, number, trainings):
    """Draw decision boundary, loss curve, and the path over the loss surface, from a second training
    from the same params in several parts."""
    one = trainings[number]
    others = [other.losses for other in trainings if other is not one]
    picture.curve(f"Loss from start {number}", one.losses, BAND, others=others)
    if one.y is None:
        return
    picture.boundary(
        f"Where your net gives more than 1/2, start {number}",
        lambda x: student.predict(one.params, x),
        X,
        XOR[:, 0],
    )
    stretch = max(1, (len(one.losses) - 1) // POINTS)
    path = [params]
    for _ in range(POINTS):
        path.append(unpacked(student.train(path[-1], X, XOR, stretch))[0])
    picture.surface(
        f"The loss around your path, start {number}", path, losses, steps=range(0, 21 * stretch, stretch)
    )


def losses(stacked):
    """The reference's average loss at each row of stacked params."""
    rows = len(stacked["b1"])
    return [float(mlp.cost({name: value[i] for name, value in stacked.items()}, X, XOR)) for i in range(rows)]
