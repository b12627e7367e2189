"""The exceptions of packs.

PacksError
|-- PackError       a pack can't be read; `faults` lists every fault
`-- FormulaError    TeX can't be shown as MathML
"""

from __future__ import annotations

from collections.abc import Iterable

from grader.values.faults import Fault


class PacksError(Exception):
    """Base of all exceptions about packs."""


class PackError(PacksError):
    """A pack can't be read; `faults` lists every fault, in the order of the files."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class FormulaError(PacksError):
    """A formula can't be shown; the message says why, `at` is the place: an offset in its TeX."""

    def __init__(self, reason: str, at: int = 0) -> None:
        self.at = at
        super().__init__(reason)
