"""The Python that makes a solution's functions return odd values: it is added at the solution's end.

It runs in the student's process, as all of a submission does. Calls between the solution's own functions stay
as they are, so that each odd value reaches a test.
"""

from __future__ import annotations

from collections.abc import Collection

# Each by an expression; `right()` is what the function returns. Kinds that can't be sent at all (generators,
# objects) are the same for every pack and are left to our own tests.
PLAIN = {
    "None": "None",
    "an empty dict": "{}",
    "an empty tuple": "()",
    "an empty text": "''",
    "a ragged list": "[[1.0], [1.0, 2.0], 'x']",
    "text": "'nan'",
    "True": "True",
    "-1": "-1",
    "a large whole number": "2 ** 62",
    "infinity": "float('inf')",
    "NaN": "float('nan')",
    "1.7e308": "1.7e308",
    "a 0-d array": "numpy.array(3.0)",
    "an array of shape (0, 1)": "numpy.zeros((0, 1))",
    "a list of None": "[None, None]",
    "an array of a million zeros": "numpy.zeros(1_000_000)",
    "a dict with a None": "{'': None, 0: {}}",
}
LIKE = {
    "a pair of its answers": "(right(), right())",
    "its answer without the last part": "shorter(right())",
    "its answer with one part more": "longer(right())",
    "its answer in a list": "[right()]",
    "its answer full of NaN": "filled(right(), float('nan'))",
    "its answer full of infinities": "filled(right(), float('inf'))",
    "its answer full of 1.7e308": "filled(right(), 1.7e308)",
    "its answer without numbers": "filled(right(), None)",
}
_TAIL = """

def _gradecheck_odd(names, values):
    import numpy
    from copy import deepcopy
    from functools import wraps
    from itertools import cycle

    inside = []
    following = cycle(values)

    def shorter(value):
        if isinstance(value, dict):
            return dict(list(value.items())[:-1])
        return value[:-1] if isinstance(value, (list, tuple)) or numpy.ndim(value) else (value,)

    def longer(value):
        if isinstance(value, dict):
            return {**value, "more": 0.0}
        if isinstance(value, (list, tuple)):
            return type(value)([*value, 0.0])
        return numpy.append(value, 0.0)

    def filled(value, number):
        if isinstance(value, dict):
            return {key: filled(entry, number) for key, entry in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)([filled(entry, number) for entry in value])
        if number is None or isinstance(value, (str, bool, type(None))):
            return None
        return numpy.full(numpy.shape(value), number) if numpy.ndim(value) else number

    def replaced(function):
        @wraps(function)
        def odd(*args, **kwargs):
            if inside:  # called by another function of the solution
                return function(*args, **kwargs)
            inside.append(function)
            try:
                def right():
                    return function(*deepcopy(args), **deepcopy(kwargs))

                return eval(next(following), {**globals(), **scope, "numpy": numpy, "right": right})
            finally:
                inside.clear()

        return odd

    scope = {"shorter": shorter, "longer": longer, "filled": filled}
    for name in names:
        found = globals().get(name)
        if isinstance(found, type):
            if not issubclass(found, BaseException):
                for part, method in list(vars(found).items()):
                    if callable(method) and not part.startswith("_"):
                        setattr(found, part, replaced(method))
        elif callable(found):
            globals()[name] = replaced(found)


"""


def odd(source: bytes, names: Collection[str], values: Collection[str]) -> bytes:
    """This solution, in which the functions (and the methods of classes) of these names return the values of
    these expressions, one after the other, and then from the first one again."""
    return source + (_TAIL + f"_gradecheck_odd({tuple(names)!r}, {tuple(values)!r})\n").encode()
