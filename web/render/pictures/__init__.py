"""Pictures of a report, drawn on the server as SVG without styles or scripts; sizes are attributes,
colours are classes of static/pictures.css."""

from __future__ import annotations

from flask import Flask
from markupsafe import Markup

from grader.grading import pictures
from grader.values import Picture
from web.render.pictures import curves, fallback, graphs, heat, planes
from web.render.pictures.svg import Figure


def render_picture(picture: Picture, numbers_at: str = "") -> Markup:
    """The picture as a figure with its numbers folded away, or with a link to them at `numbers_at`; one that
    can't be drawn is shown as a table."""
    try:
        return _drawn(pictures.read(picture), picture.title).markup(numbers_at)
    except (ValueError, ArithmeticError):  # a pack's picture never makes the page fail
        return fallback.render(picture)


def _drawn(data: pictures.Drawable, title: str) -> Figure:
    match data:
        case pictures.Heatmap():
            return heat.draw(data, title)
        case pictures.Graph():
            return graphs.draw(data, title)
        case pictures.Boundary():
            return planes.draw_boundary(data, title)
        case pictures.Curve():
            return curves.draw(data, title)
        case pictures.Surface():
            return planes.draw_surface(data, title)


def register(app: Flask) -> None:
    """Make the filter that shows a picture available in the templates."""
    app.add_template_filter(render_picture)
