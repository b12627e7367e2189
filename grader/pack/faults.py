"""What is at fault in a pack: file, key, value and the rule, all of them at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from grader.text import one_line


@dataclass(frozen=True)
class Fault:
    """One fault. `key` is "" if the whole file is meant, `value` "" if there is none."""

    file: str
    key: str
    value: str
    rule: str

    def __str__(self) -> str:
        where = f"{one_line(self.file)}: {one_line(self.key)}".rstrip(": ")
        value = f" is {one_line(self.value)}" if self.value else ""
        return f"{where}{value}; {self.rule}"


class PackError(Exception):
    """A pack that can't be read; `faults` holds everything found, in reading order."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))
