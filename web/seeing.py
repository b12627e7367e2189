"""Pages as a student would see them, for staff: `/courses/<course>/as/<user>` stands before their addresses.

A request for such an address is answered by the page's own view, for which the student is the reader; the
links on it lead to further pages seen so. Only pages of that course can be reached, and only by GET, so that
nothing can be changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, has_request_context, request

from grader.database.models import User

INSIDE = ("/courses/<", "/s/<")
"""How the rules of the pages of a course begin."""


@dataclass(frozen=True)
class Seeing:
    """Staff (`viewer`) who look at a course as one of its students."""

    viewer: User
    student: User
    course: str

    @property
    def back(self) -> str:
        """The address of the viewer's own page of the course."""
        return f"{request.script_root}/courses/{self.course}"

    @property
    def prefix(self) -> str:
        """What stands before the address of a page."""
        return f"/courses/{self.course}/as/{self.student.id}"


def current() -> Seeing | None:
    """How this request is seen; None for readers who see their own pages."""
    return g.get("seeing") if has_request_context() else None


class Application(Flask):
    """A Flask application whose links stay in the view of the student while one is looked at."""

    def url_for(self, endpoint: str, /, **values: Any) -> str:  # type: ignore[override]
        address = super().url_for(endpoint, **values)
        seeing = current()
        if seeing is None or not _is_inside(endpoint):
            return address
        root = request.script_root
        return f"{root}{seeing.prefix}{address.removeprefix(root)}"


def _is_inside(endpoint: str) -> bool:
    rules = current_app.url_map.iter_rules(endpoint)
    return not endpoint.startswith("seeing.") and all(rule.rule.startswith(INSIDE) for rule in rules)


def register(app: Flask) -> None:
    """Make `seeing` available in templates."""

    @app.context_processor
    def seeing() -> dict[str, Any]:
        return {"seeing": current()}
