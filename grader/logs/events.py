"""Every event by name, level and fields; docs/operators.md says the same, and a test that they agree.

A field never holds a text that a student wrote. Times are milliseconds if they end in `_ms`, seconds if in
`_s`. `error` is the class of an exception, without its text, and `at` where it was raised.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar


class Event:
    """Something that happened. A subclass says what, its fields say to whom or with what."""

    name: ClassVar[str]
    level: ClassVar[int]

    def __init_subclass__(cls, *, name: str, level: int = logging.INFO) -> None:
        cls.name, cls.level = name, level


# ---------------------------------------------------------------------------------------------- web


@dataclass(frozen=True)
class WebReady(Event, name="web.ready"):
    """The pages are served."""

    address: str


@dataclass(frozen=True)
class UploadAccepted(Event, name="upload.accepted"):
    """A submission is stored and queued; its id is the line's."""

    user: int
    assignment: str
    files: int
    bytes: int


@dataclass(frozen=True)
class UploadRefused(Event, name="upload.refused"):
    """Nothing was stored: `why` is files (missing, too large, of a wrong name or kind), faults (found by
    the check before it counts), or the rule of the assignment: NotOpen, Closed, NoAttemptsLeft."""

    user: int
    assignment: str
    why: str


@dataclass(frozen=True)
class LoginFailed(Event, name="login.failed", level=logging.WARNING):
    """Address and password don't belong together. `user` is an id or "unknown": what was typed may be
    a password in the wrong field."""

    user: int | str
    address: str


@dataclass(frozen=True)
class LimitReached(Event, name="limit.reached", level=logging.WARNING):
    """Somebody did something more often than the rule allows."""

    rule: str
    wait_s: int


@dataclass(frozen=True)
class LimitLocal(Event, name="limit.local", level=logging.WARNING):
    """Redis is away, so this process counts by itself."""

    rule: str


@dataclass(frozen=True)
class RequestFailed(Event, name="request.failed", level=logging.ERROR):
    """A fault of ours while answering; `id` is what the error page shows."""

    id: str
    method: str
    route: str
    error: str
    at: tuple[str, ...]


@dataclass(frozen=True)
class RequestTooLarge(Event, name="request.too_large"):
    """More bytes than the page takes; nothing was stored."""

    route: str
    bytes: int


@dataclass(frozen=True)
class DatabaseLost(Event, name="database.lost", level=logging.ERROR):
    """The database did not answer a request."""

    why: str


@dataclass(frozen=True)
class PreflightSkipped(Event, name="preflight.skipped", level=logging.WARNING):
    """An upload was taken without being parsed first, since no runner could do it."""

    error: str


@dataclass(frozen=True)
class RunnerUnreachable(Event, name="runner.unreachable", level=logging.WARNING):
    """The status page could not ask the runner how it is."""

    why: str


# ------------------------------------------------------------------------------- worker and sweeper


@dataclass(frozen=True)
class NotifyFailed(Event, name="notify.failed", level=logging.WARNING):
    """No worker could be told that a job waits; the sweeper will."""

    error: str


@dataclass(frozen=True)
class JobClaimed(Event, name="job.claimed"):
    """A worker begins."""

    job: int
    kind: str
    pack: str
    attempt: int
    wait_ms: int


@dataclass(frozen=True)
class JobRetried(Event, name="job.retried"):
    """The worker asks the runner once more for the tests that have no outcome by our fault."""

    round: int
    tests: int


@dataclass(frozen=True)
class JobDone(Event, name="job.done"):
    """The report is stored. `phases_ms` are the runner's, of the last attempt."""

    job: int
    kind: str
    pack: str
    attempt: int
    verdicts: Mapping[str, int]
    wait_ms: int
    run_ms: float
    phases_ms: Mapping[str, float]


@dataclass(frozen=True)
class JobGivenBack(Event, name="job.given_back", level=logging.WARNING):
    """Queued again after a fault of ours, to be claimed not before `after_s`."""

    job: int
    attempt: int
    why: str
    after_s: float


