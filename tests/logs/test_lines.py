"""A log record is always one line, whatever it contains, in both formats."""

import io
import json
import logging
import re
import subprocess
import sys

import pytest

from grader.logs import Format, LineFormatter, bound, configure, emit, events
from grader.logs.setup import Output

NASTY = {
    "a newline": "a\nINFO login.ok user=1",
    "a carriage return": "a\rINFO",
    "a terminal's colours": "\x1b[31mred\x1b[0m",
    "NUL": "a\x00b",
    "a lone surrogate": "a\ud800b",
    "a line separator": "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg",
    "right-to-left": "\u202eabc",
    "characters that can't be seen": "a\u200b\u200d\U000e0041\u00adb",
    "a quote": 'a" level="ERROR',
    "very long": "x" * 100_000,
}


@pytest.fixture(params=list(Format))
def written(request, lines):
    """A function that returns what was logged, in each format, to a stream that accepts only UTF-8."""
    raw = io.BytesIO()
    configure(request.param, io.TextIOWrapper(raw, encoding="utf-8", write_through=True))
    return lambda: raw.getvalue().decode()


@pytest.mark.parametrize("value", NASTY.values(), ids=NASTY)
def test_an_event_is_one_line_whatever_its_fields_contain(written, value):
    with bound(value):
        emit(events.LimitReached(rule=value, wait_s=1))

    line = written()
    assert len(line.splitlines()) == 1
    assert line.endswith("\n")
    assert len(line) < 2000
    assert line[:-1].isprintable()


@pytest.mark.parametrize("value", NASTY.values(), ids=NASTY)
def test_a_librarys_message_is_one_line_too(written, value):
    logging.getLogger("waitress").warning("queue: %s", value)

    assert len(written().splitlines()) == 1
    assert written()[:-1].isprintable()


@pytest.mark.parametrize("value", NASTY.values(), ids=NASTY)
def test_keys_of_counts_are_escaped_as_well(written, value):
    emit(events.GradingDone("abc", {value: 1}, 2.0, {value: 3.0}))

    assert len(written().splitlines()) == 1


def test_text_is_time_level_event_and_fields():
    stream = io.StringIO()
    configure(Format.TEXT, stream)
    with bound("Yk3v"):
        emit(events.GradingDone("abc", {"passed": 2}, 12.34567, {"wait for a slot": 1.0}))

    time, remainder = stream.getvalue().split(" ", 1)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", time)
    assert remainder == (
        'INFO grading.done id=Yk3v digest=abc verdicts={"passed": 2} run_ms=12.346'
        ' phases_ms={"wait for a slot": 1.0}\n'
    )


def test_a_value_of_several_words_is_quoted_in_text():
    stream = io.StringIO()
    configure(Format.TEXT, stream)
    emit(events.CandidateKilled(test="test_a", limit="cpu limit"))

    assert stream.getvalue().endswith('INFO candidate.killed test=test_a limit="cpu limit"\n')


def test_json_is_an_object_with_the_fields(lines):
    with bound("Yk3v"):
        emit(events.LimitReached(rule="login-pair", wait_s=7))

    (line,) = lines.all()
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "WARNING", "event": "limit.reached", "id": "Yk3v", "rule": "login-pair", "wait_s": 7
    }  # fmt: skip


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_numbers_that_json_lacks_are_strings(lines, number):
    emit(events.TestHostStarted(digest="abc", run_ms=number))

    (line,) = lines.text.splitlines()
    assert json.loads(line, parse_constant=pytest.fail)["run_ms"] == str(number)


def test_a_librarys_line_names_its_logger(lines):
    with bound("Yk3v"):
        logging.getLogger("celery.worker").info("mingle: %d", 3)

    (line,) = lines.all()
    assert (line["event"], line["logger"], line["message"], line["id"]) == (
        "log", "celery.worker", "mingle: 3", "Yk3v"
    )  # fmt: skip


@pytest.mark.parametrize("form", list(Format))
def test_an_exception_is_logged_by_class_and_place_without_its_text(form):
    stream = io.StringIO()
    configure(form, stream)
    try:
        try:
            raise KeyError("MARKER inside")
        except KeyError as error:
            raise ValueError("MARKER outside") from error
    except ValueError:
        logging.getLogger("waitress").exception("while serving")

    line = stream.getvalue()
    assert "ValueError from KeyError" in line
    assert "tests/logs/test_lines.py:" in line
    assert "MARKER" not in line


@pytest.mark.parametrize("value", NASTY.values(), ids=NASTY)
def test_a_handler_of_a_library_writes_one_line_too(value):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(LineFormatter())
    try:
        raise ValueError(value)
    except ValueError as error:
        record = logging.LogRecord(
            value, logging.ERROR, "", 1, "Exception on %s", (value,), (type(error), error, None)
        )
    handler.handle(record)

    line = stream.getvalue()
    assert len(line.splitlines()) == 1
    assert line[:-1].isprintable()
    assert "ValueError" in line


@pytest.mark.parametrize("form", list(Format))
def test_a_message_whose_arguments_do_not_fit_is_not_lost(form):
    stream = io.StringIO()
    record = logging.LogRecord("waitress", logging.WARNING, "", 1, "%d of %d", ("a\nb",), None)
    Output(form, stream).handle(record)

    assert len(stream.getvalue().splitlines()) == 1
    assert "%d of %d" in stream.getvalue()


UNCAUGHT = """
import sys, threading
from grader.logs import Format, configure
configure(Format(sys.argv[1]))
def fail(): raise ValueError("MARKER\\n2026 INFO forged \\x1b[31m")
class Fails:
    def __del__(self): fail()
thread = threading.Thread(target=fail, name="a\\nb")
thread.start()
thread.join()
Fails()
fail()
"""


@pytest.mark.parametrize("form", list(Format))
def test_an_exception_that_nobody_catches_is_one_line_without_its_text(form):
    program = [sys.executable, "-c", UNCAUGHT, form]
    ended = subprocess.run(program, capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 3
    assert all(line.isprintable() and "ValueError" in line for line in ended.stderr.splitlines())
    assert "MARKER" not in ended.stderr
