"""Help, one page for each role; everybody may read all of them."""

from flask import Blueprint

from web.pages import show

bp = Blueprint("help", __name__, url_prefix="/help")


@bp.get("")
def page() -> str:
    """For students; the other pages are linked."""
    return show("help/students.html", None)


@bp.get("/<any(staff, instructors, operators):role>")
def of_role(role: str) -> str:
    """For that role."""
    return show(f"help/{role}.html", None)
