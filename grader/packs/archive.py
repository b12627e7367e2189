"""Packs as zip archives: read as untrusted input, and written with the same bytes every time."""

from __future__ import annotations

import copy
import io
import stat
import zipfile
import zlib
from collections.abc import Mapping

from grader.packs.errors import PackError
from grader.packs.pack import Pack
from grader.packs.paths import (
    LARGEST_FILE,
    LARGEST_PACK,
    MOST_FILES,
    clash_faults,
    is_ignored,
    path_rule,
    size_faults,
)
from grader.values.faults import Fault

LARGEST_ARCHIVE = 8_000_000  # bytes, packed
LARGEST_RATIO = 200
_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def load_zip(data: bytes) -> Pack:
    """The pack in this archive, at its top or in one folder; PackError lists every fault."""
    files = read_zip(data)
    folder, inner = _without_folder(files)
    return Pack.from_files(inner, folder)


def read_zip(data: bytes) -> dict[str, bytes]:
    """The archive's files: bytes by path. PackError if a limit or rule is broken. Nothing is
    written to disk, and nothing is unpacked before the header of every member is checked."""
    if len(data) > LARGEST_ARCHIVE:
        raise _error("size", f"{len(data)} bytes", f"must be at most {LARGEST_ARCHIVE} bytes")
    if data.count(b"PK\x01\x02") > 4 * MOST_FILES:  # each header has this mark
        raise _error("members", "far too many", f"must be at most {MOST_FILES}")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [info for info in archive.infolist() if not is_ignored(info.filename)]
            _check_members(members, len(data))
            return {info.filename: _unpack(archive, info) for info in members if not info.is_dir()}
    except _UNREADABLE as error:
        raise _error("", "", f"can't be read as a zip archive: {error}") from None


def write_zip(pack: Pack) -> bytes:
    """The pack as an archive in one folder, the same bytes every time."""
    return zip_files(pack.files, pack.id)


def zip_files(files: Mapping[str, bytes], folder: str) -> bytes:
    """An archive of these files in one folder: fixed order, dates and modes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, data in sorted(files.items()):
            info = zipfile.ZipInfo(f"{folder}/{path}", _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, data)
    return out.getvalue()


def _check_members(members: list[zipfile.ZipInfo], size: int) -> None:
    if len(members) > MOST_FILES:
        raise _error("members", str(len(members)), f"must be at most {MOST_FILES}")
    faults = [fault for info in members if (fault := _member_fault(info)) is not None]
    if (stated := sum(info.compress_size for info in members)) > size:
        rule = f"must fit into the archive, which has {size} bytes"
        faults.append(Fault("archive", "packed sizes", f"{stated} bytes", rule))
    names = [info.filename.rstrip("/") for info in members]
    twice = sorted({name for name in names if names.count(name) > 1})
    faults += [Fault(name, "path", "", "is in the archive twice") for name in twice]
    faults += clash_faults(names)
    faults += size_faults((info.filename, info.file_size) for info in members)
    if faults:
        raise PackError(faults)


def _member_fault(info: zipfile.ZipInfo) -> Fault | None:
    name = info.filename
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return Fault(name, "type", "", "must be a regular file, not a link or device")
    if info.flag_bits & 0x1:
        return Fault(name, "", "", "must not be encrypted")
    if info.compress_type not in _METHODS:
        return Fault(name, "compression", str(info.compress_type), "must be stored or deflated")
    if info.file_size > LARGEST_RATIO * max(info.compress_size, 100):
        return Fault(name, "ratio", "", f"must not expand to more than {LARGEST_RATIO} times its size")
    rule = path_rule(name.rstrip("/") if info.is_dir() else name)
    return Fault(name, "path", "", rule) if rule else None


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The member's bytes: never more than its header states, and that size is checked before. PackError
    if it has another size than the archive states, or another checksum."""
    try:
        with archive.open(info) as member:
            data = member.read(min(info.file_size, LARGEST_FILE, LARGEST_PACK) + 1)
    except zipfile.BadZipFile as error:
        if "CRC" not in str(error):
            raise
        size = _true_size(archive, info)
        if size == info.file_size:
            raise PackError([Fault(info.filename, "", "", "is damaged: its checksum is wrong")]) from None
    else:
        size = len(data)
    if size != info.file_size:
        rule = f"must be the size that the archive states, {info.file_size} bytes"
        more = "more than " if size > LARGEST_FILE else ""
        raise PackError([Fault(info.filename, "size", f"{more}{min(size, LARGEST_FILE)} bytes", rule)])
    return data


def _true_size(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> int:
    """How many bytes the member has, whatever its header states; counts to one more than LARGEST_FILE."""
    whole = copy.copy(info)
    whole.file_size = LARGEST_FILE + 1
    whole.CRC = None  # type: ignore[assignment]  # then it is not compared
    with archive.open(whole) as member:
        return len(member.read(LARGEST_FILE + 1))


def _without_folder(files: Mapping[str, bytes]) -> tuple[str | None, dict[str, bytes]]:
    tops = {path.split("/", 1)[0] for path in files}
    if "pack.toml" in files or len(tops) != 1 or not all("/" in path for path in files):
        return None, dict(files)
    (folder,) = tops
    return folder, {path.split("/", 1)[1]: data for path, data in files.items()}


def _error(key: str, value: str, rule: str) -> PackError:
    return PackError([Fault("archive", key, value, rule)])
