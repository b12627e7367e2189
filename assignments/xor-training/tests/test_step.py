from cases import draw

from grader.kit import fail
from reference import mlp


def test_step(student, rng, same):
    params, x, t = draw(rng)
    grads = mlp.cost_signals(params, x, t).parameters

    after, (_, kept, _) = student.step.inplace(params, grads, 0.3)

    if after is None:
        fail(
            "step returned None and did not change params. A line such as w = w - a makes a new array and "
            "changes no other: return the new params, or change the arrays of params themselves."
        )
    same(after, {name: params[name] - 0.3 * grads[name] for name in params}, "params")
    same(kept, grads, "grads after step", rtol=0.0)
