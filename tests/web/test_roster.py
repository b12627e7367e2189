"""A list of people is read, shown, and applied only as it was shown."""

import io
import re

import pytest

from grader.database import courses, people, reading, writing
from grader.database.models import Blob, CourseRole, User
from tests.web.world import PASSWORD
from web.services import roster_file

LIST = "email;name;section\nalice@example.org;;A\nzoe@x.org;Zoë <b>;B\n"


@pytest.fixture
def elena(world):
    return world.visit("instructor")


def upload(world, visitor, text=LIST):
    data = text if isinstance(text, bytes) else text.encode("utf-8-sig")
    return visitor.post(f"{world.base}/roster", {"file": (io.BytesIO(data), "people.csv")})


def plan_of(page):
    return re.search(r'name="plan" value="(\w+)"', page)[1]


def members(world):
    with reading(world.engine) as session:
        return {row.user.email for row in people.everybody(session, world.course)}


def test_nothing_changes_before_the_list_is_applied(world, elena):
    before = members(world)
    address = upload(world, elena).location
    page = elena.get(address).text

    assert members(world) == before
    assert "1 to add" in page
    assert "1 to change" in page
    assert "2 not in the file" in page
    assert "Zoë &lt;b&gt;" in page

    assert elena.post(address, {"plan": plan_of(page)}).status_code == 303
    assert members(world) == before | {"zoe@x.org"}


def test_people_who_are_not_in_the_list_are_removed_only_if_that_is_ticked(world, elena):
    address = upload(world, elena).location
    elena.post(address, {"plan": plan_of(elena.get(address).text), "remove": "yes"})

    assert members(world) == {"alice@example.org", "zoe@x.org", "ta@example.org", "instructor@example.org"}
    with reading(world.engine) as session:
        assert session.query(Blob).filter(Blob.data.contains(b"zoe@x.org")).count() == 0


def test_a_plan_that_was_not_the_one_that_was_seen_is_shown_again(world, elena):
    address = upload(world, elena).location
    plan = plan_of(elena.get(address).text)
    with writing(world.engine) as session:
        outsider = session.get_one(User, world.people["outsider"].id)
        courses.enrol(session, world.course, outsider, CourseRole.STUDENT)

    answer = elena.post(address, {"plan": plan, "remove": "yes"})

    assert answer.status_code == 409
    assert "Nothing was applied" in answer.text
    assert "zoe@x.org" not in members(world)


def test_every_fault_is_listed_and_nothing_is_stored(world, elena):
    answer = upload(world, elena, "email,name\nnobody,A\nzoe@x.org,Z\nzoe@x.org,Z\n")

    assert answer.status_code == 422
    assert "Line 2: &#34;nobody&#34; is not" in answer.text
    assert "Line 4: zoe@x.org is in line 3 already" in answer.text
    assert "zoe@x.org" not in members(world)


def test_a_list_that_needs_a_name_says_so_and_can_not_be_applied(world, elena):
    address = upload(world, elena, "email\nzoe@x.org\n").location
    page = elena.get(address).text

    assert "Line 2: zoe@x.org has no account yet" in page
    assert "Apply the list" not in page


def test_two_thousand_people_are_shown_in_pages_of_less_than_100_kb(world, elena):
    rows = "".join(f"s{n}@university.example.org,Anne-Marie Très-Long-Nom {n},A\n" for n in range(2000))
    address = upload(world, elena, "email,name,section\n" + rows).location
    page = elena.get(address + "?show=adds&page=40")

    assert "page 40 of 40" in page.text
    assert len(page.data) < 100_000
    assert elena.post(address, {"plan": plan_of(page.text)}).status_code == 303
    assert len(members(world)) == 2005


@pytest.mark.parametrize("name", ["alice", "ta", "outsider"])
def test_the_preview_is_for_the_instructor_who_uploaded_the_file(world, elena, name):
    address = upload(world, elena).location

    assert world.visit(name).get(address).status_code == 404
    assert world.visit(name).post(address, {"plan": "x"}).status_code == 404


def test_an_address_that_this_site_did_not_make_leads_nowhere(world, elena):
    address = upload(world, elena).location

    assert elena.get(address[:-2]).status_code == 404
    assert elena.get(f"{world.base}/roster/x.y.z").status_code == 404
    assert PASSWORD not in address


def test_a_file_that_is_too_large_is_refused(world, elena, monkeypatch):
    monkeypatch.setattr(roster_file, "LARGEST", 20)

    answer = upload(world, elena)

    assert answer.status_code == 422
    assert "at most 20 are read" in answer.text
