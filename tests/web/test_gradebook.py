"""The gradebook's pages: table, setup, columns, publishing, files, and a student's marks."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from grader.database import courses, people, reading, writing
from grader.database.models import Assignment, Audit, Category, ColumnMark, CourseRole, User
from grader.values import Verdict
from tests.web.gradebook_world import make_gradebook
from tests.web.world import row


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)).replace("&#39;", "'")


@pytest.fixture
def book(world):
    """alice and bob have 10 of 20 in the assignment, which is closed; bob has 40 of 50 in the exam."""
    world.grade(row("test_gradient", points="10"), row("test_loss", Verdict.FAILED, points="10"))
    world.made = make_gradebook(world, {"bob": "40"})
    world.path = f"{world.base}/gradebook"
    world.column = f"{world.path}/columns/{world.made['column']}"
    close(world)
    return world


def close(world):
    with writing(world.engine) as session:
        assignment = session.get_one(Assignment, world.assignment.id)
        assignment.opens_at -= timedelta(days=90)
        assignment.due_at = world.submission.created_at + timedelta(microseconds=1)


def line_of(page, name):
    """The text of a student's row."""
    body = page.text[page.text.index("<tbody>") :]
    found = next(part for part in body.split("<tr") if name in part)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", "<" + found.partition("</tr>")[0])).strip()


def publish(world, *keys):
    return world.visit("instructor").post(f"{world.path}/publish", {"key": list(keys)})


def key_of(world):
    return f"a{world.assignment.id}"


def exam_of(world):
    return f"c{world.made['column']}"


def test_the_table_has_points_shares_and_the_percentage_so_far(book):
    page = book.visit("ta").get(book.path)

    assert line_of(page, "Bob").endswith("56.0 10 50.0 40 80.0")  # (40 * 50 + 10 * 80) / 50
    assert line_of(page, "Alice").endswith("50.0 10 50.0 – –")
    assert line_of(page, "Charlie").endswith("0.0 none 0.0 – –")
    assert "Midterm, 10 %" in words(page)


def test_a_search_finds_students_by_name(book):
    page = book.visit("ta").get(book.path + "?q=bob")

    assert "Bob" in page.text
    assert "Charlie" not in page.text


def test_an_empty_gradebook_offers_the_usual_categories_in_one_click(world):
    instructor = world.visit("instructor")
    assert "Use these four" in instructor.get(f"{world.base}/gradebook").text

    instructor.post(f"{world.base}/gradebook/setup/usual")

    page = words(instructor.get(f"{world.base}/gradebook"))
    assert "Written homeworks 30 %" in page
    assert "Programming assignments 40 %" in page
    assert "Use these four" not in page


def categories(world):
    with reading(world.engine) as session:
        return {row.name: row for row in session.scalars(select(Category).order_by(Category.id))}


def test_weights_that_do_not_add_up_to_100_are_stored_and_said(book):
    home = categories(book)["Midterm"]
    data = {f"name-{home.id}": "Midterm exam", f"weight-{home.id}": "12,5", f"drop-{home.id}": "1"}
    data |= {
        f"{field}-{row.id}": value
        for row in categories(book).values()
        if row.id != home.id
        for field, value in (("name", row.name), ("weight", str(row.weight)))
    }

    assert book.visit("instructor").post(f"{book.path}/setup", data).status_code == 303

    assert categories(book)["Midterm exam"].weight == 12.5
    assert "The weights add up to 102.5, not 100" in words(book.visit("ta").get(book.path))


def test_a_refused_form_keeps_what_was_typed_and_stores_nothing(book):
    home = categories(book)["Midterm"]
    data = {f"name-{home.id}": "Renamed", f"weight-{home.id}": "a lot"}

    answer = book.visit("instructor").post(f"{book.path}/setup", data)

    assert answer.status_code == 422
    assert "A number from 0 to 100 is expected" in answer.text
    assert 'value="a lot"' in answer.text
    assert "Midterm" in categories(book)


