"""`step` may change its params in place or return new ones; the rest is the student's code."""

import copy

import xor

globals().update({name: thing for name, thing in vars(xor).items() if not name.startswith("__")})

if hasattr(xor, "step"):

    def step(params, grads, learning_rate):
        """The result of step; if it is None, params if step changed any of them."""
        before = copy.deepcopy(params)
        returned = xor.step(params, grads, learning_rate)
        return params if returned is None and changed(params, before) else returned

    def changed(params, before):
        """Whether params has other keys or other values than before."""
        return params.keys() != before.keys() or any(
            getattr(value, "tobytes", lambda value=value: value)() != before[name].tobytes()
            for name, value in params.items()
        )
