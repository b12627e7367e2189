"""The review of a submission: comments on lines, the pool, points that are changed, hidden names."""

import io
import re
import zipfile

import pytest
from sqlalchemy import event

from grader.database import reading, submissions, writing
from grader.database.hand_marks import digest_of
from grader.database.models import Assignment, Comment, CourseRole, Enrolment, Mark, ReleaseRule, SavedComment
from grader.values import Verdict
from tests.web.world import SQUARED, row, text_row

ACT = "/class/submissions/act?do=comment&scope=all&all=1"
TEXT = "Half-spaces are convex."
BOLD = "Why <b>0</b>?"


@pytest.fixture
def graded(world):
    world.grade(row("test_loss", Verdict.FAILED), text_row(TEXT), row("test_other", hidden=True))
    return world


def post(world, path, name="ta", **data):
    return world.visit(name).post(world.attempt + "/review" + path, data)


def get(world, name="alice", path="/review"):
    return world.visit(name).get(world.attempt + path).text


def comment(world, name="ta", **data):
    return post(world, "/comments", name, **{"file": "squared.py", "line": "2", "text": BOLD, **data})


def test_a_comment_stands_below_its_line_for_staff_and_student_as_text(graded):
    answer = comment(graded)

    assert answer.headers["Location"].endswith("#c1")
    for text in (get(graded), get(graded, "ta"), get(graded, path="")):
        assert "Why &lt;b&gt;0&lt;/b&gt;?" in text
        assert "<b>0</b>" not in text
    report = get(graded, path="")
    assert report.index('-L2"') < report.index("Why &lt;b&gt;0", report.index('-L2"')) < report.index('-L3"')


def test_a_lines_number_opens_the_form_and_students_have_none(graded):
    assert 'name="line" value="2"' in get(graded, "ta", "/review?line=2")
    assert "<form" not in get(graded).partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"text": " "}, "comment is empty"),
        ({"text": "kept " * 1000}, "at most 4000"),
        ({"line": "99", "text": "kept words"}, "no line 99"),
        ({"file": "nothing.py", "text": "kept words"}, "no file"),
        ({"saved": "77", "text": "kept words"}, "was removed"),
    ],
)
def test_a_refused_comment_keeps_what_was_typed(graded, typed, words):
    answer = comment(graded, **typed)

    assert answer.status_code == 422
    assert words in answer.text
    assert typed["text"].strip()[:8] in answer.text
    with reading(graded.engine) as session:
        assert session.query(Comment).count() == 0


def test_only_the_author_changes_a_comment_and_an_instructor_deletes_it_and_takes_that_back(graded):
    comment(graded)

    assert post(graded, "/comments/1/change", "instructor", text="No").status_code == 403
    assert post(graded, "/comments/1/change", text="Better so.").status_code == 303
    deleted = post(graded, "/comments/1/delete", "instructor")
    assert "Better so." not in get(graded)
    assert "Undo" in graded.visit("instructor").get(deleted.headers["Location"].partition("#")[0]).text
    post(graded, "/comments/1/restore", "instructor")
    assert "Better so." in get(graded)


def test_a_comment_of_the_pool_is_offered_used_again_and_counted(graded):
    comment(graded, pool="yes")
    assert "Why &lt;b&gt;0&lt;/b&gt;?</option>" in get(graded, "ta", "/review?line=1")

    comment(graded, text="See also line 6.", saved="1")

    assert "See also line 6." in get(graded)
    with reading(graded.engine) as session:
        assert session.get_one(SavedComment, 1).uses == 2
        assert session.get_one(Comment, 2).text == BOLD + "\n\nSee also line 6."
    removed = graded.visit("ta").post(graded.base + "/comments/1/remove")
    assert BOLD.partition("<")[0].strip() in removed.headers["Location"].replace("+", " ")


def change(world, name="ta", **data):
    fields = {"test": "test_loss", "points": "4,5", "reason": "The sum <i>is</i> right.", **data}
    return post(world, "/override", name, **fields)


def test_changed_points_are_shown_as_such_to_student_and_staff_and_can_be_withdrawn(graded):
    change(graded)

    student, staff = get(graded, path=""), get(graded, "ta")
    assert "4.5 of 10, changed by <bdi>Ta</bdi>:" in " ".join(student.split())
    assert "The sum &lt;i&gt;is&lt;/i&gt; right." in student
    assert "(found: 0)" in staff
    assert "4.5 <small>of 20 points" in student
    post(graded, "/withdraw", test="test_loss")
    assert "changed by" not in get(graded, path="")
    assert "0 <small>of 20 points" in get(graded, path="")


@pytest.mark.parametrize("typed", [{"points": "11"}, {"points": "many"}, {"reason": " "}, {"test": "none"}])
def test_a_refused_change_of_points_keeps_what_was_typed(graded, typed):
    answer = change(graded, **typed)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert typed.get("points", "4,5") in answer.text


def test_a_student_does_not_see_changed_points_of_a_hidden_row_before_its_release(graded):
    change(graded, test="test_other", points="3", reason="a secret reason")

    assert "secret reason" not in get(graded, path="") + get(graded)
    with writing(graded.engine) as session:
        session.get_one(Assignment, graded.assignment.id).release = ReleaseRule.AT_ONCE
    assert "secret reason" in get(graded, path="")


def test_all_points_by_a_person_leave_no_cause_and_do_not_say_that_every_test_passed(graded):
    change(graded, points="10")

    text = get(graded, path="")
    assert "cause-1" not in text
    assert "passed.\n      </p>" not in text


