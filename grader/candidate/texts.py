"""A submitted text file as a pack's tests use it: its formulas, its answers, its whole text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from grader.candidate.answers import AnswerSheet
from grader.candidate.formulas import Sheet


class TextFile:
    """One file of kind "text": `student.formula(name)`, `student.answer(name)`, `student.text()`.
    `answers` are the names of the answers that the pack asks for, if known."""

    def __init__(self, name: str, raw: bytes, answers: Sequence[str] = ()) -> None:
        self._name, self._raw, self._asked = name, raw, answers

    def text(self) -> str:
        """The whole text, without a byte-order mark and with line ends of \\n."""
        return self._raw.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")

    def formula(self, name: str) -> dict[str, Any]:
        """The formula of the line `name = ...`, as Sheet.formula returns it."""
        return self._sheet.formula(name)

    def answer(self, name: str) -> dict[str, Any]:
        """The answer under the heading `[name]`, as AnswerSheet.answer returns it."""
        return self._answers.answer(name)

    def facts(self) -> dict[str, Any]:
        """The facts of this file for the check before a submission, with the keys of `grader.candidate.scan`:
        the first line that can't be read, the names of formulas ("functions") and of answers ("classes").
        A file with a line that begins with a bracket has answers; any other file has formulas."""
        sheet = self._answers
        if sheet.answers or sheet.first_problem[1]:
            line, why = sheet.first_problem
            answered = [answer.name for answer in sheet.answers.values() if answer.text]
            return {
                "error": why,
                "line": line,
                "column": None,
                "text": "",
                "functions": [],
                "classes": answered,
            }
        unread = self._sheet.unread
        names = [line.name for line in self._sheet.lines.values() if not line.fault]
        place = {"line": unread.number, "column": unread.column, "text": unread.text[:300]} if unread else {}
        defaults = {"error": unread and unread.why, "line": None, "column": None, "text": ""}
        return {**defaults, **place, "functions": names[:500], "classes": []}

    @cached_property
    def _sheet(self) -> Sheet:
        return Sheet(self._name, self.text())

    @cached_property
    def _answers(self) -> AnswerSheet:
        return AnswerSheet(self._name, self.text(), self._asked)
