"""`grader runner`: finds the strongest mode that works, then serves a socket until it is stopped."""

from __future__ import annotations

import argparse
import contextlib
import os
import resource
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from grader.logs import Format, add_option, configure, emit, events
from grader.runner.pack_cache import PackCache, remove
from grader.runner.readers import Readers
from grader.runner.server import Server
from grader.runner.service import Service
from grader.runner.slots import Slots
from grader.runner.test_hosts import Hosts
from grader.sandbox.cgroups import CgroupFolder, find, take_away_stale
from grader.sandbox.errors import NotDelegated, Refused, SystemFault
from grader.sandbox.modes import choices, choose, engine, layers
from grader.sandbox.processes import ForkServerProcess
from grader.values import Mode
from grader.values.health import Health, Layer

FORBIDDEN = ("DATABASE", "REDIS", "SECRET", "PASSWORD", "TOKEN")


def parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(prog="grader runner", description="Run sandboxed jobs for a local socket.")
    cores = len(os.sched_getaffinity(0))
    modes = list(Mode)
    p.add_argument("--socket", type=Path, required=True, help="where to listen (at most 107 bytes)")
    p.add_argument("--slots", type=int, default=cores, help="gradings at a time")
    p.add_argument("--least", type=Mode, choices=modes, default=modes[0], help="weakest mode accepted")
    p.add_argument("--most", type=Mode, choices=modes, default=modes[-1], help="strongest mode tried")
    p.add_argument("--folder", type=Path, help="where packs are written (default: a temporary folder)")
    p.add_argument("--until-eof", action="store_true", help="end when standard input does")
    p.add_argument("--peers", default="", help="further user ids that may connect, separated by commas")
    add_option(p)
    return p


def main(argv: list[str] | None = None) -> int:
    """Serve. Returns 0 when ended by a signal, 2 for wrong arguments, 3 if no accepted mode works."""
    args = parser().parse_args(argv)
    configure(args.log_format)
    if fault := _fault(args):
        print(f"runner: {fault}", file=sys.stderr)
        return 2
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    if args.until_eof:
        threading.Thread(target=_end_with_input, daemon=True).start()
    try:
        with _folder(args.folder) as folder:
            _serve(args, folder)
    except (Refused, SystemFault) as e:
        print(f"runner: {e}", file=sys.stderr)
        return 3
    except _Stopped:
        return 0
    return 0


def _end_with_input() -> None:
    """End as by a signal when the process at the other end of standard input has ended."""
    while os.read(0, 4096):  # not sys.stdin: a thread inside its lock keeps the interpreter from ending
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _fault(args: argparse.Namespace) -> str:
    """The fault of the arguments or the environment, "" if there is none."""
    if len(os.fsencode(args.socket)) > 107:
        return f"the socket's path has more than 107 bytes: {args.socket}"
    secrets = sorted(name for name in os.environ if any(word in name for word in FORBIDDEN))
    return f"refuses to start with {', '.join(secrets)} in its environment" if secrets else ""


class _Stopped(BaseException):
    """A signal asked the runner to end."""


def _stop(_number: int, _frame: object) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):  # once is enough
        signal.signal(number, signal.SIG_IGN)
    raise _Stopped


@contextlib.contextmanager
def _folder(folder_option: Path | None) -> Iterator[Path]:
    """The folder for packs: the given one, or a temporary one that is removed at the end."""
    if folder_option is not None:
        yield folder_option
        return
    folder = Path(tempfile.mkdtemp(prefix="gradecheck-packs-"))
    try:
        yield folder
    finally:
        for child in folder.iterdir():
            remove(child)
        shutil.rmtree(folder, ignore_errors=True)


def _serve(args: argparse.Namespace, folder: Path) -> None:
    """Start the service and its socket, and serve it for ever. Raises Refused, SystemFault."""
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    service, health = _start(args, folder)
    try:
        peers = frozenset({0, os.getuid(), *(int(u) for u in args.peers.split(",") if u)})
        server = Server(args.socket, service, health, peers)
        emit(events.RunnerReady(mode=service.mode, slots=args.slots))
        if args.log_format is Format.TEXT:  # for the process that started us; a JSON log is only JSON
            print(f"ready {service.mode}", flush=True)
        server.run()
    finally:
        service.close()
        with contextlib.suppress(FileNotFoundError):
            args.socket.unlink()


def _start(args: argparse.Namespace, folder: Path) -> tuple[Service, Callable[[], Health]]:
    """The service in the strongest proven mode. The fork-server for test hosts starts while the
    canaries run, on the assumption that the first choice is proven. Raises Refused, SystemFault."""
    options = choices(args.least, args.most, folder)
    place, backstop = _cgroups()
    with ThreadPoolExecutor(1) as pool:
        early = pool.submit(ForkServerProcess, "host", options[0].hosts)
        proven = choose(options, folder, args.socket)
        slots = Slots(args.slots, proven.choice.jobs, proven.server, place)
    if proven.choice == options[0]:
        host_server = early.result()
    else:
        if early.exception() is None:
            early.result().close()
        host_server = ForkServerProcess("host", proven.choice.hosts)
    packs = PackCache(folder, proven.choice.hosts.uid)
    hosts = Hosts(proven.choice.hosts, packs, host_server)
    service = Service(proven.mode, packs, hosts, slots, Readers(proven.choice.jobs))
    all_layers, versions = (*layers(proven), backstop), engine()

    def health() -> Health:
        return Health(service.mode, service.slots.count, service.slots.free, all_layers, versions)

    return service, health


def _cgroups() -> tuple[CgroupFolder | None, Layer]:
    """The folder where cgroups may be made, and the layer for `grader doctor`."""
    name = "memory and pids cgroup"
    try:
        place = find()
    except NotDelegated as e:
        return None, Layer(name, False, f"{e}; limits are each process's own, and a job is one process")
    take_away_stale(place)
    return place, Layer(name, True, f"cgroup v{2 if place.unified else 1}, behind each process's own limits")


if __name__ == "__main__":
    sys.exit(main())
