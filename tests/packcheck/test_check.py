import json
import sys
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import pytest

from grader.grading.errors import RunnerError
from grader.logs import bound
from grader.packcheck import CheckReport, check
from grader.packcheck.errors import Ungraded
from grader.packcheck.variants import mistake, zeroed
from grader.packs import Pack
from grader.packs.pack import read
from grader.values import Cause, Evidence, Outcome, Verdict
from grader.values.faults import Fault
from tests.helpers.packs import (
    STARTER,
    FakeClient,
    all_pass,
    answering,
    edited_files,
    make_pack,
    pack_files,
    passed,
    toml,
)

FAILED = Verdict.FAILED
TESTS = ("test_loss", "test_gradient", "test_other_sizes")


def source(order):
    return dict(order.files)["squared.py"]


def honest(order):
    """The outcomes of a right pack for solution, starter, mistakes and zeros."""
    text = source(order)
    if text == STARTER or b"_gradecheck_stub" in text:
        return answering(test_loss=FAILED, test_gradient=FAILED, test_other_sizes=FAILED)(order)
    if text.startswith(b"def loss(y, t): return 1"):
        return answering(test_loss=FAILED, test_other_sizes=FAILED)(order)
    if text.startswith(b"def gradient(y, t): return t - y"):
        return answering(test_gradient=FAILED)(order)
    return all_pass(order)


class Prover(FakeClient):
    """A fake runner that also collects, and makes no mutants. `reply(order)` replaces the usual outcomes."""

    def __init__(self, reply=lambda order: None, items=TESTS, errors=(), wide=()):
        super().__init__([lambda order: reply(order) or honest(order)])
        self.collection = SimpleNamespace(items=items, errors=errors, wide=wide)

    def collect(self, pack):
        return self.collection

    def mutants(self, files, most):
        return 0, ()


def faults(prover, pack=None):
    return check(pack or make_pack(), prover).faults


def is_solution(order):
    return b"residual**2" in source(order) and b"_gradecheck_" not in source(order)


def test_a_right_pack_is_proven():
    report = check(make_pack(), Prover())

    assert report.faults == ()
    assert report.proven


def test_every_grading_of_a_check_carries_its_id_to_the_runner():
    ids = set()
    with bound("Yk3v"):
        check(make_pack(), Prover(lambda order: ids.add(order.id)), jobs=2)

    assert ids == {"Yk3v"}


def test_it_gives_the_kill_matrix():
    matrix = check(make_pack(), Prover()).matrix

    assert matrix.tests == TESTS
    assert matrix.rows == (("half missing", ("test_loss", "test_other_sizes")), ("sign", ("test_gradient",)))


def test_on_step_gets_each_step_as_it_ends():
    steps = []

    report = check(make_pack(), Prover(), on_step=steps.append)

    assert tuple(steps) == report.steps


def test_a_solution_below_full_marks_is_a_fault():
    found = faults(Prover(lambda o: answering(test_loss=FAILED)(o) if is_solution(o) else None))

    assert "test_loss: failed on draw 1: test_loss failed" in found


def test_a_solution_that_earns_a_part_of_the_points_is_a_fault():
    part = Outcome("test_loss", Verdict.PASSED, share=Decimal("0.5"), message="half")

    found = faults(Prover(lambda o: answering(test_loss=part)(o) if is_solution(o) else None))

    assert any(line.startswith("test_loss: failed on draw 1") for line in found)


def test_a_solution_that_fails_on_one_draw_alone_is_found():
    keys = set()

    def lucky(order):
        if not is_solution(order):
            return None
        keys.add(next(plan.key for plan in order.tests if plan.id == "test_other_sizes"))
        return answering(test_other_sizes=FAILED)(order) if len(keys) == 4 else None

    assert any("test_other_sizes: failed on draw 4" in line for line in faults(Prover(lucky)))


def test_a_report_that_differs_on_the_same_draw_is_found():
    counter = iter(range(100))

    def wavering(order):
        return (
            [passed(plan.id, output=f"{next(counter)}") for plan in order.tests]
            if is_solution(order)
            else None
        )

    assert "test_loss: two runs on the same draw give different results (output)" in faults(Prover(wavering))


def test_a_starter_that_passes_is_a_fault():
    found = faults(Prover(lambda o: all_pass(o) if source(o) == STARTER else None))

    assert "earns 9.5 points; a starter must earn less than 1.9" in found


def test_a_starter_that_crashes_is_a_fault():
    crash = Outcome("test_loss", Verdict.ERROR, message="NameError: nam")

    found = faults(Prover(lambda o: answering(test_loss=crash)(o) if source(o) == STARTER else None))

    assert "test_loss: error: NameError: nam" in found


