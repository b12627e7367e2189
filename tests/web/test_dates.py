"""A date that somebody types names one moment, or a sentence says why not."""

from datetime import UTC, datetime

import pytest

from web.services.dates import BadDate, read_instant

ZURICH = "Europe/Zurich"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-10-16T23:59", datetime(2026, 10, 16, 21, 59, tzinfo=UTC)),
        (" 2026-10-16 23:59 ", datetime(2026, 10, 16, 21, 59, tzinfo=UTC)),
        ("2026-12-16T23:59", datetime(2026, 12, 16, 22, 59, tzinfo=UTC)),
        ("2026-10-16T23:59+05:30", datetime(2026, 10, 16, 18, 29, tzinfo=UTC)),
        ("2026-10-16T23:59Z", datetime(2026, 10, 16, 23, 59, tzinfo=UTC)),
        ("2026-10-25T02:30+02:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25T02:30+01:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("2026-10-25T03:00", datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
        ("2026-10-25T01:59", datetime(2026, 10, 24, 23, 59, tzinfo=UTC)),
    ],
)
def test_a_text_names_one_moment(text, moment):
    assert read_instant(text, ZURICH, ends=True) == moment
    assert read_instant(text, ZURICH, ends=False) == moment


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "A date and a time are expected"),
        ("tomorrow", "A date and a time are expected"),
        ("2026-02-30", "A date and a time are expected"),
        ("9" * 5000, "A date and a time are expected"),
        ("2027-03-28T02:30", "skip this time"),
        ("2026-10-25T02:00", "show 02:00 twice on this day; choose another time, or write +02:00 or +01:00"),
        ("0001-01-01T00:00", "A year from 2000 to 2100"),
        ("9999-12-31", "A year from 2000 to 2100"),
        ("9999-12-31T23:59-12:00", "A year from 2000 to 2100"),
    ],
)
def test_other_texts_are_refused_with_a_sentence(text, words):
    with pytest.raises(BadDate) as refused:
        read_instant(text, ZURICH, ends=True)

    assert words in str(refused.value)


def test_a_date_alone_is_its_start_or_its_end():
    assert read_instant("2026-10-16", ZURICH, ends=False) == datetime(2026, 10, 15, 22, 0, tzinfo=UTC)
    assert read_instant("2026-10-16", ZURICH, ends=True) == datetime(2026, 10, 16, 21, 59, tzinfo=UTC)
