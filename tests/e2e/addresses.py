"""An example of each page of the site, and who opens it; a page that looks different to others has several.

Names in braces are made by furnish.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader.local import demo
from grader.local.demo.people import OPERATOR
from tests.e2e.conftest import BY_LOGIN, ELENA, GORAN, JONAS, MIRA
from tests.e2e.furnish import DRAWN, EMPTY, MORE, OLD

COURSE = f"/courses/{demo.COURSE}"
ACTIVATIONS = f"{COURSE}/a/activations"
BACKPROP, XOR = f"{COURSE}/a/mlp-backprop", f"{COURSE}/a/xor-training"
LONG, BARE, PAST = f"/courses/{MORE}", f"/courses/{EMPTY}", f"/courses/{OLD}"
QUESTIONS, CLOSED = f"{LONG}/a/questions", f"{LONG}/a/mlp-backprop"
TYPED = "title=Backpropagation&opens=2026-01-01T08:00&due=2026-01-09T08:00&release=after_due&counting=best"
WINDOW = "begins=2026-01-01T08:00&ends=2028-01-01T08:00&hours=24"


@dataclass(frozen=True)
class Stop:
    """A page to look at: `who` is None for a visitor who is not logged in. `shows` is a CSS selector of what
    the page must show, if it is looked at for that."""

    who: demo.Person | None
    path: str
    status: int = 200
    shows: str = "main"


def _of(who: demo.Person | None, *paths: str) -> tuple[Stop, ...]:
    return tuple(Stop(who, path) for path in paths)


PAGES: Mapping[str, tuple[Stop, ...]] = {
    "account.page": _of(MIRA, "/account"),
    "assignments.page": _of(MIRA, BACKPROP, QUESTIONS, CLOSED) + _of(GORAN, BACKPROP) + _of(ELENA, BACKPROP),
    "audit_log.page": _of(ELENA, f"{COURSE}/audit", f"{BARE}/audit"),
    "auth.log_in": _of(None, "/login"),
    "class_submissions.act_page": _of(
        JONAS,
        *(f"{BACKPROP}/class/submissions/act?do={do}&scope=all" for do in ("comment", "extend", "rerun")),
        f"{BACKPROP}/class/submissions/act?do=write&who=missing",
    ),
    "class_submissions.done": _of(JONAS, f"{BACKPROP}/class/submissions/act/comment?at=2026-01-01T08:00"),
    "class_submissions.page": _of(JONAS, f"{BACKPROP}/class/submissions", f"{QUESTIONS}/class/submissions")
    + _of(ELENA, f"{BACKPROP}/class/submissions?q=nobody"),
    "classes.missing": _of(JONAS, f"{BACKPROP}/class/missing"),
    "classes.page": _of(JONAS, f"{BACKPROP}/class", f"{XOR}/class")
    + _of(ELENA, f"{CLOSED}/class")
    + (Stop(JONAS, f"{ACTIVATIONS}/class", shows="[aria-labelledby=h-lines]"),),
    "course_copy.page": _of(ELENA, f"{COURSE}/copy", f"{COURSE}/copy?slug=nn-2&title=NN&first=2027-01-04"),
    "course_settings.new": _of(OPERATOR, "/new-course"),
    "course_settings.page": _of(ELENA, f"{COURSE}/settings", f"{PAST}/settings"),
    "courses.home": _of(ELENA, "/") + _of(OPERATOR, "/"),
    "courses.page": _of(MIRA, COURSE, LONG, BARE) + _of(JONAS, COURSE) + _of(ELENA, COURSE, BARE, PAST),
    "extensions.page": _of(ELENA, f"{COURSE}/extensions", f"{LONG}/extensions", f"{BARE}/extensions"),
    "gradebook.page": _of(JONAS, f"{COURSE}/gradebook")
    + _of(ELENA, f"{LONG}/gradebook", f"{BARE}/gradebook"),
    "gradebook.statistics": _of(JONAS, f"{COURSE}/gradebook/statistics"),
    "gradebook_columns.ask": _of(ELENA, f"{COURSE}/gradebook/columns/{{column}}/delete"),
    "gradebook_columns.page": _of(ELENA, f"{COURSE}/gradebook/columns/{{column}}"),
    "gradebook_import.form": _of(ELENA, f"{COURSE}/gradebook/import"),
    "gradebook_import.preview": _of(ELENA, "{marks}"),
    "gradebook_publish.page": _of(ELENA, f"{COURSE}/gradebook/publish", f"{BARE}/gradebook/publish"),
    "gradebook_setup.page": _of(ELENA, f"{COURSE}/gradebook/setup", f"{BARE}/gradebook/setup"),
    "groups.members": _of(ELENA, f"{QUESTIONS}/groups/{{group}}"),
    "groups.page": _of(ELENA, f"{QUESTIONS}/groups"),
    "help.of_role": _of(JONAS, "/help/staff", "/help/instructors", "/help/operators"),
    "help.page": _of(None, "/help"),
    "invites.join_page": _of(None, "/join/{join}") + _of(OPERATOR, "/join/{join}"),
    "invites.page": _of(ELENA, f"{COURSE}/invites", f"{BARE}/invites"),
    "marking.queue": _of(JONAS, f"{BACKPROP}/marking", f"{QUESTIONS}/marking"),
    "marks.of_student": _of(ELENA, f"{COURSE}/marks/{{user}}"),
    "marks.page": _of(GORAN, f"{COURSE}/marks") + _of(MIRA, f"{BARE}/marks"),
    "outages.page": _of(ELENA, f"{COURSE}/outage", f"{COURSE}/outage?{WINDOW}"),
    "packs.compare": _of(ELENA, f"{COURSE}/packs/{{new_version}}/compare/{{version}}"),
    "packs.listing": _of(ELENA, f"{COURSE}/packs"),
    "packs.page": _of(ELENA, f"{COURSE}/packs/{{version}}", f"{COURSE}/packs/{{questions}}"),
    "people.page": _of(ELENA, f"{COURSE}/people", f"{LONG}/people", f"{LONG}/people?q=nobody"),
    "people.person": _of(ELENA, f"{LONG}/people/{{long_user}}", f"{COURSE}/people/{{user}}"),
    "regrades.listing": _of(ELENA, f"{BACKPROP}/regrades", f"{XOR}/regrades"),
    "regrades.page": _of(ELENA, f"{BACKPROP}/regrades/{{regrade}}"),
    "requests.listing": _of(JONAS, f"{COURSE}/requests", f"{LONG}/requests")
    + _of(GORAN, f"{COURSE}/requests"),
    "requests.new": _of(GORAN, "/s/{right}/requests/new", "/s/{right}/requests/new?test=test_gradient_w1"),
    "requests.page": _of(JONAS, "/requests/{request}") + _of(GORAN, "/requests/{request}"),
    "reset.ask": _of(None, "/password"),
    "reset.page": _of(None, "/password/{reset}"),
    "review.page": _of(JONAS, "/s/{attempt}/review", "/s/{written}/review")
    + _of(GORAN, "/s/{attempt}/review"),
    "review.pool": _of(JONAS, f"{COURSE}/comments", f"{LONG}/comments"),
    "roster.form": _of(ELENA, f"{COURSE}/roster"),
    "roster.preview": _of(ELENA, "{roster}", "{roster}?show=removals"),
    "rubric.item": _of(JONAS, f"{QUESTIONS}/rubric/{{item}}"),
    "rubric.page": _of(JONAS, f"{QUESTIONS}/rubric", f"{BACKPROP}/rubric"),
    "seeing.choose": _of(ELENA, f"{COURSE}/see"),
    "seeing.page": _of(ELENA, f"{COURSE}/as/{{user}}/s/{{attempt}}", f"{LONG}/as/{{long_user}}{LONG}"),
    "set_up.steps": _of(OPERATOR, "/set-up"),
    "settings.ask": _of(ELENA, f"{BACKPROP}/settings/delete", f"{CLOSED}/settings/delete"),
    "settings.page": _of(ELENA, f"{BACKPROP}/settings"),
    "settings.preview": (
        Stop(ELENA, f"{BACKPROP}/settings/preview?{TYPED}&group_size=1"),
        Stop(ELENA, f"{BACKPROP}/settings/preview?{TYPED}&group_size=none", 422),
    ),
    "status.page": _of(ELENA, "/status"),
    "submissions.compare": _of(GORAN, "/s/{right}/compare/1"),
    "submissions.history": _of(GORAN, "/s/{right}/attempts"),
    "submissions.page": _of(GORAN, "/s/{attempt}", "/s/{right}")
    + _of(JONAS, "/s/{attempt}", "/s/{written}")
    + _of(BY_LOGIN[DRAWN], "/s/{drawn}")
    + tuple(Stop(who, "/s/{lined}", shows=".wrong-line") for who in (MIRA, JONAS)),
    "submissions.test": _of(GORAN, "/s/{attempt}/tests/test_gradient_w1"),
    "users.page": _of(OPERATOR, "/users", "/users?q=nobody"),
    "": (Stop(None, "/join/none", 404), Stop(MIRA, f"{COURSE}/people", 403), Stop(MIRA, "/nowhere", 404)),
}
"""By endpoint; "" are the pages that say why there is none."""

NO_PAGES = (
    "assignments.starter",
    "audit_log.export",
    "class_submissions.files",
    "gradebook.export_csv",
    "gradebook.export_xlsx",
    "health.health",
    "packs.news",
    "people.export",
    "regrades.news",
    "static",
    "submissions.arguments",
    "submissions.file",
    "submissions.news",
    "submissions.report",
)
"""Endpoints that answer with a file, or with data for a script."""
