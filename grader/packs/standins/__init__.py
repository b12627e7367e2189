"""Stand-ins: empty replacements that a pack may enable for libraries that submissions don't really need."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

StandIn = Literal["matplotlib", "pylab", "seaborn", "scipy", "pandas", "tqdm", "IPython"]
_PLOTTING = {"matplotlib": "inert.py", "mpl_toolkits": "inert.py", "pylab": "pylab.py"}
_SOURCES = {
    **dict.fromkeys(("matplotlib", "pylab"), _PLOTTING),
    **{name: {name: "inert.py"} for name in ("seaborn", "scipy", "pandas", "IPython")},
    "tqdm": {"tqdm": "progress.py"},
}


def stand_in_modules(names: Iterable[str]) -> frozenset[str]:
    """The top-level modules that these stand-ins provide."""
    return frozenset(module for name in names for module in _SOURCES[name])


def stand_in_files(names: Iterable[str]) -> dict[str, bytes]:
    """The files (bytes by path) that these stand-ins add to a pack's support/."""
    return {
        f"support/{module}/__init__.py": source_of(source)
        for name in names
        for module, source in _SOURCES[name].items()
    }


@cache
def source_of(name: str) -> bytes:
    """A file of this folder; read once, since a sandboxed reader can't read it later."""
    return Path(__file__).with_name(name).read_bytes()


def read_all() -> None:
    """Read every file that a stand-in may need."""
    for sources in _SOURCES.values():
        for name in sources.values():
            source_of(name)
