"""Commands with arguments: fractions, roots, accents, delimiters, text, names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from grader.packs.errors import FormulaError
from grader.packs.tex.alphabets import ALPHABETS, TEXTS, WORDS
from grader.packs.tex.atoms import Atom, Kind, element, grouped, operator, row
from grader.packs.tex.fences import between, sized
from grader.packs.tex.parser import Command, Parser
from grader.packs.tex.tables import environment, lines_below
from grader.packs.tex.tokens import Token
from grader.packs.tex.words import name, text

_ACCENTS = {"hat": "^", "tilde": "~", "bar": "¯", "vec": "→", "dot": "˙", "ddot": "¨", "check": "ˇ"}
_WIDE_ACCENTS = {"widehat": "\u0302", "overrightarrow": "→", "overleftarrow": "←"}
_SIZES = {"big": "1.2em", "Big": "1.623em", "bigg": "2.047em", "Bigg": "2.470em"}


def _fraction(style: str, parser: Parser, _: Token) -> Atom:
    made = element("mfrac", parser.argument(), parser.argument())
    if style:
        made = element("mstyle", made, displaystyle=style, scriptlevel="0")
    return Atom("ord", made)


def _binomial(parser: Parser, _: Token) -> Atom:
    made = element("mfrac", parser.argument(), parser.argument(), linethickness="0")
    opening, closing = element("mo", text="(", form="prefix"), element("mo", text=")", form="postfix")
    return Atom("ord", element("mrow", opening, made, closing))


def _root(parser: Parser, command: Token) -> Atom:
    if not parser.skips("["):
        return Atom("ord", element("msqrt", parser.argument()))
    degree: list[Atom] = []
    while parser.ahead.text != "]":
        if parser.ahead.text in ("", "}"):
            raise FormulaError(r"\sqrt has a [ without its ]", command.at)
        degree += [parser.atom()]
    parser.take()
    return Atom("ord", element("mroot", parser.argument(), grouped(row(degree, tight=True))))


def _accent(sign: str, stretchy: str, parser: Parser, _: Token) -> Atom:
    mark = element("mo", text=sign, stretchy=stretchy)
    return Atom("ord", element("mover", parser.argument(), mark, accent="true"))


def _lined(place: str, parser: Parser, _: Token) -> Atom:
    # our style sheet draws the line: fonts have none that grows with what is below it
    return Atom("ord", element("mrow", *row(parser.group(), parser.tight), notation=place))


def _brace(tag: str, sign: str, parser: Parser, _: Token) -> Atom:
    made = element(tag, parser.argument(), element("mo", text=sign, stretchy="true"))
    return Atom("ord", made, limits="always")


def _stacked(tag: str, parser: Parser, _: Token) -> Atom:
    script = parser.argument(tight=True)
    base = parser.group()
    kind: Kind = "named" if {atom.kind for atom in base} == {"named"} else "ord"  # \arg\max
    first = base[0] if len(base) == 1 else Atom(kind, grouped(row(base)))
    if first.core is not None and first.kind in ("named", "big"):
        first.core.set("movablelimits", "false")  # else browsers make it an index in a line of text
    return replace(first, element=element(tag, first.element, script), limits="never")


def _long_arrow(sign: str, parser: Parser, _: Token) -> Atom:
    arrow = element("mo", text=sign, stretchy="true")
    ends = [element("mspace", width="0.5em") for _ in "lr"]
    label = element("mrow", ends[0], parser.argument(tight=True), ends[1])
    return Atom("rel", element("mover", arrow, label), arrow)


def _alphabet(parser: Parser, command: Token) -> Atom:
    before, parser.alphabet = parser.alphabet, command.text
    atoms = parser.group()
    parser.alphabet = before
    if command.text in WORDS:
        atoms = _joined(atoms)
    return Atom("ord", grouped(row(atoms, parser.tight)))


def _joined(atoms: list[Atom]) -> list[Atom]:
    """These atoms with neighbouring letters made one name."""
    joined: list[Atom] = []
    for atom in atoms:
        last = joined[-1].element if joined else None
        if last is not None and last.tag == atom.element.tag == "mi" and not len(atom.element):
            last.text = f"{last.text}{atom.element.text}"
            last.attrib.pop("mathvariant", None)
        else:
            joined.append(atom)
    return joined


def _text(parser: Parser, command: Token) -> Atom:
    style = {"mathvariant": TEXTS[command.text]} if TEXTS[command.text] else {}  # for our style sheet
    return Atom("ord", element("mtext", text=text(parser.raw(command), command), **style))


def _named(parser: Parser, command: Token) -> Atom:
    shown = name(parser.raw(command), command)
    if command.text.endswith("*"):
        made = operator("named", shown, movablelimits="true", lspace="0em", rspace="0em")
        return replace(made, limits="display")
    upright = {"mathvariant": "normal"} if len(shown) == 1 else {}
    return Atom("named", element("mi", text=shown, **upright))


def _styled(parser: Parser, command: Token) -> Atom:
    display = "true" if command.text == r"\displaystyle" else "false"
    return Atom("ord", element("mstyle", *row(parser.atoms()), displaystyle=display, scriptlevel="0"))


def _phantom(parser: Parser, _: Token) -> Atom:
    return Atom("ord", element("mphantom", parser.argument()))


def _modulo(parser: Parser, _: Token) -> Atom:
    return operator("bin", "mod", lspace="0.278em", rspace="0.278em")


COMMANDS: Mapping[str, Command] = {
    r"\frac": partial(_fraction, ""),
    r"\dfrac": partial(_fraction, "true"),
    r"\tfrac": partial(_fraction, "false"),
    r"\binom": _binomial,
    r"\sqrt": _root,
    **{f"\\{name}": partial(_accent, sign, "false") for name, sign in _ACCENTS.items()},
    **{f"\\{name}": partial(_accent, sign, "true") for name, sign in _WIDE_ACCENTS.items()},
    r"\overline": partial(_lined, "top"),
    r"\underline": partial(_lined, "bottom"),
    r"\boxed": partial(_lined, "box"),
    r"\overbrace": partial(_brace, "mover", "⏞"),
    r"\underbrace": partial(_brace, "munder", "⏟"),
    r"\overset": partial(_stacked, "mover"),
    r"\stackrel": partial(_stacked, "mover"),
    r"\underset": partial(_stacked, "munder"),
    r"\xrightarrow": partial(_long_arrow, "→"),
    r"\xleftarrow": partial(_long_arrow, "←"),
    **dict.fromkeys(ALPHABETS, _alphabet),
    **dict.fromkeys(TEXTS, _text),
    r"\operatorname": _named,
    r"\operatorname*": _named,
    r"\left": between,
    **{
        f"\\{name}{side}": partial(sized, size, side)
        for name, size in _SIZES.items()
        for side in ("", *"lrm")
    },
    r"\displaystyle": _styled,
    r"\textstyle": _styled,
    r"\phantom": _phantom,
    r"\bmod": _modulo,
    r"\begin": environment,
    r"\substack": lines_below,
}
