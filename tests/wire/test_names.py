"""Which name was probably meant for another."""

import pytest

from grader.wire.names import similar_name


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("forward", "foward"),
        ("forward", "Forward"),
        ("forward", "forward_pass"),
        ("softmax_loss", "softmaxLoss"),
        ("gradient", "gradients"),
        ("backward", "backwards"),
        ("step", "Step"),
        ("learn_patterns", "learn_pattern"),
    ],
)
def test_a_name_with_a_typing_error_or_a_further_word_is_similar(wanted, found):
    assert similar_name(wanted, ["other", found, "sqrt"]) == found


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("learn_patterns", "learning_rate"),
        ("forward", "backward"),
        ("loss", "los_angeles"),
        ("hidden", "hinge"),
        ("sigma", "sigmoid_of"),
        ("step", "stop_when"),
        ("mlp_hvp", "ml"),
    ],
)
def test_a_name_that_only_shares_letters_is_not_similar(wanted, found):
    assert similar_name(wanted, [found]) == ""
