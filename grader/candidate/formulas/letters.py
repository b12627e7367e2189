"""The characters that formulas may contain, and how names are compared."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

BARS = "\u0304\u0305"  # the two marks that draw a bar over the letter before them
PRIMES = "'\u2032\u2019\u00b4"
BLANKS = " \t\u00a0\u2009\u202f\u200a"
_NAMES = """
alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma
tau upsilon phi chi psi omega
"""
GREEK: Mapping[str, str] = {chr(0x3B1 + i): name for i, name in enumerate(_NAMES.split())} | {
    "ϕ": "phi",
    "ϵ": "epsilon",
    "Δ": "delta",
    "Σ": "sum",
    "∑": "sum",
}
SUBSCRIPTS: Mapping[str, str] = dict(
    zip("₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789aehijklmnoprstuvx", strict=True)
)
SUPERSCRIPTS: Mapping[str, str] = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-", strict=True))
OPERATORS: Mapping[str, str] = {
    **{c: c for c in "+*/^,="},
    **dict.fromkeys("-\u2212\u2013\u2010\u2011", "-"),
    **dict.fromkeys("·⋅×∗∘⊙•", "*"),
    **dict.fromkeys("÷∕\u2044", "/"),
    **dict.fromkeys("([{", "("),
    **dict.fromkeys(")]}", ")"),
}
FRACTIONS: Mapping[str, float] = {"½": 0.5, "¼": 0.25, "¾": 0.75}
_ALIASES = {"lam": "lambda", "lamda": "lambda"}


def letter(character: str) -> str | None:
    """A letter as plain text, followed by a bar if it has one; None if the character is not a letter."""
    if character.isascii():
        return character if character.isalpha() else None
    if character in GREEK:
        return GREEK[character]
    parts = unicodedata.normalize("NFD", character)  # ȳ is one character, or y and a bar
    if len(parts) == 2 and parts[0].isascii() and parts[0].isalpha() and parts[1] in BARS:
        return parts[0] + BARS[0]
    return None


def key_of(name: str) -> str:
    """The same key for all ways to write one name: without underscores, "bar" first. `w_bar`, `wbar` and `w̄`
    are "bar w"; `w2_ki` and `w₂ₖᵢ` are "w2ki"; `λ`, `lam` and `lambda` are "lambda"."""
    parts = []
    for character in name:
        if character in BARS:
            parts.append(BARS[0])
        else:
            parts.append(letter(character) or SUBSCRIPTS.get(character, character))
    stem = "".join(parts).replace("_", "")
    barred = BARS[0] in stem
    stem = stem.replace(BARS[0], "")
    if not barred and "bar" in stem[1:]:
        at = stem.index("bar", 1)
        barred, stem = True, stem[:at] + stem[at + 3 :]
    stem = _ALIASES.get(stem, stem)
    return f"bar {stem}" if barred else stem
