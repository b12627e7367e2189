"""A diagnosis on the page: one is shown at full size, tests with the same cause refer to it."""

import re
from dataclasses import replace
from decimal import Decimal

from grader.database import claims, results, writing
from grader.grading.report import Report
from grader.values import Diagnosis, Fit, Picture, Showing, Shows, Verdict
from tests.web.test_hostile import EVERYTHING, harmless
from tests.web.world import make_report, row

SLOPE = Diagnosis(
    Fit.ONE,
    ("slope-left-out",),
    "z̄",
    (("0.phi", "σ"),),
    1e-16,
    2,
    "z̄ is the first error signal that is wrong: σ′(z) is left out.",
    "All 4 gradients match this mistake.",
    "By what must h̄ be multiplied?",
)
BIAS = replace(
    SLOPE, mistakes=("bias-zero",), signal="b̄₂", sentence="b̄₂ is zero.", question="Which line fills it?"
)
FAILED = Verdict.FAILED


def page(world, name="alice"):
    """The page's markup, with each formula as its plain letters."""
    text = world.visit(name).get(world.attempt).text
    return re.sub("<math>(.*?)</math>", lambda math: re.sub("<[^>]+>", "", math[1]), text)


def graded(world, *rows, showing=Showing()):  # noqa: B008 - a frozen value
    """Finish the waiting grading; `showing` says which parts of a diagnosis students see."""
    report: Report = replace(make_report(*rows), showing=showing)
    with writing(world.engine) as session:
        claim = claims.claim(session, claims.Claimant("w"))
        assert results.finish_grading(session, claim, report)


def test_the_page_shows_the_diagnosis_and_its_question(world):
    graded(world, row("test_w1", FAILED, diagnosis=SLOPE, hint="Look at section 4."))

    text = page(world)

    assert '<p class="saying">z¯ is the first error signal that is wrong: σ′(z) is left out.</p>' in text
    assert "All 4 gradients match this mistake." in text
    assert '<p class="ask">By what must h¯ be multiplied?</p>' in text
    assert "Look at section 4." in text


def test_a_cause_is_shown_once_with_the_tests_that_it_explains_under_it(world):
    graded(world, *(row(f"test_{n}", FAILED, title=f"Gradient {n}", diagnosis=SLOPE) for n in "ace"))

    text = page(world)

    assert text.count('class="saying"') == 1
    assert "One cause for 3 tests" in re.sub(r"\s+", " ", text)
    assert re.findall(r'<details class="test"\s+id="(t-test_.)"', text) == [
        "t-test_a",
        "t-test_c",
        "t-test_e",
    ]


def test_the_cause_that_costs_most_is_the_first(world):
    graded(
        world,
        row("test_a", FAILED, diagnosis=SLOPE),
        *(row(f"test_{n}", FAILED, diagnosis=BIAS) for n in "ce"),
    )

    text = re.sub(r"\s+", " ", page(world))

    assert text.index("Cause 1 of 2 for 2 tests") < text.index("−20") < text.index("Test test_a </h2>")


def test_only_one_diagnosis_is_shown_at_full_size(world):
    graded(world, row("test_a", FAILED, diagnosis=SLOPE), row("test_b", FAILED, diagnosis=BIAS))

    assert re.findall(r'class="(diagnosis[^"]*)"', page(world)) == ["diagnosis", "diagnosis second"]


def test_if_only_the_signal_is_shown_students_read_the_signal_and_staff_read_all(world):
    graded(world, row("test_a", FAILED, diagnosis=SLOPE), showing=Showing(Shows.PART))

    assert "z¯ is the first error signal that is wrong.</p>" in page(world)
    assert "left out" not in page(world)
    assert "σ′(z) is left out." in page(world, "ta")


def test_a_diagnosis_that_waits_for_later_attempts_is_not_in_the_first(world):
    graded(world, row("test_a", FAILED, diagnosis=SLOPE), showing=Showing(after_attempts=1))

    assert "saying" not in page(world)
    assert "left out" not in world.visit("alice").get(world.attempt + "/report.json").text
    assert 'class="saying"' in page(world, "ta")


def test_the_diagnosis_of_a_hidden_test_is_not_in_the_page_before_release(world):
    graded(world, row("test_a"), row("test_h", FAILED, hidden=True, diagnosis=SLOPE))

    assert "left out" not in page(world)
    assert "σ′(z) is left out." in page(world, "instructor")


