"""Subscriptions remember whether their chat was told that alerts wait for data."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    told: sa.Column[bool] = sa.Column("told_waiting", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("subscriptions", told)


def downgrade() -> None:
    op.drop_column("subscriptions", "told_waiting")
