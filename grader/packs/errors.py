"""What packs can't be.

PacksError
|-- PackError       a pack can't be read; `faults` lists everything found
`-- FormulaError    TeX can't be shown as MathML
"""

from __future__ import annotations

from collections.abc import Iterable

from grader.values.faults import Fault


class PacksError(Exception):
    """Something of a pack can't be used."""


class PackError(PacksError):
    """A pack that can't be read; `faults` holds everything found, in reading order."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class FormulaError(PacksError):
    """A formula that can't be shown; the message says why."""
