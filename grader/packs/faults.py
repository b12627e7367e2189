"""What is at fault in a pack: file, place, value and the rule, all of them at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from grader.values.text import one_line


@dataclass(frozen=True)
class Fault:
    """One fault. `key` is "" if the whole file is meant, `value` "" if there is none, `line` 0 if
    it is not known or says nothing."""

    file: str
    key: str
    value: str
    rule: str
    line: int = 0

    def __str__(self) -> str:
        file = f"{one_line(self.file)}:{self.line}" if self.line else one_line(self.file)
        where = f"{file}: {one_line(self.key)}".rstrip(": ")
        value = f" is {one_line(self.value)}" if self.value else ""
        return f"{where}{value}; {self.rule}"


class PackError(Exception):
    """A pack that can't be read; `faults` holds everything found, in reading order."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))
