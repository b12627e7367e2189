"""Which tests stopped for one reason: the same exception in the same line of a student's file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from grader.values import Verdict

_FRAME = re.compile(r'^ *File "([^"\n]*)", line (\d+)', re.M)
_STOPPED = (Verdict.ERROR, Verdict.MEMORY)
_OF_THE_RUNNER = ("The ", "This ")  # a crash: where it was is not known


class Stopped(Protocol):
    """What is needed of a result: the test's id, and what a reader may see of how it ended."""

    @property
    def id(self) -> str: ...
    @property
    def verdict(self) -> Verdict | None: ...
    @property
    def message(self) -> str: ...
    @property
    def traceback(self) -> str: ...


def stop_of(result: Stopped) -> tuple[str, ...]:
    """A key that is equal for tests that one fault stopped: file, line and type of the exception, or the
    message about a name that is missing; empty if the test did not stop, or nobody knows where."""
    if result.verdict not in _STOPPED:
        return ()
    frames = _FRAME.findall(result.traceback)
    if frames:
        return (*frames[-1], result.traceback.rstrip("\n").rpartition("\n")[2].partition(":")[0])
    return () if not result.message or result.message.startswith(_OF_THE_RUNNER) else (result.message,)


def first_stopped(results: Iterable[Stopped]) -> dict[str, str]:
    """For each test that stopped where an earlier one did: its id, and the id of the first that did."""
    first: dict[tuple[str, ...], str] = {}
    firsts = {r.id: first.setdefault(key, r.id) for r in results if (key := stop_of(r))}
    return {id_: of_first for id_, of_first in firsts.items() if id_ != of_first}
