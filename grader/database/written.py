"""Checks of what people write: texts and points, with messages that name the rule."""

from __future__ import annotations

from decimal import Decimal

from grader.database.errors import BadPoints, BadText
from grader.grading.score import decimal_text
from grader.values.text import storable

LONGEST_TEXT = 4_000
"""Characters of a comment, a reason, or a message of a request."""
MOST_POINTS = Decimal(1000)


def checked_text(what: str, text: str, most: int = LONGEST_TEXT) -> str:
    """The text with one kind of line ending and no space around it. Raises BadText if it is empty or has more
    than `most` characters."""
    plain = storable(text.replace("\r\n", "\n").replace("\r", "\n").strip(), len(text))
    if not plain:
        raise BadText(f"{what} is empty: write at least one word")
    if len(plain) > most:
        raise BadText(f"{what} has {len(plain)} characters; at most {most} are kept")
    return plain


def checked_points(points: Decimal, least: Decimal, most: Decimal) -> Decimal:
    """The points. Raises BadPoints unless they are from `least` to `most`, with at most two decimals."""
    if not points.is_finite() or not least <= points <= most or points != round(points, 2):
        limits = f"from {decimal_text(least)} to {decimal_text(most)}"
        raise BadPoints(f"These points are not stored: they go {limits}, with at most two decimals")
    return points
