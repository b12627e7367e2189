"""The searches for wrong lines, one for each attempt that failed, and what they found: in one test of six."""

from __future__ import annotations

from grader.packs import Pack
from grader.values.lines import Line, Spot

KINDS = ("transpose", "sign", "operator", "off by one", "dropped factor")
FUNCTIONS = ("forward", "backward", "loss", "step")
LISTED = ", ".join(f"'{kind}'" for kind in KINDS)
NAMED = ", ".join(f"'{name}'" for name in FUNCTIONS)

SEARCHES = """
WITH chosen AS (
  SELECT row_number() OVER (ORDER BY g.id) + (SELECT max(id) FROM jobs) AS id, g.id AS grading_id,
    j.finished_at
  FROM gradings g JOIN jobs j ON j.id = g.id WHERE g.regrade_id IS NULL AND g.score < g.max_score
), queued AS (
  INSERT INTO jobs (id, kind, state, lane, turn, attempt, fence, worker, failure, created_at, started_at,
    finished_at)
  SELECT id, 'line_search', 'done', 2, 100, 1, 1, 'bench', '', finished_at, finished_at, finished_at
  FROM chosen
)
INSERT INTO line_searches (id, grading_id) SELECT id, grading_id FROM chosen"""

FOUND = f"""
INSERT INTO found_lines (grading_id, test_id, file, line, kind, function)
SELECT r.grading_id, r.test_id, f.name, 10 + (r.grading_id + r.position) % 40,
  (ARRAY[{LISTED}])[1 + (r.grading_id + r.position) % {len(KINDS)}],
  (ARRAY[{NAMED}])[1 + (r.grading_id / 7 + r.position) % {len(FUNCTIONS)}]
FROM results r
JOIN gradings g ON g.id = r.grading_id AND g.regrade_id IS NULL
JOIN submission_files f ON f.submission_id = g.submission_id AND f.position = 0
WHERE r.verdict = 'failed' AND (r.grading_id + r.position) % 6 = 0
ORDER BY r.grading_id, r.position"""

AFTER = (SEARCHES, FOUND)


def line_of(pack: Pack, position: int) -> Line | None:
    """The line that the report of an attempt has for the test at this position of the pack."""
    if position % 6:
        return None
    spot = Spot(pack.names[0], 12 + position, 4, 12 + position, 30)
    return Line(
        spot,
        text="    hidden = weights.T @ delta * slope(values)",
        function=FUNCTIONS[1],
        kind=KINDS[0],
        old="weights.T @ delta",
        new="weights @ delta",
        tried=120,
        draws=3,
        explains=(pack.tests[position].id,),
    )
