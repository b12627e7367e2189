"""retries of gradings without a score"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NEWEST = "id IN (SELECT max(id) FROM gradings GROUP BY submission_id)"
ENDED = "id IN (SELECT id FROM jobs WHERE state IN ('done', 'failed'))"
UNSCORED = "submission_id NOT IN (SELECT submission_id FROM gradings WHERE score IS NOT NULL)"


def upgrade() -> None:
    op.add_column("gradings", sa.Column("retry", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("gradings", sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "submissions", sa.Column("given_back", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index(
        "ix_gradings_retry_at",
        "gradings",
        ["retry_at"],
        postgresql_where=sa.text("retry_at IS NOT NULL"),
        sqlite_where=sa.text("retry_at IS NOT NULL"),
    )
    op.create_index(
        "ix_gradings_without_score",
        "gradings",
        ["submission_id", "id"],
        postgresql_where=sa.text("score IS NULL"),
        sqlite_where=sa.text("score IS NULL"),
    )
    _adopt()


def _adopt() -> None:
    """Gradings that ended without a score before there were retries are tried again, and cost no attempt."""
    left = f"score IS NULL AND {NEWEST} AND {ENDED}"
    now = sa.bindparam("now", datetime.now(UTC), sa.DateTime(timezone=True))
    op.execute(sa.text(f"UPDATE gradings SET retry_at = :now WHERE {left}").bindparams(now))
    faulty = f"SELECT submission_id FROM gradings WHERE {left} AND {UNSCORED}"
    op.execute(sa.text(f"UPDATE submissions SET given_back = true WHERE id IN ({faulty})"))


def downgrade() -> None:
    op.drop_column("submissions", "given_back")
    op.drop_index("ix_gradings_without_score", "gradings")
    op.drop_index("ix_gradings_retry_at", "gradings")
    op.drop_column("gradings", "retry_at")
    op.drop_column("gradings", "retry")
