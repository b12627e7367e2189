"""A group on the page of its assignment: invite, accept, hand in, state who did what."""

import re

import pytest
from sqlalchemy import event, select

from grader.database import writing
from grader.database.models import Assignment, Team, TeamMember
from tests.web.world import make_assignment


@pytest.fixture
def path(world, engine):
    """An assignment for groups of two."""
    with writing(engine) as session:
        assignment = make_assignment(
            session, session.merge(world.course), session.merge(world.version), slug="pairs"
        )
        assignment.group_size = 2
    return f"{world.base}/a/pairs"


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def act(world, name, path, what, **data):
    return world.visit(name).post(f"{path}/group", {"do": what, **data})


def pair(world, path):
    act(world, "bob", path, "invite", email="charlie@example.org")
    page = world.visit("charlie").get(path).text
    act(world, "charlie", path, "accept", id=re.search(r'name="id" value="(\d+)"', page)[1])


def test_an_invitation_is_seen_accepted_and_one_submission_is_of_both(world, path):
    act(world, "bob", path, "invite", email="Charlie@Example.org")
    charlie = world.visit("charlie")
    page = charlie.get(path)
    assert "Bob invites you into a group" in text_of(page)

    act(world, "charlie", path, "accept", id=re.search(r'name="id" value="(\d+)"', page.text)[1])
    answer = charlie.post(path + "/hand-in", {"paste": "x = 1", "do": "hand-in"})

    assert world.visit("bob").get(answer.location).status_code == 200
    assert world.visit("alice").get(answer.location).status_code == 404
    assert "the group stays as it is" in text_of(world.visit("bob").get(path))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"email": "nobody@example.org"}, "No student of this course has this address."),
        ({"email": "ta@example.org"}, "No student of this course has this address."),
        ({"email": "bob@example.org"}, "This is your own address"),
    ],
)
def test_a_refused_invitation_says_why(world, path, data, why):
    visitor = world.visit("bob")
    visitor.post(f"{path}/group", {"do": "invite", **data})

    assert why in text_of(visitor.get(path))


def test_staff_see_who_contributed_what(world, path):
    pair(world, path)
    act(world, "charlie", path, "state", contribution="<b>All</b> of it")

    page = world.visit("ta").get(f"{path}/groups").text

    assert "&lt;b&gt;All&lt;/b&gt; of it" in page
    assert "Charlie" in page


def test_a_page_without_groups_says_nothing_of_them(world):
    assert "Your group" not in world.visit("charlie").get(world.page).text


def test_a_group_that_was_formed_stays_where_groups_are_no_longer_allowed(world, path, engine):
    pair(world, path)
    with writing(engine) as session:
        session.query(Assignment).filter_by(slug="pairs").one().group_size = 1

    assert "Your group" in world.visit("charlie").get(path).text


def group_of(world, path):
    """The address of the only group's page, for staff."""
    page = world.visit("ta").get(path + "/groups").text
    return re.search(r'href="([^"]*/groups/\d+)"', page)[1]


def test_staff_take_somebody_out_of_a_group_that_handed_in_and_put_them_back(world, path):
    pair(world, path)
    answer = world.visit("bob").post(path + "/hand-in", {"paste": "x = 1", "do": "hand-in"})
    group, ta = group_of(world, path), world.visit("ta")
    bob = str(world.people["bob"].id)

    preview = text_of(ta.get(f"{group}?take={bob}"))
    ta.post(group, {"do": "remove", "id": bob})

    assert "The attempt of the group and what it earns stay with the others" in preview
    assert world.visit("bob").get(answer.location).status_code == 404
    assert world.visit("charlie").get(answer.location).status_code == 200
    log = text_of(world.visit("instructor").get(f"{world.base}/audit"))
    assert re.search(r"took Bob out of the group .* from Bob, Charlie to Charlie", log)
    assert "count for Bob too" in text_of(ta.get(group, query_string={"email": "bob@example.org"}))
    ta.post(group, {"do": "add", "id": bob})
    assert world.visit("bob").get(answer.location).status_code == 200


def test_the_last_member_of_a_group_that_handed_in_stays(world, path):
    pair(world, path)
    world.visit("bob").post(path + "/hand-in", {"paste": "x = 1", "do": "hand-in"})
    group, ta = group_of(world, path), world.visit("ta")
    ta.post(group, {"do": "remove", "id": str(world.people["bob"].id)})

    answer = ta.post(group, {"do": "remove", "id": str(world.people["charlie"].id)})

    assert answer.status_code == 422
    assert "Charlie is the last member" in text_of(answer)


@pytest.mark.parametrize(
    ("email", "why"),
    [
        ("nobody@example.org", "No student of this course has the address nobody@example.org."),
        ("ta@example.org", "No student of this course has this address."),
        ("bob@example.org", "Bob is in this group already."),
        ("alice@example.org", "The group has 2 members, the most that this assignment allows"),
    ],
)
def test_it_says_why_a_student_cannot_be_added(world, path, email, why):
    pair(world, path)

    answer = world.visit("ta").get(group_of(world, path), query_string={"email": email})

    assert answer.status_code == 422
    assert why in text_of(answer)


def test_somebody_with_attempts_of_their_own_cannot_be_added(world, path, engine):
    pair(world, path)
    with writing(engine) as session:
        assignment = session.scalars(select(Assignment).where(Assignment.slug == "pairs")).one()
        assignment.group_size = 3
    world.visit("alice").post(path + "/hand-in", {"paste": "x = 1", "do": "hand-in"})

    answer = world.visit("ta").get(group_of(world, path), query_string={"email": "alice@example.org"})

    assert "Alice has made an attempt alone, and attempts can" in text_of(answer)


def test_the_page_of_the_groups_takes_as_many_queries_for_thirty_as_for_three(world, path, engine):
    def form(count):
        with writing(engine) as session:
            assignment = session.scalars(select(Assignment).where(Assignment.slug == "pairs")).one()
            for number in range(count):
                team = Team(course_id=assignment.course_id, name=f"{number}", assignment_id=assignment.id)
                session.add(team)
                session.flush()
                session.add(TeamMember(team_id=team.id, user_id=world.people["bob"].id))

    def asked():
        statements = []
        ta.get(path + "/groups")
        note = lambda *args: statements.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", note)
        page = ta.get(path + "/groups")
        event.remove(engine, "before_cursor_execute", note)
        return len(statements), page

    ta = world.visit("ta")
    form(3)
    few, _ = asked()
    form(57)
    many, page = asked()

    assert many == few
    assert "60 groups, page 1 of 2" in text_of(page)
    assert len(page.data) < 100_000
