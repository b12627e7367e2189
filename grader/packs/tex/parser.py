"""TeX as elements of MathML: rows, scripts and letters. Commands with arguments are in `commands`,
environments in `tables`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from xml.etree.ElementTree import Element

from grader.packs.errors import FormulaError
from grader.packs.tex import alphabets
from grader.packs.tex.atoms import Atom, element, grouped, row, space
from grader.packs.tex.leaves import letter, symbol
from grader.packs.tex.refused import refusal
from grader.packs.tex.symbols import SPACES, SYMBOLS, TYPED
from grader.packs.tex.tokens import Token, tokens_of

DEEPEST = 40  # groups in one another
Command = Callable[["Parser", Token], Atom]  # reads the arguments that come next


class Parser:
    """Reads the tokens of one formula from left to right; `commands` read their own arguments."""

    def __init__(self, tex: str, commands: Mapping[str, Command]) -> None:
        self.tex = tex
        self._commands = commands
        self.alphabet = ""  # the command whose letters are being read, such as \mathbf
        self.tight = False  # in an index
        self.depth = 0
        self._tokens = tokens_of(tex)
        self._next = 0

    @property
    def ahead(self) -> Token:
        """The next token, which stays where it is."""
        return self._tokens[self._next]

    def take(self) -> Token:
        """The next token; the reader moves behind it."""
        token = self.ahead
        self._next = min(self._next + 1, len(self._tokens) - 1)
        return token

    def skips(self, text: str) -> bool:
        """Whether the next token is this one; if so the reader moves behind it."""
        found = self.ahead.text == text
        if found:
            self.take()
        return found

    def raw(self, command: Token) -> str:
        """The text between the braces that come next, as it is written. Raises FormulaError without them."""
        if self.ahead.text != "{":
            raise FormulaError(f"{command.text} needs {{ }} behind it", command.at)
        start, depth = self.take().end, 1
        while depth:
            token = self.take()
            if not token.text:
                raise FormulaError(f"{command.text} has a {{ without its }}", command.at)
            depth += {"{": 1, "}": -1}.get(token.text, 0)
        return self.tex[start : token.at]

    def atoms(self) -> list[Atom]:
        """Every atom up to what ends this row: }, &, \\\\, \\right, \\middle, \\end or the formula's end."""
        found: list[Atom] = []
        while self.ahead.text not in ("", "}", "&", r"\\", r"\right", r"\middle", r"\end"):
            found.append(self.atom())
        return found

    def group(self) -> list[Atom]:
        """The atoms of the argument that comes next: those between braces, or one."""
        opening = self.take()
        if opening.text != "{":
            self._next -= 1
            if opening.text in ("", "}", "&", r"\\", "^", "_", "'", r"\right", r"\end"):
                raise FormulaError("has a command, ^ or _ with nothing behind it", opening.at)
            with self.deeper(opening):
                return [self._nucleus(single=True)]
        with self.deeper(opening):
            found = self.atoms()
        if self.take().text != "}":
            raise FormulaError("has a { without its }", opening.at)
        return found

    def argument(self, tight: bool = False) -> Element:
        """The next argument as one element."""
        before, self.tight = self.tight, self.tight or tight
        try:
            return grouped(row(self.group(), self.tight))
        finally:
            self.tight = before

    @contextmanager
    def deeper(self, token: Token) -> Iterator[None]:
        """One level further down. Raises FormulaError below the deepest."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormulaError(f"has more than {DEEPEST} groups in one another", token.at)
        yield
        self.depth -= 1

    def misplaced(self, token: Token) -> FormulaError:
        """Why this token can't stand here."""
        rules = {
            "}": "has a } without its {",
            "&": r"has & outside of an environment; write \begin{aligned}",
            r"\\": r"has \\ outside of an environment; write \begin{aligned} or \begin{gathered}",
            r"\right": r"has \right without its \left",
            r"\middle": r"has \middle outside of \left and \right",
            r"\end": r"has \end without its \begin",
        }
        return FormulaError(rules.get(token.text, f"can't have {token.text} here"), token.at)

    def atom(self) -> Atom:
        """The next atom with its indices."""
        bare = self.ahead.text in ("^", "_", "'")
        return self._with_scripts(Atom("ord", element("mrow")) if bare else self._nucleus())

    def _nucleus(self, single: bool = False) -> Atom:
        token = self.ahead
        if token.text == "{":
            return Atom("ord", grouped(row(self.group(), self.tight)))
        self.take()
        if token.text == "." or _is_digit(token.text):
            return self._number(token, single)
        if token.text in SPACES:
            return space(SPACES[token.text])
        if token.text.isascii() and token.text.isalpha():
            return letter(token, token.text, "italic", self.alphabet)
        known = SYMBOLS.get(token.text) or TYPED.get(token.text)
        if known is not None:
            return symbol(token, known, self.alphabet, self.ahead)
        if token.text in self._commands:
            with self.deeper(token):
                return self._commands[token.text](self, token)
        raise FormulaError(refusal(token.text), token.at)

    def _number(self, first: Token, single: bool) -> Atom:
        text = first.text
        while not single and not self.alphabet and self._continues(text):
            text += self.take().text
        if text == ".":
            return Atom("ord", element("mi", text="."))
        if self.alphabet:
            text = alphabets.in_alphabet(self.alphabet, text, first.at)
        return Atom("ord", element("mn", text=text))

    def _continues(self, text: str) -> bool:
        """Whether the next token belongs to this number."""
        following = self.ahead.text
        if following == ".":
            after = self._tokens[min(self._next + 1, len(self._tokens) - 1)].text
            return "." not in text and _is_digit(after)
        return _is_digit(following)

    def _with_scripts(self, nucleus: Atom) -> Atom:
        if self.ahead.text == r"\limits":
            if nucleus.limits == "never":
                raise FormulaError(r"has \limits behind something that takes none", self.ahead.at)
            self.take()
            nucleus = replace(nucleus, limits="always")
            if nucleus.core is not None:
                nucleus.core.set("movablelimits", "false")
        below, above, primes = self._scripts()
        if primes:  # not an index: the sign itself is small and high, in every font
            marks = element("mo", text="′″‴⁗"[primes - 1] if primes < 5 else "′" * primes)
            nucleus = replace(nucleus, element=element("mrow", nucleus.element, marks))
        if below is None and above is None:
            return nucleus
        names = (
            ("msub", "msup", "msubsup") if nucleus.limits == "never" else ("munder", "mover", "munderover")
        )
        tag = names[2 if below is not None and above is not None else 0 if below is not None else 1]
        scripts = [script for script in (below, above) if script is not None]
        return replace(nucleus, element=element(tag, nucleus.element, *scripts))

    def _scripts(self) -> tuple[Element | None, Element | None, int]:
        """What is below and above, and the number of primes."""
        below: Element | None = None
        above: Element | None = None
        primes = 0
        while self.ahead.text in ("^", "_", "'"):
            token = self.take()
            if token.text == "'":
                primes += 1
            elif (above if token.text == "^" else below) is not None:
                raise FormulaError(
                    f"has two {token.text} at one place; write {{ }} around the first", token.at
                )
            elif token.text == "^":
                above = self.argument(tight=True)
            else:
                below = self.argument(tight=True)
        return below, above, primes


def _is_digit(text: str) -> bool:
    return text.isascii() and text.isdecimal()
