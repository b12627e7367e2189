"""The two submitted files, each imported by its first call, and functions of x made from numbers."""

import importlib

import numpy as np


def __getattr__(name):
    """gates and circuits: a file that is missing or can't be imported does not affect the other."""
    if name not in ("gates", "circuits"):
        raise AttributeError(name)
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name == name:
            raise ImportError(f"{name}.py was not submitted") from None
        raise
    except AttributeError as error:
        raise ImportError(f"{name}.py can't be imported: {error}") from error


def approximate(waves, interval, lipschitz, error, unit):
    """circuits.approximate of f(x) = sum of a sin(w x + p) over the rows (a, w, p) of waves."""
    import circuits

    def f(x):
        x = np.asarray(x, dtype=float)
        return sum(a * np.sin(w * x + p) for a, w, p in waves)

    return circuits.approximate(f, interval, lipschitz, error, unit)
