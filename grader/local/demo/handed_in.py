"""Hands in what the tables of attempts say. Every file is graded by the worker, as any other upload.

The gradings wait in the bulk lane, so that somebody who tries the demo right after its start waits for none.
No report is used for a second file with the same content: the tests draw their numbers for each team, so a
report belongs to one team.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from grader.database import comment_pool, comments, courses, regrade_requests, submissions
from grader.database.models import Lane, RequestState, Submission
from grader.database.submissions import Files
from grader.local.demo.answers import answers_file
from grader.local.demo.attempts import Attempt
from grader.local.demo.building import Tasks
from grader.local.demo.story import Story
from grader.local.demo.threads import REQUESTS, Request, Said
from grader.local.demo.words import REMARKS, Remark
from grader.packs import Pack
from grader.packs.mistakes import named, program

SOLUTION, STARTER = "solution", "starter"


def hand_in(
    story: Story, tasks: Tasks, tables: Mapping[str, Iterable[Attempt]], packs: Mapping[str, Pack]
) -> None:
    """Plan to hand in all attempts."""
    for task, table in tables.items():
        for row in table:
            user = story.people[row.who]
            files = files_of(packs[task], row, user.name)
            submit = partial(submissions.submit, story.session, tasks[task], user, files, lane=Lane.BULK)
            story.plan(row.day, row.time, submit)


def attempt(story: Story, tasks: Tasks, task: str, who: str, number: int) -> Submission:
    """A student's attempt at an assignment by its number from 0, the first."""
    team = courses.team_on(story.session, tasks[task], story.people[who])
    assert team is not None, f"{who} has handed in"
    return submissions.history(story.session, tasks[task], team)[-1 - number]


def files_of(pack: Pack, row: Attempt, name: str) -> Files:
    """The files of an attempt; the first of a program begins with the student's name."""
    if row.program == row.who:
        return [(pack.names[0], answers_file(row.who))]
    if row.program in (SOLUTION, STARTER):
        found = {file: pack.files[f"{row.program}/{file}"] for file in pack.names}
    else:
        found = program(pack, named(pack, row.program))
    return [
        (file, f"# {name}\n".encode() + found[file] if file.endswith(".py") else found[file])
        for file in pack.names
    ]


def line_with(session: Session, made: Submission, text: str) -> tuple[str, int]:
    """The first line that has `text`, as (file, number); ("", 0) for no text. Raises LookupError."""
    if not text:
        return "", 0
    for name, data in submissions.read_files(session, made):
        for number, line in enumerate(data.decode().splitlines(), start=1):
            if text in line:
                return name, number
    raise LookupError(f"no line of the attempt has {text!r}")


def comment(story: Story, tasks: Tasks) -> None:
    """Plan the comments on lines and on whole attempts; those that are kept are in the pool, with their
    uses."""
    for number, remark in enumerate(REMARKS):
        story.plan(remark.day, f"14:{25 + number}", partial(_comment, story, tasks, remark))


def _comment(story: Story, tasks: Tasks, remark: Remark, at: datetime) -> None:
    session, by = story.session, story.people[remark.by]
    made = attempt(story, tasks, remark.task, remark.who, remark.attempt)
    file, line = line_with(session, made, remark.at)
    comments.add(session, made, file, line, remark.text, by=by)
    if remark.kept:
        kept = comment_pool.keep(session, made.assignment.course, remark.text, by=by)
        session.flush()
        comment_pool.count_use(session, kept)


def ask(story: Story, tasks: Tasks) -> None:
    """Plan the regrade requests with their threads."""
    for wanted in REQUESTS:
        first, *answers = wanted.thread
        story.plan(first.day, first.time, partial(_ask, story, tasks, wanted))
        for said in answers:
            story.plan(said.day, said.time, partial(_answer, story, tasks, wanted, said))


def _ask(story: Story, tasks: Tasks, wanted: Request, at: datetime) -> None:
    made = attempt(story, tasks, wanted.task, wanted.who, wanted.attempt)
    file, line = line_with(story.session, made, wanted.at)
    request = regrade_requests.ask(
        story.session,
        made,
        wanted.thread[0].text,
        by=story.people[wanted.who],
        test_id=wanted.test,
        file=file,
        line=line,
    )
    request.changed_at = at


def _answer(story: Story, tasks: Tasks, wanted: Request, said: Said, at: datetime) -> None:
    made, by = attempt(story, tasks, wanted.task, wanted.who, wanted.attempt), story.people[said.by]
    request = regrade_requests.unclosed(story.session, made, wanted.test)
    assert request is not None, "it was asked before"
    regrade_requests.reply(story.session, request, said.text, by=by, staff=said.by != wanted.who)
    if wanted.closed:
        regrade_requests.set_state(story.session, request, RequestState.CLOSED, by=by)
    request.changed_at = at
