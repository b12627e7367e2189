"""What a candidate is given to load, and what the examiner is told about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.values import Order, PackFiles


def load_of(order: Order, files: Mapping[str, bytes], pack: PackFiles) -> dict[str, Any]:
    """The data for a candidate: the files to grade, the names asked for, the pack's support files."""
    names, answers = list(order.names), list(order.answers)
    return {"files": dict(files), "names": names, "answers": answers, "support": _below("support/", pack)}


def solution_of(pack: PackFiles) -> dict[str, bytes]:
    """The files of the pack's solution, by name."""
    return _below("solution/", pack)


def _below(folder: str, pack: PackFiles) -> dict[str, bytes]:
    return {path.removeprefix(folder): data for path, data in pack.files if path.startswith(folder)}


def runs(load: Mapping[str, Any]) -> bool:
    """Whether what was handed in is run: a text that only our kit reads can't tell what a test draws."""
    return "bridge.py" in load["support"] or any(name.endswith(".py") for name in load["files"])


def sources(load: Mapping[str, Any]) -> dict[str, str]:
    """The texts of the submitted files by name, for `student.source`; the files asked for come first."""
    files: Mapping[str, bytes] = load["files"]
    names = [n for n in load["names"] if n in files] + [n for n in files if n not in load["names"]]
    return {n: files[n].decode("utf-8-sig", "replace") for n in names}
