"""marks by hand"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NEW = {
    "gradings": ("awaiting", "visible_awaiting"),
    "standing": ("awaiting", "visible_awaiting"),
}


def key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "marks",
        sa.Column("id", key(), nullable=False),
        sa.Column("assignment_id", key(), nullable=False),
        sa.Column("team_id", key(), nullable=False),
        sa.Column("test_id", sa.String(length=200), nullable=False),
        sa.Column("answer_sha256", sa.String(length=64), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("by_id", key(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_marks_assignment_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_marks_by_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_marks_team_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marks")),
        sa.UniqueConstraint(
            "assignment_id",
            "team_id",
            "test_id",
            "answer_sha256",
            name=op.f("uq_marks_assignment_id_team_id_test_id_answer_sha256"),
        ),
    )
    op.create_index(op.f("ix_marks_by_id"), "marks", ["by_id"], unique=False)
    op.create_index(op.f("ix_marks_team_id"), "marks", ["team_id"], unique=False)
    for table, columns in NEW.items():
        for column in columns:
            op.add_column(table, sa.Column(column, sa.BigInteger(), nullable=True))
    op.add_column("results", sa.Column("answer_sha256", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("results", "answer_sha256")
    for table, columns in NEW.items():
        for column in columns:
            op.drop_column(table, column)
    op.drop_table("marks")
