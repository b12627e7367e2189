"""Packs: an assignment's tests, handout, starter, solution and known mistakes in a folder."""

from grader.packs.archive import load_zip, write_zip
from grader.packs.errors import PackError
from grader.packs.folder import find, load, read_folder
from grader.packs.manifest import FileRow, Manifest, MistakeRow, TestRow
from grader.packs.outline import Outline, StoredOutline
from grader.packs.pack import Pack, Reading

__all__ = [
    "FileRow",
    "Manifest",
    "MistakeRow",
    "Outline",
    "Pack",
    "PackError",
    "Reading",
    "StoredOutline",
    "TestRow",
    "find",
    "load",
    "load_zip",
    "read_folder",
    "write_zip",
]
