"""Who may open what: every route of the site has a row here, and every kind of visitor a column.

alice owns the submission, bob is in her team, charlie is a student of another team, ta and instructor
run the course, outsider is an instructor of another course, operator is in no course.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from grader.database import courses, extensions, reading, regrades, writing
from grader.database.hand_marks import digest_of
from grader.database.models import Base, Course, Regrade, RegradeRequest, Team
from grader.values import Verdict
from tests.helpers.databases import engine_on, fresh_copy
from tests.web.conftest import build
from tests.web.gradebook_world import make_gradebook
from tests.web.people import make_people
from tests.web.reviewed import make_review
from tests.web.world import FakeBackends, add_version, make_assignment, make_site, row, show_alive, text_row

VISITORS = (None, "alice", "bob", "charlie", "ta", "instructor", "outsider", "operator")

# What anonymous visitors get, then the seven others in that order.
MEMBERS = (303, 200, 200, 200, 200, 200, 404, 404)
TEAM = (303, 200, 200, 404, 200, 200, 404, 404)
TEAM_DATA = (401, 200, 200, 404, 200, 200, 404, 404)
STAFF = (303, 403, 403, 403, 200, 200, 404, 404)
STAFF_DATA = (401, 403, 403, 403, 200, 200, 404, 404)
INSTRUCTORS = (303, 403, 403, 403, 403, 200, 404, 404)
INSTRUCTORS_DATA = (401, 403, 403, 403, 403, 200, 404, 404)
STAFF_ACT = (401, 403, 403, 404, 303, 303, 404, 404)
STAFF_COURSE_ACT = (401, 403, 403, 403, 303, 303, 404, 404)
TEAM_ACT = (401, 303, 303, 404, 303, 303, 404, 404)
INSTRUCTORS_ACT = (401, 403, 403, 403, 403, 303, 404, 404)
INSTRUCTORS_FORM = (401, 403, 403, 403, 403, 422, 404, 404)
INSTRUCTORS_ASK = (303, 403, 403, 403, 403, 422, 404, 404)
STAFF_FORM = (401, 403, 403, 403, 422, 422, 404, 404)
STAFF_CHANGE = (401, 403, 403, 403, 303, 303, 404, 404)
EVERYBODY = (303, 200, 200, 200, 200, 200, 200, 200)
EVERYBODY_ACT = (401, 303, 303, 303, 303, 303, 303, 303)
OPERATORS = (303, 404, 404, 404, 404, 404, 404, 200)
OPERATORS_ACT = (401, 404, 404, 404, 404, 404, 404, 303)
HAND_IN = (401, 303, 303, 303, 303, 303, 404, 404)

ROWS = {
    ("GET", "static"): (200,) * 8,
    ("GET", "health.health"): (200,) * 8,
    ("GET", "help.page"): (200,) * 8,
    ("GET", "help.of_role"): (200,) * 8,
    ("GET", "auth.log_in"): (200, 303, 303, 303, 303, 303, 303, 303),
    ("POST", "auth.enter"): (422,) * 8,
    ("POST", "auth.log_out"): (303,) * 8,
    ("POST", "look.keep"): (303,) * 8,
    ("GET", "courses.home"): (303, 303, 303, 303, 303, 303, 303, 200),
    ("GET", "courses.page"): MEMBERS,
    ("GET", "assignments.page"): MEMBERS,
    ("GET", "assignments.starter"): MEMBERS,
    ("POST", "assignments.hand_in"): HAND_IN,
    ("POST", "choices.choose"): HAND_IN,
    ("GET", "groups.page"): STAFF,
    ("POST", "marking.names"): STAFF_COURSE_ACT,
    ("GET", "groups.members"): STAFF,
    ("POST", "groups.change_members"): STAFF_FORM,
    ("POST", "groups.change"): (401, 303, 303, 303, 403, 403, 404, 404),
    ("GET", "settings.page"): INSTRUCTORS,
    ("GET", "settings.preview"): INSTRUCTORS_ASK,
    ("POST", "settings.store"): INSTRUCTORS_FORM,
    ("POST", "settings.hide"): INSTRUCTORS_ACT,
    ("POST", "settings.show_again"): INSTRUCTORS_ACT,
    ("GET", "settings.ask"): INSTRUCTORS,
    ("POST", "settings.remove"): INSTRUCTORS_ACT,
    ("GET", "extensions.page"): STAFF,
    ("POST", "extensions.give"): STAFF_FORM,
    ("POST", "extensions.withdraw"): STAFF_CHANGE,
    ("POST", "extensions.put_back"): STAFF_CHANGE,
    ("GET", "outages.page"): INSTRUCTORS,
    ("POST", "outages.move"): INSTRUCTORS_FORM,
    ("POST", "outages.undo"): INSTRUCTORS_ACT,
    ("GET", "seeing.choose"): STAFF,
    ("GET", "seeing.page"): STAFF,
    ("POST", "seeing.refuse"): (401, 403, 403, 403, 403, 403, 404, 404),
    ("GET", "classes.page"): STAFF,
    ("GET", "classes.missing"): STAFF,
    ("GET", "class_submissions.page"): STAFF,
    ("POST", "class_submissions.save_filter"): STAFF_FORM,
    ("POST", "class_submissions.delete_filter"): (401, 403, 403, 403, 303, 404, 404, 404),
    ("GET", "class_submissions.act_page"): STAFF,
    ("POST", "class_submissions.act"): STAFF_FORM,
    ("GET", "class_submissions.done"): STAFF,
    ("POST", "class_submissions.undo"): (401, 403, 403, 403, 303, 303, 404, 404),
    ("GET", "class_submissions.files"): STAFF,
    ("GET", "audit_log.page"): INSTRUCTORS,
    ("GET", "audit_log.export"): INSTRUCTORS,
    ("POST", "classes.release"): INSTRUCTORS_ACT,
    ("GET", "regrades.listing"): STAFF,
    ("POST", "regrades.start"): INSTRUCTORS_FORM,
    ("GET", "regrades.page"): STAFF,
    ("GET", "regrades.news"): STAFF_DATA,
    ("POST", "regrades.apply"): INSTRUCTORS_ACT,
    ("POST", "regrades.decide"): INSTRUCTORS_ACT,
    ("GET", "submissions.page"): TEAM,
    ("GET", "submissions.test"): TEAM,
    ("GET", "submissions.history"): TEAM,
    ("GET", "submissions.compare"): TEAM,
    ("GET", "submissions.news"): TEAM_DATA,
    ("GET", "submissions.report"): TEAM_DATA,
    ("GET", "submissions.file"): TEAM,
    ("GET", "submissions.arguments"): TEAM,
    ("POST", "submissions.again"): STAFF_ACT,
    ("POST", "submissions.mark"): STAFF_ACT,
    ("GET", "review.page"): TEAM,
    ("POST", "review.comment"): STAFF_ACT,
    ("POST", "review.change"): STAFF_ACT,
    ("POST", "review.override"): STAFF_ACT,
    ("POST", "review.withdraw"): STAFF_ACT,
    ("POST", "review.mark"): STAFF_ACT,
    ("POST", "review.take_back"): (401, 403, 403, 404, 303, 404, 404, 404),
    ("POST", "review.names"): STAFF_ACT,
    ("GET", "review.pool"): STAFF,
    ("POST", "review.keep"): STAFF_COURSE_ACT,
    ("POST", "review.remove"): (401, 403, 403, 403, 303, 404, 404, 404),
    ("GET", "marking.queue"): STAFF,
    ("POST", "marking.assign"): STAFF_COURSE_ACT,
    ("GET", "rubric.page"): STAFF,
    ("POST", "rubric.add"): (401, 403, 403, 403, 422, 422, 404, 404),
    ("GET", "rubric.item"): STAFF,
    ("POST", "rubric.change"): STAFF_COURSE_ACT,
    ("POST", "rubric.delete"): STAFF_COURSE_ACT,
    ("GET", "requests.listing"): MEMBERS,
    ("GET", "requests.new"): (303, 200, 200, 404, 403, 403, 404, 404),
    ("POST", "requests.ask"): (401, 303, 422, 404, 403, 403, 404, 404),
    ("GET", "requests.page"): TEAM,
    ("POST", "requests.reply"): TEAM_ACT,
    ("POST", "requests.set_state"): TEAM_ACT,
    ("GET", "packs.listing"): INSTRUCTORS,
    ("POST", "packs.upload"): INSTRUCTORS_FORM,
    ("GET", "packs.page"): INSTRUCTORS,
    ("GET", "packs.news"): INSTRUCTORS_DATA,
    ("GET", "packs.compare"): INSTRUCTORS,
    ("POST", "packs.check"): INSTRUCTORS_ACT,
    ("POST", "packs.publish"): INSTRUCTORS_ACT,
    ("POST", "packs.assign"): INSTRUCTORS_FORM,
    ("GET", "status.page"): (303, 404, 404, 404, 200, 200, 200, 200),
    ("GET", "set_up.steps"): (404, 404, 404, 404, 404, 404, 404, 200),
    ("POST", "set_up.first_user"): (404,) * 8,
    ("GET", "account.page"): EVERYBODY,
    ("POST", "account.rename"): EVERYBODY_ACT,
    ("POST", "account.password"): (401, 422, 422, 422, 422, 422, 422, 422),
    ("POST", "account.mail"): EVERYBODY_ACT,
    ("POST", "account.end_login"): EVERYBODY_ACT,
    ("POST", "account.end_others"): EVERYBODY_ACT,
    ("GET", "reset.ask"): (200,) * 8,
    ("POST", "reset.send"): (200,) * 8,
    ("GET", "reset.page"): (200,) * 8,
    ("POST", "reset.store"): (422,) * 8,
    ("GET", "users.page"): OPERATORS,
    ("POST", "users.add"): (401, 404, 404, 404, 404, 404, 404, 422),
    ("POST", "users.link"): OPERATORS_ACT,
    ("POST", "users.deactivate"): OPERATORS_ACT,
    ("POST", "users.activate"): OPERATORS_ACT,
    ("GET", "course_settings.new"): OPERATORS,
    ("POST", "course_settings.create"): (401, 404, 404, 404, 404, 404, 404, 422),
    ("GET", "course_settings.page"): INSTRUCTORS,
    ("POST", "course_settings.change"): INSTRUCTORS_FORM,
    ("POST", "course_settings.archive"): INSTRUCTORS_ACT,
    ("POST", "course_settings.restore"): INSTRUCTORS_ACT,
    ("GET", "course_copy.page"): INSTRUCTORS,
    ("POST", "course_copy.create"): INSTRUCTORS_FORM,
    ("GET", "people.page"): INSTRUCTORS,
    ("POST", "people.add"): INSTRUCTORS_FORM,
    ("GET", "people.export"): INSTRUCTORS,
    ("GET", "people.person"): INSTRUCTORS,
    ("POST", "people.change"): INSTRUCTORS_FORM,
    ("POST", "people.remove"): INSTRUCTORS_ACT,
    ("POST", "people.take_back"): INSTRUCTORS_ACT,
    ("POST", "people.link"): INSTRUCTORS_ACT,
    ("POST", "people.links"): INSTRUCTORS_DATA,
    ("POST", "people.invite"): INSTRUCTORS_ACT,
    ("GET", "roster.form"): INSTRUCTORS,
    ("POST", "roster.upload"): INSTRUCTORS_FORM,
    ("GET", "roster.preview"): (303, 404, 404, 404, 404, 200, 404, 404),
    ("POST", "roster.apply"): (401, 404, 404, 404, 404, 409, 404, 404),
    ("GET", "gradebook.page"): STAFF,
    ("GET", "gradebook.statistics"): STAFF,
    ("GET", "gradebook.export_csv"): STAFF,
    ("GET", "gradebook.export_xlsx"): STAFF,
    ("GET", "gradebook_setup.page"): INSTRUCTORS,
    ("POST", "gradebook_setup.usual"): INSTRUCTORS_ACT,
    ("POST", "gradebook_setup.change"): INSTRUCTORS_FORM,
    ("POST", "gradebook_setup.assign"): INSTRUCTORS_ACT,
    ("POST", "gradebook_setup.add_column"): INSTRUCTORS_FORM,
    ("GET", "gradebook_columns.page"): STAFF,
    ("POST", "gradebook_columns.enter"): (401, 403, 403, 403, 303, 303, 404, 404),
    ("POST", "gradebook_columns.change"): INSTRUCTORS_FORM,
    ("GET", "gradebook_columns.ask"): INSTRUCTORS,
    ("POST", "gradebook_columns.delete"): INSTRUCTORS_ACT,
    ("GET", "gradebook_publish.page"): INSTRUCTORS,
    ("POST", "gradebook_publish.publish"): INSTRUCTORS_ACT,
    ("POST", "gradebook_publish.take_back"): INSTRUCTORS_ACT,
    ("GET", "gradebook_import.form"): INSTRUCTORS,
    ("POST", "gradebook_import.upload"): INSTRUCTORS_FORM,
    ("GET", "gradebook_import.preview"): (303, 404, 404, 404, 404, 200, 404, 404),
    ("POST", "gradebook_import.apply"): (401, 404, 404, 404, 404, 409, 404, 404),
    ("GET", "marks.page"): (303, 200, 200, 200, 404, 404, 404, 404),
    ("GET", "marks.of_student"): STAFF,
    ("GET", "invites.page"): INSTRUCTORS,
    ("POST", "invites.make"): INSTRUCTORS_FORM,
    ("POST", "invites.withdraw"): INSTRUCTORS_ACT,
    ("GET", "invites.join_page"): (200, 303, 303, 303, 303, 303, 200, 200),
    ("POST", "invites.join"): (422, 303, 303, 303, 303, 303, 303, 303),
}


TEXT = "Half-spaces are convex."
WITH_AN_ID = 60
"""More routes than this name something by an id or a slug."""
DATA = {
    "class_submissions.act_page": {"do": "comment"},
    "class_submissions.act": {"do": "comment"},
    "class_submissions.undo": {"at": "2026-10-16T00:00:00+00:00"},
    "groups.change": {"do": "leave"},
    "groups.change_members": {"do": "remove", "id": "1"},
    "account.rename": {"name": "Another Name"},
    "assignments.hand_in": {"paste": "x = 1", "do": "hand-in"},
    "submissions.mark": {"text": digest_of(TEXT), "points": "7.5", "comment": "Why?"},
    "review.mark": {"text": digest_of(TEXT), "points": "7.5", "comment": "Why?"},
    "review.take_back": {"text": digest_of(TEXT)},
    "review.comment": {"text": "Why?"},
    "review.change": {"text": "Why not?"},
    "review.override": {"test": "test_loss", "points": "5", "reason": "Why not?"},
    "review.keep": {"text": "Look at the shapes."},
    "marking.assign": {"how": "none"},
    "rubric.change": {"text": "half", "points": "1"},
    "requests.ask": {"test": "test_loss", "text": "Why?"},
    "requests.reply": {"text": "Because."},
}


WHAT = {"review.change": "restore", "rubric.delete": "restore", "requests.set_state": "close"}


def routes(app):
    """(method, endpoint) of every route of the site."""
    for rule in app.url_map.iter_rules():
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            yield method, rule.endpoint


def address(world, endpoint):
    values = {
        "course": world.course.slug,
        "slug": world.course.slug if endpoint == "courses.page" else world.assignment.slug,
        "public_id": _public_id(world, endpoint),
        "other": world.draft.public_id,
        "what": "comment" if endpoint.startswith("class_submissions.") else WHAT.get(endpoint, "stop"),
        "comment_id": 1,
        "saved_id": 1,
        "item_id": 1,
        "role": "staff",
        "name": "squared.py",
        "test_id": "test_gradient"
        if endpoint in ("submissions.test", "submissions.arguments")
        else "test_why",
        "filename": "live.js",
        "number": 1,
        "extension_id": 1,
        "entry_id": 1,
        "rest": world.base.removeprefix("/"),
        "user_id": world.people["alice"].id if endpoint.startswith("seeing.") else world.made["new"],
        "invite_id": world.made["invite"],
        "login_id": 1,
        "filter_id": 1,
        "column_id": world.made["column"],
        "team_id": world.made["team"],
        "token": world.made.get(endpoint.partition(".")[0]),
    }
    adapter = world.app.url_map.bind("localhost")
    wanted = next(rule for rule in world.app.url_map.iter_rules() if rule.endpoint == endpoint)
    return adapter.build(endpoint, {name: values[name] for name in wanted.arguments})


def _public_id(world, endpoint):
    if endpoint.startswith("packs."):
        return world.draft.public_id
    if endpoint.startswith("regrades."):
        with reading(world.engine) as session:
            return session.scalar(select(Regrade.public_id))
    if endpoint in ("requests.page", "requests.reply", "requests.set_state"):
        with reading(world.engine) as session:
            return session.scalar(select(RegradeRequest.public_id))
    return world.submission.public_id


def test_every_route_has_a_row_and_every_row_a_route(app):
    assert set(routes(app)) == set(ROWS)


@pytest.mark.slow
@pytest.mark.parametrize(("method", "endpoint"), ROWS)
def test_each_visitor_gets_what_the_row_says(graded, method, endpoint):
    path = address(graded, endpoint)
    data = DATA.get(endpoint, {})

    statuses = tuple(_status(graded.visit(name), method, path, data) for name in VISITORS)

    assert statuses == ROWS[method, endpoint]


ABOUT_PEOPLE = {
    "gradebook.export_csv",
    "gradebook.page",
    "gradebook_columns.page",
    "seeing.choose",
    "seeing.page",
}
NAMED = {"ta": ABOUT_PEOPLE, "instructor": ABOUT_PEOPLE | {"people.page", "people.export"}}
"""What still names those who handed in to staff who have hidden the names: the subject is a person there, or
marks are entered by name. docs/staff.md names these pages."""


@pytest.mark.slow
@pytest.mark.parametrize("who", NAMED)
def test_staff_who_hide_names_meet_them_only_where_a_person_is_the_subject(graded, who):
    staff = graded.visit(who)
    staff.post(graded.page + "/marking/names")

    named = set()
    for method, endpoint in ROWS:
        if method == "GET" and ROWS[method, endpoint][VISITORS.index(who)] == 200:
            answer = staff.get(address(graded, endpoint))
            if re.search(rb"\b(alice|bob)\b", answer.data, re.IGNORECASE):
                named.add(endpoint)
            answer.close()

    assert named == NAMED[who]


def test_an_id_that_does_not_exist_is_answered_like_one_that_is_not_visible(graded):
    """In one world: a route that changed something for such an id would not have answered 404."""
    charlie, instructor = graded.visit("charlie"), graded.visit("instructor")
    made = (_public_id(graded, "regrades."), _public_id(graded, "requests.page"))
    known_ids = (graded.submission.public_id, graded.draft.public_id, *made)
    before = row_counts(graded)

    answers = {}
    for method, endpoint in ROWS:
        path = address(graded, endpoint)
        for known in (*known_ids, graded.assignment.slug):
            path = path.replace(known, "no-such-thing")
        if path != address(graded, endpoint):
            statuses = (_status(charlie, method, path, {}), _status(instructor, method, path, {}))
            answers[method, endpoint] = statuses

    assert len(answers) > WITH_AN_ID
    assert {route: statuses for route, statuses in answers.items() if statuses[0] not in (403, 404)} == {}
    assert {route: statuses for route, statuses in answers.items() if statuses[1] != 404} == {}
    assert row_counts(graded) == before


@pytest.fixture(scope="module")
def graded_built(built):
    """(path, world) of a database with all that the addresses name; each test copies the file."""

    def fill(engine):
        show_alive(engine)
        return _grade(replace(built[1], app=make_site(engine, FakeBackends()), engine=engine))

    return build(built[0], "graded.db", fill)


@pytest.fixture
def graded(graded_built, backends):
    with engine_on(f"sqlite:///{fresh_copy(graded_built[0])}") as engine:
        world = replace(graded_built[1], app=make_site(engine, backends), engine=engine)
        world.made = graded_built[1].made
        yield world


def _grade(world):
    failed = row("test_gradient", Verdict.FAILED, message="no", arguments=b"npz")
    world.grade(row("test_loss"), failed, text_row(TEXT), row("test_other_sizes", hidden=True))
    with writing(world.engine) as session:
        wish = extensions.Wish(user=session.merge(world.people["charlie"]), hours=24)
        course, by = session.merge(world.course), session.merge(world.people["ta"])
        extensions.give(session, course, wish, by=by)
        instructor = session.merge(world.people["instructor"])
        assignment = session.merge(world.assignment)
        regrades.start(
            session, assignment, assignment.pack_version, [world.submission.id], why="", by=instructor
        )
        team = Team(course_id=course.id, name="nobody yet", assignment_id=assignment.id)
        session.add(team)
    world.made = make_people(world) | make_gradebook(world) | {"team": team.id}
    make_review(world, TEXT)
    return world


def _status(visitor, method, path, data):
    answer = visitor.get(path) if method == "GET" else visitor.post(path, data)
    answer.close()
    return answer.status_code


def test_a_student_does_not_see_an_assignment_before_it_opens(world, engine):
    soon = datetime.now(UTC) + timedelta(days=1)
    with writing(engine) as session:
        later = make_assignment(
            session, world.course, world.version, slug="later", opens_at=soon, due_at=soon + timedelta(days=1)
        )
        path = f"{world.base}/a/{later.slug}"

    assert world.visit("alice").get(path).status_code == 404
    assert world.visit("ta").get(path).status_code == 200
    assert later.title in world.visit("alice").get(world.base).text


def test_a_version_of_another_course_is_not_found(app, engine, world):
    with writing(engine) as session:
        other = courses.by_slug(session, "other")
        foreign = add_version(session, other, world.people["outsider"], id="theirs")

    answer = world.visit("instructor").get(f"{world.base}/packs/{foreign.public_id}")

    assert answer.status_code == 404


NO_CHANGE_OF_IT = ("course_settings.archive", "course_settings.restore", "course_copy.create")
"""They end the archiving, change nothing, or make another course."""
CHANGES = {
    **DATA,
    "course_settings.change": {"title": "Another", "zone": "UTC"},
    "people.add": {"email": "zoe@x.org", "name": "Zoë", "role": "student"},
    "people.change": {"role": "ta", "section": "Q"},
    "invites.make": {"role": "student", "expires": "2026-12-12"},
}
REFUSED = (
    "assignments.hand_in",
    "submissions.again",
    "course_settings.change",
    "people.remove",
    "people.add",
)


def of_a_course(world, endpoint):
    """Whether the route's address names a course, or something in one."""
    rule = next(rule for rule in world.app.url_map.iter_rules() if rule.endpoint == endpoint)
    return bool({"course", "public_id"} & rule.arguments)


def row_counts(world):
    """How many rows each table has, and the course's own; every change adds one to the audit trail."""
    with reading(world.engine) as session:
        counts = {
            table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in Base.metadata.sorted_tables
            if table.name not in ("logins", "blobs", "pack_pages", "beats")
        }
        return counts, session.execute(select(Course.__table__)).all()


@pytest.mark.parametrize(("do", "status"), [("archive", 409), ("restore", 303)])
def test_in_an_archived_course_no_route_changes_anything(graded, do, status):
    instructor = graded.visit("instructor")
    assert instructor.post(f"{graded.base}/settings/{do}").status_code == 303
    before = row_counts(graded)

    statuses = {
        endpoint: _status(instructor, "POST", address(graded, endpoint), CHANGES.get(endpoint, {}))
        for method, endpoint in sorted(ROWS)
        if method == "POST" and of_a_course(graded, endpoint) and endpoint not in NO_CHANGE_OF_IT
    }

    assert {statuses[endpoint] for endpoint in REFUSED} == {status}
    assert (row_counts(graded) == before) == (do == "archive")
