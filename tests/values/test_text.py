from hypothesis import given
from hypothesis import strategies as st

from grader.values.text import displayable, has_controls, one_line, storable

any_text = st.text(st.characters(), max_size=60)  # lone surrogates too


@given(any_text)
def test_stored_text_is_utf_8_without_nul(text):
    assert b"\x00" not in storable(text).encode("utf-8")


@given(any_text)
def test_displayed_text_has_no_control_characters(text):
    shown = displayable(text)

    assert not any(ord(c) < 32 and c not in "\n\t" for c in shown)
    assert not any("\u202a" <= c <= "\u202e" or "\x7f" <= c <= "\x9f" for c in shown)


@given(any_text)
def test_one_line_has_no_line_breaks(text):
    assert "\n" not in one_line(text)
    assert not has_controls(one_line(text))


def test_control_characters_are_escaped():
    assert displayable("\x1b[31mred\u202e\n") == "\\x1b[31mred\\u202e\n"


def test_a_cut_text_ends_with_a_note():
    assert storable("abcdef", 4) == "abcd\n[2 more characters cut]"
