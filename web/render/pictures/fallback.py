"""A picture that can't be drawn: its title and its data as a table."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from grader.values import Picture
from grader.values.numbers import measure
from web.text import one_line

MOST_ROWS = 200


def render(picture: Picture) -> Markup:
    """The picture as a figure: its title and its data as a table."""
    return Markup("<figure><h4>{}</h4>{}</figure>").format(one_line(picture.title, 120), table(picture))


def table(picture: Picture) -> Markup:
    """The picture's data, folded away: one row for each key of the data."""
    rows = [
        Markup('<tr><th scope="row">{}</th><td class="mono">{}</td></tr>').format(
            one_line(name, 120), one_line(_text(value), 400)
        )
        for name, value in list(picture.data.items())[:MOST_ROWS]
    ]
    return Markup(
        '<details class="plain"><summary>The numbers<span class="vh"> of {}</span></summary>'
        '<div class="scroll" tabindex="0" role="region" aria-label="Numbers of {}"><table><tbody>{}</tbody>'
        "</table></div></details>"
    ).format(one_line(picture.title, 120), one_line(picture.title, 120), Markup("").join(rows))


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_text(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(f"({_text(item)})" if isinstance(item, list) else _text(item) for item in value)
    if isinstance(value, float):
        return measure(value)
    return "" if value is None else str(value)
