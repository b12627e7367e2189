"""Submitted files and support files as modules that are imported from memory, never from a folder."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import linecache
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from types import CodeType, ModuleType

from grader.wire.names import LIBRARIES

AVAILABLE = "only the standard library and numpy are available here"


def source_text(raw: bytes) -> str:
    """The text of a Python file in the encoding that it names (else UTF-8), without a byte-order mark, line
    ends as \\n. Where Python could not read it, the text as UTF-8."""
    try:
        return importlib.util.decode_source(raw)
    except (SyntaxError, ValueError, LookupError):
        return raw.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")


class MemoryModules(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds the submission's modules, after the standard library and numpy; support files come first.

    Raises ModuleNotFoundError for an unknown name, with a message that says what can be imported.
    """

    def __init__(
        self,
        support: Mapping[str, bytes],
        submitted: Mapping[str, bytes],
        importing: Callable[[str], AbstractContextManager[None]] = lambda name: nullcontext(),
        expected: Sequence[str] = (),
    ) -> None:
        """`importing` surrounds the import of each module, by its name; `expected` are the files that the
        pack asks for."""
        self._expected = frozenset(expected)
        self._importing = importing
        self.files = {**submitted, **support}
        self.sources: dict[str, tuple[str, bool]] = {}  # module -> (file name, is it a package)
        for path in self.files:
            if path.endswith(".py"):
                parts = path[:-3].split("/")
                package = parts[-1] == "__init__"
                self.sources[".".join(parts[:-1] if package else parts)] = (path, package)
        for file in self.files:  # a folder is a package even without an __init__
            folders = file.split("/")[:-1]
            for depth in range(1, len(folders) + 1):
                self.sources.setdefault(".".join(folders[:depth]), ("", True))

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name in self.sources:
            file, package = self.sources[name]
            return importlib.machinery.ModuleSpec(name, self, origin=file or None, is_package=package)
        if "." not in name:
            raise ModuleNotFoundError(self._why_missing(name), name=name)
        return None

    def _why_missing(self, name: str) -> str:
        """A library that is not here, or a file that was not handed in."""
        if name in LIBRARIES:
            return f"No module named {name!r}: {AVAILABLE}"
        return f"{name}.py was not handed in" + (
            "" if f"{name}.py" in self._expected else f", and {AVAILABLE}"
        )

    def get_source(self, fullname: str) -> str:
        file, _ = self.sources[fullname]
        return source_text(self.files[file]) if file else ""

    def get_code(self, fullname: str) -> CodeType:
        file, _ = self.sources[fullname]
        show_lines(file, self.get_source(fullname))
        # the bytes, not the text: Python refuses a file that names an encoding which it can't read
        return compile(self.files.get(file, b""), file, "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:
        name = module.__spec__.name if module.__spec__ else module.__name__
        module.__file__ = self.sources[name][0]
        code = self.get_code(name)
        with self._importing(name):
            exec(code, module.__dict__)

    def install(self) -> None:
        sys.meta_path.append(self)


def show_lines(file: str, text: str) -> None:
    """Make tracebacks show the lines of this file."""
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
