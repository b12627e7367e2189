import contextlib
import io
import stat
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.packs import PackError, load_zip
from grader.packs.archive import read_zip, write_zip, zip_files
from grader.packs.paths import LARGEST_FILE, path_rule
from tests.helpers.packs import make_pack, pack_files


def zipped(*members, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for info, data in members:
            archive.writestr(info, data)
    return out.getvalue()


def member(name, mode=stat.S_IFREG | 0o644):
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def test_a_pack_is_the_same_after_writing_and_reading_an_archive():
    pack = make_pack()

    assert load_zip(write_zip(pack)).content_digest == pack.content_digest


def test_the_same_pack_gives_the_same_bytes():
    assert write_zip(make_pack()) == write_zip(make_pack())


def test_it_reads_a_pack_without_a_folder_and_skips_caches():
    data = zipped(*pack_files().items(), ("__MACOSX/._pack.toml", b"x"), ("tests/__pycache__/a.pyc", b"x"))

    assert load_zip(data).id == "squared"


def test_the_folder_in_the_archive_must_be_the_id():
    with pytest.raises(PackError, match='must be the name of the folder, "other"'):
        load_zip(zip_files(pack_files(), "other"))


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "/etc/passwd",
        "a/../../x",
        "C:/x",
        "a\\..\\b",
        "a//b",
        "./a",
        "e\u0301.py",
        "a" * 200,
        "a\x1b.py",
    ],
)
def test_it_refuses_paths_outside_of_the_archive(name):
    with pytest.raises(PackError, match="path"):
        read_zip(zipped((member(name), b"x")))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_it_refuses_links_and_devices(kind):
    with pytest.raises(PackError, match="must be a regular file"):
        read_zip(zipped((member("tests/x", kind | 0o777), b"/etc/passwd")))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_it_refuses_a_name_that_is_in_it_twice():
    with pytest.raises(PackError, match="twice"):
        read_zip(zipped((member("a"), b"1"), (member("a"), b"2")))


def test_it_refuses_names_that_differ_only_in_case():
    with pytest.raises(PackError, match="more than upper and lower case"):
        read_zip(zipped((member("tests/a.py"), b"1"), (member("tests/A.py"), b"2")))


def test_it_refuses_a_zip_bomb_before_unpacking_it():
    with pytest.raises(PackError, match="must not expand to more than"):
        read_zip(zipped(("a", b"\0" * 5_000_000)))


def test_it_refuses_too_many_members():
    with pytest.raises(PackError, match="at most 500"):
        read_zip(zipped(*((f"f{i}", b"") for i in range(501))))


def test_it_refuses_a_hundred_thousand_members_without_reading_them():
    with pytest.raises(PackError, match="far too many"):
        read_zip(b"PK\x01\x02" + b"\0" * 42 + b"PK\x01\x02" * 3000)


def test_it_refuses_more_bytes_than_a_member_declares():
    data = bytearray(zipped(("a.txt", b"hello hello"), compression=zipfile.ZIP_STORED))
    place = data.index(b"PK\x01\x02") + 24  # the size in the central directory
    data[place : place + 4] = (5).to_bytes(4, "little")

    with pytest.raises(PackError):
        read_zip(bytes(data))


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip", b"PK\x05\x06" + b"\0" * 17])
def test_bytes_that_are_no_archive_are_refused(data):
    with pytest.raises(PackError, match="zip archive"):
        read_zip(data)


@given(st.binary(max_size=300), st.integers(0, 200))
def test_a_damaged_archive_is_read_or_raises_pack_error(noise, place):
    data = bytearray(write_zip(make_pack()))
    data[place : place + len(noise)] = noise

    with contextlib.suppress(PackError):
        assert load_zip(bytes(data)).id == "squared"


@given(st.text(max_size=40))
def test_a_path_without_a_fault_stays_below_its_folder(path):
    if not path_rule(path):
        parts = path.split("/")
        assert ".." not in parts
        assert parts[0] not in ("", "~")
        assert path.isascii()


@pytest.mark.parametrize(
    ("file", "inner"),
    [("tests/a", "tests/a/b.py"), ("support/A", "support/a/b/c.py"), ("mistakes/x", "mistakes/x/squared.py")],
)
@pytest.mark.parametrize("order", [1, -1])
def test_a_file_can_not_be_the_folder_of_another(file, inner, order):
    both = ((file, b"x"), (inner, b"x"))[::order]

    with pytest.raises(PackError) as refused:
        load_zip(zipped(*pack_files().items(), *both))

    faults = [fault for fault in refused.value.faults if fault.file == file]
    assert f"is a file, but {inner} needs a folder of this name" in [fault.rule for fault in faults]


def test_folders_may_be_members_of_the_archive_themselves():
    folders = [(member(f"{name}/", stat.S_IFDIR | 0o755), b"") for name in ("tests", "starter", "solution")]

    assert load_zip(zipped(*folders, *pack_files().items())).id == "squared"


def with_header(data, offset, value):
    """The archive, with this number written at this offset of the first member's entry in the directory."""
    changed = bytearray(data)
    struct.pack_into("<I", changed, data.index(b"PK\x01\x02") + offset, value)
    return bytes(changed)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize(
    ("offset", "value", "message"),
    [
        (24, 10, "handout.md: size is 1024 bytes; must be the size that the archive states, 10 bytes"),
        (24, 0, "handout.md: size is 1024 bytes; must be the size that the archive states, 0 bytes"),
        (24, 1100, "handout.md: size is 1024 bytes; must be the size that the archive states, 1100 bytes"),
        (20, 99_999, "archive: packed sizes is 99999 bytes; must fit into the archive, which has"),
        (16, 1, "handout.md: is damaged: its checksum is wrong"),
    ],
)
def test_a_header_that_states_what_is_not_so_is_named(compression, offset, value, message):
    info = member("handout.md")
    info.compress_type = compression
    data = zipped((info, bytes(range(256)) * 4))

    with pytest.raises(PackError) as caught:
        read_zip(with_header(data, offset, value))

    assert str(caught.value).startswith(message)


def test_a_bomb_that_states_a_small_size_is_unpacked_no_further_than_the_limit():
    info = member("handout.md")
    info.compress_type = zipfile.ZIP_DEFLATED
    data = zipped((info, bytes(LARGEST_FILE * 3)))

    with pytest.raises(PackError, match=f"more than {LARGEST_FILE} bytes; must be the size that the archive"):
        read_zip(with_header(data, 24, 10))
