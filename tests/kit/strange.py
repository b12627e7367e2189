"""Values for tests of the checks, and the message of a failed one."""

import numpy as np
import pytest

from grader.kit import Mismatch

MINUS = "−"
WANT = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])

# All kinds of values that a student's code may return, and some that it can't.
STRANGE = [
    None,
    True,
    False,
    0,
    -7,
    2**62,
    10**30,
    0.5,
    float("nan"),
    float("inf"),
    "",
    "text",
    "x" * 10_000,
    (),
    [],
    {},
    [1.0, 2.0],
    (None, "a"),
    {"W1": None},
    {"W1": {"W1": [1, {"b": 2}]}},
    {1: np.zeros(2), "k" * 500: 3},
    np.float64(3),
    np.float32(2),
    np.int8(1),
    np.bool_(True),
    np.array(3.0),
    np.zeros(0),
    np.zeros((0, 3)),
    np.zeros((2, 3), dtype=bool),
    np.zeros((2, 3), dtype=np.uint8),
    np.zeros((2, 3), dtype=np.float16),
    np.full((2, 3), np.nan),
    np.full((2, 3), 1e308),
    np.full((2, 3), -1e-320),
    np.zeros((1,) * 8),
    np.array(["a", "b"]),
    np.array([[1j, 2, 3], [4, 5, 6]]),
    np.array([None, {}], dtype=object),
    np.zeros((2, 3), dtype="datetime64[s]"),
]


def message_of(call, *args, **kwargs):
    """The message of the Mismatch that a comparison raises."""
    with pytest.raises(Mismatch) as caught:
        call(*args, **kwargs)
    assert 0 < len(caught.value.message) < 400
    return caught.value.message
