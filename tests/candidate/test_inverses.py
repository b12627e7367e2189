"""What makes mutants is undone by the search: for each edit of a solution, a change of the mutant gives the
solution back, or a program that computes the same."""

import ast
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from grader.candidate.edits.drawing import KINDS, draw
from grader.candidate.edits.source import Edit, Source
from grader.candidate.search.changes import around, brought, copied, operators, plain
from grader.candidate.search.functions import Unit, _definitions
from grader.candidate.search.ingredients import applied, ingredients, own_expressions, slopes_of_items
from grader.candidate.search.places import places_of
from grader.candidate.search.repeated import names_of, repeated
from grader.candidate.search.search import changes_inside
from grader.candidate.search.statements import statements

SOLUTIONS = sorted((Path(__file__).parents[2] / "assignments").glob("*/solution/*.py"))
TOKEN = re.compile(r"[A-Za-z_]\w*|\d+\.?\d*(?:e-?\d+)?")
ARRAY = np.ones((2, 2))
MOST = 16  # mutants of a solution
LOSES = ("dropped term", "dropped factor")
"""What these kinds drop can be brought back only if the function has it elsewhere."""
GONE = ("dropped statement", "first argument returned")
"""What these kinds drop, a statement or what was returned, can't be known from what is left."""


class AllLines(dict):
    def __contains__(self, line):
        return True


def unit_of(source, function):
    for node, holder in _definitions(source.tree):
        if function == (f"{holder}.{node.name}" if holder else node.name):
            return Unit("m.py", source, node, None, holder, AllLines())
    return None


def changed(source, edit):
    return (source.raw[: edit.start] + edit.text.encode() + source.raw[edit.end :]).decode()


def texts_of(unit):
    """What may be brought to a place if every name in scope is an array."""
    names = dict.fromkeys(names_of(unit), ARRAY)
    functions = {n: c for n, c in unit.source.functions.items() if n != unit.node.name}
    own = own_expressions(unit)
    slopes = slopes_of_items(own, lambda _: ARRAY)
    return [*ingredients(names, own, ()), *slopes, *applied(functions, names)]


def of_search(unit, start, end):
    """All changes of the search that touch these bytes, with the values that any array would allow."""
    functions = {n: c for n, c in unit.source.functions.items() if n != unit.node.name}
    texts = texts_of(unit)
    for place in places_of(unit):
        if place.span[1] < start or end < place.span[0]:
            continue
        if place.inner:
            yield from changes_inside(place)
            continue
        value = place.node.value if isinstance(place.node, ast.Constant) else ARRAY
        yield from (*operators(place), *plain(place, functions), *copied(place, ARRAY))
        yield from around(place, value, functions)
        other = 2 if isinstance(value, int) else ARRAY
        yield from brought(place, value, texts, lambda _, other=other: other)
    yield from (*statements(unit), *repeated(unit))


def tokens(text):
    numbers = {"0.5": "2", "1.0": "1", "0.0": "0", "2.0": "2"}
    return Counter(numbers.get(t, t) for t in TOKEN.findall(same_words(text)))


def same_words(text):
    """The text with one word for what has several."""
    text = re.sub(r"\blen\((\w+)\)", r"\1.shape[0]", text)
    return re.sub(r"\b(?:np|math)\.(exp|log|abs|sqrt)\b", r"\1", text)


def canonical(node):
    """Equal for two expressions that differ in the order of sums and products, in 1 and 1.0, in a - b and
    -b + a, in a / 2 and 0.5 a."""
    match node:
        case ast.BinOp(left, ast.Add() | ast.Sub(), right):
            return ("sum", *sorted(map(repr, (*terms(left), *terms(right, isinstance(node.op, ast.Sub))))))
        case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as number)):
            return float(-number)
        case ast.UnaryOp(ast.USub()):
            return ("sum", *sorted(map(repr, terms(node))))
        case ast.BinOp(left, ast.Mult(), right):
            return ("product", *sorted(map(repr, (*factors(left), *factors(right)))))
        case ast.Constant(int() | float() as number) if not isinstance(number, bool):
            return float(number)
        case ast.BinOp(left, ast.Div(), ast.Constant(int() | float() as number)):
            return ("product", *sorted(map(repr, (*factors(left), 1 / number))))
        case ast.AST():
            return (type(node).__name__, *(canonical(value) for _, value in ast.iter_fields(node)))
        case list():
            return tuple(map(canonical, node))
    return node


def terms(node, negative=False):
    match node:
        case ast.BinOp(left, ast.Add() | ast.Sub(), right):
            return [*terms(left, negative), *terms(right, negative ^ isinstance(node.op, ast.Sub))]
        case ast.UnaryOp(ast.USub(), inner):
            return terms(inner, not negative)
    return [(negative, canonical(node))]


def factors(node):
    match node:
        case ast.BinOp(left, ast.Mult(), right):
            return [*factors(left), *factors(right)]
    return [canonical(node)]


