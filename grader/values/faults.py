"""A fault in a file that a person wrote: where, the value, and the rule."""

from __future__ import annotations

from dataclasses import dataclass

from grader.values.text import one_line


@dataclass(frozen=True)
class Fault:
    """One fault. `key` is "" if it is about the whole file, `value` "" if there is none, `line` 0 if it is
    not known or not useful. `blocks` is True if the file can't be used at all; `excerpt` is the line with
    a caret below the place, "" if there is none."""

    file: str
    key: str
    value: str
    rule: str
    line: int = 0
    blocks: bool = False
    excerpt: str = ""

    @classmethod
    def of_file(
        cls, file: str, rule: str, *, line: int = 0, blocks: bool = False, excerpt: str = ""
    ) -> Fault:
        """A fault without a key and a value."""
        return cls(file, "", "", rule, line, blocks, excerpt)

    def __str__(self) -> str:
        where = f"{one_line(self.file)}:{self.line}" if self.line else one_line(self.file)
        key = f": {one_line(self.key)}" if self.key else ""
        value = f" is {one_line(self.value)}" if self.value else ""
        text = f"{where}{key}{value}{';' if key or value else ':'} {self.rule}"
        return f"{text}\n{self.excerpt}" if self.excerpt else text
