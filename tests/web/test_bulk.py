"""Acts on many submissions: a page before each, done as one, taken back as one."""

import io
import re
import zipfile

import pytest
from sqlalchemy import event, select

from grader.database import mail, reading, submissions, writing
from grader.database.models import (
    Assignment,
    Comment,
    Extension,
    Mail,
    MailKind,
    Regrade,
    SavedFilter,
    Submission,
)
from grader.values import Diagnosis, Fit, Verdict
from tests.web.world import SQUARED, row

pytestmark = pytest.mark.slow

ACT = "/class/submissions/act"


@pytest.fixture
def two(world):
    """alice's team has a mistake with a name; charlie passed all."""
    mistake = Diagnosis(Fit.ONE, mistakes=("slope-left-out:1",), signal="z̄")
    world.grade(row("test_loss"), row("test_gradient", Verdict.FAILED, diagnosis=mistake))
    hand_in(world, "charlie")
    world.grade(row("test_loss"), row("test_gradient"))
    return world


def hand_in(world, name, text=SQUARED):
    with writing(world.engine) as session:
        assignment = session.get_one(Assignment, world.assignment.id)
        user = session.merge(world.people[name])
        submissions.submit(session, assignment, user, [("squared.py", text)], world.submission.created_at)


def stored(world, kind):
    with reading(world.engine) as session:
        return session.scalars(select(kind)).all()


def test_the_class_names_the_mistake_and_opens_those_who_made_it(two):
    ta = two.visit("ta")
    page = ta.get(two.page + "/class").text
    path = re.search(r'href="([^"]*mistake=slope-left-out[^"]*)"', page)[1].replace("&amp;", "&")

    table = ta.get(path).text

    assert "φ′(z) is left out" in page
    assert "<bdi>Alice" in table
    assert "<bdi>Charlie" not in table


def test_the_class_writes_a_mistake_with_the_symbols_that_the_student_reads(world):
    facts = (("0.phi", "tanh"), ("0.z", "z₁"), ("0.z_bar", "z̄₁"), ("0.h_bar", "h̄₁"))
    mistake = Diagnosis(Fit.ONE, mistakes=("slope-left-out:1",), signal="z̄₁", facts=facts)
    world.grade(row("test_loss"), row("test_gradient", Verdict.FAILED, diagnosis=mistake))
    ta = world.visit("ta")

    page = ta.get(world.page + "/class").text
    table = ta.get(world.page + "/class/submissions?mistake=slope-left-out|z̄₁").text

    assert "tanh′(z₁) is left out" in page
    assert "with the mistake: tanh′(z₁) is left out" in table


def test_an_address_of_the_class_with_a_filter_leads_to_the_table(two):
    answer = two.visit("ta").get(two.page + "/class?state=marking")

    assert answer.location.endswith("/class/submissions?state=marking")


def test_a_comment_goes_on_those_that_match_and_is_taken_back(two):
    ta = two.visit("ta")
    preview = ta.get(two.page + ACT, query_string={"do": "comment", "scope": "all", "passed": "no"}).text
    sent = {"do": "comment", "scope": "all", "passed": "no", "expected": "1", "text": "See section 3."}

    done = ta.post(two.page + ACT, sent)

    assert "1 submission of 1 team" in " ".join(preview.split())
    (comment,) = stored(two, Comment)
    assert (comment.submission_id, comment.file, comment.text) == (two.submission.id, "", "See section 3.")
    at = re.search(r'name="at" value="([^"]*)"', ta.get(done.location).text)[1]
    ta.post(two.page + ACT + "/comment/undo", {"at": at})
    assert stored(two, Comment)[0].deleted_at is not None


def test_a_comment_on_many_tells_each_of_their_people_once_who_wishes_it(two):
    hand_in(two, "alice", SQUARED + b"\n")
    with writing(two.engine) as session:
        mail.set_wishes(session, session.merge(two.people["alice"]), [MailKind.COMMENTED])
    sent = {"do": "comment", "scope": "all", "all": "1", "expected": "3", "text": "See section 3."}

    done = two.visit("ta").post(two.page + ACT, sent)

    (message,) = stored(two, Mail)
    assert message.user_id == two.people["alice"].id
    assert [line for line in message.body.splitlines() if "/review" in line] == [
        f"attempt {number}: {mail.link(f'/s/{row.public_id}/review')}"
        for number, row in enumerate(sorted(attempts_of(two, "alice"), key=lambda row: row.number), 1)
    ]
    at = re.search(r'name="at" value="([^"]*)"', two.visit("ta").get(done.location).text)[1]
    two.visit("ta").post(two.page + ACT + "/comment/undo", {"at": at})
    assert stored(two, Mail) == []


