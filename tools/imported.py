"""`imported.py SOURCE DESTINATION NAME...`: copy the modules of a source tree that these need, no others.

A named package is copied whole; of other packages, only the modules that are imported. Imports are read from
the files, nothing is run. It uses only the standard library, so it works before anything is installed.
"""

from __future__ import annotations

import ast
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path


def file_of(tree: Path, module: str) -> Path | None:
    """The file of a module or package in the tree; None if the tree has no such module."""
    place = tree / module.replace(".", "/")
    files = (place / "__init__.py", place.with_suffix(".py"))
    return next((file for file in files if file.is_file()), None)


def _names(file: Path) -> Iterator[str]:
    """Every module name that the import statements of the file may mean, also those inside functions."""
    for node in ast.walk(ast.parse(file.read_bytes(), str(file))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise ValueError(
                    f"{file}:{node.lineno} imports relatively; only absolute imports are followed"
                )
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
            yield str(node.module)


def needed(tree: Path, names: list[str]) -> set[Path]:
    """The files of these modules and packages, of everything they import, and of the packages around them.

    Raises ValueError for a name that isn't in the tree and for a relative import.
    """
    files: set[Path] = set()
    waiting = list(names)
    for name in names:
        file = file_of(tree, name)
        if file is None:
            raise ValueError(f"{name} is not a module of {tree}")
        if file.name == "__init__.py":
            inside = (path.relative_to(tree).with_suffix("") for path in file.parent.rglob("*.py"))
            waiting += [".".join(path.parts).removesuffix(".__init__") for path in inside]
    while waiting:
        name = waiting.pop()
        file = file_of(tree, name)
        if file is not None and file not in files:
            files.add(file)
            waiting += _names(file)
        if "." in name:
            waiting.append(name.rpartition(".")[0])
    return files


def copy(tree: Path, destination: Path, names: list[str]) -> None:
    """Copy the needed files to the destination, with the same folders. Raises ValueError as `needed` does."""
    for file in needed(tree, names):
        target = destination / file.relative_to(tree)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)


if __name__ == "__main__":
    copy(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
