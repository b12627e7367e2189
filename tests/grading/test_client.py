"""A client accepts a runner's answers only in the agreed form."""

import socket
import threading

import pytest

from grader.grading.client import Client
from grader.grading.errors import RunnerError
from grader.values import Cause, Mode
from grader.values.codec import encode
from grader.values.health import Health, Layer
from grader.wire import Channel

HEALTH = Health(Mode.FULL, 2, 1, (Layer("seccomp", True, "it is there"),), {"numpy": "2.0"})


@pytest.fixture
def ask_health(tmp_path):
    """A function that asks a runner for its health, which answers with this value."""
    path = str(tmp_path / "runner.sock")

    def ask(value):
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(path)
            listening.listen()
            answering = threading.Thread(target=answer, args=(listening, value))
            answering.start()
            try:
                return Client(path, timeout_s=30).health()
            finally:
                answering.join()

    return ask


def answer(listening, value):
    connection, _ = listening.accept()
    with connection:
        channel = Channel(connection.fileno(), own=True)
        assert channel.receive().kind == "health"
        channel.send("health", value)


def test_it_reads_the_health_of_a_runner(ask_health):
    assert ask_health(encode(HEALTH)) == HEALTH


def test_an_answer_of_another_form_is_the_systems_fault(ask_health):
    with pytest.raises(RunnerError, match="mode is 'strong'; expected one of unprivileged") as caught:
        ask_health(encode(HEALTH) | {"mode": "strong"})

    assert caught.value.cause is Cause.SYSTEM
