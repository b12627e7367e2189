"""Packs: an assignment's tests, handout, starter, solution and known mistakes in a folder."""

from grader.pack.archive import load_zip
from grader.pack.faults import Fault, PackError
from grader.pack.folder import find, load, read_folder
from grader.pack.manifest import FileRow, Manifest, MistakeRow, TestRow
from grader.pack.pack import Pack, Reading

__all__ = [
    "Fault",
    "FileRow",
    "Manifest",
    "MistakeRow",
    "Pack",
    "PackError",
    "Reading",
    "TestRow",
    "find",
    "load",
    "load_zip",
    "read_folder",
]
