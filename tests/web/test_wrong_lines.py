"""The wrong line behind a cause: looked for after the verdict, then on the page with a link to the code."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from grader.database import claims, line_searches, results, submissions, writing
from grader.database.models import Assignment, FoundLine, Job, JobKind, JobState, LineSearch, ReleaseRule
from grader.grading.report_json import from_json
from grader.values import Evidence, Showing, Shows, Verdict
from grader.values.lines import Line, Spot
from tests.web.test_diagnosis import SLOPE
from tests.web.test_hostile import EVERYTHING, harmless
from tests.web.world import SQUARED, make_report, row
from web.services.wrong_lines import quote

FAILED = Verdict.FAILED
LINE = Line(
    Spot("squared.py", 6, 11, 6, 16), "    return y - t", "gradient", "missing division",
    "y - t", "(y - t) / len(y)", tried=12, draws=3, explains=("test_a",),
)  # fmt: skip
LOOKING = "Looking for the line …"


def graded(world, *rows, showing=Showing()):  # noqa: B008 - a frozen value
    with writing(world.engine) as session:
        claim = claims.claim(session, claims.Claimant("w"))
        assert results.finish_grading(session, claim, replace(make_report(*rows), showing=showing))


def search(world, lines=None, failure=""):
    """End the search that waits: with these lines by test id, or by a fault."""
    with writing(world.engine) as session:
        held = claims.claim(session, claims.Claimant("w"))
        assert held.kind is JobKind.LINE_SEARCH
        if failure:
            assert results.fail_job(session, held, failure)
            return
        about = line_searches.read(session, held.job_id)
        found = from_json(about.report).with_lines(lines or {})
        assert line_searches.finish(session, held, about, found)


def page(world, name="alice", path=""):
    return re.sub(r"\s+", " ", world.visit(name).get(world.attempt + path).text)


def news(world, name="alice"):
    return world.visit(name).get(world.attempt + "/live").json


def test_the_verdict_is_there_at_once_and_the_cause_says_that_its_line_is_looked_for(world):
    graded(world, row("test_a", FAILED), row("test_b"))

    text = page(world)

    assert "of 20 points" in text
    assert text.count(LOOKING) == 1
    assert "data-searching" in text
    assert (news(world)["state"], news(world)["searching"]) == ("done", True)


def test_the_line_comes_by_the_live_news_and_is_on_the_page_after_a_reload(world):
    graded(world, row("test_a", FAILED), row("test_b"))
    search(world, {"test_a": LINE})

    text, content = page(world), news(world)

    assert (content["state"], content["searching"]) == ("done", False)
    assert content["announce"] == "Graded: 10 of 20 points. The page names the wrong line for 1 test."
    assert LOOKING not in text
    assert "data-live" not in text


@pytest.mark.parametrize("failure", ["", "the runner was lost"])
def test_a_search_that_ended_without_a_line_says_nothing(world, failure):
    graded(world, row("test_a", FAILED))
    search(world, failure=failure)

    text = page(world)

    assert LOOKING not in text
    assert "data-live" not in text
    assert 'class="wrong-line"' not in text
    assert "runner was lost" not in text
    assert news(world)["searching"] is False


def test_one_click_leads_to_the_marked_line_of_the_code(world):
    graded(world, row("test_a", FAILED))
    search(world, {"test_a": LINE})

    text = page(world)

    link = re.search(r'<a href="#(f\w+-L6)"><bdi>squared.py, line 6</bdi></a>', text)
    assert link is not None
    assert f'<tr id="{link[1]}" class="hit">' in text
    assert "with one change there, this test passes, also with 2 other sets of random inputs." in text


def test_the_line_is_quoted_with_its_wrong_part_marked_and_a_question(world):
    graded(world, row("test_a", FAILED))
    search(world, {"test_a": LINE})

    text = page(world)

    assert ">return <mark>y - t</mark></pre>" in text
    assert '<p class="ask">What is missing that this must be divided by?</p>' in text


def test_every_line_that_serves_is_a_link(world):
    graded(world, row("test_a", FAILED))
    search(world, {"test_a": replace(LINE, also=(Spot("squared.py", 5, 0, 5, 3),))})

    text = page(world)

    assert re.search(r'line 6</bdi></a> or <a href="#f\w+-L5"><bdi>line 5</bdi></a>', text)
    assert re.search(r'<tr id="f\w+-L5" class="hit">', text)


def test_lines_that_must_change_together_are_joined_by_and(world):
    graded(world, row("test_a", FAILED))
    search(world, {"test_a": replace(LINE, together=(Spot("squared.py", 2, 4, 2, 8),))})

    assert re.search(r"line 6</bdi></a> and <a [^>]*><bdi>line 2</bdi></a>", page(world))


def test_a_line_that_the_page_has_no_room_for_leads_to_the_page_of_the_code(world):
    graded(world, row("test_a", FAILED))
    search(world, {"test_a": replace(LINE, spot=Spot("squared.py", 900, 0, 900, 3))})

    assert re.search(
        r'<a href="/s/[\w-]+/review\?f=0&amp;from=900#L900"><bdi>squared.py, line 900', page(world)
    )


def test_staff_see_the_change_and_what_it_explains_and_students_do_not(world):
    graded(world, row("test_a", FAILED, title="Gradient of W1"))
    search(world, {"test_a": LINE})

    staff, student = page(world, "ta"), page(world)

    assert '<tr class="del"><td>−</td><td>y - t</td></tr>' in staff
    assert '<tr class="add"><td>+</td><td>(y - t) / len(y)</td></tr>' in staff
    assert "Found after 12 changes. With it these tests pass: Gradient of W1." in staff
    assert "len(y)" not in student
    assert "len(y)" not in world.visit("alice").get(world.attempt + "/report.json").text


def test_a_change_that_many_tests_need_names_the_first_of_them(world):
    rows = [row(f"test_{n}", FAILED, title=f"Gradient {n}") for n in range(30)]
    graded(world, *rows)
    search(world, {"test_0": replace(LINE, explains=tuple(test.id for test in rows))})

    assert "Gradient 10; Gradient 11 and 18 more." in page(world, "ta")
    assert "30 tests pass" in page(world)


def test_tests_with_one_line_are_one_cause(world):
    graded(world, row("test_a", FAILED, message="W1 differs"), row("test_b", FAILED, message="b1 differs"))
    before = page(world)
    search(world, {"test_a": LINE, "test_b": LINE})

    text = page(world)

    assert "One cause for 2 tests" in text
    assert "One cause for 2 tests" not in before
    assert text.count('class="wrong-line"') == 1


def test_a_diagnosis_and_its_line_stand_in_one_panel(world):
    graded(world, row("test_a", FAILED, diagnosis=SLOPE))
    search(world, {"test_a": replace(LINE, kind="missing factor")})

    text = page(world)

    assert text.index('class="saying"') < text.index('class="wrong-line"') < text.index("By what must")


def test_the_page_of_a_test_has_its_line_and_links_to_the_code(world):
    graded(world, row("test_a", FAILED))
    search(world, {"test_a": LINE})

    text = page(world, path="/tests/test_a")

    assert re.search(rf'<a href="{world.attempt}#f\w+-L6"><bdi>squared.py, line 6', text)


def test_that_a_hidden_test_is_searched_for_does_not_show_before_its_release(world):
    graded(world, row("test_a"), row("test_h", FAILED, hidden=True))

    assert "data-live" not in page(world)
    assert news(world)["searching"] is False
    assert news(world, "ta")["searching"] is True


def test_a_test_that_ended_hides_that_a_hidden_one_is_searched_for(world):
    ended = row("test_a", FAILED, evidence=Evidence(ended="killed"))
    graded(world, ended, row("test_h", FAILED, hidden=True))

    assert LOOKING not in page(world)
    assert "data-live" not in page(world)
    assert LOOKING in page(world, "ta")


def test_the_line_of_a_hidden_test_does_not_show_before_its_release(world):
    graded(world, row("test_a"), row("test_h", FAILED, hidden=True))
    search(world, {"test_h": LINE})

    assert "wrong-line" not in page(world)
    assert 'class="hit"' not in page(world)
    assert "names the wrong line" not in news(world)["announce"]
    assert "squared.py, line 6" in page(world, "ta")


def test_before_the_attempt_that_shows_a_diagnosis_nothing_is_said_to_be_looked_for(world):
    graded(world, row("test_a", FAILED), showing=Showing(after_attempts=1))

    assert LOOKING in page(world, "ta")
    assert (LOOKING in page(world), news(world)["searching"]) == (False, False)


def test_if_the_assignment_shows_students_nothing_they_read_nothing_of_a_search(world):
    graded(world, row("test_a", FAILED))
    with writing(world.engine) as session:
        session.get_one(Assignment, world.assignment.id).diagnosis = Shows.OFF

    assert (LOOKING in page(world), news(world)["searching"]) == (False, False)


def test_a_test_that_ended_by_a_limit_has_no_search(world):
    graded(world, row("test_a", Verdict.TIMEOUT), row("test_b", FAILED, evidence=Evidence(ended="killed")))

    assert news(world)["searching"] is False


def test_attacks_in_a_line_are_text(world):
    attack = EVERYTHING.replace("\ud800", "").replace("\x00", "")
    strange = Line(
        Spot("squared.py", 6, 3, 6, 40), attack, attack, attack, attack, attack,
        also=(Spot(attack, 1, 0, 1, 2),), explains=(attack,), draws=3,
    )  # fmt: skip
    graded(world, row("test_a", FAILED))
    search(world, {"test_a": strange})

    for name in ("alice", "ta"):
        for path in (world.attempt, f"{world.attempt}/tests/test_a", f"{world.page}/class"):
            answer = world.visit(name).get(path)
            assert answer.status_code == (403 if path.endswith("class") and name == "alice" else 200)
            harmless(answer.text)


@given(
    st.text("ab +(é", max_size=12),
    st.integers(0, 15),
    st.integers(0, 15),
    st.integers(6, 8),
    st.integers(0, 4),
)
def test_a_quote_is_the_whole_line_without_its_indentation(text, begins, ends, last, indent):
    spot = Spot("a.py", 6, begins, last, ends)

    quoted = quote(replace(LINE, spot=spot, text=" " * indent + text))

    assert quoted.before + quoted.marked + quoted.after == text.strip()


def test_a_place_of_several_lines_is_marked_to_the_end_of_its_first():
    quoted = quote(replace(LINE, spot=Spot("a.py", 6, 11, 8, 2)))

    assert (quoted.before, quoted.marked, quoted.after) == ("return ", "y - t", "")


# --------------------------------------------------------------------------------- the class


@pytest.fixture
def class_with_lines(world):
    """alice's team and charlie have the same kind of line in one function."""
    graded(world, row("test_a", FAILED), row("test_b", FAILED))
    search(world, {"test_a": LINE, "test_b": LINE})
    with writing(world.engine) as session:
        assignment = session.get_one(Assignment, world.assignment.id)
        charlie = session.merge(world.people["charlie"])
        for text in (b"x = 1\n", SQUARED):
            files = [("squared.py", text)]
            submissions.submit(session, assignment, charlie, files, world.submission.created_at)
    graded(world, row("test_a", FAILED), row("test_b"))
    graded(world, row("test_a", FAILED), row("test_b"))
    other = replace(LINE, spot=Spot("squared.py", 9, 0, 9, 4))
    search(world, {"test_a": other})
    search(world, {"test_a": other})
    return world


