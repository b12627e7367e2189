"""Feature maps in the sandbox: what is wrong with a degree that can't be one is said of the degree."""

from pathlib import Path

import pytest

SOLUTION = (Path(__file__).parents[2] / "assignments/feature-maps/solution/features.py").read_text()


@pytest.mark.parametrize(
    ("degree", "shown"),
    [
        ("np.inf", "infinity"),
        ("-np.nan", "NaN"),
        ("2.5", "2.5"),
        ("None", "None"),
        ("[3]", "no single number"),
    ],
)
def test_a_degree_that_is_no_whole_number_is_named_as_the_degree(submit, degree, shown):
    wrong = (
        f"\n\nright = select_degree\n\n\ndef select_degree(*sets):\n    return {degree}, *right(*sets)[1:]\n"
    )

    report = submit("feature-maps", {"features.py": SOLUTION + wrong}, only=("test_degree", "test_errors"))

    chosen, errors = report.results
    assert chosen.message == f"select_degree returned {shown} as the degree, expected a whole number."
    assert errors.earned == errors.points


@pytest.mark.parametrize("form", ["np.array({})", "float({})", "np.array([{}])", "np.int8({})"])
def test_a_degree_may_be_any_whole_number(submit, form):
    answer = f"    d, *errors = right(*sets)\n    return {form.format('d')}, *errors\n"
    own = f"\n\nright = select_degree\n\n\ndef select_degree(*sets):\n{answer}"

    report = submit("feature-maps", {"features.py": SOLUTION + own}, only=("test_degree",))

    assert report.score == report.max
