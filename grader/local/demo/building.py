"""Makes the two courses of the demo: people, assignments, exams, dates; nothing is handed in yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial

from grader.database import (
    assignments,
    categories,
    columns,
    courses,
    extensions,
    gradebook,
    groups,
    late_policy,
    outages,
    packs,
    publishing,
)
from grader.database.columns import ColumnTerms, Entry
from grader.database.extensions import Wish
from grader.database.models import Assignment, Course
from grader.database.outages import Window
from grader.local.demo import people, terms
from grader.local.demo.story import Story, at_any_time
from grader.local.demo.terms import Exam, Task
from grader.local.demo.threads import GROUPS, GroupWork
from grader.local.shipped import new_version
from grader.packs import Pack

Tasks = Mapping[str, Assignment]


def make_course(
    story: Story, slug: str, term: str, persons: Iterable[people.Person], *, begins: int
) -> Course:
    """A course with these students and the staff, which began on the day `begins`."""
    session, elena = story.session, story.people["elena"]
    with story.on(begins, "09:00"):
        title = "Neural Networks"
        course = courses.create(session, slug, title, term=term, zone=terms.ZONE, by=elena)
        for person in (*people.STAFF, *persons):
            user = story.people[person.login]
            courses.enrol(session, course, user, person.role, section=person.section, by=elena)
        late_policy.change(session, course, terms.POLICY, by=elena)
    return course


def make_tasks(
    story: Story, course: Course, tasks: Iterable[Task], shipped: Mapping[str, Pack], *, begins: int
) -> Tasks:
    """The assignments, in the usual categories, by the ids of their packs."""
    session, elena = story.session, story.people["elena"]
    with story.on(begins, "10:30"):
        made = {task.pack: _make(story, course, task, shipped[task.pack]) for task in tasks}
        session.flush()
        categories.make_usual(session, course, by=elena)
        homes = {row.name: row.id for row in gradebook.categories_of(session, course)}
        categories.assign(session, {made[task.pack]: homes[task.category] for task in tasks}, by=elena)
    return made


def _make(story: Story, course: Course, task: Task, pack: Pack) -> Assignment:
    version = packs.ship(story.session, new_version(pack))  # it was added before, so this only finds it
    dates = assignments.Terms(
        story.at(task.opens, "08:00"),
        story.at(task.due, "23:59"),
        None if task.closes is None else story.at(task.closes, "23:59"),
        release=task.release,
        attempts=task.attempts,
        counting=task.counting,
        group_size=task.group_size,
    )
    elena = story.people["elena"]
    return assignments.create(story.session, course, version, pack.id, pack.title, dates, by=elena)


def give_time(story: Story, course: Course, tasks: Tasks) -> None:
    """Plan the outage that moved dates, and the extensions."""
    begins, ends = story.at(terms.OUTAGE.day, "18:00"), story.at(terms.OUTAGE.day + 1, "06:00")
    window = Window(begins, ends, terms.OUTAGE.hours)
    elena, jonas = story.people["elena"], story.people["jonas"]
    story.plan(terms.OUTAGE.day, "17:40", lambda at: outages.move(story.session, course, window, by=elena))
    for later in terms.EXTENSIONS:
        wish = Wish(assignment=tasks.get(later.task), hours=later.hours, reason=later.reason)
        known = story.people.get(later.who)
        wish = replace(wish, section=later.who) if known is None else replace(wish, user=known)
        give = partial(extensions.give, story.session, course, wish, by=jonas)
        story.plan(later.day, "11:20", at_any_time(give))


def mark_exam(story: Story, course: Course, exam: Exam, *, day: int) -> None:
    """Plan a column with marks, shown to students if the exam says so."""
    session, elena = story.session, story.people["elena"]
    homes = {row.name: row.id for row in gradebook.categories_of(session, course)}

    def mark(at: datetime) -> None:
        wanted = ColumnTerms(exam.title, homes[exam.category], Decimal(exam.most))
        column = columns.create(session, course, wanted, by=elena)
        session.flush()
        marks = {
            story.people[who].id: Entry(Decimal(mark), exam.comments.get(who, ""))
            for who, mark in exam.marks.items()
        }
        columns.store(session, column, marks, by=elena)
        if exam.published:
            publishing.publish(session, course, [f"c{column.id}"], at, by=elena)

    story.plan(day, "17:05", mark)


def publish(story: Story, course: Course, tasks: Tasks, wanted: Iterable[Task], *, after: int) -> None:
    """Plan to show students the marks of assignments, so many days after they were due."""
    elena = story.people["elena"]
    for task in wanted:
        if task.published:
            show = partial(publishing.publish, story.session, course, [f"a{tasks[task.pack].id}"], by=elena)
            story.plan(task.due + after, "09:15", show)


def form_groups(story: Story, tasks: Tasks) -> None:
    """Plan groups, each formed by its first member: the others are invited, and accept unless they still
    think; and what members say that they did."""
    for work in GROUPS:
        story.plan(-3, "13:10", partial(_form, story, tasks[work.task], work))
        for who, text in work.did:
            say = partial(groups.state, story.session, tasks[work.task], text, by=story.people[who])
            story.plan(-2, "17:30", at_any_time(say))


def _form(story: Story, task: Assignment, work: GroupWork, at: datetime) -> None:
    first, *others = (story.people[who] for who in work.members)
    for user in (*others, *(story.people[who] for who in work.invited)):
        groups.invite(story.session, task, user, by=first)
        if user in others:
            team = groups.of_user(story.session, task, first).team
            assert team is not None, "it was formed with the first invitation"
            groups.accept(story.session, task, team.id, by=user)
