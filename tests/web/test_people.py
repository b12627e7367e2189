"""The people of a course: list, one person, roles, removal; a removal or a deactivation holds at once."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from grader.database import courses, invites, mail, people, reading, users, writing
from grader.database.models import Audit, CourseRole, Enrolment, Mail, MailKind, User
from tests.web.people import make_people
from tests.web.world import PASSWORD, SENDS, make_site, set_password


@pytest.fixture
def elena(world):
    return world.visit("instructor")


def place(world, name):
    return f"{world.base}/people/{world.people[name].id}"


def role_of(world, name):
    with reading(world.engine) as session:
        row = courses.any_enrolment_of(session, world.course, world.people[name])
        return row.role, row.section, row.left_at is not None


def test_the_list_finds_people_by_name_role_and_section(world, elena):
    elena.post(place(world, "alice"), {"role": "student", "section": "A"})

    by_name = elena.get(f"{world.base}/people?q=LIC").text
    by_section = elena.get(f"{world.base}/people?section=A").text
    staff = elena.get(f"{world.base}/people?role=ta").text

    assert "alice@example.org" in by_name
    assert "bob@example.org" not in by_name
    assert "alice@example.org" in by_section
    assert "bob@example.org" not in by_section
    assert "ta@example.org" in staff
    assert "alice@example.org" not in staff


def queries(world, path, name="instructor"):
    """(statements, bytes) of a page."""
    seen = []

    def count(*args):
        seen.append(args[2])

    visitor = world.visit(name)
    event.listen(world.engine, "before_cursor_execute", count)
    answer = visitor.get(path)
    event.remove(world.engine, "before_cursor_execute", count)
    assert answer.status_code == 200
    return len(seen), len(answer.data)


def add_many(world, count):
    with writing(world.engine) as session:
        by = session.get_one(User, world.people["instructor"].id)
        for number in range(count):
            email = f"student{number}@a-long-name-of-a-university.example.org"
            people.add(session, world.course, email, f"Ångström {number}", CourseRole.STUDENT, "A", by=by)
            expires = datetime.now(UTC) + timedelta(days=1)
            now = datetime.now(UTC)
            invites.make(session, world.course, CourseRole.STUDENT, "", None, now, expires, by=by)


@pytest.mark.parametrize(
    ("path", "name"),
    [("/courses/nn/people", "instructor"), ("/users", "operator"), ("/courses/nn/invites", "instructor")],
)
def test_a_list_takes_as_many_queries_for_many_as_for_few_and_is_small(world, path, name):
    few, _ = queries(world, path, name)
    add_many(world, 60)
    many, size = queries(world, path, name)

    assert many == few
    assert size < 100_000


def test_one_person_is_added_with_a_new_account_or_their_own(world, elena):
    new = elena.post(
        f"{world.base}/people", {"email": "Zoe@X.org", "name": "Zoë", "role": "ta", "section": "B"}
    )
    own = elena.post(f"{world.base}/people", {"email": "outsider@example.org", "role": "student"})

    assert (new.status_code, own.status_code) == (303, 303)
    assert role_of(world, "outsider")[0] is CourseRole.STUDENT
    assert "Zoë" in elena.get(new.location).text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"email": "nobody"}, "is not an e-mail address"),
        ({"email": "zoe@x.org", "name": ""}, "name must be one line"),
        ({"email": "alice@example.org"}, "exists already"),
        ({"email": "zoe@x.org", "name": "Zoë", "role": "king"}, "Choose one of"),
        ({"email": "zoe@x.org", "name": "Zoë", "section": "x" * 41}, "1 to 40 characters"),
    ],
)
def test_a_wrong_field_is_named_and_what_was_typed_is_kept(world, elena, form, words):
    answer = elena.post(f"{world.base}/people", {"role": "student", **form})

    assert answer.status_code == 422
    assert words in answer.text.replace("&#34;", '"')
    assert f'value="{form["email"]}"' in answer.text


def test_a_role_changes_what_the_person_may_do_from_the_next_request_on(world, elena):
    charlie = world.visit("charlie")
    assert charlie.get(f"{world.page}/class").status_code == 403

    elena.post(place(world, "charlie"), {"role": "ta", "section": ""})

    assert charlie.get(f"{world.page}/class").status_code == 200


def test_somebody_who_is_removed_is_out_at_once_and_can_be_taken_back(world, elena):
    alice = world.visit("alice")
    assert alice.get(world.attempt).status_code == 200

    elena.post(place(world, "alice") + "/remove")
    paths = (world.base, world.page, world.attempt, f"{world.attempt}/live", f"{world.attempt}/report.json")
    assert {alice.get(path).status_code for path in paths} == {404}
    assert alice.post(f"{world.page}/hand-in", {"paste": "x = 2", "do": "hand-in"}).status_code == 404
    assert "not enrolled in a course" in alice.get("/").text

    elena.post(place(world, "alice") + "/take-back")
    assert alice.get(world.attempt).status_code == 200


def test_a_removed_ta_has_no_rights(world, elena):
    ta = world.visit("ta")
    elena.post(place(world, "ta") + "/remove")

    assert ta.get(f"{world.page}/class").status_code == 404
    assert ta.get("/status").status_code == 404
    assert ta.post(f"{world.attempt}/rerun").status_code == 404


@pytest.mark.parametrize("what", ["/remove", ""])
def test_nobody_takes_their_own_role_away_so_a_course_keeps_an_instructor(world, elena, what):
    answer = elena.post(place(world, "instructor") + what, {"role": "student", "section": ""})

    assert answer.status_code == 422
    assert "another instructor can" in answer.text
    assert role_of(world, "instructor") == (CourseRole.INSTRUCTOR, "", False)


def test_a_person_of_another_course_is_not_found(world, elena):
    for name in ("outsider", "operator"):
        assert elena.get(place(world, name)).status_code == 404
        assert elena.post(place(world, name) + "/remove").status_code == 404


def test_the_export_can_be_uploaded_again_and_changes_nothing(world, elena):
    with writing(world.engine) as session:
        session.get_one(User, world.people["bob"].id).name = '=HYPERLINK("x")'
    data = elena.get(f"{world.base}/people/export.csv").data
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))

    assert rows[0] == ["email", "name", "section", "role"]
    assert ["bob@example.org", '\'=HYPERLINK("x")', "", "student"] in rows
    upload = elena.post(f"{world.base}/roster", {"file": (io.BytesIO(data), "p.csv")})
    assert "there is nothing to change" in elena.get(upload.location).text


def test_a_link_for_a_first_password_is_shown_once(world, elena):
    new = f"{world.base}/people/{make_people(world)['new']}"
    page = elena.get(elena.post(f"{new}/link").location).text
    link = re.search(r"http://localhost(/password/[\w-]+)", page)[1]

    assert "/password/" not in elena.get(new).text
    form = {"new_password": PASSWORD, "new_password_again": PASSWORD}
    assert world.visit(None).post(link, form).status_code == 303
    assert world.visit(None).get(link).status_code == 404


def test_instructors_make_no_link_for_somebody_who_has_rights_elsewhere_or_a_password(world, elena):
    made = make_people(world)
    with writing(world.engine) as session:
        other = courses.by_slug(session, "other")
        new = session.get_one(User, made["new"])
        courses.enrol(session, other, new, CourseRole.STUDENT)
        boss = users.create(session, "boss@x.org", "Boss", people.NO_PASSWORD, operator=True)
        session.flush()
        courses.enrol(session, world.course, boss, CourseRole.STUDENT)

    for user_id in (made["new"], boss.id, world.people["alice"].id):
        assert elena.post(f"{world.base}/people/{user_id}/link").status_code == 404
    links = elena.post(f"{world.base}/people/links.csv").data.decode("utf-8-sig")
    assert links.strip() == "email,name,link"


def test_links_for_everybody_without_a_password_come_as_a_file(world, elena):
    make_people(world)
    rows = list(
        csv.reader(io.StringIO(elena.post(f"{world.base}/people/links.csv").data.decode("utf-8-sig")))
    )

    assert [row[0] for row in rows] == ["email", "new@example.org"]
    assert world.visit(None).get(rows[1][2].replace("http://localhost", "")).status_code == 200


def test_somebody_who_is_deactivated_is_logged_out_and_can_not_log_in(world):
    set_password(world, "alice")
    alice, operator = world.visit("alice"), world.visit("operator")
    assert alice.get(world.base).status_code == 200

    operator.post(f"/users/{world.people['alice'].id}/deactivate")

    assert alice.get(world.base).status_code == 303
    form = {"email": "alice@example.org", "password": PASSWORD}
    answer = world.visit(None).post("/login", form)
    assert answer.status_code == 422
    assert "wrong" in answer.text
    operator.post(f"/users/{world.people['alice'].id}/activate")
    assert world.visit(None).post("/login", form).status_code == 303


def test_a_log_in_that_was_begun_before_is_refused_while_the_user_is_deactivated(world):
    alice = world.visit("alice")
    with writing(world.engine) as session:  # as a second server would see it
        session.get_one(User, world.people["alice"].id).deactivated_at = datetime.now(UTC)

    assert alice.get(world.base).status_code == 303


def test_every_change_is_in_the_audit_trail_with_before_and_after(world, elena):
    elena.post(place(world, "bob"), {"role": "ta", "section": "B"})
    elena.post(place(world, "bob") + "/remove")
    elena.post(place(world, "bob") + "/take-back")

    with reading(world.engine) as session:
        bob = select(Enrolment.id).where(Enrolment.user_id == world.people["bob"].id).scalar_subquery()
        rows = select(Audit).where(Audit.subject == "enrolments", Audit.subject_id == bob).order_by(Audit.id)
        entries = session.scalars(rows).all()[1:]
    assert [(row.action, row.actor_id) for row in entries] == [
        (action, world.people["instructor"].id)
        for action in ("person.changed", "person.removed", "person.taken_back")
    ]
    assert entries[0].detail["role"] == "student -> ta"
    assert entries[1].detail["before"] == "ta"


def test_everybody_without_a_password_is_sent_their_own_link_once_a_day(world, backends):
    made = make_people(world)
    app = make_site(world.engine, backends, mail=SENDS)
    visitor = replace(world, app=app).visit("instructor")
    for _ in range(2):
        visitor.post(f"{world.base}/people/invite")

    with reading(world.engine) as session:
        (message,) = session.scalars(select(Mail)).all()
    assert (message.user_id, message.kind) == (made["new"], MailKind.INVITED)
    link = re.search(re.escape(mail.SITE) + r"(/password/[\w-]+)", message.body)[1]
    assert world.visit(None).get(link).status_code == 200
