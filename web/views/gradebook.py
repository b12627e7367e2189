"""The gradebook: its table, statistics, and files, for staff."""

from flask import Blueprint, Response, request

from grader.database import reading
from web.downloads import download
from web.pages import show
from web.render.spreadsheet import to_csv, to_xlsx
from web.security.logins import login_required, me
from web.services import gradebook, gradebook_export, gradebook_statistics
from web.site import now, site

bp = Blueprint("gradebook", __name__, url_prefix="/courses/<course>/gradebook")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("")
@login_required
def page(course: str) -> str:
    """A page of students with their marks."""
    with reading(site().engine) as session:
        content = gradebook.page(session, me(), course, request.args, now())
    return show("gradebook.html", content.membership, "gradebook", page=content)


@bp.get("/statistics")
@login_required
def statistics(course: str) -> str:
    """Mean, median and quartiles of every column, and the histogram of one."""
    with reading(site().engine) as session:
        key = request.args.get("of", "")[:30]
        content = gradebook_statistics.page(session, me(), course, key, now())
    return show("gradebook_statistics.html", content.membership, "gradebook", page=content)


@bp.get("/export.csv")
@login_required
def export_csv(course: str) -> Response:
    """Everything as a CSV file."""
    with reading(site().engine) as session:
        table = gradebook_export.table(session, me(), course, now())
    return download(to_csv(table), f"gradebook-{course}.csv", "text/csv")


@bp.get("/export.xlsx")
@login_required
def export_xlsx(course: str) -> Response:
    """Everything as an XLSX file."""
    with reading(site().engine) as session:
        table = gradebook_export.table(session, me(), course, now())
    return download(to_xlsx("Gradebook", table), f"gradebook-{course}.xlsx", XLSX)
