# ruff: noqa: E501 - texts in tables
"""Only the student's frames are left in what a program printed or raised."""

import pytest

from grader.values.frames import students_frames

OURS = '  File "/srv/app/grader/candidate/calls.py", line 60, in _plain\n    return function(*args)\n           ^^^^^^^^\n'
FROZEN = '  File "<frozen importlib._bootstrap>", line 241, in _call_with_frames_removed\n'
STUDENTS = '  File "mlp.py", line 12, in loss\n    1/0\n    ~^~\n'


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (
            f"Traceback (most recent call last):\n{OURS}{FROZEN}{STUDENTS}ZeroDivisionError: no\n",
            f"Traceback (most recent call last):\n{STUDENTS}ZeroDivisionError: no\n",
        ),
        (f"Traceback (most recent call last):\n{OURS}OverflowError: big\n", "OverflowError: big\n"),
        (f"loss 0.3\n{OURS}{STUDENTS}end", f"loss 0.3\n{STUDENTS}end"),
        (
            "/srv/app/grader/candidate/calls.py:60: RuntimeWarning: coroutine 'f' was never awaited\n  value = f()\nnext\n",
            "RuntimeWarning: coroutine 'f' was never awaited\nnext\n",
        ),
        ("mlp.py:12: RuntimeWarning: overflow\n  return 1\n", "mlp.py:12: RuntimeWarning: overflow\n  return 1\n"),
        ("a table\n  of /usr values: 3\n", "a table\n  of /usr values: 3\n"),
        ("", ""),
        ("no newline", "no newline"),
    ],
    ids=["traceback", "only ours", "stack", "warning", "own warning", "other text", "empty", "one line"],
)  # fmt: skip
def test_frames_of_other_files_are_left_out(text, kept):
    assert students_frames(text) == kept


def test_a_long_text_takes_no_longer_than_its_length():
    text = '  File "/a", line 1\n    ' * 3000 + '  File "/' * 5000

    assert len(students_frames(text)) <= len(text)
