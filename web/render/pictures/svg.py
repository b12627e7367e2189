"""The parts of every picture: escaped SVG elements, symbols, numbers, tables, the frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from grader.values import numbers
from grader.values.numbers import measure
from reference import notation
from web.text import one_line

NARROW = 252  # px, the width left for a picture on a phone of 320 px

_WIDE, _SLIM = frozenset("WMmw"), frozenset("ijltfr")


def tag(name: str, *children: object, **attributes: object) -> Markup:
    """An element; children and attributes are escaped unless they are Markup. `class_` becomes class, an
    underscore in an attribute's name a dash; floats are rounded to one decimal."""
    parts = [
        Markup('{}="{}"').format(key.rstrip("_").replace("_", "-"), _short(value))
        for key, value in attributes.items()
        if value is not None
    ]
    opening = Markup(" ").join([Markup(name), *parts])
    inner = Markup("").join(escape(child) for child in children)
    return Markup("<{}>{}</{}>").format(opening, inner, Markup(name))


def _short(value: object) -> object:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else value


def words(x: float, y: float, text: object, class_: str = "tick", anchor: str = "middle") -> Markup:
    """Text at the point (x, y)."""
    return tag("text", text, class_=class_, x=x, y=y, text_anchor=anchor)


def symbol(
    x: float, y: float, name: str, class_: str = "sym", *, bar: bool = False, fail: bool = False
) -> Markup:
    """A name as mathematics, centred: W1 with a subscript, and the bar of an error signal as a line."""
    parts = notation.split(name)
    if parts is None:
        return words(x, y, f"signal of {one_line(name, 10)}" if bar else one_line(name, 14), "tick")
    base, below = parts
    scale = 1.0 if class_.split()[0] == "sym" else 0.76
    width = scale * sum(14.0 if c in _WIDE else 6.0 if c in _SLIM else 8.5 for c in base)
    start = x - (width + scale * 6.0 * len(below)) / 2
    index = tag("tspan", below, dy=4, font_size=11 if scale == 1.0 else 9) if below else Markup()
    drawn = tag("text", Markup("{}{}").format(base, index), class_=class_, x=start, y=y)
    if bar:
        top = y - scale * (14.5 if base[0].isupper() or base[0] in "bdfhklt" else 11.0)
        drawn += tag("path", class_="over f" if fail else "over", d=f"M{start + 1:.1f} {top:.1f}h{width:.1f}")
    return drawn


def spoken(name: str, *, bar: bool = False) -> str:
    """A name in running text: W₁, or W̄₁ for its signal."""
    text = one_line(name, 40)
    return notation.bar(text, "the signal of") if bar else notation.plain(text)


def entry(name: str, at: Sequence[int]) -> str:
    """An entry as it is written in Python: W1[2, 0]."""
    return f"{one_line(name, 40)}[{', '.join(map(str, at))}]" if at else one_line(name, 40)


def number(x: float | None) -> str:
    """A value; a dash for None, which stands for a missing or not finite value."""
    return "–" if x is None else measure(x)


def apart(a: float | None, b: float | None) -> tuple[str, str]:
    """Two values, with as many digits as it takes to show how they differ."""
    texts = (number(a), number(b))
    return numbers.apart(a, b) if a is not None and b is not None and a != b else texts


def drawing(
    width: float, height: float, title: str, parts: Iterable[Markup], class_: str | None = None
) -> Markup:
    """One SVG with its title."""
    box = f"0 0 {width:.0f} {height:.0f}"
    inner = Markup("").join([tag("title", title), *parts])
    return tag(
        "svg", inner, viewBox=box, width=f"{width:.0f}", height=f"{height:.0f}", role="img", class_=class_
    )


def scrolling(inner: Markup, label: str, class_: str = "") -> Markup:
    """A labelled region that scrolls sideways, for content that may be wider than a phone."""
    return tag("div", inner, class_=f"scroll {class_}".strip(), tabindex="0", role="region", aria_label=label)


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Markup:
    """A table whose first column names its rows; a cell may be a text or a number."""
    cells = [
        tag(
            "tr",
            tag("th", row[0], scope="row"),
            *(tag("td", c if isinstance(c, str) else number(c), class_="num mono") for c in row[1:]),  # type: ignore[arg-type]
        )
        for row in rows
    ]
    top = [tag("th", text, scope="col", class_="num" if i else None) for i, text in enumerate(head)]
    return tag("table", tag("caption", caption), tag("thead", tag("tr", *top)), tag("tbody", *cells))


def key(steps: Iterable[tuple[str, str]]) -> Markup:
    """The legend of colours; each step is (class, text)."""
    items = [
        tag(
            "li",
            tag(
                "svg",
                tag("rect", class_=class_, width=14, height=14),
                width=14,
                height=14,
                aria_hidden="true",
            ),
            text,
        )
        for class_, text in steps
    ]
    return tag("ul", *items, class_="key")


@dataclass(frozen=True)
class Figure:
    """A drawn picture: heading, drawing, the sentences of its caption, and its numbers as tables."""

    kind: str
    title: str
    drawn: Markup
    sentences: Sequence[object]
    tables: Sequence[Markup]

    def markup(self, numbers_at: str = "") -> Markup:
        """The figure with its numbers folded away, or with a link to them at another address."""
        heading = one_line(self.title, 120)
        caption = Markup(" ").join(escape(sentence) for sentence in self.sentences if sentence)
        named = ("The numbers", tag("span", f" of {heading}", class_="vh"))
        scroll = scrolling(Markup("").join(self.tables), f"Numbers of {heading}", "numbers")
        numbers = (
            tag("a", *named, href=numbers_at, class_="small")
            if numbers_at
            else tag("details", tag("summary", *named), scroll, class_="plain")
        )
        return tag(
            "figure",
            tag("h4", heading),
            tag("div", self.drawn, class_="drawing"),
            tag("figcaption", caption) if caption else Markup(),
            numbers,
            class_=f"picture of-{self.kind}",
        )
