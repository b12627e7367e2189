"""What a reader's job found in an uploaded pack: the faults, or all that pages show of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from grader.values.bounds import Cut, Most
from grader.values.faults import Fault

LARGEST_HTML = 4_000_000  # characters of a handout's HTML
LARGEST_ZIP = 20_000_000  # bytes
MOST_FAULTS = 500


@dataclass(frozen=True)
class PackPage:
    """What the service uses of a pack without opening its zip.

    `manifest` is the manifest as JSON, `support` are the paths in support/, `handout` is HTML, `bundle`
    the names and sizes (bytes) of the students' files, `bundle_size` the bytes of their zip. `made_by` is the
    digest of the program that made it.
    """

    manifest: Annotated[str, Most(2_000_000)]
    content_digest: Annotated[str, Most(64)]
    grading_digest: Annotated[str, Most(64)]
    support: Annotated[tuple[Annotated[str, Most(200)], ...], Most(1000)]
    handout: Annotated[str, Most(LARGEST_HTML)]
    bundle: Annotated[tuple[tuple[Annotated[str, Most(200)], int], ...], Most(1000)]
    bundle_size: int
    made_by: Annotated[str, Most(64)]


@dataclass(frozen=True)
class ReadPack:
    """A pack without faults: what pages show, its archive in its one canonical form, the students' zip."""

    page: PackPage
    archive: Annotated[bytes, Most(LARGEST_ZIP)]
    bundle: Annotated[bytes, Most(LARGEST_ZIP)]


@dataclass(frozen=True)
class PackReading:
    """Either the pack, or at least one fault."""

    faults: Annotated[tuple[Fault, ...], Cut(MOST_FAULTS)]
    pack: ReadPack | None = None
