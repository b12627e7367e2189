"""What is at fault in files that people write: where, what stands there, and the rule."""

from __future__ import annotations

from dataclasses import dataclass

from grader.values.text import one_line


@dataclass(frozen=True)
class Fault:
    """One fault. `key` is "" if the whole file is meant, `value` "" if there is none, `line` 0 if it
    is not known or says nothing. `blocks` is True if nothing of the file can be used; `excerpt` is the
    line with a caret below the place, "" if there is none."""

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
        """A fault that no key or value has to be named for."""
        return cls(file, "", "", rule, line, blocks, excerpt)

    def __str__(self) -> str:
        where = f"{one_line(self.file)}:{self.line}" if self.line else one_line(self.file)
        key = f": {one_line(self.key)}" if self.key else ""
        value = f" is {one_line(self.value)}" if self.value else ""
        text = f"{where}{key}{value}{';' if key or value else ':'} {self.rule}"
        return f"{text}\n{self.excerpt}" if self.excerpt else text
