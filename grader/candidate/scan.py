"""What a file says without being run: its syntax errors, the names it defines, its imports."""

from __future__ import annotations

import ast
import re
import warnings
from typing import Any

from grader.candidate.modules import source_text
from grader.candidate.texts import TextFile

_PYTHON_2 = re.compile(r"^\s*(print\s+[^(=\s]|exec\s+['\"]|raise\s+\w+\s*,|except\s+\w+\s*,\s*\w+\s*:)", re.M)


def scan(name: str, raw: bytes) -> dict[str, Any]:
    """The facts of one file: name, error (or None), line, column, text of the line, python2 (whether it
    looks like Python 2), functions, classes, imports (top-level module names).

    For a file that is not Python: TextFile.facts.
    """
    if not name.endswith(".py"):
        return {**_fault(name, None, None, None, "", False), **TextFile(name, raw).facts()}
    try:
        text = source_text(raw)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text, name)
            compile(tree, name, "exec", dont_inherit=True)
    except SyntaxError as e:
        return _fault(name, e.msg, e.lineno, e.offset, (e.text or "").rstrip("\n"), _is_python_2(raw))
    except (ValueError, RecursionError, MemoryError) as e:
        return _fault(name, f"the file can't be read as Python: {e}"[:300], None, None, "", False)
    return {**_fault(name, None, None, None, "", False), **_names(tree)}


def _fault(
    name: str, error: str | None, line: int | None, column: int | None, text: str, python2: bool
) -> dict[str, Any]:
    return {
        "name": name, "error": error, "line": line, "column": column, "text": text[:300], "python2": python2,
        "functions": [], "classes": [], "imports": [],
    }  # fmt: skip


def _is_python_2(raw: bytes) -> bool:
    return bool(_PYTHON_2.search(raw.decode("utf-8", "replace")))


def _names(tree: ast.Module) -> dict[str, list[str]]:
    functions: set[str] = set()
    classes: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            functions.add(node.name)
        elif isinstance(node, ast.ClassDef):
            classes.add(node.name)
        elif isinstance(node, ast.Assign):
            functions.update(t.id for t in node.targets if isinstance(t, ast.Name))
        elif isinstance(node, ast.ImportFrom):
            functions.update(a.asname or a.name for a in node.names)
    imports: set[str] = set()
    for any_node in ast.walk(tree):
        if isinstance(any_node, ast.Import):
            imports.update(a.name.split(".")[0] for a in any_node.names)
        elif isinstance(any_node, ast.ImportFrom) and any_node.module and not any_node.level:
            imports.add(any_node.module.split(".")[0])
    return {
        "functions": sorted(functions)[:500],
        "classes": sorted(classes)[:500],
        "imports": sorted(imports)[:200],
    }