def test_a_column_moves_to_another_category(book):
    home = categories(book)["Final project"]

    book.visit("instructor").post(f"{book.path}/setup/places", {exam_of(book): home.id, key_of(book): ""})

    page = words(book.visit("ta").get(book.path))
    assert "In no category: doesn’t count" in page
    assert line_of(book.visit("ta").get(book.path), "Bob").endswith("80.0 40 80.0 10")


def enter(world, visitor, was=None, **marks):
    page = world.visit(visitor).get(world.column)
    found = re.search(r'name="was" value="([^"]*)"', page.text)[1].replace("&#34;", '"')
    data = {"was": found if was is None else was}
    data |= {f"p-{world.people[name].id}": text for name, text in marks.items()}
    return world.visit(visitor).post(world.column, data)


def marks(world):
    names = {user.id: name for name, user in world.people.items()}
    with reading(world.engine) as session:
        return {names[row.user_id]: row.points for row in session.scalars(select(ColumnMark))}


def test_a_ta_enters_marks_and_each_change_is_logged(book):
    assert enter(book, "ta", alice="12,5", bob="", charlie="0").status_code == 303

    assert marks(book) == {"alice": 12.5, "charlie": 0}
    with reading(book.engine) as session:
        entries = session.scalars(select(Audit).where(Audit.action == "column.marked")).all()
        logged = [(e.detail["before"], e.detail["after"]) for e in entries]
    assert logged == [(None, "40"), (None, "12.5"), ("40", None), (None, "0")]


def test_one_wrong_mark_stores_none_and_loses_nothing(book):
    answer = enter(book, "ta", alice="51", bob="33", charlie="x")

    assert answer.status_code == 422
    assert marks(book) == {"bob": 40}
    assert "“51”: 0 to 50 points are expected" in answer.text
    for typed in ("51", "33", "x"):
        assert f'value="{typed}"' in answer.text


def test_a_mark_that_somebody_else_changed_meanwhile_is_not_overwritten(book):
    page = book.visit("ta").get(book.column)
    was = re.search(r'name="was" value="([^"]*)"', page.text)[1].replace("&#34;", '"')
    enter(book, "instructor", bob="44")

    answer = enter(book, "ta", was=was, bob="45", charlie="7")

    assert answer.status_code == 422
    assert "Somebody else has changed this meanwhile, to 44 points." in answer.text
    assert marks(book) == {"bob": 44}


def test_a_page_that_changes_nothing_where_somebody_else_did_is_no_clash(book):
    page = book.visit("ta").get(book.column)
    was = re.search(r'name="was" value="([^"]*)"', page.text)[1].replace("&#34;", '"')
    enter(book, "instructor", bob="44")

    assert enter(book, "ta", was=was, bob="40", charlie="7").status_code == 303

    assert marks(book) == {"bob": 44, "charlie": 7}


def test_fifty_marks_with_comments_fit_into_one_form(book):
    with writing(book.engine) as session:
        course = courses.by_slug(session, book.course.slug)
        by = session.get_one(User, book.people["instructor"].id)
        for at in range(60):
            people.add(session, course, f"s{at}@example.org", f"S {at:02}", CourseRole.STUDENT, "", by=by)
    page = book.visit("ta").get(book.column)
    names = re.findall(r'name="([pc]-\d+)"', page.text)
    was = re.search(r'name="was" value="([^"]*)"', page.text)[1].replace("&#34;", '"')
    data = {name: "5" if name[0] == "p" else "good" for name in names}

    answer = book.visit("ta").post(book.column, {"was": was, **data})

    assert len(names) == 100
    assert answer.status_code == 303
    with reading(book.engine) as session:
        assert session.query(ColumnMark).filter_by(comment="good").count() == 50


def test_deleting_a_column_asks_first_and_the_log_keeps_its_marks(book):
    instructor = book.visit("instructor")
    assert "Its 1 mark is deleted with it" in words(instructor.get(book.column + "/delete"))

    instructor.post(book.column + "/delete")

    assert instructor.get(book.column).status_code == 404
    with reading(book.engine) as session:
        last = session.scalars(select(Audit).where(Audit.action == "column.marked")).all()[-1]
        assert (last.detail["before"], last.detail["after"]) == ("40", None)


