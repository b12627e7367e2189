"""A reader's process: one zip of a pack comes in, its reading goes out. It runs none of the pack's code."""

from __future__ import annotations

import importlib
import os
import pkgutil
import resource
from collections.abc import Callable

from grader.packs.archive import zip_files
from grader.packs.rendering import made_by, read_archive
from grader.packs.standins import read_all
from grader.values.codec import encode
from grader.wire import RUNNER_BOUNDS, Channel, Closed

_LIBRARIES = ("markdown_it", "mdit_py_plugins.dollarmath", "mdurl")
_SAMPLE = {
    "pack.toml": b"""format = 1
id = "warm"
title = "Warm"
runtime = "numpy"
total = 1
files = [{ name = "own.py", kind = "python", defines = ["f"] }]
[[tests]]
id = "test_f"
title = "f"
points = 0.5
visibility = "visible"
limits = { cpu_s = 1.5 }
[[tests]]
id = "test_g"
title = "g"
points = 0.5
visibility = "hidden"
[[mistakes]]
id = "no_minus"
why = "The sign is missing."
fails = ["test_f"]
edit = [{ old = "-x", new = "x" }]
""",
    "handout.md": "# Warm\n\n$$\\frac{x_1}{2}$$\n\n| a | $b$ |\n|---|---|\n| `1` | é |\n".encode(),
    "starter/own.py": b"def f(x):\n    pass\n",
    "solution/own.py": b"def f(x):\n    return -x\n",
    "tests/test_own.py": b"def test_f(): pass\n",
}


def prepare() -> None:
    """In the fork-server, before any job: import and use once what reading a pack needs, with and without
    faults, since files can't be read later."""
    for name in _LIBRARIES:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(getattr(package, "__path__", ()), f"{name}."):
            if not module.name.endswith("__main__") and ".cli" not in module.name:
                importlib.import_module(module.name)
    read_all()
    made_by()
    faulty = {**_SAMPLE, "pack.toml": _SAMPLE["pack.toml"].replace(b'"f"', b"2").replace(b"why", b"wy")}
    for files in (_SAMPLE, faulty, {"pack.toml": b"= ["}):
        read_archive(zip_files(files, "warm"))


def warm() -> None:
    """Do nothing: the fork-server has read a pack before."""


def serve(fd: int, _tighten: Callable[[], None]) -> None:
    """Answer one `read` message. What is being read goes to the output, for the message about a time-out."""
    channel = Channel(fd, RUNNER_BOUNDS, own=True)
    try:
        request = channel.receive().value
        resource.setrlimit(resource.RLIMIT_AS, (request["memory_bytes"], request["memory_bytes"]))
        resource.setrlimit(resource.RLIMIT_CPU, (request["cpu_s"], request["cpu_s"]))
        channel.send("reading", encode(read_archive(bytes(request["zip"]), _say)))
    except Closed:
        return


def _say(phase: str) -> None:
    os.write(1, f"{phase}\n".encode())
