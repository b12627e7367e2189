"""Each filter of the table of submissions, alone and with all others: with a search, and page by page."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product
from random import Random

import pytest

from grader.database import (
    courses,
    gradings,
    reading,
    regrade_choice,
    regrades,
    submission_list,
    writing,
)
from grader.database.models import (
    Assignment,
    CourseRole,
    Extension,
    FoundLine,
    GradeSummary,
    JobState,
    Result,
)
from grader.database.submission_filter import Filter
from tests.database.test_hand_marking import text_row
from tests.helpers.factories import NOON, grade, make_assignment, make_submission, make_user, row

DUE = NOON + timedelta(days=7)
LATER = timedelta(days=2)
TESTS = ("forward", "xor")
ROWS = {
    "full": (row("forward", 10), row("xor", 10)),
    "half": (row("forward", 10), row("xor", 0)),
    "none": (row("forward", 0), row("xor", 0)),
    "text": (row("forward", 10), row("xor", 4), text_row()),
    "stopped": (row("forward", 10), row("xor", None)),
}
"""What a grading can end with; "waiting" has none yet."""

ATTEMPTS = (
    ("ann", "half", -7, ("slope", "z1"), None),
    ("bob", "none", -6, ("slope", "z2"), ("sign", "loss")),
    ("ann", "full", -5, None, None),
    ("cem", "text", -5, None, None),
    ("dora", "none", -4, ("sign", "z1"), ("sign", "backward")),
    ("bob", "half", -3, ("slope", "z1"), ("axis", "backward")),
    ("dora", "stopped", -2, None, None),
    ("ann", "half", 1, ("slope", "z1"), ("sign", "backward")),
    ("eve", "full", 1, None, None),
    ("bob", "full", 3, None, None),
    ("fay", "stopped", -1, None, None),
    ("cem", "none", 2, ("sign", "z2"), ("axis", "loss")),
    ("eve", "half", 2, None, ("sign", "backward")),
    ("fay", "waiting", 4, None, None),
    ("gus", "waiting", 5, None, None),
)
"""Who handed in, what was found, how many hours after the due date, which mistake and which line."""
SECTIONS = {"ann": "A", "bob": "B", "cem": "A", "dora": "B", "eve": "", "fay": "A", "gus": "B"}


@dataclass(frozen=True)
class Fact:
    """What is known of one submission."""

    id: int
    name: str
    number: int
    at: datetime
    kind: str
    mistake: tuple[str, str] | None
    line: tuple[str, str] | None
    counts: bool
    first_pass: int | None

    @property
    def score(self):
        earned = [result.earned for result in ROWS.get(self.kind, ())]
        return None if self.kind in ("waiting", "stopped") else sum(e for e in earned if e is not None)

    @property
    def is_over(self):
        return self.kind != "waiting"

    @property
    def passed(self):
        return {result.id for result in ROWS.get(self.kind, ()) if result.verdict == "passed"}

    @property
    def failed(self):
        return {result.id for result in ROWS.get(self.kind, ()) if result.verdict != "passed"}


def has_score(fact):
    return fact.score is not None


HOLDS = {
    "waiting": (
        {"states": (JobState.QUEUED, JobState.RUNNING)},
        lambda fact: not fact.is_over,
    ),
    "scored": ({"states": (JobState.DONE,), "unscored": False}, has_score),
    "without a score": ({"unscored": True}, lambda fact: fact.kind == "stopped"),
    "awaits a mark": ({"awaiting": True}, lambda fact: fact.kind == "text"),
    "passed": ({"passed": True}, lambda fact: fact.kind == "full"),
    "not passed": ({"passed": False}, lambda fact: has_score(fact) and fact.kind != "full"),
    "a test": ({"failed_test": "xor"}, lambda fact: "xor" in fact.failed),
    "a mistake": ({"mistake": "slope"}, lambda fact: fact.mistake and fact.mistake[0] == "slope"),
    "a mistake at a place": (
        {"mistake": "slope", "place": "z1"},
        lambda fact: fact.mistake == ("slope", "z1"),
    ),
    "a line": ({"line": ("sign", "backward")}, lambda fact: fact.line == ("sign", "backward")),
    "a section": ({"section": "B"}, lambda fact: SECTIONS[fact.name] == "B"),
    "late": (
        {"late": True},
        lambda fact: fact.at > DUE + (LATER if fact.name == "eve" else timedelta()),
    ),
    "at least": ({"at_least": Decimal(10)}, lambda fact: has_score(fact) and fact.score >= 10),
    "at most": ({"at_most": Decimal(10)}, lambda fact: has_score(fact) and fact.score <= 10),
    "below": ({"below": Decimal(10)}, lambda fact: has_score(fact) and fact.score < 10),
    "counting": ({"counting": True}, lambda fact: fact.counts),
    "since": ({"since": DUE}, lambda fact: fact.at >= DUE),
    "before": ({"before": DUE}, lambda fact: fact.at < DUE),
    "first pass": ({"first_pass": (2, 3)}, lambda fact: fact.first_pass in (2, 3)),
    "none of the gradients": (
        {"passed_none_of": TESTS},
        lambda fact: not fact.passed & set(TESTS),
    ),
}
"""Each filter, and of which submissions it is true."""

SEARCHES = {"": lambda fact: True, "N": lambda fact: "n" in fact.name, "bob": lambda fact: fact.name == "bob"}
SORTED = {
    "time": lambda fact: (fact.at, fact.id),
    "name": lambda fact: (fact.name, -fact.id),
    "score": lambda fact: (-1 if fact.score is None else fact.score, fact.id),
    "attempt": lambda fact: (fact.number, fact.id),
}


@pytest.fixture
def known(engine):
    """The assignment's id and the facts. One attempt is graded twice, and one in a regrade that is not
    applied, which does not count."""
    made = []
    with writing(engine) as session:
        assignment = make_assignment(session, late_until=DUE + timedelta(days=3))
        course = assignment.course
        people = {name: make_user(session, name, course) for name in SECTIONS}
        for name, section in SECTIONS.items():
            courses.enrol(session, course, people[name], CourseRole.STUDENT, section=section)
        by = make_user(session, "tess", course, CourseRole.INSTRUCTOR)
        hours = LATER // timedelta(hours=1)
        session.add(Extension(course_id=course.id, user_id=people["eve"].id, hours=hours, by_id=by.id))
        for at, (name, kind, after, mistake, line) in enumerate(ATTEMPTS):
            text = b"x = %d\n" % at
            submission = make_submission(
                session, assignment, people[name], at=DUE + timedelta(hours=after), text=text
            )
            made.append((submission, kind, mistake, line))
            if kind != "waiting":
                _found(session, grade(session, *ROWS["none" if at == 0 else kind]), mistake, line)
            if at == 0:
                gradings.rerun(session, submission, by=by)
                _found(session, grade(session, *ROWS[kind]), mistake, line)
        _regrade(session, assignment, made[1][0], by)
        session.flush()
        facts = _facts(session, assignment, made)
        return assignment.id, facts


def _found(session, grading, mistake, line):
    session.flush()
    if mistake is not None:
        result = session.get_one(Result, (grading.id, "xor"))
        result.mistake, result.place = mistake
    if line is not None:
        place = {"kind": line[0], "function": line[1], "file": "mlp.py", "line": 3}
        session.add(FoundLine(grading_id=grading.id, test_id="xor", **place))


def _regrade(session, assignment, submission, by):
    """Bob's first attempt would have all points; the gradings that wait would be claimed first."""
    why = {"why": "one", "by": by}
    regrade = regrades.start(session, assignment, assignment.pack_version, [submission.id], **why)
    session.flush()
    (grading,) = session.query(gradings.Grading).filter_by(regrade_id=regrade.id)
    grading.state, grading.score, grading.max_score = JobState.DONE, Decimal(20), Decimal(20)


