"""What a student is asked about a line that is wrong, by the kind of change that makes it right."""

from __future__ import annotations

from grader.values.lines import Line, Spot

QUESTIONS = {
    "sign": "Is the sign right here?",
    "dropped term": "Is there a term too many here?",
    "dropped factor": "Is there a factor too many here?",
    "times or divided by": "Must this be multiplied, or divided?",
    "operator": "Is this the right operator?",
    "operands exchanged": "Are the two operands in the right order?",
    "axis": "Is this the right axis?",
    "transpose": "Which of these arrays must be transposed?",
    "off by one": "Is this index or bound off by one?",
    "comparison": "Is this the right comparison?",
    "sum or mean": "Must this be a sum, or a mean?",
    "another function": "Is this the right function?",
    "dropped function": "Must this function be applied here?",
    "dropped statement": "Must this statement run here?",
    "order": "Are these in the right order?",
    "condition": "Is this condition right?",
    "constant": "Is this number right?",
    "factor or term": "Is a number missing that this is multiplied by, or added to?",
    "missing factor": "What is missing that this must be multiplied by?",
    "missing division": "What is missing that this must be divided by?",
    "missing term": "What is missing that must be added or subtracted here?",
    "missing product": "Is a matrix product missing here?",
    "missing function": "Is a function missing around this?",
    "another name": "Is this the right variable?",
    "another expression": "Is this the right expression?",
    "sum": "Over what must this be summed?",
    "mean": "Over what must this be averaged?",
    "copy": "Which other variable is this array, too?",
    "new array": "Which other variable is changed by this line, too?",
    "in place": "Must this change the array that is there, or make a new one?",
    "shape": "Which shape must this have?",
    "order of statements": "Are this line and the next in the right order?",
    "statement in the loop": "Must this line be in the loop, or after it?",
    "statement after the loop": "Must this line be after the loop, or in it?",
    "accumulated": "Must this replace the value that is there, or be added to it?",
    "assigned": "Must this be added to the value that is there, or replace it?",
}
OTHER = "What must this line compute?"
NAMES = {
    "sign": "a wrong sign",
    "dropped term": "a term too many",
    "dropped factor": "a factor too many",
    "times or divided by": "multiplied in place of divided, or the reverse",
    "operator": "another operator",
    "operands exchanged": "operands exchanged",
    "axis": "another axis",
    "transpose": "a transpose missing or too many",
    "off by one": "an index or bound off by one",
    "comparison": "another comparison",
    "sum or mean": "a sum in place of a mean, or the reverse",
    "another function": "another function",
    "dropped function": "a function too many",
    "dropped statement": "a statement too many",
    "order": "a wrong order",
    "condition": "another condition",
    "constant": "another number",
    "factor or term": "a number missing",
    "missing factor": "a missing factor",
    "missing division": "a missing division",
    "missing term": "a missing term",
    "missing product": "a missing matrix product",
    "missing function": "a missing function",
    "another name": "another variable",
    "another expression": "another expression",
    "sum": "a missing sum",
    "mean": "a missing mean",
    "copy": "a missing copy",
    "new array": "an array changed in place",
    "in place": "a new array in place of a changed one",
    "shape": "another shape",
    "order of statements": "statements in a wrong order",
    "statement in the loop": "a statement after the loop in place of in it",
    "statement after the loop": "a statement in the loop in place of after it",
    "accumulated": "a value replaced in place of added to",
    "assigned": "a value added to in place of replaced",
}
UNNAMED = "another change"


def name_of_kind(kind: str) -> str:
    """The fault that a change of this kind mends, for lists of staff."""
    return NAMES.get(kind, UNNAMED)


def question(line: Line) -> str:
    """The question for the student about this line."""
    return QUESTIONS.get(line.kind, OTHER)


def places(line: Line) -> str:
    """ "mlp.py, line 31", with the other lines that serve as well."""
    first = f"{line.spot.file}, line {line.spot.line}"
    if line.together:
        return " and ".join([first, *(_named(spot, line.spot) for spot in line.together)])
    return " or ".join([first, *(_named(spot, line.spot) for spot in line.also)])


def sentence(line: Line) -> str:
    """What is known: that changing this place was tried, and makes tests right."""
    return f"{places(line)}: {proof(line)}"


def proof(line: Line) -> str:
    """How it is known that the place is wrong, as the rest of a sentence that begins with the place."""
    count = len(line.explains)
    tests = "this test" if count <= 1 else f"{count} tests"
    pass_ = "passes" if count <= 1 else "pass"
    draws = max(line.draws - 1, 0)
    if line.together:
        return f"with a change at each, {tests} {pass_}, also with {draws} other sets of random inputs."
    return f"with one change there, {tests} {pass_}, also with {draws} other sets of random inputs."


def _named(spot: Spot, first: Spot) -> str:
    return f"line {spot.line}" if spot.file == first.file else f"{spot.file}, line {spot.line}"
