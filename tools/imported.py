"""`imported.py SOURCE DESTINATION NAME...`: copy the modules of a tree that these ones need, and no others.

A named package is copied whole; of everything else only the modules that are imported on the way, followed
from file to file without running any. Standard library only: it works before anything is installed.
"""

from __future__ import annotations

import ast
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path


def file_of(tree: Path, module: str) -> Path | None:
    """The file of a module or package of the tree, None if the tree has none of this name."""
    place = tree / module.replace(".", "/")
    files = (place / "__init__.py", place.with_suffix(".py"))
    return next((file for file in files if file.is_file()), None)


def _names(file: Path) -> Iterator[str]:
    """Every name that an import statement of the file may mean, at any depth."""
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
    """The files of these modules and packages, and of all they import, their parents included.

    Raises ValueError for a name that isn't in the tree and for a relative import.
    """
    files: set[Path] = set()
    waiting = list(names)
    for name in names:
        file = file_of(tree, name)
        if file is None:
            raise ValueError(f"{name} is no module of {tree}")
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
    """Put what is needed below the destination, each file at its own place. Raises as `needed` does."""
    for file in needed(tree, names):
        target = destination / file.relative_to(tree)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)


if __name__ == "__main__":
    copy(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