def attempts_of(world, name):
    return [row for row in stored(world, Submission) if row.submitter_id == world.people[name].id]


def test_those_that_are_ticked_are_meant_unless_all_are(two):
    ta = two.visit("ta")

    ticked = ta.get(two.page + ACT, query_string={"do": "comment", "pick": two.submission.id}).text
    every = ta.get(
        two.page + ACT, query_string={"do": "comment", "pick": two.submission.id, "scope": "all"}
    ).text

    assert 'name="expected" value="1"' in ticked
    assert 'name="expected" value="2"' in every


def test_it_refuses_if_the_group_has_changed_since_it_was_looked_at(two):
    sent = {"do": "comment", "scope": "all", "expected": "1", "text": "Well done"}

    answer = two.visit("ta").post(two.page + ACT, sent)

    assert answer.status_code == 422
    assert "it has 2 members now" in answer.text
    assert "Well done" in answer.text
    assert stored(two, Comment) == []


def test_an_extension_is_given_and_withdrawn_for_all_as_one(two):
    ta = two.visit("ta")
    sent = {"do": "extend", "scope": "all", "expected": "2", "hours": "24", "reason": "ill"}

    done = ta.post(two.page + ACT, sent)

    given = stored(two, Extension)
    assert [(row.hours, row.reason, row.withdrawn_at) for row in given] == [(24, "ill", None)] * 2
    at = re.search(r'name="at" value="([^"]*)"', ta.get(done.location).text)[1]
    ta.post(two.page + ACT + "/extend/undo", {"at": at})
    assert all(row.withdrawn_at for row in stored(two, Extension))


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"do": "extend", "hours": "0"}, "1 to 8,784"),
        ({"do": "comment", "text": " "}, "it must have 1 to 10,000"),
        ({"do": "write", "text": "Hello"}, "sends no e-mail"),
        ({"do": "rerun", "which": "some"}, "Choose which attempts"),
    ],
)
def test_a_refused_act_says_why(two, values, why):
    answer = two.visit("ta").post(two.page + ACT, {"scope": "all", "expected": "2", **values})

    assert answer.status_code == 422
    assert why in answer.text


def test_attempts_are_graded_again_without_a_change_until_it_is_applied(two):
    sent = {"do": "rerun", "scope": "all", "passed": "no", "expected": "1", "which": "these"}

    two.visit("ta").post(two.page + ACT, sent)

    (regrade,) = stored(two, Regrade)
    assert regrade.selection["submissions"] == [two.submission.id]


def test_nobody_comments_on_a_submission_of_another_course(two):
    answer = two.visit("outsider").post(two.page + ACT, {"do": "comment", "pick": two.submission.id})

    assert answer.status_code == 404
    assert stored(two, Comment) == []


def test_the_zip_has_the_files_of_those_that_match_under_safe_names(two):
    answer = two.visit("ta").get(two.page + "/class/submissions/files.zip?passed=no")

    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.namelist() == ["no_section/alice_and_bob-1/squared.py"]
        assert archive.read(archive.namelist()[0]) == SQUARED


def test_a_filter_is_kept_applied_and_deleted_by_its_owner_only(two):
    ta = two.visit("ta")
    ta.post(two.page + "/class/submissions/filters", {"name": "low", "passed": "no", "sort": "score"})
    (kept,) = stored(two, SavedFilter)

    page = ta.get(two.page + "/class/submissions").text

    assert kept.query == {"passed": "no", "sort": "score"}
    assert "passed=no&amp;sort=score" in page
    path = f"{two.page}/class/submissions/filters/{kept.id}/delete"
    assert two.visit("instructor").post(path).status_code == 404
    ta.post(path)
    assert stored(two, SavedFilter) == []


def count(world, path):
    statements = []
    note = event.listen(world.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    ta = world.visit("ta")
    ta.get(path)
    statements.clear()
    ta.get(path)
    assert note is None
    return len(statements)


@pytest.mark.parametrize(
    "path", ["/class", "/class/submissions?all=1", "/class/submissions?late=1&sort=name"]
)
def test_a_page_needs_as_many_queries_for_ten_rows_as_for_two(two, path):
    few = count(two, two.page + path)
    for number in range(8):
        hand_in(two, "charlie", SQUARED + b"# %d\n" % number)
        two.grade(row("test_loss"), row("test_gradient"))

    assert count(two, two.page + path) == few
