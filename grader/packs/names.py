"""Do handout and pack.toml ask for functions that nobody has? Texts are searched, nothing is parsed.

A function is named where a code span in a line is a call and nothing else: `forward(params, x)`. Calls of
something's method, of Python's own functions, and of names of one letter (`f(x)` is mathematics) are
let be, and so is all of a pack that asks for no Python.
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
_MEANT = "write it in the starter, or show it as mathematics"


def handout_faults(pack: Pack) -> Iterator[Fault]:
    """Every function that the handout names and neither starter nor support has, once."""
    if not pack.manifest.python_files:
        return
    given = {**pack.below("starter"), **pack.below("support")}
    texts = [data.decode("utf-8", "replace") for path, data in given.items() if path.endswith(".py")]
    seen: set[str] = set()
    for line, span in code_spans(pack.handout):
        call = _CALL.match(span)
        if call is None or call[1] in seen or hasattr(builtins, call[1]):
            continue
        seen.add(call[1])
        if not any(_has(text, call[1]) for text in (*texts, pack.handout)):
            rule = f"starter/ has no function {call[1]}: {_MEANT}"
            yield Fault("handout.md", "", f"`{span}`", rule, line)


def defines_faults(pack: Pack) -> Iterator[Fault]:
    """Every name that `defines` asks students for and the solution does not even mention."""
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
