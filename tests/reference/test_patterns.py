import numpy as np

from reference import patterns


def test_each_pattern_has_sixteen_pixels_four_of_them_on():
    for pattern in (patterns.A, patterns.B):
        assert pattern.shape == (16,)
        assert sorted(set(pattern)) == [0, 1]
        assert pattern.sum() == 4


def test_translations_wrap_around_and_are_all_different():
    shifted = patterns.translations(patterns.A)

    assert shifted.shape == (16, 16)
    assert len(np.unique(shifted, axis=0)) == 16
    np.testing.assert_array_equal(shifted[3][[3, 4, 5, 6]], patterns.A[:4])
    np.testing.assert_array_equal(shifted[15], np.roll(patterns.A, 15))


def test_no_translation_of_one_pattern_is_a_translation_of_the_other():
    x, labels = patterns.dataset()

    assert x.shape == (32, 16)
    assert labels.tolist() == [1] * 16 + [0] * 16
    assert len(np.unique(x, axis=0)) == 32


def test_each_class_averages_to_a_quarter_in_every_pixel():
    for pattern in (patterns.A, patterns.B):
        assert patterns.translations(pattern).mean(axis=0).tolist() == [0.25] * 16
