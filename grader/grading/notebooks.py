"""Says what to do with a notebook, its export, or lines copied from one, instead of a Python file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.grading.client import FileScan
from grader.values.faults import Fault

EXPORT = (
    "is a Jupyter notebook, not a Python file. Export it as Python (Jupyter: File, Save and Export Notebook "
    "As, Executable Script; Colab: File, Download, Download .py; VS Code: Export, Python Script), delete the "
    "lines with get_ipython(), and hand in that .py file."
)
_KEYS = re.compile(rb'"(nbformat|cell_type|worksheets)"\s*:')
_COMMAND = re.compile(
    r"\s*(%{1,2}|!)\s?[A-Za-z./~(]"
    r"|\s*\w[\w, ]*=\s*(%[A-Za-z]|!\s?[\w./]+\s+\S)"
)
_HELP = re.compile(r"\s*\?{1,2}[\w.]+|\s*[\w.]+\?{1,2}\s*$")
_PROMPT = re.compile(r"\s*(>>> ?|In ?\[\d*\]:|Out ?\[\d*\]:|\.\.\. )")
_USES = {
    "get_ipython": "get_ipython() exists only in a notebook: this file is a notebook's export. Delete the "
    "lines that contain it; they come from its commands, such as %matplotlib inline.",
    "display": "display() exists only in a notebook; use print(), or delete the line.",
    "input": "input() asks a question while the file is imported, and nobody answers; delete the line, or "
    "move it into a function that the tests don't call.",
}


def is_notebook(data: bytes) -> bool:
    """Whether these bytes are the JSON of a notebook, whole or cut off."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[") and bool(_KEYS.search(data))


def not_python(line: str) -> str:
    """What a line that Python can't read was copied from, and what to do; "" if that is not known."""
    if _PROMPT.match(line):
        return (
            "The line begins with the prompt of a Python shell or notebook; delete the prompts, such as >>>."
        )
    if _COMMAND.match(line) or _HELP.match(line):
        return "The line is a notebook's command, not Python; delete the lines that begin with %, ! or ?."
    return ""


def notebook_faults(scan: FileScan) -> Iterator[Fault]:
    """A fault for each call of what exists only in a notebook, or needs a person."""
    for use in scan.uses:
        if use.name in _USES:
            yield Fault.of_file(scan.name, _USES[use.name], line=use.line)
