"""What a test says by pytest's own exceptions: `pytest.fail`, `pytest.skip`, `pytest.xfail`, and a
`pytest.raises` in which nothing was raised."""

from __future__ import annotations

import re

import pytest

_NOT_RAISED = re.compile(r"DID NOT RAISE (?:any of )?(.*)", re.DOTALL)
_CLASS = re.compile(r"<class '(?:\w+\.)*(\w+)'>")


def message_of(error: BaseException | None) -> str | None:
    """The sentence for a row that ended by one of these, None for any other exception. All of them mean that
    the test did not pass, so the row earns nothing."""
    if isinstance(error, pytest.skip.Exception):
        return error.msg or "The test was skipped."
    if not isinstance(error, pytest.fail.Exception):  # pytest.xfail's exception is one too
        return None
    text = error.msg or "This test failed."
    if match := _NOT_RAISED.fullmatch(text):
        expected = " or ".join(_CLASS.findall(match[1]) or match[1].strip("()").split(", "))
        return f"Nothing was raised, expected {expected}."
    return text
