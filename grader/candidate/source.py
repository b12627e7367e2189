"""Finds the student's functions: lazily, each file by its first call, a failure kept."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from grader.candidate.texts import TextFile


class MissingName(Exception):
    """A function or file that the tests call is not there; the text is for the student."""


class StudentModules:
    """The submission as the tests address it.

    `names` are the files asked for. A bridge stands before them all; else one file is
    addressed without its name, several as `module.function`. What is no Python file is a TextFile.
    """

    def __init__(self, names: Sequence[str], bridged: bool, files: Mapping[str, bytes]) -> None:
        python = [n.removesuffix(".py") for n in names if n.endswith(".py")]
        texts = {} if bridged else {n.rpartition(".")[0]: n for n in names if not n.endswith(".py")}
        self.modules = ["bridge"] if bridged else [*python, *texts]
        self._loaded: dict[str, ModuleType | TextFile | BaseException] = {
            module: TextFile(n, files[n]) if n in files else MissingName(f"{n} was not handed in")
            for module, n in texts.items()
        }

    def find(self, path: str) -> Any:
        """The object at "function" or "module.function". Raises MissingName, or whatever the
        import of the file raises, again at every call."""
        module_name, _, rest = path.partition(".")
        if module_name not in self.modules or not rest:
            module_name, rest = self.modules[0], path
        found: Any = self._module(module_name)
        for name in rest.split("."):
            found = _attribute(found, name, f"{module_name}.py")
        return found

    def _module(self, name: str) -> ModuleType | TextFile:
        if name not in self._loaded:
            try:
                self._loaded[name] = importlib.import_module(name)
            except ModuleNotFoundError as e:
                missing = e.name == name and f"{name}.py was not handed in"
                self._loaded[name] = MissingName(missing) if missing else e
            except BaseException as e:  # SystemExit at import too is an answer
                self._loaded[name] = e
        found = self._loaded[name]
        if isinstance(found, BaseException):
            raise found
        return found


def _attribute(holder: Any, name: str, file: str) -> Any:
    try:
        return getattr(holder, name)
    except AttributeError:
        pass
    names = [n for n in vars(holder) if not n.startswith("_") and callable(vars(holder)[n])]
    near = difflib.get_close_matches(name, names, 1, 0.6) or [n for n in names if n.lower() == name.lower()]
    text = f"{name} is not defined in {file}"
    if near:
        text = f"`{near[0]}` found, `{name}` expected, in {file}"
    elif names:
        text += f"; it defines {', '.join(sorted(names)[:8])}"
    raise MissingName(text)
