"""Packs: an assignment's tests, handout, starter, solution and known mistakes in a folder."""

from grader.pack.archive import load_zip
from grader.pack.faults import Fault, PackError
from grader.pack.folder import find, load
from grader.pack.manifest import FileRow, Manifest, MistakeRow, TestRow
from grader.pack.pack import Pack

__all__ = [
    "Fault",
    "FileRow",
    "Manifest",
    "MistakeRow",
    "Pack",
    "PackError",
    "TestRow",
    "find",
    "load",
    "load_zip",
]
