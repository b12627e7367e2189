"""The statements that make the rows of the bench's course. Points are stored in millionths."""

from __future__ import annotations

USERS = """
WITH made AS (
  INSERT INTO users (email, name, password_hash, operator, created_at)
  SELECT format('s%s@example.org', n), format('Student %s %s', chr(65 + n % 26), n), '', false, :now
  FROM generate_series(1, :students) n RETURNING id, name
), made_teams AS (
  INSERT INTO teams (course_id, name, solo_user_id) SELECT :course, name, id FROM made
  RETURNING id, solo_user_id
)
INSERT INTO team_members (team_id, user_id, contribution) SELECT id, solo_user_id, '' FROM made_teams"""

ENROLMENTS = """
INSERT INTO enrolments (course_id, user_id, role, section, created_at)
SELECT :course, solo_user_id, 'student', format('Section %s', id % 8 + 1), :now
FROM teams WHERE course_id = :course ON CONFLICT DO NOTHING"""

SUBMISSIONS = """
INSERT INTO submissions (public_id, assignment_id, team_id, number, submitter_id, created_at, given_back)
SELECT left(md5(format('%s %s %s', CAST(:assignment AS bigint), t.id, n)), 22), :assignment, t.id, n,
  t.solo_user_id,
  CAST(:opens AS timestamptz) + (CAST(:due AS timestamptz) - CAST(:opens AS timestamptz))
    * (0.95 * n / :attempts + 0.1 * (abs(hashint8(t.id * 1000 + n)) % 100) / 100.0), false
FROM teams t
JOIN enrolments e ON e.user_id = t.solo_user_id AND e.course_id = t.course_id AND e.role = 'student'
CROSS JOIN generate_series(1, :attempts) n WHERE t.course_id = :course
ORDER BY 6"""

JOBS = """
INSERT INTO jobs (id, kind, state, lane, turn, team_id, attempt, fence, worker, failure, created_at,
  started_at, finished_at)
SELECT id, 'grading', 'done', 0, 0, team_id, 1, 1, 'bench', '', created_at, created_at, created_at
FROM submissions WHERE assignment_id = :assignment ORDER BY id"""

# How many of its tests a submission passes: more with each attempt, for some students sooner than for others.
_PASSES = """least(:tests, floor(:tests * (0.15 + 0.45 * (abs(hashint8(s.team_id)) % 100) / 100.0
  + 0.6 * s.number / :attempts + 0.1 * (abs(hashint8(s.id)) % 10) / 10.0)))"""

RESULTS = f"""
INSERT INTO results (grading_id, test_id, position, title, visibility, verdict, points, earned, mistake,
  place)
SELECT s.id, r.test_id, r.place - 1, r.title, r.visibility,
  CASE WHEN r.place <= s.passes THEN 'passed' ELSE 'failed' END, r.points,
  CASE WHEN r.place <= s.passes THEN r.points ELSE 0 END,
  CASE WHEN r.place > s.passes AND (s.id + r.place) % 5 = 0
    THEN (CAST(:mistakes AS text[]))[1 + (s.team_id + r.place) % :known] END,
  CASE WHEN r.place > s.passes AND (s.id + r.place) % 5 = 0 THEN format('z%s', (s.team_id + r.place) % 3) END
FROM (SELECT s.id, s.team_id, {_PASSES} AS passes FROM submissions s WHERE s.assignment_id = :assignment) s
CROSS JOIN unnest(CAST(:ids AS text[]), CAST(:titles AS text[]), CAST(:points AS bigint[]),
  CAST(:visibilities AS text[])) WITH ORDINALITY AS r(test_id, title, points, visibility, place)
ORDER BY s.id, r.place"""

GRADINGS = """
INSERT INTO gradings (id, submission_id, assignment_id, pack_version_id, report, mode, score, max_score,
  visible_score, visible_max, awaiting, visible_awaiting, retry)
SELECT s.id, s.id, s.assignment_id, :version,
  CASE WHEN s.number = :attempts THEN CAST(:report AS bytea) END, 'unprivileged', 0, :most, 0, :most, 0, 0, 0
FROM submissions s WHERE s.assignment_id = :assignment ORDER BY s.id"""

SCORES = """
UPDATE gradings SET score = sums.earned, visible_score = sums.earned
FROM (SELECT r.grading_id, sum(r.earned) AS earned FROM results r JOIN submissions s ON s.id = r.grading_id
  WHERE s.assignment_id = :assignment GROUP BY r.grading_id) sums
WHERE gradings.id = sums.grading_id"""

STANDING = """
INSERT INTO standing (assignment_id, team_id, state, attempts, last_at, counts_id, grading_id, points,
  max_points, visible_counts_id, visible_points, visible_max, awaiting, visible_awaiting, late_days)
SELECT DISTINCT ON (s.team_id) s.assignment_id, s.team_id, 'graded', :attempts,
  max(s.created_at) OVER (PARTITION BY s.team_id), s.id, g.id, g.score, g.max_score, s.id, g.score,
  g.max_score, 0, 0, 0
FROM submissions s JOIN gradings g ON g.submission_id = s.id WHERE s.assignment_id = :assignment
ORDER BY s.team_id, g.score DESC, s.id DESC"""

AUDIT = """
INSERT INTO audit (at, actor_id, course_id, action, subject, subject_id, detail)
SELECT s.created_at, s.submitter_id, :course, 'submission.handed_in', 'submissions', s.id,
  format('{"number": %s}', s.number) FROM submissions s WHERE s.assignment_id = :assignment ORDER BY s.id"""

OF_AN_ASSIGNMENT = (SUBMISSIONS, JOBS, GRADINGS, RESULTS, SCORES, STANDING, AUDIT)
AFTER = (
    "SELECT setval(pg_get_serial_sequence('jobs', 'id'), (SELECT max(id) FROM jobs))",
    "VACUUM ANALYZE",
)
