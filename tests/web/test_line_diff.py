"""The difference of two files."""

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.render.line_diff import MOST_CHANGES, MOST_LINES, TooMuch, diff, shortened

LINES = st.lists(st.sampled_from(["a", "b", "c", "d", ""]), max_size=14)


@given(LINES, LINES)
def test_both_files_can_be_read_from_it(old, new):
    lines = diff(old, new)

    assert [line.text for line in lines if line.kind != "add"] == old
    assert [line.text for line in lines if line.kind != "del"] == new
    assert [line.old for line in lines if line.old] == list(range(1, len(old) + 1))
    assert [line.new for line in lines if line.new] == list(range(1, len(new) + 1))


@given(LINES, LINES)
def test_it_keeps_at_least_as_many_lines_as_difflib(old, new):
    kept = sum(line.kind == "same" for line in diff(old, new))

    blocks = difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    assert kept >= sum(block.size for block in blocks)


def test_a_changed_line_is_removed_and_added():
    assert [(line.kind, line.text) for line in diff(["x", "y"], ["x", "z"])] == [
        ("same", "x"),
        ("del", "y"),
        ("add", "z"),
    ]


def test_only_lines_near_a_change_are_kept_with_a_gap_between():
    old = [str(n) for n in range(40)]
    new = ["new", *old[:20], "new", *old[20:]]

    kept = list(shortened(diff(old, new), 2))

    assert [line.text for line in kept] == ["new", "0", "1", "", "18", "19", "new", "20", "21"]


def test_what_is_too_large_or_too_different_is_refused():
    with pytest.raises(TooMuch):
        diff(["a"] * (MOST_LINES + 1), [])
    with pytest.raises(TooMuch):
        diff([f"a{n}" for n in range(MOST_CHANGES)], [f"b{n}" for n in range(MOST_CHANGES)])


@pytest.mark.parametrize("make", [lambda n: "a", str, lambda n: "ab"[n % 2]], ids=["one", "all", "two"])
def test_the_largest_files_are_compared(make):
    old = [make(n) for n in range(MOST_LINES)]
    new = [*old[1:], "b"]

    assert sum(line.kind == "same" for line in diff(old, new)) >= MOST_LINES - 3
