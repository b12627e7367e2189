"""The runner's side of one test host: collects under limits, and forks one examiner at a time."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import threading
import time
from collections.abc import Iterator

from grader.runner import shared
from grader.runner.errors import HostBroken, PackFault
from grader.sandbox import kernel
from grader.sandbox.figures import Figures
from grader.sandbox.processes import JobProcess, sender, vouching_pair
from grader.values import Collected
from grader.values.codec import decode
from grader.wire import BadFrame, Bounds, Channel, Closed, Late, Message, WireError

COLLECT_WAIT_S = 30.0
FORK_WAIT_S = 60.0  # a busy machine is not the pack's fault
HOST_MEMORY_MB = 1024
HOST_CPU_S = 120
BOUNDS = Bounds(header=4 << 20, body=16 << 20)
OUTPUT_KEPT = 8000


class Examiner:
    """One grading's examiner (or a host that rehearses): its control channel and its pid."""

    def __init__(self, end: socket.socket, host: TestHost) -> None:
        self.socket, self.host = end, host
        self.channel = Channel(end.fileno(), BOUNDS, own=True)
        self.pid = self.pidfd = -1
        self.figures = Figures(-1)

    def take_ready(self, deadline: float) -> None:
        """Wait for its "ready" message, and get its pid from the kernel. Raises PackFault."""
        try:
            self.socket.settimeout(max(0.001, deadline - time.monotonic()))
            ready, ancillary, _, _ = self.socket.recvmsg(1, socket.CMSG_SPACE(12))
            self.pid, _ = sender(ancillary)
            if ready != b"R":
                raise PackFault("the pack's process did not fork an examiner")
            self.pidfd = os.pidfd_open(self.pid)
            self.figures = Figures(self.pid)
        except OSError as e:
            raise PackFault(f"the pack's process did not fork an examiner: {e}") from e
        finally:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
            self.socket.setblocking(False)

    @property
    def alive(self) -> bool:
        """Whether its process still runs."""
        return not select.select([self.pidfd], [], [], 0)[0]

    def close(self) -> None:
        if self.pidfd >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)
            os.close(self.pidfd)
            self.pidfd = -1
        self.figures.close()
        self.socket.close()


