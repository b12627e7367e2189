"""A file of formulas: a line `name = formula` each, comments after #."""

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
    """A line that was read, with the program of its formula, or the fault that it can't be."""

    number: int
    name: str
    key: str
    text: str
    program: tuple[Step, ...] = ()
    fault: str = ""  # with its place and the line
    why: str = ""  # the fault alone
    column: int = 0  # of the fault, from 1


class Sheet:
    """The formulas of one file by name. Reading never raises: what can't be read is said when asked for."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines: dict[str, SheetLine] = {}
        self.unnamed: list[SheetLine] = []  # lines of which not even the name can be read
        for number, line in enumerate(text.split("\n")[:MOST_LINES], 1):
            if line.split("#")[0].strip(BLANKS):
                self._keep(self._line(number, line))

    @property
    def unread(self) -> SheetLine | None:
        """The first line that can't be read."""
        faults = [line for line in (*self.lines.values(), *self.unnamed) if line.fault]
        return min(faults, key=lambda line: line.number, default=None)

    def formula(self, name: str) -> dict[str, Any]:
        """The formula of this name: {"found": True, name, line, text, program}, else {"found": False,
        message}, a sentence with the place and the line, or with the near miss."""
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

    def _keep(self, line: SheetLine) -> None:
        first = self.lines.get(line.key)
        if not line.key:
            self.unnamed.append(line)
        elif first is None:
            self.lines[line.key] = line
        elif not first.fault:
            lines = f"lines {first.number} and {line.number}"
            said = f"{first.name} is given twice in {self.file}, in {lines}; keep one."
            why = f"{first.name} stands in line {line.number} too; keep one."
            self.lines[line.key] = SheetLine(
                first.number, first.name, first.key, first.text, fault=said, why=why, column=1
            )

    def _line(self, number: int, text: str) -> SheetLine:
        """One line, read as far as it goes: a fault behind the = is one of that name alone."""
        name = key = ""
        try:
            if len(text) > LONGEST_LINE:
                raise FormulaFault(
                    LONGEST_LINE, f"The line has {len(text)} characters; {LONGEST_LINE} are read."
                )
            name, key = _left(text)
            found = tokens(text)
            if found[2].kind == "end":
                raise FormulaFault(found[1].column, "Nothing stands after `=`.")
            return SheetLine(number, name, key, text, parse(found, 2))
        except FormulaFault as fault:
            place = f"{self.file}, line {number}, column {fault.column + 1}"
            said = f"{place}: {fault.message}\n{excerpt(text, fault.column)}"
            return SheetLine(number, name, key, text, fault=said, why=fault.message, column=fault.column + 1)

    def _missing(self, name: str) -> str:
        said = f"{self.file} has no line {name} = ..."
        written = {line.name: line for line in self.lines.values()}
        keys = difflib.get_close_matches(key_of(name), self.lines, 1, 0.6)
        near = difflib.get_close_matches(name, written, 1, 0.6) or [self.lines[k].name for k in keys]
        if near:
            said += f"; `{near[0]}` found in line {written[near[0]].number}"
        if self.unnamed:
            return f"{said}, and one line can't be read.\n{self.unnamed[0].fault}"
        return f"{said}."


def _left(text: str) -> tuple[str, str]:
    """The name before the = and its key. Raises FormulaFault."""
    equals = text.split("#")[0].find("=")
    if equals < 0:
        raise FormulaFault(
            len(text) - len(text.lstrip(BLANKS)), f"No `=` here; {SHAPE}, a comment begins with #."
        )
    left = tokens(text[:equals])
    if left[0].kind == "end":
        raise FormulaFault(equals, f"No name before `=`; {SHAPE}.")
    if left[0].kind != "name" or left[1].kind != "end":
        at = left[0] if left[0].kind != "name" else left[1]
        raise FormulaFault(at.column, f"Before `=` stands one name; {SHAPE}.")
    return left[0].text, left[0].key