def _facts(session, assignment, made):
    counting = set(regrade_choice.counting(session, assignment))
    summaries = session.query(GradeSummary).filter_by(assignment_id=assignment.id)
    assert counting >= {row.counts_id for row in summaries if row.counts_id}
    firsts = {}
    for submission, kind, *_ in made:
        if kind == "full":
            firsts.setdefault(submission.team_id, submission.number)
    return [
        Fact(
            submission.id,
            submission.submitter.name,
            submission.number,
            submission.created_at,
            kind,
            mistake,
            line,
            submission.id in counting,
            firsts.get(submission.team_id),
        )
        for submission, kind, mistake, line in made
    ]


def pages(session, assignment_id, filters, size):
    """The ids of all pages one after the other, as a reader turns them; each says how many there are."""
    assignment, found, offset = session.get_one(Assignment, assignment_id), [], 0
    while True:
        page = submission_list.find(session, assignment, filters, limit=size, offset=offset)
        found += [item.submission.id for item in page.items]
        offset += size
        if not page.items:
            assert page.total == len(found)
            return found


def test_each_filter_holds_with_each_search_on_every_page(engine, known):
    assignment_id, facts = known
    with reading(engine) as session:
        for at, (name, (values, holds)) in enumerate(HOLDS.items()):
            assert 0 < sum(bool(holds(fact)) for fact in facts) < len(facts), name
            for more, (text, named) in enumerate(SEARCHES.items()):
                sort = list(SORTED)[(at + more) % len(SORTED)]
                wanted = [fact for fact in facts if holds(fact) and named(fact)]
                wanted.sort(key=SORTED[sort], reverse=sort != "name")
                filters = Filter(text=text, sort=sort, **values)
                found = pages(session, assignment_id, filters, size=3)
                assert found == [fact.id for fact in wanted], (name, text, sort)


def test_all_are_sorted(engine, known):
    assignment_id, facts = known
    with reading(engine) as session:
        for sort, reverse in product(SORTED, (False, True)):
            wanted = sorted(facts, key=lambda fact: -fact.id if sort != "time" or not reverse else fact.id)
            wanted.sort(key=lambda fact: SORTED[sort](fact)[0], reverse=(sort != "name") is not reverse)
            found = pages(session, assignment_id, Filter(sort=sort, reverse=reverse), size=4)
            assert found == [fact.id for fact in wanted], (sort, reverse)


def test_filters_hold_together(engine, known):
    assignment_id, facts = known
    chance = Random(1)
    with reading(engine) as session:
        for _ in range(40):
            chosen = chance.sample(list(HOLDS), chance.choice((2, 2, 3)))
            values = [HOLDS[name][0] for name in chosen]
            if sum(map(len, values)) != len(set().union(*values)):
                continue  # two say the same thing differently
            text = chance.choice(list(SEARCHES))
            filters = replace(Filter(text=text), **{key: v for given in values for key, v in given.items()})
            if filters.unscored and filters.states:
                continue  # the state is the wider one then
            wanted = [f for f in facts if SEARCHES[text](f) and all(HOLDS[name][1](f) for name in chosen)]
            wanted.sort(key=SORTED["time"], reverse=True)

            found = pages(session, assignment_id, filters, size=3)

            assert found == [fact.id for fact in wanted], (chosen, text)
