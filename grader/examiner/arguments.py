"""The arguments of a row's last call as .npz, so that students can make the call again at home."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.values import ARGUMENTS_KEPT

ARRAYS_KEPT = 512  # each is a file in the .npz, and takes a tenth of a millisecond


class _TooMany(Exception):
    """The arguments are more than a report keeps."""


def arguments_of(call: tuple[str, tuple[Any, ...]] | None) -> bytes:
    """The arguments of a call (the function's name, its arguments) as .npz, named by position; empty if there
    are none or too many. The work is bounded by what is kept, not by what was passed."""
    if call is None:
        return b""
    arrays: dict[str, Any] = {}
    path, args = call
    try:
        for i, argument in enumerate(args):
            _collect(argument, f"arg{i}", arrays)
    except _TooMany:
        return b""
    if not arrays:
        return b""
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, call=np.array(path), **arrays)
    return buffer.getvalue() if buffer.tell() <= ARGUMENTS_KEPT else b""


def _collect(x: Any, name: str, arrays: dict[str, Any]) -> None:
    """Add every array in `x` under a name made of its place. Raises _TooMany."""
    if isinstance(x, Mapping):
        for key, item in x.items():
            _collect(item, f"{name}.{key}", arrays)
    elif isinstance(x, list | tuple | str) and len(x) > ARGUMENTS_KEPT:
        raise _TooMany
    elif isinstance(x, list | tuple) and not all(isinstance(i, int | float) for i in x):
        for i, item in enumerate(x):
            _collect(item, f"{name}.{i}", arrays)
    elif isinstance(x, int | float | list | tuple | np.ndarray | np.generic | str):
        if len(arrays) == ARRAYS_KEPT:
            raise _TooMany
        arrays[name] = np.asarray(x)
        if sum(a.nbytes for a in arrays.values()) > ARGUMENTS_KEPT:
            raise _TooMany
