"""Which tests check gradients is what the pack says, not what their names are."""

from grader.packs import load
from grader.packs.folder import SHIPPED


def test_a_pack_says_which_of_its_tests_check_gradients():
    found = load(SHIPPED / "mlp-backprop").gradient_tests

    assert {"test_gradient_w1", "test_own_loss", "test_saturated_units"} <= set(found)
    assert not {"test_forward", "test_loss", "test_shapes"} & set(found)


def test_a_test_with_gradient_in_its_name_need_not_be_one():
    pack = load(SHIPPED / "cost")

    assert "test_count_backward" in {row.id for row in pack.tests}
    assert "test_count_backward" not in pack.gradient_tests
