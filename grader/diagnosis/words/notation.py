"""How error signals of parameters are written."""

from __future__ import annotations

import re

_BELOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def bars(name: str) -> str:
    """b̄₁ for b1, "the gradient of NAME" for longer names, "" for none."""
    match = re.fullmatch(r"([A-Za-z])_?(\d*)", name)
    if match:
        return f"{match[1]}\N{COMBINING MACRON}{match[2].translate(_BELOW)}"
    return f"the gradient of {name}" if name else ""
