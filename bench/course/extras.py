"""What the course has besides its submissions: files, a gradebook, comments, markers, requests, a regrade.

The statements read what the others made, so that the database makes these rows itself too.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from grader.database.models import Blob
from grader.packs import Pack

FILES = """
INSERT INTO submission_files (submission_id, position, name, sha256)
SELECT s.id, 0, :name, (CAST(:digests AS text[]))[1 + (s.team_id + s.number) % :versions]
FROM submissions s WHERE s.assignment_id = :assignment"""

MARKERS = """
INSERT INTO markers (assignment_id, team_id, user_id)
SELECT g.assignment_id, g.team_id, u.id FROM standing g JOIN users u ON u.email = 'ta@example.org'
WHERE g.team_id % 2 = 0"""

COMMENTS = """
INSERT INTO comments (submission_id, file, line, text, by_id, at)
SELECT g.counts_id, '', 0, 'Say which of the two sums this line is.', u.id, :now
FROM standing g JOIN users u ON u.email = 'ta@example.org' CROSS JOIN generate_series(1, 3)
WHERE g.team_id % 5 = :team % 5"""

OVERRIDES = """
INSERT INTO overrides (assignment_id, team_id, test_id, points, reason, by_id, at)
SELECT g.assignment_id, g.team_id, r.test_id, r.points, 'The picture is right.', u.id, :now
FROM standing g JOIN results r ON r.grading_id = g.grading_id AND r.position = 0
JOIN users u ON u.email = 'ta@example.org' WHERE g.team_id % 20 = :team % 20"""

REQUESTS = """
WITH made AS (
  INSERT INTO regrade_requests (public_id, assignment_id, submission_id, test_id, file, line, state, by_id,
    created_at, changed_at)
  SELECT left(md5(format('request %s', s.id)), 16), s.assignment_id, s.id, '', '', 0,
    CASE WHEN s.id % 3 = 0 THEN 'open' ELSE 'closed' END, s.submitter_id, s.created_at, s.created_at
  FROM standing g JOIN submissions s ON s.id = g.counts_id WHERE g.team_id % 4 = :team % 4 RETURNING id, by_id
)
INSERT INTO request_messages (request_id, by_id, text, at)
SELECT id, by_id, 'I think that this row is right: the slope at 0 is a convention.', :now FROM made"""

CATEGORIES = """
INSERT INTO categories (course_id, name, weight, drop_lowest, position)
SELECT :course, name, weight * 1000000, least, place
FROM (VALUES ('Homework', 30, 1, 1), ('Projects', 40, 0, 2), ('Midterm', 10, 0, 3), ('Final exam', 20, 0, 4))
  AS given (name, weight, least, place)"""

PLACES = """
UPDATE assignments SET category_id = (SELECT min(id) FROM categories WHERE course_id = :course)
WHERE course_id = :course"""

COLUMNS = """
WITH made AS (
  INSERT INTO gradebook_columns (course_id, category_id, title, max_points, position, created_at)
  SELECT course_id, id, 'Result of ' || name, 100000000, position, :now
  FROM categories WHERE course_id = :course AND position > 1 RETURNING id, course_id
)
INSERT INTO column_marks (column_id, user_id, points, comment, by_id, at)
SELECT made.id, e.user_id, (40 + e.user_id % 60) * 1000000, '', u.id, :now FROM made
JOIN enrolments e ON e.course_id = made.course_id AND e.role = 'student'
JOIN users u ON u.email = 'instructor@example.org'"""

REGRADE = """
WITH made AS (
  INSERT INTO regrades (public_id, assignment_id, pack_version_id, state, selection, size, by_id, created_at)
  SELECT 'bench-regrade', a.id, a.pack_version_id, 'ready', '{"why": "the attempts that count"}',
    (SELECT count(*) FROM standing WHERE assignment_id = a.id), u.id, :now
  FROM assignments a JOIN users u ON u.email = 'instructor@example.org'
  WHERE a.course_id = :course ORDER BY a.id DESC LIMIT 1
  RETURNING id, assignment_id, pack_version_id
), chosen AS (
  SELECT row_number() OVER (ORDER BY g.counts_id) + (SELECT max(id) FROM jobs) AS id, g.counts_id, g.team_id,
    greatest(0, g.points - CASE WHEN g.team_id % 10 < 2 THEN 1000000 ELSE 0 END) AS earned, g.max_points,
    made.id AS regrade, made.assignment_id, made.pack_version_id
  FROM made JOIN standing g ON g.assignment_id = made.assignment_id
), queued AS (
  INSERT INTO jobs (id, kind, state, lane, turn, team_id, attempt, fence, worker, failure, created_at,
    started_at, finished_at)
  SELECT id, 'grading', 'done', 2, 0, team_id, 1, 1, 'bench', '', :now, :now, :now FROM chosen
)
INSERT INTO gradings (id, submission_id, assignment_id, pack_version_id, mode, score, max_score,
  visible_score, visible_max, awaiting, visible_awaiting, retry, regrade_id)
SELECT id, counts_id, assignment_id, pack_version_id, 'unprivileged', earned, max_points, earned, max_points,
  0, 0, 0, regrade FROM chosen"""

AFTER = (MARKERS, COMMENTS, OVERRIDES, REQUESTS, CATEGORIES, PLACES, COLUMNS, REGRADE)
VERSIONS = 20


def store_files(session: Session, assignment: int, pack: Pack, now: datetime) -> None:
    """Give every submission of the assignment one of a few files of the usual length."""
    name = pack.names[0]
    source = pack.below("solution").get(name, b"")
    versions = [source + f"\n# attempt {number}\n".encode() for number in range(VERSIONS)]
    digests = [hashlib.sha256(data).hexdigest() for data in versions]
    for digest, data in zip(digests, versions, strict=True):
        session.merge(Blob(sha256=digest, size=len(data), data=data, created_at=now))
    session.flush()
    given = {"name": name, "digests": digests, "versions": VERSIONS, "assignment": assignment}
    session.execute(text(FILES), given)
