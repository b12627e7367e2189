"""a course over a term: people, dates, gradebook, review, requests, mail"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Plain SQL, since SQLite would copy and drop the table for a column with a constraint, and with it what
# refers to its rows.
COLUMNS = (
    ("users", "deactivated_at INSTANT"),
    ("courses", "grace_days INTEGER NOT NULL DEFAULT 0"),
    ("courses", "late_percent BIGINT"),
    ("courses", "archived_at INSTANT"),
    ("enrolments", "left_at INSTANT"),
    (
        "teams",
        "assignment_id KEY CONSTRAINT fk_teams_assignment_id REFERENCES assignments (id) ON DELETE RESTRICT",
    ),
    ("team_members", "contribution TEXT NOT NULL DEFAULT ''"),
    ("assignments", "cool_down_min INTEGER NOT NULL DEFAULT 0"),
    (
        "assignments",
        "counting VARCHAR(16) NOT NULL DEFAULT 'best'"
        " CONSTRAINT ck_assignments_counting CHECK (counting IN ('best', 'latest', 'chosen'))",
    ),
    ("assignments", "group_size INTEGER NOT NULL DEFAULT 1"),
    (
        "assignments",
        "category_id KEY CONSTRAINT fk_assignments_category_id REFERENCES categories (id) ON DELETE RESTRICT",
    ),
    (
        "assignments",
        "diagnosis VARCHAR(16)"
        " CONSTRAINT ck_assignments_shows CHECK (diagnosis IN ('off', 'part', 'line', 'kind', 'edit'))",
    ),
    ("assignments", "late_free BOOLEAN NOT NULL DEFAULT false"),
    ("assignments", "hidden_at INSTANT"),
    ("assignments", "marks_published_at INSTANT"),
    (
        "gradings",
        "regrade_id KEY CONSTRAINT fk_gradings_regrade_id REFERENCES regrades (id) ON DELETE RESTRICT",
    ),
    ("gradings", "assignment_id BIGINT NOT NULL DEFAULT 0"),
    ("marks", "extra BIGINT"),
    ("results", "mistake VARCHAR(120)"),
    ("results", "place VARCHAR(120)"),
)
INDEXED = (("teams", "assignment_id"), ("assignments", "category_id"), ("gradings", "regrade_id"))
MORE = (
    ("ix_audit_course_id_action_id", "audit", ["course_id", "action", "id"], None),
    ("ix_gradings_newest", "gradings", ["submission_id", "id", "regrade_id"], None),
    (
        "ix_gradings_of_assignment",
        "gradings",
        ["assignment_id", "submission_id", "id", "regrade_id", "score", "max_score", "awaiting"],
        None,
    ),
    ("ix_results_mistakes", "results", ["grading_id", "mistake", "place"], "mistake IS NOT NULL"),
    ("ix_results_texts", "results", ["grading_id"], "answer_sha256 IS NOT NULL"),
    ("ix_results_verdicts", "results", ["grading_id", "test_id", "verdict"], None),
)
TABLES = (
    "categories",
    "invites",
    "mail_wishes",
    "mails",
    "password_links",
    "saved_comments",
    "saved_filters",
    "gradebook_columns",
    "column_marks",
    "regrades",
    "rubric_items",
    "extensions",
    "markers",
    "overrides",
    "team_invites",
    "choices",
    "comments",
    "mark_items",
    "regrade_requests",
    "request_messages",
    "line_searches",
    "found_lines",
)
KINDS = ("kind IN ('grading', 'pack_check')", "kind IN ('grading', 'pack_check', 'line_search')")
"""The rule for a job's kind, before and after."""