class TestHost:
    """One confined process that holds one collected pack.

    It forks or rehearses one at a time. After one that failed nobody knows what it holds, or what it waits
    for: it is `broken`, and forks and rehearses no more.
    """

    def __init__(self, job: JobProcess, folder: str) -> None:
        self._job, self._busy = job, threading.Lock()
        self.output = b""
        self.rehearsed = self.broken = False
        self._forked: set[int] = set()
        self._spare: Examiner | None = None
        job.data.setblocking(False)
        self._channel = Channel(job.data.fileno(), BOUNDS, own=True)
        self.collected = self._collect(job, folder)

    def _collect(self, job: JobProcess, folder: str) -> Collected:
        deadline = time.monotonic() + COLLECT_WAIT_S
        try:
            limits = job.limits(HOST_MEMORY_MB, HOST_CPU_S)
            self._channel.send("collect", {"folder": folder, **limits}, deadline)
            return decode(Collected, self._answer(deadline).value)
        except (WireError, ValueError) as e:
            raise PackFault(self._fault_text(f"collecting the tests ended early ({e})")) from e

    def _answer(self, deadline: float) -> Message:
        """The host's next message; until then every fork is refused and its output read."""
        poll = select.poll()
        for fd in (self._job.data.fileno(), self._job.listener, self._job.output):
            poll.register(fd, select.POLLIN)
        while True:
            # a busy machine is not the pack's fault
            wait_s = deadline + self._job.figures.waited_ns() / 1e9 - time.monotonic()
            if wait_s <= 0:
                raise Late(f"it took longer than {COLLECT_WAIT_S:.0f} s")
            for fd, event in poll.poll(wait_s * 1000):
                if fd == self._job.data.fileno():
                    return self._channel.receive(deadline)
                if fd == self._job.listener:
                    if event & select.POLLIN:
                        kernel.answer_notification(self._job.listener)
                    else:
                        poll.unregister(fd)
                elif not self.take_output():
                    poll.unregister(fd)

    def take_output(self) -> bool:
        """Read what the pack printed, and keep the end of it; False if no more output can come."""
        while True:
            try:
                data = os.read(self._job.output, 65536)
            except BlockingIOError:
                return True
            except OSError:
                return False
            if not data:
                return False
            self.output = (self.output + data)[-OUTPUT_KEPT:]

    def _fault_text(self, summary: str) -> str:
        self.take_output()
        printed = self.output.decode("utf-8", "replace").strip()
        end = self._job.server.exit_of(self._job, 0.5)
        how = f"; the process ended with status {os.waitstatus_to_exitcode(end.status)}" if end else ""
        return f"{summary}{how}" + (f"\n{printed}" if printed else "")

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Keep others from forking and rehearsing; any error inside makes the host `broken`. Raises
        HostBroken if it is."""
        with self._busy:
            if self.broken:
                raise HostBroken("the pack's process failed in another grading")
            try:
                yield
            except BaseException:
                self.broken = True
                raise

    def examiner(self) -> Examiner:
        """An unused examiner of this pack: the one forked in advance, else a new one. Raises
        PackFault."""
        with self.alone():
            spare, self._spare = self._spare, None
            if spare is not None and spare.alive:
                return spare
            if spare is not None:
                spare.close()
            return self._fork()

    def prepare(self) -> None:
        """Fork the next examiner in advance. Raises PackFault."""
        with self.alone():
            if self._spare is None:
                self._spare = self._fork()

    def _fork(self) -> Examiner:
        deadline = time.monotonic() + FORK_WAIT_S
        ours, theirs = vouching_pair()
        inode = os.fstat(theirs.fileno()).st_ino
        examiner = Examiner(ours, self)
        try:
            self._refuse_waiting_forks()
            socket.send_fds(self._job.data, [b"F"], [theirs.fileno()])
            theirs.close()
            self._let_one_fork(deadline, inode)
            examiner.take_ready(deadline)
            self._check_separate(examiner.pid, inode, deadline)
            self._forked.add(examiner.pid)
            return examiner
        except (Closed, Late, BadFrame, OSError, PackFault) as e:
            theirs.close()
            examiner.close()
            if isinstance(e, shared.KeepsState):
                raise
            raise PackFault(self._fault_text(f"no examiner could be forked ({e})")) from e

    def _refuse_waiting_forks(self) -> None:
        while self._fork_waits(0):
            kernel.answer_notification(self._job.listener)

    def _let_one_fork(self, deadline: float, inode: int) -> None:
        """Let the host's main thread fork once; other threads are refused. While it waits in the call, it
        must hold nothing that the forked process would share with others, beside the new socket (by
        inode)."""
        pid, found = self._job.pid, list[str]()

        def keeps() -> bool:
            found[:] = [shared.kept(pid, {self._job.socket_inode, inode})]
            return bool(found[0])

        while self._fork_waits(max(0.0, deadline - time.monotonic())):
            if kernel.answer_notification(self._job.listener, allow=pid, unless=keeps):
                return
            if found and found[0]:
                raise shared.KeepsState(
                    f"the tests keep {found[0]} from before a grading: gradings would share it"
                )
        raise Late("the pack's process does not answer")

    def _check_separate(self, pid: int, inode: int, deadline: float) -> None:
        """Check that an examiner is a new child of the host, that it holds only its own socket (by inode),
        and that the host does not hold it any more. Raises PackFault, OSError."""
        if pid in {self._job.pid, *self._forked} or shared.parent(pid) != self._job.pid:
            raise shared.KeepsState("another process answered than the one that was forked")
        if what := shared.kept(pid, {inode}):
            raise shared.KeepsState(f"an examiner keeps {what} from before its grading")
        self._job.data.settimeout(max(0.001, deadline - time.monotonic()))
        try:
            self._job.data.recv(1)  # it has closed the examiner's socket, it says
        finally:
            self._job.data.setblocking(False)
        if shared.holds(self._job.pid, inode):
            raise shared.KeepsState("the pack's process keeps the socket of an examiner")

    def _fork_waits(self, wait_s: float) -> bool:
        """Whether a thread of the host waits to fork. Raises Closed if the process has ended: then its
        listener stays ready, with nothing to read."""
        poll = select.poll()
        poll.register(self._job.listener, select.POLLIN)
        events = [event for _, event in poll.poll(wait_s * 1000)]
        if events and not events[0] & select.POLLIN:
            raise Closed("the pack's process has ended")
        return bool(events)

    @property
    def alive(self) -> bool:
        """Whether its process still runs."""
        return not select.select([self._job.pidfd], [], [], 0)[0]

    def rehearsal(self) -> Examiner:
        """The host itself as the examiner, for one run of its tests."""
        examiner = Examiner(self._job.data.dup(), self)
        examiner.channel = self._channel
        examiner.socket.setblocking(False)
        examiner.socket.send(b"R")
        return examiner

    def close(self) -> None:
        if self._spare is not None:
            self._spare.close()
        self._job.close()
