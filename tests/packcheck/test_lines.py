import json
from dataclasses import replace

import pytest

from grader.cli.packcheck_text import found_lines
from grader.packcheck import CheckReport, LineRow, check
from grader.packcheck.line_rows import FOUND
from grader.packcheck.lines import changed_lines, found_in, lines_step, repaired
from grader.values import Verdict
from grader.values.lines import Line, Spot
from tests.helpers.packs import all_pass, answering, make_pack
from tests.packcheck.test_check import Prover, honest, source

FILES = {"f.py": b"a = 1\nb = 2\r\nc = 3\n", "g.py": b"d = 4\n"}
LINE = Line(Spot("f.py", 2, 4, 2, 5), "b = 2", "f", "constant", "2", "7")


def wrong_sign(line):
    """The answers of a runner whose searches find this line for the mistake `sign`."""

    def reply(order):
        if order.search and b"t - y" in source(order):
            return [replace(o, line=line if o.verdict is Verdict.FAILED else None) for o in honest(order)]
        return None

    return reply


def lines_of(prover, **more):
    report = check(make_pack(), prover, **more)
    return {row.title: row for row in report.lines}, report


def step(report):
    return next((step for step in report.steps if step.name == "Lines"), None)


TEXT = "def gradient(y, t): return t - y"
SIGN = Line(Spot("squared.py", 1, 27, 1, 32), TEXT, "gradient", "sign", "t - y", "y - t")


def test_the_lines_that_differ_are_the_changed_ones():
    after = {"f.py": b"a = 1\nb = 5\nc = 3\n", "g.py": b"d = 4\n"}

    assert changed_lines(FILES, after) == {("f.py", 2)}
    assert changed_lines(after, after) == frozenset()


def test_where_lines_were_dropped_the_lines_beside_them_count():
    assert changed_lines({"f.py": b"a\nb\nc\n"}, {"f.py": b"a\nc\n"}) == {("f.py", 1), ("f.py", 2)}


def test_a_change_is_made_at_the_place_of_the_line():
    assert repaired(FILES, LINE) == {"f.py": b"a = 1\nb = 7\nc = 3\n", "g.py": b"d = 4\n"}


@pytest.mark.parametrize(
    "line",
    [
        replace(LINE, old="3"),
        replace(LINE, together=(Spot("f.py", 3, 4, 3, 5),)),
        replace(LINE, spot=Spot("h.py", 2, 4, 2, 5)),
    ],
)
def test_a_line_that_does_not_tell_all_of_its_change_can_not_be_tried(line):
    assert repaired(FILES, line) is None


@pytest.mark.parametrize(
    ("true", "right", "found"),
    [
        ({("f.py", 2)}, False, "right"),
        ({("f.py", 1)}, True, "equivalent"),
        ({("f.py", 1)}, False, "another"),
    ],
)
def test_a_line_is_right_or_equivalent_or_another(true, right, found):
    tried = []

    def passes(files):
        tried.append(files)
        return right

    assert found_in(FILES, frozenset(true), [LINE], passes) == found
    assert tried == ([] if found == "right" else [repaired(FILES, LINE)])


def test_one_other_line_among_right_ones_is_another():
    other = replace(LINE, spot=Spot("f.py", 3, 4, 3, 5), old="3")

    assert found_in(FILES, frozenset({("f.py", 2)}), [LINE, other], lambda files: False) == "another"


def test_a_check_says_of_each_mistake_whether_its_line_is_found():
    rows, report = lines_of(Prover(wrong_sign(SIGN)))

    assert rows["sign"] == LineRow("sign", "right", "squared.py", 1, SIGN.text, "sign")
    assert rows["half missing"] == LineRow("half missing", "nothing")
    assert step(report).say.startswith("right 1, nothing found 1; ")
    assert report.proven
    assert CheckReport.from_json(json.loads(json.dumps(report.to_json()))) == report


def test_a_mistake_that_fails_no_test_by_its_values_is_not_looked_for():
    stops = answering(test_gradient=Verdict.ERROR)

    rows, _ = lines_of(Prover(lambda o: stops(o) if b"t - y" in source(o) else None))

    assert rows["sign"].found == "no value"


def test_another_line_is_advice_and_no_fault():
    row = LineRow("sign", "another", "squared.py", 4, "x = 1", "constant")

    found = lines_step([row], 1, 2.4)

    assert found.proven
    assert found.say == "another line 1; 2 s"
    assert found.advice[0].startswith("sign: squared.py, line 4 is named, but the mistake is in another line")


def test_the_mistakes_for_which_no_time_was_left_are_counted():
    assert lines_step([LineRow("sign", "right")], 3, 120.0).say == (
        "right 1; 2 not looked at, for lack of time; 120 s"
    )


def test_a_short_check_looks_for_no_lines():
    searched = []

    rows, report = lines_of(Prover(lambda o: searched.append(o.search)), draws=1)

    assert (rows, step(report), any(searched)) == ({}, None, False)


def test_a_report_of_an_earlier_version_has_no_lines():
    data = check(make_pack(), Prover(all_pass), draws=1).to_json()
    del data["lines"]

    assert CheckReport.from_json(data).lines == ()


def test_the_table_in_a_terminal_has_a_row_for_each_mistake():
    rows = [LineRow("sign", "right", "squared.py", 1, "return t - y"), LineRow("half missing", "nothing")]

    assert list(found_lines(rows)) == [
        "mistake       line            named",
        "sign          right           squared.py:1  return t - y",
        "half missing  nothing found",
        "",
    ]
    assert list(found_lines([])) == []


def test_there_are_words_for_all_that_can_be_found():
    assert {LineRow("a", found).words for found in FOUND} == set(FOUND.values())
