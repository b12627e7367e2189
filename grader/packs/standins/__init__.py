"""Stand-ins that a pack may switch on for libraries that submissions import and never need."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

MATPLOTLIB = "animation axes axes3d cm collections colors figure gridspec lines patches pyplot ticker"
PASS_ON = b"from matplotlib import __getattr__\n"


def stand_in_files(names: Iterable[str]) -> dict[str, bytes]:
    """The (path, bytes) that a pack's support/ gets for these stand-ins; "matplotlib" is the one there is."""
    files: dict[str, bytes] = {}
    for name in names:
        drawing = Path(__file__).with_name("drawing.py").read_bytes()
        files[f"support/{name}/__init__.py"] = drawing
        files |= {f"support/{name}/{part}.py": PASS_ON for part in MATPLOTLIB.split()}
        files["support/mpl_toolkits/__init__.py"] = b""
        files["support/mpl_toolkits/mplot3d.py"] = PASS_ON
    return files
