"""A file of written answers: each answer begins with a heading [name] and ends before the next heading.

Only the names that the pack asks for are headings, so a text may have lines such as "[Minsky1969] ...".
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

MOST_LINES = 5000
LONGEST = 20_000  # characters of one answer
_HEADING = re.compile(r"\[([A-Za-z][A-Za-z0-9_]{0,39})\][ \t]*")
SHAPE = "an answer begins with its name in brackets, such as [q1]"


@dataclass
class Answer:
    """One answer: its name, the number of the line of its heading (from 1), and its lines read so far."""

    name: str
    line: int
    lines: list[str]

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()


class AnswerSheet:
    """The answers of one file by name. Text before the first heading is ignored. `asked` are the names that
    are headings; without it, any name is."""

    def __init__(self, file: str, text: str, asked: Collection[str] = ()) -> None:
        self.file = file
        self.asked = frozenset(name.lower() for name in asked)
        self.answers: dict[str, Answer] = {}
        self.duplicates: dict[str, tuple[int, int]] = {}  # name -> its first and its last line
        self.not_headings: list[tuple[int, str]] = []  # lines that begin with a bracket
        lines = text.split("\n")
        self.count = len(lines)
        if self.count <= MOST_LINES:
            self._read(lines)

    def _read(self, lines: list[str]) -> None:
        current: Answer | None = None
        for number, line in enumerate(lines, 1):
            heading = _HEADING.match(line)
            if heading and self.asked and heading[1].lower() not in self.asked:
                heading = None
            if heading:
                current = self._begin(heading[1].lower(), number, line[heading.end() :])
            elif line.startswith("["):
                self.not_headings.append((number, line[:80]))
            if not heading and current is not None:
                current.lines.append(line)

    def _begin(self, name: str, number: int, text: str) -> Answer:
        answer = Answer(name, number, [text])
        first = self.answers.setdefault(name, answer)
        if first is not answer:
            self.duplicates[name] = (first.line, number)
        return answer

    @property
    def first_problem(self) -> tuple[int | None, str | None]:
        """The number of the first line that is not a correct heading, and why; else (None, None)."""
        problems = [
            (number, f"`{line[:40]}` is not a heading such as [q1], and is read as text.")
            for number, line in self.not_headings
        ]
        if self.count > MOST_LINES:
            problems.append((MOST_LINES + 1, self._too_long))
        for name, (first, last) in self.duplicates.items():
            problems.append((last, f"[{name}] is also in line {first}; keep one."))
        return min(problems, default=(None, None))

    @property
    def _too_long(self) -> str:
        return f"{self.file} has {self.count} lines; at most {MOST_LINES} are read."

    def answer(self, name: str) -> dict[str, Any]:
        """The answer of this name: {"found": True, text, line}, else {"found": False, message}."""
        if self.count > MOST_LINES:
            return {"found": False, "message": self._too_long}
        answer = self.answers.get(name.lower())
        if answer is None:
            return {"found": False, "message": self._missing(name)}
        if name.lower() in self.duplicates:
            first, last = self.duplicates[name.lower()]
            message = f"[{name}] is in {self.file} twice, in lines {first} and {last}; keep one."
            return {"found": False, "message": message}
        place = f"{self.file}, line {answer.line}: [{name}]"
        if not answer.text:
            return {"found": False, "message": f"{place} has no answer yet."}
        if len(answer.text) > LONGEST:
            message = f"{place} has {len(answer.text)} characters; at most {LONGEST} are allowed."
            return {"found": False, "message": message}
        return {"found": True, "text": answer.text, "line": answer.line}

    def _missing(self, name: str) -> str:
        message = f"{self.file} has no line [{name}]; {SHAPE}"
        similar = difflib.get_close_matches(name.lower(), self.answers, 1, 0.5)
        if self.not_headings:
            number, line = self.not_headings[0]
            return f"{message}. Line {number} begins with a bracket, but is not a heading: {line}"
        if similar:
            return f"{message}; `[{similar[0]}]` found in line {self.answers[similar[0]].line}."
        return f"{message}."
