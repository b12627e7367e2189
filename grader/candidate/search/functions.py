"""The student's functions that ran in a call, and their code with one change."""

from __future__ import annotations

import ast
import contextlib
import functools
import gc
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from grader.candidate.edits.source import Edit, Source

TURN = "<turn>"  # the name of the function that counts the turns of loops
MOST_TURNS, TURNS_PER_LINE = 2000, 10  # of one call, by the lines that run in it unchanged
Ran = dict[types.CodeType, dict[int, int]]
"""The lines that ran, by the code that contains them, each with the number of its last run."""
Definition = ast.FunctionDef


class Part(Protocol):
    """A part of a file that changes are made in: a function, or a constant."""

    @property
    def file(self) -> str: ...

    @property
    def source(self) -> Source: ...

    @property
    def name(self) -> str: ...

    @property
    def lines(self) -> Mapping[int, int]: ...

    def changed(self, edit: Edit) -> contextlib.AbstractContextManager[None]: ...


@dataclass(frozen=True, eq=False)
class Unit:
    """A function or method of a submitted file that ran: what is compiled anew for a change. `holder` is the
    name of its class, "" for a function; `lines` are those of the file that
    ran, each with the number of its last run."""

    file: str
    source: Source
    node: Definition
    function: types.FunctionType
    holder: str
    lines: Mapping[int, int]

    @property
    def name(self) -> str:
        """The function's name, `Class.method` for a method."""
        return f"{self.holder}.{self.node.name}" if self.holder else self.node.name

    @contextlib.contextmanager
    def changed(self, edit: Edit) -> Iterator[None]:
        """The function runs with this edit of its text inside the block. Raises SyntaxError, ValueError."""
        with swapped(self.function, compiled_with(self, edit)):
            yield


def lines_run(call: Callable[[], Any], files: Mapping[str, Any]) -> tuple[Ran, int]:
    """The lines of these files that run in the call, and how many they are, each as often as it runs; what
    the call raises is not caught."""
    ran: Ran = {}
    count = 0

    def line(frame: types.FrameType, event: str, _: Any) -> Any:
        if event == "line":
            nonlocal count
            count += 1
            ran[frame.f_code][frame.f_lineno] = count
        return line

    def enter(frame: types.FrameType, _: str, __: Any) -> Any:
        if frame.f_code.co_filename not in files:
            return None
        ran.setdefault(frame.f_code, {})
        return line

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        call()
    finally:
        sys.settrace(before)
    return ran, count


class Endless(BaseException):
    """A changed function goes on in a loop. No `except Exception` of a student's may catch it."""


class Turns:
    """Counts the turns of the loops of a call, in which so many `lines` run unchanged, and ends it when they
    are too many. `more` are the turns of all calls beyond these lines."""

    def __init__(self, lines: int) -> None:
        self._lines, self._most = lines, MOST_TURNS + TURNS_PER_LINE * lines
        self._turns = self._more = 0

    def begin(self) -> None:
        """Begin a call."""
        self._more, self._turns = self.more, 0

    @property
    def more(self) -> int:
        return self._more + max(0, self._turns - self._lines)

    def __call__(self) -> bool:
        self._turns += 1
        if self._turns > self._most:
            raise Endless
        return True


def units_of(ran: Ran, sources: Mapping[str, Source]) -> list[Unit]:
    """The functions and methods that ran, in the order of the files."""
    lines: dict[str, dict[int, int]] = {}
    for code, numbers in ran.items():
        lines.setdefault(code.co_filename, {}).update(numbers)
    codes = {id(code) for code in ran}  # equal code of another function is not this one
    functions = {
        (o.__code__.co_filename, o.__code__.co_name, o.__code__.co_firstlineno): o
        for o in gc.get_objects()
        if type(o) is types.FunctionType and id(o.__code__) in codes
    }
    units = []
    for name, source in sources.items():
        for node, holder in _definitions(source.tree):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            function = functions.get((name, node.name, first))
            if function is not None:
                units.append(Unit(name, source, node, function, holder, lines[name]))
    return units


def _definitions(tree: ast.Module | ast.If | ast.Try) -> Iterator[tuple[Definition, str]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node, ""
        elif isinstance(node, ast.ClassDef):
            yield from ((method, node.name) for method in node.body if isinstance(method, ast.FunctionDef))
        elif isinstance(node, ast.If | ast.Try):
            yield from _definitions(node)


def compiled(unit: Unit) -> types.CodeType:
    """The code of the unit's syntax tree as it is now, whose new nodes have places too. Raises SyntaxError,
    ValueError."""
    node, decorators, loops = unit.node, unit.node.decorator_list, _loops(unit)
    node.decorator_list = []
    for loop, turn in loops:
        loop.body.insert(0, turn)
    try:
        code = compile(_around(unit), unit.file, "exec", dont_inherit=True)
    finally:
        node.decorator_list = decorators
        for loop, _ in loops:
            del loop.body[0]
    return _code_in(code, node.name)


@functools.lru_cache(maxsize=64)
def _around(unit: Unit) -> ast.Module:
    """A module with nothing but the unit, in its class if it has one."""
    if not unit.holder:
        return ast.Module([unit.node], [])
    holder = ast.fix_missing_locations(ast.ClassDef(unit.holder, [], [], [], []))
    holder.body = [unit.node]
    return ast.Module([holder], [])


@functools.lru_cache(maxsize=64)
def _loops(unit: Unit) -> list[tuple[ast.While | ast.For, ast.Expr]]:
    """The loops of a unit, each with the statement that counts its turns."""
    loops = [loop for loop in ast.walk(unit.node) if isinstance(loop, ast.While | ast.For)]
    return [(loop, ast.fix_missing_locations(_turn())) for loop in loops]


def _turn() -> ast.Expr:
    return ast.Expr(ast.Call(ast.Name(TURN, ast.Load()), [], []))


def _compiled(module: ast.Module, unit: Unit) -> types.CodeType:
    """The code of the unit in a module, with a count of the turns of its loops: a `for` loop over a list that
    grows has no end either."""
    loops = [loop for loop in ast.walk(module) if isinstance(loop, ast.While | ast.For)]
    for loop in loops:
        loop.body.insert(0, ast.Expr(ast.Call(ast.Name(TURN, ast.Load()), [], [])))
    try:
        code = compile(ast.fix_missing_locations(module), unit.file, "exec", dont_inherit=True)
    finally:
        for loop in loops:
            del loop.body[0]
    return _code_in(code, unit.node.name)


def compiled_with(unit: Unit, edit: Edit) -> types.CodeType:
    """The code of the unit with an edit of its text. Raises SyntaxError, ValueError."""
    source = unit.source
    start, end = source.span(unit.node)
    begin = source.begin_of(start)
    text = (source.raw[begin : edit.start] + edit.text.encode() + source.raw[edit.end : end]).decode()
    if unit.holder:
        text = f"class {unit.holder}:\n{text}"
    elif begin < start:
        text = f"if True:\n{text}"
    return _compiled(ast.parse(text), unit)


def _code_in(code: types.CodeType, name: str) -> types.CodeType:
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            if constant.co_name == name:
                return constant
            with contextlib.suppress(ValueError):
                return _code_in(constant, name)
    raise ValueError(f"no code of {name}")


@contextlib.contextmanager
def swapped(function: types.FunctionType, code: types.CodeType) -> Iterator[None]:
    """The function runs this code inside the block. Raises ValueError if the code takes other closures."""
    before = function.__code__
    function.__code__ = code
    try:
        yield
    finally:
        function.__code__ = before
