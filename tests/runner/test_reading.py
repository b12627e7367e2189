"""Uploaded packs are read and rendered by a confined job with limits, outside of the slots for gradings."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping

import pytest

from grader.packs import write_zip
from grader.packs.folder import SHIPPED, load
from grader.packs.rendering import rendered
from grader.runner import readers
from grader.runner.errors import PackFault
from grader.runner.readers import Readers
from grader.sandbox.processes import Setup
from grader.values import Mode
from tests.helpers.packs import make_pack
from tests.runner.kit import Running

pytestmark = [pytest.mark.server]


def stored(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files, not compressed, so that no rule about its ratio refuses it first."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return out.getvalue()


def test_a_job_reads_a_pack_as_this_process_would(runner: Running) -> None:
    pack = load(SHIPPED / "mlp-backprop")

    reading = runner.client.read_pack(write_zip(pack))

    assert reading.faults == ()
    assert reading.pack == rendered(pack)


def test_every_fault_of_a_pack_comes_back_with_its_line(runner: Running) -> None:
    files = dict(make_pack().files)
    files["pack.toml"] = files["pack.toml"].replace(b"points = 4", b'points = "4"') + b"\n[bogus]\n"

    faults = runner.client.read_pack(stored(files)).faults

    said = [(fault.key, fault.value, fault.rule) for fault in faults]
    assert ("tests[0].points", '"4"', "must be a number") in said
    assert any(key == "bogus" and "unknown key" in rule for key, _, rule in said)
    assert all(fault.line for fault in faults)


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "zip archive"),
        (b"PK\x03\x04broken", "zip archive"),
        (stored({"pack.toml": b"a" + b".a" * 20_000 + b" = 1"}), "at most 32 parts"),
        (stored({"pack.toml": b"x = " + b"[" * 200_000}), "nested too deeply"),
        (stored({"pack.toml": b"x = 0x" + b"f" * 200_000}), "at most 64 bits"),
    ],
    ids=["empty", "broken", "dotted", "nested", "digits"],
)
def test_a_hostile_pack_is_a_fault_of_the_pack(runner: Running, data: bytes, rule: str) -> None:
    assert any(rule in fault.rule for fault in runner.client.read_pack(data).faults)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> Iterator[Readers]:
    """Readers whose jobs have one second of processor time."""
    monkeypatch.setattr(readers, "CPU_S", 1)
    own = Readers(Setup(Mode.UNPRIVILEGED))
    yield own
    own.close()


@pytest.mark.parametrize(
    "handout",
    ["[" * 100_000, "| a " * 400 + "|\n" + "|-" * 400 + "|\n" + ("| $x$ " * 400 + "|\n") * 80],
    ids=["brackets", "table"],
)
def test_a_handout_that_takes_too_long_ends_its_job_and_no_other(short: Readers, handout: str) -> None:
    data = stored(make_pack({"handout.md": handout.encode()}).files)

    with pytest.raises(PackFault, match=r"^handout\.md$"):
        short.read(data)

    assert not short.read(write_zip(make_pack()))["faults"]
