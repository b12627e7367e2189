from sets import (
    DIGIT_STARTS,
    PATTERN_STARTS,
    check_curves,
    drawn_digits,
    drawn_patterns,
    judge_digits,
    judge_patterns,
    learn_digits,
    learn_patterns,
    split,
)

from reference import patterns


def test_learns_patterns(student, same, report_number):
    x, labels = patterns.dataset()
    t = labels[:, None]

    judge_patterns(learn_patterns(student, same, range(PATTERN_STARTS), x, t), x, t, report_number)


def test_digits_curves(student, same):
    train, validation = split("train"), split("validation")

    check_curves(same, learn_digits(student, same, 0, train, validation), train, validation)


def test_digits(student, same, report_number):
    train, validation = split("train"), split("validation")
    learned = [learn_digits(student, same, seed, train, validation) for seed in range(DIGIT_STARTS)]

    judge_digits([one.params for one in learned], train, split("test"), report_number)


def test_other_patterns(student, same, rng, report_number):
    x, t = drawn_patterns(rng)
    seeds = rng.integers(2**31, size=PATTERN_STARTS)

    judge_patterns(learn_patterns(student, same, seeds, x, t), x, t, report_number, hidden=True)


def test_other_digits(student, same, rng, report_number):
    train, validation, test = drawn_digits(rng)
    seeds = rng.integers(2**31, size=DIGIT_STARTS)

    learned = [learn_digits(student, same, seed, train, validation) for seed in seeds]

    judge_digits([one.params for one in learned], train, test, report_number, hidden=True)
