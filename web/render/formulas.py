"""Mathematics as our sentences and pictures write it (z̄₂, W₁ᵀ, σ′(z)), read once, and written as MathML.

Prime, bar and index are then in the face of all mathematics, whatever font the sentence has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup, escape

from reference.notation import BAR, DIGITS

COMPOSED = {ord(one): f"{letter}{BAR}" for one, letter in zip("ȳḡāēīōū", "ygaeiou", strict=True)}
ABOVE = {"ᵀ": "T", "′": "′", "²": "2"}
LETTER, INDEX, RAISED = r"[A-Za-zσφΣ]", "[₀-₉]+", "[ᵀ′²]"
SYMBOL = re.compile(
    rf"(?P<base>{LETTER})(?P<bar>{BAR})?(?P<below>{INDEX}|(?<=[Wb])[0-9])?(?P<above>{RAISED})?"
)
NAME = re.compile(r"(?:softReLU|softmax|ReLU|tanh|log)(?![^\W_])")
KNOWN = "xzhytLWb"  # letters that stand for a quantity also when they have neither bar nor index
_MARKED = rf"(?:{LETTER}(?:{BAR}(?:{INDEX})?|{INDEX})|[Wb][0-9]){RAISED}?"
_FUNCTION = rf"(?:softReLU|ReLU|tanh|[σφ])′?\({LETTER}{BAR}?(?:{INDEX})?\)"
_ALONE = rf"[{KNOWN}](?=[^\w{BAR}'’\[(=.-]|[.,]?$|[.,]\s)"
IN_PROSE = re.compile(rf"""(?<![\w{BAR}'’"=<>/.-])(?:{_FUNCTION}|{_MARKED}|{_ALONE})(?![\w{BAR}'’"])""")


@dataclass(frozen=True)
class Symbol:
    """One letter with what may be written around it: a bar, an index below, and a sign above."""

    base: str
    barred: bool = False
    below: str = ""
    above: str = ""


def parts(formula: str) -> Iterator[Symbol | str]:
    """The symbols of a formula, and the texts between them."""
    text, at = formula.translate(COMPOSED), 0
    while at < len(text):
        name = NAME.match(text, at)
        symbol = None if name else SYMBOL.match(text, at)
        if symbol:
            below = (symbol["below"] or "").translate(DIGITS)
            yield Symbol(symbol["base"], bool(symbol["bar"]), below, ABOVE.get(symbol["above"] or "", ""))
            at = symbol.end()
        else:
            end = name.end() if name else at + 1
            yield text[at:end]
            at = end


def mathml(formula: str) -> Markup:
    """The formula as one MathML element."""
    return Markup("<math>{}</math>").format(_inside(formula))


def prose(text: str) -> Markup:
    """The text, escaped, with every formula in it as MathML."""
    text = text.translate(COMPOSED)
    if IN_PROSE.fullmatch(text):  # nothing else says what it is
        return Markup('<math aria-label="{}">{}</math>').format(text, _inside(text))
    done, at = [], 0
    for formula in IN_PROSE.finditer(text):
        done += [escape(text[at : formula.start()]), mathml(formula[0])]
        at = formula.end()
    return Markup("").join([*done, escape(text[at:])])


def _inside(formula: str) -> Markup:
    return Markup("").join(_element(part) for part in parts(formula))


def _element(part: Symbol | str) -> Markup:
    if isinstance(part, Symbol):
        return _symbol(part)
    if NAME.fullmatch(part):
        return Markup("<mi>{}</mi>").format(part)
    return Markup() if part == " " else Markup('<mo stretchy="false">{}</mo>').format(part)


def _symbol(symbol: Symbol) -> Markup:
    inner = Markup("<mi>{}</mi>").format(symbol.base)
    if symbol.barred:
        inner = Markup('<mover accent="true">{}<mo stretchy="false">¯</mo></mover>').format(inner)
    if symbol.above == "′" and not symbol.below:
        return Markup('{}<mo lspace="0" rspace="0">′</mo>').format(inner)
    below, above = Markup("<mn>{}</mn>").format(symbol.below), Markup("<mi>{}</mi>").format(symbol.above)
    if symbol.below and symbol.above:
        return Markup("<msubsup>{}{}{}</msubsup>").format(inner, below, above)
    if symbol.below:
        return Markup("<msub>{}{}</msub>").format(inner, below)
    return Markup("<msup>{}{}</msup>").format(inner, above) if symbol.above else inner