@dataclass(frozen=True)
class JobFailed(Event, name="job.failed", level=logging.ERROR):
    """Given up by our fault after all attempts."""

    job: int
    why: str


@dataclass(frozen=True)
class JobFault(Event, name="job.fault", level=logging.ERROR):
    """The worker's own program raised while it worked on the job."""

    job: int
    error: str
    at: tuple[str, ...]


@dataclass(frozen=True)
class ClaimLost(Event, name="claim.lost", level=logging.WARNING):
    """The job was taken over meanwhile, so what this worker found is dropped."""

    job: int


@dataclass(frozen=True)
class LeaseNotRenewed(Event, name="lease.not_renewed", level=logging.WARNING):
    """The database did not take the renewal; it is tried again until the lease ends."""

    job: int
    error: str


@dataclass(frozen=True)
class JobTakenOver(Event, name="job.taken_over", level=logging.WARNING):
    """Its worker was lost; the sweeper queued it again."""

    job: int


@dataclass(frozen=True)
class SweepFailed(Event, name="sweep.failed", level=logging.WARNING):
    """The database did not answer the sweeper."""

    error: str


@dataclass(frozen=True)
class ClaimsPaused(Event, name="claims.paused", level=logging.ERROR):
    """The worker claims nothing, since its runner is away or too weak."""

    why: str


@dataclass(frozen=True)
class TaskFailed(Event, name="task.failed", level=logging.ERROR):
    """The worker could not claim, or not store that a job failed; the sweeper takes the job over."""

    error: str
    at: tuple[str, ...]


@dataclass(frozen=True)
class HeartbeatFailed(Event, name="heartbeat.failed", level=logging.WARNING):
    """The database did not take a process's sign of life."""

    error: str


# -------------------------------------------------------------------------------------------- runner


@dataclass(frozen=True)
class RunnerReady(Event, name="runner.ready"):
    """It has proven its mode by attacks on itself, and listens."""

    mode: str
    slots: int


@dataclass(frozen=True)
class GradingBegun(Event, name="grading.begun"):
    """The runner took an order; `digest` begins the pack's, as in all lines of the runner."""

    digest: str
    tests: int


@dataclass(frozen=True)
class GradingDone(Event, name="grading.done"):
    """Every test of the order has an outcome."""

    digest: str
    verdicts: Mapping[str, int]
    run_ms: float
    phases_ms: Mapping[str, float]


@dataclass(frozen=True)
class GradingFailed(Event, name="grading.failed", level=logging.WARNING):
    """An order ended early; `cause` is system, pack, or cancelled by the client."""

    digest: str
    cause: str


@dataclass(frozen=True)
class CandidateKilled(Event, name="candidate.killed"):
    """The student's process broke a limit of the test."""

    test: str
    limit: str


@dataclass(frozen=True)
class CallRefused(Event, name="call.refused", level=logging.WARNING):
    """The student's process asked the kernel for something that is not allowed, and was ended."""

    test: str
    call: str


@dataclass(frozen=True)
class CandidateLost(Event, name="candidate.lost"):
    """The student's process ended by itself before it answered."""

    test: str
    how: str


@dataclass(frozen=True)
class TestHostStarted(Event, name="test_host.started"):
    """A pack's tests are collected and wait for gradings."""

    digest: str
    run_ms: float


@dataclass(frozen=True)
class TestHostLost(Event, name="test_host.lost", level=logging.WARNING):
    """A pack's process crashed, hung or did what is not allowed; the next grading gets a new one."""

    digest: str


@dataclass(frozen=True)
class ForkServerRenewed(Event, name="fork_server.renewed"):
    """A new fork-server replaces one that served its number of jobs, or that died."""

    kind: str
    died: bool


@dataclass(frozen=True)
class RunnerFault(Event, name="runner.fault", level=logging.ERROR):
    """The runner's own program raised while it answered a request."""

    request: str
    error: str
    at: tuple[str, ...]
