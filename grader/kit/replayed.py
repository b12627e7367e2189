"""A candidate without a process: it answers the calls of a case from values that are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from grader.kit.candidate import Candidate, Timed
from grader.values import Visibility
from grader.values.student_faults import CandidateLost
from grader.wire import encode

MOST_CALLS = 40  # of one case that is run again
Request = dict[str, Any]


class Replayed(Candidate):
    """Each call gives what `answer` says of its request. If that raises CandidateLost, the case is lost; so
    is one that measures time, since nothing runs."""

    def __init__(self, answer: Callable[[Request], Any]) -> None:
        super().__init__(_Nobody())
        self._answer, self._made = answer, 0
        self.asked_for_time = False

    def call(self, path: str, mode: str, args: tuple[Any, ...], kwargs: dict[str, Any], **more: int) -> Any:
        """The value of one call. Raises CandidateLost."""
        self._made += 1
        if self.lost or self._made > MOST_CALLS:
            self._lose()
        self.last_call, self.last_path, self.at = (path, args), path, path
        try:
            value = self._answer(
                {"seq": self._made, "path": path, "mode": mode, "args": args, "kwargs": kwargs, **more}
            )
        except CandidateLost:
            self.lost = True
            raise
        self.note(path, value, again=False)
        return value

    def timed(self, path: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Timed:
        """Raises CandidateLost."""
        self.asked_for_time = True
        self._lose()

    def _lose(self) -> NoReturn:
        self.lost = True
        raise CandidateLost("nothing runs here")


class _Nobody:
    """Starts no candidates."""

    def candidate(self, visibility: Visibility) -> int | None:
        return None

    def cpu_ns(self) -> int | None:
        return None


def key_of(request: Request) -> bytes:
    """The same for requests that ask the same of the student's code."""
    asked = {name: value for name, value in request.items() if name not in ("seq", "seed")}
    return b"".join(map(bytes, encode("call", asked, own=True)))


def key_of_value(value: Any) -> bytes:
    """The same for equal values."""
    return b"".join(map(bytes, encode("value", value)))
