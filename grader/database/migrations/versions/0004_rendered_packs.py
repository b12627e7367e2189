"""rendered packs"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An empty table: what pages show of a stored pack is made when it is first asked for."""
    op.create_table(
        "pack_pages",
        sa.Column("zip_sha256", sa.String(length=64), nullable=False),
        sa.Column("page", sa.LargeBinary(), nullable=False),
        sa.Column("bundle_sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["bundle_sha256"], ["blobs.sha256"], name=op.f("fk_pack_pages_bundle_sha256"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["zip_sha256"], ["blobs.sha256"], name=op.f("fk_pack_pages_zip_sha256"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("zip_sha256", name=op.f("pk_pack_pages")),
    )


def downgrade() -> None:
    op.drop_table("pack_pages")
