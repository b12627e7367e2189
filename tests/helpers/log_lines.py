"""What is logged while a test runs, as a JSON log would hold it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from grader.logs import Format, configure
from grader.logs.setup import Output


class Lines:
    """The lines so far; `text` is all of them as one string."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def of(self, *events: str) -> list[dict[str, Any]]:
        """The lines of these events."""
        return [line for line in self.all() if line["event"] in events]

    def names(self) -> list[str]:
        return [line["event"] for line in self.all()]


@pytest.fixture
def lines() -> Iterator[Lines]:
    root = logging.getLogger()
    before, recorded = root.level, Lines()
    configure(Format.JSON, recorded.stream)
    yield recorded
    for handler in [handler for handler in root.handlers if isinstance(handler, Output)]:
        root.removeHandler(handler)
    root.setLevel(before)
