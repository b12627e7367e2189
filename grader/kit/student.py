"""The student's code as a pack's test uses it: each name is a call into another process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.kit.candidate import Candidate, Timed
from grader.values.student_faults import ReturnedNoValue
from grader.wire import NotAValue, Seed


class Function:
    """One student function: `f(...)`, `f.many(...)`, `f.inplace(...)`, `f.timed(...)`."""

    def __init__(self, candidate: Candidate, path: str) -> None:
        self._candidate, self.path = candidate, path

    def __repr__(self) -> str:
        return f"<student's {self.path}>"

    def _no_value(self, *_: object) -> Any:
        """Raise TypeError: without this, `student.K == 3` would be false in silence."""
        name = self.path
        raise TypeError(
            f"student.{name} is not a value: call it, student.{name}(...), or use "
            f'student.constant("{name}") if it is no function'
        )

    __eq__ = __ne__ = __bool__ = __len__ = __iter__ = __array__ = _no_value
    __hash__ = object.__hash__

    def __getattr__(self, name: str) -> Function:
        if name.startswith("_"):
            raise AttributeError(name)
        return Function(self._candidate, f"{self.path}.{name}")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it once; arguments are copied, so the caller's arrays can't change."""
        return self._call(lambda: self._candidate.call(self.path, "plain", args, kwargs))

    def many(self, *args: Any, over: int = 0, **kwargs: Any) -> Any:
        """Call it once for each row of argument number `over` (an array, or a dict, list or tuple of
        arrays of the same leading length), each time on fresh copies, all in one message.

        Returns one array with a leading axis if the results agree in shape, else a list.
        """
        n = rows(args[over])
        got = self._call(lambda: self._candidate.call(self.path, "many", args, kwargs, over=over, n=n))
        if (
            not isinstance(got, list | np.ndarray)
            or (isinstance(got, np.ndarray) and not got.ndim)
            or len(got) != n
        ):
            raise ReturnedNoValue(f"did not return a value for each of {n} calls")
        self._candidate.note(self.path, got[0] if n else got)
        return got

    def inplace(self, *args: Any, **kwargs: Any) -> Any:
        """Call it once; returns (result, the positional arguments after the call). A Seed among them is
        unchanged. Raises StudentFault."""
        got = self._call(lambda: self._candidate.call(self.path, "inplace", args, kwargs))
        whole = isinstance(got, tuple) and len(got) == 2
        if not whole or not isinstance(got[1], tuple) or len(got[1]) != len(args):
            raise ReturnedNoValue("did not give its result together with its arguments")
        after = [arg if isinstance(arg, Seed) else now for arg, now in zip(args, got[1], strict=True)]
        self._candidate.note(self.path, got[0])
        return got[0], tuple(after)

    def timed(self, *args: Any, **kwargs: Any) -> Timed:
        """Call it once; returns (value, cpu_s). The processor time is read from outside the student's process
        by the kernel's clock: all threads, including the time to receive the arguments and send the
        value. The first call of a file imports it, so call once before you measure."""
        timed: Timed = self._call(lambda: self._candidate.timed(self.path, args, kwargs))
        return timed

    def _call(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except NotAValue as e:  # an argument of the pack's test, so its author must fix it
            raise TypeError(f"an argument of {self.path} can't be sent to the student's code: {e}") from None


def rows(stacked: Any) -> int:
    """The leading length that all arrays in `stacked` share. Raises ValueError if they differ."""
    lengths: set[int] = set()

    def visit(x: Any) -> None:
        if isinstance(x, dict):
            for item in x.values():
                visit(item)
        elif isinstance(x, list | tuple):
            for item in x:
                visit(item)
        else:
            lengths.add(np.shape(x)[0])

    visit(stacked)
    if len(lengths) != 1:
        raise ValueError(
            f"many: the stacked arrays have {sorted(lengths)} rows; they must have the same number"
        )
    return lengths.pop()


class Student:
    """The `student` fixture: `student.f` if the pack has one file, else `student.module.f`."""

    def __init__(self, candidate: Candidate, sources: dict[str, str]) -> None:
        self._candidate, self._sources = candidate, sources

    def __getattr__(self, name: str) -> Function:
        if name.startswith("_"):
            raise AttributeError(name)
        return Function(self._candidate, name)

    def constant(self, name: str) -> Any:
        """The value of a name that is no function: `student.constant("K")`, with several files
        `student.constant("module.K")`. Raises StudentFault."""
        return self._candidate.call(name, "constant", (), {})

    @property
    def source(self) -> str:
        """The text of the (first) submitted file."""
        return next(iter(self._sources.values()), "")

    @property
    def sources(self) -> dict[str, str]:
        """The text of every submitted file, by name."""
        return dict(self._sources)

    @property
    def printed(self) -> str:
        """The output printed by the last call, at most 4,000 characters."""
        return self._candidate.printed
