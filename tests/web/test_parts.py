"""Limits, backends, settings, and the server itself."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
from waitress.adjustments import Adjustments

from grader.database import migrate
from grader.grading.errors import RunnerError
from grader.settings import SettingsError
from grader.values.readings import PackReading
from tests.helpers.redis import redis_server
from web.backends import CACHE_S, PACKS_AT_ONCE, CachedAnswer, LiveBackends
from web.connections import BoundedParser
from web.settings import read_web_settings
from web.throttle import Rule, Tally, Throttle

RULE = Rule("test", limit=2, window_s=60)
VARIABLES = {
    "GRADECHECK_DATABASE_URL": "sqlite:////tmp/x.db",
    "GRADECHECK_REDIS_URL": "unix:///nowhere/redis.sock",
    "GRADECHECK_RUNNER_SOCKET": "/nowhere/runner.sock",
    "GRADECHECK_SECRET_KEY": "k" * 40,
}


@pytest.fixture(params=[pytest.param("redis", marks=pytest.mark.server), "redis is down", "no redis"])
def throttle(request):
    if request.param == "redis":
        with redis_server() as server:
            yield Throttle(server.url)
    else:
        yield Throttle("unix:///nowhere/redis.sock" if request.param == "redis is down" else None)


def test_it_counts_each_visitor_separately_and_says_how_long_to_wait(throttle):
    assert [throttle.hit(RULE, "alice") for _ in range(2)] == [0, 0]
    assert 0 < throttle.hit(RULE, "alice") <= 60
    assert throttle.hit(RULE, "bob") == 0


def test_a_reset_sets_the_count_to_zero(throttle):
    for _ in range(3):
        throttle.hit(RULE, "alice")

    throttle.reset(RULE, "alice")

    assert throttle.hit(RULE, "alice") == 0


def test_a_tally_never_exceeds_its_maximum():
    tally = Tally(most=10)

    for number in range(100):
        tally.add(str(number), 60)

    assert len(tally.counts) <= 10


def test_health_is_requested_once_for_many_pages():
    requests = []
    cached = CachedAnswer(lambda: requests.append(1) or len(requests))

    assert [cached.get() for _ in range(5)] == [1] * 5
    cached.answers[0] = (time.monotonic() - CACHE_S - 1, 1)
    assert cached.get() == 2


def test_backends_that_do_not_answer_raise_nothing():
    backends = LiveBackends(read_web_settings(VARIABLES).service)

    assert backends.notify() is False
    assert backends.queue_reachable() is False
    assert backends.health() is None
    assert backends.preflight((("a.py", b"x = 1"),)) is None


def test_packs_that_are_read_hold_only_some_threads():
    backends = LiveBackends(read_web_settings(VARIABLES).service)
    busy, go_on = threading.Semaphore(0), threading.Event()

    def wait(data):
        busy.release()
        go_on.wait(30)
        return PackReading(())

    backends._scanner.read_pack = wait
    threads = [threading.Thread(target=backends.read_pack, args=(b"",)) for _ in range(PACKS_AT_ONCE)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert busy.acquire(timeout=30)

    with pytest.raises(RunnerError, match="other packs are being read"):
        backends.read_pack(b"")
    go_on.set()
    for thread in threads:
        thread.join()
    assert backends.read_pack(b"") == PackReading(())


def test_it_reads_the_web_server_s_settings():
    own = {"GRADECHECK_HOSTS": "a.example, b.example", "GRADECHECK_HTTPS": "yes", "GRADECHECK_PROXIES": "1"}

    settings = read_web_settings({**VARIABLES, **own})

    assert settings.hosts == ("a.example", "b.example")
    assert settings.https
    assert settings.proxies == 1


@pytest.mark.parametrize(
    ("name", "value"), [("HTTPS", "maybe"), ("PROXIES", "9"), ("WEB_THREADS", "0"), ("LOGIN_IDLE_MIN", "0")]
)
def test_it_refuses_a_wrong_setting(name, value):
    with pytest.raises(SettingsError, match=f"GRADECHECK_{name}"):
        read_web_settings({**VARIABLES, f"GRADECHECK_{name}": value})


@pytest.fixture
def server(tmp_path, servers):
    """(port, process) of `grader web` in a process of its own."""
    url = f"sqlite:///{tmp_path}/store.db"
    migrate(url)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "web.serve", "--port", str(port)]
    environment = {**os.environ, **VARIABLES, "GRADECHECK_DATABASE_URL": url}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline().startswith("ready on http://127.0.0.1:")
        yield port, process
        process.kill()


def test_it_serves_and_ends_on_ctrl_c(server):
    port, process = server
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    connection.request("GET", "/health")
    answer = connection.getresponse()

    assert answer.status == 200
    assert json.load(answer) == {"database": True, "redis": False, "runner": False}
    assert answer.headers["Server"] is None
    connection.close()
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=10) == 0


def test_a_slow_upload_counts_from_its_first_byte():
    parser = BoundedParser(Adjustments())
    parser.received(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n")
    began = parser.began
    time.sleep(0.01)
    parser.received(b"ab")

    assert parser.completed
    assert parser.began is began


@pytest.mark.server
def test_it_says_which_setting_is_missing():
    environment = {"PATH": os.environ["PATH"]}

    done = subprocess.run(
        [sys.executable, "-m", "web.serve"], env=environment, capture_output=True, text=True
    )

    assert done.returncode == 2
    assert "GRADECHECK_DATABASE_URL is not set" in done.stderr
