"""The texts that a student's program has sent: of a hidden test, they may hold what the test gave it."""

from __future__ import annotations

from typing import Any

MOST_TEXT = 300_000
MOST_VALUES = 50_000


class Said:
    """Collects the texts in replies. `too_much`: there were more than are kept."""

    def __init__(self) -> None:
        self.texts: set[str] = set()
        self.too_much = False
        self._characters = self._values = 0

    def hear(self, value: Any) -> None:
        """Keep the texts in a value: texts, and those in lists, tuples and dicts, with the dicts' keys."""
        waiting = [value]
        while waiting and not self.too_much:
            item = waiting.pop()
            self._values += 1
            if isinstance(item, str) and item not in self.texts:
                self._characters += len(item)
                self.texts.add(item)
            elif isinstance(item, dict):
                waiting += [*item.keys(), *item.values()]
            elif isinstance(item, list | tuple):
                waiting += item
            self.too_much = self._characters > MOST_TEXT or self._values + len(waiting) > MOST_VALUES
