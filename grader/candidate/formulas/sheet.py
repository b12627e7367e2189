"""A file of formulas: one line `name = formula` each, comments after #."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

from grader.candidate.formulas.fault import FormulaFault, excerpt
from grader.candidate.formulas.grammar import Step, parse
from grader.candidate.formulas.letters import BLANKS, key_of
from grader.candidate.formulas.tokens import tokens

MOST_LINES = 1000
LONGEST_LINE = 1000
SHAPE = "a line is written name = formula"


@dataclass(frozen=True)
class SheetLine:
    """One line of the file, with the program of its formula, or with the reason why it can't be read."""

    number: int
    name: str
    key: str
    text: str
    program: tuple[Step, ...] = ()
    fault: str = ""  # the reason, with its place and the line
    why: str = ""  # the reason alone
    column: int = 0  # of the fault, from 1


class Sheet:
    """The formulas of one file by name. Reading never raises: `formula` says why a line can't be read."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines: dict[str, SheetLine] = {}
        self.unnamed: list[SheetLine] = []  # lines whose name can't be read
        for number, line in enumerate(text.split("\n")[:MOST_LINES], 1):
            if line.split("#")[0].strip(BLANKS):
                self._add(self._line(number, line))

    @property
    def unread(self) -> SheetLine | None:
        """The first line that can't be read."""
        faults = [line for line in (*self.lines.values(), *self.unnamed) if line.fault]
        return min(faults, key=lambda line: line.number, default=None)

    def formula(self, name: str) -> dict[str, Any]:
        """The formula of this name: {"found": True, name, line, text, program}, else {"found": False,
        message}: a sentence with the place and the line, or with the most similar name."""
        line = self.lines.get(key_of(name))
        if line is None:
            return {"found": False, "message": self._missing(name)}
        if line.fault:
            return {"found": False, "message": line.fault}
        return {
            "found": True,
            "name": line.name,
            "line": line.number,
            "text": line.text[:200],
            "program": line.program,
        }

    def _add(self, line: SheetLine) -> None:
        first = self.lines.get(line.key)
        if not line.key:
            self.unnamed.append(line)
        elif first is None:
            self.lines[line.key] = line
        elif not first.fault:
            lines = f"lines {first.number} and {line.number}"
            fault = f"{first.name} is in {self.file} twice, in {lines}; keep one."
            why = f"{first.name} is also in line {line.number}; keep one."
            self.lines[line.key] = SheetLine(
                first.number, first.name, first.key, first.text, fault=fault, why=why, column=1
            )

    def _line(self, number: int, text: str) -> SheetLine:
        """One line, read as far as possible: a fault after the = makes only that name unreadable."""
        name = key = ""
        try:
            if len(text) > LONGEST_LINE:
                raise FormulaFault(
                    LONGEST_LINE, f"The line has {len(text)} characters; at most {LONGEST_LINE} are allowed."
                )
            name, key = _left(text)
            line_tokens = tokens(text)
            if line_tokens[2].kind == "end":
                raise FormulaFault(line_tokens[1].column, "There is nothing after `=`.")
            return SheetLine(number, name, key, text, parse(line_tokens, 2))
        except FormulaFault as fault:
            place = f"{self.file}, line {number}, column {fault.column + 1}"
            message = f"{place}: {fault.message}\n{excerpt(text, fault.column)}"
            return SheetLine(
                number, name, key, text, fault=message, why=fault.message, column=fault.column + 1
            )

    def _missing(self, name: str) -> str:
        message = f"{self.file} has no line {name} = ..."
        written = {line.name: line for line in self.lines.values()}
        keys = difflib.get_close_matches(key_of(name), self.lines, 1, 0.6)
        similar = difflib.get_close_matches(name, written, 1, 0.6) or [self.lines[k].name for k in keys]
        if similar:
            message += f"; `{similar[0]}` found in line {written[similar[0]].number}"
        if self.unnamed:
            return f"{message}, and one line can't be read.\n{self.unnamed[0].fault}"
        return f"{message}."


def _left(text: str) -> tuple[str, str]:
    """The name before the = as it is written, and its key. Raises FormulaFault."""
    equals = text.split("#")[0].find("=")
    if equals < 0:
        raise FormulaFault(
            len(text) - len(text.lstrip(BLANKS)), f"There is no `=` here; {SHAPE}, a comment begins with #."
        )
    left = tokens(text[:equals])
    if left[0].kind == "end":
        raise FormulaFault(equals, f"There is no name before `=`; {SHAPE}.")
    if left[0].kind != "name" or left[1].kind != "end":
        wrong = left[0] if left[0].kind != "name" else left[1]
        raise FormulaFault(wrong.column, f"Exactly one name is expected before `=`; {SHAPE}.")
    return left[0].text, left[0].key