def difference(more, fewer):
    rest = tokens(more)
    rest.subtract(tokens(fewer))
    return {token: number for token, number in rest.items() if number}


def undone(source, mutant, function, edit):
    """Whether a change of the search undoes the edit that made the mutant of this source."""
    unit = unit_of(mutant, function)
    lost = difference(source.raw[edit.start : edit.end].decode(), edit.text)
    right = canonical(ast.parse(same_words(source.raw.decode())))
    for change in of_search(unit, edit.start, edit.start + len(edit.text.encode())):
        before = mutant.raw[change.edit.start : change.edit.end].decode()
        if difference(change.edit.text, before) != lost:
            continue
        try:
            tree = ast.parse(same_words(changed(mutant, change.edit)))
        except SyntaxError:
            continue
        if canonical(tree) == right:
            return True
    return False


def can_be_undone(source, mutant, row, edit):
    """Whether what the mutant lost can be known from what is left."""
    unit = unit_of(mutant, row["function"])
    before = source.raw[edit.start : edit.end].decode()
    if unit is None or row["kind"] in GONE or row["line"] < unit.node.body[0].lineno:
        return False
    if row["kind"] in LOSES:
        both, left = ast.parse(before, mode="eval").body, ast.unparse(ast.parse(edit.text)).removeprefix("-")
        lost = [ast.unparse(node) for node in (both.left, both.right) if ast.unparse(node) != left]
        known = {same_words(ast.unparse(ast.parse(text))) for text in texts_of(unit)}
        return all(same_words(text) in known for text in lost)
    bounds = edit.text == ":"  # of a slice
    axis = row["kind"] == "axis" and not edit.text and not re.search(r"axis\s*=\s*-?\d", before)
    return not (bounds or axis)


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_the_search_undoes_what_makes_mutants(path):
    source = Source(path.read_text())
    tried = []
    for row in draw([("m.py", source.raw)], MOST)["mutants"]:
        edit = Edit(row["start"], row["end"], row["text"])
        mutant = Source(changed(source, edit))
        if can_be_undone(source, mutant, row, edit):
            tried.append(row["kind"])
            before = source.raw[edit.start : edit.end].decode()
            assert undone(source, mutant, row["function"], edit), (
                row["kind"],
                row["line"],
                before,
                edit.text,
            )
    assert len(tried) >= 6


def test_all_kinds_of_mutants_are_undone_in_some_solution():
    """The control of the test above: it leaves out no kind but those that lose what can't be known."""
    kinds = set()
    for path in SOLUTIONS:
        source = Source(path.read_text())
        for row in draw([("m.py", source.raw)], MOST)["mutants"]:
            edit = Edit(row["start"], row["end"], row["text"])
            if row["kind"] not in kinds and can_be_undone(source, Source(changed(source, edit)), row, edit):
                kinds.add(row["kind"])
    assert kinds == set(KINDS) - set(GONE)


PAIRS = {
    "a copy": ("y = x.copy()", "y = x"),
    "an accumulation": ("y += x", "y = x"),
    "an accumulation with another sign": ("y = y - x", "y = x"),
    "an update in place": ("y += x", "y = y + x"),
    "another update in place": ("y *= x", "y = y * x"),
    "a new array": ("y[...] = x", "y = x"),
    "the sign of an update": ("y += x", "y -= x"),
    "the order of statements": ("y = x\n    x = z", "x = z\n    y = x"),
    "a statement in a loop": (
        "for i in x:\n        y = i\n        z = y",
        "for i in x:\n        y = i\n    z = y",
    ),
    "an exchange of returned values": ("return x, y, z", "return z, y, x"),
    "a dropped function": ("y = np.abs(x)", "y = x"),
    "a function in reverse": ("y = np.log1p(x)", "y = np.log(x)"),
    "a negative number": ("y = x[-1]", "y = x[0]"),
    "a first bound": ("y = range(1, x)", "y = range(x)"),
    "the order of a loop": ("for i in reversed(x):\n        y = i", "for i in x:\n        y = i"),
    "the sum of a mean": ("y = x.sum(axis=z)", "y = x.mean(axis=z)"),
    "a division by the sum": ("y = x / x.sum()", "y = x"),
}


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("way", [0, 1], ids=["there", "back"])
def test_each_change_of_the_search_has_its_inverse(name, way):
    texts = [f"import numpy as np\n\ndef f(x, y, z):\n    {body}\n    return y\n" for body in PAIRS[name]]
    right, wrong = (Source(text) for text in (texts[way], texts[1 - way]))
    unit = unit_of(wrong, "f")

    made = []
    for change in of_search(unit, 0, len(wrong.raw)):
        try:
            made.append(canonical(ast.parse(changed(wrong, change.edit))))
        except SyntaxError:
            continue

    assert canonical(right.tree) in made
