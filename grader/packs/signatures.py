"""Compares the parameters that a handout shows for a function with those of the solution and the starter.

A student who names or orders parameters as the handout says must be right. The handout shows a signature
where a code span is exactly one call with names alone, `train(params, x, steps=...)`, or a code block has a
line that begins with def. Spans may also show other calls, so one that fits is enough. No Python is run or
parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.packs.handout import code_blocks, code_spans
from grader.packs.pack import Pack
from grader.values.faults import Fault

LONGEST = 2_000  # characters of a parameter list
_CALL = re.compile(r"([A-Za-z_]\w*)\(")
_DEF = re.compile(r"^\s*def\s+([A-Za-z_]\w*)\s*\(", re.MULTILINE)
_PARAMETER = re.compile(r"(\*{0,2})\s*([A-Za-z_]\w*)?\s*(:[^=]*)?(=.*)?", re.DOTALL)
_SKIPPED = re.compile(r"#[^\n]*|(\"\"\"|''')(?:\\.|(?!\1)[^\\])*\1|(\"|')(?:\\.|(?!\2)[^\\\n])*\2", re.DOTALL)


@dataclass(frozen=True)
class Parameters:
    """The parameters of a function: those that a call must give, those that it may leave out, and whether
    it takes any others (*args)."""

    needed: tuple[str, ...]
    optional: tuple[str, ...]
    others: bool = False

    def fits(self, shown: Parameters) -> bool:
        """Whether `shown` names all that is needed, in order, and nothing unknown."""
        names, own = shown.needed + shown.optional, self.needed + self.optional
        right = names[: len(own)] == own[: len(names)]
        right = right and (shown.others or len(names) >= len(self.needed))
        return right and (self.others or shown.others or len(names) <= len(own))

    def any(self) -> bool:
        """Whether there are any; `forward()` in a sentence is a name, not a signature."""
        return bool(self.needed or self.optional or self.others)

    def __str__(self) -> str:
        return ", ".join([*self.needed, *(f"{name}=..." for name in self.optional)])


def signature_faults(pack: Pack) -> Iterator[Fault]:
    """A fault for each function of `defines` that the handout shows only with other parameters than the
    solution's or the starter's."""
    shown = _shown(pack.handout)
    for row in pack.manifest.files:
        for name in row.defines if row.kind == "python" else ():
            for folder in ("solution", "starter"):
                path = f"{folder}/{row.name}"
                real = parameters(pack.files.get(path, b"").decode("utf-8", "replace"), name)
                if real is None:
                    continue
                places = [place for place in shown.get(name, ()) if place[2].any() or not real.needed]
                if not places or any(real.fits(written) for _, _, written in places):
                    continue
                line, text, _ = places[0]
                rule = f"{path} has {name}({real}); the handout must show the same parameters in this order"
                yield Fault("handout.md", "", f"`{text}`", rule, line)
                break


def parameters(text: str, name: str) -> Parameters | None:
    """The parameters of the last function of this name that begins a line of the text, None without one."""
    found = None
    for match in re.finditer(rf"^def\s+{re.escape(name)}\s*\(", text, re.MULTILINE):
        inner = _inner(text, match.end())
        found = None if inner is None else _read(inner)
    return found


def _shown(handout: str) -> dict[str, list[tuple[int, str, Parameters]]]:
    """The signatures in the handout by function: line, text and parameters."""
    shown: dict[str, list[tuple[int, str, Parameters]]] = {}
    for line, span in code_spans(handout):
        call = _CALL.match(span)
        inner = _inner(span, call.end()) if call else None
        if call and inner is not None and call.end() + len(inner) + 1 == len(span):
            _add(shown, call[1], line, span, inner)
    for first, block in code_blocks(handout):
        for match in _DEF.finditer(block):
            inner = _inner(block, match.end())
            if inner is not None:
                line = first + block.count("\n", 0, match.start(1))
                _add(shown, match[1], line, f"{match[0].strip()}{inner})", inner)
    return shown


def _add(
    shown: dict[str, list[tuple[int, str, Parameters]]], name: str, line: int, text: str, inner: str
) -> None:
    found = _read(inner)
    if found is not None:
        shown.setdefault(name, []).append((line, text, found))


def _inner(text: str, start: int) -> str | None:
    """What is between the bracket that opens before `start` and the one that closes it; strings and
    comments are blanked out, so that the length stays. None if it is not closed."""
    window = _SKIPPED.sub(lambda match: " " * len(match[0]), text[start : start + LONGEST])
    depth = 1
    for at, character in enumerate(window):
        depth += (character in "([{") - (character in ")]}")
        if depth == 0:
            return window[:at]
    return None


def _read(inner: str) -> Parameters | None:
    """A list of parameters; None if something in it is no parameter, as in a call with numbers."""
    needed: list[str] = []
    optional: list[str] = []
    others = False
    for part in _split(inner):
        match = _PARAMETER.fullmatch(part)
        if part in ("/", "*"):
            continue
        if part == "..." or (match and match[1]):
            others = True
        elif match is None or not match[2]:
            return None
        else:
            (optional if match[4] is not None else needed).append(match[2])
    return Parameters(tuple(needed), tuple(optional), others)


def _split(inner: str) -> list[str]:
    """The parts between the commas that are in no bracket, without blanks around them."""
    parts, depth = [""], 0
    for character in inner:
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]
