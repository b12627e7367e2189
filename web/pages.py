"""Renders a page with the navigation bar of its reader."""

from __future__ import annotations

from typing import Any

from flask import g, render_template, url_for

from grader.database.models import CourseRole
from web.access import Membership

ROLE_WORDS = {CourseRole.STUDENT: "", CourseRole.TA: "TA", CourseRole.INSTRUCTOR: "instructor"}
Tab = tuple[str, str, bool]


def show(template: str, membership: Membership | None, here: str = "", **content: Any) -> str:
    """The page as HTML, with a tab for each page that this reader can open; `here` names the current tab."""
    if membership is None:
        return render_template(template, tabs=_tabs_outside_courses(here), **content)
    return render_template(
        template,
        tabs=_tabs(membership, here),
        membership=membership,
        course=membership.course,
        zone=membership.course.zone,
        role_word=ROLE_WORDS[membership.role],
        **content,
    )


def _tabs(membership: Membership, here: str) -> list[Tab]:
    slug = membership.course.slug
    tabs = [("Course", url_for("courses.page", slug=slug), here == "course")]
    if membership.is_staff:
        tabs.append(("Gradebook", url_for("gradebook.page", course=slug), here == "gradebook"))
    else:
        tabs.append(("Marks", url_for("marks.page", course=slug), here == "marks"))
    tabs.append(("Requests", url_for("requests.listing", course=slug), here == "requests"))
    if membership.role is CourseRole.INSTRUCTOR:
        tabs.append(("Packs", url_for("packs.listing", course=slug), here == "packs"))
        tabs.append(("People", url_for("people.page", course=slug), here == "people"))
        tabs.append(("Settings", url_for("course_settings.page", course=slug), here == "settings"))
    if membership.is_staff:
        tabs.append(("Status", url_for("status.page"), here == "status"))
    return tabs


def _tabs_outside_courses(here: str) -> list[Tab]:
    tabs = [("Courses", url_for("courses.home"), here == "home")]
    operator = g.get("me") is not None and g.me.operator
    if operator:
        tabs.append(("Users", url_for("users.page"), here == "users"))
    if operator or here == "status":
        tabs.append(("Status", url_for("status.page"), here == "status"))
    return tabs if g.get("me") else []
