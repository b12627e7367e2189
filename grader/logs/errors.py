"""The parts of an exception that a log may contain: class and place. Its text may be a student's."""

from __future__ import annotations

import traceback
from pathlib import Path

FRAMES_KEPT = 8


def error_name(error: BaseException) -> str:
    """The exception's class, and those of its causes: `RunnerError from ConnectionRefusedError`."""
    names = [type(error).__name__]
    while error.__cause__ is not None and len(names) < 4:
        error = error.__cause__
        names.append(type(error).__name__)
    return " from ".join(names)


def places(error: BaseException) -> tuple[str, ...]:
    """`file:line function` of the exception's last frames; the one that raised it comes last."""
    frames = list(traceback.walk_tb(error.__traceback__))[-FRAMES_KEPT:]
    return tuple(
        f"{'/'.join(Path(frame.f_code.co_filename).parts[-3:])}:{line} {frame.f_code.co_name}"
        for frame, line in frames
    )
