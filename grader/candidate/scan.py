"""What a file says without being run: its syntax errors, the names it defines, its imports."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Sequence
from typing import Any

from grader.candidate.bindings import Bindings, bindings, library_names
from grader.candidate.notebook import notebook_uses
from grader.candidate.texts import TextFile

_PYTHON_2 = re.compile(r"^\s*(print\s+[^(=\s]|exec\s+['\"]|raise\s+\w+\s*,|except\s+\w+\s*,\s*\w+\s*:)", re.M)


MOST_NAMES = 4000
"""Names of all files together that are sent back; of a file with more, the others are `hidden`."""
TOO_DEEP = Bindings(hidden=("statements that are nested too deeply", 0, ""))


def scan_files(files: Sequence[tuple[str, bytes]]) -> list[dict[str, Any]]:
    """The facts of each file of a submission; what a file imports from another one of them is followed."""
    submission = Submission(files)
    return [submission.facts(name) for name, _ in files]


def scan(name: str, raw: bytes) -> dict[str, Any]:
    """The facts of one file: name, error (or None), line, column, text of the line, python2 (whether it
    looks like Python 2), functions, classes, modules (names that `import` makes), imports (modules).
    As lists of [name, line, how]: maybe, gone, hidden (see Bindings), uses (what works only in a notebook),
    takes (names imported from another submitted file); end, the line that ends the import, 0 if none does.

    For a file that is not Python: TextFile.facts.
    """
    return scan_files([(name, raw)])[0]


class Submission:
    """The files of a submission, each parsed once."""

    def __init__(self, files: Sequence[tuple[str, bytes]]) -> None:
        self._files = dict(files)
        self._trees: dict[str, ast.Module | dict[str, Any]] = {}
        self._found: dict[str, Bindings] = {}
        self._following: set[str] = set()

    def facts(self, name: str) -> dict[str, Any]:
        """The facts of this file, as `scan` describes them."""
        if not name.endswith(".py"):
            return {**_fault(name, None, None, None, "", False), **TextFile(name, self._files[name]).facts()}
        tree = self._tree(name)
        if isinstance(tree, dict):
            return tree
        return {**_fault(name, None, None, None, "", False), **self._names(name, tree)}

    def _tree(self, name: str) -> ast.Module | dict[str, Any]:
        if name not in self._trees:
            self._trees[name] = _parsed(name, self._files[name])
        return self._trees[name]

    def _bindings(self, name: str) -> Bindings:
        tree = self._tree(name)
        if name not in self._found:
            self._following.add(name)
            try:
                assert isinstance(tree, ast.Module)
                self._found[name] = bindings(tree, self._names_of)
            except RecursionError:
                self._found[name] = TOO_DEEP
            finally:
                self._following.discard(name)
        return self._found[name]

    def _names_of(self, module: str) -> set[str] | None:
        """The names of `from module import *`; None if they can't be seen."""
        name = f"{module}.py"
        if name not in self._files:
            return library_names(module)
        tree = self._tree(name)
        if isinstance(tree, dict) or name in self._following:
            return None
        found = self._bindings(name)
        if found.hidden or found.maybe or "__all__" in found.sure:
            return None
        return {own for own in found.sure if not own.startswith("_")}

    def _names(self, name: str, tree: ast.Module) -> dict[str, Any]:
        found = self._bindings(name)
        most = MOST_NAMES // len(self._files)
        classes = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)} & found.sure
        functions = sorted(found.sure - classes - found.modules)
        hidden = found.hidden or (
            ("so many names that not all were read", 0, "") if len(functions) > most else None
        )
        return {
            "functions": functions[:most],
            "classes": sorted(classes)[:most],
            "imports": sorted(_imports(tree))[:200],
            "modules": sorted(found.modules & found.sure)[:most],
            "maybe": [list(spot) for spot in found.maybe[:most]],
            "gone": [list(spot) for spot in found.gone[:most]],
            "hidden": [list(hidden)] if hidden else [],
            "uses": [list(use) for use in notebook_uses(tree)],
            "takes": self._takes(tree)[:most],
            "end": found.end,
        }

    def _takes(self, tree: ast.Module) -> list[list[Any]]:
        """[name, line, file] of what the file imports by name from other files of the submission."""
        return [
            [alias.name, node.lineno, f"{node.module}.py"]
            for node in tree.body
            if isinstance(node, ast.ImportFrom) and f"{node.module}.py" in self._files and not node.level
            for alias in node.names
            if alias.name != "*"
        ]


def _parsed(name: str, raw: bytes) -> ast.Module | dict[str, Any]:
    """The tree of a file, or the facts of one that can't be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(raw, name)
            compile(tree, name, "exec", dont_inherit=True)
    except SyntaxError as e:
        return _fault(name, e.msg, e.lineno, e.offset, (e.text or "").rstrip("\n"), _is_python_2(raw))
    except (ValueError, RecursionError, MemoryError) as e:
        why = str(e) or "it is nested too deeply"
        return _fault(name, f"the file can't be read as Python: {why}"[:300], None, None, "", False)
    return tree


def _fault(
    name: str, error: str | None, line: int | None, column: int | None, text: str, python2: bool
) -> dict[str, Any]:
    return {
        "name": name, "error": error, "line": line, "column": column, "text": text[:300], "python2": python2,
        "functions": [], "classes": [], "imports": [], "modules": [],
        "maybe": [], "gone": [], "hidden": [], "uses": [], "takes": [], "end": 0,
    }  # fmt: skip


def _is_python_2(raw: bytes) -> bool:
    return bool(_PYTHON_2.search(raw.decode("utf-8", "replace")))


def _imports(tree: ast.Module) -> set[str]:
    imports: set[str] = set()
    for any_node in ast.walk(tree):
        if isinstance(any_node, ast.Import):
            imports.update(a.name.split(".")[0] for a in any_node.names)
        elif isinstance(any_node, ast.ImportFrom) and any_node.module and not any_node.level:
            imports.add(any_node.module.split(".")[0])
    return imports
