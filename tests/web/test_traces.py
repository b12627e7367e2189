"""Until where a run is right, on the page of a submission and of a test."""

import re
from dataclasses import replace

from grader.database import claims, line_searches, writing
from grader.grading.report_json import from_json
from grader.values import Verdict
from grader.values.traces import Step, Trace
from tests.web.test_wrong_lines import LINE, graded, page, row

FAILED = Verdict.FAILED
RIGHT = (Step("squared.py", 5, 5, "y", "y"), Step("squared.py", 5, 5, "cache['z']", "z₁"))
TRACE = Trace(RIGHT, Step("squared.py", 6, 6, "y_bar", "ȳ", "gradient", 0, ("sigma",)), 3)


def search(world, traces, lines=None):
    """End the search that waits, with these traces by test id."""
    with writing(world.engine) as session:
        held = claims.claim(session, claims.Claimant("w"))
        about = line_searches.read(session, held.job_id)
        found = from_json(about.report).with_lines(lines or {}, traces)
        assert line_searches.finish(session, held, about, found)


def test_each_value_is_a_link_to_its_line(world):
    graded(world, row("test_a", FAILED))
    search(world, {"test_a": TRACE})

    text = page(world)

    assert re.search(r'<code><bdi>y</bdi></code> on <a href="#f\w+-L5"><bdi>line 5</bdi></a>', text)
    link = re.search(r'The first wrong one: <code><bdi>y_bar</bdi></code> on <a href="#(f\w+-L6)">', text)
    assert f'<tr id="{link[1]}" class="hit">' in text
    assert "line 6</bdi></a> (ȳ). That line calls sigma: the fault may be there." in text


def test_the_page_of_a_test_has_it_too(world):
    graded(world, row("test_a", FAILED))
    search(world, {"test_a": TRACE})

    assert re.search(rf'<a href="{world.attempt}#f\w+-L6"><bdi>line 6', page(world, path="/tests/test_a"))


def test_a_cause_with_a_line_has_no_run(world):
    graded(world, row("test_a", FAILED, message="x"), row("test_b", FAILED, message="x"))
    search(world, {"test_b": TRACE}, {"test_a": LINE})

    text = page(world)

    assert 'class="wrong-line"' in text
    assert text.count('class="run-so-far"') <= 1


def test_tests_of_one_cause_say_the_same_once(world):
    graded(world, row("test_a", FAILED, message="x"), row("test_b", FAILED, message="x"))
    search(world, {"test_a": TRACE, "test_b": TRACE})

    assert page(world).count('class="run-so-far"') == 1


def test_of_a_hidden_test_nothing_shows_before_its_release(world):
    graded(world, row("test_a"), row("test_h", FAILED, hidden=True))
    search(world, {"test_h": TRACE})

    assert "run-so-far" not in page(world)
    assert 'class="hit"' not in page(world)
    assert "run-so-far" in page(world, "ta")


def test_names_of_a_program_are_shown_as_text(world):
    graded(world, row("test_a", FAILED))
    search(world, {"test_a": Trace((replace(RIGHT[0], name="<b>z\n\u202e</b>"),))})

    text = page(world)

    assert "<b>z" not in text
    assert "&lt;b&gt;z" in text
