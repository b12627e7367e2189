"""Correct nets in other forms earn all points; a wrong net loses its points."""

import pytest

GATES = "networks-by-hand/lists"


def test_nets_written_as_lists_earn_all_points(submit, answer, lost):
    assert lost(submit("networks-by-hand", answer(GATES))) == {}


def test_a_missing_file_fails_only_the_tests_of_its_own_functions(submit, answer, lost):
    report = submit("networks-by-hand", {"gates.py": answer(GATES)["gates.py"]})

    assert {"test_gates", "test_xor", "test_another_xor", "test_collapse", "test_universal"}.isdisjoint(
        lost(report)
    )
    assert "circuits.py was not submitted" in lost(report)["test_sharpen"]


WRONG = {
    "weights of NaN": (
        "def or_net",
        'def or_net():\n    return {"W1": [[float("nan"), 1]], "b1": [0]}\ndef old',
    ),
    "z of 0 where it should be on": ("[-1.0]}", "[-3.0]}"),
    "weights beyond all bounds": ("[[3.0, 3.0]]", "[[1e300, 1e300]]"),
    "no net": ('return {"W1": [[3.0, 3.0]], "b1": [-1.0]}', 'return "or"'),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_or_loses_its_points(submit, answer, lost, name):
    files = answer(GATES)
    old, new = WRONG[name]
    assert old in files["gates.py"].decode()
    files["gates.py"] = files["gates.py"].decode().replace(old, new, 1)

    assert set(lost(submit("networks-by-hand", files))) == {"test_gates"}