def test_students_see_nothing_before_marks_are_published(book):
    page = words(book.visit("bob").get(f"{book.base}/marks"))

    assert "No mark that counts is published yet" in page
    assert "Exam" not in page
    assert "80" not in page


def test_the_preview_shows_what_each_student_will_see_and_publishes_nothing(book):
    page = book.visit("instructor").get(f"{book.path}/publish?key={exam_of(book)}")

    text = page.text[page.text.index('id="preview"') :]
    bob = next(part for part in text.split("<tr>") if "Bob" in part).partition("</tr>")[0]
    assert re.findall(r">([^<>]+)</td>", bob) == ["40", "–", "80.0"]
    assert "Exam" not in words(book.visit("bob").get(f"{book.base}/marks"))


def test_published_marks_can_be_taken_back(book):
    publish(book, exam_of(book))
    bob = words(book.visit("bob").get(f"{book.base}/marks"))
    assert "So far 80.0 %" in bob
    assert "Exam 40 of 50 80.0 counts" in bob
    assert "56.0" not in bob  # the assignment is not published

    book.visit("instructor").post(f"{book.path}/publish/take-back", {"key": exam_of(book)})

    assert "Exam" not in words(book.visit("bob").get(f"{book.base}/marks"))


def test_a_student_sees_own_marks_only(book):
    publish(book, exam_of(book), key_of(book))

    alice = words(book.visit("alice").get(f"{book.base}/marks"))

    assert "Exam – – no mark: doesn’t count" in alice
    assert "40 of 50" not in alice


def test_what_if_computes_without_storing(book):
    publish(book, exam_of(book), key_of(book))
    project = categories(book)["Final project"]

    page = words(book.visit("bob").get(f"{book.base}/marks?if-k{project.id}=100"))

    assert "With what you suppose: 68.6 % ; so far 56.0 %." in page  # (40 * 50 + 10 * 80 + 20 * 100) / 70
    with reading(book.engine) as session:
        assert session.query(ColumnMark).count() == 1


def test_what_if_refuses_what_is_no_percentage(book):
    project = categories(book)["Final project"]

    page = book.visit("bob").get(f"{book.base}/marks?if-k{project.id}=lots").text

    assert "A number from 0 to 100 is expected" in page
    assert 'value="lots"' in page


def test_the_course_page_shows_the_marks_so_far(book):
    publish(book, exam_of(book))

    page = words(book.visit("bob").get(book.base))

    assert "80.0 of 100, over the 10 % that has marks" in page


def csv_of(world):
    return world.visit("ta").get(f"{world.path}/export.csv").data.decode("utf-8-sig")


def test_an_export_has_every_student_and_defuses_formulas(book):
    with writing(book.engine) as session:
        session.get_one(User, book.people["bob"].id).name = "=HYPERLINK(1)"

    lines = csv_of(book).splitlines()

    assert lines[0].startswith("email,name,section,")
    assert lines[0].endswith(
        ",Exam,Written homeworks %,Programming assignments %,Midterm %,Final project %,final %"
    )
    bob = next(line for line in lines if line.startswith("bob@"))
    assert bob == "bob@example.org,'=HYPERLINK(1),,10,40,,50.00,80.00,,56.00"


def test_an_xlsx_has_numbers_as_numbers_and_no_formula(book):
    with writing(book.engine) as session:
        session.get_one(User, book.people["bob"].id).name = "=1+1"

    answer = book.visit("ta").get(f"{book.path}/export.xlsx")

    with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
        sheet = file.read("xl/worksheets/sheet1.xml").decode()
        texts = file.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "=1+1" in texts
    assert "<v>40</v>" in sheet
    assert answer.headers["Content-Disposition"].startswith("attachment")


def upload(world, text, visitor="instructor"):
    data = text if isinstance(text, bytes) else text.encode()
    file = (io.BytesIO(data), "marks.csv")
    return world.visit(visitor).post(f"{world.path}/import", {"file": file})


def test_marks_are_imported_after_a_preview(book):
    answer = upload(book, "Email;Exam\nalice@example.org;12,5\nbob@example.org;41\ncharlie@example.org;\n")
    instructor = book.visit("instructor")
    page = instructor.get(answer.location)
    assert marks(book) == {"bob": 40}
    assert "Alice 2 Exam – 12.5" in words(page)
    assert "Bob 3 Exam 40 41" in words(page)

    plan = re.search(r'name="plan" value="(\w+)"', page.text)[1]
    instructor.post(answer.location, {"plan": plan})

    assert marks(book) == {"alice": 12.5, "bob": 41}