def upgrade() -> None:
    op.create_table(
        "categories",
        sa.Column("id", KEY, nullable=False),
        sa.Column("course_id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.Column("drop_lowest", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name="fk_categories_course_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_categories"),
        sa.UniqueConstraint("course_id", "name", name="uq_categories_course_id_name"),
    )
    op.create_table(
        "invites",
        sa.Column("id", KEY, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("course_id", KEY, nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "student",
                "ta",
                "instructor",
                name="courserole",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("uses_left", sa.Integer(), nullable=True),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name="fk_invites_by_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name="fk_invites_course_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_invites"),
        sa.UniqueConstraint("token_hash", name="uq_invites_token_hash"),
    )
    op.create_index("ix_invites_course_id", "invites", ["course_id"])

    op.create_table(
        "mail_wishes",
        sa.Column("user_id", KEY, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "graded",
                "published",
                "answered",
                "commented",
                "written",
                "invited",
                "password",
                name="mailkind",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_mail_wishes_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "kind", name="pk_mail_wishes"),
    )
    op.create_table(
        "mails",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "graded",
                "published",
                "answered",
                "commented",
                "written",
                "invited",
                "password",
                name="mailkind_of_mail",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_mails_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_mails"),
        sa.UniqueConstraint("user_id", "kind", "about", name="uq_mails_user_id_kind_about"),
    )
    op.create_index(
        "ix_mails_unsent",
        "mails",
        ["try_at"],
        postgresql_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
        sqlite_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
    )

    op.create_table(
        "password_links",
        sa.Column("id", KEY, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("by_id", KEY, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name="fk_password_links_by_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_password_links_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_password_links"),
        sa.UniqueConstraint("token_hash", name="uq_password_links_token_hash"),
    )
    op.create_index("ix_password_links_user_id", "password_links", ["user_id"])

    op.create_table(
        "saved_comments",
        sa.Column("id", KEY, nullable=False),
        sa.Column("course_id", KEY, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name="fk_saved_comments_by_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name="fk_saved_comments_course_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_saved_comments"),
        sa.UniqueConstraint("course_id", "text_sha256", name="uq_saved_comments_course_id_text_sha256"),
    )
    op.create_table(
        "saved_filters",
        sa.Column("id", KEY, nullable=False),
        sa.Column("course_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name="fk_saved_filters_course_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_saved_filters_user_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_saved_filters"),
        sa.UniqueConstraint("course_id", "user_id", "name", name="uq_saved_filters_course_id_user_id_name"),
    )
    op.create_index("ix_saved_filters_user_id", "saved_filters", ["user_id"])

    op.create_table(
        "gradebook_columns",
        sa.Column("id", KEY, nullable=False),
        sa.Column("course_id", KEY, nullable=False),
        sa.Column("category_id", KEY, nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("max_points", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name="fk_gradebook_columns_category_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name="fk_gradebook_columns_course_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_gradebook_columns"),
        sa.UniqueConstraint("course_id", "title", name="uq_gradebook_columns_course_id_title"),
    )
    op.create_index("ix_gradebook_columns_category_id", "gradebook_columns", ["category_id"])

    op.create_table(
        "column_marks",
        sa.Column("column_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name="fk_column_marks_by_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["column_id"], ["gradebook_columns.id"], name="fk_column_marks_column_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_column_marks_user_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("column_id", "user_id", name="pk_column_marks"),
    )
    op.create_index("ix_column_marks_user_id", "column_marks", ["user_id"])

    op.create_table(
        "regrades",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("assignment_id", KEY, nullable=False),
        sa.Column("pack_version_id", KEY, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "running",
                "stopped",
                "ready",
                "applied",
                "discarded",
                name="regradestate",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("selection", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name="fk_regrades_assignment_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name="fk_regrades_by_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name="fk_regrades_decided_by_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["pack_version_id"], ["pack_versions.id"], name="fk_regrades_pack_version_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_regrades"),
        sa.UniqueConstraint("public_id", name="uq_regrades_public_id"),
    )
    op.create_index("ix_regrades_assignment_id", "regrades", ["assignment_id"])
    op.create_index("ix_regrades_pack_version_id", "regrades", ["pack_version_id"])

    op.create_table(
        "rubric_items",
        sa.Column("id", KEY, nullable=False),
        sa.Column("assignment_id", KEY, nullable=False),
        sa.Column("test_id", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name="fk_rubric_items_assignment_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_rubric_items"),
    )
    op.create_index("ix_rubric_items_assignment_id_test_id", "rubric_items", ["assignment_id", "test_id"])

    op.create_table(
        "extensions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("course_id", KEY, nullable=False),
        sa.Column("assignment_id", KEY, nullable=True),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("team_id", KEY, nullable=True),
        sa.Column("section", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name="fk_extensions_assignment_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name="fk_extensions_by_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name="fk_extensions_course_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_extensions_team_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_extensions_user_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_extensions"),
    )
    op.create_index("ix_extensions_assignment_id", "extensions", ["assignment_id"])
    op.create_index("ix_extensions_course_id", "extensions", ["course_id"])
    op.create_index("ix_extensions_team_id", "extensions", ["team_id"])
    op.create_index("ix_extensions_user_id", "extensions", ["user_id"])

    op.create_table(
        "markers",
        sa.Column("assignment_id", KEY, nullable=False),
        sa.Column("team_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name="fk_markers_assignment_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_markers_team_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_markers_user_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("assignment_id", "team_id", name="pk_markers"),
    )
    op.create_index("ix_markers_team_id", "markers", ["team_id"])
    op.create_index("ix_markers_user_id", "markers", ["user_id"])

    op.create_table(
        "overrides",
        sa.Column("id", KEY, nullable=False),
        sa.Column("assignment_id", KEY, nullable=False),
        sa.Column("team_id", KEY, nullable=False),
        sa.Column("test_id", sa.String(length=200), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name="fk_overrides_assignment_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name="fk_overrides_by_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_overrides_team_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["users.id"], name="fk_overrides_withdrawn_by_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_overrides"),
    )
    op.create_index("ix_overrides_assignment_id_team_id", "overrides", ["assignment_id", "team_id"])
    op.create_index("ix_overrides_team_id", "overrides", ["team_id"])

    op.create_table(
        "team_invites",
        sa.Column("team_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name="fk_team_invites_by_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name="fk_team_invites_team_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_team_invites_user_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("team_id", "user_id", name="pk_team_invites"),
    )
    op.create_index("ix_team_invites_user_id", "team_invites", ["user_id"])

    op.create_table(
        "choices",
        sa.Column("assignment_id", KEY, nullable=False),
        sa.Column("team_id", KEY, nullable=False),
        sa.Column("submission_id", KEY, nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name="fk_choices_assignment_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name="fk_choices_by_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name="fk_choices_submission_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_choices_team_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("assignment_id", "team_id", name="pk_choices"),
    )
    op.create_index("ix_choices_team_id", "choices", ["team_id"])

    op.create_table(
        "comments",
        sa.Column("id", KEY, nullable=False),
        sa.Column("submission_id", KEY, nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name="fk_comments_by_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name="fk_comments_submission_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_comments"),
    )
    op.create_index("ix_comments_submission_id", "comments", ["submission_id"])

    op.create_table(
        "mark_items",
        sa.Column("mark_id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["rubric_items.id"], name="fk_mark_items_item_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["mark_id"], ["marks.id"], name="fk_mark_items_mark_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("mark_id", "item_id", name="pk_mark_items"),
    )
    op.create_index("ix_mark_items_item_id", "mark_items", ["item_id"])

    op.create_table(
        "regrade_requests",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("assignment_id", KEY, nullable=False),
        sa.Column("submission_id", KEY, nullable=False),
        sa.Column("test_id", sa.String(length=200), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "answered",
                "closed",
                name="requeststate",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignments.id"],
            name="fk_regrade_requests_assignment_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name="fk_regrade_requests_by_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submissions.id"],
            name="fk_regrade_requests_submission_id",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_regrade_requests"),
        sa.UniqueConstraint("public_id", name="uq_regrade_requests_public_id"),
    )
    op.create_index("ix_regrade_requests_assignment_id_state", "regrade_requests", ["assignment_id", "state"])
    op.create_index("ix_regrade_requests_by_id", "regrade_requests", ["by_id"])
    op.create_index("ix_regrade_requests_submission_id", "regrade_requests", ["submission_id"])

    op.create_table(
        "request_messages",
        sa.Column("id", KEY, nullable=False),
        sa.Column("request_id", KEY, nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name="fk_request_messages_by_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["regrade_requests.id"], name="fk_request_messages_request_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_request_messages"),
    )
    op.create_index("ix_request_messages_request_id", "request_messages", ["request_id"])
    op.create_table(
        "line_searches",
        sa.Column("id", KEY, nullable=False),
        sa.Column("grading_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["id"], ["jobs.id"], name="fk_line_searches_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["grading_id"], ["gradings.id"], name="fk_line_searches_grading_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_line_searches"),
    )
    op.create_index("ix_line_searches_grading_id", "line_searches", ["grading_id"])

    op.create_table(
        "found_lines",
        sa.Column("grading_id", KEY, nullable=False),
        sa.Column("test_id", sa.String(length=200), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("function", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["grading_id"], ["gradings.id"], name="fk_found_lines_grading_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("grading_id", "test_id", name="pk_found_lines"),
    )
    op.create_index(
        "ix_found_lines_grading_id_kind_function", "found_lines", ["grading_id", "kind", "function"]
    )
    _change_kinds(*KINDS)
    for table, column in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {_in_this_dialect(column)}")
    op.execute(
        "UPDATE gradings SET assignment_id ="
        " (SELECT assignment_id FROM submissions WHERE submissions.id = gradings.submission_id)"
    )
    for table, column in INDEXED:
        op.create_index(f"ix_{table}_{column}", table, [column])
    op.drop_index("ix_results_test_id_verdict", "results")
    for name, table, columns, where in MORE:
        rows = None if where is None else sa.text(where)
        op.create_index(name, table, columns, postgresql_where=rows, sqlite_where=rows)


def _change_kinds(old: str, new: str) -> None:
    """Change the rule for a job's kind. SQLite can't, but lets its text be changed: rows are stored as before
    (https://sqlite.org/lang_altertable.html#otheralter), and no table that refers to jobs is copied."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute("ALTER TABLE jobs DROP CONSTRAINT ck_jobs_jobkind")
        op.execute(f"ALTER TABLE jobs ADD CONSTRAINT ck_jobs_jobkind CHECK ({new})")
        return
    op.execute("PRAGMA writable_schema = ON")
    changed = sa.text("UPDATE sqlite_master SET sql = replace(sql, :old, :new) WHERE name = 'jobs'")
    op.execute(changed.bindparams(old=old, new=new))
    op.execute("PRAGMA writable_schema = RESET")


def _in_this_dialect(column: str) -> str:
    sqlite = op.get_bind().dialect.name == "sqlite"
    key, instant = ("INTEGER", "DATETIME") if sqlite else ("BIGINT", "TIMESTAMP WITH TIME ZONE")
    return column.replace("KEY", key).replace("INSTANT", instant)


def downgrade() -> None:
    for name, table, _, _ in reversed(MORE):
        op.drop_index(name, table)
    op.create_index("ix_results_test_id_verdict", "results", ["test_id", "verdict"])
    for table, column in reversed(INDEXED):
        op.drop_index(f"ix_{table}_{column}", table)
    for table, column in reversed(COLUMNS):
        op.drop_column(table, column.split()[0])
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DELETE FROM jobs WHERE kind = 'line_search'")
    _change_kinds(*reversed(KINDS))
