"""Finds names that handout, pack.toml and files do not all have. Nothing is parsed.

The handout names a function where a code span is exactly one call: `forward(params, x)`. Not checked are
calls of methods, of Python's built-in functions, and of names of one letter (`f(x)` is mathematics), and
packs that ask for no Python file.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator

from grader.packs.handout import code_spans
from grader.packs.lines import Lines, row_of
from grader.packs.pack import Pack
from grader.values.faults import Fault

_CALL = re.compile(r"^([A-Za-z_]\w+)\(.*\)$", re.DOTALL)
_ADVICE = "add it to the starter, or write it as a formula"


def unnamed_faults(pack: Pack) -> Iterator[Fault]:
    """A fault for each name in `defines` that the handout does not contain: students can't know it."""
    data = pack.files["pack.toml"]
    for row in pack.manifest.files:
        for name in row.defines:
            if not re.search(rf"(?<![A-Za-z0-9_]){name}(?![A-Za-z0-9_])", pack.handout):
                place = f"{row_of(data, 'files', 'name', row.name)}.defines"
                rule = "handout.md does not name it, so students can't know that it is asked for"
                yield Fault("pack.toml", place, f'"{name}"', rule, Lines(data).of(place))


def handout_faults(pack: Pack) -> Iterator[Fault]:
    """A fault for each function that the handout names and neither starter nor support defines."""
    if not pack.manifest.python_files:
        return
    files = {**pack.below("starter"), **pack.below("support")}
    texts = [data.decode("utf-8", "replace") for path, data in files.items() if path.endswith(".py")]
    names: set[str] = set()
    for line, span in code_spans(pack.handout):
        call = _CALL.match(span)
        if call is None or call[1] in names or hasattr(builtins, call[1]):
            continue
        names.add(call[1])
        if not any(_has(text, call[1]) for text in (*texts, pack.handout)):
            rule = f"starter/ has no function {call[1]}: {_ADVICE}"
            yield Fault("handout.md", "", f"`{span}`", rule, line)


def defines_faults(pack: Pack) -> Iterator[Fault]:
    """A fault for each name in `defines` that the solution does not contain."""
    data = pack.files["pack.toml"]
    for row in pack.manifest.files:
        solution = pack.files.get(f"solution/{row.name}")
        for name in row.defines if solution is not None and row.kind == "python" else ():
            if not re.search(rf"\b{name}\b", (solution or b"").decode("utf-8", "replace")):
                place = f"{row_of(data, 'files', 'name', row.name)}.defines"
                rule = f"solution/{row.name} has no such name"
                yield Fault("pack.toml", place, f'"{name}"', rule, Lines(data).of(place))


def _has(text: str, name: str) -> bool:
    """Whether a line of Python in the text defines, assigns or imports the name."""
    defined = rf"^\s*(async\s+def|def|class)\s+{name}\b|^\s*{name}\s*(:[^=\n]*)?=[^=]"
    return re.search(rf"{defined}|^\s*(from\s.*)?\bimport\b.*\b{name}\b", text, re.MULTILINE) is not None