def test_a_mark_with_rubric_items_is_stored_and_taken_back_from_the_review(graded):
    staff = graded.visit("ta")
    staff.post(graded.page + "/rubric", {"test": "", "text": "x", "points": "1"})
    answer = staff.post(
        graded.attempt + "/review/marks/test_why",
        {"text": digest_of(TEXT), "points": "6", "comment": "Good."},
    )

    assert answer.headers["Location"].endswith("#t-test_why")
    assert "6 <small>of 20 points" in get(graded, path="")
    staff.post(graded.attempt + "/review/marks/test_why/take-back", {"text": digest_of(TEXT)})
    with reading(graded.engine) as session:
        assert session.query(Mark).count() == 0
    assert "awaits marking" in get(graded, path="")


def test_hidden_names_are_on_no_page_of_the_queue_and_come_back(graded):
    staff, queue = graded.visit("ta"), graded.page + "/marking"
    assert "Alice" in staff.get(queue).text

    staff.post(graded.attempt + "/review/names")

    texts = [staff.get(path).text for path in (queue, graded.attempt + "/review")]
    for text in texts:
        assert "Alice" not in text
        assert "Bob" not in text
        assert "Student " in text
    code = texts[1].partition("Student ")[2][:6]
    assert code in texts[0]
    staff.post(graded.attempt + "/review/names")
    assert "Alice" in staff.get(queue).text


def test_the_queue_leads_from_one_submission_to_the_next_and_says_how_many_are_marked(graded):
    hand_in_more(graded, 2)
    staff = graded.visit("ta")
    queue = staff.get(graded.page + "/marking").text
    assert "0 of 3 marked" in queue

    pages = [staff.get(f"/s/{s}/review").text for s in order(queue)]
    assert ['rel="prev"' in page for page in pages] == [False, True, True]
    assert ['rel="next"' in page for page in pages] == [True, True, False]
    assert "2 of 3" in pages[1]


def test_mine_lists_what_the_reader_marks(graded):
    staff = graded.visit("ta")
    ta = str(graded.people["ta"].id)

    assert "No submission matches" in staff.get(graded.page + "/marking?only=mine").text
    staff.post(graded.page + "/marking", {"how": "evenly", "staff": ta})
    assert "<bdi>Alice" in staff.get(graded.page + "/marking?only=mine-waiting").text
    assert staff.post(graded.page + "/marking", {"how": "evenly"}).status_code == 422


def order(queue):
    """The public ids of the submissions in the table."""
    parts = queue.partition("<tbody>")[2].split('href="/s/')[1:]
    return [part.partition("/")[0] for part in parts]


def hand_in_more(world, count):
    with writing(world.engine) as session:
        assignment = session.get_one(Assignment, world.assignment.id)
        for n in range(count):
            user = type(world.people["alice"])(
                email=f"more{n}-{id(session)}@example.org", name=f"More {n}", password_hash="x"
            )
            session.add(user)
            session.flush()
            session.add(Enrolment(course_id=world.course.id, user_id=user.id, role=CourseRole.STUDENT))
            at = world.submission.created_at
            submissions.submit(session, assignment, user, [("squared.py", SQUARED + b"# %d\n" % n)], at)
    for _ in range(count):
        world.grade(row("test_loss"), text_row(TEXT))


def queries(world, path):
    seen = []
    listener = lambda *args: seen.append(args[2])  # noqa: E731
    visitor = world.visit("ta")
    visitor.get(path)
    event.listen(world.engine, "before_cursor_execute", listener)
    text = visitor.get(path).text
    event.remove(world.engine, "before_cursor_execute", listener)
    assert len(text) < 100_000
    return len(seen)


def test_more_submissions_and_comments_take_no_more_queries(graded):
    paths = (graded.page + "/marking", graded.attempt + "/review", graded.attempt, graded.base + "/requests")
    comment(graded)
    few = [queries(graded, path) for path in paths]
    hand_in_more(graded, 12)
    for n in range(11):
        comment(graded, text=f"comment {n}")

    assert [queries(graded, path) for path in paths] == few


def test_while_names_are_hidden_no_page_on_the_way_tells_them(graded):
    ta, base = graded.visit("ta"), graded.page
    ta.post(base + "/marking/names")
    comment(graded)
    pages = ["/marking", "/class/submissions", "/class/submissions?q=alice&sort=name", ACT]
    attempt = ["", "/attempts", "/review", "/tests/test_loss"]

    texts = [ta.get(base + path).text for path in pages] + [
        ta.get(graded.attempt + at).text for at in attempt
    ]

    assert [name for text in texts for name in ("Alice", "Bob", "alice@") if name in text] == []
    code = re.search(r"Student [A-Z2-7]{6}", texts[0])[0]
    assert all(code in text for text in (*texts[:6], texts[6]))
    names = zipfile.ZipFile(io.BytesIO(ta.get(base + "/class/submissions/files.zip?all=1").data)).namelist()
    assert names == [f"{code}-1/squared.py".replace(" ", "_")]
    ta.post(base + "/marking/names", {"from": "table"})
    assert "Alice" in ta.get(base + "/class/submissions").text


def test_an_instructor_who_hides_names_reads_the_log_without_them(graded):
    instructor = graded.visit("instructor")
    post(graded, "/override", test="test_loss", points="5", reason="Why not?")
    assert "Alice" in instructor.get(f"{graded.base}/audit?kind=everything").text

    instructor.post(graded.page + "/marking/names")

    log = instructor.get(f"{graded.base}/audit?kind=everything").text
    file = instructor.get(f"{graded.base}/audit/log.csv?kind=everything").text
    assert "Alice" not in log.partition("<tbody")[2]
    assert "Alice" not in file
    assert all("a student" in text for text in (log, file))
