"""Ringing: once a row, and never a trouble for the one who rings."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from grader.worker.broker import broker_url, client_url
from grader.worker.notify import is_reachable, notify, pending

# Kombu's own retries, which must be off, wait for longer than this; a ring itself for a tenth of it.
PATIENCE_S = 5


def seconds(call):
    start = time.monotonic()
    answer = call()
    return answer, time.monotonic() - start


def test_it_leaves_one_message_a_ring(redis_server):
    assert notify(redis_server.url)
    assert notify(redis_server.url, times=3)
    assert pending(redis_server.url) == 4


def test_it_names_no_row_in_a_message(redis_server):
    notify(redis_server.url)
    message = redis_server.ask(b"LRANGE gradecheck 0 0\r\n")
    assert b"grader.worker.grade_next" in message
    assert b'"argsrepr": "()"' in message


@pytest.mark.parametrize("time_before", ["never rung", "rung before"])
def test_it_says_soon_that_redis_is_down(redis_server, time_before):
    if time_before == "rung before":
        notify(redis_server.url)
    redis_server.kill()

    for _ in range(3):
        answer, took = seconds(lambda: notify(redis_server.url))
        assert answer is False
        assert took < PATIENCE_S

    assert is_reachable(redis_server.url) is False
    assert pending(redis_server.url) is None


def test_it_says_within_two_seconds_that_redis_hangs(redis_server):
    notify(redis_server.url)
    os.kill(redis_server.pid, signal.SIGSTOP)
    try:
        for _ in range(2):
            answer, took = seconds(lambda: notify(redis_server.url))
            assert answer is False
            assert took < PATIENCE_S
        assert seconds(lambda: is_reachable(redis_server.url))[0] is False
    finally:
        os.kill(redis_server.pid, signal.SIGCONT)


def test_it_rings_again_when_redis_is_back(redis_server):
    notify(redis_server.url)
    redis_server.kill()
    notify(redis_server.url)
    redis_server.start()

    assert notify(redis_server.url)
    assert pending(redis_server.url) == 1


def test_it_rings_at_the_first_try_after_redis_restarted_unnoticed(redis_server):
    notify(redis_server.url)
    redis_server.kill()
    redis_server.start()

    assert notify(redis_server.url)


def test_it_rings_from_many_threads(redis_server):
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda _: notify(redis_server.url), range(40)))
    assert pending(redis_server.url) == 40


@pytest.mark.parametrize(
    ("given", "broker", "client"),
    [
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock", "unix:///run/redis.sock"),
        ("redis+socket:///run/redis.sock", "redis+socket:///run/redis.sock", "unix:///run/redis.sock"),
        ("redis://:secret@redis:6379/1", "redis://:secret@redis:6379/1", "redis://:secret@redis:6379/1"),
    ],
)
def test_it_knows_both_forms_of_a_redis_url(given, broker, client):
    assert broker_url(given) == broker
    assert client_url(given) == client
