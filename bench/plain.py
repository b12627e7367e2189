"""A plain pytest plugin for the baseline: a pack's fixtures with the file imported in the same process,
without limits or isolation. It trusts the code that it runs."""

from __future__ import annotations

import copy
import hashlib
import importlib.util
import os
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from grader.kit.checks import Checks
from grader.kit.recorder import Recorder

STUDENT_FILE = "BENCH_STUDENT_FILE"  # in the environment: the path of the file to test


class Function:
    """A function of the student's module with the kit's ways of calling it."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def __call__(self, *args: Any) -> Any:
        return self.function(*copy.deepcopy(args))

    def inplace(self, *args: Any) -> tuple[Any, tuple[Any, ...]]:
        """(result, arguments after the call)."""
        copies = copy.deepcopy(args)
        return self.function(*copies), copies

    def many(self, *args: Any, over: int = 0) -> Any:
        """One call for each row of the stacked argument."""
        rows = _rows(args[over])
        return np.array([self(*args[:over], row, *args[over + 1 :]) for row in rows])


class Student:
    """The student's module; its functions by name."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module

    def __getattr__(self, name: str) -> Function:
        return Function(getattr(self.module, name))


def _rows(stacked: Any) -> list[Any]:
    if isinstance(stacked, dict):
        names = list(stacked)
        return [dict(zip(names, row, strict=True)) for row in zip(*map(_rows, stacked.values()), strict=True)]
    if isinstance(stacked, (list, tuple)):
        return [type(stacked)(row) for row in zip(*map(_rows, stacked), strict=True)]
    return list(stacked)


@pytest.fixture(scope="session")
def student() -> Student:
    """The module of the file named in the environment."""
    spec = importlib.util.spec_from_file_location("submitted", os.environ[STUDENT_FILE])
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return Student(module)


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """A random generator that depends on the test's name alone."""
    digest = hashlib.sha256(request.node.name.encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))


@pytest.fixture
def same() -> Callable[..., None]:
    """The kit's comparison of values."""
    return Checks(Recorder()).same


@pytest.fixture
def gradcheck() -> Callable[..., None]:
    """The kit's gradient check."""
    return Checks(Recorder()).gradcheck
