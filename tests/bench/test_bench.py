import json

import pytest

from bench.main import BENCHES, measure, table
from bench.timing import Row, row, run_in_turn


def test_ratios_are_medians_of_pairs():
    times = {"job": [10.0, 20.0, 90.0], "base": [10.0, 10.0, 10.0]}

    result = row("job", "base", times)

    assert (result.value, result.baseline, result.ratio, result.runs) == (20.0, 10.0, 2.0, 3)


def test_a_batch_counts_by_submission():
    assert row("job", "base", {"job": [300.0], "base": [20.0]}, each=30).value == 10.0


def test_jobs_take_turns_and_the_first_round_is_not_counted():
    order = []

    times = run_in_turn({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, runs=2)

    assert order == ["a", "b"] * 3
    assert [len(runs) for runs in times.values()] == [2, 2]


def test_an_unknown_name_lists_the_known_names(capsys):
    assert measure(["colt-cli"], 1, None) == 2
    output = capsys.readouterr().err
    assert all(name in output for name in BENCHES)


def test_rows_have_the_documented_columns(capsys, monkeypatch):
    monkeypatch.setitem(
        BENCHES, "cold-cli", lambda runs: [Row("cold CLI", 100.0, "ms", "import", 50.0, 2.0, runs)]
    )

    measure(["cold-cli"], 3, "-")

    (row_json,) = json.loads(capsys.readouterr().out)
    assert row_json["runs"] == 3
    assert {"name", "value", "unit", "baseline", "ratio", "runs"} <= set(row_json)


def test_a_job_that_fails_gives_no_figure(capsys, monkeypatch):
    from bench.grading import NotDone

    def fail(runs):
        raise NotDone("ended with 3")

    monkeypatch.setitem(BENCHES, "cold-cli", fail)

    assert measure(["cold-cli"], 1, None) == 3


def test_the_table_has_one_line_per_row():
    assert len(list(table([Row("a", 1.0, "ms", "b", 2.0, 0.5, 3)]))) == 2


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_the_plain_baseline_passes_the_same_tests():
    from bench.grading import _plain_pytest

    assert _plain_pytest()() is None
