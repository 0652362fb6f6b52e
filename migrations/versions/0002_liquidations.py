"""Liquidations that were told, and when somebody was listening."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "liquidations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("venue", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("stamp_ms", sa.BigInteger(), nullable=False),
        sa.Column("side", sa.Integer(), nullable=False),
        sa.Column("price", sa.Float(), nullable=False),
        sa.Column("trigger_price", sa.Float(), nullable=False),
        sa.Column("quantity_base", sa.Float(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_liquidations")),
        sa.UniqueConstraint(
            *("venue", "symbol", "stamp_ms", "side", "price", "quantity_base", "nth"),
            name="uq_liquidations_same_order",
        ),
    )
    op.create_index(op.f("ix_liquidations_symbol_stamp_ms"), "liquidations", ["symbol", "stamp_ms"])
    op.create_index(op.f("ix_liquidations_stamp_ms"), "liquidations", ["stamp_ms"])
    op.create_table(
        "listening",
        sa.Column("venue", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("from_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("venue", "symbol", "from_ms", name=op.f("pk_listening")),
    )


def downgrade() -> None:
    op.drop_table("listening")
    op.drop_index(op.f("ix_liquidations_stamp_ms"), table_name="liquidations")
    op.drop_index(op.f("ix_liquidations_symbol_stamp_ms"), table_name="liquidations")
    op.drop_table("liquidations")
