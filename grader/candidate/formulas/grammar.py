"""The grammar: from tokens to a program in postfix order, limited in length and depth.

    formula  = term (("+" | "-") term)*
    term     = factor (("*" | "/") factor)*
    factor   = ("-" | "+") factor | atom ["^" factor]
    atom     = number | name | function "(" formula ")" | "(" formula ")"
             | "sum" "(" index "," formula ")" | "sum_" index "(" formula ")"

A program is a tuple of steps, operands before their operator: ("number", value, column),
("symbol", key, name as written, column), and steps that use the one or two values before them:
("negative" | "+" | "-" | "*" | "/" | "^", column), ("call", function, column), ("sum", index, column).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from grader.candidate.formulas.fault import FormulaFault
from grader.candidate.formulas.tokens import Token

MOST_STEPS = 400
DEEPEST = 40
FUNCTIONS: Mapping[str, str] = {
    **{name: name for name in ("exp", "log", "sin", "cos", "tanh", "sqrt", "sigma", "dsigma", "dtanh")},
    **dict.fromkeys(("sigmoid", "logistic"), "sigma"),
    **dict.fromkeys(("dsigmoid", "dlogistic", "sigmaprime"), "dsigma"),
    "ln": "log",
    "tanhprime": "dtanh",
}
PRIMED = {"sigma": "dsigma", "tanh": "dtanh"}
_SUM = re.compile(r"sum([a-z]?)")
_CLOSES = {"(": ")", "[": "]", "{": "}"}
Step = tuple[str | float | int, ...]


def parse(tokens: list[Token], start: int) -> tuple[Step, ...]:
    """The program of the formula from token number `start` to the end of the line. Raises FormulaFault."""
    parser = _Parser(tokens, start)
    parser.formula(0)
    parser.finish()
    return tuple(parser.steps)


class _Parser:
    def __init__(self, tokens: list[Token], start: int) -> None:
        self.tokens, self.at = tokens, start
        self.steps: list[Step] = []

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.next
        self.at += 1
        return token

    def emit(self, column: int, *step: str | float) -> None:
        if len(self.steps) >= MOST_STEPS:
            raise FormulaFault(column, f"The formula has more than {MOST_STEPS} parts; write it more simply.")
        self.steps.append((*step, column))

    def formula(self, depth: int) -> None:
        self.term(depth)
        while self.next.kind in ("+", "-"):
            operator = self.take()
            self.term(depth)
            self.emit(operator.column, operator.kind)

    def term(self, depth: int) -> None:
        self.factor(depth)
        while self.next.kind in ("*", "/"):
            operator = self.take()
            self.factor(depth)
            self.emit(operator.column, operator.kind)

    def factor(self, depth: int) -> None:
        """A signed factor, or an atom with its power: -x^2 is -(x^2), 2^3^2 is 2^(3^2), 2^-3 is allowed."""
        self.not_too_deep(depth)
        if self.next.kind in ("-", "+"):
            sign = self.take()
            self.factor(depth + 1)
            if sign.kind == "-":
                self.emit(sign.column, "negative")
            return
        self.atom(depth)
        if self.next.kind == "power":
            raised = self.take()
            self.emit(raised.column, "number", raised.value)
            self.emit(raised.column, "^")
        elif self.next.kind == "^":
            operator = self.take()
            self.factor(depth + 1)
            self.emit(operator.column, "^")

    def not_too_deep(self, depth: int) -> None:
        if depth > DEEPEST:
            raise FormulaFault(
                self.next.column, f"Brackets, signs and powers are nested more than {DEEPEST} deep here."
            )

    def atom(self, depth: int) -> None:
        token = self.take()
        if token.kind == "number":
            self.emit(token.column, "number", token.value)
        elif token.kind == "(":
            self.inside(token, depth)
        elif token.kind == "name":
            self.named(token, depth)
        else:
            self.at -= 1
            self.value_missing()

    def inside(self, bracket: Token, depth: int) -> None:
        """The formula inside brackets, and the closing bracket."""
        self.formula(depth + 1)
        end = self.next
        if end.kind == "end":
            raise FormulaFault(bracket.column, f"This `{bracket.text}` is never closed.")
        if end.kind != ")":
            self.operator_missing()
        if end.text != _CLOSES[bracket.text]:
            opened = f"the `{bracket.text}` in column {bracket.column + 1}"
            raise FormulaFault(end.column, f"`{end.text}` can't close {opened}.")
        self.take()

    def named(self, token: Token, depth: int) -> None:
        function = FUNCTIONS.get(token.key)
        total = _SUM.fullmatch(token.key)
        if function is None and total is None:
            self.symbol(token)
            return
        if function is not None and self.next.kind == "'":
            function = self.primed(token, function)
        if self.next.kind != "(":
            self.call_missing(token)
        bracket = self.take()
        index = "" if total is None else total[1] or self.index()
        self.inside(bracket, depth)
        if total is None:
            self.emit(token.column, "call", str(function))
        else:
            self.emit(token.column, "sum", index)

    def primed(self, token: Token, function: str) -> str:
        prime = self.take()
        if function not in PRIMED:
            raise FormulaFault(prime.column, f"A prime may only follow sigma or tanh, not {token.text}.")
        return PRIMED[function]

    def index(self) -> str:
        """The index of a sum and the comma after it."""
        token = self.take()
        if token.kind != "name" or len(token.key) != 1 or self.next.kind != ",":
            raise FormulaFault(token.column, "A sum begins with its index and a comma: sum(k, ...).")
        self.take()
        return token.key

    def symbol(self, token: Token) -> None:
        if self.next.kind == "(":
            similar = difflib.get_close_matches(token.key.lower(), [*FUNCTIONS, "sum"], 1, 0.7)
            hint = f"did you mean {similar[0]}?" if similar else f"a product is written {token.text}*(...)."
            raise FormulaFault(token.column, f"`{token.text}` is not a function; {hint}")
        if self.next.kind == "'":
            raise FormulaFault(self.next.column, "A prime may only follow sigma or tanh: sigma'(z).")
        self.emit(token.column, "symbol", token.key, token.text)

    def call_missing(self, token: Token) -> None:
        if self.next.kind in ("^", "power"):
            raise FormulaFault(self.next.column, f"A power of {token.text} is written {token.text}(...)^2.")
        raise FormulaFault(token.column, f"`{token.text}` is a function: {token.text}(...) is expected.")

    def value_missing(self) -> None:
        token, previous = self.next, self.tokens[self.at - 1]
        if token.kind == ",":
            raise FormulaFault(token.column, "A comma is not allowed here; decimals are written with a dot.")
        after = f" after `{previous.text}`" if previous.text else ""
        problem = "The line ends, but a value is expected" if token.kind == "end" else "A value is expected"
        found = "" if token.kind == "end" else f", `{token.text}` found"
        raise FormulaFault(token.column, f"{problem}{after}{found}.")

    def operator_missing(self) -> None:
        token = self.next
        if token.kind == ",":
            raise FormulaFault(
                token.column, "A comma is allowed only in a sum; decimals are written with a dot."
            )
        if token.kind == "=":
            raise FormulaFault(token.column, "A second `=`: each line holds one formula.")
        if token.kind == "'":
            raise FormulaFault(token.column, "A prime may only follow sigma or tanh: sigma'(z).")
        if token.kind in ("power", "^"):
            raise FormulaFault(token.column, "Two powers in a row: put brackets around the first.")
        raise FormulaFault(
            token.column, f"An operator is expected before `{token.text}`; a product is written with *."
        )

    def finish(self) -> None:
        token = self.next
        if token.kind == ")":
            raise FormulaFault(token.column, f"This `{token.text}` has no opening bracket.")
        if token.kind != "end":
            self.operator_missing()