def test_a_starter_may_say_that_it_is_not_written_yet():
    message = "loss raised NotImplemented" + "Error: not written yet"
    unwritten = answering(**{name: Outcome(name, Verdict.ERROR, message=message) for name in TESTS})

    assert faults(Prover(lambda o: unwritten(o) if source(o) == STARTER else None)) == ()


def test_a_mistake_that_passes_its_test_is_named():
    found = faults(Prover(lambda o: all_pass(o) if b"return t - y" in source(o) else None))

    assert (
        'pack.toml:49: mistakes[1].fails is ["test_gradient"]; this mistake passes test_gradient (sign)'
        in found
    )
    assert "test_gradient: no mistake fails this test, so nothing shows that it can fail" in found


def test_a_mistake_that_fails_another_test_is_named():
    both = answering(test_gradient=FAILED, test_loss=FAILED)

    found = faults(Prover(lambda o: both(o) if b"return t - y" in source(o) else None))

    assert (
        'pack.toml:49: mistakes[1].fails is ["test_gradient"]; this mistake fails test_loss too (sign)'
        in found
    )


def test_an_edit_at_fault_is_shown_as_a_diff_and_one_that_fails_its_tests_is_not():
    pack = Pack.from_files(edited_files())
    fails = answering(test_gradient=FAILED)

    missed = check(pack, Prover())
    caught = check(pack, Prover(lambda o: fails(o) if b"return t - y" in source(o) else None))

    (title, diff), *others = next(step for step in missed.steps if step.name == "Mistakes").diffs
    assert (title, others) == ("The sign is wrong", [])
    assert "-    return y - t\n+    return t - y" in diff
    assert 'pack.toml:49: mistakes[1].fails is ["test_gradient"]; this mistake passes test_gradient' in str(
        missed.faults
    )
    assert CheckReport.from_json(json.loads(json.dumps(missed.to_json()))) == missed
    assert not any(step.diffs for step in caught.steps)


def zeroed_gradient(order):
    """Whether the gradient returns zeros, with or without the loss."""
    return any(part in source(order) for part in (b"'zeros', ('gradient'", b"'zeros', ('loss', 'gradient'"))


def test_functions_that_can_return_zeros_are_found():
    found = faults(Prover(lambda o: all_pass(o) if zeroed_gradient(o) else None))

    assert "gradient can return zeros and still earn every point; test their values" in found
    assert "loss and gradient can return zeros and still earn every point; test their values" in found


def test_a_solution_close_to_a_limit_is_found():
    slow = [passed(name, evidence=Evidence(cpu_ns=1_000_000_000)) for name in TESTS]

    found = faults(Prover(lambda o: slow if is_solution(o) else None))

    assert "test_loss: CPU seconds 1.00 of 2; at least 3 times that is needed" in found


@pytest.mark.parametrize(
    ("prover", "fault"),
    [
        (
            Prover(items=(*TESTS, "test_more")),
            "tests/: function is test_more; pack.toml has no [[tests]] row for this function",
        ),
        (
            Prover(items=TESTS[:2]),
            'pack.toml:35: tests[2].id is "test_other_sizes"; tests/ has no test function with this name',
        ),
        (Prover(errors=("SyntaxError: x",)), "SyntaxError: x"),
        (
            Prover(wide=("test_loss",)),
            "tests/test_squared.py:1: function is test_loss; "
            "a fixture must have function scope; remove its scope argument",
        ),
    ],
)
def test_tests_and_rows_must_be_the_same(prover, fault):
    report = check(make_pack(), prover)

    assert report.faults == (fault,)
    assert report.contradicted


def test_where_tests_and_rows_differ_only_solution_and_mistakes_are_graded():
    wrong = answering(test_loss=FAILED)
    prover = Prover(lambda o: wrong(o) if b"return t - y" in source(o) else None, items=TESTS[:2])

    report = check(make_pack(), prover)

    assert [step.name for step in report.steps][-3:] == ["Test functions and rows", "Solution", "Mistakes"]
    assert len(report.faults) == 3  # the row, and both sides of the mistake
    assert sum(map(is_solution, prover.orders)) == 1
    assert {plan.id for order in prover.orders for plan in order.tests} == set(TESTS[:2])


def test_the_rest_of_a_faulty_pack_is_checked():
    fault = Fault("notes.txt", "path", "", "is not allowed here")

    report = check(make_pack(), Prover(), found=[fault])

    assert report.faults == (str(fault),)
    assert [step.name for step in report.steps][-1] == "Mistakes"


def test_without_a_solution_the_tests_are_collected_all_the_same():
    pack = read(pack_files({"solution/squared.py": None})).pack
    prover = Prover(items=(*TESTS, "test_more"))

    report = check(pack, prover, found=[Fault("solution/squared.py", "", "missing", "asked for")])

    assert any("test_more" in fault for fault in report.faults)
    assert prover.orders == []


