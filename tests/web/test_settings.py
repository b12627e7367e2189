"""The settings of an assignment, extensions, outages: previewed with what they change, stored, undone."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event

from grader.database import (
    assignments,
    courses,
    extensions,
    grade_summary,
    people_search,
    reading,
    results,
    users,
    writing,
)
from grader.database.models import (
    Assignment,
    Audit,
    Counting,
    Course,
    CourseRole,
    Extension,
    GradeSummary,
    Submission,
)
from grader.values import Shows
from tests.web.world import make_assignment, row
from web.services.term_fields import values_of


def typed(world, **changes):
    """The values of the settings form, some of them changed."""
    with reading(world.engine) as session:
        assignment = session.get_one(Assignment, world.assignment.id)
        return {**values_of(assignment, world.course.zone), **changes}


def before_now(days=1):
    return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def seen_of(page):
    return re.search(r'name="seen" value="(\w+)"', page)[1]


def test_a_preview_says_for_whom_a_due_date_changes_what_and_the_button_stores_it(world):
    world.grade(row("test_loss"), row("test_gradient"))
    elena = world.visit("instructor")
    values = typed(world, due=before_now(), closes="", attempts="3", title="Squares")

    page = elena.get(world.page + "/settings/preview", query_string=values).text
    assert "2 students have submitted. 2 students become late." in page
    assert "Nobody has used up that many." in page
    assert "in time, 20 points" in page
    assert "2 days late, 20 points" in page
    with reading(world.engine) as session:
        assert session.get_one(Assignment, world.assignment.id).attempts is None

    answer = elena.post(world.page + "/settings", {**values, "seen": seen_of(page)})
    assert answer.status_code == 303
    with reading(world.engine) as session:
        assignment = session.get_one(Assignment, world.assignment.id)
        assert (assignment.attempts, assignment.title) == (3, "Squares")
        assert session.query(GradeSummary).one().late_days == 2
        entry = session.query(Audit).filter_by(action="assignment.changed").one()
        assert set(entry.detail["before"]) == {"due_at", "attempts", "title"}


def test_settings_that_have_changed_since_are_not_stored(world):
    elena = world.visit("instructor")
    page = elena.get(world.page + "/settings/preview", query_string=typed(world, attempts="3")).text
    with writing(world.engine) as session:
        assignment = session.get_one(Assignment, world.assignment.id)
        terms = replace(assignments.Terms.of(assignment), cool_down_min=5)
        assignments.change(session, assignment, terms, by=session.merge(world.people["instructor"]))

    values = typed(world, attempts="3", cool_down="")
    answer = elena.post(world.page + "/settings", {**values, "seen": seen_of(page)})
    assert answer.status_code == 409
    assert "have changed since" in answer.text
    with reading(world.engine) as session:
        assert session.get_one(Assignment, world.assignment.id).cool_down_min == 5


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"due": "2001-01-01T00:00"}, "must come after the opening date"),
        ({"title": ""}, "One line of 1 to 120"),
        ({"cool_down": "-3"}, "A whole number from 0 to"),
        ({"group_size": "77"}, "A whole number from 1 to 10"),
        ({"counting": "worst"}, "Choose one of the options"),
        ({"category": "99"}, "one of the course&#39;s categories"),
        ({"diagnosis": "all"}, "Choose one of the options"),
    ],
)
def test_a_wrong_value_is_kept_and_explained(world, changes, message):
    answer = world.visit("instructor").get(
        world.page + "/settings/preview", query_string=typed(world, **changes)
    )
    assert answer.status_code == 422
    assert message in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_every_setting_can_be_changed_at_once(world):
    elena = world.visit("instructor")
    values = typed(
        world,
        opens=before_now(30),
        release="published",
        attempts="2",
        cool_down="10",
        counting="chosen",
        group_size="3",
        diagnosis="part",
        late_free="1",
    )
    page = elena.get(world.page + "/settings/preview", query_string=values).text
    assert "1 group has more members already" not in page
    elena.post(world.page + "/settings", {**values, "seen": seen_of(page)})
    with reading(world.engine) as session:
        found = session.get_one(Assignment, world.assignment.id)
        assert (found.attempts, found.cool_down_min, found.counting) == (2, 10, Counting.CHOSEN)
        assert (found.group_size, found.diagnosis, found.late_free) == (3, Shows.PART, True)
    assert 'value="published" selected' in elena.get(world.page + "/settings").text


def test_a_date_that_is_not_changed_keeps_its_seconds(world):
    values = typed(world, attempts="3")
    page = world.visit("instructor").get(world.page + "/settings/preview", query_string=values).text
    assert '<th scope="row">Attempts</th>' in page
    assert '<th scope="row">Due</th>' not in page


def test_a_hidden_assignment_is_missing_except_for_those_who_have_handed_in(world):
    elena, alice, charlie = (world.visit(name) for name in ("instructor", "alice", "charlie"))
    elena.post(world.page + "/settings/hide")

    assert charlie.get(world.page).status_code == 404
    assert "The squared error" not in charlie.get(world.base).text
    assert alice.get(world.page).status_code == 200
    assert alice.get(world.attempt).status_code == 200
    upload = {"paste": "x = 2", "do": "hand-in"}
    assert alice.post(world.page + "/hand-in", upload).status_code == 409
    assert "Hidden since" in elena.get(world.page + "/settings").text

    elena.post(world.page + "/settings/show")
    assert charlie.get(world.page).status_code == 200


def test_an_empty_assignment_is_deleted_after_it_was_asked(world):
    elena = world.visit("instructor")
    with writing(world.engine) as session:
        make_assignment(session, session.merge(world.course), session.merge(world.version), slug="empty")
    page = f"{world.base}/a/empty/settings"

    assert "can’t be undone" in elena.get(page + "/delete").text
    assert elena.post(page + "/delete").status_code == 303
    assert elena.get(page).status_code == 404
    assert "can’t be deleted" in elena.get(world.page + "/settings/delete").text
    elena.post(world.page + "/settings/delete")
    assert elena.get(world.page + "/settings").status_code == 200


def give(world, **values):
    return world.visit("ta").post(world.base + "/extensions", values)


def test_an_extension_is_given_by_name_and_says_what_it_changed(world):
    late = typed(world, due=before_now(), closes="2099-01-01")
    elena = world.visit("instructor")
    page = elena.get(world.page + "/settings/preview", query_string=late).text
    elena.post(world.page + "/settings", {**late, "seen": seen_of(page)})
    world.grade(row("test_loss"))
    ta, place = world.visit("ta"), world.base + "/extensions"

    wish = {"who": "alice and bob", "hours": "48", "assignment": "squared", "reason": "ill"}
    assert ta.post(place, wish).status_code == 303
    listed = ta.get(place).text
    assert "2 students are no longer late." in listed
    assert "48 hours later" in listed
    assert "ill" in listed


def test_a_name_that_means_several_is_asked_for(world):
    answer = give(world, who="example.org", hours="24", reason="ill")
    assert answer.status_code == 422
    assert "Several match; choose one of them." in answer.text
    assert 'value="ill"' in answer.text
    picked = re.search(r'value="(u\d+)"> <bdi>Charlie', answer.text)[1]
    assert give(world, who="example.org", hours="24", reason="ill", pick=picked).status_code == 303
    with reading(world.engine) as session:
        assert session.query(Extension).one().user_id == world.people["charlie"].id


def test_a_whole_address_means_its_person_and_not_their_group(world):
    assert "Several match" in give(world, who="alice", hours="24", reason="ill").text
    assert give(world, who="alice@example.org", hours="24", reason="ill").status_code == 303
    with reading(world.engine) as session:
        assert session.query(Extension).one().user_id == world.people["alice"].id


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"hours": "5"}, "name or e-mail address is expected"),
        ({"who": "zzz", "hours": "5"}, "No student and no group of this course matches"),
        ({"who": "charlie"}, "a new due date, or a number of hours"),
        ({"who": "charlie", "hours": "x"}, "A whole number from 1 to"),
        ({"who": "charlie", "due": "2099-01-01"}, "For the whole term"),
        ({"who": "charlie", "section": "A", "hours": "5"}, "not both"),
        ({"section": "Z", "hours": "5"}, "one of the course&#39;s sections"),
        ({"who": "charlie", "hours": "5", "assignment": "none"}, "one of the course&#39;s assignments"),
    ],
)
def test_a_wrong_extension_is_kept_and_explained(world, values, message):
    answer = give(world, **values)
    assert answer.status_code == 422
    assert message in answer.text


def test_an_extension_is_withdrawn_and_put_back(world):
    give(world, who="charlie", hours="24")
    page = world.visit("ta").get(world.base + "/extensions").text
    address = re.search(r'action="([^"]+/withdraw)"', page)[1]

    world.visit("ta").post(address)
    page = world.visit("ta").get(world.base + "/extensions").text
    assert "withdrawn" in page
    world.visit("ta").post(address.replace("withdraw", "put-back"))
    with reading(world.engine) as session:
        assert session.query(Extension).one().withdrawn_at is None


def test_the_list_of_extensions_takes_as_many_queries_for_thirty_as_for_three(world):
    counts = []
    for size in (3, 30):
        with writing(world.engine) as session:
            course, by = session.merge(world.course), session.merge(world.people["ta"])
            for number in range(size):
                user = users.create(session, f"s{size}x{number}@example.org", f"S{number}", "no hash")
                session.flush()
                courses.enrol(session, course, user, CourseRole.STUDENT)
                extensions.give(session, course, extensions.Wish(user=user, hours=24), by=by)
        seen = []
        listen = lambda *a, seen=seen: seen.append(a[2])  # noqa: E731
        event.listen(world.engine, "before_cursor_execute", listen)
        page = world.visit("ta").get(world.base + "/extensions")
        event.remove(world.engine, "before_cursor_execute", listen)
        assert len(page.data) < 100_000
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_an_outage_is_previewed_moved_and_undone(world):
    elena = world.visit("instructor")
    with reading(world.engine) as session:
        due = session.get_one(Assignment, world.assignment.id).due_at
    window = {
        "begins": (due - timedelta(days=1)).strftime("%Y-%m-%d"),
        "ends": (due + timedelta(days=1)).strftime("%Y-%m-%d"),
        "hours": "24",
    }
    page = elena.get(world.base + "/outage", query_string=window).text
    assert "Move these dates" in page
    assert "The squared error" in page

    def due_now():
        with reading(world.engine) as session:
            return session.get_one(Assignment, world.assignment.id).due_at

    assert due_now() == due
    elena.post(world.base + "/outage", window)
    assert due_now() == due + timedelta(days=1)
    page = elena.get(world.base + "/outage").text
    elena.post(re.search(r'action="([^"]+/undo)"', page)[1])
    assert due_now() == due
    assert "undone" in elena.get(world.base + "/outage").text


def test_a_window_that_is_none_is_explained(world):
    wrong = {"begins": "2026-10-02", "ends": "2026-10-01", "hours": "0"}
    answer = world.visit("instructor").get(world.base + "/outage", query_string=wrong)
    assert answer.status_code == 422
    assert "A whole number from 1 to 744" in answer.text


def test_groups_and_students_are_found_by_a_part_of_a_name(world):
    with reading(world.engine) as session:
        course = session.get_one(Course, world.course.id)
        assert [team.name for team in people_search.groups(session, course, "BOB")] == ["alice and bob"]
        found, total = people_search.students(session, course, "example", limit=2)
        assert ([user.name for user, _ in found], total) == (["Alice", "Bob"], 3)
        assert people_search.student(session, course, world.people["ta"].id) is None


def test_a_student_lets_an_attempt_count_and_reads_why(world):
    world.grade(row("test_loss"), row("test_gradient"))
    alice = world.visit("alice")
    assert alice.post(world.page + "/counts", {"attempt": "1"}).status_code == 303
    assert "can&#39;t be chosen" in alice.get(world.page).text
    with writing(world.engine) as session:
        session.get_one(Assignment, world.assignment.id).counting = Counting.CHOSEN
    alice.post(world.page + "/counts", {"attempt": "7"})
    assert "None of your attempts has this number" in alice.get(world.page).text
    alice.post(world.page + "/counts", {"attempt": "1"})
    page = alice.get(world.page).text
    assert "Attempt 1 counts. You can choose another one." in page
    assert "You choose which attempt counts" in page


def test_a_late_student_reads_what_handing_in_now_costs(world):
    with writing(world.engine) as session:
        assignment = session.get_one(Assignment, world.assignment.id)
        assignment.due_at = datetime.now(UTC) - timedelta(hours=30)
        assignment.closes_at = datetime.now(UTC) + timedelta(days=5)
        course = session.get_one(Course, world.course.id)
        course.grace_days, course.late_percent = 1, Decimal(10)
        session.get_one(Submission, world.submission.id).created_at = datetime.now(UTC) - timedelta(hours=1)
    world.grade(row("test_loss"), row("test_gradient"))

    page = " ".join(world.visit("alice").get(world.page).text.split())
    now = "If you hand in now, it is 2 days late: 1 grace day is used, of 1 left, and 10 % is taken off."
    assert now in page
    assert "You have 1 of 1 grace day left for the term" in page
    assert "Attempt 1 counts: 20 of 20 points" in page
    assert "2 days late: 1 grace day is used and 10 % is taken off: 18 points are left." in page


def test_a_student_who_must_wait_reads_until_when(world):
    with writing(world.engine) as session:
        session.get_one(Assignment, world.assignment.id).cool_down_min = 30
    alice = world.visit("alice")

    assert "30 minutes must pass" in " ".join(alice.get(world.page).text.split())
    answer = alice.post(world.page + "/hand-in", {"paste": "x = 2", "do": "hand-in"})
    assert answer.status_code == 409
    assert "The next attempt is possible from" in answer.text


def test_the_page_says_that_staff_hand_in_for_nobody(world):
    assert "A dry run." in world.visit("ta").get(world.page).text
    world.visit("ta").post(world.page + "/hand-in", {"paste": "x = 1", "do": "hand-in"})
    world.grade(row("test_loss"))
    world.grade(row("test_loss"))
    with reading(world.engine) as session:
        assignment = session.get_one(Assignment, world.assignment.id)
        handed_in = [row.user.name for row in grade_summary.class_list(session, assignment) if row.summary]
        assert handed_in == ["Alice", "Bob"]
        assert [rate.total for rate in results.pass_rates(session, assignment)] == [1]
