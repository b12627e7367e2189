"""A library that does nothing: every module, name and call exists, and nothing is drawn or computed.

For code that also plots. It changes no grade: a value of the library has no number and no text, and one
that is returned as an answer is refused by its name.
"""

from __future__ import annotations

import importlib.machinery
import sys
from collections.abc import Iterator, Sequence
from opcode import opmap
from types import ModuleType
from typing import Any

import numpy as np

LIBRARY = __name__.partition(".")[0]
TYPE_NAME = f"value of {LIBRARY}, which computes nothing here"
_PLOTS = """
Axes Figure annotate arrow autoscale axes axhline axhspan axis axvline axvspan bar barh boxplot cla clabel
clf clim close colorbar contour contourf draw errorbar figlegend figtext figure fill fill_between
fill_betweenx gca gcf get_cmap get_fignums grid hexbin hist hist2d hlines imread imsave imshow ioff ion
legend locator_params loglog margins matshow minorticks_off minorticks_on pause pcolor pcolormesh pie plot
polar quiver rc rcParams rcdefaults rgrids savefig sca scatter semilogx semilogy setp show specgram spy
stackplot stairs stem step streamplot style subplot subplot2grid subplot_mosaic subplots subplots_adjust
suptitle switch_backend table text thetagrids tick_params ticklabel_format tight_layout title tricontour
tricontourf tripcolor triplot twinx twiny violinplot vlines xcorr xkcd xlabel xlim xscale xticks ylabel
ylim yscale yticks
"""
PYPLOT = _PLOTS.split()
_OPERATORS = """
add sub mul truediv floordiv mod pow matmul and or xor lshift rshift radd rsub rmul rtruediv rfloordiv
rmod rpow rmatmul rand ror rxor neg pos abs invert lt le gt ge divmod rdivmod round
"""
UNPACK, UNPACK_REST = opmap["UNPACK_SEQUENCE"], opmap["UNPACK_EX"]


def _nothing(*_: object, **__: object) -> Any:
    return Value()


class Value:
    """Anything that the library makes: its attributes, items, results and sums are such values too."""

    __hash__ = object.__hash__

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        return _attribute(name)

    def __call__(self, *_: object, **__: object) -> Any:
        return Value()

    def __getitem__(self, _: object) -> Any:
        return Value()

    def __setitem__(self, _: object, __: object) -> None:
        pass

    def __delitem__(self, _: object) -> None:
        pass

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __len__(self) -> int:
        return 0

    def __contains__(self, _: object) -> bool:
        return False

    def __iter__(self) -> Iterator[Any]:
        """As many values as `a, b = value` asks for; none in a loop."""
        return iter([Value() for _ in range(_asked_for())])

    def __format__(self, _: str) -> str:
        return repr(self)

    def __repr__(self) -> str:
        return f"<{TYPE_NAME}>"

    def __mro_entries__(self, _: object) -> tuple[type, ...]:
        return (Value,)  # for class Mine(pyplot.Axes)

    def __instancecheck__(self, _: object) -> bool:
        return False

    def __subclasscheck__(self, _: object) -> bool:
        return False

    def __array_ufunc__(self, *_: object, **__: object) -> Any:
        return Value()

    def __array_function__(self, *_: object, **__: object) -> Any:
        return Value()

    def subplots(self, nrows: int = 1, ncols: int = 1, *_: object, **options: Any) -> tuple[Any, Any]:
        """A figure and its axes: one, or an array of as many as asked for."""
        axes = np.empty((nrows, ncols), dtype=object)
        for index in np.ndindex(nrows, ncols):
            axes[index] = Value()
        if options.get("squeeze", True):
            axes = axes.squeeze()
        return Value(), axes if np.ndim(axes) else axes.item()


Value.__name__ = Value.__qualname__ = TYPE_NAME
for _name in _OPERATORS.split():
    setattr(Value, f"__{_name}__", _nothing)


def _no_number(self: Value, *_: object, **__: object) -> Any:
    """For float(), int(), an index, an array: there is no number. Raises TypeError."""
    raise TypeError(f"a {TYPE_NAME} (only its names exist), was used as a number")


for _name in ("float", "int", "index", "complex", "array"):
    setattr(Value, f"__{_name}__", _no_number)


def _asked_for() -> int:
    """How many values the code that iterates unpacks: 2 in `a, b = value`; 0 if it does not unpack."""
    frame = sys._getframe(2)
    code, at = frame.f_code.co_code, frame.f_lasti
    if code[at] == UNPACK:
        return code[at + 1]
    return code[at + 1] if code[at] == UNPACK_REST else 0


def _attribute(name: str) -> Any:
    """The value of this name; of an error's or warning's name a class that can be caught."""
    if name.startswith("__"):
        raise AttributeError(name)
    if name.endswith(("Error", "Exception", "Warning")):
        return _ERRORS.setdefault(name, type(name, (UserWarning,), {}))
    return Value()


_ERRORS: dict[str, type[UserWarning]] = {}


class Submodules:
    """Finds every module below this library: an empty one with every name."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The specification of such a module, None for any other."""
        if not name.startswith(f"{LIBRARY}."):
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """None: an ordinary module."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Give the module every name."""
        fill(module.__dict__)


def fill(names: dict[str, Any]) -> None:
    """Let a module's names have every name: some of them by `import *` too."""
    plots = names["__name__"] in ("matplotlib.pyplot", "pylab")
    one = Value()
    names |= {"__getattr__": _attribute, "__all__": PYPLOT if plots else [], "subplots": one.subplots}


__version__ = "0.0.0"
fill(globals())
sys.meta_path.append(Submodules())
