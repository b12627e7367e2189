"""Numbers, dates and text in the form in which pages show them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from web import text, words
from web.render.charts import point_bar, score_histogram

NOON = datetime(2026, 10, 16, 21, 59, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1.4e-11, "1.4e−11"),
        (0.729, "0.729"),
        (0.0, "0"),
        (-0.25, "−0.25"),
        (1e-6, "1.0e−6"),
        (123.456, "123.5"),
        (float("nan"), "NaN"),
        (float("inf"), "∞"),
        (float("-inf"), "−∞"),
        (1e300, "1.0e300"),
    ],
)
def test_a_measured_number(value, written):
    assert words.measure(value) == written


@pytest.mark.parametrize(
    ("value", "written"), [("10", "10"), ("7.50", "7.5"), ("0", "0"), ("-3", "−3"), ("100", "100")]
)
def test_points(value, written):
    assert words.points(Decimal(value)) == written


def test_a_date_is_in_the_zone_of_the_course():
    assert words.date_words(NOON, "Europe/Zurich").startswith("Fri 16 Oct")
    assert words.date_words(NOON, "Europe/Zurich").endswith("23:59")
    assert 'datetime="2026-10-16T23:59:07+02:00"' in words.when(NOON, "Europe/Zurich")


@pytest.mark.parametrize(
    ("later", "written"),
    [
        ({"days": 13, "hours": 23}, "in 13 days"),
        ({"days": 2}, "in 2 days"),
        ({"days": 1, "hours": 23, "minutes": 59}, "in 47 hours"),
        ({"days": 1}, "in 24 hours"),
        ({"hours": 23, "minutes": 59, "seconds": 59}, "in 23 hours and 59 minutes"),
        ({"days": -3, "hours": -5}, "3 days ago"),
        ({"hours": -1}, "1 hour ago"),
        ({"seconds": 4.4}, "in 4.4 seconds"),
    ],
)
def test_how_long_until(later, written):
    assert words.until(NOON + timedelta(**later), NOON) == written


def test_a_length_is_exact_to_its_second_unit():
    assert words.span(timedelta(days=2, hours=7, minutes=5)) == "2 days and 7 hours"


def test_code_in_sentences():
    assert words.code_words("`x<y>` found") == "<code>x&lt;y&gt;</code> found"
    assert words.code_words("one ` alone") == "one ` alone"


def test_terminal_sequences_are_removed_and_control_characters_are_spelt_out():
    assert text.plain("\x1b[31mred\x1b[0m\x00\u202e") == "red␀\\u202e"
    assert text.plain("a\r\nb\tc") == "a\nb\tc"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "etc_passwd"),
        ('a"\r\nb.py', "a_b.py"),
        ("Übung.py", "Ubung.py"),
        ("...", "file"),
        ("x" * 300, "x" * 80),
    ],
)
def test_a_download_has_a_safe_name(name, expected):
    assert text.file_name(name) == expected


def test_a_point_bar_is_as_wide_as_its_parts():
    bar = point_bar(Decimal(55), Decimal(30), Decimal(15))

    assert [part.kind for part in bar.parts] == ["got", "lost", "later"]
    assert [part.x for part in bar.parts] == [0, 55, 85]
    assert bar.words == "55 points earned, 30 lost, 15 still hidden"


def test_a_point_bar_of_no_points_is_empty():
    assert point_bar(Decimal(0), Decimal(0), Decimal(0)).parts == ()


def test_a_histogram_counts_every_score_once():
    chart = score_histogram([Decimal(s) for s in (0, 49, 50, 99, 100)], Decimal(100), "points")

    assert [bar.count for bar in chart.bars] == [1, 0, 0, 0, 1, 1, 0, 0, 0, 2]
    assert chart.bars[9].label == "90+"
    assert all(bar.y >= 0 and bar.y + bar.height == pytest.approx(158) for bar in chart.bars)


def test_a_histogram_of_no_scores_is_flat():
    assert {bar.height for bar in score_histogram([], Decimal(100), "points").bars} == {0}
