"""Bold, blackboard and other letters: MathML in browsers has no attribute for them, only Unicode's own
letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping

from grader.packs.errors import FormulaError

_GREEK_VARIANTS = {
    "ϵ": "EPSILON SYMBOL", "ϑ": "THETA SYMBOL", "ϕ": "PHI SYMBOL", "ϱ": "RHO SYMBOL", "ϖ": "PI SYMBOL",
    "∂": "PARTIAL DIFFERENTIAL", "∇": "NABLA",
}  # fmt: skip
_DIGITS = ["ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE"]
_OLDER: Mapping[str, str] = {  # letters that Unicode had before its mathematical ones
    "SCRIPT": "BEFHILMR",
    "FRAKTUR": "CHIRZ",
    "DOUBLE-STRUCK": "CHNPQRZ",
}
_EARLIER_NAMES = {"FRAKTUR": "BLACK-LETTER"}


def _of_latin(style: str, letter: str) -> str:
    case = "CAPITAL" if letter.isupper() else "SMALL"
    name = letter.upper()
    if style == "ITALIC" and letter == "h":
        return "ℎ"
    if letter in _OLDER.get(style, "") or (style == "SCRIPT" and letter in "ego"):
        return unicodedata.lookup(f"{_EARLIER_NAMES.get(style, style)} {case} {name}")
    return unicodedata.lookup(f"MATHEMATICAL {style} {case} {name}")


def _of_greek(style: str, letter: str) -> str:
    if letter in _GREEK_VARIANTS:
        return unicodedata.lookup(f"MATHEMATICAL {style} {_GREEK_VARIANTS[letter]}")
    name = unicodedata.name(letter).removeprefix("GREEK ").replace("LETTER ", "")
    return unicodedata.lookup(f"MATHEMATICAL {style} {name}")


def _of(style: str, letter: str) -> str:
    """The letter or digit in this style of Unicode; KeyError if there is none."""
    if letter.isascii() and letter.isalpha():
        return _of_latin(style, letter)
    if letter.isascii() and letter.isdigit():
        return unicodedata.lookup(f"MATHEMATICAL {style} DIGIT {_DIGITS[int(letter)]}")
    return _of_greek(style, letter)


def _bold_symbol(letter: str) -> str:
    upright = letter.isdigit() or letter == "∇" or (letter.isupper() and not letter.isascii())
    return _of("BOLD" if upright else "BOLD ITALIC", letter)


def _only(allowed: Callable[[str], bool], style: str) -> Callable[[str], str]:
    def shown(letter: str) -> str:
        if not allowed(letter):
            raise KeyError(letter)
        return _of(style, letter)

    return shown


def _is_latin(letter: str) -> bool:
    return letter.isascii() and letter.isalpha()


ALPHABETS: Mapping[str, Callable[[str], str]] = {
    r"\mathbf": _only(lambda letter: True, "BOLD"),
    r"\boldsymbol": _bold_symbol,
    r"\bm": _bold_symbol,
    r"\mathbb": _only(str.isascii, "DOUBLE-STRUCK"),
    r"\mathcal": _only(_is_latin, "SCRIPT"),
    r"\mathscr": _only(_is_latin, "SCRIPT"),
    r"\mathfrak": _only(_is_latin, "FRAKTUR"),
    r"\mathsf": _only(str.isascii, "SANS-SERIF"),
    r"\mathtt": _only(str.isascii, "MONOSPACE"),
    r"\mathit": _only(_is_latin, "ITALIC"),
    r"\mathrm": lambda letter: letter,
}
WORDS = frozenset({r"\mathrm", r"\mathit", r"\mathsf", r"\mathtt"})  # their letters make one name
TEXTS: Mapping[str, str] = {  # commands with words: how the words look
    r"\text": "", r"\textrm": "", r"\textbf": "bold", r"\textit": "italic", r"\texttt": "monospace",
}  # fmt: skip


def in_alphabet(alphabet: str, letter: str, at: int) -> str:
    """The letter as this command draws it. Raises FormulaError if there is no such letter."""
    try:
        return ALPHABETS[alphabet](letter)
    except KeyError:
        raise FormulaError(f"{alphabet} has no form of {letter}; write {letter} outside of it", at) from None
