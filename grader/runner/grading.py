"""One grading: the examiner runs the tests in order; this side enforces limits and gives evidence."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from grader.runner.candidates import Candidates
from grader.runner.delays import Delays
from grader.runner.errors import Cancelled, OwnTimeUsed, PackFault
from grader.runner.explaining import Explanations
from grader.runner.inputs import Inputs
from grader.runner.line_search import HeldForLines
from grader.runner.loading import runs, sources
from grader.runner.own_time import OwnTime, used_up
from grader.runner.slots import Slot
from grader.runner.test_host import Examiner
from grader.runner.turns import Turn, Turns, called
from grader.runner.verdicts import outcome_of
from grader.runner.watch import LOOK_EVERY_S, SHORTEST_LOOK_S, Loss, Watch, log_loss, why_lost
from grader.sandbox.errors import SystemFault
from grader.values import Ended, Explained, Order, Outcome, TestPlan, Verdict, Visibility
from grader.values.codec import decode, encode
from grader.wire import Message, WireError

SEND_WAIT_S = 10.0
MESSAGE_WAIT_S = 60.0  # for the rest of a message that has begun to arrive
GRACE_S = 6.0  # in which an examiner may sleep after its candidate was killed
EXPLAINING_S = 20.0  # the processor time of the examiner in the explanation of one row

STAGES = ("examiner", "candidates", "student's import and calls", "explanations")
OnOutcome = Callable[[Outcome], None]


class GradingRun:
    """Serves one examiner until it is done, and passes on each outcome at once."""

    def __init__(
        self, order: Order, slot: Slot, load: Mapping[str, Any], client: socket.socket | None
    ) -> None:
        self.order, self.slot, self.load, self.client = order, slot, load, client
        self.examiner: Examiner
        self.past_s = 0.0  # used by the rows that have ended
        self.own = OwnTime(order.total_s, len(order.tests))
        self.own_used_up: set[str] = set()  # the ids of rows whose test itself computed for too long
        self.candidates = Candidates(order, slot)
        self.visibility: Visibility | None = None
        self.watch: Watch | None = None
        self.turns = Turns(order.tests)
        self.turn: Turn | None = None
        self.used = False  # whether the candidate of this turn has served earlier rows
        self.lost_before: dict[str, Outcome] = {}  # of rows that run again
        self.spent = dict.fromkeys(STAGES, 0.0)
        self.ends, self.explaining = 0, -1  # the number of ended turns; the number of the one explained
        self.explanations = Explanations()
        self.for_lines = HeldForLines(order, load)
        self.ended: dict[str, Ended] = {}  # of rows in which the test stopped, or whose plan asks for forms
        self._inputs = Inputs()

    def run(self, examiner: Examiner, kind: str, tests: Sequence[TestPlan], on_outcome: OnOutcome) -> None:
        """Have the examiner run `tests`, by a message of this kind. Raises PackFault, SystemFault,
        Cancelled; outcomes that were passed on before stay valid."""
        self.examiner, self.visibility, self.watch = examiner, None, None
        self.ends, self.explaining = 0, -1
        self.slot.keep_near(examiner.pid)
        self.turns.resume(tests)
        plans = [encode(t) for t in tests]
        start = {"tests": plans, "sources": sources(self.load), "explain": self.order.explain}
        start["runs"], start["search"] = runs(self.load), self.order.search
        remaining = {t.id for t in tests}

        def ended(outcome: Outcome) -> None:
            remaining.discard(outcome.id)
            on_outcome(outcome)

        try:
            examiner.channel.send(kind, start, time.monotonic() + SEND_WAIT_S)
            self._begin_next(alive=False)
            while self._step(ended):
                pass
        except (WireError, OSError, PackFault, SystemFault) as e:
            self._release(ended)
            if isinstance(e, PackFault | SystemFault) and remaining:
                raise
            if remaining:
                raise PackFault(f"the examiner ended early ({e})") from e
        finally:
            self._watched(None)
            self.candidates.end()
        self._release(ended)
        if remaining:
            raise PackFault("the examiner ended before all tests had ended")

    def lost_own_time(self, plan: TestPlan, used: OwnTimeUsed) -> Outcome:
        """The outcome of a row whose test used up its own time, until it is settled whose fault that is."""
        ended = used_up(plan, used.limit_s, str(used))
        self.ended[plan.id] = ended
        self.own_used_up.add(plan.id)
        return ended.outcome

    def _release(self, on_outcome: OnOutcome) -> None:
        """Pass on the outcomes that wait for an explanation, without one."""
        for outcome in (*self.explanations.release(), *self.for_lines.release()):
            on_outcome(outcome)

    # ------------------------------------------------------------------------ one event

    def _step(self, on_outcome: OnOutcome) -> bool:
        """Handle the examiner's next message, enforcing limits while waiting; False when it is done."""
        self._check_own_time()
        self._await_message()
        message = self.examiner.channel.receive(time.monotonic() + MESSAGE_WAIT_S)
        try:
            outcome = self._take(message)
        except (ValueError, TypeError, AttributeError) as e:  # the message has not the agreed form
            raise PackFault(f"the examiner's message {message.kind!r} is not valid: {e}") from e
        if outcome is not None:
            on_outcome(outcome)
        return message.kind != "done"

    def _take(self, message: Message) -> Outcome | None:
        """Do what a message of the examiner requests; the outcome, if it ends a test."""
        match message.kind:
            case "candidate":
                self._send_candidate(Visibility(message.value))
            case "clock":
                self._send_clock()
            case "end":
                return self._end(decode(Ended, message.value))
            case "variant":
                self._send_variant(message.value)
            case "search":
                self._begin_search(Visibility(message.value))
            case "searched":
                self._searched(message.value)
            case "traced":
                self._traced(message.value)
            case "explain":
                self._explain(message.value["number"])
            case "explained":
                return self._explained(decode(Explained, message.value))
            case "done":
                pass
            case _:
                raise PackFault(f"the examiner sent {message.kind!r}: {message.value!r}"[:4000])
        return None

    def _await_message(self) -> None:
        """Return when the examiner has sent a message; raise if it will never send one."""
        if self.examiner.channel.pending:
            return
        while True:
            for fd in self._inputs.ready(self._watched_inputs(), self._wait_ms()):
                if fd == self.examiner.socket.fileno():
                    return
                if self.client is not None and fd == self.client.fileno():
                    raise Cancelled
                job = self.candidates.job
                if self.watch is not None and job is not None and fd == job.output:
                    self.watch.drain()
            self._enforce()

    def _watched_inputs(self) -> list[int]:
        """The descriptors on which something may arrive."""
        inputs = [self.examiner.socket.fileno()]
        if self.client is not None:
            inputs.append(self.client.fileno())
        job = self.candidates.job
        if job is not None and job.output >= 0:
            inputs.append(job.output)
        if job is not None and self.watch is not None and self.watch.over_since is None:
            inputs.append(job.listener)
        return inputs

    def _wait_ms(self) -> float:
        if self.watch is None:
            return LOOK_EVERY_S * 1000
        left_s = max(SHORTEST_LOOK_S, self._own_limit_s() - self.watch.delays.examiner_s())
        return max(0.0, min(left_s, self.watch.next_look() - time.monotonic())) * 1000 + 1

    def _enforce(self) -> None:
        """Kill a candidate that broke a limit. Raises PackFault if the examiner sends nothing after that."""
        now = time.monotonic()
        if self.watch is None:
            return
        self.watch.look(now)
        if self.explaining < 0 and self._late():
            self.watch.end("wall limit", f"the whole grading may take {self.order.total_s:g} s", now)
        if self.watch.over_since is not None and self.watch.asleep_s() > GRACE_S:
            raise PackFault(f"the test still ran {GRACE_S:.0f} s after its limits were reached")
        self._check_own_time()

    def _check_own_time(self) -> None:
        """Raise OwnTimeUsed if the test that runs, or is explained, has used up its own processor time."""
        if self.watch is None:
            return
        limit_s = self._own_limit_s()
        if self.watch.delays.examiner_s() > limit_s:
            raise OwnTimeUsed(f"the test itself used more than {limit_s:.2g} s of processor time", limit_s)

    def _own_limit_s(self) -> float:
        """The processor time that the examiner may use for the row that runs, or is explained."""
        if self.explaining >= 0:
            return min(EXPLAINING_S, self.own.most_s - self.own.past_s)
        return self.own.limits[self.turn.plan.id] if self.turn is not None else self.own.most_s

    def _watched(self, watch: Watch | None) -> None:
        """Watch this from now on, and count what the examiner used in what was watched before."""
        if self.watch is not None:
            self.own.past_s += self.watch.delays.examiner_s()
        self.watch = watch

    def _late(self) -> bool:
        """Whether the time of the whole grading is used up."""
        left = self.order.total_s - self.past_s
        if self.watch is None:
            return left < 0
        return self.watch.most_wall_used() > left and self.watch.wall_used() > left

    # ---------------------------------------------------------------------- the four messages

    def _begin_next(self, *, alive: bool) -> None:
        """Tell the examiner the next row, and start its clock. `alive`: the candidate may serve it too."""
        self.turn = turn = self.turns.next()
        if turn is None:
            self.candidates.end()
        elif turn.alone or self.visibility is not turn.plan.visibility or not alive:
            alive = False
            self.candidates.end()
            self.visibility = turn.plan.visibility
        message = {"alive": alive, "id": turn.plan.id if turn else "", "avoid": turn.avoid if turn else ()}
        self.examiner.channel.send("turn", message, time.monotonic() + SEND_WAIT_S)
        self.used = self.candidates.job is not None
        self._watched(Watch(turn.plan, self.candidates.job, Delays(self.examiner.figures)) if turn else None)
        if turn is not None:
            self.own.begin(turn.plan)

    def _send_candidate(self, visibility: Visibility) -> None:
        """Send the examiner a new candidate with the files loaded, or refuse one if limits are reached."""
        self._send_loaded(visibility, "load", self.load)

    def _send_loaded(self, visibility: Visibility, kind: str, files: Mapping[str, Any]) -> None:
        """Send the examiner a new candidate whose first message is this one, or refuse one."""
        if self.watch is None:
            raise PackFault("the examiner requested a candidate outside a test")
        late = self.explaining < 0 and self._late()
        if late or visibility is not self.watch.plan.visibility or self.watch.loss is not None:
            if late and self.watch.loss is None:
                self.watch.loss = Loss("not run", self._out_of_time(visibility))
            self.examiner.socket.send(b"N")
            return
        job = self.candidates.start(visibility, self.watch.plan.limits, kind, files)
        self.used = False
        self.watch.attach(job)
        self.candidates.hand_over(self.examiner.socket)
        self.watch.delays.add(self.candidates.start_s)
        self.spent["candidates"] += self.candidates.start_s
        self.candidates.prepare_next(visibility)

    def _send_clock(self) -> None:
        """Send the CPU time of the candidate's process so far, for tests that measure the cost of a call."""
        if self.watch is None:
            raise PackFault("the examiner requested the clock outside a test")
        self._enforce()  # a test that requests it in an endless loop has limits too
        cpu_ns = self.candidates.job.cpu_ns() if self.candidates.job is not None else None
        self.examiner.channel.send("clock", {"cpu_ns": cpu_ns}, time.monotonic() + SEND_WAIT_S)

    def _end(self, ended: Ended) -> Outcome | None:
        """Store how a turn ended, and begin the next one; the outcome if it is final."""
        watch, turn = self.watch, self.turn
        if watch is None or turn is None or ended.outcome.id != turn.plan.id:
            raise PackFault("the examiner ended a test that was not the one running")
        self.ends += 1
        self.past_s += watch.stop()
        watch.drain()
        if ended.waits and watch.loss is None:
            self.turns.wait(turn, ended.function)
            self._begin_next(alive=self.turns.serves_next(turn))
            return None
        if ended.stop is not None or ended.calls:
            self.ended[watch.plan.id] = ended
        if ended.lost and watch.loss is None and self.candidates.job is not None:
            watch.loss = why_lost(self.candidates.job, watch)
        if watch.loss is not None and watch.loss.ended != "not run":
            log_loss(watch.plan.id, watch.loss)
        # the examiner's first call also waits for the new candidate
        called_s = max(0.0, ended.waited_s - self.candidates.start_s)
        self.spent["student's import and calls"] += called_s
        self.candidates.start_s = 0.0
        final: Outcome | None
        if self._harmless(ended, watch):
            self.lost_before.pop(turn.plan.id, None)
            self.turns.harmless(turn)
            self._begin_next(alive=self.candidates.job is not None and self.turns.serves_next(turn))
            final = outcome_of(ended, watch)  # the examiner need not wait for this
        else:
            final = self._noted(outcome_of(ended, watch), turn, ended.function)
            alive = self.candidates.job is not None and watch.loss is None
            self._begin_next(alive=alive and self.turns.serves_next(turn))
        explains = ended.explains and self.order.explain and watch.loss is None
        if final is not None and self.order.search:
            self.for_lines.hold(final)
            return None
        if final is None or not explains or final.verdict is Verdict.INTERNAL:
            return final
        self.explanations.hold(self.ends - 1, turn.plan, final)
        return None

    def _explain(self, number: int) -> None:
        """Begin the explanations of a row, in a process that serves no row. Raises ValueError if there is no
        such row, or if a row has not ended."""
        if self.watch is not None:
            raise ValueError("explanations come after all tests")
        plan = self.explanations.plan(number)
        if self.explaining < 0 or plan.visibility is not self.visibility:
            self.candidates.end()
        self.explaining, self.visibility = number, plan.visibility
        self._watched(Watch(plan, self.candidates.job, Delays(self.examiner.figures)))
        budget = {"alive": self.candidates.job is not None, "calls": self.explanations.calls}
        self.examiner.channel.send("budget", budget, time.monotonic() + SEND_WAIT_S)

    def _explained(self, explained: Explained) -> Outcome:
        """The outcome with the explanation that was begun last. Raises ValueError if none was."""
        watch = self.watch
        self._watched(None)
        if watch is None or self.explaining < 0:
            raise ValueError("no explanation was begun")
        watch.drain()
        self.spent["explanations"] += time.monotonic() - watch.started
        if watch.loss is not None:
            self.candidates.end()
        return self.explanations.explained(self.explaining, explained, watch)

    def _harmless(self, ended: Ended, watch: Watch) -> bool:
        """Whether the examiner's finding stands: no candidate was lost, and no earlier row is the cause."""
        by_earlier = self.used and ended.outcome.verdict is Verdict.MEMORY
        return watch.loss is None and not ended.lost and not by_earlier

    def _begin_search(self, visibility: Visibility) -> None:
        """Begin to look for the lines behind failed rows, in limits of its own. Raises ValueError if a row
        has not ended, or the order asks for no search."""
        if self.watch is not None and self.explaining < 0:
            raise ValueError("a search comes after all tests")
        plan = self.for_lines.plan(visibility)
        self.candidates.end()
        self.candidates.used_s = self.for_lines.used_s
        self.explaining, self.visibility = 0, visibility
        self._watched(Watch(plan, None, Delays(self.examiner.figures)))
        self.examiner.channel.send("begun", None, time.monotonic() + SEND_WAIT_S)

    def _send_variant(self, request: Mapping[str, Any]) -> None:
        """Send the examiner a candidate that tries changes, or one with changed files. Raises ValueError."""
        if self.explaining < 0:
            raise ValueError("no search was begun")
        files = self.for_lines.files(request.get("files", {}))
        kind = "search" if request.get("search") else "load"
        self._send_loaded(Visibility(request["visibility"]), kind, files)

    def _searched(self, lines: Mapping[str, Any]) -> None:
        """Keep the lines that were found with the outcomes of their rows."""
        self._end_search()
        self.for_lines.keep(lines)

    def _traced(self, traces: Mapping[str, Any]) -> None:
        """Keep until where the runs of failed rows are right, with the outcomes of the rows."""
        self._end_search()
        self.for_lines.keep_traces(traces)

    def _end_search(self) -> None:
        """End the candidates of a search, and count what it used."""
        if self.watch is not None:
            self.for_lines.used_s["compare"] += self.watch.delays.examiner_s()
        self._watched(None)
        self.candidates.end()
        self.candidates.used_s = None

    def _noted(self, outcome: Outcome, turn: Turn, function: str) -> Outcome | None:
        """The outcome of this turn, None if the row runs again; `turns` learns how it ended. `function`
        is the last one that was called."""
        loss = self.watch.loss if self.watch else None
        before = self.lost_before.pop(outcome.id, None)
        if loss is not None and loss.ended == "not run":
            return before or outcome
        lost = loss is not None and outcome.verdict is not Verdict.INTERNAL
        if loss is not None and lost:
            self.turns.lost(turn, function, loss)
        else:
            self.turns.harmless(turn)
        # what earlier rows left in the process may be the cause, e.g. a thread, or memory
        if self.used and (lost or outcome.verdict is Verdict.MEMORY):
            self.turns.again(turn)
            self.lost_before[outcome.id] = outcome
            return None
        sentence = turn.sentence(loss) if loss is not None else ""
        return replace(outcome, message=sentence) if sentence else outcome

    def _out_of_time(self, visibility: Visibility) -> str:
        """Why a row is not run any more."""
        limit = f"the whole grading may take {self.order.total_s:g} s"
        reason = f"{limit}, and the tests before this one used them"
        endless = self.turns.endless(visibility)
        return f"{reason}; in one of them {called(endless)} did not end in time" if endless else reason
