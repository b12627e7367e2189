"""`grader web`: the pages behind waitress, a production server with many threads."""

from __future__ import annotations

import argparse
import signal
import sys
from datetime import datetime
from types import FrameType
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server
from waitress.task import WSGITask

from grader.logs import Format, add_option, configure, emit, events
from grader.settings import SettingsError
from web.app import create_app
from web.settings import WebSettings, read_web_settings
from web.site import BEGAN, utc_now

LARGEST_BODY = 20_000_000
"""Bytes. A larger request is refused by its headers; one too large only for its page gets our 413 page."""
CONNECTIONS = 500


class TimedParser(HTTPRequestParser):
    """A request that records when its first bytes arrived."""

    def __init__(self, adj: Any) -> None:
        super().__init__(adj)
        self.began: datetime | None = None

    def received(self, data: bytes) -> int:
        if self.began is None:
            self.began = utc_now()
        return int(super().received(data))


class TimedTask(WSGITask):
    """Passes the request's start time to the application: an upload counts from then, however slow it is."""

    def get_environment(self) -> dict[str, Any]:
        environment: dict[str, Any] = super().get_environment()
        environment[BEGAN] = self.request.began
        return environment


class TimedChannel(HTTPChannel):
    """A connection whose requests record their start time."""

    task_class = TimedTask
    parser_class = TimedParser


def main(argv: list[str]) -> int:
    """Serve until Ctrl-C or SIGTERM. Returns the exit code: 2 if a setting is wrong or the port is taken."""
    arguments = _arguments(argv)
    configure(arguments.log_format)
    try:
        settings = read_web_settings()
        serve(settings, arguments.host, arguments.port, say=arguments.log_format is Format.TEXT)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"can't listen on {arguments.host}, port {arguments.port}: {error.strerror}", file=sys.stderr)
        return 2
    return 0


def serve(settings: WebSettings, host: str, port: int, *, say: bool = True) -> None:
    """Answer requests on that address until stopped; `say` prints the address on standard output too."""
    server = create_server(
        create_app(settings),
        host=host,
        port=port,
        threads=settings.web_threads,
        connection_limit=CONNECTIONS,
        channel_timeout=60,
        max_request_body_size=LARGEST_BODY,
        ident=None,
    )
    for listener in _listeners(server):
        listener.channel_class = TimedChannel
    signal.signal(signal.SIGTERM, _stop)
    emit(events.WebReady(address=f"http://{host}:{port}/"))
    if say:
        print(f"ready on http://{host}:{port}/", flush=True)
    try:
        server.run()
    except (KeyboardInterrupt, SystemExit):
        server.close()


def _listeners(server: Any) -> list[Any]:
    """The listening servers, one for each IP address of `host`."""
    dispatchers: dict[int, Any] = getattr(server, "map", {})
    servers = [entry for entry in dispatchers.values() if hasattr(entry, "channel_class")]
    return servers or [server]


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="grader web", description="Serve the pages.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=8000, help="port to listen on (default: %(default)s)")
    add_option(parser)
    return parser.parse_args(argv)


def _port(text: str) -> int:
    try:
        port = int(text) if len(text) < 20 else 0
    except ValueError:
        port = 0
    if not 1 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; expected 1 to 65535")
    return port


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
