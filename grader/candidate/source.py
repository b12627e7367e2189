"""Finds the student's functions. Each file is imported at its first call; its error, if any, is kept."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from grader.candidate.texts import TextFile
from grader.wire.names import similar_name


class MissingName(Exception):
    """A function or file that the tests use is missing; the text is a message for the student."""


class StudentModules:
    """The submission as the tests use it.

    `names` are the files that the pack expects. If the pack has a bridge, all calls go to the bridge.
    Otherwise a function of a single file is named without its file, of several files as `module.function`.
    A file that is not Python is a TextFile; `answers` are the names of answers that the pack asks for.
    """

    def __init__(
        self, names: Sequence[str], bridged: bool, files: Mapping[str, bytes], answers: Sequence[str] = ()
    ) -> None:
        python = [n.removesuffix(".py") for n in names if n.endswith(".py")]
        self.files = frozenset(files)
        texts = {} if bridged else {n.rpartition(".")[0]: n for n in names if not n.endswith(".py")}
        self.modules = ["bridge"] if bridged else [*python, *texts]
        # a student knows nothing of a bridge: what it lacks is missing in their own files
        shown = [n for n in names if n.endswith(".py")] or names
        self._shown = " or ".join(shown) if bridged else ""
        self._loaded: dict[str, ModuleType | TextFile | BaseException] = {
            module: TextFile(n, files[n], answers) if n in files else MissingName(f"{n} was not submitted")
            for module, n in texts.items()
        }

    def find(self, path: str) -> Any:
        """The object at "function" or "module.function". Raises MissingName, or at every call the
        error that the import of the file raised."""
        module_name, attributes = self._split(path)
        target: Any = self._module(module_name)
        for name in attributes.split("."):
            target = _attribute(target, name, self._shown or f"{module_name}.py")
        return target

    def load(self, path: str) -> None:
        """Import the file in which `find` looks for this path; its error is raised when it is called."""
        with contextlib.suppress(BaseException):
            self._module(self._split(path)[0])

    def _split(self, path: str) -> tuple[str, str]:
        """The module of a path, and the names in it."""
        module, _, attributes = path.partition(".")
        return (module, attributes) if module in self.modules and attributes else (self.modules[0], path)

    def _module(self, name: str) -> ModuleType | TextFile:
        if name not in self._loaded:
            try:
                self._loaded[name] = importlib.import_module(name)
            except ModuleNotFoundError as e:
                missing = e.name == name and f"{name}.py was not submitted"
                self._loaded[name] = MissingName(missing) if missing else e
            except BaseException as e:  # a SystemExit at import is reported too
                self._loaded[name] = e
        module = self._loaded[name]
        if isinstance(module, BaseException):
            raise module
        return module


def _attribute(holder: Any, name: str, file: str) -> Any:
    try:
        return getattr(holder, name)
    except AttributeError:
        pass
    names = [n for n in vars(holder) if not n.startswith("_") and callable(vars(holder)[n])]
    own = [n for n in names if getattr(vars(holder)[n], "__module__", "") == getattr(holder, "__name__", "")]
    message = f"{name} is not defined in {file}"
    if similar := similar_name(name, names):
        message = f"`{similar}` found, `{name}` expected, in {file}"
    elif holders := [n for n in own if isinstance(vars(holder)[n], type) and name in vars(vars(holder)[n])]:
        message += f"; its class {holders[0]} has a method of this name, but the tests call a function"
    elif own:
        message += f"; it defines {', '.join(sorted(own)[:8])}"
    raise MissingName(message)
