"""A handed-in text as a pack's tests address it: its formulas, its answers, its lines."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from grader.candidate.answers import AnswerSheet
from grader.candidate.formulas import Sheet


class TextFile:
    """One file of kind "text": `student.formula(name)`, `student.answer(name)`, `student.text()`."""

    def __init__(self, name: str, raw: bytes) -> None:
        self._name, self._raw = name, raw

    def text(self) -> str:
        """The whole text; a byte-order mark and any line ends are fine."""
        return self._raw.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")

    def formula(self, name: str) -> dict[str, Any]:
        """The formula of a line `name = ...`; see grader.candidate.formulas."""
        return self._sheet.formula(name)

    def answer(self, name: str) -> dict[str, Any]:
        """The answer under the heading `[name]`; see grader.candidate.answers."""
        return self._answers.answer(name)

    def facts(self) -> dict[str, Any]:
        """What can be said of the file before it counts, as `grader.candidate.scan` says it of Python:
        the first line that can't be read, the names of formulas (functions) and of answers (classes).
        A file with a line that begins with a bracket is a sheet of answers, any other one of formulas."""
        sheet = self._answers
        if sheet.answers or sheet.unread:
            line, why = sheet.trouble
            answered = [answer.name for answer in sheet.answers.values() if answer.text]
            return {
                "error": why,
                "line": line,
                "column": None,
                "text": "",
                "functions": [],
                "classes": answered,
            }
        bad = self._sheet.unread
        names = [line.name for line in self._sheet.lines.values() if not line.fault]
        place = {"line": bad.number, "column": bad.column, "text": bad.text[:300]} if bad else {}
        nothing = {"error": bad and bad.why, "line": None, "column": None, "text": ""}
        return {**nothing, **place, "functions": names[:500], "classes": []}

    @cached_property
    def _sheet(self) -> Sheet:
        return Sheet(self._name, self.text())

    @cached_property
    def _answers(self) -> AnswerSheet:
        return AnswerSheet(self._name, self.text())
