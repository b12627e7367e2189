"""Which address the web server listens on."""

from __future__ import annotations

import ipaddress
import socket

from grader.local.errors import UpError

DEFAULT_PORT = 8000


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_free(host: str, port: int) -> bool:
    """Whether a server can listen on this host and port now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def choose_port(host: str, wanted: int | None) -> int:
    """The wanted port, else the first free one of twenty from the default. Raises UpError if none is free."""
    if wanted is not None:
        if not is_free(host, wanted):
            raise UpError(f"port {wanted} on {host} is taken; choose another with --port")
        return wanted
    for port in range(DEFAULT_PORT, DEFAULT_PORT + 20):
        if is_free(host, port):
            return port
    raise UpError(
        f"ports {DEFAULT_PORT} to {DEFAULT_PORT + 19} on {host} are all taken; choose another with --port"
    )


def url(host: str, port: int) -> str:
    """The address to type into a browser."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
