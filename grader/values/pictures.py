"""Pictures as data; a page draws them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from grader.values.bounds import JsonText, Most, OneOf

PICTURE_KINDS = ("heatmap", "graph", "boundary", "curve", "surface")
PICTURES_KEPT = 4  # of one test
PICTURE_BYTES = 32_768  # JSON of one picture
PICTURES_BYTES = 65_536  # JSON of all pictures of one test
PICTURE_DEPTH = 6


@dataclass(frozen=True)
class Picture:
    """A picture as data; the page draws it. `data` is a dict of plain values: None, bool, int,
    finite float, text, and lists and text-keyed dicts of them, PICTURE_DEPTH deep at most.
    Its JSON may take PICTURE_BYTES."""

    kind: Annotated[str, OneOf(PICTURE_KINDS)]
    title: Annotated[str, Most(120)]
    data: Annotated[Mapping[str, Any], JsonText(PICTURE_BYTES)]

    @property
    def text(self) -> str:
        """The data as JSON, ASCII and without spaces."""
        return json.dumps(self.data, separators=(",", ":"), allow_nan=False)

    def check(self) -> None:
        """Raises ValueError with the first rule that is broken."""
        if self.kind not in PICTURE_KINDS:
            raise ValueError(
                f"a picture's kind is {self.kind!r}; it must be one of {', '.join(PICTURE_KINDS)}"
            )
        if not 1 <= len(self.title) <= 120:
            raise ValueError("a picture's title must have 1 to 120 characters")
        if not isinstance(self.data, dict):
            raise ValueError("a picture's data must be a dict")
        _plain(self.data, PICTURE_DEPTH)


def _plain(value: Any, depth: int) -> None:
    """Raises ValueError at the first value that a picture must not contain."""
    if depth < 0:
        raise ValueError(f"a picture's data may be at most {PICTURE_DEPTH} levels deep")
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("the keys of a picture's data must be strings")
        for item in value.values():
            _plain(item, depth - 1)
    elif isinstance(value, list):
        for item in value:
            _plain(item, depth - 1)
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("a picture's numbers must be finite, or None")
    elif isinstance(value, str):
        if "\x00" in value or len(value.encode()) > PICTURE_BYTES:  # a lone surrogate is a ValueError too
            raise ValueError("a picture's text must be short and without NUL")
    elif value is not None and not isinstance(value, int):
        raise ValueError(f"a picture can't contain a {type(value).__name__}")
