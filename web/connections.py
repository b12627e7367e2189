"""What a connection may do before the application sees its request: how many, how slow, how malformed.

waitress reads requests in one thread, so a slow client holds no thread; it only holds its connection. Here
each connection has limits in time, each client and the server in number, and a request whose end could be
understood in two ways is refused.
"""

from __future__ import annotations

import html
import ipaddress
import re
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import Error

from web.security.headers import answered_by_server
from web.site import BEGAN, utc_now

TITLES = {
    400: ("This request can’t be read", "It does not follow the rules of HTTP."),
    408: ("Too slow", "The request did not arrive in time. Nothing was stored; send it again."),
    413: (
        "Too large",
        "This is larger than the page accepts. Nothing was stored, and no attempt was counted.",
    ),
    431: ("Too large", "The head of this request, which holds address and cookies, is too large."),
    500: ("Our fault, not yours", "Something failed on our side. What you handed in before is stored."),
    501: ("Request not supported", "This way to send a request is not supported."),
}
_HEADER = re.compile(rb"^([^:\r\n]+):[ \t]*([^\r\n]*?)[ \t]*\r?$", re.MULTILINE)
_LENGTH = re.compile(rb"[0-9]{1,15}")


@dataclass(frozen=True)
class ConnectionLimits:
    """Seconds for the head of a request, its body, and a connection on which nothing is asked; `rate` is the
    least average number of bytes a second of a body, after `grace_s`. `a_client` is 0 without a limit."""

    head_s: float = 10.0
    body_s: float = 1200.0
    idle_s: float = 30.0
    answer_s: float = 600.0
    grace_s: float = 20.0
    rate: float = 1000.0
    connections: int = 500
    a_client: int = 100


class TooSlow(Error):
    """The answer to a body that did not arrive in time."""

    code = 408
    reason = "Request Timeout"


class BoundedParser(HTTPRequestParser):
    """A request that records when its first bytes arrived, and is refused if its length is not certain."""

    def __init__(self, adj: Any) -> None:
        super().__init__(adj)
        self.began: datetime | None = None
        self.began_s = time.monotonic()

    def received(self, data: bytes) -> int:
        if self.began is None:
            self.began = utc_now()
        return int(super().received(data))

    def parse_header(self, header_plus: bytes) -> None:
        """Raises ParsingError also for what two programs may understand differently: two lengths, a length
        with chunks, chunks in HTTP/1.0, an unknown version."""
        lengths, codings = _framing(header_plus)
        if len(lengths) > 1 or any(not _LENGTH.fullmatch(length) for length in lengths):
            raise ParsingError("Content-Length is invalid")
        if codings and (lengths or len(codings) > 1):
            raise ParsingError("Transfer-Encoding beside another length")
        if any(b"," in coding for coding in codings):
            raise ParsingError("more than one Transfer-Encoding")
        super().parse_header(header_plus)
        if self.version not in ("1.0", "1.1"):
            raise ParsingError("unknown version of HTTP")
        if codings and self.version != "1.1":
            raise ParsingError("Transfer-Encoding needs HTTP/1.1")

    def why_slow(self, limits: ConnectionLimits, now: float) -> str:
        """Which limit this unfinished request has reached: "head", "body" or ""."""
        spent = now - self.began_s
        if not self.headers_finished:
            return "head" if spent > limits.head_s else ""
        if spent > limits.body_s or self.body_bytes_received < (spent - limits.grace_s) * limits.rate:
            return "body"
        return ""


def _framing(header_plus: bytes) -> tuple[list[bytes], list[bytes]]:
    """The values of all Content-Length and of all Transfer-Encoding headers."""
    found: dict[bytes, list[bytes]] = {b"content-length": [], b"transfer-encoding": []}
    for name, value in _HEADER.findall(header_plus):
        found.get(name.strip().lower(), []).append(value)
    return found[b"content-length"], found[b"transfer-encoding"]


