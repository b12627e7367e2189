"""Any input is read or refused, in little memory (`make fuzz`: a million frames)."""

import os
import resource

from grader import wire
from tests.helpers.frames import frames

FRAMES = int(os.environ.get("GRADECHECK_FRAMES", "20000"))
BOUNDS = wire.Bounds(body=1 << 20)
EXTRA_KB = 64 * 1024


def test_no_broken_frame_crashes_the_reader_or_fills_its_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    read = refused = 0

    for frame in frames(FRAMES, seed=20261124):
        try:
            wire.decode(frame, BOUNDS)
            read += 1
        except (wire.BadFrame, wire.Closed):
            refused += 1

    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert read + refused == FRAMES
    assert read > FRAMES // 100, "almost no frame can be read: the fuzzer does not test the rules for values"
    assert refused > FRAMES // 2
    assert grown < EXTRA_KB, f"the reader's memory grew by {grown} kB"


def test_a_message_that_was_read_can_be_written_again() -> None:
    for frame in frames(3000, seed=7):
        try:
            message = wire.decode(frame, BOUNDS)
        except (wire.BadFrame, wire.Closed):
            continue
        assert wire.encode(message.kind, message.value)
