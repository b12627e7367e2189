"""`grader runner`: choose a mode by proof, then serve a socket until told to end."""

from __future__ import annotations

import argparse
import contextlib
import os
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from grader.protocol import Health
from grader.runner.modes import Refused, choose, engine, layers
from grader.runner.processes import SystemFault
from grader.runner.server import Server
from grader.runner.service import Service
from grader.runner.shelf import Shelf, remove
from grader.runner.slots import Slots
from grader.values import Mode

FORBIDDEN = ("DATABASE", "REDIS", "SECRET", "PASSWORD", "TOKEN")


def parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(prog="grader runner", description="Run sandboxed jobs for a local socket.")
    cores = len(os.sched_getaffinity(0))
    modes = list(Mode)
    p.add_argument("--socket", type=Path, required=True, help="where to listen (at most 107 bytes)")
    p.add_argument("--slots", type=int, default=cores, help="gradings at a time")
    p.add_argument("--least", type=Mode, choices=modes, default=modes[0], help="weakest mode accepted")
    p.add_argument("--most", type=Mode, choices=modes, default=modes[-1], help="strongest mode tried")
    p.add_argument("--folder", type=Path, help="where packs are laid out (default: a temporary folder)")
    p.add_argument("--peers", default="", help="further user ids that may connect, separated by commas")
    return p


def main(argv: list[str] | None = None) -> int:
    """Serve; 0 when ended by a signal, 3 when no accepted mode can be had."""
    args = parser().parse_args(argv)
    if len(os.fsencode(args.socket)) > 107:
        print(f"runner: the socket's path has more than 107 bytes: {args.socket}", file=sys.stderr)
        return 2
    secrets = [name for name in os.environ if any(word in name for word in FORBIDDEN)]
    if secrets:
        print(
            f"runner: refuses to start with {', '.join(sorted(secrets))} in its environment", file=sys.stderr
        )
        return 2
    peers = frozenset({0, os.getuid(), *(int(u) for u in args.peers.split(",") if u)})
    folder = args.folder or Path(tempfile.mkdtemp(prefix="gradecheck-packs-"))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    service: Service | None = None
    try:
        service, health = _start(args, folder)
        server = Server(args.socket, service, health, peers)
        print(f"ready {service.mode}", flush=True)
        server.run()
    except (Refused, SystemFault) as e:
        print(f"runner: {e}", file=sys.stderr)
        return 3
    except _Stopped:
        return 0
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        if service is not None:
            service.close()
        if args.folder is None:
            for child in folder.iterdir():
                remove(child)
            shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(FileNotFoundError):
            args.socket.unlink()
    return 0


class _Stopped(BaseException):
    """A signal asked the runner to end."""


def _stop(number: int, frame: object) -> None:
    raise _Stopped


def _start(args: argparse.Namespace, folder: Path) -> tuple[Service, Callable[[], Health]]:
    """Everything behind the socket, in the strongest proven mode. Raises Refused, SystemFault."""
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    proven = choose(args.least, args.most, folder, args.socket)
    shelf = Shelf(folder, proven.hosts.uid)
    service = Service(proven.jobs.mode, proven.hosts, shelf, Slots(args.slots, proven.jobs))
    service.hosts.warm_up()
    found, versions = layers(proven), engine()

    def health() -> Health:
        return Health(proven.jobs.mode, service.slots.count, service.slots.free, found, versions)

    return service, health


if __name__ == "__main__":
    sys.exit(main())
