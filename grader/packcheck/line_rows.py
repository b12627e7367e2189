"""The rows of a check's table of lines."""

from __future__ import annotations

from dataclasses import dataclass

FOUND = {
    "right": "right",
    "equivalent": "equivalent",
    "another": "another line",
    "nothing": "nothing found",
    "no value": "not looked for",
}
"""What the search can say of a mistake, and the words for it."""


@dataclass(frozen=True)
class LineRow:
    """The line that the search names for a mistake. `found` is a key of FOUND: "right" if it is a changed
    line, "equivalent" if a change there gives a right program too, "another" if not, "nothing" if none is
    named, "no value" if no test fails by a comparison. `text` is the line, `kind` the kind of change."""

    title: str
    found: str
    file: str = ""
    line: int = 0
    text: str = ""
    kind: str = ""

    @property
    def words(self) -> str:
        """`found` as people read it."""
        return FOUND.get(self.found, self.found)
