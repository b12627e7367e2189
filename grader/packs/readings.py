"""What the service makes of the answer of a reader's job, which may be anything."""

from __future__ import annotations

from grader.packs.fragment import fragment_fault
from grader.packs.outline import StoredOutline
from grader.packs.rendering import PHASES
from grader.values.faults import Fault
from grader.values.readings import PackReading

LIMITS = "must take less than 10 s of processor time and 512 MB to read and show"
_FILES = {phase: phase if phase.endswith(".md") else "pack" for phase in PHASES}


def checked(reading: PackReading) -> PackReading:
    """The same reading if its parts have the form that pages need, else its fault."""
    pack = reading.pack
    if reading.faults or pack is None:
        return reading if reading.faults else _refused("pack", "can't be read")
    fault = fragment_fault(pack.page.handout)
    if fault:
        return _refused("handout.md", f"can't be shown: its HTML {fault}")
    try:
        StoredOutline.of(pack.page)
    except ValueError:
        return _refused("pack.toml", "can't be read: the values found in it are not those of a pack")
    return reading


def unread(phase: str) -> PackReading:
    """The reading of a pack whose job reached a limit, or ended, while it was busy with this phase."""
    what = f" ({phase})" if _FILES.get(phase) == "pack" else ""
    return _refused(_FILES.get(phase, "pack"), f"{LIMITS}{what}")


def _refused(file: str, rule: str) -> PackReading:
    return PackReading((Fault(file, "", "", rule),))
