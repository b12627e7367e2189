"""What to write instead of a command that is refused."""

from __future__ import annotations

from collections.abc import Mapping

_COLOUR = "is refused: a colour says nothing to everyone; mark the part with \\underbrace or in words"
_NUMBER = "is refused: formulas have no numbers; name the formula in the text"
_MACRO = "is refused: macros are not read; write the formula in full"
_LINE = "is refused: browsers draw no such line; use \\boxed, \\underline or words"
_FONT = "changes everything behind it and is refused; write"
_OVER = r"is refused; write \frac{...}{...}"
_SPACE = r"is refused; write \!"
_SIZE = "is refused: a formula has the size of its text; leave it out"
REASONS: Mapping[str, str] = {
    **dict.fromkeys([r"\color", r"\textcolor", r"\colorbox", r"\fcolorbox"], _COLOUR),
    **dict.fromkeys([r"\tag", r"\label", r"\ref", r"\eqref", r"\notag", r"\nonumber"], _NUMBER),
    **dict.fromkeys([r"\newcommand", r"\renewcommand", r"\def", r"\let", r"\DeclareMathOperator"], _MACRO),
    **dict.fromkeys([r"\fbox", r"\cancel", r"\bcancel", r"\xcancel", r"\sout", r"\hline"], _LINE),
    **dict.fromkeys([r"\over", r"\atop", r"\above"], _OVER),
    **dict.fromkeys([r"\negmedspace", r"\negthickspace"], _SPACE),
    **dict.fromkeys([r"\large", r"\Large", r"\small", r"\tiny", r"\huge", r"\normalsize"], _SIZE),
    **{old: rf"{_FONT} \math{old[1:]}{{...}}" for old in (r"\bf", r"\rm", r"\it", r"\sf", r"\tt", r"\cal")},
    r"\widetilde": r"is refused: fonts have no wide one; write \tilde",
    r"\mbox": r"is refused; write \text{...}",
    r"\hbox": r"is refused; write \text{...}",
    r"\choose": r"is refused; write \binom{n}{k}",
    r"\not": r"is refused; write \ne or \notin",
    r"\nolimits": r"is refused; leave it out, or write the formula in a line",
    r"\includegraphics": "is refused: pictures are not shown",
    **dict.fromkeys([r"\hspace", r"\hskip", r"\kern", r"\mskip"], r"is refused; write \, or \quad"),
    r"\mathop": r"is refused; write \operatorname{...}",
    r"\pmb": r"is refused; write \boldsymbol{...}",
    r"\href": "is refused: write a link outside of the formula",
}
_CHARACTERS: Mapping[str, str] = {
    "%": r"begins a comment in TeX; write \%",
    "#": r"is for macros, which are not read; write \#",
    '"': "has no meaning in a formula; two primes are ''",
    "`": "has no meaning in a formula; a prime is '",
    "\\": "has nothing behind it",
}
_LISTED = "docs/packs.md lists what is known"


def refusal(text: str) -> str:
    """Why this command, or this character, can't be in a formula."""
    if text in REASONS:
        return f"{text} {REASONS[text]}"
    if text in _CHARACTERS:
        return f"{text} {_CHARACTERS[text]}"
    if not text.startswith("\\"):
        return f"{text} can't be typed in a formula; write its command, or words in \\text{{...}}"
    return f"{text} is not known; the name of a function is written \\operatorname{{...}}; {_LISTED}"
