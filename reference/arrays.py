"""The array type of this package, and the conversion to it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def as_float64(values: npt.ArrayLike) -> Array:
    """`values` as a float64 array of the same shape; complex values stay complex, for the
    complex-step tests of this package."""
    array = np.asarray(values)
    return array.astype(np.result_type(array.dtype, np.float64), copy=False)
