"""Hands in what the tables of attempts say. Every file is graded by the worker, as any other upload.

The gradings wait in the bulk lane, so that somebody who tries the demo right after its start waits for none.
No report is used for a second file with the same content: the tests draw their numbers for each team, so a
report belongs to one team.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from grader.database import comment_pool, comments, courses, regrade_requests, submissions
from grader.database.models import Lane, RequestState, SavedComment, Submission
from grader.database.submissions import Files
from grader.local.demo.answers import answers_file
from grader.local.demo.attempts import Attempt
from grader.local.demo.building import Tasks
from grader.local.demo.story import Story
from grader.local.demo.threads import REQUESTS, Request
from grader.local.demo.words import REMARKS, Remark
from grader.packs import Pack
from grader.packs.mistakes import named, program

SOLUTION, STARTER = "solution", "starter"


def hand_in(
    story: Story, tasks: Tasks, tables: Mapping[str, Iterable[Attempt]], packs: Mapping[str, Pack]
) -> int:
    """Hand in all attempts, those of an assignment in the order of its table; returns how many."""
    count = 0
    for task, table in tables.items():
        for row in table:
            user = story.people[row.who]
            files = files_of(packs[task], row, user.name)
            with story.on(row.day, row.time) as at:
                submissions.submit(story.session, tasks[task], user, files, at, lane=Lane.BULK)
            count += 1
    return count


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
    """The comments on lines and on whole attempts; those that are kept are in the pool, with their uses."""
    for remark in REMARKS:
        _comment(story, tasks, remark)


def _comment(story: Story, tasks: Tasks, remark: Remark) -> None:
    session, by = story.session, story.people[remark.by]
    made = attempt(story, tasks, remark.task, remark.who, remark.attempt)
    file, line = line_with(session, made, remark.at)
    with story.on(remark.day, "14:25"):
        comments.add(session, made, file, line, remark.text, by=by)
        if remark.kept:
            kept: SavedComment = comment_pool.keep(session, made.assignment.course, remark.text, by=by)
            session.flush()
            comment_pool.count_use(session, kept)


def ask(story: Story, tasks: Tasks) -> None:
    """The regrade requests with their threads."""
    for wanted in REQUESTS:
        _ask(story, tasks, wanted)


def _ask(story: Story, tasks: Tasks, wanted: Request) -> None:
    session, made = story.session, attempt(story, tasks, wanted.task, wanted.who, wanted.attempt)
    first, *answers = wanted.thread
    file, line = line_with(session, made, wanted.at)
    with story.on(first.day, first.time) as at:
        place = {"test_id": wanted.test, "file": file, "line": line}
        by = story.people[first.by]
        request = regrade_requests.ask(session, made, first.text, by=by, **place)  # type: ignore[arg-type]
        request.changed_at = at
    for said in answers:
        with story.on(said.day, said.time) as at:
            by = story.people[said.by]
            regrade_requests.reply(session, request, said.text, by=by, staff=said.by != wanted.who)
            if wanted.closed:
                regrade_requests.set_state(session, request, RequestState.CLOSED, by=by)
            request.changed_at = at