def test_a_handout_that_names_a_function_no_file_has_is_a_contradiction():
    pack = make_pack({"handout.md": b"# T\n\nWrite `losss(y, t)`.\n\nloss, gradient\n"})

    report = check(pack, Prover())

    assert report.faults == (
        "handout.md:3 is `losss(y, t)`; starter/ has no function losss: "
        "add it to the starter, or write it as a formula",
    )
    assert report.contradicted


def test_a_test_that_no_mistake_fails_is_no_contradiction():
    found = check(
        make_pack(), Prover(lambda o: all_pass(o) if b"'zeros', ('gradient'" in source(o) else None)
    )

    assert not found.proven
    assert not found.contradicted


def test_a_pack_that_can_not_be_collected_is_faulty():
    class Broken(Prover):
        def collect(self, pack):
            raise RunnerError(Cause.PACK, "conftest.py ended the process")

    assert faults(Broken()) == ("conftest.py ended the process",)


def test_tests_that_stop_with_an_error_end_the_check():
    stop = Outcome("test_loss", Verdict.INTERNAL, cause=Cause.PACK, detail="KeyError: 'w'")
    prover = Prover(lambda o: answering(test_loss=stop)(o))

    found = faults(prover)

    assert found[0] == "test_loss: internal on draw 1: KeyError: 'w'"
    assert all(is_solution(order) for order in prover.orders)


def test_a_test_that_fails_the_solution_is_not_reported_again_for_each_mistake():
    def everyone(order):
        return answering(test_loss=FAILED)(order) if source(order) != STARTER else None

    found = faults(Prover(everyone))

    assert "test_loss: failed on draw 1: test_loss failed" in found
    assert not any("fails test_loss too" in fault for fault in found)


@pytest.mark.parametrize(
    ("detail", "message"),
    [
        (
            "work/site-packages/_pytest/runner.py:361: in from_call\n    x\n"
            "tmp/packs/34ba/tests/test_squared.py:17: in test_loss\n    same(1)\n"
            "/work/checks.py:83: in same\n    ???\nE   TypeError: no\nE   TypeError: no\n",
            "tests/test_squared.py:17: TypeError: no",
        ),
        (
            "_pytest.fixtures.FixtureLookupError: ('rgn', <x>)",
            "the test asks for a fixture rgn, which does not exist",
        ),
        ("KeyError: 'w'", "KeyError: 'w'"),
    ],
)
def test_a_test_that_stopped_is_reported_with_its_place_and_error(detail, message):
    stop = Outcome("test_loss", Verdict.INTERNAL, cause=Cause.PACK, detail=detail)

    assert (
        f"test_loss: internal on draw 1: {message}"
        in faults(Prover(lambda o: answering(test_loss=stop)(o)))[0]
    )


def test_tests_that_stop_for_the_same_reason_are_reported_once():
    stops = {name: Outcome(name, Verdict.INTERNAL, cause=Cause.PACK, detail="lost") for name in TESTS}

    found = faults(Prover(lambda o: answering(**stops)(o)))

    assert found == ("test_loss, test_gradient, test_other_sizes: internal on draw 1: lost",)


def test_a_test_that_stops_on_a_mistake_is_named():
    stop = Outcome("test_gradient", Verdict.INTERNAL, cause=Cause.PACK, detail="ValueError: shapes")

    found = faults(
        Prover(lambda o: answering(test_gradient=stop)(o) if b"return t - y" in source(o) else None)
    )

    assert any(
        "test_gradient stopped with an error of its own on this mistake: ValueError: shapes" in f
        for f in found
    )


def test_a_fault_of_the_system_ends_the_check_without_a_report(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _: None)
    down = answering(test_loss=Outcome("test_loss", Verdict.INTERNAL, cause=Cause.SYSTEM, detail="no slot"))

    with pytest.raises(Ungraded, match="no slot"):
        check(make_pack(), Prover(lambda o: down(o)))


def test_leaks_and_formulas_are_part_of_the_check():
    pack = make_pack(
        {
            "handout.md": b"# T\n\n$\\foo$\n\nloss, gradient\n",
            "starter/x.py": b"def test_loss(student): ...\n",
        }
    )

    found = faults(Prover(), pack)

    assert found == (
        "handout.md:3: formula is \\foo; \\foo is not known; the name of a function is written "
        "\\operatorname{...}; docs/packs.md lists what is known",
        "x.py of the bundle is the same as tests/test_squared.py",
    )


def test_a_report_is_the_same_after_json():
    report = check(make_pack(), Prover(items=TESTS[:2]), found=[Fault("notes.txt", "path", "", "none")])

    data = json.loads(json.dumps(report.to_json()))

    assert CheckReport.from_json(data) == report
    assert data["proven"] is False