def test_a_page_with_a_running_test_shows_the_results_of_the_others(world):
    world.run(row("test_loss", FAILED, diagnosis=SLOPE))

    assert world.visit("alice").get(world.attempt).status_code == 200


def test_attacks_in_diagnoses_and_pictures_are_text(world):
    attack = EVERYTHING.replace("\ud800", "").replace("\x00", "")
    strange = replace(
        SLOPE,
        mistakes=(attack,),
        signal=attack,
        sentence=attack,
        evidence=attack,
        question=attack,
        facts=((attack, attack),),
    )
    pictures = tuple(
        Picture(kind, attack[:120], {attack: [attack, 1.5], "rows": [[attack]]})
        for kind in ("heatmap", "graph")
    )
    graded(world, row("test_a", FAILED, diagnosis=strange, pictures=pictures))

    answer = world.visit("alice").get(world.attempt)

    assert answer.status_code == 200
    harmless(answer.text)


KEY_ERROR = (
    "Traceback (most recent call last):\n"
    '  File "mlp.py", line {line}, in backward\n    grads["W3"]\n'
    "KeyError: 'W3'\n"
)


def stopped(name, line=20, **values):
    return row(
        f"test_{name}",
        Verdict.ERROR,
        title=f"Gradient {name}",
        message="backward raised KeyError: 'W3'",
        traceback=KEY_ERROR.format(line=line),
        hint="Which shape has W?",
        **values,
    )


def test_tests_that_one_error_stops_are_one_panel_with_the_others_under_it(world):
    graded(world, *(stopped(name) for name in "abcdefghi"), stopped("other_line", 30), row("test_x", FAILED))

    text = re.sub(r"\s+", " ", page(world))

    assert len(re.findall(r'<section class="cause', text)) == 3
    assert "The same error stops 9 tests" in text
    assert "Which shape has W?" not in text
    for name in "abcdefghi":
        assert text.count(f'id="t-test_{name}"') == 1


def test_tests_with_the_same_message_are_one_panel(world):
    graded(world, *(row(f"test_{n}", FAILED, message="b2 is a single number.") for n in "abc"))

    text = re.sub(r"\s+", " ", page(world))

    assert "The same finding in 3 tests" in text
    assert text.count('<p class="says">') == 1


def test_a_test_whose_points_wait_for_another_stands_with_it(world):
    held = replace(row("test_c"), earned=Decimal(0), unmet=("test_a or test_b",), withheld=Decimal(10))
    graded(world, row("test_a", FAILED, diagnosis=SLOPE), held)

    assert "One cause for 2 tests" in re.sub(r"\s+", " ", page(world))


def test_the_line_where_a_test_stopped_is_beside_its_message(world):
    at = 'Traceback:\n  File "squared.py", line 6, in gradient\n    return y - t\nTypeError: no\n'
    graded(world, row("test_a", Verdict.ERROR, message="gradient raised TypeError: no", traceback=at))

    text = page(world)

    excerpt = re.search(r'<figure class="excerpt">.*?</figure>', text, re.S)[0]
    assert ">line 6</a>" in excerpt
    assert re.findall(r'<tr class="hit">\s*<td class="n">(\d+)</td>', excerpt) == ["6"]
    assert re.search(r'href="#(f\w+-L6)"', excerpt)[1] in re.findall(r'<tr id="(\S+)" class="hit"', text)


def test_a_graph_is_drawn_once_for_its_cause(world):
    nodes = [
        {"name": name, "rule": "", "value": None, "state": state, "want": None, "got": None, "error": None}
        for name, state in (("z", "wrong"), ("y", "agrees"))
    ]
    data = {"nodes": nodes, "edges": [["z", "y"]], "first": "z"}
    graph = Picture("graph", "Where it goes wrong", data)
    rows = [
        row("test_a", FAILED, diagnosis=SLOPE),
        row("test_b", FAILED, diagnosis=replace(SLOPE, graph=graph)),
    ]
    graded(world, *rows)

    assert page(world).count('<figure class="picture of-graph">') == 1


def test_a_graph_is_hidden_with_its_diagnosis(world):
    graph = Picture("graph", "Where it goes wrong", {"x": 1})
    graded(world, row("test_a", FAILED, diagnosis=replace(SLOPE, graph=graph)), showing=Showing(Shows.PART))

    assert "Where it goes wrong" not in page(world)
    assert "Where it goes wrong" in page(world, "ta")