def test_the_class_page_groups_lines_by_kind_and_function(class_with_lines):
    text = re.sub(r"\s+", " ", class_with_lines.visit("ta").get(class_with_lines.page + "/class").text)
    table = text[text.index('id="h-lines"') :]

    assert 'line=missing+division%7Cgradient">a missing division</a>' in table
    assert "<code>gradient</code>" in table
    assert table.index('data-l="students" class="num">2<') < table.index(
        'data-l="their attempts" class="num">3<'
    )


def test_a_group_of_lines_opens_the_people_behind_it(class_with_lines):
    visitor = class_with_lines.visit("ta")
    path = class_with_lines.page + "/class/submissions"

    text = visitor.get(path, query_string={"line": "missing division|gradient"}).text
    none = visitor.get(path, query_string={"line": "missing division|loss"}).text

    assert all(f"<bdi>{name}" in text[text.index('id="submissions"') :] for name in ("Alice", "Charlie"))
    assert "only with a missing division in gradient on a wrong line" in re.sub(r"\s+", " ", text)
    assert "<bdi>Alice" not in none[none.index('id="submissions"') :]


def test_the_class_page_takes_as_many_queries_for_many_kinds_of_lines_as_for_one(class_with_lines):
    world = class_with_lines

    statements = []
    event.listen(world.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    staff = world.visit("ta")

    def queries():
        statements.clear()
        staff.get(world.page + "/class")
        return len(statements)

    queries()
    few = queries()
    with writing(world.engine) as session:
        for kind in ("sign", "axis", "constant", "order"):
            grading = session.query(LineSearch).first().grading_id
            session.add(
                FoundLine(
                    grading_id=grading, test_id=kind, file="squared.py", line=1, kind=kind, function="loss"
                )
            )

    assert queries() == few


def test_a_search_that_ended_by_a_fault_is_on_the_status_page_of_operators(world):
    graded(world, row("test_a", FAILED))
    search(world, failure="the runner was lost")

    text = world.visit("operator").get("/status").text

    assert "line search" in text
    assert "the runner was lost" in text
    with writing(world.engine) as session:
        states = session.query(Job.state).filter(Job.kind == JobKind.LINE_SEARCH).all()
    assert [state for (state,) in states] == [JobState.FAILED]


def plain_page(world, name="alice"):
    """The page's text, with each formula as its plain letters."""
    return re.sub("<[^>]+>", "", page(world, name))


SIGNAL = "z¯ is the first error signal that is wrong."


def test_a_line_and_the_mistake_that_it_confirms_are_one_sentence(world):
    graded(world, row("test_a", FAILED, diagnosis=SLOPE))
    search(world, {"test_a": replace(LINE, kind="missing factor")})

    text = plain_page(world)

    assert text.count("is left out") == 1
    assert "is left out, so that" in text.partition("squared.py, line 6")[2]
    assert "with one change there, this test passes" in text
    assert SIGNAL in text
    assert text.count("By what must h¯ be multiplied?") == 1
    assert "What is missing that this must be multiplied by?" not in text


def test_a_mistake_that_the_line_refutes_is_not_named_to_students(world):
    graded(world, row("test_a", FAILED, diagnosis=SLOPE))
    search(world, {"test_a": replace(LINE, kind="transpose")})

    text = plain_page(world)

    assert "is left out" not in text
    assert "By what must h¯ be multiplied?" not in text
    assert SIGNAL in text
    assert "Which of these arrays must be transposed?" in text
    assert "is left out" in plain_page(world, "ta")


@pytest.mark.parametrize(
    ("level", "has"),
    [
        (Shows.PART, (False, False, False)),
        (Shows.LINE, (True, False, False)),
        (Shows.KIND, (True, True, False)),
        (Shows.EDIT, (True, True, True)),
    ],
)
def test_the_level_of_a_row_says_whether_students_see_line_kind_and_change(world, level, has):
    graded(world, row("test_a", FAILED, shows=level))
    search(world, {"test_a": LINE})

    text = page(world)

    parts = ("squared.py, line 6", "What is missing that this must be divided by?", "(y - t) / len(y)")
    assert tuple(part in text for part in parts) == has
    assert all(part in page(world, "ta") for part in parts)


def test_a_row_whose_line_students_will_not_see_is_not_said_to_be_searched(world):
    graded(world, row("test_a", FAILED, shows=Shows.PART))

    assert (LOOKING in page(world), LOOKING in page(world, "ta")) == (False, True)
    assert news(world)["searching"] is False


def test_a_line_that_a_visible_and_a_hidden_test_have_is_shown_once_with_its_kind(world):
    with writing(world.engine) as session:
        session.get_one(Assignment, world.assignment.id).release = ReleaseRule.AT_ONCE
    graded(
        world, *(row(id, FAILED, hidden=id == "test_h", message="the same") for id in ("test_h", "test_a"))
    )
    search(world, {"test_a": LINE, "test_h": LINE})

    text = page(world)

    assert text.count('class="wrong-line"') == 1
    assert "What is missing that this must be divided by?" in text


def test_nothing_is_searched_if_no_failed_row_shows_anything(world):
    graded(world, row("test_a", FAILED, shows=Shows.OFF), row("test_b"))

    with writing(world.engine) as session:
        assert session.query(LineSearch).count() == 0
