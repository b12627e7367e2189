"""Events reach the log and the callbacks, and a fault in logging never stops the program."""

import io
import logging
import threading

import pytest

from grader.logs import Format, bound, bound_id, configure, emit, events, on_event
from grader.logs.setup import Output

EVENT = events.LimitReached(rule="upload", wait_s=3)


@pytest.fixture
def callback_calls():
    """The (name, fields) of each call of a callback."""
    calls = []
    end = on_event(lambda name, fields: calls.append((name, dict(fields))))
    yield calls
    end()


def test_a_callback_gets_name_fields_and_id(callback_calls):
    with bound("Yk3v"):
        emit(EVENT)

    assert callback_calls == [("limit.reached", {"id": "Yk3v", "rule": "upload", "wait_s": 3})]


def test_a_callback_that_raises_is_only_logged(lines, callback_calls):
    end = on_event(lambda name, fields: 1 / 0)
    emit(EVENT)
    end()

    assert len(callback_calls) == 1
    assert [line["event"] for line in lines.all()] == ["limit.reached", "log"]
    assert "ZeroDivisionError" in lines.text


def test_a_removed_callback_is_not_called():
    calls = []
    end = on_event(lambda name, fields: calls.append(name))
    end()
    emit(EVENT)

    assert calls == []


def test_callbacks_get_events_below_the_level_too(callback_calls):
    configure(Format.TEXT, io.StringIO(), level=logging.ERROR)
    emit(EVENT)

    assert len(callback_calls) == 1


def test_each_block_and_thread_has_its_own_id(lines):
    with bound("outer"):
        with bound("inner"):
            emit(EVENT)
            other = threading.Thread(target=emit, args=(EVENT,))
            other.start()
            other.join()
        emit(EVENT)
    emit(EVENT)

    assert [line.get("id") for line in lines.all()] == ["inner", None, "outer", None]


def test_the_id_ends_with_the_block_when_it_raises():
    with pytest.raises(ZeroDivisionError), bound("Yk3v"):
        _ = 1 / 0

    assert bound_id() == ""


def test_a_closed_stream_raises_nothing():
    stream = io.StringIO()
    configure(Format.TEXT, stream)
    stream.close()

    emit(EVENT)


def test_a_message_that_can_not_be_formatted_raises_nothing():
    stream = io.StringIO()
    Output(Format.TEXT, stream).handle(logging.makeLogRecord({"msg": "%d", "args": ("no number",)}))

    assert stream.getvalue() == ""


def test_configuring_twice_writes_each_line_once(lines):
    configure(Format.JSON, lines.stream)
    emit(EVENT)

    assert len(lines.all()) == 1
