"""Nets of other right forms earn everything; a claim that is none earns nothing."""

import pytest

GATES = "networks-by-hand/lists"


def test_nets_of_lists_written_another_way_earn_everything(hand_in, answer, lost):
    assert lost(hand_in("networks-by-hand", answer(GATES))) == {}


def test_a_missing_file_costs_its_own_functions_alone(hand_in, answer, lost):
    report = hand_in("networks-by-hand", {"gates.py": answer(GATES)["gates.py"]})

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
def test_an_or_that_is_none_loses_its_share(hand_in, answer, lost, name):
    files = answer(GATES)
    find, put = WRONG[name]
    assert find in files["gates.py"].decode()
    files["gates.py"] = files["gates.py"].decode().replace(find, put, 1)

    assert set(lost(hand_in("networks-by-hand", files))) == {"test_gates"}
