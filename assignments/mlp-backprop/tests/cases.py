"""Random nets and batches, and their right answers from the reference."""

from grader.examiner import AnyOf, Net
from reference import mlp

SIZES = (4, 5, 3)
NAMES = ("W1", "b1", "W2", "b2")


def draw(rng, sizes=SIZES, n=6, spread=1.0):
    """params, x (n, d) and t (n, k); `spread` scales x."""
    params = mlp.init_params(rng, sizes, scale=0.8)
    return params, spread * rng.normal(size=(n, sizes[0])), rng.normal(size=(n, sizes[-1]))


def right_loss(params, x, t):
    """The average over the rows, or their sum."""
    average = float(mlp.cost(params, x, t))
    return AnyOf(average=average, sum=len(x) * average)


def right_gradients(params, x, t):
    """Those of the average, or those of the sum."""
    average = mlp.cost_signals(params, x, t).parameters
    return AnyOf(average=average, sum={name: len(x) * grad for name, grad in average.items()})


def why(student, rng, point):
    """Who says why a gradient departs, called again on inputs of its own drawing."""
    return Net(student.backward, rng, point, forward=student.forward, loss=student.loss)
