"""What a test measured is kept only if it can be reported."""

import pytest

from grader.kit.recorder import Mismatch, Recorder
from grader.values import Number


@pytest.mark.parametrize("value", [{"a": 1}, None, "many", [1.0, 2.0], 1j])
def test_a_number_that_is_none_fails_the_test_and_says_what_it_is(value):
    with pytest.raises(Mismatch, match=r"^gap: a number was expected, but it is .+\.$"):
        Recorder().number(Number("gap", value, 1.0, passed=True))
