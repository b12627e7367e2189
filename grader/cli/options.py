"""Values of a command's options: what is wrong with one is said before any work is done."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path


def whole(least: int, most: int) -> Callable[[str], int]:
    """An option's type: a whole number in these bounds."""

    def read(text: str) -> int:
        try:
            value = int(text) if len(text) < 20 else most + 1
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text} is not from {least} to {most}")
        return value

    return read


def percent(text: str) -> float:
    """An option's type: a number from 0 to 100."""
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError(f"{text} is not from 0 to 100")
    return value


def why_not_writable(path: str | None) -> str:
    """Why a file can't be written, "" if it can (None and "-", standard output, always can). A file that
    is not there yet is not left behind."""
    if path is None or path == "-":
        return ""
    target = Path(path)
    try:
        is_new = not target.exists()
        if not is_new and not target.is_file() and not target.is_dir():
            return ""  # a device or a pipe, which must not be opened twice
        target.open("ab").close()
    except (OSError, ValueError) as error:
        return f"{path} can't be written: {getattr(error, 'strerror', None) or error}"
    if is_new:
        target.unlink()
    return ""
