"""A loss (a student's or the pack's own) as a function of stacked parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.kit import words
from grader.kit.arrays import NUMBERS
from reference.arrays import Array
from reference.gradcheck import FLOAT64, Precision


class LossFault(Exception):
    """The loss returns no value whose slope could be measured; the text is for the student."""


@dataclass(frozen=True)
class Point:
    """The parameters to differentiate by, by name; `rebuild` puts them back into the structure in which
    the loss takes them."""

    arrays: dict[str, Array]
    rebuild: Callable[[Mapping[str, Array]], Any]
    by_key: bool = False


def point_of(value: Any, names: tuple[str, ...] | None) -> Point:
    """The arrays of a parameter argument, each with a name. Raises ValueError if they can't be named."""
    if isinstance(value, Mapping):
        if not all(isinstance(k, str) for k in value):
            raise ValueError("gradcheck: the keys of a dict of parameters must be text")
        return Point({k: _real(v) for k, v in value.items()}, dict, by_key=True)
    if isinstance(value, list | tuple):
        keys = names or tuple(f"item {i}" for i in range(len(value)))
        if len(keys) != len(value):
            raise ValueError(f"gradcheck: {len(keys)} names for {len(value)} arrays")
        kind = type(value)
        return Point(
            dict(zip(keys, map(_real, value), strict=True)), lambda stacked: kind(stacked[k] for k in keys)
        )
    key = names[0] if names else "the argument"
    return Point({key: _real(value)}, lambda stacked: stacked[key])


def _real(value: Any) -> Array:
    array = np.asarray(value)
    if array.dtype.kind not in "fiu" or not array.size:
        raise ValueError(f"gradcheck: there is nothing to differentiate by in {words.described(value)}")
    return array.astype(array.dtype if array.dtype.kind == "f" else np.float64, copy=False)


def loss_name(of: Any) -> str:
    """The name of the loss in a sentence: its function's name, else "the loss"."""
    name = getattr(of, "path", None) or getattr(of, "__name__", None)
    return name if isinstance(name, str) and name.isidentifier() else "the loss"


def stacked_loss(
    of: Any, args: tuple[Any, ...], wrt: int, point: Point, precision: Precision
) -> Callable[[dict[str, Array]], Array]:
    """`of` as a function of stacked parameters, for the gradient check. It calls `of.many` once if there is
    such a method, else `of` once for each row."""
    name = loss_name(of)

    def call_each_row(stacked: dict[str, Array], rows: int) -> list[Any]:
        return [of(*_with(args, wrt, point, {n: v[i] for n, v in stacked.items()})) for i in range(rows)]

    def f(stacked: dict[str, Array]) -> Array:
        rows = len(next(iter(stacked.values())))
        if hasattr(of, "many"):
            results = of.many(*_with(args, wrt, point, stacked), over=wrt)
        else:
            results = call_each_row(stacked, rows)
        return _scalars(results, rows, name, precision)

    return f


def _with(args: tuple[Any, ...], wrt: int, point: Point, arrays: Mapping[str, Array]) -> tuple[Any, ...]:
    return (*args[:wrt], point.rebuild(arrays), *args[wrt + 1 :])


def _scalars(results: Any, rows: int, name: str, precision: Precision) -> Array:
    """The returned values as one number a row, (rows,). Raises LossFault if they are anything else."""
    whole = isinstance(results, list | tuple) or (isinstance(results, np.ndarray) and results.ndim > 0)
    if not whole or len(results) != rows:
        raise LossFault(
            f"{name} did not return a value for each of {rows} calls, but {words.described(results)}."
        )
    if isinstance(results, np.ndarray):
        return _numbers(results.reshape(rows, -1), results[0], name, precision).reshape(rows)
    return np.array([_one(r, name, precision) for r in results])


def _one(result: Any, name: str, precision: Precision) -> float:
    if not isinstance(result, NUMBERS):
        raise LossFault(_no_number(result, name))
    return float(_numbers(np.asarray(result).reshape(1, -1), result, name, precision)[0, 0])


def _numbers(array: Array, example: Any, name: str, precision: Precision) -> Array:
    """The array (rows, 1) in float64. Raises LossFault if a row has more or fewer numbers than one."""
    if array.shape[1:] != (1,) or array.dtype.kind not in "fiub":
        raise LossFault(_no_number(example, name))
    if precision is FLOAT64 and array.dtype.kind == "f" and array.dtype.itemsize < 8:
        raise LossFault(f"{name} returned {array.dtype.name}, expected float64: its slopes need more digits.")
    with np.errstate(all="ignore"):
        return array.astype(np.float64)


def _no_number(example: Any, name: str) -> str:
    if example is None:
        return f"{name} returned None, expected a single number."
    return f"{name} returned {words.described(example)}, expected a single number."


def chosen(point: Point, names: Sequence[str] | None) -> tuple[str, ...]:
    """The parameters to check: all, or those of a dict that `names` chooses. Raises ValueError."""
    wanted = tuple(names) if names and point.by_key else tuple(point.arrays)
    unknown = [n for n in wanted if n not in point.arrays]
    if unknown or not wanted:
        raise ValueError(
            f"gradcheck: can't check {unknown or 'nothing'}; the parameters are {list(point.arrays)}"
        )
    return wanted
