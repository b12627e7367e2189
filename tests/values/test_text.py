import unicodedata

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


def test_no_character_that_nobody_sees_is_displayed_as_it_is():
    formats = [chr(n) for n in range(0x110000) if unicodedata.category(chr(n)) in ("Cf", "Cc", "Zl", "Zp")]
    fillers = ["\u034f", "\u115f", "\u1160", "\u17b4", "\u3164", "\uffa0", "\ufe00", "\U000e0100", "\u180b"]
    hidden = [c for c in [*formats, *fillers] if c not in "\n\t"]

    shown = {c: displayable(c) for c in hidden}

    assert [hex(ord(c)) for c in hidden if c in shown[c] and c != "\x00"] == []
    assert (shown["\u200b"], shown["\u200d"], shown["\U000e0041"]) == ("\\u200b", "\\u200d", "\\U000e0041")


def test_letters_marks_and_signs_of_any_language_are_displayed_as_they_are():
    for text in ("größe Ω̄ ŷ", "سلام", "नमस्ते", "漢字 かな", "ŵ₁ σ′ ∂L/∂w", "❤\ufe0f 👩"):
        assert displayable(text) == text
        assert not has_controls(text)


def test_a_title_may_have_the_joiners_of_its_language():
    assert not has_controls("می\u200cخواهم")
    assert has_controls("a\u200bb")
    assert has_controls("a\U000e0041b")
