"""A sheet of answers: each begins on a line [name] and goes on to the next such line."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Any

MOST_LINES = 5000
LONGEST = 20_000  # characters of one answer
_HEADING = re.compile(r"\[([A-Za-z][A-Za-z0-9_]{0,39})\][ \t]*")
SHAPE = "an answer begins with its name in brackets, such as [q1]"


@dataclass
class Answer:
    """One answer: the name it was given under, the line it begins in, its lines so far."""

    name: str
    line: int
    lines: list[str]

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()


class AnswerSheet:
    """The answers of one file by name. What stands before the first heading is not read."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.answers: dict[str, Answer] = {}
        self.twice: dict[str, tuple[int, int]] = {}
        self.unread: list[tuple[int, str]] = []
        self._read(text.split("\n")[:MOST_LINES])

    def _read(self, lines: list[str]) -> None:
        current: Answer | None = None
        for number, line in enumerate(lines, 1):
            heading = _HEADING.match(line)
            if heading:
                current = self._begin(heading[1].lower(), number, line[heading.end() :])
            elif line.startswith("["):
                self.unread.append((number, line[:80]))
            if not heading and current is not None:
                current.lines.append(line)

    def _begin(self, name: str, number: int, rest: str) -> Answer:
        found = Answer(name, number, [rest])
        first = self.answers.setdefault(name, found)
        if first is not found:
            self.twice[name] = (first.line, number)
        return found

    @property
    def trouble(self) -> tuple[int | None, str | None]:
        """The first line that makes no sense as a heading, and why; (None, None) if all do."""
        found = [(number, f"`{line[:40]}` is no such heading as [q1].") for number, line in self.unread]
        found += [(two, f"[{n}] stands in line {one} too; keep one.") for n, (one, two) in self.twice.items()]
        return min(found, default=(None, None))

    def answer(self, name: str) -> dict[str, Any]:
        """The answer of this name: {"found": True, text, line}, else {"found": False, message}."""
        found = self.answers.get(name.lower())
        if found is None:
            return {"found": False, "message": self._missing(name)}
        if name.lower() in self.twice:
            one, two = self.twice[name.lower()]
            said = f"[{name}] stands twice in {self.file}, in lines {one} and {two}; keep one."
            return {"found": False, "message": said}
        place = f"{self.file}, line {found.line}: [{name}]"
        if not found.text:
            return {"found": False, "message": f"{place} has no answer yet."}
        if len(found.text) > LONGEST:
            said = f"{place} holds {len(found.text)} characters; at most {LONGEST} are read."
            return {"found": False, "message": said}
        return {"found": True, "text": found.text, "line": found.line}

    def _missing(self, name: str) -> str:
        said = f"{self.file} has no line [{name}]; {SHAPE}"
        near = difflib.get_close_matches(name.lower(), self.answers, 1, 0.5)
        if self.unread:
            number, line = self.unread[0]
            return f"{said}. Line {number} begins with a bracket, but is no such heading: {line}"
        if near:
            return f"{said}; `[{near[0]}]` found in line {self.answers[near[0]].line}."
        return f"{said}."
