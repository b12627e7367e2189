"""`grader web`: the pages behind waitress, a production server with many threads."""

from __future__ import annotations

import argparse
import gc
import signal
import sys
import time
from functools import partial
from types import FrameType
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from waitress.server import create_server

from grader.database import open_engine, reading, set_up
from grader.logs import Format, add_option, configure, emit, events
from grader.logs.errors import error_name
from grader.settings import SettingsError
from web.app import create_app
from web.connections import BoundedChannel, ConnectionLimits
from web.settings import WebSettings, read_web_settings

LARGEST_BODY = 20_000_000
"""Bytes. A larger request is refused by its headers; one too large only for its page gets our 413 page."""
LARGEST_HEAD = 64_000  # bytes
LONGEST_S = 86_400


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


def keep_out_of_collections() -> None:
    """Leave what is loaded by now out of all later garbage collections: each would stop the requests for a
    tenth of a second to look at modules, mappers and templates that stay for ever."""
    gc.collect()
    gc.freeze()


def serve(settings: WebSettings, host: str, port: int, *, say: bool = True) -> None:
    """Answer requests on that address until stopped; `say` prints the address on standard output too."""
    server = bounded_server(
        create_app(settings),
        settings.connection_limits,
        host,
        port,
        settings.web_threads,
        https=settings.https,
    )
    keep_out_of_collections()
    signal.signal(signal.SIGTERM, _stop)
    emit(events.WebReady(address=f"http://{host}:{port}/"))
    _say_if_empty(settings)
    if say:
        print(f"ready on http://{host}:{port}/", flush=True)
    try:
        server.run()
    except (KeyboardInterrupt, SystemExit):
        server.close()


def _say_if_empty(settings: WebSettings) -> None:
    """Log how to make the first user, if there is none."""
    engine = open_engine(settings.service.database_url)
    try:
        with reading(engine) as session:
            if set_up.is_empty(session):
                token = set_up.token_of(settings.service.needed_secret_key)
                emit(events.SetUpNeeded(path=f"{set_up.PATH}?token={token}"))
    except SQLAlchemyError as error:
        emit(events.DatabaseLost(why=error_name(error)))
    finally:
        engine.dispose()


def bounded_server(
    app: Any, limits: ConnectionLimits, host: str, port: int, threads: int, *, https: bool = False
) -> Any:
    """A waitress server of this WSGI application, listening, whose connections have these limits."""
    server = create_server(
        app,
        host=host,
        port=port,
        threads=threads,
        connection_limit=limits.connections
        + 64,  # a backstop: ours closes idle ones, this one stops accepting
        channel_timeout=LONGEST_S,  # ours is per phase
        cleanup_interval=min(1.0, limits.head_s / 2, limits.idle_s / 2),
        max_request_body_size=LARGEST_BODY,
        max_request_header_size=LARGEST_HEAD,
        asyncore_use_poll=True,  # select() can't wait for descriptors above 1023
        url_scheme="https" if https else "http",
        ident=None,
    )
    for listener in _listeners(server):
        listener.limits, listener.channel_class = limits, BoundedChannel
        listener.maintenance = partial(_look, listener)
    return server


def _look(listener: Any, _now: float) -> None:
    now = time.monotonic()
    for channel in list(listener.active_channels.values()):
        channel.look(now)


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
