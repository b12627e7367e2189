"""Which address the web server listens on."""

import socket

import pytest

from grader.local import address
from grader.local.errors import UpError


@pytest.fixture
def taken():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "localhost"])
def test_loopback_is_known(host):
    assert address.is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.edu", ""])
def test_anything_else_is_not_loopback(host):
    assert not address.is_loopback(host)


def test_a_taken_port_that_was_asked_for_is_an_error_that_names_it(taken):
    with pytest.raises(UpError, match=f"port {taken} on 127.0.0.1 is taken"):
        address.choose_port("127.0.0.1", taken)


def test_without_an_option_the_next_free_port_is_chosen(taken, monkeypatch):
    monkeypatch.setattr(address, "DEFAULT_PORT", taken)

    assert taken < address.choose_port("127.0.0.1", None) < taken + 20


def test_an_ipv6_address_is_bracketed():
    assert address.url("::1", 8000) == "http://[::1]:8000"