class TimedTask(WSGITask):
    """Passes the request's start time to the application: an upload counts from then, however slow it is."""

    def get_environment(self) -> dict[str, Any]:
        environment: dict[str, Any] = super().get_environment()
        environment[BEGAN] = self.request.began
        return environment


class RefusedTask(ErrorTask):
    """The server's own answer to what it refuses: a page with the headers of every other page."""

    def execute(self) -> None:
        error = self.request.error
        title, words = TITLES.get(error.code, (error.reason, "This request is refused."))
        body = _PAGE.format(title=html.escape(title), words=html.escape(words)).encode()
        self.status = f"{error.code} {error.reason}"
        https = self.channel.adj.url_scheme == "https"
        self.response_headers.extend(
            [("Content-Type", "text/html; charset=utf-8"), *answered_by_server(https)]
        )
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title></head>
<body><main><h1>{title}</h1><p>{words}</p></main></body>
</html>
"""


class BoundedChannel(HTTPChannel):
    """A connection with limits in time."""

    task_class = TimedTask
    error_task_class = RefusedTask
    parser_class = BoundedParser
    request: Any
    limits = ConnectionLimits()

    def __init__(self, server: Any, sock: Any, addr: Any, adj: Any, map: Any = None) -> None:
        super().__init__(server, sock, addr, adj, map=map)
        self.client = client_of(addr)
        self.quiet_since = self.sending_since = time.monotonic()
        self.limits = server.limits
        admit(self, map or {}, self.limits)

    @property
    def rank(self) -> tuple[int, float]:
        """Which connection is closed first if there are too many: one on which nothing is asked, then one
        whose head has not arrived, the oldest first; 2 means that it may not be closed."""
        if self.requests or self.total_outbufs_len:
            return 2, 0.0
        if self.request is None:
            return 0, self.quiet_since
        return (2 if self.request.headers_finished else 1), self.request.began_s

    def look(self, now: float) -> None:
        """Close this connection if it has reached a limit; a slow body is told so."""
        if self.total_outbufs_len or self.requests:
            if not self.total_outbufs_len:
                self.sending_since = now  # the application works on it
            elif now - self.sending_since > self.limits.answer_s:
                self.will_close = True
            self.quiet_since = now
        elif self.request is None:
            self.sending_since = now
            self.will_close = self.will_close or now - self.quiet_since > self.limits.idle_s
        else:
            self.sending_since = now
            why = self.request.why_slow(self.limits, now)
            if why == "head":
                self.will_close = True
            elif why == "body":
                self._refuse(TooSlow(""))

    def _refuse(self, error: Error) -> None:
        with self.requests_lock:
            request, self.request = self.request, None
            request.error, request.completed = error, True
            self.requests.append(request)
        self.server.add_task(self)


def client_of(addr: Any) -> str:
    """The client of an address: the address itself; of IPv6 the network of a household, 64 bits."""
    try:
        address = ipaddress.ip_address(str(addr[0]).partition("%")[0])
    except (ValueError, IndexError, TypeError):
        return str(addr)
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is None and address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(mapped or address)


def admit(new: BoundedChannel, all_channels: dict[int, Any], limits: ConnectionLimits) -> None:
    """Keep the numbers of connections: one too many ends the one that matters least, of the same client if
    that has too many, else of all; if none may be closed, the new one is."""
    channels = [c for c in all_channels.values() if isinstance(c, BoundedChannel) and not c.will_close]
    same = [c for c in channels if c.client == new.client]
    if limits.a_client and len(same) > limits.a_client:
        _close_one(same, new)
    elif len(channels) > limits.connections:
        _close_one(channels, new)


def _close_one(channels: list[BoundedChannel], new: BoundedChannel) -> None:
    others = [c for c in channels if c is not new and c.rank[0] < 2]
    victim = min(others, key=lambda c: c.rank, default=new)
    victim.will_close = True
