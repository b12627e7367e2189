"""The categories of a gradebook: the usual ones in one step, changed, and what belongs to each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grader.database import assignments, audit, gradebook
from grader.database.errors import StoreError
from grader.database.models import Assignment, Category, Column, Course, User

MOST_CATEGORIES = 15
MOST_DROPPED = 20
LONGEST_NAME = 60
PROGRAMMING = "Programming assignments"
USUAL = (("Written homeworks", 30), (PROGRAMMING, 40), ("Midterm", 10), ("Final project", 20))
"""Names and weights for a course that has none yet."""


@dataclass(frozen=True)
class Wish:
    """How a category is to be; `id` None makes a new one, and a `name` of "" deletes it."""

    id: int | None
    name: str
    weight: Decimal
    drop_lowest: int = 0


def make_usual(session: Session, course: Course, *, by: User) -> None:
    """Make the usual categories and put every assignment into that of the programming assignments. Raises
    StoreError if the course has categories."""
    session.execute(select(Course.id).where(Course.id == course.id).with_for_update())
    if gradebook.categories_of(session, course):
        raise StoreError("The course has categories already")
    change(session, course, [Wish(None, name, Decimal(weight)) for name, weight in USUAL], by=by)
    home = next(row for row in gradebook.categories_of(session, course) if row.name == PROGRAMMING)
    rows = session.scalars(select(Assignment).where(Assignment.course_id == course.id))
    assign(session, {row: home.id for row in rows if row.category_id is None}, by=by)


def change(session: Session, course: Course, wishes: Sequence[Wish], *, by: User) -> None:
    """Make, change and delete categories; those that are not named stay. Raises StoreError if two have the
    same name, or if one to be deleted is not empty."""
    session.execute(select(Course.id).where(Course.id == course.id).with_for_update())
    rows = {row.id: row for row in gradebook.categories_of(session, course)}
    uses = counts(session, course)
    for wish in wishes:
        row = rows.get(wish.id) if wish.id is not None else None
        if row is not None and not wish.name:
            _delete(session, rows.pop(row.id), uses, by)
    _check_names([wish.name for wish in wishes if wish.name])
    kept = [wish for wish in wishes if wish.name and wish.id in rows]
    names = {id: row.name for id, row in rows.items()}
    for wish in kept:  # a name may go from one category to another, which unique names refuse in between
        if wish.name != names[wish.id or 0]:
            rows[wish.id or 0].name = f"\N{BULLET}{wish.id}"
    session.flush()
    for wish in kept:
        _change(session, rows[wish.id or 0], wish, names[wish.id or 0], by)
    for wish in wishes:
        if wish.id is None and wish.name:
            _add(session, course, wish, by)
    session.flush()


def _check_names(names: Sequence[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            raise StoreError(f"Two categories are called “{name}”; each needs its own name")
        seen.add(name.casefold())
    if len(names) > MOST_CATEGORIES:
        raise StoreError(f"A course has at most {MOST_CATEGORIES} categories")


def _change(session: Session, row: Category, wish: Wish, name: str, by: User) -> None:
    before = {"name": name, "weight": row.weight, "drop_lowest": row.drop_lowest}
    after = {"name": wish.name, "weight": wish.weight, "drop_lowest": wish.drop_lowest}
    for key, value in after.items():
        setattr(row, key, value)
    changed = [key for key in before if before[key] != after[key]]
    if changed:
        audit.note(
            session,
            "category.changed",
            row,
            by=by,
            course_id=row.course_id,
            category=name,
            before={key: before[key] for key in changed},
            after={key: after[key] for key in changed},
        )


def _add(session: Session, course: Course, wish: Wish, by: User) -> None:
    last = session.execute(
        select(func.max(Category.position)).where(Category.course_id == course.id)
    ).scalar_one()
    row = Category(
        course_id=course.id,
        name=wish.name,
        weight=wish.weight,
        drop_lowest=wish.drop_lowest,
        position=(last or 0) + 1,
    )
    session.add(row)
    after = {"name": wish.name, "weight": wish.weight, "drop_lowest": wish.drop_lowest}
    audit.note(session, "category.created", row, by=by, course_id=course.id, after=after)


def _delete(session: Session, row: Category, uses: Mapping[int, int], by: User) -> None:
    if uses.get(row.id):
        raise StoreError(
            f"“{row.name}” has {uses[row.id]} columns; put them into another category before it is deleted"
        )
    before = {"name": row.name, "weight": row.weight, "drop_lowest": row.drop_lowest}
    audit.note(session, "category.deleted", row, by=by, course_id=row.course_id, before=before)
    session.delete(row)
    session.flush()


def counts(session: Session, course: Course) -> dict[int, int]:
    """How many assignments and columns each category has, by its id."""
    uses: dict[int, int] = {}
    for table in (Assignment, Column):
        query = select(table.category_id, func.count()).where(table.course_id == course.id)
        for id, count in session.execute(query.group_by(table.category_id)):
            if id is not None:
                uses[id] = uses.get(id, 0) + count
    return uses


def assign(session: Session, wanted: Mapping[Assignment, int | None], *, by: User) -> int:
    """Put assignments into categories (None: into none); returns how many were moved. Raises StoreError for a
    category of another course."""
    moved = 0
    for assignment, category_id in wanted.items():
        if assignment.category_id != category_id:
            terms = replace(assignments.Terms.of(assignment), category_id=category_id)
            assignments.change(session, assignment, terms, by=by)
            moved += 1
    return moved
