"""What pytest offers and a pack's test can't use: found when the tests are collected, and said by name."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

MARKS = ("parametrize", "usefixtures", "filterwarnings")
_PRINTED = "it sees what the test prints; what the student's code printed is in student.printed"
_FILES = "a test can't write files"
_LOGS = "the student's code runs in another process, so its log is not seen here"
NO_FIXTURES = {
    **dict.fromkeys(("capsys", "capfd", "capsysbinary", "capfdbinary", "capteesys"), _PRINTED),
    **dict.fromkeys(("tmp_path", "tmp_path_factory", "tmpdir", "tmpdir_factory", "cache"), _FILES),
    "caplog": _LOGS,
    "recwarn": "the student's code runs in another process, so its warnings are not seen here",
}


def item_faults(item: pytest.Function) -> Iterator[str]:
    """What a collected test function uses that would be ignored or missing, a sentence each."""
    name = f"{_place(item)}: {item.originalname}"
    for mark in item.iter_markers():
        if mark.name not in MARKS:
            yield (
                f"{name} has the mark `{mark.name}`, which gradecheck doesn't know; "
                f"the marks are {', '.join(MARKS[:-1])} and {MARKS[-1]}"
            )
    if inspect.iscoroutinefunction(item.function) or inspect.isasyncgenfunction(item.function):
        yield f"{name} is async; write an ordinary function"
    for fixture in item.fixturenames:
        if fixture in NO_FIXTURES and fixture not in _own_fixtures(item):
            yield f"{name} uses the fixture {fixture}, which gradecheck doesn't have: {NO_FIXTURES[fixture]}"


def class_fault(collector: pytest.Collector, name: str, value: object) -> str:
    """The fault of a unittest class, whose setUp and tests pytest would need another plugin for; else ""."""
    unittest = sys.modules.get("unittest.case")
    if unittest is None or not isinstance(value, type) or not issubclass(value, unittest.TestCase):
        return ""
    if value.__module__.startswith("unittest"):  # imported by name
        return ""
    return (
        f"{_place(collector)}: the class {name} is a unittest.TestCase; write its tests as pytest functions"
    )


def _own_fixtures(item: pytest.Function) -> set[str]:
    """The names of fixtures that the pack itself defines."""
    found = item._fixtureinfo.name2fixturedefs.items()
    return {name for name, given in found if not given[-1].func.__module__.startswith("_pytest")}


def _place(node: pytest.Item | pytest.Collector) -> str:
    path = Path(node.path)
    return f"{path.parent.name}/{path.name}"