def test_our_own_export_changes_nothing_when_it_is_imported(book):
    page = book.visit("instructor").get(upload(book, csv_of(book)).location)

    assert "there is nothing to change" in words(page)


def test_an_import_is_shown_again_if_a_mark_changed_meanwhile(book):
    answer = upload(book, "email,exam\nbob@example.org,41\n")
    instructor = book.visit("instructor")
    plan = re.search(r'name="plan" value="(\w+)"', instructor.get(answer.location).text)[1]
    enter(book, "ta", bob="44")

    again = instructor.post(answer.location, {"plan": plan})

    assert again.status_code == 409
    assert "Somebody has changed marks since you saw this page" in again.text
    assert marks(book) == {"bob": 44}


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("email,Exam\nx@y.z,3\nbob@example.org,51\n", ["Line 2: “x@y.z” is no", "Line 3, Exam: “51”: 0 to"]),
        ("email,Exam,Quiz 7\nbob@example.org,4,5\n", ["Line 1: the gradebook has no column “Quiz 7”."]),
        ("email,Exam\nbob@example.org,1\nBOB@example.org,2\n", ["Line 3: bob@example.org is in line 2"]),
        ("email,Exam,exam\nbob@example.org,1,2\n", ["Line 1: two columns are “exam”."]),
        ("name,Exam\nBob,1\n", ["Line 1: no column is called email"]),
        ("email,name\nbob@example.org,Bob\n", ["no column of the gradebook that people mark is in the file"]),
        ("email,Exam\n,3\n", ["Line 2: there is no e-mail address."]),
        (b"PK\x03\x04rest", ["This is an XLSX file; only CSV is read."]),
        (b"email,Exam\nb\xff,1\n", ["Line 2 is not UTF-8 text"]),
        ('email,Exam\n"bob@example.org,1\n', ["Line 2: this can’t be read as CSV"]),
        ("", ["No file was chosen, or it is empty."]),
    ],
)  # fmt: skip
def test_a_file_with_faults_changes_nothing_and_names_each_with_its_line(book, text, faults):
    answer = upload(book, text)

    assert answer.status_code == 422
    for fault in faults:
        assert fault in words(answer)
    assert marks(book) == {"bob": 40}


def test_the_statistics_have_quartiles_and_a_histogram(book):
    enter(book, "ta", alice="10", charlie="20")

    page = book.visit("ta").get(f"{book.path}/statistics?of={exam_of(book)}")

    assert "Exam 50 3 23.33 10 15 20 30 40" in words(page)
    assert "3 students; the last bar includes the maximum." in words(page)


def test_an_archived_course_shows_its_gradebook_and_changes_nothing(book):
    instructor = book.visit("instructor")
    instructor.post(f"{book.base}/settings/archive")

    assert instructor.get(book.path).status_code == 200
    assert instructor.get(book.column).status_code == 200
    assert publish(book, exam_of(book)).status_code == 409
    assert "Exam" not in words(book.visit("bob").get(f"{book.base}/marks"))


@pytest.mark.parametrize("part", ["", "/statistics", "/publish", "/setup"])
def test_a_page_asks_as_many_queries_for_thirty_students_as_for_three(book, part):
    def count():
        asked = []
        visitor = book.visit("instructor")
        note = lambda *args: asked.append(args[2])  # noqa: E731
        event.listen(book.engine, "before_cursor_execute", note)
        page = visitor.get(book.path + part)
        event.remove(book.engine, "before_cursor_execute", note)
        assert len(page.data) < 100_000
        return len(asked)

    few = count()
    with writing(book.engine) as session:
        course = courses.by_slug(session, book.course.slug)
        by = session.get_one(User, book.people["instructor"].id)
        for at in range(30):
            people.add(session, course, f"s{at}@example.org", f"S {at}", CourseRole.STUDENT, "", by=by)

    assert count() == few
