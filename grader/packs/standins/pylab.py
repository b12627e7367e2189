"""pylab: the names of numpy, which compute, and those of matplotlib.pyplot, which draw nothing."""

import builtins
import importlib

import numpy as np

_matplotlib = importlib.import_module("matplotlib")  # the stand-in that is beside this one in a candidate
plt = importlib.import_module("matplotlib.pyplot")
_BUILT_IN = ("abs", "bool", "bytes", "max", "min", "pow", "round")
for _module in (np.fft, np.random, np.linalg, np):
    globals().update({_name: getattr(_module, _name) for _name in _module.__all__ if _name not in _BUILT_IN})
globals().update({_name: getattr(plt, _name) for _name in _matplotlib.PYPLOT})
globals().update({_name: getattr(builtins, _name) for _name in _BUILT_IN})
__getattr__ = _matplotlib.__getattr__
