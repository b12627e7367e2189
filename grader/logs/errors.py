"""What a log may say of an exception: its class and where it was raised. Its text may be a student's."""

from __future__ import annotations

import traceback
from pathlib import Path

FRAMES_KEPT = 8


def error_name(error: BaseException) -> str:
    """Its class, and the classes of what it was raised from: `RunnerError from ConnectionRefusedError`."""
    names = [type(error).__name__]
    while error.__cause__ is not None and len(names) < 4:
        error = error.__cause__
        names.append(type(error).__name__)
    return " from ".join(names)


def places(error: BaseException) -> tuple[str, ...]:
    """`file:line function` of its last frames, the one that raised it last."""
    frames = list(traceback.walk_tb(error.__traceback__))[-FRAMES_KEPT:]
    return tuple(
        f"{'/'.join(Path(frame.f_code.co_filename).parts[-3:])}:{line} {frame.f_code.co_name}"
        for frame, line in frames
    )
