from dataclasses import replace

import pytest

from bench.grading import NotDone
from bench.line import measure
from bench.line.material import Faulty
from bench.line.searching import Measured, Named, judged, search
from bench.line.shipped import mistakes, shipped
from bench.main import measure as measure_named
from grader.packs import find, load
from grader.values import Verdict
from grader.values.lines import Line, Spot
from tests.helpers.reports import make_report, make_result

FAULTY = Faulty("cost", "loops", "a", {"f.py": b"a = 1\nb = 2\n"}, ({"f.py": (1,)},))
LINE = Line(Spot("f.py", 1, 4, 1, 5), "a = 1", "f", "constant", "1", "7", tried=40)
OTHER = replace(LINE, spot=Spot("f.py", 2, 4, 2, 5), old="2")


def report(*lines):
    return make_report(
        *(make_result(f"t{n}", verdict=Verdict.FAILED, line=line) for n, line in enumerate(lines))
    )


@pytest.mark.parametrize(
    ("lines", "right", "found"),
    [
        ((LINE,), False, "right"),
        ((OTHER,), True, "equivalent"),
        ((OTHER,), False, "another"),
        ((LINE, OTHER), False, "another"),
        ((None,), False, "nothing"),
    ],
)
def test_a_program_is_judged_by_all_lines_that_are_named(lines, right, found):
    assert judged(FAULTY, report(*lines), lambda files: right).found == found


def test_a_program_that_fails_no_test_is_not_judged():
    passed = make_report(make_result("t0", verdict=Verdict.PASSED))

    assert judged(FAULTY, passed, lambda files: False).found == "no value"


def test_a_list_says_what_was_changed_and_what_was_named():
    says = judged(FAULTY, report(OTHER), lambda files: False, 1.5).says

    assert says == (
        "another    cost/loops a: true f.py:(1,) named ('f.py:2',) constant: '2' -> '7' 40 1.50 s"
    )


def test_the_rows_count_only_programs_with_a_wrong_value(monkeypatch):
    said = [Named(FAULTY, "right", tried=9, cpu_s=1.0), Named(FAULTY, "nothing", cpu_s=3.0)]
    monkeypatch.setattr(measure, "search_all", lambda programs: [*said, Named(FAULTY, "no value")])

    rows = {row.name: row for row in measure.line(1)}

    assert rows["line, shipped mistakes: right"].value == 50.0
    assert rows["line, shipped mistakes: right"].runs == 2
    assert rows["line: CPU time, median"].value == 2.0
    assert rows["line: CPU time, p95"].value == pytest.approx(3.0)
    assert rows["line: changes tried, median"].value == 9


def test_a_sample_takes_every_nth_program(monkeypatch):
    asked = []

    def search_all(programs):
        asked.append(list(programs))
        return [Named(FAULTY, "right")]

    monkeypatch.setattr(measure, "search_all", search_all)
    monkeypatch.setattr(measure, "shipped", lambda: iter("abcde"))
    monkeypatch.setattr(measure, "singles", lambda: iter("fghij"))

    assert measure_named(["line"], 1, "-", every=2) == 0
    assert asked == [["a", "c", "e"], ["f", "h", "j"]]


def test_no_program_gives_no_figure(monkeypatch):
    monkeypatch.setattr(measure, "search_all", lambda programs: [])

    with pytest.raises(NotDone):
        measure.line(1)


def test_the_wrong_lines_of_a_shipped_mistake_are_those_of_its_edit():
    pack = load(find("mlp-backprop"))

    faulty = {one.id: one for one in mistakes(pack)}["w1_transposed"]

    assert faulty.lines == ({"mlp.py": (30,)},)


def test_packs_that_ask_for_text_have_no_lines():
    packs = {faulty.pack for faulty in shipped()}

    assert "mlp-backprop" in packs
    assert "questions" not in packs


@pytest.mark.timeout(60)
def test_a_search_says_what_it_cost(shared_runner):
    pack = load(find("mlp-backprop"))
    faulty = {one.id: one for one in mistakes(pack)}["w1_transposed"]

    named = search(faulty, pack, Measured(shared_runner))

    assert (named.found, named.lines) == ("right", ("mlp.py:30",))
    assert named.cpu_s > 0
