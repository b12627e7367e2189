"""A matplotlib that draws nothing: every name exists, every call works, nothing is shown.

For code that plots while it computes a result. It changes no grade: a drawing that is
returned as a value is refused like any other object.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

__version__ = "0"


class Drawing:
    """Any object of a plotting library: its attributes, items and results are drawings too."""

    def __getattr__(self, name: str) -> Drawing:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_args: object, **_options: object) -> Drawing:
        return self

    def __getitem__(self, _key: object) -> Drawing:
        return self

    def __setitem__(self, _key: object, _value: object) -> None:
        pass

    def __enter__(self) -> Drawing:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def __iter__(self) -> Iterator[Drawing]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def plot(self, *_args: object, **_options: object) -> list[Drawing]:
        """One line, as in `line, = plt.plot(x, y)`."""
        return [self]

    def hist(self, *_args: object, **_options: object) -> tuple[Drawing, Drawing, Drawing]:
        """Counts, edges and patches."""
        return self, self, self

    def subplots(self, nrows: int = 1, ncols: int = 1, **options: Any) -> tuple[Drawing, Any]:
        """A figure and its axes: one, or an array of them, as many as asked for."""
        axes = np.empty((nrows, ncols), dtype=object)
        for index in np.ndindex(nrows, ncols):
            axes[index] = self
        if options.get("squeeze", True):
            axes = axes.squeeze()
        return self, axes if np.ndim(axes) else self


_ONE = Drawing()
_BOUND: dict[str, Any] = {name: getattr(_ONE, name) for name in ("plot", "hist", "subplots")}


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return _BOUND.get(name, _ONE)
