"""Stand-ins: empty replacements that a pack may enable for libraries that submissions don't really need."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

MATPLOTLIB = "animation axes axes3d cm collections colors figure gridspec lines patches pyplot ticker"
PASS_ON = b"from matplotlib import __getattr__\n"


def stand_in_files(names: Iterable[str]) -> dict[str, bytes]:
    """The files (bytes by path) that these stand-ins add to a pack's support/. Only "matplotlib" exists."""
    files: dict[str, bytes] = {}
    for name in names:
        files[f"support/{name}/__init__.py"] = drawing()
        files |= {f"support/{name}/{part}.py": PASS_ON for part in MATPLOTLIB.split()}
        files["support/mpl_toolkits/__init__.py"] = b""
        files["support/mpl_toolkits/mplot3d.py"] = PASS_ON
    return files


@cache
def drawing() -> bytes:
    """The module that stands in for a library; read once, since a sandboxed reader can't read it later."""
    return Path(__file__).with_name("drawing.py").read_bytes()
