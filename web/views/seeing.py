"""A course's pages as one of its students would see them, for staff; nothing can be changed there."""

from typing import Any, cast

from flask import Blueprint, current_app, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from grader.database import reading, writing
from grader.values.numbers import whole_number
from web.pages import show
from web.refusals import Missing
from web.security.logins import login_required, me
from web.seeing import INSIDE, Seeing, current
from web.services import seeing
from web.site import site

bp = Blueprint("seeing", __name__, url_prefix="/courses/<course>")
AS = "/as/<int(max=2147483647):user_id>/<path:rest>"
REFUSED = (
    "You look at this as a student would see it, and nothing can be changed here. Nothing was stored. To do "
    "something yourself, go back to your own view."
)


@bp.get("/see")
@login_required
def choose(course: str) -> str:
    """The students of the course, or those of a submission, to look at it as one of them."""
    number = whole_number(request.args.get("page", ""), 1, 100_000) or 1
    text, public_id = request.args.get("q", "")[:100], request.args.get("s", "")[:32]
    with reading(site().engine) as session:
        content = seeing.choice(session, me(), course, text, number, public_id)
    return show("seeing.html", content.membership, here="course", page=content)


@bp.get(AS)
@login_required
def page(course: str, user_id: int, rest: str) -> AnyResponse:
    """The page at `/<rest>` as this student would see it. Only pages of the course are found."""
    endpoint, values = _match(course, rest)
    if current() is None:  # a second time in one request if its pack had to be read first
        with reading(site().engine) as session:
            membership, student = seeing.looked_at(session, me(), course, user_id)
        if not rest.endswith("/live"):
            with writing(site().engine) as session:
                seeing.note(session, membership, student, f"/{rest}")
        g.me, g.seeing = student, Seeing(me(), student, course)
    return cast(AnyResponse, current_app.ensure_sync(current_app.view_functions[endpoint])(**values))


@bp.post(AS)
@login_required
def refuse(course: str, user_id: int, rest: str) -> tuple[str, int]:
    """Refuse every change, such as a file handed in."""
    with reading(site().engine) as session:
        membership, _ = seeing.looked_at(session, me(), course, user_id)
    return show("error.html", membership, title="Nothing can be changed here", message=REFUSED), 403


def _match(course: str, rest: str) -> tuple[str, dict[str, Any]]:
    """The view of a page of this course, and its arguments. Raises Missing for any other page."""
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None, "a request has an adapter"
    try:
        rule, values = adapter.match(f"/{rest}", method="GET", return_rule=True)
    except HTTPException:
        raise Missing from None
    if not rule.rule.startswith(INSIDE) or rule.endpoint.startswith("seeing."):
        raise Missing
    if rule.rule.startswith("/s/<"):
        with reading(site().engine) as session:
            seeing.must_be_inside(session, course, values["public_id"])
    elif values.get("course", values.get("slug")) != course:
        raise Missing
    return rule.endpoint, dict(values)
