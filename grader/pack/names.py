"""Does the handout ask for functions that the starter does not have? Texts are searched, nothing is parsed.

A function is named where a code span in a line is a call and nothing else: `forward(params, x)`. Calls of
something's method, of Python's own functions, and of names of one letter (`f(x)` is mathematics) are
let be, and so is all of a pack that asks for no Python.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator

from grader.pack.faults import Fault
from grader.pack.handout import code_spans
from grader.pack.pack import Pack

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


def _has(text: str, name: str) -> bool:
    """Whether a line of Python in the text defines, assigns or imports the name."""
    defined = rf"^\s*(async\s+def|def|class)\s+{name}\b|^\s*{name}\s*(:[^=\n]*)?=[^=]"
    return re.search(rf"{defined}|^\s*(from\s.*)?\bimport\b.*\b{name}\b", text, re.MULTILINE) is not None
