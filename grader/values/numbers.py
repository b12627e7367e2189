"""Formats of numbers, the same in messages, tables, pictures and the terminal."""

from __future__ import annotations

import math
from decimal import Decimal

MINUS = "\N{MINUS SIGN}"


def points(value: Decimal | float | int) -> str:
    """Points, rounded to 0.01, without trailing zeros: 10, 7.5, −3."""
    exact = Decimal(str(value)).quantize(Decimal("0.01"))
    text = f"{exact:f}".rstrip("0").rstrip(".") if "." in f"{exact:f}" else f"{exact:f}"
    return text.replace("-", MINUS)


def whole_number(text: str, least: int, most: int) -> int | None:
    """The number that was typed into a form; None if it is not written in digits, or not from `least` to
    `most`. Python can't read one of more than 4,300 digits, so a long text is refused before it tries."""
    short = text.strip()
    if not (short.isascii() and short.isdigit() and len(short) <= len(str(most)) + 8):
        return None
    number = int(short)
    return number if least <= number <= most else None


def measure(value: float) -> str:
    """A measured number: 1.4e−11 below 0.001, 0.729 above, 2000.5 from 100 on, 3 for a whole number,
    and "NaN" or "∞"."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return f"{MINUS}∞" if value < 0 else "∞"
    size = abs(value)
    if value == int(value) and size < 1e6:
        return f"{int(value)}".replace("-", MINUS)
    if size < 1e-3 or size >= 1e6:
        return _short(f"{value:.1e}")
    return f"{value:.3g}".replace("-", MINUS) if size < 100 else f"{value:.1f}".replace("-", MINUS)


def magnitude(value: float) -> str:
    """A number with one digit and a power of ten: 3e−12."""
    return _short(f"{value:.0e}")


LEAST_POWER, MOST_POWER = -16, 3


def nearest_power(value: float) -> float:
    """The power of ten that is nearest to the size of a number, from 1e-16 to 1000; NaN of NaN. It tells
    little of the number: one of twenty."""
    size = abs(value)
    if math.isnan(value) or size == 0:
        return size
    power = MOST_POWER if math.isinf(size) else round(math.log10(size))
    return 10.0 ** min(max(power, LEAST_POWER), MOST_POWER)


def power_of_ten(value: float) -> str:
    """The nearest power of ten in words: 1e−5, "NaN", 0."""
    power = nearest_power(value)
    return magnitude(power) if 0 < power < 1e-2 or power > 1e2 else measure(power)


def apart(a: float, b: float) -> tuple[str, str]:
    """Two values with four digits, or with as many more as are needed to make them differ."""
    texts = ("", "")
    for digits in range(4, 18):
        texts = (_short(f"{a:#.{digits}g}"), _short(f"{b:#.{digits}g}"))
        if texts[0] != texts[1]:
            break
    return texts


def four_digits(value: float) -> str:
    """A value with four digits."""
    return apart(value, math.inf)[0]


def _short(text: str) -> str:
    """Python's form of a number with a minus sign (−), and without zeros at the start of its exponent."""
    mantissa, e, power = text.removesuffix(".").partition("e")
    return (f"{mantissa}e{int(power)}" if e else mantissa).replace("-", MINUS)
