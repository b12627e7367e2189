"""The state of the service."""

from flask import Blueprint

from grader.database import reading
from web.pages import show
from web.security.logins import login_required, me
from web.services import status
from web.site import now, site

bp = Blueprint("status", __name__)


@bp.get("/status")
@login_required
def page() -> str:
    """Queue, workers, runner and its layers."""
    with reading(site().engine) as session:
        content = status.page(session, me(), now(), site().backends)
    return show("status.html", None, here="status", page=content)
