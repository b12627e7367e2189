"""Events reach the log and the callbacks; nothing about logging ends what was going on."""

import io
import logging
import threading

import pytest

from grader.logs import Format, bound, bound_id, configure, emit, events, on_event
from grader.logs.setup import Output

EVENT = events.LimitReached(rule="upload", wait_s=3)


@pytest.fixture
def heard():
    """What a callback was told."""
    told = []
    end = on_event(lambda name, fields: told.append((name, dict(fields))))
    yield told
    end()


def test_a_callback_is_told_name_fields_and_id(heard):
    with bound("Yk3v"):
        emit(EVENT)

    assert heard == [("limit.reached", {"id": "Yk3v", "rule": "upload", "wait_s": 3})]


def test_a_callback_that_raises_hurts_nobody(lines, heard):
    end = on_event(lambda name, fields: 1 / 0)
    emit(EVENT)
    end()

    assert len(heard) == 1
    assert [line["event"] for line in lines.all()] == ["limit.reached", "log"]
    assert "ZeroDivisionError" in lines.text


def test_a_callback_that_was_ended_is_told_no_more():
    told = []
    end = on_event(lambda name, fields: told.append(name))
    end()
    emit(EVENT)

    assert told == []


def test_callbacks_are_told_what_the_level_hides(heard):
    configure(Format.TEXT, io.StringIO(), level=logging.ERROR)
    emit(EVENT)

    assert len(heard) == 1


def test_the_id_is_the_blocks_and_the_threads_own(lines):
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


def test_a_closed_stream_hurts_nobody():
    stream = io.StringIO()
    configure(Format.TEXT, stream)
    stream.close()

    emit(EVENT)


def test_a_message_that_can_not_be_made_hurts_nobody():
    stream = io.StringIO()
    Output(Format.TEXT, stream).handle(logging.makeLogRecord({"msg": "%d", "args": ("no number",)}))

    assert stream.getvalue() == ""


def test_configuring_twice_writes_each_line_once(lines):
    configure(Format.JSON, lines.stream)
    emit(EVENT)

    assert len(lines.all()) == 1