def test_a_mistakes_files_replace_those_of_the_solution():
    folder = {"mistakes/sign.py": None, "mistakes/sign/squared.py": b"x = 1\n"}
    pack = make_pack(
        {**folder, "pack.toml": make_pack().files["pack.toml"].replace(b"mistakes/sign.py", b"mistakes/sign")}
    )

    assert mistake(pack, pack.manifest.mistakes[1]).files == (("squared.py", b"x = 1\n"),)


def test_zeros_are_tried_in_packs_of_several_files_and_without_defines():
    files = {"solution/more.py": b"def other(x):\n    return x\n", "starter/more.py": b"x = 1\n"}
    files |= {"mistakes/half_missing.py": None, "mistakes/sign.py": None}
    files |= {f"mistakes/{name}/squared.py": b"x = 1\n" for name in ("half_missing", "sign")}
    more = '[[files]]\nname = "more.py"\nkind = "python"'
    text = toml(files=more).replace(b'_missing.py"', b'_missing"').replace(b'/sign.py"', b'/sign"')
    several = make_pack({**files, "pack.toml": text})

    assert [names for names, _ in zeroed(several)][:3] == [("loss",), ("gradient",), ("other",)]


BY_HAND = make_pack(row="by_hand = true")  # test_loss, 4 of 9.5 points


def reading(order):
    """The usual outcomes, but test_loss passes a text on to be marked by hand where it passes."""
    outcomes = honest(order)
    return [
        replace(o, answer="A text.") if o.id == "test_loss" and o.verdict is Verdict.PASSED else o
        for o in outcomes
    ]


def test_a_text_that_waits_counts_as_earned_by_the_solution():
    report = check(BY_HAND, Prover(reading))

    assert report.faults == ()
    assert "9.5 of 9.5 on 5 draws, 4 of them by hand" in [step.say for step in report.steps]


def test_a_starter_whose_own_text_waits_is_a_fault():
    def reply(order):
        if source(order) == STARTER:
            return [
                replace(o, answer="Your text here.") if o.id == "test_loss" else o for o in all_pass(order)
            ]
        return reading(order)

    assert "test_loss: the starter's own text would be marked by hand" in faults(Prover(reply), BY_HAND)


def test_a_mistake_may_be_one_text_file_where_one_file_is_asked_for():
    text = TEXT_TOML.encode()
    files = {
        "pack.toml": text,
        "handout.md": b"# A sheet",
        "starter/a.txt": b"[q1]",
        "solution/a.txt": b"[q1] b",
        "tests/test_a.py": b"",
        "mistakes/other.txt": b"[q1] c",
    }
    pack = Pack.from_files(files)

    assert mistake(pack, pack.manifest.mistakes[0]).files == (("a.txt", b"[q1] c"),)


TEXT_TOML = """
format = 1
id = "sheet"
title = "A sheet"
runtime = "numpy"

[[files]]
name = "a.txt"
kind = "text"

[[tests]]
id = "test_one"
title = "One"
points = 1
visibility = "visible"

[[mistakes]]
path = "mistakes/other.txt"
fails = ["test_one"]
"""


def test_a_test_function_defined_twice_in_one_file_is_found():
    text = b"def test_loss(student): ...\n\ndef test_loss(student, rng): ...\ndef a(): ...\ndef a(): ...\n"

    found = faults(Prover(), make_pack({"tests/test_squared.py": text}))

    assert found == (
        "tests/test_squared.py:3: function is test_loss; "
        "is defined in line 1 too, and only the last one is run",
    )


def test_every_grading_of_a_check_leaves_the_last_slot_to_students():
    prover = Prover()

    check(make_pack(), prover)

    assert len(prover.orders) > 10
    assert all(order.bulk for order in prover.orders)


def test_a_check_that_takes_too_long_ends_and_says_so(monkeypatch):
    now = [0.0]
    module = sys.modules["grader.packcheck.check"]
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0]))

    def slow(order):
        now[0] += 40.0

    prover, shown = Prover(slow), []
    report = check(make_pack(), prover, total_s=100, on_step=shown.append)

    assert len(prover.orders) == 3
    assert [order.total_s for order in prover.orders] == [60.0, 60.0, 20.0]
    assert not report.proven
    assert shown[-1] == report.steps[-1]
    assert report.steps[-1].name == "Time"
    assert "more than 100 s and ended after 3 gradings" in report.steps[-1].faults[0]


def test_a_check_within_its_time_grades_as_one_without():
    limited, free = Prover(), Prover()

    check(make_pack(), limited, total_s=900)
    check(make_pack(), free)

    assert [order.total_s for order in limited.orders] == [order.total_s for order in free.orders]
