"""Notifying workers: one message per job, and never a delay for the sender."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from grader.worker.broker import broker_url, client_url
from grader.worker.notify import is_reachable, notify, pending

# Kombu's own retries, which must be off, take longer than this; one message takes a tenth of it at most.
LIMIT_S = 5


def seconds(call):
    start = time.monotonic()
    result = call()
    return result, time.monotonic() - start


def test_it_sends_one_message_per_job(redis_server):
    assert notify(redis_server.url)
    assert notify(redis_server.url, times=3)
    assert pending(redis_server.url) == 4


def test_it_names_no_job_in_a_message(redis_server):
    notify(redis_server.url)
    message = redis_server.ask(b"LRANGE gradecheck 0 0\r\n")
    assert b"grader.worker.grade_next" in message
    assert b'"argsrepr": "()"' in message


@pytest.mark.parametrize("history", ["first message", "later message"])
def test_it_returns_soon_if_redis_is_down(redis_server, history):
    if history == "later message":
        notify(redis_server.url)
    redis_server.kill()

    for _ in range(3):
        result, took = seconds(lambda: notify(redis_server.url))
        assert result is False
        assert took < LIMIT_S

    assert is_reachable(redis_server.url) is False
    assert pending(redis_server.url) is None


def test_it_returns_soon_if_redis_hangs(redis_server):
    notify(redis_server.url)
    os.kill(redis_server.pid, signal.SIGSTOP)
    try:
        for _ in range(2):
            result, took = seconds(lambda: notify(redis_server.url))
            assert result is False
            assert took < LIMIT_S
        assert seconds(lambda: is_reachable(redis_server.url))[0] is False
    finally:
        os.kill(redis_server.pid, signal.SIGCONT)


def test_it_notifies_again_when_redis_is_back(redis_server):
    notify(redis_server.url)
    redis_server.kill()
    notify(redis_server.url)
    redis_server.start()

    assert notify(redis_server.url)
    assert pending(redis_server.url) == 1


def test_it_notifies_at_the_first_try_after_an_unnoticed_restart_of_redis(redis_server):
    notify(redis_server.url)
    redis_server.kill()
    redis_server.start()

    assert notify(redis_server.url)


def test_it_notifies_from_many_threads(redis_server):
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda _: notify(redis_server.url), range(40)))
    assert pending(redis_server.url) == 40


@pytest.mark.parametrize(
    ("url", "broker", "client"),
    [
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock", "unix:///run/redis.sock"),
        ("redis+socket:///run/redis.sock", "redis+socket:///run/redis.sock", "unix:///run/redis.sock"),
        ("redis://:secret@redis:6379/1", "redis://:secret@redis:6379/1", "redis://:secret@redis:6379/1"),
    ],
)
def test_it_knows_both_forms_of_a_redis_url(url, broker, client):
    assert broker_url(url) == broker
    assert client_url(url) == client
